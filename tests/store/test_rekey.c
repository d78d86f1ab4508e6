#include "faulty_disk.h"
#include "store_tools.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

/* A change of keys that is stopped half-way: by a disk that fails, or by the end of the process. */

/** Leads of a store that takes several transactions to encrypt anew. */
#define N_LEADS 1500u

static const lsc_store_key keys[3] = {
    {sizeof keys[0], "one", {1}}, {sizeof keys[1], "two", {2}}, {sizeof keys[2], "three", {3}}};

static lsc_store *open_store(const char *path, const lsc_store_key *key)
{
    lsc_store *store = NULL;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.durability = LSC_DURABLE_OFF;
    options.key = key;
    lsc_status status = lsc_store_open(path, &options, &store, NULL);
    ck_assert_msg(status == LSC_OK || status == LSC_BAD_KEY, "%s", lsc_status_name(status));
    return store;
}

static void write_json(unsigned number, char *json, size_t size)
{
    snprintf(json, size,
             "{\"id\": \"%u\", \"email\": \"Lead%u@x.example\", \"notes\": \"note %u\","
             " \"activities\": [{\"id\": \"1\", \"type\": \"t\", \"time\": \"2025-05-01\"},"
             " {\"id\": \"2\", \"type\": \"t\", \"time\": \"2025-05-02\", \"data\": {\"of\": %u}},"
             " {\"id\": \"3\", \"type\": \"t\", \"time\": \"2025-05-03\"}]}",
             number, number, number, number);
}

/* Every sixth lead was another when it was scored: what it was then is sealed, too. */
static void put_scored(lsc_store *store, lsc_scorer *scorer, unsigned number)
{
    char json[80];
    char id[16];
    snprintf(id, sizeof id, "%u", number);
    snprintf(json, sizeof json, "{\"id\": \"%u\", \"notes\": \"once %u\"}", number, number);
    ck_quick(lsc_store_put_lead_json(store, ACME, json, strlen(json), NULL) == LSC_OK);
    ck_quick(lsc_store_score_lead(store, ACME, id, scorer, AS_OF, NULL, NULL) == LSC_OK);
}

/** Users of the store, besides. */
#define N_USERS 100u

static void put_user(lsc_store *store, unsigned number)
{
    char id[16];
    char details[40];
    lsc_account account = LSC_ACCOUNT_INIT;
    snprintf(id, sizeof id, "user-%03u", number);
    snprintf(details, sizeof details, "{\"number\": %u}", number);
    account.id = id;
    account.details = details;
    ck_quick(lsc_store_put_account(store, ACME, &account, NULL) == LSC_OK);
}

static void check_users(lsc_store *store)
{
    const lsc_stored_account *users;
    size_t n;
    ck_ok(lsc_store_list_accounts(store, ACME, LSC_ACCOUNT_USER, NULL, N_USERS + 1, &users, &n,
                                  error));
    ck_assert_uint_eq(n, N_USERS);
    for (unsigned i = 0; i < N_USERS; i++) {
        char details[40];
        snprintf(details, sizeof details, "{\"number\": %u}", i);
        ck_assert_str_eq(users[i].details, details);
    }
}

static void fill(const char *path, const lsc_store_key *key)
{
    char json[600];
    lsc_store *store;
    lsc_store_options options = quick();
    options.key = key;
    ck_ok(lsc_store_open(path, &options, &store, error));
    ck_ok(lsc_store_add_organization(store, ACME, NULL, error));
    char sha256[65];
    lsc_scorer *scorer = make_scorer(false);
    add_model(store, ACME, false, sha256);
    ck_ok(lsc_store_begin(store, error));
    for (unsigned i = 0; i < N_LEADS; i++) {
        if (i % 6 == 0) {
            put_scored(store, scorer, i);
        }
        write_json(i, json, sizeof json);
        ck_quick(lsc_store_put_lead_json(store, ACME, json, strlen(json), NULL) == LSC_OK);
    }
    for (unsigned i = 0; i < N_USERS; i++) {
        put_user(store, i);
    }
    ck_ok(lsc_store_commit(store, error));
    lsc_scorer_free(scorer);
    lsc_store_close(store);
}

/* By its address each lead is found, with its text and its activities; another cannot take the address. */
static void check_lead(lsc_store *store, lsc_lead *lead, unsigned number)
{
    char email[40];
    char json[600];
    char expected[40];
    const char *text;
    size_t length;
    const lsc_stored_lead *found;
    lsc_lead_query query = LSC_LEAD_QUERY_INIT;
    snprintf(email, sizeof email, "lead%u@X.example", number);
    query.email = email;
    ck_ok(lsc_store_list_leads(store, ACME, &query, &found, &length, error));
    ck_assert_uint_eq(length, 1);
    ck_ok(lsc_store_get_lead(store, ACME, found[0].id, lead, error));
    ck_assert_uint_eq(lsc_lead_n_activities(lead), 3);
    ck_ok(lsc_store_lead_json(store, ACME, lsc_lead_id(lead), &text, &length, error));
    snprintf(expected, sizeof expected, "\"note %u\"", number);
    ck_assert_msg(strstr(text, expected) != NULL, "%s", text);
    snprintf(json, sizeof json, "{\"id\": \"thief\", \"email\": \"%s\"}", email);
    ck_fails(lsc_store_put_lead_json(store, ACME, json, strlen(json), error), LSC_CONFLICT,
             "e-mail");
    write_json(number, json, sizeof json);
    ck_ok(lsc_store_put_lead_json(store, ACME, json, strlen(json), error));
}

