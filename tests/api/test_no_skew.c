/*
 * What is computed online at T is what training sees at T, to the byte.
 *
 * Online, a lead's JSON and the activities that had been recorded by T are read by the JSON calls.
 * Training reads all there is today from files, through a source, and must not see what came later.
 */
#include <leadscore/train.h>

#include "api_support.h"

#define N_TIMES 20
#define N_SAMPLE_LEADS "5000"
/** 2024-02-01T00:00:00Z, and every 40 days from then: the sample ends on 2026-03-31. */
#define FIRST_TIME INT64_C(1706745600000)
#define EVERY (40 * DAY)

/** A line of a file. */
typedef struct text_line {
    const char *text;
    size_t length;
} text_line;

/** A file of the sample in memory. */
typedef struct text_file {
    char *bytes;
    text_line *lines;
    size_t count;
} text_file;

/** An activity as the online side gets it: when, and the JSON. */
typedef struct event_line {
    char lead_id[32];
    int64_t recorded_time_ms;
    text_line json;
} event_line;

typedef struct test_sample {
    char paths[3][4096]; /**< leads, activities, outcomes */
    text_file leads;
    text_file activities;
    event_line *events; /**< [n_events], a lead's together, in the order of the file */
    size_t n_events;
} test_sample;

static text_file read_lines(const char *path)
{
    text_file read = {0};
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    fseek(file, 0, SEEK_END);
    size_t length = (size_t)ftell(file);
    rewind(file);
    read.bytes = malloc(length + 1);
    ck_assert_uint_eq(fread(read.bytes, 1, length, file), length);
    read.bytes[length] = '\0';
    fclose(file);
    read.lines = malloc((length / 2 + 1) * sizeof *read.lines);
    for (char *at = read.bytes; *at != '\0';) {
        size_t line_length = strcspn(at, "\n");
        read.lines[read.count++] = (text_line){at, line_length};
        at += line_length + (at[line_length] == '\n');
    }
    return read;
}

/** The text of a member of one line of the sample, which has neither escapes nor spaces in these. */
static bool find_member(text_line json, const char *key, char *text, size_t size)
{
    char wanted[64];
    snprintf(wanted, sizeof wanted, "\"%s\":\"", key);
    char *copy = malloc(json.length + 1);
    memcpy(copy, json.text, json.length);
    copy[json.length] = '\0';
    const char *found = strstr(copy, wanted);
    if (found != NULL) {
        found += strlen(wanted);
        snprintf(text, size, "%.*s", (int)strcspn(found, "\""), found);
    }
    free(copy);
    return found != NULL;
}

static bool find_time(text_line json, const char *key, int64_t *time_ms)
{
    char text[64];
    if (!find_member(json, key, text, sizeof text)) {
        return false;
    }
    ck_ok(lsc_time_parse(text, strlen(text), time_ms, error));
    return true;
}

/* By lead, then by place in the file. */
static int compare_events(const void *a, const void *b)
{
    const event_line *left = a;
    const event_line *right = b;
    int order = strcmp(left->lead_id, right->lead_id);
    if (order != 0) {
        return order;
    }
    return (left->json.text > right->json.text) - (left->json.text < right->json.text);
}

static void index_events(test_sample *sample)
{
    size_t n_late = 0;
    size_t n_bots = 0;
    sample->n_events = sample->activities.count;
    sample->events = calloc(sample->n_events, sizeof *sample->events);
    for (size_t i = 0; i < sample->n_events; i++) {
        event_line *event = &sample->events[i];
        int64_t time_ms;
        event->json = sample->activities.lines[i];
        ck_assert(find_member(event->json, "lead_id", event->lead_id, sizeof event->lead_id));
        ck_assert(find_time(event->json, "time", &time_ms));
        event->recorded_time_ms = time_ms;
        find_time(event->json, "recorded_time", &event->recorded_time_ms);
        n_late += event->recorded_time_ms > time_ms;
        n_bots += strstr(event->json.text, "\"bot\":true") != NULL;
    }
    ck_assert_msg(n_late > 100 && n_bots > 0, "the sample has no late arrivals or bots");
    qsort(sample->events, sample->n_events, sizeof *sample->events, compare_events);
}

