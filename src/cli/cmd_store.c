#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <leadscore/leadscore.h>
#include <leadscore/store.h>

#include "args.h"
#include "command.h"
#include "json_out.h"
#include "output.h"
#include "store_args.h"
#include "store_open.h"

enum {
    KEY_STORE = LSC_FIRST_KEY,
    KEY_ORGANIZATION,
    KEY_NAME,
    KEY_MODEL,
    KEY_ACTIVATE,
    KEY_FORCE,
    KEY_KEY_FILE,
    KEY_NEW_KEY_FILE,
    KEY_AUDITED,
    KEY_ANCHOR,
    KEY_ID,
    KEY_ACTOR,
    KEY_SUBJECT,
    KEY_BY,
    KEY_DONE,
    KEY_FROM,
    KEY_UNTIL,
    KEY_KEEP_ACTIVITIES,
    KEY_KEEP_SCORES,
    KEY_KEEP_LEADS,
    KEY_TYPE,
    KEY_DRY_RUN,
    KEY_JSON,
    KEY_ROLE,
    KEY_DETAILS
};

static const struct argp_option OPTIONS[] = {
    {NULL, 0, NULL, 0, "On what:", 1},
    {"store", KEY_STORE, "FILE", 0, "The store", 1},
    {"organization", KEY_ORGANIZATION, "ID", 0, "An organization of it", 1},
    {"name", KEY_NAME, "TEXT", 0, "With init: what people call the organization", 1},
    {NULL, 0, NULL, 0, "Models:", 2},
    {"model", KEY_MODEL, "MODEL", 0,
     "With add-model: the bundle to add; with activate: the model's id, its SHA-256", 2},
    {"activate", KEY_ACTIVATE, NULL, 0, "With add-model: let it score from now on", 2},
    {"force", KEY_FORCE, NULL, 0,
     "Activate a model whose gate did not pass; with restore: replace the store that is there", 2},
    {NULL, 0, NULL, 0, "Backups:", 3},
    {"output", 'o', "FILE", 0, "With backup, and export: the file to write", 3},
    {NULL, 0, NULL, 0, "Personal data, and the audit trail:", 5},
    {"id", KEY_ID, "ID", 0,
     "With export, erase and history: the lead; with audit: only rows that name it; with users and "
     "integrations: which one",
     5},
    {"json", KEY_JSON, NULL, 0,
     "With history, 'users list' and 'integrations list': a line of JSON each", 5},
    {"actor", KEY_ACTOR, "WHO", 0, LSC_ACTOR_DOC, 5},
    {"audited", KEY_AUDITED, NULL, 0, "With init: note from now on what is done with personal data",
     5},
    {"anchor", KEY_ANCHOR, "HEX", 0,
     "With verify: the head of the trail as it once was; rows up to it must be there", 5},
    {"keep-activities", KEY_KEEP_ACTIVITIES, "DURATION", 0,
     "With retain: erase activities that happened before, such as '730d' ago", 5},
    {"type", KEY_TYPE, "TYPE", 0, "With retain: of activities only those of this type", 5},
    {"keep-scores", KEY_KEEP_SCORES, "DURATION", 0, "With retain: erase scores as of before", 5},
    {"keep-leads", KEY_KEEP_LEADS, "DURATION", 0,
     "With retain: erase leads of which nothing is known since", 5},
    {"dry-run", KEY_DRY_RUN, NULL, 0, "With retain: count what would go", 5},
    {"subject", KEY_SUBJECT, "UUID", 0, "With audit: only rows of this lead or account", 5},
    {"by", KEY_BY, "UUID", 0, "With audit: only rows of who this is", 5},
    {"action", KEY_DONE, "WORDS", 0, "With audit: only rows of this action, such as 'read lead'",
     5},
    {"from", KEY_FROM, "TIME", 0, "With audit: only rows from this time on", 5},
    {"until", KEY_UNTIL, "TIME", 0, "With audit: only rows before this time", 5},
    {NULL, 0, NULL, 0, "Users and integrations:", 7},
    {"role", KEY_ROLE, "ROLE", 0,
     "With put: what a user may do, such as 'admin'; what an integration is, such as 'hubspot'", 7},
    {"details", KEY_DETAILS, "FILE", 0,
     "With put: a JSON object of names, addresses, secrets ('-' is standard input)", 7},
    {NULL, 0, NULL, 0, "Keys, each a file of 64 hex digits ('-' is standard input):", 4},
    {"key-file", KEY_KEY_FILE, "FILE", 0,
     "The key of an encrypted store; with init: of the store to be made; with backup and "
     "restore: of the backup, too",
     4},
    {"new-key-file", KEY_NEW_KEY_FILE, "FILE", 0, "With rekey: the key to encrypt it with", 4},
    {0},
};

