#include "lead/alias_lookup.h"

#include <stdio.h>
#include <string.h>

#include "core/error.h"
#include "core/json.h"
#include "core/sort.h"
#include "core/string_map.h"

/** What messages call the whole. */
#define PLACE "aliases"
/** Where a lead's activities stand: no property can. */
#define ACTIVITIES "activities"

/** A table being read. */
typedef struct reading {
    lsc_aliases *made;
    const lsc_json *root;
    const lsc_json *fields; /* NULL: none */
    const lsc_json *other;  /* NULL: none */
    lsc_alias *entries;     /* in the order of the text */
    size_t n;
    lsc_string_map names; /* of the other system, to the number of their entry */
} reading;

static lsc_status bad_target(const char *member, const char *ours, const char *why,
                             lsc_error *error)
{
    return lsc_fail(error, LSC_BAD_SPEC, PLACE ".%s has the property \"%.100s\", %s", member, ours,
                    why);
}

static lsc_status bad_name(const char *member, const char *ours, size_t item, const char *name,
                           const char *why, lsc_error *error)
{
    return lsc_fail(error, LSC_BAD_SPEC, PLACE ".%s.%s[%zu] is \"%.100s\", %s", member, ours, item,
                    name, why);
}

static lsc_status check_length(const char *what, const char *name, lsc_error *error)
{
    return strlen(name) <= LSC_MAX_PROPERTY_NAME
               ? LSC_OK
               : lsc_fail(error, LSC_LIMIT, PLACE ": %s is longer than %d bytes: %.60s...", what,
                          LSC_MAX_PROPERTY_NAME, name);
}

static char *copy(const reading *at, const char *text)
{
    return lsc_arena_copy(&at->made->arena, text, strlen(text));
}

/** Whether a name begins with the wrapper, and so is looked up without it. */
static bool is_wrapped(const reading *at, const char *name)
{
    const lsc_alias_table *table = &at->made->table;
    return table->wrapper_length > 0 && strncmp(name, table->wrapper, table->wrapper_length) == 0;
}

/** Add the prefix of an object whose members count as if they stood outside. */
static lsc_status read_wrapper(reading *at, lsc_error *error)
{
    const char *wrapper = NULL;
    lsc_status status =
        lsc_json_get_string(at->root, "wrapper", false, &wrapper, LSC_BAD_SPEC, PLACE, error);
    if (status != LSC_OK || wrapper == NULL) {
        return status;
    }
    if (wrapper[0] == '\0' || strcmp(wrapper, ACTIVITIES) == 0) {
        return lsc_fail(error, LSC_BAD_SPEC,
                        PLACE ".wrapper is \"%s\", must be the name of an object", wrapper);
    }
    status = check_length("the wrapper", wrapper, error);
    if (status != LSC_OK) {
        return status;
    }
    size_t length = strlen(wrapper);
    char *prefix = lsc_arena_alloc(&at->made->arena, length + 2);
    if (prefix == NULL) {
        return lsc_fail_memory(error);
    }
    snprintf(prefix, length + 2, "%s.", wrapper);
    at->made->table.wrapper = prefix;
    at->made->table.wrapper_length = length + 1;
    return lsc_holds_own_property(prefix)
               ? lsc_fail(error, LSC_BAD_SPEC,
                          PLACE ".wrapper is \"%s\", in which properties of our own stand", wrapper)
               : LSC_OK;
}

static lsc_status check_documentation(const reading *at, lsc_error *error)
{
    const lsc_json *list = NULL;
    lsc_status status = lsc_json_get_container(at->root, "documentation", false, LSC_JSON_ARRAY,
                                               &list, LSC_BAD_SPEC, PLACE, error);
    const lsc_json *item = status == LSC_OK && list != NULL ? lsc_json_first(list) : NULL;
    for (; item != NULL; item = lsc_json_next(item)) {
        if (lsc_json_kind(item) != LSC_JSON_STRING) {
            return lsc_fail(error, LSC_BAD_SPEC, PLACE ".documentation has a %s, must have texts",
                            lsc_json_kind_name(item));
        }
    }
    return status;
}

static lsc_status read_format(const reading *at, lsc_error *error)
{
    double format = 1;
    lsc_status status =
        lsc_json_get_number(at->root, "format", true, 1, 1e9, &format, LSC_BAD_SPEC, PLACE, error);
    if (status == LSC_OK && format > 1) {
        return lsc_fail(error, LSC_UNSUPPORTED, PLACE ".format is %g, this library reads 1",
                        format);
    }
    return status;
}

