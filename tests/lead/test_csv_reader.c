#include <stdio.h>
#include <unistd.h>

#include "core/random.h"
#include "lead/csv_reader.h"
#include "lead_tools.h"

static lsc_allocator allocator;

static void open_bytes(lsc_csv_reader *reader, const void *bytes, size_t length, char delimiter)
{
    static char *path;
    free(path);
    path = lsc_test_write("table.csv", bytes, length);
    ck_ok(lsc_allocator_resolve(NULL, &allocator, error));
    ck_ok(lsc_csv_open(reader, path, delimiter, &allocator, error));
}

static void open_text(lsc_csv_reader *reader, const char *text)
{
    open_bytes(reader, text, strlen(text), '\0');
}

/* The rows as text: cells in <>, a row a line. Freed by the caller. */
static char *read_rows(lsc_csv_reader *reader)
{
    lsc_buffer out;
    bool more;
    lsc_buffer_init(&out, &allocator);
    lsc_buffer_append_text(&out, "");
    for (;;) {
        ck_ok(lsc_csv_next(reader, &more, error));
        if (!more) {
            return lsc_buffer_take(&out, NULL);
        }
        for (size_t i = 0; i < reader->n_cells; i++) {
            size_t length;
            const char *text = lsc_csv_cell(reader, i, &length);
            ck_assert_uint_eq(strlen(text), length);
            lsc_buffer_append_format(&out, "<%s>", text);
        }
        lsc_buffer_append_text(&out, "\n");
    }
}

static void rows_are(const char *text, const char *expected)
{
    lsc_csv_reader reader;
    open_text(&reader, text);
    char *rows = read_rows(&reader);
    ck_assert_str_eq(rows, expected);
    lsc_release(&allocator, rows);
    lsc_csv_close(&reader);
}

START_TEST(plain_and_quoted_cells_are_read)
{
    rows_are("a,b\n1,2\n", "<a><b>\n<1><2>\n");
    rows_are("\"a\",\"b\"\n\"1\",2", "<a><b>\n<1><2>\n");
    rows_are("a,b\n,\n\"\",\"\"\n", "<a><b>\n<><>\n<><>\n");
    rows_are("a,b\n\" x \", y \n", "<a><b>\n< x >< y >\n");
}
END_TEST

START_TEST(quotes_hold_delimiters_newlines_and_doubled_quotes)
{
    rows_are("a,b\n\"1,2\",\"say \"\"hi\"\"\"\n", "<a><b>\n<1,2><say \"hi\">\n");
    rows_are("a,b\n\"one\ntwo\",\"three\r\nfour\"\n", "<a><b>\n<one\ntwo><three\r\nfour>\n");
    rows_are("a,b\n\"\"\"\",\"\"\"\"\"\"\n", "<a><b>\n<\"><\"\">\n");
}
END_TEST

START_TEST(quote_within_a_plain_cell_is_a_character)
{
    rows_are("a,b\n5\" disk,6\"\n", "<a><b>\n<5\" disk><6\">\n");
}
END_TEST

START_TEST(rows_end_in_lf_cr_lf_or_cr)
{
    rows_are("a,b\r\n1,2\r\n", "<a><b>\n<1><2>\n");
    rows_are("a,b\r1,2\r", "<a><b>\n<1><2>\n");
    rows_are("a,b\n1,2\r\n3,4", "<a><b>\n<1><2>\n<3><4>\n");
}
END_TEST

START_TEST(blank_lines_are_skipped)
{
    rows_are("\n\r\na,b\n\n\n1,2\n\n", "<a><b>\n<1><2>\n");
    rows_are("a\n\n1\n\"\"\n\n", "<a>\n<1>\n<>\n");
}
END_TEST

START_TEST(empty_file_has_no_rows)
{
    rows_are("", "");
    rows_are("\xEF\xBB\xBF", "");
    rows_are("\n\n", "");
}
END_TEST

START_TEST(byte_order_mark_is_no_part_of_the_first_name)
{
    rows_are("\xEF\xBB\xBF"
             "a,b\n1,2\n",
             "<a><b>\n<1><2>\n");
    rows_are("\xEF\xBB\xBF\"a;x\";b\n1;2\n", "<a;x><b>\n<1><2>\n");
}
END_TEST