/* The actions. */

lsc_status lsc_store_of_args(const lsc_store_args *args, bool create, bool read_only,
                             lsc_store **store, lsc_error *error)
{
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.create = create;
    options.read_only = read_only;
    return lsc_open_store(&args->store, &options, store, error);
}

static lsc_status init_store(const lsc_store_args *args, lsc_error *error)
{
    lsc_store *store = NULL;
    lsc_status status = lsc_store_of_args(args, true, false, &store, error);
    if (status == LSC_OK && args->store.organization != NULL) {
        status = lsc_store_add_organization(store, args->store.organization, args->name, error);
    }
    if (status == LSC_OK && args->audited) {
        status = lsc_store_set_audited(store, true, error);
    }
    lsc_store_close(store);
    return status;
}

static lsc_status check_store(const lsc_store_args *args, lsc_error *error)
{
    lsc_store *store = NULL;
    lsc_status status = lsc_store_of_args(args, false, true, &store, error);
    if (status == LSC_OK) {
        status = lsc_store_check(store, error);
    }
    if (status == LSC_OK) {
        printf("%s is whole\n", args->store.path);
    }
    lsc_store_close(store);
    return status;
}

static lsc_status verify_store(const lsc_store_args *args, lsc_error *error)
{
    lsc_store *store = NULL;
    int64_t n_rows = 0;
    char head[65];
    lsc_status status = lsc_store_of_args(args, false, true, &store, error);
    if (status == LSC_OK) {
        status = lsc_store_verify(store, args->anchor, &n_rows, error);
    }
    if (status == LSC_OK) {
        status = lsc_store_audit_head(store, &n_rows, head, error);
    }
    if (status == LSC_OK) {
        printf("%" PRId64 " rows, the head is %s\n", n_rows, head);
    }
    lsc_store_close(store);
    return status;
}

static lsc_status store_stats(const lsc_store_args *args, lsc_error *error)
{
    lsc_store *store = NULL;
    lsc_store_counts counts = LSC_STORE_COUNTS_INIT;
    lsc_status status = lsc_store_of_args(args, false, true, &store, error);
    if (status == LSC_OK) {
        status = lsc_store_count(store, args->store.organization, &counts, error);
    }
    if (status == LSC_OK) {
        lsc_emitter json = {.out = stdout};
        lsc_emit_begin(&json, '{');
        lsc_emit_integer_member(&json, "organizations", counts.organizations);
        lsc_emit_integer_member(&json, "leads", counts.leads);
        lsc_emit_integer_member(&json, "activities", counts.activities);
        lsc_emit_integer_member(&json, "outcomes", counts.outcomes);
        lsc_emit_integer_member(&json, "models", counts.models);
        lsc_emit_integer_member(&json, "scores", counts.scores);
        lsc_emit_integer_member(&json, "bytes", counts.bytes);
        lsc_emit_end(&json, '}');
        putchar('\n');
    }
    lsc_store_close(store);
    return status;
}

static lsc_status rekey_store(const lsc_store_args *args, lsc_error *error)
{
    return lsc_rekey_store(&args->store, args->new_key_file, error);
}

/* Options that do not go with every action, as bits. */
enum {
    ORGANIZATION = 1U << 0,
    NAME = 1U << 1,
    MODEL = 1U << 2,
    OUTPUT = 1U << 3,
    NEW_KEY_FILE = 1U << 4,
    AUDITED = 1U << 5,
    ANCHOR = 1U << 6,
    ID = 1U << 7,
    TRAIL = 1U << 8,
    KEEP = 1U << 9,
    RETAIN = 1U << 10,
    JSON = 1U << 11,
    ROLE = 1U << 12,
    DETAILS = 1U << 13
};

