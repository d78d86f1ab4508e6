/**
 * @file key_pem.h
 * Ed25519 keys as PEM (RFC 7468), as the openssl command writes them.
 */
#ifndef LSC_CORE_KEY_PEM_H
#define LSC_CORE_KEY_PEM_H

#include <stddef.h>
#include <stdint.h>

#include "ed25519.h"
#include "error.h"

/**
 * Read a "PUBLIC KEY" (SubjectPublicKeyInfo), which is all there is in `pem`.
 * @param key  untouched on error
 * @return LSC_OK; LSC_BAD_KEY naming what it is instead; LSC_NO_MEMORY.
 */
LSC_SHARED lsc_status lsc_pem_read_public(const char *pem, size_t length,
                                          uint8_t key[LSC_ED25519_KEY_SIZE], lsc_error *error);

/**
 * Read a "PRIVATE KEY" (PKCS #8), or an "ENCRYPTED PRIVATE KEY" with its passphrase.
 * @param passphrase  NULL for a key that is not encrypted
 * @param secret      untouched on error; for the caller to cleanse
 * @return LSC_OK; LSC_BAD_KEY naming what is wrong; LSC_NO_MEMORY.
 */
LSC_SHARED lsc_status lsc_pem_read_secret(const char *pem, size_t length, const char *passphrase,
                                          uint8_t secret[LSC_ED25519_KEY_SIZE], lsc_error *error);

#endif
