/*
 * Tables of leads against the same leads as JSON: the same features to the bit. Leads are random; a
 * failure names the seed and the row.
 */
#include "arrow_support.h"
#include "lead_table.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include <leadscore/leadscore.h>

#include "core/number.h"
#include "core/random.h"

#define N_ROWS 24
#define MOST_ITEMS 4
#define MOST_ACTIVITIES 5
#define N_SEEDS 60
#define AS_OF INT64_C(1775001600000) /* 2026-04-01 */
#define DAY INT64_C(86400000)

static const char *const titles[] = {"CTO", "VP Sales", "Intern", "", "Head of \xc3\x89tudes"};
static const char *const mails[] = {"a@gmail.com", "ada@firm.example", ""};
static const char *const types[] = {"Email Opened", "Page Viewed", "Demo Requested", "identify"};
static const char *const tools[] = {"Kafka", "", "PostgreSQL"};

/* The JSON of each row, and how much of it there is. */
typedef struct row_texts {
    char text[N_ROWS][8192];
    size_t used[N_ROWS];
} row_texts;

typedef struct making {
    lsc_random random;
    row_texts json;
    test_column *table;
} making;

static uint64_t below(making *at, uint64_t n)
{
    return lsc_random_below(&at->random, n);
}

__attribute__((format(printf, 3, 4))) static void put(making *at, size_t row, const char *format,
                                                      ...)
{
    va_list arguments;
    char *to = at->json.text[row] + at->json.used[row];
    const size_t room = sizeof at->json.text[row] - at->json.used[row];
    va_start(arguments, format);
    const int length = vsnprintf(to, room, format, arguments);
    va_end(arguments);
    ck_assert_uint_lt((size_t)length, room);
    at->json.used[row] += (size_t)length;
}

/* Columns are made one by one, each with its share of every row's JSON. */

static void add_texts(making *at, test_column *parent, const char *json_name, const char *name,
                      const char *format, const char *const *choices, size_t n_choices)
{
    const char *texts[N_ROWS];
    for (size_t row = 0; row < N_ROWS; row++) {
        const uint64_t which = below(at, n_choices + 1);
        texts[row] = which < n_choices ? choices[which] : NULL;
        if (texts[row] != NULL) {
            put(at, row, ", \"%s\": \"%s\"", json_name, texts[row]);
        }
    }
    add_column(parent, text_column(name, format, texts, N_ROWS));
}

static void add_looked_up(making *at)
{
    int32_t indices[N_ROWS];
    bool valid[N_ROWS];
    for (size_t row = 0; row < N_ROWS; row++) {
        valid[row] = below(at, 4) != 0;
        indices[row] = valid[row] ? (int32_t)below(at, 3) : -7;
        if (valid[row]) {
            put(at, row, ", \"email\": \"%s\"", mails[indices[row]]);
        }
    }
    add_column(at->table,
               dictionary_column("email", indices, valid, N_ROWS, text_column("", "vu", mails, 3)));
}

static void add_numbers(making *at, test_column *parent)
{
    int32_t sizes[N_ROWS];
    double amounts[N_ROWS];
    bool valid[N_ROWS];
    bool flags[N_ROWS];
    for (size_t row = 0; row < N_ROWS; row++) {
        sizes[row] = (int32_t)below(at, 100000) - 10;
        amounts[row] = (double)lsc_random_next(&at->random) / 3.0;
        valid[row] = below(at, 3) != 0;
        flags[row] = below(at, 8) != 0;
        if (valid[row]) {
            put(at, row, ", \"company.employee_count\": %d", sizes[row]);
        }
        char amount[LSC_NUMBER_TEXT_SIZE]; /* the C library would write the locale's point */
        lsc_number_format(amounts[row], amount);
        put(at, row, ", \"company.annual_revenue\": %s, \"consent.marketing\": %s", amount,
            flags[row] ? "true" : "false");
    }
    add_column(parent, fixed_column("employee_count", "i", sizes, sizeof *sizes, valid, N_ROWS));
    add_column(parent, fixed_column("annual_revenue", "g", amounts, sizeof *amounts, NULL, N_ROWS));
    add_column(at->table, fixed_column("consent.marketing", "b", flags, 1, NULL, N_ROWS));
}

