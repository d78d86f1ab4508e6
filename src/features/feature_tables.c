#include "features/feature_params.h"

#include <stdio.h>
#include <string.h>

#include "features/word_table.h"

/** An object that is `place`, with the reader's place set to it until leave(). */
static void enter(lsc_spec_reader *reader, const char *place, char outer[LSC_PLACE_SIZE])
{
    memcpy(outer, reader->place, LSC_PLACE_SIZE);
    snprintf(reader->place, LSC_PLACE_SIZE, "%s", place);
}

static void leave(lsc_spec_reader *reader, const char outer[LSC_PLACE_SIZE])
{
    memcpy(reader->place, outer, LSC_PLACE_SIZE);
}

/** The container of a parameter, where it is given, and its place. */
static lsc_status open_param(lsc_spec_reader *reader, const lsc_json *object,
                             const lsc_param *param, lsc_json_type type, const lsc_json **value,
                             char place[LSC_PLACE_SIZE])
{
    *value = NULL;
    lsc_place_member(reader->place, param->key, place);
    return lsc_json_get_container(object, param->key, param->required, type, value, LSC_BAD_SPEC,
                                  reader->place, reader->error);
}

static lsc_status check_count(lsc_spec_reader *reader, const char *place, size_t count, size_t most)
{
    if (count == 0) {
        return lsc_fail(reader->error, LSC_BAD_SPEC, "%s is empty", place);
    }
    if (count > most) {
        return lsc_fail(reader->error, LSC_LIMIT, "%s has %zu entries, at most %zu are allowed",
                        place, count, most);
    }
    return LSC_OK;
}

/* Tables of words. */

