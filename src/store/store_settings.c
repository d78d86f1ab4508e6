#include "store_settings.h"

lsc_status lsc_setting_read(lsc_store *store, const char *name, int64_t *value, lsc_error *error)
{
    static const char sql[] = "SELECT value FROM store_settings WHERE name = ?1";
    lsc_query *query;
    bool row = false;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_text(query, 1, name);
        status = lsc_query_step(query, &row, error);
    }
    *value = row ? lsc_query_int(query, 0) : 0;
    return lsc_query_end(query, status, error);
}

lsc_status lsc_setting_write(lsc_store *store, const char *name, int64_t value, lsc_error *error)
{
    static const char sql[] = "INSERT OR REPLACE INTO store_settings (name, value) VALUES (?1, ?2)";
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_text(query, 1, name);
    lsc_query_set_int(query, 2, value);
    return lsc_query_finish(query, error);
}
