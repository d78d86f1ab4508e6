#include "scorecard.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <leadscore/model.h>

#include "core/json.h"
#include "core/number.h"
#include "core/string_map.h"

/** Points of a rule lie within this of 0. */
#define MAX_POINTS 1e6
/** The most a card can come to. */
#define MAX_TOTAL 100.0

static const char *const grade_names[4] = {"A", "B", "C", "D"};
static const double default_grades[4] = {80, 60, 40, 20};

/** A card under way. */
typedef struct card_reader {
    const lsc_spec *spec;
    lsc_scorecard *card;
    lsc_string_map columns; /**< index of each column by its name */
    lsc_buffer name;        /**< of the column a rule means */
} card_reader;

/** The place of a rule, for messages. */
typedef struct place {
    char text[64];
} place;

static place rule_place(size_t rule)
{
    place where;
    snprintf(where.text, sizeof where.text, "scorecard.json: rules[%zu]", rule);
    return where;
}

static lsc_status get_number(const lsc_json *object, const char *key, double low, double high,
                             double *out, const char *where, lsc_error *error)
{
    return lsc_json_get_number(object, key, false, low, high, out, LSC_BAD_SPEC, where, error);
}

static lsc_status index_columns(card_reader *reader, lsc_error *error)
{
    for (size_t i = 0; i < lsc_spec_n_columns(reader->spec); i++) {
        const char *name = lsc_spec_column_name(reader->spec, i);
        if (lsc_string_map_insert(&reader->columns, name, strlen(name), i, NULL) == NULL) {
            return lsc_fail_memory(error);
        }
    }
    return LSC_OK;
}

static bool has_feature(const lsc_spec *spec, const char *name)
{
    for (size_t i = 0; i < lsc_spec_n_features(spec); i++) {
        if (strcmp(lsc_spec_feature_name(spec, i), name) == 0) {
            return true;
        }
    }
    return false;
}

static lsc_status fail_column(const card_reader *reader, const char *feature, const char *level,
                              const char *where, lsc_error *error)
{
    if (!has_feature(reader->spec, feature)) {
        return lsc_fail(error, LSC_BAD_SPEC, "%s: the spec has no feature \"%s\"", where, feature);
    }
    if (level == NULL) {
        return lsc_fail(error, LSC_BAD_SPEC, "%s: \"%s\" is a category, say which level", where,
                        feature);
    }
    return lsc_fail(error, LSC_BAD_SPEC, "%s: \"%s\" has no level \"%s\"", where, feature, level);
}

