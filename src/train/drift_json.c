#include <math.h>
#include <string.h>

#include "core/json.h"
#include "core/number.h"
#include "train/drift.h"
#include "train/metrics_json.h"

/** Significant digits of the numbers told. */
#define TOLD_DIGITS 6
/** Rows below which a comparison says little. */
#define FEW_ROWS 200
/** How much the missing share must have changed to be named. */
#define MISSING_CHANGE 0.1
/** Features that advice names. */
#define MOST_NAMED 5

static void put_number(lsc_json_writer *writer, const char *key, double number)
{
    lsc_json_put_key(writer, key);
    if (isfinite(number)) {
        char text[LSC_NUMBER_TEXT_SIZE];
        lsc_number_format_short(number, TOLD_DIGITS, text);
        lsc_number_parse(text, strlen(text), &number);
    }
    lsc_json_put_number(writer, number);
}

static void put_model(lsc_json_writer *writer, const lsc_model_info *info)
{
    lsc_json_put_key(writer, "model");
    lsc_json_begin_object(writer);
    lsc_json_member_string(writer, "name", info->name);
    lsc_json_member_string(writer, "version", info->version);
    lsc_json_member_string(writer, "sha256", info->sha256);
    lsc_json_end_object(writer);
}

static void put_data(lsc_json_writer *writer, const lsc_drift_rows *rows)
{
    lsc_json_member_time(writer, "as_of", rows->timed ? rows->as_of_ms : LSC_TIME_NONE);
    lsc_json_member_int(writer, "n_rows", rows->n_rows);
    lsc_json_member_int(writer, "n_not_yet", rows->n_not_yet);
    lsc_json_member_int(writer, "n_converted_before", rows->n_converted);
    lsc_json_member_int(writer, "n_unscored", rows->n_unscored);
}

/** A bin: from is what it lies above, to what it goes up to; null at either end. */
static void put_bin(lsc_json_writer *writer, double from, double to, double then, double now)
{
    lsc_json_begin_object(writer);
    put_number(writer, "from", from);
    put_number(writer, "to", to);
    put_number(writer, "reference", then);
    put_number(writer, "now", now);
    lsc_json_end_object(writer);
}

static void put_column_bins(lsc_json_writer *writer, const lsc_reference_column *column)
{
    const double none = (double)NAN;
    const lsc_bins *bins = &column->bins;
    for (size_t i = 0; i <= bins->n_edges; i++) {
        put_bin(writer, i > 0 ? bins->edges[i - 1] : none,
                i < bins->n_edges ? bins->edges[i] : none, column->shares[i],
                bins->weights[i] / bins->total);
    }
}

static void put_levels(lsc_json_writer *writer, const lsc_drift_rows *rows,
                       const lsc_drifted *drifted)
{
    size_t prefix = strlen(lsc_spec_feature_name(rows->spec, drifted->feature)) + 1;
    size_t end = drifted->first_column + drifted->n_columns;
    for (size_t i = drifted->first_column; i < end; i++) {
        const lsc_reference_column *column = &rows->reference.columns[i];
        if (column->bins.n_edges == 1) {
            lsc_json_begin_object(writer);
            lsc_json_member_string(writer, "level", lsc_spec_column_name(rows->spec, i) + prefix);
            put_number(writer, "reference", column->shares[1]);
            put_number(writer, "now", column->bins.weights[1] / column->bins.total);
            lsc_json_end_object(writer);
        }
    }
}

static void put_stability(lsc_json_writer *writer, const lsc_drifted *drifted)
{
    put_number(writer, "psi", drifted->stability.psi);
    put_number(writer, "p_value", drifted->stability.p_value);
    lsc_json_member_string(writer, "verdict", lsc_drift_verdict_name(drifted->verdict));
    lsc_json_put_key(writer, "missing");
    lsc_json_begin_object(writer);
    put_number(writer, "reference", drifted->missing_then);
    put_number(writer, "now", drifted->missing_now);
    lsc_json_end_object(writer);
}

