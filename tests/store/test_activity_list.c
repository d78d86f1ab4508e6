#include "store_tools.h"

/* Pages of a lead's activities, against all of them sorted and picked by hand. */

#define N_ACTIVITIES 150
#define N_QUERIES 150

typedef struct made {
    char id[16];
    const char *source;
    const char *type;
    int64_t time_ms;
    int64_t recorded_time_ms;
    bool bot;
    double path;
} made;

static int order(const made *a, const made *b)
{
    if (a->time_ms != b->time_ms) {
        return a->time_ms < b->time_ms ? -1 : 1;
    }
    int by_source = strcmp(a->source, b->source);
    return by_source != 0 ? by_source : strcmp(a->id, b->id);
}

static int compare(const void *a, const void *b)
{
    return order(a, b);
}

/* Ids repeat between sources, and times, some before 1970, are few: each part of the order counts. */
static void make(test_dice *dice, made *all)
{
    static const char *const sources[] = {"", "crm", "web", "\xC3\xA9"};
    static const char *const types[] = {"Email Opened", "Page Viewed", "identify"};
    for (unsigned i = 0; i < N_ACTIVITIES; i++) {
        made *one = &all[i];
        snprintf(one->id, sizeof one->id, "%u", i / 4);
        one->source = sources[i % 4];
        one->type = types[roll(dice, 3)];
        one->time_ms = (int64_t)roll(dice, 9) * DAY - 2 * DAY;
        one->recorded_time_ms = one->time_ms + (int64_t)roll(dice, 3) * DAY;
        one->bot = roll(dice, 4) == 0;
        one->path = roll(dice, 1000);
    }
}

static void add(lsc_store *store, const made *one)
{
    lsc_property property = {.name = "path", .type = LSC_VALUE_NUMBER, .number = one->path};
    lsc_activity activity = LSC_ACTIVITY_INIT;
    activity.id = one->id;
    activity.type = one->type;
    activity.source = one->source;
    activity.time_ms = one->time_ms;
    activity.recorded_time_ms = one->recorded_time_ms;
    activity.bot = one->bot;
    activity.properties = &property;
    activity.n_properties = 1;
    ck_ok(lsc_store_add_activities(store, ACME, "lead-a", &activity, 1, NULL, error));
}

static lsc_activity_query make_query(test_dice *dice)
{
    static const char *const types[] = {NULL, NULL, "Page Viewed", "identify", "none"};
    lsc_activity_query query = LSC_ACTIVITY_QUERY_INIT;
    query.type = types[roll(dice, 5)];
    query.from_ms = roll(dice, 2) == 0 ? LSC_TIME_NONE : ((int64_t)roll(dice, 9) - 2) * DAY;
    query.until_ms = roll(dice, 2) == 0 ? LSC_TIME_NONE : ((int64_t)roll(dice, 9) - 2) * DAY;
    query.latest_first = roll(dice, 2) == 0;
    query.limit = 1 + roll(dice, 60);
    return query;
}

static bool is_wanted(const made *one, const lsc_activity_query *query)
{
    return (query->type == NULL || strcmp(one->type, query->type) == 0) &&
           (query->from_ms == LSC_TIME_NONE || one->time_ms >= query->from_ms) &&
           (query->until_ms == LSC_TIME_NONE || one->time_ms < query->until_ms);
}

/* Of all, sorted, those that are asked for. */
static size_t pick(const made *all, const lsc_activity_query *query, const made **picked)
{
    size_t n = 0;
    for (size_t i = 0; i < N_ACTIVITIES; i++) {
        const made *one = &all[query->latest_first ? N_ACTIVITIES - 1 - i : i];
        if (is_wanted(one, query)) {
            picked[n++] = one;
        }
    }
    return n;
}

static void check_row(const lsc_stored_activity *row, const made *expected)
{
    char data[64];
    snprintf(data, sizeof data, "{\"path\":%d}", (int)expected->path);
    ck_assert_str_eq(row->id, expected->id);
    ck_assert_str_eq(row->source, expected->source);
    ck_assert_str_eq(row->type, expected->type);
    ck_assert_int_eq(row->time_ms, expected->time_ms);
    ck_assert_int_eq(row->recorded_time_ms, expected->recorded_time_ms);
    ck_assert_int_eq(row->bot, expected->bot);
    ck_assert_str_eq(row->data, data);
}

