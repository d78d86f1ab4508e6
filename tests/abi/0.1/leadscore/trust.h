/**
 * @file trust.h
 * Signatures of bundles: keys, and signing. docs/security.md says what a signature protects from.
 *
 * Loading checks one when lsc_load names the keys that are trusted (model.h).
 */
#ifndef LEADSCORE_TRUST_H
#define LEADSCORE_TRUST_H

#include <stddef.h>
#include <stdint.h>

#include "export.h"
#include "status.h"

LSC_BEGIN_DECLS

#define LSC_PUBLIC_KEY_SIZE 32
/** Room for the id of a key, with its NUL: the first 16 bytes of the key's SHA-256, in hex. */
#define LSC_KEY_ID_SIZE 33
/** Bytes of a key as PEM, at the most. One more is LSC_LIMIT. */
#define LSC_MAX_KEY_PEM 16384

/** An Ed25519 public key as RFC 8032 writes it. */
typedef struct lsc_public_key {
    uint8_t bytes[LSC_PUBLIC_KEY_SIZE];
} lsc_public_key;

/**
 * Read a public key from PEM: one "PUBLIC KEY", as `openssl pkey -pubout` writes it.
 *
 * @param pem  [length], needs no NUL
 * @param key  filled; untouched on error
 * @return LSC_OK; LSC_BAD_KEY naming what it holds instead (a private key, an RSA key); LSC_LIMIT;
 *         LSC_NO_MEMORY; LSC_INVALID_ARG.
 * @since 0.1
 */
LSC_API lsc_status lsc_public_key_read(const char *pem, size_t length, lsc_public_key *key,
                                       lsc_error *error);

/**
 * The id of a key, by which a signature names it.
 *
 * @param id  [LSC_KEY_ID_SIZE], filled with 32 hex digits and a NUL; untouched on error
 * @return LSC_OK, LSC_NO_MEMORY or LSC_INVALID_ARG.
 * @since 0.1
 */
LSC_API lsc_status lsc_public_key_id(const lsc_public_key *key, char id[LSC_KEY_ID_SIZE],
                                     lsc_error *error);

/**
 * Sign a bundle. It is checked first, as lsc_model_load_bytes() checks it. A signature that it has
 * already is replaced. The same bundle and key give the same bytes.
 *
 * @param bundle      [length]
 * @param pem         an Ed25519 private key [pem_length]: one "PRIVATE KEY" or "ENCRYPTED PRIVATE
 *                    KEY", as `openssl genpkey -algorithm ed25519` writes it. Copies made of it are
 *                    cleansed; cleansing `pem` is the caller's
 * @param passphrase  of an encrypted key; NULL for one that is not
 * @param out         set to the signed bundle, freed with lsc_bundle_free(); NULL on error
 * @param key_id      [LSC_KEY_ID_SIZE], filled with the id of the key; NULL where not wanted
 * @return LSC_OK; LSC_BAD_KEY saying what is wrong with the key or its passphrase; what
 *         lsc_model_load_bytes() says of the bundle; LSC_LIMIT; LSC_NO_MEMORY; LSC_INVALID_ARG.
 * @since 0.1
 */
LSC_API lsc_status lsc_bundle_sign(const void *bundle, size_t length, const char *pem,
                                   size_t pem_length, const char *passphrase, void **out,
                                   size_t *out_length, char *key_id, lsc_error *error);

LSC_END_DECLS

#endif
