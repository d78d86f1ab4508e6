/* Foreign files of events by their map, which docs/events.md describes. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lead/event_map.h"
#include "lead_tools.h"

static const char ORDERS[] =
    "{\"id\": \"who\", \"time\": {\"column\": \"day\", \"format\": \"YYYYMMDD\"}, "
    "\"type\": \"Purchase\", \"data\": {\"amount\": \"sales\"}, "
    "\"outcome\": {\"types\": [\"Purchase\"], \"repeatable\": true}}";
static const char TYPED[] = "{\"id\": \"who\", \"time\": \"at\", \"type\": {\"column\": \"what\"}, "
                            "\"outcome\": {\"types\": [\"Signed\"]}}";

static lsc_status try_open(const char *text, const char *map, lsc_source **source, lsc_error *error)
{
    char *path = lsc_test_write_text("events.csv", text);
    lsc_events events = LSC_EVENTS_INIT;
    events.path = path;
    events.map_json = map;
    events.map_length = strlen(map);
    lsc_status status = lsc_source_open_events(&events, source, error);
    ck_assert((*source != NULL) == (status == LSC_OK));
    free(path);
    return status;
}

static lsc_source *open_events(const char *text, const char *map)
{
    lsc_source *source;
    ck_ok(try_open(text, map, &source, error));
    return source;
}

static void refused(const char *text, const char *map, lsc_status status, const char *words)
{
    lsc_source *source;
    ck_fails(try_open(text, map, &source, error), status, words);
}

/** 1997-01-01T00:00:00Z. */
#define NEW_YEAR_97 INT64_C(852076800000)
#define A_DAY INT64_C(86400000)

START_TEST(rows_become_leads_activities_and_outcomes)
{
    lsc_source *source =
        open_events("who,day,sales\n7,19970103,2.5\n8,19970102,\n7,19970101,10\n", ORDERS);
    ck_assert(lsc_source_has_times(source));
    ck_assert(lsc_source_repeats(source));
    for (int pass = 0; pass < 2; pass++) {
        size_t n;
        double amount = 0;
        lsc_record record = lsc_test_next(source);
        ck_assert_str_eq(lsc_lead_id(record.lead), "7");
        lsc_lead_settle(record.lead);
        const lsc_event *events = lsc_lead_events(record.lead, &n);
        ck_assert_uint_eq(n, 2);
        ck_assert_int_eq(events[0].time_ms, NEW_YEAR_97);
        ck_assert_int_eq(events[1].time_ms, NEW_YEAR_97 + 2 * A_DAY);
        ck_assert_str_eq(events[0].type, "Purchase");
        ck_assert(lsc_value_number(lsc_event_value(&events[1], "amount", 6), &amount));
        ck_assert_double_eq(amount, 2.5);
        ck_assert_uint_eq(record.n_outcomes, 2);
        ck_assert_int_eq(record.outcomes[0].time_ms, NEW_YEAR_97);
        ck_assert(record.outcomes[0].converted);
        const lsc_value *created = lsc_test_value(record.lead, "created_at");
        ck_assert_int_eq(created->time_ms, NEW_YEAR_97);
        record = lsc_test_next(source);
        ck_assert_str_eq(lsc_lead_id(record.lead), "8");
        events = lsc_lead_events(record.lead, &n);
        ck_assert_ptr_null(lsc_event_value(&events[0], "amount", 6));
        ck_ok(lsc_source_rewind(source, error));
    }
    lsc_source_free(source);
}
END_TEST

START_TEST(a_column_may_tell_the_type)
{
    lsc_source *source = open_events("who;at;what\na;2024-01-01T10:00:00Z;Called\n"
                                     "a;1704189600000;Signed\nb;2024-01-01;Called\n",
                                     TYPED);
    lsc_record record = lsc_test_next(source);
    ck_assert(!lsc_source_repeats(source));
    ck_assert_uint_eq(lsc_lead_n_activities(record.lead), 2);
    ck_assert_uint_eq(record.n_outcomes, 1);
    record = lsc_test_next(source);
    ck_assert_uint_eq(record.n_outcomes, 0);
    lsc_source_free(source);
}
END_TEST

