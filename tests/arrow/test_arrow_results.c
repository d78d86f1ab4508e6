#include "arrow_support.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "core/random.h"

enum {
    N_ROWS = 200, /* some blocks, and a part of one */
    N_COLUMNS = 5
};

static float values[N_COLUMNS][N_ROWS];
static float rows[N_ROWS][N_COLUMNS];
static char names[N_COLUMNS][8];

/** A table with its columns backwards, and the same as rows. */
static void fill_table(hand_table *table, size_t n_rows, uint64_t seed)
{
    lsc_random random;
    lsc_random_seed(&random, seed);
    hand_begin(table, (int64_t)n_rows);
    for (size_t i = 0; i < N_COLUMNS; i++) {
        size_t column = N_COLUMNS - 1 - i;
        snprintf(names[column], sizeof names[column], "f%zu", column);
        for (size_t row = 0; row < n_rows; row++) {
            float value = lsc_random_below(&random, 5) == 0
                              ? NAN
                              : (float)(lsc_random_uniform(&random) * 4 - 2);
            values[column][row] = rows[row][column] = value;
        }
        hand_add(table, names[column], "f", NULL, values[column]);
    }
}

static bool is_null(const struct ArrowArray *array, size_t row)
{
    const uint8_t *valid = array->buffers[0];
    return valid != NULL && (valid[row / 8] >> (row % 8) & 1) == 0;
}

/** That a column holds `expected` at a row: the same bits, or null for NaN. */
static void check_cell(const struct ArrowArray *table, size_t column, size_t row, const void *bits,
                       size_t size, bool missing)
{
    const struct ArrowArray *array = table->children[column];
    ck_quick(is_null(array, row) == missing);
    ck_quick(missing || memcmp((const char *)array->buffers[1] + row * size, bits, size) == 0);
}

static void check_row(const struct ArrowArray *table, size_t row, const lsc_result *result)
{
    const double doubles[] = {result->probability, result->probability_low,
                              result->probability_high, result->confidence, result->points};
    const size_t at[] = {0, 1, 2, 3, 8};
    const int32_t score = result->score;
    for (size_t i = 0; i < 5; i++) {
        check_cell(table, at[i], row, &doubles[i], sizeof(double), isnan(doubles[i]));
    }
    check_cell(table, 4, row, &score, sizeof score, false);
    check_cell(table, 6, row, &result->margin, sizeof(float), isnan(result->margin));
    check_cell(table, 7, row, &result->raw_probability, sizeof(float),
               isnan(result->raw_probability));
    const int32_t *offsets = table->children[5]->buffers[1];
    const char *grades = table->children[5]->buffers[2];
    ck_quick(offsets[row] == (int32_t)row && offsets[row + 1] == (int32_t)row + 1);
    ck_quick(grades[row] == result->grade);
}

static void check_scores(lsc_scorer *scorer, const struct ArrowArray *table, size_t n_rows)
{
    ck_assert_int_eq(table->length, (int64_t)n_rows);
    ck_assert_int_eq(table->n_children, 9);
    for (size_t row = 0; row < n_rows; row++) {
        lsc_result result = LSC_RESULT_INIT;
        ck_ok(lsc_score_vector(scorer, rows[row], N_COLUMNS, &result, error));
        check_row(table, row, &result);
    }
}

static void score_and_check(lsc_scorer *scorer, size_t n_rows)
{
    hand_table table;
    struct ArrowArray out = {.release = NULL};
    fill_table(&table, n_rows, 11);
    ck_ok(lsc_arrow_score(scorer, &table.array, &table.schema, NULL, &out, NULL, error));
    check_scores(scorer, &out, n_rows);
    out.release(&out);
    ck_assert(out.release == NULL);
    ck_assert_int_eq(table.released, 0);
    lsc_scorer_free(scorer);
}

START_TEST(scores_of_a_table_are_those_of_its_vectors)
{
    score_and_check(hand_forest_scorer(N_COLUMNS), N_ROWS);
    score_and_check(hand_forest_scorer(N_COLUMNS), 64);
    score_and_check(hand_forest_scorer(N_COLUMNS), 1);
    score_and_check(hand_forest_scorer(N_COLUMNS), 0);
}
END_TEST

START_TEST(a_scorecard_has_points_and_no_margin)
{
    score_and_check(hand_card_scorer(N_COLUMNS), N_ROWS);
}
END_TEST