/* What messages call them, in the order of the bits. */
static const char *const OPTION_NAMES[] = {
    "--organization ID",
    "--name",
    "--model",
    "--output FILE",
    "--new-key-file FILE",
    "--audited",
    "--anchor",
    "--id ID",
    "a filter of the trail",
    "--keep-activities, --keep-scores or --keep-leads DURATION",
    "--type or --dry-run",
    "--json",
    "--role ROLE",
    "--details"};

enum {
    N_OPTIONS = sizeof OPTION_NAMES / sizeof OPTION_NAMES[0]
};

/* An action, and the options that it needs, and takes besides; all may name an organization. */
static const struct {
    const char *name;
    lsc_store_action *run;
    unsigned needs;
    unsigned takes;
} ACTIONS[] = {
    {"init", init_store, 0, NAME | AUDITED},
    {"check", check_store, 0, 0},
    {"stats", store_stats, 0, 0},
    {"models", lsc_store_models, ORGANIZATION, 0},
    {"add-model", lsc_store_put_model, ORGANIZATION | MODEL, 0},
    {"activate", lsc_store_use_model, ORGANIZATION | MODEL, 0},
    {"backup", lsc_store_back_up, OUTPUT, 0},
    {"restore", lsc_store_bring_back, 0, 0},
    {"rekey", rekey_store, NEW_KEY_FILE, 0},
    {"verify", verify_store, 0, ANCHOR},
    {"audit", lsc_store_audit, 0, ID | TRAIL},
    {"export", lsc_store_export, ORGANIZATION | ID, OUTPUT},
    {"retain", lsc_store_retain_some, ORGANIZATION | KEEP, RETAIN},
    {"erase", lsc_store_erase, ORGANIZATION | ID, 0},
    {"history", lsc_store_history, ORGANIZATION | ID, JSON},
    {"users list", lsc_store_accounts, ORGANIZATION, JSON},
    {"users put", lsc_store_put_one, ORGANIZATION | ID, ROLE | DETAILS},
    {"users activate", lsc_store_let_act, ORGANIZATION | ID, 0},
    {"users deactivate", lsc_store_let_act, ORGANIZATION | ID, 0},
    {"users delete", lsc_store_delete_one, ORGANIZATION | ID, 0},
    {"integrations list", lsc_store_accounts, ORGANIZATION, JSON},
    {"integrations put", lsc_store_put_one, ORGANIZATION | ID | ROLE, DETAILS},
    {"integrations activate", lsc_store_let_act, ORGANIZATION | ID, 0},
    {"integrations deactivate", lsc_store_let_act, ORGANIZATION | ID, 0},
    {"integrations delete", lsc_store_delete_one, ORGANIZATION | ID, 0},
};

enum {
    N_ACTIONS = sizeof ACTIONS / sizeof ACTIONS[0]
};

/* Whether a second word says what is done. */
static bool has_deeds(const char *action)
{
    return strcmp(action, "users") == 0 || strcmp(action, "integrations") == 0;
}

/* Of two words each is an argument: one that holds both would be an action without a deed. */
static bool is_action(const char *name, const char *action, const char *deed)
{
    const size_t length = strlen(action);
    if (strncmp(name, action, length) != 0 || strchr(action, ' ') != NULL) {
        return false;
    }
    return deed == NULL ? name[length] == '\0'
                        : name[length] == ' ' && strcmp(name + length + 1, deed) == 0;
}

/* The number of an action; N_ACTIONS where there is none of the name. */
static size_t find_action(const char *action, const char *deed)
{
    size_t i = 0;
    while (i < N_ACTIONS && !is_action(ACTIONS[i].name, action, deed)) {
        i++;
    }
    return i;
}

static void check_options(const lsc_store_args *args, size_t action, const struct argp_state *state)
{
    const unsigned lacks = ACTIONS[action].needs & ~args->given;
    const unsigned strange =
        args->given & ~(ACTIONS[action].needs | ACTIONS[action].takes | ORGANIZATION);
    for (unsigned i = 0; i < N_OPTIONS; i++) {
        if ((lacks >> i & 1U) != 0) {
            argp_error(state, "%s is needed with %s", OPTION_NAMES[i], ACTIONS[action].name);
        }
        if ((strange >> i & 1U) != 0) {
            argp_error(state, "%s does not go with %s", OPTION_NAMES[i], ACTIONS[action].name);
        }
    }
}

