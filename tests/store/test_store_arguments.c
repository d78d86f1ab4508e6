#include "store_tools.h"

/* Every call of the store that can fail refuses a NULL where it needs something; structs that begin with
   their size are read as far as both sides know them. */

/** The call refuses, with or without an error to fill. */
#define REFUSED(call)                                      \
    do {                                                   \
        ck_fails(call, LSC_INVALID_ARG, "NULL");           \
        lsc_error *const error = NULL; /* of the call's */ \
        ck_assert_int_eq(call, LSC_INVALID_ARG);           \
    } while (0)

START_TEST(lists_refuse_null)
{
    lsc_store *store = memory_store();
    const lsc_stored_organization *organizations;
    const lsc_stored_lead *leads;
    const lsc_stored_model *models;
    const lsc_stored_score *scores;
    size_t n;
    REFUSED(lsc_store_list_organizations(NULL, NULL, 0, &organizations, &n, error));
    REFUSED(lsc_store_list_organizations(store, NULL, 0, NULL, &n, error));
    REFUSED(lsc_store_list_organizations(store, NULL, 0, &organizations, NULL, error));
    REFUSED(lsc_store_list_leads(NULL, ACME, NULL, &leads, &n, error));
    REFUSED(lsc_store_list_leads(store, NULL, NULL, &leads, &n, error));
    REFUSED(lsc_store_list_leads(store, ACME, NULL, NULL, &n, error));
    REFUSED(lsc_store_list_leads(store, ACME, NULL, &leads, NULL, error));
    REFUSED(lsc_store_list_models(NULL, ACME, &models, &n, error));
    REFUSED(lsc_store_list_models(store, NULL, &models, &n, error));
    REFUSED(lsc_store_list_models(store, ACME, NULL, &n, error));
    REFUSED(lsc_store_list_models(store, ACME, &models, NULL, error));
    REFUSED(lsc_store_list_scores(NULL, ACME, NULL, &scores, &n, error));
    REFUSED(lsc_store_list_scores(store, NULL, NULL, &scores, &n, error));
    REFUSED(lsc_store_list_scores(store, ACME, NULL, NULL, &n, error));
    REFUSED(lsc_store_list_scores(store, ACME, NULL, &scores, NULL, error));
    REFUSED(lsc_store_list_history(NULL, ACME, "x", 0, 0, &scores, &n, error));
    REFUSED(lsc_store_list_history(store, NULL, "x", 0, 0, &scores, &n, error));
    REFUSED(lsc_store_list_history(store, ACME, NULL, 0, 0, &scores, &n, error));
    REFUSED(lsc_store_list_history(store, ACME, "x", 0, 0, NULL, &n, error));
    REFUSED(lsc_store_list_history(store, ACME, "x", 0, 0, &scores, NULL, error));
    const lsc_consent *consents;
    REFUSED(lsc_store_list_consents(NULL, ACME, "x", &consents, &n, error));
    REFUSED(lsc_store_list_consents(store, ACME, NULL, &consents, &n, error));
    REFUSED(lsc_store_list_consents(store, ACME, "x", NULL, &n, error));
    REFUSED(lsc_store_list_consents(store, ACME, "x", &consents, NULL, error));
    const lsc_stored_activity *activities;
    REFUSED(lsc_store_list_activities(NULL, ACME, "x", NULL, &activities, &n, error));
    REFUSED(lsc_store_list_activities(store, NULL, "x", NULL, &activities, &n, error));
    REFUSED(lsc_store_list_activities(store, ACME, NULL, NULL, &activities, &n, error));
    REFUSED(lsc_store_list_activities(store, ACME, "x", NULL, NULL, &n, error));
    REFUSED(lsc_store_list_activities(store, ACME, "x", NULL, &activities, NULL, error));
    const lsc_stored_account *accounts;
    REFUSED(lsc_store_list_accounts(NULL, ACME, LSC_ACCOUNT_USER, NULL, 0, &accounts, &n, error));
    REFUSED(lsc_store_list_accounts(store, NULL, LSC_ACCOUNT_USER, NULL, 0, &accounts, &n, error));
    REFUSED(lsc_store_list_accounts(store, ACME, LSC_ACCOUNT_USER, NULL, 0, NULL, &n, error));
    REFUSED(
        lsc_store_list_accounts(store, ACME, LSC_ACCOUNT_USER, NULL, 0, &accounts, NULL, error));
    const lsc_audit_row *rows;
    REFUSED(lsc_store_list_audit(NULL, ACME, NULL, &rows, &n, error));
    REFUSED(lsc_store_list_audit(store, ACME, NULL, NULL, &n, error));
    REFUSED(lsc_store_list_audit(store, ACME, NULL, &rows, NULL, error));
    const lsc_stale_lead *stale;
    REFUSED(lsc_store_list_stale(NULL, ACME, AS_OF, 0, &stale, &n, error));
    REFUSED(lsc_store_list_stale(store, NULL, AS_OF, 0, &stale, &n, error));
    REFUSED(lsc_store_list_stale(store, ACME, AS_OF, 0, NULL, &n, error));
    REFUSED(lsc_store_list_stale(store, ACME, AS_OF, 0, &stale, NULL, error));
    lsc_store_close(store);
}
END_TEST

