#include "store_tools.h"

#include <stdlib.h>

/* Which leads of a store a model was trained from, as their source tells. */

#define MODEL "a model's bytes"

static lsc_source *open_source(const char *path)
{
    lsc_source *source;
    ck_ok(lsc_source_open_store(path, ACME, NULL, &source, error));
    return source;
}

/* Reads so many leads; says how many there were. */
static size_t read_leads(lsc_source *source, size_t most)
{
    lsc_record record;
    bool more = true;
    size_t n = 0;
    while (n < most) {
        ck_ok(lsc_source_next(source, &record, &more, error));
        if (!more) {
            break;
        }
        n++;
    }
    return n;
}

static uint64_t note(lsc_store *store, lsc_source *source)
{
    uint64_t n_gone = UINT64_MAX;
    ck_ok(lsc_store_note_source(store, source, MODEL, sizeof MODEL, &n_gone, error));
    return n_gone;
}

/* The leads that are noted, of whatever model: a bit of its number each. */
static int64_t noted(const char *path)
{
    return read_number(path, "SELECT coalesce(sum(1 << substr(external_id, 6)), 0)"
                             " FROM trained_leads JOIN leads ON key = lead_key");
}

/* A store with the leads 1 to n. */
static lsc_store *store_of(const char *path, unsigned n)
{
    lsc_store *store = file_store(path);
    for (unsigned i = 1; i <= n; i++) {
        put_lead(store, ACME, i);
    }
    return store;
}

static void withdraw(lsc_store *store, const char *id, bool given, int64_t time_ms)
{
    lsc_consent consent = LSC_CONSENT_INIT;
    consent.purpose = LSC_CONSENT_PROFILING;
    consent.given = given;
    consent.time_ms = time_ms;
    ck_ok(lsc_store_set_consent(store, ACME, id, &consent, error));
}

START_TEST(what_a_source_gave_is_noted_under_the_models_id)
{
    const char *path = fresh_path("noted.store");
    lsc_store *store = store_of(path, 3);
    put_lead(store, GLOBEX, 1);
    lsc_source *source = open_source(path);
    test_bundle bundle = scorecard_bundle();
    const char *const *models;
    char sha256[65];
    size_t n;
    uint64_t n_gone;
    ck_assert_uint_eq(read_leads(source, 100), 3);
    ck_ok(lsc_store_note_source(store, source, bundle.bytes, bundle.length, &n_gone, error));
    ck_ok(lsc_store_note_source(store, source, bundle.bytes, bundle.length, NULL, error));
    ck_assert_uint_eq(n_gone, 0);
    ck_assert_int_eq(noted(path), 1 << 1 | 1 << 2 | 1 << 3);
    ck_ok(lsc_store_add_model(store, ACME, bundle.bytes, bundle.length, NULL, sha256, error));
    lsc_source_free(source); /* a purge waits for it */
    ck_ok(lsc_store_erase_lead(store, ACME, "lead-2", &models, &n, error));
    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(models[0], sha256);
    ck_ok(lsc_store_erase_lead(store, GLOBEX, "lead-1", &models, &n, error));
    ck_assert_uint_eq(n, 0);
    free(bundle.bytes);
    lsc_store_close(store);
}
END_TEST

START_TEST(what_a_source_has_not_given_is_not_noted)
{
    const char *path = fresh_path("part.store");
    lsc_store *store = store_of(path, 5);
    lsc_source *source = open_source(path);
    put_lead(store, ACME, 6); /* later than what the source sees */
    ck_assert_uint_eq(note(store, source), 0);
    ck_assert_int_eq(noted(path), 0);
    read_leads(source, 2);
    ck_assert_uint_eq(note(store, source), 0);
    ck_assert_int_eq(noted(path), 1 << 1 | 1 << 2);
    read_leads(source, 1);
    ck_ok(lsc_source_rewind(source, error));
    read_leads(source, 1);
    ck_assert_uint_eq(note(store, source), 0); /* as far as it was ever read */
    ck_assert_int_eq(noted(path), 1 << 1 | 1 << 2 | 1 << 3);
    ck_assert_uint_eq(read_leads(source, 100), 4); /* and it goes on where it was */
    ck_assert_uint_eq(note(store, source), 0);
    ck_assert_int_eq(noted(path), 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5);
    lsc_source_free(source);
    lsc_store_close(store);
}
END_TEST

