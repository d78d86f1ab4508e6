#include "audit.h"

#include <string.h>

#include <leadscore/clock.h>
#include <leadscore/lead.h>

#include "core/options.h"
#include "core/time_check.h"
#include "store/earlier_rows.h"
#include "store/lead_rows.h"
#include "store/purge.h"
#include "store/queue_rows.h"

/** Rows that are looked at or deleted in one transaction, a lead's together. */
#define BATCH 5000
/** As how many rows a lead counts that goes with all that is held of it. */
#define ROWS_OF_A_LEAD 50

/** A pass over the leads of an organization. */
typedef struct retaining {
    lsc_store *store;
    const lsc_retention *wanted;
    lsc_retention_counts counts;
    int64_t organization_key;
    int64_t lead_key;              /* the one that is looked at */
    char uuid[LSC_UUID_SIZE];      /* of it */
    char id[LSC_MAX_STORE_ID + 1]; /* of it; then the last one of the pass */
    uint64_t n_leads;              /* looked at */
    size_t n_rows;                 /* of the transaction under way */
} retaining;

void lsc_retention_init(lsc_retention *retention, size_t size)
{
    const lsc_retention defaults = LSC_RETENTION_INIT;
    lsc_options_init(retention, size, &defaults, sizeof defaults);
}

void lsc_retention_counts_init(lsc_retention_counts *counts, size_t size)
{
    const lsc_retention_counts defaults = LSC_RETENTION_COUNTS_INIT;
    lsc_options_init(counts, size, &defaults, sizeof defaults);
}

static lsc_status check_time(const char *what, int64_t time_ms, lsc_error *error)
{
    return time_ms == LSC_TIME_NONE ? LSC_OK : lsc_time_check(what, time_ms, error);
}

static lsc_status read_wanted(const lsc_retention *given, lsc_retention *wanted, lsc_error *error)
{
    *wanted = (lsc_retention)LSC_RETENTION_INIT;
    lsc_status status = lsc_options_read("lsc_retention", wanted, sizeof *wanted, given,
                                         LSC_SIZE_UP_TO(lsc_retention, progress_ctx), error);
    if (status == LSC_OK) {
        status = check_time("retention.activities_before_ms", wanted->activities_before_ms, error);
    }
    if (status == LSC_OK) {
        status = check_time("retention.scores_before_ms", wanted->scores_before_ms, error);
    }
    if (status == LSC_OK) {
        status = check_time("retention.leads_before_ms", wanted->leads_before_ms, error);
    }
    if (status == LSC_OK && wanted->activity_type != NULL) {
        status = lsc_store_check_text("retention.activity_type", wanted->activity_type,
                                      LSC_MAX_TEXT, error);
    }
    if (status == LSC_OK && wanted->activities_before_ms == LSC_TIME_NONE &&
        (wanted->activity_type != NULL ||
         (wanted->scores_before_ms == LSC_TIME_NONE && wanted->leads_before_ms == LSC_TIME_NONE))) {
        return lsc_fail(error, LSC_INVALID_ARG, "retention: %s",
                        wanted->activity_type != NULL ? "activity_type without activities_before_ms"
                                                      : "nothing is to go");
    }
    return status;
}

/* Run a statement about the lead: a count, or what changes rows. */

static lsc_status count(const retaining *at, const char *sql, int64_t before_ms, const char *type,
                        uint64_t *n, lsc_error *error)
{
    lsc_query *query;
    bool row = false;
    lsc_status status = lsc_query_begin(at->store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, at->lead_key);
        lsc_query_set_int(query, 2, before_ms);
        if (type != NULL) {
            lsc_query_set_text(query, 3, type);
        }
        status = lsc_query_step(query, &row, error);
    }
    *n = row ? (uint64_t)lsc_query_int(query, 0) : 0;
    return lsc_query_end(query, status, error);
}

static lsc_status change(const retaining *at, const char *sql, int64_t before_ms, const char *type,
                         uint64_t *n, lsc_error *error)
{
    uint64_t none;
    lsc_status status = count(at, sql, before_ms, type, &none, error);
    *n = status == LSC_OK ? (uint64_t)lsc_database_n_changed(at->store->database) : 0;
    return status;
}

/* A lead whole. */

static lsc_status is_untouched(const retaining *at, bool *untouched, lsc_error *error)
{
    static const char sql[] =
        "SELECT max(coalesce(created_at, ?2), coalesce(last_seen, ?2),"
        " coalesce((SELECT max(time) FROM lead_activities WHERE lead_key = ?1), ?2),"
        " coalesce((SELECT max(time) FROM outcomes WHERE lead_key = ?1), ?2),"
        " coalesce((SELECT max(time) FROM consents WHERE lead_key = ?1), ?2))"
        " FROM leads WHERE key = ?1";
    lsc_query *query;
    bool row = false;
    *untouched = false;
    if (at->wanted->leads_before_ms == LSC_TIME_NONE) {
        return LSC_OK;
    }
    lsc_status status = lsc_query_begin(at->store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, at->lead_key);
        lsc_query_set_int(query, 2, LSC_TIME_NONE);
        status = lsc_query_step(query, &row, error);
    }
    const int64_t last_ms = row ? lsc_query_int(query, 0) : LSC_TIME_NONE;
    *untouched = last_ms != LSC_TIME_NONE && last_ms < at->wanted->leads_before_ms;
    return lsc_query_end(query, status, error);
}

