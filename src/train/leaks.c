#include "train/leaks.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/number.h"
#include "features/spec_data.h"
#include "train/leak_columns.h"
#include "train/leak_sample.h"
#include "train/leak_strength.h"
#include "train/leak_twins.h"

/** Alone: a ROC AUC by itself that is enough to be looked at, and one that is enough. */
#define ALONE_LOOKED_AT 0.80
#define ALONE_ENOUGH 0.95
/** With the column the ranking is this good, and without it the area above the curve is larger by
    more than this factor. */
#define WITH_IT 0.90
#define ERROR_LEFT 0.40
/** Leads of each class below which a ROC AUC is not believed. */
#define LEAST_LEADS 40
/** So many converted leads at least, and this share of those that the source tells of. */
#define AFTER_LEADS 10
#define AFTER_SHARE 0.9
/** Pairs of equal leads, the share of them in which both convert, and of the rows that convert. */
#define TWIN_PAIRS 20
#define TWIN_SHARE 0.9
#define TWIN_ROWS 0.01

/** A search under way. */
typedef struct leak_search {
    const lsc_rows *rows;
    const lsc_spec *spec;
    const lsc_history *history;
    uint64_t seed;
    const lsc_stage *stage;
    lsc_leak_sample sample;
    double *alone;    /**< [n_features] */
    bool *candidates; /**< [n_features], that predict well by themselves */
    bool *left_out;   /**< [n_features], of one question */
    size_t n_features;
    double without; /**< ROC AUC without any of the candidates */
} leak_search;

lsc_status lsc_leaks_add(lsc_leaks *leaks, lsc_leak_rule rule, size_t feature, const char *column,
                         lsc_error *error, const char *format, ...)
{
    if (!lsc_grow(leaks->allocator, (void **)&leaks->items, &leaks->capacity, leaks->n + 1,
                  sizeof *leaks->items)) {
        return lsc_fail_memory(error);
    }
    lsc_leak *leak = &leaks->items[leaks->n];
    *leak = (lsc_leak){.rule = rule, .feature = feature};
    leaks->n++;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(leak->reason, sizeof leak->reason, format, arguments);
    va_end(arguments);
    leak->column = lsc_copy_text(leaks->allocator, column, strlen(column));
    lsc_buffer line;
    lsc_buffer_init(&line, leaks->allocator);
    lsc_buffer_append_format(&line, "%s: %s", column, leak->reason);
    leak->line = lsc_buffer_take(&line, NULL);
    lsc_status status = lsc_buffer_status(&line, error);
    return leak->column == NULL || leak->line == NULL ? lsc_fail_memory(error) : status;
}

/** What the source tells of a property, or NULL. */
static const lsc_read_property *find_history(const leak_search *search, size_t feature)
{
    const char *name = lsc_spec_feature_property(search->spec, feature);
    for (size_t i = 0; name != NULL && i < search->history->n_properties; i++) {
        if (strcmp(search->history->properties[i].name, name) == 0) {
            return &search->history->properties[i];
        }
    }
    return NULL;
}

static bool is_set_after(const lsc_read_property *property)
{
    size_t n = property->n_before + property->n_after;
    return property->n_after >= AFTER_LEADS && (double)property->n_after >= AFTER_SHARE * (double)n;
}

static lsc_status note_one_class(const lsc_filled *filled, size_t feature, const char *name,
                                 lsc_leaks *leaks, lsc_error *error)
{
    return lsc_leaks_add(leaks, LSC_LEAK_ONE_CLASS, feature, name, error,
                         "filled for one class only: of %zu leads that have it %zu convert, of all "
                         "%zu leads %zu",
                         filled->n_filled, filled->n_filled_converted, filled->n_leads,
                         filled->n_converted);
}

/** The ROC AUC with a candidate, and none of the others. */
static lsc_status measure_with(leak_search *search, size_t feature, double *with, lsc_error *error)
{
    memcpy(search->left_out, search->candidates, search->n_features * sizeof *search->left_out);
    search->left_out[feature] = false;
    return lsc_leak_auc_without(&search->sample, search->spec, search->left_out, search->seed,
                                search->stage, with, error);
}

