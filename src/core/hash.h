/**
 * @file hash.h
 * SHA-256 through libcrypto.
 */
#ifndef LSC_CORE_HASH_H
#define LSC_CORE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

#define LSC_HASH_SIZE 32
/** Room for the hex text of a hash, with its NUL. */
#define LSC_HASH_TEXT_SIZE 65

/** A hash under way, made once and used again: after lsc_hash_new(), no call allocates. */
typedef struct lsc_hash lsc_hash;

/** @return LSC_OK or LSC_NO_MEMORY. Freed by lsc_hash_free(). */
LSC_SHARED lsc_status lsc_hash_new(lsc_hash **hash, lsc_error *error);
LSC_SHARED void lsc_hash_free(lsc_hash *hash);
/** Begin a new message; a new hash has begun its first. */
LSC_SHARED void lsc_hash_begin(lsc_hash *hash);
LSC_SHARED void lsc_hash_bytes(lsc_hash *hash, const void *bytes, size_t length);
/** A little-endian int64, and a double by its bits (NaN as one fixed pattern, -0 as 0). */
LSC_SHARED void lsc_hash_int(lsc_hash *hash, int64_t number);
LSC_SHARED void lsc_hash_double(lsc_hash *hash, double number);
/** Its length as int64, then its bytes: so that no two lists of texts run together alike. */
LSC_SHARED void lsc_hash_text(lsc_hash *hash, const char *text, size_t length);
/** End the message. */
LSC_SHARED void lsc_hash_end(lsc_hash *hash, uint8_t digest[LSC_HASH_SIZE]);

/** The hash of one block. LSC_OK or LSC_NO_MEMORY. */
LSC_SHARED lsc_status lsc_hash_block(const void *bytes, size_t length,
                                     uint8_t digest[LSC_HASH_SIZE], lsc_error *error);
LSC_SHARED void lsc_hash_format(const uint8_t digest[LSC_HASH_SIZE], char text[LSC_HASH_TEXT_SIZE]);

#endif
