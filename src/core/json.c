#include "json.h"

#include <assert.h>
#include <float.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "json_scan.h"
#include "number.h"

/* An lsc_json is a cJSON item seen from outside. */

static const cJSON *inside(const lsc_json *value)
{
    return (const cJSON *)value;
}

static const lsc_json *outside(const cJSON *item)
{
    return (const lsc_json *)item;
}

/** The next value to visit, in the order of the text; NULL after the last. */
typedef struct walk {
    cJSON *open[LSC_JSON_MAX_DEPTH]; /* the containers around the value */
    size_t depth;
} walk;

static cJSON *walk_on(walk *w, cJSON *item)
{
    if (item->child != NULL) {
        w->open[w->depth++] = item;
        return item->child;
    }
    while (w->depth > 0 && item->next == NULL) {
        item = w->open[--w->depth];
    }
    return w->depth > 0 ? item->next : NULL;
}

/** Put the numbers that the scan read in the place of cJSON's zeros. */
static void set_numbers(cJSON *root, const lsc_json_scan *scan)
{
    walk w = {.depth = 0};
    size_t n_set = 0;
    for (cJSON *item = root; item != NULL; item = walk_on(&w, item)) {
        if (cJSON_IsNumber(item)) {
            item->valuedouble = scan->numbers[n_set++];
        }
    }
    assert(n_set == scan->n_numbers);
}

lsc_status lsc_json_parse(const char *text, size_t length, const lsc_json_limits *limits,
                          lsc_json **root, lsc_error *error)
{
    *root = NULL;
    lsc_json_scan scan;
    lsc_status status = lsc_json_scan_text(text, length, limits, &scan, error);
    if (status != LSC_OK) {
        return status;
    }
    cJSON *tree = cJSON_ParseWithLength(scan.text, length);
    if (tree != NULL) {
        set_numbers(tree, &scan);
        *root = (lsc_json *)tree;
    } else {
        status = lsc_fail_memory(error); /* all that is left to go wrong */
    }
    lsc_json_scan_free(&scan);
    return status;
}

void lsc_json_free(lsc_json *root)
{
    cJSON_Delete((cJSON *)root);
}

lsc_json_type lsc_json_kind(const lsc_json *value)
{
    switch (inside(value)->type & 0xFF) {
    case cJSON_False:
    case cJSON_True:
        return LSC_JSON_BOOL;
    case cJSON_Number:
        return LSC_JSON_NUMBER;
    case cJSON_String:
        return LSC_JSON_STRING;
    case cJSON_Array:
        return LSC_JSON_ARRAY;
    case cJSON_Object:
        return LSC_JSON_OBJECT;
    default:
        return LSC_JSON_NULL;
    }
}

static const char *kind_name(lsc_json_type type)
{
    static const char *const names[] = {"null", "boolean", "number", "string", "array", "object"};
    return names[type];
}

const char *lsc_json_kind_name(const lsc_json *value)
{
    return kind_name(lsc_json_kind(value));
}

bool lsc_json_bool(const lsc_json *value)
{
    return cJSON_IsTrue(inside(value));
}

double lsc_json_number(const lsc_json *value)
{
    return inside(value)->valuedouble;
}

const char *lsc_json_string(const lsc_json *value)
{
    return inside(value)->valuestring;
}

const lsc_json *lsc_json_first(const lsc_json *container)
{
    return outside(inside(container)->child);
}

const lsc_json *lsc_json_next(const lsc_json *item)
{
    return outside(inside(item)->next);
}

const char *lsc_json_key(const lsc_json *member)
{
    return inside(member)->string;
}

size_t lsc_json_count(const lsc_json *container)
{
    size_t count = 0;
    for (const cJSON *item = inside(container)->child; item != NULL; item = item->next) {
        count++;
    }
    return count;
}

const lsc_json *lsc_json_member(const lsc_json *object, const char *key)
{
    for (const cJSON *item = inside(object)->child; item != NULL; item = item->next) {
        /* The first byte spares most calls. */
        if (item->string != NULL && item->string[0] == key[0] && strcmp(item->string, key) == 0) {
            return outside(item);
        }
    }
    return NULL;
}

