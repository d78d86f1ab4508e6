#include "store_data.h"

#include <string.h>

#include "core/options.h"
#include "store/migrations.h"

void lsc_store_counts_init(lsc_store_counts *counts, size_t size)
{
    const lsc_store_counts defaults = LSC_STORE_COUNTS_INIT;
    lsc_options_init(counts, size, &defaults, sizeof defaults);
}

/* Counting. */

/* One row of what there is: of one organization, or of all where the parameter is NULL. */
static const char count_sql[] =
    "SELECT"
    " (SELECT count(*) FROM organizations WHERE ?1 IS NULL OR key = ?1),"
    " (SELECT count(*) FROM leads WHERE ?1 IS NULL OR organization_key = ?1),"
    " (SELECT count(*) FROM lead_activities JOIN leads ON leads.key = lead_key"
    "  WHERE ?1 IS NULL OR organization_key = ?1),"
    " (SELECT count(*) FROM outcomes JOIN leads ON leads.key = lead_key"
    "  WHERE ?1 IS NULL OR organization_key = ?1),"
    " (SELECT count(*) FROM scoring_models WHERE ?1 IS NULL OR organization_key = ?1),"
    " (SELECT count(*) FROM lead_scores JOIN leads ON leads.key = lead_key"
    "  WHERE ?1 IS NULL OR organization_key = ?1)";

