#include "key_pem.h"

#include <assert.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "crypto_context.h"

/** Copies of what a PEM holds are cleansed when they are freed. */
#define PEM_FLAGS (PEM_FLAG_SECURE | PEM_FLAG_EAY_COMPATIBLE)

/** One block of PEM: what stands between BEGIN and END. */
typedef struct pem_block {
    char *name;
    char *header;
    unsigned char *der;
    long length;
} pem_block;

static void free_block(pem_block *block)
{
    OPENSSL_secure_clear_free(block->name, block->name == NULL ? 0 : strlen(block->name));
    OPENSSL_secure_clear_free(block->header, block->header == NULL ? 0 : strlen(block->header));
    OPENSSL_secure_clear_free(block->der, block->der == NULL ? 0 : (size_t)block->length);
    *block = (pem_block){.name = NULL};
}

/** Whether libcrypto's last error is that memory ran out. */
static bool ran_out(void)
{
    return ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE;
}

/** The one block of `bio`. */
static lsc_status read_block(BIO *bio, pem_block *block, lsc_error *error)
{
    pem_block other = {.name = NULL};
    if (PEM_read_bio_ex(bio, &block->name, &block->header, &block->der, &block->length,
                        PEM_FLAGS) != 1) {
        return ran_out() ? lsc_fail_memory(error)
                         : lsc_fail(error, LSC_BAD_KEY, "there is no key in it, as PEM");
    }
    if (PEM_read_bio_ex(bio, &other.name, &other.header, &other.der, &other.length, PEM_FLAGS) ==
        1) {
        free_block(&other);
        return lsc_fail(error, LSC_BAD_KEY, "it holds more than one key");
    }
    return LSC_OK;
}

/** Call `take` with the one block of a PEM. */
typedef lsc_status take_block(const lsc_crypto *crypto, const pem_block *block,
                              const char *passphrase, uint8_t *key, lsc_error *error);

static lsc_status read_pem(const char *pem, size_t length, const char *passphrase, take_block *take,
                           uint8_t *key, lsc_error *error)
{
    lsc_crypto crypto;
    pem_block block = {.name = NULL};
    lsc_status status = lsc_crypto_open(&crypto, error);
    BIO *bio = status == LSC_OK ? BIO_new_mem_buf(pem, (int)length) : NULL;
    if (status == LSC_OK) {
        status = bio != NULL ? read_block(bio, &block, error) : lsc_fail_memory(error);
    }
    if (status == LSC_OK) {
        assert(block.name != NULL);
        status = take(&crypto, &block, passphrase, key, error);
    }
    free_block(&block);
    BIO_free(bio);
    lsc_crypto_close(&crypto);
    return status;
}

static lsc_status check_type(const EVP_PKEY *pkey, lsc_error *error)
{
    const char *type = EVP_PKEY_get0_type_name(pkey);
    if (!EVP_PKEY_is_a(pkey, "ED25519")) {
        return lsc_fail(error, LSC_BAD_KEY, "it holds a key of type %s, must be of Ed25519",
                        type != NULL ? type : "unknown");
    }
    return LSC_OK;
}

/* Public keys */

static lsc_status take_public(const lsc_crypto *crypto, const pem_block *block,
                              const char *passphrase, uint8_t *key, lsc_error *error)
{
    (void)passphrase;
    if (strcmp(block->name, PEM_STRING_PUBLIC) != 0) {
        return lsc_fail(error, LSC_BAD_KEY, "it holds \"%s\", must be \"" PEM_STRING_PUBLIC "\"%s",
                        block->name,
                        strstr(block->name, "PRIVATE") != NULL
                            ? ": 'openssl pkey -pubout' makes one of the private key"
                            : "");
    }
    const unsigned char *at = block->der;
    size_t size = LSC_ED25519_KEY_SIZE;
    EVP_PKEY *pkey = d2i_PUBKEY_ex(NULL, &at, block->length, crypto->context, NULL);
    if (pkey == NULL || at != block->der + block->length) {
        EVP_PKEY_free(pkey);
        return ran_out() ? lsc_fail_memory(error)
                         : lsc_fail(error, LSC_BAD_KEY, "its " PEM_STRING_PUBLIC " is damaged");
    }
    lsc_status status = check_type(pkey, error);
    if (status == LSC_OK && EVP_PKEY_get_raw_public_key(pkey, key, &size) != 1) {
        status = lsc_crypto_fail(error);
    }
    EVP_PKEY_free(pkey);
    return status;
}

