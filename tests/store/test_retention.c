#include "faulty_disk.h"
#include "store_tools.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

/* What is older than it is to be kept goes, and leaves no byte. */

/** Leads of a store that takes several transactions; those of an odd number are old. */
#define N_LEADS 2600u

/** Times of the test: a policy of keeping what is younger. */
#define BEFORE AS_OF
#define OLD (AS_OF - 100 * DAY)
#define YOUNG (AS_OF + 100 * DAY)

static void add_activity(lsc_store *store, const char *lead, const char *id, const char *type,
                         int64_t time_ms)
{
    lsc_activity activity = LSC_ACTIVITY_INIT;
    const lsc_property page = {.name = "page", .type = LSC_VALUE_TEXT, .text = id};
    activity.id = id;
    activity.type = type;
    activity.time_ms = time_ms;
    activity.properties = &page;
    activity.n_properties = 1;
    ck_quick(lsc_store_add_activities(store, ACME, lead, &activity, 1, NULL, NULL) == LSC_OK);
}

static void put(lsc_store *store, const char *id)
{
    char json[100];
    snprintf(json, sizeof json, "{\"id\": \"%s\", \"email\": \"%s@x.example\"}", id, id);
    ck_quick(lsc_store_put_lead_json(store, ACME, json, strlen(json), NULL) == LSC_OK);
}

static lsc_retention_counts retain(lsc_store *store, const lsc_retention *retention)
{
    lsc_retention_counts counts = LSC_RETENTION_COUNTS_INIT;
    ck_ok(lsc_store_retain(store, ACME, retention, &counts, error));
    return counts;
}

static void check_counts(const lsc_retention_counts *counts, unsigned leads, unsigned activities,
                         unsigned scores)
{
    ck_assert_uint_eq(counts->leads, leads);
    ck_assert_uint_eq(counts->activities, activities);
    ck_assert_uint_eq(counts->scores, scores);
}

static void score_all(lsc_store *store, lsc_scorer *scorer, int64_t as_of_ms)
{
    lsc_rescoring options = LSC_RESCORING_INIT;
    options.as_of_ms = as_of_ms;
    ck_ok(lsc_store_score_all(store, ACME, lsc_scorer_model(scorer), &options, NULL, error));
}

START_TEST(old_activities_of_a_type_go_and_their_lead_is_scored_again)
{
    lsc_store *store = memory_store();
    lsc_scorer *scorer = make_scorer(false);
    lsc_retention retention = LSC_RETENTION_INIT;
    char sha256[65];
    add_model(store, ACME, false, sha256);
    put(store, "a");
    put(store, "b");
    add_activity(store, "a", "1", "Page Viewed", OLD);
    add_activity(store, "a", "2", "Email Opened", OLD);
    add_activity(store, "b", "1", "Page Viewed", BEFORE);
    add_activity(store, "b", "2", "Email Opened", OLD);
    score_all(store, scorer, YOUNG);
    ck_assert_uint_eq(n_stale(store, YOUNG, NULL), 0);
    retention.activities_before_ms = BEFORE;
    retention.activity_type = "Page Viewed";
    retention.dry_run = true;
    lsc_retention_counts counts = retain(store, &retention);
    check_counts(&counts, 0, 1, 0);
    ck_assert_int_eq(counts_of(store, ACME).activities, 4);
    ck_assert_uint_eq(n_stale(store, YOUNG, NULL), 0);
    retention.dry_run = false;
    counts = retain(store, &retention);
    check_counts(&counts, 0, 1, 0);
    ck_assert_int_eq(counts_of(store, ACME).activities, 3);
    ck_assert_uint_eq(n_stale(store, YOUNG, "a"), 1);
    counts = retain(store, &retention);
    check_counts(&counts, 0, 0, 0);
    score_all(store, scorer, YOUNG);
    ck_assert_uint_eq(n_stale(store, YOUNG, NULL), 0);
    lsc_scorer_free(scorer);
    lsc_store_close(store);
}
END_TEST

