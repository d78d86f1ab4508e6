#include "train/evaluation.h"

#include <math.h>
#include <string.h>

#include "score/scorer.h"

/** Rows gathered to fit a calibration to. */
typedef struct margin_sample {
    double *margins;
    double *weights;
    unsigned char *labels;
    uint32_t *groups;
    size_t n_rows;
} margin_sample;

static lsc_status sample_init(margin_sample *sample, size_t n_rows, const lsc_allocator *allocator,
                              lsc_error *error)
{
    sample->n_rows = 0;
    sample->margins = lsc_alloc_array(allocator, n_rows, sizeof *sample->margins);
    sample->weights = lsc_alloc_array(allocator, n_rows, sizeof *sample->weights);
    sample->labels = lsc_alloc_array(allocator, n_rows, sizeof *sample->labels);
    sample->groups = lsc_alloc_array(allocator, n_rows, sizeof *sample->groups);
    if (sample->margins == NULL || sample->weights == NULL || sample->labels == NULL ||
        sample->groups == NULL) {
        return lsc_fail_memory(error);
    }
    return LSC_OK;
}

static void sample_free(margin_sample *sample, const lsc_allocator *allocator)
{
    lsc_release(allocator, sample->margins);
    lsc_release(allocator, sample->weights);
    lsc_release(allocator, sample->labels);
    lsc_release(allocator, sample->groups);
}

static void sample_add(margin_sample *sample, const lsc_rows *rows, const lsc_fit *fit, size_t row)
{
    sample->margins[sample->n_rows] = (double)fit->margins[row];
    sample->weights[sample->n_rows] = (double)rows->weights[row];
    sample->groups[sample->n_rows] = rows->groups[row];
    sample->labels[sample->n_rows++] = rows->labels[row];
}

/** Fit a calibration to what was gathered. */
static lsc_status fit_sample(const margin_sample *sample, const lsc_rows *rows,
                             lsc_calibration_kind kind, uint64_t seed, lsc_calibrator *calibrator,
                             lsc_error *error)
{
    const lsc_calibrated calibrated = {
        .margins = sample->margins,
        .labels = sample->labels,
        .weights = sample->weights,
        .groups = rows->n_groups < rows->n_rows ? sample->groups : NULL,
        .n_groups = rows->n_groups,
        .n_rows = sample->n_rows,
    };
    return lsc_calibrator_fit(&calibrated, kind, seed, rows->allocator, calibrator, error);
}

/** The calibration that a fold is measured with: fitted to the training rows of the others. */
static lsc_status calibrate_fold(const lsc_rows *rows, const lsc_split *split, const lsc_fit *fit,
                                 size_t fold, uint64_t seed, margin_sample *sample,
                                 const lsc_evaluation *evaluation, lsc_calibrator *calibrator,
                                 lsc_error *error)
{
    sample->n_rows = 0;
    for (size_t row = 0; row < rows->n_rows; row++) {
        if ((split->parts[row] & LSC_ROW_TRAINED) != 0 &&
            lsc_split_fold(split, rows, row) != fold) {
            sample_add(sample, rows, fit, row);
        }
    }
    return fit_sample(sample, rows, evaluation->calibrator.calibration.kind, lsc_mix(seed, fold, 6),
                      calibrator, error);
}

static lsc_status make_room(const lsc_rows *rows, lsc_evaluation *evaluation, lsc_error *error)
{
    const lsc_allocator *allocator = evaluation->allocator;
    size_t n = rows->n_rows;
    evaluation->rows = lsc_alloc_array(allocator, n, sizeof *evaluation->rows);
    evaluation->labels = lsc_alloc_array(allocator, n, sizeof *evaluation->labels);
    evaluation->probabilities = lsc_alloc_array(allocator, n, sizeof *evaluation->probabilities);
    evaluation->lows = lsc_alloc_array(allocator, n, sizeof *evaluation->lows);
    evaluation->highs = lsc_alloc_array(allocator, n, sizeof *evaluation->highs);
    evaluation->weights = lsc_alloc_array(allocator, n, sizeof *evaluation->weights);
    evaluation->groups = lsc_alloc_array(allocator, n, sizeof *evaluation->groups);
    if (rows->incumbent != NULL) {
        evaluation->incumbent = lsc_alloc_array(allocator, n, sizeof *evaluation->incumbent);
    }
    if (evaluation->rows == NULL || evaluation->labels == NULL ||
        evaluation->probabilities == NULL || evaluation->lows == NULL ||
        evaluation->highs == NULL || evaluation->weights == NULL || evaluation->groups == NULL ||
        (rows->incumbent != NULL && evaluation->incumbent == NULL)) {
        return lsc_fail_memory(error);
    }
    return LSC_OK;
}

/** Append the measured rows of a fold. */
static void add_fold(const lsc_rows *rows, const lsc_split *split, const lsc_fit *fit, size_t fold,
                     const lsc_calibration *calibration, lsc_evaluation *evaluation)
{
    for (size_t row = 0; row < rows->n_rows; row++) {
        if ((split->parts[row] & LSC_ROW_MEASURED) == 0 ||
            lsc_split_fold(split, rows, row) != fold) {
            continue;
        }
        size_t at = evaluation->n_rows++;
        evaluation->rows[at] = (uint32_t)row;
        evaluation->labels[at] = rows->labels[row];
        double margin = (double)fit->margins[row];
        evaluation->probabilities[at] = lsc_calibrate(calibration, margin);
        lsc_calibrate_interval(calibration, margin, &evaluation->lows[at], &evaluation->highs[at]);
        evaluation->weights[at] = (double)rows->weights[row];
        evaluation->groups[at] = rows->groups[row];
        if (rows->incumbent != NULL) {
            evaluation->incumbent[at] = rows->incumbent[row];
        }
    }
}

