#include "arrow_support.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model_fixtures.h"

/** Whether two floats are the same bits, or both missing. */
static bool same(float a, float b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

#define CHECK_ROWS(rows, expected)                                                 \
    do {                                                                           \
        for (size_t i_ = 0; i_ < sizeof(rows) / sizeof(float); i_++) {             \
            ck_assert_msg(same((rows)[i_], (expected)[i_]), "%zu: %a, not %a", i_, \
                          (double)(rows)[i_], (double)(expected)[i_]);             \
        }                                                                          \
    } while (0)

static lsc_arrow_reader *reader_of(const hand_table *table, size_t n_columns)
{
    lsc_arrow_reader *reader = NULL;
    lsc_spec *spec = fixture_spec(n_columns, 1);
    ck_ok(lsc_arrow_reader_new(spec, &table->schema, NULL, &reader, error));
    lsc_spec_unref(spec);
    return reader;
}

/** Read all rows of a table into `rows`. */
static void read_all(const hand_table *table, size_t n_columns, float *rows)
{
    lsc_arrow_reader *reader = reader_of(table, n_columns);
    ck_ok(lsc_arrow_read(reader, &table->array, 0, (size_t)table->array.length, rows, n_columns,
                         error));
    lsc_arrow_reader_free(reader);
}

START_TEST(columns_are_put_in_the_order_of_the_model)
{
    const float third[] = {5, 6};
    const float first[] = {1, 2};
    const float second[] = {3, 4};
    const float expected[] = {1, 3, 5, 2, 4, 6};
    float rows[6];
    hand_table table;
    hand_begin(&table, 2);
    hand_add(&table, "f2", "f", NULL, third);
    hand_add(&table, "f0", "f", NULL, first);
    hand_add(&table, "f1", "f", NULL, second);
    read_all(&table, 3, rows);
    CHECK_ROWS(rows, expected);
    ck_assert_int_eq(table.released, 0);
}
END_TEST

START_TEST(every_type_of_number_is_read)
{
    const int8_t c[] = {-128, 127};
    const uint8_t C[] = {0, 255};
    const int16_t s[] = {-32768, 32767};
    const uint16_t S[] = {1, 65535};
    const int32_t i[] = {INT32_MIN, INT32_MAX};
    const uint32_t I[] = {2, UINT32_MAX};
    const int64_t l[] = {INT64_MIN, INT64_MAX};
    const uint64_t L[] = {3, UINT64_MAX};
    const float f[] = {-0.0f, 0x1p-149f};
    const double g[] = {0.1, 0x1.000001p0};
    const uint8_t b[] = {0x2};
    const void *const values[] = {c, C, s, S, i, I, l, L, f, g, b};
    const char *const formats[] = {"c", "C", "s", "S", "i", "I", "l", "L", "f", "g", "b"};
    /* To the nearest float32, of two the even one. */
    const float expected[] = {
        -128, 0,   -32768, 1,     -0x1p31f, 2,       -0x1p63f, 3,       -0.0f,     0.1f,   0, NAN,
        127,  255, 32767,  65535, 0x1p31f,  0x1p32f, 0x1p63f,  0x1p64f, 0x1p-149f, 0x1p0f, 1, NAN};
    float rows[24];
    char names[11][24];
    hand_table table;
    hand_begin(&table, 2);
    for (size_t column = 0; column < 11; column++) {
        snprintf(names[column], sizeof names[column], "f%zu", column);
        hand_add(&table, names[column], formats[column], NULL, values[column]);
    }
    hand_add(&table, "f11", "n", NULL, NULL);
    read_all(&table, 12, rows);
    CHECK_ROWS(rows, expected);
}
END_TEST

/* So Polars gives a column that is null throughout: with the buffer of a bitmap that is not there. */
START_TEST(a_column_of_nulls_may_have_the_buffer_of_a_bitmap)
{
    const double values[] = {1, 2};
    const float expected[] = {NAN, 1, NAN, 2};
    float rows[4];
    hand_table table;
    hand_begin(&table, 2);
    struct ArrowArray *nulls = hand_add(&table, "f0", "n", NULL, NULL);
    hand_add(&table, "f1", "g", NULL, values);
    nulls->n_buffers = 1;
    read_all(&table, 2, rows);
    CHECK_ROWS(rows, expected);
    lsc_arrow_reader *reader = reader_of(&table, 2);
    nulls->n_buffers = 2;
    ck_fails(lsc_arrow_read(reader, &table.array, 0, 2, rows, 2, error), LSC_INVALID_ARG,
             "has 2 buffers, must be 0");
    nulls->n_buffers = 1;
    nulls->buffers = NULL;
    ck_fails(lsc_arrow_read(reader, &table.array, 0, 2, rows, 2, error), LSC_INVALID_ARG,
             "has 1 buffers, must be 0");
    lsc_arrow_reader_free(reader);
}
END_TEST

START_TEST(a_double_beyond_float32_becomes_the_largest_and_infinity_is_refused)
{
    double values[] = {1e300, -1e300, (double)NAN, (double)FLT_MAX};
    const float expected[] = {FLT_MAX, -FLT_MAX, NAN, FLT_MAX};
    float rows[4];
    hand_table table;
    hand_begin(&table, 4);
    hand_add(&table, "f0", "g", NULL, values);
    read_all(&table, 1, rows);
    CHECK_ROWS(rows, expected);
    lsc_arrow_reader *reader = reader_of(&table, 1);
    values[2] = -(double)INFINITY;
    ck_fails(lsc_arrow_read(reader, &table.array, 1, 3, rows, 1, error), LSC_INVALID_ARG,
             "row 2, column \"f0\" is -infinity");
    ck_ok(lsc_arrow_read(reader, &table.array, 0, 2, rows, 1, error));
    lsc_arrow_reader_free(reader);
}
END_TEST

START_TEST(nulls_are_missing_whatever_stands_below_them)
{
    float values[] = {1, INFINITY, 3, 4, 5, 6, 7, 8, 9, 10};
    const uint8_t validity[] = {0xfd, 0x02}; /* not 1 and 8 */
    const float expected[] = {1, NAN, 3, 4, 5, 6, 7, 8, NAN, 10};
    float rows[10];
    hand_table table;
    hand_begin(&table, 10);
    hand_add(&table, "f0", "f", validity, values);
    read_all(&table, 1, rows);
    CHECK_ROWS(rows, expected);
}
END_TEST

START_TEST(offsets_of_table_and_column_add_up)
{
    const float f0[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    const uint8_t flags[] = {0x00, 0x15};    /* bits 8, 10, 12 */
    const uint8_t validity[] = {0xff, 0xf7}; /* not 11 */
    const uint8_t table_validity[] = {0xdf}; /* not 5 */
    const float expected[] = {8, 1, 9, 0, NAN, NAN, NAN, 0, 12, 1};
    float rows[10];
    hand_table table;
    hand_begin(&table, 5);
    table.array.offset = 3;
    table.array.null_count = -1;
    table.table_buffers[0] = table_validity;
    struct ArrowArray *numbers = hand_add(&table, "f0", "f", validity, f0);
    struct ArrowArray *booleans = hand_add(&table, "f1", "b", NULL, flags);
    numbers->offset = booleans->offset = 5;
    numbers->length = booleans->length = 8;
    read_all(&table, 2, rows);
    CHECK_ROWS(rows, expected);
    lsc_arrow_reader *reader = reader_of(&table, 2);
    float row[2];
    ck_ok(lsc_arrow_read(reader, &table.array, 4, 1, row, 2, error));
    CHECK_ROWS(row, (expected + 8));
    lsc_arrow_reader_free(reader);
}
END_TEST

START_TEST(values_need_not_be_aligned)
{
    unsigned char bytes[1 + 2 * sizeof(double)];
    const double values[] = {1.5, -2};
    const float expected[] = {1.5f, -2};
    float rows[2];
    memcpy(bytes + 1, values, sizeof values);
    hand_table table;
    hand_begin(&table, 2);
    hand_add(&table, "f0", "g", NULL, bytes + 1);
    read_all(&table, 1, rows);
    CHECK_ROWS(rows, expected);
}
END_TEST

#define WIDEST 16
#define LONGEST 200

/* Column c of a table of floats and doubles by turns, or of doubles; each third has nulls. */
typedef struct mixed_columns {
    float floats[WIDEST][LONGEST];
    double doubles[WIDEST][LONGEST];
    uint8_t validity[(LONGEST + 7) / 8];
    char names[WIDEST][24];
} mixed_columns;

static float mixed_value(size_t column, size_t row)
{
    return column % 3 == 0 && row % 5 == 0 ? NAN : (float)(column * 1000 + row);
}

static void mixed_begin(mixed_columns *mixed, hand_table *table, size_t width, bool all_doubles)
{
    hand_begin(table, LONGEST);
    memset(mixed->validity, 0, sizeof mixed->validity);
    for (size_t row = 0; row < LONGEST; row++) {
        mixed->validity[row / 8] |= (uint8_t)((row % 5 != 0) << row % 8);
    }
    for (size_t column = 0; column < width; column++) {
        const bool is_double = all_doubles || column % 2 == 1;
        for (size_t row = 0; row < LONGEST; row++) {
            mixed->floats[column][row] = (float)(column * 1000 + row);
            mixed->doubles[column][row] = (double)(column * 1000 + row);
        }
        snprintf(mixed->names[column], sizeof mixed->names[column], "f%zu", column);
        hand_add(table, mixed->names[column], is_double ? "g" : "f",
                 column % 3 == 0 ? mixed->validity : NULL,
                 is_double ? (const void *)mixed->doubles[column] : mixed->floats[column]);
    }
}

static void check_mixed(const float *rows, size_t first, size_t n, size_t width)
{
    for (size_t i = 0; i < n * width; i++) {
        ck_quick(same(rows[i], mixed_value(i % width, first + i / width)));
    }
}

/* Columns are turned eight by eight and in tiles of 64 rows: what is left over must be there too. */
static void read_parts(size_t width, bool all_doubles)
{
    static const size_t begins[] = {0, 1, 63, 64, 65};
    static const size_t counts[] = {0, 1, 2, 63, 64, 65, 128, 130};
    static mixed_columns mixed;
    static float rows[LONGEST * WIDEST];
    hand_table table;
    mixed_begin(&mixed, &table, width, all_doubles);
    lsc_arrow_reader *reader = reader_of(&table, width);
    for (size_t at = 0; at < sizeof begins / sizeof begins[0] * 8; at++) {
        const size_t first = begins[at / 8];
        const size_t n = counts[at % 8];
        ck_ok(lsc_arrow_read(reader, &table.array, first, n, rows, width, error));
        check_mixed(rows, first, n, width);
    }
    lsc_arrow_reader_free(reader);
}

START_TEST(rows_of_any_number_and_width_are_read)
{
    for (size_t width = 1; width <= WIDEST; width++) {
        read_parts(width, false);
        read_parts(width, true);
    }
}
END_TEST

static void find_infinities(bool all_doubles)
{
    static mixed_columns mixed;
    static float rows[LONGEST * WIDEST];
    hand_table table;
    mixed_begin(&mixed, &table, WIDEST, all_doubles);
    lsc_arrow_reader *reader = reader_of(&table, WIDEST);
    for (size_t i = 0; i < LONGEST * WIDEST; i++) {
        const size_t column = i % WIDEST;
        const size_t row = i / WIDEST;
        const bool is_null = column % 3 == 0 && row % 5 == 0;
        mixed.floats[column][row] = -INFINITY;
        mixed.doubles[column][row] = -(double)INFINITY;
        if (is_null) {
            ck_ok(lsc_arrow_read(reader, &table.array, 0, LONGEST, rows, WIDEST, error));
        } else {
            ck_fails(lsc_arrow_read(reader, &table.array, 0, LONGEST, rows, WIDEST, error),
                     LSC_INVALID_ARG, "-infinity");
        }
        mixed.floats[column][row] = 0;
        mixed.doubles[column][row] = 0;
    }
    lsc_arrow_reader_free(reader);
}

START_TEST(an_infinity_is_found_wherever_it_stands)
{
    find_infinities(false);
    find_infinities(true);
}
END_TEST

START_TEST(a_double_beyond_float32_becomes_the_largest_among_many_columns)
{
    static mixed_columns mixed;
    static float rows[LONGEST * WIDEST];
    hand_table table;
    mixed_begin(&mixed, &table, WIDEST, true);
    mixed.doubles[2][70] = -1e300;
    mixed.doubles[13][LONGEST - 1] = 1e39;
    read_all(&table, WIDEST, rows);
    ck_assert(same(rows[70 * WIDEST + 2], -FLT_MAX));
    ck_assert(same(rows[(LONGEST - 1) * WIDEST + 13], FLT_MAX));
    rows[70 * WIDEST + 2] = mixed_value(2, 70);
    rows[(LONGEST - 1) * WIDEST + 13] = mixed_value(13, LONGEST - 1);
    check_mixed(rows, 0, LONGEST, WIDEST);
}
END_TEST

/* Rows are made in strips of 128 KiB, 3,264 of them here. */
START_TEST(rows_of_many_strips_are_read)
{
    enum {
        ROWS = 5000,
        COLUMNS = 9
    };
    static double values[COLUMNS][ROWS];
    static float rows[ROWS * COLUMNS];
    char names[COLUMNS][24];
    hand_table table;
    hand_begin(&table, ROWS);
    for (size_t column = 0; column < COLUMNS; column++) {
        for (size_t row = 0; row < ROWS; row++) {
            values[column][row] = (double)(column * ROWS + row);
        }
        snprintf(names[column], sizeof names[column], "f%zu", column);
        hand_add(&table, names[column], "g", NULL, values[column]);
    }
    read_all(&table, COLUMNS, rows);
    for (size_t i = 0; i < ROWS * COLUMNS; i++) {
        ck_quick(rows[i] == (float)(i % COLUMNS * ROWS + i / COLUMNS));
    }
}
END_TEST

START_TEST(names_that_do_not_match_are_named)
{
    const float values[] = {1};
    lsc_arrow_options ignoring = LSC_ARROW_OPTIONS_INIT;
    ignoring.ignore_unknown = true;
    lsc_spec *spec = fixture_spec(2, 1);
    lsc_arrow_reader *reader;
    hand_table table;
    hand_begin(&table, 1);
    hand_add(&table, "f1", "f", NULL, values);
    ck_fails(lsc_arrow_reader_new(spec, &table.schema, NULL, &reader, error), LSC_NOT_FOUND,
             "the table has no column \"f0\"");
    ck_assert_ptr_null(reader);
    hand_add(&table, "F0", "u", NULL, values);
    ck_fails(lsc_arrow_reader_new(spec, &table.schema, NULL, &reader, error), LSC_NOT_FOUND,
             "the model has no column \"F0\"");
    hand_add(&table, "f0", "f", NULL, values);
    ck_fails(lsc_arrow_reader_new(spec, &table.schema, NULL, &reader, error), LSC_NOT_FOUND, "F0");
    ck_ok(lsc_arrow_reader_new(spec, &table.schema, &ignoring, &reader, error));
    lsc_arrow_reader_free(reader);
    hand_add(&table, "f1", "f", NULL, values);
    ck_fails(lsc_arrow_reader_new(spec, &table.schema, &ignoring, &reader, error), LSC_INVALID_ARG,
             "two columns \"f1\"");
    table.schemas[3].name = NULL; /* counts as "" */
    ck_fails(lsc_arrow_reader_new(spec, &table.schema, NULL, &reader, error), LSC_NOT_FOUND, "F0");
    ck_ok(lsc_arrow_reader_new(spec, &table.schema, &ignoring, &reader, error));
    lsc_arrow_reader_free(reader);
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(what_is_no_number_is_refused)
{
    const char *const formats[] = {"u", "U", "e", "tdD", "d:19,10", "+l", "ff", "", "z", "vu"};
    lsc_spec *spec = fixture_spec(1, 1);
    lsc_arrow_reader *reader;
    hand_table table;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        hand_begin(&table, 1);
        hand_add(&table, "f0", formats[i], NULL, "x");
        ck_fails(lsc_arrow_reader_new(spec, &table.schema, NULL, &reader, error), LSC_UNSUPPORTED,
                 "column \"f0\" is of format");
    }
    hand_begin(&table, 1);
    hand_add(&table, "f0", "i", NULL, "x");
    table.schemas[0].dictionary = &table.schemas[1];
    ck_fails(lsc_arrow_reader_new(spec, &table.schema, NULL, &reader, error), LSC_UNSUPPORTED,
             "with a dictionary");
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(a_schema_that_is_none_is_refused)
{
    lsc_spec *spec = fixture_spec(1, 1);
    lsc_arrow_reader *reader;
    hand_table table;
    hand_begin(&table, 1);
    hand_add(&table, "f0", "f", NULL, "1234");
    struct ArrowSchema schema = table.schema;
#define REFUSED(status, words) \
    ck_fails(lsc_arrow_reader_new(spec, &schema, NULL, &reader, error), status, words)
    schema.release = NULL;
    REFUSED(LSC_INVALID_ARG, "released");
    schema = table.schema;
    schema.format = NULL;
    REFUSED(LSC_INVALID_ARG, "never filled");
    schema.format = "f";
    REFUSED(LSC_INVALID_ARG, "is of format \"f\"");
    schema = table.schema;
    schema.children = NULL;
    REFUSED(LSC_INVALID_ARG, "1 children");
    schema.n_children = -1;
    REFUSED(LSC_INVALID_ARG, "-1 children");
    schema = table.schema;
    schema.n_children = LSC_MAX_ARROW_COLUMNS + 1;
    REFUSED(LSC_LIMIT, "65537 columns");
    schema = table.schema;
    table.schemas[0].format = NULL;
    REFUSED(LSC_INVALID_ARG, "child 0");
    table.schemas[0].format = "f";
    table.schemas[0].release = NULL;
    REFUSED(LSC_INVALID_ARG, "child 0");
    table.schema_children[0] = NULL;
    REFUSED(LSC_INVALID_ARG, "child 0");
#undef REFUSED
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(a_table_may_have_as_many_columns_as_the_limit)
{
    static struct ArrowSchema *children[LSC_MAX_ARROW_COLUMNS];
    const float values[] = {1};
    lsc_arrow_options ignoring = LSC_ARROW_OPTIONS_INIT;
    ignoring.ignore_unknown = true;
    lsc_spec *spec = fixture_spec(1, 1);
    lsc_arrow_reader *reader;
    hand_table table;
    hand_begin(&table, 1);
    hand_add(&table, "f0", "f", NULL, values);
    hand_add(&table, "other", "u", NULL, values);
    for (size_t i = 0; i < LSC_MAX_ARROW_COLUMNS; i++) {
        children[i] = &table.schemas[i == 7 ? 0 : 1];
    }
    table.schema.children = children;
    table.schema.n_children = LSC_MAX_ARROW_COLUMNS;
    ck_ok(lsc_arrow_reader_new(spec, &table.schema, &ignoring, &reader, error));
    lsc_arrow_reader_free(reader);
    lsc_spec_unref(spec);
}
END_TEST

/** A table of one column and two rows, changed by each test below before it is read. */
static lsc_arrow_reader *reader;
static hand_table hostile;
static float two_rows[2];

static void begin_hostile(void)
{
    static const float values[] = {1, 2, 3};
    hand_begin(&hostile, 2);
    hand_add(&hostile, "f0", "f", NULL, values);
    if (reader == NULL) {
        reader = reader_of(&hostile, 1);
    }
}

#define HOSTILE(change, status, words)                                                             \
    do {                                                                                           \
        begin_hostile();                                                                           \
        change;                                                                                    \
        ck_fails(lsc_arrow_read(reader, &hostile.array, 0, 2, two_rows, 1, error), status, words); \
    } while (0)

START_TEST(a_table_that_contradicts_itself_is_refused)
{
    HOSTILE(hostile.array.release = NULL, LSC_INVALID_ARG, "the table: was released");
    HOSTILE(hostile.array.length = -2, LSC_INVALID_ARG, "the length is -2");
    HOSTILE(hostile.array.offset = -1, LSC_INVALID_ARG, "the offset -1");
    HOSTILE(hostile.array.offset = INT64_MAX, LSC_INVALID_ARG, "the offset");
    HOSTILE(hostile.array.n_buffers = 2, LSC_INVALID_ARG, "the table: has 2 buffers");
    HOSTILE(hostile.array.buffers = NULL, LSC_INVALID_ARG, "the table: has 1 buffers");
    HOSTILE(hostile.array.null_count = 1, LSC_INVALID_ARG, "no bitmap");
    HOSTILE(hostile.array.n_children = 0, LSC_INVALID_ARG, "the table: has 0 columns");
    HOSTILE(hostile.array.children = NULL, LSC_INVALID_ARG, "the table: has 1 columns");
    HOSTILE(hostile.array.length = (int64_t)LSC_MAX_ARROW_ROWS + 1, LSC_LIMIT, "2147483648 rows");
    HOSTILE(hostile.array.length = LSC_MAX_ARROW_ROWS, LSC_INVALID_ARG,
            "column \"f0\": has 2 values, and the table 2147483647 rows");
    HOSTILE(hostile.array.length = 1, LSC_INVALID_ARG, "rows 0 and 2 more are asked for, of 1");
    lsc_arrow_reader_free(reader);
    reader = NULL;
}
END_TEST

START_TEST(a_column_that_contradicts_its_table_is_refused)
{
    struct ArrowArray *const column = &hostile.arrays[0];
    HOSTILE(hostile.array_children[0] = NULL, LSC_INVALID_ARG, "column \"f0\": was released");
    HOSTILE(column->release = NULL, LSC_INVALID_ARG, "column \"f0\": was released");
    HOSTILE(column->length = 1, LSC_INVALID_ARG, "column \"f0\": has 1 values");
    HOSTILE(hostile.array.offset = 1, LSC_INVALID_ARG, "column \"f0\": has 2 values");
    HOSTILE(column->length = INT64_MAX, LSC_INVALID_ARG, "the length is");
    HOSTILE(column->offset = -1, LSC_INVALID_ARG, "the offset -1");
    HOSTILE(column->offset = INT64_MAX, LSC_INVALID_ARG, "the offset");
    HOSTILE(column->n_buffers = 3, LSC_INVALID_ARG, "column \"f0\": has 3 buffers, must be 2");
    HOSTILE(column->buffers = NULL, LSC_INVALID_ARG, "column \"f0\": has 2 buffers");
    HOSTILE(column->null_count = 1, LSC_INVALID_ARG, "column \"f0\": has 1 nulls");
    HOSTILE(hostile.buffers[0][1] = NULL, LSC_INVALID_ARG,
            "column \"f0\": has no buffer of values");
    begin_hostile();
    ck_fails(lsc_arrow_read(reader, &hostile.array, 0, 2, two_rows, 2, error), LSC_INVALID_ARG,
             "n_columns is 2");
    ck_fails(lsc_arrow_read(reader, &hostile.array, SIZE_MAX, 2, two_rows, 1, error),
             LSC_INVALID_ARG, "are asked for");
    lsc_arrow_reader_free(reader);
    reader = NULL;
}
END_TEST

START_TEST(an_empty_table_needs_no_buffers_of_values)
{
    hand_table table;
    hand_begin(&table, 0);
    hand_add(&table, "f0", "f", NULL, NULL);
    lsc_arrow_reader *of_none = reader_of(&table, 1);
    ck_ok(lsc_arrow_read(of_none, &table.array, 0, 0, NULL, 1, error));
    lsc_arrow_reader_free(of_none);
    lsc_arrow_reader_free(NULL);
}
END_TEST

LSC_SUITE("arrow/read", TEST(columns_are_put_in_the_order_of_the_model),
          TEST(every_type_of_number_is_read),
          TEST(a_column_of_nulls_may_have_the_buffer_of_a_bitmap),
          TEST(a_double_beyond_float32_becomes_the_largest_and_infinity_is_refused),
          TEST(nulls_are_missing_whatever_stands_below_them),
          TEST(offsets_of_table_and_column_add_up), TEST(values_need_not_be_aligned),
          TEST(rows_of_any_number_and_width_are_read),
          TEST(an_infinity_is_found_wherever_it_stands),
          TEST(a_double_beyond_float32_becomes_the_largest_among_many_columns),
          TEST(rows_of_many_strips_are_read), TEST(names_that_do_not_match_are_named),
          TEST(what_is_no_number_is_refused), TEST(a_schema_that_is_none_is_refused),
          TEST(a_table_may_have_as_many_columns_as_the_limit),
          TEST(a_table_that_contradicts_itself_is_refused),
          TEST(a_column_that_contradicts_its_table_is_refused),
          TEST(an_empty_table_needs_no_buffers_of_values))
