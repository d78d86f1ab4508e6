#include "import_spec.h"

#include <stdio.h>
#include <string.h>

#include "core/buffer.h"
#include "core/json.h"

/** Room for "f65534". */
#define DEFAULT_NAME_SIZE 24

/** The name of a column; XGBoost's own where the model has none: f0, f1, ... */
static const char *column_name(const lsc_xgboost_facts *facts, size_t column,
                               char room[DEFAULT_NAME_SIZE])
{
    if (facts->names.count > 0) {
        return facts->names.items[column].text;
    }
    snprintf(room, DEFAULT_NAME_SIZE, "f%zu", column);
    return room;
}

static bool has_type(const lsc_xgboost_facts *facts, size_t column, const char *type)
{
    return facts->types.count > 0 && strcmp(facts->types.items[column].text, type) == 0;
}

/** The names of the column's categories, or NULL where it has none. */
static const lsc_xgboost_texts *categories_of(const lsc_xgboost_facts *facts, size_t column)
{
    bool named = facts->categories != NULL && has_type(facts, column, "c") &&
                 facts->categories[column].count > 0;
    return named ? &facts->categories[column] : NULL;
}

/** Up to 3.3 XGBoost counts the characters of a name, and writes as many bytes. */
static bool cuts_names(const lsc_xgboost_facts *facts)
{
    return facts->version[0] < 3 || (facts->version[0] == 3 && facts->version[1] < 4);
}

static lsc_status check_categories(const lsc_xgboost_facts *facts, size_t column, lsc_error *error)
{
    const lsc_xgboost_texts *names = categories_of(facts, column);
    if (names == NULL) {
        return LSC_OK;
    }
    const char *fault = names->fault;
    if (fault == NULL && names->beyond_ascii && cuts_names(facts)) {
        fault = "have names outside ASCII, which XGBoost before 3.4 cuts short";
    }
    char room[DEFAULT_NAME_SIZE];
    return fault == NULL ? LSC_OK
                         : lsc_fail(error, LSC_UNSUPPORTED,
                                    "the categories of feature %zu, \"%.200s\", %s: give a spec "
                                    "that names them",
                                    column, column_name(facts, column, room), fault);
}

static void put_member(lsc_json_writer *json, const char *key, const char *text)
{
    lsc_json_member_string(json, key, text);
}

static void put_feature(lsc_json_writer *json, const lsc_xgboost_facts *facts, size_t column)
{
    char room[DEFAULT_NAME_SIZE];
    const char *name = column_name(facts, column, room);
    const lsc_xgboost_texts *categories = categories_of(facts, column);
    lsc_json_begin_object(json);
    put_member(json, "name", name);
    put_member(json, "group", "features");
    put_member(json, "kind",
               categories != NULL             ? "code"
               : has_type(facts, column, "i") ? "flag"
                                              : "number");
    put_member(json, "property", name);
    if (categories != NULL) {
        lsc_json_put_key(json, "codes");
        lsc_json_begin_array(json);
        for (size_t i = 0; i < categories->count; i++) {
            lsc_json_put_string(json, categories->items[i].text);
        }
        lsc_json_end_array(json);
    }
    lsc_json_end_object(json);
}

static void put_spec(lsc_json_writer *json, const lsc_xgboost_facts *facts)
{
    lsc_json_begin_object(json);
    lsc_json_member_int(json, "format", 1);
    put_member(json, "name", "imported");
    lsc_json_put_key(json, "groups");
    lsc_json_begin_array(json);
    lsc_json_put_string(json, "features");
    lsc_json_end_array(json);
    lsc_json_put_key(json, "features");
    lsc_json_begin_array(json);
    for (size_t i = 0; i < facts->n_columns; i++) {
        put_feature(json, facts, i);
    }
    lsc_json_end_array(json);
    lsc_json_end_object(json);
}

lsc_status lsc_import_spec(const lsc_xgboost_facts *facts, const lsc_allocator *allocator,
                           lsc_spec **spec, lsc_error *error)
{
    lsc_buffer text;
    lsc_json_writer json;
    *spec = NULL;
    for (size_t i = 0; i < facts->n_columns; i++) {
        lsc_status status = check_categories(facts, i, error);
        if (status != LSC_OK) {
            return status;
        }
    }
    lsc_buffer_init(&text, allocator);
    lsc_json_writer_init(&json, &text, 0);
    put_spec(&json, facts);
    lsc_status status = lsc_buffer_status(&text, error);
    if (status == LSC_OK) {
        status = lsc_spec_parse(text.data, text.length, allocator, spec, error);
        if (status != LSC_OK) {
            lsc_error_prefix(error, "the spec made of the model's names: ");
        }
    }
    lsc_buffer_free(&text);
    return status;
}

lsc_status lsc_import_check_spec(const lsc_xgboost_facts *facts, const lsc_spec *spec,
                                 lsc_error *error)
{
    size_t n_columns = lsc_spec_n_columns(spec);
    for (size_t i = 0; i < facts->names.count && i < n_columns; i++) {
        const char *name = lsc_spec_column_name(spec, i);
        if (strcmp(name, facts->names.items[i].text) != 0) {
            return lsc_fail(error, LSC_BAD_MODEL,
                            "feature %zu of the model is \"%.150s\", column %zu of the spec is "
                            "\"%.150s\"",
                            i, facts->names.items[i].text, i, name);
        }
    }
    if (n_columns != facts->n_columns) {
        return lsc_fail(error, LSC_BAD_MODEL,
                        "the model has %zu features, but the spec gives %zu columns",
                        facts->n_columns, n_columns);
    }
    return LSC_OK;
}
