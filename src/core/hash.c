/*
 * The functions of OpenSSL 1.1, not EVP: in OpenSSL 3.0 EVP_DigestInit frees and allocates the state
 * for each message, and scoring must not allocate.
 */
#define OPENSSL_API_COMPAT 10101

#include "hash.h"

#include <string.h>

#include <openssl/sha.h>

#include "memory.h"

struct lsc_hash {
    SHA256_CTX state;
};

lsc_status lsc_hash_new(lsc_hash **hash, lsc_error *error)
{
    *hash = lsc_alloc(lsc_default_allocator(), sizeof **hash);
    if (*hash == NULL) {
        return lsc_fail_memory(error);
    }
    lsc_hash_begin(*hash);
    return LSC_OK;
}

void lsc_hash_free(lsc_hash *hash)
{
    lsc_release(lsc_default_allocator(), hash);
}

void lsc_hash_begin(lsc_hash *hash)
{
    SHA256_Init(&hash->state);
}

void lsc_hash_bytes(lsc_hash *hash, const void *bytes, size_t length)
{
    SHA256_Update(&hash->state, bytes, length);
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
    SHA256_Final(digest, &hash->state);
}

lsc_status lsc_hash_block(const void *bytes, size_t length, uint8_t digest[LSC_HASH_SIZE],
                          lsc_error *error)
{
    lsc_hash *hash;
    lsc_status status = lsc_hash_new(&hash, error);
    if (status == LSC_OK) {
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
