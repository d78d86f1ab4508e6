#include <stdio.h>

#include "lead_tools.h"

/* Every allocation of a piece of work is made to fail in turn: the work must report it, leak
   nothing, and succeed once memory is there. */

typedef lsc_status (*work)(const lsc_allocator *allocator, lsc_error *error);

static void fail_in_turn(work run)
{
    lsc_test_heap heap = {0};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    lsc_error error = LSC_ERROR_INIT;
    ck_assert_msg(run(&allocator, &error) == LSC_OK, "%s", error.message);
    ck_assert_uint_eq(heap.live, 0);
    size_t calls = heap.calls;
    ck_assert_uint_gt(calls, 0);
    for (size_t fail_at = 1; fail_at <= calls; fail_at++) {
        heap = (lsc_test_heap){.fail_at = fail_at};
        error = (lsc_error)LSC_ERROR_INIT;
        lsc_status status = run(&allocator, &error);
        ck_assert_msg(status == LSC_NO_MEMORY, "allocation %zu: %s: %s", fail_at,
                      lsc_status_name(status), error.message);
        ck_assert_int_eq(error.status, LSC_NO_MEMORY);
        ck_assert_msg(heap.live == 0, "allocation %zu leaks %zu blocks", fail_at, heap.live);
    }
}

static lsc_status fill_typed(lsc_lead *lead, lsc_error *error)
{
    static const char *const items[] = {"one", "two"};
    const lsc_property list = {.name = "l", .type = LSC_VALUE_LIST, .items = items, .n_items = 2};
    lsc_status status = lsc_lead_set_id(lead, "L1", error);
    char name[16];
    for (int i = 0; i < 100 && status == LSC_OK; i++) {
        snprintf(name, sizeof name, "p%d", i);
        status = lsc_lead_set_text(lead, name, "a text of some length, to fill the memory", error);
    }
    if (status == LSC_OK) {
        status = lsc_lead_set(lead, &list, error);
    }
    for (int i = 0; i < 300 && status == LSC_OK; i++) {
        snprintf(name, sizeof name, "%d", i * 7 % 200);
        const lsc_activity activity = {sizeof activity, name,  "identify", "s", i % 50, i,
                                       false,           &list, 1};
        status = lsc_lead_add_activity(lead, &activity, error);
        if (i % 60 == 0) {
            lsc_lead_settle(lead);
        }
    }
    return status;
}

static lsc_status typed_lead(const lsc_allocator *allocator, lsc_error *error)
{
    lsc_lead *lead;
    lsc_status status = lsc_lead_new(allocator, &lead, error);
    if (status == LSC_OK) {
        status = fill_typed(lead, error);
    }
    lsc_lead_free(lead);
    return status;
}

/* A lead with many activities, as JSON. */
static const char *lead_json(void)
{
    static char text[40000];
    size_t at = (size_t)snprintf(text, sizeof text, "{\"id\": \"L1\", \"tags\": [\"a\", 1, 2.5]");
    for (int i = 0; i < 60; i++) {
        at += (size_t)snprintf(text + at, sizeof text - at,
                               ", \"p%d\": {\"q\": {\"r\": \"some text to fill memory\"}}", i);
    }
    at += (size_t)snprintf(text + at, sizeof text - at, ", \"activities\": [");
    for (int i = 0; i < 200; i++) {
        at += (size_t)snprintf(text + at, sizeof text - at,
                               "%s{\"id\": \"%d\", \"type\": \"a\", \"time\": %d, \"data\": {"
                               "\"list\": [1, 2], \"path\": \"/pricing\"}}",
                               i == 0 ? "" : ",", i * 7 % 150, i % 40);
    }
    snprintf(text + at, sizeof text - at, "]}");
    return text;
}

static lsc_status parsed_lead(const lsc_allocator *allocator, lsc_error *error)
{
    lsc_lead *lead;
    const char *json = lead_json();
    lsc_status status = lsc_lead_new(allocator, &lead, error);
    if (status == LSC_OK) {
        status = lsc_lead_parse_json(lead, json, strlen(json), error);
    }
    if (status != LSC_OK && lead != NULL) {
        ck_assert_uint_eq(lsc_lead_n_activities(lead), 0);
        ck_assert_str_eq(lsc_lead_id(lead), "");
    }
    lsc_lead_free(lead);
    return status;
}

