#include "faulty_disk.h"
#include "store_tools.h"

#include <stdlib.h>
#include <unistd.h>

#include <sqlite3.h>

/* Every call to the disk of a scripted session fails in turn, alone and with all after it: each call of the
   store says LSC_IO, what was acknowledged is there, and nothing is half there. */

#define N_STEPS 7

/** How far a session came: what was acknowledged, and what was tried. */
typedef struct session {
    const char *path;
    bool added;            /**< the organization */
    bool has_user;         /**< acknowledged */
    bool kept[N_STEPS];    /**< acknowledged: lead i with its activity is there */
    bool unknown[N_STEPS]; /**< tried and not acknowledged */
    bool removed;          /**< acknowledged: lead 0 is gone */
    bool unknown_removal;
    const char *backup_path;
    const char *restored_path;
    bool backed_up; /**< acknowledged: the backup holds what was kept before it */
    bool restored;
    bool sealed;
    bool copies;            /**< back up and restore, too */
    size_t n_before_copies; /**< calls to the disk */
} session;

static void expect_clear(lsc_status status, const lsc_error *error)
{
    bool clear = status == LSC_OK || status == LSC_IO || status == LSC_NOT_FOUND ||
                 status == LSC_BAD_STORE || status == LSC_BUSY;
    ck_assert_msg(clear, "%s: %s", lsc_status_name(status), error->message);
}

static lsc_status put_step(lsc_store *store, int step, lsc_error *error)
{
    char json[400];
    snprintf(json, sizeof json,
             "{\"id\": \"%d\", \"email\": \"%d@x.example\", \"notes\": \"%0200d\", \"activities\": "
             "[{\"id\": \"1\", \"type\": \"t\", \"time\": \"2025-05-01\"}]}",
             step, step, step);
    return lsc_store_put_lead_json(store, ACME, json, strlen(json), error);
}

/* Some leads in a transaction of their own, some together. */
static void put_all(session *at, lsc_store *store)
{
    for (int step = 0; step < N_STEPS; step++) {
        lsc_error error = LSC_ERROR_INIT;
        bool together = step % 4 == 2;
        lsc_status status = together ? lsc_store_begin(store, &error) : LSC_OK;
        if (status == LSC_OK) {
            status = put_step(store, step, &error);
            if (together && status == LSC_OK && step + 1 < N_STEPS) {
                status = put_step(store, step + 1, &error);
            }
            if (together && status == LSC_OK) {
                status = lsc_store_commit(store, &error);
            } else if (together) {
                lsc_store_rollback(store);
            }
        }
        expect_clear(status, &error);
        at->kept[step] = at->kept[step] || status == LSC_OK;
        at->unknown[step] = at->unknown[step] || status != LSC_OK;
        if (together && step + 1 < N_STEPS) {
            at->kept[step + 1] = status == LSC_OK;
            at->unknown[step + 1] = status != LSC_OK;
        }
    }
}

/* One of two is encrypted: the sweep comes to both. */
static const lsc_store_key *key_of(bool sealed)
{
    static const lsc_store_key key = {sizeof key, NULL, {7, 7, 7}};
    return sealed ? &key : NULL;
}

static lsc_status restore(const session *at, bool sealed, bool replace, lsc_error *error)
{
    lsc_restore options = LSC_RESTORE_INIT;
    options.key = key_of(sealed);
    options.replace = replace;
    return lsc_store_restore(at->backup_path, at->restored_path, &options, error);
}

static void back_up(session *at, lsc_store *store)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_backup options = LSC_BACKUP_INIT;
    options.key = key_of(at->sealed);
    lsc_status status = lsc_store_backup(store, at->backup_path, &options, &error);
    expect_clear(status, &error);
    at->backed_up = status == LSC_OK;
    if (at->backed_up) {
        status = restore(at, at->sealed, false, &error);
        expect_clear(status, &error);
        at->restored = status == LSC_OK;
    }
}

static const char user[] = "{\"name\": \"Jo\"}";

static bool put_user(lsc_store *store)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_account account = LSC_ACCOUNT_INIT;
    account.id = "jo";
    account.details = user;
    lsc_status status = lsc_store_put_account(store, ACME, &account, &error);
    expect_clear(status, &error);
    return status == LSC_OK;
}

/* There where it was acknowledged; whole where it is there. */
static void check_user(lsc_store *store, bool acknowledged)
{
    const lsc_stored_account *account = NULL;
    lsc_status status = lsc_store_get_account(store, ACME, LSC_ACCOUNT_USER, "jo", &account, NULL);
    ck_assert(status == LSC_OK || (status == LSC_NOT_FOUND && !acknowledged));
    ck_assert(account == NULL || strcmp(account->details, user) == 0);
}

static void run_session(session *at)
{
    lsc_store *store = NULL;
    lsc_error error = LSC_ERROR_INIT;
    lsc_store_options options = quick();
    options.durability = LSC_DURABLE_FULL;
    options.busy_ms = -1;
    lsc_status status = lsc_store_open(at->path, &options, &store, &error);
    expect_clear(status, &error);
    if (status == LSC_OK) {
        status = lsc_store_add_organization(store, ACME, NULL, &error);
        expect_clear(status, &error);
        at->added = status == LSC_OK;
    }
    if (at->added) {
        at->has_user = put_user(store);
    }
    if (status == LSC_OK) {
        put_all(at, store);
        status = lsc_store_delete_lead(store, ACME, "0", &error);
        expect_clear(status, &error);
        at->removed = status == LSC_OK;
        at->unknown_removal = status != LSC_OK;
        at->n_before_copies = faulty_disk_calls();
        if (at->copies) {
            back_up(at, store);
        }
    }
    lsc_store_close(store);
}

