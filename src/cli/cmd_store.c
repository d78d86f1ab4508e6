#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <leadscore/leadscore.h>
#include <leadscore/store.h>

#include "args.h"
#include "command.h"
#include "input.h"
#include "json_out.h"
#include "model_args.h"
#include "output.h"
#include "store_copy.h"
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
    KEY_ID
};

typedef struct store_args {
    const char *action;
    const char *path;
    const char *organization;
    const char *name;
    const char *model;
    const char *backup;
    const char *output;
    const char *key_file;
    const char *new_key_file;
    const char *anchor;
    const char *id;
    bool audited;
    bool activate;
    bool force;
    lsc_model_args loading;
} store_args;

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
    {"output", 'o', "FILE", 0, "With backup: the file to write", 3},
    {NULL, 0, NULL, 0, "Erasure:", 5},
    {"id", KEY_ID, "ID", 0, "With erase: the lead", 5},
    {NULL, 0, NULL, 0, "The audit trail:", 5},
    {"audited", KEY_AUDITED, NULL, 0, "With init: note from now on what is done with personal data",
     5},
    {"anchor", KEY_ANCHOR, "HEX", 0,
     "With verify: the head of the trail as it once was; rows up to it must be there", 5},
    {NULL, 0, NULL, 0, "Keys, each a file of 64 hex digits ('-' is standard input):", 4},
    {"key-file", KEY_KEY_FILE, "FILE", 0,
     "The key of an encrypted store; with init: of the store to be made; with backup and restore: "
     "of "
     "the backup, too",
     4},
    {"new-key-file", KEY_NEW_KEY_FILE, "FILE", 0, "With rekey: the key to encrypt it with", 4},
    {0},
};

/* The actions. */

static lsc_status open_store(const store_args *args, bool create, bool read_only, lsc_store **store,
                             lsc_error *error)
{
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.create = create;
    options.read_only = read_only;
    return lsc_open_store(args->path, &options, args->key_file, store, error);
}

static lsc_status init_store(const store_args *args, lsc_error *error)
{
    lsc_store *store = NULL;
    lsc_status status = open_store(args, true, false, &store, error);
    if (status == LSC_OK && args->organization != NULL) {
        status = lsc_store_add_organization(store, args->organization, args->name, error);
    }
    if (status == LSC_OK && args->audited) {
        status = lsc_store_set_audited(store, true, error);
    }
    lsc_store_close(store);
    return status;
}

static lsc_status check_store(const store_args *args, lsc_error *error)
{
    lsc_store *store = NULL;
    lsc_status status = open_store(args, false, true, &store, error);
    if (status == LSC_OK) {
        status = lsc_store_check(store, error);
    }
    if (status == LSC_OK) {
        printf("%s is whole\n", args->path);
    }
    lsc_store_close(store);
    return status;
}