START_TEST(noting_a_source_refuses_null)
{
    const char *path = fresh_path("noting.store");
    lsc_store *store = file_store(path);
    lsc_source *source;
    ck_ok(lsc_source_open_store(path, ACME, NULL, &source, error));
    REFUSED(lsc_store_note_source(NULL, source, "x", 1, NULL, error));
    REFUSED(lsc_store_note_source(store, NULL, "x", 1, NULL, error));
    REFUSED(lsc_store_note_source(store, source, NULL, 0, NULL, error));
    lsc_source_free(source);
    lsc_store_close(store);
}
END_TEST

START_TEST(changes_refuse_null)
{
    lsc_store *store = memory_store();
    lsc_scorer *scorer = make_scorer(false);
    lsc_lead *lead = make_lead(1, NULL);
    const lsc_outcome outcome = {.time_ms = AS_OF};
    lsc_ingest ingest = LSC_INGEST_INIT;
    lsc_rescoring rescoring = LSC_RESCORING_INIT;
    lsc_model *model = lsc_scorer_model(scorer);
    rescoring.as_of_ms = AS_OF;
    REFUSED(lsc_store_score_all(NULL, ACME, model, &rescoring, NULL, error));
    REFUSED(lsc_store_score_all(store, NULL, model, &rescoring, NULL, error));
    REFUSED(lsc_store_score_all(store, ACME, NULL, &rescoring, NULL, error));
    REFUSED(lsc_store_score_stale(store, ACME, model, NULL, NULL, error));
    REFUSED(lsc_store_begin(NULL, error));
    REFUSED(lsc_store_commit(NULL, error));
    REFUSED(lsc_store_add_organization(NULL, ACME, NULL, error));
    REFUSED(lsc_store_add_organization(store, NULL, NULL, error));
    REFUSED(lsc_store_put_lead(NULL, ACME, lead, error));
    REFUSED(lsc_store_put_lead(store, NULL, lead, error));
    REFUSED(lsc_store_put_lead(store, ACME, NULL, error));
    REFUSED(lsc_store_put_lead_json(NULL, ACME, "{}", 2, error));
    REFUSED(lsc_store_put_lead_json(store, ACME, NULL, 2, error));
    REFUSED(lsc_store_delete_lead(NULL, ACME, "x", error));
    REFUSED(lsc_store_delete_lead(store, ACME, NULL, error));
    REFUSED(lsc_store_add_activities(NULL, ACME, "x", NULL, 0, NULL, error));
    REFUSED(lsc_store_add_activities(store, ACME, NULL, NULL, 0, NULL, error));
    REFUSED(lsc_store_add_activities_json(NULL, ACME, "x", "", 0, NULL, error));
    REFUSED(lsc_store_add_activities_json(store, ACME, "x", NULL, 1, NULL, error));
    REFUSED(lsc_store_add_outcome(NULL, ACME, "x", &outcome, error));
    REFUSED(lsc_store_add_outcome(store, ACME, NULL, &outcome, error));
    REFUSED(lsc_store_add_outcome(store, ACME, "x", NULL, error));
    REFUSED(lsc_store_clear_outcomes(NULL, ACME, "x", error));
    REFUSED(lsc_store_clear_outcomes(store, ACME, NULL, error));
    REFUSED(lsc_store_add_model(NULL, ACME, "", 0, NULL, NULL, error));
    REFUSED(lsc_store_add_model(store, ACME, NULL, 1, NULL, NULL, error));
    REFUSED(lsc_store_activate_model(NULL, ACME, "x", false, error));
    REFUSED(lsc_store_activate_model(store, NULL, "x", false, error));
    REFUSED(lsc_store_score_lead(NULL, ACME, "x", scorer, AS_OF, NULL, error));
    REFUSED(lsc_store_score_lead(store, ACME, NULL, scorer, AS_OF, NULL, error));
    REFUSED(lsc_store_score_lead(store, ACME, "x", NULL, AS_OF, NULL, error));
    REFUSED(lsc_store_ingest(NULL, ACME, &ingest, NULL, error));
    REFUSED(lsc_store_ingest(store, NULL, &ingest, NULL, error));
    REFUSED(lsc_store_ingest(store, ACME, NULL, NULL, error));
    ck_fails(lsc_store_activate_model(store, ACME, NULL, false, error), LSC_INVALID_ARG, "sha256");
    REFUSED(lsc_store_rekey(NULL, NULL, error));
    REFUSED(lsc_store_rekey(store, NULL, error));
    REFUSED(lsc_store_purge(NULL, error));
    REFUSED(lsc_store_erase_lead(NULL, ACME, "x", NULL, NULL, error));
    REFUSED(lsc_store_erase_lead(store, ACME, NULL, NULL, NULL, error));
    REFUSED(lsc_store_note_training(NULL, ACME, "x", NULL, 0, error));
    REFUSED(lsc_store_note_training(store, ACME, "x", NULL, 1, error));
    lsc_store_actor actor = LSC_STORE_ACTOR_INIT;
    char head[65];
    int64_t n;
    REFUSED(lsc_store_set_actor(NULL, &actor, error));
    REFUSED(lsc_store_set_actor(store, NULL, error));
    REFUSED(lsc_store_set_audited(NULL, true, error));
    REFUSED(lsc_store_audit_head(NULL, &n, head, error));
    REFUSED(lsc_store_audit_head(store, NULL, head, error));
    REFUSED(lsc_store_audit_head(store, &n, NULL, error));
    REFUSED(lsc_store_verify(NULL, NULL, &n, error));
    const lsc_consent consent = {sizeof consent, "marketing", true, AS_OF, NULL};
    REFUSED(lsc_store_set_consent(NULL, ACME, "x", &consent, error));
    REFUSED(lsc_store_set_consent(store, NULL, "x", &consent, error));
    REFUSED(lsc_store_set_consent(store, ACME, NULL, &consent, error));
    REFUSED(lsc_store_set_consent(store, ACME, "x", NULL, error));
    lsc_account account = LSC_ACCOUNT_INIT;
    REFUSED(lsc_store_put_account(NULL, ACME, &account, error));
    REFUSED(lsc_store_put_account(store, ACME, NULL, error));
    REFUSED(lsc_store_put_account(store, ACME, &account, error));
    account.id = "x";
    REFUSED(lsc_store_put_account(store, NULL, &account, error));
    REFUSED(lsc_store_set_account_active(NULL, ACME, LSC_ACCOUNT_USER, "x", true, error));
    REFUSED(lsc_store_set_account_active(store, NULL, LSC_ACCOUNT_USER, "x", true, error));
    REFUSED(lsc_store_set_account_active(store, ACME, LSC_ACCOUNT_USER, NULL, true, error));
    REFUSED(lsc_store_delete_account(NULL, ACME, LSC_ACCOUNT_USER, "x", error));
    REFUSED(lsc_store_delete_account(store, NULL, LSC_ACCOUNT_USER, "x", error));
    REFUSED(lsc_store_delete_account(store, ACME, LSC_ACCOUNT_USER, NULL, error));
    lsc_retention retention = LSC_RETENTION_INIT;
    retention.leads_before_ms = AS_OF;
    REFUSED(lsc_store_retain(NULL, ACME, &retention, NULL, error));
    REFUSED(lsc_store_retain(store, NULL, &retention, NULL, error));
    REFUSED(lsc_store_retain(store, ACME, NULL, NULL, error));
    lsc_store_rollback(NULL);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
    lsc_store_close(store);
}
END_TEST

