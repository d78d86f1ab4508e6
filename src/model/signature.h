/**
 * @file signature.h
 * The signature of a bundle: a frame of a fixed size at the end of the file, which zstd skips. It is
 * over all the bytes before it, so that nothing of a bundle need be read before it is trusted.
 * docs/bundle.md describes it.
 */
#ifndef LSC_MODEL_SIGNATURE_H
#define LSC_MODEL_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

#include <leadscore/trust.h>

#include "core/ed25519.h"
#include "core/error.h"

/** Bytes that a signature adds to a bundle. */
#define LSC_SIGNATURE_SIZE 214

typedef enum lsc_signature_state {
    LSC_SIGNATURE_NONE = 0,
    LSC_SIGNATURE_DAMAGED = 1, /**< it begins as one, and is none */
    LSC_SIGNATURE_FOUND = 2    /**< of the right form; not yet checked */
} lsc_signature_state;

typedef struct lsc_signature {
    lsc_signature_state state;
    size_t signed_length;         /**< bytes of the bundle before it: all, where there is none */
    char key_id[LSC_KEY_ID_SIZE]; /**< of the key it claims to be by; "" where there is none */
    uint8_t bytes[LSC_ED25519_SIGNATURE_SIZE];
} lsc_signature;

/** Look for the signature at the end of a bundle. It has exactly one form. */
LSC_SHARED void lsc_signature_find(const void *bundle, size_t length, lsc_signature *signature);

/**
 * Check that a bundle is signed by one of `keys`.
 * @param keys  [n_keys], n_keys > 0
 * @return LSC_OK; LSC_UNTRUSTED; LSC_INVALID_ARG for a key under which anyone can sign; LSC_NO_MEMORY.
 */
LSC_SHARED lsc_status lsc_signature_check(const void *bundle, size_t length,
                                          const lsc_public_key *keys, size_t n_keys,
                                          lsc_error *error);

#endif
