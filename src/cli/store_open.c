#include "store_open.h"

#include <time.h>

#include "key_file.h"

static int64_t wall_clock(void *ctx)
{
    (void)ctx;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Of an audited store whoever runs the program acts, who is not told. */
static const lsc_store_actor NOBODY = {sizeof NOBODY, NULL, wall_clock, NULL};

lsc_status lsc_open_keyed_store(const char *path, lsc_store_options *options,
                                const lsc_store_key *key, lsc_store **store, lsc_error *error)
{
    options->key = key;
    options->actor = &NOBODY;
    lsc_status status = lsc_store_open(path, options, store, error);
    options->key = NULL;
    return status;
}

lsc_status lsc_open_store(const char *path, lsc_store_options *options, const char *key_file,
                          lsc_store **store, lsc_error *error)
{
    lsc_store_key key = LSC_STORE_KEY_INIT;
    lsc_status status = key_file == NULL ? LSC_OK : lsc_store_key_read(key_file, &key, error);
    if (status == LSC_OK) {
        status = lsc_open_keyed_store(path, options, key_file == NULL ? NULL : &key, store, error);
    }
    lsc_store_key_wipe(&key);
    return status;
}

lsc_status lsc_open_store_source(const char *path, const char *organization, const char *key_file,
                                 lsc_source **source, lsc_error *error)
{
    lsc_store_key key = LSC_STORE_KEY_INIT;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    lsc_status status = LSC_OK;
    if (key_file != NULL) {
        status = lsc_store_key_read(key_file, &key, error);
        options.key = &key;
    }
    options.actor = &NOBODY;
    if (status == LSC_OK) {
        status = lsc_source_open_store(path, organization, &options, source, error);
    }
    lsc_store_key_wipe(&key);
    return status;
}

static lsc_status rekey(const char *path, const char *key_file, const lsc_store_key *key,
                        lsc_error *error)
{
    lsc_store *store = NULL;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.key = key;
    const bool has_it = lsc_store_open(path, &options, &store, error) == LSC_OK;
    lsc_status status = LSC_OK;
    if (!has_it) {
        status = lsc_open_store(path, &options, key_file, &store, error);
    }
    if (status == LSC_OK) {
        status = lsc_store_rekey(store, has_it ? NULL : key, error);
    }
    lsc_store_close(store);
    return status;
}

lsc_status lsc_rekey_store(const char *path, const char *key_file, const char *new_key_file,
                           lsc_error *error)
{
    lsc_store_key key = LSC_STORE_KEY_INIT;
    lsc_status status = lsc_store_key_read(new_key_file, &key, error);
    if (status == LSC_OK) {
        status = rekey(path, key_file, &key, error);
    }
    lsc_store_key_wipe(&key);
    return status;
}
