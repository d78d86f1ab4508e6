#include "hash_table.h"

#include <string.h>

#include <sodium.h>

static unsigned char process_key[crypto_shorthash_KEYBYTES];
static int has_key;

void srv_table_begin(void)
{
    if (!has_key) {
        crypto_shorthash_keygen(process_key);
        has_key = 1;
    }
}

unsigned srv_table_hash(const void *key, size_t length)
{
    unsigned char hash[crypto_shorthash_BYTES];
    unsigned low;

    crypto_shorthash(hash, key, length, process_key);
    memcpy(&low, hash, sizeof low);
    return low;
}
