#include "ticket.h"

#include <string.h>

#include <sodium.h>

#define TICKET_BYTES 32

static void key_of(const char *ticket, char key[SRV_CACHE_KEY_MAX])
{
    static const char prefix[] = "event_ticket:";
    unsigned char hash[crypto_generichash_BYTES];

    crypto_generichash(hash, sizeof hash, (const unsigned char *)ticket, strlen(ticket), NULL, 0);
    memcpy(key, prefix, sizeof prefix);
    sodium_bin2hex(key + sizeof prefix - 1, SRV_CACHE_KEY_MAX - sizeof prefix + 1, hash,
                   sizeof hash);
}

bool srv_ticket_issue(srv_cache *cache, const char *holder, char ticket[SRV_TICKET_MAX])
{
    unsigned char random[TICKET_BYTES];
    char key[SRV_CACHE_KEY_MAX];

    randombytes_buf(random, sizeof random);
    sodium_bin2base64(ticket, SRV_TICKET_MAX, random, sizeof random,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    key_of(ticket, key);
    return srv_cache_put(cache, key, "", holder, strlen(holder), SRV_TICKET_TTL_MS);
}

char *srv_ticket_redeem(srv_cache *cache, const char *ticket)
{
    char key[SRV_CACHE_KEY_MAX];
    size_t length;

    key_of(ticket, key);
    return srv_cache_take(cache, key, "", &length);
}
