#include "store_tools.h"

/* lsc_store_ingest(), and the source over a store. */

#define N_LEADS 30u

typedef struct ndjson_files {
    char leads[4200];
    char activities[4200];
    char outcomes[4200];
    char rejects[4200];
} ndjson_files;

static FILE *create(const char *name, char path[4200])
{
    snprintf(path, 4200, "%s/%s", lsc_test_folder(), name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    return file;
}

/* Leads N_LEADS - 1 down to 0, so that the order of the file is not that of the ids. */
static void write_files(ndjson_files *files)
{
    FILE *leads = create("leads.ndjson", files->leads);
    FILE *activities = create("activities.ndjson", files->activities);
    FILE *outcomes = create("outcomes.ndjson", files->outcomes);
    snprintf(files->rejects, sizeof files->rejects, "%s/rejects.ndjson", lsc_test_folder());
    for (unsigned number = N_LEADS; number-- > 0;) {
        lead_text text;
        int64_t time_ms;
        write_lead(number, &text);
        fprintf(leads, "%s\n", text.lead);
        for (const char *line = text.activities; *line != '\0'; line = strchr(line, '\n') + 1) {
            fprintf(activities, "{\"lead_id\": \"lead-%u\", %.*s\n", number,
                    (int)(strchr(line, '\n') - line - 1), line + 1);
        }
        bool converts = lead_converts(number, &time_ms);
        fprintf(outcomes, "{\"lead_id\": \"lead-%u\", \"time\": %lld, \"label\": %s}\n", number,
                (long long)time_ms, converts ? "true" : "false");
    }
    fclose(leads);
    fclose(activities);
    fclose(outcomes);
}

static lsc_ingest all_of(const ndjson_files *files)
{
    lsc_ingest ingest = LSC_INGEST_INIT;
    ingest.leads = files->leads;
    ingest.activities = files->activities;
    ingest.outcomes = files->outcomes;
    return ingest;
}

/* Two sources give the same leads with the same outcomes; those of `right` are sorted by id. */
static void check_same_lead(lsc_scorer *scorer, const lsc_record *left, const lsc_record *right)
{
    char a[65];
    char b[65];
    hash_of(scorer, left->lead, LSC_TIME_MAX, a);
    hash_of(scorer, right->lead, LSC_TIME_MAX, b);
    ck_assert_str_eq(a, b);
    ck_assert_uint_eq(left->n_outcomes, right->n_outcomes);
    for (size_t i = 0; i < left->n_outcomes; i++) {
        ck_assert(left->outcomes[i].time_ms == right->outcomes[i].time_ms);
        ck_assert(left->outcomes[i].converted == right->outcomes[i].converted);
    }
}

static void find_in_files(const ndjson_files *files, const char *id, lsc_source **source,
                          lsc_record *record)
{
    bool more = true;
    lsc_files options = LSC_FILES_INIT;
    options.leads = files->leads;
    options.activities = files->activities;
    options.outcomes = files->outcomes;
    ck_ok(lsc_source_open_files(&options, source, error));
    do {
        ck_ok(lsc_source_next(*source, record, &more, error));
        ck_assert(more);
    } while (strcmp(lsc_lead_id(record->lead), id) != 0);
}

START_TEST(a_store_gives_the_leads_that_the_files_give)
{
    ndjson_files files;
    write_files(&files);
    const char *path = fresh_path("taken.store");
    lsc_store *store = file_store(path);
    lsc_ingest ingest = all_of(&files);
    lsc_ingest_counts counts = LSC_INGEST_COUNTS_INIT;
    lsc_scorer *scorer = make_scorer(true);
    lsc_source *source;
    ingest.batch = 7;
    ck_ok(lsc_store_ingest(store, ACME, &ingest, &counts, error));
    ck_assert_uint_eq(counts.leads, N_LEADS);
    ck_assert_uint_eq(counts.outcomes, N_LEADS);
    ck_assert_int_eq((int64_t)counts.activities, counts_of(store, ACME).activities);
    ck_ok(lsc_source_open_store(path, ACME, NULL, &source, error));
    ck_assert(lsc_source_has_times(source));
    put_lead(store, ACME, 1000); /* nor is this, though nothing was read yet */
    for (int pass = 0; pass < 2; pass++) {
        char last[64] = "";
        unsigned n = 0;
        bool more = true;
        while (true) {
            lsc_record record;
            lsc_record filed;
            lsc_source *from_files;
            ck_ok(lsc_source_next(source, &record, &more, error));
            if (!more) {
                break;
            }
            ck_assert(strcmp(last, lsc_lead_id(record.lead)) < 0);
            snprintf(last, sizeof last, "%s", lsc_lead_id(record.lead));
            find_in_files(&files, last, &from_files, &filed);
            check_same_lead(scorer, &record, &filed);
            lsc_source_free(from_files);
            ck_assert_int_eq(record.position, ++n);
            /* What is put meanwhile is not seen. */
            put_lead(store, ACME, 1000 + n);
        }
        ck_assert_uint_eq(n, N_LEADS);
        ck_ok(lsc_source_rewind(source, error));
    }
    lsc_source_free(source);
    lsc_scorer_free(scorer);
    lsc_store_close(store);
}
END_TEST

START_TEST(a_source_over_a_store_that_is_not_there_is_refused)
{
    lsc_source *source = (lsc_source *)1;
    const char *path = fresh_path("absent.store");
    ck_fails(lsc_source_open_store(path, ACME, NULL, &source, error), LSC_NOT_FOUND,
             "absent.store");
    ck_assert_ptr_null(source);
    lsc_store *store = file_store(path);
    ck_fails(lsc_source_open_store(path, "nobody", NULL, &source, error), LSC_NOT_FOUND, "nobody");
    ck_fails(lsc_source_open_store(NULL, ACME, NULL, &source, error), LSC_INVALID_ARG,
             "path is NULL");
    ck_fails(lsc_source_open_store(path, ACME, NULL, NULL, error), LSC_INVALID_ARG,
             "source is NULL");
    lsc_store_close(store);
}
END_TEST

START_TEST(taking_the_same_lines_in_again_changes_nothing)
{
    ndjson_files files;
    write_files(&files);
    lsc_store *store = memory_store();
    lsc_ingest ingest = all_of(&files);
    lsc_ingest_counts counts = LSC_INGEST_COUNTS_INIT;
    ck_ok(lsc_store_ingest(store, ACME, &ingest, NULL, error));
    lsc_store_counts before = counts_of(store, NULL);
    ck_ok(lsc_store_ingest(store, ACME, &ingest, &counts, error));
    lsc_store_counts after = counts_of(store, NULL);
    ck_assert_mem_eq(&before, &after, sizeof before);
    ck_assert_uint_eq(counts.activities, 0);
    ck_assert_int_eq((int64_t)counts.duplicates, before.activities);
    ck_ok(lsc_store_check(store, error));
    lsc_store_close(store);
}
END_TEST

static bool stop_at(void *ctx, uint64_t n_lines)
{
    return n_lines < *(uint64_t *)ctx;
}

START_TEST(what_was_stopped_is_begun_again)
{
    ndjson_files files;
    write_files(&files);
    lsc_store *whole = memory_store();
    lsc_ingest ingest = all_of(&files);
    ck_ok(lsc_store_ingest(whole, ACME, &ingest, NULL, error));
    lsc_store_counts expected = counts_of(whole, NULL);
    ingest.batch = 5;
    ingest.progress = stop_at;
    for (uint64_t line = 5; line < 200; line += 35) {
        lsc_store *store = memory_store();
        lsc_ingest_counts counts = LSC_INGEST_COUNTS_INIT;
        ingest.progress_ctx = &line;
        ck_fails(lsc_store_ingest(store, ACME, &ingest, &counts, error), LSC_CANCELLED, "stopped");
        lsc_store_counts held = counts_of(store, NULL);
        ck_assert_int_eq(held.leads, (int64_t)counts.leads);
        ck_assert_int_eq(held.activities, (int64_t)counts.activities);
        uint64_t never = UINT64_MAX;
        ingest.progress_ctx = &never;
        ck_ok(lsc_store_ingest(store, ACME, &ingest, NULL, error));
        held = counts_of(store, NULL);
        held.bytes = expected.bytes;
        ck_assert_mem_eq(&held, &expected, sizeof held);
        lsc_store_close(store);
    }
    lsc_store_close(whole);
}
END_TEST

static const char bad_lines[] =
    "{\"id\": \"a\", \"email\": \"x@y.example\"}\n"
    "{\"id\": 01}\n"
    "\n"
    "not \xff json\n"
    "{\"email\": \"b@y.example\"}\n"
    "{\"id\": \"b\", \"email\": \"X@y.example\", \"activities\": [{\"id\": \"1\", \"type\": \"t\","
    " \"time\": 1735689600000}]}\n"
    "{\"id\": \"c\"}";

/* A text has these parts, one after the other. */
static void check_parts(const char *text, const char *const *parts, size_t n)
{
    const char *at = text;
    for (size_t i = 0; i < n; i++) {
        at = strstr(at, parts[i]);
        ck_assert_msg(at != NULL, "%s is not in its place in\n%.4000s", parts[i], text);
    }
}

START_TEST(bad_lines_are_set_aside_and_good_ones_land)
{
    ndjson_files files;
    write_files(&files);
    write_file(files.leads, bad_lines);
    write_file(files.activities,
               "{\"lead_id\": \"nobody\", \"id\": \"1\", \"type\": \"t\", \"time\": "
               "1735689600000}\n[]\n");
    write_file(files.outcomes,
               "{\"lead_id\": \"a\", \"time\": \"2025-01-01\", \"label\": \"maybe\"}\n"
               "{\"lead_id\": \"a\", \"time\": \"2025-01-01\", \"label\": \"won\"}\n");
    lsc_store *store = memory_store();
    lsc_ingest ingest = all_of(&files);
    lsc_ingest_counts counts = LSC_INGEST_COUNTS_INIT;
    ingest.rejects = files.rejects;
    ck_ok(lsc_store_ingest(store, ACME, &ingest, &counts, error));
    ck_assert_uint_eq(counts.leads, 2);
    ck_assert_uint_eq(counts.activities, 0);
    ck_assert_uint_eq(counts.outcomes, 1);
    ck_assert_uint_eq(counts.rejected, 7);
    ck_assert_int_eq(counts_of(store, ACME).activities, 0);
    size_t length;
    char *text = read_text(files.rejects, &length);
    static const char *const parts[] = {
        "leads.ndjson\",\"line\":2,\"status\":\"LSC_BAD_JSON\"",
        "\"line\":4,\"status\":\"LSC_BAD_JSON\"",
        "\"text\":\"not ? json\"",
        "\"line\":5,\"status\":\"LSC_BAD_LEAD\",\"error\":\"id is missing\"",
        "\"line\":6,\"status\":\"LSC_CONFLICT\"",
        "activities.ndjson\",\"line\":1,\"status\":\"LSC_NOT_FOUND\"",
        "\"line\":2,\"status\":\"LSC_BAD_LEAD\"",
        "outcomes.ndjson\",\"line\":1,\"status\":\"LSC_BAD_LEAD\"",
    };
    check_parts(text, parts, sizeof parts / sizeof parts[0]);
    free(text);
    lsc_store_close(store);
}
END_TEST

/* A line of so many bytes that all are 'x'. */
static void write_long(FILE *file, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        putc('x', file);
    }
    putc('\n', file);
}

