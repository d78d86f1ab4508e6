#include "features/feature_params.h"

#include <string.h>

/** In the order of lsc_condition_kind. */
static const char *const condition_names[] = {"equals", "in", "prefix", "least", "most"};
static const size_t n_condition_names = sizeof condition_names / sizeof condition_names[0];

static lsc_status find_condition(lsc_spec_reader *reader, const lsc_json *member, const char *place,
                                 lsc_condition_kind *kind)
{
    for (size_t i = 0; i < n_condition_names; i++) {
        if (strcmp(lsc_json_key(member), condition_names[i]) == 0) {
            *kind = (lsc_condition_kind)i;
            return LSC_OK;
        }
    }
    return lsc_fail(reader->error, LSC_BAD_SPEC,
                    "%s.%s is unknown, must be equals, in, prefix, least or most", place,
                    lsc_json_key(member));
}

static lsc_status read_one_text(lsc_spec_reader *reader, const lsc_json *value, const char *place,
                                lsc_name_list *texts)
{
    lsc_name *text = lsc_reader_alloc(reader, 1, sizeof *text);
    if (text == NULL) {
        return lsc_fail_memory(reader->error);
    }
    *texts = (lsc_name_list){text, 1, true};
    return lsc_read_name(reader, value, place, LSC_MAX_NAME, text);
}

/** The member of `operators` ("prefix": "/pricing") as a condition. */
static lsc_status read_condition(lsc_spec_reader *reader, const lsc_json *operators,
                                 const lsc_json *member, const char *place,
                                 lsc_condition *condition)
{
    lsc_status status = find_condition(reader, member, place, &condition->kind);
    if (status != LSC_OK) {
        return status;
    }
    char member_place[LSC_PLACE_SIZE];
    lsc_place_member(place, lsc_json_key(member), member_place);
    switch (condition->kind) {
    case LSC_CONDITION_LEAST:
    case LSC_CONDITION_MOST:
        return lsc_json_get_number(operators, lsc_json_key(member), true, -1e300, 1e300,
                                   &condition->number, LSC_BAD_SPEC, place, reader->error);
    case LSC_CONDITION_IN:
        return lsc_read_names(reader, member, member_place, 1, LSC_MAX_SPEC_LIST, LSC_MAX_NAME,
                              &condition->texts);
    case LSC_CONDITION_EQUALS:
    case LSC_CONDITION_PREFIX:
        return read_one_text(reader, member, member_place, &condition->texts);
    }
    return LSC_OK;
}

/** The conditions on one property, each with its name. */
static lsc_status read_operators(lsc_spec_reader *reader, const lsc_json *operators,
                                 const lsc_name *property, const char *place,
                                 lsc_selector *selector)
{
    for (const lsc_json *member = lsc_json_first(operators); member != NULL;
         member = lsc_json_next(member)) {
        lsc_condition *condition = &selector->conditions[selector->n_conditions++];
        condition->property = *property;
        lsc_status status = read_condition(reader, operators, member, place, condition);
        if (status != LSC_OK) {
            return status;
        }
    }
    return LSC_OK;
}

static lsc_status copy_key(lsc_spec_reader *reader, const lsc_json *member, const char *place,
                           lsc_name *name)
{
    const char *key = lsc_json_key(member);
    size_t length = strlen(key);
    if (length == 0 || length > LSC_MAX_PROPERTY_NAME) {
        return lsc_fail(reader->error, LSC_BAD_SPEC,
                        "%s has a name of %zu bytes, must have 1 to %d", place, length,
                        LSC_MAX_PROPERTY_NAME);
    }
    const char *copy = lsc_arena_copy(reader->arena, key, length);
    if (copy == NULL) {
        return lsc_fail_memory(reader->error);
    }
    *name = lsc_name_of(copy, length);
    return LSC_OK;
}

/** How many conditions a "where" has, each property having at least one. */
static lsc_status count_conditions(lsc_spec_reader *reader, const lsc_json *where,
                                   const char *place, size_t *count)
{
    *count = 0;
    for (const lsc_json *member = lsc_json_first(where); member != NULL;
         member = lsc_json_next(member)) {
        size_t n = lsc_json_kind(member) == LSC_JSON_OBJECT ? lsc_json_count(member) : 0;
        if (n == 0) {
            return lsc_fail(reader->error, LSC_BAD_SPEC,
                            "%s.%s must be an object such as {\"prefix\": \"/pricing\"}", place,
                            lsc_json_key(member));
        }
        *count += n;
    }
    if (*count > LSC_MAX_SPEC_LIST) {
        return lsc_fail(reader->error, LSC_LIMIT, "%s has %zu conditions, at most %d are allowed",
                        place, *count, LSC_MAX_SPEC_LIST);
    }
    return LSC_OK;
}

