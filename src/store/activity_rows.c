#include "lead_rows.h"

#include "store/queue_rows.h"

/* The second decides which of two duplicates stays. */
static const char insert[] =
    "INSERT INTO lead_activities (lead_key, source, id, type, time, recorded_time, bot, data)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (lead_key, source, id) DO NOTHING";
static const char replace[] =
    "UPDATE lead_activities SET type = ?4, time = ?5, recorded_time = ?6, bot = ?7, data = ?8"
    " WHERE lead_key = ?1 AND source = ?2 AND id = ?3"
    " AND (?6, ?5, ?4, ?7, ?8) < (recorded_time, time, type, bot, data)";

static lsc_status write(lsc_store *store, const char *sql, int64_t lead_key,
                        const lsc_activity_row *row, bool *written, lsc_error *error)
{
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, lead_key);
    lsc_query_set_text(query, 2, row->source);
    lsc_query_set_text(query, 3, row->id);
    lsc_query_set_text(query, 4, row->type);
    lsc_query_set_int(query, 5, row->time_ms);
    lsc_query_set_int(query, 6, row->recorded_time_ms);
    lsc_query_set_int(query, 7, row->bot);
    lsc_query_set_text(query, 8, row->data);
    status = lsc_query_finish(query, error);
    *written = status == LSC_OK && lsc_database_n_changed(store->database) > 0;
    return status;
}

lsc_status lsc_activity_row_put(lsc_store *store, int64_t lead_key, const lsc_activity_row *row,
                                bool *added, lsc_error *error)
{
    bool replaced = false;
    lsc_status status = write(store, insert, lead_key, row, added, error);
    if (status == LSC_OK && !*added) {
        status = write(store, replace, lead_key, row, &replaced, error);
    }
    return status == LSC_OK && (*added || replaced) ? lsc_queue_mark(store, lead_key, error)
                                                    : status;
}

static lsc_status read_row(lsc_query *query, lsc_activity_row *row, lsc_error *error)
{
    size_t length;
    *row = (lsc_activity_row){
        .source = lsc_query_text(query, 0, &length),
        .id = lsc_query_text(query, 1, &length),
        .type = lsc_query_text(query, 2, &length),
        .time_ms = lsc_query_int(query, 3),
        .recorded_time_ms = lsc_query_int(query, 4),
        .bot = lsc_query_int(query, 5) != 0,
    };
    row->data = lsc_query_text(query, 6, &row->data_length);
    bool whole = row->source != NULL && row->id != NULL && row->type != NULL && row->data != NULL;
    return whole ? LSC_OK : lsc_query_fail_missing(query, error);
}

lsc_status lsc_activity_rows_read(lsc_store *store, int64_t lead_key, lsc_take_activity take,
                                  void *ctx, lsc_error *error)
{
    static const char sql[] = "SELECT source, id, type, time, recorded_time, bot, data"
                              " FROM lead_activities WHERE lead_key = ?1";
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, lead_key);
    while (lsc_query_next(query, &status, error)) {
        lsc_activity_row activity;
        status = read_row(query, &activity, error);
        if (status == LSC_OK) {
            status = take(ctx, &activity, error);
        }
    }
    return lsc_query_end(query, status, error);
}