/* A type may be longer than an id. */
START_TEST(activities_of_the_longest_type_go)
{
    static char type[LSC_MAX_TEXT + 2];
    lsc_store *store = memory_store();
    lsc_retention retention = LSC_RETENTION_INIT;
    memset(type, 't', LSC_MAX_TEXT);
    put(store, "a");
    add_activity(store, "a", "1", type, OLD);
    add_activity(store, "a", "2", "t", OLD);
    retention.activities_before_ms = BEFORE;
    retention.activity_type = type;
    const lsc_retention_counts counts = retain(store, &retention);
    check_counts(&counts, 0, 1, 0);
    type[LSC_MAX_TEXT] = 't';
    ck_fails(lsc_store_retain(store, ACME, &retention, NULL, error), LSC_LIMIT, "65536");
    lsc_store_close(store);
}
END_TEST

START_TEST(old_scores_go_and_a_lead_without_one_is_scored_again)
{
    const char *path = fresh_path("scores.store");
    lsc_store *store = file_store(path);
    lsc_scorer *scorer = make_scorer(false);
    lsc_retention retention = LSC_RETENTION_INIT;
    const lsc_stored_score *scores;
    char sha256[65];
    size_t n;
    add_model(store, ACME, false, sha256);
    put(store, "a");
    put(store, "b");
    add_activity(store, "a", "1", "Page Viewed", OLD);
    score_all(store, scorer, OLD);
    ck_ok(lsc_store_put_lead_json(store, ACME, "{\"id\": \"a\", \"email\": \"new@x.example\"}", 37,
                                  error)); /* so that what it was is kept for that score */
    ck_ok(lsc_store_score_lead(store, ACME, "a", scorer, YOUNG, NULL, error));
    ck_assert_int_eq(read_number(path, "SELECT count(*) FROM earlier_properties"), 1);
    retention.scores_before_ms = BEFORE;
    lsc_retention_counts counts = retain(store, &retention);
    check_counts(&counts, 0, 0, 2);
    ck_assert_int_eq(read_number(path, "SELECT count(*) FROM earlier_properties"), 0);
    ck_assert_int_eq(counts_of(store, ACME).scores, 1);
    ck_ok(lsc_store_list_scores(store, ACME, NULL, &scores, &n, error));
    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(scores[0].lead_id, "a");
    ck_assert_uint_eq(n_stale(store, YOUNG, "b"), 1);
    ck_ok(lsc_store_check(store, error));
    lsc_scorer_free(scorer);
    lsc_store_close(store);
}
END_TEST

START_TEST(a_score_of_the_very_time_is_kept)
{
    lsc_store *store = memory_store();
    lsc_scorer *scorer = make_scorer(false);
    lsc_retention retention = LSC_RETENTION_INIT;
    const lsc_stored_score *scores;
    char sha256[65];
    size_t n;
    add_model(store, ACME, false, sha256);
    put(store, "a");
    score_all(store, scorer, BEFORE - 1);
    score_all(store, scorer, BEFORE);
    retention.scores_before_ms = BEFORE;
    const lsc_retention_counts counts = retain(store, &retention);
    check_counts(&counts, 0, 0, 1);
    ck_ok(lsc_store_list_scores(store, ACME, NULL, &scores, &n, error));
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(scores[0].receipt.as_of_ms, BEFORE);
    lsc_scorer_free(scorer);
    lsc_store_close(store);
}
END_TEST

