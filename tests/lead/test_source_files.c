#include <stdio.h>
#include <unistd.h>

#include "core/random.h"
#include "lead_tools.h"

/* The files of a test; written as given, NULL for none. */
typedef struct paths {
    char *leads;
    char *activities;
    char *outcomes;
} paths;

static paths write_files(const char *leads, const char *activities, const char *outcomes)
{
    paths p = {NULL, NULL, NULL};
    p.leads = lsc_test_write_text("leads.ndjson", leads);
    if (activities != NULL) {
        p.activities = lsc_test_write_text("activities.ndjson", activities);
    }
    if (outcomes != NULL) {
        p.outcomes = lsc_test_write_text("outcomes.ndjson", outcomes);
    }
    return p;
}

static lsc_files options_of(const paths *p)
{
    lsc_files files = LSC_FILES_INIT;
    files.leads = p->leads;
    files.activities = p->activities;
    files.outcomes = p->outcomes;
    return files;
}

static void free_paths(paths *p)
{
    free(p->leads);
    free(p->activities);
    free(p->outcomes);
}

static lsc_source *open_files(const char *leads, const char *activities, const char *outcomes)
{
    paths p = write_files(leads, activities, outcomes);
    lsc_files files = options_of(&p);
    lsc_source *source;
    ck_ok(lsc_source_open_files(&files, &source, error));
    free_paths(&p); /* nothing of the options is needed any more */
    return source;
}

static void opening_fails(const char *leads, const char *activities, const char *outcomes,
                          lsc_status status, const char *words)
{
    paths p = write_files(leads, activities, outcomes);
    lsc_files files = options_of(&p);
    lsc_source *source;
    ck_fails(lsc_source_open_files(&files, &source, error), status, words);
    ck_assert_ptr_null(source);
    free_paths(&p);
}

#define L1 "{\"id\": \"L1\", \"email\": \"one@x.y\"}\n"
#define L2 "{\"id\": \"L2\", \"email\": \"two@x.y\"}\n"
#define A(lead, id, time) \
    "{\"id\": \"" id "\", \"lead_id\": \"" lead "\", \"type\": \"a\", \"time\": " time "}\n"
#define O(lead, time, label) \
    "{\"lead_id\": \"" lead "\", \"time\": " time ", \"label\": " label "}\n"

START_TEST(leads_with_embedded_activities_stream)
{
    lsc_source *source = open_files(
        "{\"id\": \"L1\", \"activities\": [{\"id\": \"1\", \"type\": \"a\", \"time\": 1}]}\n"
        "\r\n"
        "{\"id\": \"L2\"}\r\n"
        "  \n"
        "{\"id\": \"L3\", \"activities\": []}",
        NULL, NULL);
    ck_assert(lsc_source_has_times(source));
    lsc_record record = lsc_test_next(source);
    ck_assert_str_eq(lsc_lead_id(record.lead), "L1");
    ck_assert_uint_eq(lsc_lead_n_activities(record.lead), 1);
    ck_assert_int_eq(record.position, 1);
    ck_assert_uint_eq(record.n_outcomes, 0);
    record = lsc_test_next(source);
    ck_assert_str_eq(lsc_lead_id(record.lead), "L2");
    ck_assert_uint_eq(lsc_lead_n_activities(record.lead), 0);
    ck_assert_int_eq(record.position, 3);
    ck_assert_str_eq(lsc_lead_id(lsc_test_next(source).lead), "L3");
    lsc_test_no_more(source);
    lsc_test_no_more(source);
    ck_ok(lsc_source_rewind(source, error));
    ck_assert_str_eq(lsc_lead_id(lsc_test_next(source).lead), "L1");
    lsc_source_free(source);
}
END_TEST