START_TEST(a_bad_cell_is_told_with_file_line_column_and_value)
{
    refused("who,day,sales\n7,19970103,2\n7,1997-01-1,3\n", ORDERS, LSC_BAD_CSV,
            "events.csv:3: column \"day\" is \"1997-01-1\", must be a time like YYYYMMDD");
    refused("who,day,sales\n7,19970230,2\n", ORDERS, LSC_BAD_CSV, "\"19970230\"");
    refused("who,day,sales\n7,19970103,2 EUR\n", ORDERS, LSC_BAD_CSV,
            ":2: column \"sales\" is \"2 EUR\", must be a number");
    refused("who,day,sales\n,19970103,2\n", ORDERS, LSC_BAD_CSV,
            ":2: column \"who\" is \"\", must be the id of a lead");
    refused("who,at,what\nq,soon,Called\n", TYPED, LSC_BAD_CSV,
            ":2: column \"at\" is \"soon\", must be a time");
    refused("who,at,what\nq,2024-01-01,\n", TYPED, LSC_BAD_CSV, "must be a type of activity");
    refused("who,day,sales\n7,19970103\n", ORDERS, LSC_BAD_CSV,
            ":2: the row has 2 cells, the head has 3");
}
END_TEST

START_TEST(a_column_that_is_not_there_is_told_with_those_that_are)
{
    refused(
        "customer,day,sales\n7,19970103,2\n", ORDERS, LSC_BAD_CSV,
        "events.csv: no column \"who\", which map.id names; the columns are customer, day, sales");
    refused("who,day,total\n7,19970103,2\n", ORDERS, LSC_BAD_CSV, "which map.data names");
    refused("who,at,event\n7,19970103,2\n", TYPED, LSC_BAD_CSV, "which map.type names");
}
END_TEST

START_TEST(a_file_without_events_or_conversions_is_refused)
{
    refused("", ORDERS, LSC_BAD_CSV, "empty, not even a head");
    refused("who,day,sales\n", ORDERS, LSC_BAD_DATA, "no row follows the head");
    refused("who,at,what\nq,2024-01-01,Called\n", TYPED, LSC_BAD_DATA,
            "no row is of a type in map.outcome.types");
}
END_TEST

START_TEST(a_map_is_refused_with_the_member)
{
    static const char *const maps[][2] = {
        {"[]", "must be an object"},
        {"{\"id\": \"who\"}", "map.time"},
        {"{\"id\": 3, \"time\": \"at\", \"type\": \"x\"}", "map.id"},
        {"{\"id\": \"\", \"time\": \"at\", \"type\": \"x\"}", "map.id is empty"},
        {"{\"id\": \"who\", \"time\": \"at\", \"type\": \"x\", \"colour\": 1}", "colour"},
        {"{\"id\": \"who\", \"time\": {\"column\": \"at\", \"format\": \"%d\"}, \"type\": \"x\"}",
         "map.time.format is \"%d\""},
        {"{\"id\": \"who\", \"time\": \"at\", \"type\": {\"name\": \"x\"}}", "map.type"},
        {"{\"id\": \"who\", \"time\": \"at\", \"type\": \"x\", \"data\": {\"a\": 1}}", "map.data"},
        {"{\"id\": \"who\", \"time\": \"at\", \"type\": \"x\", \"outcome\": {\"types\": []}}",
         "map.outcome.types has 0 items"},
        {"{\"id\": \"who\", \"time\": \"at\", \"type\": \"x\", \"outcome\": {\"types\": [1]}}",
         "map.outcome.types has a number"},
        {"{\"id\": \"who\", \"time\": {\"column\": \"\"}, \"type\": \"x\"}",
         "map.time.column is empty"},
        {"{\"id\": \"who\", \"time\": {\"col\": \"at\"}, \"type\": \"x\"}", "col"},
        {"{\"id\": \"who\", \"time\": {\"column\": \"at\", \"format\": \"YYYYMM\"}, \"type\": "
         "\"x\"}",
         "map.time.format is \"YYYYMM\""},
        {"{\"id\": \"who\", \"time\": {\"column\": \"at\", \"format\": 1}, \"type\": \"x\"}",
         "map.time.format"},
        {"{\"id\": \"who\", \"time\": \"at\", \"type\": {\"column\": 1}}", "map.type.column"},
        {"{\"id\": \"who\", \"time\": \"at\"}", "map.type"},
        {"{\"id\": \"who\", \"time\": \"at\", \"type\": \"x\", \"data\": []}", "map.data"},
        {"{\"id\": \"who\", \"time\": \"at\", \"type\": \"x\", \"data\": {\"\": \"a\"}}",
         "map.data has a member without a name"},
        {"{\"id\": \"who\", \"time\": \"at\", \"type\": \"x\", \"outcome\": 1}", "map.outcome"},
        {"{\"id\": \"who\", \"time\": \"at\", \"type\": \"x\", \"outcome\": {}}",
         "map.outcome.types"},
        {"{\"id\": \"who\", \"time\": \"at\", \"type\": \"x\", \"outcome\": {\"kinds\": []}}",
         "kinds"},
        {"{\"id\": \"who\", \"time\": \"at\", \"type\": \"x\", \"outcome\": {\"types\": [\"x\"], "
         "\"repeatable\": 1}}",
         "map.outcome.repeatable"},
        {"{\"format\": 2, \"id\": \"who\", \"time\": \"at\", \"type\": \"x\"}", "map.format"},
    };
    for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++) {
        refused("who,at\na,2024-01-01\n", maps[i][0], LSC_BAD_SPEC, maps[i][1]);
    }
    refused("who,at\na,2024-01-01\n", "{\"id\": ", LSC_BAD_JSON, "");
}
END_TEST