START_TEST(lines_that_are_too_long_are_set_aside_by_how_they_begin)
{
    ndjson_files files;
    lsc_store *store = memory_store();
    lsc_ingest ingest = LSC_INGEST_INIT;
    lsc_ingest_counts counts = LSC_INGEST_COUNTS_INIT;
    size_t length;
    write_files(&files);
    FILE *leads = create("leads.ndjson", files.leads);
    write_long(leads, LSC_MAX_LINE + 1);
    fputs("{\"id\": \"a\"}\n", leads);
    write_long(leads, LSC_MAX_LINE + 9999);
    write_long(leads, LSC_MAX_LINE);
    fputs("{\"id\": \"b\"}\n", leads);
    fclose(leads);
    ingest.leads = files.leads;
    ingest.batch = 1;
    ck_fails(lsc_store_ingest(store, ACME, &ingest, NULL, error), LSC_LIMIT, "leads.ndjson:1: ");
    ingest.rejects = files.rejects;
    ck_ok(lsc_store_ingest(store, ACME, &ingest, &counts, error));
    ck_assert_uint_eq(counts.leads, 2);
    ck_assert_uint_eq(counts.rejected, 3);
    char *text = read_text(files.rejects, &length);
    static const char *const parts[] = {
        "\"line\":1,\"status\":\"LSC_LIMIT\"",
        "\"error\":\"the line is longer than 16777216 bytes\",\"text\":\"xxx",
        "\"line\":3,\"status\":\"LSC_LIMIT\"",
        "\"line\":4,\"status\":\"LSC_BAD_JSON\"",
    };
    check_parts(text, parts, sizeof parts / sizeof parts[0]);
    ck_assert_uint_eq(strcspn(strstr(text, "xxx"), "\""), 1000);
    free(text);
    lsc_store_close(store);
}
END_TEST

