#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "auth/auth.h"
#include "auth/auth_answers.h"
#include "auth/auth_handlers.h"
#include "auth/session_ends.h"
#include "auth/user_accounts.h"
#include "auth/user_cursor.h"
#include "jobs.h"
#include "trace/tracing.h"
#include "train_job.h"

static void answer_no_user(srv_call *call)
{
    srv_fail(call, 404, "user_not_found", "there is no such user");
}

/* Take a name from the body, where there is one. */
static void take_name(srv_call *call, srv_user *user)
{
    const char *name = json_string_value(json_object_get(srv_body(call), "name"));
    if (name != NULL) {
        snprintf(user->name, sizeof user->name, "%s", name);
    }
}

/* Lists. */

/* The id that the page before ended with, to be free()d; NULL: this is the first. False: it is answered. */
static bool read_cursor(srv_call *call, char **after)
{
    const char *cursor = srv_query(call, "cursor");
    *after = NULL;
    if (cursor == NULL) {
        return true;
    }
    *after = srv_user_cursor_read(srv_app_of(call)->auth->db, srv_organization(call), cursor);
    if (*after == NULL) {
        srv_fail(call, 404, "invalid_cursor", "this is no cursor of this list");
    }
    return *after != NULL;
}

/* `last`: the id that the page ends with, where there may be more. */
static void answer_users(srv_call *call, const lsc_stored_account *accounts, size_t n,
                         const char *last)
{
    const char *organization = srv_organization(call);
    json_t *items = json_array();
    for (size_t i = 0; i < n; i++) {
        srv_user user;
        if (srv_user_read(&accounts[i], &user)) {
            json_array_append_new(items, srv_user_json(organization, &user));
        }
    }
    char *next =
        last != NULL ? srv_user_cursor_make(srv_app_of(call)->auth->db, organization, last) : NULL;
    if (next == NULL && last != NULL) {
        json_decref(items);
        srv_answer_login(call, SRV_LOGIN_FAULT, 0);
        return;
    }
    srv_reply(call, 200, json_pack("{s:o, s:s?}", "items", items, "next_cursor", next));
    free(next);
}

void srv_list_users(srv_call *call)
{
    lsc_error error = LSC_ERROR_INIT;
    char *after = NULL;
    const lsc_stored_account *accounts = NULL;
    size_t n = 0;
    size_t limit = (size_t)srv_query_integer(call, "limit", LSC_PAGE);
    lsc_store *store = read_cursor(call, &after) ? srv_store(call) : NULL;
    if (store != NULL &&
        srv_went_well(call,
                      SRV_STEP(lsc_store_list_accounts, store, srv_organization(call),
                               LSC_ACCOUNT_USER, after, limit, &accounts, &n, &error),
                      &error)) {
        answer_users(call, accounts, n, n == limit ? accounts[n - 1].id : NULL);
    }
    free(after);
}

/* One user. */

/* The user that the path names. False: it is answered. */
static bool named_user(srv_call *call, lsc_store *store, srv_user *user)
{
    lsc_error error = LSC_ERROR_INIT;
    srv_credentials held;
    srv_verdict known = srv_credentials_by_uuid(srv_app_of(call)->auth->db, srv_organization(call),
                                                srv_path(call, "user_id"), &held);
    if (known == SRV_YES) {
        known = srv_user_get(store, srv_organization(call), held.email, user, &error);
    } else if (known == SRV_NO) {
        known =
            srv_user_find(store, srv_organization(call), srv_path(call, "user_id"), user, &error);
    }
    if (known == SRV_NO) {
        answer_no_user(call);
    } else if (known == SRV_FAULT && error.status != LSC_OK) {
        srv_fail_library(call, &error);
    } else if (known == SRV_FAULT) {
        srv_answer_login(call, SRV_LOGIN_FAULT, 0);
    }
    return known == SRV_YES;
}

void srv_get_user(srv_call *call)
{
    srv_user user;
    lsc_store *store = srv_store(call);
    if (store != NULL && named_user(call, store, &user)) {
        srv_reply(call, 200, srv_user_json(srv_organization(call), &user));
    }
}