START_TEST(a_map_may_name_so_many_numbers_and_no_more)
{
    for (int n = LSC_MAX_EVENT_DATA; n <= LSC_MAX_EVENT_DATA + 1; n++) {
        lsc_buffer map;
        lsc_event_map read;
        lsc_buffer_init(&map, lsc_default_allocator());
        lsc_buffer_append_text(&map,
                               "{\"id\": \"a\", \"time\": \"a\", \"type\": \"x\", \"data\": {");
        for (int i = 0; i < n; i++) {
            lsc_buffer_append_format(&map, "%s\"n%d\": \"a\"", i > 0 ? "," : "", i);
        }
        lsc_buffer_append_text(&map, "}}");
        lsc_status status = lsc_event_map_parse(map.data, map.length, &read, NULL);
        ck_assert_int_eq(status, n > LSC_MAX_EVENT_DATA ? LSC_LIMIT : LSC_OK);
        lsc_event_map_free(&read);
        lsc_buffer_free(&map);
    }
}
END_TEST

/** A map whose outcome is of `n` types. */
static lsc_status try_types(int n)
{
    lsc_buffer map;
    lsc_event_map read;
    lsc_buffer_init(&map, lsc_default_allocator());
    lsc_buffer_append_text(
        &map, "{\"id\": \"a\", \"time\": \"a\", \"type\": \"x\", \"outcome\": {\"types\": [");
    for (int i = 0; i < n; i++) {
        lsc_buffer_append_format(&map, "%s\"%d\"", i > 0 ? "," : "", i);
    }
    lsc_buffer_append_text(&map, "]}}");
    lsc_status status = lsc_event_map_parse(map.data, map.length, &read, NULL);
    ck_assert(status != LSC_OK || lsc_event_map_converts(&read, "0"));
    ck_assert(!lsc_event_map_converts(&read, "x"));
    lsc_event_map_free(&read);
    lsc_buffer_free(&map);
    return status;
}

START_TEST(a_map_may_name_so_many_types_and_no_more)
{
    ck_assert_int_eq(try_types(LSC_MAX_EVENT_TYPES), LSC_OK);
    ck_assert_int_eq(try_types(LSC_MAX_EVENT_TYPES + 1), LSC_BAD_SPEC);
}
END_TEST

static const char ONE_ORDER[] = "who,day,sales\n7,19970103,2\n";

/* None is left to open: neither the file nor the temporary ones. */
START_TEST(that_no_more_files_can_be_opened_is_told)
{
    struct rlimit before;
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    char *path = lsc_test_write_text("events.csv", ONE_ORDER);
    const lsc_events events = {
        .size = sizeof events, .path = path, .map_json = ORDERS, .map_length = strlen(ORDERS)};
    int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(next);
    lsc_status status = LSC_IO;
    for (int more = 0; status != LSC_OK; more++) {
        lsc_source *source;
        const struct rlimit limit = {(rlim_t)(next + more), before.rlim_max};
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
        status = lsc_source_open_events(&events, &source, NULL);
        ck_assert(status == LSC_IO || (status == LSC_OK && more >= 4));
        lsc_source_free(source);
        int free_now = dup(0); /* nothing stays open */
        ck_assert(free_now == next || (free_now < 0 && more == 0));
        close(free_now);
    }
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    free(path);
}
END_TEST

