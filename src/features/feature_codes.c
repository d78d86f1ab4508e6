#include "features/feature_codes.h"

#include <string.h>

#include "core/sort.h"
#include "core/text.h"
#include "features/feature_params.h"

static int compare_codes(const void *a, const void *b, void *ctx)
{
    const lsc_name *names = ctx;
    const lsc_name *left = &names[*(const uint32_t *)a];
    const lsc_name *right = &names[*(const uint32_t *)b];
    return lsc_text_compare(left->text, left->length, right->text, right->length);
}

double lsc_code_find(const lsc_code_list *codes, const char *text)
{
    size_t length = strlen(text);
    size_t low = 0;
    size_t high = codes->names.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const lsc_name *name = &codes->names.items[codes->order[middle]];
        int order = lsc_text_compare(name->text, name->length, text, length);
        if (order == 0) {
            return codes->order[middle];
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return LSC_NO_CODE;
}

/** A text, which may be empty: a category that no lead has keeps its number. */
static lsc_status read_code(lsc_spec_reader *reader, const lsc_json *value, const char *place,
                            lsc_name *name)
{
    if (lsc_json_kind(value) == LSC_JSON_STRING && lsc_json_string(value)[0] == '\0') {
        *name = lsc_name_of("", 0);
        return LSC_OK;
    }
    return lsc_read_name(reader, value, place, LSC_MAX_NAME, name);
}

static lsc_status read_names(lsc_spec_reader *reader, const lsc_json *array, const char *place,
                             lsc_code_list *codes)
{
    for (const lsc_json *item = lsc_json_first(array); item != NULL; item = lsc_json_next(item)) {
        char item_place[LSC_PLACE_SIZE];
        size_t i = codes->names.count;
        lsc_place_item(place, i, item_place);
        lsc_status status = read_code(reader, item, item_place, &codes->names.items[i]);
        if (status != LSC_OK) {
            return status;
        }
        codes->order[i] = (uint32_t)i;
        codes->names.count++;
    }
    return LSC_OK;
}

/** In the order of the texts, each of which has one code. */
static lsc_status sort_codes(lsc_spec_reader *reader, const char *place, lsc_code_list *codes)
{
    size_t n = codes->names.count;
    lsc_name *names = codes->names.items;
    lsc_sort(codes->order, n, sizeof *codes->order, compare_codes, names);
    for (size_t i = 1; i < n; i++) {
        if (compare_codes(&codes->order[i - 1], &codes->order[i], names) == 0) {
            return lsc_fail(reader->error, LSC_BAD_SPEC, "%s has \"%.100s\" twice", place,
                            names[codes->order[i]].text);
        }
    }
    return LSC_OK;
}

static lsc_status read_codes(lsc_spec_reader *reader, const lsc_json *object,
                             const lsc_param *param, void *field)
{
    const lsc_json *array = NULL;
    lsc_status status = lsc_json_get_container(object, param->key, true, LSC_JSON_ARRAY, &array,
                                               LSC_BAD_SPEC, reader->place, reader->error);
    if (status != LSC_OK) {
        return status;
    }
    char place[LSC_PLACE_SIZE];
    lsc_place_member(reader->place, param->key, place);
    size_t count = lsc_json_count(array);
    if (count == 0) {
        return lsc_fail(reader->error, LSC_BAD_SPEC, "%s is empty", place);
    }
    if (count > LSC_MAX_LEVELS) {
        return lsc_fail(reader->error, LSC_LIMIT, "%s has %zu items, at most %d are allowed", place,
                        count, LSC_MAX_LEVELS);
    }
    lsc_code_list *codes = field;
    codes->names.items = lsc_reader_alloc(reader, count, sizeof *codes->names.items);
    codes->order = lsc_reader_alloc(reader, count, sizeof *codes->order);
    if (codes->names.items == NULL || codes->order == NULL) {
        return lsc_fail_memory(reader->error);
    }
    status = read_names(reader, array, place, codes);
    return status == LSC_OK ? sort_codes(reader, place, codes) : status;
}

static void write_codes(lsc_json_writer *writer, const lsc_param *param, const void *field)
{
    const lsc_code_list *codes = field;
    lsc_write_names(writer, param->key, &codes->names);
}

const lsc_param_type lsc_param_codes = {read_codes, write_codes};
