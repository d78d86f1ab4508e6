#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <leadscore/leadscore.h>

#include "args.h"
#include "command.h"
#include "input.h"
#include "meter.h"
#include "model_args.h"
#include "output.h"
#include "score_out.h"
#include "score_store.h"

#define MOST_BEST 100000

enum {
    KEY_AS_OF = LSC_FIRST_KEY,
    KEY_ID,
    KEY_FORMAT,
    KEY_TOP,
    KEY_EXPLAIN,
    KEY_ALL,
    KEY_STALE
};

typedef struct score_args {
    lsc_input input;
    lsc_model_args loading;
    const char *model;
    const char *output;
    const char *id;
    int64_t as_of_ms;
    int format; /* -1: by where the output goes */
    size_t n_best;
    bool explain;
    bool all;
    bool stale;
} score_args;

/* Without a MODEL it is the store's own that scores, and the store keeps the scores. */
static bool is_from_state(const score_args *args)
{
    return args->input.store.path != NULL && args->model == NULL;
}

static const struct argp_option OPTIONS[] = {
    {NULL, 0, NULL, 0, "What to do:", 4},
    {"as-of", KEY_AS_OF, "TIME", 0,
     "Score as of this time, seeing nothing later: 2026-04-01T00:00:00Z, 2026-04-01, or now; "
     "not needed with --csv",
     4},
    {"all", KEY_ALL, NULL, 0, "Score all leads of --store, as happens without --id", 4},
    {"stale", KEY_STALE, NULL, 0,
     "Of the leads of --store only those whose score can have changed since it was kept", 4},
    {"id", KEY_ID, "LEAD", 0, "Score the lead of this id only", 4},
    {"format", KEY_FORMAT, "FORMAT", 0,
     "ndjson, csv or table (default: table on a terminal, else ndjson)", 4},
    {"top", KEY_TOP, "N", 0, "Only the N best, the best first", 4},
    {"explain", KEY_EXPLAIN, NULL, 0, "A line of ndjson says all that explain --json says", 4},
    {"output", 'o', "FILE", 0, "Write there, whole or not at all", 4},
    {0},
};