/* The system refuses to write past a size, as a full disk does. */
START_TEST(a_temporary_file_that_cannot_be_written_is_told)
{
    char *path = lsc_test_write_text("events.csv", ONE_ORDER);
    const lsc_events events = {
        .size = sizeof events, .path = path, .map_json = ORDERS, .map_length = strlen(ORDERS)};
    const struct rlimit none = {0, RLIM_INFINITY};
    const struct rlimit any = {RLIM_INFINITY, RLIM_INFINITY};
    lsc_source *source;
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
    lsc_error told = LSC_ERROR_INIT;
    lsc_status status = lsc_source_open_events(&events, &source, &told);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &any), 0);
    ck_assert_int_eq(status, LSC_IO);
    ck_assert_ptr_null(source);
    ck_assert_ptr_nonnull(strstr(told.message, "events.csv: cannot translate it to a temporary"));
    free(path);
}
END_TEST

START_TEST(times_are_read_by_their_pattern_whole_and_no_other_way)
{
    static const struct {
        const char *format;
        const char *text;
        int64_t time_ms;
    } times[] = {
        {"YYYYMMDD", "19970101", NEW_YEAR_97},
        {"DD.MM.YYYY hh:mm:ss", "02.01.1997 00:00:05", NEW_YEAR_97 + A_DAY + 5000},
        {"MM/DD/YYYY", "01/31/1997", NEW_YEAR_97 + 30 * A_DAY},
        {"seconds", "852076800", NEW_YEAR_97},
        {"seconds", "852076800.25", NEW_YEAR_97 + 250},
        {NULL, "1997-01-01", NEW_YEAR_97},
        {"YYYYMMDD", "1997010", LSC_TIME_NONE},
        {"YYYYMMDD", "199701011", LSC_TIME_NONE},
        {"YYYYMMDD", "19971301", LSC_TIME_NONE},
        {"YYYYMMDD", "19970229", LSC_TIME_NONE},
        {"YYYYMMDD", "1997 101", LSC_TIME_NONE},
        {"YYYY-MM-DD", "1997/01/01", LSC_TIME_NONE},
        {"YYYYYYYYYYYYMMDD", "9999999999990101", LSC_TIME_NONE},
        {"seconds", "1e300", LSC_TIME_NONE},
        {"seconds", "", LSC_TIME_NONE},
    };
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        int64_t time_ms = LSC_TIME_NONE;
        bool is_time =
            lsc_event_time_parse(times[i].format, times[i].text, strlen(times[i].text), &time_ms);
        ck_assert_msg(time_ms == times[i].time_ms, "%s", times[i].text);
        ck_assert_int_eq(is_time, times[i].time_ms != LSC_TIME_NONE);
    }
}
END_TEST

START_TEST(the_callers_faults_are_told)
{
    lsc_source *source;
    lsc_events events = LSC_EVENTS_INIT;
    ck_fails(lsc_source_open_events(NULL, &source, error), LSC_INVALID_ARG, "events is NULL");
    ck_fails(lsc_source_open_events(&events, NULL, error), LSC_INVALID_ARG, "source is NULL");
    ck_fails(lsc_source_open_events(&events, &source, error), LSC_INVALID_ARG, "events.path");
    events.path = "there-is-none.csv";
    ck_fails(lsc_source_open_events(&events, &source, error), LSC_INVALID_ARG, "events.map_json");
    events.map_json = ORDERS;
    events.map_length = strlen(ORDERS);
    ck_fails(lsc_source_open_events(&events, &source, error), LSC_NOT_FOUND, "there-is-none.csv");
    ck_assert(!lsc_source_repeats(NULL));
}
END_TEST

LSC_SUITE("lead/source_events", TEST(rows_become_leads_activities_and_outcomes),
          TEST(a_column_may_tell_the_type),
          TEST(a_bad_cell_is_told_with_file_line_column_and_value),
          TEST(a_column_that_is_not_there_is_told_with_those_that_are),
          TEST(a_file_without_events_or_conversions_is_refused),
          TEST(a_map_is_refused_with_the_member), TEST(a_map_may_name_so_many_numbers_and_no_more),
          TEST(a_map_may_name_so_many_types_and_no_more),
          TEST(that_no_more_files_can_be_opened_is_told),
          TEST(a_temporary_file_that_cannot_be_written_is_told),
          TEST(times_are_read_by_their_pattern_whole_and_no_other_way),
          TEST(the_callers_faults_are_told))