static lsc_status erase_lead(retaining *at, lsc_error *error)
{
    const lsc_audit_entry entry = {"erase lead", at->organization_key, at->uuid, 1};
    at->counts.leads++;
    at->n_rows += ROWS_OF_A_LEAD;
    if (at->wanted->dry_run) {
        return LSC_OK;
    }
    at->store->subject.key = 0;
    lsc_status status = lsc_lead_row_delete(at->store, at->lead_key, error);
    return status == LSC_OK ? lsc_audit_note(at->store, &entry, error) : status;
}

/* Activities. */

#define OLD_ACTIVITIES \
    " FROM lead_activities WHERE lead_key = ?1 AND time < ?2 AND (?3 IS NULL OR type = ?3)"

static lsc_status drop_activities(retaining *at, uint64_t *n, lsc_error *error)
{
    static const char count_sql[] = "SELECT count(*)" OLD_ACTIVITIES;
    /* What is not known any more of the lead's last activity is kept of it: its time. */
    static const char note_sql[] =
        "UPDATE leads SET last_seen = (SELECT max(coalesce(leads.last_seen, max(time)), "
        "max(time))" OLD_ACTIVITIES ") WHERE key = ?1 AND EXISTS (SELECT 1" OLD_ACTIVITIES ")";
    static const char delete_sql[] = "DELETE" OLD_ACTIVITIES;
    const lsc_retention *wanted = at->wanted;
    const int64_t before_ms = wanted->activities_before_ms;
    *n = 0;
    if (before_ms == LSC_TIME_NONE) {
        return LSC_OK;
    }
    if (wanted->dry_run) {
        return count(at, count_sql, before_ms, wanted->activity_type, n, error);
    }
    uint64_t n_noted = 0;
    lsc_status status = change(at, note_sql, before_ms, wanted->activity_type, &n_noted, error);
    if (status == LSC_OK && n_noted > 0) {
        status = change(at, delete_sql, before_ms, wanted->activity_type, n, error);
    }
    return status == LSC_OK && *n > 0 ? lsc_queue_mark(at->store, at->lead_key, error) : status;
}

/* Scores. */

static lsc_status drop_scores(retaining *at, uint64_t *n, lsc_error *error)
{
    static const char count_sql[] =
        "SELECT count(*) FROM lead_scores WHERE lead_key = ?1 AND as_of < ?2";
    static const char delete_sql[] = "DELETE FROM lead_scores WHERE lead_key = ?1 AND as_of < ?2";
    static const char latest_sql[] = "DELETE FROM latest_scores WHERE lead_key = ?1 AND as_of < ?2";
    const int64_t before_ms = at->wanted->scores_before_ms;
    uint64_t n_latest = 0;
    *n = 0;
    if (before_ms == LSC_TIME_NONE) {
        return LSC_OK;
    }
    if (at->wanted->dry_run) {
        return count(at, count_sql, before_ms, NULL, n, error);
    }
    lsc_status status = change(at, delete_sql, before_ms, NULL, n, error);
    if (status != LSC_OK || *n == 0) {
        return status;
    }
    status = change(at, latest_sql, before_ms, NULL, &n_latest, error);
    if (status == LSC_OK && n_latest > 0) {
        status = lsc_queue_mark(at->store, at->lead_key, error);
    }
    return status == LSC_OK ? lsc_earlier_rows_tidy(at->store, at->lead_key, error) : status;
}

/* The pass. */

static lsc_status look_at_lead(retaining *at, lsc_error *error)
{
    bool untouched;
    uint64_t n_activities = 0;
    uint64_t n_scores = 0;
    at->n_leads++;
    at->n_rows++;
    lsc_status status = is_untouched(at, &untouched, error);
    if (status != LSC_OK || untouched) {
        return status == LSC_OK ? erase_lead(at, error) : status;
    }
    status = drop_activities(at, &n_activities, error);
    if (status == LSC_OK) {
        status = drop_scores(at, &n_scores, error);
    }
    at->counts.activities += n_activities;
    at->counts.scores += n_scores;
    at->n_rows += (size_t)(n_activities + n_scores);
    return status;
}

/* The row of next_lead(). An id that could not have been put would be met again and again. */
static lsc_status keep_place(retaining *at, lsc_query *query, lsc_error *error)
{
    size_t length;
    size_t uuid_length;
    const char *id = lsc_query_text(query, 1, &length);
    const char *uuid = lsc_query_text(query, 2, &uuid_length);
    if (id == NULL || length >= sizeof at->id || strlen(id) != length || uuid == NULL ||
        uuid_length >= sizeof at->uuid) {
        return lsc_query_fail_missing(query, error);
    }
    at->lead_key = lsc_query_int(query, 0);
    memcpy(at->id, id, length + 1);
    memcpy(at->uuid, uuid, uuid_length + 1);
    return LSC_OK;
}

