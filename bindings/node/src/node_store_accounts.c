/* Who acts for an organization, and what was noted of it. */
#include "node_store.h"

/* What calls about an account begin with: (store, organization, id, type, ...) */
static bool begin(napi_env env, napi_callback_info info, lsc_node_call *call,
                  lsc_account_type *type)
{
    int number = 0;
    if (!lsc_node_begin_call(env, info, 2, call) ||
        !lsc_node_read_int(env, call->state->args[3], &number)) {
        return false;
    }
    *type = (lsc_account_type)number;
    return true;
}

/* storePutAccount(store, organization, id, type, role, details) */
static napi_value put_account(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    lsc_account account = LSC_ACCOUNT_INIT;
    if (!begin(env, info, &call, &account.type)) {
        return NULL;
    }
    lsc_node_state *state = call.state;
    if (!lsc_node_read_args(env, &state->args[4], &state->texts[2], 2)) {
        return NULL;
    }
    account.id = call.texts[1].bytes;
    account.role = call.texts[2].bytes;
    account.details = call.texts[3].bytes;
    return lsc_node_leave(
        env, &call, lsc_store_put_account(call.store, call.texts[0].bytes, &account, &call.error),
        NULL);
}

static void put_row(napi_env env, napi_value object, const void *rows, size_t row)
{
    const lsc_stored_account *account = (const lsc_stored_account *)rows + row;
    lsc_node_set_string(env, object, "id", account->id);
    lsc_node_set_string(env, object, "uuid", account->uuid);
    lsc_node_set_string(env, object, "role", account->role);
    lsc_node_set_bool(env, object, "active", account->active);
    lsc_node_set_string(env, object, "details", account->details);
}

/* storeGetAccount(store, organization, id, type): an array of it */
static napi_value get_account(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    lsc_account_type type = LSC_ACCOUNT_USER;
    const lsc_stored_account *account = NULL;
    if (!begin(env, info, &call, &type)) {
        return NULL;
    }
    lsc_status status = lsc_store_get_account(call.store, call.texts[0].bytes, type,
                                              call.texts[1].bytes, &account, &call.error);
    return lsc_node_give_rows(env, &call, status, account, 1, put_row);
}

/* storeListAccounts(store, organization, after, type, limit) */
static napi_value list_accounts(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    lsc_account_type type = LSC_ACCOUNT_USER;
    const lsc_stored_account *rows = NULL;
    size_t n = 0;
    size_t limit = 0;
    if (!begin(env, info, &call, &type) || !lsc_node_read_size(env, call.state->args[4], &limit)) {
        return NULL;
    }
    lsc_status status = lsc_store_list_accounts(call.store, call.texts[0].bytes, type,
                                                call.texts[1].bytes, limit, &rows, &n, &call.error);
    return lsc_node_give_rows(env, &call, status, rows, n, put_row);
}

/* storeSetAccountActive(store, organization, id, type, active) */
static napi_value set_active(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    lsc_account_type type = LSC_ACCOUNT_USER;
    bool active = false;
    if (!begin(env, info, &call, &type) || !lsc_node_read_bool(env, call.state->args[4], &active)) {
        return NULL;
    }
    lsc_status status = lsc_store_set_account_active(call.store, call.texts[0].bytes, type,
                                                     call.texts[1].bytes, active, &call.error);
    return lsc_node_leave(env, &call, status, NULL);
}

/* storeDeleteAccount(store, organization, id, type) */
static napi_value delete_account(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    lsc_account_type type = LSC_ACCOUNT_USER;
    if (!begin(env, info, &call, &type)) {
        return NULL;
    }
    lsc_status status = lsc_store_delete_account(call.store, call.texts[0].bytes, type,
                                                 call.texts[1].bytes, &call.error);
    return lsc_node_leave(env, &call, status, NULL);
}

/* UUIDs, by which the trail names leads and accounts. */

/* storeAccountUuid(store, organization, id, type) */
static napi_value account_uuid(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    lsc_account_type type = LSC_ACCOUNT_USER;
    char uuid[37] = "";
    if (!begin(env, info, &call, &type)) {
        return NULL;
    }
    lsc_status status = lsc_store_account_uuid(call.store, call.texts[0].bytes, type,
                                               call.texts[1].bytes, uuid, &call.error);
    return lsc_node_leave(env, &call, status, lsc_node_string(env, uuid));
}

/* storeLeadUuid(store, organization, id) */
static napi_value lead_uuid(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    char uuid[37] = "";
    if (!lsc_node_begin_call(env, info, 2, &call)) {
        return NULL;
    }
    lsc_status status = lsc_store_lead_uuid(call.store, call.texts[0].bytes, call.texts[1].bytes,
                                            uuid, &call.error);
    return lsc_node_leave(env, &call, status, lsc_node_string(env, uuid));
}

/* The audit trail. */

/* storeNoteAccess(store, organization, leadId) */
static napi_value note_access(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    if (!lsc_node_begin_call(env, info, 2, &call)) {
        return NULL;
    }
    lsc_status status =
        lsc_store_note_access(call.store, call.texts[0].bytes, call.texts[1].bytes, &call.error);
    return lsc_node_leave(env, &call, status, NULL);
}

static void put_audit(napi_env env, napi_value object, const void *rows, size_t row)
{
    const lsc_audit_row *noted = (const lsc_audit_row *)rows + row;
    lsc_node_set_number(env, object, "number", (double)noted->number);
    lsc_node_set_time(env, object, "time", noted->time_ms);
    lsc_node_set_string(env, object, "organization", noted->organization);
    lsc_node_set_string(env, object, "actor", noted->actor);
    lsc_node_set_string(env, object, "action", noted->action);
    lsc_node_set_string(env, object, "subject", noted->subject);
    lsc_node_set_number(env, object, "amount", (double)noted->amount);
}

/* storeListAudit(store, organization, subject, actor, action, after, limit, from, until) */
static napi_value list_audit(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    lsc_audit_query query = LSC_AUDIT_QUERY_INIT;
    const lsc_audit_row *rows = NULL;
    size_t n = 0;
    double after = 0;
    if (!lsc_node_begin_call(env, info, 4, &call) ||
        !lsc_node_read_number(env, call.state->args[5], &after) ||
        !lsc_node_read_size(env, call.state->args[6], &query.limit) ||
        !lsc_node_read_time(env, call.state->args[7], &query.from_ms) ||
        !lsc_node_read_time(env, call.state->args[8], &query.until_ms)) {
        return NULL;
    }
    query.subject = call.texts[1].bytes;
    query.actor = call.texts[2].bytes;
    query.action = call.texts[3].bytes;
    query.after = (int64_t)after;
    lsc_status status =
        lsc_store_list_audit(call.store, call.texts[0].bytes, &query, &rows, &n, &call.error);
    return lsc_node_give_rows(env, &call, status, rows, n, put_audit);
}

const lsc_node_function lsc_node_store_account_functions[] = {
    {"storePutAccount", put_account},       {"storeGetAccount", get_account},
    {"storeListAccounts", list_accounts},   {"storeSetAccountActive", set_active},
    {"storeDeleteAccount", delete_account}, {"storeAccountUuid", account_uuid},
    {"storeLeadUuid", lead_uuid},           {"storeNoteAccess", note_access},
    {"storeListAudit", list_audit},         {NULL, NULL},
};