static bool take_none(void *ctx, const char *bytes, size_t length)
{
    (void)ctx;
    return bytes != NULL && length > 0;
}

START_TEST(reading_refuses_null)
{
    lsc_store *store = memory_store();
    lsc_lead *lead = make_lead(1, NULL);
    lsc_store_counts counts = LSC_STORE_COUNTS_INIT;
    lsc_model *model;
    const char *json;
    size_t length;
    REFUSED(lsc_store_check(NULL, error));
    REFUSED(lsc_store_count(NULL, NULL, &counts, error));
    REFUSED(lsc_store_count(store, NULL, NULL, error));
    REFUSED(lsc_store_get_lead(NULL, ACME, "x", lead, error));
    REFUSED(lsc_store_get_lead(store, NULL, "x", lead, error));
    REFUSED(lsc_store_get_lead(store, ACME, NULL, lead, error));
    REFUSED(lsc_store_get_lead(store, ACME, "x", NULL, error));
    REFUSED(lsc_store_lead_json(NULL, ACME, "x", &json, &length, error));
    REFUSED(lsc_store_lead_json(store, ACME, NULL, &json, &length, error));
    REFUSED(lsc_store_lead_json(store, ACME, "x", NULL, &length, error));
    REFUSED(lsc_store_lead_json(store, ACME, "x", &json, NULL, error));
    REFUSED(lsc_store_export_lead(NULL, ACME, "x", take_none, NULL, error));
    REFUSED(lsc_store_export_lead(store, NULL, "x", take_none, NULL, error));
    REFUSED(lsc_store_export_lead(store, ACME, NULL, take_none, NULL, error));
    REFUSED(lsc_store_export_lead(store, ACME, "x", NULL, NULL, error));
    char uuid[37];
    const lsc_stored_account *account;
    REFUSED(lsc_store_lead_uuid(NULL, ACME, "x", uuid, error));
    REFUSED(lsc_store_lead_uuid(store, NULL, "x", uuid, error));
    REFUSED(lsc_store_lead_uuid(store, ACME, NULL, uuid, error));
    REFUSED(lsc_store_lead_uuid(store, ACME, "x", NULL, error));
    REFUSED(lsc_store_account_uuid(NULL, ACME, LSC_ACCOUNT_USER, "x", uuid, error));
    REFUSED(lsc_store_account_uuid(store, ACME, LSC_ACCOUNT_USER, NULL, uuid, error));
    REFUSED(lsc_store_account_uuid(store, ACME, LSC_ACCOUNT_USER, "x", NULL, error));
    REFUSED(lsc_store_get_account(NULL, ACME, LSC_ACCOUNT_USER, "x", &account, error));
    REFUSED(lsc_store_get_account(store, ACME, LSC_ACCOUNT_USER, NULL, &account, error));
    REFUSED(lsc_store_get_account(store, ACME, LSC_ACCOUNT_USER, "x", NULL, error));
    REFUSED(lsc_store_load_model(NULL, ACME, NULL, NULL, &model, error));
    REFUSED(lsc_store_load_model(store, NULL, NULL, NULL, &model, error));
    REFUSED(lsc_store_load_model(store, ACME, NULL, NULL, NULL, error));
    lsc_lead_free(lead);
    lsc_store_close(store);
}
END_TEST