/* The number of the action that is asked for. */
static size_t wanted_action(const lsc_store_args *args, const struct argp_state *state)
{
    if (has_deeds(args->action) && args->deed == NULL) {
        argp_error(state, "%s needs list, put, activate, deactivate or delete after it",
                   args->action);
    }
    const size_t action = find_action(args->action, args->deed);
    if (action == N_ACTIONS) {
        argp_error(state, "there is no action '%s%s%s'", args->action, args->deed ? " " : "",
                   args->deed ? args->deed : "");
    }
    return action;
}

static void check_args(const lsc_store_args *args, const struct argp_state *state)
{
    if (args->action == NULL) {
        argp_error(state, "an ACTION is needed: init, check, stats, models, add-model, activate, "
                          "backup, restore, rekey, verify, audit, export, retain, erase, history, "
                          "users or integrations");
        return;
    }
    const size_t action = wanted_action(args, state);
    if (args->store.path == NULL) {
        argp_error(state, "--store FILE is needed");
    }
    check_options(args, action, state);
    if (ACTIONS[action].run == lsc_store_bring_back && args->backup == NULL) {
        argp_error(state, "a BACKUP is needed with restore");
    }
    if ((args->name != NULL || args->id != NULL) && args->store.organization == NULL) {
        argp_error(state, "%s goes with --organization", args->name != NULL ? "--name" : "--id");
    }
}

/* Where an argument belongs that is no option: of most actions there is only their name. */
static const char **place_of_argument(lsc_store_args *args)
{
    if (args->action == NULL) {
        return &args->action;
    }
    if (has_deeds(args->action)) {
        return &args->deed;
    }
    return strcmp(args->action, "restore") == 0 ? &args->backup : &args->action;
}

/* Options that say only which rows of the trail are asked for. */
static error_t parse_trail(int key, char *text, const struct argp_state *state)
{
    lsc_store_args *args = state->input;
    lsc_audit_query *query = &args->audit;
    switch (key) {
    case KEY_SUBJECT:
        query->subject = text;
        break;
    case KEY_BY:
        query->actor = text;
        break;
    case KEY_DONE:
        query->action = text;
        break;
    case KEY_FROM:
        query->from_ms = lsc_arg_time(state, "--from", text);
        break;
    case KEY_UNTIL:
        query->until_ms = lsc_arg_time(state, "--until", text);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    args->given |= TRAIL;
    return 0;
}

/* Options that say how long what is kept. */
static error_t parse_retention(int key, char *text, const struct argp_state *state)
{
    lsc_store_args *args = state->input;
    switch (key) {
    case KEY_KEEP_ACTIVITIES:
        args->keep_ms[0] = lsc_arg_duration(state, "--keep-activities", text);
        break;
    case KEY_KEEP_SCORES:
        args->keep_ms[1] = lsc_arg_duration(state, "--keep-scores", text);
        break;
    case KEY_KEEP_LEADS:
        args->keep_ms[2] = lsc_arg_duration(state, "--keep-leads", text);
        break;
    case KEY_TYPE:
        args->type = text;
        break;
    case KEY_DRY_RUN:
        args->dry_run = true;
        break;
    default:
        return parse_trail(key, text, state);
    }
    args->given |= key == KEY_TYPE || key == KEY_DRY_RUN ? RETAIN : KEEP;
    return 0;
}

/* An option that goes with some actions alone. */
static void take(lsc_store_args *args, const char **option, const char *text, unsigned bit)
{
    *option = text;
    args->given |= bit;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    lsc_store_args *args = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &args->loading;
        break;
    case KEY_STORE:
        args->store.path = text;
        break;
    case KEY_ORGANIZATION:
        take(args, &args->store.organization, text, ORGANIZATION);
        break;
    case KEY_NAME:
        take(args, &args->name, text, NAME);
        break;
    case KEY_MODEL:
        take(args, &args->model, text, MODEL);
        break;
    case KEY_ACTIVATE:
        args->activate = true;
        break;
    case KEY_FORCE:
        args->force = true;
        break;
    case KEY_KEY_FILE:
        args->store.key_file = text;
        break;
    case KEY_ACTOR:
        args->store.actor = text;
        break;
    case KEY_AUDITED:
        args->audited = true;
        args->given |= AUDITED;
        break;
    case KEY_ID:
        take(args, &args->id, text, ID);
        break;
    case KEY_JSON:
        args->json = true;
        args->given |= JSON;
        break;
    case KEY_ROLE:
        take(args, &args->role, text, ROLE);
        break;
    case KEY_DETAILS:
        take(args, &args->details, text, DETAILS);
        break;
    case KEY_ANCHOR:
        take(args, &args->anchor, text, ANCHOR);
        break;
    case KEY_NEW_KEY_FILE:
        take(args, &args->new_key_file, text, NEW_KEY_FILE);
        break;
    case 'o':
        take(args, &args->output, text, OUTPUT);
        break;
    case ARGP_KEY_ARG:
        lsc_arg_once(state, text, place_of_argument(args));
        break;
    case ARGP_KEY_END:
        check_args(args, state);
        break;
    default:
        return parse_retention(key, text, state);
    }
    return 0;
}

