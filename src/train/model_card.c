#include <math.h>

#include "core/number.h"
#include "train/report.h"

#define DAY_MS 86400000

static void put_number(lsc_buffer *out, double number)
{
    char text[LSC_NUMBER_TEXT_SIZE];
    if (isnan(number)) {
        lsc_buffer_append_text(out, "-");
        return;
    }
    lsc_number_format_short(number, 3, text);
    lsc_buffer_append_text(out, text);
}

static void put_percent(lsc_buffer *out, double share)
{
    put_number(out, 100 * share);
    lsc_buffer_append_text(out, isnan(share) ? "" : " %");
}

static void put_days(lsc_buffer *out, int64_t span_ms)
{
    put_number(out, (double)span_ms / DAY_MS);
    lsc_buffer_append_text(out, " days");
}

static void put_time(lsc_buffer *out, int64_t time_ms)
{
    char text[LSC_TIME_TEXT_SIZE];
    lsc_time_format(time_ms, text);
    lsc_buffer_append_text(out, text);
}

static void put_purpose(lsc_buffer *out, const lsc_findings *findings)
{
    lsc_buffer_append_format(out, "# %s, version %s\n\n", findings->name, findings->version);
    if (findings->plan->timed) {
        lsc_buffer_append_text(out, "The probability that a lead converts within ");
        put_days(out, findings->options->horizon_ms);
        lsc_buffer_append_text(out, " of the time it is scored at.");
    } else {
        lsc_buffer_append_text(out, "The probability that a row of the table has the label.");
    }
    lsc_buffer_append_text(
        out,
        " It is meant to rank leads and to plan work by, with a person deciding; not to decide "
        "on credit, employment, insurance or the like.\n");
}

static void put_as_of(lsc_buffer *out, const lsc_plan_options *options)
{
    if (options->as_of == LSC_AS_OF_EVERY) {
        lsc_buffer_append_text(out, "every ");
        put_days(out, options->every_ms);
        return;
    }
    put_days(out, options->as_of_ms);
    lsc_buffer_append_text(out, options->as_of == LSC_AS_OF_CREATED ? " after they came to be"
                                                                    : " before each outcome");
}

static void put_data(lsc_buffer *out, const lsc_findings *findings)
{
    const lsc_rows *rows = findings->rows;
    lsc_buffer_append_format(out, "\n## Data\n\n%zu rows of %zu leads, %zu of which converted.",
                             rows->n_rows, rows->n_groups, lsc_rows_count_converted(rows));
    if (!findings->plan->timed) {
        lsc_buffer_append_format(out, " %zu rows without a label were left out.\n",
                                 findings->plan->n_unlabelled);
        return;
    }
    lsc_buffer_append_text(out, " The data run from ");
    put_time(out, findings->plan->from_ms);
    lsc_buffer_append_text(out, " to ");
    put_time(out, findings->plan->to_ms);
    lsc_buffer_append_text(out, "; leads were looked at ");
    put_as_of(out, findings->options);
    lsc_buffer_append_format(out,
                             ", at most %zu times each. %zu leads were left out because their "
                             "outcome cannot be known yet, %zu because of an unknown time.\n",
                             findings->options->rows_per_lead, findings->plan->n_censored,
                             findings->plan->n_undated);
}

static void put_static_properties(lsc_buffer *out, const lsc_history *history)
{
    bool any = false;
    for (size_t i = 0; i < history->n_properties; i++) {
        if (!history->properties[i].versioned) {
            lsc_buffer_append_text(out, any ? ", `"
                                            : "\nNo history of these is in the data, so "
                                              "rows of the past hold their latest value: `");
            lsc_buffer_append_text(out, history->properties[i].name);
            lsc_buffer_append_text(out, "`");
            any = true;
        }
    }
    lsc_buffer_append_text(out, any ? ".\n" : "");
}

static void put_metrics(lsc_buffer *out, const lsc_findings *findings)
{
    lsc_buffer_append_format(
        out,
        "\n## How good it is\n\nMeasured on %s: %zu rows, each predicted by a model that had seen "
        "neither its lead%s. The model shipped was then refitted on all rows, so these numbers "
        "are those of the procedure.\n\n| metric | value | 95 %% interval |\n|---|---|---|\n",
        lsc_measured_on(findings->split->split_ms), findings->evaluation->n_rows,
        findings->plan->timed ? " nor anything that late" : " nor a row of its fold");
    for (size_t metric = 0; metric < LSC_N_METRICS; metric++) {
        lsc_estimate estimate = findings->evaluation->estimates[metric];
        lsc_buffer_append_format(out, "| %s | ", lsc_metric_name((lsc_metric)metric));
        put_number(out, estimate.value);
        lsc_buffer_append_text(out, " | ");
        put_number(out, estimate.low);
        lsc_buffer_append_text(out, " to ");
        put_number(out, estimate.high);
        lsc_buffer_append_text(out, " |\n");
    }
}

