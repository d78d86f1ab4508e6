#include "allocation_trials.h"

#include <fcntl.h>
#include <unistd.h>

#include <leadscore/store.h>

#define ORGANIZATION "acme"

/** A store with an organization, closed; each trial works on a copy, which is quicker than making one. */
static char template_path[4200];
static char store_path[4200];
static char backup_path[4200];
static char restored_path[4200];

static lsc_store_options options_with(const conditions *with)
{
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.create = true;
    options.durability = LSC_DURABLE_OFF;
    options.make_leads = true;
    if (with != NULL && with->allocator != NULL) {
        options.allocator = *with->allocator;
    }
    return options;
}

static void remove_store(void)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        char path[4300];
        snprintf(path, sizeof path, "%s%s", store_path, ends[i]);
        unlink(path);
    }
}

void prepare_store_trials(void)
{
    lsc_store *store;
    lsc_store_options options = options_with(NULL);
    snprintf(template_path, sizeof template_path, "%s/template.store", lsc_test_folder());
    snprintf(store_path, sizeof store_path, "%s/trial.store", lsc_test_folder());
    snprintf(backup_path, sizeof backup_path, "%s/trial.backup", lsc_test_folder());
    snprintf(restored_path, sizeof restored_path, "%s/restored.store", lsc_test_folder());
    ck_ok(lsc_store_open(template_path, &options, &store, error));
    ck_ok(lsc_store_add_organization(store, ORGANIZATION, NULL, error));
    lsc_store_close(store);
}

/* Without a stream, which would allocate. */
static void copy_template(void)
{
    char block[65536];
    ssize_t n;
    remove_store();
    int from = open(template_path, O_RDONLY);
    int to = open(store_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ck_quick(from >= 0 && to >= 0);
    while ((n = read(from, block, sizeof block)) > 0) {
        ck_quick(write(to, block, (size_t)n) == n);
    }
    close(from);
    close(to);
}

static lsc_status open_copy(const conditions *with, lsc_store **store, lsc_error *error)
{
    lsc_store_options options = options_with(with);
    copy_template();
    lsc_status status = SWEPT(lsc_store_open)(store_path, &options, store, error);
    ck_quick((*store != NULL) == (status == LSC_OK));
    return status;
}

/** What is done with a copy of the template. */
typedef lsc_status store_work(const conditions *with, lsc_store *store, lsc_error *error);

static lsc_status on_a_copy(const conditions *with, store_work *work, lsc_error *error)
{
    lsc_store *store;
    lsc_status status = open_copy(with, &store, error);
    if (status == LSC_OK) {
        status = work(with, store, error);
    }
    lsc_store_close(store);
    return status;
}

/** A trial of that: try_<work>(). */
#define ON_A_COPY(work)                                                    \
    static lsc_status try_##work(const conditions *with, lsc_error *error) \
    {                                                                      \
        return on_a_copy(with, work, error);                               \
    }

/* Puts lead 3. */
static lsc_status put_lead(lsc_store *store, lsc_error *error)
{
    static const char id[] = "lead-3";
    lead_text text;
    size_t n_added = 99;
    write_lead(3, &text);
    lsc_status status =
        SWEPT(lsc_store_put_lead_json)(store, ORGANIZATION, text.lead, strlen(text.lead), error);
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_add_activities_json)(store, ORGANIZATION, id, text.activities,
                                                      strlen(text.activities), &n_added, error);
        ck_quick((n_added == 99) == (status != LSC_OK));
    }
    return status;
}

/* The trials. */

static lsc_status make_store(const conditions *with, lsc_error *error)
{
    lsc_store_options options = options_with(with);
    lsc_store *store;
    lsc_status status = SWEPT(lsc_store_open)(NULL, &options, &store, error);
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_begin)(store, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_add_organization)(store, ORGANIZATION, "Acme", error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_commit)(store, error);
    }
    lsc_store_close(store);
    return status;
}

static lsc_status look_over(const conditions *with, lsc_store *store, lsc_error *error)
{
    (void)with;
    lsc_store_counts counts = LSC_STORE_COUNTS_INIT;
    const lsc_stored_organization *organizations;
    size_t n;
    counts.bytes = -7;
    lsc_status status =
        SWEPT(lsc_store_list_organizations)(store, NULL, 0, &organizations, &n, error);
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_count)(store, ORGANIZATION, &counts, error);
        ck_quick((counts.bytes == -7) == (status != LSC_OK));
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_check)(store, error);
    }
    return status;
}
ON_A_COPY(look_over)