/** A struct of ours with eight bytes that a later release added. */
#define LATER(type)     \
    struct {            \
        type known;     \
        uint64_t added; \
    }

START_TEST(structs_of_a_later_release_are_taken_when_they_ask_nothing_new)
{
    lsc_store *store;
    const lsc_stored_lead *leads;
    const lsc_stored_score *scores;
    size_t n;
    LATER(lsc_store_options) options = {LSC_STORE_OPTIONS_INIT, 0};
    options.known.size = sizeof options;
    options.known.create = true;
    ck_ok(lsc_store_open(NULL, &options.known, &store, error));
    ck_ok(lsc_store_add_organization(store, ACME, NULL, error));
    lsc_store *other;
    options.added = 1;
    ck_fails(lsc_store_open(NULL, &options.known, &other, error), LSC_UNSUPPORTED,
             "lsc_store_options");
    options.known.size = 0;
    ck_fails(lsc_store_open(NULL, &options.known, &other, error), LSC_INVALID_ARG,
             "lsc_store_options");
    LATER(lsc_lead_query) query = {LSC_LEAD_QUERY_INIT, 1};
    query.known.size = sizeof query;
    ck_fails(lsc_store_list_leads(store, ACME, &query.known, &leads, &n, error), LSC_UNSUPPORTED,
             "lsc_lead_query");
    query.added = 0;
    ck_ok(lsc_store_list_leads(store, ACME, &query.known, &leads, &n, error));
    LATER(lsc_score_query) best = {LSC_SCORE_QUERY_INIT, 1};
    best.known.size = sizeof best;
    ck_fails(lsc_store_list_scores(store, ACME, &best.known, &scores, &n, error), LSC_UNSUPPORTED,
             "lsc_score_query");
    best.added = 0;
    ck_ok(lsc_store_list_scores(store, ACME, &best.known, &scores, &n, error));
    LATER(lsc_activity_query) deeds = {LSC_ACTIVITY_QUERY_INIT, 1};
    const lsc_stored_activity *activities;
    put_lead(store, ACME, 1);
    deeds.known.size = sizeof deeds;
    ck_fails(lsc_store_list_activities(store, ACME, "lead-1", &deeds.known, &activities, &n, error),
             LSC_UNSUPPORTED, "lsc_activity_query");
    deeds.added = 0;
    ck_ok(lsc_store_list_activities(store, ACME, "lead-1", &deeds.known, &activities, &n, error));
    LATER(lsc_audit_query) rows_of = {LSC_AUDIT_QUERY_INIT, 1};
    const lsc_audit_row *rows;
    rows_of.known.size = sizeof rows_of;
    ck_fails(lsc_store_list_audit(store, ACME, &rows_of.known, &rows, &n, error), LSC_UNSUPPORTED,
             "lsc_audit_query");
    rows_of.added = 0;
    ck_ok(lsc_store_list_audit(store, ACME, &rows_of.known, &rows, &n, error));
    LATER(lsc_account) account = {LSC_ACCOUNT_INIT, 1};
    account.known.size = sizeof account;
    account.known.id = "x";
    ck_fails(lsc_store_put_account(store, ACME, &account.known, error), LSC_UNSUPPORTED,
             "lsc_account");
    account.added = 0;
    ck_ok(lsc_store_put_account(store, ACME, &account.known, error));
    LATER(lsc_retention) retention = {LSC_RETENTION_INIT, 1};
    lsc_retention_counts gone = LSC_RETENTION_COUNTS_INIT;
    retention.known.size = sizeof retention;
    retention.known.leads_before_ms = AS_OF;
    ck_fails(lsc_store_retain(store, ACME, &retention.known, &gone, error), LSC_UNSUPPORTED,
             "lsc_retention");
    retention.added = 0;
    ck_ok(lsc_store_retain(store, ACME, &retention.known, &gone, error));
    gone.size = 3;
    ck_fails(lsc_store_retain(store, ACME, &retention.known, &gone, error), LSC_INVALID_ARG,
             "lsc_retention_counts");
    LATER(lsc_ingest) ingest = {LSC_INGEST_INIT, 1};
    ingest.known.size = sizeof ingest;
    ck_fails(lsc_store_ingest(store, ACME, &ingest.known, NULL, error), LSC_UNSUPPORTED,
             "lsc_ingest");
    ingest.added = 0;
    lsc_ingest_counts taken = LSC_INGEST_COUNTS_INIT;
    ck_ok(lsc_store_ingest(store, ACME, &ingest.known, &taken, error));
    taken.size = 3;
    ck_fails(lsc_store_ingest(store, ACME, &ingest.known, &taken, error), LSC_INVALID_ARG,
             "lsc_ingest_counts");
    lsc_store_counts counts = LSC_STORE_COUNTS_INIT;
    counts.size = 3;
    ck_fails(lsc_store_count(store, NULL, &counts, error), LSC_INVALID_ARG, "lsc_store_counts");
    lsc_store_close(store);
}
END_TEST