static lsc_status read_head(reading *at, lsc_error *error)
{
    static const char *const known[] = {"format", "name", "documentation", "wrapper", "fields",
                                        "other",  NULL};
    const char *name;
    if (lsc_json_kind(at->root) != LSC_JSON_OBJECT) {
        return lsc_fail(error, LSC_BAD_SPEC, "a table of aliases is of type %s, must be an object",
                        lsc_json_kind_name(at->root));
    }
    lsc_status status = lsc_json_check_keys(at->root, known, LSC_BAD_SPEC, PLACE, error);
    if (status == LSC_OK) {
        status = read_format(at, error);
    }
    if (status == LSC_OK) {
        status = lsc_json_get_string(at->root, "name", false, &name, LSC_BAD_SPEC, PLACE, error);
    }
    if (status == LSC_OK) {
        status = check_documentation(at, error);
    }
    if (status == LSC_OK) {
        status = read_wrapper(at, error);
    }
    if (status == LSC_OK) {
        status = lsc_json_get_container(at->root, "fields", false, LSC_JSON_OBJECT, &at->fields,
                                        LSC_BAD_SPEC, PLACE, error);
    }
    if (status == LSC_OK) {
        status = lsc_json_get_container(at->root, "other", false, LSC_JSON_OBJECT, &at->other,
                                        LSC_BAD_SPEC, PLACE, error);
    }
    return status;
}

/** How many names stand in the lists of an object. */
static size_t count_names(const lsc_json *object)
{
    size_t n = 0;
    const lsc_json *list = object == NULL ? NULL : lsc_json_first(object);
    for (; list != NULL; list = lsc_json_next(list)) {
        n += lsc_json_kind(list) == LSC_JSON_ARRAY ? lsc_json_count(list) : 0;
    }
    return n;
}

static lsc_status check_name(const reading *at, const char *member, const char *ours, size_t item,
                             const char *name, lsc_error *error)
{
    if (name[0] == '\0' || strcmp(name, ACTIVITIES) == 0) {
        return bad_name(member, ours, item, name, "which is no name of a property", error);
    }
    if (lsc_is_own_property(name)) {
        return bad_name(member, ours, item, name, "which is a name of our own", error);
    }
    if (is_wrapped(at, name)) {
        return bad_name(member, ours, item, name, "must be given without the wrapper", error);
    }
    return check_length("a name", name, error);
}

static lsc_status add_name(reading *at, const char *member, const char *ours, size_t item,
                           const lsc_json *value, lsc_error *error)
{
    if (lsc_json_kind(value) != LSC_JSON_STRING) {
        return lsc_fail(error, LSC_BAD_SPEC, PLACE ".%s.%s[%zu] is of type %s, must be a text",
                        member, ours, item, lsc_json_kind_name(value));
    }
    lsc_status status = check_name(at, member, ours, item, lsc_json_string(value), error);
    if (status != LSC_OK) {
        return status;
    }
    const char *theirs = copy(at, lsc_json_string(value));
    bool found = false;
    uint64_t *place =
        theirs == NULL ? NULL
                       : lsc_string_map_insert(&at->names, theirs, strlen(theirs), at->n, &found);
    if (place == NULL) {
        return lsc_fail_memory(error);
    }
    if (found) {
        char why[160];
        snprintf(why, sizeof why, "which means \"%.100s\" already", at->entries[*place].ours);
        return bad_name(member, ours, item, theirs, why, error);
    }
    at->entries[at->n] = (lsc_alias){theirs, ours, (uint32_t)at->n};
    at->n++;
    return LSC_OK;
}

/** {"job_title": ["jobtitle", ...]}: a property and its names, the best first. */
static lsc_status add_names(reading *at, const char *member, const lsc_json *list, lsc_error *error)
{
    if (lsc_json_kind(list) != LSC_JSON_ARRAY || lsc_json_count(list) == 0) {
        return lsc_fail(error, LSC_BAD_SPEC, PLACE ".%s.%.100s must be a list of names", member,
                        lsc_json_key(list));
    }
    const char *ours = copy(at, lsc_json_key(list));
    lsc_status status = ours == NULL ? lsc_fail_memory(error) : LSC_OK;
    size_t i = 0;
    for (const lsc_json *item = lsc_json_first(list); item != NULL && status == LSC_OK; i++) {
        status = add_name(at, member, ours, i, item, error);
        item = lsc_json_next(item);
    }
    return status;
}

static lsc_status read_fields(reading *at, lsc_error *error)
{
    lsc_status status = LSC_OK;
    const lsc_json *list = at->fields == NULL ? NULL : lsc_json_first(at->fields);
    for (; list != NULL && status == LSC_OK; list = lsc_json_next(list)) {
        const char *ours = lsc_json_key(list);
        status =
            lsc_is_own_property(ours)
                ? add_names(at, "fields", list, error)
                : bad_target("fields", ours,
                             "which is none of ours; one of your own belongs in " PLACE ".other",
                             error);
    }
    return status;
}

