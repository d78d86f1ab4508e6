#include "account_rows.h"

#include <string.h>

#include "core/json.h"
#include "core/options.h"
#include "store/audit.h"
#include "store/purge.h"

static const lsc_json_limits details_limits = {
    .max_bytes = LSC_MAX_ACCOUNT_DETAILS, .max_depth = 32, .max_values = 10000};

void lsc_account_init(lsc_account *account, size_t size)
{
    const lsc_account defaults = LSC_ACCOUNT_INIT;
    lsc_options_init(account, size, &defaults, sizeof defaults);
}

static lsc_status check_type(lsc_account_type type, lsc_error *error)
{
    return type == LSC_ACCOUNT_USER || type == LSC_ACCOUNT_INTEGRATION
               ? LSC_OK
               : lsc_fail(error, LSC_INVALID_ARG, "type is %d, must be 0 or 1", (int)type);
}

/* The organization and the id that a call was given. */
static lsc_status find_place(lsc_store *store, const char *organization, const char *id,
                             lsc_account_place *at, lsc_error *error)
{
    at->id = id;
    lsc_status status = lsc_organization_find(store, organization, &at->organization_key, error);
    return status == LSC_OK ? lsc_store_check_id("the account's id", id, error) : status;
}

/* Find an account that must be there. @param account  as for lsc_account_row_find() */
static lsc_status find(lsc_store *store, const char *organization, const char *id,
                       lsc_account_place *at, lsc_stored_account *account, lsc_error *error)
{
    lsc_status status = find_place(store, organization, id, at, error);
    if (status == LSC_OK) {
        status = lsc_account_row_find(store, at, account, error);
    }
    return status == LSC_OK && at->uuid[0] == '\0'
               ? lsc_fail(error, LSC_NOT_FOUND, "there is no %s \"%.200s\"",
                          lsc_account_noun(at->type), id)
               : status;
}

static lsc_audit_entry entry_of(const lsc_account_place *at, lsc_account_deed deed)
{
    return (lsc_audit_entry){lsc_account_action(at->type, deed), at->organization_key, at->uuid, 1};
}

/* Putting. */

static lsc_status check_details(const char *details, lsc_error *error)
{
    lsc_json *tree;
    lsc_status status = lsc_json_parse(details, strlen(details), &details_limits, &tree, error);
    if (status != LSC_OK) {
        lsc_error_prefix(error, "account.details: ");
        return status;
    }
    const bool is_object = lsc_json_kind(tree) == LSC_JSON_OBJECT;
    lsc_json_free(tree);
    return is_object ? LSC_OK
                     : lsc_fail(error, LSC_INVALID_ARG, "account.details is not an object");
}