START_TEST(an_explanation_of_no_size_is_refused_before_anything_is_kept)
{
    lsc_store *store = memory_store();
    lsc_scorer *scorer = make_scorer(false);
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    char sha256[65];
    put_lead(store, ACME, 1);
    add_model(store, ACME, false, sha256);
    explanation.size = 0;
    ck_fails(lsc_store_score_lead(store, ACME, "lead-1", scorer, AS_OF, &explanation, error),
             LSC_INVALID_ARG, "lsc_explanation");
    ck_assert_int_eq(counts_of(store, ACME).scores, 0);
    lsc_scorer_free(scorer);
    lsc_store_close(store);
}
END_TEST

START_TEST(init_functions_set_what_the_macros_do)
{
    const lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    const lsc_store_counts counts = LSC_STORE_COUNTS_INIT;
    const lsc_lead_query leads = LSC_LEAD_QUERY_INIT;
    const lsc_score_query scores = LSC_SCORE_QUERY_INIT;
    const lsc_ingest ingest = LSC_INGEST_INIT;
    const lsc_ingest_counts taken = LSC_INGEST_COUNTS_INIT;
    const lsc_account account = LSC_ACCOUNT_INIT;
    const lsc_audit_query audit = LSC_AUDIT_QUERY_INIT;
    const lsc_retention_counts gone = LSC_RETENTION_COUNTS_INIT;
    lsc_retention made_retention;
    lsc_retention_counts made_gone;
    lsc_retention_init(&made_retention, sizeof made_retention);
    lsc_retention_counts_init(&made_gone, sizeof made_gone);
    ck_assert(made_retention.size == sizeof made_retention && !made_retention.dry_run &&
              made_retention.scores_before_ms == LSC_TIME_NONE);
    ck_assert_mem_eq(&made_gone, &gone, sizeof gone);
    lsc_activity_query made_deeds;
    lsc_activity_query_init(&made_deeds, sizeof made_deeds);
    ck_assert(made_deeds.size == sizeof made_deeds && made_deeds.after_id == NULL &&
              made_deeds.from_ms == LSC_TIME_NONE && !made_deeds.latest_first);
    lsc_account made_account;
    lsc_audit_query made_audit;
    lsc_account_init(&made_account, sizeof made_account);
    lsc_audit_query_init(&made_audit, sizeof made_audit);
    ck_assert(made_account.size == account.size && made_account.id == NULL);
    ck_assert(made_audit.size == audit.size && made_audit.from_ms == LSC_TIME_NONE);
    lsc_store_options made_options;
    lsc_store_counts made_counts;
    lsc_lead_query made_leads;
    lsc_score_query made_scores;
    lsc_ingest made_ingest;
    lsc_ingest_counts made_taken;
    lsc_store_options_init(&made_options, sizeof made_options);
    lsc_store_counts_init(&made_counts, sizeof made_counts);
    lsc_lead_query_init(&made_leads, sizeof made_leads);
    lsc_score_query_init(&made_scores, sizeof made_scores);
    lsc_ingest_init(&made_ingest, sizeof made_ingest);
    lsc_ingest_counts_init(&made_taken, sizeof made_taken);
    ck_assert(made_options.size == options.size && !made_options.create &&
              made_options.durability == LSC_DURABLE_FULL && made_options.busy_ms == 0);
    ck_assert_mem_eq(&made_counts, &counts, sizeof counts);
    ck_assert(made_leads.size == leads.size && made_leads.after == NULL && made_leads.limit == 0);
    ck_assert(made_scores.size == scores.size && made_scores.max_score == 0);
    ck_assert(made_ingest.size == ingest.size && made_ingest.leads == NULL);
    ck_assert_mem_eq(&made_taken, &taken, sizeof taken);
}
END_TEST

LSC_SUITE("store/arguments", TEST(lists_refuse_null), TEST(noting_a_source_refuses_null),
          TEST(changes_refuse_null), TEST(reading_refuses_null),
          TEST(structs_of_a_later_release_are_taken_when_they_ask_nothing_new),
          TEST(an_explanation_of_no_size_is_refused_before_anything_is_kept),
          TEST(init_functions_set_what_the_macros_do))
