/*
 * Contributions of tables of leads, and streams of such tables: what comes out is what the calls for
 * one table give.
 */
#include "arrow_support.h"

#include <errno.h>
#include <string.h>

#include <leadscore/leadscore.h>

#define N_ROWS 3
#define N_COLUMNS 4
#define N_TABLES 3
#define AS_OF INT64_C(1775001600000) /* 2026-04-01 */

static const double values[][N_ROWS] = {{0.25, -3, 7}, {1, 0, -2}};
static const uint8_t consents = 5; /* not of the second */

/** Three leads, the second of which has refused. @param first  which numbers come first */
static void fill_leads(hand_table *table, size_t first)
{
    hand_begin(table, N_ROWS);
    hand_add(table, "f0", "g", NULL, values[first % 2]);
    hand_add(table, "f1", "g", NULL, values[1 - first % 2]);
    hand_add(table, "consent.profiling", "b", NULL, &consents);
}

/** One of the three things that are made of leads, of a table or of a stream. */
typedef enum made {
    FEATURES,
    SCORES,
    CONTRIBUTIONS,
    N_MADE
} made;

static lsc_status make_table(made what, lsc_scorer *scorer, const hand_table *from,
                             const lsc_arrow_options *options, struct ArrowArray *out,
                             struct ArrowSchema *schema, lsc_error *told)
{
    switch (what) {
    case FEATURES:
        return lsc_arrow_extract(lsc_model_spec(lsc_scorer_model(scorer)), &from->array,
                                 &from->schema, AS_OF, options, out, schema, told);
    case SCORES:
        return lsc_arrow_score_leads(scorer, &from->array, &from->schema, AS_OF, options, out,
                                     schema, told);
    default:
        return lsc_arrow_contributions_leads(scorer, &from->array, &from->schema, AS_OF, options,
                                             out, schema, told);
    }
}

static lsc_status make_stream(made what, lsc_model *model, struct ArrowArrayStream *in,
                              int64_t as_of_ms, const lsc_arrow_options *options,
                              struct ArrowArrayStream *out, lsc_error *told)
{
    switch (what) {
    case FEATURES:
        return lsc_arrow_extract_stream(lsc_model_spec(model), in, as_of_ms, options, out, told);
    case SCORES:
        return lsc_arrow_score_leads_stream(model, in, as_of_ms, options, out, told);
    default:
        return lsc_arrow_contributions_leads_stream(model, in, as_of_ms, options, out, told);
    }
}

static bool is_null(const struct ArrowArray *column, size_t row)
{
    const uint8_t *valid = column->buffers[0];
    return valid != NULL && (valid[row / 8] >> (row % 8) & 1) == 0;
}

static size_t size_of(const char *format)
{
    return strcmp(format, "g") == 0 ? 8 : strcmp(format, "u") == 0 ? 1 : 4;
}

/** That two tables of one schema hold the same bits. */
static void compare(const struct ArrowSchema *schema, const struct ArrowArray *a,
                    const struct ArrowArray *b)
{
    ck_assert_int_eq(a->length, b->length);
    ck_assert_int_eq(a->n_children, schema->n_children);
    ck_assert_int_eq(b->n_children, schema->n_children);
    for (int64_t column = 0; column < schema->n_children; column++) {
        const size_t size = size_of(schema->children[column]->format);
        const size_t buffer = (size_t)a->children[column]->n_buffers - 1;
        for (size_t row = 0; row < (size_t)a->length; row++) {
            ck_assert(is_null(a->children[column], row) == is_null(b->children[column], row));
        }
        ck_assert(memcmp(a->children[column]->buffers[buffer], b->children[column]->buffers[buffer],
                         (size_t)a->length * size) == 0);
    }
}

/* Contributions of a table. */

