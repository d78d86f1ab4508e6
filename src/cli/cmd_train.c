#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <leadscore/leadscore.h>
#include <leadscore/train.h>

#include "args.h"
#include "command.h"
#include "facts.h"
#include "input.h"
#include "meter.h"
#include "output.h"
#include "store_training.h"

enum {
    KEY_HORIZON = LSC_FIRST_KEY,
    KEY_EVERY,
    KEY_ROWS_PER_LEAD,
    KEY_MODEL_TYPE,
    KEY_INCUMBENT,
    KEY_SPEC,
    KEY_EXCLUDE,
    KEY_INCLUDE,
    KEY_SEED,
    KEY_NAME,
    KEY_MODEL_VERSION,
    KEY_CREATED,
    KEY_GATE_AUC,
    KEY_GATE_OUTCOMES,
    KEY_FOLDS,
    KEY_EFFORT,
    KEY_THREADS,
    KEY_DROP_LEAKS,
    KEY_AS_OF,
    KEY_REPEATS,
    KEY_FOLD_REPEATS,
    KEY_VALIDATION,
    KEY_LEARNER,
    KEY_UNNOTED
};

typedef struct train_args {
    lsc_input input;
    lsc_train train;
    const char *spec;
    const char *incumbent;
    const char *output;
    lsc_list exclude;
    lsc_list include;
    bool unnoted;
    lsc_store *noted; /* where it is noted which of its leads are read; NULL: nowhere */
} train_args;

static const struct argp_option OPTIONS[] = {
    {NULL, 0, NULL, 0, "What to learn:", 4},
    {"horizon", KEY_HORIZON, "TIME", 0,
     "With --leads: a lead converts when it does so within this time (default: 90d)", 4},
    {"every", KEY_EVERY, "TIME", 0,
     "With --leads: how far apart the times are at which leads are looked at (default: 30d)", 4},
    {"as-of", KEY_AS_OF, "WHEN", 0,
     "With --leads: at which times leads are looked at: every:30d, created+7d (that long after "
     "they "
     "came to be), or before-outcome, before-outcome:1d (default: every:30d)",
     4},
    {"repeats", KEY_REPEATS, NULL, 0, "With --leads: a lead that has converted may do so again", 4},
    {"rows-per-lead", KEY_ROWS_PER_LEAD, "N", 0,
     "With --leads: most such times taken of a lead (default: 4)", 4},
    {"model-type", KEY_MODEL_TYPE, "TYPE", 0,
     "Features used: behavioral, demographic or composite (default: composite)", 4},
    {"spec", KEY_SPEC, "FILE", 0,
     "Feature spec as JSON (default: the library's; with --csv, inferred from the table)", 4},
    {"exclude", KEY_EXCLUDE, "A,B", 0, "With --csv: columns to leave out", 4},
    {"include", KEY_INCLUDE, "A,B", 0,
     "With --csv: protected attributes (age, gender...) to take all the same", 4},
    {"drop-leaks", KEY_DROP_LEAKS, NULL, 0,
     "Leave out what is suspected to tell what was not known yet", 4},
    {NULL, 0, NULL, 0, "How:", 5},
    {"seed", KEY_SEED, "S", 0, "Same data, seed and version: same bytes (default: 0)", 5},
    {"folds", KEY_FOLDS, "N", 0, "Folds of the cross-validation (default: 5)", 5},
    {"fold-repeats", KEY_FOLD_REPEATS, "N", 0,
     "How often leads are dealt to the folds, to measure by (default: 1)", 5},
    {"validation", KEY_VALIDATION, "WHICH", 0,
     "usual (on the newest rows; of a table, by folds) or both: by folds of all rows too (default: "
     "usual)",
     5},
    {"learner", KEY_LEARNER, "WHICH", 0,
     "trees, additive (a function of each column, summed), or ladder: additive unless trees beat "
     "it "
     "(default: trees)",
     5},
    {"effort", KEY_EFFORT, "EFFORT", 0,
     "quick, standard or best: how long to search, and how many trees to average (default: "
     "standard)",
     5},
    {"threads", KEY_THREADS, "N", 0, "Processors to use; the result is the same (default: all)", 5},
    {"gate-auc", KEY_GATE_AUC, "AUC", 0, "ROC AUC the gate asks for (default: 0.8)", 5},
    {"gate-outcomes", KEY_GATE_OUTCOMES, "N", 0,
     "Outcomes of each kind the gate asks for (default: 40)", 5},
    {"incumbent", KEY_INCUMBENT, "MODEL", 0,
     "The model in use; the gate asks that it be beaten on the newest data", 5},
    {NULL, 0, NULL, 0, "The result:", 6},
    {"name", KEY_NAME, "NAME", 0, "Name of the model (default: lead-score)", 6},
    {"model-version", KEY_MODEL_VERSION, "TEXT", 0, "Version of the model (default: 1)", 6},
    {"created", KEY_CREATED, "TIME", 0, "A time to note in the bundle (default: none)", 6},
    {"output", 'o', "FILE", 0, "The bundle to write", 6},
    {"unnoted", KEY_UNNOTED, NULL, 0,
     "With --store: do not note in the store which leads were read, as of one that may only be "
     "read",
     6},
    {0},
};

