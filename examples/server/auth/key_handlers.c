#include <stdio.h>
#include <stdlib.h>

#include "answers.h"
#include "auth/api_keys.h"
#include "auth/auth.h"
#include "auth/auth_answers.h"
#include "auth/auth_handlers.h"
#include "jobs.h"
#include "live.h"

/* What an integration that is a key is called in the store. */
#define KEY_ROLE "api_key"

static json_t *scopes_json(uint64_t scopes)
{
    json_t *names = json_array();
    const char *name;
    for (uint64_t bit = 1; (name = srv_scope_name(bit)) != NULL; bit <<= 1) {
        if ((scopes & bit) != 0) {
            json_array_append_new(names, json_string(name));
        }
    }
    return names;
}

static json_t *key_json(const srv_api_key *key)
{
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "id", key->id, "name", key->name, "scopes",
                     scopes_json(key->scopes), "created_at", srv_json_time(key->created_ms),
                     "expires_at", srv_json_time(key->expires_ms), "last_used_at",
                     srv_json_time(key->used_ms != 0 ? key->used_ms : LSC_TIME_NONE));
}

void srv_list_api_keys(srv_call *call)
{
    srv_api_key *keys = calloc(SRV_MAX_API_KEYS, sizeof *keys);
    size_t n = 0;
    if (keys == NULL ||
        srv_api_key_list(srv_app_of(call)->auth->db, srv_organization(call), keys, &n) != SRV_YES) {
        free(keys);
        srv_answer_login(call, SRV_LOGIN_FAULT, 0);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(items, key_json(&keys[i]));
    }
    free(keys);
    srv_reply(call, 200, json_pack("{s:o}", "items", items));
}

/* A key as the body asks for it. The document has seen that all its scopes are some. */
static srv_api_key read_key(srv_call *call)
{
    const json_t *body = srv_body(call);
    const json_t *scopes = json_object_get(body, "scopes");
    srv_api_key key = {.created_ms = srv_now_ms(call)};
    key.expires_ms = key.created_ms + srv_member_integer(body, "expires_in_days", 90) * SRV_DAY_MS;
    srv_id_make(key.id);
    snprintf(key.name, sizeof key.name, "%s", json_string_value(json_object_get(body, "name")));
    for (size_t i = 0; i < json_array_size(scopes); i++) {
        key.scopes |= srv_scope_of(json_string_value(json_array_get(scopes, i)));
    }
    return key;
}

/* The integration that a key acts as. */
static lsc_status put_integration(lsc_store *store, const char *organization, srv_api_key *key,
                                  lsc_error *error)
{
    lsc_account account = LSC_ACCOUNT_INIT;
    json_t *about = json_pack("{s:s}", "name", key->name);
    char *details = json_dumps(about, JSON_COMPACT);
    account.type = LSC_ACCOUNT_INTEGRATION;
    account.id = key->id;
    account.role = KEY_ROLE;
    account.details = details;
    lsc_status status = lsc_store_put_account(store, organization, &account, error);
    if (status == LSC_OK) {
        status = lsc_store_account_uuid(store, organization, LSC_ACCOUNT_INTEGRATION, key->id,
                                        key->uuid, error);
    }
    free(details);
    json_decref(about);
    return status;
}

void srv_create_api_key(srv_call *call)
{
    lsc_error error = LSC_ERROR_INIT;
    srv_api_key key = read_key(call);
    char text[SRV_API_KEY_TEXT];
    lsc_store *store = srv_store(call);
    if (store == NULL) {
        return;
    }
    if (!srv_went_well(call, put_integration(store, srv_organization(call), &key, &error),
                       &error)) {
        return;
    }
    srv_verdict added =
        srv_api_key_add(srv_app_of(call)->auth->db, srv_organization(call), &key, text);
    if (added != SRV_YES) {
        lsc_store_delete_account(store, srv_organization(call), LSC_ACCOUNT_INTEGRATION, key.id,
                                 NULL);
        srv_answer_verdict(call, added, 409, "too_many_api_keys",
                           "the organization has 100 keys: revoke one first");
        return;
    }
    json_t *answer = key_json(&key);
    json_object_set_new(answer, "key", json_string(text));
    srv_reply(call, 201, answer);
}

void srv_revoke_api_key(srv_call *call)
{
    const char *id = srv_path(call, "key_id");
    lsc_error error = LSC_ERROR_INIT;
    lsc_store *store = srv_store(call);
    if (store == NULL) {
        return;
    }
    srv_verdict revoked = srv_api_key_revoke(srv_app_of(call)->auth->db, srv_organization(call), id,
                                             srv_now_ms(call));
    if (revoked != SRV_YES) {
        srv_answer_verdict(call, revoked, 404, "api_key_not_found", "there is no such key");
        return;
    }
    char uuid[37] = "";
    lsc_store_account_uuid(store, srv_organization(call), LSC_ACCOUNT_INTEGRATION, id, uuid, NULL);
    srv_live_drop(srv_app_of(call), uuid);
    srv_jobs_stop_of(srv_app_of(call)->jobs, uuid);
    if (!srv_went_well(call,
                       lsc_store_set_account_active(store, srv_organization(call),
                                                    LSC_ACCOUNT_INTEGRATION, id, false, &error),
                       &error)) {
        return;
    }
    srv_reply(call, 204, NULL);
}