static const char DOC[] =
    "Make a store, look it over, give it models. A store is one SQLite file of leads, activities, "
    "outcomes, models and scores."
    "\vACTIONS\n"
    "  init       make the store where it is not there; add the organization that is named\n"
    "  check      look over the whole file\n"
    "  stats      count what it holds, as JSON\n"
    "  models     the models of an organization, a line of JSON each\n"
    "  add-model  add a bundle to an organization, and print its id\n"
    "  activate   let a model score, in place of the one before\n"
    "  backup     copy the store to a file, while others use it\n"
    "  restore    make the store of a BACKUP: 'restore BACKUP --store FILE'\n"
    "  rekey      encrypt what is personal in the store with another key, or its first; begun\n"
    "             again with the same files where it was stopped\n"
    "  verify     see that no row of the audit trail was changed or taken away, print its head\n"
    "  audit      rows of the audit trail, a line of JSON each\n"
    "  export     all that is held on a lead, as JSON\n"
    "  retain     erase what is older than it is to be kept; prints how much that was\n"
    "  erase      leave no trace of a lead in the file; prints the models trained from it\n"
    "  history    the scores of a lead, the latest first, and what made each differ from the\n"
    "             one before: time, activities, properties or the model\n"
    "  users      who acts for an organization: 'users list', 'users put' in place of the one of\n"
    "             that id or as a new one, 'users activate', 'users deactivate' and 'users "
    "delete'\n"
    "  integrations\n"
    "             what brings an organization its data, in the same way\n\n"
    "EXAMPLES\n"
    "  leadscore store init --store leads.db --organization acme --name 'Acme Corp'\n"
    "  leadscore store add-model --store leads.db --organization acme \\\n"
    "      --model model.lsm --activate\n"
    "  leadscore store stats --store leads.db\n"
    "  leadscore store check --store leads.db\n"
    "  leadscore store backup --store leads.db -o leads.backup \\\n"
    "      --key-file backup.key\n"
    "  leadscore store restore leads.backup --store leads.db \\\n"
    "      --key-file backup.key --force\n"
    "  leadscore store users put --store leads.db --organization acme --id jo \\\n"
    "      --role admin --details jo.json\n"
    "  openssl rand -hex 32 > new.key\n"
    "  leadscore store rekey --store leads.db --key-file old.key \\\n"
    "      --new-key-file new.key\n\n"
    "EXIT CODES\n"
    "  0 done\n"
    "  1 the store or the model is not as it must be; the gate did not pass\n"
    "  2 wrong command line\n"
    "  3 the system refused";

static const struct argp_child CHILDREN[] = {{&lsc_model_argp, 0, NULL, 0}, {0}};
static const struct argp ARGP = {OPTIONS,
                                 parse_option,
                                 "ACTION [BACKUP] --store FILE\nusers|integrations "
                                 "list|put|activate|deactivate|delete --store FILE",
                                 DOC,
                                 CHILDREN,
                                 NULL,
                                 NULL};

int lsc_cmd_store(int argc, char **argv)
{
    lsc_store_args args = {.audit = LSC_AUDIT_QUERY_INIT};
    lsc_parse_args(&ARGP, argc, argv, &args);
    lsc_error error = LSC_ERROR_INIT;
    lsc_status status = ACTIONS[find_action(args.action, args.deed)].run(&args, &error);
    if (status == LSC_OK) {
        status = lsc_output_flush(&error);
    }
    return lsc_finish(status, &error);
}
