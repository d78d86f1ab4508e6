#include "store_tools.h"

#include <sqlite3.h>

/* What one connection does while another has the store open: keys, erasures and the trail. */

static const lsc_store_key first_key = {sizeof first_key, "first", {1, 2, 3}};
static const lsc_store_key second_key = {sizeof second_key, "second", {4, 5, 6}};

static int64_t noon(void *ctx)
{
    (void)ctx;
    return AS_OF;
}

static lsc_store *open_with(const char *path, const lsc_store_key *key)
{
    lsc_store *store;
    lsc_store_actor actor = LSC_STORE_ACTOR_INIT;
    lsc_store_options options = quick();
    actor.now_ms = noon;
    options.actor = &actor;
    options.key = key;
    ck_ok(lsc_store_open(path, &options, &store, error));
    return store;
}

static const char json[] = "{\"id\": \"s\", \"email\": \"Sylvia@x.example\", \"last_name\": \"S\"}";

/* A store with a lead that has an address, and others. */
static lsc_store *filled_store(const char *path, const lsc_store_key *key)
{
    lsc_store *store = open_with(path, key);
    ck_ok(lsc_store_add_organization(store, ACME, NULL, error));
    for (unsigned i = 0; i < 5; i++) {
        put_lead(store, ACME, i);
    }
    ck_ok(lsc_store_put_lead_json(store, ACME, json, strlen(json), error));
    return store;
}

static lsc_status find(lsc_store *store, size_t *n, lsc_error *error)
{
    const lsc_stored_lead *leads;
    lsc_lead_query query = LSC_LEAD_QUERY_INIT;
    query.email = "sylvia@x.example";
    *n = 0;
    return lsc_store_list_leads(store, ACME, &query, &leads, n, error);
}

static void check_found(lsc_store *store)
{
    size_t n;
    ck_ok(find(store, &n, error));
    ck_assert_uint_eq(n, 1);
}

/* A change of keys that is stopped at the second lead that is sealed anew: an index of others forbids it. */
static void rekey_half(const char *path, lsc_store *store, const lsc_store_key *key)
{
    char sql[200];
    snprintf(sql, sizeof sql,
             "CREATE UNIQUE INDEX stop ON leads (substr(sealed_properties, 1, 1))"
             " WHERE substr(sealed_properties, 1, 1) = x'%02x'",
             (unsigned)read_number(path, "SELECT coalesce(max(number), 1) + 1 FROM store_keys"));
    run_sql(path, sql);
    ck_assert_int_ne(lsc_store_rekey(store, key, NULL), LSC_OK);
    run_sql(path, "DROP INDEX stop");
    ck_assert_int_eq(read_number(path, "SELECT count(*) FROM store_keys WHERE purpose = 'data'"
                                       " AND mark > 0"),
                     1);
}

static const char n_keys_sql[] = "SELECT count(*) FROM store_keys";

/* One connection is stopped half-way, which another that was open before ends, with any key or none. */
static void end_of_another(const lsc_store_key *old, const lsc_store_key *key)
{
    const char *path = fresh_path("half.store");
    lsc_store *store = filled_store(path, &first_key);
    lsc_store *other = open_with(path, &first_key);
    rekey_half(path, other, old);
    lsc_store_close(other);
    ck_ok(lsc_store_rekey(store, key, error));
    ck_assert_int_eq(read_number(path, n_keys_sql), 2);
    check_found(store);
    lsc_store_close(store);
    store = open_with(path, key == NULL ? old : key);
    check_found(store);
    ck_ok(lsc_store_check(store, error));
    lsc_store_close(store);
}

START_TEST(a_change_of_keys_is_ended_by_another_connection)
{
    end_of_another(&first_key, NULL);
    end_of_another(&first_key, &first_key);
    end_of_another(&first_key, &second_key);
}
END_TEST

/* What is done as soon as a connection begins a statement. */
static const char *awaited;
static void (*act)(void);
static lsc_store *actor_store;
static const char *actor_path;

