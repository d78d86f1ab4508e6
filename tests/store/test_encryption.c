#include "store_tools.h"

#include <sqlite3.h>

/* Stores whose personal fields are encrypted. */

#define N_LEADS 40u

static const lsc_store_key first_key = {sizeof first_key, "first", {1, 2, 3}};
static const lsc_store_key second_key = {sizeof second_key, NULL, {4, 5, 6}};

static lsc_status open_with(const char *path, const lsc_store_key *key, lsc_store **store,
                            lsc_error *error)
{
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.durability = LSC_DURABLE_OFF;
    options.key = key;
    return lsc_store_open(path, &options, store, error);
}

/* A store with leads in two organizations. */
static lsc_store *filled_store(const char *path, const lsc_store_key *key)
{
    lsc_store *store;
    lsc_store_options options = quick();
    options.key = key;
    ck_ok(lsc_store_open(path, &options, &store, error));
    ck_ok(lsc_store_add_organization(store, ACME, NULL, error));
    ck_ok(lsc_store_add_organization(store, GLOBEX, NULL, error));
    ck_ok(lsc_store_begin(store, error));
    for (unsigned i = 0; i < N_LEADS; i++) {
        put_lead(store, ACME, i);
        put_lead(store, GLOBEX, i);
    }
    ck_ok(lsc_store_commit(store, error));
    return store;
}

/* All that was put is there, to the bit, and found by its address. */
static void check_leads(lsc_store *store)
{
    lsc_scorer *scorer = make_scorer(false);
    lsc_lead *held;
    ck_ok(lsc_lead_new(NULL, &held, error));
    for (unsigned i = 0; i < N_LEADS; i++) {
        char id[32];
        char expected[65];
        char found[65];
        lsc_lead *lead = make_lead(i, NULL);
        snprintf(id, sizeof id, "lead-%u", i);
        ck_ok(lsc_store_get_lead(store, i % 2 == 0 ? ACME : GLOBEX, id, held, error));
        hash_of(scorer, lead, AS_OF, expected);
        hash_of(scorer, held, AS_OF, found);
        ck_assert_str_eq(found, expected);
        lsc_lead_free(lead);
    }
    lsc_lead_free(held);
    lsc_scorer_free(scorer);
}

/* What no file of an encrypted store holds: texts of lead 7 and its activities, and an address. */
static const char secret_lead[] =
    "{\"id\": \"lead-s\", \"email\": \"Sylvia.Secret@hidden.example\", \"last_name\": \"Unspoken\","
    " \"status\": \"open\", \"activities\": [{\"id\": \"1\", \"type\": \"Page Viewed\","
    " \"time\": \"2025-05-01\", \"data\": {\"referrer\": \"whispered.example\"}}]}";
static const char *const secrets[] = {"hidden.example", "Unspoken", "whispered", "sylvia",
                                      "Sylvia"};

static void check_secret(const char *path, bool expected)
{
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        const bool found = store_holds(path, secrets[i]);
        ck_assert_msg(found == (expected && strcmp(secrets[i], "sylvia") != 0) ||
                          (expected && strcmp(secrets[i], "sylvia") == 0),
                      "%s", secrets[i]);
    }
}

static void put_secret(lsc_store *store)
{
    ck_ok(lsc_store_put_lead_json(store, ACME, secret_lead, strlen(secret_lead), error));
}

/* The lead whose address is asked for in another case. */
static size_t find_secret(lsc_store *store, const char *organization)
{
    const lsc_stored_lead *leads;
    lsc_lead_query query = LSC_LEAD_QUERY_INIT;
    size_t n;
    query.email = "SYLVIA.secret@hidden.example";
    ck_ok(lsc_store_list_leads(store, organization, &query, &leads, &n, error));
    if (n > 0) {
        ck_assert_str_eq(leads[0].id, "lead-s");
        ck_assert_str_eq(leads[0].email, "sylvia.secret@hidden.example");
    }
    return n;
}

START_TEST(nothing_personal_is_in_the_files_of_an_encrypted_store)
{
    const char *path = fresh_path("sealed.store");
    lsc_store *store = filled_store(path, &first_key);
    put_secret(store);
    check_secret(path, false);
    check_leads(store);
    ck_assert_uint_eq(find_secret(store, ACME), 1);
    ck_assert_uint_eq(find_secret(store, GLOBEX), 0);
    ck_ok(lsc_store_check(store, error));
    lsc_store_close(store);
    check_secret(path, false);
    const char *plain = fresh_path("plain.store");
    store = filled_store(plain, NULL);
    put_secret(store);
    lsc_store_close(store);
    check_secret(plain, true); /* so that it would be found */
}
END_TEST

