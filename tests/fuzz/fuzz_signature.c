#include "fuzz_signature.h"

#include <stdio.h>
#include <string.h>

#include "core/ed25519.h"
#include "core/hash.h"
#include "fuzz.h"

/* The pair of RFC 8032, 7.1, test 1. */
const char fuzz_private_key[] = "-----BEGIN PRIVATE KEY-----\n"
                                "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
                                "-----END PRIVATE KEY-----\n";
static const uint8_t secret[LSC_ED25519_KEY_SIZE] = {
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
    0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};
#define KEY_ID "21fe31dfa154a261626bf854046fd227"

const lsc_public_key *fuzz_trusted_key(void)
{
    static lsc_public_key key;
    if (key.bytes[0] == 0) {
        fuzz_ok(lsc_ed25519_public(secret, key.bytes, error));
    }
    return &key;
}

void fuzz_sign(const uint8_t *bytes, size_t length, char frame[FUZZ_SIGNATURE_SIZE + 1])
{
    static const char head[] = "\x53\x2a\x4d\x18\xce\0\0\0leadscore-signature 1 ed25519\n"
                               "key " KEY_ID "\nsignature ";
    uint8_t digest[LSC_HASH_SIZE];
    char hex[LSC_HASH_TEXT_SIZE];
    char message[128];
    uint8_t signature[LSC_ED25519_SIGNATURE_SIZE];
    fuzz_ok(lsc_hash_block(bytes, length, digest, error));
    lsc_hash_format(digest, hex);
    int n = snprintf(message, sizeof message, "leadscore bundle 1\n%s\n", hex);
    fuzz_ok(lsc_ed25519_sign(secret, message, (size_t)n, signature, error));
    memcpy(frame, head, sizeof head - 1);
    char *at = frame + sizeof head - 1;
    for (size_t i = 0; i < sizeof signature; i++, at += 2) {
        snprintf(at, 3, "%02x", signature[i]);
    }
    memcpy(at, "\n", 2);
}
