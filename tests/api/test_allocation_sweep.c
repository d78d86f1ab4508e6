#include "api_support.h"

/* Every allocation of a call fails in turn: it says LSC_NO_MEMORY, leaks nothing, leaves what was
   there in order, and works once there is memory again. */

/** What a trial works on. It allocates from `allocator` alone, and leaves nothing behind. */
typedef struct conditions {
    const lsc_allocator *allocator;
    const test_bundle *bundle;
    lsc_scorer *scorer; /**< of the bundle, on the C library's memory */
    unsigned number;    /**< of the lead */
} conditions;

typedef lsc_status (*trial)(const conditions *with, lsc_error *error);

static lsc_status load(const conditions *with, lsc_error *error)
{
    lsc_load options = LSC_LOAD_INIT;
    options.allocator = *with->allocator;
    options.self_test = true;
    lsc_model *model;
    lsc_status status =
        lsc_model_load_bytes(with->bundle->bytes, with->bundle->length, &options, &model, error);
    ck_assert((model != NULL) == (status == LSC_OK));
    lsc_model_unref(model);
    return status;
}

static lsc_status make_scorer(const conditions *with, lsc_error *error)
{
    lsc_scorer *scorer;
    lsc_status status =
        lsc_scorer_new(lsc_scorer_model(with->scorer), with->allocator, &scorer, error);
    ck_assert((scorer != NULL) == (status == LSC_OK));
    lsc_scorer_free(scorer);
    return status;
}

static lsc_status parse_spec(const conditions *with, lsc_error *error)
{
    size_t length;
    const char *json = lsc_spec_json(lsc_model_spec(lsc_scorer_model(with->scorer)), &length);
    lsc_spec *spec;
    lsc_status status = lsc_spec_parse(json, length, with->allocator, &spec, error);
    ck_assert((spec != NULL) == (status == LSC_OK));
    lsc_spec_unref(spec);
    return status;
}

static lsc_status default_spec(const conditions *with, lsc_error *error)
{
    lsc_spec *spec;
    lsc_status status = lsc_spec_default(with->allocator, &spec, error);
    ck_assert((spec != NULL) == (status == LSC_OK));
    lsc_spec_unref(spec);
    return status;
}

static lsc_status read_lead(const conditions *with, lsc_error *error)
{
    lead_text text;
    write_lead(with->number, &text);
    lsc_lead *lead;
    lsc_status status = lsc_lead_new(with->allocator, &lead, error);
    ck_assert((lead != NULL) == (status == LSC_OK));
    if (status == LSC_OK) {
        status = lsc_lead_parse_json(lead, text.lead, strlen(text.lead), error);
        ck_assert(status == LSC_OK || strcmp(lsc_lead_id(lead), "") == 0);
    }
    if (status == LSC_OK) {
        status =
            lsc_lead_add_activities_json(lead, text.activities, strlen(text.activities), error);
        ck_assert(status == LSC_OK || lsc_lead_n_activities(lead) == 0);
    }
    lsc_lead_free(lead);
    return status;
}

static lsc_status add_activities(const conditions *with, lsc_error *error)
{
    lsc_lead *lead;
    lsc_status status = lsc_lead_new(with->allocator, &lead, error);
    size_t held = 0;
    for (int i = 0; i < 40 && status == LSC_OK; i++) {
        char id[8];
        snprintf(id, sizeof id, "%d", i);
        lsc_property path = {.name = "path", .type = LSC_VALUE_TEXT, .text = "/pricing"};
        lsc_activity activity = LSC_ACTIVITY_INIT;
        activity.id = id;
        activity.type = "Page Viewed";
        activity.time_ms = AS_OF - i;
        activity.properties = &path;
        activity.n_properties = 1;
        status = lsc_lead_add_activity(lead, &activity, error);
        held += status == LSC_OK;
        ck_assert_uint_eq(lsc_lead_n_activities(lead), held);
    }
    for (int i = 0; i < 40 && status == LSC_OK; i++) {
        char name[8];
        snprintf(name, sizeof name, "p%d", i);
        status = lsc_lead_set_text(lead, name, "value", error);
    }
    lsc_lead_free(lead);
    return status;
}