static int on_statement(unsigned event, void *ctx, void *statement, void *text)
{
    (void)event;
    (void)ctx;
    (void)statement;
    if (awaited != NULL && strcmp(text, awaited) == 0) {
        awaited = NULL;
        act();
    }
    return 0;
}

/* Connections that are opened from now on tell of their statements. */
static int watch(sqlite3 *connection, char **message, const struct sqlite3_api_routines *api)
{
    (void)message;
    (void)api;
    return sqlite3_trace_v2(connection, SQLITE_TRACE_STMT, on_statement, NULL);
}

static lsc_store *open_watched(const char *path, const lsc_store_key *key)
{
    sqlite3_auto_extension((void (*)(void))watch);
    lsc_store *store = open_with(path, key);
    sqlite3_cancel_auto_extension((void (*)(void))watch);
    return store;
}

static void rekey_half_now(void)
{
    rekey_half(actor_path, actor_store, &first_key);
}

START_TEST(a_change_of_keys_that_another_began_at_the_same_time_is_not_doubled)
{
    const char *path = fresh_path("both.store");
    actor_path = path;
    actor_store = filled_store(path, &first_key);
    lsc_store *store = open_watched(path, &first_key);
    act = rekey_half_now;
    awaited = "BEGIN IMMEDIATE";
    ck_fails(lsc_store_rekey(store, &second_key, error), LSC_BUSY, "call again");
    ck_assert_int_eq(read_number(path, n_keys_sql), 3);
    ck_ok(lsc_store_rekey(store, &second_key, error));
    ck_assert_int_eq(read_number(path, n_keys_sql), 2);
    check_found(store);
    lsc_store_close(store);
    lsc_store_close(actor_store);
}
END_TEST

START_TEST(an_address_is_found_after_another_connection_changed_the_keys)
{
    size_t n;
    const char *path = fresh_path("found.store");
    lsc_store *plain = filled_store(path, NULL);
    lsc_store *other = open_with(path, NULL);
    ck_ok(lsc_store_rekey(other, &first_key, error));
    ck_fails(find(plain, &n, error), LSC_BAD_KEY, "encrypted meanwhile");
    lsc_store_close(plain);
    lsc_store *store = open_with(path, &first_key);
    check_found(store);
    ck_ok(lsc_store_rekey(other, &first_key, error));
    check_found(store);
    rekey_half(path, other, &first_key);
    check_found(store);
    ck_ok(lsc_store_rekey(other, &second_key, error));
    ck_fails(find(store, &n, error), LSC_BAD_KEY, "is not it");
    lsc_store_close(store);
    lsc_store_close(other);
}
END_TEST

static const char due_sql[] = "SELECT value FROM store_settings WHERE name = 'purge_due'";

static void erase_now(void)
{
    run_sql(actor_path, "UPDATE store_settings SET value = 77 WHERE name = 'purge_due'");
}

START_TEST(what_another_erases_while_the_file_is_purged_is_due_after_it)
{
    const char *path = fresh_path("purged.store");
    lsc_store_close(filled_store(path, NULL));
    lsc_store *store = open_watched(path, NULL);
    actor_path = path;
    act = erase_now;
    awaited = "PRAGMA wal_checkpoint(TRUNCATE)";
    ck_ok(lsc_store_erase_lead(store, ACME, "lead-1", NULL, NULL, error));
    ck_assert_int_eq(read_number(path, due_sql), 77);
    ck_ok(lsc_store_purge(store, error));
    ck_assert_int_eq(read_number(path, due_sql), 0);
    lsc_store_close(store);
}
END_TEST

static int64_t last_due;

static void read_due_now(void)
{
    last_due = read_number(actor_path, due_sql);
}