static test_sample make_sample(void)
{
    static const char *const names[] = {"leads", "activities", "outcomes"};
    test_sample made = {0};
    char command[8192];
    snprintf(command, sizeof command,
             "\"%s\" sample --leads " N_SAMPLE_LEADS
             " --seed 7 -o \"%s/sample\" > \"%s/sample.txt\"",
             getenv("LEADSCORE_PROGRAM"), lsc_test_folder(), lsc_test_folder());
    ck_assert_msg(system(command) == 0, "%s", command);
    for (size_t i = 0; i < 3; i++) {
        snprintf(made.paths[i], sizeof made.paths[i], "%s/sample/%s.ndjson", lsc_test_folder(),
                 names[i]);
    }
    made.leads = read_lines(made.paths[0]);
    made.activities = read_lines(made.paths[1]);
    index_events(&made);
    return made;
}

static void free_lines(text_file *read)
{
    free(read->bytes);
    free(read->lines);
}

static void free_sample(test_sample *made)
{
    free_lines(&made->leads);
    free_lines(&made->activities);
    free(made->events);
}

static lsc_source *open_files(const test_sample *sample)
{
    lsc_files files = LSC_FILES_INIT;
    files.leads = sample->paths[0];
    files.activities = sample->paths[1];
    files.outcomes = sample->paths[2];
    lsc_source *source;
    ck_ok(lsc_source_open_files(&files, &source, error));
    return source;
}

/* The online side. */

