#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <leadscore/leadscore.h>
#include <leadscore/train.h>

#include "args.h"
#include "command.h"
#include "facts.h"
#include "input.h"
#include "meter.h"
#include "model_args.h"
#include "output.h"
#include "table.h"

enum {
    KEY_AS_OF = LSC_FIRST_KEY,
    KEY_HORIZON,
    KEY_SEED,
    KEY_ALL,
    KEY_JSON,
    KEY_CHECK
};

/* Features shown unless all are asked for. */
#define SHOWN 10

typedef struct drift_args {
    lsc_input input;
    lsc_model_args loading;
    const char *model;
    lsc_drift drift;
    bool all;
    bool json;
    bool check;
} drift_args;

static const struct argp_option OPTIONS[] = {
    {NULL, 0, NULL, 0, "How:", 4},
    {"as-of", KEY_AS_OF, "TIME", 0,
     "Compare leads as they were at this time; now is the present. Not with --csv", 4},
    {"horizon", KEY_HORIZON, "TIME", 0,
     "Outcomes count within this time (default: that of the training). Not with --csv", 4},
    {"check", KEY_CHECK, NULL, 0, "Exit with 4 where scores or their calibration have drifted", 4},
    {"all", KEY_ALL, NULL, 0, "Show every feature", 4},
    {"json", KEY_JSON, NULL, 0, "As one JSON object", 4},
    {"seed", KEY_SEED, "S", 0, "Of the intervals' bootstrap", 4},
    {0},
};

