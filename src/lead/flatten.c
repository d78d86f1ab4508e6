#include "lead/flatten.h"

#include <assert.h>
#include <string.h>

#include "core/number.h"

/* A walk over nested objects: where it stands in each, and how long the path to each is. */
typedef struct walk {
    const lsc_json *next[LSC_MAX_JSON_DEPTH];
    size_t path_length[LSC_MAX_JSON_DEPTH];
    size_t depth;
    char path[LSC_MAX_PROPERTY_NAME + 1];
} walk;

/* Write the path of `key` within an object whose own path is `parent` bytes long. */
static lsc_status write_path(walk *at, size_t parent, const char *key, size_t *length,
                             lsc_error *error)
{
    size_t n = strlen(key);
    if (n == 0) {
        return lsc_fail(error, LSC_BAD_LEAD, "a field has an empty name");
    }
    size_t start = parent == 0 ? 0 : parent + 1;
    if (n > LSC_MAX_PROPERTY_NAME || start + n > LSC_MAX_PROPERTY_NAME) {
        return lsc_fail(error, LSC_LIMIT, "the name of a field is longer than %d bytes: %s",
                        LSC_MAX_PROPERTY_NAME, key);
    }
    if (parent > 0) {
        at->path[parent] = '.';
    }
    memcpy(at->path + start, key, n + 1);
    *length = start + n;
    return LSC_OK;
}

static lsc_status add_leaf(lsc_lead *lead, const walk *at, size_t path_length,
                           const lsc_property *value, lsc_error *error)
{
    if (lead->n_leaves == LSC_MAX_LEAVES) {
        return lsc_fail(error, LSC_LIMIT, "more than %d fields", LSC_MAX_LEAVES);
    }
    void *block = lead->leaves;
    const char *name = lsc_arena_copy(&lead->scratch, at->path, path_length);
    if (name == NULL || !lsc_grow(&lead->allocator, &block, &lead->leaves_capacity,
                                  lead->n_leaves + 1, sizeof *lead->leaves)) {
        return lsc_fail_memory(error);
    }
    lead->leaves = block;
    lsc_property *leaf = &lead->leaves[lead->n_leaves++];
    *leaf = *value;
    leaf->name = name;
    return LSC_OK;
}

/* An item of a list as text; "" for one that is left out, NULL when memory ran out. */
static const char *item_text(lsc_arena *scratch, const lsc_json *item)
{
    char text[LSC_NUMBER_TEXT_SIZE];
    switch (lsc_json_kind(item)) {
    case LSC_JSON_STRING:
        return lsc_json_string(item);
    case LSC_JSON_NUMBER:
        lsc_number_format(lsc_json_number(item), text);
        return lsc_arena_copy(scratch, text, strlen(text));
    case LSC_JSON_BOOL:
        return lsc_json_bool(item) ? "true" : "false";
    default:
        return "";
    }
}

static lsc_status read_list(lsc_lead *lead, const walk *at, const lsc_json *array,
                            lsc_property *value, lsc_error *error)
{
    size_t count = lsc_json_count(array);
    size_t room = count < LSC_MAX_LIST ? count : LSC_MAX_LIST;
    const char **items = lsc_arena_alloc(&lead->scratch, room * sizeof *items);
    if (items == NULL) {
        return lsc_fail_memory(error);
    }
    size_t n = 0;
    for (const lsc_json *item = lsc_json_first(array); item != NULL; item = lsc_json_next(item)) {
        const char *text = item_text(&lead->scratch, item);
        if (text == NULL) {
            return lsc_fail_memory(error);
        }
        if (text[0] == '\0') {
            continue;
        }
        if (n == LSC_MAX_LIST) {
            return lsc_fail(error, LSC_LIMIT, "%s has more than %d items", at->path, LSC_MAX_LIST);
        }
        items[n++] = text;
    }
    *value = (lsc_property){.type = n == 0 ? LSC_VALUE_MISSING : LSC_VALUE_LIST};
    value->items = items;
    value->n_items = n;
    return LSC_OK;
}

static lsc_status read_leaf(lsc_lead *lead, const walk *at, const lsc_json *value,
                            lsc_property *leaf, lsc_error *error)
{
    *leaf = (lsc_property){.type = LSC_VALUE_MISSING};
    switch (lsc_json_kind(value)) {
    case LSC_JSON_BOOL:
        leaf->type = LSC_VALUE_BOOL;
        leaf->boolean = lsc_json_bool(value);
        return LSC_OK;
    case LSC_JSON_NUMBER:
        leaf->type = LSC_VALUE_NUMBER;
        leaf->number = lsc_json_number(value);
        return LSC_OK;
    case LSC_JSON_STRING:
        leaf->text = lsc_json_string(value);
        leaf->type = leaf->text[0] == '\0' ? LSC_VALUE_MISSING : LSC_VALUE_TEXT;
        return LSC_OK;
    case LSC_JSON_ARRAY:
        return read_list(lead, at, value, leaf, error);
    default:
        return LSC_OK;
    }
}

static void enter(walk *at, const lsc_json *object, size_t path_length)
{
    assert(at->depth < LSC_MAX_JSON_DEPTH);
    at->next[at->depth] = lsc_json_first(object);
    at->path_length[at->depth] = path_length;
    at->depth++;
}

static lsc_status visit(lsc_lead *lead, walk *at, const lsc_json *member, size_t parent,
                        lsc_error *error)
{
    size_t length = 0;
    lsc_property leaf;
    lsc_status status = write_path(at, parent, lsc_json_key(member), &length, error);
    if (status != LSC_OK) {
        return status;
    }
    if (lsc_json_kind(member) == LSC_JSON_OBJECT) {
        enter(at, member, length);
        return LSC_OK;
    }
    status = read_leaf(lead, at, member, &leaf, error);
    if (status != LSC_OK || leaf.type == LSC_VALUE_MISSING) {
        return status;
    }
    return add_leaf(lead, at, length, &leaf, error);
}

lsc_status lsc_flatten(lsc_lead *lead, const lsc_json *object, const char *prefix, const char *skip,
                       lsc_error *error)
{
    lead->n_leaves = 0;
    if (object == NULL) {
        return LSC_OK;
    }
    walk at = {.depth = 0};
    size_t prefix_length = strlen(prefix);
    assert(prefix_length <= LSC_MAX_PROPERTY_NAME);
    memcpy(at.path, prefix, prefix_length + 1);
    enter(&at, object, prefix_length);
    while (at.depth > 0) {
        const lsc_json *member = at.next[at.depth - 1];
        if (member == NULL) {
            at.depth--;
            continue;
        }
        at.next[at.depth - 1] = lsc_json_next(member);
        if (at.depth == 1 && skip != NULL && strcmp(lsc_json_key(member), skip) == 0) {
            continue;
        }
        lsc_status status = visit(lead, &at, member, at.path_length[at.depth - 1], error);
        if (status != LSC_OK) {
            return status;
        }
    }
    return LSC_OK;
}