static void add_times(making *at)
{
    int64_t created[N_ROWS];
    for (size_t row = 0; row < N_ROWS; row++) {
        const int64_t ms = AS_OF - (int64_t)below(at, 900) * DAY - (int64_t)below(at, 86400000);
        created[row] = ms * 1000 + (int64_t)below(at, 1000); /* cut to its millisecond */
        put(at, row, ", \"createdate\": %lld", (long long)ms);
    }
    add_column(at->table,
               fixed_column("createdate", "tsu:UTC", created, sizeof *created, NULL, N_ROWS));
}

static void add_list(making *at, test_column *parent)
{
    const char *items[N_ROWS * MOST_ITEMS];
    int32_t offsets[N_ROWS + 1] = {0};
    bool valid[N_ROWS];
    size_t n = 0;
    for (size_t row = 0; row < N_ROWS; row++) {
        const size_t here = below(at, MOST_ITEMS + 1);
        valid[row] = below(at, 4) != 0;
        if (valid[row]) {
            put(at, row, ", \"company.technologies\": [");
        }
        for (size_t i = 0; i < here; i++) {
            const uint64_t which = below(at, 4);
            items[n] = which < 3 ? tools[which] : NULL;
            if (valid[row]) {
                put(at, row, items[n] != NULL ? "%s\"%s\"" : "%snull", i == 0 ? "" : ", ",
                    items[n]);
            }
            n++;
        }
        if (valid[row]) {
            put(at, row, "]");
        }
        offsets[row + 1] = (int32_t)n;
    }
    add_column(parent, list_column("technologies", offsets, valid, N_ROWS,
                                   text_column("item", "vu", items, n)));
}

/* All activities of all rows, one after the other. */
typedef struct events {
    char id_room[N_ROWS * MOST_ACTIVITIES][8];
    const char *ids[N_ROWS * MOST_ACTIVITIES];
    int32_t types[N_ROWS * MOST_ACTIVITIES];
    int64_t times[N_ROWS * MOST_ACTIVITIES];
    bool bots[N_ROWS * MOST_ACTIVITIES];
    float seconds[N_ROWS * MOST_ACTIVITIES];
    const char *names[N_ROWS * MOST_ACTIVITIES];
    int32_t offsets[N_ROWS + 1];
    size_t n;
} events;

static void make_event(making *at, events *all, size_t row, bool first)
{
    char seconds[LSC_NUMBER_TEXT_SIZE];
    const size_t n = all->n++;
    snprintf(all->id_room[n], sizeof all->id_room[n], "a%d", (int)below(at, 6));
    all->ids[n] = all->id_room[n];
    all->types[n] = (int32_t)below(at, 4);
    all->times[n] = (AS_OF - (int64_t)below(at, 100) * DAY + 3600000) / 1000;
    all->bots[n] = below(at, 5) == 0;
    all->seconds[n] = (float)below(at, 600) / 7.0f;
    all->names[n] = titles[below(at, 5)];
    lsc_number_format((double)all->seconds[n], seconds);
    put(at, row,
        "%s{\"id\": \"%s\", \"type\": \"%s\", \"time\": %lld, \"bot\": %s, \"data\": "
        "{\"duration_seconds\": %s, \"jobtitle\": \"%s\"}}",
        first ? "" : ", ", all->ids[n], types[all->types[n]], (long long)all->times[n] * 1000,
        all->bots[n] ? "true" : "false", seconds, all->names[n]);
}

