#include "train/drift.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "core/options.h"
#include "features/spec_data.h"
#include "train/settings.h"

void lsc_drift_init(lsc_drift *drift, size_t size)
{
    const lsc_drift defaults = LSC_DRIFT_INIT;
    lsc_options_init(drift, size, &defaults, sizeof defaults);
}

const char *lsc_drift_verdict_name(lsc_drift_verdict verdict)
{
    static const char *const names[] = {"stable", "watch", "drifted"};
    return names[verdict];
}

/** @param n_tests  how many distributions are looked at together */
static lsc_drift_verdict judge(const lsc_stability *stability, size_t n_tests)
{
    bool by_chance = stability->p_value >= LSC_DRIFT_ALPHA / (double)n_tests;
    if (by_chance || stability->psi < LSC_PSI_MOVED) {
        return LSC_DRIFT_STABLE;
    }
    return stability->psi < LSC_PSI_FAR ? LSC_DRIFT_WATCH : LSC_DRIFT_DRIFTED;
}

/** Compare a column with its reference, bin by bin. */
static lsc_drifted compare_column(const lsc_reference_column *column)
{
    const lsc_bins *bins = &column->bins;
    size_t missing = bins->n_edges + 1;
    return (lsc_drifted){.stability = lsc_stability_measure(column->shares, column->n_effective,
                                                            bins->weights, lsc_bins_count(bins)),
                         .missing_then = column->shares[missing],
                         .missing_now = bins->weights[missing] / bins->total};
}

/**
 * A category: a column a level, 1 where the lead has it. Its bins are the levels, and all that has
 * none of them. A level that hardly any lead had (its column has one bin) counts to the rest.
 */
static lsc_drifted compare_levels(const lsc_reference_column *columns, size_t n_columns,
                                  double *shares, double *counts)
{
    size_t n = 0;
    double rest_share = 1;
    double rest_count = columns[0].bins.total;
    double least = HUGE_VAL;
    double spread = 0;
    for (size_t i = 0; i < n_columns; i++) {
        if (columns[i].bins.n_edges != 1) {
            continue;
        }
        shares[n] = columns[i].shares[1];
        counts[n] = columns[i].bins.weights[1];
        rest_share -= shares[n];
        rest_count -= counts[n];
        spread += (1 - shares[n]) / columns[i].n_effective;
        least = fmin(least, columns[i].n_effective);
        n++;
    }
    shares[n] = fmax(0, rest_share);
    counts[n] = fmax(0, rest_count);
    if (shares[n] > 0) {
        spread += (1 - shares[n]) / least;
    }
    size_t n_filled = n + (shares[n] > 0);
    double effective = spread > 0 && n_filled > 1 ? ((double)n_filled - 1) / spread : least;
    return (lsc_drifted){.stability = lsc_stability_measure(
                             shares, isinf(effective) ? (double)NAN : effective, counts, n + 1),
                         .missing_then = shares[n],
                         .missing_now = counts[n] / columns[0].bins.total};
}

static lsc_status compare_features(lsc_drift_findings *findings, lsc_error *error)
{
    const lsc_drift_rows *rows = findings->rows;
    const lsc_reference *reference = &rows->reference;
    const uint32_t *owners = lsc_spec_column_features(rows->spec);
    double *shares = lsc_alloc_array(rows->allocator, reference->n_columns + 1, sizeof *shares);
    double *counts = lsc_alloc_array(rows->allocator, reference->n_columns + 1, sizeof *counts);
    lsc_status status = shares != NULL && counts != NULL ? LSC_OK : lsc_fail_memory(error);
    for (size_t first = 0, end = 0; first < reference->n_columns && status == LSC_OK; first = end) {
        size_t feature = owners[first];
        while (end < reference->n_columns && owners[end] == feature) {
            end++;
        }
        lsc_drifted *drifted = &findings->features[feature];
        *drifted = end - first == 1
                       ? compare_column(&reference->columns[first])
                       : compare_levels(&reference->columns[first], end - first, shares, counts);
        drifted->feature = feature;
        drifted->first_column = first;
        drifted->n_columns = end - first;
        drifted->verdict = judge(&drifted->stability, findings->n_features);
    }
    lsc_release(rows->allocator, shares);
    lsc_release(rows->allocator, counts);
    return status;
}

static lsc_drift_verdict judge_calibration(const lsc_calibration_check *check)
{
    double more = check->all.observed / check->all.predicted;
    if (check->p_value >= LSC_DRIFT_ALPHA) {
        return LSC_DRIFT_STABLE;
    }
    return more >= LSC_CALIBRATION_OFF || more <= 1 / LSC_CALIBRATION_OFF ? LSC_DRIFT_DRIFTED
                                                                          : LSC_DRIFT_WATCH;
}

static lsc_status compare_outcomes(lsc_drift_findings *findings, uint64_t seed, lsc_error *error)
{
    const lsc_drift_rows *rows = findings->rows;
    findings->predictions = (lsc_predictions){
        .labels = rows->labels, .probabilities = rows->probabilities, .n_rows = rows->n_labelled};
    lsc_status status = lsc_calibration_check_make(&findings->predictions, rows->allocator,
                                                   &findings->calibration, error);
    size_t n_positive = findings->calibration.all.n_positive;
    if (status != LSC_OK) {
        return status;
    }
    findings->outcomes_known = true;
    findings->has_metrics = n_positive > 0 && n_positive < rows->n_labelled;
    double expected = findings->calibration.all.predicted * (double)rows->n_labelled;
    if (rows->n_labelled >= LSC_LEAST_OUTCOME_ROWS &&
        (n_positive >= LSC_LEAST_OUTCOMES || expected >= LSC_LEAST_OUTCOMES)) {
        findings->calibration_verdict = judge_calibration(&findings->calibration);
    }
    return findings->has_metrics
               ? lsc_metrics_estimate(&findings->predictions, LSC_BOOTSTRAP_DRAWS, seed,
                                      rows->allocator, findings->estimates, error)
               : LSC_OK;
}