static lsc_status take_back_leads(const conditions *with, lsc_store *store, lsc_lead *lead,
                                  lsc_error *error)
{
    const char *json;
    size_t length;
    char uuid[37];
    const lsc_stored_lead *leads;
    lsc_status status = SWEPT(lsc_store_get_lead)(store, ORGANIZATION, "lead-3", lead, error);
    ck_quick((lsc_lead_id(lead)[0] != '\0') == (status == LSC_OK));
    if (status == LSC_OK) {
        status = lsc_lead_set_id(lead, "other", error);
    }
    if (status == LSC_OK) {
        status = lsc_lead_set_text(lead, "email", NULL, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_put_lead)(store, ORGANIZATION, lead, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_lead_json)(store, ORGANIZATION, "other", &json, &length, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_list_leads)(store, ORGANIZATION, NULL, &leads, &length, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_lead_uuid)(store, ORGANIZATION, "other", uuid, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_delete_lead)(store, ORGANIZATION, "lead-3", error);
    }
    (void)with;
    return status;
}

static lsc_status use_leads(const conditions *with, lsc_store *store, lsc_error *error)
{
    lsc_lead *lead = NULL;
    lsc_status status = lsc_lead_new(with->allocator, &lead, error);
    if (status == LSC_OK) {
        status = put_lead(store, error);
    }
    if (status == LSC_OK) {
        status = take_back_leads(with, store, lead, error);
    }
    lsc_lead_free(lead);
    return status;
}
ON_A_COPY(use_leads)

static lsc_status use_activities(const conditions *with, lsc_store *store, lsc_error *error)
{
    (void)with;
    lsc_activity activity = LSC_ACTIVITY_INIT;
    const lsc_outcome outcome = {.time_ms = AS_OF, .converted = true};
    const lsc_stored_activity *activities;
    size_t n;
    activity.id = "1";
    activity.type = "Email Opened";
    activity.time_ms = AS_OF;
    lsc_status status =
        SWEPT(lsc_store_add_activities)(store, ORGANIZATION, "made", &activity, 1, NULL, error);
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_add_outcome)(store, ORGANIZATION, "made", &outcome, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_clear_outcomes)(store, ORGANIZATION, "made", error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_list_activities)(store, ORGANIZATION, "made", NULL, &activities,
                                                  &n, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_note_access)(store, ORGANIZATION, "made", error);
    }
    return status;
}
ON_A_COPY(use_activities)

static lsc_status add_model(const conditions *with, lsc_store *store, lsc_error *error)
{
    char sha256[65];
    lsc_load load = LSC_LOAD_INIT;
    if (with->allocator != NULL) {
        load.allocator = *with->allocator;
    }
    lsc_status status = SWEPT(lsc_store_add_model)(store, ORGANIZATION, with->bundle->bytes,
                                                   with->bundle->length, &load, sha256, error);
    return status == LSC_OK
               ? SWEPT(lsc_store_activate_model)(store, ORGANIZATION, sha256, true, error)
               : status;
}

/* Have a lead, and a model that scores it. */
static lsc_status make_ready(const conditions *with, lsc_store *store, lsc_error *error)
{
    lsc_status status = add_model(with, store, error);
    return status == LSC_OK ? put_lead(store, error) : status;
}

static lsc_status use_models(const conditions *with, lsc_store *store, lsc_error *error)
{
    lsc_load load = LSC_LOAD_INIT;
    lsc_model *model = NULL;
    const lsc_stored_model *models;
    size_t n;
    if (with->allocator != NULL) {
        load.allocator = *with->allocator;
    }
    lsc_status status = add_model(with, store, error);
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_list_models)(store, ORGANIZATION, &models, &n, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_load_model)(store, ORGANIZATION, NULL, &load, &model, error);
        ck_quick((model != NULL) == (status == LSC_OK));
    }
    lsc_model_unref(model);
    return status;
}
ON_A_COPY(use_models)

static lsc_status score_leads(const conditions *with, lsc_store *store, lsc_error *error)
{
    const lsc_stored_score *scores;
    size_t n;
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    lsc_status status = SWEPT(lsc_store_score_lead)(store, ORGANIZATION, "lead-3", with->scorer,
                                                    AS_OF, &explanation, error);
    ck_quick((explanation.receipt.as_of_ms == AS_OF) == (status == LSC_OK));
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_list_scores)(store, ORGANIZATION, NULL, &scores, &n, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_list_history)(store, ORGANIZATION, "lead-3", LSC_TIME_NONE, 0,
                                               &scores, &n, error);
    }
    return status;
}