static lsc_status drain(lsc_source *source, lsc_error *error)
{
    lsc_record record;
    bool more = true;
    lsc_status status = LSC_OK;
    while (status == LSC_OK && more) {
        status = lsc_source_next(source, &record, &more, error);
    }
    return status;
}

static lsc_status files_source(const lsc_allocator *allocator, lsc_error *error)
{
    static const char *leads;
    static const char *activities;
    static const char *outcomes;
    if (leads == NULL) {
        leads = lsc_test_write_text("leads.ndjson", "{\"id\": \"L1\"}\n{\"id\": \"L2\"}\n");
        activities = lsc_test_write_text(
            "activities.ndjson",
            "{\"id\": \"1\", \"lead_id\": \"L2\", \"type\": \"a\", \"time\": 1}\n"
            "{\"id\": \"2\", \"lead_id\": \"L1\", \"type\": \"identify\", \"time\": 1, "
            "\"data\": {\"a\": [\"b\"]}}\n"
            "{\"id\": \"3\", \"lead_id\": \"L2\", \"type\": \"a\", \"time\": 1}\n");
        outcomes = lsc_test_write_text("outcomes.ndjson",
                                       "{\"lead_id\": \"L2\", \"time\": 5, \"label\": true}\n"
                                       "{\"lead_id\": \"L2\", \"time\": 4, \"label\": false}\n");
    }
    lsc_files files = LSC_FILES_INIT;
    files.leads = leads;
    files.activities = activities;
    files.outcomes = outcomes;
    files.allocator = *allocator;
    lsc_source *source;
    lsc_status status = lsc_source_open_files(&files, &source, error);
    if (status == LSC_OK) {
        status = drain(source, error);
    }
    lsc_source_free(source);
    return status;
}

static lsc_status csv_source(const lsc_allocator *allocator, lsc_error *error)
{
    static const char *path;
    if (path == NULL) {
        path = lsc_test_write_text("table.csv", "key,a,b,y\nL1,\"x\"\"y\",2,yes\nL2,,\"\n\",no\n");
    }
    lsc_csv csv = LSC_CSV_INIT;
    csv.path = path;
    csv.label = "y";
    csv.positive = "yes";
    csv.id = "key";
    csv.allocator = *allocator;
    lsc_source *source;
    lsc_status status = lsc_source_open_csv(&csv, &source, error);
    if (status == LSC_OK) {
        status = drain(source, error);
    }
    lsc_source_free(source);
    return status;
}

static lsc_status one_lead(void *ctx, lsc_record *record, bool *more, lsc_error *error)
{
    (void)error;
    record->lead = *(lsc_lead **)ctx;
    *more = record->lead != NULL;
    *(lsc_lead **)ctx = NULL;
    return LSC_OK;
}

static lsc_source *source_of_one(lsc_lead **next)
{
    const lsc_source_calls calls = {.size = sizeof calls, .next = one_lead};
    lsc_source *source;
    ck_ok(lsc_source_new(&calls, next, NULL, &source, error));
    return source;
}

static lsc_status kept_source(const lsc_allocator *allocator, lsc_error *error)
{
    lsc_lead *lead = lsc_test_lead(lead_json());
    lsc_lead *next = lead;
    lsc_source *from = source_of_one(&next);
    lsc_source *source = NULL;
    lsc_status status = lsc_source_keep(from, 1 << 20, allocator, &source, error);
    if (status == LSC_OK) {
        status = drain(source, error);
    }
    if (status == LSC_OK) {
        status = lsc_source_rewind(source, error);
    }
    if (status == LSC_OK) {
        status = drain(source, error);
    }
    lsc_source_free(source);
    lsc_source_free(from);
    lsc_lead_free(lead);
    return status;
}

START_TEST(typed_lead_survives_every_failing_allocation)
{
    fail_in_turn(typed_lead);
}
END_TEST