static lsc_drift_verdict worst(const lsc_drift_findings *findings)
{
    lsc_drift_verdict verdict = findings->score.verdict;
    if (findings->calibration_verdict > verdict) {
        verdict = findings->calibration_verdict;
    }
    for (size_t i = 0; i < findings->n_features; i++) {
        if (findings->features[i].verdict > LSC_DRIFT_STABLE && verdict < LSC_DRIFT_WATCH) {
            verdict = LSC_DRIFT_WATCH;
        }
    }
    return verdict;
}

static lsc_status find(lsc_drift_findings *findings, uint64_t seed, lsc_error *error)
{
    const lsc_drift_rows *rows = findings->rows;
    findings->score = compare_column(&rows->reference.probability);
    findings->score.verdict = judge(&findings->score.stability, 1);
    lsc_status status = compare_features(findings, error);
    if (status == LSC_OK && lsc_drift_rows_labelled(rows)) {
        status = compare_outcomes(findings, seed, error);
    }
    findings->verdict = worst(findings);
    return status;
}

static lsc_status tell(const lsc_model *model, const lsc_drift_rows *rows, uint64_t seed,
                       char **json, lsc_error *error)
{
    lsc_drift_findings findings = {.rows = rows, .n_features = lsc_spec_n_features(rows->spec)};
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    lsc_buffer out;
    lsc_buffer_init(&out, rows->allocator);
    findings.features =
        lsc_alloc_array(rows->allocator, findings.n_features, sizeof *findings.features);
    lsc_status status = findings.features != NULL ? lsc_model_get_info(model, &info, error)
                                                  : lsc_fail_memory(error);
    if (status == LSC_OK) {
        status = find(&findings, seed, error);
    }
    if (status == LSC_OK) {
        lsc_drift_write(&info, &findings, &out);
        status = lsc_buffer_status(&out, error);
    }
    if (status == LSC_OK) {
        *json = lsc_buffer_take(&out, NULL);
    }
    lsc_buffer_free(&out);
    lsc_release(rows->allocator, findings.features);
    return status;
}

/** The horizon that outcomes are waited for: the caller's, or that of training. */
static lsc_status choose_horizon(const lsc_drift *options, lsc_drift_rows *rows, lsc_error *error)
{
    rows->horizon_ms = options->horizon_ms != 0 ? options->horizon_ms : rows->reference.horizon_ms;
    if (rows->timed && rows->horizon_ms == LSC_TIME_NONE) {
        rows->horizon_ms = 90 * LSC_DAY_IN_MS;
    }
    if (rows->timed &&
        (rows->horizon_ms < LSC_LEAST_TRAIN_MS || rows->horizon_ms > LSC_MOST_TRAIN_MS)) {
        return lsc_fail(error, LSC_INVALID_ARG,
                        "horizon_ms is %lld, must be %lld (1 hour) to %lld (100 years)",
                        (long long)rows->horizon_ms, (long long)LSC_LEAST_TRAIN_MS,
                        (long long)LSC_MOST_TRAIN_MS);
    }
    return LSC_OK;
}

static lsc_status look(lsc_model *model, lsc_source *source, const lsc_drift *options,
                       lsc_drift_rows *rows, char **json, lsc_error *error)
{
    const lsc_stage stage = {options->progress, options->progress_ctx, "scoring leads", 0, 1};
    lsc_scorer *scorer = NULL;
    lsc_status status = lsc_reference_read(model, rows->allocator, &rows->reference, error);
    if (status == LSC_OK) {
        status = choose_horizon(options, rows, error);
    }
    if (status == LSC_OK) {
        status = lsc_scorer_new(model, NULL, &scorer, error);
    }
    if (status == LSC_OK) {
        status = lsc_drift_rows_read(rows, scorer, source, &stage, error);
    }
    if (status == LSC_OK && rows->n_rows == 0) {
        status = lsc_fail(error, LSC_BAD_DATA,
                          "no lead is left to compare: %zu had not come by then, %zu had "
                          "converted, %zu are not scored",
                          rows->n_not_yet, rows->n_converted, rows->n_unscored);
    }
    if (status == LSC_OK) {
        status = tell(model, rows, options->seed, json, error);
    }
    lsc_scorer_free(scorer);
    return status;
}

lsc_status lsc_drift_json(lsc_model *model, lsc_source *source, const lsc_drift *drift, char **json,
                          lsc_error *error)
{
    lsc_drift options = LSC_DRIFT_INIT;
    lsc_status status = LSC_OK;
    if (json == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "json is NULL");
    }
    *json = NULL;
    if (model == NULL || source == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", model == NULL ? "model" : "source");
    }
    if (drift != NULL) {
        status = lsc_options_read("lsc_drift", &options, sizeof options, drift,
                                  LSC_SIZE_UP_TO(lsc_drift, progress_ctx), error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_drift_rows rows = {.allocator = lsc_default_allocator(),
                           .spec = lsc_model_spec(model),
                           .timed = lsc_source_has_times(source),
                           .as_of_ms = options.as_of_ms};
    if (rows.timed && options.as_of_ms == LSC_TIME_NONE) {
        return lsc_fail(error, LSC_INVALID_ARG, "as_of_ms is needed: the source has times");
    }
    if (!rows.timed) {
        rows.as_of_ms = 0;
    }
    rows.reference.allocator = rows.allocator;
    status = look(model, source, &options, &rows, json, error);
    lsc_drift_rows_free(&rows);
    return status;
}