START_TEST(contributions_of_a_table_are_those_of_its_vectors)
{
    hand_table table;
    struct ArrowArray out;
    struct ArrowSchema schema;
    static float expected[N_ROWS][N_COLUMNS + 1];
    lsc_scorer *scorer = hand_forest_scorer(N_COLUMNS);
    fill_table(&table, N_ROWS, 12);
    ck_ok(lsc_arrow_contributions(scorer, &table.array, &table.schema, NULL, &out, &schema, error));
    ck_ok(lsc_contributions_batch(scorer, rows[0], N_ROWS, N_COLUMNS, expected[0], error));
    ck_assert_int_eq(out.n_children, N_COLUMNS + 1);
    ck_assert_int_eq(schema.n_children, N_COLUMNS + 1);
    for (size_t column = 0; column <= N_COLUMNS; column++) {
        const float *got = out.children[column]->buffers[1];
        const char *name = column < N_COLUMNS ? names[column] : "base_value";
        ck_assert_str_eq(schema.children[column]->name, name);
        ck_assert_str_eq(schema.children[column]->format, "f");
        for (size_t row = 0; row < N_ROWS; row++) {
            ck_quick(memcmp(&got[row], &expected[row][column], sizeof(float)) == 0);
        }
    }
    out.release(&out);
    schema.release(&schema);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(a_column_that_was_moved_out_outlives_its_table)
{
    hand_table table;
    struct ArrowArray out;
    struct ArrowSchema schema;
    lsc_scorer *scorer = hand_forest_scorer(N_COLUMNS);
    fill_table(&table, N_ROWS, 13);
    ck_ok(lsc_arrow_score(scorer, &table.array, &table.schema, NULL, &out, &schema, error));
    struct ArrowArray moved = *out.children[6];
    struct ArrowSchema moved_schema = *schema.children[6];
    out.children[6]->release = NULL;
    schema.children[6]->release = NULL;
    out.release(&out);
    schema.release(&schema);
    lsc_scorer_free(scorer);
    ck_assert_str_eq(moved_schema.name, "margin");
    ck_assert_str_eq(moved_schema.format, "f");
    ck_assert_int_eq(moved_schema.flags, ARROW_FLAG_NULLABLE);
    ck_assert(isfinite(((const float *)moved.buffers[1])[N_ROWS - 1]));
    moved.release(&moved);
    moved_schema.release(&moved_schema);
}
END_TEST

START_TEST(a_table_that_is_refused_leaves_the_outputs_alone)
{
    hand_table table;
    struct ArrowArray out = {.length = 77};
    struct ArrowSchema schema = {.flags = 77};
    lsc_scorer *scorer = hand_forest_scorer(N_COLUMNS);
    fill_table(&table, N_ROWS, 14);
    values[2][150] = INFINITY;
    ck_fails(lsc_arrow_score(scorer, &table.array, &table.schema, NULL, &out, &schema, error),
             LSC_INVALID_ARG, "row 150, column \"f2\" is infinity");
    ck_fails(
        lsc_arrow_contributions(scorer, &table.array, &table.schema, NULL, &out, &schema, error),
        LSC_INVALID_ARG, "row 150");
    table.array.length++;
    ck_fails(lsc_arrow_score(scorer, &table.array, &table.schema, NULL, &out, &schema, error),
             LSC_INVALID_ARG, "200 values");
    ck_assert(out.length == 77 && out.release == NULL);
    ck_assert(schema.flags == 77 && schema.release == NULL);
    lsc_scorer_free(scorer);
}
END_TEST

/* Streams. */

/** A stream of scores of `n` tables, all the same one. */
static void open_scores(hand_stream *in, hand_table *tables, size_t n, struct ArrowArrayStream *out)
{
    lsc_scorer *scorer = hand_forest_scorer(N_COLUMNS);
    for (size_t i = 0; i < n; i++) {
        fill_table(&tables[i], N_ROWS, 15);
    }
    hand_stream_begin(in, tables, n);
    ck_ok(lsc_arrow_score_stream(lsc_scorer_model(scorer), &in->stream, NULL, out, error));
    ck_assert(in->stream.release == NULL);
    lsc_scorer_free(scorer); /* the stream holds the model */
}

START_TEST(a_stream_gives_a_table_of_scores_for_each)
{
    hand_table tables[3];
    hand_stream in;
    struct ArrowArrayStream out;
    struct ArrowSchema schema;
    struct ArrowArray table;
    lsc_scorer *scorer = hand_forest_scorer(N_COLUMNS);
    open_scores(&in, tables, 3, &out);
    ck_assert_int_eq(out.get_schema(&out, &schema), 0);
    ck_assert_str_eq(schema.children[0]->name, "probability");
    schema.release(&schema);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(out.get_next(&out, &table), 0);
        check_scores(scorer, &table, N_ROWS);
        table.release(&table);
        ck_assert_int_eq(tables[i].released, i == 0 ? 2 : 1); /* the first's schema too */
    }
    ck_assert_int_eq(out.get_next(&out, &table), 0);
    ck_assert(table.release == NULL);
    ck_assert_ptr_null(out.get_last_error(&out));
    out.release(&out);
    ck_assert_int_eq(in.released, 1);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(a_stream_tells_what_was_wrong_and_goes_on)
{
    hand_table tables[3];
    hand_stream in;
    struct ArrowArrayStream out;
    struct ArrowArray table;
    open_scores(&in, tables, 3, &out);
    tables[0].array.length = -1;
    tables[1].array.length = (int64_t)LSC_MAX_ARROW_ROWS + 1;
    in.fail_at = 2;
    ck_assert_int_eq(out.get_next(&out, &table), EINVAL);
    ck_assert_ptr_nonnull(strstr(out.get_last_error(&out), "the length is -1"));
    ck_assert_int_eq(out.get_next(&out, &table), EOVERFLOW);
    ck_assert_int_eq(out.get_next(&out, &table), EIO);
    ck_assert_str_eq(out.get_last_error(&out), "the wire was cut");
    in.fail_at = SIZE_MAX;
    ck_assert_int_eq(out.get_next(&out, &table), 0);
    ck_assert_ptr_null(out.get_last_error(&out));
    table.release(&table);
    out.release(&out);
    ck_assert_int_eq(in.released, 1);
}
END_TEST

START_TEST(a_stream_that_is_refused_stays_with_its_owner)
{
    hand_table table;
    hand_stream in;
    struct ArrowArrayStream out = {.private_data = &in};
    lsc_scorer *scorer = hand_forest_scorer(N_COLUMNS + 1);
    lsc_model *model = lsc_scorer_model(scorer);
    fill_table(&table, N_ROWS, 16);
    hand_stream_begin(&in, &table, 1);
    ck_fails(lsc_arrow_score_stream(model, &in.stream, NULL, &out, error), LSC_NOT_FOUND, "f5");
    in.no_schema = true;
    ck_fails(lsc_arrow_contributions_stream(model, &in.stream, NULL, &out, error), LSC_IO,
             "the wire was cut");
    ck_assert(in.stream.release != NULL);
    ck_assert_ptr_eq(out.private_data, &in);
    in.stream.release = NULL;
    ck_fails(lsc_arrow_score_stream(model, &in.stream, NULL, &out, error), LSC_INVALID_ARG,
             "released");
    ck_assert_int_eq(in.released, 0);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(a_stream_gives_contributions)
{
    hand_table tables[1];
    hand_stream in;
    struct ArrowArrayStream out;
    struct ArrowArray table;
    struct ArrowSchema schema;
    lsc_scorer *scorer = hand_card_scorer(N_COLUMNS);
    fill_table(&tables[0], 3, 17);
    hand_stream_begin(&in, tables, 1);
    ck_ok(lsc_arrow_contributions_stream(lsc_scorer_model(scorer), &in.stream, NULL, &out, error));
    lsc_scorer_free(scorer);
    ck_assert_int_eq(out.get_schema(&out, &schema), 0);
    ck_assert_int_eq(out.get_next(&out, &table), 0);
    ck_assert_str_eq(schema.children[N_COLUMNS]->name, "base_value");
    ck_assert(((const float *)table.children[N_COLUMNS]->buffers[1])[2] ==
              10); /* the card's base */
    schema.release(&schema);
    table.release(&table);
    out.release(&out);
}
END_TEST

LSC_SUITE("arrow/results", TEST(scores_of_a_table_are_those_of_its_vectors),
          TEST(a_scorecard_has_points_and_no_margin),
          TEST(contributions_of_a_table_are_those_of_its_vectors),
          TEST(a_column_that_was_moved_out_outlives_its_table),
          TEST(a_table_that_is_refused_leaves_the_outputs_alone),
          TEST(a_stream_gives_a_table_of_scores_for_each),
          TEST(a_stream_tells_what_was_wrong_and_goes_on),
          TEST(a_stream_that_is_refused_stays_with_its_owner), TEST(a_stream_gives_contributions))
