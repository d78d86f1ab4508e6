#include "store_open.h"

#include <ctype.h>

#include "command.h"
#include "key_file.h"

static int64_t wall_clock(void *ctx)
{
    (void)ctx;
    return lsc_now_ms();
}

/** Room for a UUID. */
#define UUID_SIZE 37

static bool is_uuid(const char *text)
{
    static const char FORM[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    size_t i = 0;
    while (text[i] != '\0' && i < sizeof FORM - 1 &&
           (FORM[i] == '-' ? text[i] == '-' : isxdigit((unsigned char)text[i]) != 0)) {
        i++;
    }
    return i == sizeof FORM - 1 && text[i] == '\0';
}

/* Whose id it is knows the store. */
static lsc_status find_actor(const lsc_store_access *access, lsc_store *store, char uuid[UUID_SIZE],
                             lsc_error *error)
{
    if (access->organization == NULL) {
        return lsc_fail_with(error, LSC_INVALID_ARG,
                             "'%s' is no UUID: --organization ID says whose user it is",
                             access->actor);
    }
    return lsc_store_account_uuid(store, access->organization, LSC_ACCOUNT_USER, access->actor,
                                  uuid, error);
}

static lsc_status name_actor(const lsc_store_access *access, lsc_store *store, lsc_error *error)
{
    char uuid[UUID_SIZE];
    const lsc_store_actor actor = {sizeof actor, uuid, wall_clock, NULL};
    const lsc_status status = find_actor(access, store, uuid, error);
    return status == LSC_OK ? lsc_store_set_actor(store, &actor, error) : status;
}

lsc_status lsc_open_keyed_store(const lsc_store_access *access, lsc_store_options *options,
                                const lsc_store_key *key, lsc_store **store, lsc_error *error)
{
    const bool is_named = access->actor != NULL && !is_uuid(access->actor);
    const lsc_store_actor actor = {sizeof actor, is_named ? NULL : access->actor, wall_clock, NULL};
    options->key = key;
    options->actor = &actor;
    lsc_status status = lsc_store_open(access->path, options, store, error);
    options->key = NULL;
    options->actor = NULL;
    if (status == LSC_OK && is_named) {
        status = name_actor(access, *store, error);
        if (status != LSC_OK) {
            lsc_store_close(*store);
            *store = NULL;
        }
    }
    return status;
}

lsc_status lsc_open_store(const lsc_store_access *access, lsc_store_options *options,
                          lsc_store **store, lsc_error *error)
{
    lsc_store_key key;
    const lsc_store_key *given;
    lsc_status status = lsc_store_key_read(access->key_file, &key, &given, error);
    if (status == LSC_OK) {
        status = lsc_open_keyed_store(access, options, given, store, error);
    }
    lsc_store_key_wipe(&key);
    return status;
}

/* The UUID of who acts, by a look into the store where it is a user's id that was given. */
static lsc_status look_up_actor(const lsc_store_access *access, const lsc_store_options *options,
                                char uuid[UUID_SIZE], const char **actor, lsc_error *error)
{
    lsc_store *store;
    lsc_store_options reading = *options;
    reading.read_only = true;
    *actor = access->actor;
    if (access->actor == NULL || is_uuid(access->actor)) {
        return LSC_OK;
    }
    lsc_status status = lsc_store_open(access->path, &reading, &store, error);
    if (status == LSC_OK) {
        status = find_actor(access, store, uuid, error);
        lsc_store_close(store);
    }
    *actor = uuid;
    return status;
}

lsc_status lsc_open_keyed_source(const lsc_store_access *access, const lsc_store_key *key,
                                 lsc_source **source, lsc_error *error)
{
    char uuid[UUID_SIZE];
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    lsc_store_actor actor = {sizeof actor, NULL, wall_clock, NULL};
    options.key = key;
    const lsc_status status = look_up_actor(access, &options, uuid, &actor.uuid, error);
    options.actor = &actor;
    return status == LSC_OK
               ? lsc_source_open_store(access->path, access->organization, &options, source, error)
               : status;
}

lsc_status lsc_open_store_source(const lsc_store_access *access, lsc_source **source,
                                 lsc_error *error)
{
    lsc_store_key key;
    const lsc_store_key *given;
    lsc_status status = lsc_store_key_read(access->key_file, &key, &given, error);
    if (status == LSC_OK) {
        status = lsc_open_keyed_source(access, given, source, error);
    }
    lsc_store_key_wipe(&key);
    return status;
}

static lsc_status rekey(const lsc_store_access *access, const lsc_store_key *key, lsc_error *error)
{
    lsc_store *store = NULL;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.key = key;
    const bool has_it = lsc_store_open(access->path, &options, &store, error) == LSC_OK;
    lsc_status status = LSC_OK;
    if (!has_it) {
        status = lsc_open_store(access, &options, &store, error);
    }
    if (status == LSC_OK) {
        status = lsc_store_rekey(store, has_it ? NULL : key, error);
    }
    lsc_store_close(store);
    return status;
}

lsc_status lsc_rekey_store(const lsc_store_access *access, const char *new_key_file,
                           lsc_error *error)
{
    lsc_store_key key;
    const lsc_store_key *given;
    lsc_status status = lsc_store_key_read(new_key_file, &key, &given, error);
    if (status == LSC_OK) {
        status = rekey(access, given, error);
    }
    lsc_store_key_wipe(&key);
    return status;
}
