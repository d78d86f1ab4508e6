#include "store_copies.h"

static lsc_status make_store(const conditions *with, lsc_error *error)
{
    lsc_store_options options = copy_options(with);
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
        status = put_third_lead(store, error);
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
    return status == LSC_OK ? put_third_lead(store, error) : status;
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
    lsc_store_options options = copy_options(with);
    lsc_source *source = NULL;
    lsc_record record;
    bool more = true;
    uint64_t n_gone = 99;
    lsc_status status = open_copy(with, &store, error);
    if (status == LSC_OK) {
        status = put_third_lead(store, error);
    }
    options.create = false;
    if (status == LSC_OK) {
        status = SWEPT(lsc_source_open_store)(copy_path(), ORGANIZATION, &options, &source, error);
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
    char backup_path[4200];
    char restored_path[4200];
    lsc_restore back = LSC_RESTORE_INIT;
    lsc_status status = LSC_OK;
    snprintf(backup_path, sizeof backup_path, "%s/trial.backup", lsc_test_folder());
    snprintf(restored_path, sizeof restored_path, "%s/restored.store", lsc_test_folder());
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
    {"consents", try_consents, true, 250, true},
    {"queue", try_use_queue, true, 250, true},
    {"keys", try_keys, true, 60, true},
    {"audit", try_audit, true, 100, true},
    {"erasure", try_erasure, true, 100, true},
    {"accounts", try_accounts, true, 150, true},
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
