/**
 * @file principal.h
 * Who makes a request, and for which organization.
 */
#ifndef SRV_PRINCIPAL_H
#define SRV_PRINCIPAL_H

#include <stdbool.h>
#include <stdint.h>

#define SRV_MAX_ORGANIZATION 128 /**< bytes of the id of an organization, with its final NUL */
#define SRV_MAX_ACCOUNT 320      /**< bytes of the id of an account, with its final NUL */

/** What a user may do. A greater one may do all that a lesser one may. */
typedef enum srv_role {
    SRV_ROLE_NONE = 0, /**< of an API key: its scopes say what it may do */
    SRV_ROLE_READ_ONLY = 1,
    SRV_ROLE_USER = 2,
    SRV_ROLE_MANAGER = 3,
    SRV_ROLE_ADMIN = 4,
    SRV_ROLE_OWNER = 5
} srv_role;

/** What an API key may do, as bits of srv_principal.scopes. */
typedef enum srv_scope {
    SRV_SCOPE_LEADS_READ = 1 << 0,
    SRV_SCOPE_LEADS_WRITE = 1 << 1,
    SRV_SCOPE_SCORING_READ = 1 << 2,
    SRV_SCOPE_SCORING_WRITE = 1 << 3,
    SRV_SCOPE_ANALYTICS_READ = 1 << 4,
    SRV_SCOPE_USERS_READ = 1 << 5,
    SRV_SCOPE_USERS_WRITE = 1 << 6,
    SRV_SCOPE_EVENTS_READ = 1 << 7
} srv_scope;

/**
 * Who makes a request. The organization comes from here alone, never from the request itself: so none
 * reaches another's data by what it asks for.
 */
typedef struct srv_principal {
    char organization[SRV_MAX_ORGANIZATION];
    char uuid[37];            /**< of the account, for the audit trail */
    char id[SRV_MAX_ACCOUNT]; /**< of the account: an e-mail address, or the id of an API key */
    srv_role role;
    bool is_key;
    uint64_t scopes;  /**< of an API key */
    char session[33]; /**< of a user: which log-in it is; "": of a key */
} srv_principal;

/** The role of a name ("read_only"); SRV_ROLE_NONE for what is none. */
srv_role srv_role_of(const char *name);
/** The name of a role; "none" for SRV_ROLE_NONE. Static. */
const char *srv_role_name(srv_role role);
/** The bit of a name ("leads:read"); 0 for what is none. */
uint64_t srv_scope_of(const char *name);
/** The name of a bit; NULL for what is none. Static. */
const char *srv_scope_name(uint64_t bit);

#endif