/** The first event of a lead in the index, and how many there are. */
static const event_line *events_of(const test_sample *sample, const char *lead_id, size_t *n)
{
    size_t low = 0;
    size_t high = sample->n_events;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(sample->events[middle].lead_id, lead_id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *n = 0;
    while (low + *n < sample->n_events && strcmp(sample->events[low + *n].lead_id, lead_id) == 0) {
        ++*n;
    }
    return &sample->events[low];
}

/**
 * The activities of a lead that had been recorded by T, as an array or as NDJSON; backwards, for the
 * order in which they are told does not matter.
 */
static char *activities_at(const test_sample *sample, const char *lead_id, int64_t as_of_ms,
                           bool array)
{
    size_t n;
    const event_line *events = events_of(sample, lead_id, &n);
    size_t room = 3;
    for (size_t i = 0; i < n; i++) {
        room += events[i].json.length + 1;
    }
    char *json = malloc(room);
    char *end = json;
    const char *separator = array ? "[" : "";
    for (size_t i = n; i-- > 0;) {
        if (events[i].recorded_time_ms <= as_of_ms) {
            end = stpcpy(end, separator);
            memcpy(end, events[i].json.text, events[i].json.length);
            end += events[i].json.length;
            separator = array ? "," : "\n";
        }
    }
    strcpy(end, !array ? "" : end == json ? "[]" : "]");
    return json;
}

static text_line lead_line(const test_sample *sample, const char *lead_id)
{
    /* Lead n stands in line n. */
    unsigned long number = strtoul(strrchr(lead_id, '-') + 1, NULL, 10);
    ck_assert_uint_le(number, sample->leads.count);
    text_line found = sample->leads.lines[number - 1];
    char id[32];
    ck_assert(find_member(found, "id", id, sizeof id));
    ck_assert_str_eq(id, lead_id);
    return found;
}

/** The vector that the JSON calls give at T. */
static void extract_online(const test_sample *sample, const lsc_spec *spec, lsc_lead *lead,
                           const char *lead_id, int64_t as_of_ms, float *columns)
{
    text_line json = lead_line(sample, lead_id);
    char *activities = activities_at(sample, lead_id, as_of_ms, as_of_ms / DAY % 2 == 0);
    ck_ok(lsc_lead_parse_json(lead, json.text, json.length, error));
    ck_ok(lsc_lead_add_activities_json(lead, activities, strlen(activities), error));
    ck_ok(lsc_spec_extract(spec, lead, as_of_ms, columns, lsc_spec_n_columns(spec), error));
    free(activities);
}

static void check_same_columns(const lsc_spec *spec, const float *online, const float *trained,
                               const char *lead_id, int64_t as_of_ms)
{
    const size_t n_columns = lsc_spec_n_columns(spec);
    if (memcmp(online, trained, n_columns * sizeof *online) == 0) {
        return;
    }
    char when[LSC_TIME_TEXT_SIZE];
    lsc_time_format(as_of_ms, when);
    for (size_t i = 0; i < n_columns; i++) {
        ck_assert_msg(memcmp(&online[i], &trained[i], sizeof online[i]) == 0,
                      "%s of %s at %s: %.9g online, %.9g in training",
                      lsc_spec_column_name(spec, i), lead_id, when, (double)online[i],
                      (double)trained[i]);
    }
}

/* The training side. */

typedef struct row_check {
    const test_sample *sample;
    const lsc_spec *spec;
    lsc_lead *lead;
    float *columns;
    size_t n_rows;
    size_t n_missing; /**< cells */
} row_check;

static bool check_row(void *ctx, const char *lead_id, int64_t as_of_ms, const float *columns,
                      size_t n_columns, bool label)
{
    (void)label;
    row_check *check = ctx;
    extract_online(check->sample, check->spec, check->lead, lead_id, as_of_ms, check->columns);
    check_same_columns(check->spec, check->columns, columns, lead_id, as_of_ms);
    for (size_t i = 0; i < n_columns; i++) {
        check->n_missing += isnan(columns[i]);
    }
    check->n_rows++;
    return true;
}

/** Every row that training makes of the sample. */
static void check_training_rows(const test_sample *sample, lsc_spec *spec)
{
    row_check check = {.sample = sample, .spec = spec};
    size_t n_columns = lsc_spec_n_columns(spec);
    check.columns = malloc(n_columns * sizeof *check.columns);
    ck_ok(lsc_lead_new(NULL, &check.lead, error));
    lsc_train train = LSC_TRAIN_INIT;
    train.spec = spec;
    train.every_ms = EVERY;
    train.rows_per_lead = N_TIMES;
    lsc_source *source = open_files(sample);
    ck_ok(lsc_training_rows(source, &train, check_row, &check, error));
    printf("%zu training rows of %zu columns, %zu cells of them missing\n", check.n_rows, n_columns,
           check.n_missing);
    ck_assert_uint_gt(check.n_rows, 1000);
    ck_assert_uint_lt(check.n_missing, check.n_rows * n_columns / 2);
    lsc_source_free(source);
    lsc_lead_free(check.lead);
    free(check.columns);
}

/** Every lead at 20 times, whether training would make a row of it or not. */
static void check_every_lead(const test_sample *sample, const lsc_spec *spec)
{
    size_t n_columns = lsc_spec_n_columns(spec);
    float *online = malloc(n_columns * sizeof *online);
    float *trained = malloc(n_columns * sizeof *trained);
    lsc_lead *lead;
    ck_ok(lsc_lead_new(NULL, &lead, error));
    lsc_source *source = open_files(sample);
    lsc_record record;
    bool more = true;
    size_t n_leads = 0;
    for (;;) {
        ck_ok(lsc_source_next(source, &record, &more, error));
        if (!more) {
            break;
        }
        n_leads++;
        for (int i = 0; i < N_TIMES; i++) {
            int64_t as_of_ms = FIRST_TIME + i * EVERY;
            const char *lead_id = lsc_lead_id(record.lead);
            ck_ok(lsc_spec_extract(spec, record.lead, as_of_ms, trained, n_columns, error));
            extract_online(sample, spec, lead, lead_id, as_of_ms, online);
            check_same_columns(spec, online, trained, lead_id, as_of_ms);
        }
    }
    ck_assert_uint_eq(n_leads, sample->leads.count);
    printf("%zu leads at %d times\n", n_leads, N_TIMES);
    lsc_source_free(source);
    lsc_lead_free(lead);
    free(online);
    free(trained);
}

START_TEST(online_vectors_are_training_rows_with_the_default_spec)
{
    test_sample sample = make_sample();
    lsc_spec *spec;
    ck_ok(lsc_spec_default(NULL, &spec, error));
    check_training_rows(&sample, spec);
    lsc_spec_unref(spec);
    free_sample(&sample);
}
END_TEST

/* A trained spec has the levels that it learned, each a column. */
START_TEST(online_vectors_are_those_of_files_with_a_learned_spec)
{
    test_sample sample = make_sample();
    lsc_source *source = open_files(&sample);
    lsc_train train = LSC_TRAIN_INIT;
    lsc_training *training;
    lsc_model *model;
    train.folds = 2;
    train.effort = LSC_EFFORT_QUICK; /* what is learned of the spec does not depend on it */
    ck_ok(lsc_train_model(source, &train, &training, error));
    size_t length;
    const void *bundle = lsc_training_bundle(training, &length);
    ck_ok(lsc_model_load_bytes(bundle, length, NULL, &model, error));
    lsc_spec *spec = lsc_model_spec(model);
    ck_assert_uint_gt(lsc_spec_n_columns(spec), lsc_spec_n_features(spec));
    check_training_rows(&sample, spec);
    check_every_lead(&sample, spec);
    lsc_model_unref(model);
    lsc_training_free(training);
    lsc_source_free(source);
    free_sample(&sample);
}
END_TEST

LSC_SUITE("api/no_skew", TEST(online_vectors_are_training_rows_with_the_default_spec),
          TEST(online_vectors_are_those_of_files_with_a_learned_spec))