static bool holds(lsc_store *store, int step)
{
    char id[16];
    lsc_lead *lead;
    snprintf(id, sizeof id, "%d", step);
    ck_ok(lsc_lead_new(NULL, &lead, error));
    lsc_status status = lsc_store_get_lead(store, ACME, id, lead, NULL);
    ck_quick(status == LSC_OK || status == LSC_NOT_FOUND);
    ck_quick(status != LSC_OK || lsc_lead_n_activities(lead) == 1);
    lsc_lead_free(lead);
    return status == LSC_OK;
}

/* What is not acknowledged is not there; what is, is whole and holds what was kept. */
static void check_copies(const session *at, size_t fail_at)
{
    lsc_store *store;
    lsc_store_options options = quick();
    ck_assert_msg((access(at->backup_path, F_OK) == 0) == at->backed_up, "fault %zu: backup",
                  fail_at);
    ck_assert_msg((access(at->restored_path, F_OK) == 0) == at->restored, "fault %zu: restored",
                  fail_at);
    if (!at->backed_up) {
        return;
    }
    if (!at->restored) {
        ck_ok(restore(at, at->sealed, true, error));
    }
    ck_ok(lsc_store_open(at->restored_path, &options, &store, error));
    ck_ok(lsc_store_check(store, error));
    for (int step = 1; step < N_STEPS; step++) {
        ck_assert_msg(holds(store, step) || !at->kept[step], "fault %zu: the backup lacks %d",
                      fail_at, step);
    }
    lsc_store_close(store);
}

/* With the disk in order again the store opens, is whole, and holds what it said it would. */
static void check_after(const session *at, size_t fail_at)
{
    lsc_store *store;
    lsc_store_options options = quick();
    ck_ok(lsc_store_open(at->path, &options, &store, error));
    ck_ok(lsc_store_check(store, error));
    for (int step = 0; step < N_STEPS && at->added; step++) {
        bool gone = step == 0 && (at->removed || at->unknown_removal);
        bool held = holds(store, step);
        ck_assert_msg(held || !at->kept[step] || gone, "fault %zu: lead %d is lost", fail_at, step);
        ck_assert_msg(!held || at->kept[step] || at->unknown[step], "fault %zu: lead %d", fail_at,
                      step);
    }
    check_user(store, at->has_user);
    ck_assert_msg(!at->removed || !holds(store, 0), "fault %zu: lead 0 is back", fail_at);
    lsc_store_close(store);
    check_copies(at, fail_at);
}

static session fresh_session(bool sealed)
{
    static char paths[3][4200];
    static const char *const names[] = {"faults.store", "faults.backup", "restored.store"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(paths[i], sizeof paths[i], "%s", fresh_path(names[i]));
    }
    return (session){
        .path = paths[0], .backup_path = paths[1], .restored_path = paths[2], .sealed = sealed};
}

/* Odd, so that plain and encrypted sessions take turns. LEADSCORE_TEST_TRIES, where it is set: ten times as many. */
static size_t step_of(size_t n_calls)
{
    const char *few = getenv("LEADSCORE_TEST_TRIES");
    return few == NULL ? 1 : (n_calls / (10 * strtoul(few, NULL, 10) + 1)) | 1;
}

static void sweep_faults(bool once, int code)
{
    faulty_disk_install();
    size_t n_calls = SIZE_MAX;
    size_t n_before_copies = 0;
    for (size_t fail_at = 0; fail_at <= n_calls; fail_at += fail_at == 0 ? 1 : step_of(n_calls)) {
        session at = fresh_session(fail_at % 2 == 1);
        /* A fault before that has been looked for when it is over. */
        at.copies = fail_at == 0 || fail_at > n_before_copies;
        faulty_disk_begin(fail_at, once, code);
        run_session(&at);
        size_t seen = faulty_disk_end();
        if (fail_at == 0) {
            n_calls = seen;
            n_before_copies = at.n_before_copies;
            ck_assert_uint_gt(n_calls, 100);
            ck_assert(at.added && at.kept[N_STEPS - 1] && at.removed && at.restored);
        }
        check_after(&at, fail_at);
    }
}

START_TEST(one_call_to_the_disk_that_fails_is_survived)
{
    sweep_faults(true, SQLITE_IOERR);
}
END_TEST

START_TEST(a_disk_that_fails_from_then_on_is_survived)
{
    sweep_faults(false, SQLITE_IOERR);
}
END_TEST

START_TEST(a_disk_that_is_full_is_survived)
{
    sweep_faults(false, SQLITE_FULL);
}
END_TEST

LSC_SUITE("store/faults", TEST(one_call_to_the_disk_that_fails_is_survived),
          TEST(a_disk_that_fails_from_then_on_is_survived), TEST(a_disk_that_is_full_is_survived))