static lsc_status use_scores(const conditions *with, lsc_store *store, lsc_error *error)
{
    lsc_status status = make_ready(with, store, error);
    if (status == LSC_OK) {
        status = score_leads(with, store, error);
    }
    return status;
}
ON_A_COPY(use_scores)

static lsc_status use_analytics(const conditions *with, lsc_store *store, lsc_error *error)
{
    const lsc_score_count *counts;
    const lsc_grade_conversion *grades;
    const lsc_performance *rows;
    size_t n;
    const lsc_conversion_query conversions = {sizeof conversions, AS_OF, DAY, NULL, false};
    const lsc_performance_query months = {sizeof months, AS_OF,           AS_OF + DAY,
                                          DAY,           AS_OF + 2 * DAY, false};
    lsc_status status = use_scores(with, store, error);
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_count_scores)(store, ORGANIZATION, &counts, &n, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_count_conversions)(store, ORGANIZATION, &conversions, &grades, &n,
                                                    error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_list_performance)(store, ORGANIZATION, &months, &rows, &n, error);
        ck_quick(n == 1 || status != LSC_OK);
    }
    return status;
}
ON_A_COPY(use_analytics)

/* Two scores with other properties in between. */
static lsc_status use_changes(const conditions *with, lsc_store *store, lsc_error *error)
{
    static const char later[] = "{\"id\": \"lead-3\", \"email\": \"x@y.example\"}";
    lsc_change_query query = LSC_CHANGE_QUERY_INIT;
    lsc_score_change change = LSC_SCORE_CHANGE_INIT;
    query.from_ms = AS_OF;
    query.to_ms = AS_OF + DAY;
    change.to_score = -7;
    lsc_status status = make_ready(with, store, error);
    if (status == LSC_OK) {
        status = score_leads(with, store, error);
    }
    if (status == LSC_OK) {
        status =
            SWEPT(lsc_store_put_lead_json)(store, ORGANIZATION, later, sizeof later - 1, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_score_lead)(store, ORGANIZATION, "lead-3", with->scorer,
                                             AS_OF + DAY, NULL, error);
    }
    if (status == LSC_OK) {
        status =
            SWEPT(lsc_store_explain_change)(store, ORGANIZATION, "lead-3", &query, &change, error);
        ck_quick((change.to_score != -7) == (status == LSC_OK));
    }
    return status;
}
ON_A_COPY(use_changes)

static lsc_status rescore(const conditions *with, lsc_store *store, lsc_error *error)
{
    const lsc_stale_lead *leads;
    size_t n;
    lsc_rescoring options = LSC_RESCORING_INIT;
    lsc_rescoring_counts counts = LSC_RESCORING_COUNTS_INIT;
    lsc_model *model = lsc_scorer_model(with->scorer);
    options.as_of_ms = AS_OF;
    lsc_status status =
        SWEPT(lsc_store_list_stale)(store, ORGANIZATION, AS_OF, 0, &leads, &n, error);
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_score_stale)(store, ORGANIZATION, model, &options, &counts, error);
        ck_quick(counts.scored == 1 || status != LSC_OK);
    }
    options.n_threads = 2;
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_score_all)(store, ORGANIZATION, model, &options, NULL, error);
    }
    return status;
}

static lsc_status use_queue(const conditions *with, lsc_store *store, lsc_error *error)
{
    lsc_status status = make_ready(with, store, error);
    if (status == LSC_OK) {
        status = rescore(with, store, error);
    }
    return status;
}
ON_A_COPY(use_queue)

static lsc_status ingest(const conditions *with, lsc_store *store, lsc_error *error)
{
    lsc_ingest files = LSC_INGEST_INIT;
    files.leads = with->leads_path;
    files.activities = with->activities_path;
    files.outcomes = with->outcomes_path;
    files.rejects = with->out_path;
    return SWEPT(lsc_store_ingest)(store, ORGANIZATION, &files, NULL, error);
}
ON_A_COPY(ingest)