START_TEST(a_batch_of_lines_that_are_too_long_ends_as_any_other)
{
    ndjson_files files;
    lsc_store *store = memory_store();
    lsc_ingest ingest = LSC_INGEST_INIT;
    lsc_ingest_counts counts = LSC_INGEST_COUNTS_INIT;
    uint64_t line = 1;
    write_files(&files);
    FILE *leads = create("leads.ndjson", files.leads);
    write_long(leads, LSC_MAX_LINE + 1);
    write_long(leads, LSC_MAX_LINE + 1);
    fclose(leads);
    ingest.leads = files.leads;
    ingest.rejects = files.rejects;
    ingest.batch = 1;
    ingest.progress = stop_at;
    ingest.progress_ctx = &line;
    ck_fails(lsc_store_ingest(store, ACME, &ingest, &counts, error), LSC_CANCELLED, "stopped");
    ck_assert_uint_eq(counts.rejected, 1);
    lsc_store_close(store);
}
END_TEST

START_TEST(without_rejects_the_first_bad_line_ends_it)
{
    ndjson_files files;
    write_files(&files);
    write_file(files.leads, bad_lines);
    lsc_store *store = memory_store();
    lsc_ingest ingest = LSC_INGEST_INIT;
    ingest.leads = files.leads;
    ck_fails(lsc_store_ingest(store, ACME, &ingest, NULL, error), LSC_BAD_JSON, "leads.ndjson:2: ");
    ck_assert_int_eq(counts_of(store, ACME).leads, 0);
    ingest.batch = 1;
    ck_fails(lsc_store_ingest(store, ACME, &ingest, NULL, error), LSC_BAD_JSON, "leads.ndjson:2: ");
    ck_assert_int_eq(counts_of(store, ACME).leads, 1);
    lsc_store_close(store);
}
END_TEST