static lsc_status read_account(const lsc_account *given, lsc_account *account, lsc_error *error)
{
    *account = (lsc_account)LSC_ACCOUNT_INIT;
    lsc_status status = lsc_options_read("lsc_account", account, sizeof *account, given,
                                         LSC_SIZE_UP_TO(lsc_account, details), error);
    if (status == LSC_OK) {
        status = check_type(account->type, error);
    }
    if (status == LSC_OK) {
        status = lsc_store_check_id("account.id", account->id, error);
    }
    if (status == LSC_OK && (account->role != NULL || account->type != LSC_ACCOUNT_USER)) {
        status = lsc_store_check_id("account.role", account->role, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    account->details = account->details == NULL ? "{}" : account->details;
    return check_details(account->details, error);
}

static lsc_status put(lsc_store *store, const char *organization, const lsc_account *account,
                      lsc_account_place *at, lsc_error *error)
{
    lsc_status status = find_place(store, organization, account->id, at, error);
    if (status == LSC_OK) {
        status = lsc_account_row_find(store, at, NULL, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    const bool is_new = at->uuid[0] == '\0';
    if (is_new) {
        lsc_database_uuid(at->uuid);
    }
    return lsc_account_row_write(store, at, is_new, account, error);
}

lsc_status lsc_store_put_account(lsc_store *store, const char *organization,
                                 const lsc_account *account, lsc_error *error)
{
    if (store == NULL || account == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", store == NULL ? "store" : "account");
    }
    lsc_account known;
    lsc_status status = read_account(account, &known, error);
    if (status == LSC_OK) {
        status = lsc_change_begin(store->database, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_account_place at = {.type = known.type};
    status = put(store, organization, &known, &at, error);
    const lsc_audit_entry entry = entry_of(&at, LSC_ACCOUNT_PUT);
    return lsc_audit_list_end(store, &entry, status, error);
}

/* Getting. */

lsc_status lsc_store_get_account(lsc_store *store, const char *organization, lsc_account_type type,
                                 const char *id, const lsc_stored_account **account,
                                 lsc_error *error)
{
    if (store == NULL || account == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", store == NULL ? "store" : "account");
    }
    lsc_account_place at = {.type = type};
    lsc_stored_account *row = NULL;
    bool noting = false;
    lsc_status status = check_type(type, error);
    if (status == LSC_OK) {
        status = lsc_audit_read_begin(store, &noting, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_store_turn_page(store);
    row = lsc_arena_alloc(store->page, sizeof *row);
    status = row == NULL ? lsc_fail_memory(error) : find(store, organization, id, &at, row, error);
    const lsc_audit_entry entry = entry_of(&at, LSC_ACCOUNT_READ);
    status = lsc_audit_list_end(store, noting ? &entry : NULL, status, error);
    if (status == LSC_OK) {
        *account = row;
    }
    return status;
}

lsc_status lsc_store_account_uuid(lsc_store *store, const char *organization, lsc_account_type type,
                                  const char *id, char uuid[37], lsc_error *error)
{
    if (store == NULL || uuid == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", store == NULL ? "store" : "uuid");
    }
    lsc_account_place at = {.type = type};
    lsc_status status = check_type(type, error);
    if (status == LSC_OK) {
        status = lsc_look_begin(store->database, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    status = find(store, organization, id, &at, NULL, error);
    status = lsc_look_end(store->database, status);
    if (status == LSC_OK && !at.active) {
        return lsc_fail(error, LSC_INVALID_ARG, "the %s \"%.200s\" is not active",
                        lsc_account_noun(type), id);
    }
    if (status == LSC_OK) {
        memcpy(uuid, at.uuid, sizeof at.uuid);
    }
    return status;
}

/* Listing. */

static lsc_status list(lsc_store *store, const char *organization, lsc_account_place *at,
                       const char *after, size_t limit, lsc_stored_account **rows, size_t *n,
                       lsc_error *error)
{
    lsc_status status = lsc_organization_find(store, organization, &at->organization_key, error);
    lsc_store_turn_page(store);
    if (status != LSC_OK) {
        return status;
    }
    *rows = lsc_arena_alloc(store->page, limit * sizeof **rows);
    return *rows == NULL ? lsc_fail_memory(error)
                         : lsc_account_rows_list(store, at, after == NULL ? "" : after, limit,
                                                 *rows, n, error);
}

lsc_status lsc_store_list_accounts(lsc_store *store, const char *organization,
                                   lsc_account_type type, const char *after, size_t limit,
                                   const lsc_stored_account **accounts, size_t *n, lsc_error *error)
{
    if (store == NULL || accounts == NULL || n == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store, accounts or n is NULL");
    }
    lsc_account_place at = {.type = type};
    size_t most = 0;
    size_t n_rows = 0;
    lsc_stored_account *rows = NULL;
    bool noting = false;
    lsc_status status = check_type(type, error);
    if (status == LSC_OK) {
        status = lsc_store_check_limit(limit, &most, error);
    }
    if (status == LSC_OK && after != NULL) {
        status = lsc_store_check_id("after", after, error);
    }
    if (status == LSC_OK) {
        status = lsc_audit_read_begin(store, &noting, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    status = list(store, organization, &at, after, most, &rows, &n_rows, error);
    const lsc_audit_entry entry = {lsc_account_action(type, LSC_ACCOUNT_LIST), at.organization_key,
                                   NULL, (int64_t)n_rows};
    status = lsc_audit_list_end(store, noting ? &entry : NULL, status, error);
    if (status == LSC_OK) {
        *accounts = rows;
        *n = n_rows;
    }
    return status;
}

/* Changing what may be done, and deleting. */

static lsc_status change_account(lsc_store *store, const char *organization, lsc_account_type type,
                                 const char *id, lsc_account_deed wanted, lsc_error *error)
{
    if (store == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store is NULL");
    }
    lsc_account_place at = {.type = type};
    lsc_status status = check_type(type, error);
    if (status == LSC_OK) {
        status = lsc_change_begin(store->database, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    status = find(store, organization, id, &at, NULL, error);
    if (status == LSC_OK) {
        status = lsc_account_row_change(store, &at, wanted, error);
    }
    if (status == LSC_OK && wanted == LSC_ACCOUNT_DELETE) {
        status = lsc_purge_note(store, error);
    }
    const lsc_audit_entry entry = entry_of(&at, wanted);
    return lsc_audit_list_end(store, &entry, status, error);
}

lsc_status lsc_store_set_account_active(lsc_store *store, const char *organization,
                                        lsc_account_type type, const char *id, bool active,
                                        lsc_error *error)
{
    return change_account(store, organization, type, id,
                          active ? LSC_ACCOUNT_ACTIVATE : LSC_ACCOUNT_DEACTIVATE, error);
}

lsc_status lsc_store_delete_account(lsc_store *store, const char *organization,
                                    lsc_account_type type, const char *id, lsc_error *error)
{
    return change_account(store, organization, type, id, LSC_ACCOUNT_DELETE, error);
}