/* Nobody makes another his equal or more, or touches one who is, but an owner. */
static bool may_set(const srv_principal *who, srv_role role)
{
    return who->role == SRV_ROLE_OWNER || role < who->role;
}

static void answer_may_not(srv_call *call)
{
    srv_fail(call, 403, "role_too_high", "this takes a higher role than yours");
}

/* Change a user as the body says. False: it is answered. */
static bool change(srv_call *call, srv_user *user)
{
    const srv_principal *who = srv_who(call);
    const char *role = json_string_value(json_object_get(srv_body(call), "role"));
    const json_t *active = json_object_get(srv_body(call), "active");
    srv_role next = role != NULL ? srv_role_of(role) : user->role;
    if (strcmp(user->uuid, who->uuid) == 0 && (role != NULL || active != NULL)) {
        srv_fail(call, 409, "own_account", "nobody changes his own role, or lets himself out");
        return false;
    }
    if (!may_set(who, user->role) || !may_set(who, next)) {
        answer_may_not(call);
        return false;
    }
    user->role = next;
    user->active = active != NULL ? json_is_true(active) : user->active;
    take_name(call, user);
    return true;
}

static bool write_user(srv_call *call, lsc_store *store, const srv_user *user)
{
    lsc_error error = LSC_ERROR_INIT;
    const char *organization = srv_organization(call);
    if (srv_user_put(store, organization, user, &error) != LSC_OK ||
        lsc_store_set_account_active(store, organization, LSC_ACCOUNT_USER, user->email,
                                     user->active, &error) != LSC_OK) {
        srv_fail_library(call, &error);
        return false;
    }
    return true;
}

/*
 * Whether who asks still is what his token says, within the transaction: two owners who let each other out
 * at once leave one.
 */
static bool still_may(srv_call *call, lsc_store *store)
{
    const srv_principal *who = srv_who(call);
    lsc_error error = LSC_ERROR_INIT;
    srv_user self;
    srv_verdict known = srv_user_get(store, who->organization, who->id, &self, &error);
    if (known == SRV_FAULT) {
        srv_fail_library(call, &error);
    } else if (known == SRV_NO || !self.active || self.role < who->role) {
        answer_may_not(call);
    }
    return !srv_is_answered(call);
}

/*
 * Of a user whose rights were set, though he may have had the same before: by a request that could not end his sessions,
 * and comes again. False: it cannot be kept now.
 */
static bool end_what_he_may_not(srv_call *call, const srv_user *user)
{
    srv_app *app = srv_app_of(call);
    if (json_object_get(srv_body(call), "role") == NULL &&
        json_object_get(srv_body(call), "active") == NULL) {
        return true;
    }
    if (!user->active || user->role < SRV_TRAINING_ROLE) {
        srv_jobs_stop_of(app->jobs, user->uuid);
    }
    return srv_end_sessions_of(app, user->uuid, srv_now_ms(call)) == SRV_YES;
}

void srv_update_user(srv_call *call)
{
    lsc_error error = LSC_ERROR_INIT;
    srv_user user;
    lsc_store *store = srv_store(call);
    if (store == NULL) {
        return;
    }
    if (!srv_went_well(call, lsc_store_begin(store, &error), &error)) {
        return;
    }
    bool done = still_may(call, store) && named_user(call, store, &user);
    if (!done || !change(call, &user) || !write_user(call, store, &user)) {
        lsc_store_rollback(store);
        return;
    }
    if (!srv_went_well(call, SRV_STEP(lsc_store_commit, store, &error), &error)) {
        return;
    }
    if (!end_what_he_may_not(call, &user)) {
        srv_answer_login(call, SRV_LOGIN_FAULT, 0);
        return;
    }
    srv_reply(call, 200, srv_user_json(srv_organization(call), &user));
}

/* Invitations. */

