#include <stdio.h>
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

enum {
    KEY_HORIZON = LSC_FIRST_KEY,
    KEY_EVERY,
    KEY_SEED,
    KEY_JSON
};

typedef struct evaluate_args {
    lsc_input input;
    lsc_model_args loading;
    const char *model;
    int64_t horizon_ms;
    int64_t every_ms;
    uint64_t seed;
    bool json;
} evaluate_args;

static const struct argp_option OPTIONS[] = {
    {NULL, 0, NULL, 0, "How:", 4},
    {"horizon", KEY_HORIZON, "TIME", 0,
     "With --leads: a lead converts when it does so within this time (default: 90d)", 4},
    {"every", KEY_EVERY, "TIME", 0, "With --leads: how far apart leads are scored (default: 30d)",
     4},
    {"seed", KEY_SEED, "S", 0, "Of the intervals' bootstrap and the choice of rows", 4},
    {"json", KEY_JSON, NULL, 0, "As one JSON object", 4},
    {0},
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    evaluate_args *args = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &args->input;
        state->child_inputs[1] = &args->input;
        state->child_inputs[2] = &args->loading;
        break;
    case KEY_HORIZON:
        args->horizon_ms = lsc_arg_duration(state, "--horizon", text);
        break;
    case KEY_EVERY:
        args->every_ms = lsc_arg_duration(state, "--every", text);
        break;
    case KEY_SEED:
        args->seed = lsc_arg_count(state, "--seed", text, 0, UINT64_MAX);
        break;
    case KEY_JSON:
        args->json = true;
        break;
    case ARGP_KEY_ARG:
        lsc_arg_once(state, text, &args->model);
        break;
    case ARGP_KEY_END:
        if (args->model == NULL) {
            argp_error(state, "a MODEL is needed");
        }
        if (args->input.csv != NULL && (args->horizon_ms != 0 || args->every_ms != 0)) {
            argp_error(state, "--horizon and --every go with --leads, not with --csv");
        }
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const char DOC[] =
    "Measure a model on leads whose outcome is known. Leads it was trained on flatter it."
    "\vEXAMPLES\n"
    "  leadscore evaluate bank.lsm --csv rows.csv --label y --positive yes --json\n"
    "  leadscore evaluate model.lsm --leads leads.ndjson \\\n"
    "      --activities activities.ndjson --outcomes outcomes.ndjson --horizon 90d\n\n"
    "Each metric comes with a 95 % interval: {\"roc_auc\": {\"value\", \"low\", \"high\"}, "
    "...}.\n\n"
    "EXIT CODES\n"
    "  0 done\n"
    "  1 bad data or model\n"
    "  2 wrong command line\n"
    "  3 the system refused";

static const struct argp_child CHILDREN[] = {{&lsc_input_argp, 0, NULL, 0},
                                             {&lsc_labels_argp, 0, NULL, 0},
                                             {&lsc_model_argp, 0, NULL, 0},
                                             {0}};
static const struct argp ARGP = {
    OPTIONS,
    parse_option,
    "MODEL --leads FILE --activities FILE --outcomes FILE [--horizon TIME]\n"
    "MODEL --csv FILE --label COLUMN [--positive VALUE]",
    DOC,
    CHILDREN,
    NULL,
    NULL};

static void print_tables(const char *json)
{
    const lsc_style style = lsc_style_of(stdout);
    lsc_look *metrics = lsc_look_at(json, strlen(json));
    lsc_put_fact(&style, "rows", "%.0f, %.0f of them converted", lsc_look_number(metrics, "n_rows"),
                 lsc_look_number(metrics, "n_positive"));
    lsc_put_heading(&style, "Metrics");
    lsc_put_metrics(&style, metrics);
    lsc_put_heading(&style, "Grades");
    lsc_put_grades(&style, NULL, metrics);
    lsc_put_heading(&style, "By tenths, the best first");
    lsc_put_deciles(&style, metrics);
    lsc_put_heading(&style, "Calibration");
    lsc_put_calibration(&style, metrics);
    lsc_look_free(metrics);
}

static lsc_status evaluate(const evaluate_args *args, const lsc_loaded *loaded, lsc_source *source,
                           lsc_error *error)
{
    lsc_meter meter = lsc_meter_start();
    lsc_train train = LSC_TRAIN_INIT;
    char *json = NULL;
    train.horizon_ms = args->horizon_ms;
    train.every_ms = args->every_ms;
    train.seed = args->seed;
    train.progress = lsc_meter_show;
    train.progress_ctx = &meter;
    const lsc_status status = lsc_model_evaluate(loaded->model, source, &train, &json, error);
    lsc_meter_end(&meter);
    if (status == LSC_OK && args->json) {
        printf("%s\n", json);
    } else if (status == LSC_OK) {
        print_tables(json);
    }
    lsc_text_free(json);
    return status;
}

static lsc_status run(const evaluate_args *args, lsc_error *error)
{
    lsc_loaded loaded;
    lsc_source *source = NULL;
    lsc_status status = lsc_load_for_use(args->model, &args->loading, &loaded, error);
    if (status == LSC_OK) {
        status = lsc_input_open(&args->input, &source, error);
    }
    if (status == LSC_OK && !loaded.info.calibrated && loaded.info.engine != LSC_ENGINE_GBDT) {
        lsc_warn("warning: %s counts points and has no probabilities: points / 100 stand for "
                 "them, and only ROC AUC, PR AUC, KS and lift mean something",
                 args->model);
    }
    if (status == LSC_OK) {
        status = evaluate(args, &loaded, source, error);
    }
    lsc_source_free(source);
    lsc_loaded_free(&loaded);
    return status == LSC_OK ? lsc_output_flush(error) : status;
}

int lsc_cmd_evaluate(int argc, char **argv)
{
    evaluate_args args = {.model = NULL};
    lsc_parse_args(&ARGP, argc, argv, &args);
    lsc_error error = LSC_ERROR_INIT;
    return lsc_finish(run(&args, &error), &error);
}
