#include "features/feature_params.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/sort.h"
#include "core/text.h"

void lsc_place_member(const char *place, const char *key, char out[LSC_PLACE_SIZE])
{
    snprintf(out, LSC_PLACE_SIZE, "%.240s.%.260s", place, key);
}

void lsc_place_item(const char *place, size_t index, char out[LSC_PLACE_SIZE])
{
    snprintf(out, LSC_PLACE_SIZE, "%.480s[%zu]", place, index);
}

void *lsc_reader_alloc(lsc_spec_reader *reader, size_t count, size_t size)
{
    void *block = lsc_arena_alloc(reader->arena, count * size);
    if (block != NULL) {
        memset(block, 0, count * size);
    }
    return block;
}

static lsc_status wrong_type(lsc_spec_reader *reader, const lsc_json *value, const char *place,
                             const char *wanted)
{
    return lsc_fail(reader->error, LSC_BAD_SPEC, "%s is of type %s, must be %s", place,
                    lsc_json_kind_name(value), wanted);
}

/** The member of an object where it has the type; NULL where it is absent and may be. */
static lsc_status get_member(lsc_spec_reader *reader, const lsc_json *object,
                             const lsc_param *param, lsc_json_type type, const lsc_json **value)
{
    *value = NULL;
    return lsc_json_get_container(object, param->key, param->required, type, value, LSC_BAD_SPEC,
                                  reader->place, reader->error);
}

lsc_status lsc_params_read(lsc_spec_reader *reader, const lsc_json *object, const lsc_param *params,
                           lsc_feature *feature)
{
    for (const lsc_param *param = params; param->key != NULL; param++) {
        void *field = (char *)feature + param->offset;
        lsc_status status = param->type->read(reader, object, param, field);
        if (status != LSC_OK) {
            return status;
        }
    }
    return LSC_OK;
}

void lsc_params_write(lsc_json_writer *writer, const lsc_param *params, const lsc_feature *feature)
{
    for (const lsc_param *param = params; param->key != NULL; param++) {
        param->type->write(writer, param, (const char *)feature + param->offset);
    }
}

/* Texts. */

lsc_status lsc_read_name(lsc_spec_reader *reader, const lsc_json *value, const char *place,
                         size_t most_bytes, lsc_name *name)
{
    if (lsc_json_kind(value) != LSC_JSON_STRING) {
        return wrong_type(reader, value, place, "a string");
    }
    const char *text = lsc_json_string(value);
    size_t length = strlen(text);
    if (length == 0) {
        return lsc_fail(reader->error, LSC_BAD_SPEC, "%s is empty", place);
    }
    if (length > most_bytes) {
        return lsc_fail(reader->error, LSC_LIMIT, "%s has %zu bytes, at most %zu are allowed",
                        place, length, most_bytes);
    }
    char *copy = lsc_arena_copy(reader->arena, text, length);
    if (copy == NULL) {
        return lsc_fail_memory(reader->error);
    }
    *name = lsc_name_of(copy, length);
    return LSC_OK;
}

static lsc_status read_name(lsc_spec_reader *reader, const lsc_json *object, const lsc_param *param,
                            void *field)
{
    const lsc_json *value = lsc_json_member(object, param->key);
    char place[LSC_PLACE_SIZE];
    lsc_place_member(reader->place, param->key, place);
    if (value != NULL) {
        return lsc_read_name(reader, value, place, (size_t)param->high, field);
    }
    if (param->required) {
        return lsc_fail(reader->error, LSC_BAD_SPEC, "%s is missing", place);
    }
    return LSC_OK;
}

static void write_name(lsc_json_writer *writer, const lsc_param *param, const void *field)
{
    const lsc_name *name = field;
    if (name->text != NULL) {
        lsc_json_put_key(writer, param->key);
        lsc_json_put_text(writer, name->text, name->length);
    }
}

const lsc_param_type lsc_param_name = {read_name, write_name};

static lsc_status read_text(lsc_spec_reader *reader, const lsc_json *object, const lsc_param *param,
                            void *field)
{
    lsc_name name = {.text = NULL};
    lsc_status status = read_name(reader, object, param, &name);
    *(const char **)field = name.text;
    return status;
}

