#include "train/report.h"

#include <math.h>

#include "train/curves_json.h"
#include "train/metrics_json.h"

const char *lsc_measured_on(int64_t split_ms)
{
    return split_ms == LSC_TIME_NONE ? "out-of-fold rows" : "held-out newest rows";
}

/** What the splits on a feature's columns have lowered the loss by. */
static double feature_gain(const lsc_findings *findings, size_t feature)
{
    double sum = 0;
    for (size_t column = 0; column < findings->rows->n_columns; column++) {
        if (lsc_spec_column_feature(findings->spec, column) == feature) {
            sum += findings->fit->gains[column];
        }
    }
    return sum;
}

size_t lsc_top_features(const lsc_findings *findings, lsc_feature_gain top[LSC_TOP_FEATURES])
{
    double total = 0;
    size_t n_top = 0;
    for (size_t column = 0; column < findings->rows->n_columns; column++) {
        total += findings->fit->gains[column];
    }
    for (size_t feature = 0; feature < lsc_spec_n_features(findings->spec); feature++) {
        double gain = feature_gain(findings, feature);
        size_t at = n_top;
        if (gain <= 0) {
            continue;
        }
        while (at > 0 && top[at - 1].share < gain / total) {
            at--;
        }
        if (at == LSC_TOP_FEATURES) {
            continue;
        }
        n_top += n_top < LSC_TOP_FEATURES;
        for (size_t i = n_top - 1; i > at; i--) {
            top[i] = top[i - 1];
        }
        top[at] = (lsc_feature_gain){feature, gain / total};
    }
    return n_top;
}

/** The share of the rows, by weight, that convert. */
static double base_rate(const lsc_rows *rows)
{
    double sum = 0;
    for (size_t row = 0; row < rows->n_rows; row++) {
        sum += rows->labels[row] ? (double)rows->weights[row] : 0;
    }
    return sum / (double)rows->n_rows;
}

static void put_growth(lsc_json_writer *writer, const lsc_fit *fit)
{
    const lsc_growth *growth = &fit->growth;
    lsc_json_put_key(writer, "trees");
    lsc_json_begin_object(writer);
    lsc_json_member_int(writer, "settings_tried", fit->n_tried);
    lsc_json_member_int(writer, "rounds", fit->n_rounds);
    lsc_json_member_int(writer, "a_round", growth->trees_a_round);
    lsc_json_member_int(writer, "max_depth", growth->max_depth);
    lsc_json_member_number(writer, "eta", growth->eta);
    lsc_json_member_number(writer, "subsample", growth->subsample);
    lsc_json_member_number(writer, "column_share", growth->column_share);
    lsc_json_member_number(writer, "min_child_weight", growth->min_child_weight);
    lsc_json_member_number(writer, "lambda", growth->lambda);
    lsc_json_end_object(writer);
}

/** How trees compared with the additive model; null where only one was trained. */
static void put_ladder(lsc_json_writer *writer, const lsc_ladder *ladder)
{
    lsc_json_put_key(writer, "ladder");
    if (!ladder->compared) {
        lsc_json_put_null(writer);
        return;
    }
    lsc_json_begin_object(writer);
    lsc_json_put_key(writer, "trees_roc_auc_gain");
    lsc_estimate_put(writer, ladder->comparison.gain);
    lsc_json_member_number(writer, "won", ladder->comparison.won);
    lsc_json_end_object(writer);
}

static void put_training(lsc_json_writer *writer, const lsc_findings *findings)
{
    const lsc_rows *rows = findings->rows;
    size_t n_positive = 0;
    for (size_t row = 0; row < rows->n_rows; row++) {
        n_positive += rows->labels[row];
    }
    lsc_json_put_key(writer, "training");
    lsc_json_begin_object(writer);
    lsc_json_member_int(writer, "n_rows", rows->n_rows);
    lsc_json_member_int(writer, "n_positive", n_positive);
    lsc_json_member_int(writer, "n_leads", rows->n_groups);
    lsc_json_member_int(writer, "n_converted_leads", lsc_rows_count_converted(rows));
    lsc_json_member_number(writer, "base_rate", base_rate(rows));
    lsc_json_member_int(writer, "n_columns", rows->n_columns);
    lsc_json_member_int(writer, "n_rounds", findings->fit->n_rounds);
    lsc_json_member_string(writer, "learner", lsc_learner_name(findings->ladder->chosen));
    put_ladder(writer, findings->ladder);
    put_growth(writer, findings->fit);
    lsc_json_member_int(writer, "n_leads_unlabelled", findings->plan->n_unlabelled);
    lsc_json_member_int(writer, "n_leads_undated", findings->plan->n_undated);
    lsc_json_member_int(writer, "n_leads_backwards", findings->plan->n_backwards);
    lsc_json_member_int(writer, "n_leads_censored", findings->plan->n_censored);
    lsc_json_member_time(writer, "window_from", findings->plan->from_ms);
    lsc_json_member_time(writer, "window_to", findings->plan->to_ms);
    lsc_json_end_object(writer);
}

