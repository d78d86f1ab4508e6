#include "hash.h"

#include <string.h>

#include <openssl/evp.h>

#include "memory.h"

struct lsc_hash {
    EVP_MD *algorithm; /* fetched once: each fetch takes locks and memory */
    EVP_MD_CTX *context;
};

lsc_status lsc_hash_new(lsc_hash **hash, lsc_error *error)
{
    *hash = NULL;
    lsc_hash *made = lsc_alloc_array(lsc_default_allocator(), 1, sizeof *made);
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    made->context = EVP_MD_CTX_new();
    made->algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    /* The first use is the one that can fail; what follows only computes. */
    if (made->context == NULL || made->algorithm == NULL ||
        EVP_DigestInit_ex2(made->context, made->algorithm, NULL) != 1) {
        lsc_status status = made->context == NULL
                                ? lsc_fail_memory(error)
                                : lsc_fail(error, LSC_INTERNAL, "libcrypto offers no SHA-256");
        lsc_hash_free(made);
        return status;
    }
    *hash = made;
    return LSC_OK;
}

void lsc_hash_free(lsc_hash *hash)
{
    if (hash != NULL) {
        EVP_MD_CTX_free(hash->context);
        EVP_MD_free(hash->algorithm);
        lsc_release(lsc_default_allocator(), hash);
    }
}

void lsc_hash_begin(lsc_hash *hash)
{
    EVP_DigestInit_ex2(hash->context, hash->algorithm, NULL);
}

void lsc_hash_bytes(lsc_hash *hash, const void *bytes, size_t length)
{
    EVP_DigestUpdate(hash->context, bytes, length);
}

static void hash_u64(lsc_hash *hash, uint64_t number)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(number >> (8 * i));
    }
    lsc_hash_bytes(hash, bytes, sizeof bytes);
}

void lsc_hash_int(lsc_hash *hash, int64_t number)
{
    hash_u64(hash, (uint64_t)number);
}

void lsc_hash_double(lsc_hash *hash, double number)
{
    uint64_t bits = UINT64_C(0x7FF8000000000000); /* every NaN */
    if (number == 0) {
        bits = 0; /* -0 too */
    } else if (number == number) {
        memcpy(&bits, &number, sizeof bits);
    }
    hash_u64(hash, bits);
}

void lsc_hash_text(lsc_hash *hash, const char *text, size_t length)
{
    lsc_hash_int(hash, (int64_t)length);
    lsc_hash_bytes(hash, text, length);
}

void lsc_hash_end(lsc_hash *hash, uint8_t digest[LSC_HASH_SIZE])
{
    EVP_DigestFinal_ex(hash->context, digest, NULL);
}

lsc_status lsc_hash_block(const void *bytes, size_t length, uint8_t digest[LSC_HASH_SIZE],
                          lsc_error *error)
{
    lsc_hash *hash;
    lsc_status status = lsc_hash_new(&hash, error);
    if (status == LSC_OK) {
        lsc_hash_begin(hash);
        lsc_hash_bytes(hash, bytes, length);
        lsc_hash_end(hash, digest);
        lsc_hash_free(hash);
    }
    return status;
}

void lsc_hash_format(const uint8_t digest[LSC_HASH_SIZE], char text[LSC_HASH_TEXT_SIZE])
{
    static const char hex[] = "0123456789abcdef";
    for (int i = 0; i < LSC_HASH_SIZE; i++) {
        *text++ = hex[digest[i] >> 4];
        *text++ = hex[digest[i] & 15];
    }
    *text = '\0';
}