static lsc_status judge_alone(leak_search *search, size_t feature, const char *name,
                              lsc_leaks *leaks, bool *found, lsc_error *error)
{
    double with;
    *found = false;
    if (!search->candidates[feature]) {
        return LSC_OK;
    }
    lsc_status status = measure_with(search, feature, &with, error);
    if (status != LSC_OK) {
        return status;
    }
    *found = search->alone[feature] >= ALONE_ENOUGH ||
             (with >= WITH_IT && 1 - with <= ERROR_LEFT * (1 - search->without));
    if (!*found) {
        return LSC_OK;
    }
    return lsc_leaks_add(leaks, LSC_LEAK_ALONE, feature, name, error,
                         "predicts almost alone: ROC AUC %s by itself, %s with the other columns, "
                         "%s without it",
                         lsc_number_show(search->alone[feature], 3).text,
                         lsc_number_show(with, 3).text, lsc_number_show(search->without, 3).text);
}

/** What only a property can be: an activity is seen from its time on, whatever it is. */
static lsc_status judge_property(leak_search *search, size_t feature, const char *name,
                                 lsc_leaks *leaks, bool *found, lsc_error *error)
{
    lsc_column_range columns = lsc_feature_columns(search->spec, feature);
    const lsc_read_property *property = find_history(search, feature);
    lsc_filled filled;
    *found = true;
    if (property == NULL) {
        *found = false;
        return LSC_OK;
    }
    if (is_set_after(property)) {
        return lsc_leaks_add(leaks, LSC_LEAK_AFTER, feature, name, error,
                             "set after the outcome for %zu of %zu converted leads whose history "
                             "tells when",
                             property->n_after, property->n_after + property->n_before);
    }
    lsc_leak_count_filled(&search->sample, columns, &filled);
    if (lsc_leak_one_class(&filled)) {
        return note_one_class(&filled, feature, name, leaks, error);
    }
    lsc_status status = lsc_leak_is_identifier(&search->sample, columns, found, error);
    if (status == LSC_OK && *found) {
        return lsc_leaks_add(leaks, LSC_LEAK_IDENTIFIER, feature, name, error,
                             "numbers the leads: whole numbers, hardly one of them twice, close "
                             "together, as those of an identifier");
    }
    return status;
}

static lsc_status judge_features(leak_search *search, lsc_leaks *leaks, lsc_error *error)
{
    lsc_status status = LSC_OK;
    for (size_t feature = 0; feature < search->n_features && status == LSC_OK; feature++) {
        const char *name = lsc_spec_feature_name(search->spec, feature);
        bool found;
        status = judge_property(search, feature, name, leaks, &found, error);
        if (status == LSC_OK && !found) {
            status = judge_alone(search, feature, name, leaks, &found, error);
        }
    }
    return status;
}

static lsc_status judge_rows(const leak_search *search, lsc_leaks *leaks, lsc_error *error)
{
    lsc_twins twins;
    lsc_status status = lsc_twins_count(search->rows, &twins, error);
    if (status != LSC_OK || twins.n_both < TWIN_PAIRS ||
        twins.n_both < TWIN_SHARE * (twins.n_both + twins.n_one) ||
        (double)twins.n_copies < TWIN_ROWS * (double)twins.n_positive) {
        return status;
    }
    return lsc_leaks_add(leaks, LSC_LEAK_TWINS, SIZE_MAX, LSC_LEAK_ROWS, error,
                         "the same leads twice: %zu of the %zu rows that convert equal one of "
                         "another lead, so that rows learned from give away rows measured on",
                         twins.n_copies, twins.n_positive);
}

static bool has_enough(const lsc_rows *rows)
{
    size_t n_converted = lsc_rows_count_converted(rows);
    return n_converted >= LEAST_LEADS && rows->n_groups - n_converted >= LEAST_LEADS;
}

