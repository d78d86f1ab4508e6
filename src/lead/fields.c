#include "lead/fields.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/sort.h"
#include "core/text.h"
#include "lead/alias_lookup.h"
#include "lead/values.h"

/* A field that competes with others of its name: the lowest rank wins. */
typedef struct ranked_field {
    lsc_field field;
    size_t rank;
} ranked_field;

lsc_status lsc_text_measure(const char *what, const char *text, size_t max, size_t *length,
                            lsc_error *error)
{
    size_t n = strnlen(text, max + 1);
    if (n > max) {
        return lsc_fail(error, LSC_LIMIT, "%s is longer than %zu bytes", what, max);
    }
    size_t bad = lsc_utf8_check(text, n);
    if (bad < n) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is not UTF-8 at byte %zu", what, bad);
    }
    *length = n;
    return LSC_OK;
}

static bool has_no_item(const lsc_property *property)
{
    for (size_t i = 0; i < property->n_items; i++) {
        if (property->items[i] != NULL && property->items[i][0] != '\0') {
            return false;
        }
    }
    return true;
}

static bool is_missing(const lsc_property *property)
{
    switch (property->type) {
    case LSC_VALUE_MISSING:
        return true;
    case LSC_VALUE_TEXT:
        return property->text == NULL || property->text[0] == '\0';
    case LSC_VALUE_LIST:
        return property->items == NULL || has_no_item(property);
    default:
        return false;
    }
}

static lsc_status copy_text(lsc_arena *arena, const char *name, const char *text, const char **copy,
                            size_t *length, lsc_error *error)
{
    lsc_status status = lsc_text_measure(name, text, LSC_MAX_TEXT, length, error);
    if (status != LSC_OK) {
        return status;
    }
    *copy = lsc_arena_copy(arena, text, *length);
    return *copy == NULL ? lsc_fail_memory(error) : LSC_OK;
}

static lsc_status copy_list(lsc_arena *arena, const char *name, const lsc_property *property,
                            lsc_value *value, lsc_error *error)
{
    if (property->n_items > LSC_MAX_LIST) {
        return lsc_fail(error, LSC_LIMIT, "%s has %zu items, at most %d are taken", name,
                        property->n_items, LSC_MAX_LIST);
    }
    const char **items = lsc_arena_alloc(arena, property->n_items * sizeof *items);
    if (items == NULL) {
        return lsc_fail_memory(error);
    }
    uint32_t n = 0;
    for (size_t i = 0; i < property->n_items; i++) {
        if (property->items[i] == NULL || property->items[i][0] == '\0') {
            continue;
        }
        size_t length = 0;
        lsc_status status = copy_text(arena, name, property->items[i], &items[n], &length, error);
        if (status != LSC_OK) {
            return status;
        }
        n++;
    }
    value->items = items;
    value->n_items = n;
    return LSC_OK;
}

static lsc_status copy_value(lsc_arena *arena, const char *name, const lsc_property *property,
                             lsc_value *value, lsc_error *error)
{
    size_t length = 0;
    lsc_status status;
    value->type = property->type;
    switch (property->type) {
    case LSC_VALUE_BOOL:
        value->boolean = property->boolean;
        return LSC_OK;
    case LSC_VALUE_NUMBER:
        if (!isfinite(property->number)) {
            return lsc_fail(error, LSC_INVALID_ARG, "%s is not a finite number", name);
        }
        /* -0 and 0 are one number. */
        value->number = property->number == 0 ? 0 : property->number;
        return LSC_OK;
    case LSC_VALUE_TIME:
        if (property->time_ms < LSC_TIME_MIN || property->time_ms > LSC_TIME_MAX) {
            return lsc_fail(error, LSC_INVALID_ARG, "%s is a time outside the years 1 to 9999",
                            name);
        }
        value->time_ms = property->time_ms;
        return LSC_OK;
    case LSC_VALUE_TEXT:
        status = copy_text(arena, name, property->text, &value->text, &length, error);
        value->length = status == LSC_OK ? (uint32_t)length : 0;
        return status;
    case LSC_VALUE_LIST:
        return copy_list(arena, name, property, value, error);
    default:
        return lsc_fail(error, LSC_INVALID_ARG, "%s has the type %d, which is none", name,
                        (int)property->type);
    }
}

/* Properties of a lead that are times, in whatever form they came. */
static lsc_status read_known_time(const char *name, const lsc_property *property, lsc_value *value,
                                  lsc_error *error)
{
    if (strcmp(name, "created_at") != 0 && strcmp(name, "outcome.time") != 0) {
        return LSC_OK;
    }
    int64_t time_ms;
    if (!lsc_value_time(value, &time_ms)) {
        char scratch[LSC_VALUE_TEXT_SIZE];
        const char *text = lsc_value_text(value, scratch);
        return lsc_fail(error, LSC_INVALID_ARG,
                        "%s must be RFC 3339 or epoch milliseconds, not \"%s\"", property->name,
                        text == NULL ? "a list" : text);
    }
    *value = (lsc_value){.type = LSC_VALUE_TIME, .time_ms = time_ms};
    return LSC_OK;
}

static lsc_status check_name(const char *name, lsc_error *error)
{
    if (name == NULL || name[0] == '\0') {
        return lsc_fail(error, LSC_INVALID_ARG, "a property has no name");
    }
    size_t length;
    return lsc_text_measure("the name of a property", name, LSC_MAX_PROPERTY_NAME, &length, error);
}

