/**
 * @file store_leads.h
 * What is known: organizations, their leads, activities and outcomes.
 */
#ifndef LEADSCORE_STORE_LEADS_H
#define LEADSCORE_STORE_LEADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lead.h"
#include "source.h"
#include "store_file.h"

LSC_BEGIN_DECLS

/* Organizations. */

/**
 * Add an organization, or change the name of one.
 *
 * @param organization  the caller's id of it
 * @param name          for people; NULL: none, and that of one that is there stays
 * @return LSC_OK, also when it is there already.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_add_organization(lsc_store *store, const char *organization,
                                              const char *name, lsc_error *error);

/** An organization as lists give it. */
typedef struct lsc_stored_organization {
    const char *id;
    const char *uuid; /**< made by the store; it never changes */
    const char *name; /**< NULL: none */
} lsc_stored_organization;

/**
 * List organizations in the order of their ids, by bytes.
 *
 * @param after          begin after this id: the last one of the page before; NULL: at the first
 * @param limit          most rows; 0: LSC_PAGE. A shorter page is the last
 * @param organizations  set to an array [n]
 * @since 0.1
 */
LSC_API lsc_status lsc_store_list_organizations(lsc_store *store, const char *after, size_t limit,
                                                const lsc_stored_organization **organizations,
                                                size_t *n, lsc_error *error);

/* Leads. */

/**
 * Put a lead in place of the one with its id, or add it. The activities of `lead` are added to those
 * that are there, as lsc_store_add_activities() does; none is taken away. What scoring reads of
 * the lead is the same to the bit when it comes back from the store.
 *
 * An organization holds an e-mail address once, letter case apart.
 *
 * @param lead  with an id; its timeline may be sorted
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization; LSC_CONFLICT when the e-mail is that of
 *         another lead of the organization; LSC_INVALID_ARG for a lead without id.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_put_lead(lsc_store *store, const char *organization, lsc_lead *lead,
                                      lsc_error *error);

/**
 * As lsc_store_put_lead(), from JSON.
 * @return also what lsc_lead_parse_json() returns, and LSC_BAD_LEAD for a lead without id.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_put_lead_json(lsc_store *store, const char *organization,
                                           const char *json, size_t length, lsc_error *error);

/**
 * Fill a lead with what the store holds of it, activities included: ready to be scored as of any time.
 *
 * @param lead  cleared and filled; empty on error
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or lead.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_get_lead(lsc_store *store, const char *organization, const char *id,
                                      lsc_lead *lead, lsc_error *error);

/**
 * The properties of a lead as one JSON object, "id" first, then by name: flat, with dotted names. A
 * value that was given as a time is one of RFC 3339.
 *
 * @param json  NUL-terminated; untouched on error
 * @return as lsc_store_get_lead().
 * @since 0.1
 */
LSC_API lsc_status lsc_store_lead_json(lsc_store *store, const char *organization, const char *id,
                                       const char **json, size_t *length, lsc_error *error);

/** Which leads are listed. Start from LSC_LEAD_QUERY_INIT. Texts are compared as they are. */
typedef struct lsc_lead_query {
    size_t size; /**< sizeof(lsc_lead_query) */
    /** Begin after this id: the last one of the page before; NULL: at the first. */
    const char *after;
    size_t limit;       /**< most rows; 0: LSC_PAGE. A shorter page is the last */
    const char *email;  /**< only the lead of this address, letter case apart; NULL: any */
    const char *status; /**< only leads with this property "status"; NULL: any */
    const char *source; /**< only leads with this property "source"; NULL: any */
} lsc_lead_query;

/* clang-format off */
#define LSC_LEAD_QUERY_INIT {sizeof(lsc_lead_query), NULL, 0, NULL, NULL, NULL}
/* clang-format on */

/** As lsc_activity_init(), with LSC_LEAD_QUERY_INIT. @since 0.1 */
LSC_API void lsc_lead_query_init(lsc_lead_query *query, size_t size);

/** A lead as lists give it. */
typedef struct lsc_stored_lead {
    const char *id;
    const char *uuid;      /**< made by the store; says nothing of the lead and never changes */
    const char *email;     /**< in lower case; NULL: none */
    const char *status;    /**< NULL: none */
    const char *source;    /**< NULL: none */
    int64_t created_at_ms; /**< LSC_TIME_NONE: not known */
} lsc_stored_lead;

