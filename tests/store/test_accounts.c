#include "store_tools.h"

#include <sqlite3.h>

/* Users and integrations. */

/** More accounts of a type than are sealed anew at a time. */
#define N_MANY 150

static const lsc_store_key first_key = {sizeof first_key, "first", {1, 2, 3}};
static const lsc_store_key second_key = {sizeof second_key, "second", {4, 5, 6}};

static const char jo[] = "{\"name\": \"Jo Zq-Jo\", \"email\": \"jo@zq-mail.example\"}";

static lsc_store *open_store(const char *path, const lsc_store_key *key)
{
    lsc_store *store;
    lsc_store_options options = quick();
    options.key = key;
    ck_ok(lsc_store_open(path, &options, &store, error));
    ck_ok(lsc_store_add_organization(store, ACME, NULL, error));
    ck_ok(lsc_store_add_organization(store, GLOBEX, NULL, error));
    return store;
}

static lsc_account account_of(lsc_account_type type, const char *id, const char *role,
                              const char *details)
{
    lsc_account account = LSC_ACCOUNT_INIT;
    account.type = type;
    account.id = id;
    account.role = role;
    account.details = details;
    return account;
}

static void put(lsc_store *store, lsc_account_type type, const char *id, const char *role,
                const char *details)
{
    const lsc_account account = account_of(type, id, role, details);
    ck_ok(lsc_store_put_account(store, ACME, &account, error));
}

static lsc_stored_account get(lsc_store *store, lsc_account_type type, const char *id)
{
    const lsc_stored_account *account;
    ck_ok(lsc_store_get_account(store, ACME, type, id, &account, error));
    return *account;
}

static void check_account(lsc_store *store)
{
    char uuid[37] = "";
    put(store, LSC_ACCOUNT_USER, "jo", "admin", jo);
    lsc_stored_account account = get(store, LSC_ACCOUNT_USER, "jo");
    ck_assert_str_eq(account.id, "jo");
    ck_assert_str_eq(account.role, "admin");
    ck_assert_str_eq(account.details, jo);
    ck_assert(account.active);
    snprintf(uuid, sizeof uuid, "%s", account.uuid);
    ck_ok(lsc_store_set_account_active(store, ACME, LSC_ACCOUNT_USER, "jo", false, error));
    put(store, LSC_ACCOUNT_USER, "jo", NULL, NULL);
    account = get(store, LSC_ACCOUNT_USER, "jo");
    ck_assert_str_eq(account.uuid, uuid);
    ck_assert_ptr_null(account.role);
    ck_assert_str_eq(account.details, "{}");
    ck_assert(!account.active);
    put(store, LSC_ACCOUNT_INTEGRATION, "jo", "hubspot", "{\"token\": 1}");
    ck_assert_str_eq(get(store, LSC_ACCOUNT_INTEGRATION, "jo").role, "hubspot");
    ck_assert_str_eq(get(store, LSC_ACCOUNT_USER, "jo").details, "{}");
    ck_ok(lsc_store_delete_account(store, ACME, LSC_ACCOUNT_USER, "jo", error));
    ck_fails(lsc_store_delete_account(store, ACME, LSC_ACCOUNT_USER, "jo", error), LSC_NOT_FOUND,
             "no user \"jo\"");
    ck_assert_str_eq(get(store, LSC_ACCOUNT_INTEGRATION, "jo").details, "{\"token\": 1}");
}

START_TEST(an_account_comes_back_as_it_was_put)
{
    for (int sealed = 0; sealed < 2; sealed++) {
        lsc_store *store = open_store(NULL, sealed ? &first_key : NULL);
        check_account(store);
        lsc_store_close(store);
    }
}
END_TEST

START_TEST(accounts_are_listed_in_pages)
{
    lsc_store *store = open_store(NULL, NULL);
    const lsc_stored_account *accounts;
    const char *after = NULL;
    char id[16];
    size_t n_all = 0;
    size_t n;
    for (int i = 0; i < 7; i++) {
        snprintf(id, sizeof id, "u%d", (i * 3) % 7);
        put(store, LSC_ACCOUNT_USER, id, "viewer", NULL);
    }
    put(store, LSC_ACCOUNT_INTEGRATION, "u0", "csv", NULL);
    do {
        ck_ok(
            lsc_store_list_accounts(store, ACME, LSC_ACCOUNT_USER, after, 3, &accounts, &n, error));
        for (size_t i = 0; i < n; i++) {
            snprintf(id, sizeof id, "u%zu", n_all++);
            ck_assert_str_eq(accounts[i].id, id);
            ck_assert_str_eq(accounts[i].role, "viewer");
        }
        after = n > 0 ? accounts[n - 1].id : NULL;
    } while (n == 3);
    ck_assert_uint_eq(n_all, 7);
    ck_ok(lsc_store_list_accounts(store, GLOBEX, LSC_ACCOUNT_USER, NULL, 0, &accounts, &n, error));
    ck_assert_uint_eq(n, 0);
    ck_fails(lsc_store_list_accounts(store, ACME, LSC_ACCOUNT_USER, NULL, LSC_MAX_PAGE + 1,
                                     &accounts, &n, error),
             LSC_LIMIT, "limit");
    lsc_store_close(store);
}
END_TEST