START_TEST(an_address_stands_once_in_an_organization_of_an_encrypted_store)
{
    static const char other[] = "{\"id\": \"other\", \"email\": \"sylvia.SECRET@hidden.example\"}";
    lsc_store *store = filled_store(NULL, &first_key);
    put_secret(store);
    put_secret(store);
    ck_fails(lsc_store_put_lead_json(store, ACME, other, strlen(other), error), LSC_CONFLICT,
             "e-mail");
    ck_ok(lsc_store_put_lead_json(store, GLOBEX, other, strlen(other), error));
    lsc_store_close(store);
}
END_TEST

/* Of two activities that have both the same source and id, the one recorded first stays. */
START_TEST(duplicates_are_told_apart_in_an_encrypted_store)
{
    static const char later[] =
        "{\"id\": \"1\", \"type\": \"Page Viewed\", \"time\": \"2025-05-02\","
        " \"data\": {\"page\": \"later\"}}";
    static const char sooner[] =
        "{\"id\": \"1\", \"type\": \"Page Viewed\", \"time\": \"2025-04-02\","
        " \"data\": {\"page\": \"sooner\"}}";
    lsc_store *sealed = filled_store(NULL, &first_key);
    lsc_store *plain = filled_store(NULL, NULL);
    lsc_scorer *scorer = make_scorer(false);
    lsc_store *const stores[] = {sealed, plain};
    char hashes[2][65];
    for (int i = 0; i < 2; i++) {
        lsc_lead *lead;
        size_t n;
        ck_ok(lsc_lead_new(NULL, &lead, error));
        put_secret(stores[i]);
        ck_ok(lsc_store_add_activities_json(stores[i], ACME, "lead-s", later, strlen(later), &n,
                                            error));
        ck_assert_uint_eq(n, 0);
        ck_ok(lsc_store_add_activities_json(stores[i], ACME, "lead-s", sooner, strlen(sooner), &n,
                                            error));
        ck_assert_uint_eq(n, 0);
        ck_ok(lsc_store_get_lead(stores[i], ACME, "lead-s", lead, error));
        hash_of(scorer, lead, AS_OF, hashes[i]);
        lsc_lead_free(lead);
        lsc_store_close(stores[i]);
    }
    ck_assert_str_eq(hashes[0], hashes[1]);
    lsc_scorer_free(scorer);
}
END_TEST

static void check_unchanged(const char *path, const char *before, size_t length)
{
    size_t n;
    char *after = read_text(path, &n);
    ck_assert_uint_eq(n, length);
    ck_assert_mem_eq(after, before, n);
    free(after);
}

START_TEST(a_wrong_or_missing_key_is_refused_and_changes_nothing)
{
    const char *path = fresh_path("locked.store");
    lsc_store *store;
    size_t length;
    const lsc_store_key zeros = LSC_STORE_KEY_INIT;
    lsc_store_options making = quick();
    lsc_store_close(filled_store(path, &first_key));
    char *before = read_text(path, &length);
    ck_fails(open_with(path, NULL, &store, error), LSC_BAD_KEY, "is encrypted");
    ck_assert_ptr_null(store);
    ck_fails(open_with(path, &second_key, &store, error), LSC_BAD_KEY, "\"first\"");
    ck_fails(open_with(path, &zeros, &store, error), LSC_BAD_KEY, "zero");
    making.key = &second_key;
    ck_fails(lsc_store_open(path, &making, &store, error), LSC_BAD_KEY, "locked.store");
    check_unchanged(path, before, length);
    free(before);
    ck_ok(open_with(path, &first_key, &store, error));
    check_leads(store);
    lsc_store_close(store);
    lsc_source *source;
    ck_fails(lsc_source_open_store(path, ACME, NULL, &source, error), LSC_BAD_KEY, "encrypted");
}
END_TEST

START_TEST(a_key_for_a_store_that_is_not_encrypted_is_refused)
{
    const char *path = fresh_path("open.store");
    lsc_store *store;
    lsc_store_close(filled_store(path, NULL));
    ck_fails(open_with(path, &first_key, &store, error), LSC_BAD_KEY, "not encrypted");
    lsc_store_options making = quick();
    making.key = &first_key;
    ck_fails(lsc_store_open(path, &making, &store, error), LSC_BAD_KEY, "not encrypted");
    ck_ok(open_with(path, NULL, &store, error));
    lsc_store_close(store);
}
END_TEST