/* Page after page, each begun by what the one before gave. */
static void check_pages(lsc_store *store, const made *all, lsc_activity_query query)
{
    const made *picked[N_ACTIVITIES];
    const size_t n_picked = pick(all, &query, picked);
    const lsc_stored_activity *rows;
    size_t n = query.limit;
    size_t seen = 0;
    while (n == query.limit) {
        ck_ok(lsc_store_list_activities(store, ACME, "lead-a", &query, &rows, &n, error));
        for (size_t i = 0; i < n; i++) {
            ck_assert_uint_lt(seen, n_picked);
            check_row(&rows[i], picked[seen++]);
        }
        if (n > 0) {
            query.after_id = rows[n - 1].id;
            query.after_source = rows[n - 1].source;
            query.after_ms = rows[n - 1].time_ms;
        }
    }
    ck_assert_uint_eq(seen, n_picked);
}

static void check_store(lsc_store *store)
{
    made all[N_ACTIVITIES];
    test_dice dice = {.state = 5};
    make(&dice, all);
    ck_ok(lsc_store_put_lead_json(store, ACME, "{\"id\": \"lead-a\"}", 16, error));
    put_lead(store, ACME, 1);
    for (size_t i = 0; i < N_ACTIVITIES; i++) {
        add(store, &all[i]);
    }
    qsort(all, N_ACTIVITIES, sizeof all[0], compare);
    for (int i = 0; i < N_QUERIES; i++) {
        check_pages(store, all, make_query(&dice));
    }
}

START_TEST(pages_are_what_sorting_all_and_picking_gives)
{
    lsc_store *store = memory_store();
    check_store(store);
    lsc_store_close(store);
}
END_TEST

START_TEST(pages_of_an_encrypted_store_are_the_same)
{
    lsc_store *store;
    lsc_store_key key = LSC_STORE_KEY_INIT;
    lsc_store_options options = quick();
    memset(key.bytes, 7, sizeof key.bytes);
    options.key = &key;
    ck_ok(lsc_store_open(fresh_path("sealed.store"), &options, &store, error));
    ck_ok(lsc_store_add_organization(store, ACME, NULL, error));
    check_store(store);
    lsc_store_close(store);
}
END_TEST

START_TEST(data_is_flat_with_times_as_text)
{
    static const char json[] =
        "[{\"id\": \"1\", \"type\": \"t\", \"time\": \"2025-05-01T10:00:00.250Z\", \"data\":"
        " {\"page\": {\"url\": \"/a\"}, \"n\": 1.5, \"seen\": true, \"tags\": [\"x\", \"y\"]}},"
        " {\"id\": \"2\", \"type\": \"t\", \"time\": \"2025-05-02\"}]";
    lsc_property when = {.name = "when", .type = LSC_VALUE_TIME, .time_ms = 1500};
    lsc_activity activity = LSC_ACTIVITY_INIT;
    lsc_store *store = memory_store();
    const lsc_stored_activity *rows;
    size_t n;
    ck_ok(lsc_store_put_lead_json(store, ACME, "{\"id\": \"a\"}", 11, error));
    ck_ok(lsc_store_list_activities(store, ACME, "a", NULL, &rows, &n, error));
    ck_assert_uint_eq(n, 0);
    ck_ok(lsc_store_add_activities_json(store, ACME, "a", json, strlen(json), NULL, error));
    activity.id = "3";
    activity.type = "t";
    activity.time_ms = AS_OF;
    activity.properties = &when;
    activity.n_properties = 1;
    ck_ok(lsc_store_add_activities(store, ACME, "a", &activity, 1, NULL, error));
    ck_ok(lsc_store_list_activities(store, ACME, "a", NULL, &rows, &n, error));
    ck_assert_uint_eq(n, 3);
    ck_assert_str_eq(rows[0].data,
                     "{\"n\":1.5,\"page.url\":\"/a\",\"seen\":true,\"tags\":[\"x\",\"y\"]}");
    ck_assert_int_eq(rows[0].time_ms, INT64_C(1746093600250));
    ck_assert_str_eq(rows[1].data, "{}");
    ck_assert_str_eq(rows[1].source, "");
    ck_assert_str_eq(rows[2].data, "{\"when\":\"1970-01-01T00:00:01.500Z\"}");
    lsc_store_close(store);
}
END_TEST