static void check_args(const train_args *args, const struct argp_state *state)
{
    const bool has_lists = args->exclude.n_items > 0 || args->include.n_items > 0;
    const lsc_train *train = &args->train;
    const bool has_times = train->horizon_ms != 0 || train->every_ms != 0 ||
                           train->rows_per_lead != 0 || train->as_of != LSC_AS_OF_EVERY ||
                           train->repeats;
    if (args->output == NULL) {
        argp_error(state, "-o FILE is needed");
    }
    if (args->input.csv != NULL && has_times) {
        argp_error(state,
                   "--horizon, --every, --as-of, --repeats and --rows-per-lead go with --leads "
                   "or --events, not --csv");
    }
    if (has_lists && (args->input.csv == NULL || args->spec != NULL)) {
        argp_error(state, "--exclude and --include go with --csv, without --spec");
    }
    if (args->unnoted && args->input.store.path == NULL) {
        argp_error(state, "--unnoted goes with --store");
    }
}

/* every:30d, created+7d, before-outcome, before-outcome:1d */
static void parse_as_of(const struct argp_state *state, const char *text, lsc_train *train)
{
    static const char EVERY[] = "every:";
    static const char CREATED[] = "created+";
    static const char BEFORE[] = "before-outcome";
    const char *after = text + sizeof BEFORE - 1;
    if (strncmp(text, EVERY, sizeof EVERY - 1) == 0) {
        train->as_of = LSC_AS_OF_EVERY;
        train->every_ms = lsc_arg_duration(state, "--as-of every", text + sizeof EVERY - 1);
    } else if (strncmp(text, CREATED, sizeof CREATED - 1) == 0) {
        train->as_of = LSC_AS_OF_CREATED;
        train->as_of_ms = lsc_arg_duration(state, "--as-of created", text + sizeof CREATED - 1);
    } else if (strcmp(text, BEFORE) == 0) {
        train->as_of = LSC_AS_OF_BEFORE_OUTCOME;
    } else if (strncmp(text, BEFORE, sizeof BEFORE - 1) == 0 && *after == ':') {
        train->as_of = LSC_AS_OF_BEFORE_OUTCOME;
        train->as_of_ms = lsc_arg_duration(state, "--as-of before-outcome", after + 1);
    } else {
        argp_error(state,
                   "--as-of is '%s', must be every:TIME, created+TIME or "
                   "before-outcome[:TIME]",
                   text);
    }
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    static const char *const TYPES[] = {"behavioral", "demographic", "composite", NULL};
    static const char *const EFFORT_NAMES[] = {"quick", "standard", "best", NULL};
    static const lsc_effort EFFORTS[] = {LSC_EFFORT_QUICK, LSC_EFFORT_STANDARD, LSC_EFFORT_BEST};
    static const char *const LEARNER_NAMES[] = {"trees", "additive", "ladder", NULL};
    static const lsc_learner LEARNERS[] = {LSC_LEARNER_TREES, LSC_LEARNER_ADDITIVE,
                                           LSC_LEARNER_LADDER};
    static const char *const VALIDATION_NAMES[] = {"usual", "both", NULL};
    static const lsc_validation VALIDATIONS[] = {LSC_VALIDATION_USUAL, LSC_VALIDATION_BOTH};
    train_args *args = state->input;
    lsc_train *train = &args->train;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &args->input;
        state->child_inputs[1] = &args->input;
        break;
    case KEY_HORIZON:
        train->horizon_ms = lsc_arg_duration(state, "--horizon", text);
        break;
    case KEY_EVERY:
        train->every_ms = lsc_arg_duration(state, "--every", text);
        break;
    case KEY_ROWS_PER_LEAD:
        train->rows_per_lead = lsc_arg_count(state, "--rows-per-lead", text, 1, 10000);
        break;
    case KEY_MODEL_TYPE:
        train->model_type = TYPES[lsc_arg_word(state, "--model-type", text, TYPES)];
        break;
    case KEY_INCUMBENT:
        args->incumbent = text;
        break;
    case KEY_SPEC:
        args->spec = text;
        break;
    case KEY_EXCLUDE:
        lsc_arg_list(&args->exclude, text);
        break;
    case KEY_INCLUDE:
        lsc_arg_list(&args->include, text);
        break;
    case KEY_SEED:
        train->seed = lsc_arg_count(state, "--seed", text, 0, UINT64_MAX);
        break;
    case KEY_NAME:
        train->name = text;
        break;
    case KEY_MODEL_VERSION:
        train->version = text;
        break;
    case KEY_CREATED:
        lsc_arg_time(state, "--created", text);
        train->created = text;
        break;
    case KEY_GATE_AUC:
        train->gate_auc = lsc_arg_fraction(state, "--gate-auc", text);
        break;
    case KEY_GATE_OUTCOMES:
        train->gate_outcomes = lsc_arg_count(state, "--gate-outcomes", text, 1, UINT32_MAX);
        break;
    case KEY_FOLDS:
        train->folds = lsc_arg_count(state, "--folds", text, 2, 50);
        break;
    case KEY_FOLD_REPEATS:
        train->fold_repeats = lsc_arg_count(state, "--fold-repeats", text, 1, 20);
        break;
    case KEY_VALIDATION:
        train->validation =
            VALIDATIONS[lsc_arg_word(state, "--validation", text, VALIDATION_NAMES)];
        break;
    case KEY_UNNOTED:
        args->unnoted = true;
        break;
    case KEY_LEARNER:
        train->learner = LEARNERS[lsc_arg_word(state, "--learner", text, LEARNER_NAMES)];
        break;
    case KEY_EFFORT:
        train->effort = EFFORTS[lsc_arg_word(state, "--effort", text, EFFORT_NAMES)];
        break;
    case KEY_THREADS:
        train->threads = (int)lsc_arg_count(state, "--threads", text, 1, 1024);
        break;
    case KEY_AS_OF:
        parse_as_of(state, text, train);
        break;
    case KEY_REPEATS:
        train->repeats = true;
        break;
    case KEY_DROP_LEAKS:
        train->drop_leaks = true;
        break;
    case 'o':
        args->output = text;
        break;
    case ARGP_KEY_ARG:
        argp_error(state, "'%s' is one argument too many", text);
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
    "Learn a model from leads, their activities and outcomes, or from a plain table, and write it "
    "as one bundle. The bundle is written whatever its gate says: the verdict is printed and "
    "stands in it."
    "\vEXAMPLES\n"
    "  leadscore train --leads leads.ndjson --activities activities.ndjson \\\n"
    "      --outcomes outcomes.ndjson --horizon 90d -o model.lsm\n"
    "  leadscore train --leads leads.ndjson --activities activities.ndjson \\\n"
    "      --outcomes outcomes.ndjson --horizon 90d --model-type behavioral \\\n"
    "      --incumbent model.lsm -o next.lsm\n"
    "  leadscore train --events orders.csv --map orders.json --horizon 90d \\\n"
    "      -o next.lsm\n"
    "  leadscore train --csv bank_marketing.csv --label y --positive yes \\\n"
    "      --exclude duration -o bank.lsm\n\n"
    "EXIT CODES\n"
    "  0 a bundle was written\n"
    "  1 nothing can be learned from the data, or it is bad\n"
    "  2 wrong command line\n"
    "  3 the system refused";

static const struct argp_child CHILDREN[] = {
    {&lsc_input_argp, 0, NULL, 0}, {&lsc_labels_argp, 0, NULL, 0}, {0}};
static const struct argp ARGP = {OPTIONS,
                                 parse_option,
                                 "--leads FILE --activities FILE --outcomes FILE -o MODEL\n"
                                 "--csv FILE --label COLUMN [--positive VALUE] -o MODEL\n"
                                 "--events FILE --map FILE -o MODEL",
                                 DOC,
                                 CHILDREN,
                                 NULL,
                                 NULL};

/* Where the summary goes: not where the bundle does. */
static FILE *summary_stream(const train_args *args)
{
    return strcmp(args->output, "-") == 0 ? stderr : stdout;
}

/* A line for each column of the table. */
static void put_notes(FILE *out, char *notes)
{
    const lsc_style style = lsc_style_of(out);
    char *rest = NULL;
    lsc_put_heading(&style, "Columns");
    for (char *line = strtok_r(notes, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        fputs("  ", out);
        lsc_put_wrapped(line, 2, out);
        putc('\n', out);
    }
}

static lsc_status infer_spec(const train_args *args, lsc_source *source, lsc_spec **spec,
                             lsc_error *error)
{
    lsc_infer infer = LSC_INFER_INIT;
    char *notes = NULL;
    infer.exclude = (const char *const *)args->exclude.items;
    infer.n_exclude = args->exclude.n_items;
    infer.include = (const char *const *)args->include.items;
    infer.n_include = args->include.n_items;
    lsc_status status = lsc_spec_infer(source, &infer, NULL, spec, &notes, error);
    if (status == LSC_OK) {
        put_notes(summary_stream(args), notes);
        status = lsc_source_rewind(source, error);
    }
    lsc_text_free(notes);
    return status;
}

/* The spec to train with; NULL leaves it to the library. */
static lsc_status choose_spec(const train_args *args, lsc_source *source, lsc_spec **spec,
                              lsc_error *error)
{
    if (args->spec != NULL) {
        return lsc_read_spec(args->spec, spec, error);
    }
    if (args->input.events != NULL) {
        const lsc_status status = lsc_spec_infer_events(source, NULL, spec, error);
        return status == LSC_OK ? lsc_source_rewind(source, error) : status;
    }
    return args->input.csv != NULL ? infer_spec(args, source, spec, error) : LSC_OK;
}

static void put_findings(const lsc_style *style, const lsc_look *manifest, const lsc_look *metrics)
{
    lsc_put_heading(style, "Data");
    lsc_put_data(style, manifest, metrics);
    lsc_put_heading(style, "Metrics, out of sample");
    lsc_put_metrics(style, metrics);
    lsc_put_validations(style, metrics);
    lsc_put_heading(style, "Grades");
    lsc_put_grades(style, manifest, metrics);
    lsc_put_heading(style, "Features");
    lsc_put_top_features(style, metrics);
    lsc_put_heading(style, "Gate");
    lsc_put_gate(style, manifest);
}

/* The manifest is in the bundle, which is read back for it. */
static void print_summary(FILE *out, const train_args *args, const lsc_training *training)
{
    const lsc_style style = lsc_style_of(out);
    const char *json = lsc_training_metrics_json(training);
    size_t length = 0, manifest_length = 0;
    const void *bundle = lsc_training_bundle(training, &length);
    lsc_model *model = NULL;
    if (lsc_model_load_bytes(bundle, length, NULL, &model, NULL) == LSC_OK) {
        const char *text = lsc_model_member(model, "manifest.json", &manifest_length);
        lsc_look *manifest = lsc_look_at(text, manifest_length);
        lsc_look *metrics = lsc_look_at(json, strlen(json));
        put_findings(&style, manifest, metrics);
        lsc_look_free(metrics);
        lsc_look_free(manifest);
    }
    lsc_model_unref(model);
    fprintf(out, "\nThe model is in %s (%zu bytes).\n",
            out == stdout ? args->output : "standard output", length);
}

/* The meter's line, where one is shown, makes way. */
static void tell_leak(void *of, const char *column, const char *reason)
{
    lsc_meter_end(of);
    lsc_warn("warning: possible leak: %s: %s", column, reason);
}

static lsc_status train(train_args *args, lsc_source *source, lsc_error *error)
{
    lsc_meter meter = lsc_meter_start();
    lsc_training *training = NULL;
    args->train.progress = lsc_meter_show;
    args->train.progress_ctx = &meter;
    args->train.leak = tell_leak;
    args->train.leak_ctx = &meter;
    lsc_status status = lsc_train_model(source, &args->train, &training, error);
    lsc_meter_end(&meter);
    if (status == LSC_OK) {
        size_t length = 0;
        const void *bundle = lsc_training_bundle(training, &length);
        /* Before the model is there to be used. */
        if (args->noted != NULL) {
            status = lsc_noted_keep(args->noted, source, bundle, length, error);
        }
        if (status == LSC_OK) {
            status = lsc_output_bytes(args->output, bundle, length, error);
        }
    }
    if (status == LSC_OK) {
        print_summary(summary_stream(args), args, training);
    }
    lsc_training_free(training);
    return status;
}

static lsc_status open_source(train_args *args, lsc_source **source, lsc_error *error)
{
    return args->input.store.path != NULL && !args->unnoted
               ? lsc_noted_open(&args->input.store, &args->noted, source, error)
               : lsc_input_open(&args->input, source, error);
}

static lsc_status run(train_args *args, lsc_error *error)
{
    lsc_source *source = NULL;
    lsc_status status = lsc_input_make_rewindable(&args->input, error);
    if (status == LSC_OK && args->incumbent != NULL) {
        status = lsc_model_load_file(args->incumbent, NULL, &args->train.incumbent, error);
    }
    if (status == LSC_OK) {
        status = open_source(args, &source, error);
    }
    if (status == LSC_OK) {
        status = choose_spec(args, source, &args->train.spec, error);
    }
    if (status == LSC_OK) {
        status = train(args, source, error);
    }
    lsc_source_free(source);
    lsc_noted_close(args->noted);
    lsc_spec_unref(args->train.spec);
    lsc_model_unref(args->train.incumbent);
    return status == LSC_OK ? lsc_output_flush(error) : status;
}

int lsc_cmd_train(int argc, char **argv)
{
    train_args args = {.train = LSC_TRAIN_INIT};
    lsc_parse_args(&ARGP, argc, argv, &args);
    if (args.train.threads == 0) {
        args.train.threads = (int)sysconf(_SC_NPROCESSORS_ONLN);
    }
    lsc_error error = LSC_ERROR_INIT;
    const int code = lsc_finish(run(&args, &error), &error);
    lsc_list_free(&args.exclude);
    lsc_list_free(&args.include);
    return code;
}
