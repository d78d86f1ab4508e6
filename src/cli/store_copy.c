#include "store_copy.h"

#include <signal.h>
#include <stddef.h>

#include <leadscore/store.h>

#include "key_file.h"
#include "meter.h"
#include "store_open.h"

static volatile sig_atomic_t caught;

static void note_signal(int number)
{
    caught = number;
}

/* A signal that would end the program does so when nothing is left beside the file. */
static const int ENDING[] = {SIGINT, SIGTERM, SIGHUP};

enum {
    N_ENDING = sizeof ENDING / sizeof ENDING[0]
};

static void hold_signals(struct sigaction *before)
{
    const struct sigaction noting = {.sa_handler = note_signal};
    for (size_t i = 0; i < N_ENDING; i++) {
        sigaction(ENDING[i], &noting, &before[i]);
        if (before[i].sa_handler == SIG_IGN) { /* as under nohup */
            sigaction(ENDING[i], &before[i], NULL);
        }
    }
}

static void release_signals(const struct sigaction *before)
{
    for (size_t i = 0; i < N_ENDING; i++) {
        sigaction(ENDING[i], &before[i], NULL);
    }
    if (caught != 0) {
        raise(caught);
    }
}

static bool show(void *ctx, uint64_t n_bytes, uint64_t n_all)
{
    lsc_meter_show(ctx, "copying", n_all == 0 ? 1 : (double)n_bytes / (double)n_all);
    return caught == 0;
}

static lsc_status back_up(const lsc_store_copy *copy, const lsc_store_key *key, lsc_meter *meter,
                          lsc_error *error)
{
    lsc_store *store = NULL;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    lsc_backup wanted = LSC_BACKUP_INIT;
    wanted.key = key;
    wanted.progress = show;
    wanted.progress_ctx = meter;
    lsc_status status = lsc_open_keyed_store(&copy->access, &options, NULL, &store, error);
    if (status == LSC_BAD_KEY && key != NULL) { /* its fields are encrypted, too */
        status = lsc_open_keyed_store(&copy->access, &options, key, &store, error);
    }
    if (status == LSC_OK) {
        status = lsc_store_backup(store, copy->backup, &wanted, error);
    }
    lsc_store_close(store);
    return status;
}

static lsc_status bring_back(const lsc_store_copy *copy, const lsc_store_key *key, lsc_meter *meter,
                             lsc_error *error)
{
    lsc_restore wanted = LSC_RESTORE_INIT;
    wanted.key = key;
    wanted.replace = copy->force;
    wanted.progress = show;
    wanted.progress_ctx = meter;
    return lsc_store_restore(copy->backup, copy->access.path, &wanted, error);
}

/* One of the two above. */
typedef lsc_status copy_call(const lsc_store_copy *copy, const lsc_store_key *key, lsc_meter *meter,
                             lsc_error *error);

static lsc_status run(copy_call *call, const lsc_store_copy *copy, lsc_error *error)
{
    struct sigaction before[N_ENDING];
    lsc_store_key key = LSC_STORE_KEY_INIT;
    lsc_status status = copy->access.key_file == NULL
                            ? LSC_OK
                            : lsc_store_key_read(copy->access.key_file, &key, error);
    if (status == LSC_OK) {
        lsc_meter meter = lsc_meter_start();
        hold_signals(before);
        status = call(copy, copy->access.key_file == NULL ? NULL : &key, &meter, error);
        lsc_meter_end(&meter);
        release_signals(before);
    }
    lsc_store_key_wipe(&key);
    return status;
}

lsc_status lsc_store_copy_out(const lsc_store_copy *copy, lsc_error *error)
{
    return run(back_up, copy, error);
}

lsc_status lsc_store_copy_back(const lsc_store_copy *copy, lsc_error *error)
{
    return run(bring_back, copy, error);
}
