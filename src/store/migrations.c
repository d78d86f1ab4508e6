#include "migrations.h"

#include <stdio.h>

static lsc_status read_version(lsc_database *database, int64_t *version, lsc_error *error)
{
    return lsc_database_number(database, "PRAGMA user_version", version, error);
}

static lsc_status take_step(lsc_database *database, const char *step, int number, lsc_error *error)
{
    char marks[96];
    snprintf(marks, sizeof marks, "PRAGMA application_id = %d; PRAGMA user_version = %d",
             LSC_STORE_APPLICATION_ID, number);
    lsc_status status = lsc_database_run(database, step, error);
    return status == LSC_OK ? lsc_database_run(database, marks, error) : status;
}

/* Another process may have taken the step since the version was read: it is read again within. */
static lsc_status migrate_once(lsc_database *database, const char *const *steps, int n_steps,
                               bool *done, lsc_error *error)
{
    lsc_status status = lsc_change_begin(database, error);
    if (status != LSC_OK) {
        return status;
    }
    int64_t version = 0;
    status = read_version(database, &version, error);
    *done = version >= n_steps || version < 0;
    if (status == LSC_OK && !*done) {
        status = take_step(database, steps[version], (int)version + 1, error);
    }
    return lsc_change_end(database, status, error);
}

lsc_status lsc_migrate(lsc_database *database, const char *const *steps, int n_steps,
                       lsc_error *error)
{
    bool done = false;
    lsc_status status = LSC_OK;
    for (int step = 0; step <= n_steps && status == LSC_OK && !done; step++) {
        status = migrate_once(database, steps, n_steps, &done, error);
    }
    if (status == LSC_OK && !done) {
        status =
            lsc_fail(error, LSC_IO, "%s: its version does not change", lsc_database_name(database));
    }
    return status;
}

lsc_status lsc_store_recognize(lsc_database *database, int *version, lsc_error *error)
{
    int64_t application = 0;
    int64_t number = 0;
    int64_t n_objects = 0;
    lsc_status status = lsc_database_number(database, "PRAGMA application_id", &application, error);
    if (status == LSC_OK) {
        status = read_version(database, &number, error);
    }
    if (status == LSC_OK) {
        status =
            lsc_database_number(database, "SELECT count(*) FROM sqlite_schema", &n_objects, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    const bool is_empty = application == 0 && number == 0 && n_objects == 0;
    if (!is_empty && application != LSC_STORE_APPLICATION_ID) {
        return lsc_fail(error, LSC_BAD_STORE, "%s: is the database of another program",
                        lsc_database_name(database));
    }
    if (number > LSC_STORE_VERSION) {
        return lsc_fail(error, LSC_UNSUPPORTED,
                        "%s: is of version %lld, this library knows up to %d",
                        lsc_database_name(database), (long long)number, LSC_STORE_VERSION);
    }
    if (!is_empty && number < 1) {
        return lsc_fail(error, LSC_BAD_STORE, "%s: its version is %lld",
                        lsc_database_name(database), (long long)number);
    }
    *version = (int)number;
    return LSC_OK;
}