START_TEST(delimiter_is_detected_outside_quotes_in_the_first_row)
{
    rows_are("a;b;c\n1,5;2;3\n", "<a><b><c>\n<1,5><2><3>\n");
    rows_are("a\tb\n1\t2\n", "<a><b>\n<1><2>\n");
    rows_are("a|b\n1|2\n", "<a><b>\n<1><2>\n");
    rows_are("\"a,b,c,d\";e\n1;2\n", "<a,b,c,d><e>\n<1><2>\n");
    rows_are("\"a\"\"b,,,,\";e\n1;2\n", "<a\"b,,,,><e>\n<1><2>\n");
    rows_are("a,b;c\n1,2\n", "<a><b;c>\n<1><2>\n"); /* of equals the comma */
    rows_are("alone\n1\n", "<alone>\n<1>\n");
}
END_TEST

START_TEST(delimiter_can_be_given)
{
    lsc_csv_reader reader;
    open_bytes(&reader, "a;b,c\n", 6, ';');
    char *rows = read_rows(&reader);
    ck_assert_str_eq(rows, "<a><b,c>\n");
    lsc_release(&allocator, rows);
    lsc_csv_close(&reader);
}
END_TEST

static void row_fails(const void *bytes, size_t length, lsc_status status, const char *words)
{
    lsc_csv_reader reader;
    bool more = true;
    lsc_error error = LSC_ERROR_INIT;
    open_bytes(&reader, bytes, length, '\0');
    lsc_status got = LSC_OK;
    while (more && got == LSC_OK) {
        got = lsc_csv_next(&reader, &more, &error);
    }
    ck_assert_int_eq(got, status);
    ck_assert_msg(strstr(error.message, words) != NULL, "\"%s\" is not in \"%s\"", words,
                  error.message);
    lsc_csv_close(&reader);
}

START_TEST(unclosed_quote_is_told_with_the_line_it_opened_at)
{
    static const char text[] = "a,b\n\"1\n1\",2\n3,\"4\n5,6\n7,8\n";
    row_fails(text, sizeof text - 1, LSC_BAD_CSV,
              "table.csv:4: the quote that opens here is never closed");
    static const char second[] = "a,b\n\"1\n1\",\"2\n3\n";
    row_fails(second, sizeof second - 1, LSC_BAD_CSV, "table.csv:3: the quote");
    row_fails("\"", 1, LSC_BAD_CSV, "table.csv:1: the quote");
}
END_TEST

START_TEST(text_behind_a_closing_quote_is_refused)
{
    static const char text[] = "a,b\n\"1\" x,2\n";
    row_fails(text, sizeof text - 1, LSC_BAD_CSV, "table.csv:2: text behind a closing quote");
}
END_TEST

START_TEST(what_is_not_utf8_is_refused_with_its_line_and_cell)
{
    static const char latin[] = "a,b\n1,Z\xFCrich\n";
    static const char nul[] = "a,b\n1,x\0y\n";
    static const char wide[] = "\xFF\xFE"
                               "a\0,\0b\0\n\0";
    row_fails(latin, sizeof latin - 1, LSC_BAD_CSV, "table.csv:2: cell 2 is not UTF-8");
    row_fails(nul, sizeof nul - 1, LSC_BAD_CSV, "table.csv:2: cell 2 is text with a NUL");
    row_fails(wide, sizeof wide - 1, LSC_BAD_CSV, "table.csv:1: cell 1 is not UTF-8");
}
END_TEST

START_TEST(cells_of_a_row_have_a_limit)
{
    char *row = lsc_test_repeat("x", ",x", LSC_MAX_CSV_COLUMNS - 1, "\n");
    char *longer = lsc_test_repeat("x", ",x", LSC_MAX_CSV_COLUMNS, "\n");
    lsc_csv_reader reader;
    bool more;
    open_text(&reader, row);
    ck_ok(lsc_csv_next(&reader, &more, error));
    ck_assert_uint_eq(reader.n_cells, LSC_MAX_CSV_COLUMNS);
    lsc_csv_close(&reader);
    row_fails(longer, strlen(longer), LSC_LIMIT, "table.csv:1: the row has more than 4096 cells");
    free(row);
    free(longer);
}
END_TEST

