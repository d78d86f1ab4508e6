#include "mac.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "crypto_context.h"
#include "ed25519.h"

struct lsc_mac {
    lsc_allocator allocator;
    lsc_crypto crypto;
    EVP_MAC *kind;
    EVP_MAC_CTX *context;
    uint8_t key[LSC_MAC_KEY_SIZE];
};

static int open_mac(lsc_mac *mac)
{
    mac->kind = EVP_MAC_fetch(mac->crypto.context, "HMAC", NULL);
    mac->context = mac->kind == NULL ? NULL : EVP_MAC_CTX_new(mac->kind);
    if (mac->context == NULL) {
        return 0;
    }
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_CTX_set_params(mac->context, params);
}

lsc_status lsc_mac_new(const uint8_t key[LSC_MAC_KEY_SIZE], const lsc_allocator *allocator,
                       lsc_mac **mac, lsc_error *error)
{
    *mac = NULL;
    lsc_mac *made = lsc_alloc_array(allocator, 1, sizeof *made);
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    made->allocator = *allocator;
    memcpy(made->key, key, sizeof made->key);
    lsc_status status = lsc_crypto_open(&made->crypto, error); /* sets a mark */
    if (status == LSC_OK && open_mac(made) != 1) {
        status = lsc_crypto_fail(error);
    }
    ERR_pop_to_mark();
    if (status != LSC_OK) {
        lsc_mac_free(made);
        return status;
    }
    *mac = made;
    return LSC_OK;
}

void lsc_mac_free(lsc_mac *mac)
{
    if (mac == NULL) {
        return;
    }
    ERR_set_mark();
    EVP_MAC_CTX_free(mac->context);
    EVP_MAC_free(mac->kind);
    lsc_crypto_close(&mac->crypto); /* and back to the mark */
    lsc_allocator allocator = mac->allocator;
    lsc_cleanse(mac->key, sizeof mac->key);
    lsc_release(&allocator, mac);
}

lsc_status lsc_mac_of(lsc_mac *mac, const void *message, size_t length, uint8_t code[LSC_MAC_SIZE],
                      lsc_error *error)
{
    uint8_t made[LSC_MAC_SIZE];
    size_t n = 0;
    ERR_set_mark();
    int result = EVP_MAC_init(mac->context, mac->key, sizeof mac->key, NULL);
    if (result == 1) {
        result = EVP_MAC_update(mac->context, message, length);
    }
    if (result == 1) {
        result = EVP_MAC_final(mac->context, made, &n, sizeof made);
    }
    lsc_status status = result == 1 && n == sizeof made ? LSC_OK : lsc_crypto_fail(error);
    ERR_pop_to_mark();
    if (status == LSC_OK) {
        memcpy(code, made, sizeof made);
    }
    return status;
}