static void add_activities(making *at)
{
    static events all;
    all.n = 0;
    for (size_t row = 0; row < N_ROWS; row++) {
        const size_t here = below(at, MOST_ACTIVITIES + 1);
        put(at, row, ", \"activities\": [");
        for (size_t i = 0; i < here; i++) {
            make_event(at, &all, row, i == 0);
        }
        put(at, row, "]");
        all.offsets[row + 1] = (int32_t)all.n;
    }
    test_column *event = struct_column("item", NULL, all.n);
    test_column *data = struct_column("data", NULL, all.n);
    add_column(event, text_column("id", "u", all.ids, all.n));
    add_column(event,
               dictionary_column("type", all.types, NULL, all.n, text_column("", "U", types, 4)));
    add_column(event, fixed_column("time", "tss:", all.times, 8, NULL, all.n));
    add_column(event, fixed_column("bot", "b", all.bots, 1, NULL, all.n));
    add_column(event, data);
    add_column(data, fixed_column("duration_seconds", "f", all.seconds, 4, NULL, all.n));
    add_column(data, text_column("jobtitle", "u", all.names, all.n));
    add_column(at->table, list_column("activities", all.offsets, NULL, N_ROWS, event));
}

static void make_table(making *at, uint64_t seed)
{
    int64_t ids[N_ROWS];
    lsc_random_seed(&at->random, seed);
    memset(&at->json, 0, sizeof at->json);
    at->table = struct_column("", NULL, N_ROWS);
    for (size_t row = 0; row < N_ROWS; row++) {
        ids[row] = (int64_t)row + 1000;
        put(at, row, "{\"id\": %d", (int)ids[row]);
    }
    add_column(at->table, fixed_column("id", "l", ids, sizeof *ids, NULL, N_ROWS));
    test_column *company = struct_column("company", NULL, N_ROWS);
    add_column(at->table, company);
    add_numbers(at, company);
    add_list(at, company);
    add_texts(at, company, "company.industry", "industry", "U", tools, 3);
    add_texts(at, at->table, "job_title", "job_title", "u", titles, 5);
    add_texts(at, at->table, "Title", "Title", "vu", titles, 5); /* a worse name of the same */
    add_looked_up(at);
    add_times(at);
    add_activities(at);
    for (size_t row = 0; row < N_ROWS; row++) {
        put(at, row, "}");
    }
}

/* Rows `first` to the end, by an offset of the table, as a slice has it. */
static void slice(making *at, size_t first)
{
    at->table->array.offset = (int64_t)first;
    at->table->array.length = (int64_t)(N_ROWS - first);
}

static void compare_rows(making *at, lsc_spec *spec, const struct ArrowArray *out, uint64_t seed,
                         size_t first)
{
    float expected[512];
    lsc_lead *lead;
    const size_t n_columns = lsc_spec_n_columns(spec);
    ck_assert_uint_le(n_columns, 512);
    ck_assert_int_eq(out->n_children, (int64_t)n_columns);
    ck_ok(lsc_lead_new(NULL, &lead, error));
    for (size_t row = first; row < N_ROWS; row++) {
        ck_ok(lsc_lead_parse_json(lead, at->json.text[row], at->json.used[row], error));
        ck_ok(lsc_spec_extract(spec, lead, AS_OF, expected, n_columns, error));
        for (size_t column = 0; column < n_columns; column++) {
            const float *values = out->children[column]->buffers[1];
            ck_assert_msg(memcmp(&values[row - first], &expected[column], sizeof(float)) == 0,
                          "seed %d, row %zu, %s: %s", (int)seed, row,
                          lsc_spec_column_name(spec, column), at->json.text[row]);
        }
    }
    lsc_lead_free(lead);
}

START_TEST(features_are_those_of_the_same_leads_in_json)
{
    static making at;
    lsc_spec *spec;
    ck_ok(lsc_spec_default(NULL, &spec, error));
    for (uint64_t seed = 0; seed < N_SEEDS; seed++) {
        struct ArrowArray out;
        struct ArrowSchema schema;
        const size_t first = seed % 5;
        make_table(&at, seed);
        slice(&at, first);
        ck_ok(lsc_arrow_extract(spec, &at.table->array, &at.table->schema, AS_OF, NULL, &out,
                                &schema, error));
        ck_assert_int_eq(out.length, (int64_t)(N_ROWS - first));
        ck_assert_str_eq(schema.children[0]->name, lsc_spec_column_name(spec, 0));
        compare_rows(&at, spec, &out, seed, first);
        out.release(&out);
        schema.release(&schema);
        ck_assert_int_eq(at.table->released, 0); /* what is given in stays the caller's */
        free_column(at.table);
    }
    lsc_spec_unref(spec);
}
END_TEST

