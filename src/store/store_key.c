#include "store_key.h"

#include <string.h>

#include "core/ed25519.h"
#include "core/hash.h"
#include "core/options.h"
#include "core/secret.h"
#include "core/text.h"

/** Bytes of the id that follows from a key. */
#define DERIVED_ID 32

void lsc_store_key_init(lsc_store_key *key, size_t size)
{
    const lsc_store_key defaults = LSC_STORE_KEY_INIT;
    lsc_options_init(key, size, &defaults, sizeof defaults);
}

static lsc_status take_id(const char *id, lsc_known_key *key, lsc_error *error)
{
    const size_t length = strlen(id);
    if (length == 0 || lsc_utf8_check(id, length) != length) {
        return lsc_fail(error, LSC_INVALID_ARG, "the id of the key is %s",
                        length == 0 ? "empty" : "not UTF-8");
    }
    if (length > LSC_MAX_KEY_ID) {
        return lsc_fail(error, LSC_LIMIT, "the id of the key has %zu bytes, at most %d are taken",
                        length, LSC_MAX_KEY_ID);
    }
    memcpy(key->id, id, length + 1);
    return LSC_OK;
}

/* The first half of a hash that says nothing of the key. */
static lsc_status derive_id(lsc_known_key *key, lsc_error *error)
{
    uint8_t hash[LSC_HASH_SIZE];
    lsc_status status = lsc_secret_derive(key->bytes, sizeof key->bytes, NULL, 0,
                                          "leadscore key id", hash, sizeof hash, error);
    if (status == LSC_OK) {
        lsc_hash_format(hash, key->id);
        memset(key->id + DERIVED_ID, 0, sizeof key->id - DERIVED_ID);
    }
    return status;
}

lsc_status lsc_store_read_key(const lsc_store_key *given, lsc_known_key *key, lsc_error *error)
{
    static const uint8_t zeros[LSC_STORE_KEY_SIZE];
    lsc_store_key known = LSC_STORE_KEY_INIT;
    lsc_status status = lsc_options_read("lsc_store_key", &known, sizeof known, given,
                                         LSC_SIZE_UP_TO(lsc_store_key, bytes), error);
    memset(key, 0, sizeof *key);
    if (status == LSC_OK && memcmp(known.bytes, zeros, sizeof zeros) == 0) {
        status = lsc_fail(error, LSC_BAD_KEY, "the key is all zero");
    }
    if (status == LSC_OK) {
        memcpy(key->bytes, known.bytes, sizeof key->bytes);
        status = known.id != NULL ? take_id(known.id, key, error) : derive_id(key, error);
    }
    if (status != LSC_OK) {
        lsc_cleanse(key, sizeof *key);
    }
    lsc_cleanse(&known, sizeof known);
    return status;
}