START_TEST(bytes_of_a_row_have_a_limit)
{
    char *row = lsc_test_repeat("", "x", LSC_MAX_LINE, "\n");
    char *longer = lsc_test_repeat("a\n\"", "x", LSC_MAX_LINE + 1, "\"\n");
    lsc_csv_reader reader;
    bool more;
    open_text(&reader, row);
    ck_ok(lsc_csv_next(&reader, &more, error));
    ck_assert(more);
    lsc_csv_close(&reader);
    row_fails(longer, strlen(longer), LSC_LIMIT, "table.csv:2: the row is longer than 16777216");
    free(longer);
    /* A cell that fills the row to its limit, and more cells behind it. */
    longer = lsc_test_repeat("", "x", LSC_MAX_LINE, ",yyyyyyyyyyyyyyyy,z\n");
    row_fails(longer, strlen(longer), LSC_LIMIT, "table.csv:1: the row is longer than 16777216");
    free(row);
    free(longer);
}
END_TEST

START_TEST(rewound_file_reads_the_same)
{
    lsc_csv_reader reader;
    open_text(&reader, "\xEF\xBB\xBF"
                       "a;b\n1;2\n\"x\ny\";4");
    char *first = read_rows(&reader);
    ck_ok(lsc_csv_rewind(&reader, error));
    char *second = read_rows(&reader);
    ck_assert_str_eq(first, second);
    ck_assert_int_eq(reader.row_line, 3);
    lsc_release(&allocator, first);
    lsc_release(&allocator, second);
    lsc_csv_close(&reader);
}
END_TEST

START_TEST(missing_file_and_folder_are_named)
{
    lsc_csv_reader reader;
    ck_ok(lsc_allocator_resolve(NULL, &allocator, error));
    ck_fails(lsc_csv_open(&reader, "no/such.csv", '\0', &allocator, error), LSC_NOT_FOUND,
             "no/such.csv");
    lsc_csv_close(&reader);
    ck_fails(lsc_csv_open(&reader, lsc_test_folder(), '\0', &allocator, error), LSC_IO, "folder");
    lsc_csv_close(&reader);
}
END_TEST

/* Random tables, written with every freedom the format leaves, read back equal. */

static const char *const pieces[] = {"a",
                                     "12",
                                     "\"",
                                     ",",
                                     ";",
                                     "\n",
                                     "\r\n",
                                     "\r",
                                     "\t",
                                     "|",
                                     " ",
                                     "\xc3\xa9",
                                     "\xf0\x9f\x99\x82",
                                     "long text of a cell"};

static void random_cell(lsc_random *random, char *cell)
{
    cell[0] = '\0';
    for (uint64_t n = lsc_random_below(random, 5); n > 0; n--) {
        strcat(cell, pieces[lsc_random_below(random, sizeof pieces / sizeof pieces[0])]);
    }
}

static void write_cell(lsc_random *random, lsc_buffer *out, const char *cell, char delimiter)
{
    char special[] = {'"', '\n', '\r', delimiter, '\0'};
    bool quoted = strpbrk(cell, special) != NULL || lsc_random_below(random, 3) == 0 ||
                  cell[0] == '\0'; /* lest a row of one empty cell be a blank line */
    lsc_buffer_append(out, "\"", quoted);
    for (const char *c = cell; *c != '\0'; c++) {
        lsc_buffer_append(out, "\"\"", *c == '"' ? 2 : 0);
        lsc_buffer_append(out, c, *c != '"');
    }
    lsc_buffer_append(out, "\"", quoted);
}

START_TEST(random_tables_read_back_as_they_were_written)
{
    enum {
        MAX_ROWS = 12,
        MAX_COLUMNS = 6
    };
    static char cells[MAX_ROWS][MAX_COLUMNS][128];
    static const char delimiters[] = ",;\t|:";
    lsc_random random;
    lsc_random_seed(&random, 4);
    ck_ok(lsc_allocator_resolve(NULL, &allocator, error));
    for (int round = 0; round < 500; round++) {
        lsc_buffer out;
        lsc_buffer_init(&out, &allocator);
        size_t n_rows = 1 + lsc_random_below(&random, MAX_ROWS);
        size_t n_columns = 1 + lsc_random_below(&random, MAX_COLUMNS);
        char delimiter = delimiters[lsc_random_below(&random, 5)];
        const char *end = lsc_random_below(&random, 2) == 0 ? "\n" : "\r\n";
        for (size_t i = 0; i < n_rows; i++) {
            for (size_t j = 0; j < n_columns; j++) {
                random_cell(&random, cells[i][j]);
                lsc_buffer_append(&out, &delimiter, j > 0);
                write_cell(&random, &out, cells[i][j], delimiter);
            }
            bool last = i + 1 == n_rows && lsc_random_below(&random, 2) == 0;
            lsc_buffer_append_text(&out, last ? "" : end);
        }
        lsc_csv_reader reader;
        bool more;
        open_bytes(&reader, out.data, out.length, delimiter);
        for (size_t i = 0; i < n_rows; i++) {
            ck_ok(lsc_csv_next(&reader, &more, error));
            ck_assert(more);
            ck_assert_uint_eq(reader.n_cells, n_columns);
            for (size_t j = 0; j < n_columns; j++) {
                size_t length;
                ck_assert_str_eq(lsc_csv_cell(&reader, j, &length), cells[i][j]);
            }
        }
        ck_ok(lsc_csv_next(&reader, &more, error));
        ck_assert(!more);
        lsc_csv_close(&reader);
        lsc_buffer_free(&out);
    }
}
END_TEST