static bool is_there(const struct ArrowArray *out, int64_t column, size_t row)
{
    const unsigned char *valid = out->children[column]->buffers[0];
    return (valid[row / 8] >> row % 8 & 1) != 0;
}

/* A row of scores is lsc_score_lead() of the lead, or null but for its status. */
static void compare_scores(lsc_scorer *scorer, const struct ArrowArray *out, const double *values,
                           const bool *consents)
{
    const double *probabilities = out->children[0]->buffers[1];
    const int32_t *scores = out->children[4]->buffers[1];
    const int32_t *statuses = out->children[out->n_children - 1]->buffers[1];
    for (size_t row = 0; row < 3; row++) {
        lsc_lead *lead;
        lsc_result result = LSC_RESULT_INIT;
        ck_ok(lsc_lead_new(NULL, &lead, error));
        ck_ok(lsc_lead_set_number(lead, "f0", values[row], error));
        ck_ok(lsc_lead_set_bool(lead, "consent.profiling", consents[row], error));
        ck_ok(lsc_score_lead(scorer, lead, AS_OF, &result, error));
        lsc_lead_free(lead);
        ck_assert_int_eq(statuses[row], result.status);
        for (int64_t column = 0; column + 1 < out->n_children; column++) {
            ck_assert(result.status == LSC_SCORED || !is_there(out, column, row));
        }
        if (result.status == LSC_SCORED) {
            ck_assert(is_there(out, 0, row) && is_there(out, 4, row));
            ck_assert_int_eq(scores[row], result.score);
            ck_assert(memcmp(&probabilities[row], &result.probability, sizeof(double)) == 0);
        }
    }
}