static void put_feature(lsc_json_writer *writer, const lsc_drift_rows *rows,
                        const lsc_drifted *drifted)
{
    lsc_json_begin_object(writer);
    lsc_json_member_string(writer, "name", lsc_spec_feature_name(rows->spec, drifted->feature));
    lsc_json_member_string(
        writer, "group",
        lsc_spec_group_name(rows->spec, lsc_spec_feature_group(rows->spec, drifted->feature)));
    put_stability(writer, drifted);
    lsc_json_put_key(writer, "bins");
    lsc_json_begin_array(writer);
    if (drifted->n_columns == 1) {
        put_column_bins(writer, &rows->reference.columns[drifted->first_column]);
    } else {
        put_levels(writer, rows, drifted);
    }
    lsc_json_end_array(writer);
    lsc_json_end_object(writer);
}

static void put_score(lsc_json_writer *writer, const lsc_drift_findings *findings)
{
    lsc_json_put_key(writer, "score");
    lsc_json_begin_object(writer);
    put_stability(writer, &findings->score);
    lsc_json_put_key(writer, "bins");
    lsc_json_begin_array(writer);
    put_column_bins(writer, &findings->rows->reference.probability);
    lsc_json_end_array(writer);
    lsc_json_end_object(writer);
}

static void put_observed(lsc_json_writer *writer, const lsc_observed *seen)
{
    lsc_json_member_int(writer, "n_rows", seen->n_rows);
    lsc_json_member_int(writer, "n_positive", seen->n_positive);
    put_number(writer, "predicted", seen->predicted);
    put_number(writer, "observed", seen->observed);
    put_number(writer, "low", seen->low);
    put_number(writer, "high", seen->high);
}

static void put_calibration(lsc_json_writer *writer, const lsc_drift_findings *findings)
{
    const lsc_calibration_check *check = &findings->calibration;
    lsc_json_put_key(writer, "calibration");
    if (!findings->outcomes_known) {
        lsc_json_put_null(writer);
        return;
    }
    lsc_json_begin_object(writer);
    put_observed(writer, &check->all);
    put_number(writer, "p_value", check->p_value);
    lsc_json_member_string(writer, "verdict",
                           lsc_drift_verdict_name(findings->calibration_verdict));
    lsc_json_put_key(writer, "bins");
    lsc_json_begin_array(writer);
    for (size_t i = 0; i < check->n_bins; i++) {
        lsc_json_begin_object(writer);
        put_observed(writer, &check->bins[i]);
        lsc_json_end_object(writer);
    }
    lsc_json_end_array(writer);
    lsc_json_end_object(writer);
}

static void put_metrics(lsc_json_writer *writer, const lsc_drift_findings *findings)
{
    lsc_json_put_key(writer, "metrics");
    if (!findings->has_metrics) {
        lsc_json_put_null(writer);
        return;
    }
    lsc_json_begin_object(writer);
    lsc_metrics_put(writer, &findings->predictions, findings->estimates);
    lsc_json_end_object(writer);
}

/** A sentence of advice under way; `separator` goes before the next name in it. */
static void put_name(lsc_buffer *text, const lsc_drift_findings *findings, size_t feature,
                     size_t n_named)
{
    lsc_buffer_append_format(text, "%s%s", n_named > 0 ? ", " : " ",
                             lsc_spec_feature_name(findings->rows->spec, feature));
}

/** Name the features that `is` picks. @return how many it picks. */
static size_t name_features(lsc_buffer *text, const lsc_drift_findings *findings,
                            bool (*is)(const lsc_drifted *drifted))
{
    size_t n_found = 0;
    for (size_t i = 0; i < findings->n_features; i++) {
        if (is(&findings->features[i])) {
            if (n_found < MOST_NAMED) {
                put_name(text, findings, i, n_found);
            }
            n_found++;
        }
    }
    if (n_found > MOST_NAMED) {
        lsc_buffer_append_format(text, " and %zu more", n_found - MOST_NAMED);
    }
    return n_found;
}

static bool has_moved(const lsc_drifted *drifted)
{
    return drifted->verdict != LSC_DRIFT_STABLE;
}

static bool misses_otherwise(const lsc_drifted *drifted)
{
    return has_moved(drifted) &&
           fabs(drifted->missing_now - drifted->missing_then) >= MISSING_CHANGE;
}

