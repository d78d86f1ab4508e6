/**
 * @file consent_rows.h
 * Rows of consents.
 */
#ifndef LSC_STORE_CONSENT_ROWS_H
#define LSC_STORE_CONSENT_ROWS_H

#include "store/store_data.h"

/**
 * SQL that is true where the lead `key` has withdrawn its consent to profiling last: for the statement
 * that reads a lead.
 */
#define LSC_SQL_WITHDRAWN                                                 \
    "coalesce((SELECT given = 0 FROM consents WHERE lead_key = leads.key" \
    " AND purpose = '" LSC_CONSENT_PROFILING "' ORDER BY time DESC LIMIT 1), 0)"

/**
 * The consents of a lead, by purpose and time, in the page of the store; within a look, or a change, of
 * the caller's.
 */
lsc_status lsc_consent_rows_read(lsc_store *store, int64_t lead_key, const lsc_consent **consents,
                                 size_t *n, lsc_error *error);

#endif