START_TEST(activities_of_their_own_file_come_in_any_order_late_and_twice)
{
    lsc_source *source = open_files(
        L1 L2 "{\"id\": \"L3\"}\n",
        "\n" A("L2", "a", "30") A("L1", "b", "20") A("L2", "c", "10") "\r\n" A(
            "L1", "b",
            "20") "{\"id\": \"d\", \"lead_id\": \"L1\", \"type\": \"late\", \"time\": 5, "
                  "\"recorded_time\": 99}\r\n"
                  "{\"id\": \"e\", \"lead_id\": \"L2\", \"type\": \"last\", \"time\": 40}",
        NULL);
    for (int round = 0; round < 2; round++) {
        size_t n;
        lsc_record record = lsc_test_next(source);
        lsc_lead_settle(record.lead);
        const lsc_event *events = lsc_lead_events(record.lead, &n);
        ck_assert_uint_eq(n, 2);
        ck_assert_str_eq(events[0].id, "d");
        ck_assert_int_eq(events[0].recorded_time_ms, 99);
        ck_assert_str_eq(events[1].id, "b");
        record = lsc_test_next(source);
        lsc_lead_settle(record.lead);
        events = lsc_lead_events(record.lead, &n);
        ck_assert_uint_eq(n, 3);
        ck_assert_str_eq(events[0].id, "c");
        ck_assert_str_eq(events[1].id, "a");
        ck_assert_str_eq(events[2].type, "last");
        record = lsc_test_next(source);
        ck_assert_uint_eq(lsc_lead_n_activities(record.lead), 0);
        lsc_test_no_more(source);
        ck_ok(lsc_source_rewind(source, error));
    }
    lsc_source_free(source);
}
END_TEST

START_TEST(embedded_and_filed_activities_come_together)
{
    lsc_source *source = open_files(
        "{\"id\": \"L1\", \"activities\": [{\"id\": \"1\", \"type\": \"a\", \"time\": 1}]}\n",
        A("L1", "1", "1") A("L1", "2", "2"), NULL);
    ck_assert_uint_eq(lsc_lead_n_activities(lsc_test_next(source).lead), 2);
    lsc_source_free(source);
}
END_TEST

START_TEST(lead_ids_may_be_numbers)
{
    lsc_source *source =
        open_files("{\"id\": 17}\n", "{\"id\": 1, \"lead_id\": 17, \"type\": \"a\", \"time\": 1}\n",
                   "{\"lead_id\": 17, \"time\": 5, \"label\": true}\n");
    lsc_record record = lsc_test_next(source);
    ck_assert_str_eq(lsc_lead_id(record.lead), "17");
    ck_assert_uint_eq(lsc_lead_n_activities(record.lead), 1);
    ck_assert_uint_eq(record.n_outcomes, 1);
    lsc_source_free(source);
}
END_TEST

START_TEST(envelopes_name_their_lead_by_subject_or_user)
{
    lsc_source *source =
        open_files(L1,
                   "{\"specversion\": \"1.0\", \"id\": \"1\", \"source\": \"s\", \"type\": \"t\", "
                   "\"subject\": \"L1\", \"time\": 1}\n"
                   "{\"specversion\": \"1.0\", \"id\": \"2\", \"source\": \"s\", \"type\": \"t\", "
                   "\"time\": 1, \"data\": {\"type\": \"page\", \"userId\": \"L1\"}}\n",
                   NULL);
    ck_assert_uint_eq(lsc_lead_n_activities(lsc_test_next(source).lead), 2);
    lsc_source_free(source);
}
END_TEST

START_TEST(outcomes_of_a_file_come_in_order_without_repeats)
{
    lsc_source *source =
        open_files(L1 L2, NULL,
                   O("L2", "\"2026-04-01\"", "\"converted\"") O("L1", "30", "1")
                       O("L1", "10", "\"lost\"") "\n" O("L1", "30", "true")
                           O("L1", "20", "\"Disqualified\"") O("L1", "30", "false"));
    lsc_record record = lsc_test_next(source);
    static const int64_t times[] = {10, 20, 30, 30};
    static const bool labels[] = {false, false, false, true};
    ck_assert_uint_eq(record.n_outcomes, 4);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(record.outcomes[i].time_ms, times[i]);
        ck_assert_int_eq(record.outcomes[i].converted, labels[i]);
    }
    record = lsc_test_next(source);
    ck_assert_uint_eq(record.n_outcomes, 1);
    ck_assert_int_eq(record.outcomes[0].time_ms, INT64_C(1775001600000));
    ck_assert(record.outcomes[0].converted);
    lsc_source_free(source);
}
END_TEST

