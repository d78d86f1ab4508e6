#include "earlier_rows.h"

#include <stdio.h>
#include <string.h>

#include "store/lead_rows.h"

/* What the column of properties is called where it is authenticated. */
#define PROPERTIES "earlier_properties.properties"
/* Room for a revision in decimal. */
#define REVISION_SIZE 24

/* The cell of a row of the store's subject. @param text  filled: it must live as long as the cell */
static lsc_cell cell_of(const lsc_store *store, int64_t revision, char text[REVISION_SIZE])
{
    snprintf(text, REVISION_SIZE, "%lld", (long long)revision);
    return (lsc_cell){PROPERTIES, 0, store->subject.uuid, text, ""};
}

/* Letting go. */

lsc_status lsc_earlier_rows_tidy(lsc_store *store, int64_t lead_key, lsc_error *error)
{
    /* Of each score the row that has what it was made from; -1 where that is how the lead is today. */
    static const char sql[] =
        "DELETE FROM earlier_properties WHERE lead_key = ?1 AND revision NOT IN"
        " (SELECT coalesce((SELECT min(e.revision) FROM earlier_properties e"
        "   WHERE e.lead_key = ?1 AND e.revision >= s.revision), -1)"
        "  FROM lead_scores s WHERE s.lead_key = ?1)";
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, lead_key);
    return lsc_query_finish(query, error);
}

/* Keeping. */

/*
 * The last revision that had the properties of today, and whether a kept score is of one that had them. A
 * lead that was changed since it was scored is at a revision of which no score is.
 */
static lsc_status find_use(lsc_store *store, int64_t lead_key, int64_t *revision, bool *is_used,
                           lsc_error *error)
{
    static const char sql[] =
        "SELECT last, last > kept AND (SELECT revision FROM lead_scores WHERE lead_key = ?1"
        "  AND revision > kept ORDER BY as_of DESC LIMIT 1) IS NOT NULL FROM"
        " (SELECT revision - (model_key = 0) AS last, coalesce((SELECT max(revision)"
        "   FROM earlier_properties WHERE lead_key = ?1), -1) AS kept"
        "  FROM score_queue WHERE lead_key = ?1)";
    lsc_query *query;
    bool row = false;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, lead_key);
        status = lsc_query_step(query, &row, error);
    }
    *revision = row ? lsc_query_int(query, 0) : 0;
    *is_used = row && lsc_query_int(query, 1) != 0;
    return lsc_query_end(query, status, error);
}

/* What is to be done before a row is written: its sealed column. */
static lsc_status prepare(lsc_store *store, const lsc_earlier_row *row, lsc_error *error)
{
    char text[REVISION_SIZE];
    const lsc_cell cell = cell_of(store, row->revision, text);
    lsc_status status = lsc_vault_ready(store, error);
    return status == LSC_OK && store->vault != NULL
               ? lsc_vault_seal(store, &cell, row->properties, row->length,
                                &store->vault->sealed[0], error)
               : status;
}

static lsc_status put(lsc_store *store, int64_t lead_key, const lsc_earlier_row *row,
                      lsc_error *error)
{
    static const char sql[] = "INSERT OR REPLACE INTO earlier_properties"
                              " (lead_key, revision, properties, sealed_properties)"
                              " VALUES (?1, ?2, ?3, ?4)";
    lsc_query *query;
    lsc_status status = prepare(store, row, error);
    if (status == LSC_OK) {
        status = lsc_query_begin(store->database, sql, &query, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, lead_key);
    lsc_query_set_int(query, 2, row->revision);
    lsc_vault_set_text(store, query, 3, row->properties, row->length);
    return lsc_query_finish(query, error);
}

lsc_status lsc_earlier_row_keep(lsc_store *store, int64_t lead_key, const char *properties,
                                lsc_error *error)
{
    bool is_used;
    lsc_earlier_row row = {.properties = properties, .length = strlen(properties)};
    lsc_status status = find_use(store, lead_key, &row.revision, &is_used, error);
    if (status != LSC_OK || !is_used) {
        return status;
    }
    status = put(store, lead_key, &row, error);
    return status == LSC_OK ? lsc_earlier_rows_tidy(store, lead_key, error) : status;
}

/* Reading. */

static lsc_status give(lsc_store *store, lsc_query *query, lsc_take_earlier take, void *ctx,
                       lsc_error *error)
{
    char text[REVISION_SIZE];
    lsc_earlier_row row = {.revision = lsc_query_int(query, 0)};
    const lsc_cell cell = cell_of(store, row.revision, text);
    lsc_status status =
        lsc_vault_text(store, &cell, query, 1, 2, &row.properties, &row.length, error);
    if (status == LSC_OK && row.properties == NULL) {
        return lsc_query_fail_missing(query, error);
    }
    return status == LSC_OK ? take(ctx, &row, error) : status;
}

/* Of a revision on, `limit` rows at the most. */
static lsc_status read(lsc_store *store, int64_t lead_key, int64_t revision, int64_t limit,
                       lsc_take_earlier take, void *ctx, lsc_error *error)
{
    static const char sql[] =
        "SELECT revision, properties, sealed_properties FROM earlier_properties"
        " WHERE lead_key = ?1 AND revision >= ?2 ORDER BY revision LIMIT ?3";
    lsc_query *query;
    lsc_status status = store->vault == NULL ? LSC_OK : lsc_lead_subject(store, lead_key, error);
    if (status == LSC_OK) {
        status = lsc_query_begin(store->database, sql, &query, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, lead_key);
    lsc_query_set_int(query, 2, revision);
    lsc_query_set_int(query, 3, limit);
    while (lsc_query_next(query, &status, error)) {
        status = give(store, query, take, ctx, error);
    }
    return lsc_query_end(query, status, error);
}

lsc_status lsc_earlier_rows_read(lsc_store *store, int64_t lead_key, lsc_take_earlier take,
                                 void *ctx, lsc_error *error)
{
    return read(store, lead_key, INT64_MIN, -1, take, ctx, error);
}

/* Passes one row on, and notes that there was one. */
typedef struct passing {
    lsc_take_earlier take;
    void *ctx;
    bool found;
} passing;

static lsc_status pass_on(void *ctx, const lsc_earlier_row *row, lsc_error *error)
{
    passing *at = ctx;
    at->found = true;
    return at->take(at->ctx, row, error);
}

lsc_status lsc_earlier_row_read_at(lsc_store *store, int64_t lead_key, int64_t revision,
                                   lsc_take_earlier take, void *ctx, bool *found, lsc_error *error)
{
    passing at = {.take = take, .ctx = ctx};
    lsc_status status = read(store, lead_key, revision, 1, pass_on, &at, error);
    *found = at.found;
    return status;
}

/* Sealing anew. */

typedef struct resealing {
    lsc_store *store;
    int64_t lead_key;
    size_t n_rows;
} resealing;

static lsc_status reseal(void *ctx, const lsc_earlier_row *row, lsc_error *error)
{
    resealing *at = ctx;
    at->n_rows++;
    return put(at->store, at->lead_key, row, error);
}

lsc_status lsc_earlier_rows_reseal(lsc_store *store, int64_t lead_key, size_t *n_rows,
                                   lsc_error *error)
{
    resealing at = {.store = store, .lead_key = lead_key};
    lsc_status status = lsc_earlier_rows_read(store, lead_key, reseal, &at, error);
    *n_rows += at.n_rows;
    return status;
}