static void end_advice(lsc_json_writer *writer, lsc_buffer *text)
{
    if (!text->failed) {
        lsc_json_put_string(writer, text->data);
    }
    writer->out->failed = writer->out->failed || text->failed;
    lsc_buffer_clear(text);
}

static void advise_on_features(lsc_json_writer *writer, const lsc_drift_findings *findings,
                               lsc_buffer *text)
{
    lsc_buffer_append_text(text, "These are there for other leads than in training:");
    if (name_features(text, findings, misses_otherwise) > 0) {
        lsc_buffer_append_text(text, ". Look at where they are filled, before anything else.");
        end_advice(writer, text);
    }
    lsc_buffer_clear(text);
    lsc_buffer_append_text(text, "These features have moved:");
    if (name_features(text, findings, has_moved) > 0) {
        lsc_buffer_append_text(
            text, ". Find out whether the leads are others, or are recorded in another way.");
        end_advice(writer, text);
    }
    lsc_buffer_clear(text);
}

static void advise_on_score(lsc_json_writer *writer, const lsc_drift_findings *findings,
                            lsc_buffer *text)
{
    if (findings->score.verdict != LSC_DRIFT_STABLE) {
        lsc_buffer_append_text(text, "Scores are distributed otherwise than in training, so grades "
                                     "hold other shares of the leads.");
        end_advice(writer, text);
    }
}

static void advise_on_outcomes(lsc_json_writer *writer, const lsc_drift_findings *findings,
                               lsc_buffer *text)
{
    const lsc_observed *all = &findings->calibration.all;
    if (!findings->outcomes_known && findings->verdict != LSC_DRIFT_STABLE) {
        lsc_buffer_append_text(text,
                               "Whether probabilities still hold, only outcomes can say: look "
                               "again once those of these leads are known.");
        end_advice(writer, text);
    }
    if (findings->calibration_verdict == LSC_DRIFT_STABLE) {
        return;
    }
    lsc_buffer_append_format(text, "Of these leads, %s %% convert where %s %% were predicted.",
                             lsc_number_show(100 * all->observed, 3).text,
                             lsc_number_show(100 * all->predicted, 3).text);
    lsc_buffer_append_text(text, findings->calibration_verdict == LSC_DRIFT_DRIFTED
                                     ? " Train again with newer data, and put the new model "
                                       "against this one as its incumbent."
                                     : " In parts of the range probabilities are off; train again "
                                       "when it goes on.");
    end_advice(writer, text);
}

static void put_advice(lsc_json_writer *writer, const lsc_drift_findings *findings)
{
    lsc_buffer text;
    lsc_buffer_init(&text, findings->rows->allocator);
    lsc_json_put_key(writer, "advice");
    lsc_json_begin_array(writer);
    if (findings->rows->n_rows < FEW_ROWS) {
        lsc_buffer_append_format(&text,
                                 "There are %zu leads: too few to see any but a great change.",
                                 findings->rows->n_rows);
        end_advice(writer, &text);
    }
    advise_on_score(writer, findings, &text);
    advise_on_features(writer, findings, &text);
    advise_on_outcomes(writer, findings, &text);
    if (findings->verdict == LSC_DRIFT_STABLE) {
        lsc_buffer_append_text(&text, "Nothing needs doing.");
        end_advice(writer, &text);
    }
    lsc_json_end_array(writer);
    lsc_buffer_free(&text);
}

void lsc_drift_write(const lsc_model_info *info, const lsc_drift_findings *findings,
                     lsc_buffer *out)
{
    lsc_json_writer writer;
    lsc_json_writer_init(&writer, out, 0);
    lsc_json_begin_object(&writer);
    put_model(&writer, info);
    put_data(&writer, findings->rows);
    lsc_json_member_string(&writer, "verdict", lsc_drift_verdict_name(findings->verdict));
    put_advice(&writer, findings);
    put_score(&writer, findings);
    put_calibration(&writer, findings);
    put_metrics(&writer, findings);
    lsc_json_put_key(&writer, "features");
    lsc_json_begin_array(&writer);
    for (size_t i = 0; i < findings->n_features; i++) {
        put_feature(&writer, findings->rows, &findings->features[i]);
    }
    lsc_json_end_array(&writer);
    lsc_json_end_object(&writer);
}