START_TEST(contributions_of_leads_are_those_of_their_features)
{
    hand_table leads;
    struct ArrowArray features, expected, out;
    struct ArrowSchema of_features, schema;
    lsc_scorer *scorer = hand_forest_scorer(N_COLUMNS);
    fill_leads(&leads, 0);
    ck_ok(make_table(FEATURES, scorer, &leads, NULL, &features, &of_features, error));
    ck_ok(lsc_arrow_contributions(scorer, &features, &of_features, NULL, &expected, NULL, error));
    ck_ok(make_table(CONTRIBUTIONS, scorer, &leads, NULL, &out, &schema, error));
    ck_assert_int_eq(out.n_children, N_COLUMNS + 2);
    ck_assert_str_eq(schema.children[0]->name, "f0");
    ck_assert_str_eq(schema.children[N_COLUMNS]->name, "base_value");
    ck_assert_str_eq(schema.children[N_COLUMNS + 1]->name, "status");
    for (size_t row = 0; row < N_ROWS; row++) {
        const bool is_scored = row != 1;
        ck_assert_int_eq(((const int32_t *)out.children[N_COLUMNS + 1]->buffers[1])[row],
                         is_scored ? LSC_SCORED : LSC_SUPPRESSED);
        for (size_t column = 0; column <= N_COLUMNS; column++) {
            const float *got = out.children[column]->buffers[1];
            const float *wanted = expected.children[column]->buffers[1];
            ck_assert(is_null(out.children[column], row) == !is_scored);
            ck_assert(!is_scored || memcmp(&got[row], &wanted[row], sizeof *got) == 0);
        }
    }
    features.release(&features);
    of_features.release(&of_features);
    expected.release(&expected);
    out.release(&out);
    schema.release(&schema);
    lsc_scorer_free(scorer);
}
END_TEST

/* Streams. */

/** Take all of a stream, and compare with what is made of each table. */
static void drain(made what, lsc_scorer *scorer, const hand_table *tables,
                  struct ArrowArrayStream *stream)
{
    struct ArrowSchema schema, of_table;
    struct ArrowArray got, wanted;
    ck_assert_int_eq(stream->get_schema(stream, &schema), 0);
    for (size_t i = 0; i < N_TABLES; i++) {
        ck_assert_int_eq(stream->get_next(stream, &got), 0);
        ck_ok(make_table(what, scorer, &tables[i], NULL, &wanted, &of_table, error));
        ck_assert_int_eq(schema.n_children, of_table.n_children);
        compare(&schema, &got, &wanted);
        got.release(&got);
        wanted.release(&wanted);
        of_table.release(&of_table);
    }
    ck_assert_int_eq(stream->get_next(stream, &got), 0);
    ck_assert(got.release == NULL);
    ck_assert_ptr_null(stream->get_last_error(stream));
    schema.release(&schema);
}

START_TEST(a_stream_of_leads_gives_what_each_table_does)
{
    for (made what = FEATURES; what < N_MADE; what++) {
        hand_table tables[N_TABLES];
        hand_stream in;
        struct ArrowArrayStream out;
        lsc_scorer *scorer = hand_forest_scorer(N_COLUMNS);
        for (size_t i = 0; i < N_TABLES; i++) {
            fill_leads(&tables[i], i);
        }
        hand_stream_begin(&in, tables, N_TABLES);
        ck_ok(make_stream(what, lsc_scorer_model(scorer), &in.stream, AS_OF, NULL, &out, error));
        ck_assert(in.stream.release == NULL);
        drain(what, scorer, tables, &out);
        ck_assert_int_eq(tables[0].released, 1); /* its array: the schema is kept */
        out.release(&out);
        ck_assert(out.release == NULL);
        ck_assert_int_eq(tables[0].released, 2);
        ck_assert_int_eq(in.released, 1);
        lsc_scorer_free(scorer);
    }
}
END_TEST

