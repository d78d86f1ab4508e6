/**
 * @file store_bulk.h
 * Many leads at once: files taken in, and a store as a source.
 */
#ifndef LEADSCORE_STORE_BULK_H
#define LEADSCORE_STORE_BULK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aliases.h"
#include "source.h"
#include "store_file.h"

LSC_BEGIN_DECLS

/* Reading in bulk. */

/** NDJSON to take in. Start from LSC_INGEST_INIT. */
typedef struct lsc_ingest {
    size_t size;            /**< sizeof(lsc_ingest) */
    const char *leads;      /**< path, "-" for standard input, or NULL */
    const char *activities; /**< path, "-", or NULL; each names its lead */
    const char *outcomes;   /**< path, "-", or NULL */
    const char *rejects;    /**< path: lines that are refused are set aside there, in place of what
                                 it held, as NDJSON {"file", "line", "status", "error", "text"},
                                 of one longer than LSC_MAX_LINE with its first 1000 bytes as
                                 text; NULL: a refused line ends it */
    size_t batch;           /**< lines a transaction; 0: 5000 */
    bool (*progress)(void *ctx, uint64_t n_lines); /**< told after each batch; false: stop with
                                                        LSC_CANCELLED. May be NULL */
    void *progress_ctx;
    lsc_aliases *aliases; /**< what names in the files mean; NULL: all of the library's tables */
} lsc_ingest;

/* clang-format off */
#define LSC_INGEST_INIT {sizeof(lsc_ingest), NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL}
/* clang-format on */

/** As lsc_activity_init(), with LSC_INGEST_INIT. @since 0.1 */
LSC_API void lsc_ingest_init(lsc_ingest *ingest, size_t size);

/** What lsc_store_ingest() came to. */
typedef struct lsc_ingest_counts {
    size_t size;         /**< sizeof(lsc_ingest_counts), set by the caller */
    uint64_t leads;      /**< put */
    uint64_t activities; /**< new; embedded ones too */
    uint64_t duplicates; /**< activities that were there already */
    uint64_t outcomes;   /**< lines of outcomes taken */
    uint64_t rejected;   /**< lines set aside */
} lsc_ingest_counts;

/* clang-format off */
#define LSC_INGEST_COUNTS_INIT {sizeof(lsc_ingest_counts), 0, 0, 0, 0, 0}
/* clang-format on */

/** As lsc_activity_init(), with LSC_INGEST_COUNTS_INIT. @since 0.1 */
LSC_API void lsc_ingest_counts_init(lsc_ingest_counts *counts, size_t size);

/**
 * Take in leads, then activities, then outcomes, in batches that are kept one by one.
 *
 * Taking the same lines in again changes nothing: where it was stopped, by an error or the end of
 * the process, it is begun again with the same files, and loses and doubles nothing.
 *
 * @param counts  filled, also on error; may be NULL
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization, or naming the file; LSC_IO;
 *         without `rejects` what the first bad line came to, naming file and line; LSC_CANCELLED;
 *         LSC_INVALID_ARG within lsc_store_begin(). On error the batches before are kept.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_ingest(lsc_store *store, const char *organization,
                                    const lsc_ingest *ingest, lsc_ingest_counts *counts,
                                    lsc_error *error);

/**
 * Open the leads of an organization as a source: to train from, to score, to measure. It reads
 * through a connection of its own, and sees the store as it is now until it is freed, whatever others
 * write. Leads come in the order of their ids, by bytes. What was trained from it lsc_store_note_source() notes.
 *
 * @param path     of the store; it has to be a file
 * @param options  as for lsc_store_open(), which opens it to read; may be NULL
 * @param source   set to the source, freed by lsc_source_free(); NULL on error
 * @return as lsc_store_open(); LSC_NOT_FOUND for an unknown organization.
 * @since 0.1
 */
LSC_API lsc_status lsc_source_open_store(const char *path, const char *organization,
                                         const lsc_store_options *options, lsc_source **source,
                                         lsc_error *error);

LSC_END_DECLS

#endif
