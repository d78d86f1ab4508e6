/**
 * @file audit.h
 * The audit trail: what was done with personal data, each row chained to the one before.
 */
#ifndef LSC_STORE_AUDIT_H
#define LSC_STORE_AUDIT_H

#include "store/store_data.h"

/** What is noted. */
typedef struct lsc_audit_entry {
    const char *action;       /**< one of the words of docs/store.md */
    int64_t organization_key; /**< 0: of the store as a whole */
    const char *subject;      /**< UUID of the lead or account; NULL: several, or none */
    int64_t amount;           /**< of what was read or written */
} lsc_audit_entry;

/** Whether a text is a UUID. */
bool lsc_audit_is_uuid(const char *text);

/** Whether the store is audited. LSC_INVALID_ARG where it is and nobody was said to act. */
lsc_status lsc_audit_is_on(lsc_store *store, bool *on, lsc_error *error);

/** Note what was done, within a change; nothing where the store is not audited. */
lsc_status lsc_audit_note(lsc_store *store, const lsc_audit_entry *entry, lsc_error *error);

/**
 * End a change of the lead that is the subject of the store, and note it.
 * @return `status`, or why it could not be kept
 */
lsc_status lsc_audit_change_end(lsc_store *store, const char *action, int64_t amount,
                                lsc_status status, lsc_error *error);

/**
 * Begin to read personal data: a look or, where that is noted, a change. LSC_IO where the store is audited
 * and was opened to read.
 * @param noting  set to whether it is noted
 */
lsc_status lsc_audit_read_begin(lsc_store *store, bool *noting, lsc_error *error);

/**
 * End reading the lead that is the subject of the store.
 * @param action  to note; NULL where it is not noted
 * @return `status`, or why it could not be noted
 */
lsc_status lsc_audit_read_end(lsc_store *store, const char *action, int64_t amount,
                              lsc_status status, lsc_error *error);

/** Note what is done with all leads of an organization (0: of the store), in a change of its own. */
lsc_status lsc_audit_whole(lsc_store *store, const char *action, int64_t organization_key,
                           lsc_error *error);

/**
 * End reading several leads, or what is no lead's; or, with an entry, a change of that.
 * @param entry  to note; NULL where it is not noted
 */
lsc_status lsc_audit_list_end(lsc_store *store, const lsc_audit_entry *entry, lsc_status status,
                              lsc_error *error);

/**
 * The next rows of the trail in the page of the store, within a look.
 * @param organization_key  NULL: of all
 * @param wanted            checked; with its limit
 */
lsc_status lsc_audit_rows_list(lsc_store *store, const int64_t *organization_key,
                               const lsc_audit_query *wanted, const lsc_audit_row **rows, size_t *n,
                               lsc_error *error);

#endif