static void put_estimate(lsc_buffer *out, lsc_estimate estimate)
{
    put_number(out, estimate.value);
    lsc_buffer_append_text(out, " (");
    put_number(out, estimate.low);
    lsc_buffer_append_text(out, " to ");
    put_number(out, estimate.high);
    lsc_buffer_append_text(out, ")");
}

/** A line for each validation that was made besides, or more than once. */
static void put_validations(lsc_buffer *out, const lsc_findings *findings)
{
    for (size_t i = 0; i < findings->validations->n; i++) {
        const lsc_repeated *seen = &findings->validations->items[i];
        lsc_buffer_append_format(out, "%s- On %s, leads dealt %zu times to %zu folds: ROC AUC ",
                                 i == 0 ? "\n" : "", lsc_measured_on(seen->split_ms),
                                 seen->n_repeats, findings->split->n_folds);
        put_estimate(out, seen->means[LSC_METRIC_ROC_AUC]);
        lsc_buffer_append_text(out, ", log loss ");
        put_estimate(out, seen->means[LSC_METRIC_LOG_LOSS]);
        lsc_buffer_append_text(out, ", calibration error ");
        put_estimate(out, seen->means[LSC_METRIC_ECE]);
        lsc_buffer_append_text(out, ".\n");
    }
}

static void put_gate(lsc_buffer *out, const lsc_gate *gate)
{
    lsc_buffer_append_format(out, "\n## Gate: %s\n\n", gate->passed ? "passed" : "failed");
    for (size_t i = 0; i < gate->n_reasons; i++) {
        lsc_buffer_append_format(out, "- %s\n", gate->reasons[i]);
    }
}

static void put_grades(lsc_buffer *out, const lsc_grade_row grades[LSC_N_GRADES])
{
    lsc_buffer_append_text(out,
                           "\n## Grades\n\n| grade | from probability | rows | share of leads | "
                           "convert |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < LSC_N_GRADES; i++) {
        lsc_buffer_append_format(out, "| %c | ", grades[i].grade);
        put_number(out, grades[i].least);
        lsc_buffer_append_format(out, " | %zu | ", grades[i].n_rows);
        put_percent(out, grades[i].share);
        lsc_buffer_append_text(out, " | ");
        put_percent(out, grades[i].rate);
        lsc_buffer_append_text(out, " |\n");
    }
}

static void put_features(lsc_buffer *out, const lsc_findings *findings)
{
    lsc_feature_gain top[LSC_TOP_FEATURES];
    size_t n_top = lsc_top_features(findings, top);
    lsc_buffer_append_format(
        out,
        "\n## What it leans on\n\n%zu features in %zu columns, %zu trees%s. By "
        "share of what the splits gain:\n\n",
        lsc_spec_n_features(findings->spec), findings->rows->n_columns,
        findings->fit->n_rounds * (size_t)findings->fit->growth.trees_a_round,
        findings->ladder->chosen == LSC_LEARNER_ADDITIVE ? " of one split each: an additive model"
                                                         : "");
    for (size_t i = 0; i < n_top; i++) {
        lsc_buffer_append_format(out, "%zu. `%s`, ", i + 1,
                                 lsc_spec_feature_name(findings->spec, top[i].feature));
        put_percent(out, top[i].share);
        lsc_buffer_append_text(out, "\n");
    }
}

static void put_leaks(lsc_buffer *out, const lsc_leaks *leaks)
{
    if (leaks->n == 0) {
        return;
    }
    lsc_buffer_append_format(out,
                             "\n## Possible leaks\n\nThese may tell what was not known yet; they "
                             "were %s.\n\n",
                             leaks->dropped ? "left out" : "learned from all the same");
    for (size_t i = 0; i < leaks->n; i++) {
        lsc_buffer_append_format(out, "- `%s`: %s\n", leaks->items[i].column,
                                 leaks->items[i].reason);
    }
}

static void put_limits(lsc_buffer *out)
{
    lsc_buffer_append_text(
        out, "\n## Limits\n\n"
             "- It finds what went along with conversion in this data, not what causes it.\n"
             "- It holds as long as leads come and are treated as they were then; "
             "`reference.json` says how they were, to tell drift by.\n"
             "- The interval of a probability says how sure the calibration is, not whether one "
             "lead converts.\n"
             "- Groups of people were not compared for fairness.\n");
}

lsc_status lsc_model_card_write(const lsc_findings *findings, lsc_buffer *out, lsc_error *error)
{
    put_purpose(out, findings);
    put_data(out, findings);
    if (findings->plan->timed) {
        put_static_properties(out, findings->history);
    }
    put_metrics(out, findings);
    put_validations(out, findings);
    put_gate(out, findings->gate);
    put_grades(out, findings->grades);
    put_features(out, findings);
    put_leaks(out, findings->leaks);
    put_limits(out);
    return lsc_buffer_status(out, error);
}