static void check_args(const drift_args *args, const struct argp_state *state)
{
    if (args->model == NULL) {
        argp_error(state, "a MODEL is needed");
    }
    if (args->input.csv != NULL &&
        (args->drift.as_of_ms != LSC_TIME_NONE || args->drift.horizon_ms != 0)) {
        argp_error(state, "--as-of and --horizon go with --leads, not with --csv");
    }
    lsc_input_need_as_of(&args->input, args->drift.as_of_ms, state);
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    drift_args *args = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &args->input;
        state->child_inputs[1] = &args->input;
        state->child_inputs[2] = &args->loading;
        break;
    case KEY_AS_OF:
        args->drift.as_of_ms = lsc_arg_time(state, "--as-of", text);
        break;
    case KEY_HORIZON:
        args->drift.horizon_ms = lsc_arg_duration(state, "--horizon", text);
        break;
    case KEY_SEED:
        args->drift.seed = lsc_arg_count(state, "--seed", text, 0, UINT64_MAX);
        break;
    case KEY_ALL:
        args->all = true;
        break;
    case KEY_JSON:
        args->json = true;
        break;
    case KEY_CHECK:
        args->check = true;
        break;
    case ARGP_KEY_ARG:
        lsc_arg_once(state, text, &args->model);
        break;
    case ARGP_KEY_END:
        check_args(args, state);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const char DOC[] =
    "Compare leads with those that a model was trained on: how far each feature and the score have "
    "moved, and, where outcomes are known, whether probabilities still hold."
    "\vEXAMPLES\n"
    "  leadscore drift model.lsm --leads leads.ndjson \\\n"
    "      --activities activities.ndjson --as-of now\n"
    "  leadscore drift model.lsm --leads leads.ndjson \\\n"
    "      --activities activities.ndjson --outcomes outcomes.ndjson \\\n"
    "      --as-of 2026-01-01 --json\n"
    "  leadscore drift bank.lsm --csv new_rows.csv --label y --positive yes --check\n\n"
    "Outcomes are known where the data go on for the horizon after --as-of. PSI is the population "
    "stability index: below 0.1 a distribution is as it was, from 0.25 on it has moved far.\n\n"
    "EXIT CODES\n"
    "  0 done\n"
    "  1 bad data or model\n"
    "  2 wrong command line\n"
    "  3 the system refused\n"
    "  4 with --check: the verdict is drifted";

static const struct argp_child CHILDREN[] = {{&lsc_input_argp, 0, NULL, 0},
                                             {&lsc_maybe_labels_argp, 0, NULL, 0},
                                             {&lsc_model_argp, 0, NULL, 0},
                                             {0}};
static const struct argp ARGP = {
    OPTIONS,
    parse_option,
    "MODEL --leads FILE --activities FILE --as-of TIME [--outcomes FILE]\n"
    "MODEL --csv FILE [--label COLUMN [--positive VALUE]]",
    DOC,
    CHILDREN,
    NULL,
    NULL};

/* A number as the text of a table's cell. */
typedef struct cell {
    char text[32];
} cell;

static cell number_cell(double number, int digits, const char *unit)
{
    cell made = {"-"};
    if (isfinite(number)) {
        snprintf(made.text, sizeof made.text, "%.*f%s", digits, number, unit);
    }
    return made;
}

/* Small p-values as a bound: their last digits mean nothing. */
static cell chance_cell(double p_value)
{
    return p_value < 0.0001 ? (cell){"<0.0001"} : number_cell(p_value, 4, "");
}

typedef struct moved_feature {
    const lsc_look *look;
    double psi;
} moved_feature;

static int compare_psi(const void *a, const void *b)
{
    const double left = ((const moved_feature *)a)->psi;
    const double right = ((const moved_feature *)b)->psi;
    return (left < right) - (left > right);
}

static void put_feature(lsc_table *table, const lsc_look *feature)
{
    const cell psi = number_cell(lsc_look_number(feature, "psi"), 3, "");
    const cell chance = chance_cell(lsc_look_number(feature, "p_value"));
    const cell then = number_cell(100 * lsc_look_number(feature, "missing.reference"), 1, " %");
    const cell now = number_cell(100 * lsc_look_number(feature, "missing.now"), 1, " %");
    const char *cells[] = {
        lsc_look_text(feature, "name"),   psi.text, chance.text, then.text, now.text,
        lsc_look_text(feature, "verdict")};
    lsc_table_row(table, cells);
}

/* The features that have moved most, the furthest first. */
static void put_features(const lsc_style *style, const lsc_look *found, bool all)
{
    static const lsc_table_column COLUMNS[] = {{"FEATURE", false}, {"PSI", true},
                                               {"P-VALUE", true},  {"MISSING THEN", true},
                                               {"NOW", true},      {"VERDICT", false}};
    moved_feature *features = NULL;
    size_t n = 0;
    for (const lsc_look *item = lsc_look_first(lsc_look_path(found, "features")); item != NULL;
         item = lsc_look_next(item)) {
        features = lsc_need_more(features, (n + 1) * sizeof *features);
        features[n++] = (moved_feature){item, lsc_look_number(item, "psi")};
    }
    if (n > 0) {
        qsort(features, n, sizeof *features, compare_psi);
    }
    const size_t shown = all || n < SHOWN ? n : SHOWN;
    lsc_table *table = lsc_table_new(style, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < shown; i++) {
        put_feature(table, features[i].look);
    }
    lsc_table_end(table);
    if (shown < n) {
        fprintf(style->out, "  and %zu that moved less (--all)\n", n - shown);
    }
    free(features);
}

static void put_outcomes(const lsc_style *style, const lsc_look *found)
{
    const lsc_look *calibration = lsc_look_path(found, "calibration");
    const lsc_look *metrics = lsc_look_path(found, "metrics");
    if (lsc_look_text(calibration, "verdict") == NULL) {
        lsc_put_fact(style, "outcomes", "not known: probabilities cannot be checked");
        return;
    }
    lsc_put_fact(style, "predicted", "%.2f %% convert",
                 100 * lsc_look_number(calibration, "predicted"));
    lsc_put_fact(
        style, "observed", "%.2f %% (95 %% interval %.2f to %.2f), %.0f of %.0f leads",
        100 * lsc_look_number(calibration, "observed"), 100 * lsc_look_number(calibration, "low"),
        100 * lsc_look_number(calibration, "high"), lsc_look_number(calibration, "n_positive"),
        lsc_look_number(calibration, "n_rows"));
    lsc_put_fact(style, "by chance", "p-value %s; %s",
                 chance_cell(lsc_look_number(calibration, "p_value")).text,
                 lsc_look_text(calibration, "verdict"));
    if (isfinite(lsc_look_number(metrics, "roc_auc.value"))) {
        lsc_put_metrics(style, metrics);
    }
}

static void put_advice(const lsc_style *style, const lsc_look *found)
{
    for (const lsc_look *item = lsc_look_first(lsc_look_path(found, "advice")); item != NULL;
         item = lsc_look_next(item)) {
        fputs("  - ", style->out);
        lsc_put_wrapped(lsc_look_text(item, ""), 4, style->out);
        putc('\n', style->out);
    }
}

static void print_for_people(const lsc_look *found, bool all)
{
    const lsc_style style = lsc_style_of(stdout);
    const char *verdict = lsc_look_text(found, "verdict");
    const bool stable = strcmp(verdict, "stable") == 0;
    lsc_put_fact(&style, "verdict", "%s%s%s",
                 stable ? lsc_style_good(&style) : lsc_style_bad(&style), verdict,
                 lsc_style_end(&style));
    lsc_put_fact(&style, "leads", "%.0f compared", lsc_look_number(found, "n_rows"));
    lsc_put_fact(&style, "score", "PSI %.3f, p-value %s; %s", lsc_look_number(found, "score.psi"),
                 chance_cell(lsc_look_number(found, "score.p_value")).text,
                 lsc_look_text(found, "score.verdict"));
    lsc_put_heading(&style, "What to do");
    put_advice(&style, found);
    lsc_put_heading(&style, "Outcomes");
    put_outcomes(&style, found);
    lsc_put_heading(&style, "Features");
    put_features(&style, found, all);
}

static int show(const drift_args *args, const char *json)
{
    lsc_look *found = lsc_look_at(json, strlen(json));
    const bool drifted = strcmp(lsc_look_text(found, "verdict"), "drifted") == 0;
    if (args->json) {
        printf("%s\n", json);
    } else {
        print_for_people(found, args->all);
    }
    lsc_look_free(found);
    return args->check && drifted ? LSC_EXIT_DRIFT : LSC_EXIT_OK;
}

static lsc_status run(const drift_args *args, int *exit_code, lsc_error *error)
{
    lsc_loaded loaded;
    lsc_source *source = NULL;
    char *json = NULL;
    lsc_status status = lsc_load_for_use(args->model, &args->loading, &loaded, error);
    if (status == LSC_OK) {
        status = lsc_input_open(&args->input, &source, error);
    }
    if (status == LSC_OK) {
        lsc_drift drift = args->drift;
        lsc_meter meter = lsc_meter_start();
        drift.progress = lsc_meter_show;
        drift.progress_ctx = &meter;
        status = lsc_drift_json(loaded.model, source, &drift, &json, error);
        lsc_meter_end(&meter);
    }
    if (status == LSC_OK) {
        *exit_code = show(args, json);
    }
    lsc_text_free(json);
    lsc_source_free(source);
    lsc_loaded_free(&loaded);
    return status == LSC_OK ? lsc_output_flush(error) : status;
}

int lsc_cmd_drift(int argc, char **argv)
{
    drift_args args = {.drift = LSC_DRIFT_INIT};
    lsc_parse_args(&ARGP, argc, argv, &args);
    lsc_error error = LSC_ERROR_INIT;
    int exit_code = LSC_EXIT_OK;
    const int failed = lsc_finish(run(&args, &exit_code, &error), &error);
    return failed != LSC_EXIT_OK ? failed : exit_code;
}