/* A lead is as old as the last thing that is known of it. */
START_TEST(leads_go_of_which_nothing_is_known_since)
{
    static const char *const ids[] = {"activity", "consent",  "created", "gone",
                                      "outcome",  "timeless", "young"};
    lsc_store *store = memory_store();
    lsc_retention retention = LSC_RETENTION_INIT;
    const lsc_consent consent = {sizeof consent, "marketing", true, YOUNG, NULL};
    const lsc_outcome outcome = {.time_ms = YOUNG, .converted = false};
    const char *json;
    size_t n;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        put(store, ids[i]);
        if (strcmp(ids[i], "timeless") != 0) {
            add_activity(store, ids[i], "1", "t", OLD);
        }
    }
    ck_ok(lsc_store_put_lead_json(
        store, ACME, "{\"id\": \"created\", \"created_at\": \"2030-01-01\"}", 45, error));
    add_activity(store, "activity", "2", "t", YOUNG);
    ck_ok(lsc_store_set_consent(store, ACME, "consent", &consent, error));
    ck_ok(lsc_store_add_outcome(store, ACME, "outcome", &outcome, error));
    add_activity(store, "young", "2", "t", BEFORE);
    retention.leads_before_ms = BEFORE;
    lsc_retention_counts counts = retain(store, &retention);
    check_counts(&counts, 1, 0, 0);
    ck_fails(lsc_store_lead_json(store, ACME, "gone", &json, &n, error), LSC_NOT_FOUND, "gone");
    ck_assert_int_eq(counts_of(store, ACME).leads, 6);
    /* That its activities went by age makes a lead no older, and no younger. */
    retention.leads_before_ms = LSC_TIME_NONE;
    retention.activities_before_ms = YOUNG + DAY;
    retain(store, &retention);
    ck_assert_int_eq(counts_of(store, ACME).activities, 0);
    retention.activities_before_ms = LSC_TIME_NONE;
    retention.leads_before_ms = BEFORE;
    counts = retain(store, &retention);
    check_counts(&counts, 0, 0, 0);
    retention.leads_before_ms = BEFORE + 1;
    counts = retain(store, &retention);
    check_counts(&counts, 1, 0, 0);
    ck_fails(lsc_store_lead_json(store, ACME, "young", &json, &n, error), LSC_NOT_FOUND, "young");
    lsc_store_close(store);
}
END_TEST

/* Many leads, half of them old; the trace of each stands in its texts. */
static void fill(const char *path)
{
    char id[32];
    lsc_store *store = file_store(path);
    lsc_scorer *scorer = make_scorer(false);
    char sha256[65];
    add_model(store, ACME, false, sha256);
    ck_ok(lsc_store_begin(store, error));
    for (unsigned i = 0; i < N_LEADS; i++) {
        const bool old = i % 2 == 1;
        snprintf(id, sizeof id, "%s-%u", old ? "zq-old" : "new", i);
        put(store, id);
        add_activity(store, id, old ? "zq-deed" : "deed", "t", old ? OLD : YOUNG);
        if (!old) {
            add_activity(store, id, "zq-part", "t", OLD);
        }
    }
    ck_ok(lsc_store_commit(store, error));
    ck_ok(lsc_store_score_lead(store, ACME, "new-0", scorer, OLD, NULL, error));
    lsc_scorer_free(scorer);
    lsc_store_close(store);
}

static const lsc_retention policy = {sizeof policy, BEFORE, NULL, BEFORE,
                                     BEFORE,        false,  NULL, NULL};

static void check_kept(const char *path)
{
    static const char *const traces[] = {"zq-old", "zq-deed", "zq-part"};
    for (size_t i = 0; i < sizeof traces / sizeof traces[0]; i++) {
        ck_assert_msg(!store_holds(path, traces[i]), "%s", traces[i]);
    }
    ck_assert_int_eq(read_number(path, "SELECT count(*) FROM leads"), N_LEADS / 2);
    ck_assert_int_eq(read_number(path, "SELECT count(*) FROM lead_activities"), N_LEADS / 2);
    ck_assert_int_eq(read_number(path, "SELECT count(*) FROM lead_scores"), 0);
    ck_assert_int_eq(read_number(path, "SELECT count(*) FROM leads WHERE last_seen IS NULL"), 0);
    ck_assert_int_eq(read_number(path, "SELECT value FROM store_settings WHERE name = 'purge_due'"),
                     0);
}

/** Another connection, which writes between two transactions. */
typedef struct neighbour {
    lsc_store *store;
    unsigned n_told;
} neighbour;

static bool write_meanwhile(void *ctx, uint64_t n_leads)
{
    neighbour *at = ctx;
    at->n_told++;
    ck_assert_uint_gt(n_leads, 0);
    ck_ok(lsc_store_put_lead_json(at->store, GLOBEX, "{\"id\": \"x\"}", 11, error));
    return true;
}