static void write_text(lsc_json_writer *writer, const lsc_param *param, const void *field)
{
    const char *text = *(const char *const *)field;
    if (text != NULL) {
        lsc_json_member_string(writer, param->key, text);
    }
}

const lsc_param_type lsc_param_text = {read_text, write_text};

/* Lists of texts. */

lsc_status lsc_read_names(lsc_spec_reader *reader, const lsc_json *array, const char *place,
                          size_t least, size_t most, size_t most_bytes, lsc_name_list *names)
{
    if (lsc_json_kind(array) != LSC_JSON_ARRAY) {
        return wrong_type(reader, array, place, "an array of strings");
    }
    size_t count = lsc_json_count(array);
    if (count < least) {
        return lsc_fail(reader->error, LSC_BAD_SPEC, "%s has %zu items, must have at least %zu",
                        place, count, least);
    }
    if (count > most) {
        return lsc_fail(reader->error, LSC_LIMIT, "%s has %zu items, at most %zu are allowed",
                        place, count, most);
    }
    lsc_name *items = lsc_reader_alloc(reader, count, sizeof *items);
    if (items == NULL) {
        return lsc_fail_memory(reader->error);
    }
    size_t i = 0;
    for (const lsc_json *item = lsc_json_first(array); item != NULL; item = lsc_json_next(item)) {
        char item_place[LSC_PLACE_SIZE];
        lsc_place_item(place, i, item_place);
        lsc_status status = lsc_read_name(reader, item, item_place, most_bytes, &items[i++]);
        if (status != LSC_OK) {
            return status;
        }
    }
    *names = (lsc_name_list){items, count, true};
    return LSC_OK;
}

void lsc_write_names(lsc_json_writer *writer, const char *key, const lsc_name_list *names)
{
    lsc_json_put_key(writer, key);
    lsc_json_begin_array(writer);
    for (size_t i = 0; i < names->count; i++) {
        lsc_json_put_text(writer, names->items[i].text, names->items[i].length);
    }
    lsc_json_end_array(writer);
}

static void write_names(lsc_json_writer *writer, const lsc_param *param, const void *field)
{
    const lsc_name_list *names = field;
    if (names->given) {
        lsc_write_names(writer, param->key, names);
    }
}

static lsc_status read_name_list(lsc_spec_reader *reader, const lsc_json *object,
                                 const lsc_param *param, size_t most_bytes, lsc_name_list *names)
{
    const lsc_json *array = NULL;
    lsc_status status = get_member(reader, object, param, LSC_JSON_ARRAY, &array);
    if (status != LSC_OK || array == NULL) {
        return status;
    }
    char place[LSC_PLACE_SIZE];
    lsc_place_member(reader->place, param->key, place);
    return lsc_read_names(reader, array, place, (size_t)param->low, (size_t)param->high, most_bytes,
                          names);
}

static lsc_status read_names(lsc_spec_reader *reader, const lsc_json *object,
                             const lsc_param *param, void *field)
{
    return read_name_list(reader, object, param, LSC_MAX_PROPERTY_NAME, field);
}

const lsc_param_type lsc_param_names = {read_names, write_names};

static int compare_names(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const lsc_name *left = a;
    const lsc_name *right = b;
    return lsc_text_compare(left->text, left->length, right->text, right->length);
}

void lsc_sort_names(lsc_name_list *names)
{
    lsc_sort(names->items, names->count, sizeof *names->items, compare_names, NULL);
}

static lsc_status read_levels(lsc_spec_reader *reader, const lsc_json *object,
                              const lsc_param *param, void *field)
{
    lsc_status status = read_name_list(reader, object, param, LSC_MAX_NAME, field);
    if (status == LSC_OK) {
        lsc_sort_names(field);
    }
    return status;
}

const lsc_param_type lsc_param_levels = {read_levels, write_names};

/* Booleans and numbers. */

static lsc_status read_flag(lsc_spec_reader *reader, const lsc_json *object, const lsc_param *param,
                            void *field)
{
    return lsc_json_get_bool(object, param->key, param->required, field, LSC_BAD_SPEC,
                             reader->place, reader->error);
}