START_TEST(scores_are_those_of_each_lead_and_null_where_there_is_none)
{
    static const double values[] = {0.25, -3, 7};
    static const bool consents[] = {true, false, true};
    struct ArrowArray out;
    struct ArrowSchema schema;
    lsc_scorer *scorer = hand_forest_scorer(4);
    test_column *table = struct_column("", NULL, 3);
    add_column(table, fixed_column("f0", "g", values, sizeof *values, NULL, 3));
    add_column(table, fixed_column("consent.profiling", "b", consents, 1, NULL, 3));
    ck_ok(lsc_arrow_score_leads(scorer, &table->array, &table->schema, AS_OF, NULL, &out, &schema,
                                error));
    ck_assert_str_eq(schema.children[0]->name, "probability");
    ck_assert_str_eq(schema.children[4]->name, "score");
    ck_assert_str_eq(schema.children[schema.n_children - 1]->name, "status");
    compare_scores(scorer, &out, values, consents);
    out.release(&out);
    schema.release(&schema);
    free_column(table);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(columns_are_named_by_the_chosen_aliases)
{
    static const char *const titles_of_two[] = {"CTO", "Intern"};
    struct ArrowArray outs[2];
    lsc_arrow_options options = LSC_ARROW_OPTIONS_INIT;
    lsc_spec *spec;
    test_column *ours = struct_column("", NULL, 2);
    test_column *theirs = struct_column("", NULL, 2);
    add_column(ours, text_column("job_title", "u", titles_of_two, 2));
    add_column(theirs, text_column("Title", "u", titles_of_two, 2));
    add_column(theirs, text_column("jobtitle", "u", titles_of_two + 1, 1))->array.length = 2;
    theirs->children[1]->schema.format = "n";
    theirs->children[1]->array.n_buffers = 0;
    ck_ok(lsc_spec_default(NULL, &spec, error));
    ck_ok(lsc_aliases_named("salesforce", NULL, &options.aliases, error));
    ck_ok(lsc_arrow_extract(spec, &ours->array, &ours->schema, AS_OF, NULL, &outs[0], NULL, error));
    ck_ok(lsc_arrow_extract(spec, &theirs->array, &theirs->schema, AS_OF, &options, &outs[1], NULL,
                            error));
    for (int64_t column = 0; column < outs[0].n_children; column++) {
        ck_assert(memcmp(outs[0].children[column]->buffers[1], outs[1].children[column]->buffers[1],
                         2 * sizeof(float)) == 0);
    }
    outs[0].release(&outs[0]);
    outs[1].release(&outs[1]);
    lsc_aliases_unref(options.aliases);
    lsc_spec_unref(spec);
    free_column(ours);
    free_column(theirs);
}
END_TEST

/* Two leads, whose columns begin with `skipped` values that are none of theirs. */
static test_column *shifted_table(size_t skipped)
{
    static const char *const names[] = {"Intern", "CTO", "VP Sales"};
    static const int32_t sizes[] = {7, 100, 5000};
    const size_t from = 1 - skipped;
    test_column *table = struct_column("", NULL, 2);
    test_column *title =
        add_column(table, text_column("job_title", "u", names + from, 2 + skipped));
    test_column *company = add_column(table, struct_column("company", NULL, 2));
    test_column *size = add_column(
        company, fixed_column("employee_count", "i", sizes + from, 4, NULL, 2 + skipped));
    title->array.offset = size->array.offset = (int64_t)skipped;
    title->array.length = size->array.length = 2;
    return table;
}

START_TEST(offsets_of_columns_are_heeded)
{
    struct ArrowArray outs[2];
    lsc_spec *spec;
    ck_ok(lsc_spec_default(NULL, &spec, error));
    for (size_t skipped = 0; skipped < 2; skipped++) {
        test_column *table = shifted_table(skipped);
        ck_ok(lsc_arrow_extract(spec, &table->array, &table->schema, AS_OF, NULL, &outs[skipped],
                                NULL, error));
        free_column(table);
    }
    for (int64_t column = 0; column < outs[0].n_children; column++) {
        ck_assert(memcmp(outs[0].children[column]->buffers[1], outs[1].children[column]->buffers[1],
                         2 * sizeof(float)) == 0);
    }
    outs[0].release(&outs[0]);
    outs[1].release(&outs[1]);
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(every_failing_allocation_is_told_and_leaves_nothing)
{
    static making at;
    lsc_test_heap heap = {0};
    lsc_arrow_options options = LSC_ARROW_OPTIONS_INIT;
    lsc_spec *spec;
    lsc_status status = LSC_NO_MEMORY;
    options.allocator = lsc_test_allocator(&heap);
    ck_ok(lsc_spec_default(NULL, &spec, error));
    make_table(&at, 3);
    for (size_t fail_at = 1; status == LSC_NO_MEMORY; fail_at++) {
        struct ArrowArray out = {.release = NULL};
        struct ArrowSchema schema = {.release = NULL};
        heap.calls = 0;
        heap.fail_at = fail_at;
        status = lsc_arrow_extract(spec, &at.table->array, &at.table->schema, AS_OF, &options, &out,
                                   &schema, NULL);
        ck_assert((out.release != NULL) == (status == LSC_OK));
        ck_assert((schema.release != NULL) == (status == LSC_OK));
        if (status == LSC_OK) {
            ck_assert_uint_gt(fail_at, 20);
            out.release(&out);
            schema.release(&schema);
        }
        ck_assert_uint_eq(heap.live, 0);
    }
    ck_assert_int_eq(status, LSC_OK);
    free_column(at.table);
    lsc_spec_unref(spec);
}
END_TEST

LSC_SUITE("arrow/leads", TEST(features_are_those_of_the_same_leads_in_json),
          TEST(scores_are_those_of_each_lead_and_null_where_there_is_none),
          TEST(offsets_of_columns_are_heeded),
          TEST(every_failing_allocation_is_told_and_leaves_nothing),
          TEST(columns_are_named_by_the_chosen_aliases))