static lsc_status check_other(const reading *at, const char *ours, lsc_error *error)
{
    if (ours[0] == '\0' || strcmp(ours, ACTIVITIES) == 0) {
        return bad_target("other", ours, "which is no name of a property", error);
    }
    if (lsc_is_own_property(ours)) {
        return bad_target("other", ours, "which is one of ours and belongs in " PLACE ".fields",
                          error);
    }
    if (is_wrapped(at, ours)) {
        return bad_target("other", ours, "which must be given without the wrapper", error);
    }
    return check_length("a property", ours, error);
}

static lsc_status read_other(reading *at, lsc_error *error)
{
    lsc_status status = LSC_OK;
    const lsc_json *list = at->other == NULL ? NULL : lsc_json_first(at->other);
    for (; list != NULL && status == LSC_OK; list = lsc_json_next(list)) {
        status = check_other(at, lsc_json_key(list), error);
        if (status == LSC_OK) {
            status = add_names(at, "other", list, error);
        }
    }
    return status;
}

/** No alias may lead to another: what a name means is looked up once. */
static lsc_status check_chains(const reading *at, lsc_error *error)
{
    const lsc_json *list = at->other == NULL ? NULL : lsc_json_first(at->other);
    for (; list != NULL; list = lsc_json_next(list)) {
        const char *ours = lsc_json_key(list);
        const uint64_t *place = lsc_string_map_find(&at->names, ours, strlen(ours));
        const lsc_alias *common = lsc_alias_find(&lsc_common_aliases, ours);
        const char *means = place != NULL    ? at->entries[*place].ours
                            : common != NULL ? common->ours
                                             : NULL;
        if (means != NULL) {
            char why[160];
            snprintf(why, sizeof why, "which is itself a name of \"%.100s\"", means);
            return bad_target("other", ours, why, error);
        }
    }
    return LSC_OK;
}

/** What every table has, where the table itself says nothing of it. */
static void add_common(reading *at)
{
    const uint32_t n_own = (uint32_t)at->n;
    for (size_t i = 0; i < lsc_common_aliases.n; i++) {
        const lsc_alias *common = &lsc_common_aliases.entries[i];
        if (lsc_string_map_find(&at->names, common->theirs, strlen(common->theirs)) == NULL) {
            at->entries[at->n] = *common;
            at->entries[at->n++].rank += n_own;
        }
    }
}

static int compare_theirs(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    return strcmp(((const lsc_alias *)a)->theirs, ((const lsc_alias *)b)->theirs);
}

static lsc_status read_entries(reading *at, lsc_error *error)
{
    const size_t n = count_names(at->fields) + count_names(at->other);
    if (n > LSC_MAX_ALIASES) {
        return lsc_fail(error, LSC_LIMIT, PLACE " has %zu names, at most %d are taken", n,
                        LSC_MAX_ALIASES);
    }
    at->entries =
        lsc_arena_alloc(&at->made->arena, (n + lsc_common_aliases.n) * sizeof *at->entries);
    if (at->entries == NULL) {
        return lsc_fail_memory(error);
    }
    lsc_status status = read_fields(at, error);
    if (status == LSC_OK) {
        status = read_other(at, error);
    }
    if (status == LSC_OK) {
        status = check_chains(at, error);
    }
    if (status == LSC_OK) {
        add_common(at);
        lsc_sort(at->entries, at->n, sizeof *at->entries, compare_theirs, NULL);
        at->made->table.entries = at->entries;
        at->made->table.n = at->n;
    }
    return status;
}

static lsc_status read_table(lsc_aliases *made, const lsc_json *root, lsc_error *error)
{
    reading at = {.made = made, .root = root};
    lsc_string_map_init(&at.names, &made->allocator);
    lsc_status status = read_head(&at, error);
    if (status == LSC_OK) {
        status = read_entries(&at, error);
    }
    lsc_string_map_free(&at.names);
    return status;
}

lsc_status lsc_aliases_parse(const char *json, size_t length, const lsc_allocator *allocator,
                             lsc_aliases **aliases, lsc_error *error)
{
    /* Values: the names and their lists, and what stands around them. */
    const lsc_json_limits limits = {LSC_MAX_ALIASES_JSON, 4, 3 * LSC_MAX_ALIASES};
    if (aliases == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "aliases is NULL");
    }
    *aliases = NULL;
    if (json == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "json is NULL");
    }
    lsc_allocator resolved;
    lsc_json *root;
    lsc_status status = lsc_allocator_resolve(allocator, &resolved, error);
    if (status == LSC_OK) {
        status = lsc_json_parse(json, length, &limits, &root, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_aliases *made = lsc_aliases_new(&resolved);
    status = made == NULL ? lsc_fail_memory(error) : read_table(made, root, error);
    lsc_json_free(root);
    if (status != LSC_OK) {
        lsc_aliases_unref(made);
        return status;
    }
    *aliases = made;
    return LSC_OK;
}