static void answer_invitation(srv_call *call, const srv_user *user)
{
    char token[SRV_TOKEN_TEXT];
    if (srv_invite(srv_app_of(call)->auth->db, user->uuid, srv_now_ms(call), token) != SRV_YES) {
        srv_answer_login(call, SRV_LOGIN_FAULT, 0);
        return;
    }
    srv_reply(call, 201,
              json_pack("{s:o, s:s, s:i}", "user", srv_user_json(srv_organization(call), user),
                        "invitation_token", token, "expires_in", (int)(SRV_INVITATION_MS / 1000)));
}

/* Add a user to both halves. False: it is answered. */
static bool add_user(srv_call *call, lsc_store *store, srv_user *user)
{
    const char *organization = srv_organization(call);
    lsc_error error = LSC_ERROR_INIT;
    if (srv_user_put(store, organization, user, &error) != LSC_OK ||
        lsc_store_account_uuid(store, organization, LSC_ACCOUNT_USER, user->email, user->uuid,
                               &error) != LSC_OK) {
        srv_fail_library(call, &error);
        return false;
    }
    srv_verdict added =
        srv_credentials_replace(srv_app_of(call)->auth->db, user->uuid, organization, user->email);
    if (added == SRV_YES) {
        return true;
    }
    srv_answer_verdict(call, added, 409, "user_exists", "there is a user of this address");
    return false;
}

void srv_invite_user(srv_call *call)
{
    const json_t *body = srv_body(call);
    srv_user user = {.role = srv_role_of(json_string_value(json_object_get(body, "role"))),
                     .active = true};
    lsc_error error = LSC_ERROR_INIT;
    srv_user other;
    if (!srv_email_fold(json_string_value(json_object_get(body, "email")), user.email)) {
        srv_fail(call, 422, "invalid_email", "this is no e-mail address");
        return;
    }
    if (!may_set(srv_who(call), user.role)) {
        answer_may_not(call);
        return;
    }
    lsc_store *store = srv_store(call);
    if (store == NULL) {
        return;
    }
    take_name(call, &user);
    if (!srv_went_well(call, lsc_store_begin(store, &error), &error)) {
        return;
    }
    srv_verdict known = srv_user_get(store, srv_organization(call), user.email, &other, &error);
    if (known == SRV_YES) {
        srv_fail(call, 409, "user_exists", "there is a user of this address");
    } else if (known == SRV_FAULT) {
        srv_fail_library(call, &error);
    }
    if (known != SRV_NO || !add_user(call, store, &user)) {
        lsc_store_rollback(store);
        return;
    }
    if (!srv_went_well(call, SRV_STEP(lsc_store_commit, store, &error), &error)) {
        return;
    }
    answer_invitation(call, &user);
}

/* A user who was put into the store by other means gets his other half. False: it is answered. */
static bool has_credentials(srv_call *call, const srv_user *user)
{
    srv_auth_db *db = srv_app_of(call)->auth->db;
    const char *organization = srv_organization(call);
    char folded[SRV_EMAIL_TEXT];
    srv_credentials held;
    srv_verdict known = srv_credentials_by_uuid(db, organization, user->uuid, &held);
    if (known == SRV_NO &&
        (!srv_email_fold(user->email, folded) || strcmp(folded, user->email) != 0)) {
        srv_fail(call, 422, "invalid_email",
                 "the id of the account is no e-mail address in lower case");
        return false;
    }
    if (known == SRV_NO) {
        known = srv_credentials_replace(db, user->uuid, organization, user->email);
    }
    if (known != SRV_YES) {
        srv_answer_login(call, SRV_LOGIN_FAULT, 0);
    }
    return known == SRV_YES;
}

void srv_invite_user_again(srv_call *call)
{
    srv_user user;
    lsc_store *store = srv_store(call);
    if (store == NULL || !named_user(call, store, &user)) {
        return;
    }
    if (strcmp(user.uuid, srv_who(call)->uuid) == 0) {
        srv_fail(call, 409, "own_account", "whoever has a password changes it with it");
        return;
    }
    if (!may_set(srv_who(call), user.role)) {
        answer_may_not(call);
        return;
    }
    if (has_credentials(call, &user)) {
        answer_invitation(call, &user);
    }
}