static lsc_status read_where(lsc_spec_reader *reader, const lsc_json *where, const char *place,
                             lsc_selector *selector)
{
    size_t count = 0;
    lsc_status status = count_conditions(reader, where, place, &count);
    if (status != LSC_OK) {
        return status;
    }
    selector->conditions = lsc_reader_alloc(reader, count, sizeof *selector->conditions);
    if (selector->conditions == NULL) {
        return lsc_fail_memory(reader->error);
    }
    for (const lsc_json *member = lsc_json_first(where); member != NULL;
         member = lsc_json_next(member)) {
        lsc_name property = {.text = NULL};
        status = copy_key(reader, member, place, &property);
        if (status != LSC_OK) {
            return status;
        }
        char member_place[LSC_PLACE_SIZE];
        lsc_place_member(place, property.text, member_place);
        status = read_operators(reader, member, &property, member_place, selector);
        if (status != LSC_OK) {
            return status;
        }
    }
    return LSC_OK;
}

static lsc_status read_types(lsc_spec_reader *reader, const lsc_json *object, const char *place,
                             lsc_selector *selector)
{
    const lsc_json *types = lsc_json_member(object, "types");
    if (types == NULL) {
        return LSC_OK;
    }
    char types_place[LSC_PLACE_SIZE];
    lsc_place_member(place, "types", types_place);
    return lsc_read_names(reader, types, types_place, 1, LSC_MAX_SPEC_LIST, LSC_MAX_NAME,
                          &selector->types);
}

static lsc_status read_selector(lsc_spec_reader *reader, const lsc_json *object,
                                const lsc_param *param, void *field)
{
    static const char *const known[] = {"types", "where", "include_bots", NULL};
    lsc_selector *selector = field;
    const lsc_json *value = NULL;
    lsc_status status = lsc_json_get_container(object, param->key, param->required, LSC_JSON_OBJECT,
                                               &value, LSC_BAD_SPEC, reader->place, reader->error);
    if (status != LSC_OK || value == NULL) {
        return status;
    }
    char place[LSC_PLACE_SIZE];
    lsc_place_member(reader->place, param->key, place);
    status = lsc_json_check_keys(value, known, LSC_BAD_SPEC, place, reader->error);
    if (status == LSC_OK) {
        status = read_types(reader, value, place, selector);
    }
    if (status == LSC_OK) {
        status = lsc_json_get_bool(value, "include_bots", false, &selector->include_bots,
                                   LSC_BAD_SPEC, place, reader->error);
    }
    const lsc_json *where = NULL;
    if (status == LSC_OK) {
        status = lsc_json_get_container(value, "where", false, LSC_JSON_OBJECT, &where,
                                        LSC_BAD_SPEC, place, reader->error);
    }
    if (status != LSC_OK || where == NULL) {
        return status;
    }
    char where_place[LSC_PLACE_SIZE];
    lsc_place_member(place, "where", where_place);
    return read_where(reader, where, where_place, selector);
}

static void write_condition(lsc_json_writer *writer, const lsc_condition *condition)
{
    const char *name = condition_names[condition->kind];
    switch (condition->kind) {
    case LSC_CONDITION_LEAST:
    case LSC_CONDITION_MOST:
        lsc_json_member_number(writer, name, condition->number);
        break;
    case LSC_CONDITION_IN:
        lsc_write_names(writer, name, &condition->texts);
        break;
    case LSC_CONDITION_EQUALS:
    case LSC_CONDITION_PREFIX:
        lsc_json_put_key(writer, name);
        lsc_json_put_text(writer, condition->texts.items[0].text, condition->texts.items[0].length);
        break;
    }
}

/** Conditions on one property follow each other. */
static void write_where(lsc_json_writer *writer, const lsc_selector *selector)
{
    lsc_json_put_key(writer, "where");
    lsc_json_begin_object(writer);
    for (size_t i = 0; i < selector->n_conditions;) {
        const char *property = selector->conditions[i].property.text;
        lsc_json_put_key(writer, property);
        lsc_json_begin_object(writer);
        while (i < selector->n_conditions && selector->conditions[i].property.text == property) {
            write_condition(writer, &selector->conditions[i++]);
        }
        lsc_json_end_object(writer);
    }
    lsc_json_end_object(writer);
}

static void write_selector(lsc_json_writer *writer, const lsc_param *param, const void *field)
{
    const lsc_selector *selector = field;
    bool any = !selector->types.given && selector->n_conditions == 0 && !selector->include_bots;
    if (any && !param->required) {
        return;
    }
    lsc_json_put_key(writer, param->key);
    lsc_json_begin_object(writer);
    if (selector->types.given) {
        lsc_write_names(writer, "types", &selector->types);
    }
    if (selector->n_conditions > 0) {
        write_where(writer, selector);
    }
    if (selector->include_bots) {
        lsc_json_member_bool(writer, "include_bots", true);
    }
    lsc_json_end_object(writer);
}

const lsc_param_type lsc_param_selector = {read_selector, write_selector};
