/**
 * @file flat_lists.h
 * More lists of a store. A page is freed with flat_page_free(), its rows belong to the store, until its next list;
 * a row past the last, or of a page of another kind, is NULL. What a list is not told may be NULL, a limit 0.
 */
#ifndef LEADSCORE_FLAT_LISTS_H
#define LEADSCORE_FLAT_LISTS_H

#include "flat.h"

flat_page *flat_store_list_organizations(lsc_store *store, const char *after, size_t limit,
                                         lsc_error *error);
const lsc_stored_organization *flat_page_organization(const flat_page *page, size_t row);

/** The lead of an address: one row or none. */
flat_page *flat_store_find_lead(lsc_store *store, const char *organization, const char *email,
                                lsc_error *error);

flat_page *flat_store_list_models(lsc_store *store, const char *organization, lsc_error *error);
const lsc_stored_model *flat_page_model(const flat_page *page, size_t row);

flat_page *flat_store_list_consents(lsc_store *store, const char *organization, const char *lead_id,
                                    lsc_error *error);
const lsc_consent *flat_page_consent(const flat_page *page, size_t row);

/** @param type  an lsc_account_type */
flat_page *flat_store_list_accounts(lsc_store *store, const char *organization, int type,
                                    const char *after, size_t limit, lsc_error *error);
/** A page of one. */
flat_page *flat_store_get_account(lsc_store *store, const char *organization, int type,
                                  const char *id, lsc_error *error);
const lsc_stored_account *flat_page_account(const flat_page *page, size_t row);

/** See lsc_audit_query for the numbers. */
flat_page *flat_store_list_audit(lsc_store *store, const char *organization, int64_t after,
                                 size_t limit, const char *subject, const char *actor,
                                 const char *action, int64_t from_ms, int64_t until_ms,
                                 lsc_error *error);
const lsc_audit_row *flat_page_audit_row(const flat_page *page, size_t row);

/** See lsc_activity_query for the numbers. */
flat_page *flat_store_list_activities(lsc_store *store, const char *organization,
                                      const char *lead_id, int64_t after_ms,
                                      const char *after_source, const char *after_id, size_t limit,
                                      const char *type, int64_t from_ms, int64_t until_ms,
                                      bool latest_first, lsc_error *error);
const lsc_stored_activity *flat_page_activity(const flat_page *page, size_t row);

flat_page *flat_store_list_stale(lsc_store *store, const char *organization, int64_t as_of_ms,
                                 size_t limit, lsc_error *error);
const lsc_stale_lead *flat_page_stale_lead(const flat_page *page, size_t row);

/**
 * Erase a lead: the models that were trained from it. Where it is deleted and the purge is not done, that is no error:
 * lsc_store_purge(), called next, ends it, or says why not.
 */
flat_page *flat_store_erase_lead(lsc_store *store, const char *organization, const char *id,
                                 lsc_error *error);
const char *flat_page_model_id(const flat_page *page, size_t row);

/* Counts. */

flat_page *flat_store_count_scores(lsc_store *store, const char *organization, lsc_error *error);
const lsc_score_count *flat_page_score_count(const flat_page *page, size_t row);

flat_page *flat_store_count_conversions(lsc_store *store, const char *organization,
                                        int64_t as_of_ms, int64_t horizon_ms, const char *model,
                                        bool repeats, lsc_error *error);
const lsc_grade_conversion *flat_page_conversion(const flat_page *page, size_t row);

flat_page *flat_store_list_performance(lsc_store *store, const char *organization, int64_t from_ms,
                                       int64_t until_ms, int64_t horizon_ms, int64_t known_ms,
                                       bool repeats, lsc_error *error);
const lsc_performance *flat_page_performance(const flat_page *page, size_t row);
/** NULL past the last. */
const lsc_probability_bin *flat_performance_bin(const lsc_performance *performance, size_t bin);

#endif
