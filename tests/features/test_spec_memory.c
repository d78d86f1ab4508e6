/* Every allocation fails in turn: nothing leaks, nothing is half made. */
#include "spec_helpers.h"

typedef struct work {
    lsc_spec *spec; /* what the work begins with */
    lsc_source *source;
    lsc_lead *lead;
    const lsc_allocator *allocator;
} work;

typedef lsc_status (*step)(work *on, lsc_error *error);

static const char *const text =
    "{'format': 1, 'name': 's', 'groups': ['g', 'h'], 'insufficient_data': {'missing': ['a']},"
    " 'features': ["
    "{'name': 'c', 'group': 'g', 'kind': 'category', 'property': 'job'},"
    "{'name': 'o', 'group': 'h', 'kind': 'ordinal', 'property': 'job', 'table': [{'words':"
    " ['a'], 'value': 1}]},"
    "{'name': 'e', 'group': 'g', 'kind': 'email_domain', 'property': 'email'},"
    "{'name': 'b', 'group': 'g', 'kind': 'band', 'property': 'n', 'edges': [1]},"
    "{'name': 'w', 'group': 'g', 'kind': 'decayed_count', 'weights': {'A': 2}, 'decay':"
    " {'linear_days': 3}, 'events': {'types': ['A'], 'where': {'x': {'in': ['y'], 'prefix':"
    " 'y'}}}}]}";

static lsc_status parse(work *on, lsc_error *error)
{
    lsc_spec *spec = NULL;
    lsc_status status = try_spec(text, on->allocator, &spec, error);
    ck_assert((spec != NULL) == (status == LSC_OK));
    lsc_spec_unref(spec);
    return status;
}

static lsc_status select_group(work *on, lsc_error *error)
{
    lsc_spec *selected = NULL;
    lsc_status status = lsc_spec_select(on->spec, (bool[]){true, false}, &selected, error);
    ck_assert((selected != NULL) == (status == LSC_OK));
    lsc_spec_unref(selected);
    return status;
}

static lsc_status learn(work *on, lsc_error *error)
{
    lsc_spec_learner *learner = NULL;
    lsc_spec *learned = NULL;
    lsc_status status = lsc_spec_learner_new(on->spec, &learner, error);
    for (uint64_t i = 0; i < 40 && status == LSC_OK; i++) {
        char job[16];
        snprintf(job, sizeof job, "job %d", (int)i / 10);
        ck_assert_int_eq(lsc_lead_set_text(on->lead, "job", job, NULL), LSC_OK);
        status = lsc_spec_learner_add(learner, on->lead, i, 0, error);
    }
    if (status == LSC_OK) {
        status = lsc_spec_learner_finish(learner, &learned, error);
        ck_assert((learned != NULL) == (status == LSC_OK));
    }
    lsc_spec_learner_free(learner);
    lsc_spec_unref(learned);
    return status;
}

static lsc_status infer(work *on, lsc_error *error)
{
    lsc_spec *spec = NULL;
    char *notes = NULL;
    ck_assert_int_eq(lsc_source_rewind(on->source, NULL), LSC_OK);
    lsc_status status = lsc_spec_infer(on->source, NULL, on->allocator, &spec, &notes, error);
    ck_assert((spec != NULL) == (status == LSC_OK));
    ck_assert((notes != NULL) == (status == LSC_OK));
    lsc_text_free(notes);
    lsc_spec_unref(spec);
    return status;
}

static lsc_source *open_source(void)
{
    char path[4200];
    snprintf(path, sizeof path, "%s/memory.csv", lsc_test_folder());
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs("a,b,c\n", file);
    for (int i = 0; i < 40; i++) {
        fprintf(file, "%d,text %d,%d\n", i, i % 20, i % 2);
    }
    fclose(file);
    lsc_csv csv = LSC_CSV_INIT;
    csv.path = path;
    lsc_source *source = NULL;
    ck_ok(lsc_source_open_csv(&csv, &source, error));
    return source;
}

/** Fail the first allocation of the work, then the second, until it runs through. */
static void sweep(step run)
{
    lsc_test_heap heap = {0};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    work on = {NULL, open_source(), lead_of("{'id': 'l'}"), &allocator};
    ck_ok(try_spec(text, &allocator, &on.spec, error));
    size_t live = heap.live;
    size_t failed = 0;
    lsc_status status = LSC_NO_MEMORY;
    while (status != LSC_OK) {
        lsc_error error = LSC_ERROR_INIT;
        heap.fail_at = heap.calls + ++failed;
        status = run(&on, &error);
        heap.fail_at = 0;
        ck_assert_uint_eq(heap.live, live);
        ck_assert(status == LSC_OK || status == LSC_NO_MEMORY);
        ck_assert(status == LSC_OK || error.status == LSC_NO_MEMORY);
    }
    ck_assert_uint_gt(failed, 5);
    lsc_spec_unref(on.spec);
    ck_assert_uint_eq(heap.live, 0);
    lsc_lead_free(on.lead);
    lsc_source_free(on.source);
}

START_TEST(parsing_survives_every_failing_allocation)
{
    sweep(parse);
}
END_TEST

START_TEST(selecting_survives_every_failing_allocation)
{
    sweep(select_group);
}
END_TEST

START_TEST(learning_survives_every_failing_allocation)
{
    sweep(learn);
}
END_TEST

START_TEST(inferring_survives_every_failing_allocation)
{
    sweep(infer);
}
END_TEST

LSC_SUITE("features/spec_memory", TEST(parsing_survives_every_failing_allocation),
          TEST(selecting_survives_every_failing_allocation),
          TEST(learning_survives_every_failing_allocation),
          TEST(inferring_survives_every_failing_allocation))