START_TEST(what_cannot_be_taken_in_is_refused)
{
    ndjson_files files;
    write_files(&files);
    lsc_store *store = memory_store();
    lsc_ingest ingest = LSC_INGEST_INIT;
    ck_fails(lsc_store_ingest(store, "nobody", &ingest, NULL, error), LSC_NOT_FOUND, "nobody");
    ingest.leads = "/nowhere/leads.ndjson";
    ck_fails(lsc_store_ingest(store, ACME, &ingest, NULL, error), LSC_NOT_FOUND, "/nowhere");
    ingest.leads = files.leads;
    ingest.rejects = "/nowhere/rejects.ndjson";
    ck_fails(lsc_store_ingest(store, ACME, &ingest, NULL, error), LSC_NOT_FOUND, "rejects");
    /* A file of what is to be taken in is not written over. */
    ingest.rejects = files.leads;
    ck_fails(lsc_store_ingest(store, ACME, &ingest, NULL, error), LSC_INVALID_ARG, "rejects");
    ingest.rejects = NULL;
    ingest.leads = "-";
    ingest.activities = "-";
    ck_fails(lsc_store_ingest(store, ACME, &ingest, NULL, error), LSC_INVALID_ARG,
             "standard input");
    ingest = all_of(&files);
    ck_ok(lsc_store_begin(store, error));
    ck_fails(lsc_store_ingest(store, ACME, &ingest, NULL, error), LSC_INVALID_ARG, "transaction");
    lsc_store_rollback(store);
    ck_ok(lsc_store_ingest(store, ACME, &ingest, NULL, error));
    lsc_store_close(store);
}
END_TEST

