#include "secret.h"

#include <string.h>
#include <sys/random.h>

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "crypto_context.h"

/* The most that getentropy() gives at once. */
#define MOST_BYTES 256

/*
 * The system's own. Those of libcrypto leave something of their context with the thread that asked, which
 * that thread takes down when it ends, also where another has freed the context before.
 */
lsc_status lsc_secret_random(void *bytes, size_t length, lsc_error *error)
{
    unsigned char *at = bytes;
    while (length > 0) {
        size_t n = length < MOST_BYTES ? length : MOST_BYTES;
        if (getentropy(at, n) != 0) {
            return lsc_fail(error, LSC_INTERNAL, "the system has no random bytes");
        }
        at += n;
        length -= n;
    }
    return LSC_OK;
}

/* libcrypto's parameters are not const, and only read. */
static void *unconst(const void *bytes)
{
    void *same;
    memcpy(&same, &bytes, sizeof same);
    return same;
}

static lsc_status derive(const lsc_crypto *crypto, OSSL_PARAM *params, void *out, size_t length,
                         lsc_error *error)
{
    EVP_KDF *kind = EVP_KDF_fetch(crypto->context, OSSL_KDF_NAME_HKDF, NULL);
    EVP_KDF_CTX *context = kind == NULL ? NULL : EVP_KDF_CTX_new(kind);
    lsc_status status = LSC_OK;
    if (context == NULL || EVP_KDF_derive(context, out, length, params) != 1) {
        status = lsc_crypto_fail(error);
    }
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kind);
    return status;
}

lsc_status lsc_secret_derive(const void *key, size_t key_length, const void *salt,
                             size_t salt_length, const char *info, void *out, size_t length,
                             lsc_error *error)
{
    static const char digest[] = "SHA256";
    OSSL_PARAM params[5];
    OSSL_PARAM *at = params;
    *at++ = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, unconst(digest), 0);
    *at++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, unconst(key), key_length);
    *at++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, unconst(info), strlen(info));
    if (salt_length > 0) {
        *at++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, unconst(salt), salt_length);
    }
    *at = OSSL_PARAM_construct_end();
    lsc_crypto crypto;
    lsc_status status = lsc_crypto_open(&crypto, error);
    if (status == LSC_OK) {
        status = derive(&crypto, params, out, length, error);
    }
    lsc_crypto_close(&crypto);
    return status;
}