static lsc_status verify_store(const store_args *args, lsc_error *error)
{
    lsc_store *store = NULL;
    int64_t n_rows = 0;
    char head[65];
    lsc_status status = open_store(args, false, true, &store, error);
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

static lsc_status store_stats(const store_args *args, lsc_error *error)
{
    lsc_store *store = NULL;
    lsc_store_counts counts = LSC_STORE_COUNTS_INIT;
    lsc_status status = open_store(args, false, true, &store, error);
    if (status == LSC_OK) {
        status = lsc_store_count(store, args->organization, &counts, error);
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

static void print_model(const lsc_stored_model *model)
{
    lsc_emitter json = {.out = stdout};
    lsc_emit_begin(&json, '{');
    lsc_emit_text_member(&json, "sha256", model->sha256);
    lsc_emit_text_member(&json, "name", model->name);
    lsc_emit_text_member(&json, "version", model->version);
    lsc_emit_text_member(&json, "model_type", model->model_type);
    lsc_emit_bool_member(&json, "gate_passed", model->gate_passed);
    lsc_emit_bool_member(&json, "active", model->active);
    lsc_emit_end(&json, '}');
    putchar('\n');
}

static lsc_status list_models(const store_args *args, lsc_error *error)
{
    lsc_store *store = NULL;
    const lsc_stored_model *models;
    size_t n = 0;
    lsc_status status = open_store(args, false, true, &store, error);
    if (status == LSC_OK) {
        status = lsc_store_list_models(store, args->organization, &models, &n, error);
    }
    for (size_t i = 0; i < n && status == LSC_OK; i++) {
        print_model(&models[i]);
    }
    lsc_store_close(store);
    return status;
}

static lsc_status put_model(const store_args *args, lsc_store *store, lsc_error *error)
{
    char *bundle = NULL;
    size_t length = 0;
    char sha256[65];
    lsc_load options;
    lsc_public_key keys[LSC_MOST_KEYS];
    lsc_status status = lsc_load_options(&args->loading, keys, &options, error);
    if (status == LSC_OK) {
        status = lsc_read_file(args->model, LSC_MAX_BUNDLE, &bundle, &length, error);
    }
    if (status == LSC_OK) {
        status =
            lsc_store_add_model(store, args->organization, bundle, length, &options, sha256, error);
    }
    free(bundle);
    if (status == LSC_OK && args->activate) {
        status = lsc_store_activate_model(store, args->organization, sha256, args->force, error);
    }
    if (status == LSC_OK) {
        printf("%s\n", sha256);
    }
    return status;
}

/* The model is added whatever becomes of activating it. */
static lsc_status add_model(const store_args *args, lsc_error *error)
{
    lsc_store *store = NULL;
    lsc_status status = open_store(args, false, false, &store, error);
    if (status == LSC_OK) {
        status = put_model(args, store, error);
    }
    lsc_store_close(store);
    return status;
}

static lsc_status activate_model(const store_args *args, lsc_error *error)
{
    lsc_store *store = NULL;
    lsc_status status = open_store(args, false, false, &store, error);
    if (status == LSC_OK) {
        status =
            lsc_store_activate_model(store, args->organization, args->model, args->force, error);
    }
    lsc_store_close(store);
    return status;
}

static lsc_store_copy copy_of(const store_args *args)
{
    return (lsc_store_copy){.store = args->path,
                            .backup = args->backup != NULL ? args->backup : args->output,
                            .key_file = args->key_file,
                            .force = args->force};
}

static lsc_status back_up(const store_args *args, lsc_error *error)
{
    const lsc_store_copy copy = copy_of(args);
    return lsc_store_copy_out(&copy, error);
}

static lsc_status restore(const store_args *args, lsc_error *error)
{
    const lsc_store_copy copy = copy_of(args);
    return lsc_store_copy_back(&copy, error);
}

/* Prints the models that were trained from the lead, a line each. */
static lsc_status erase_lead(const store_args *args, lsc_error *error)
{
    lsc_store *store = NULL;
    const char *const *models = NULL;
    size_t n = 0;
    lsc_status status = open_store(args, false, false, &store, error);
    if (status == LSC_OK) {
        status = lsc_store_purge(store, error); /* what an erasure before may have left */
    }
    if (status == LSC_OK) {
        status = lsc_store_erase_lead(store, args->organization, args->id, &models, &n, error);
    }
    for (size_t i = 0; i < n; i++) {
        printf("%s\n", models[i]);
    }
    lsc_store_close(store);
    return status;
}

static lsc_status rekey_store(const store_args *args, lsc_error *error)
{
    return lsc_rekey_store(args->path, args->key_file, args->new_key_file, error);
}

static const struct {
    const char *name;
    lsc_status (*run)(const store_args *args, lsc_error *error);
    bool needs_organization;
    bool needs_model;
} ACTIONS[] = {
    {"init", init_store, false, false},   {"check", check_store, false, false},
    {"stats", store_stats, false, false}, {"models", list_models, true, false},
    {"add-model", add_model, true, true}, {"activate", activate_model, true, true},
    {"backup", back_up, false, false},    {"restore", restore, false, false},
    {"rekey", rekey_store, false, false}, {"verify", verify_store, false, false},
    {"erase", erase_lead, true, false},
};

enum {
    N_ACTIONS = sizeof ACTIONS / sizeof ACTIONS[0]
};

/* The number of an action; N_ACTIONS where there is none of the name. */
static size_t find_action(const char *name)
{
    size_t i = 0;
    while (i < N_ACTIONS && strcmp(ACTIONS[i].name, name) != 0) {
        i++;
    }
    return i;
}

static void check_args(const store_args *args, const struct argp_state *state)
{
    if (args->action == NULL) {
        argp_error(state, "an ACTION is needed: init, check, stats, models, add-model, activate, "
                          "backup, restore, rekey, verify or erase");
    }
    const size_t action = find_action(args->action);
    if (action == N_ACTIONS) {
        argp_error(state, "there is no action '%s'", args->action);
    }
    if (args->path == NULL) {
        argp_error(state, "--store FILE is needed");
    }
    if (ACTIONS[action].needs_organization && args->organization == NULL) {
        argp_error(state, "--organization ID is needed with %s", args->action);
    }
    if (ACTIONS[action].needs_model && args->model == NULL) {
        argp_error(state, "--model is needed with %s", args->action);
    }
    if (ACTIONS[action].run == back_up && args->output == NULL) {
        argp_error(state, "--output FILE is needed with backup");
    }
    if (ACTIONS[action].run == restore && args->backup == NULL) {
        argp_error(state, "a BACKUP is needed with restore");
    }
    if ((ACTIONS[action].run == rekey_store) != (args->new_key_file != NULL)) {
        argp_error(state, "rekey and --new-key-file FILE go together");
    }
    if ((ACTIONS[action].run == erase_lead) != (args->id != NULL)) {
        argp_error(state, "erase and --id ID go together");
    }
    if (ACTIONS[action].run != verify_store && args->anchor != NULL) {
        argp_error(state, "--anchor goes with verify");
    }
    if (ACTIONS[action].run != init_store && args->audited) {
        argp_error(state, "--audited goes with init");
    }
    if (ACTIONS[action].run != back_up && args->output != NULL) {
        argp_error(state, "--output goes with backup");
    }
    if (args->name != NULL && args->organization == NULL) {
        argp_error(state, "--name goes with --organization");
    }
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    store_args *args = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &args->loading;
        break;
    case KEY_STORE:
        args->path = text;
        break;
    case KEY_ORGANIZATION:
        args->organization = text;
        break;
    case KEY_NAME:
        args->name = text;
        break;
    case KEY_MODEL:
        args->model = text;
        break;
    case KEY_ACTIVATE:
        args->activate = true;
        break;
    case KEY_FORCE:
        args->force = true;
        break;
    case KEY_KEY_FILE:
        args->key_file = text;
        break;
    case KEY_AUDITED:
        args->audited = true;
        break;
    case KEY_ID:
        args->id = text;
        break;
    case KEY_ANCHOR:
        args->anchor = text;
        break;
    case KEY_NEW_KEY_FILE:
        args->new_key_file = text;
        break;
    case 'o':
        args->output = text;
        break;
    case ARGP_KEY_ARG:
        lsc_arg_once(state, text,
                     args->action != NULL && strcmp(args->action, "restore") == 0 ? &args->backup
                                                                                  : &args->action);
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
    "  erase      leave no trace of a lead in the file; prints the models trained from it\n\n"
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
    "  openssl rand -hex 32 > new.key\n"
    "  leadscore store rekey --store leads.db --key-file old.key \\\n"
    "      --new-key-file new.key\n\n"
    "EXIT CODES\n"
    "  0 done\n"
    "  1 the store or the model is not as it must be; the gate did not pass\n"
    "  2 wrong command line\n"
    "  3 the system refused";

static const struct argp_child CHILDREN[] = {{&lsc_model_argp, 0, NULL, 0}, {0}};
static const struct argp ARGP = {
    OPTIONS, parse_option, "ACTION [BACKUP] --store FILE", DOC, CHILDREN, NULL, NULL};

int lsc_cmd_store(int argc, char **argv)
{
    store_args args = {.action = NULL};
    lsc_parse_args(&ARGP, argc, argv, &args);
    lsc_error error = LSC_ERROR_INIT;
    lsc_status status = ACTIONS[find_action(args.action)].run(&args, &error);
    if (status == LSC_OK) {
        status = lsc_output_flush(&error);
    }
    return lsc_finish(status, &error);
}