/* What an attacker who can write the file, and has no key, might do to a lead. */
START_TEST(what_is_sealed_cannot_be_changed_or_moved)
{
    static const char *const attacks[] = {
        /* Another lead's properties, or address. */
        "UPDATE leads SET sealed_properties = (SELECT sealed_properties FROM leads WHERE key = 3)"
        " WHERE external_id = 'lead-s'",
        /* Both leads' rows exchanged whole, but for what they are called. */
        "UPDATE leads SET sealed_properties = (SELECT sealed_properties FROM leads WHERE key = 3),"
        " uuid = (SELECT uuid FROM leads WHERE key = 3) WHERE external_id = 'lead-s'",
        /* Another organization's. */
        "DELETE FROM leads WHERE external_id = 'lead-s' AND organization_key = 1;"
        "UPDATE leads SET organization_key = 1 WHERE external_id = 'lead-s'",
        /* One bit. */
        "UPDATE leads SET sealed_properties = CAST(substr(sealed_properties, 1, 40) || x'00' ||"
        " substr(sealed_properties, 42) AS BLOB) WHERE external_id = 'lead-s'",
        /* A part. */
        "UPDATE leads SET sealed_properties = substr(sealed_properties, 1, 30)"
        " WHERE external_id = 'lead-s'",
        /* What is not sealed. */
        "UPDATE leads SET sealed_properties = NULL, properties = '{}' WHERE external_id = 'lead-s'",
        /* An activity of another lead. */
        "UPDATE lead_activities SET lead_key = (SELECT key FROM leads WHERE external_id = 'lead-s')"
        " WHERE lead_key = 3",
        /* An activity under another id. */
        "UPDATE lead_activities SET id = 'new'"
        " WHERE lead_key = (SELECT key FROM leads WHERE external_id = 'lead-s')",
    };
    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
        const char *path = fresh_path("attacked.store");
        lsc_store *store = filled_store(path, &first_key);
        lsc_lead *lead;
        put_secret(store);
        ck_ok(lsc_store_put_lead_json(store, GLOBEX, secret_lead, strlen(secret_lead), error));
        ck_ok(lsc_lead_new(NULL, &lead, error));
        ck_ok(lsc_store_get_lead(store, ACME, "lead-s", lead, error));
        lsc_store_close(store);
        run_sql(path, attacks[i]);
        ck_ok(open_with(path, &first_key, &store, error));
        ck_fails(lsc_store_get_lead(store, ACME, "lead-s", lead, error), LSC_BAD_STORE,
                 "is damaged");
        ck_assert_str_eq(lsc_lead_id(lead), "");
        lsc_lead_free(lead);
        lsc_store_close(store);
    }
}
END_TEST

/* Rows of keys that are changed open nothing. */
START_TEST(keys_that_were_changed_are_refused)
{
    static const char *const attacks[] = {
        "UPDATE store_keys SET mark = 1 WHERE purpose = 'data'",
        "UPDATE store_keys SET mark = 9 WHERE purpose = 'audit'",
        "UPDATE store_keys SET number = 7 WHERE purpose = 'data'",
        "UPDATE store_keys SET wrapped = zeroblob(60)",
        "UPDATE store_keys SET salt = zeroblob(16)",
        "DELETE FROM store_keys WHERE purpose = 'audit'",
        "DELETE FROM store_keys WHERE purpose = 'data'",
        "UPDATE store_keys SET salt = zeroblob(3)",
    };
    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
        const char *path = fresh_path("keys.store");
        lsc_store *store;
        lsc_error error = LSC_ERROR_INIT;
        lsc_store_close(filled_store(path, &first_key));
        run_sql(path, attacks[i]);
        lsc_status status = open_with(path, &first_key, &store, &error);
        ck_assert_msg(status == LSC_BAD_KEY || status == LSC_BAD_STORE, "%s: %s", attacks[i],
                      lsc_status_name(status));
    }
}
END_TEST

START_TEST(a_key_is_changed_in_place)
{
    const char *path = fresh_path("rekeyed.store");
    lsc_store *store = filled_store(path, &first_key);
    put_secret(store);
    ck_ok(lsc_store_rekey(store, &second_key, error));
    check_leads(store);
    ck_assert_uint_eq(find_secret(store, ACME), 1);
    ck_ok(lsc_store_check(store, error));
    lsc_store_close(store);
    ck_fails(open_with(path, &first_key, &store, error), LSC_BAD_KEY, "rekeyed.store");
    ck_ok(open_with(path, &second_key, &store, error));
    ck_ok(lsc_store_rekey(store, NULL, error)); /* nothing was begun */
    ck_ok(lsc_store_rekey(store, &second_key, error));
    check_leads(store);
    ck_assert_uint_eq(find_secret(store, ACME), 1);
    lsc_store_close(store);
    ck_ok(open_with(path, &second_key, &store, error));
    lsc_store_close(store);
}
END_TEST

