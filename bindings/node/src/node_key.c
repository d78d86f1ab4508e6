#include "node_key.h"

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