static int64_t no_time(void *ctx)
{
    (void)ctx;
    return AS_OF;
}

START_TEST(an_active_account_acts)
{
    lsc_store *store = open_store(NULL, NULL);
    lsc_store_actor actor = LSC_STORE_ACTOR_INIT;
    char uuid[37] = "untouched";
    put(store, LSC_ACCOUNT_USER, "jo", "admin", jo);
    ck_ok(lsc_store_set_account_active(store, ACME, LSC_ACCOUNT_USER, "jo", false, error));
    ck_fails(lsc_store_account_uuid(store, ACME, LSC_ACCOUNT_USER, "jo", uuid, error),
             LSC_INVALID_ARG, "not active");
    ck_fails(lsc_store_account_uuid(store, ACME, LSC_ACCOUNT_USER, "al", uuid, error),
             LSC_NOT_FOUND, "no user");
    ck_fails(lsc_store_account_uuid(store, GLOBEX, LSC_ACCOUNT_USER, "jo", uuid, error),
             LSC_NOT_FOUND, "no user");
    ck_assert_str_eq(uuid, "untouched");
    ck_ok(lsc_store_set_account_active(store, ACME, LSC_ACCOUNT_USER, "jo", true, error));
    ck_ok(lsc_store_account_uuid(store, ACME, LSC_ACCOUNT_USER, "jo", uuid, error));
    ck_assert_str_eq(uuid, get(store, LSC_ACCOUNT_USER, "jo").uuid);
    actor.uuid = uuid;
    actor.now_ms = no_time;
    ck_ok(lsc_store_set_actor(store, &actor, error));
    lsc_store_close(store);
}
END_TEST

START_TEST(what_is_no_account_is_refused)
{
    lsc_store *store = open_store(NULL, NULL);
    char *details = malloc(LSC_MAX_ACCOUNT_DETAILS + 2);
    lsc_account account = account_of(LSC_ACCOUNT_USER, "jo", NULL, "[1]");
    ck_fails(lsc_store_put_account(store, ACME, &account, error), LSC_INVALID_ARG, "not an object");
    account.details = "{\"a\": 1, \"a\": 2}";
    ck_fails(lsc_store_put_account(store, ACME, &account, error), LSC_BAD_JSON, "account.details");
    account = account_of(LSC_ACCOUNT_INTEGRATION, "crm", NULL, NULL);
    ck_fails(lsc_store_put_account(store, ACME, &account, error), LSC_INVALID_ARG, "account.role");
    account.type = (lsc_account_type)2;
    ck_fails(lsc_store_put_account(store, ACME, &account, error), LSC_INVALID_ARG, "type is 2");
    memset(details, ' ', LSC_MAX_ACCOUNT_DETAILS + 1);
    memcpy(details, "{}", 2);
    details[LSC_MAX_ACCOUNT_DETAILS + 1] = '\0';
    account = account_of(LSC_ACCOUNT_USER, "jo", NULL, details);
    ck_fails(lsc_store_put_account(store, ACME, &account, error), LSC_LIMIT, "account.details");
    details[LSC_MAX_ACCOUNT_DETAILS] = '\0';
    ck_ok(lsc_store_put_account(store, ACME, &account, error));
    ck_fails(lsc_store_put_account(store, "none", &account, error), LSC_NOT_FOUND, "none");
    free(details);
    lsc_store_close(store);
}
END_TEST

/* What stands in the file in place of the details, and by which of the store's keys. */
static const char sealed_sql[] =
    "SELECT count(*) FROM (SELECT details, sealed_details FROM users UNION ALL"
    " SELECT details, sealed_details FROM integrations) WHERE details = '' AND"
    " substr(sealed_details, 1, 1) = CAST(char((SELECT max(number) FROM store_keys)) AS BLOB)";

static void put_many(lsc_store *store)
{
    char id[16];
    ck_ok(lsc_store_begin(store, error));
    for (int i = 0; i < N_MANY; i++) {
        snprintf(id, sizeof id, "a%d", i);
        put(store, LSC_ACCOUNT_USER, id, "admin", jo);
        put(store, LSC_ACCOUNT_INTEGRATION, id, "hubspot", jo);
    }
    ck_ok(lsc_store_commit(store, error));
}

