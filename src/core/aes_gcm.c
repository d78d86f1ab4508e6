#include "aes_gcm.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "crypto_context.h"

struct lsc_gcm {
    lsc_allocator allocator;
    lsc_crypto crypto;
    EVP_CIPHER *cipher;
    EVP_CIPHER_CTX *context;
};

/* A call of libcrypto's came to this. The host's queue of errors stays as it was. */
static lsc_status end_call(int result, lsc_error *error)
{
    lsc_status status = result == 1 ? LSC_OK : lsc_crypto_fail(error);
    ERR_pop_to_mark();
    return status;
}

static int open_cipher(lsc_gcm *gcm, const uint8_t *key)
{
    gcm->cipher = EVP_CIPHER_fetch(gcm->crypto.context, "AES-256-GCM", NULL);
    gcm->context = EVP_CIPHER_CTX_new();
    return gcm->cipher != NULL && gcm->context != NULL
               ? EVP_CipherInit_ex2(gcm->context, gcm->cipher, key, NULL, 1, NULL)
               : 0;
}

lsc_status lsc_gcm_new(const uint8_t key[LSC_GCM_KEY_SIZE], const lsc_allocator *allocator,
                       lsc_gcm **gcm, lsc_error *error)
{
    *gcm = NULL;
    lsc_gcm *made = lsc_alloc_array(allocator, 1, sizeof *made);
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    made->allocator = *allocator;
    lsc_status status = lsc_crypto_open(&made->crypto, error); /* sets a mark */
    if (status == LSC_OK && open_cipher(made, key) != 1) {
        status = lsc_crypto_fail(error);
    }
    ERR_pop_to_mark();
    if (status != LSC_OK) {
        lsc_gcm_free(made);
        return status;
    }
    *gcm = made;
    return LSC_OK;
}

void lsc_gcm_free(lsc_gcm *gcm)
{
    if (gcm == NULL) {
        return;
    }
    ERR_set_mark();
    EVP_CIPHER_CTX_free(gcm->context);
    EVP_CIPHER_free(gcm->cipher);
    lsc_crypto_close(&gcm->crypto); /* and back to the mark */
    lsc_allocator allocator = gcm->allocator;
    lsc_release(&allocator, gcm);
}

lsc_status lsc_gcm_rekey(lsc_gcm *gcm, const uint8_t key[LSC_GCM_KEY_SIZE], lsc_error *error)
{
    ERR_set_mark();
    return end_call(EVP_CipherInit_ex2(gcm->context, NULL, key, NULL, -1, NULL), error);
}

lsc_status lsc_gcm_begin(lsc_gcm *gcm, bool encrypt, const uint8_t nonce[LSC_GCM_NONCE_SIZE],
                         lsc_error *error)
{
    ERR_set_mark();
    return end_call(EVP_CipherInit_ex2(gcm->context, NULL, NULL, nonce, encrypt, NULL), error);
}

lsc_status lsc_gcm_update(lsc_gcm *gcm, const void *bytes, void *out, size_t length,
                          lsc_error *error)
{
    int n = 0;
    assert(length <= INT_MAX);
    if (length == 0) {
        return LSC_OK;
    }
    ERR_set_mark();
    return end_call(EVP_CipherUpdate(gcm->context, out, &n, bytes, (int)length), error);
}

lsc_status lsc_gcm_add(lsc_gcm *gcm, const void *bytes, size_t length, lsc_error *error)
{
    return lsc_gcm_update(gcm, bytes, NULL, length, error);
}

lsc_status lsc_gcm_tag(lsc_gcm *gcm, uint8_t tag[LSC_GCM_TAG_SIZE], lsc_error *error)
{
    uint8_t none[EVP_MAX_BLOCK_LENGTH];
    int n = 0;
    ERR_set_mark();
    int result = EVP_CipherFinal_ex(gcm->context, none, &n);
    if (result == 1) {
        result = EVP_CIPHER_CTX_ctrl(gcm->context, EVP_CTRL_AEAD_GET_TAG, LSC_GCM_TAG_SIZE, tag);
    }
    return end_call(result, error);
}

lsc_status lsc_gcm_check(lsc_gcm *gcm, const uint8_t tag[LSC_GCM_TAG_SIZE], bool *genuine,
                         lsc_error *error)
{
    uint8_t expected[LSC_GCM_TAG_SIZE];
    uint8_t none[EVP_MAX_BLOCK_LENGTH];
    int n = 0;
    *genuine = false;
    memcpy(expected, tag, sizeof expected);
    ERR_set_mark();
    int result =
        EVP_CIPHER_CTX_ctrl(gcm->context, EVP_CTRL_AEAD_SET_TAG, LSC_GCM_TAG_SIZE, expected);
    *genuine = result == 1 && EVP_CipherFinal_ex(gcm->context, none, &n) == 1;
    return end_call(result, error);
}
