/**
 * @file api_keys.h
 * Keys of integrations: "lsk_", an id, "_", and a secret, which is shown once. A key acts as an
 * integration of the store, whose id is the key's.
 */
#ifndef SRV_API_KEYS_H
#define SRV_API_KEYS_H

#include <stdint.h>

#include "auth/credentials.h"

#define SRV_API_KEY_PREFIX "lsk_"
/** Room for a key, and the end of the text. */
#define SRV_API_KEY_TEXT 82
/** Room for the name that its maker gives a key: 100 characters. */
#define SRV_API_KEY_NAME 401
/** Most keys of an organization that have not been revoked. */
#define SRV_MAX_API_KEYS 100

typedef struct srv_api_key {
    char id[SRV_ID_TEXT];
    char uuid[SRV_UUID_TEXT]; /**< of its integration in the store */
    char name[SRV_API_KEY_NAME];
    uint64_t scopes;
    int64_t created_ms;
    int64_t expires_ms;
    int64_t used_ms; /**< 0: never. Kept to the minute: it is not written at each use */
} srv_api_key;

/**
 * Make a key.
 * @param key   id, uuid, name, scopes, created_ms and expires_ms are the caller's
 * @param text  filled: the key as its bearer shows it
 * @return SRV_YES; SRV_NO: the organization has SRV_MAX_API_KEYS; SRV_FAULT
 */
srv_verdict srv_api_key_add(srv_auth_db *db, const char *organization, const srv_api_key *key,
                            char text[SRV_API_KEY_TEXT]);

/** Whose a key is: fills a principal with scopes. */
srv_verdict srv_api_key_check(srv_auth_db *db, const char *text, int64_t now_ms,
                              srv_principal *principal);

/** Whether the key of an integration may be used still, by its uuid. */
srv_verdict srv_api_key_lives(srv_auth_db *db, const char *uuid, int64_t now_ms);

/**
 * List keys that are not revoked, expired ones among them, by their ids.
 * @param keys  [SRV_MAX_API_KEYS], filled
 */
srv_verdict srv_api_key_list(srv_auth_db *db, const char *organization, srv_api_key *keys,
                             size_t *n);

/** Revoke a key. SRV_NO: the organization has no such key, or it is revoked. */
srv_verdict srv_api_key_revoke(srv_auth_db *db, const char *organization, const char *id,
                               int64_t now_ms);

#endif
