/**
 * @file ed25519.h
 * Ed25519 signatures (RFC 8032) through libcrypto.
 */
#ifndef LSC_CORE_ED25519_H
#define LSC_CORE_ED25519_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/** Bytes of a key, public or secret, and of a signature. */
#define LSC_ED25519_KEY_SIZE 32
#define LSC_ED25519_SIGNATURE_SIZE 64

/**
 * Whether a public key is a point of small order: under one, signatures can be made without any
 * secret. All zero bytes, as a key that was never filled in has, are such a point.
 */
LSC_SHARED bool lsc_ed25519_is_weak(const uint8_t key[LSC_ED25519_KEY_SIZE]);

/**
 * Check a signature.
 * @param valid  set to whether it is that of `message` by `key`; false on error
 * @return LSC_OK; LSC_NO_MEMORY; LSC_INTERNAL where libcrypto cannot.
 */
LSC_SHARED lsc_status lsc_ed25519_verify(const uint8_t key[LSC_ED25519_KEY_SIZE],
                                         const void *message, size_t length,
                                         const uint8_t signature[LSC_ED25519_SIGNATURE_SIZE],
                                         bool *valid, lsc_error *error);

/** Sign. Errors as lsc_ed25519_verify(). */
LSC_SHARED lsc_status lsc_ed25519_sign(const uint8_t secret[LSC_ED25519_KEY_SIZE],
                                       const void *message, size_t length,
                                       uint8_t signature[LSC_ED25519_SIGNATURE_SIZE],
                                       lsc_error *error);

/** The public key of a secret one. Errors as lsc_ed25519_verify(). */
LSC_SHARED lsc_status lsc_ed25519_public(const uint8_t secret[LSC_ED25519_KEY_SIZE],
                                         uint8_t key[LSC_ED25519_KEY_SIZE], lsc_error *error);

/** Overwrite what was secret; no compiler leaves it out. */
LSC_SHARED void lsc_cleanse(void *bytes, size_t length);

#endif
