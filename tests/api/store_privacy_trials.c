/* Trials of keys, of what may be known of whom, and of who did what. */
#include "store_copies.h"

static lsc_status put_account(lsc_store *store, lsc_error *error)
{
    lsc_account account = LSC_ACCOUNT_INIT;
    account.id = "jo";
    account.details = "{\"name\": \"Jo\"}";
    return SWEPT(lsc_store_put_account)(store, ORGANIZATION, &account, error);
}

/* With a key from the first, then with another. */
lsc_status try_keys(const conditions *with, lsc_error *error)
{
    const lsc_store_key first = {sizeof first, "first", {1}};
    const lsc_store_key second = {sizeof second, NULL, {2}};
    lsc_store *store;
    lsc_store_options options = copy_options(with);
    options.key = &first;
    remove_copy();
    lsc_status status = SWEPT(lsc_store_open)(copy_path(), &options, &store, error);
    if (status == LSC_OK) {
        status = lsc_store_add_organization(store, ORGANIZATION, NULL, error);
    }
    if (status == LSC_OK) {
        status = put_third_lead(store, error);
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
    lsc_status status = put_third_lead(store, error);
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

lsc_status try_consents(const conditions *with, lsc_error *error)
{
    return on_a_copy(with, use_consents, error);
}

static lsc_status use_erasure(const conditions *with, lsc_store *store, lsc_error *error)
{
    (void)with;
    static const char *const ids[] = {"lead-3", "gone"};
    char sha256[65];
    const char *const *models;
    size_t n;
    memset(sha256, 'a', 64);
    sha256[64] = '\0';
    lsc_status status = put_third_lead(store, error);
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

lsc_status try_erasure(const conditions *with, lsc_error *error)
{
    return on_a_copy(with, use_erasure, error);
}

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
        status = put_third_lead(store, error);
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

lsc_status try_audit(const conditions *with, lsc_error *error)
{
    return on_a_copy(with, use_audit, error);
}

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

lsc_status try_accounts(const conditions *with, lsc_error *error)
{
    return on_a_copy(with, use_accounts, error);
}