START_TEST(parsed_lead_survives_every_failing_allocation)
{
    fail_in_turn(parsed_lead);
}
END_TEST

START_TEST(files_source_survives_every_failing_allocation)
{
    fail_in_turn(files_source);
}
END_TEST

START_TEST(csv_source_survives_every_failing_allocation)
{
    fail_in_turn(csv_source);
}
END_TEST

START_TEST(kept_source_survives_every_failing_allocation)
{
    fail_in_turn(kept_source);
}
END_TEST

START_TEST(missing_column_survives_every_failing_allocation)
{
    lsc_test_heap heap = {0};
    lsc_csv csv = LSC_CSV_INIT;
    char *path = lsc_test_write_text("narrow.csv", "a,b\n1,2\n");
    csv.path = path;
    csv.label = "none";
    csv.allocator = lsc_test_allocator(&heap);
    lsc_source *source;
    ck_fails(lsc_source_open_csv(&csv, &source, error), LSC_BAD_CSV, "the columns are a, b");
    for (size_t fail_at = heap.calls; fail_at > 0; fail_at--) {
        heap = (lsc_test_heap){.fail_at = fail_at};
        ck_fails(lsc_source_open_csv(&csv, &source, error), LSC_NO_MEMORY, "");
        ck_assert_uint_eq(heap.live, 0);
    }
    free(path);
}
END_TEST

/* A call that runs out of memory leaves the lead as it was, and can be made again. */
START_TEST(failed_call_changes_nothing_and_can_be_made_again)
{
    const char *json = "[{\"id\": \"b\", \"type\": \"a\", \"time\": 1}, {\"id\": \"a\", \"type\": "
                       "\"a\", \"time\": 1, \"data\": {\"x\": [\"y\"]}}]";
    for (size_t fail_at = 1;; fail_at++) {
        lsc_test_heap heap = {0};
        lsc_allocator allocator = lsc_test_allocator(&heap);
        lsc_lead *lead;
        ck_ok(lsc_lead_new(&allocator, &lead, error));
        for (int i = 0; i < 15; i++) { /* up to where the map of activities grows */
            char id[16];
            snprintf(id, sizeof id, "%d", i);
            lsc_activity activity = LSC_ACTIVITY_INIT;
            activity.id = activity.type = id;
            activity.time_ms = 100 - i;
            ck_ok(lsc_lead_add_activity(lead, &activity, error));
        }
        char before[LSC_HASH_TEXT_SIZE];
        strcpy(before, lsc_test_hash(lead, LSC_TIME_MAX));
        heap.fail_at = heap.calls + fail_at;
        lsc_status status = lsc_lead_add_activities_json(lead, json, strlen(json), NULL);
        heap.fail_at = 0;
        if (status == LSC_OK) {
            ck_assert_uint_gt(fail_at, 3);
            lsc_lead_free(lead);
            return;
        }
        ck_assert_int_eq(status, LSC_NO_MEMORY);
        ck_assert_str_eq(lsc_test_hash(lead, LSC_TIME_MAX), before);
        lsc_test_add(lead, json);
        ck_assert_uint_eq(lsc_lead_n_activities(lead), 17);
        lsc_lead_settle(lead);
        size_t n;
        ck_assert_str_eq(lsc_lead_events(lead, &n)->id, "a");
        lsc_lead_free(lead);
        ck_assert_uint_eq(heap.live, 0);
    }
}
END_TEST

/* Memory is taken a block at a time, so what a call needs of it depends on what came before: here
   any amount did, and there is no block any more. */

typedef lsc_status (*change)(lsc_lead *lead, lsc_error *error);

static lsc_status set_id(lsc_lead *lead, lsc_error *error)
{
    return lsc_lead_set_id(lead, "another id, of some length", error);
}

static lsc_status set_text(lsc_lead *lead, lsc_error *error)
{
    return lsc_lead_set_text(lead, "a.name.of.some.length", "and a text", error);
}

