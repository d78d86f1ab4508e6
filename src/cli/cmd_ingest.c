#include <inttypes.h>
#include <stdio.h>

#include <leadscore/leadscore.h>
#include <leadscore/store.h>

#include "alias_file.h"
#include "args.h"
#include "command.h"
#include "meter.h"
#include "output.h"
#include "store_open.h"

enum {
    KEY_STORE = LSC_FIRST_KEY,
    KEY_ORGANIZATION,
    KEY_KEY_FILE,
    KEY_ACTOR,
    KEY_LEADS,
    KEY_ACTIVITIES,
    KEY_OUTCOMES,
    KEY_ALIASES,
    KEY_REJECTS,
    KEY_MAKE_LEADS,
    KEY_BATCH,
    KEY_DURABILITY
};

typedef struct ingest_args {
    lsc_ingest ingest;
    lsc_store_options options;
    lsc_store_access store;
    const char *aliases;
} ingest_args;

static const struct argp_option OPTIONS[] = {
    {NULL, 0, NULL, 0, "Where to:", 1},
    {"store", KEY_STORE, "FILE", 0, "The store", 1},
    {"organization", KEY_ORGANIZATION, "ID", 0, "Whose leads they are", 1},
    {"key-file", KEY_KEY_FILE, "FILE", 0, "The key of an encrypted store: 64 hex digits", 1},
    {"actor", KEY_ACTOR, "WHO", 0, LSC_ACTOR_DOC, 1},
    {NULL, 0, NULL, 0, "What, as NDJSON ('-' is standard input):", 2},
    {"leads", KEY_LEADS, "FILE", 0, "Leads, which may embed their activities", 2},
    {"activities", KEY_ACTIVITIES, "FILE", 0, "Activities; each names its lead", 2},
    {"outcomes", KEY_OUTCOMES, "FILE", 0, "Outcomes; each names its lead", 2},
    {"aliases", KEY_ALIASES, "TABLE", 0, LSC_ALIASES_HELP, 2},
    {NULL, 0, NULL, 0, "How:", 3},
    {"rejects", KEY_REJECTS, "FILE", 0,
     "Set bad lines aside there, with their numbers and what is wrong; without it the first ends "
     "it",
     3},
    {"make-leads", KEY_MAKE_LEADS, NULL, 0,
     "Make leads that activities and outcomes name and that are not there", 3},
    {"batch", KEY_BATCH, "N", 0, "Lines a transaction (default: 5000)", 3},
    {"durability", KEY_DURABILITY, "WORD", 0,
     "What outlives a loss of power: full: all that is acknowledged (the default); normal: the "
     "store, "
     "perhaps without the last batches; off: perhaps nothing",
     3},
    {0},
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    static const char *const DURABILITIES[] = {"full", "normal", "off", NULL};
    ingest_args *args = state->input;
    lsc_ingest *ingest = &args->ingest;
    switch (key) {
    case KEY_STORE:
        args->store.path = text;
        break;
    case KEY_ORGANIZATION:
        args->store.organization = text;
        break;
    case KEY_KEY_FILE:
        args->store.key_file = text;
        break;
    case KEY_ACTOR:
        args->store.actor = text;
        break;
    case KEY_LEADS:
        ingest->leads = text;
        break;
    case KEY_ACTIVITIES:
        ingest->activities = text;
        break;
    case KEY_OUTCOMES:
        ingest->outcomes = text;
        break;
    case KEY_ALIASES:
        args->aliases = text;
        break;
    case KEY_REJECTS:
        ingest->rejects = text;
        break;
    case KEY_MAKE_LEADS:
        args->options.make_leads = true;
        break;
    case KEY_BATCH:
        ingest->batch = lsc_arg_count(state, "--batch", text, 1, 10000000);
        break;
    case KEY_DURABILITY:
        args->options.durability =
            (lsc_durability)lsc_arg_word(state, "--durability", text, DURABILITIES);
        break;
    case ARGP_KEY_ARG:
        argp_error(state, "'%s' is one argument too many", text);
        break;
    case ARGP_KEY_END:
        if (args->store.path == NULL || args->store.organization == NULL) {
            argp_error(state, "--store FILE and --organization ID are needed");
        }
        if (ingest->leads == NULL && ingest->activities == NULL && ingest->outcomes == NULL) {
            argp_error(state, "--leads, --activities or --outcomes FILE is needed");
        }
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const char DOC[] =
    "Take leads, activities and outcomes into a store, batch by batch. What was stopped is begun "
    "again "
    "with the same files: lines that are there already change nothing."
    "\vEXAMPLES\n"
    "  leadscore ingest --store leads.db --organization acme --leads leads.ndjson \\\n"
    "      --activities activities.ndjson --outcomes outcomes.ndjson\n"
    "  events | leadscore ingest --store leads.db --organization acme \\\n"
    "      --activities - --make-leads --rejects bad.ndjson\n\n"
    "EXIT CODES\n"
    "  0 done; bad lines, where there were any, are set aside\n"
    "  1 a line is bad, and none was to be set aside; the store is damaged\n"
    "  2 wrong command line\n"
    "  3 the system refused, or others write the store";

static const struct argp ARGP = {
    OPTIONS, parse_option, "--store FILE --organization ID [--leads FILE] [--activities FILE]",
    DOC,     NULL,         NULL,
    NULL};

static bool show_progress(void *ctx, uint64_t n_lines)
{
    lsc_meter_count(ctx, "lines", n_lines);
    return true;
}

static void print_counts(const lsc_ingest_counts *counts)
{
    printf("%" PRIu64 " leads, %" PRIu64 " new activities, %" PRIu64 " that were there, %" PRIu64
           " outcomes; %" PRIu64 " lines set aside\n",
           counts->leads, counts->activities, counts->duplicates, counts->outcomes,
           counts->rejected);
}

static lsc_status run(ingest_args *args, lsc_error *error)
{
    lsc_store *store = NULL;
    lsc_ingest_counts counts = LSC_INGEST_COUNTS_INIT;
    lsc_meter meter = lsc_meter_start();
    lsc_ingest ingest = args->ingest;
    ingest.progress = show_progress;
    ingest.progress_ctx = &meter;
    lsc_status status = lsc_aliases_open(args->aliases, &ingest.aliases, error);
    if (status == LSC_OK) {
        status = lsc_open_store(&args->store, &args->options, &store, error);
    }
    if (status == LSC_OK) {
        status = lsc_store_ingest(store, args->store.organization, &ingest, &counts, error);
        lsc_meter_end(&meter);
        print_counts(&counts);
    }
    lsc_store_close(store);
    lsc_aliases_unref(ingest.aliases);
    return status == LSC_OK ? lsc_output_flush(error) : status;
}

int lsc_cmd_ingest(int argc, char **argv)
{
    ingest_args args = {.ingest = LSC_INGEST_INIT, .options = LSC_STORE_OPTIONS_INIT};
    lsc_parse_args(&ARGP, argc, argv, &args);
    lsc_error error = LSC_ERROR_INIT;
    return lsc_finish(run(&args, &error), &error);
}
