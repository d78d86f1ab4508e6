/*
 * The functions of OpenSSL 1.1, not EVP: in OpenSSL 3.0 EVP_DigestInit frees and allocates the state
 * for each message, and scoring must not allocate.
 */
#define OPENSSL_API_COMPAT 10101

#include "hash.h"

#include <string.h>

#include <openssl/sha.h>

#include "memory.h"

/** Messages are made of small pieces, which cost more to hand over than to hash: they are gathered. */
#define GATHERED 1024

struct lsc_hash {
    SHA256_CTX state;
    size_t n_gathered;
    uint8_t gathered[GATHERED];
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
    hash->n_gathered = 0;
}

static void hand_over(lsc_hash *hash)
{
    SHA256_Update(&hash->state, hash->gathered, hash->n_gathered);
    hash->n_gathered = 0;
}

void lsc_hash_bytes(lsc_hash *hash, const void *bytes, size_t length)
{
    const uint8_t *at = bytes;
    while (length > 0) {
        size_t room = GATHERED - hash->n_gathered;
        size_t n = length < room ? length : room;
        memcpy(hash->gathered + hash->n_gathered, at, n);
        hash->n_gathered += n;
        at += n;
        length -= n;
        if (hash->n_gathered == GATHERED) {
            hand_over(hash);
        }
    }
}

/** Little-endian, whatever the machine: compilers make a single store of it. */
static void put_u64(uint8_t *bytes, uint64_t number)
{
    bytes[0] = (uint8_t)number;
    bytes[1] = (uint8_t)(number >> 8);
    bytes[2] = (uint8_t)(number >> 16);
    bytes[3] = (uint8_t)(number >> 24);
    bytes[4] = (uint8_t)(number >> 32);
    bytes[5] = (uint8_t)(number >> 40);
    bytes[6] = (uint8_t)(number >> 48);
    bytes[7] = (uint8_t)(number >> 56);
}

static void hash_u64(lsc_hash *hash, uint64_t number)
{
    if (GATHERED - hash->n_gathered > sizeof number) {
        put_u64(hash->gathered + hash->n_gathered, number);
        hash->n_gathered += sizeof number;
        return;
    }
    uint8_t bytes[sizeof number];
    put_u64(bytes, number);
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
    hand_over(hash);
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
