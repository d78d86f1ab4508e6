#include <stdlib.h>
#include <string.h>

#include <leadscore/leadscore.h>

#include "args.h"
#include "command.h"
#include "input.h"
#include "json_in.h"
#include "model_args.h"
#include "output.h"
#include "text_out.h"

#define MOST_RECEIPT (64u << 20)

enum {
    KEY_RECEIPT = LSC_FIRST_KEY,
    KEY_ID
};

typedef struct replay_args {
    lsc_input input;
    lsc_model_args loading;
    const char *model;
    const char *receipt;
    const char *id;
} replay_args;

static const struct argp_option OPTIONS[] = {
    {NULL, 0, NULL, 0, "What to do:", 4},
    {"receipt", KEY_RECEIPT, "FILE", 0, "The JSON of explain --json, or its receipt alone", 4},
    {"id", KEY_ID, "LEAD", 0,
     "The lead it is of (default: the one it names; else the one whose input has its hash)", 4},
    {0},
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    replay_args *args = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &args->input;
        state->child_inputs[1] = &args->loading;
        break;
    case KEY_RECEIPT:
        args->receipt = text;
        break;
    case KEY_ID:
        args->id = text;
        break;
    case ARGP_KEY_ARG:
        lsc_arg_once(state, text, &args->model);
        break;
    case ARGP_KEY_END:
        if (args->model == NULL || args->receipt == NULL) {
            argp_error(state, "a MODEL and --receipt FILE are needed");
        }
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const char DOC[] =
    "Compute an explained score again, and compare its bits with those of a receipt."
    "\vEXAMPLES\n"
    "  leadscore explain model.lsm --leads leads.ndjson \\\n"
    "      --activities activities.ndjson --as-of 2026-04-01 \\\n"
    "      --id lead-000042 --json > why.json\n"
    "  leadscore replay model.lsm --leads leads.ndjson \\\n"
    "      --activities activities.ndjson --receipt why.json\n\n"
    "EXIT CODES\n"
    "  0 the bits agree\n"
    "  1 they do not, or the input is not there; the message says which\n"
    "  2 wrong command line\n"
    "  3 the system refused";

static const struct argp_child CHILDREN[] = {
    {&lsc_input_argp, 0, NULL, 0}, {&lsc_model_argp, 0, NULL, 0}, {0}};
static const struct argp ARGP = {OPTIONS,
                                 parse_option,
                                 "MODEL --leads FILE [--activities FILE] --receipt FILE\n"
                                 "MODEL --csv FILE --receipt FILE",
                                 DOC,
                                 CHILDREN,
                                 NULL,
                                 NULL};

/* A receipt as text, and what the command reads of it. */
typedef struct held_receipt {
    char *json;
    size_t length;
    lsc_look *look;
    const char *lead_id; /* NULL: it names none */
    const char *input;   /* hash */
    int64_t as_of_ms;
} held_receipt;

static void forget_receipt(held_receipt *receipt)
{
    lsc_look_free(receipt->look);
    free(receipt->json);
}

static lsc_status read_receipt(const char *path, held_receipt *receipt, lsc_error *error)
{
    lsc_status status = lsc_read_file(path, MOST_RECEIPT, &receipt->json, &receipt->length, error);
    if (status != LSC_OK) {
        return status;
    }
    receipt->look = lsc_look_at(receipt->json, receipt->length);
    if (receipt->look == NULL) {
        return lsc_fail_with(error, LSC_BAD_JSON, "%s: not JSON", path);
    }
    const lsc_look *inner = lsc_look_path(receipt->look, "receipt");
    const lsc_look *held = inner != NULL ? inner : receipt->look;
    const char *as_of = lsc_look_text(held, "as_of");
    receipt->lead_id = lsc_look_text(receipt->look, "lead_id");
    receipt->input = lsc_look_text(held, "input_sha256");
    if (as_of == NULL || receipt->input == NULL) {
        return lsc_fail_with(error, LSC_BAD_JSON, "%s: no receipt: it has no %s", path,
                             as_of == NULL ? "as_of" : "input_sha256");
    }
    return lsc_time_parse(as_of, strlen(as_of), &receipt->as_of_ms, error);
}

static lsc_status not_held(const replay_args *args, const char *what, const char *value,
                           lsc_error *error)
{
    return lsc_fail_with(
        error, LSC_INPUT_NOT_HELD, "the input of the receipt is not held: %s has no lead %s %s",
        args->input.csv != NULL ? args->input.csv : args->input.leads, what, value);
}

/* Look for the lead whose input has the receipt's hash. The only lead of a file is taken to be
 * the one, so that what differs in it is said. */
static lsc_status replay_by_hash(const replay_args *args, const lsc_loaded *loaded,
                                 lsc_source *source, const held_receipt *receipt, char **id,
                                 lsc_error *error)
{
    lsc_error first = LSC_ERROR_INIT;
    size_t n_leads = 0;
    for (;; n_leads++) {
        lsc_record record;
        lsc_explanation explanation = LSC_EXPLANATION_INIT;
        bool more = false;
        lsc_status status = lsc_source_next(source, &record, &more, error);
        if (status == LSC_OK && !more) {
            break;
        }
        if (status == LSC_OK) {
            status = lsc_explain_lead(loaded->scorer, record.lead, receipt->as_of_ms, &explanation,
                                      error);
        }
        if (status != LSC_OK) {
            return status;
        }
        const bool is_it = strcmp(explanation.receipt.input_sha256, receipt->input) == 0;
        if (is_it || n_leads == 0) {
            status = lsc_replay_lead(loaded->scorer, record.lead, receipt->json, receipt->length,
                                     &first);
            *id = is_it ? lsc_need_copy(lsc_lead_id(record.lead)) : NULL;
        }
        if (is_it) {
            *error = status == LSC_OK ? *error : first;
            return status;
        }
    }
    if (n_leads == 1) {
        *error = first;
        return first.status;
    }
    return not_held(args, "with the input", receipt->input, error);
}

static lsc_status replay_by_id(const replay_args *args, const lsc_loaded *loaded,
                               lsc_source *source, const held_receipt *receipt, const char *id,
                               lsc_error *error)
{
    lsc_record record;
    const lsc_status status = lsc_input_find(&args->input, source, id, &record, error);
    if (status == LSC_NOT_FOUND) {
        return not_held(args, "of the id", id, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    return lsc_replay_lead(loaded->scorer, record.lead, receipt->json, receipt->length, error);
}

static lsc_status replay(const replay_args *args, const lsc_loaded *loaded, lsc_source *source,
                         const held_receipt *receipt, lsc_error *error)
{
    const char *id = args->id != NULL ? args->id : receipt->lead_id;
    char *found = NULL;
    const lsc_status status = id != NULL
                                  ? replay_by_id(args, loaded, source, receipt, id, error)
                                  : replay_by_hash(args, loaded, source, receipt, &found, error);
    if (status == LSC_OK) {
        lsc_put_text(id != NULL ? id : found, stdout);
        puts(": model, features, input and result agree, bit for bit");
    }
    free(found);
    return status;
}

static lsc_status run(const replay_args *args, lsc_error *error)
{
    held_receipt receipt = {.json = NULL};
    lsc_loaded loaded = {.model = NULL};
    lsc_source *source = NULL;
    lsc_status status = read_receipt(args->receipt, &receipt, error);
    if (status == LSC_OK) {
        status = lsc_load_for_use(args->model, &args->loading, &loaded, error);
    }
    if (status == LSC_OK) {
        status = lsc_input_open(&args->input, &source, error);
    }
    if (status == LSC_OK) {
        status = replay(args, &loaded, source, &receipt, error);
    }
    lsc_source_free(source);
    lsc_loaded_free(&loaded);
    forget_receipt(&receipt);
    return status == LSC_OK ? lsc_output_flush(error) : status;
}

int lsc_cmd_replay(int argc, char **argv)
{
    replay_args args = {.model = NULL};
    lsc_parse_args(&ARGP, argc, argv, &args);
    lsc_error error = LSC_ERROR_INIT;
    return lsc_finish(run(&args, &error), &error);
}