static lsc_status read_source(const conditions *with, lsc_error *error)
{
    lsc_store *store;
    lsc_store_options options = options_with(with);
    lsc_source *source = NULL;
    lsc_record record;
    bool more = true;
    uint64_t n_gone = 99;
    lsc_status status = open_copy(with, &store, error);
    if (status == LSC_OK) {
        status = put_lead(store, error);
    }
    options.create = false;
    if (status == LSC_OK) {
        status = SWEPT(lsc_source_open_store)(store_path, ORGANIZATION, &options, &source, error);
        ck_quick((source != NULL) == (status == LSC_OK));
    }
    while (status == LSC_OK && more) {
        status = lsc_source_next(source, &record, &more, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_note_source)(store, source, "model", 5, &n_gone, error);
        ck_quick((n_gone == 99) == (status != LSC_OK));
    }
    lsc_source_free(source);
    lsc_store_close(store);
    return status;
}

/* To a file and back, plain and encrypted. */
static lsc_status back_up(const conditions *with, lsc_store *store, lsc_error *error)
{
    static const lsc_store_key key = {sizeof key, NULL, {1, 2, 3}};
    lsc_restore back = LSC_RESTORE_INIT;
    lsc_status status = LSC_OK;
    if (with->allocator != NULL) {
        back.allocator = *with->allocator;
    }
    back.replace = true;
    for (int sealed = 0; sealed < 2 && status == LSC_OK; sealed++) {
        lsc_backup backup = LSC_BACKUP_INIT;
        back.key = backup.key = sealed ? &key : NULL;
        status = SWEPT(lsc_store_backup)(store, backup_path, &backup, error);
        if (status == LSC_OK) {
            status = SWEPT(lsc_store_restore)(backup_path, restored_path, &back, error);
        }
    }
    return status;
}
ON_A_COPY(back_up)

static lsc_status put_account(lsc_store *store, lsc_error *error)
{
    lsc_account account = LSC_ACCOUNT_INIT;
    account.id = "jo";
    account.details = "{\"name\": \"Jo\"}";
    return SWEPT(lsc_store_put_account)(store, ORGANIZATION, &account, error);
}

/* With a key from the first, then with another. */
static lsc_status use_keys(const conditions *with, lsc_error *error)
{
    const lsc_store_key first = {sizeof first, "first", {1}};
    const lsc_store_key second = {sizeof second, NULL, {2}};
    lsc_store *store;
    lsc_store_options options = options_with(with);
    options.key = &first;
    remove_store();
    lsc_status status = SWEPT(lsc_store_open)(store_path, &options, &store, error);
    if (status == LSC_OK) {
        status = lsc_store_add_organization(store, ORGANIZATION, NULL, error);
    }
    if (status == LSC_OK) {
        status = put_lead(store, error);
    }
    if (status == LSC_OK) {
        status = put_account(store, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_rekey)(store, &second, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_purge)(store, error);
    }
    lsc_store_close(store);
    return status;
}

static bool drop_bytes(void *ctx, const char *bytes, size_t length)
{
    (void)ctx;
    return bytes != NULL && length > 0;
}

static lsc_status use_consents(const conditions *with, lsc_store *store, lsc_error *error)
{
    (void)with;
    lsc_consent consent = LSC_CONSENT_INIT;
    const lsc_consent *consents;
    size_t n;
    consent.purpose = LSC_CONSENT_PROFILING;
    consent.time_ms = AS_OF;
    lsc_status status = put_lead(store, error);
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_set_consent)(store, ORGANIZATION, "lead-3", &consent, error);
    }
    if (status == LSC_OK) {
        status =
            SWEPT(lsc_store_list_consents)(store, ORGANIZATION, "lead-3", &consents, &n, error);
    }
    if (status == LSC_OK) {
        status =
            SWEPT(lsc_store_export_lead)(store, ORGANIZATION, "lead-3", drop_bytes, NULL, error);
    }
    return status;
}
ON_A_COPY(use_consents)

static lsc_status use_erasure(const conditions *with, lsc_store *store, lsc_error *error)
{
    (void)with;
    static const char *const ids[] = {"lead-3", "gone"};
    char sha256[65];
    const char *const *models;
    size_t n;
    memset(sha256, 'a', 64);
    sha256[64] = '\0';
    lsc_status status = put_lead(store, error);
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_note_training)(store, ORGANIZATION, sha256, ids, 2, error);
    }
    lsc_retention retention = LSC_RETENTION_INIT;
    retention.activities_before_ms = retention.scores_before_ms = AS_OF;
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_retain)(store, ORGANIZATION, &retention, NULL, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_erase_lead)(store, ORGANIZATION, "lead-3", &models, &n, error);
    }
    return status;
}
ON_A_COPY(use_erasure)

static int64_t no_time(void *ctx)
{
    (void)ctx;
    return AS_OF;
}

