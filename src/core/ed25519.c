#include "ed25519.h"

#include <string.h>

#include <openssl/evp.h>

#include "crypto_context.h"

bool lsc_ed25519_is_weak(const uint8_t key[LSC_ED25519_KEY_SIZE])
{
    /* The y of the points of order 1, 2, 4 and 8, in every encoding below 2^255. */
    static const uint8_t weak[][LSC_ED25519_KEY_SIZE] = {
        {0},
        {1},
        {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
         0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
         0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
        {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
         0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
         0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
        {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
         0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
         0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
        {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
         0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
         0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
        {0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
         0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
         0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    };
    const size_t last = LSC_ED25519_KEY_SIZE - 1;
    for (size_t i = 0; i < sizeof weak / sizeof weak[0]; i++) {
        if (memcmp(key, weak[i], last) == 0 && (key[last] & 0x7f) == weak[i][last]) {
            return true;
        }
    }
    return false;
}

static lsc_status verify(EVP_PKEY *key, EVP_MD_CTX *context, const lsc_crypto *crypto,
                         const void *message, size_t length, const uint8_t *signature, bool *valid,
                         lsc_error *error)
{
    if (key == NULL || context == NULL ||
        EVP_DigestVerifyInit_ex(context, NULL, NULL, crypto->context, NULL, key, NULL) != 1) {
        return lsc_crypto_fail(error);
    }
    *valid = EVP_DigestVerify(context, signature, LSC_ED25519_SIGNATURE_SIZE, message, length) == 1;
    return LSC_OK;
}

lsc_status lsc_ed25519_verify(const uint8_t key[LSC_ED25519_KEY_SIZE], const void *message,
                              size_t length, const uint8_t signature[LSC_ED25519_SIGNATURE_SIZE],
                              bool *valid, lsc_error *error)
{
    *valid = false;
    lsc_crypto crypto;
    lsc_status status = lsc_crypto_open(&crypto, error);
    if (status == LSC_OK) {
        EVP_PKEY *pkey = EVP_PKEY_new_raw_public_key_ex(crypto.context, "ED25519", NULL, key,
                                                        LSC_ED25519_KEY_SIZE);
        EVP_MD_CTX *context = EVP_MD_CTX_new();
        status = verify(pkey, context, &crypto, message, length, signature, valid, error);
        EVP_MD_CTX_free(context);
        EVP_PKEY_free(pkey);
    }
    lsc_crypto_close(&crypto);
    return status;
}

static EVP_PKEY *open_secret(const lsc_crypto *crypto, const uint8_t *secret)
{
    return EVP_PKEY_new_raw_private_key_ex(crypto->context, "ED25519", NULL, secret,
                                           LSC_ED25519_KEY_SIZE);
}

static lsc_status sign(EVP_PKEY *key, EVP_MD_CTX *context, const lsc_crypto *crypto,
                       const void *message, size_t length, uint8_t *signature, lsc_error *error)
{
    size_t size = LSC_ED25519_SIGNATURE_SIZE;
    if (key == NULL || context == NULL ||
        EVP_DigestSignInit_ex(context, NULL, NULL, crypto->context, NULL, key, NULL) != 1 ||
        EVP_DigestSign(context, signature, &size, message, length) != 1) {
        return lsc_crypto_fail(error);
    }
    return LSC_OK;
}

lsc_status lsc_ed25519_sign(const uint8_t secret[LSC_ED25519_KEY_SIZE], const void *message,
                            size_t length, uint8_t signature[LSC_ED25519_SIGNATURE_SIZE],
                            lsc_error *error)
{
    lsc_crypto crypto;
    lsc_status status = lsc_crypto_open(&crypto, error);
    if (status == LSC_OK) {
        EVP_PKEY *pkey = open_secret(&crypto, secret);
        EVP_MD_CTX *context = EVP_MD_CTX_new();
        status = sign(pkey, context, &crypto, message, length, signature, error);
        EVP_MD_CTX_free(context);
        EVP_PKEY_free(pkey);
    }
    lsc_crypto_close(&crypto);
    return status;
}

lsc_status lsc_ed25519_public(const uint8_t secret[LSC_ED25519_KEY_SIZE],
                              uint8_t key[LSC_ED25519_KEY_SIZE], lsc_error *error)
{
    lsc_crypto crypto;
    lsc_status status = lsc_crypto_open(&crypto, error);
    if (status == LSC_OK) {
        size_t size = LSC_ED25519_KEY_SIZE;
        EVP_PKEY *pkey = open_secret(&crypto, secret);
        if (pkey == NULL || EVP_PKEY_get_raw_public_key(pkey, key, &size) != 1) {
            status = lsc_crypto_fail(error);
        }
        EVP_PKEY_free(pkey);
    }
    lsc_crypto_close(&crypto);
    return status;
}

void lsc_cleanse(void *bytes, size_t length)
{
    OPENSSL_cleanse(bytes, length);
}
