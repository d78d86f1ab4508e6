#include "api_support.h"
#include "malloc_watch.h"

#define N_LEADS 200u
#define N_ROUNDS 10

/** A scorer on an allocator that counts, the leads and their vectors. */
typedef struct fixture {
    lsc_test_heap heap;
    lsc_model *model;
    lsc_scorer *scorer;
    lsc_lead *leads[N_LEADS];
    size_t n_columns;
    float *rows;
    float *probabilities;
    float *contributions;
} fixture;

static void setup(const test_bundle *bundle, fixture *made)
{
    made->heap = (lsc_test_heap){0};
    lsc_allocator allocator = lsc_test_allocator(&made->heap);
    made->model = load_bundle(bundle, &allocator);
    ck_ok(lsc_scorer_new(made->model, &allocator, &made->scorer, error));
    lsc_spec *spec = lsc_model_spec(made->model);
    made->n_columns = lsc_spec_n_columns(spec);
    made->rows = malloc(N_LEADS * made->n_columns * sizeof *made->rows);
    made->probabilities = malloc(N_LEADS * sizeof *made->probabilities);
    made->contributions = malloc(N_LEADS * (made->n_columns + 1) * sizeof *made->contributions);
    for (unsigned i = 0; i < N_LEADS; i++) {
        made->leads[i] = make_lead(i, &allocator);
        ck_ok(lsc_spec_extract(spec, made->leads[i], AS_OF, made->rows + i * made->n_columns,
                               made->n_columns, error));
    }
}

static void teardown(fixture *made)
{
    for (unsigned i = 0; i < N_LEADS; i++) {
        lsc_lead_free(made->leads[i]);
    }
    free(made->rows);
    free(made->probabilities);
    free(made->contributions);
    lsc_scorer_free(made->scorer);
    lsc_model_unref(made->model);
    ck_assert_uint_eq(made->heap.live, 0);
}

/** All of the calls that are said to allocate nothing; true when each gave LSC_OK. */
static bool score_everything(fixture *made, int64_t as_of_ms)
{
    bool ok = true;
    lsc_result result = LSC_RESULT_INIT;
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    lsc_spec *spec = lsc_model_spec(made->model);
    for (unsigned i = 0; i < N_LEADS; i++) {
        float *row = made->rows + i * made->n_columns;
        ok &=
            lsc_spec_extract(spec, made->leads[i], as_of_ms, row, made->n_columns, NULL) == LSC_OK;
        ok &= lsc_score_lead(made->scorer, made->leads[i], as_of_ms, &result, NULL) == LSC_OK;
        ok &=
            lsc_explain_lead(made->scorer, made->leads[i], as_of_ms, &explanation, NULL) == LSC_OK;
        ok &= lsc_score_vector(made->scorer, row, made->n_columns, &result, NULL) == LSC_OK;
        ok &= lsc_explain_vector(made->scorer, row, made->n_columns, &explanation, NULL) == LSC_OK;
    }
    ok &= lsc_score_batch(made->scorer, made->rows, N_LEADS, made->n_columns, made->probabilities,
                          NULL, NULL) == LSC_OK;
    ok &= lsc_contributions_batch(made->scorer, made->rows, N_LEADS, made->n_columns,
                                  made->contributions, NULL) == LSC_OK;
    return ok;
}

START_TEST(scoring_and_explaining_allocate_nothing)
{
    test_bundle bundles[MAX_BUNDLES];
    size_t n_bundles = make_bundles(bundles);
    if (!malloc_watch_works()) {
        fprintf(stderr, "SKIPPED: malloc cannot be counted here, the library's allocator is\n");
    }
    for (size_t i = 0; i < n_bundles; i++) {
        fixture made;
        setup(&bundles[i], &made);
        size_t calls = made.heap.calls;
        size_t of_the_process = malloc_count();
        bool ok = true;
        for (int round = 0; round < N_ROUNDS; round++) {
            ok &= score_everything(&made, AS_OF - round * 20 * DAY);
        }
        size_t of_the_process_after = malloc_count();
        ck_assert(ok);
        ck_assert_uint_eq(made.heap.calls, calls);
        ck_assert_msg(of_the_process_after == of_the_process, "%s: %zu allocations",
                      bundles[i].engine, of_the_process_after - of_the_process);
        teardown(&made);
    }
    free_bundles(bundles);
}
END_TEST

/* The timeline is put in order when it is first looked at: that allocates nothing either. */
START_TEST(the_first_score_of_an_unsorted_lead_allocates_nothing)
{
    test_bundle bundles[MAX_BUNDLES];
    make_bundles(bundles);
    lsc_model *model = load_bundle(&bundles[0], NULL);
    lsc_scorer *scorer;
    ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
    lsc_lead *lead = make_lead(1, NULL);
    for (int i = 0; i < 5000; i++) {
        char id[16];
        snprintf(id, sizeof id, "x%d", i);
        lsc_activity activity = LSC_ACTIVITY_INIT;
        activity.id = id;
        activity.type = "Page Viewed";
        activity.time_ms = AS_OF - (i * INT64_C(7919) % 5003) * 1000;
        ck_ok(lsc_lead_add_activity(lead, &activity, error));
    }
    lsc_result result = LSC_RESULT_INIT;
    size_t before = malloc_count();
    lsc_status status = lsc_score_lead(scorer, lead, AS_OF, &result, NULL);
    size_t after = malloc_count();
    ck_assert_int_eq(status, LSC_OK);
    ck_assert_uint_eq(after, before);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
    free_bundles(bundles);
}
END_TEST

/* So that a count of 0 means something: cJSON, zstd and libcrypto are seen when they allocate. */
START_TEST(the_count_sees_the_libraries_below)
{
    if (malloc_watch_works()) {
        test_bundle bundles[MAX_BUNDLES];
        make_bundles(bundles);
        lsc_test_heap heap = {0};
        lsc_allocator allocator = lsc_test_allocator(&heap);
        size_t before = malloc_count();
        lsc_model *model = load_bundle(&bundles[0], &allocator);
        ck_assert_uint_gt(malloc_count() - before, heap.calls);
        lsc_model_unref(model);
        free_bundles(bundles);
    }
}
END_TEST

LSC_SUITE("api/no_allocation", TEST(the_count_sees_the_libraries_below),
          TEST(scoring_and_explaining_allocate_nothing),
          TEST(the_first_score_of_an_unsorted_lead_allocates_nothing))