static lsc_status next_lead(retaining *at, bool *found, lsc_error *error)
{
    static const char sql[] = "SELECT key, external_id, uuid FROM leads WHERE organization_key = ?1"
                              " AND external_id > ?2 ORDER BY external_id LIMIT 1";
    lsc_query *query;
    *found = false;
    lsc_status status = lsc_query_begin(at->store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, at->organization_key);
        lsc_query_set_text(query, 2, at->id);
        status = lsc_query_step(query, found, error);
    }
    if (*found) {
        status = keep_place(at, query, error);
    }
    return lsc_query_end(query, status, error);
}

static lsc_status note(const retaining *at, const char *action, uint64_t amount, lsc_error *error)
{
    const lsc_audit_entry entry = {action, at->organization_key, NULL, (int64_t)amount};
    return amount > 0 ? lsc_audit_note(at->store, &entry, error) : LSC_OK;
}

/* What went in the transaction under way: that it did, and that a purge is due. */
static lsc_status note_batch(const retaining *at, const lsc_retention_counts *before,
                             lsc_error *error)
{
    const uint64_t n_activities = at->counts.activities - before->activities;
    const uint64_t n_scores = at->counts.scores - before->scores;
    lsc_status status = note(at, "delete activities", n_activities, error);
    if (status == LSC_OK) {
        status = note(at, "delete scores", n_scores, error);
    }
    return status == LSC_OK && n_activities + n_scores + at->counts.leads - before->leads > 0
               ? lsc_purge_note(at->store, error)
               : status;
}

static lsc_status look_at_some(retaining *at, bool *more, lsc_error *error)
{
    const lsc_retention_counts before = at->counts;
    lsc_status status = LSC_OK;
    at->n_rows = 0;
    *more = true;
    while (status == LSC_OK && *more && at->n_rows < BATCH) {
        status = next_lead(at, more, error);
        if (status == LSC_OK && *more) {
            status = look_at_lead(at, error);
        }
    }
    return status == LSC_OK && !at->wanted->dry_run ? note_batch(at, &before, error) : status;
}

/* One transaction; of a dry run a look. Where it is undone its counts are, too. */
static lsc_status run_batch(retaining *at, bool *more, lsc_error *error)
{
    lsc_database *database = at->store->database;
    const lsc_retention_counts before = at->counts;
    const bool dry = at->wanted->dry_run;
    lsc_status status = dry ? lsc_look_begin(database, error) : lsc_change_begin(database, error);
    if (status != LSC_OK) {
        return status;
    }
    status = look_at_some(at, more, error);
    status = dry ? lsc_look_end(database, status) : lsc_change_end(database, status, error);
    if (status != LSC_OK) {
        at->counts = before;
        return status;
    }
    return at->wanted->progress == NULL ||
                   at->wanted->progress(at->wanted->progress_ctx, at->n_leads)
               ? LSC_OK
               : lsc_fail(error, LSC_CANCELLED, "it was stopped by its caller");
}

static lsc_status run(retaining *at, const char *organization, lsc_error *error)
{
    bool on;
    bool more = true;
    lsc_status status =
        lsc_organization_find(at->store, organization, &at->organization_key, error);
    if (status == LSC_OK && !at->wanted->dry_run) {
        status = lsc_audit_is_on(at->store, &on, error); /* somebody acts, or nothing is begun */
    }
    while (status == LSC_OK && more) {
        status = run_batch(at, &more, error);
    }
    return status == LSC_OK && !at->wanted->dry_run ? lsc_store_purge(at->store, error) : status;
}

lsc_status lsc_store_retain(lsc_store *store, const char *organization,
                            const lsc_retention *retention, lsc_retention_counts *counts,
                            lsc_error *error)
{
    const size_t least = LSC_SIZE_UP_TO(lsc_retention_counts, scores);
    if (store == NULL || retention == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL",
                        store == NULL ? "store" : "retention");
    }
    if (lsc_change_depth(store->database) > 0) {
        return lsc_fail(error, LSC_INVALID_ARG, "a transaction has begun: end it first");
    }
    lsc_retention wanted;
    lsc_status status = read_wanted(retention, &wanted, error);
    if (status == LSC_OK && counts != NULL) {
        status = lsc_options_check("lsc_retention_counts", counts, least, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    retaining at = {.store = store, .wanted = &wanted, .counts = LSC_RETENTION_COUNTS_INIT};
    status = run(&at, organization, error);
    if (counts != NULL) {
        lsc_options_write("lsc_retention_counts", &at.counts, sizeof at.counts, counts, least,
                          NULL);
    }
    return status;
}