static void check_all(lsc_store *store, unsigned step)
{
    lsc_lead *lead;
    ck_ok(lsc_lead_new(NULL, &lead, error));
    ck_ok(lsc_store_begin(store, error));
    for (unsigned i = 0; i < N_LEADS; i += step) {
        check_lead(store, lead, i);
    }
    put_user(store, 7); /* which seals it with the newest key */
    check_users(store);
    ck_ok(lsc_store_commit(store, error));
    ck_assert_int_eq(counts_of(store, ACME).leads, N_LEADS);
    ck_assert_int_eq(counts_of(store, ACME).activities, 3 * N_LEADS);
    lsc_lead_free(lead);
}

static const char plain_sql[] =
    "SELECT (SELECT count(*) FROM leads WHERE sealed_properties IS NULL)"
    " + (SELECT count(*) FROM lead_activities WHERE sealed_data IS NULL)"
    " + (SELECT count(*) FROM earlier_properties WHERE sealed_properties IS NULL)"
    " + (SELECT count(*) <> 250 FROM earlier_properties WHERE properties = '')"
    " + (SELECT count(*) FROM users WHERE sealed_details IS NULL OR substr(sealed_details, 1, 1) <>"
    "    (SELECT CAST(char(max(number)) AS BLOB) FROM store_keys))";

/* Reopened with the one of two keys that opens it, the store is worked with, then the change is ended. */
static void go_on(const char *path, const lsc_store_key *old, const lsc_store_key *new,
                  bool *was_half)
{
    lsc_store *store = open_store(path, new);
    bool begun = store != NULL;
    if (!begun) {
        store = open_store(path, old);
    }
    ck_assert_ptr_nonnull(store);
    *was_half = begun && read_number(path, "SELECT count(*) FROM store_keys WHERE mark > 0"
                                           " AND purpose = 'data'") > 0;
    check_all(store, 37);
    ck_ok(lsc_store_rekey(store, begun ? NULL : new, error));
    check_all(store, 11);
    ck_ok(lsc_store_check(store, error));
    lsc_store_close(store);
    ck_assert_int_eq(read_number(path, plain_sql), 0);
    ck_assert_int_eq(read_number(path, "SELECT count(*) FROM store_keys"), 2);
    ck_assert_int_eq(read_number(path, "SELECT sum(value) FROM store_settings"), 0);
}

/* Points over the whole of it, the first ones and the last. */
static void sweep(const lsc_store_key *old)
{
    enum {
        N_POINTS = 14
    };
    size_t n_calls = 0;
    unsigned n_half = 0;
    faulty_disk_install();
    for (size_t point = 0; point <= N_POINTS; point++) {
        const char *path = fresh_path("stopped.store");
        fill(path, old);
        lsc_store *store = open_store(path, old);
        faulty_disk_begin(point == 0 ? 0 : 1 + (point - 1) * (n_calls - 1) / (N_POINTS - 1), false,
                          SQLITE_IOERR);
        lsc_status status = lsc_store_rekey(store, &keys[2], NULL);
        lsc_store_close(store);
        size_t seen = faulty_disk_end();
        n_calls = point == 0 ? seen : n_calls;
        ck_assert_msg(point > 0 || status == LSC_OK, "%s", lsc_status_name(status));
        bool half;
        go_on(path, old, &keys[2], &half);
        n_half += half;
    }
    ck_assert_uint_gt(n_half, 2); /* some stopped in the midst of it */
}

START_TEST(a_disk_that_fails_while_a_store_is_encrypted_is_survived)
{
    sweep(NULL);
}
END_TEST

START_TEST(a_disk_that_fails_while_keys_are_changed_is_survived)
{
    sweep(&keys[0]);
}
END_TEST

START_TEST(a_change_of_keys_that_is_killed_goes_on)
{
    const char *path = fresh_path("killed.store");
    fill(path, &keys[0]);
    for (unsigned round = 0; round < 8; round++) {
        const lsc_store_key *old = &keys[round % 2];
        const lsc_store_key *new = &keys[(round + 1) % 2];
        pid_t child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
            lsc_store_rekey(open_store(path, old), new, NULL);
            _exit(0);
        }
        nanosleep(&(struct timespec){.tv_nsec = 6000000L * (round + 1)}, NULL);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        bool half;
        go_on(path, old, new, &half);
    }
}
END_TEST

LSC_SUITE("store/rekey", TEST(a_disk_that_fails_while_a_store_is_encrypted_is_survived),
          TEST(a_disk_that_fails_while_keys_are_changed_is_survived),
          TEST(a_change_of_keys_that_is_killed_goes_on))