START_TEST(a_store_that_was_not_encrypted_becomes_so_without_a_trace)
{
    const char *path = fresh_path("becoming.store");
    lsc_store *store = filled_store(path, NULL);
    put_secret(store);
    check_secret(path, true);
    ck_fails(lsc_store_rekey(store, NULL, error), LSC_INVALID_ARG, "NULL");
    ck_ok(lsc_store_begin(store, error));
    ck_fails(lsc_store_rekey(store, &first_key, error), LSC_INVALID_ARG, "transaction");
    lsc_store_rollback(store);
    ck_ok(lsc_store_rekey(store, &first_key, error));
    check_secret(path, false);
    check_leads(store);
    ck_assert_uint_eq(find_secret(store, ACME), 1);
    lsc_store_close(store);
    check_secret(path, false);
    ck_fails(open_with(path, NULL, &store, error), LSC_BAD_KEY, "is encrypted");
}
END_TEST

/* Connections that were opened before do not write what those after cannot read. */
START_TEST(a_connection_with_the_old_key_writes_no_more)
{
    const char *path = fresh_path("shared.store");
    lsc_store *store = filled_store(path, NULL);
    lsc_store *plain;
    lsc_store *old;
    lsc_store *same;
    lsc_lead *lead;
    ck_ok(lsc_lead_new(NULL, &lead, error));
    ck_ok(open_with(path, NULL, &plain, error));
    ck_ok(lsc_store_rekey(store, &first_key, error));
    ck_fails(lsc_store_put_lead_json(plain, ACME, secret_lead, strlen(secret_lead), error),
             LSC_BAD_KEY, "encrypted meanwhile");
    ck_fails(lsc_store_get_lead(plain, ACME, "lead-1", lead, error), LSC_BAD_KEY, "meanwhile");
    ck_ok(open_with(path, &first_key, &old, error));
    ck_ok(open_with(path, &first_key, &same, error));
    ck_ok(lsc_store_rekey(store, &first_key, error));
    put_secret(same); /* the caller's key is the same: the new ones are taken */
    ck_assert_uint_eq(find_secret(store, ACME), 1);
    ck_ok(lsc_store_rekey(store, &first_key, error));
    check_leads(same);
    ck_ok(lsc_store_rekey(store, &second_key, error));
    ck_fails(lsc_store_put_lead_json(old, ACME, secret_lead, strlen(secret_lead), error),
             LSC_BAD_KEY, "is not it");
    ck_fails(lsc_store_get_lead(old, ACME, "lead-1", lead, error), LSC_BAD_KEY, "is not it");
    lsc_lead_free(lead);
    lsc_store_close(old);
    lsc_store_close(same);
    lsc_store_close(plain);
    check_leads(store);
    lsc_store_close(store);
}
END_TEST

START_TEST(ids_of_keys_have_a_limit)
{
    lsc_store *store;
    lsc_store_options options = quick();
    char id[LSC_MAX_KEY_ID + 2];
    memset(id, 'k', sizeof id);
    id[sizeof id - 1] = '\0';
    lsc_store_key key = first_key;
    key.id = id;
    options.key = &key;
    ck_fails(lsc_store_open(NULL, &options, &store, error), LSC_LIMIT, "65 bytes");
    id[sizeof id - 2] = '\0';
    ck_ok(lsc_store_open(NULL, &options, &store, error));
    lsc_store_close(store);
}
END_TEST

LSC_SUITE("store/encryption", TEST(nothing_personal_is_in_the_files_of_an_encrypted_store),
          TEST(an_address_stands_once_in_an_organization_of_an_encrypted_store),
          TEST(duplicates_are_told_apart_in_an_encrypted_store),
          TEST(a_wrong_or_missing_key_is_refused_and_changes_nothing),
          TEST(a_key_for_a_store_that_is_not_encrypted_is_refused),
          TEST(what_is_sealed_cannot_be_changed_or_moved), TEST(keys_that_were_changed_are_refused),
          TEST(a_key_is_changed_in_place),
          TEST(a_store_that_was_not_encrypted_becomes_so_without_a_trace),
          TEST(a_connection_with_the_old_key_writes_no_more), TEST(ids_of_keys_have_a_limit))
