/**
 * @file secret.h
 * Secret bytes: random ones of the system's, and keys that follow from a key, through libcrypto.
 */
#ifndef LSC_CORE_SECRET_H
#define LSC_CORE_SECRET_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

/** Bytes that none can guess. LSC_OK; LSC_INTERNAL where the system has none. */
LSC_SHARED lsc_status lsc_secret_random(void *bytes, size_t length, lsc_error *error);

/**
 * Derive a key from a key: HKDF-SHA256 (RFC 5869). Who knows one of a key's derived ones knows
 * nothing of the others.
 *
 * @param salt    may be NULL for a length of 0
 * @param info    what the derived key is for
 * @param out     `length` bytes, at most 8160; for the caller to cleanse; untouched on error
 * @return LSC_OK; LSC_NO_MEMORY; LSC_INTERNAL where libcrypto cannot.
 */
LSC_SHARED lsc_status lsc_secret_derive(const void *key, size_t key_length, const void *salt,
                                        size_t salt_length, const char *info, void *out,
                                        size_t length, lsc_error *error);

#endif