static lsc_status use_audit(const conditions *with, lsc_store *store, lsc_error *error)
{
    (void)with;
    char head[65];
    int64_t n = 0;
    const lsc_audit_row *rows;
    size_t n_rows;
    lsc_store_actor actor = LSC_STORE_ACTOR_INIT;
    actor.now_ms = no_time;
    lsc_status status = QUIET(lsc_store_set_actor)(store, &actor, error);
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_set_audited)(store, true, error);
    }
    if (status == LSC_OK) {
        status = put_lead(store, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_list_audit)(store, ORGANIZATION, NULL, &rows, &n_rows, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_audit_head)(store, &n, head, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_verify)(store, head, &n, error);
    }
    return status;
}
ON_A_COPY(use_audit)

static lsc_status use_accounts(const conditions *with, lsc_store *store, lsc_error *error)
{
    (void)with;
    const lsc_stored_account *accounts = NULL;
    size_t n;
    char uuid[37];
    lsc_status status = put_account(store, error);
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_get_account)(store, ORGANIZATION, LSC_ACCOUNT_USER, "jo",
                                              &accounts, error);
        ck_quick((accounts != NULL) == (status == LSC_OK));
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_list_accounts)(store, ORGANIZATION, LSC_ACCOUNT_USER, NULL, 0,
                                                &accounts, &n, error);
    }
    if (status == LSC_OK) {
        status =
            SWEPT(lsc_store_account_uuid)(store, ORGANIZATION, LSC_ACCOUNT_USER, "jo", uuid, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_set_account_active)(store, ORGANIZATION, LSC_ACCOUNT_USER, "jo",
                                                     false, error);
    }
    if (status == LSC_OK) {
        status =
            SWEPT(lsc_store_delete_account)(store, ORGANIZATION, LSC_ACCOUNT_USER, "jo", error);
    }
    return status;
}
ON_A_COPY(use_accounts)

/* SQLite does without some of its memory: then the call goes well. */
const trial store_trials[] = {
    {"make store", make_store, true, 100, true},
    {"look over", try_look_over, true, 150, true},
    {"leads", try_use_leads, true, 250, true},
    {"activities", try_use_activities, true, 250, true},
    {"models", try_use_models, true, 250, true},
    {"scores", try_use_scores, true, 250, true},
    {"ingest", try_ingest, true, 250, true},
    {"store source", read_source, true, 250, true},
    {"backup", try_back_up, true, 150, true},
    {"consents", try_use_consents, true, 250, true},
    {"queue", try_use_queue, true, 250, true},
    {"keys", use_keys, true, 60, true},
    {"audit", try_use_audit, true, 100, true},
    {"erasure", try_use_erasure, true, 100, true},
    {"accounts", try_use_accounts, true, 150, true},
    {"changes", try_use_changes, true, 250, true},
    {"analytics", try_use_analytics, true, 250, true},
};
const size_t n_store_trials = sizeof store_trials / sizeof store_trials[0];

/** Have an init call set a struct's defaults; `ok` stays where it sets the size. */
#define DEFAULTS(type)                          \
    do {                                        \
        type made = {.size = 0};                \
        QUIET(type##_init)(&made, sizeof made); \
        ok = made.size == sizeof made && ok;    \
    } while (0)

bool make_quiet_store_calls(void)
{
    bool ok = strcmp(QUIET(lsc_change_part_name)(LSC_CHANGE_TIME), "time") == 0;
    DEFAULTS(lsc_store_options);
    DEFAULTS(lsc_store_key);
    DEFAULTS(lsc_store_actor);
    DEFAULTS(lsc_backup);
    DEFAULTS(lsc_restore);
    DEFAULTS(lsc_store_counts);
    DEFAULTS(lsc_lead_query);
    DEFAULTS(lsc_score_query);
    DEFAULTS(lsc_ingest);
    DEFAULTS(lsc_ingest_counts);
    DEFAULTS(lsc_consent);
    DEFAULTS(lsc_rescoring);
    DEFAULTS(lsc_rescoring_counts);
    DEFAULTS(lsc_retention);
    DEFAULTS(lsc_retention_counts);
    DEFAULTS(lsc_account);
    DEFAULTS(lsc_activity_query);
    DEFAULTS(lsc_audit_query);
    DEFAULTS(lsc_change_query);
    DEFAULTS(lsc_score_change);
    DEFAULTS(lsc_conversion_query);
    DEFAULTS(lsc_performance_query);
    QUIET(lsc_store_rollback)(NULL);
    QUIET(lsc_store_close)(NULL);
    return ok;
}