START_TEST(no_trace_is_left_and_others_write_meanwhile)
{
    const char *path = fresh_path("kept.store");
    lsc_store *store;
    neighbour other = {NULL, 0};
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    lsc_retention wanted = policy;
    lsc_retention_counts dry = LSC_RETENTION_COUNTS_INIT;
    options.durability = LSC_DURABLE_OFF;
    options.busy_ms = -1;
    fill(path);
    ck_assert(store_holds(path, "zq-old") && store_holds(path, "zq-part"));
    ck_ok(lsc_store_open(path, &options, &store, error));
    ck_ok(lsc_store_open(path, &options, &other.store, error));
    wanted.dry_run = true;
    ck_ok(lsc_store_retain(store, ACME, &wanted, &dry, error));
    check_counts(&dry, N_LEADS / 2, N_LEADS / 2, 1);
    wanted.dry_run = false;
    wanted.progress = write_meanwhile;
    wanted.progress_ctx = &other;
    const lsc_retention_counts counts = retain(store, &wanted);
    ck_assert_mem_eq(&counts, &dry, sizeof dry);
    ck_assert_uint_gt(other.n_told, 1);
    lsc_store_close(other.store);
    run_sql(path, "DELETE FROM leads WHERE organization_key = 2; DELETE FROM score_queue WHERE"
                  " organization_key = 2");
    check_kept(path);
    ck_ok(lsc_store_check(store, error));
    lsc_store_close(store);
    check_kept(path);
}
END_TEST

/* Stopped anywhere, it is begun again and does the rest. */
static void end_it(const char *path)
{
    lsc_store *store;
    ck_ok(lsc_store_open(path, NULL, &store, error));
    retain(store, &policy);
    ck_ok(lsc_store_check(store, error));
    lsc_store_close(store);
    check_kept(path);
}

START_TEST(a_disk_that_fails_while_old_things_go_is_survived)
{
    enum {
        N_POINTS = 8
    };
    size_t n_calls = 0;
    faulty_disk_install();
    for (size_t point = 0; point <= N_POINTS; point++) {
        const char *path = fresh_path("failing.store");
        lsc_store *store;
        fill(path);
        ck_ok(lsc_store_open(path, NULL, &store, error));
        faulty_disk_begin(point == 0 ? 0 : 1 + (point - 1) * (n_calls - 1) / (N_POINTS - 1), false,
                          SQLITE_IOERR);
        lsc_status status = lsc_store_retain(store, ACME, &policy, NULL, NULL);
        lsc_store_close(store);
        size_t seen = faulty_disk_end();
        n_calls = point == 0 ? seen : n_calls;
        ck_assert_msg(point > 0 || status == LSC_OK, "%s", lsc_status_name(status));
        end_it(path);
    }
}
END_TEST

START_TEST(what_was_killed_while_old_things_go_is_begun_again)
{
    for (long round = 1; round <= 6; round++) {
        const char *path = fresh_path("killed.store");
        lsc_store *store;
        fill(path);
        pid_t child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
            lsc_store_open(path, NULL, &store, NULL);
            lsc_store_retain(store, ACME, &policy, NULL, NULL);
            _exit(0);
        }
        nanosleep(&(struct timespec){.tv_nsec = 15000000L * round}, NULL);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        end_it(path);
    }
}
END_TEST

static int64_t the_time(void *ctx)
{
    (void)ctx;
    return AS_OF;
}

static bool stop(void *ctx, uint64_t n_leads)
{
    (void)ctx;
    return n_leads == 0;
}

START_TEST(what_goes_is_noted)
{
    lsc_store *store = memory_store();
    const lsc_audit_row *rows;
    lsc_store_actor actor = LSC_STORE_ACTOR_INIT;
    lsc_audit_query query = LSC_AUDIT_QUERY_INIT;
    char uuid[37];
    size_t n;
    actor.now_ms = the_time;
    ck_ok(lsc_store_set_actor(store, &actor, error));
    put(store, "old");
    put(store, "young");
    add_activity(store, "old", "1", "t", OLD);
    add_activity(store, "young", "1", "t", OLD);
    add_activity(store, "young", "2", "t", YOUNG);
    ck_ok(lsc_store_lead_uuid(store, ACME, "old", uuid, error));
    ck_ok(lsc_store_set_audited(store, true, error));
    retain(store, &policy);
    ck_ok(lsc_store_list_audit(store, ACME, NULL, &rows, &n, error));
    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(rows[0].action, "erase lead");
    ck_assert_str_eq(rows[0].subject, uuid);
    ck_assert_str_eq(rows[1].action, "delete activities");
    ck_assert_int_eq(rows[1].amount, 1);
    query.after = rows[1].number;
    retain(store, &policy); /* nothing goes, and nothing is noted */
    ck_ok(lsc_store_list_audit(store, NULL, &query, &rows, &n, error));
    ck_assert_uint_eq(n, 0);
    lsc_store_close(store);
}
END_TEST