START_TEST(outcome_of_the_lead_counts_unless_a_file_is_given)
{
    static const char leads[] =
        "{\"id\": \"L1\", \"outcome\": {\"label\": \"won\", \"time\": 50}}\n"
        "{\"id\": \"L2\", \"outcome\": {\"label\": null, \"time\": null}}\n"
        "{\"id\": \"L3\", \"outcome\": {\"label\": false, \"time\": 60}}\n";
    lsc_source *source = open_files(leads, NULL, NULL);
    lsc_record record = lsc_test_next(source);
    ck_assert_uint_eq(record.n_outcomes, 1);
    ck_assert(record.outcomes[0].converted && record.outcomes[0].time_ms == 50);
    ck_assert_uint_eq(lsc_test_next(source).n_outcomes, 0);
    record = lsc_test_next(source);
    ck_assert(!record.outcomes[0].converted && record.outcomes[0].time_ms == 60);
    lsc_source_free(source);

    source = open_files(leads, A("L3", "1", "1"), NULL); /* activities in a file change nothing */
    ck_assert_uint_eq(lsc_test_next(source).n_outcomes, 1);
    ck_assert_uint_eq(lsc_test_next(source).n_outcomes, 0);
    ck_assert_uint_eq(lsc_test_next(source).n_outcomes, 1);
    lsc_source_free(source);

    source = open_files(leads, NULL, O("L2", "70", "true"));
    ck_assert_uint_eq(lsc_test_next(source).n_outcomes, 0);
    ck_assert_uint_eq(lsc_test_next(source).n_outcomes, 1);
    ck_assert_uint_eq(lsc_test_next(source).n_outcomes, 0);
    lsc_source_free(source);
}
END_TEST

START_TEST(bad_leads_are_named_by_file_and_line)
{
    lsc_source *source = open_files(L1 "\n{\"id\": \"L2\", oops}\n", NULL, NULL);
    lsc_test_next(source);
    lsc_record record;
    bool more;
    lsc_error told = LSC_ERROR_INIT;
    ck_assert_int_eq(lsc_source_next(source, &record, &more, &told), LSC_BAD_JSON);
    ck_assert_ptr_nonnull(strstr(told.message, "leads.ndjson:3: "));
    ck_assert_int_ge(told.offset, (int64_t)strlen(L1) + 1 + 13);
    ck_assert_int_lt(told.offset, (int64_t)strlen(L1) + 1 + 19);
    ck_ok(lsc_source_rewind(source, error));
    lsc_test_next(source);
    lsc_source_free(source);

    source = open_files("{\"email\": \"x\"}\n", NULL, NULL);
    lsc_test_next_fails(source, LSC_BAD_LEAD, "leads.ndjson:1: id is missing");
    lsc_source_free(source);
    source = open_files("{\"id\": \"L1\", \"outcome\": {\"label\": \"open\", \"time\": 1}}\n", NULL,
                        NULL);
    lsc_test_next_fails(source, LSC_BAD_LEAD, "leads.ndjson:1: outcome.label must be true");
    lsc_source_free(source);
    source = open_files("{\"id\": \"L1\", \"outcome\": {\"label\": true}}\n", NULL, NULL);
    lsc_test_next_fails(source, LSC_BAD_LEAD, "leads.ndjson:1: outcome.time is missing");
    lsc_source_free(source);
    source = open_files("{\"id\": \"L1\", \"outcome\": {\"label\": \"lost\"}}\n", NULL, NULL);
    lsc_test_next_fails(source, LSC_BAD_LEAD, "leads.ndjson:1: outcome.time is missing");
    lsc_source_free(source);

    opening_fails(L1 L2 "\n" L1, A("L1", "1", "1"), NULL, LSC_BAD_LEAD,
                  "leads.ndjson:4: the id is that of line 1 too: \"L1\"");
    opening_fails(L1 "[]\n", A("L1", "1", "1"), NULL, LSC_BAD_LEAD, "leads.ndjson:2: a lead must");
    opening_fails(L1 "\xff\n", NULL, O("L1", "1", "true"), LSC_BAD_JSON, "leads.ndjson:2: ");
}
END_TEST

