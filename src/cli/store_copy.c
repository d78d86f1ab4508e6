/* Backups of a store, and stores of a backup. */
#include "store_args.h"

#include "held_signals.h"
#include "key_file.h"
#include "meter.h"
#include "store_open.h"

static bool show(void *ctx, uint64_t n_bytes, uint64_t n_all)
{
    lsc_meter_show(ctx, "copying", n_all == 0 ? 1 : (double)n_bytes / (double)n_all);
    return lsc_held_signal() == 0;
}

static lsc_status write_backup(const lsc_store_args *args, const lsc_store_key *key,
                               lsc_meter *meter, lsc_error *error)
{
    lsc_store *store = NULL;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    lsc_backup wanted = LSC_BACKUP_INIT;
    wanted.key = key;
    wanted.progress = show;
    wanted.progress_ctx = meter;
    lsc_status status = lsc_open_keyed_store(&args->store, &options, NULL, &store, error);
    if (status == LSC_BAD_KEY && key != NULL) { /* its fields are encrypted, too */
        status = lsc_open_keyed_store(&args->store, &options, key, &store, error);
    }
    if (status == LSC_OK) {
        status = lsc_store_backup(store, args->output, &wanted, error);
    }
    lsc_store_close(store);
    return status;
}

static lsc_status bring_back(const lsc_store_args *args, const lsc_store_key *key, lsc_meter *meter,
                             lsc_error *error)
{
    lsc_restore wanted = LSC_RESTORE_INIT;
    wanted.key = key;
    wanted.replace = args->force;
    wanted.progress = show;
    wanted.progress_ctx = meter;
    return lsc_store_restore(args->backup, args->store.path, &wanted, error);
}

/* One of the two above. */
typedef lsc_status copy_call(const lsc_store_args *args, const lsc_store_key *key, lsc_meter *meter,
                             lsc_error *error);

static lsc_status run(copy_call *call, const lsc_store_args *args, lsc_error *error)
{
    lsc_store_key key;
    const lsc_store_key *given;
    lsc_held_signals held;
    lsc_status status = lsc_store_key_read(args->store.key_file, &key, &given, error);
    if (status == LSC_OK) {
        lsc_meter meter = lsc_meter_start();
        /* One that comes ends the program when nothing is left beside the file. */
        lsc_hold_signals(&held);
        status = call(args, given, &meter, error);
        lsc_meter_end(&meter);
        lsc_release_signals(&held);
    }
    lsc_store_key_wipe(&key);
    return status;
}

lsc_status lsc_store_back_up(const lsc_store_args *args, lsc_error *error)
{
    return run(write_backup, args, error);
}

lsc_status lsc_store_bring_back(const lsc_store_args *args, lsc_error *error)
{
    return run(bring_back, args, error);
}