/* The lead of the store has these texts and no other property. */
static void holds(lsc_store *store, const char *id, const char *json)
{
    const char *held;
    size_t length;
    ck_ok(lsc_store_lead_json(store, ACME, id, &held, &length, error));
    ck_assert_str_eq(held, json);
}

static void write_to(const char *name, char path[4200], const char *text)
{
    FILE *file = create(name, path);
    fputs(text, file);
    fclose(file);
}

/** The hash of the first lead of files, as they are read. */
static void hash_from_files(lsc_scorer *scorer, const lsc_ingest *ingest, char sha256[65])
{
    lsc_files files = LSC_FILES_INIT;
    lsc_source *source;
    lsc_record record;
    bool more;
    files.leads = ingest->leads;
    files.activities = ingest->activities;
    files.aliases = ingest->aliases;
    ck_ok(lsc_source_open_files(&files, &source, error));
    ck_ok(lsc_source_next(source, &record, &more, error));
    hash_of(scorer, record.lead, LSC_TIME_MAX, sha256);
    lsc_source_free(source);
}

START_TEST(names_are_read_by_the_chosen_aliases_and_kept_as_they_mean)
{
    static const char leads_text[] =
        "{\"Id\": \"a\", \"Title\": \"CTO\", \"jobtitle\": \"theirs\", \"City\": \"Bern\"}\n";
    static const char activities_text[] =
        "{\"id\": \"1\", \"lead_id\": \"a\", \"type\": \"identify\", \"time\": 1767225600000, "
        "\"data\": {\"Company\": \"Engines\", \"company\": \"theirs\"}}\n";
    char leads[4200];
    char activities[4200];
    write_to("theirs.ndjson", leads, leads_text);
    write_to("traits.ndjson", activities, activities_text);
    lsc_store *store = file_store(fresh_path("aliases.store"));
    lsc_ingest ingest = LSC_INGEST_INIT;
    ingest.leads = leads;
    ingest.activities = activities;
    ck_ok(lsc_aliases_named("salesforce", NULL, &ingest.aliases, error));
    ck_ok(lsc_store_ingest(store, ACME, &ingest, NULL, error));
    holds(store, "a",
          "{\"id\":\"a\",\"address.city\":\"Bern\",\"job_title\":\"CTO\",\"jobtitle\":\"theirs\"}");
    /* As from the files, to the hash: what was no alias then is none when it comes back. */
    char from_store[65];
    char from_files[65];
    lsc_scorer *scorer = make_scorer(true);
    hash_from_files(scorer, &ingest, from_files);
    lsc_lead *lead;
    ck_ok(lsc_lead_new(NULL, &lead, error));
    ck_ok(lsc_store_get_lead(store, ACME, "a", lead, error));
    hash_of(scorer, lead, LSC_TIME_MAX, from_store);
    ck_assert_str_eq(from_store, from_files);
    /* The lead, and what comes after, are read by all names again. */
    ck_ok(lsc_lead_set_text(lead, "jobtitle", "CEO", error));
    ck_ok(lsc_store_put_lead(store, ACME, lead, error));
    holds(store, "a",
          "{\"id\":\"a\",\"address.city\":\"Bern\",\"job_title\":\"CEO\",\"jobtitle\":\"theirs\"}");
    static const char next[] = "{\"id\": \"b\", \"jobtitle\": \"CFO\"}";
    ck_ok(lsc_store_put_lead_json(store, ACME, next, sizeof next - 1, error));
    holds(store, "b", "{\"id\":\"b\",\"job_title\":\"CFO\"}");
    lsc_aliases_unref(ingest.aliases);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
    lsc_store_close(store);
}
END_TEST

LSC_SUITE("store/ingest", TEST(a_store_gives_the_leads_that_the_files_give),
          TEST(a_source_over_a_store_that_is_not_there_is_refused),
          TEST(taking_the_same_lines_in_again_changes_nothing),
          TEST(what_was_stopped_is_begun_again), TEST(bad_lines_are_set_aside_and_good_ones_land),
          TEST(lines_that_are_too_long_are_set_aside_by_how_they_begin),
          TEST(a_batch_of_lines_that_are_too_long_ends_as_any_other),
          TEST(without_rejects_the_first_bad_line_ends_it),
          TEST(what_cannot_be_taken_in_is_refused),
          TEST(names_are_read_by_the_chosen_aliases_and_kept_as_they_mean))
