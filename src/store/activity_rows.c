#include "lead_rows.h"

#include <string.h>

#include "store/queue_rows.h"

/* What the column of data is called where it is authenticated. */
#define DATA "lead_activities.data"

/* Of statements whose parameters write() sets. */
#define COLUMNS_SET \
    "type = ?4, time = ?5, recorded_time = ?6, bot = ?7, data = ?8, sealed_data = ?9"
#define THE_ONE " WHERE lead_key = ?1 AND source = ?2 AND id = ?3"

static lsc_cell cell_of(const lsc_store *store, const lsc_activity_row *row)
{
    return (lsc_cell){DATA, 0, store->subject.uuid, row->id, row->source};
}

/* Before it is written: its sealed column. */
static lsc_status prepare(lsc_store *store, int64_t lead_key, const lsc_activity_row *row,
                          lsc_error *error)
{
    lsc_status status = lsc_vault_ready(store, error);
    if (status != LSC_OK || store->vault == NULL) {
        return status;
    }
    /* It was found, or made, in the change under way. */
    if (store->subject.key != lead_key) {
        status = lsc_lead_subject(store, lead_key, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    const lsc_cell cell = cell_of(store, row);
    return lsc_vault_seal(store, &cell, row->data, strlen(row->data), &store->vault->sealed[0],
                          error);
}

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
    lsc_vault_set_text(store, query, 8, row->data, strlen(row->data));
    status = lsc_query_finish(query, error);
    *written = status == LSC_OK && lsc_database_n_changed(store->database) > 0;
    return status;
}

/* The columns from `first` on: type, time, recorded_time, bot, data, sealed_data. */
static lsc_status read_rest(lsc_store *store, lsc_query *query, int first, lsc_activity_row *row,
                            lsc_error *error)
{
    size_t length;
    row->type = lsc_query_text(query, first, &length);
    row->time_ms = lsc_query_int(query, first + 1);
    row->recorded_time_ms = lsc_query_int(query, first + 2);
    row->bot = lsc_query_int(query, first + 3) != 0;
    if (row->source == NULL || row->id == NULL || row->type == NULL) {
        return lsc_query_fail_missing(query, error);
    }
    const lsc_cell cell = cell_of(store, row);
    lsc_status status = lsc_vault_text(store, &cell, query, first + 4, first + 5, &row->data,
                                       &row->data_length, error);
    return status == LSC_OK && row->data == NULL ? lsc_query_fail_missing(query, error) : status;
}

static int compare_numbers(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

/* Which of two duplicates stays: the lesser. */
static int compare(const lsc_activity_row *a, const lsc_activity_row *b)
{
    int order = compare_numbers(a->recorded_time_ms, b->recorded_time_ms);
    if (order == 0) {
        order = compare_numbers(a->time_ms, b->time_ms);
    }
    if (order == 0) {
        order = strcmp(a->type, b->type);
    }
    if (order == 0) {
        order = compare_numbers(a->bot, b->bot);
    }
    return order == 0 ? strcmp(a->data, b->data) : order;
}

/* Whether an activity wins over the one that stands in its place. */
static lsc_status wins(lsc_store *store, int64_t lead_key, const lsc_activity_row *row, bool *won,
                       lsc_error *error)
{
    static const char sql[] =
        "SELECT type, time, recorded_time, bot, data, sealed_data FROM lead_activities"
        " WHERE lead_key = ?1 AND source = ?2 AND id = ?3";
    lsc_activity_row held = {.source = row->source, .id = row->id, .data = ""};
    lsc_query *query;
    bool found = false;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, lead_key);
        lsc_query_set_text(query, 2, row->source);
        lsc_query_set_text(query, 3, row->id);
        status = lsc_query_step(query, &found, error);
    }
    if (found) {
        status = read_rest(store, query, 0, &held, error);
    }
    *won = found && status == LSC_OK && compare(row, &held) < 0;
    return lsc_query_end(query, status, error);
}

static lsc_status rewrite(lsc_store *store, const char *sql, int64_t lead_key,
                          const lsc_activity_row *row, lsc_error *error)
{
    bool written;
    lsc_status status = prepare(store, lead_key, row, error);
    return status == LSC_OK ? write(store, sql, lead_key, row, &written, error) : status;
}

lsc_status lsc_activity_row_put(lsc_store *store, int64_t lead_key, const lsc_activity_row *row,
                                bool *added, lsc_error *error)
{
    static const char insert[] =
        "INSERT INTO lead_activities (lead_key, source, id, type, time, recorded_time, bot, data,"
        " sealed_data, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, " LSC_SQL_NEXT_REVISION
        ") ON CONFLICT (lead_key, source, id) DO NOTHING";
    static const char win[] =
        "UPDATE lead_activities SET " COLUMNS_SET ", revision = " LSC_SQL_NEXT_REVISION THE_ONE;
    bool won = false;
    lsc_status status = prepare(store, lead_key, row, error);
    if (status == LSC_OK) {
        status = write(store, insert, lead_key, row, added, error);
    }
    if (status == LSC_OK && !*added) {
        status = wins(store, lead_key, row, &won, error);
    }
    if (won) {
        status = rewrite(store, win, lead_key, row, error);
    }
    return status == LSC_OK && (*added || won) ? lsc_queue_mark(store, lead_key, error) : status;
}

