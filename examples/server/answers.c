#include "answers.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

json_t *srv_json_time(int64_t time_ms)
{
    char text[LSC_TIME_TEXT_SIZE];
    if (time_ms == LSC_TIME_NONE) {
        return json_null();
    }
    lsc_time_format(time_ms, text);
    return json_string(text);
}

json_t *srv_json_number(double number)
{
    return isnan(number) ? json_null() : json_real(number);
}

json_t *srv_json_text(const char *text)
{
    return text != NULL ? json_string(text) : json_null();
}

json_t *srv_json_read(const char *bytes, size_t length, size_t flags, json_error_t *error)
{
    json_t *value = json_loadb(bytes, length, flags, error);
    if (value == NULL && json_error_code(error) == json_error_numeric_overflow) {
        value = json_loadb(bytes, length, flags | JSON_DECODE_INT_AS_REAL, error);
    }
    return value;
}

int64_t srv_member_time(const json_t *object, const char *name, int64_t absent)
{
    const char *text = json_string_value(json_object_get(object, name));
    int64_t time_ms = absent;
    if (text != NULL) {
        lsc_time_parse(text, strlen(text), &time_ms, NULL);
    }
    return time_ms;
}

int64_t srv_member_integer(const json_t *object, const char *name, int64_t absent)
{
    const json_t *value = json_object_get(object, name);
    if (json_is_integer(value)) {
        return json_integer_value(value);
    }
    return json_is_real(value) ? (int64_t)json_real_value(value) : absent;
}

json_t *srv_json_page(json_t *items, const char *last)
{
    json_t *cursor = json_null();
    if (last != NULL) {
        size_t length = strlen(last);
        size_t size = sodium_base64_encoded_len(length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        char *text = malloc(size);
        if (text != NULL) {
            sodium_bin2base64(text, size, (const unsigned char *)last, length,
                              sodium_base64_VARIANT_URLSAFE_NO_PADDING);
            cursor = json_string(text);
            free(text);
        }
    }
    return json_pack("{s:o, s:o}", "items", items, "next_cursor", cursor);
}

static bool is_text(const char *bytes)
{
    json_t *text = json_string(bytes); /* NULL where it is not UTF-8 */
    json_decref(text);
    return text != NULL;
}

bool srv_read_cursor(srv_call *call, char **key)
{
    const char *cursor = srv_query(call, "cursor");
    *key = NULL;
    if (cursor == NULL) {
        return true;
    }
    size_t length = strlen(cursor);
    size_t filled = 0;
    *key = calloc(1, length + 1);
    if (*key != NULL &&
        sodium_base642bin((unsigned char *)*key, length, cursor, length, NULL, &filled, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
        filled > 0 && strlen(*key) == filled && is_text(*key)) {
        return true;
    }
    free(*key);
    *key = NULL;
    srv_fail(call, 404, "bad_cursor", "cursor is not what a page before gave");
    return false;
}

void srv_reply_text(srv_call *call, unsigned status, const char *json, size_t length)
{
    srv_reply_bytes(call, status, "application/json", json, length);
}

bool srv_went_well(srv_call *call, lsc_status status, const lsc_error *error)
{
    if (status != LSC_OK) {
        srv_fail_library(call, error);
    }
    return status == LSC_OK;
}

void srv_make_uuid(char uuid[37])
{
    unsigned char bytes[16];
    char hex[33];
    randombytes_buf(bytes, sizeof(bytes));
    bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
    sodium_bin2hex(hex, sizeof(hex), bytes, sizeof(bytes));
    snprintf(uuid, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}