static void write_flag(lsc_json_writer *writer, const lsc_param *param, const void *field)
{
    if (*(const bool *)field) {
        lsc_json_member_bool(writer, param->key, true);
    }
}

const lsc_param_type lsc_param_flag = {read_flag, write_flag};

static lsc_status read_number(lsc_spec_reader *reader, const lsc_json *object,
                              const lsc_param *param, void *field)
{
    *(double *)field = param->initial;
    return lsc_json_get_number(object, param->key, param->required, param->low, param->high, field,
                               LSC_BAD_SPEC, reader->place, reader->error);
}

static void write_number(lsc_json_writer *writer, const lsc_param *param, const void *field)
{
    double number = *(const double *)field;
    if (param->required || number < param->initial || number > param->initial) {
        lsc_json_member_number(writer, param->key, number);
    }
}

const lsc_param_type lsc_param_number = {read_number, write_number};

static lsc_status read_missing(lsc_spec_reader *reader, const lsc_json *object,
                               const lsc_param *param, void *field)
{
    const lsc_json *value = lsc_json_member(object, param->key);
    bool is_text = value != NULL && lsc_json_kind(value) == LSC_JSON_STRING;
    if (is_text && strcmp(lsc_json_string(value), "nan") != 0) {
        return lsc_fail(reader->error, LSC_BAD_SPEC, "%s.%s is \"%s\", must be \"nan\" or a number",
                        reader->place, param->key, lsc_json_string(value));
    }
    *(double *)field = (double)NAN;
    if (is_text) {
        return LSC_OK;
    }
    return lsc_json_get_number(object, param->key, false, param->low, param->high, field,
                               LSC_BAD_SPEC, reader->place, reader->error);
}

static void write_missing(lsc_json_writer *writer, const lsc_param *param, const void *field)
{
    double number = *(const double *)field;
    if (!isnan(number)) {
        lsc_json_member_number(writer, param->key, number);
    }
}

const lsc_param_type lsc_param_missing = {read_missing, write_missing};

static lsc_status read_numbers(lsc_spec_reader *reader, const lsc_json *object,
                               const lsc_param *param, void *field)
{
    const lsc_json *array = NULL;
    lsc_status status = get_member(reader, object, param, LSC_JSON_ARRAY, &array);
    if (status != LSC_OK || array == NULL) {
        return status;
    }
    char place[LSC_PLACE_SIZE];
    lsc_place_member(reader->place, param->key, place);
    size_t count = lsc_json_count(array);
    if (count == 0) {
        return lsc_fail(reader->error, LSC_BAD_SPEC, "%s is empty", place);
    }
    if (count > LSC_MAX_SPEC_LIST) {
        return lsc_fail(reader->error, LSC_LIMIT, "%s has %zu items, at most %d are allowed", place,
                        count, LSC_MAX_SPEC_LIST);
    }
    double *numbers = lsc_reader_alloc(reader, count, sizeof *numbers);
    if (numbers == NULL) {
        return lsc_fail_memory(reader->error);
    }
    size_t i = 0;
    for (const lsc_json *item = lsc_json_first(array); item != NULL; item = lsc_json_next(item)) {
        double number =
            lsc_json_kind(item) == LSC_JSON_NUMBER ? lsc_json_number(item) : (double)NAN;
        if (!(number >= param->low && number <= param->high)) {
            return lsc_fail(reader->error, LSC_BAD_SPEC,
                            "%s[%zu] must be a number from %.0f to %.0f", place, i, param->low,
                            param->high);
        }
        numbers[i++] = number;
    }
    *(lsc_number_list *)field = (lsc_number_list){numbers, count};
    return LSC_OK;
}

static void write_numbers(lsc_json_writer *writer, const lsc_param *param, const void *field)
{
    const lsc_number_list *numbers = field;
    if (numbers->count == 0) {
        return;
    }
    lsc_json_put_key(writer, param->key);
    lsc_json_begin_array(writer);
    for (size_t i = 0; i < numbers->count; i++) {
        lsc_json_put_number(writer, numbers->items[i]);
    }
    lsc_json_end_array(writer);
}

const lsc_param_type lsc_param_numbers = {read_numbers, write_numbers};
