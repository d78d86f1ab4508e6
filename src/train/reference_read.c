#include "train/reference_read.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <leadscore/lead.h>

#include "core/json.h"
#include "train/settings.h"

/** Room for "columns[65535]". */
#define PLACE_SIZE 32
/** How far from 1 the shares may sum: each was rounded to three digits. */
#define SUM_SLACK 0.02

static lsc_status read_numbers(const lsc_json *object, const char *key, double low, double high,
                               double *numbers, size_t most, size_t *count, const char *place,
                               lsc_error *error)
{
    const lsc_json *array = NULL;
    lsc_status status = lsc_json_get_container(object, key, true, LSC_JSON_ARRAY, &array,
                                               LSC_BAD_MODEL, place, error);
    if (status != LSC_OK) {
        return status;
    }
    *count = lsc_json_count(array);
    if (*count > most) {
        return lsc_fail(error, LSC_BAD_MODEL, "%s.%s has %zu numbers, at most %zu are allowed",
                        place, key, *count, most);
    }
    for (const lsc_json *item = lsc_json_first(array); item != NULL; item = lsc_json_next(item)) {
        double number =
            lsc_json_kind(item) == LSC_JSON_NUMBER ? lsc_json_number(item) : (double)NAN;
        if (!(number >= low && number <= high)) {
            return lsc_fail(error, LSC_BAD_MODEL, "%s.%s holds something that is no number of it",
                            place, key);
        }
        *numbers++ = number;
    }
    return LSC_OK;
}

/** Shares of what is there, and of what is missing, become shares of all. */
static lsc_status complete_shares(lsc_reference_column *column, size_t n_shares, double missing,
                                  const char *place, lsc_error *error)
{
    double sum = 0;
    for (size_t i = 0; i < n_shares; i++) {
        sum += column->shares[i];
    }
    if (n_shares == 0 && missing >= 1) {
        sum = 1;
    } else if (n_shares != column->bins.n_edges + 1 || fabs(sum - 1) > SUM_SLACK) {
        return lsc_fail(error, LSC_BAD_MODEL, "%s.shares are not those of %zu bins", place,
                        column->bins.n_edges + 1);
    }
    for (size_t i = 0; i < n_shares; i++) {
        column->shares[i] *= (1 - missing) / sum;
    }
    column->shares[column->bins.n_edges + 1] = missing;
    return LSC_OK;
}

static lsc_status read_column(const lsc_json *object, lsc_reference_column *column,
                              const char *place, lsc_error *error)
{
    double missing = 0;
    size_t n_shares = 0;
    column->n_effective = (double)NAN;
    lsc_status status =
        lsc_json_get_number(object, "missing", true, 0, 1, &missing, LSC_BAD_MODEL, place, error);
    if (status == LSC_OK) {
        status = lsc_json_get_number(object, "n_effective", false, 1e-6, 1e12, &column->n_effective,
                                     LSC_BAD_MODEL, place, error);
    }
    if (status == LSC_OK) {
        status = read_numbers(object, "edges", -HUGE_VAL, HUGE_VAL, column->bins.edges,
                              LSC_REFERENCE_BINS - 1, &column->bins.n_edges, place, error);
    }
    if (status == LSC_OK) {
        status = read_numbers(object, "shares", 0, 1, column->shares, LSC_REFERENCE_BINS, &n_shares,
                              place, error);
    }
    for (size_t i = 1; i < column->bins.n_edges && status == LSC_OK; i++) {
        if (!(column->bins.edges[i] > column->bins.edges[i - 1])) {
            status = lsc_fail(error, LSC_BAD_MODEL, "%s.edges do not rise", place);
        }
    }
    return status == LSC_OK ? complete_shares(column, n_shares, missing, place, error) : status;
}

static lsc_status read_columns(const lsc_json *root, const lsc_spec *spec, lsc_reference *reference,
                               lsc_error *error)
{
    const lsc_json *array = NULL;
    lsc_status status = lsc_json_get_container(root, "columns", true, LSC_JSON_ARRAY, &array,
                                               LSC_BAD_MODEL, "reference.json", error);
    if (status == LSC_OK && lsc_json_count(array) != reference->n_columns) {
        return lsc_fail(error, LSC_BAD_MODEL, "reference.json has %zu columns, the spec %zu",
                        lsc_json_count(array), reference->n_columns);
    }
    const lsc_json *item = status == LSC_OK ? lsc_json_first(array) : NULL;
    for (size_t i = 0; item != NULL && status == LSC_OK; i++, item = lsc_json_next(item)) {
        char place[PLACE_SIZE];
        const char *name = "";
        snprintf(place, sizeof place, "columns[%zu]", i);
        status = lsc_json_get_string(item, "name", true, &name, LSC_BAD_MODEL, place, error);
        if (status == LSC_OK && strcmp(name, lsc_spec_column_name(spec, i)) != 0) {
            status = lsc_fail(error, LSC_BAD_MODEL, "%s is \"%.64s\", the spec has \"%.64s\"",
                              place, name, lsc_spec_column_name(spec, i));
        }
        if (status == LSC_OK) {
            status = read_column(item, &reference->columns[i], place, error);
        }
    }
    return status;
}

