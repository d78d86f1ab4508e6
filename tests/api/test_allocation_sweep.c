#include "allocation_trials.h"
#include "malloc_watch.h"

/* Every allocation of every public call fails in turn, alone and with all after it: the call says
   LSC_NO_MEMORY, leaks nothing, leaves what was there in order, and works once there is memory. */

/** How a trial went. */
typedef struct outcome {
    lsc_status status;
    lsc_error error;
    size_t calls;
    long live;
} outcome;

/** Run a trial whose allocator, or else the C library, fails. */
typedef outcome (*runner)(const trial *tried, conditions *with, size_t fail_at, bool once);

static outcome run_on_allocator(const trial *tried, conditions *with, size_t fail_at, bool once)
{
    lsc_test_heap heap = {.fail_at = fail_at, .once = once};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    outcome made = {.error = LSC_ERROR_INIT};
    with->allocator = &allocator;
    made.status = tried->run(with, &made.error);
    made.calls = heap.calls;
    made.live = (long)heap.live;
    return made;
}

static outcome run_on_malloc(const trial *tried, conditions *with, size_t fail_at, bool once)
{
    outcome made = {.error = LSC_ERROR_INIT};
    with->allocator = NULL;
    malloc_faults_begin(fail_at, once);
    made.status = tried->run(with, &made.error);
    malloc_faults seen = malloc_faults_end();
    made.calls = seen.calls;
    made.live = seen.live;
    return made;
}

static void check_failure(const trial *tried, const outcome *made, size_t fail_at, bool once)
{
    if (!(tried->shrinks && made->status == LSC_OK)) {
        ck_assert_msg(made->status == LSC_NO_MEMORY && made->error.status == LSC_NO_MEMORY,
                      "%s, allocation %zu %s: %s: %s", tried->name, fail_at,
                      once ? "alone" : "and on", lsc_status_name(made->status),
                      made->error.message);
        ck_assert_uint_gt(strlen(made->error.message), 0);
    }
    ck_assert_msg(made->live == 0, "%s, allocation %zu %s: %ld blocks leaked", tried->name, fail_at,
                  once ? "alone" : "and on", made->live);
}

static size_t check_success(const trial *tried, conditions *with, runner run)
{
    ck_ok(lsc_source_rewind(with->source, error));
    outcome made = run(tried, with, 0, false);
    ck_assert_msg(made.status == LSC_OK, "%s: %s", tried->name, made.error.message);
    ck_assert_msg(made.live == 0, "%s: %ld blocks leaked", tried->name, made.live);
    return made.calls;
}

/* LEADSCORE_TEST_TRIES, where it is set: no more of each trial, in builds that take long (tests/run.py). */
static size_t step_of(const trial *tried, size_t n_calls)
{
    const char *few = getenv("LEADSCORE_TEST_TRIES");
    size_t most = few == NULL ? tried->most_tries : strtoul(few, NULL, 10);
    return most == 0 ? 1 : 1 + n_calls / most;
}

/** Run a trial with its first allocation failing, then its second, until all are granted. */
static void sweep(const trial *tried, conditions *with, runner run)
{
    size_t n_calls = check_success(tried, with, run);
    ck_assert_msg(n_calls > 0, "%s allocates nothing", tried->name);
    size_t step = step_of(tried, n_calls);
    for (size_t fail_at = 1; fail_at <= n_calls; fail_at += step) {
        for (int once = 0; once < 2; once++) {
            outcome made = run(tried, with, fail_at, once != 0);
            check_failure(tried, &made, fail_at, once != 0);
        }
    }
    ck_assert_uint_eq(check_success(tried, with, run), n_calls);
}

static void sweep_all(runner run, bool without_allocator)
{
    test_bundle bundles[MAX_BUNDLES];
    size_t n_bundles = make_bundles(bundles);
    for (size_t i = 0; i < n_bundles; i++) {
        conditions with;
        conditions_init(&with, &bundles[i]);
        for (size_t k = 0; k < n_trials; k++) {
            if (trials[k].takes_allocator || without_allocator) {
                sweep(&trials[k], &with, run);
            }
        }
        conditions_free(&with);
    }
    free_bundles(bundles);
}

START_TEST(every_failing_allocation_of_an_allocator_is_survived)
{
    sweep_all(run_on_allocator, false);
}
END_TEST

START_TEST(every_failing_allocation_of_the_c_library_is_survived)
{
    if (!malloc_watch_works()) {
        fprintf(stderr, "SKIPPED: malloc cannot be made to fail here\n");
        return;
    }
    sweep_all(run_on_malloc, true);
}
END_TEST

