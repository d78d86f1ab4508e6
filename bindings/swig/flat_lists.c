#include "flat_lists.h"

#include "flat_support.h"

flat_page *flat_store_list_organizations(lsc_store *store, const char *after, size_t limit,
                                         lsc_error *error)
{
    const lsc_stored_organization *rows = NULL;
    size_t n = 0;
    lsc_status status = lsc_store_list_organizations(store, after, limit, &rows, &n, error);
    return flat_page_of(FLAT_ORGANIZATIONS, rows, n, status, error);
}

const lsc_stored_organization *flat_page_organization(const flat_page *page, size_t row)
{
    return flat_page_row(page, FLAT_ORGANIZATIONS, row, sizeof(lsc_stored_organization));
}

flat_page *flat_store_find_lead(lsc_store *store, const char *organization, const char *email,
                                lsc_error *error)
{
    lsc_lead_query query = LSC_LEAD_QUERY_INIT;
    const lsc_stored_lead *rows = NULL;
    size_t n = 0;
    query.email = email;
    lsc_status status = lsc_store_list_leads(store, organization, &query, &rows, &n, error);
    return flat_page_of(FLAT_LEADS, rows, n, status, error);
}

flat_page *flat_store_list_models(lsc_store *store, const char *organization, lsc_error *error)
{
    const lsc_stored_model *rows = NULL;
    size_t n = 0;
    lsc_status status = lsc_store_list_models(store, organization, &rows, &n, error);
    return flat_page_of(FLAT_MODELS, rows, n, status, error);
}

const lsc_stored_model *flat_page_model(const flat_page *page, size_t row)
{
    return flat_page_row(page, FLAT_MODELS, row, sizeof(lsc_stored_model));
}

flat_page *flat_store_list_consents(lsc_store *store, const char *organization, const char *lead_id,
                                    lsc_error *error)
{
    const lsc_consent *rows = NULL;
    size_t n = 0;
    lsc_status status = lsc_store_list_consents(store, organization, lead_id, &rows, &n, error);
    return flat_page_of(FLAT_CONSENTS, rows, n, status, error);
}

const lsc_consent *flat_page_consent(const flat_page *page, size_t row)
{
    return flat_page_row(page, FLAT_CONSENTS, row, sizeof(lsc_consent));
}

flat_page *flat_store_list_accounts(lsc_store *store, const char *organization, int type,
                                    const char *after, size_t limit, lsc_error *error)
{
    const lsc_stored_account *rows = NULL;
    size_t n = 0;
    lsc_status status = lsc_store_list_accounts(store, organization, (lsc_account_type)type, after,
                                                limit, &rows, &n, error);
    return flat_page_of(FLAT_ACCOUNTS, rows, n, status, error);
}

flat_page *flat_store_get_account(lsc_store *store, const char *organization, int type,
                                  const char *id, lsc_error *error)
{
    const lsc_stored_account *row = NULL;
    lsc_status status =
        lsc_store_get_account(store, organization, (lsc_account_type)type, id, &row, error);
    return flat_page_of(FLAT_ACCOUNTS, row, 1, status, error);
}

const lsc_stored_account *flat_page_account(const flat_page *page, size_t row)
{
    return flat_page_row(page, FLAT_ACCOUNTS, row, sizeof(lsc_stored_account));
}

flat_page *flat_store_list_audit(lsc_store *store, const char *organization, int64_t after,
                                 size_t limit, const char *subject, const char *actor,
                                 const char *action, int64_t from_ms, int64_t until_ms,
                                 lsc_error *error)
{
    lsc_audit_query query = LSC_AUDIT_QUERY_INIT;
    const lsc_audit_row *rows = NULL;
    size_t n = 0;
    query.after = after;
    query.limit = limit;
    query.subject = subject;
    query.actor = actor;
    query.action = action;
    query.from_ms = from_ms;
    query.until_ms = until_ms;
    lsc_status status = lsc_store_list_audit(store, organization, &query, &rows, &n, error);
    return flat_page_of(FLAT_AUDIT_ROWS, rows, n, status, error);
}

const lsc_audit_row *flat_page_audit_row(const flat_page *page, size_t row)
{
    return flat_page_row(page, FLAT_AUDIT_ROWS, row, sizeof(lsc_audit_row));
}

