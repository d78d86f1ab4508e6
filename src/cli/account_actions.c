/* leadscore store users, leadscore store integrations. */
#include "store_args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "input.h"
#include "json_out.h"
#include "key_file.h"
#include "store_open.h"
#include "text_out.h"

static lsc_account_type type_of(const lsc_store_args *args)
{
    return strcmp(args->action, "users") == 0 ? LSC_ACCOUNT_USER : LSC_ACCOUNT_INTEGRATION;
}

/* Listing. */

/* On one line: what breaks lines in JSON stands between its values, where a blank does as well. */
static void put_details(const char *details)
{
    size_t length = strlen(details);
    while (length > 0 && strchr(" \t\r\n", details[length - 1]) != NULL) {
        length--;
    }
    for (size_t i = 0; i < length; i++) {
        putchar(details[i] == '\n' || details[i] == '\r' ? ' ' : details[i]);
    }
}

static void emit_account(const lsc_stored_account *account)
{
    lsc_emitter json = {.out = stdout};
    lsc_emit_begin(&json, '{');
    lsc_emit_text_member(&json, "id", account->id);
    lsc_emit_text_member(&json, "uuid", account->uuid);
    lsc_emit_text_member(&json, "role", account->role);
    lsc_emit_bool_member(&json, "active", account->active);
    lsc_emit_key(&json, "details");
    lsc_emit_raw(&json, "");
    put_details(account->details);
    lsc_emit_end(&json, '}');
    putchar('\n');
}

static void put_account(const lsc_stored_account *account)
{
    printf("%-8s  ", account->active ? "active" : "inactive");
    lsc_put_text(account->id, stdout);
    if (account->role != NULL) {
        fputs("  ", stdout);
        lsc_put_text(account->role, stdout);
    }
    printf("  %s\n", account->uuid);
}

static lsc_status print_accounts(const lsc_store_args *args, lsc_store *store, size_t *n_printed,
                                 lsc_error *error)
{
    const lsc_stored_account *rows;
    const char *after = NULL;
    size_t n;
    lsc_status status;
    do {
        n = 0;
        status = lsc_store_list_accounts(store, args->store.organization, type_of(args), after, 0,
                                         &rows, &n, error);
        for (size_t i = 0; i < n; i++) {
            (args->json ? emit_account : put_account)(&rows[i]);
            after = rows[i].id;
        }
        *n_printed += n;
    } while (status == LSC_OK && n == LSC_PAGE);
    return status;
}

static lsc_status open_and_print(const lsc_store_args *args, const lsc_store_key *key,
                                 bool read_only, size_t *n_printed, lsc_error *error)
{
    lsc_store *store = NULL;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.read_only = read_only;
    lsc_status status = lsc_open_keyed_store(&args->store, &options, key, &store, error);
    if (status == LSC_OK) {
        status = print_accounts(args, store, n_printed, error);
    }
    lsc_store_close(store);
    return status;
}

/* Opened to write only where it must be: an audited store notes what is read, an older one is brought up to date. */
static lsc_status print_as_may_be(const lsc_store_args *args, const lsc_store_key *key,
                                  lsc_error *error)
{
    size_t n_printed = 0;
    const lsc_status status = open_and_print(args, key, true, &n_printed, error);
    const bool must_write = (status == LSC_IO || status == LSC_UNSUPPORTED) && n_printed == 0;
    return must_write ? open_and_print(args, key, false, &n_printed, error) : status;
}

lsc_status lsc_store_accounts(const lsc_store_args *args, lsc_error *error)
{
    lsc_store_key key;
    const lsc_store_key *given;
    lsc_status status = lsc_store_key_read(args->store.key_file, &key, &given, error);
    if (status == LSC_OK) {
        status = print_as_may_be(args, given, error);
    }
    lsc_store_key_wipe(&key);
    return status;
}

/* Changing. */

static lsc_status read_details(const char *path, char **details, lsc_error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    lsc_status status = lsc_read_file(path, LSC_MAX_ACCOUNT_DETAILS, &bytes, &length, error);
    if (status == LSC_OK && length > 0 && memchr(bytes, '\0', length) != NULL) {
        status = lsc_fail_with(error, LSC_BAD_JSON, "%.200s: a NUL is no JSON", path);
    }
    if (status == LSC_OK) {
        *details = length == 0 ? strdup("") : strndup(bytes, length);
        status = *details == NULL ? lsc_fail_with(error, LSC_NO_MEMORY, "out of memory") : LSC_OK;
    }
    free(bytes);
    return status;
}

static lsc_status put_one(const lsc_store_args *args, const char *details, lsc_error *error)
{
    lsc_store *store = NULL;
    lsc_account account = LSC_ACCOUNT_INIT;
    account.type = type_of(args);
    account.id = args->id;
    account.role = args->role;
    account.details = details;
    lsc_status status = lsc_store_of_args(args, false, false, &store, error);
    if (status == LSC_OK) {
        status = lsc_store_put_account(store, args->store.organization, &account, error);
    }
    lsc_store_close(store);
    return status == LSC_BAD_JSON ? lsc_name_file(error, args->details) : status;
}

lsc_status lsc_store_put_one(const lsc_store_args *args, lsc_error *error)
{
    char *details = NULL;
    lsc_status status =
        args->details == NULL ? LSC_OK : read_details(args->details, &details, error);
    if (status == LSC_OK) {
        status = put_one(args, details, error);
    }
    free(details);
    return status;
}

lsc_status lsc_store_let_act(const lsc_store_args *args, lsc_error *error)
{
    lsc_store *store = NULL;
    const bool active = strcmp(args->deed, "activate") == 0;
    lsc_status status = lsc_store_of_args(args, false, false, &store, error);
    if (status == LSC_OK) {
        status = lsc_store_set_account_active(store, args->store.organization, type_of(args),
                                              args->id, active, error);
    }
    lsc_store_close(store);
    return status;
}

lsc_status lsc_store_delete_one(const lsc_store_args *args, lsc_error *error)
{
    lsc_store *store = NULL;
    lsc_status status = lsc_store_of_args(args, false, false, &store, error);
    if (status == LSC_OK) {
        status = lsc_store_purge(store, error); /* what was cut short before may have left bytes */
    }
    if (status == LSC_OK) {
        status = lsc_store_delete_account(store, args->store.organization, type_of(args), args->id,
                                          error);
    }
    if (status == LSC_OK) {
        status = lsc_store_purge(store, error);
    }
    lsc_store_close(store);
    return status;
}