static lsc_status read_horizon(const lsc_json *root, int64_t *horizon_ms, lsc_error *error)
{
    const lsc_json *member = lsc_json_member(root, "horizon_ms");
    double horizon = 0;
    if (member == NULL || lsc_json_kind(member) == LSC_JSON_NULL) {
        return LSC_OK;
    }
    lsc_status status =
        lsc_json_get_number(root, "horizon_ms", true, (double)LSC_LEAST_TRAIN_MS,
                            (double)LSC_MOST_TRAIN_MS, &horizon, LSC_BAD_MODEL, "", error);
    if (status == LSC_OK) {
        *horizon_ms = (int64_t)horizon;
    }
    return status;
}

static lsc_status read_root(const lsc_json *root, const lsc_spec *spec, lsc_reference *reference,
                            lsc_error *error)
{
    double format = 0;
    const lsc_json *probability = NULL;
    if (lsc_json_kind(root) != LSC_JSON_OBJECT) {
        return lsc_fail(error, LSC_BAD_MODEL, "reference.json is no object");
    }
    lsc_status status = lsc_json_get_number(root, "format", true, 1, 1e9, &format, LSC_BAD_MODEL,
                                            "reference.json", error);
    if (status == LSC_OK && format > 1) {
        return lsc_fail(error, LSC_UNSUPPORTED, "reference.json has format %.0f, this reads 1",
                        format);
    }
    if (status == LSC_OK) {
        status = read_columns(root, spec, reference, error);
    }
    if (status == LSC_OK) {
        status = lsc_json_get_container(root, "probability", true, LSC_JSON_OBJECT, &probability,
                                        LSC_BAD_MODEL, "reference.json", error);
    }
    if (status == LSC_OK) {
        status = read_column(probability, &reference->probability, "probability", error);
    }
    if (status == LSC_OK) {
        status = read_horizon(root, &reference->horizon_ms, error);
    }
    return status == LSC_OK ? lsc_json_get_bool(root, "repeats", false, &reference->repeats,
                                                LSC_BAD_MODEL, "reference.json", error)
                            : status;
}

lsc_status lsc_reference_parse(const char *text, size_t length, const lsc_spec *spec,
                               const lsc_allocator *allocator, lsc_reference *reference,
                               lsc_error *error)
{
    const lsc_json_limits limits = {LSC_MAX_REFERENCE_JSON, 16, LSC_MAX_REFERENCE_VALUES};
    lsc_json *root = NULL;
    *reference = (lsc_reference){.allocator = allocator, .horizon_ms = LSC_TIME_NONE};
    lsc_status status = lsc_json_parse(text, length, &limits, &root, error);
    if (status != LSC_OK) {
        lsc_error_prefix(error, "reference.json: ");
        return status;
    }
    reference->n_columns = lsc_spec_n_columns(spec);
    reference->columns =
        lsc_alloc_array(allocator, reference->n_columns, sizeof *reference->columns);
    status = reference->columns != NULL ? read_root(root, spec, reference, error)
                                        : lsc_fail_memory(error);
    lsc_json_free(root);
    if (status != LSC_OK) {
        lsc_reference_free(reference);
    }
    return status;
}

lsc_status lsc_reference_read(const lsc_model *model, const lsc_allocator *allocator,
                              lsc_reference *reference, lsc_error *error)
{
    size_t length = 0;
    const char *text = lsc_model_member(model, "reference.json", &length);
    if (text == NULL) {
        *reference = (lsc_reference){.allocator = allocator};
        return lsc_fail(error, LSC_UNSUPPORTED,
                        "the model has no reference.json: only one that was trained here says what "
                        "its leads were like");
    }
    return lsc_reference_parse(text, length, lsc_model_spec(model), allocator, reference, error);
}

void lsc_reference_free(lsc_reference *reference)
{
    lsc_release(reference->allocator, reference->columns);
    *reference = (lsc_reference){.allocator = reference->allocator};
}
