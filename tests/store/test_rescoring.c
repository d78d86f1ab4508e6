#include <pthread.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store_tools.h"

/* Leads whose score can have changed: against scoring every one of them every hour. */

#define HOUR INT64_C(3600000)
#define N_LEADS 24
#define N_HOURS (15 * 24)

/* What moves in every way, in points that are given in ranges and per unit. */
#define MOVING_SPEC                                                                               \
    "{\"format\": 1, \"name\": \"moving\", \"groups\": [\"g\"], \"features\": ["                  \
    "{\"name\": \"week\", \"group\": \"g\", \"kind\": \"count\", \"window_days\": 7},"            \
    "{\"name\": \"linear\", \"group\": \"g\", \"kind\": \"decayed_count\","                       \
    " \"decay\": {\"linear_days\": 12.5}},"                                                       \
    "{\"name\": \"halved\", \"group\": \"g\", \"kind\": \"decayed_count\","                       \
    " \"events\": {\"types\": [\"Demo Requested\", \"Page Viewed\"]},"                            \
    " \"decay\": {\"half_life_days\": 6}},"                                                       \
    "{\"name\": \"last\", \"group\": \"g\", \"kind\": \"recency\", \"missing\": 400},"            \
    "{\"name\": \"known\", \"group\": \"g\", \"kind\": \"tenure\", \"property\": \"created_at\"}" \
    "]}"
#define MOVING_CARD                                                              \
    "{\"format\": 1, \"base\": 50, \"cap\": 100, \"rules\": ["                   \
    "{\"feature\": \"week\", \"points\": 6, \"least\": 2},"                      \
    "{\"feature\": \"linear\", \"points\": 3.5, \"per\": \"unit\", \"cap\": 9}," \
    "{\"feature\": \"halved\", \"points\": 11, \"least\": 0.75, \"most\": 2.5}," \
    "{\"feature\": \"last\", \"points\": -0.3, \"per\": \"unit\", \"cap\": 20}," \
    "{\"feature\": \"known\", \"points\": -8, \"least\": 100.25}]}"

static void add_card(lsc_store *store)
{
    void *bundle;
    size_t length;
    char sha256[65];
    ck_ok(lsc_scorecard_build("moving", MOVING_SPEC, strlen(MOVING_SPEC), MOVING_CARD,
                              strlen(MOVING_CARD), &bundle, &length, error));
    ck_ok(lsc_store_add_model(store, ACME, bundle, length, NULL, sha256, error));
    ck_ok(lsc_store_activate_model(store, ACME, sha256, true, error));
    lsc_bundle_free(bundle);
}

/* A store under simulation. */
typedef struct simulation {
    lsc_store *store;
    lsc_model *model;
    lsc_scorer *scorer;
    lsc_lead *lead;
    lsc_result before[N_LEADS]; /* of the hour before */
    bool told[N_LEADS];         /* that it changed */
    size_t n_scored;
    size_t n_changed;
} simulation;

static unsigned number_of(const char *lead_id)
{
    return (unsigned)strtoul(lead_id + strlen("lead-"), NULL, 10);
}

static bool note_change(void *ctx, const lsc_stored_score *score, bool changed)
{
    simulation *at = ctx;
    at->told[number_of(score->lead_id)] = changed;
    at->n_scored++;
    return true;
}

static bool is_same(const lsc_result *a, const lsc_result *b)
{
    return a->status == b->status && a->score == b->score && a->grade == b->grade &&
           (memcmp(&a->probability, &b->probability, sizeof a->probability) == 0 ||
            (isnan(a->probability) && isnan(b->probability)));
}

static void rescore(simulation *at, int64_t as_of_ms, int n_threads)
{
    lsc_rescoring options = LSC_RESCORING_INIT;
    options.as_of_ms = as_of_ms;
    options.n_threads = n_threads;
    options.take = note_change;
    options.take_ctx = at;
    memset(at->told, 0, sizeof at->told);
    ck_ok(lsc_store_score_stale(at->store, ACME, at->model, &options, NULL, error));
}

