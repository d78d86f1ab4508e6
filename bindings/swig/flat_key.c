#include "flat_key.h"

#include "common/system_time.h"
#include "flat_support.h"

#include <stdlib.h>
#include <string.h>

struct flat_key {
    lsc_store_key key;
    char *id;
};

flat_key *flat_key_new(const char *secret, size_t secret_length, const char *id, lsc_error *error)
{
    if (secret_length != LSC_STORE_KEY_SIZE) {
        flat_fail(error, LSC_INVALID_ARG, "the key is not 32 bytes");
        return NULL;
    }
    flat_key *made = flat_alloc(sizeof *made, error);
    if (made == NULL) {
        return NULL;
    }
    lsc_store_key_init(&made->key, sizeof made->key);
    memcpy(made->key.bytes, secret, LSC_STORE_KEY_SIZE);
    made->id = flat_copy(id, error);
    if (id != NULL && made->id == NULL) {
        flat_key_free(made);
        return NULL;
    }
    made->key.id = made->id;
    return made;
}

const lsc_store_key *flat_key_inner(const flat_key *key)
{
    return key == NULL ? NULL : &key->key;
}

void flat_key_free(flat_key *key)
{
    if (key != NULL) {
        flat_cleanse(key->key.bytes, sizeof key->key.bytes);
        free(key->id);
        free(key);
    }
}

struct flat_actor {
    lsc_store_actor actor;
    char *uuid;
    int64_t time_ms;
};

/* The library reads no clock; the host says what time it is. */
static int64_t time_of(void *ctx)
{
    const flat_actor *actor = ctx;
    return actor->time_ms != LSC_TIME_NONE ? actor->time_ms : lsc_system_time_ms();
}

flat_actor *flat_actor_new(const char *uuid, int64_t time_ms, lsc_error *error)
{
    flat_actor *made = flat_alloc(sizeof *made, error);
    if (made == NULL) {
        return NULL;
    }
    made->time_ms = time_ms;
    made->uuid = flat_copy(uuid, error);
    if (uuid != NULL && made->uuid == NULL) {
        flat_actor_free(made);
        return NULL;
    }
    lsc_store_actor_init(&made->actor, sizeof made->actor);
    made->actor.uuid = made->uuid;
    made->actor.now_ms = time_of;
    made->actor.ctx = made;
    return made;
}

const lsc_store_actor *flat_actor_inner(const flat_actor *actor)
{
    return actor == NULL ? NULL : &actor->actor;
}

void flat_actor_free(flat_actor *actor)
{
    if (actor != NULL) {
        free(actor->uuid);
        free(actor);
    }
}

lsc_store *flat_store_open_as(const char *path, bool create, bool read_only, int durability,
                              int busy_ms, bool make_leads, const flat_key *key, flat_actor *actor,
                              lsc_error *error)
{
    lsc_store *store = NULL;
    lsc_store_options options =
        flat_store_options(create, read_only, durability, busy_ms, make_leads);
    options.key = flat_key_inner(key);
    options.actor = flat_actor_inner(actor);
    lsc_store_open(path, &options, &store, error);
    return store;
}

void flat_store_set_actor(lsc_store *store, flat_actor *actor, lsc_error *error)
{
    lsc_store_set_actor(store, &actor->actor, error);
}

void flat_store_rekey(lsc_store *store, const flat_key *key, lsc_error *error)
{
    lsc_store_rekey(store, flat_key_inner(key), error);
}

void flat_cleanse(void *memory, size_t size)
{
    volatile unsigned char *bytes = memory;
    for (size_t i = 0; i < size; i++) {
        bytes[i] = 0;
    }
}