/** "." between a place and a key of it; nothing where the place is the document. */
static const char *dot(const char *place)
{
    return *place == '\0' ? "" : ".";
}

/** Find a member of the right type. `found` is NULL where an optional one is absent. */
static lsc_status get_member(const lsc_json *object, const char *key, bool required,
                             lsc_json_type type, const lsc_json **found, lsc_status status,
                             const char *place, lsc_error *error)
{
    *found = lsc_json_member(object, key);
    if (*found == NULL) {
        return required ? lsc_fail(error, status, "%s%s%s is missing", place, dot(place), key)
                        : LSC_OK;
    }
    if (lsc_json_kind(*found) != type) {
        return lsc_fail(error, status, "%s%s%s is of type %s, must be of type %s", place,
                        dot(place), key, lsc_json_kind_name(*found), kind_name(type));
    }
    return LSC_OK;
}

lsc_status lsc_json_get_string(const lsc_json *object, const char *key, bool required,
                               const char **out, lsc_status status, const char *place,
                               lsc_error *error)
{
    const lsc_json *found;
    lsc_status got =
        get_member(object, key, required, LSC_JSON_STRING, &found, status, place, error);
    if (got == LSC_OK && found != NULL) {
        *out = lsc_json_string(found);
    }
    return got;
}

static lsc_status refuse_range(double number, double low, double high, const char *key,
                               lsc_status status, const char *place, lsc_error *error)
{
    char texts[3][LSC_NUMBER_TEXT_SIZE];
    lsc_number_format_short(number, 15, texts[0]);
    lsc_number_format_short(low, 15, texts[1]);
    lsc_number_format_short(high, 15, texts[2]);
    if (high > DBL_MAX) {
        return lsc_fail(error, status, "%s%s%s is %s, must be at least %s", place, dot(place), key,
                        texts[0], texts[1]);
    }
    if (low < -DBL_MAX) {
        return lsc_fail(error, status, "%s%s%s is %s, must be at most %s", place, dot(place), key,
                        texts[0], texts[2]);
    }
    return lsc_fail(error, status, "%s%s%s is %s, must be %s to %s", place, dot(place), key,
                    texts[0], texts[1], texts[2]);
}

lsc_status lsc_json_get_number(const lsc_json *object, const char *key, bool required, double low,
                               double high, double *out, lsc_status status, const char *place,
                               lsc_error *error)
{
    const lsc_json *found;
    lsc_status got =
        get_member(object, key, required, LSC_JSON_NUMBER, &found, status, place, error);
    if (got != LSC_OK || found == NULL) {
        return got;
    }
    double number = lsc_json_number(found);
    if (number < low || number > high) {
        return refuse_range(number, low, high, key, status, place, error);
    }
    *out = number;
    return LSC_OK;
}

lsc_status lsc_json_get_bool(const lsc_json *object, const char *key, bool required, bool *out,
                             lsc_status status, const char *place, lsc_error *error)
{
    const lsc_json *found;
    lsc_status got = get_member(object, key, required, LSC_JSON_BOOL, &found, status, place, error);
    if (got == LSC_OK && found != NULL) {
        *out = lsc_json_bool(found);
    }
    return got;
}

lsc_status lsc_json_get_container(const lsc_json *object, const char *key, bool required,
                                  lsc_json_type type, const lsc_json **out, lsc_status status,
                                  const char *place, lsc_error *error)
{
    const lsc_json *found;
    lsc_status got = get_member(object, key, required, type, &found, status, place, error);
    if (got == LSC_OK && found != NULL) {
        *out = found;
    }
    return got;
}

static bool is_listed(const char *key, const char *const *list)
{
    while (*list != NULL && strcmp(*list, key) != 0) {
        list++;
    }
    return *list != NULL;
}

lsc_status lsc_json_check_keys(const lsc_json *object, const char *const *known, lsc_status status,
                               const char *place, lsc_error *error)
{
    for (const lsc_json *member = lsc_json_first(object); member != NULL;
         member = lsc_json_next(member)) {
        if (!is_listed(lsc_json_key(member), known)) {
            return lsc_fail(error, status, "%s has an unknown member \"%.100s\"",
                            *place == '\0' ? "the object" : place, lsc_json_key(member));
        }
    }
    return LSC_OK;
}
