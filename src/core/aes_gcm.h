/**
 * @file aes_gcm.h
 * AES-256-GCM (NIST SP 800-38D) through libcrypto: encryption that finds every change.
 *
 * A nonce is used once under a key: of random ones (secret.h), 2^32 at the most.
 */
#ifndef LSC_CORE_AES_GCM_H
#define LSC_CORE_AES_GCM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "memory.h"

#define LSC_GCM_KEY_SIZE 32
#define LSC_GCM_NONCE_SIZE 12
#define LSC_GCM_TAG_SIZE 16
/** Most bytes of one message: 2^32 - 2 blocks. */
#define LSC_GCM_MAX_MESSAGE UINT64_C(68719476704)

/** A key, ready for one message after the other. One thread at a time. */
typedef struct lsc_gcm lsc_gcm;

/**
 * @param gcm  set to what lsc_gcm_free() frees, which cleanses its copy of the key; NULL on error
 * @return LSC_OK; LSC_NO_MEMORY; LSC_INTERNAL where libcrypto has no AES-256-GCM.
 */
LSC_SHARED lsc_status lsc_gcm_new(const uint8_t key[LSC_GCM_KEY_SIZE],
                                  const lsc_allocator *allocator, lsc_gcm **gcm, lsc_error *error);
/** NULL is allowed. */
LSC_SHARED void lsc_gcm_free(lsc_gcm *gcm);

/** Put another key in the place of the one it has. Errors as lsc_gcm_begin(). */
LSC_SHARED lsc_status lsc_gcm_rekey(lsc_gcm *gcm, const uint8_t key[LSC_GCM_KEY_SIZE],
                                    lsc_error *error);

/* The calls of a message, in this order. All return LSC_OK, LSC_NO_MEMORY or LSC_INTERNAL. */

LSC_SHARED lsc_status lsc_gcm_begin(lsc_gcm *gcm, bool encrypt,
                                    const uint8_t nonce[LSC_GCM_NONCE_SIZE], lsc_error *error);
/** Bytes that are authenticated, and not encrypted. */
LSC_SHARED lsc_status lsc_gcm_add(lsc_gcm *gcm, const void *bytes, size_t length, lsc_error *error);
/**
 * Encrypt or decrypt the next bytes. What is decrypted is not to be believed before lsc_gcm_check().
 * @param out     as many bytes; may be `bytes`
 * @param length  at most INT_MAX
 */
LSC_SHARED lsc_status lsc_gcm_update(lsc_gcm *gcm, const void *bytes, void *out, size_t length,
                                     lsc_error *error);
/** End a message that was encrypted. */
LSC_SHARED lsc_status lsc_gcm_tag(lsc_gcm *gcm, uint8_t tag[LSC_GCM_TAG_SIZE], lsc_error *error);
/**
 * End a message that was decrypted.
 * @param genuine  set to whether it is what was encrypted with this key, nonce and added bytes; false
 *                 on error
 */
LSC_SHARED lsc_status lsc_gcm_check(lsc_gcm *gcm, const uint8_t tag[LSC_GCM_TAG_SIZE],
                                    bool *genuine, lsc_error *error);

#endif