/* SQLite gives the key of the last lead, once that is deleted, to the next. */
START_TEST(a_lead_that_went_is_counted_also_when_another_has_its_id)
{
    const char *path = fresh_path("gone.store");
    lsc_store *store = store_of(path, 4);
    lsc_source *source = open_source(path);
    read_leads(source, 100);
    ck_ok(lsc_store_delete_lead(store, ACME, "lead-2", error));
    ck_ok(lsc_store_delete_lead(store, ACME, "lead-4", error));
    put_lead(store, ACME, 4);
    ck_assert_uint_eq(note(store, source), 2);
    ck_assert_int_eq(noted(path), 1 << 1 | 1 << 3);
    put_lead(store, ACME, 3); /* changed, and the same */
    ck_assert_uint_eq(note(store, source), 2);
    ck_assert_int_eq(noted(path), 1 << 1 | 1 << 3);
    lsc_source_free(source);
    lsc_store_close(store);
}
END_TEST

START_TEST(a_lead_that_had_withdrawn_its_consent_is_not_noted)
{
    const char *path = fresh_path("withdrawn.store");
    lsc_store *store = store_of(path, 4);
    withdraw(store, "lead-1", false, AS_OF);
    withdraw(store, "lead-2", false, AS_OF);
    withdraw(store, "lead-2", true, AS_OF + 1);
    lsc_source *source = open_source(path);
    read_leads(source, 100);
    withdraw(store, "lead-1", true, AS_OF + 1);
    withdraw(store, "lead-3", false, AS_OF + 1); /* after it was learnt from */
    ck_assert_uint_eq(note(store, source), 0);
    ck_assert_int_eq(noted(path), 1 << 2 | 1 << 3 | 1 << 4);
    ck_ok(lsc_store_delete_lead(store, ACME, "lead-1", error));
    ck_assert_uint_eq(note(store, source), 0);
    lsc_source_free(source);
    lsc_store_close(store);
}
END_TEST

static lsc_status give_none(void *ctx, lsc_record *record, bool *more, lsc_error *why)
{
    (void)ctx;
    (void)record;
    (void)why;
    *more = false;
    return LSC_OK;
}

START_TEST(another_source_is_refused)
{
    const char *path = fresh_path("mine.store");
    lsc_store *store = store_of(path, 1);
    uint64_t n_gone = 77;
    lsc_source *source;
    lsc_source_calls calls = LSC_SOURCE_CALLS_INIT;
    calls.next = give_none;
    ck_ok(lsc_source_new(&calls, store, NULL, &source, error));
    ck_fails(lsc_store_note_source(store, source, MODEL, 1, &n_gone, error), LSC_INVALID_ARG,
             "lsc_source_open_store()");
    lsc_source_free(source);
    const char *other_path = fresh_path("other.store");
    lsc_store *other = store_of(other_path, 1); /* which has an ACME, and a lead-1, too */
    source = open_source(other_path);
    read_leads(source, 1);
    ck_fails(lsc_store_note_source(store, source, MODEL, 1, &n_gone, error), LSC_NOT_FOUND, ACME);
    ck_assert_uint_eq(n_gone, 77);
    ck_assert_int_eq(read_number(path, "SELECT count(*) FROM trainings"), 0);
    lsc_source_free(source);
    lsc_store_close(other);
    lsc_store_close(store);
}
END_TEST

START_TEST(a_store_that_may_only_be_read_is_refused)
{
    const char *path = fresh_path("read_only.store");
    lsc_store_close(store_of(path, 1));
    lsc_store *store;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.read_only = true;
    ck_ok(lsc_store_open(path, &options, &store, error));
    lsc_source *source = open_source(path);
    ck_fails(lsc_store_note_source(store, source, MODEL, 1, NULL, error), LSC_IO, "read");
    lsc_source_free(source);
    lsc_store_close(store);
}
END_TEST

START_TEST(what_is_noted_within_a_transaction_comes_with_it)
{
    const char *path = fresh_path("within.store");
    lsc_store *store = store_of(path, 2);
    lsc_source *source = open_source(path);
    read_leads(source, 100);
    for (int kept = 0; kept < 2; kept++) {
        ck_ok(lsc_store_begin(store, error));
        ck_assert_uint_eq(note(store, source), 0);
        ck_assert_int_eq(noted(path), 0);
        if (kept) {
            ck_ok(lsc_store_commit(store, error));
        } else {
            lsc_store_rollback(store);
        }
        ck_assert_int_eq(noted(path), kept ? 1 << 1 | 1 << 2 : 0);
    }
    lsc_source_free(source);
    lsc_store_close(store);
}
END_TEST