static lsc_status set_list(lsc_lead *lead, lsc_error *error)
{
    static const char *const items[] = {"one item", "another item", "a third"};
    const lsc_property list = {.name = "l", .type = LSC_VALUE_LIST, .items = items, .n_items = 3};
    return lsc_lead_set(lead, &list, error);
}

static lsc_status add_one(lsc_lead *lead, lsc_error *error)
{
    const lsc_property property = {.name = "path", .type = LSC_VALUE_TEXT, .text = "/pricing"};
    lsc_activity activity = LSC_ACTIVITY_INIT;
    activity.id = "9";
    activity.type = "Page Viewed";
    activity.source = "web";
    activity.time_ms = 7;
    activity.properties = &property;
    activity.n_properties = 1;
    return lsc_lead_add_activity(lead, &activity, error);
}

static lsc_status add_json(lsc_lead *lead, lsc_error *error)
{
    static const char json[] = "[{\"id\": \"8\", \"type\": \"a\", \"time\": 1, \"data\": "
                               "{\"x\": {\"y\": [\"z\", 2]}}}]";
    return lsc_lead_add_activities_json(lead, json, strlen(json), error);
}

/** True where the change had to ask for memory. It then failed, and changed nothing. */
static bool try_change(change make, size_t filled)
{
    lsc_test_heap heap = {0};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    lsc_lead *lead;
    ck_ok(lsc_lead_new(&allocator, &lead, error));
    char *filling = lsc_test_repeat("", "f", filled, "");
    ck_ok(lsc_lead_set_id(lead, "L1", error));
    ck_ok(lsc_lead_set_text(lead, "filling", filling, error));
    char before[LSC_HASH_TEXT_SIZE];
    strcpy(before, lsc_test_hash(lead, LSC_TIME_MAX));
    heap.fail_at = heap.calls + 1;
    lsc_status status = make(lead, NULL);
    heap.fail_at = 0;
    if (status != LSC_OK) {
        ck_assert_int_eq(status, LSC_NO_MEMORY);
        ck_assert_str_eq(lsc_test_hash(lead, LSC_TIME_MAX), before);
        ck_assert_str_eq(lsc_lead_id(lead), "L1");
        ck_ok(make(lead, error));
    }
    ck_assert_str_ne(lsc_test_hash(lead, LSC_TIME_MAX), before);
    lsc_lead_free(lead);
    free(filling);
    ck_assert_uint_eq(heap.live, 0);
    return status != LSC_OK;
}

START_TEST(a_change_fails_wherever_a_block_of_memory_ends)
{
    static const change changes[] = {set_id, set_text, set_list, add_one, add_json};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        size_t n_failed = 0;
        for (size_t filled = 15800; filled < 16384; filled++) { /* up to a block of core/arena.c */
            n_failed += try_change(changes[i], filled);
        }
        ck_assert_uint_gt(n_failed, 0);
    }
}
END_TEST

START_TEST(cleared_lead_is_filled_again_without_allocating)
{
    lsc_test_heap heap = {0};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    const char *json = lead_json();
    lsc_lead *lead;
    ck_ok(lsc_lead_new(&allocator, &lead, error));
    ck_ok(lsc_lead_parse_json(lead, json, strlen(json), error));
    size_t calls = heap.calls;
    for (int i = 0; i < 10; i++) {
        ck_ok(lsc_lead_parse_json(lead, json, strlen(json), error));
        lsc_lead_settle(lead);
        lsc_test_hash(lead, LSC_TIME_MAX);
    }
    ck_assert_uint_eq(heap.calls, calls);
    lsc_lead_free(lead);
}
END_TEST

LSC_SUITE("lead/lead_memory", TEST(typed_lead_survives_every_failing_allocation),
          TEST(parsed_lead_survives_every_failing_allocation),
          TEST(files_source_survives_every_failing_allocation),
          TEST(csv_source_survives_every_failing_allocation),
          TEST(kept_source_survives_every_failing_allocation),
          TEST(missing_column_survives_every_failing_allocation),
          TEST(failed_call_changes_nothing_and_can_be_made_again),
          TEST(a_change_fails_wherever_a_block_of_memory_ends),
          TEST(cleared_lead_is_filled_again_without_allocating))