/* What scoring each of the leads gives: that must be what is kept, and what differs was told. */
static void compare_with_all(simulation *at, int64_t as_of_ms, bool first)
{
    const lsc_stored_score *scores;
    size_t n;
    lsc_score_query query = LSC_SCORE_QUERY_INIT;
    query.min_score = -1;
    ck_ok(lsc_store_list_scores(at->store, ACME, &query, &scores, &n, error));
    ck_assert_uint_eq(n, N_LEADS);
    for (size_t i = 0; i < n; i++) {
        lsc_result now = LSC_RESULT_INIT;
        unsigned number = number_of(scores[i].lead_id);
        ck_ok(lsc_store_get_lead(at->store, ACME, scores[i].lead_id, at->lead, error));
        ck_ok(lsc_score_lead(at->scorer, at->lead, as_of_ms, &now, error));
        ck_assert_msg(is_same(&now, &scores[i].result), "%s is missed at %lld", scores[i].lead_id,
                      (long long)as_of_ms);
        bool changed = first || !is_same(&now, &at->before[number]);
        ck_assert_msg(changed == at->told[number], "%s at %lld", scores[i].lead_id,
                      (long long)as_of_ms);
        at->before[number] = now;
        at->n_changed += changed;
    }
}

/* Something happens to a lead now and then. */
static void happen(simulation *at, test_dice *dice, unsigned hour, int64_t now_ms)
{
    char id[24];
    char lead_id[24];
    lsc_activity activity = LSC_ACTIVITY_INIT;
    if (roll(dice, 6) != 0) {
        return;
    }
    snprintf(id, sizeof id, "h%u", hour);
    snprintf(lead_id, sizeof lead_id, "lead-%u", roll(dice, N_LEADS));
    activity.id = id;
    activity.type = roll(dice, 2) == 0 ? "Demo Requested" : "Page Viewed";
    activity.time_ms = now_ms - (int64_t)roll(dice, 3) * 40 * HOUR + roll(dice, 2) * 30 * HOUR;
    ck_ok(lsc_store_add_activities(at->store, ACME, lead_id, &activity, 1, NULL, error));
    if (roll(dice, 4) == 0) {
        ck_ok(lsc_store_get_lead(at->store, ACME, lead_id, at->lead, error));
        ck_ok(lsc_lead_set_number(at->lead, "company.employee_count", roll(dice, 500), error));
        ck_ok(lsc_store_put_lead(at->store, ACME, at->lead, error));
    }
}

static simulation begin(lsc_store *store)
{
    simulation at = {.store = store};
    ck_ok(lsc_store_load_model(store, ACME, NULL, NULL, &at.model, error));
    ck_ok(lsc_scorer_new(at.model, NULL, &at.scorer, error));
    ck_ok(lsc_lead_new(NULL, &at.lead, error));
    return at;
}

static void end(simulation *at)
{
    lsc_lead_free(at->lead);
    lsc_scorer_free(at->scorer);
    lsc_model_unref(at->model);
    lsc_store_close(at->store);
}

/* Leads are of the year after FIRST_DAY: at this time some of what they did is still to come. */
static void simulate(lsc_store *store)
{
    test_dice dice = {11};
    for (unsigned i = 0; i < N_LEADS; i++) {
        put_lead(store, ACME, i);
    }
    simulation at = begin(store);
    for (unsigned hour = 0; hour < N_HOURS; hour++) {
        int64_t now_ms = FIRST_DAY + 120 * DAY + hour * HOUR;
        happen(&at, &dice, hour, now_ms);
        rescore(&at, now_ms, 1);
        compare_with_all(&at, now_ms, hour == 0);
    }
    printf("%zu scored for %zu that changed\n", at.n_scored, at.n_changed);
    ck_assert_uint_gt(at.n_changed, 2 * N_LEADS);
    /* Far fewer than every lead every hour; how many is measured by the benchmark. */
    ck_assert_uint_lt(at.n_scored, 4 * at.n_changed);
    end(&at);
}

START_TEST(trees_are_scored_again_exactly_when_their_score_changes)
{
    lsc_store *store = memory_store();
    char sha256[65];
    add_model(store, ACME, true, sha256);
    simulate(store);
}
END_TEST

START_TEST(a_scorecard_is_scored_again_exactly_when_its_score_changes)
{
    lsc_store *store = memory_store();
    char sha256[65];
    add_model(store, ACME, false, sha256);
    simulate(store);
}
END_TEST

START_TEST(all_that_moves_is_scored_again_exactly_when_its_score_changes)
{
    lsc_store *store = memory_store();
    add_card(store);
    simulate(store);
}
END_TEST