/** The column of a rule: the feature's only one, or that of a level ("industry=software"). */
static lsc_status find_column(card_reader *reader, const lsc_json *object, lsc_rule *rule,
                              const char *where, lsc_error *error)
{
    const char *feature = NULL;
    const char *level = NULL;
    lsc_status status =
        lsc_json_get_string(object, "feature", true, &feature, LSC_BAD_SPEC, where, error);
    if (status == LSC_OK) {
        status = lsc_json_get_string(object, "level", false, &level, LSC_BAD_SPEC, where, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_buffer_clear(&reader->name);
    lsc_buffer_append_text(&reader->name, feature);
    if (level != NULL) {
        lsc_buffer_append_text(&reader->name, "=");
        lsc_buffer_append_text(&reader->name, level);
    }
    status = lsc_buffer_status(&reader->name, error);
    if (status != LSC_OK) {
        return status;
    }
    const uint64_t *column =
        lsc_string_map_find(&reader->columns, reader->name.data, reader->name.length);
    if (column == NULL) {
        return fail_column(reader, feature, level, where, error);
    }
    size_t owner = lsc_spec_column_feature(reader->spec, (size_t)*column);
    if (strcmp(lsc_spec_feature_name(reader->spec, owner), feature) != 0) {
        return fail_column(reader, feature, level, where, error);
    }
    rule->column = (uint32_t)*column;
    rule->feature = (uint32_t)owner;
    rule->group = (uint32_t)lsc_spec_feature_group(reader->spec, owner);
    return LSC_OK;
}

/** When a rule gives its points: per unit, or in a range, or (a level) where its column is 1. */
static lsc_status read_condition(const lsc_json *object, lsc_rule *rule, const char *where,
                                 lsc_error *error)
{
    const char *per = NULL;
    bool level = lsc_json_member(object, "level") != NULL;
    bool range =
        lsc_json_member(object, "least") != NULL || lsc_json_member(object, "most") != NULL;
    lsc_status status = lsc_json_get_string(object, "per", false, &per, LSC_BAD_SPEC, where, error);
    if (status != LSC_OK) {
        return status;
    }
    if (per != NULL && strcmp(per, "unit") != 0) {
        return lsc_fail(error, LSC_BAD_SPEC, "%s.per is \"%s\", must be \"unit\"", where, per);
    }
    if ((per != NULL) + level + range != 1) {
        return lsc_fail(
            error, LSC_BAD_SPEC,
            "%s must have one of \"per\": \"unit\", a \"level\", or a range (\"least\", "
            "\"most\")",
            where);
    }
    rule->per_unit = per != NULL;
    rule->least = level ? 1 : -HUGE_VAL;
    rule->most = level ? 1 : HUGE_VAL;
    status = get_number(object, "least", -HUGE_VAL, HUGE_VAL, &rule->least, where, error);
    if (status == LSC_OK) {
        status = get_number(object, "most", rule->least, HUGE_VAL, &rule->most, where, error);
    }
    return status;
}

static lsc_status read_rule(card_reader *reader, const lsc_json *object, size_t number,
                            lsc_error *error)
{
    static const char *const known[] = {"feature", "level", "points", "per",
                                        "least",   "most",  "cap",    NULL};
    place where = rule_place(number);
    lsc_rule *rule = &reader->card->rules[number];
    if (lsc_json_kind(object) != LSC_JSON_OBJECT) {
        return lsc_fail(error, LSC_BAD_SPEC, "%s is not an object but %s", where.text,
                        lsc_json_kind_name(object));
    }
    rule->cap = HUGE_VAL;
    lsc_status status = lsc_json_check_keys(object, known, LSC_BAD_SPEC, where.text, error);
    if (status == LSC_OK) {
        status = find_column(reader, object, rule, where.text, error);
    }
    if (status == LSC_OK) {
        status = lsc_json_get_number(object, "points", true, -MAX_POINTS, MAX_POINTS, &rule->points,
                                     LSC_BAD_SPEC, where.text, error);
    }
    if (status == LSC_OK) {
        status = get_number(object, "cap", 0, MAX_POINTS, &rule->cap, where.text, error);
    }
    return status == LSC_OK ? read_condition(object, rule, where.text, error) : status;
}

static lsc_status read_rules(card_reader *reader, const lsc_json *root, lsc_error *error)
{
    const lsc_json *rules = NULL;
    lsc_scorecard *card = reader->card;
    lsc_status status = lsc_json_get_container(root, "rules", true, LSC_JSON_ARRAY, &rules,
                                               LSC_BAD_SPEC, "scorecard.json", error);
    if (status != LSC_OK) {
        return status;
    }
    size_t n = lsc_json_count(rules);
    if (n > LSC_MAX_RULES) {
        return lsc_fail(error, LSC_LIMIT, "scorecard.json: %zu rules, at most %d are read", n,
                        LSC_MAX_RULES);
    }
    card->rules = lsc_alloc_array(&card->allocator, n, sizeof *card->rules);
    if (card->rules == NULL) {
        return lsc_fail_memory(error);
    }
    card->n_rules = n;
    status = index_columns(reader, error);
    const lsc_json *rule = lsc_json_first(rules);
    for (size_t i = 0; i < n && status == LSC_OK; i++, rule = lsc_json_next(rule)) {
        status = read_rule(reader, rule, i, error);
    }
    return status;
}

static size_t find_group(const lsc_spec *spec, const char *name)
{
    size_t group = 0;
    while (group < lsc_spec_n_groups(spec) && strcmp(lsc_spec_group_name(spec, group), name) != 0) {
        group++;
    }
    return group;
}

static lsc_status read_group_caps(card_reader *reader, const lsc_json *root, lsc_error *error)
{
    const char *where = "scorecard.json: group_caps";
    const lsc_json *caps = NULL;
    lsc_status status = lsc_json_get_container(root, "group_caps", false, LSC_JSON_OBJECT, &caps,
                                               LSC_BAD_SPEC, "scorecard.json", error);
    if (status != LSC_OK || caps == NULL) {
        return status;
    }
    for (const lsc_json *cap = lsc_json_first(caps); cap != NULL; cap = lsc_json_next(cap)) {
        const char *name = lsc_json_key(cap);
        size_t group = find_group(reader->spec, name);
        if (group == lsc_spec_n_groups(reader->spec)) {
            return lsc_fail(error, LSC_BAD_SPEC, "%s: the spec has no group \"%s\"", where, name);
        }
        status =
            get_number(caps, name, 0, MAX_POINTS, &reader->card->group_cap[group], where, error);
        if (status != LSC_OK) {
            return status;
        }
    }
    return LSC_OK;
}

static lsc_status read_grades(const lsc_json *root, double grades[4], lsc_error *error)
{
    const char *where = "scorecard.json: grades";
    static const char *const known[] = {"A", "B", "C", "D", NULL};
    const lsc_json *object = NULL;
    memcpy(grades, default_grades, sizeof default_grades);
    lsc_status status = lsc_json_get_container(root, "grades", false, LSC_JSON_OBJECT, &object,
                                               LSC_BAD_SPEC, "scorecard.json", error);
    if (status != LSC_OK || object == NULL) {
        return status;
    }
    status = lsc_json_check_keys(object, known, LSC_BAD_SPEC, where, error);
    double above = MAX_TOTAL;
    for (size_t i = 0; i < 4 && status == LSC_OK; i++) {
        status = lsc_json_get_number(object, grade_names[i], true, 0, above, &grades[i],
                                     LSC_BAD_SPEC, where, error);
        above = grades[i];
    }
    return status;
}

static lsc_status read_totals(const lsc_json *root, lsc_scorecard *card, lsc_error *error)
{
    double format = 0;
    lsc_status status = lsc_json_get_number(root, "format", true, 1, 1e9, &format, LSC_BAD_SPEC,
                                            "scorecard.json", error);
    if (status == LSC_OK && format != 1) {
        status = lsc_fail(error, LSC_UNSUPPORTED,
                          "scorecard.json: format is %s, this library reads format 1",
                          lsc_number_show(format, 9).text);
    }
    if (status == LSC_OK) {
        status = get_number(root, "cap", 1, MAX_TOTAL, &card->total_cap, "scorecard.json", error);
    }
    if (status == LSC_OK) {
        status = get_number(root, "base", 0, card->total_cap, &card->base, "scorecard.json", error);
    }
    return status;
}

static lsc_status read_card(card_reader *reader, const lsc_json *root, lsc_error *error)
{
    static const char *const known[] = {"format", "base",  "cap", "group_caps",
                                        "grades", "rules", NULL};
    if (lsc_json_kind(root) != LSC_JSON_OBJECT) {
        return lsc_fail(error, LSC_BAD_SPEC, "scorecard.json is not an object but %s",
                        lsc_json_kind_name(root));
    }
    lsc_status status = read_totals(root, reader->card, error);
    if (status == LSC_OK) {
        status = lsc_json_check_keys(root, known, LSC_BAD_SPEC, "scorecard.json", error);
    }
    if (status == LSC_OK) {
        status = read_group_caps(reader, root, error);
    }
    if (status == LSC_OK) {
        status = read_grades(root, reader->card->grades, error);
    }
    return status == LSC_OK ? read_rules(reader, root, error) : status;
}

static void init_card(lsc_scorecard *card, const lsc_allocator *allocator)
{
    memset(card, 0, sizeof *card);
    card->allocator = *allocator;
    card->total_cap = MAX_TOTAL;
    for (size_t i = 0; i < LSC_MAX_GROUPS; i++) {
        card->group_cap[i] = HUGE_VAL;
    }
}

lsc_status lsc_scorecard_parse(const char *json, size_t length, const lsc_spec *spec,
                               const lsc_allocator *allocator, lsc_scorecard *card,
                               lsc_error *error)
{
    static const lsc_json_limits limits = {LSC_MAX_SPEC_JSON, 8, 16 * LSC_MAX_RULES};
    lsc_json *root = NULL;
    lsc_status status = lsc_json_parse(json, length, &limits, &root, error);
    if (status != LSC_OK) {
        lsc_error_prefix(error, "scorecard.json: ");
        return status;
    }
    lsc_scorecard read;
    init_card(&read, allocator);
    card_reader reader = {.spec = spec, .card = &read};
    lsc_string_map_init(&reader.columns, allocator);
    lsc_buffer_init(&reader.name, allocator);
    status = read_card(&reader, root, error);
    lsc_string_map_free(&reader.columns);
    lsc_buffer_free(&reader.name);
    lsc_json_free(root);
    if (status != LSC_OK) {
        lsc_scorecard_free(&read);
        return status;
    }
    *card = read;
    return LSC_OK;
}

void lsc_scorecard_free(lsc_scorecard *card)
{
    lsc_release(&card->allocator, card->rules);
    card->rules = NULL;
}

static double clamp(double number, double low, double high)
{
    return number < low ? low : number > high ? high : number;
}

/** The points of a rule before the caps of group and total. A missing value gives none. */
static double rule_points(const lsc_rule *rule, double value)
{
    if (isnan(value)) {
        return 0;
    }
    if (rule->per_unit) {
        return clamp(rule->points * value, -rule->cap, rule->cap);
    }
    bool inside = value >= rule->least && value <= rule->most;
    return inside ? clamp(rule->points, -rule->cap, rule->cap) : 0;
}

double lsc_scorecard_points(const lsc_scorecard *card, const float *columns, size_t n_columns,
                            double *contributions)
{
    double in_group[LSC_MAX_GROUPS] = {0};
    double total = card->base;
    if (contributions != NULL) {
        memset(contributions, 0, n_columns * sizeof *contributions);
    }
    for (size_t i = 0; i < card->n_rules; i++) {
        const lsc_rule *rule = &card->rules[i];
        double *group = &in_group[rule->group];
        double group_cap = card->group_cap[rule->group];
        double points = rule_points(rule, (double)columns[rule->column]);
        double in_cap = clamp(*group + points, -group_cap, group_cap) - *group;
        double counted = clamp(total + in_cap, 0, card->total_cap) - total;
        *group += counted;
        total += counted;
        if (contributions != NULL) {
            contributions[rule->column] += counted;
        }
    }
    return clamp(total, 0, card->total_cap);
}