static void check_args(score_args *args, const struct argp_state *state)
{
    if (args->model == NULL && args->input.store.path == NULL) {
        argp_error(state, "a MODEL is needed");
    }
    lsc_input_need_as_of(&args->input, args->as_of_ms, state);
    if (args->all && (args->id != NULL || args->input.store.path == NULL)) {
        argp_error(state, "--all goes with --store, without --id");
    }
    if (args->stale && (args->all || args->id != NULL || args->explain || !is_from_state(args))) {
        argp_error(state, "--stale goes with --store, without MODEL, --all, --id and --explain");
    }
    if (args->format < 0) {
        const bool is_seen = args->output == NULL && isatty(STDOUT_FILENO) && !args->explain;
        args->format = is_seen ? LSC_FORMAT_TABLE : LSC_FORMAT_NDJSON;
    }
    if (args->explain && (args->format != LSC_FORMAT_NDJSON || args->n_best > 0)) {
        argp_error(state, "--explain goes with --format ndjson, and not with --top");
    }
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    score_args *args = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &args->input;
        state->child_inputs[1] = &args->loading;
        break;
    case KEY_AS_OF:
        args->as_of_ms = lsc_arg_time(state, "--as-of", text);
        break;
    case KEY_ID:
        args->id = text;
        break;
    case KEY_FORMAT:
        args->format = lsc_arg_word(state, "--format", text, lsc_format_names);
        break;
    case KEY_TOP:
        args->n_best = lsc_arg_count(state, "--top", text, 1, MOST_BEST);
        break;
    case KEY_EXPLAIN:
        args->explain = true;
        break;
    case KEY_ALL:
        args->all = true;
        break;
    case KEY_STALE:
        args->stale = true;
        break;
    case 'o':
        args->output = text;
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
    "Score leads: one, or a stream of any length in constant memory."
    "\vEXAMPLES\n"
    "  leadscore score model.lsm --leads leads.ndjson \\\n"
    "      --activities activities.ndjson --as-of 2026-04-01 --format ndjson\n"
    "  leadscore score model.lsm --leads leads.ndjson \\\n"
    "      --activities activities.ndjson --as-of now --top 20 --format table\n"
    "  leadscore score bank.lsm --csv rows.csv --format csv -o scores.csv\n"
    "  leads-with-activities | leadscore score model.lsm --leads - --as-of now\n"
    "  leadscore score --store leads.db --organization acme --as-of now\n"
    "  leadscore score --store leads.db --organization acme --as-of now --stale\n\n"
    "With --store and without a MODEL the active model of the store scores, and the store keeps "
    "each "
    "score.\n\n"
    "A row has lead_id, as_of, status (scored, insufficient_data or suppressed), score (0 to 100), "
    "grade (A to F), probability, its 90 % interval, and confidence. An unscored lead has no "
    "score, never 0.\n\n"
    "EXIT CODES\n"
    "  0 done\n"
    "  1 bad data or model\n"
    "  2 wrong command line\n"
    "  3 the system refused";

static const struct argp_child CHILDREN[] = {
    {&lsc_input_argp, 0, NULL, 0}, {&lsc_model_argp, 0, NULL, 0}, {0}};
static const struct argp ARGP = {
    OPTIONS,
    parse_option,
    "MODEL --leads FILE [--activities FILE] --as-of TIME\nMODEL --csv FILE\n"
    "--store FILE --organization ID --as-of TIME",
    DOC,
    CHILDREN,
    NULL,
    NULL};

/* Where scores go. */
typedef struct scoring {
    const score_args *args;
    lsc_loaded *loaded;
    lsc_score_out *out;
    lsc_ranking *ranking; /* NULL: all rows, in their order */
    FILE *stream;
} scoring;

static lsc_status write_explanation(FILE *stream, lsc_scorer *scorer,
                                    const lsc_explanation *explanation, const char *lead_id,
                                    lsc_error *error)
{
    const char *json = NULL;
    size_t length = 0;
    const lsc_status status =
        lsc_explanation_json(scorer, explanation, lead_id, 0, &json, &length, error);
    if (status == LSC_OK) {
        fprintf(stream, "%s\n", json);
    }
    return status;
}

static lsc_status explain_lead(const scoring *at, lsc_lead *lead, int64_t as_of_ms,
                               lsc_error *error)
{
    lsc_scorer *scorer = at->loaded->scorer;
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    const lsc_status status = lsc_explain_lead(scorer, lead, as_of_ms, &explanation, error);
    return status == LSC_OK
               ? write_explanation(at->stream, scorer, &explanation, lsc_lead_id(lead), error)
               : status;
}

static void put_row(const scoring *at, const lsc_score_row *row)
{
    if (at->ranking != NULL) {
        lsc_ranking_add(at->ranking, row);
    } else {
        lsc_score_out_row(at->out, row);
    }
}

static lsc_status score_lead(const scoring *at, lsc_lead *lead, lsc_error *error)
{
    const bool has_time = at->args->as_of_ms != LSC_TIME_NONE;
    const int64_t as_of_ms = has_time ? at->args->as_of_ms : LSC_TABLE_TIME;
    if (at->args->explain) {
        return explain_lead(at, lead, as_of_ms, error);
    }
    lsc_score_row row = {lsc_lead_id(lead), at->args->as_of_ms, LSC_RESULT_INIT};
    const lsc_status status =
        lsc_score_lead(at->loaded->scorer, lead, as_of_ms, &row.result, error);
    if (status == LSC_OK) {
        put_row(at, &row);
    }
    return status;
}

static lsc_status score_one(const scoring *at, lsc_source *source, lsc_error *error)
{
    lsc_record record;
    const lsc_status status =
        lsc_input_find(&at->args->input, source, at->args->id, &record, error);
    return status == LSC_OK ? score_lead(at, record.lead, error) : status;
}

static lsc_status score_all(const scoring *at, lsc_source *source, lsc_error *error)
{
    lsc_meter meter = lsc_meter_start();
    lsc_status status = LSC_OK;
    bool more = true;
    for (uint64_t n = 0; status == LSC_OK && more; n++) {
        lsc_record record;
        lsc_meter_count(&meter, "leads", n);
        status = lsc_source_next(source, &record, &more, error);
        if (status == LSC_OK && more) {
            status = score_lead(at, record.lead, error);
        }
        if (ferror(at->stream)) {
            break;
        }
    }
    lsc_meter_end(&meter);
    return status;
}

/* Takes what was scored from the state of a store. */
static lsc_status take_score(void *ctx, lsc_loaded *loaded, const char *lead_id,
                             const lsc_explanation *explanation, lsc_error *error)
{
    const scoring *at = ctx;
    return write_explanation(at->stream, loaded->scorer, explanation, lead_id, error);
}

static void take_result(void *ctx, const char *lead_id, const lsc_result *result)
{
    const scoring *at = ctx;
    const lsc_score_row row = {lead_id, at->args->as_of_ms, *result};
    put_row(at, &row);
}

static lsc_status score_state(scoring *at, lsc_error *error)
{
    const lsc_store_scoring wanted = {
        .access = at->args->input.store,
        .id = at->args->id,
        .stale = at->args->stale,
        .as_of_ms = at->args->as_of_ms,
        .loading = &at->args->loading,
        .take = at->args->explain ? take_score : NULL,
        .take_result = take_result,
        .ctx = at,
    };
    return lsc_score_store(&wanted, error);
}

static lsc_status score_to(const score_args *args, lsc_loaded *loaded, lsc_source *source,
                           FILE *stream, lsc_error *error)
{
    scoring at = {.args = args, .loaded = loaded, .stream = stream};
    at.out = lsc_score_out_new(stream, (lsc_format)args->format);
    at.ranking = args->n_best > 0 ? lsc_ranking_new(args->n_best) : NULL;
    const lsc_status status = is_from_state(args) ? score_state(&at, error)
                              : args->id != NULL  ? score_one(&at, source, error)
                                                  : score_all(&at, source, error);
    if (at.ranking != NULL) {
        lsc_ranking_end(at.ranking, at.out);
    }
    lsc_score_out_end(at.out);
    return status;
}

static lsc_status run(const score_args *args, lsc_error *error)
{
    lsc_loaded loaded = {.info = LSC_MODEL_INFO_INIT};
    lsc_source *source = NULL;
    lsc_output output;
    lsc_status status = LSC_OK;
    if (!is_from_state(args)) {
        status = lsc_load_for_use(args->model, &args->loading, &loaded, error);
        if (status == LSC_OK) {
            lsc_warn_of_gate(&loaded, args->model);
            status = lsc_input_open(&args->input, &source, error);
        }
    }
    if (status == LSC_OK) {
        status = lsc_output_open(args->output, &output, error);
    }
    if (status == LSC_OK) {
        status = score_to(args, &loaded, source, output.stream, error);
    }
    if (status == LSC_OK) {
        status = lsc_output_commit(&output, error);
    }
    lsc_source_free(source);
    lsc_loaded_free(&loaded);
    return status;
}

int lsc_cmd_score(int argc, char **argv)
{
    score_args args = {.as_of_ms = LSC_TIME_NONE, .format = -1};
    lsc_parse_args(&ARGP, argc, argv, &args);
    lsc_error error = LSC_ERROR_INIT;
    return lsc_finish(run(&args, &error), &error);
}