static void check_reason(lsc_store *store, int64_t as_of_ms, size_t n_expected,
                         lsc_stale_reason reason)
{
    const lsc_stale_lead *leads;
    size_t n;
    ck_ok(lsc_store_list_stale(store, ACME, as_of_ms, 0, &leads, &n, error));
    ck_assert_uint_eq(n, n_expected);
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(leads[i].reason, reason);
        ck_assert((leads[i].due_ms != LSC_TIME_NONE) == (reason == LSC_STALE_DUE));
    }
}

START_TEST(the_queue_says_why_a_lead_is_in_it)
{
    lsc_store *store = memory_store();
    char sha256[65];
    const lsc_outcome won = {.time_ms = AS_OF, .converted = true};
    lsc_rescoring options = LSC_RESCORING_INIT;
    lsc_rescoring_counts counts = LSC_RESCORING_COUNTS_INIT;
    options.as_of_ms = AS_OF;
    put_lead(store, ACME, 1);
    put_lead(store, GLOBEX, 1);
    check_reason(store, AS_OF, 1, LSC_STALE_CHANGED);
    add_card(store);
    check_reason(store, AS_OF, 1, LSC_STALE_CHANGED);
    simulation at = begin(store);
    ck_ok(lsc_store_score_stale(store, ACME, at.model, &options, &counts, error));
    ck_assert_uint_eq(counts.scored, 1);
    ck_assert_uint_eq(counts.changed, 1);
    check_reason(store, AS_OF, 0, LSC_STALE_DUE);
    check_reason(store, AS_OF + 300 * DAY, 1, LSC_STALE_DUE);
    ck_ok(lsc_store_add_outcome(store, ACME, "lead-1", &won, error));
    put_lead(store, ACME, 1);
    check_reason(store, AS_OF, 0, LSC_STALE_DUE);
    const lsc_activity activity = {.size = sizeof activity,
                                   .id = "new",
                                   .type = "Page Viewed",
                                   .time_ms = AS_OF,
                                   .recorded_time_ms = LSC_TIME_NONE};
    ck_ok(lsc_store_add_activities(store, ACME, "lead-1", &activity, 1, NULL, error));
    check_reason(store, AS_OF, 1, LSC_STALE_CHANGED);
    /* A score of before the latest says nothing of what the latest would be. */
    options.as_of_ms = AS_OF - DAY;
    ck_ok(lsc_store_score_stale(store, ACME, at.model, &options, &counts, error));
    ck_assert_uint_eq(counts.scored, 1);
    check_reason(store, AS_OF, 1, LSC_STALE_CHANGED);
    options.as_of_ms = AS_OF;
    ck_ok(lsc_store_score_all(store, ACME, at.model, &options, &counts, error));
    check_reason(store, AS_OF, 0, LSC_STALE_DUE);
    add_model(store, ACME, false, sha256);
    check_reason(store, AS_OF, 1, LSC_STALE_MODEL);
    end(&at);
}
END_TEST

static bool stop(void *ctx, const lsc_stored_score *score, bool changed)
{
    ck_assert(changed);
    ck_assert_str_eq(score->model_name, "moving");
    return ++*(unsigned *)ctx < 3;
}

START_TEST(it_can_be_stopped_and_its_options_are_checked)
{
    lsc_store *store = memory_store();
    add_card(store);
    simulation at = begin(store);
    unsigned n = 0;
    lsc_rescoring options = LSC_RESCORING_INIT;
    for (unsigned i = 0; i < 5; i++) {
        put_lead(store, ACME, i);
    }
    ck_fails(lsc_store_score_all(store, ACME, at.model, &options, NULL, error), LSC_INVALID_ARG,
             "as_of_ms");
    options.as_of_ms = AS_OF;
    options.take = stop;
    options.take_ctx = &n;
    ck_fails(lsc_store_score_all(store, ACME, at.model, &options, NULL, error), LSC_CANCELLED,
             "stopped");
    ck_assert_uint_eq(n, 3);
    check_reason(store, AS_OF, 0, LSC_STALE_CHANGED); /* their transaction was over */
    options.n_threads = -1;
    ck_fails(lsc_store_score_all(store, ACME, at.model, &options, NULL, error), LSC_INVALID_ARG,
             "n_threads");
    options.n_threads = LSC_MAX_THREADS + 1;
    ck_fails(lsc_store_score_all(store, ACME, at.model, &options, NULL, error), LSC_LIMIT,
             "n_threads");
    options.n_threads = LSC_MAX_THREADS;
    ck_fails(lsc_store_score_all(store, GLOBEX, at.model, &options, NULL, error), LSC_NOT_FOUND,
             "model");
    ck_fails(lsc_store_score_all(store, "nobody", at.model, &options, NULL, error), LSC_NOT_FOUND,
             "nobody");
    end(&at);
}
END_TEST