/** Every name of the public nodes of a map file was noted: as swept or as quiet, not as both. */
static void check_names(const char *map)
{
    FILE *file = fopen(map, "r");
    ck_assert_msg(file != NULL, "%s", map);
    char line[256];
    bool is_public = false;
    size_t n_names = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        char name[128];
        if (strchr(line, '{') != NULL) {
            is_public = strstr(line, "PRIVATE") == NULL;
        } else if (is_public && sscanf(line, " lsc_%100[a-z0-9_];", name + 4) == 1) {
            memcpy(name, "lsc_", 4);
            ck_assert_msg(is_noted(&swept, name) != is_noted(&quiet, name),
                          "%s is %s, in tests/api/allocation_trials.c and quiet_calls.c", name,
                          is_noted(&swept, name) ? "swept and quiet" : "neither swept nor quiet");
            n_names++;
        }
    }
    fclose(file);
    ck_assert_uint_gt(n_names, 0);
}

START_TEST(every_public_function_is_swept_or_needs_no_memory)
{
    test_bundle bundles[MAX_BUNDLES];
    conditions with;
    make_bundles(bundles);
    conditions_init(&with, &bundles[0]);
    for (size_t k = 0; k < n_trials; k++) {
        check_success(&trials[k], &with, run_on_malloc);
    }
#ifdef LSC_WITH_STORE
    prepare_store_trials();
    for (size_t k = 0; k < n_store_trials; k++) {
        check_success(&store_trials[k], &with, run_on_malloc);
    }
#endif
    ck_assert(make_quiet_calls(&with));
    check_names(LSC_MAP);
#ifdef LSC_WITH_STORE
    check_names(LSC_STORE_MAP);
#endif
#ifdef LSC_WITH_TRAINING
    check_names(LSC_TRAIN_MAP);
#endif
    conditions_free(&with);
    free_bundles(bundles);
}
END_TEST

#ifdef LSC_WITH_STORE
/* SQLite's memory comes from the C library, and it can do without some of what it asks for. */
START_TEST(every_failing_allocation_of_the_store_is_survived)
{
    test_bundle bundle = scorecard_bundle();
    conditions with;
    conditions_init(&with, &bundle);
    prepare_store_trials();
    for (size_t k = 0; k < n_store_trials; k++) {
        sweep(&store_trials[k], &with, run_on_allocator);
        if (malloc_watch_works()) {
            sweep(&store_trials[k], &with, run_on_malloc);
        }
    }
    conditions_free(&with);
    free(bundle.bytes);
}
END_TEST
#define STORE_TESTS TEST(every_failing_allocation_of_the_store_is_survived),
#else
#define STORE_TESTS
#endif

/* One scorer that is used on after each failure gives what one does that never failed. */
START_TEST(a_scorer_works_on_after_memory_ran_out)
{
    test_bundle bundles[MAX_BUNDLES];
    size_t n_bundles = make_bundles(bundles);
    for (size_t i = 0; i < n_bundles; i++) {
        lsc_test_heap heap = {0};
        lsc_allocator allocator = lsc_test_allocator(&heap);
        lsc_model *model = load_bundle(&bundles[i], NULL);
        lsc_scorer *tried;
        lsc_scorer *calm;
        ck_ok(lsc_scorer_new(model, &allocator, &tried, error));
        ck_ok(lsc_scorer_new(model, NULL, &calm, error));
        for (unsigned number = 0; number < 200; number++) {
            lead_text text;
            write_lead(number, &text);
            lsc_result a = LSC_RESULT_INIT;
            lsc_result b = LSC_RESULT_INIT;
            heap.fail_at = heap.calls + 1;
            lsc_status status = lsc_score_json(tried, text.lead, strlen(text.lead), text.activities,
                                               strlen(text.activities), AS_OF, &a, NULL);
            ck_assert(status == LSC_OK || status == LSC_NO_MEMORY);
            heap.fail_at = 0;
            ck_ok(lsc_score_json(tried, text.lead, strlen(text.lead), text.activities,
                                 strlen(text.activities), AS_OF, &a, error));
            ck_ok(lsc_score_json(calm, text.lead, strlen(text.lead), text.activities,
                                 strlen(text.activities), AS_OF, &b, error));
            check_same_result(&a, &b);
        }
        lsc_scorer_free(tried);
        lsc_scorer_free(calm);
        lsc_model_unref(model);
        ck_assert_uint_eq(heap.live, 0);
    }
    free_bundles(bundles);
}
END_TEST

LSC_SUITE("api/allocation_sweep", TEST(every_failing_allocation_of_an_allocator_is_survived),
          TEST(every_failing_allocation_of_the_c_library_is_survived),
          STORE_TESTS TEST(every_public_function_is_swept_or_needs_no_memory),
          TEST(a_scorer_works_on_after_memory_ran_out))