static lsc_status read_row_members(lsc_spec_reader *reader, const lsc_json *object,
                                   const lsc_param *param, lsc_table_row *row)
{
    static const char *const known[] = {"words", "value", NULL};
    lsc_status status =
        lsc_json_check_keys(object, known, LSC_BAD_SPEC, reader->place, reader->error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_json_get_number(object, "value", true, param->low, param->high, &row->value,
                                 LSC_BAD_SPEC, reader->place, reader->error);
    if (status != LSC_OK) {
        return status;
    }
    const lsc_json *words = NULL;
    status = lsc_json_get_container(object, "words", true, LSC_JSON_ARRAY, &words, LSC_BAD_SPEC,
                                    reader->place, reader->error);
    if (status != LSC_OK) {
        return status;
    }
    char place[LSC_PLACE_SIZE];
    lsc_place_member(reader->place, "words", place);
    return lsc_read_names(reader, words, place, 1, LSC_MAX_LEVELS, LSC_MAX_NAME, &row->words);
}

static lsc_status read_row(lsc_spec_reader *reader, const lsc_json *value, const char *place,
                           const lsc_param *param, lsc_table_row *row)
{
    if (lsc_json_kind(value) != LSC_JSON_OBJECT) {
        return lsc_fail(reader->error, LSC_BAD_SPEC,
                        "%s is of type %s, must be an object of \"words\" and \"value\"", place,
                        lsc_json_kind_name(value));
    }
    char outer[LSC_PLACE_SIZE];
    enter(reader, place, outer);
    lsc_status status = read_row_members(reader, value, param, row);
    leave(reader, outer);
    return status;
}

static lsc_status read_rows(lsc_spec_reader *reader, const lsc_json *array, const char *place,
                            const lsc_param *param, lsc_table *table)
{
    size_t n_words = 0;
    for (const lsc_json *item = lsc_json_first(array); item != NULL; item = lsc_json_next(item)) {
        char row_place[LSC_PLACE_SIZE];
        lsc_place_item(place, table->count, row_place);
        lsc_table_row *row = &table->rows[table->count++];
        lsc_status status = read_row(reader, item, row_place, param, row);
        if (status != LSC_OK) {
            return status;
        }
        n_words += row->words.count;
        if (n_words > LSC_MAX_LEVELS) {
            return lsc_fail(reader->error, LSC_LIMIT, "%s has more than %d words", place,
                            LSC_MAX_LEVELS);
        }
    }
    return LSC_OK;
}

static lsc_status read_table(lsc_spec_reader *reader, const lsc_json *object,
                             const lsc_param *param, void *field)
{
    const lsc_json *array = NULL;
    char place[LSC_PLACE_SIZE];
    lsc_status status = open_param(reader, object, param, LSC_JSON_ARRAY, &array, place);
    if (status != LSC_OK || array == NULL) {
        return status;
    }
    size_t count = lsc_json_count(array);
    status = check_count(reader, place, count, LSC_MAX_LEVELS);
    if (status != LSC_OK) {
        return status;
    }
    lsc_table *table = field;
    table->rows = lsc_reader_alloc(reader, count, sizeof *table->rows);
    if (table->rows == NULL) {
        return lsc_fail_memory(reader->error);
    }
    status = read_rows(reader, array, place, param, table);
    return status == LSC_OK ? lsc_word_index_build(table, reader->arena, reader->error) : status;
}

static void write_table(lsc_json_writer *writer, const lsc_param *param, const void *field)
{
    const lsc_table *table = field;
    lsc_json_put_key(writer, param->key);
    lsc_json_begin_array(writer);
    for (size_t i = 0; i < table->count; i++) {
        lsc_json_begin_object(writer);
        lsc_write_names(writer, "words", &table->rows[i].words);
        lsc_json_member_number(writer, "value", table->rows[i].value);
        lsc_json_end_object(writer);
    }
    lsc_json_end_array(writer);
}

const lsc_param_type lsc_param_table = {read_table, write_table};

/* Weights of types: {"Webinar Attended": 3}. */

static lsc_status read_weight(lsc_spec_reader *reader, const lsc_json *object,
                              const lsc_json *member, const char *place, const lsc_param *param,
                              lsc_type_weight *weight)
{
    const char *key = lsc_json_key(member);
    lsc_status status = lsc_json_get_number(object, key, true, param->low, param->high,
                                            &weight->weight, LSC_BAD_SPEC, place, reader->error);
    if (status != LSC_OK) {
        return status;
    }
    const char *copy = lsc_arena_copy(reader->arena, key, strlen(key));
    if (copy == NULL) {
        return lsc_fail_memory(reader->error);
    }
    weight->type = lsc_name_of(copy, strlen(copy));
    return LSC_OK;
}

static lsc_status read_weights(lsc_spec_reader *reader, const lsc_json *object,
                               const lsc_param *param, void *field)
{
    const lsc_json *map = NULL;
    char place[LSC_PLACE_SIZE];
    lsc_status status = open_param(reader, object, param, LSC_JSON_OBJECT, &map, place);
    if (status != LSC_OK || map == NULL) {
        return status;
    }
    size_t count = lsc_json_count(map);
    status = check_count(reader, place, count, LSC_MAX_SPEC_LIST);
    if (status != LSC_OK) {
        return status;
    }
    lsc_weight_list *weights = field;
    weights->items = lsc_reader_alloc(reader, count, sizeof *weights->items);
    if (weights->items == NULL) {
        return lsc_fail_memory(reader->error);
    }
    for (const lsc_json *item = lsc_json_first(map); item != NULL; item = lsc_json_next(item)) {
        status = read_weight(reader, map, item, place, param, &weights->items[weights->count++]);
        if (status != LSC_OK) {
            return status;
        }
    }
    return LSC_OK;
}

static void write_weights(lsc_json_writer *writer, const lsc_param *param, const void *field)
{
    const lsc_weight_list *weights = field;
    if (weights->count == 0) {
        return;
    }
    lsc_json_put_key(writer, param->key);
    lsc_json_begin_object(writer);
    for (size_t i = 0; i < weights->count; i++) {
        lsc_json_member_number(writer, weights->items[i].type.text, weights->items[i].weight);
    }
    lsc_json_end_object(writer);
}

const lsc_param_type lsc_param_weights = {read_weights, write_weights};

/* Decay: {"half_life_days": 14} or {"linear_days": 30}. */

static lsc_status read_decay(lsc_spec_reader *reader, const lsc_json *object,
                             const lsc_param *param, void *field)
{
    static const char *const known[] = {"half_life_days", "linear_days", NULL};
    const lsc_json *value = NULL;
    char place[LSC_PLACE_SIZE];
    lsc_status status = open_param(reader, object, param, LSC_JSON_OBJECT, &value, place);
    if (status != LSC_OK || value == NULL) {
        return status;
    }
    status = lsc_json_check_keys(value, known, LSC_BAD_SPEC, place, reader->error);
    if (status != LSC_OK) {
        return status;
    }
    if (lsc_json_count(value) != 1) {
        return lsc_fail(reader->error, LSC_BAD_SPEC,
                        "%s must have one member, \"half_life_days\" or \"linear_days\"", place);
    }
    lsc_decay *decay = field;
    decay->linear = lsc_json_member(value, "linear_days") != NULL;
    return lsc_json_get_number(value, known[decay->linear], true, param->low, param->high,
                               &decay->days, LSC_BAD_SPEC, place, reader->error);
}

static void write_decay(lsc_json_writer *writer, const lsc_param *param, const void *field)
{
    const lsc_decay *decay = field;
    lsc_json_put_key(writer, param->key);
    lsc_json_begin_object(writer);
    lsc_json_member_number(writer, decay->linear ? "linear_days" : "half_life_days", decay->days);
    lsc_json_end_object(writer);
}

const lsc_param_type lsc_param_decay = {read_decay, write_decay};

/* Parts of a date, in the order of lsc_date_part. */

static const char *const part_names[] = {"days", "year", "month", "day", "weekday", "hour"};

static lsc_status read_part(lsc_spec_reader *reader, const lsc_json *object, const lsc_param *param,
                            void *field)
{
    const char *text = "";
    lsc_status status = lsc_json_get_string(object, param->key, param->required, &text,
                                            LSC_BAD_SPEC, reader->place, reader->error);
    if (status != LSC_OK) {
        return status;
    }
    for (size_t i = 0; i < sizeof part_names / sizeof part_names[0]; i++) {
        if (strcmp(part_names[i], text) == 0) {
            *(lsc_date_part *)field = (lsc_date_part)i;
            return LSC_OK;
        }
    }
    return lsc_fail(reader->error, LSC_BAD_SPEC,
                    "%s.%s is \"%s\", must be days, year, month, day, weekday or hour",
                    reader->place, param->key, text);
}

static void write_part(lsc_json_writer *writer, const lsc_param *param, const void *field)
{
    lsc_json_member_string(writer, param->key, part_names[*(const lsc_date_part *)field]);
}

const lsc_param_type lsc_param_part = {read_part, write_part};