/* Threads, while somebody else writes. */

#define N_WRITES 150

typedef struct other_writer {
    char path[4200];
    unsigned first;
} other_writer;

static void *write_on(void *ctx)
{
    other_writer *other = ctx;
    lsc_store *store;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.durability = LSC_DURABLE_OFF;
    options.busy_ms = 60000;
    test_dice dice = {5};
    ck_ok(lsc_store_open(other->path, &options, &store, error));
    for (unsigned i = 0; i < N_WRITES; i++) {
        char id[24];
        char lead_id[24];
        lsc_activity activity = LSC_ACTIVITY_INIT;
        snprintf(id, sizeof id, "w%u", i);
        snprintf(lead_id, sizeof lead_id, "lead-%u", other->first + roll(&dice, 1000));
        activity.id = id;
        activity.type = "Demo Requested";
        activity.time_ms = AS_OF - roll(&dice, 20) * DAY;
        ck_ok(lsc_store_add_activities(store, ACME, lead_id, &activity, 1, NULL, error));
        if (i % 10 == 0) {
            snprintf(lead_id, sizeof lead_id, "lead-%u", other->first + 1000 + i);
            ck_ok(lsc_store_delete_lead(store, ACME, lead_id, error));
        }
    }
    lsc_store_close(store);
    return NULL;
}

static void put_many(lsc_store *store, unsigned n)
{
    ck_ok(lsc_store_begin(store, error));
    for (unsigned i = 0; i < n; i++) {
        put_lead(store, ACME, i);
    }
    ck_ok(lsc_store_commit(store, error));
}

/* Every score that is kept is the one that the lead has. */
static void check_scores(simulation *at, size_t n_expected)
{
    const lsc_stored_score *scores;
    size_t n;
    lsc_score_query query = LSC_SCORE_QUERY_INIT;
    query.min_score = -1;
    query.limit = LSC_MAX_PAGE;
    ck_ok(lsc_store_list_scores(at->store, ACME, &query, &scores, &n, error));
    ck_assert_uint_eq(n, n_expected);
    for (size_t i = 0; i < n; i++) {
        char sha256[65];
        ck_ok(lsc_store_get_lead(at->store, ACME, scores[i].lead_id, at->lead, error));
        hash_of(at->scorer, at->lead, AS_OF, sha256);
        ck_assert_msg(strcmp(sha256, scores[i].receipt.input_sha256) == 0, "%s", scores[i].lead_id);
    }
}

START_TEST(threads_score_while_another_connection_writes_and_nothing_is_missed)
{
    other_writer other;
    snprintf(other.path, sizeof other.path, "%s", fresh_path("shared.db"));
    other.first = 0;
    lsc_store *store = file_store(other.path);
    add_card(store);
    put_many(store, 2600);
    simulation at = begin(store);
    pthread_t thread;
    lsc_rescoring options = LSC_RESCORING_INIT;
    lsc_rescoring_counts counts = LSC_RESCORING_COUNTS_INIT;
    options.as_of_ms = AS_OF;
    options.n_threads = 3;
    ck_assert_int_eq(pthread_create(&thread, NULL, write_on, &other), 0);
    for (int pass = 0; pass < 4; pass++) {
        ck_ok((pass == 0 ? lsc_store_score_all : lsc_store_score_stale)(store, ACME, at.model,
                                                                        &options, &counts, error));
        ck_assert(pass > 0 || counts.scored >= 2600 - N_WRITES / 10);
    }
    pthread_join(thread, NULL);
    ck_ok(lsc_store_score_stale(store, ACME, at.model, &options, &counts, error));
    check_reason(store, AS_OF, 0, LSC_STALE_CHANGED);
    check_scores(&at, 2600 - N_WRITES / 10);
    ck_ok(lsc_store_check(store, error));
    end(&at);
}
END_TEST