lsc_status lsc_activity_row_replace(lsc_store *store, int64_t lead_key, const lsc_activity_row *row,
                                    lsc_error *error)
{
    static const char sql[] = "UPDATE lead_activities SET " COLUMNS_SET THE_ONE;
    return rewrite(store, sql, lead_key, row, error);
}

static lsc_status read_row(lsc_store *store, lsc_query *query, lsc_activity_row *row,
                           lsc_error *error)
{
    size_t length;
    row->source = lsc_query_text(query, 0, &length);
    row->id = lsc_query_text(query, 1, &length);
    return read_rest(store, query, 2, row, error);
}

/* Give each row of a query that is set to `take`, and end it. */
static lsc_status take_rows(lsc_store *store, lsc_query *query, lsc_take_activity take, void *ctx,
                            lsc_error *error)
{
    lsc_status status = LSC_OK;
    while (lsc_query_next(query, &status, error)) {
        lsc_activity_row activity = {.source = NULL};
        status = read_row(store, query, &activity, error);
        if (status == LSC_OK) {
            status = take(ctx, &activity, error);
        }
    }
    return lsc_query_end(query, status, error);
}

/* Begin a query whose first parameter is the lead, by whose UUID its rows are sealed. */
static lsc_status begin_query(lsc_store *store, const char *sql, int64_t lead_key,
                              lsc_query **query, lsc_error *error)
{
    lsc_status status = store->vault == NULL ? LSC_OK : lsc_lead_subject(store, lead_key, error);
    if (status == LSC_OK) {
        status = lsc_query_begin(store->database, sql, query, error);
    }
    if (status == LSC_OK) {
        lsc_query_set_int(*query, 1, lead_key);
    }
    return status;
}

#define READ_SQL                                                           \
    "SELECT source, id, type, time, recorded_time, bot, data, sealed_data" \
    " FROM lead_activities WHERE lead_key = ?1"

lsc_status lsc_activity_rows_read(lsc_store *store, int64_t lead_key, lsc_take_activity take,
                                  void *ctx, lsc_error *error)
{
    static const char sql[] = READ_SQL;
    lsc_query *query;
    lsc_status status = begin_query(store, sql, lead_key, &query, error);
    return status == LSC_OK ? take_rows(store, query, take, ctx, error) : status;
}

lsc_status lsc_activity_rows_read_at(lsc_store *store, int64_t lead_key, int64_t revision,
                                     lsc_take_activity take, void *ctx, lsc_error *error)
{
    static const char sql[] = READ_SQL " AND coalesce(revision, 0) <= ?2";
    lsc_query *query;
    lsc_status status = begin_query(store, sql, lead_key, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 2, revision);
    return take_rows(store, query, take, ctx, error);
}

/* A page. What is not asked for lets every row through. */
#define PAGE_SQL READ_SQL " AND time >= ?2 AND time < ?3 AND (?4 IS NULL OR type = ?4)"

lsc_status lsc_activity_rows_list(lsc_store *store, int64_t lead_key,
                                  const lsc_activity_query *wanted, lsc_take_activity take,
                                  void *ctx, lsc_error *error)
{
    static const char onward[] = PAGE_SQL " AND (time, source, id) > (?5, ?6, ?7)"
                                          " ORDER BY time, source, id LIMIT ?8";
    static const char backward[] = PAGE_SQL " AND (time, source, id) < (?5, ?6, ?7)"
                                            " ORDER BY time DESC, source DESC, id DESC LIMIT ?8";
    const int64_t first_ms = wanted->latest_first ? INT64_MAX : INT64_MIN;
    const bool begins = wanted->after_id == NULL;
    lsc_query *query;
    lsc_status status =
        begin_query(store, wanted->latest_first ? backward : onward, lead_key, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 2, wanted->from_ms == LSC_TIME_NONE ? INT64_MIN : wanted->from_ms);
    lsc_query_set_int(query, 3, wanted->until_ms == LSC_TIME_NONE ? INT64_MAX : wanted->until_ms);
    lsc_query_set_text(query, 4, wanted->type);
    lsc_query_set_int(query, 5, begins ? first_ms : wanted->after_ms);
    lsc_query_set_text(query, 6,
                       begins || wanted->after_source == NULL ? "" : wanted->after_source);
    lsc_query_set_text(query, 7, begins ? "" : wanted->after_id);
    lsc_query_set_int(query, 8, (int64_t)wanted->limit);
    return take_rows(store, query, take, ctx, error);
}
