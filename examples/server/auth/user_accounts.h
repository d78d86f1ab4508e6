/**
 * @file user_accounts.h
 * Users as the store has them: the other half of srv_credentials. What they are called and may do is there; what
 * proves who they are is in auth.db.
 */
#ifndef SRV_USER_ACCOUNTS_H
#define SRV_USER_ACCOUNTS_H

#include <jansson.h>
#include <stdbool.h>

#include "auth/credentials.h"
#include "call.h"

/** Room for a person's name: 200 characters. */
#define SRV_NAME_TEXT 801

typedef struct srv_user {
    char uuid[SRV_UUID_TEXT];
    char email[SRV_EMAIL_TEXT];
    char name[SRV_NAME_TEXT]; /**< empty: not said */
    srv_role role;
    bool active;
} srv_user;

/** Take a user from what the store gave. False: he has no role here, or more of an id than an
    address. */
bool srv_user_read(const lsc_stored_account *account, srv_user *user);

/**
 * Get a user. SRV_NO: there is none. On SRV_FAULT `error` says what is wrong.
 */
srv_verdict srv_user_get(lsc_store *store, const char *organization, const char *email,
                         srv_user *user, lsc_error *error);

/**
 * Find a user by his UUID among all of the organization, for one whom auth.db does not know: he was put into the store
 * by other means. As srv_user_get().
 */
srv_verdict srv_user_find(lsc_store *store, const char *organization, const char *uuid,
                          srv_user *user, lsc_error *error);

/** Put a user's role and name; what else his account has stays. Within a transaction of the store. */
lsc_status srv_user_put(lsc_store *store, const char *organization, const srv_user *user,
                        lsc_error *error);

/** A user as answers have him; NULL: no memory. */
json_t *srv_user_json(const char *organization, const srv_user *user);

/** Say that this user acts, where a call is public and has just found out who. False: it is answered. */
bool srv_act_as(srv_call *call, lsc_store *store, const char *uuid);

#endif