START_TEST(threads_give_what_one_gives)
{
    lsc_store *stores[2];
    const lsc_stored_score *scores[2];
    size_t n[2];
    for (int i = 0; i < 2; i++) {
        stores[i] = file_store(fresh_path(i == 0 ? "one.db" : "many.db"));
        add_card(stores[i]);
        put_many(stores[i], 700);
        simulation at = begin(stores[i]);
        lsc_rescoring options = LSC_RESCORING_INIT;
        lsc_score_query query = LSC_SCORE_QUERY_INIT;
        options.as_of_ms = AS_OF;
        options.n_threads = i == 0 ? 1 : 2;
        query.min_score = -1;
        query.limit = 1000;
        ck_ok(lsc_store_score_all(stores[i], ACME, at.model, &options, NULL, error));
        options.as_of_ms = AS_OF - DAY; /* which leaves the latest scores, and that they hold */
        ck_ok(lsc_store_score_all(stores[i], ACME, at.model, &options, NULL, error));
        check_reason(stores[i], AS_OF, 0, LSC_STALE_CHANGED);
        ck_ok(lsc_store_list_scores(stores[i], ACME, &query, &scores[i], &n[i], error));
        lsc_lead_free(at.lead);
        lsc_scorer_free(at.scorer);
        lsc_model_unref(at.model);
    }
    ck_assert_uint_eq(n[0], 700);
    ck_assert_uint_eq(n[1], 700);
    for (size_t i = 0; i < n[0]; i++) {
        ck_assert_str_eq(scores[0][i].lead_id, scores[1][i].lead_id);
        ck_assert_str_eq(scores[0][i].receipt.result_sha256, scores[1][i].receipt.result_sha256);
    }
    lsc_store_close(stores[0]);
    lsc_store_close(stores[1]);
}
END_TEST

/* More than a pass scores before it brings the log into the file. */
#define MANY_LEADS 4500

/* Hold the lock of SQLite's wal-index that says that somebody brings the log into the file, as another
   process does at its commits. The byte is that of SQLite's file format, "WAL-Index Format", 2.3. */
static pid_t hold_checkpoint(const char *path)
{
    int told[2];
    char name[4300];
    char byte = 0;
    snprintf(name, sizeof name, "%s-shm", path);
    ck_assert_int_eq(pipe(told), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 121, .l_len = 1};
        int file = open(name, O_RDWR);
        byte = file >= 0 && fcntl(file, F_SETLK, &lock) == 0;
        if (write(told[1], &byte, 1) == 1) {
            pause();
        }
        _exit(0);
    }
    ck_assert_int_eq(read(told[0], &byte, 1), 1);
    ck_assert_int_eq(byte, 1);
    close(told[0]);
    close(told[1]);
    return child;
}

START_TEST(somebody_who_brings_the_log_into_the_file_does_not_stop_a_pass)
{
    char path[4200];
    lsc_model *model;
    lsc_rescoring options = LSC_RESCORING_INIT;
    lsc_rescoring_counts counts = LSC_RESCORING_COUNTS_INIT;
    snprintf(path, sizeof path, "%s", fresh_path("held.store"));
    lsc_store *store = file_store(path);
    put_many(store, MANY_LEADS);
    add_card(store);
    ck_ok(lsc_store_load_model(store, ACME, NULL, NULL, &model, error));
    options.as_of_ms = AS_OF;
    options.n_threads = 2;
    pid_t holder = hold_checkpoint(path);
    ck_ok(lsc_store_score_all(store, ACME, model, &options, &counts, error));
    ck_assert_uint_eq(counts.scored, MANY_LEADS);
    kill(holder, SIGKILL);
    waitpid(holder, NULL, 0);
    lsc_model_unref(model);
    lsc_store_close(store);
}
END_TEST

LSC_SUITE("store/rescoring", TEST(trees_are_scored_again_exactly_when_their_score_changes),
          TEST(a_scorecard_is_scored_again_exactly_when_its_score_changes),
          TEST(all_that_moves_is_scored_again_exactly_when_its_score_changes),
          TEST(the_queue_says_why_a_lead_is_in_it),
          TEST(it_can_be_stopped_and_its_options_are_checked),
          TEST(threads_score_while_another_connection_writes_and_nothing_is_missed),
          TEST(threads_give_what_one_gives),
          TEST(somebody_who_brings_the_log_into_the_file_does_not_stop_a_pass))
