#include <string.h>

#include "core/options.h"
#include "pipeline/properties_json.h"
#include "store/audit.h"
#include "store/lead_rows.h"

/* Rows that are being read, of those there is room for. */
typedef struct listing {
    lsc_store *store;
    lsc_companion *companion;
    lsc_stored_activity *rows;
    size_t n;
} listing;

void lsc_activity_query_init(lsc_activity_query *query, size_t size)
{
    const lsc_activity_query defaults = LSC_ACTIVITY_QUERY_INIT;
    lsc_options_init(query, size, &defaults, sizeof defaults);
}

static lsc_status check_after(const lsc_activity_query *wanted, lsc_error *error)
{
    if (wanted->after_id == NULL) {
        return LSC_OK;
    }
    if (wanted->after_ms == LSC_TIME_NONE) {
        return lsc_fail(error, LSC_INVALID_ARG, "query.after_ms is not a time");
    }
    return LSC_OK;
}

static lsc_status read_query(const lsc_activity_query *given, lsc_activity_query *wanted,
                             lsc_error *error)
{
    *wanted = (lsc_activity_query)LSC_ACTIVITY_QUERY_INIT;
    lsc_status status = LSC_OK;
    if (given != NULL) {
        status = lsc_options_read("lsc_activity_query", wanted, sizeof *wanted, given,
                                  LSC_SIZE_UP_TO(lsc_activity_query, latest_first), error);
    }
    if (status == LSC_OK) {
        status = check_after(wanted, error);
    }
    return status == LSC_OK ? lsc_store_check_limit(wanted->limit, &wanted->limit, error) : status;
}

static bool keep(listing *at, const char *text, size_t length, const char **kept)
{
    *kept = lsc_arena_copy(at->store->page, text, length);
    return *kept != NULL;
}

static lsc_status write_data(listing *at, const lsc_activity_row *row, lsc_error *error)
{
    lsc_json_writer writer;
    lsc_buffer_clear(&at->store->text);
    lsc_json_writer_init(&writer, &at->store->text, 0);
    lsc_status status =
        lsc_properties_put(at->companion, row->data, row->data_length, &writer, error);
    return status == LSC_OK ? lsc_buffer_status(&at->store->text, error) : status;
}

static lsc_status keep_row(void *ctx, const lsc_activity_row *row, lsc_error *error)
{
    listing *at = ctx;
    lsc_stored_activity *kept = &at->rows[at->n++];
    lsc_status status = write_data(at, row, error);
    if (status != LSC_OK) {
        return status;
    }
    *kept = (lsc_stored_activity){
        .time_ms = row->time_ms, .recorded_time_ms = row->recorded_time_ms, .bot = row->bot};
    const lsc_buffer *data = &at->store->text;
    return keep(at, row->id, strlen(row->id), &kept->id) &&
                   keep(at, row->source, strlen(row->source), &kept->source) &&
                   keep(at, row->type, strlen(row->type), &kept->type) &&
                   keep(at, data->data, data->length, &kept->data)
               ? LSC_OK
               : lsc_fail_memory(error);
}

static lsc_status list(listing *at, const char *organization, const char *lead_id,
                       const lsc_activity_query *wanted, lsc_error *error)
{
    int64_t key = 0;
    lsc_store *store = at->store;
    lsc_status status = lsc_lead_row_find_in(store, organization, lead_id, &key, error);
    lsc_store_turn_page(store);
    if (status != LSC_OK) {
        return status;
    }
    at->rows = lsc_arena_alloc(store->page, wanted->limit * sizeof *at->rows);
    return at->rows == NULL ? lsc_fail_memory(error)
                            : lsc_activity_rows_list(store, key, wanted, keep_row, at, error);
}

lsc_status lsc_store_list_activities(lsc_store *store, const char *organization,
                                     const char *lead_id, const lsc_activity_query *query,
                                     const lsc_stored_activity **activities, size_t *n,
                                     lsc_error *error)
{
    if (store == NULL || activities == NULL || n == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store, activities or n is NULL");
    }
    listing at = {.store = store};
    lsc_activity_query wanted;
    bool noting = false;
    lsc_status status = read_query(query, &wanted, error);
    if (status == LSC_OK) {
        status = lsc_companion_of(store, &at.companion, error);
    }
    if (status == LSC_OK) {
        status = lsc_audit_read_begin(store, &noting, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    status = list(&at, organization, lead_id, &wanted, error);
    status =
        lsc_audit_read_end(store, noting ? "read activities" : NULL, (int64_t)at.n, status, error);
    if (status == LSC_OK) {
        *activities = at.rows;
        *n = at.n;
    }
    return status;
}