static void check_many(lsc_store *store)
{
    char id[16];
    for (int i = 0; i < N_MANY; i++) {
        snprintf(id, sizeof id, "a%d", i);
        ck_assert_str_eq(get(store, LSC_ACCOUNT_USER, id).details, jo);
        ck_assert_str_eq(get(store, LSC_ACCOUNT_INTEGRATION, id).details, jo);
    }
}

START_TEST(accounts_are_sealed_anew_when_keys_change)
{
    const char *path = fresh_path("accounts.store");
    lsc_store *store = open_store(path, NULL);
    put_many(store);
    ck_assert(store_holds(path, "zq-mail"));
    ck_ok(lsc_store_rekey(store, &first_key, error));
    ck_assert(!store_holds(path, "zq-mail"));
    ck_assert_int_eq(read_number(path, sealed_sql), 2 * N_MANY);
    check_many(store);
    ck_ok(lsc_store_rekey(store, &second_key, error));
    ck_assert_int_eq(read_number(path, sealed_sql), 2 * N_MANY);
    ck_assert_int_eq(read_number(path, "SELECT count(*) FROM store_keys WHERE purpose = 'data'"),
                     1); /* the older one, which opened them before, is gone */
    check_many(store);
    lsc_store_close(store);
    store = open_store(path, &second_key);
    check_many(store);
    lsc_store_close(store);
}
END_TEST

START_TEST(an_account_that_was_changed_in_the_file_is_refused)
{
    static const char *const attacks[] = {
        /* Another role, another's details, what is not sealed. */
        "UPDATE users SET role = 'admin' WHERE external_id = 'al'",
        ("UPDATE users SET sealed_details = jo.sealed_details FROM users AS jo"
         " WHERE jo.role = 'admin' AND users.external_id = 'al'"),
        "UPDATE users SET sealed_details = NULL, details = '{}' WHERE external_id = 'al'",
    };
    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
        const char *path = fresh_path("attacked.store");
        const lsc_stored_account *account;
        lsc_store *store = open_store(path, &first_key);
        put(store, LSC_ACCOUNT_USER, "jo", "admin", jo);
        put(store, LSC_ACCOUNT_USER, "al", "viewer", "{}");
        lsc_store_close(store);
        run_sql(path, attacks[i]);
        store = open_store(path, &first_key);
        ck_fails(lsc_store_get_account(store, ACME, LSC_ACCOUNT_USER, "al", &account, error),
                 LSC_BAD_STORE, "users.details");
        lsc_store_close(store);
    }
}
END_TEST

START_TEST(no_trace_of_a_deleted_account_is_left_by_a_purge)
{
    const char *path = fresh_path("deleted.store");
    lsc_store *store = open_store(path, NULL);
    put(store, LSC_ACCOUNT_USER, "jo", "admin", jo);
    ck_ok(lsc_store_delete_account(store, ACME, LSC_ACCOUNT_USER, "jo", error));
    ck_assert(store_holds(path, "zq-mail"));
    ck_ok(lsc_store_purge(store, error));
    ck_assert(!store_holds(path, "zq-mail"));
    lsc_store_close(store);
}
END_TEST

START_TEST(accounts_come_back_from_a_backup)
{
    lsc_store *store = open_store(fresh_path("backed.store"), &first_key);
    lsc_backup backup = LSC_BACKUP_INIT;
    lsc_restore restore = LSC_RESTORE_INIT;
    char copy[4300];
    restore.key = backup.key = &first_key;
    snprintf(copy, sizeof copy, "%s", fresh_path("accounts.backup"));
    put(store, LSC_ACCOUNT_USER, "jo", "admin", jo);
    ck_ok(lsc_store_backup(store, copy, &backup, error));
    lsc_store_close(store);
    const char *path = fresh_path("back.store");
    ck_ok(lsc_store_restore(copy, path, &restore, error));
    store = open_store(path, &first_key);
    ck_assert_str_eq(get(store, LSC_ACCOUNT_USER, "jo").details, jo);
    lsc_store_close(store);
}
END_TEST

LSC_SUITE("store/accounts", TEST(an_account_comes_back_as_it_was_put),
          TEST(accounts_are_listed_in_pages), TEST(an_active_account_acts),
          TEST(what_is_no_account_is_refused), TEST(accounts_are_sealed_anew_when_keys_change),
          TEST(an_account_that_was_changed_in_the_file_is_refused),
          TEST(no_trace_of_a_deleted_account_is_left_by_a_purge),
          TEST(accounts_come_back_from_a_backup))