static int64_t lost_time(void *ctx)
{
    (void)ctx;
    return LSC_TIME_NONE;
}

START_TEST(what_could_not_be_noted_has_not_gone_and_is_not_counted)
{
    lsc_store *store = memory_store();
    lsc_retention_counts counts = LSC_RETENTION_COUNTS_INIT;
    lsc_store_actor actor = LSC_STORE_ACTOR_INIT;
    actor.now_ms = the_time;
    ck_ok(lsc_store_set_actor(store, &actor, error));
    put(store, "old");
    add_activity(store, "old", "1", "t", OLD);
    ck_ok(lsc_store_set_audited(store, true, error));
    actor.now_ms = lost_time;
    ck_ok(lsc_store_set_actor(store, &actor, error));
    ck_fails(lsc_store_retain(store, ACME, &policy, &counts, error), LSC_INVALID_ARG, "no time");
    check_counts(&counts, 0, 0, 0);
    ck_assert_int_eq(counts_of(store, ACME).leads, 1);
    lsc_store_close(store);
}
END_TEST

START_TEST(what_is_no_policy_is_refused)
{
    lsc_store *store = memory_store();
    lsc_retention retention = LSC_RETENTION_INIT;
    put(store, "a");
    ck_fails(lsc_store_retain(store, ACME, &retention, NULL, error), LSC_INVALID_ARG, "nothing");
    retention.activity_type = "t";
    retention.leads_before_ms = BEFORE;
    ck_fails(lsc_store_retain(store, ACME, &retention, NULL, error), LSC_INVALID_ARG,
             "activity_type");
    retention.activity_type = NULL;
    retention.leads_before_ms = INT64_MAX;
    ck_fails(lsc_store_retain(store, ACME, &retention, NULL, error), LSC_INVALID_ARG,
             "leads_before_ms");
    retention.leads_before_ms = BEFORE;
    ck_fails(lsc_store_retain(store, "none", &retention, NULL, error), LSC_NOT_FOUND, "none");
    ck_ok(lsc_store_begin(store, error));
    ck_fails(lsc_store_retain(store, ACME, &retention, NULL, error), LSC_INVALID_ARG,
             "transaction");
    lsc_store_rollback(store);
    retention.progress = stop;
    ck_fails(lsc_store_retain(store, ACME, &retention, NULL, error), LSC_CANCELLED, "stopped");
    lsc_store_close(store);
}
END_TEST

/* An id that no call would have put does not keep it going round. */
START_TEST(a_damaged_id_is_said_to_be_damage)
{
    const char *path = fresh_path("damaged.store");
    lsc_store *store = file_store(path);
    put(store, "a");
    add_activity(store, "a", "1", "t", YOUNG);
    lsc_store_close(store);
    run_sql(path, "UPDATE leads SET external_id = 'a' || char(0) || 'b'");
    ck_ok(lsc_store_open(path, NULL, &store, error));
    ck_fails(lsc_store_retain(store, ACME, &policy, NULL, error), LSC_BAD_STORE, "damaged.store");
    lsc_store_close(store);
}
END_TEST

LSC_SUITE("store/retention", TEST(old_activities_of_a_type_go_and_their_lead_is_scored_again),
          TEST(activities_of_the_longest_type_go),
          TEST(old_scores_go_and_a_lead_without_one_is_scored_again),
          TEST(a_score_of_the_very_time_is_kept), TEST(leads_go_of_which_nothing_is_known_since),
          TEST(no_trace_is_left_and_others_write_meanwhile),
          TEST(a_disk_that_fails_while_old_things_go_is_survived),
          TEST(what_was_killed_while_old_things_go_is_begun_again), TEST(what_goes_is_noted),
          TEST(what_could_not_be_noted_has_not_gone_and_is_not_counted),
          TEST(what_is_no_policy_is_refused), TEST(a_damaged_id_is_said_to_be_damage))