START_TEST(a_stream_of_leads_keeps_what_it_needs)
{
    static const char own[] = "{\"format\": 1, \"fields\": {}, \"other\": {\"f0\": [\"theirs\"]}}";
    for (made what = FEATURES; what < N_MADE; what++) {
        hand_table table;
        hand_stream in;
        struct ArrowArrayStream out;
        struct ArrowArray got;
        lsc_arrow_options options = LSC_ARROW_OPTIONS_INIT;
        lsc_scorer *scorer = hand_forest_scorer(N_COLUMNS);
        ck_ok(lsc_aliases_parse(own, sizeof own - 1, NULL, &options.aliases, error));
        hand_begin(&table, N_ROWS);
        hand_add(&table, "theirs", "g", NULL, values[0]);
        hand_stream_begin(&in, &table, 1);
        ck_ok(
            make_stream(what, lsc_scorer_model(scorer), &in.stream, AS_OF, &options, &out, error));
        lsc_aliases_unref(options.aliases);
        lsc_scorer_free(scorer);
        ck_assert_int_eq(out.get_next(&out, &got), 0);
        if (what == FEATURES) {
            ck_assert(((const float *)got.children[0]->buffers[1])[2] == 7);
        }
        got.release(&got);
        out.release(&out);
    }
}
END_TEST

START_TEST(a_stream_of_leads_tells_what_was_wrong_and_goes_on)
{
    hand_table tables[N_TABLES];
    hand_stream in;
    struct ArrowArrayStream out;
    struct ArrowArray got;
    lsc_scorer *scorer = hand_forest_scorer(N_COLUMNS);
    for (size_t i = 0; i < N_TABLES; i++) {
        fill_leads(&tables[i], i);
    }
    hand_stream_begin(&in, tables, N_TABLES);
    ck_ok(lsc_arrow_score_leads_stream(lsc_scorer_model(scorer), &in.stream, AS_OF, NULL, &out,
                                       error));
    tables[0].arrays[1].length = 2;
    in.fail_at = 1;
    ck_assert_int_eq(out.get_next(&out, &got), EINVAL);
    ck_assert_ptr_nonnull(strstr(out.get_last_error(&out), "\"f1\": has 2 values, where 3"));
    ck_assert_int_eq(out.get_next(&out, &got), EIO);
    ck_assert_str_eq(out.get_last_error(&out), "the wire was cut");
    in.fail_at = SIZE_MAX;
    ck_assert_int_eq(out.get_next(&out, &got), 0);
    ck_assert_ptr_null(out.get_last_error(&out));
    got.release(&got);
    out.release(&out);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(a_stream_of_leads_that_is_refused_stays_with_its_owner)
{
    for (made what = FEATURES; what < N_MADE; what++) {
        hand_table table;
        hand_stream in;
        struct ArrowArrayStream out = {.private_data = &in};
        lsc_scorer *scorer = hand_forest_scorer(N_COLUMNS);
        lsc_model *model = lsc_scorer_model(scorer);
        fill_leads(&table, 0);
        hand_stream_begin(&in, &table, 1);
        ck_fails(make_stream(what, model, &in.stream, LSC_TIME_NONE, NULL, &out, error),
                 LSC_INVALID_ARG, "as_of_ms is");
        ck_assert_int_eq(table.released, 0);
        table.schemas[1].format = "d:10,2";
        ck_fails(make_stream(what, model, &in.stream, AS_OF, NULL, &out, error), LSC_UNSUPPORTED,
                 "column \"f1\" is of format \"d:10,2\"");
        in.no_schema = true;
        ck_fails(make_stream(what, model, &in.stream, AS_OF, NULL, &out, error), LSC_IO,
                 "the wire was cut");
        ck_assert_ptr_eq(out.private_data, &in);
        in.stream.release = NULL;
        ck_fails(make_stream(what, model, &in.stream, AS_OF, NULL, &out, error), LSC_INVALID_ARG,
                 "released");
        ck_assert_int_eq(in.released, 0);
        lsc_scorer_free(scorer);
    }
}
END_TEST

LSC_SUITE("arrow/lead_streams", TEST(contributions_of_leads_are_those_of_their_features),
          TEST(a_stream_of_leads_gives_what_each_table_does),
          TEST(a_stream_of_leads_keeps_what_it_needs),
          TEST(a_stream_of_leads_tells_what_was_wrong_and_goes_on),
          TEST(a_stream_of_leads_that_is_refused_stays_with_its_owner))
