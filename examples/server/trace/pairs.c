#include "trace/pairs.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

/* Undo %XX in place. False: one is none. */
static bool decode_percents(char *text)
{
    char *to = text;
    for (const char *at = text; *at != '\0'; at++) {
        unsigned char byte = (unsigned char)*at;
        if (*at == '%') {
            size_t n = 0;
            if (sodium_hex2bin(&byte, 1, at + 1, strnlen(at + 1, 2), NULL, &n, NULL) != 0 ||
                n != 1) {
                return false;
            }
            at += 2;
        }
        *to++ = (char)byte;
    }
    *to = '\0';
    return true;
}

static char *trim(char *text)
{
    text += strspn(text, " \t");
    for (size_t n = strlen(text); n > 0 && strchr(" \t", text[n - 1]) != NULL; n--) {
        text[n - 1] = '\0';
    }
    return text;
}

/* KEY=VALUE into `all`, an object. */
static bool read_pair(json_t *all, char *pair)
{
    char *equals = strchr(pair, '=');
    if (equals == NULL) {
        return trim(pair)[0] == '\0';
    }
    *equals = '\0';
    char *key = trim(pair);
    char *value = trim(equals + 1);
    return key[0] != '\0' && decode_percents(value) &&
           json_object_set_new(all, key, json_string(value)) == 0;
}

json_t *srv_pairs_read(const char *text)
{
    char *rest = NULL;
    json_t *all = json_object();
    char *copy = strdup(text != NULL ? text : "");
    bool is_read = all != NULL && copy != NULL;
    for (char *pair = is_read ? strtok_r(copy, ",", &rest) : NULL; pair != NULL && is_read;
         pair = strtok_r(NULL, ",", &rest)) {
        is_read = read_pair(all, pair);
    }
    free(copy);
    if (!is_read) {
        json_decref(all);
    }
    return is_read ? all : NULL;
}
