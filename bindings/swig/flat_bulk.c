#include "flat_bulk.h"

#include "flat_support.h"

static bool tell_count(void *ctx, uint64_t n)
{
    const flat_watch *watch = ctx;
    return watch->tell(watch->ctx, NULL, 0, (double)n, 0, NULL);
}

void flat_store_ingest(lsc_store *store, const char *organization, const char *leads,
                       const char *activities, const char *outcomes, const char *rejects,
                       size_t batch, lsc_aliases *aliases, flat_watch *watch, int64_t *counts,
                       size_t n_counts, lsc_error *error)
{
    lsc_ingest ingest = LSC_INGEST_INIT;
    lsc_ingest_counts taken = LSC_INGEST_COUNTS_INIT;
    if (!flat_has_room(n_counts, 5, error)) {
        return;
    }
    ingest.leads = leads;
    ingest.activities = activities;
    ingest.outcomes = outcomes;
    ingest.rejects = rejects;
    ingest.batch = batch;
    ingest.aliases = aliases;
    ingest.progress = watch == NULL ? NULL : tell_count;
    ingest.progress_ctx = watch;
    lsc_store_ingest(store, organization, &ingest, &taken, error);
    counts[0] = (int64_t)taken.leads;
    counts[1] = (int64_t)taken.activities;
    counts[2] = (int64_t)taken.duplicates;
    counts[3] = (int64_t)taken.outcomes;
    counts[4] = (int64_t)taken.rejected;
}

static bool tell_score(void *ctx, const lsc_stored_score *score, bool changed)
{
    const flat_watch *watch = ctx;
    return watch->tell(watch->ctx, NULL, 0, changed ? 1 : 0, 0, score);
}

void flat_store_rescore(lsc_store *store, const char *organization, lsc_model *model,
                        bool stale_only, int64_t as_of_ms, int n_threads, flat_watch *watch,
                        int64_t *counts, size_t n_counts, lsc_error *error)
{
    lsc_rescoring rescoring = LSC_RESCORING_INIT;
    lsc_rescoring_counts done = LSC_RESCORING_COUNTS_INIT;
    if (!flat_has_room(n_counts, 2, error)) {
        return;
    }
    rescoring.as_of_ms = as_of_ms;
    rescoring.n_threads = n_threads;
    rescoring.take = watch == NULL ? NULL : tell_score;
    rescoring.take_ctx = watch;
    if (stale_only) {
        lsc_store_score_stale(store, organization, model, &rescoring, &done, error);
    } else {
        lsc_store_score_all(store, organization, model, &rescoring, &done, error);
    }
    counts[0] = (int64_t)done.scored;
    counts[1] = (int64_t)done.changed;
}

void flat_store_retain(lsc_store *store, const char *organization, int64_t activities_before_ms,
                       const char *activity_type, int64_t scores_before_ms, int64_t leads_before_ms,
                       bool dry_run, flat_watch *watch, int64_t *counts, size_t n_counts,
                       lsc_error *error)
{
    lsc_retention retention = LSC_RETENTION_INIT;
    lsc_retention_counts gone = LSC_RETENTION_COUNTS_INIT;
    if (!flat_has_room(n_counts, 3, error)) {
        return;
    }
    retention.activities_before_ms = activities_before_ms;
    retention.activity_type = activity_type;
    retention.scores_before_ms = scores_before_ms;
    retention.leads_before_ms = leads_before_ms;
    retention.dry_run = dry_run;
    retention.progress = watch == NULL ? NULL : tell_count;
    retention.progress_ctx = watch;
    lsc_store_retain(store, organization, &retention, &gone, error);
    counts[0] = (int64_t)gone.leads;
    counts[1] = (int64_t)gone.activities;
    counts[2] = (int64_t)gone.scores;
}

static bool tell_bytes(void *ctx, uint64_t n_bytes, uint64_t n_all)
{
    const flat_watch *watch = ctx;
    return watch->tell(watch->ctx, NULL, 0, (double)n_bytes, (double)n_all, NULL);
}

void flat_store_backup(lsc_store *store, const char *path, const flat_key *key, flat_watch *watch,
                       lsc_error *error)
{
    lsc_backup backup = LSC_BACKUP_INIT;
    backup.key = flat_key_inner(key);
    backup.progress = watch == NULL ? NULL : tell_bytes;
    backup.progress_ctx = watch;
    lsc_store_backup(store, path, &backup, error);
}

void flat_store_restore(const char *backup, const char *path, const flat_key *key, bool replace,
                        flat_watch *watch, lsc_error *error)
{
    lsc_restore restore = LSC_RESTORE_INIT;
    restore.key = flat_key_inner(key);
    restore.replace = replace;
    restore.progress = watch == NULL ? NULL : tell_bytes;
    restore.progress_ctx = watch;
    lsc_store_restore(backup, path, &restore, error);
}

static bool tell_text(void *ctx, const char *bytes, size_t length)
{
    const flat_watch *watch = ctx;
    return watch->tell(watch->ctx, bytes, length, 0, 0, NULL);
}

void flat_store_export_lead(lsc_store *store, const char *organization, const char *id,
                            flat_watch *watch, lsc_error *error)
{
    lsc_store_export_lead(store, organization, id, watch == NULL ? NULL : tell_text, watch, error);
}