static int64_t no_time(void *ctx)
{
    (void)ctx;
    return AS_OF;
}

/* More leads than one transaction takes: "%05d" from 1 on. */
static lsc_store *audited_store_of_many(const char *path, int n)
{
    char sql[400];
    lsc_store *store = file_store(path);
    lsc_store_actor actor = LSC_STORE_ACTOR_INIT;
    actor.now_ms = no_time;
    ck_ok(lsc_store_set_actor(store, &actor, error));
    ck_ok(lsc_store_set_audited(store, true, error));
    snprintf(sql, sizeof sql,
             "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
             " INSERT INTO leads (organization_key, uuid, external_id, properties) SELECT key,"
             " printf('00000000-0000-4000-8000-%%012d', i), printf('%%05d', i), '{}'"
             " FROM n, organizations WHERE organizations.external_id = '" ACME "'",
             n);
    run_sql(path, sql);
    return store;
}

static lsc_source *open_audited(const char *path)
{
    lsc_source *source;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    const lsc_store_actor actor = {sizeof actor, NULL, no_time, NULL};
    options.actor = &actor;
    ck_ok(lsc_source_open_store(path, ACME, &options, &source, error));
    return source;
}

static int64_t rows_of_the_trail(const char *path, int64_t amount)
{
    char sql[100];
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM audit_log WHERE action = 'note training' AND amount = %lld",
             (long long)amount);
    return read_number(path, sql);
}

START_TEST(many_leads_are_noted_some_thousand_at_a_time)
{
    const char *path = fresh_path("many.store");
    lsc_store *store = audited_store_of_many(path, 10000);
    lsc_source *source = open_audited(path);
    ck_assert_uint_eq(read_leads(source, 4999), 4999);
    ck_assert_uint_eq(note(store, source), 0);
    ck_assert_int_eq(rows_of_the_trail(path, 4999), 1);
    ck_assert_uint_eq(read_leads(source, 2), 2);
    ck_assert_uint_eq(note(store, source), 0); /* the last one is in a second */
    ck_assert_int_eq(rows_of_the_trail(path, 1), 2);
    ck_assert_uint_eq(read_leads(source, 10000), 4999);
    ck_assert_uint_eq(note(store, source), 0); /* two that are full: no third */
    ck_assert_int_eq(rows_of_the_trail(path, 0), 1);
    ck_assert_int_eq(rows_of_the_trail(path, 4999), 2);
    ck_assert_int_eq(read_number(path, "SELECT count(*) FROM trained_leads"), 10000);
    lsc_source_free(source);
    lsc_store_close(store);
}
END_TEST

/* Tells the time so often as is left; then none. */
static int64_t some_times(void *ctx)
{
    int *left = ctx;
    return (*left)-- > 0 ? AS_OF : LSC_TIME_NONE;
}

START_TEST(what_was_noted_before_a_fault_stays_and_the_rest_is_noted_by_another_call)
{
    const char *path = fresh_path("halfway.store");
    lsc_store *store = audited_store_of_many(path, 6000);
    int left = 1; /* for a row of the first transaction, and none of the second */
    const lsc_store_actor stopping = {sizeof stopping, NULL, some_times, &left};
    const lsc_store_actor actor = {sizeof actor, NULL, no_time, NULL};
    uint64_t n_gone = 77;
    lsc_source *source = open_audited(path);
    read_leads(source, 10000);
    ck_ok(lsc_store_set_actor(store, &stopping, error));
    ck_assert_int_ne(lsc_store_note_source(store, source, MODEL, sizeof MODEL, &n_gone, NULL),
                     LSC_OK);
    ck_assert_uint_eq(n_gone, 77);
    ck_assert_int_eq(read_number(path, "SELECT count(*) FROM trained_leads"), 5000);
    ck_ok(lsc_store_set_actor(store, &actor, error));
    ck_assert_uint_eq(note(store, source), 0);
    ck_assert_int_eq(read_number(path, "SELECT count(*) FROM trained_leads"), 6000);
    ck_assert_int_eq(rows_of_the_trail(path, 0), 1);
    ck_assert_int_eq(rows_of_the_trail(path, 1000), 1);
    lsc_source_free(source);
    lsc_store_close(store);
}
END_TEST

