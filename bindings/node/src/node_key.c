#include "node_key.h"

#include "common/system_time.h"

#include <string.h>

bool lsc_node_read_key(napi_env env, napi_value bytes, napi_value id, lsc_node_key *key)
{
    lsc_node_text text = {0};
    lsc_store_key_init(&key->key, sizeof(key->key));
    if (!lsc_node_read_text(env, bytes, &text) || !lsc_node_read_name(env, id, &key->id)) {
        lsc_node_text_free(&text);
        return false;
    }
    bool is_text = text.block != NULL;
    key->given = text.bytes != NULL && !is_text && text.length == LSC_STORE_KEY_SIZE;
    if (key->given) {
        memcpy(key->key.bytes, text.bytes, LSC_STORE_KEY_SIZE);
        key->key.id = key->id.bytes;
    } else if (text.bytes != NULL) {
        lsc_node_refuse(env, "the key is not 32 bytes");
    }
    bool right = key->given || text.bytes == NULL;
    lsc_node_text_free(&text);
    return right;
}

const lsc_store_key *lsc_node_key_of(const lsc_node_key *key)
{
    return key->given ? &key->key : NULL;
}

void lsc_node_key_free(lsc_node_key *key)
{
    lsc_node_cleanse(key->key.bytes, sizeof(key->key.bytes));
    lsc_node_text_free(&key->id);
    key->given = false;
}

/* The library reads no clock; the host says what time it is. */
static int64_t now_ms(void *ctx)
{
    const int64_t *time_ms = ctx;
    return *time_ms != LSC_TIME_NONE ? *time_ms : lsc_system_time_ms();
}

bool lsc_node_read_actor(napi_env env, napi_value uuid, napi_value time, int64_t *time_ms,
                         lsc_node_text *text, lsc_store_actor *actor)
{
    if (!lsc_node_read_name(env, uuid, text) || !lsc_node_read_time(env, time, time_ms)) {
        return false;
    }
    lsc_store_actor_init(actor, sizeof(*actor));
    actor->uuid = text->bytes;
    actor->now_ms = now_ms;
    actor->ctx = time_ms;
    return true;
}