flat_page *flat_store_list_activities(lsc_store *store, const char *organization,
                                      const char *lead_id, int64_t after_ms,
                                      const char *after_source, const char *after_id, size_t limit,
                                      const char *type, int64_t from_ms, int64_t until_ms,
                                      bool latest_first, lsc_error *error)
{
    lsc_activity_query query = LSC_ACTIVITY_QUERY_INIT;
    const lsc_stored_activity *rows = NULL;
    size_t n = 0;
    query.after_ms = after_ms;
    query.after_source = after_source;
    query.after_id = after_id;
    query.limit = limit;
    query.type = type;
    query.from_ms = from_ms;
    query.until_ms = until_ms;
    query.latest_first = latest_first;
    lsc_status status =
        lsc_store_list_activities(store, organization, lead_id, &query, &rows, &n, error);
    return flat_page_of(FLAT_ACTIVITIES, rows, n, status, error);
}

const lsc_stored_activity *flat_page_activity(const flat_page *page, size_t row)
{
    return flat_page_row(page, FLAT_ACTIVITIES, row, sizeof(lsc_stored_activity));
}

flat_page *flat_store_list_stale(lsc_store *store, const char *organization, int64_t as_of_ms,
                                 size_t limit, lsc_error *error)
{
    const lsc_stale_lead *rows = NULL;
    size_t n = 0;
    lsc_status status =
        lsc_store_list_stale(store, organization, as_of_ms, limit, &rows, &n, error);
    return flat_page_of(FLAT_STALE_LEADS, rows, n, status, error);
}

const lsc_stale_lead *flat_page_stale_lead(const flat_page *page, size_t row)
{
    return flat_page_row(page, FLAT_STALE_LEADS, row, sizeof(lsc_stale_lead));
}

flat_page *flat_store_erase_lead(lsc_store *store, const char *organization, const char *id,
                                 lsc_error *error)
{
    const char *const *models = NULL;
    size_t n = SIZE_MAX;
    lsc_status status = lsc_store_erase_lead(store, organization, id, &models, &n, error);
    if (status != LSC_OK && n != SIZE_MAX) {
        status = LSC_OK;
        *error = (lsc_error)LSC_ERROR_INIT;
    }
    return flat_page_of(FLAT_MODEL_IDS, models, n, status, error);
}

const char *flat_page_model_id(const flat_page *page, size_t row)
{
    const char *const *id = flat_page_row(page, FLAT_MODEL_IDS, row, sizeof *id);
    return id == NULL ? NULL : *id;
}

/* Counts. */

flat_page *flat_store_count_scores(lsc_store *store, const char *organization, lsc_error *error)
{
    const lsc_score_count *rows = NULL;
    size_t n = 0;
    lsc_status status = lsc_store_count_scores(store, organization, &rows, &n, error);
    return flat_page_of(FLAT_SCORE_COUNTS, rows, n, status, error);
}

const lsc_score_count *flat_page_score_count(const flat_page *page, size_t row)
{
    return flat_page_row(page, FLAT_SCORE_COUNTS, row, sizeof(lsc_score_count));
}

flat_page *flat_store_count_conversions(lsc_store *store, const char *organization,
                                        int64_t as_of_ms, int64_t horizon_ms, const char *model,
                                        bool repeats, lsc_error *error)
{
    lsc_conversion_query query = LSC_CONVERSION_QUERY_INIT;
    const lsc_grade_conversion *rows = NULL;
    size_t n = 0;
    query.as_of_ms = as_of_ms;
    query.horizon_ms = horizon_ms;
    query.model = model;
    query.repeats = repeats;
    lsc_status status = lsc_store_count_conversions(store, organization, &query, &rows, &n, error);
    return flat_page_of(FLAT_CONVERSIONS, rows, n, status, error);
}

const lsc_grade_conversion *flat_page_conversion(const flat_page *page, size_t row)
{
    return flat_page_row(page, FLAT_CONVERSIONS, row, sizeof(lsc_grade_conversion));
}

flat_page *flat_store_list_performance(lsc_store *store, const char *organization, int64_t from_ms,
                                       int64_t until_ms, int64_t horizon_ms, int64_t known_ms,
                                       bool repeats, lsc_error *error)
{
    lsc_performance_query query = LSC_PERFORMANCE_QUERY_INIT;
    const lsc_performance *rows = NULL;
    size_t n = 0;
    query.from_ms = from_ms;
    query.until_ms = until_ms;
    query.horizon_ms = horizon_ms;
    query.known_ms = known_ms;
    query.repeats = repeats;
    lsc_status status = lsc_store_list_performance(store, organization, &query, &rows, &n, error);
    return flat_page_of(FLAT_PERFORMANCE, rows, n, status, error);
}

const lsc_performance *flat_page_performance(const flat_page *page, size_t row)
{
    return flat_page_row(page, FLAT_PERFORMANCE, row, sizeof(lsc_performance));
}

const lsc_probability_bin *flat_performance_bin(const lsc_performance *performance, size_t bin)
{
    return bin < LSC_N_PROBABILITY_BINS ? &performance->bins[bin] : NULL;
}