/** The ROC AUC of the rows from `first` on: those of one fold. */
static lsc_status measure_fold(lsc_evaluation *evaluation, size_t first, double *auc,
                               lsc_error *error)
{
    lsc_ranking ranking;
    lsc_predictions predictions = {.labels = evaluation->labels + first,
                                   .probabilities = evaluation->probabilities + first,
                                   .n_rows = evaluation->n_rows - first};
    lsc_status status = lsc_ranking_init(&ranking, &predictions, evaluation->allocator, error);
    if (status == LSC_OK) {
        *auc = lsc_ranking_roc_auc(&ranking, evaluation->weights + first);
        lsc_ranking_free(&ranking);
    }
    return status;
}

static lsc_status measure(const lsc_rows *rows, const lsc_split *split, const lsc_fit *fit,
                          uint64_t seed, margin_sample *sample, lsc_evaluation *evaluation,
                          lsc_error *error)
{
    for (size_t fold = 0; fold < split->n_folds; fold++) {
        size_t first = evaluation->n_rows;
        lsc_calibrator calibrator;
        lsc_status status =
            calibrate_fold(rows, split, fit, fold, seed, sample, evaluation, &calibrator, error);
        if (status != LSC_OK) {
            return status;
        }
        add_fold(rows, split, fit, fold, &calibrator.calibration, evaluation);
        lsc_calibration_free(rows->allocator, &calibrator.calibration);
        status = measure_fold(evaluation, first, &evaluation->fold_auc[fold], error);
        if (status != LSC_OK) {
            return status;
        }
    }
    evaluation->predictions = (lsc_predictions){.labels = evaluation->labels,
                                                .probabilities = evaluation->probabilities,
                                                .lows = evaluation->lows,
                                                .highs = evaluation->highs,
                                                .weights = evaluation->weights,
                                                .groups = evaluation->groups,
                                                .n_groups = rows->n_groups,
                                                .n_rows = evaluation->n_rows};
    lsc_status status = lsc_metrics_estimate(&evaluation->predictions, evaluation->n_draws, seed,
                                             evaluation->allocator, evaluation->estimates, error);
    if (status == LSC_OK) {
        status = lsc_curves_draw(&evaluation->predictions, evaluation->allocator,
                                 &evaluation->curves, error);
    }
    return status;
}

/** The calibration that is shipped, with its interval. */
static lsc_status calibrate(const lsc_rows *rows, const lsc_split *split, const lsc_fit *fit,
                            uint64_t seed, margin_sample *sample, lsc_evaluation *evaluation,
                            lsc_error *error)
{
    sample->n_rows = 0;
    for (size_t row = 0; row < rows->n_rows; row++) {
        if (split->parts[row] != 0) {
            sample_add(sample, rows, fit, row);
        }
    }
    return fit_sample(sample, rows, LSC_CALIBRATION_NONE, seed, &evaluation->calibrator, error);
}

lsc_status lsc_evaluate(const lsc_rows *rows, const lsc_split *split, const lsc_fit *fit,
                        size_t n_draws, uint64_t seed, const lsc_stage *stage,
                        lsc_evaluation *evaluation, lsc_error *error)
{
    margin_sample sample;
    *evaluation = (lsc_evaluation){.allocator = rows->allocator, .n_draws = n_draws};
    lsc_status status = sample_init(&sample, rows->n_rows, rows->allocator, error);
    if (status == LSC_OK) {
        status = make_room(rows, evaluation, error);
    }
    if (status == LSC_OK) {
        status = lsc_stage_report(stage, 0, error);
    }
    if (status == LSC_OK) {
        status = calibrate(rows, split, fit, lsc_mix(seed, 0, 4), &sample, evaluation, error);
    }
    if (status == LSC_OK) {
        status = lsc_stage_report(stage, 0.2, error);
    }
    if (status == LSC_OK) {
        status = measure(rows, split, fit, lsc_mix(seed, 0, 3), &sample, evaluation, error);
    }
    if (status != LSC_OK) {
        lsc_evaluation_free(evaluation);
    }
    sample_free(&sample, rows->allocator);
    return status;
}

void lsc_evaluation_free(lsc_evaluation *evaluation)
{
    const lsc_allocator *allocator = evaluation->allocator;
    lsc_release(allocator, evaluation->rows);
    lsc_release(allocator, evaluation->labels);
    lsc_release(allocator, evaluation->probabilities);
    lsc_release(allocator, evaluation->lows);
    lsc_release(allocator, evaluation->highs);
    lsc_release(allocator, evaluation->weights);
    lsc_release(allocator, evaluation->groups);
    lsc_release(allocator, evaluation->incumbent);
    lsc_calibration_free(allocator, &evaluation->calibrator.calibration);
    *evaluation = (lsc_evaluation){.allocator = allocator};
}