static lsc_status make_ranked(lsc_lead *lead, const lsc_property *property, lsc_naming naming,
                              ranked_field *ranked, lsc_error *error)
{
    lsc_arena *arena = &lead->arena;
    lsc_status status = check_name(property->name, error);
    if (status != LSC_OK) {
        return status;
    }
    const char *name = property->name;
    *ranked = (ranked_field){.rank = 0};
    if (naming == LSC_NAMES_OF_LEAD) {
        name = lsc_alias_resolve(lead->names, name, &ranked->rank);
    }
    lsc_field *field = &ranked->field;
    size_t length = strlen(name);
    field->name_length = (uint32_t)length;
    field->name_hash = (uint32_t)lsc_text_hash(name, length);
    field->name = lsc_arena_copy(arena, name, length);
    if (field->name == NULL) {
        return lsc_fail_memory(error);
    }
    if (is_missing(property)) {
        return LSC_OK;
    }
    status = copy_value(arena, field->name, property, &field->value, error);
    if (status == LSC_OK && naming == LSC_NAMES_OF_LEAD) {
        status = read_known_time(field->name, property, &field->value, error);
    }
    return status;
}

lsc_status lsc_field_make(lsc_lead *lead, const lsc_property *property, lsc_naming naming,
                          lsc_field *field, lsc_error *error)
{
    ranked_field ranked;
    lsc_status status = make_ranked(lead, property, naming, &ranked, error);
    if (status == LSC_OK) {
        *field = ranked.field;
    }
    return status;
}

static int compare_names(const lsc_field *a, const lsc_field *b)
{
    return lsc_text_compare(a->name, a->name_length, b->name, b->name_length);
}

static int compare_ranked(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const ranked_field *left = a;
    const ranked_field *right = b;
    int order = compare_names(&left->field, &right->field);
    return order != 0 ? order : (left->rank > right->rank) - (left->rank < right->rank);
}

/* Keep the first of each name. */
static lsc_status keep_winners(const ranked_field *ranked, size_t n, lsc_field *fields,
                               size_t *n_fields, lsc_error *error)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && compare_names(&ranked[i].field, &ranked[i - 1].field) == 0) {
            if (ranked[i].rank == ranked[i - 1].rank) {
                return lsc_fail(error, LSC_INVALID_ARG, "%s is there twice", ranked[i].field.name);
            }
            continue;
        }
        fields[kept++] = ranked[i].field;
    }
    *n_fields = kept;
    return LSC_OK;
}

lsc_status lsc_fields_check_count(size_t n, size_t max, lsc_error *error)
{
    if (n > max) {
        return lsc_fail(error, LSC_LIMIT, "%zu properties, at most %zu are taken", n, max);
    }
    return LSC_OK;
}

lsc_status lsc_fields_make(lsc_lead *lead, const lsc_property *properties, size_t n_properties,
                           lsc_naming naming, lsc_field **fields, size_t *n_fields,
                           lsc_error *error)
{
    *fields = NULL;
    *n_fields = 0;
    if (n_properties == 0) {
        return LSC_OK;
    }
    ranked_field *ranked = lsc_arena_alloc(&lead->scratch, n_properties * sizeof *ranked);
    lsc_field *kept = lsc_arena_alloc(&lead->arena, n_properties * sizeof *kept);
    if (ranked == NULL || kept == NULL) {
        return lsc_fail_memory(error);
    }
    size_t n = 0;
    for (size_t i = 0; i < n_properties; i++) {
        lsc_status status = make_ranked(lead, &properties[i], naming, &ranked[n], error);
        if (status != LSC_OK) {
            return status;
        }
        n += ranked[n].field.value.type != LSC_VALUE_MISSING;
    }
    lsc_sort(ranked, n, sizeof *ranked, compare_ranked, NULL);
    *fields = kept;
    return keep_winners(ranked, n, kept, n_fields, error);
}

size_t lsc_fields_place(const lsc_field *fields, size_t n, const char *name, size_t length,
                        bool *found)
{
    size_t low = 0;
    size_t high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = lsc_text_compare(fields[middle].name, fields[middle].name_length, name, length);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *found = false;
    return low;
}

const lsc_value *lsc_fields_find(const lsc_field *fields, size_t n, const char *name, size_t length)
{
    bool found;
    size_t place = lsc_fields_place(fields, n, name, length, &found);
    return found ? &fields[place].value : NULL;
}

static int compare_lists(const lsc_value *a, const lsc_value *b)
{
    for (uint32_t i = 0; i < a->n_items && i < b->n_items; i++) {
        int order = strcmp(a->items[i], b->items[i]);
        if (order != 0) {
            return order;
        }
    }
    return (a->n_items > b->n_items) - (a->n_items < b->n_items);
}

static int compare_values(const lsc_value *a, const lsc_value *b)
{
    if (a->type != b->type) {
        return a->type < b->type ? -1 : 1;
    }
    switch (a->type) {
    case LSC_VALUE_BOOL:
        return a->boolean - b->boolean;
    case LSC_VALUE_NUMBER:
        return (a->number > b->number) - (a->number < b->number);
    case LSC_VALUE_TIME:
        return (a->time_ms > b->time_ms) - (a->time_ms < b->time_ms);
    case LSC_VALUE_TEXT:
        return strcmp(a->text, b->text);
    default:
        assert(a->type == LSC_VALUE_LIST);
        return compare_lists(a, b);
    }
}

int lsc_fields_compare(const lsc_field *a, size_t n_a, const lsc_field *b, size_t n_b)
{
    for (size_t i = 0; i < n_a && i < n_b; i++) {
        int order = compare_names(&a[i], &b[i]);
        if (order == 0) {
            order = compare_values(&a[i].value, &b[i].value);
        }
        if (order != 0) {
            return order;
        }
    }
    return (n_a > n_b) - (n_a < n_b);
}