lsc_status lsc_pem_read_public(const char *pem, size_t length, uint8_t key[LSC_ED25519_KEY_SIZE],
                               lsc_error *error)
{
    return read_pem(pem, length, NULL, take_public, key, error);
}

/* Secret keys */

/** Decrypt an EncryptedPrivateKeyInfo. */
static lsc_status decrypt(const lsc_crypto *crypto, const pem_block *block, const char *passphrase,
                          PKCS8_PRIV_KEY_INFO **info, lsc_error *error)
{
    if (passphrase == NULL) {
        return lsc_fail(error, LSC_BAD_KEY, "it is encrypted, and no passphrase is given");
    }
    const unsigned char *at = block->der;
    X509_SIG *sealed = d2i_X509_SIG(NULL, &at, block->length);
    if (sealed == NULL || at != block->der + block->length) {
        X509_SIG_free(sealed);
        return ran_out() ? lsc_fail_memory(error)
                         : lsc_fail(error, LSC_BAD_KEY, "its " PEM_STRING_PKCS8 " is damaged");
    }
    *info = PKCS8_decrypt_ex(sealed, passphrase, (int)strlen(passphrase), crypto->context, NULL);
    X509_SIG_free(sealed);
    if (*info == NULL) {
        return ran_out()
                   ? lsc_fail_memory(error)
                   : lsc_fail(error, LSC_BAD_KEY, "it cannot be decrypted with this passphrase");
    }
    return LSC_OK;
}

static lsc_status open_info(const lsc_crypto *crypto, const pem_block *block,
                            const char *passphrase, PKCS8_PRIV_KEY_INFO **info, lsc_error *error)
{
    if (strcmp(block->name, PEM_STRING_PKCS8) == 0) {
        return decrypt(crypto, block, passphrase, info, error);
    }
    if (strcmp(block->name, PEM_STRING_PKCS8INF) != 0) {
        return lsc_fail(error, LSC_BAD_KEY, "it holds \"%s\", must be \"" PEM_STRING_PKCS8INF "\"",
                        block->name);
    }
    const unsigned char *at = block->der;
    *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, block->length);
    if (*info == NULL || at != block->der + block->length) {
        return ran_out() ? lsc_fail_memory(error)
                         : lsc_fail(error, LSC_BAD_KEY, "its " PEM_STRING_PKCS8INF " is damaged");
    }
    return LSC_OK;
}

static lsc_status take_info(const lsc_crypto *crypto, const PKCS8_PRIV_KEY_INFO *info, uint8_t *key,
                            lsc_error *error)
{
    size_t size = LSC_ED25519_KEY_SIZE;
    EVP_PKEY *pkey = EVP_PKCS82PKEY_ex(info, crypto->context, NULL);
    if (pkey == NULL) {
        return ran_out() ? lsc_fail_memory(error)
                         : lsc_fail(error, LSC_BAD_KEY, "its private key is damaged");
    }
    lsc_status status = check_type(pkey, error);
    if (status == LSC_OK && EVP_PKEY_get_raw_private_key(pkey, key, &size) != 1) {
        status = lsc_crypto_fail(error);
    }
    EVP_PKEY_free(pkey);
    return status;
}

static lsc_status take_secret(const lsc_crypto *crypto, const pem_block *block,
                              const char *passphrase, uint8_t *key, lsc_error *error)
{
    PKCS8_PRIV_KEY_INFO *info = NULL;
    lsc_status status = open_info(crypto, block, passphrase, &info, error);
    if (status == LSC_OK) {
        status = take_info(crypto, info, key, error);
    }
    PKCS8_PRIV_KEY_INFO_free(info);
    return status;
}

lsc_status lsc_pem_read_secret(const char *pem, size_t length, const char *passphrase,
                               uint8_t secret[LSC_ED25519_KEY_SIZE], lsc_error *error)
{
    return read_pem(pem, length, passphrase, take_secret, secret, error);
}