static lsc_activity activity_of(const char *id, int64_t time_ms, int64_t recorded_ms)
{
    lsc_activity activity = LSC_ACTIVITY_INIT;
    activity.id = id;
    activity.type = "t";
    activity.time_ms = time_ms;
    activity.recorded_time_ms = recorded_ms;
    return activity;
}

/* Of both the one recorded first stays, and it has a time of its own. */
START_TEST(an_activity_whose_duplicate_took_its_place_comes_again_at_the_new_time)
{
    const lsc_activity told[] = {activity_of("1", DAY, 9 * DAY),
                                 activity_of("2", 2 * DAY, 2 * DAY)};
    const lsc_activity first_told = activity_of("1", 3 * DAY, 4 * DAY);
    lsc_activity_query query = LSC_ACTIVITY_QUERY_INIT;
    lsc_store *store = memory_store();
    const lsc_stored_activity *rows;
    size_t n;
    ck_ok(lsc_store_put_lead_json(store, ACME, "{\"id\": \"a\"}", 11, error));
    ck_ok(lsc_store_add_activities(store, ACME, "a", told, 2, NULL, error));
    query.limit = 1;
    ck_ok(lsc_store_list_activities(store, ACME, "a", &query, &rows, &n, error));
    ck_assert_str_eq(rows[0].id, "1");
    query.after_id = "1";
    query.after_ms = rows[0].time_ms;
    query.limit = 9;
    ck_ok(lsc_store_add_activities(store, ACME, "a", &first_told, 1, NULL, error));
    ck_ok(lsc_store_list_activities(store, ACME, "a", &query, &rows, &n, error));
    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(rows[0].id, "2");
    ck_assert_str_eq(rows[1].id, "1");
    ck_assert_int_eq(rows[1].time_ms, 3 * DAY);
    lsc_store_close(store);
}
END_TEST

START_TEST(what_is_asked_wrongly_is_refused)
{
    lsc_activity_query query = LSC_ACTIVITY_QUERY_INIT;
    lsc_store *store = memory_store();
    const lsc_stored_activity *rows;
    size_t n;
    put_lead(store, ACME, 1);
    query.after_id = "x";
    ck_fails(lsc_store_list_activities(store, ACME, "lead-1", &query, &rows, &n, error),
             LSC_INVALID_ARG, "query.after_ms");
    query.after_ms = AS_OF;
    query.limit = LSC_MAX_PAGE + 1;
    ck_fails(lsc_store_list_activities(store, ACME, "lead-1", &query, &rows, &n, error), LSC_LIMIT,
             "limit");
    query.limit = LSC_MAX_PAGE;
    ck_ok(lsc_store_list_activities(store, ACME, "lead-1", &query, &rows, &n, error));
    ck_fails(lsc_store_list_activities(store, ACME, "lead-2", NULL, &rows, &n, error),
             LSC_NOT_FOUND, "lead-2");
    ck_fails(lsc_store_list_activities(store, GLOBEX, "lead-1", NULL, &rows, &n, error),
             LSC_NOT_FOUND, "lead-1");
    ck_fails(lsc_store_list_activities(store, "none", "lead-1", NULL, &rows, &n, error),
             LSC_NOT_FOUND, "none");
    lsc_store_close(store);
}
END_TEST

LSC_SUITE("store/activity_list", TEST(pages_are_what_sorting_all_and_picking_gives),
          TEST(pages_of_an_encrypted_store_are_the_same), TEST(data_is_flat_with_times_as_text),
          TEST(an_activity_whose_duplicate_took_its_place_comes_again_at_the_new_time),
          TEST(what_is_asked_wrongly_is_refused))
