#include "train/gate.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/number.h"

/** Note a check: "passed: 120 leads converted, ...". */
static void note(lsc_gate *gate, bool passed, const char *format, ...) LSC_PRINTF(3, 4);

static void note(lsc_gate *gate, bool passed, const char *format, ...)
{
    char *reason = gate->reasons[gate->n_reasons++];
    int length = snprintf(reason, LSC_GATE_REASON_SIZE, "%s: ", passed ? "passed" : "failed");
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason + length, LSC_GATE_REASON_SIZE - (size_t)length, format, arguments);
    va_end(arguments);
    gate->passed = gate->passed && passed;
}

static void judge_outcomes(const lsc_gate_facts *facts, lsc_gate *gate)
{
    bool enough =
        facts->n_converted >= facts->least_outcomes && facts->n_others >= facts->least_outcomes;
    note(gate, enough, "%zu leads converted and %zu did not, at least %zu of each are asked for",
         facts->n_converted, facts->n_others, facts->least_outcomes);
}

static void judge_auc(const lsc_gate_facts *facts, lsc_gate *gate)
{
    note(gate, facts->roc_auc.value >= facts->least_auc,
         "ROC AUC on %s is %s (95 %% interval %s to %s), at least %s is asked for",
         facts->measured_on, lsc_number_show(facts->roc_auc.value, 3).text,
         lsc_number_show(facts->roc_auc.low, 3).text, lsc_number_show(facts->roc_auc.high, 3).text,
         lsc_number_show(facts->least_auc, 3).text);
}

static void judge_calibration(const lsc_gate_facts *facts, lsc_gate *gate)
{
    note(gate, !(facts->ece.low > LSC_GATE_ECE),
         "calibration error on %s is %s (95 %% interval %s to %s), which must reach down to %s",
         facts->measured_on, lsc_number_show(facts->ece.value, 3).text,
         lsc_number_show(facts->ece.low, 3).text, lsc_number_show(facts->ece.high, 3).text,
         lsc_number_show(LSC_GATE_ECE, 3).text);
}

static void judge_segments(const lsc_gate_segments *segments, lsc_gate *gate)
{
    if (segments->n_compared == 0) {
        return;
    }
    note(gate, segments->worst.won > LSC_GATE_SEGMENT_WON,
         "in the worst of %zu large segments, %.80s, ROC AUC is %s%s against the incumbent's and "
         "higher in %s %% of the draws, more than %s %% are asked for",
         segments->n_compared, segments->worst_name, segments->worst.gain.value > 0 ? "+" : "",
         lsc_number_show(segments->worst.gain.value, 3).text,
         lsc_number_show(100 * segments->worst.won, 3).text,
         lsc_number_show(100 * LSC_GATE_SEGMENT_WON, 3).text);
}

static void judge_incumbent(const lsc_gate_facts *facts, lsc_gate *gate)
{
    const lsc_comparison *comparison = &facts->comparison;
    if (facts->n_compared == 0) {
        note(gate, false, "the incumbent scores none of the leads on %s, or those of one class",
             facts->measured_on);
        return;
    }
    note(gate, comparison->won >= LSC_GATE_WON,
         "ROC AUC on the %zu rows that the incumbent scores is %s%s against it (95 %% interval %s "
         "to %s) and higher in %s %% of the draws, %s %% are asked for",
         facts->n_compared, comparison->gain.value > 0 ? "+" : "",
         lsc_number_show(comparison->gain.value, 3).text,
         lsc_number_show(comparison->gain.low, 3).text,
         lsc_number_show(comparison->gain.high, 3).text,
         lsc_number_show(100 * comparison->won, 3).text,
         lsc_number_show(100 * LSC_GATE_WON, 3).text);
}

void lsc_gate_judge(const lsc_gate_facts *facts, lsc_gate *gate)
{
    *gate = (lsc_gate){.passed = true};
    judge_outcomes(facts, gate);
    judge_auc(facts, gate);
    judge_calibration(facts, gate);
    if (facts->has_incumbent) {
        judge_incumbent(facts, gate);
        judge_segments(&facts->segments, gate);
    }
}

/** The rows that the incumbent scored keep their weight, the others lose it. */
static size_t keep_scored(const lsc_predictions *predictions, const double *incumbent,
                          double *weights, double *scores)
{
    size_t n_kept = 0;
    for (size_t row = 0; row < predictions->n_rows; row++) {
        bool scored = !isnan(incumbent[row]);
        weights[row] = scored ? predictions->weights[row] : 0;
        scores[row] = scored ? incumbent[row] : 0;
        n_kept += scored;
    }
    return n_kept;
}

static bool has_both_classes(const lsc_predictions *predictions, const double *weights)
{
    bool found[2] = {false, false};
    for (size_t row = 0; row < predictions->n_rows; row++) {
        found[predictions->labels[row]] |= weights[row] > 0;
    }
    return found[0] && found[1];
}

lsc_status lsc_gate_compare(const lsc_predictions *predictions, const double *incumbent,
                            uint64_t seed, const lsc_allocator *allocator,
                            lsc_comparison *comparison, size_t *n_compared, lsc_error *error)
{
    double *weights = lsc_alloc_array(allocator, predictions->n_rows, sizeof *weights);
    double *scores = lsc_alloc_array(allocator, predictions->n_rows, sizeof *scores);
    lsc_status status = LSC_OK;
    *n_compared = 0;
    if (weights == NULL || scores == NULL) {
        status = lsc_fail_memory(error);
        goto out;
    }
    size_t n_kept = keep_scored(predictions, incumbent, weights, scores);
    if (has_both_classes(predictions, weights)) {
        lsc_predictions kept = *predictions;
        kept.weights = weights;
        *n_compared = n_kept;
        status = lsc_metrics_compare(&kept, scores, seed, allocator, comparison, error);
    }
out:
    lsc_release(allocator, weights);
    lsc_release(allocator, scores);
    return status;
}