static lsc_status count_rows(lsc_store *store, const int64_t *organization_key,
                             lsc_store_counts *counts, lsc_error *error)
{
    lsc_query *query;
    bool row = false;
    lsc_status status = lsc_query_begin(store->database, count_sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    if (organization_key != NULL) {
        lsc_query_set_int(query, 1, *organization_key);
    }
    status = lsc_query_step(query, &row, error);
    if (row) {
        counts->organizations = lsc_query_int(query, 0);
        counts->leads = lsc_query_int(query, 1);
        counts->activities = lsc_query_int(query, 2);
        counts->outcomes = lsc_query_int(query, 3);
        counts->models = lsc_query_int(query, 4);
        counts->scores = lsc_query_int(query, 5);
    }
    return lsc_query_end(query, status, error);
}

static lsc_status count_bytes(lsc_store *store, int64_t *bytes, lsc_error *error)
{
    int64_t n_pages = 0;
    int64_t page_bytes = 0;
    lsc_status status = lsc_database_number(store->database, "PRAGMA page_count", &n_pages, error);
    if (status == LSC_OK) {
        status = lsc_database_number(store->database, "PRAGMA page_size", &page_bytes, error);
    }
    *bytes = n_pages * page_bytes;
    return status;
}

lsc_status lsc_store_count(lsc_store *store, const char *organization, lsc_store_counts *counts,
                           lsc_error *error)
{
    if (store == NULL || counts == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", store == NULL ? "store" : "counts");
    }
    lsc_store_counts found = LSC_STORE_COUNTS_INIT;
    int64_t key = 0;
    lsc_status status = lsc_look_begin(store->database, error);
    if (status != LSC_OK) {
        return status;
    }
    if (organization != NULL) {
        status = lsc_organization_find(store, organization, &key, error);
    }
    if (status == LSC_OK) {
        status = count_rows(store, organization == NULL ? NULL : &key, &found, error);
    }
    if (status == LSC_OK) {
        status = count_bytes(store, &found.bytes, error);
    }
    status = lsc_look_end(store->database, status);
    return status == LSC_OK ? lsc_options_write("lsc_store_counts", &found, sizeof found, counts,
                                                LSC_SIZE_UP_TO(lsc_store_counts, bytes), error)
                            : status;
}

/* Checking. */

/* Run a statement that gives no row, or "ok", where all is well; else its first row says what is not. */
static lsc_status expect_none(lsc_store *store, const char *sql, const char *what, lsc_error *error)
{
    lsc_query *query;
    bool row = false;
    lsc_status status = lsc_query_begin_once(store->database, sql, &query, error);
    if (status == LSC_OK) {
        status = lsc_query_step(query, &row, error);
    }
    if (row) {
        size_t length;
        const char *found = lsc_query_text(query, 0, &length);
        if (found == NULL) {
            status = lsc_query_fail_missing(query, error);
        } else if (strcmp(found, "ok") != 0) {
            status = lsc_fail(error, LSC_BAD_STORE, "%s: %s: %.300s",
                              lsc_database_name(store->database), what, found);
        }
    }
    return lsc_query_end(query, status, error);
}

static const char schema_sql[] = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY sql";

/* The next line of a schema; "" past the last. */
static lsc_status next_line(lsc_query *query, const char **line, lsc_error *error)
{
    bool row;
    size_t length;
    lsc_status status = lsc_query_step(query, &row, error);
    *line = "";
    if (status == LSC_OK && row) {
        *line = lsc_query_text(query, 0, &length);
        status = *line == NULL ? lsc_query_fail_missing(query, error) : LSC_OK;
    }
    return status;
}

/* Both are in the order of their lines: the lesser of two that differ is not in the other. */
static lsc_status compare_schemas(lsc_query *held, lsc_query *made, const char *name,
                                  lsc_error *error)
{
    const char *line_held = "";
    const char *line_made = "";
    do {
        lsc_status status = next_line(held, &line_held, error);
        if (status == LSC_OK) {
            status = next_line(made, &line_made, error);
        }
        if (status != LSC_OK) {
            return status;
        }
        int order = strcmp(line_held, line_made);
        if (order != 0) {
            bool lacks = line_held[0] == '\0' || (order > 0 && line_made[0] != '\0');
            return lsc_fail(error, LSC_BAD_STORE, "%s: its schema %s \"%.60s\"", name,
                            lacks ? "lacks" : "has beside that of a store",
                            lacks ? line_made : line_held);
        }
    } while (line_held[0] != '\0');
    return LSC_OK;
}

/* Compare the tables with those of a store that is made for it. */
static lsc_status check_schema(lsc_store *store, lsc_error *error)
{
    lsc_database *fresh;
    lsc_query *held = NULL;
    lsc_query *made = NULL;
    lsc_status status =
        lsc_database_open(NULL, LSC_ACCESS_CREATE, 0, &store->allocator, &fresh, error);
    if (status == LSC_OK) {
        status = lsc_migrate(fresh, lsc_store_steps, LSC_STORE_VERSION, error);
    }
    if (status == LSC_OK) {
        status = lsc_query_begin_once(fresh, schema_sql, &made, error);
    }
    if (status == LSC_OK) {
        status = lsc_query_begin_once(store->database, schema_sql, &held, error);
    }
    if (status == LSC_OK) {
        status = compare_schemas(held, made, lsc_database_name(store->database), error);
    }
    status = lsc_query_end(held, status, error);
    status = lsc_query_end(made, status, error);
    lsc_database_close(fresh);
    return status;
}

lsc_status lsc_store_check(lsc_store *store, lsc_error *error)
{
    /* What SQL cannot say of a row: whose lead a score's model is. */
    static const char strays[] =
        "SELECT 'a score by a model of another organization' FROM lead_scores"
        " JOIN leads ON leads.key = lead_key JOIN scoring_models ON scoring_models.key = model_key"
        " WHERE leads.organization_key <> scoring_models.organization_key LIMIT 1";
    static const char latest[] =
        "SELECT 'the latest score of a lead is not the latest' FROM latest_scores"
        " JOIN leads ON leads.key = lead_key"
        " WHERE latest_scores.organization_key <> leads.organization_key"
        " OR latest_scores.external_id <> leads.external_id"
        " OR latest_scores.as_of <> (SELECT max(as_of) FROM lead_scores"
        "  WHERE lead_scores.lead_key = latest_scores.lead_key) LIMIT 1";
    if (store == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store is NULL");
    }
    lsc_status status = lsc_look_begin(store->database, error);
    if (status != LSC_OK) {
        return status;
    }
    status = expect_none(store, "PRAGMA integrity_check(1)", "is damaged", error);
    if (status == LSC_OK) {
        status = check_schema(store, error);
    }
    if (status == LSC_OK) {
        status = expect_none(store,
                             "SELECT \"table\" || ' refers to what is not there'"
                             " FROM pragma_foreign_key_check LIMIT 1",
                             "is damaged", error);
    }
    if (status == LSC_OK) {
        status = expect_none(store, strays, "is damaged", error);
    }
    if (status == LSC_OK) {
        status = expect_none(store, latest, "is damaged", error);
    }
    return lsc_look_end(store->database, status);
}