/**
 * List leads in the order of their ids, by bytes. A lead that is added meanwhile comes where its id
 * stands; none comes twice.
 *
 * @param query  may be NULL: all
 * @param leads  set to an array [n]
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_list_leads(lsc_store *store, const char *organization,
                                        const lsc_lead_query *query, const lsc_stored_lead **leads,
                                        size_t *n, lsc_error *error);

/**
 * The UUID of a lead: a name for it that says nothing of it, for analytics, and for rows of the audit
 * trail. It reads nothing personal and is not noted.
 *
 * @param uuid  filled; untouched on error
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or lead.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_lead_uuid(lsc_store *store, const char *organization, const char *id,
                                       char uuid[37], lsc_error *error);

/**
 * Delete a lead with its activities, outcomes and scores. Its bytes may stay in unused pages of the
 * file: this is no erasure.
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or lead.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_delete_lead(lsc_store *store, const char *organization, const char *id,
                                         lsc_error *error);

/* Activities and outcomes. */

/**
 * Add activities of a lead. One whose source and id the lead has already is its duplicate: of both,
 * the one recorded first stays.
 *
 * @param lead_id     see lsc_store_options.make_leads
 * @param activities  [n_activities], all of the size that the first has
 * @param n_added     set to how many were new; may be NULL
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or lead; LSC_LIMIT; LSC_INVALID_ARG as
 *         lsc_lead_add_activity().
 * @since 0.1
 */
LSC_API lsc_status lsc_store_add_activities(lsc_store *store, const char *organization,
                                            const char *lead_id, const lsc_activity *activities,
                                            size_t n_activities, size_t *n_added, lsc_error *error);

/**
 * As lsc_store_add_activities(), from JSON: an array of activities, or one a line.
 *
 * @param lead_id  NULL: each names its lead ("lead_id", or what an envelope has for it)
 * @return also what lsc_lead_add_activities_json() returns.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_add_activities_json(lsc_store *store, const char *organization,
                                                 const char *lead_id, const char *json,
                                                 size_t length, size_t *n_added, lsc_error *error);

/** Which activities of a lead are listed. Start from LSC_ACTIVITY_QUERY_INIT. */
typedef struct lsc_activity_query {
    size_t size; /**< sizeof(lsc_activity_query) */
    /** Begin after this activity, the last one of the page before: its id; NULL: at the first. */
    const char *after_id;
    const char *after_source; /**< its source; NULL counts as "" */
    int64_t after_ms;         /**< its time */
    size_t limit;             /**< most rows; 0: LSC_PAGE. A shorter page is the last */
    const char *type;         /**< only of this type; NULL: any */
    int64_t from_ms;          /**< only from this time on; LSC_TIME_NONE: any */
    int64_t until_ms;         /**< only before this time; LSC_TIME_NONE: any */
    bool latest_first;        /**< the same order backwards */
} lsc_activity_query;

/* clang-format off */
#define LSC_ACTIVITY_QUERY_INIT \
    {sizeof(lsc_activity_query), NULL, NULL, LSC_TIME_NONE, 0, NULL, LSC_TIME_NONE, LSC_TIME_NONE, \
     false}
/* clang-format on */

/** As lsc_activity_init(), with LSC_ACTIVITY_QUERY_INIT. @since 0.1 */
LSC_API void lsc_activity_query_init(lsc_activity_query *query, size_t size);

/** An activity as lists give it. */
typedef struct lsc_stored_activity {
    const char *id;
    const char *source; /**< "": not said */
    const char *type;
    int64_t time_ms;
    int64_t recorded_time_ms;
    bool bot;
    /** Its properties as one JSON object, by name: flat, with dotted names. A value that was given as a
        time is one of RFC 3339. */
    const char *data;
} lsc_stored_activity;

/**
 * List the activities of a lead in the order of a timeline: by time, then source, then id, by bytes. One
 * that is added meanwhile comes where it stands; none comes twice, but one whose duplicate, of another time,
 * takes its place meanwhile may, or not at all. What a page takes grows with the number of the lead's
 * activities, as scoring it does; only those of the page are opened.
 *
 * @param query       may be NULL: all
 * @param activities  set to an array [n]
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or lead; LSC_INVALID_ARG for an `after_id`
 *         without a time.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_list_activities(lsc_store *store, const char *organization,
                                             const char *lead_id, const lsc_activity_query *query,
                                             const lsc_stored_activity **activities, size_t *n,
                                             lsc_error *error);

/**
 * Add what became of a lead. The same outcome at the same time counts once. For training, outcomes
 * that were added win over the lead's own "outcome.label".
 *
 * @param lead_id  see lsc_store_options.make_leads
 * @return LSC_OK; LSC_NOT_FOUND; LSC_INVALID_ARG for a time that is none.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_add_outcome(lsc_store *store, const char *organization,
                                         const char *lead_id, const lsc_outcome *outcome,
                                         lsc_error *error);

/** Take all added outcomes of a lead away. LSC_OK, LSC_NOT_FOUND. @since 0.1 */
LSC_API lsc_status lsc_store_clear_outcomes(lsc_store *store, const char *organization,
                                            const char *lead_id, lsc_error *error);

LSC_END_DECLS

#endif
