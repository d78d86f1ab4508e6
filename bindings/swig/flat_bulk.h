/**
 * @file flat_bulk.h
 * What a store takes long for. `watch` may be NULL.
 */
#ifndef LEADSCORE_FLAT_BULK_H
#define LEADSCORE_FLAT_BULK_H

#include "flat_key.h"
#include "flat_watch.h"

#include <leadscore/store.h>

/* Counts are those of C's structs, in their order; LSC_INVALID_ARG for another number of them. */

/** The watch is told how many lines were read. @param counts  [5] */
void flat_store_ingest(lsc_store *store, const char *organization, const char *leads,
                       const char *activities, const char *outcomes, const char *rejects,
                       size_t batch, lsc_aliases *aliases, flat_watch *watch, int64_t *counts,
                       size_t n_counts, lsc_error *error);
/**
 * Score all leads, or those whose score can have changed. The watch is told each lsc_stored_score as its item, and as
 * its first number whether that is not the one before. @param counts  [2]
 */
void flat_store_rescore(lsc_store *store, const char *organization, lsc_model *model,
                        bool stale_only, int64_t as_of_ms, int n_threads, flat_watch *watch,
                        int64_t *counts, size_t n_counts, lsc_error *error);
/** The watch is told how many leads were looked at. @param counts  [3] */
void flat_store_retain(lsc_store *store, const char *organization, int64_t activities_before_ms,
                       const char *activity_type, int64_t scores_before_ms, int64_t leads_before_ms,
                       bool dry_run, flat_watch *watch, int64_t *counts, size_t n_counts,
                       lsc_error *error);

/* The watch is told how many bytes of how many are copied. `key` may be NULL. */

void flat_store_backup(lsc_store *store, const char *path, const flat_key *key, flat_watch *watch,
                       lsc_error *error);
void flat_store_restore(const char *backup, const char *path, const flat_key *key, bool replace,
                        flat_watch *watch, lsc_error *error);

/** The watch is told the bytes. */
void flat_store_export_lead(lsc_store *store, const char *organization, const char *id,
                            flat_watch *watch, lsc_error *error);

#endif
