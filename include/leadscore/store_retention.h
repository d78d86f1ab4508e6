/**
 * @file store_retention.h
 * How long what is held of leads is kept.
 */
#ifndef LEADSCORE_STORE_RETENTION_H
#define LEADSCORE_STORE_RETENTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "store_file.h"

LSC_BEGIN_DECLS

/**
 * What is no longer to be kept; LSC_TIME_NONE: nothing of that kind goes. Start from
 * LSC_RETENTION_INIT.
 */
typedef struct lsc_retention {
    size_t size;                  /**< sizeof(lsc_retention) */
    int64_t activities_before_ms; /**< activities that happened before */
    const char *activity_type;    /**< of these only those of this type; NULL: all */
    int64_t scores_before_ms;     /**< scores as of a time before */
    int64_t leads_before_ms; /**< leads of which the last thing that is known was before: when they
                                  were created, the times of their activities (also of those that
                                  went by age), outcomes and consents. Where nothing has a time the
                                  lead stays */
    bool dry_run;            /**< count what would go, and change nothing */
    bool (*progress)(void *ctx, uint64_t n_leads); /**< told after each transaction how many leads
                                  were looked at; false: stop with LSC_CANCELLED. May be NULL */
    void *progress_ctx;
} lsc_retention;

/* clang-format off */
#define LSC_RETENTION_INIT \
    {sizeof(lsc_retention), LSC_TIME_NONE, NULL, LSC_TIME_NONE, LSC_TIME_NONE, false, NULL, NULL}
/* clang-format on */

/** As lsc_activity_init(), with LSC_RETENTION_INIT. @since 0.1 */
LSC_API void lsc_retention_init(lsc_retention *retention, size_t size);

/** What went, or would go. */
typedef struct lsc_retention_counts {
    size_t size;         /**< sizeof(lsc_retention_counts), set by the caller */
    uint64_t leads;      /**< whole, with all that is held of them */
    uint64_t activities; /**< of leads that stay */
    uint64_t scores;     /**< of leads that stay */
} lsc_retention_counts;

/* clang-format off */
#define LSC_RETENTION_COUNTS_INIT {sizeof(lsc_retention_counts), 0, 0, 0}
/* clang-format on */

/** As lsc_activity_init(), with LSC_RETENTION_COUNTS_INIT. @since 0.1 */
LSC_API void lsc_retention_counts_init(lsc_retention_counts *counts, size_t size);

/**
 * Erase what is older than it is to be kept, in transactions of some thousand rows, between which others
 * write; what is a lead's goes together. It ends with lsc_store_purge(), so that no byte of it is left in
 * the file or its log. A lead that loses an activity, or its latest score, is to be scored again.
 *
 * What was stopped, by an error or the end of the process, is begun again with the same options and
 * does what is left. Rows of the audit trail stay.
 *
 * @param counts  filled, also on error; may be NULL
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization; LSC_CANCELLED; LSC_BUSY and LSC_IO also
 *         when all is gone from the tables and others read too long for the purge: lsc_store_purge()
 *         ends it; LSC_INVALID_ARG where nothing is to go, for a time outside the years 1 to 9999, and
 *         within lsc_store_begin(). On error the transactions before are kept.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_retain(lsc_store *store, const char *organization,
                                    const lsc_retention *retention, lsc_retention_counts *counts,
                                    lsc_error *error);

LSC_END_DECLS

#endif