START_TEST(bad_activities_are_named_by_file_and_line)
{
    static const struct {
        const char *activities;
        lsc_status status;
        const char *words;
    } cases[] = {
        {A("L1", "1", "1") "{\"id\": \"2\", \"type\": \"a\", \"time\": 1}\n", LSC_BAD_LEAD,
         "activities.ndjson:2: lead_id is missing"},
        {A("L1", "1", "1") "\n" A("L9", "2", "1"), LSC_BAD_LEAD,
         "activities.ndjson:3: lead_id is of no lead in "},
        {A("L1", "1", "\"noon\""), LSC_BAD_LEAD,
         "activities.ndjson:1: time must be RFC 3339 or epoch milliseconds, not \"noon\""},
        {"{\"lead_id\": \"L1\", \"type\": \"a\", \"time\": 1}\n", LSC_BAD_LEAD,
         "activities.ndjson:1: id is missing"},
        {"{\"lead_id\": \"L1\", \"id\": \"1\", \"type\": \"a\"}\n", LSC_BAD_LEAD,
         "activities.ndjson:1: time is missing"},
        {A("L1", "1", "1") "{\"id\"", LSC_BAD_JSON, "activities.ndjson:2: "},
        {"[" A("L1", "1", "1") "]\n", LSC_BAD_JSON, "activities.ndjson:1: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        opening_fails(L1, cases[i].activities, NULL, cases[i].status, cases[i].words);
    }
    lsc_source *source = open_files(
        L1,
        A("L1", "1", "1") "{\"id\": \"2\", \"lead_id\": \"L1\", \"type\": \"a\", \"time\": 1, "
                          "\"data\": {\"a.b\": 1, \"a\": {\"b\": 2}}}\n",
        NULL);
    lsc_test_next_fails(source, LSC_BAD_LEAD, "activities.ndjson:2: a.b is there twice");
    lsc_source_free(source);
}
END_TEST

START_TEST(bad_outcomes_are_named_by_file_and_line)
{
    static const struct {
        const char *outcomes;
        lsc_status status;
        const char *words;
    } cases[] = {
        {"\n{\"time\": 1, \"label\": true}\n", LSC_BAD_LEAD,
         "outcomes.ndjson:2: lead_id is missing"},
        {"{\"lead_id\": \"L1\", \"label\": true}\n", LSC_BAD_LEAD, "time is missing"},
        {"{\"lead_id\": \"L1\", \"time\": 1}\n", LSC_BAD_LEAD, "label is missing"},
        {O("L1", "1", "null"), LSC_BAD_LEAD, "label is missing"},
        {O("L1", "1", "[true]"), LSC_BAD_LEAD, "label is missing"},
        {O("L1", "1", "\"maybe\""), LSC_BAD_LEAD, "it is \"maybe\""},
        {O("L1", "1", "2"), LSC_BAD_LEAD, "it is \"2\""},
        {O("L1", "\"then\"", "true"), LSC_BAD_LEAD, "not \"then\""},
        {O("L9", "1", "true"), LSC_BAD_LEAD, "lead_id is of no lead in "},
        {"7\n", LSC_BAD_LEAD, "an outcome must be an object, not of type number"},
        {"{", LSC_BAD_JSON, "outcomes.ndjson:1: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        opening_fails(L1, NULL, cases[i].outcomes, cases[i].status, cases[i].words);
    }
}
END_TEST

START_TEST(unknown_leads_can_be_ignored)
{
    paths p = write_files(L1, A("L9", "1", "1") A("L1", "2", "1"),
                          O("L9", "1", "true") O("L1", "2", "true"));
    lsc_files files = options_of(&p);
    files.ignore_unknown = true;
    lsc_source *source;
    ck_ok(lsc_source_open_files(&files, &source, error));
    lsc_record record = lsc_test_next(source);
    ck_assert_uint_eq(lsc_lead_n_activities(record.lead), 1);
    ck_assert_uint_eq(record.n_outcomes, 1);
    lsc_test_no_more(source);
    lsc_source_free(source);
    free_paths(&p);
}
END_TEST

START_TEST(long_lines_are_refused)
{
    char *longer = lsc_test_repeat("{\"id\": \"L1\"}\n", " ", LSC_MAX_LINE + 1, "{}\n");
    lsc_source *source = open_files(longer, NULL, NULL);
    lsc_test_next(source);
    lsc_test_next_fails(source, LSC_LIMIT, "leads.ndjson:2: ");
    lsc_source_free(source);
    free(longer);
}
END_TEST

START_TEST(options_are_checked)
{
    lsc_source *source;
    lsc_files files = LSC_FILES_INIT;
    ck_fails(lsc_source_open_files(&files, &source, error), LSC_INVALID_ARG, "files.leads");
    ck_fails(lsc_source_open_files(NULL, &source, error), LSC_INVALID_ARG, "files is NULL");
    ck_fails(lsc_source_open_files(&files, NULL, error), LSC_INVALID_ARG, "source is NULL");
    files.leads = files.outcomes = "-";
    ck_fails(lsc_source_open_files(&files, &source, error), LSC_INVALID_ARG, "only one");
    files = (lsc_files)LSC_FILES_INIT;
    files.leads = "no/such.ndjson";
    ck_fails(lsc_source_open_files(&files, &source, error), LSC_NOT_FOUND, "no/such.ndjson");
    files.leads = lsc_test_folder();
    ck_fails(lsc_source_open_files(&files, &source, error), LSC_IO, "folder");
    char *path = lsc_test_write_text("leads.ndjson", L1);
    files.leads = path;
    files.activities = "no/such.ndjson";
    ck_fails(lsc_source_open_files(&files, &source, error), LSC_NOT_FOUND, "no/such.ndjson");
    files.activities = NULL;
    files.outcomes = "no/such.ndjson";
    ck_fails(lsc_source_open_files(&files, &source, error), LSC_NOT_FOUND, "no/such.ndjson");
    files.outcomes = NULL;
    files.size = 3;
    ck_fails(lsc_source_open_files(&files, &source, error), LSC_INVALID_ARG, "");
    free(path);
}
END_TEST

START_TEST(file_that_changes_between_readings_is_refused)
{
    paths p = write_files(L1 L2, A("L2", "1", "1"), NULL);
    lsc_files files = options_of(&p);
    lsc_source *source;
    ck_ok(lsc_source_open_files(&files, &source, error));
    ck_assert_int_eq(truncate(p.activities, 5), 0);
    lsc_test_next(source);
    lsc_test_next_fails(source, LSC_IO, "activities.ndjson: changed while it was read");
    lsc_source_free(source);
    free_paths(&p);
}
END_TEST

/* Random activities of many leads, interleaved: each lead gets what a lead of its own gets. */
START_TEST(indexed_activities_are_those_added_one_by_one)
{
    enum {
        N_LEADS = 40,
        N_ACTIVITIES = 2000
    };
    lsc_random random;
    lsc_random_seed(&random, 5);
    lsc_allocator allocator;
    lsc_buffer leads;
    lsc_buffer activities;
    lsc_lead *expected[N_LEADS];
    ck_ok(lsc_allocator_resolve(NULL, &allocator, error));
    lsc_buffer_init(&leads, &allocator);
    lsc_buffer_init(&activities, &allocator);
    for (int i = 0; i < N_LEADS; i++) {
        char lead[64];
        snprintf(lead, sizeof lead, "{\"id\": \"lead-%d\"}", i);
        lsc_buffer_append_format(&leads, "%s\n", lead);
        expected[i] = lsc_test_lead(lead);
    }
    for (int i = 0; i < N_ACTIVITIES; i++) {
        char line[256];
        int lead = (int)lsc_random_below(&random, N_LEADS);
        int pad = (int)lsc_random_below(&random, 100);
        snprintf(line, sizeof line,
                 "{\"id\": \"%d\", \"lead_id\": \"lead-%d\", \"type\": \"%c\", \"time\": %d,%*s"
                 "\"recorded_time\": %d}",
                 (int)lsc_random_below(&random, 60), lead,
                 (char)('a' + lsc_random_below(&random, 3)), (int)lsc_random_below(&random, 100),
                 pad, "", (int)lsc_random_below(&random, 200));
        lsc_buffer_append_format(&activities, "%s%s", line, pad % 2 == 0 ? "\n" : "\r\n");
        lsc_test_add(expected[lead], line);
    }
    lsc_source *source = open_files(leads.data, activities.data, NULL);
    for (int i = 0; i < N_LEADS; i++) {
        char hash[LSC_HASH_TEXT_SIZE];
        strcpy(hash, lsc_test_hash(expected[i], 150));
        lsc_record record = lsc_test_next(source);
        ck_assert_str_eq(lsc_test_hash(record.lead, 150), hash);
        lsc_lead_free(expected[i]);
    }
    lsc_test_no_more(source);
    lsc_source_free(source);
    lsc_buffer_free(&leads);
    lsc_buffer_free(&activities);
}
END_TEST

LSC_SUITE("lead/source_files", TEST(leads_with_embedded_activities_stream),
          TEST(activities_of_their_own_file_come_in_any_order_late_and_twice),
          TEST(embedded_and_filed_activities_come_together), TEST(lead_ids_may_be_numbers),
          TEST(envelopes_name_their_lead_by_subject_or_user),
          TEST(outcomes_of_a_file_come_in_order_without_repeats),
          TEST(outcome_of_the_lead_counts_unless_a_file_is_given),
          TEST(bad_leads_are_named_by_file_and_line),
          TEST(bad_activities_are_named_by_file_and_line),
          TEST(bad_outcomes_are_named_by_file_and_line), TEST(unknown_leads_can_be_ignored),
          TEST(long_lines_are_refused), TEST(options_are_checked),
          TEST(file_that_changes_between_readings_is_refused),
          TEST(indexed_activities_are_those_added_one_by_one))