/* The number that is written is another each time: else what is above would be taken for what is done. */
START_TEST(each_erasure_is_due_by_its_own_number)
{
    int64_t numbers[2];
    const char *path = fresh_path("numbers.store");
    lsc_store_close(filled_store(path, NULL));
    lsc_store *store = open_watched(path, NULL);
    actor_path = path;
    act = read_due_now;
    for (unsigned i = 0; i < 2; i++) {
        awaited = "PRAGMA wal_checkpoint(TRUNCATE)";
        ck_ok(lsc_store_erase_lead(store, ACME, i == 0 ? "lead-1" : "lead-2", NULL, NULL, error));
        numbers[i] = last_due;
        ck_assert_int_gt(numbers[i], 0);
    }
    ck_assert_int_ne(numbers[0], numbers[1]);
    lsc_store_close(store);
}
END_TEST

/* While the key of an encrypted store is changed all is sealed: what is not was put there by others. */
START_TEST(what_is_not_sealed_is_believed_in_the_first_encryption_alone)
{
    lsc_lead *lead;
    const char *path = fresh_path("believed.store");
    static const char put[] = "UPDATE leads SET properties = '{}', sealed_properties = NULL"
                              " WHERE external_id = 's'";
    lsc_store *store = filled_store(path, NULL);
    ck_ok(lsc_lead_new(NULL, &lead, error));
    rekey_half(path, store, &first_key);
    ck_ok(lsc_store_get_lead(store, ACME, "s", lead, error));
    ck_ok(lsc_store_rekey(store, NULL, error));
    rekey_half(path, store, &first_key);
    ck_ok(lsc_store_get_lead(store, ACME, "s", lead, error));
    run_sql(path, put);
    ck_fails(lsc_store_get_lead(store, ACME, "s", lead, error), LSC_BAD_STORE, "not what was put");
    ck_fails(lsc_store_rekey(store, NULL, error), LSC_BAD_STORE, "not what was put");
    run_sql(path,
            "DELETE FROM store_keys WHERE number = 2"); /* as if the newest had been the only one */
    ck_fails(lsc_store_get_lead(store, ACME, "s", lead, error), LSC_BAD_STORE, "not what was put");
    lsc_store_close(store);
    store = open_with(path, &first_key);
    ck_fails(lsc_store_get_lead(store, ACME, "s", lead, error), LSC_BAD_STORE, "not what was put");
    lsc_lead_free(lead);
    lsc_store_close(store);
}
END_TEST

START_TEST(keys_that_were_cut_meanwhile_are_damage)
{
    const char *path = fresh_path("cut.store");
    lsc_store *store = filled_store(path, &first_key);
    run_sql(path, "UPDATE store_keys SET salt = x'00'");
    ck_fails(lsc_store_rekey(store, &first_key, error), LSC_BAD_STORE, "value is missing");
    lsc_store_close(store);
}
END_TEST

START_TEST(a_trail_that_has_a_key_meanwhile_is_not_called_changed)
{
    int64_t n;
    const char *path = fresh_path("trail.store");
    lsc_store *other = filled_store(path, NULL);
    ck_ok(lsc_store_set_audited(other, true, error));
    lsc_store *plain = open_with(path, NULL);
    ck_ok(lsc_store_rekey(other, &first_key, error));
    put_lead(other, ACME, 1);
    ck_fails(lsc_store_verify(plain, NULL, &n, error), LSC_BAD_KEY, "encrypted meanwhile");
    ck_ok(lsc_store_verify(other, NULL, &n, error));
    lsc_store_close(plain);
    lsc_store_close(other);
}
END_TEST

LSC_SUITE("store/meanwhile", TEST(a_change_of_keys_is_ended_by_another_connection),
          TEST(a_change_of_keys_that_another_began_at_the_same_time_is_not_doubled),
          TEST(an_address_is_found_after_another_connection_changed_the_keys),
          TEST(what_another_erases_while_the_file_is_purged_is_due_after_it),
          TEST(each_erasure_is_due_by_its_own_number),
          TEST(what_is_not_sealed_is_believed_in_the_first_encryption_alone),
          TEST(keys_that_were_cut_meanwhile_are_damage),
          TEST(a_trail_that_has_a_key_meanwhile_is_not_called_changed))
