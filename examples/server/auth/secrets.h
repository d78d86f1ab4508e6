/**
 * @file secrets.h
 * Random tokens, their digests, and sealed values. The only user of libsodium beside password.c.
 *
 * All of it may be called by any thread once srv_secrets_start() has returned true.
 */
#ifndef SRV_SECRETS_H
#define SRV_SECRETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes of the key that seals what auth.db holds. */
#define SRV_KEY_BYTES 32
/** Bytes of a digest (SHA-256). */
#define SRV_DIGEST_BYTES 32
/** Room for a random token: 256 bits as base64url, and the end of the text. */
#define SRV_TOKEN_TEXT 44
/** Room for a random id: 128 bits as hex digits, and the end of the text. */
#define SRV_ID_TEXT 33
/** How much longer a sealed value is than what it holds. */
#define SRV_SEAL_BYTES 40

/** To be called once before anything else here. */
bool srv_secrets_start(void);

/** A token nobody can guess: the bearer proves that it was given to him. */
void srv_token_make(char text[SRV_TOKEN_TEXT]);

/** An id that is never given twice. It is no secret. */
void srv_id_make(char text[SRV_ID_TEXT]);

/** `n` random bytes. */
void srv_random(uint8_t *bytes, size_t n);

/** SHA-256 of a text. A random token of 256 bits needs no slower digest: it cannot be tried out. */
void srv_digest(const char *text, uint8_t digest[SRV_DIGEST_BYTES]);

/** SHA-256 of a text as base64url: a code challenge of PKCE (RFC 7636, S256). */
void srv_digest_text(const char *text, char challenge[SRV_TOKEN_TEXT]);

/** Whether two digests are the same, in a time that does not tell where they differ. */
bool srv_digest_equal(const uint8_t a[SRV_DIGEST_BYTES], const uint8_t b[SRV_DIGEST_BYTES]);

/**
 * Seal a value (XChaCha20-Poly1305).
 * @param place   whose and what value it is: it opens in no other place
 * @param sealed  [n + SRV_SEAL_BYTES], filled
 */
void srv_seal(const uint8_t key[SRV_KEY_BYTES], const char *place, const uint8_t *bytes, size_t n,
              uint8_t *sealed);

/**
 * Open a sealed value.
 * @param n      of `sealed`
 * @param bytes  [n - SRV_SEAL_BYTES], filled
 * @return false where the key or the place is another, or a bit was changed
 */
bool srv_unseal(const uint8_t key[SRV_KEY_BYTES], const char *place, const uint8_t *sealed,
                size_t n, uint8_t *bytes);

/** Overwrite what must not stay in memory. */
void srv_forget(void *bytes, size_t n);

#endif
