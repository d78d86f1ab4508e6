#include "store_settings.h"

#include "store/purge.h"

/* A number of its own, by which lsc_purge() tells what goes while it is at work. */
lsc_status lsc_purge_note(lsc_store *store, lsc_error *error)
{
    const int64_t number = (int64_t)(lsc_database_random() >> 1 | 1);
    return lsc_setting_write(store, LSC_SETTING_PURGE, number, error);
}

/* Unless something went meanwhile, which the file was not written anew for. */
static lsc_status note_done(lsc_store *store, int64_t due, lsc_error *error)
{
    int64_t now = 0;
    lsc_status status = lsc_setting_read(store, LSC_SETTING_PURGE, &now, error);
    return status == LSC_OK && now == due ? lsc_setting_write(store, LSC_SETTING_PURGE, 0, error)
                                          : status;
}

/*
 * Pages that are taken apart and put together anew keep copies of what stood in them beside what stands in
 * them now, which secure_delete does not reach: the file is written anew, and the log is emptied into it.
 */
lsc_status lsc_purge(lsc_store *store, lsc_error *error)
{
    int64_t busy = 0;
    int64_t due = 0;
    lsc_status status = lsc_setting_read(store, LSC_SETTING_PURGE, &due, error);
    if (status == LSC_OK) {
        status = lsc_database_run(store->database, "VACUUM", error);
    }
    if (status == LSC_OK) {
        status =
            lsc_database_number(store->database, "PRAGMA wal_checkpoint(TRUNCATE)", &busy, error);
    }
    if (status == LSC_OK && busy != 0) {
        status = lsc_fail(error, LSC_BUSY, "%s: another connection is reading what was erased",
                          lsc_database_name(store->database));
    }
    if (status == LSC_OK) {
        status = lsc_change_begin(store->database, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    status = note_done(store, due, error);
    return lsc_change_end(store->database, status, error);
}

lsc_status lsc_store_purge(lsc_store *store, lsc_error *error)
{
    int64_t due = 0;
    if (store == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store is NULL");
    }
    if (lsc_change_depth(store->database) > 0) {
        return lsc_fail(error, LSC_INVALID_ARG, "a transaction has begun: end it first");
    }
    lsc_status status = lsc_setting_read(store, LSC_SETTING_PURGE, &due, error);
    return status == LSC_OK && due != 0 ? lsc_purge(store, error) : status;
}