static void put_validation(lsc_json_writer *writer, const lsc_findings *findings)
{
    const lsc_split *split = findings->split;
    double sum = 0;
    size_t n_measured = 0;
    lsc_json_put_key(writer, "validation");
    lsc_json_begin_object(writer);
    lsc_json_member_string(writer, "measured_on", lsc_measured_on(split->split_ms));
    lsc_json_member_string(writer, "procedure", "refit");
    lsc_json_member_int(writer, "folds", split->n_folds);
    lsc_json_member_int(writer, "draws", findings->evaluation->n_draws);
    lsc_json_member_time(writer, "split_at", split->split_ms);
    lsc_json_put_key(writer, "fold_roc_auc");
    lsc_json_begin_array(writer);
    for (size_t fold = 0; fold < split->n_folds; fold++) {
        double auc = findings->evaluation->fold_auc[fold];
        lsc_json_put_number(writer, auc);
        if (!isnan(auc)) {
            sum += auc;
            n_measured++;
        }
    }
    lsc_json_end_array(writer);
    lsc_json_member_number(writer, "mean_fold_roc_auc", sum / (double)n_measured);
    lsc_json_put_key(writer, "fold_rounds");
    lsc_json_begin_array(writer);
    for (size_t fold = 0; fold < split->n_folds; fold++) {
        lsc_json_put_int(writer, (int64_t)findings->fit->fold_rounds[fold]);
    }
    lsc_json_end_array(writer);
    lsc_json_end_object(writer);
}

/** Each validation that was made besides, or more than once. */
static void put_validations(lsc_json_writer *writer, const lsc_findings *findings)
{
    lsc_json_put_key(writer, "validations");
    lsc_json_begin_array(writer);
    for (size_t i = 0; i < findings->validations->n; i++) {
        const lsc_repeated *seen = &findings->validations->items[i];
        lsc_json_begin_object(writer);
        lsc_json_member_string(writer, "measured_on", lsc_measured_on(seen->split_ms));
        lsc_json_member_int(writer, "folds", findings->split->n_folds);
        lsc_json_member_int(writer, "repeats", seen->n_repeats);
        lsc_json_member_int(writer, "n_rows", seen->n_rows);
        lsc_json_member_int(writer, "n_positive", seen->n_positive);
        for (size_t metric = 0; metric < LSC_N_METRICS; metric++) {
            lsc_json_put_key(writer, lsc_metric_name((lsc_metric)metric));
            lsc_json_begin_object(writer);
            lsc_json_member_number(writer, "value", seen->means[metric].value);
            lsc_json_member_number(writer, "low", seen->means[metric].low);
            lsc_json_member_number(writer, "high", seen->means[metric].high);
            lsc_json_member_number(writer, "deviation", seen->deviations[metric]);
            lsc_json_end_object(writer);
        }
        lsc_json_end_object(writer);
    }
    lsc_json_end_array(writer);
}

static void put_calibration(lsc_json_writer *writer, const lsc_calibrator *calibrator)
{
    const lsc_calibration *calibration = &calibrator->calibration;
    bool platt = calibration->kind == LSC_CALIBRATION_PLATT;
    lsc_json_put_key(writer, "calibration");
    lsc_json_begin_object(writer);
    lsc_json_member_string(writer, "kind", platt ? "platt" : "venn-abers");
    lsc_json_member_number(writer, "curve_share", calibrator->blend);
    lsc_json_member_int(writer, "n_steps", platt ? 0 : calibration->n_knots);
    lsc_json_end_object(writer);
}

static void put_features(lsc_json_writer *writer, const lsc_findings *findings)
{
    lsc_feature_gain top[LSC_TOP_FEATURES];
    size_t n_top = lsc_top_features(findings, top);
    lsc_json_put_key(writer, "top_features");
    lsc_json_begin_array(writer);
    for (size_t i = 0; i < n_top; i++) {
        lsc_json_begin_object(writer);
        lsc_json_member_string(writer, "feature",
                               lsc_spec_feature_name(findings->spec, top[i].feature));
        lsc_json_member_number(writer, "gain_share", top[i].share);
        lsc_json_end_object(writer);
    }
    lsc_json_end_array(writer);
}

lsc_status lsc_report_write(const lsc_findings *findings, lsc_buffer *out, lsc_error *error)
{
    lsc_json_writer writer;
    lsc_json_writer_init(&writer, out, 1);
    lsc_json_begin_object(&writer);
    const lsc_evaluation *evaluation = findings->evaluation;
    lsc_metrics_put(&writer, &evaluation->predictions, evaluation->estimates);
    lsc_curves_put(&writer, &evaluation->curves, evaluation->estimates);
    put_validation(&writer, findings);
    put_validations(&writer, findings);
    put_training(&writer, findings);
    put_calibration(&writer, &evaluation->calibrator);
    lsc_grades_put(&writer, findings->grades);
    put_features(&writer, findings);
    lsc_leaks_put(&writer, findings->leaks);
    lsc_json_end_object(&writer);
    return lsc_buffer_status(out, error);
}