START_TEST(random_bytes_are_refused_or_read_but_never_crash)
{
    static const char likely[] = "\"\"\",;\n\r\t|ab\xc3\xa9";
    lsc_random random;
    lsc_random_seed(&random, 7);
    for (int round = 0; round < 2000; round++) {
        char bytes[64];
        size_t length = lsc_random_below(&random, sizeof bytes + 1);
        for (size_t i = 0; i < length; i++) {
            bytes[i] = likely[lsc_random_below(&random, sizeof likely)]; /* its NUL too */
        }
        lsc_csv_reader reader;
        lsc_error error = LSC_ERROR_INIT;
        lsc_status status = LSC_OK;
        bool more = true;
        open_bytes(&reader, bytes, length, '\0');
        for (size_t n = 0; more && status == LSC_OK; n++) {
            ck_assert_uint_le(n, length + 1);
            status = lsc_csv_next(&reader, &more, &error);
        }
        ck_assert(status == LSC_OK || status == LSC_BAD_CSV);
        ck_assert(status == LSC_OK || strstr(error.message, "table.csv:") != NULL);
        lsc_csv_close(&reader);
    }
}
END_TEST

/* What spans the blocks that are read at a time must not show. */
START_TEST(cells_that_span_blocks_are_whole)
{
    for (size_t before = 65530; before <= 65540; before++) {
        char *text = lsc_test_repeat("", "x", before, ",\"a\"\"b\"\r\n\xc3\xa9,\"\r\n\"\r\nend,1");
        lsc_csv_reader reader;
        size_t length;
        bool more;
        open_text(&reader, text);
        ck_ok(lsc_csv_next(&reader, &more, error));
        ck_assert_uint_eq(reader.n_cells, 2);
        lsc_csv_cell(&reader, 0, &length);
        ck_assert_uint_eq(length, before);
        ck_assert_str_eq(lsc_csv_cell(&reader, 1, &length), "a\"b");
        ck_ok(lsc_csv_next(&reader, &more, error));
        ck_assert_uint_eq(reader.n_cells, 2);
        ck_assert_str_eq(lsc_csv_cell(&reader, 0, &length), "\xc3\xa9");
        ck_assert_str_eq(lsc_csv_cell(&reader, 1, &length), "\r\n");
        ck_ok(lsc_csv_next(&reader, &more, error));
        ck_assert_int_eq(reader.row_line, 4);
        lsc_csv_close(&reader);
        free(text);
    }
}
END_TEST

LSC_SUITE("lead/csv_reader", TEST(plain_and_quoted_cells_are_read),
          TEST(quotes_hold_delimiters_newlines_and_doubled_quotes),
          TEST(quote_within_a_plain_cell_is_a_character), TEST(rows_end_in_lf_cr_lf_or_cr),
          TEST(blank_lines_are_skipped), TEST(empty_file_has_no_rows),
          TEST(byte_order_mark_is_no_part_of_the_first_name),
          TEST(delimiter_is_detected_outside_quotes_in_the_first_row), TEST(delimiter_can_be_given),
          TEST(unclosed_quote_is_told_with_the_line_it_opened_at),
          TEST(text_behind_a_closing_quote_is_refused),
          TEST(what_is_not_utf8_is_refused_with_its_line_and_cell),
          TEST(cells_of_a_row_have_a_limit), TEST(bytes_of_a_row_have_a_limit),
          TEST(rewound_file_reads_the_same), TEST(missing_file_and_folder_are_named),
          TEST(random_tables_read_back_as_they_were_written),
          TEST(random_bytes_are_refused_or_read_but_never_crash),
          TEST(cells_that_span_blocks_are_whole))
