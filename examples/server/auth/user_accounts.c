#include "auth/user_accounts.h"
#include "answers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wall_clock.h"

/** Accounts that are looked through at a time. */
#define LOOKED_AT_ONCE 500

static bool fits(char *text, size_t size, const char *from)
{
    int n = snprintf(text, size, "%s", from);
    return n >= 0 && (size_t)n < size;
}

bool srv_user_read(const lsc_stored_account *account, srv_user *user)
{
    json_t *details = json_loads(account->details, 0, NULL);
    const char *name = json_string_value(json_object_get(details, "name"));
    bool read = fits(user->uuid, sizeof user->uuid, account->uuid) &&
                fits(user->email, sizeof user->email, account->id) &&
                fits(user->name, sizeof user->name, name != NULL ? name : "");
    json_decref(details);
    user->role = account->role != NULL ? srv_role_of(account->role) : SRV_ROLE_NONE;
    user->active = account->active;
    return read && user->role != SRV_ROLE_NONE;
}

srv_verdict srv_user_get(lsc_store *store, const char *organization, const char *email,
                         srv_user *user, lsc_error *error)
{
    const lsc_stored_account *account = NULL;
    lsc_status status =
        lsc_store_get_account(store, organization, LSC_ACCOUNT_USER, email, &account, error);
    if (status == LSC_NOT_FOUND) {
        return SRV_NO;
    }
    if (status != LSC_OK) {
        return SRV_FAULT;
    }
    return srv_user_read(account, user) ? SRV_YES : SRV_NO;
}

srv_verdict srv_user_find(lsc_store *store, const char *organization, const char *uuid,
                          srv_user *user, lsc_error *error)
{
    const lsc_stored_account *accounts = NULL;
    const char *after = NULL;
    size_t n = LOOKED_AT_ONCE;
    while (n == LOOKED_AT_ONCE) {
        if (lsc_store_list_accounts(store, organization, LSC_ACCOUNT_USER, after, LOOKED_AT_ONCE,
                                    &accounts, &n, error) != LSC_OK) {
            return SRV_FAULT;
        }
        for (size_t i = 0; i < n; i++) {
            if (strcmp(accounts[i].uuid, uuid) == 0) {
                return srv_user_read(&accounts[i], user) ? SRV_YES : SRV_NO;
            }
            after = accounts[i].id;
        }
    }
    return SRV_NO;
}

/*
 * Details with a name, and what else is there; to be free()d. NULL: they cannot be read, or no memory. Where the
 * name is theirs already they stay byte for byte, however numbers are written in them.
 */
static char *put_name(const char *details, const char *name)
{
    json_t *about = json_loads(details, JSON_ALLOW_NUL, NULL);
    const char *held = json_string_value(json_object_get(about, "name"));
    if (strcmp(name, held != NULL ? held : "") == 0) {
        json_decref(about);
        return strdup(details);
    }
    int failed = name[0] != '\0' ? json_object_set_new(about, "name", json_string(name))
                                 : json_object_del(about, "name");
    char *named = failed == 0 ? json_dumps(about, JSON_COMPACT) : NULL;
    json_decref(about);
    return named;
}

lsc_status srv_user_put(lsc_store *store, const char *organization, const srv_user *user,
                        lsc_error *error)
{
    lsc_account account = LSC_ACCOUNT_INIT;
    const lsc_stored_account *held = NULL;
    lsc_status status =
        lsc_store_get_account(store, organization, LSC_ACCOUNT_USER, user->email, &held, error);
    if (status != LSC_OK && status != LSC_NOT_FOUND) {
        return status;
    }
    char *details = put_name(status == LSC_OK ? held->details : "{}", user->name);
    if (details == NULL) {
        *error = (lsc_error){LSC_BAD_JSON, -1, "the account's details cannot be read"};
        return LSC_BAD_JSON;
    }
    *error = (lsc_error)LSC_ERROR_INIT;
    account.id = user->email;
    account.role = srv_role_name(user->role);
    account.details = details;
    status = lsc_store_put_account(store, organization, &account, error);
    free(details);
    return status;
}

json_t *srv_user_json(const char *organization, const srv_user *user)
{
    return json_pack("{s:s, s:s, s:s, s:s?, s:s, s:b}", "id", user->uuid, "organization_id",
                     organization, "email", user->email, "name",
                     user->name[0] != '\0' ? user->name : NULL, "role", srv_role_name(user->role),
                     "active", (int)user->active);
}

bool srv_act_as(srv_call *call, lsc_store *store, const char *uuid)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_store_actor actor = LSC_STORE_ACTOR_INIT;
    actor.uuid = uuid;
    actor.now_ms = srv_tell_time;
    if (!srv_went_well(call, lsc_store_set_actor(store, &actor, &error), &error)) {
        return false;
    }
    return true;
}