/* The obvious reference. */

#define N_LEADS 24

/** A store, as one remembers it; leads by their numbers. */
typedef struct memory {
    int64_t life[N_LEADS]; /* which lead of that number it is; 0: there is none */
    bool withdrawn[N_LEADS];
} memory;

static int by_id(const void *a, const void *b)
{
    char ids[2][16];
    snprintf(ids[0], sizeof ids[0], "lead-%d", *(const int *)a);
    snprintf(ids[1], sizeof ids[1], "lead-%d", *(const int *)b);
    return strcmp(ids[0], ids[1]);
}

static void change_something(lsc_store *store, memory *now, test_dice *dice)
{
    static int64_t n_changes;
    char id[16];
    const unsigned number = roll(dice, N_LEADS);
    snprintf(id, sizeof id, "lead-%u", number);
    n_changes++;
    if (now->life[number] == 0) {
        put_lead(store, ACME, number);
        now->life[number] = n_changes;
        now->withdrawn[number] = false;
    } else if (roll(dice, 2) == 0) {
        ck_ok(lsc_store_delete_lead(store, ACME, id, error));
        now->life[number] = 0;
    } else {
        now->withdrawn[number] = roll(dice, 2) == 0;
        withdraw(store, id, !now->withdrawn[number], AS_OF + n_changes);
    }
}

/* What should be noted of the first leads that a source saw, and how many of them went. */
static int64_t expect(const memory *then, const memory *now, size_t furthest, uint64_t *n_gone)
{
    int order[N_LEADS];
    int64_t bits = 0;
    for (int i = 0; i < N_LEADS; i++) {
        order[i] = i;
    }
    qsort(order, N_LEADS, sizeof order[0], by_id);
    *n_gone = 0;
    for (size_t i = 0; i < N_LEADS && furthest > 0; i++) {
        const int number = order[i];
        furthest -= then->life[number] != 0;
        if (then->life[number] != 0 && !then->withdrawn[number]) {
            const bool is_there = now->life[number] == then->life[number];
            bits |= (int64_t)is_there << number;
            *n_gone += !is_there;
        }
    }
    return bits;
}

START_TEST(what_is_noted_is_what_an_obvious_reference_says)
{
    const char *path = fresh_path("reference.store");
    lsc_store *store = file_store(path);
    memory now = {{0}, {false}};
    test_dice dice = {20261127};
    uint64_t all_gone = 0;
    for (int round = 0; round < 60; round++) {
        for (unsigned i = roll(&dice, 30); i > 0; i--) {
            change_something(store, &now, &dice);
        }
        const memory then = now;
        lsc_source *source = open_source(path);
        size_t furthest = 0;
        size_t at = 0;
        for (unsigned step = roll(&dice, 12); step > 0; step--) {
            at += read_leads(source, roll(&dice, 8));
            furthest = at > furthest ? at : furthest;
            if (roll(&dice, 4) == 0) {
                ck_ok(lsc_source_rewind(source, error));
                at = 0;
            }
            change_something(store, &now, &dice);
        }
        uint64_t n_gone;
        const int64_t bits = expect(&then, &now, furthest, &n_gone);
        ck_assert_uint_eq(note(store, source), n_gone);
        ck_assert_int_eq(noted(path), bits);
        lsc_source_free(source);
        run_sql(path, "DELETE FROM trained_leads");
        all_gone += n_gone;
    }
    ck_assert_uint_gt(all_gone, 30); /* it was 51: lest nothing is tried */
    lsc_store_close(store);
}
END_TEST

LSC_SUITE("store/source_note", TEST(what_a_source_gave_is_noted_under_the_models_id),
          TEST(what_a_source_has_not_given_is_not_noted),
          TEST(a_lead_that_went_is_counted_also_when_another_has_its_id),
          TEST(a_lead_that_had_withdrawn_its_consent_is_not_noted), TEST(another_source_is_refused),
          TEST(a_store_that_may_only_be_read_is_refused),
          TEST(what_is_noted_within_a_transaction_comes_with_it),
          TEST(many_leads_are_noted_some_thousand_at_a_time),
          TEST(what_was_noted_before_a_fault_stays_and_the_rest_is_noted_by_another_call),
          TEST(what_is_noted_is_what_an_obvious_reference_says))
