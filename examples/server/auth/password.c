#include "auth/password.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

_Static_assert(SRV_PASSWORD_TEXT == crypto_pwhash_STRBYTES, "room for a digest");

/*
 * libsodium's limits for who waits for the answer: 64 MiB and two passes. A guesser with a stolen auth.db
 * needs them for each guess; the next step (256 MiB) would let four log-ins at once take a gigabyte of
 * a small host.
 */
#define PASSES crypto_pwhash_OPSLIMIT_INTERACTIVE
#define MEMORY crypto_pwhash_MEMLIMIT_INTERACTIVE

/* Of no password at all: its 32 bytes are not kept. Its parameters are PASSES and MEMORY. */
const char srv_password_of_nobody[] = "$argon2id$v=19$m=65536,t=2,p=1$c29tZSBzYWx0IG9mIG9uZQ$"
                                      "NzmOxH0Ws4Wx3ZRr5Z1Yq1fHeZDFNwDaO3o6VsLKcHY";

const char *srv_password_fault(const char *password, const char *email)
{
    size_t length = strlen(password);
    if (length < SRV_MIN_PASSWORD) {
        return "A password has at least 12 bytes.";
    }
    if (length > SRV_MAX_PASSWORD) {
        return "A password has at most 1024 bytes.";
    }
    if (strcasecmp(password, email) == 0) {
        return "The e-mail address is no password.";
    }
    if (strspn(password, (char[]){password[0], '\0'}) == length) {
        return "One character again and again is no password.";
    }
    return NULL;
}

bool srv_password_digest(const char *password, char digest[SRV_PASSWORD_TEXT])
{
    return crypto_pwhash_str_alg(digest, password, strlen(password), PASSES, MEMORY,
                                 crypto_pwhash_ALG_ARGON2ID13) == 0;
}

bool srv_password_is_current(const char *digest)
{
    return crypto_pwhash_str_needs_rehash(digest, PASSES, MEMORY) == 0;
}

bool srv_password_is(const char *digest, const char *password)
{
    size_t length = strlen(password);
    if (length > SRV_MAX_PASSWORD) {
        return false;
    }
    const char *held = digest != NULL ? digest : srv_password_of_nobody;
    bool same = crypto_pwhash_str_verify(held, password, length) == 0;
    return same && digest != NULL;
}
