#include "json_in.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

/* cJSON stops at the end of the value, whatever stands behind it. */
lsc_look *lsc_look_at(const char *json, size_t length)
{
    const char *end = NULL;
    lsc_look *root = json == NULL ? NULL : cJSON_ParseWithLengthOpts(json, length, &end, 0);
    while (root != NULL && end < json + length && strchr(" \t\r\n", *end) != NULL && *end != '\0') {
        end++;
    }
    if (root != NULL && end < json + length) {
        cJSON_Delete(root);
        return NULL;
    }
    return root;
}

void lsc_look_free(lsc_look *root)
{
    cJSON_Delete(root);
}

const lsc_look *lsc_look_path(const lsc_look *value, const char *path)
{
    while (value != NULL && *path != '\0') {
        char key[128];
        const size_t length = strcspn(path, ".");
        snprintf(key, sizeof key, "%.*s", (int)length, path);
        value = cJSON_GetObjectItemCaseSensitive(value, key);
        path += length + (path[length] == '.');
    }
    return value;
}

const lsc_look *lsc_look_first(const lsc_look *value)
{
    return cJSON_IsArray(value) || cJSON_IsObject(value) ? value->child : NULL;
}

const lsc_look *lsc_look_next(const lsc_look *item)
{
    return item == NULL ? NULL : item->next;
}

const char *lsc_look_key(const lsc_look *item)
{
    return item == NULL || item->string == NULL ? "" : item->string;
}

const char *lsc_look_text(const lsc_look *value, const char *path)
{
    return cJSON_GetStringValue(lsc_look_path(value, path));
}

double lsc_look_number(const lsc_look *value, const char *path)
{
    const lsc_look *number = lsc_look_path(value, path);
    return cJSON_IsNumber(number) ? number->valuedouble : (double)NAN;
}

bool lsc_look_true(const lsc_look *value, const char *path)
{
    return cJSON_IsTrue(lsc_look_path(value, path));
}

void lsc_minify_json(char *json)
{
    cJSON_Minify(json);
}