/** How well each feature predicts by itself, and all but the best of them together. */
static lsc_status find_candidates(leak_search *search, lsc_error *error)
{
    lsc_status status = LSC_OK;
    bool any = false;
    if (!has_enough(search->rows)) {
        return LSC_OK;
    }
    for (size_t feature = 0; feature < search->n_features && status == LSC_OK; feature++) {
        status = lsc_leak_auc_alone(&search->sample, lsc_feature_columns(search->spec, feature),
                                    &search->alone[feature], error);
        search->candidates[feature] = search->alone[feature] >= ALONE_LOOKED_AT;
        any = any || search->candidates[feature];
        if (status == LSC_OK) {
            status = lsc_stage_report(search->stage, -1, error);
        }
    }
    if (status == LSC_OK && any) {
        status = lsc_leak_auc_without(&search->sample, search->spec, search->candidates,
                                      search->seed, search->stage, &search->without, error);
    }
    return status;
}

static lsc_status search_all(leak_search *search, lsc_leaks *leaks, lsc_error *error)
{
    const lsc_allocator *allocator = search->rows->allocator;
    search->alone = lsc_alloc_array(allocator, search->n_features, sizeof *search->alone);
    search->candidates = lsc_alloc_array(allocator, search->n_features, sizeof(bool));
    search->left_out = lsc_alloc_array(allocator, search->n_features, sizeof(bool));
    lsc_status status = LSC_OK;
    if (search->alone == NULL || search->candidates == NULL || search->left_out == NULL) {
        status = lsc_fail_memory(error);
    }
    if (status == LSC_OK) {
        status = find_candidates(search, error);
    }
    if (status == LSC_OK) {
        status = judge_features(search, leaks, error);
    }
    if (status == LSC_OK) {
        status = judge_rows(search, leaks, error);
    }
    lsc_release(allocator, search->alone);
    lsc_release(allocator, search->candidates);
    lsc_release(allocator, search->left_out);
    return status;
}

lsc_status lsc_leaks_find(const lsc_rows *rows, const lsc_spec *spec, const lsc_history *history,
                          uint64_t seed, const lsc_stage *stage, lsc_leaks *leaks, lsc_error *error)
{
    leak_search search = {.rows = rows,
                          .spec = spec,
                          .history = history,
                          .seed = seed,
                          .stage = stage,
                          .n_features = lsc_spec_n_features(spec)};
    *leaks = (lsc_leaks){.allocator = rows->allocator};
    lsc_status status = lsc_leak_sample_make(rows, &search.sample, error);
    if (status == LSC_OK) {
        status = search_all(&search, leaks, error);
        lsc_leak_sample_free(&search.sample);
    }
    if (status != LSC_OK) {
        lsc_leaks_free(leaks);
    }
    return status;
}

static const char *rule_name(lsc_leak_rule rule)
{
    static const char *const names[] = {[LSC_LEAK_AFTER] = "after_outcome",
                                        [LSC_LEAK_ONE_CLASS] = "one_class",
                                        [LSC_LEAK_ALONE] = "alone",
                                        [LSC_LEAK_IDENTIFIER] = "identifier",
                                        [LSC_LEAK_TWINS] = "twins"};
    return names[rule];
}

void lsc_leaks_put(lsc_json_writer *writer, const lsc_leaks *leaks)
{
    lsc_json_put_key(writer, "leaks");
    lsc_json_begin_array(writer);
    for (size_t i = 0; i < leaks->n; i++) {
        lsc_json_begin_object(writer);
        lsc_json_member_string(writer, "column", leaks->items[i].column);
        lsc_json_member_string(writer, "rule", rule_name(leaks->items[i].rule));
        lsc_json_member_string(writer, "reason", leaks->items[i].reason);
        lsc_json_member_bool(writer, "dropped", leaks->dropped);
        lsc_json_end_object(writer);
    }
    lsc_json_end_array(writer);
}

void lsc_leaks_free(lsc_leaks *leaks)
{
    for (size_t i = 0; i < leaks->n; i++) {
        lsc_release(leaks->allocator, leaks->items[i].column);
        lsc_release(leaks->allocator, leaks->items[i].line);
    }
    lsc_release(leaks->allocator, leaks->items);
    *leaks = (lsc_leaks){.allocator = leaks->allocator};
}
