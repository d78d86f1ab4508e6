#include "lead_tools.h"

#include <stdio.h>

#include "core/text.h"

lsc_lead *lsc_test_new_lead(void)
{
    lsc_lead *lead;
    ck_ok(lsc_lead_new(NULL, &lead, error));
    return lead;
}

lsc_lead *lsc_test_lead(const char *json)
{
    lsc_lead *lead = lsc_test_new_lead();
    ck_ok(lsc_lead_parse_json(lead, json, strlen(json), error));
    return lead;
}

lsc_status lsc_test_cell(lsc_lead *lead, const char *name, const char *text, lsc_error *error)
{
    const size_t length = strlen(name);
    const lsc_field column = {.name = name,
                              .name_length = (uint32_t)length,
                              .name_hash = (uint32_t)lsc_text_hash(name, length)};
    return lsc_lead_add_cell(lead, &column, text, strlen(text), error);
}

void lsc_test_add(lsc_lead *lead, const char *json)
{
    ck_ok(lsc_lead_add_activities_json(lead, json, strlen(json), error));
}

const lsc_value *lsc_test_value(lsc_lead *lead, const char *name)
{
    lsc_lead_settle(lead);
    return lsc_lead_value(lead, name, strlen(name), LSC_TIME_MAX);
}

void lsc_test_is_text(lsc_lead *lead, const char *name, const char *text)
{
    const lsc_value *value = lsc_test_value(lead, name);
    ck_assert_msg(value != NULL, "%s is missing", name);
    ck_assert_int_eq(value->type, LSC_VALUE_TEXT);
    ck_assert_str_eq(value->text, text);
}

const char *lsc_test_hash(lsc_lead *lead, int64_t as_of_ms)
{
    static char text[LSC_HASH_TEXT_SIZE];
    lsc_hash *hash;
    uint8_t digest[LSC_HASH_SIZE];
    ck_ok(lsc_hash_new(&hash, error));
    lsc_hash_begin(hash);
    lsc_lead_hash(lead, as_of_ms, hash);
    lsc_hash_end(hash, digest);
    lsc_hash_free(hash);
    lsc_hash_format(digest, text);
    return text;
}

lsc_record lsc_test_next(lsc_source *source)
{
    lsc_record record;
    bool more = false;
    ck_ok(lsc_source_next(source, &record, &more, error));
    ck_assert(more);
    return record;
}

void lsc_test_no_more(lsc_source *source)
{
    lsc_record record;
    bool more = true;
    ck_ok(lsc_source_next(source, &record, &more, error));
    ck_assert(!more);
}

void lsc_test_next_fails(lsc_source *source, lsc_status status, const char *words)
{
    lsc_record record;
    bool more;
    ck_fails(lsc_source_next(source, &record, &more, error), status, words);
}

char *lsc_test_write(const char *name, const void *bytes, size_t length)
{
    const char *folder = lsc_test_folder();
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);
    snprintf(path, size, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
    return path;
}

char *lsc_test_write_text(const char *name, const char *text)
{
    return lsc_test_write(name, text, strlen(text));
}

char *lsc_test_repeat(const char *before, const char *unit, size_t count, const char *after)
{
    size_t n_before = strlen(before);
    size_t n_unit = strlen(unit);
    char *text = malloc(n_before + count * n_unit + strlen(after) + 1);
    memcpy(text, before, n_before);
    char *at = text + n_before;
    for (size_t i = 0; i < count; i++) {
        memcpy(at, unit, n_unit);
        at += n_unit;
    }
    strcpy(at, after);
    return text;
}
