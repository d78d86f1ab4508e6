#include "facts.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "table.h"

enum {
    NAME_WIDTH = 14
};

void lsc_put_fact(const lsc_style *style, const char *name, const char *format, ...)
{
    char value[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(value, sizeof value, format, arguments);
    va_end(arguments);
    fputs("  ", style->out);
    lsc_put_padded(style->out, name, NAME_WIDTH, false);
    lsc_put_text(value, style->out);
    putc('\n', style->out);
}

void lsc_put_words(const lsc_style *style, const char *name, const char *const *words,
                   size_t n_words)
{
    size_t column = NAME_WIDTH + 2;
    fputs("  ", style->out);
    lsc_put_padded(style->out, name, NAME_WIDTH, false);
    for (size_t i = 0; i < n_words; i++) {
        const size_t width = lsc_text_width(words[i]) + 2;
        if (i > 0 && column + width > LSC_LINE_WIDTH) {
            fprintf(style->out, ",\n%*s", NAME_WIDTH + 2, "");
            column = NAME_WIDTH + 2;
        } else if (i > 0) {
            fputs(", ", style->out);
        }
        lsc_put_text(words[i], style->out);
        column += width;
    }
    putc('\n', style->out);
}

/* What people call the metrics; others are shown under their own names. */
static const char *metric_title(const char *key)
{
    static const char *const TITLES[][2] = {
        {"roc_auc", "ROC AUC"},
        {"pr_auc", "PR AUC"},
        {"log_loss", "log loss"},
        {"brier", "Brier score"},
        {"ece", "calibration error"},
        {"ks", "KS distance"},
        {"lift_10", "lift, best 10 %"},
        {"brier_reliability", "  reliability"},
        {"brier_resolution", "  resolution"},
        {"brier_uncertainty", "  uncertainty"},
    };
    for (size_t i = 0; i < sizeof TITLES / sizeof TITLES[0]; i++) {
        if (strcmp(key, TITLES[i][0]) == 0) {
            return TITLES[i][1];
        }
    }
    return key;
}

void lsc_put_metrics(const lsc_style *style, const lsc_look *metrics)
{
    static const lsc_table_column COLUMNS[] = {
        {"METRIC", false}, {"VALUE", true}, {"95 % INTERVAL", true}};
    lsc_table *table = lsc_table_new(style, COLUMNS, 3);
    for (const lsc_look *item = lsc_look_first(metrics); item != NULL; item = lsc_look_next(item)) {
        const double value = lsc_look_number(item, "value");
        char number[32], interval[64];
        if (isnan(value)) {
            continue;
        }
        snprintf(number, sizeof number, "%.4f", value);
        snprintf(interval, sizeof interval, "%.4f to %.4f", lsc_look_number(item, "low"),
                 lsc_look_number(item, "high"));
        const char *cells[] = {metric_title(lsc_look_key(item)), number, interval};
        lsc_table_row(table, cells);
    }
    lsc_table_end(table);
}

/* "0.8031 (0.7962 to 0.8104)" */
static void write_estimate(const lsc_look *estimate, char *text, size_t size)
{
    snprintf(text, size, "%.4f (%.4f to %.4f)", lsc_look_number(estimate, "value"),
             lsc_look_number(estimate, "low"), lsc_look_number(estimate, "high"));
}

void lsc_put_validations(const lsc_style *style, const lsc_look *metrics)
{
    static const lsc_table_column COLUMNS[] = {
        {"MEASURED ON", false}, {"DEALT", true}, {"ROC AUC", true}, {"LOG LOSS", true}};
    const lsc_look *item = lsc_look_first(lsc_look_path(metrics, "validations"));
    if (item == NULL) {
        return;
    }
    lsc_put_heading(style, "Validations");
    lsc_table *table = lsc_table_new(style, COLUMNS, 4);
    for (; item != NULL; item = lsc_look_next(item)) {
        char dealt[32], auc[64], loss[64];
        const char *what = lsc_look_text(item, "measured_on");
        snprintf(dealt, sizeof dealt, "%.0f x %.0f", lsc_look_number(item, "repeats"),
                 lsc_look_number(item, "folds"));
        write_estimate(lsc_look_path(item, "roc_auc"), auc, sizeof auc);
        write_estimate(lsc_look_path(item, "log_loss"), loss, sizeof loss);
        const char *cells[] = {what != NULL ? what : "", dealt, auc, loss};
        lsc_table_row(table, cells);
    }
    lsc_table_end(table);
}

/* Grades are of probabilities, or of a scorecard's points. */
static void put_thresholds(const lsc_style *style, const lsc_look *manifest)
{
    const char *engine = lsc_look_text(manifest, "engine");
    const bool of_points = engine != NULL && strcmp(engine, "scorecard") == 0;
    const char *unit = of_points ? "points" : "%";
    double least = 1;
    fputs("  ", style->out);
    for (const lsc_look *grade = lsc_look_first(lsc_look_path(manifest, "grades")); grade != NULL;
         grade = lsc_look_next(grade)) {
        least = lsc_look_number(grade, "");
        fprintf(style->out, "%s from %.3g %s, ", lsc_look_key(grade), 100 * least, unit);
    }
    fprintf(style->out, "F below %.3g %s\n", 100 * least, unit);
}

static void add_percent(char text[16], double fraction)
{
    if (isnan(fraction)) {
        text[0] = '\0';
    } else {
        snprintf(text, 16, "%.1f %%", 100 * fraction);
    }
}

static void add_range(char text[40], double low, double high)
{
    text[0] = '\0';
    if (!isnan(low) && !isnan(high)) {
        snprintf(text, 40, "%.1f to %.1f %%", 100 * low, 100 * high);
    }
}

void lsc_put_grades(const lsc_style *style, const lsc_look *manifest, const lsc_look *metrics)
{
    static const lsc_table_column COLUMNS[] = {
        {"GRADE", false},    {"FROM", true}, {"ROWS", true},         {"SHARE", true},
        {"CONVERTED", true}, {"RATE", true}, {"95 % INTERVAL", true}};
    const lsc_look *grade = lsc_look_first(lsc_look_path(metrics, "grades"));
    if (grade == NULL) {
        put_thresholds(style, manifest);
        return;
    }
    lsc_table *table = lsc_table_new(style, COLUMNS, 7);
    for (; grade != NULL; grade = lsc_look_next(grade)) {
        const char *name = lsc_look_text(grade, "grade");
        char from[16], rows[32], share[16], converted[32], rate[16], interval[40];
        add_percent(from, lsc_look_number(grade, "least_probability"));
        snprintf(rows, sizeof rows, "%.0f", lsc_look_number(grade, "n_rows"));
        add_percent(share, lsc_look_number(grade, "share"));
        snprintf(converted, sizeof converted, "%.0f", lsc_look_number(grade, "n_positive"));
        add_percent(rate, lsc_look_number(grade, "rate"));
        add_range(interval, lsc_look_number(grade, "low"), lsc_look_number(grade, "high"));
        const char *cells[] = {
            name != NULL ? name : "", from, rows, share, converted, rate, interval};
        lsc_table_row(table, cells);
    }
    lsc_table_end(table);
}

void lsc_put_deciles(const lsc_style *style, const lsc_look *metrics)
{
    static const lsc_table_column COLUMNS[] = {
        {"BEST", true}, {"FROM", true}, {"RATE", true},         {"95 % INTERVAL", true},
        {"LIFT", true}, {"GAIN", true}, {"95 % INTERVAL", true}};
    lsc_table *table = lsc_table_new(style, COLUMNS, 7);
    for (const lsc_look *tenth = lsc_look_first(lsc_look_path(metrics, "deciles")); tenth != NULL;
         tenth = lsc_look_next(tenth)) {
        char share[16], from[16], rate[16], rates[40], lift[32], gain[16], gains[40];
        snprintf(share, sizeof share, "%.0f %%", 100 * lsc_look_number(tenth, "share"));
        add_percent(from, lsc_look_number(tenth, "least"));
        add_percent(rate, lsc_look_number(tenth, "rate.value"));
        add_range(rates, lsc_look_number(tenth, "rate.low"), lsc_look_number(tenth, "rate.high"));
        snprintf(lift, sizeof lift, "%.2f", lsc_look_number(tenth, "lift.value"));
        add_percent(gain, lsc_look_number(tenth, "gain.value"));
        add_range(gains, lsc_look_number(tenth, "gain.low"), lsc_look_number(tenth, "gain.high"));
        const char *cells[] = {share, from, rate, rates, lift, gain, gains};
        lsc_table_row(table, cells);
    }
    lsc_table_end(table);
}

void lsc_put_calibration(const lsc_style *style, const lsc_look *metrics)
{
    static const lsc_table_column COLUMNS[] = {{"PREDICTED", true}, {"ON AVERAGE", true},
                                               {"ROWS", true},      {"CONVERTED", true},
                                               {"RATE", true},      {"95 % INTERVAL", true}};
    lsc_table *table = lsc_table_new(style, COLUMNS, 6);
    for (const lsc_look *bin = lsc_look_first(lsc_look_path(metrics, "calibration_bins"));
         bin != NULL; bin = lsc_look_next(bin)) {
        char range[40], predicted[16], rows[32], converted[32], rate[16], interval[40];
        add_range(range, lsc_look_number(bin, "from"), lsc_look_number(bin, "to"));
        add_percent(predicted, lsc_look_number(bin, "mean_predicted"));
        snprintf(rows, sizeof rows, "%.0f", lsc_look_number(bin, "n_rows"));
        snprintf(converted, sizeof converted, "%.0f", lsc_look_number(bin, "n_positive"));
        add_percent(rate, lsc_look_number(bin, "observed"));
        add_range(interval, lsc_look_number(bin, "low"), lsc_look_number(bin, "high"));
        const char *cells[] = {range, predicted, rows, converted, rate, interval};
        lsc_table_row(table, cells);
    }
    lsc_table_end(table);
}

static void put_learner(const lsc_style *style, const lsc_look *metrics)
{
    const char *learner = lsc_look_text(metrics, "training.learner");
    const double gain = lsc_look_number(metrics, "training.ladder.trees_roc_auc_gain.value");
    if (learner == NULL) {
        return;
    }
    if (isnan(gain)) {
        lsc_put_fact(style, "learner", "%s", learner);
    } else {
        lsc_put_fact(style, "learner",
                     "%s; trees have %+.4f of ROC AUC against additive (%+.4f to %+.4f)", learner,
                     gain, lsc_look_number(metrics, "training.ladder.trees_roc_auc_gain.low"),
                     lsc_look_number(metrics, "training.ladder.trees_roc_auc_gain.high"));
    }
}

void lsc_put_data(const lsc_style *style, const lsc_look *manifest, const lsc_look *metrics)
{
    const char *from = lsc_look_text(manifest, "data.from");
    const char *to = lsc_look_text(manifest, "data.to");
    const char *measured_on = lsc_look_text(metrics, "validation.measured_on");
    const double n_leads = lsc_look_number(metrics, "training.n_leads");
    lsc_put_fact(style, "rows", "%.0f, %.0f of them converted",
                 lsc_look_number(manifest, "data.rows"),
                 lsc_look_number(manifest, "data.positive"));
    if (from != NULL && to != NULL && !isnan(n_leads)) {
        lsc_put_fact(style, "leads", "%.0f, seen between %.10s and %.10s", n_leads, from, to);
    }
    if (measured_on != NULL) {
        lsc_put_fact(style, "measured on", "%s", measured_on);
    }
    put_learner(style, metrics);
}

void lsc_put_top_features(const lsc_style *style, const lsc_look *metrics)
{
    const char *names[64];
    size_t n_names = 0;
    for (const lsc_look *feature = lsc_look_first(lsc_look_path(metrics, "top_features"));
         feature != NULL && n_names < 64; feature = lsc_look_next(feature)) {
        const char *name = lsc_look_text(feature, "feature");
        if (name != NULL) {
            names[n_names++] = name;
        }
    }
    if (n_names > 0) {
        lsc_put_words(style, "leans on", names, n_names);
    }
}

void lsc_put_gate(const lsc_style *style, const lsc_look *manifest)
{
    const bool passed = lsc_look_true(manifest, "gate.passed");
    fprintf(style->out, "  %s%s%s\n", passed ? lsc_style_good(style) : lsc_style_bad(style),
            passed ? "passed" : "did not pass", lsc_style_end(style));
    for (const lsc_look *reason = lsc_look_first(lsc_look_path(manifest, "gate.reasons"));
         reason != NULL; reason = lsc_look_next(reason)) {
        const char *text = lsc_look_text(reason, "");
        fputs("  - ", style->out);
        lsc_put_wrapped(text != NULL ? text : "", 4, style->out);
        putc('\n', style->out);
    }
}