static lsc_status score_json(const conditions *with, lsc_error *error)
{
    lead_text text;
    write_lead(with->number, &text);
    lsc_scorer *scorer;
    lsc_status status =
        lsc_scorer_new(lsc_scorer_model(with->scorer), with->allocator, &scorer, error);
    if (status == LSC_OK) {
        lsc_result result = LSC_RESULT_INIT;
        result.score = 12345;
        status = lsc_score_json(scorer, text.lead, strlen(text.lead), text.activities,
                                strlen(text.activities), AS_OF, &result, error);
        ck_assert((result.score == 12345) == (status != LSC_OK));
    }
    lsc_scorer_free(scorer);
    return status;
}

static lsc_status explain(const conditions *with, lsc_error *error)
{
    lead_text text;
    write_lead(with->number, &text);
    lsc_scorer *scorer;
    lsc_status status =
        lsc_scorer_new(lsc_scorer_model(with->scorer), with->allocator, &scorer, error);
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    if (status == LSC_OK) {
        status = lsc_explain_json(scorer, text.lead, strlen(text.lead), text.activities,
                                  strlen(text.activities), AS_OF, &explanation, error);
        ck_assert((explanation.receipt.as_of_ms == AS_OF) == (status == LSC_OK));
    }
    if (status == LSC_OK) {
        const char *json = NULL;
        size_t length = 0;
        status = lsc_explanation_json(scorer, &explanation, "x", 2, &json, &length, error);
        ck_assert((json != NULL) == (status == LSC_OK));
    }
    lsc_scorer_free(scorer);
    return status;
}

/** Run a trial with its first allocation failing, then its second, until all are granted. */
static void sweep(const char *name, trial run, conditions with)
{
    lsc_test_heap heap = {0};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    with.allocator = &allocator;
    ck_assert_msg(run(&with, NULL) == LSC_OK, "%s", name);
    size_t n_calls = heap.calls;
    ck_assert_msg(n_calls > 0, "%s allocates nothing from its allocator", name);
    for (size_t fail_at = 1; fail_at <= n_calls; fail_at++) {
        lsc_error error = LSC_ERROR_INIT;
        heap = (lsc_test_heap){.fail_at = fail_at};
        lsc_status status = run(&with, &error);
        ck_assert_msg(status == LSC_NO_MEMORY, "%s, allocation %zu of %zu: %s: %s", name, fail_at,
                      n_calls, lsc_status_name(status), error.message);
        ck_assert_int_eq(error.status, LSC_NO_MEMORY);
        ck_assert_uint_gt(strlen(error.message), 0);
        ck_assert_msg(heap.live == 0, "%s, allocation %zu: %zu blocks leaked", name, fail_at,
                      heap.live);
    }
    heap = (lsc_test_heap){0};
    ck_assert_int_eq(run(&with, NULL), LSC_OK);
    ck_assert_uint_eq(heap.live, 0);
}

static const struct {
    const char *name;
    trial run;
} trials[] = {
    {"load", load},
    {"scorer", make_scorer},
    {"spec", parse_spec},
    {"default spec", default_spec},
    {"lead JSON", read_lead},
    {"typed lead", add_activities},
    {"score JSON", score_json},
    {"explain JSON", explain},
};

START_TEST(every_failing_allocation_is_survived)
{
    test_bundle bundles[MAX_BUNDLES];
    size_t n_bundles = make_bundles(bundles);
    for (size_t i = 0; i < n_bundles; i++) {
        lsc_model *model = load_bundle(&bundles[i], NULL);
        conditions with = {.bundle = &bundles[i], .number = 3};
        ck_ok(lsc_scorer_new(model, NULL, &with.scorer, error));
        for (size_t k = 0; k < sizeof trials / sizeof trials[0]; k++) {
            sweep(trials[k].name, trials[k].run, with);
        }
        lsc_scorer_free(with.scorer);
        lsc_model_unref(model);
    }
    free_bundles(bundles);
}
END_TEST

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

LSC_SUITE("api/allocation_sweep", TEST(every_failing_allocation_is_survived),
          TEST(a_scorer_works_on_after_memory_ran_out))
