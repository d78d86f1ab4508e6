#include "auth/secrets.h"

#include <sodium.h>
#include <string.h>

_Static_assert(SRV_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "bytes of a key");
_Static_assert(SRV_DIGEST_BYTES == crypto_hash_sha256_BYTES, "bytes of a digest");
_Static_assert(SRV_SEAL_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES +
                                     crypto_aead_xchacha20poly1305_ietf_ABYTES,
               "bytes of a seal");
_Static_assert(SRV_TOKEN_TEXT ==
                   sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING),
               "room for 256 bits");

bool srv_secrets_start(void)
{
    return sodium_init() >= 0;
}

static void as_base64url(const uint8_t bytes[32], char text[SRV_TOKEN_TEXT])
{
    sodium_bin2base64(text, SRV_TOKEN_TEXT, bytes, 32, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void srv_token_make(char text[SRV_TOKEN_TEXT])
{
    uint8_t bytes[32];
    randombytes_buf(bytes, sizeof bytes);
    as_base64url(bytes, text);
    sodium_memzero(bytes, sizeof bytes);
}

void srv_id_make(char text[SRV_ID_TEXT])
{
    uint8_t bytes[16];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(text, SRV_ID_TEXT, bytes, sizeof bytes);
}

void srv_random(uint8_t *bytes, size_t n)
{
    randombytes_buf(bytes, n);
}

void srv_digest(const char *text, uint8_t digest[SRV_DIGEST_BYTES])
{
    crypto_hash_sha256(digest, (const uint8_t *)text, strlen(text));
}

void srv_digest_text(const char *text, char challenge[SRV_TOKEN_TEXT])
{
    uint8_t digest[SRV_DIGEST_BYTES];
    srv_digest(text, digest);
    as_base64url(digest, challenge);
}

bool srv_digest_equal(const uint8_t a[SRV_DIGEST_BYTES], const uint8_t b[SRV_DIGEST_BYTES])
{
    return sodium_memcmp(a, b, SRV_DIGEST_BYTES) == 0;
}

void srv_seal(const uint8_t key[SRV_KEY_BYTES], const char *place, const uint8_t *bytes, size_t n,
              uint8_t *sealed)
{
    uint8_t *nonce = sealed; /* a random one of 192 bits may be used with one key for ever */
    uint8_t *text = sealed + crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
    randombytes_buf(nonce, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(text, NULL, bytes, n, (const uint8_t *)place,
                                               strlen(place), NULL, nonce, key);
}

bool srv_unseal(const uint8_t key[SRV_KEY_BYTES], const char *place, const uint8_t *sealed,
                size_t n, uint8_t *bytes)
{
    if (n < SRV_SEAL_BYTES) {
        return false;
    }
    const uint8_t *text = sealed + crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
    return crypto_aead_xchacha20poly1305_ietf_decrypt(
               bytes, NULL, NULL, text, n - crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
               (const uint8_t *)place, strlen(place), sealed, key) == 0;
}

void srv_forget(void *bytes, size_t n)
{
    sodium_memzero(bytes, n);
}
