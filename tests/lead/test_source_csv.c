#include <stdio.h>
#include <unistd.h>

#include "lead_tools.h"

static lsc_csv table(const char *text)
{
    static char *path;
    free(path);
    path = lsc_test_write_text("table.csv", text);
    lsc_csv csv = LSC_CSV_INIT;
    csv.path = path;
    return csv;
}

static lsc_source *open_table(const lsc_csv *csv)
{
    lsc_source *source;
    ck_ok(lsc_source_open_csv(csv, &source, error));
    return source;
}

START_TEST(rows_are_leads_with_a_text_for_each_cell)
{
    lsc_csv csv = table("age,Company,empty,created_at\n30,Acme,,never\n31,\"B, C\",,soon\n");
    lsc_source *source = open_table(&csv);
    ck_assert(!lsc_source_has_times(source));
    lsc_record record = lsc_test_next(source);
    size_t n;
    lsc_lead_fields(record.lead, &n);
    ck_assert_uint_eq(n, 3);
    lsc_test_is_text(record.lead, "age", "30");
    lsc_test_is_text(record.lead, "Company", "Acme"); /* no alias */
    lsc_test_is_text(record.lead, "created_at", "never");
    ck_assert_str_eq(lsc_lead_id(record.lead), "1");
    ck_assert_int_eq(record.position, 2);
    ck_assert_uint_eq(record.n_outcomes, 0);
    record = lsc_test_next(source);
    lsc_test_is_text(record.lead, "Company", "B, C");
    ck_assert_str_eq(lsc_lead_id(record.lead), "2");
    lsc_test_no_more(source);
    lsc_test_no_more(source);
    lsc_source_free(source);
}
END_TEST

/* A table read by the names of a system. */
static lsc_source *open_with(lsc_csv *csv, const char *name)
{
    lsc_source *source;
    ck_ok(lsc_aliases_named(name, NULL, &csv->aliases, error));
    ck_ok(lsc_source_open_csv(csv, &source, error));
    lsc_aliases_unref(csv->aliases); /* the source holds it */
    return source;
}

START_TEST(columns_mean_what_the_chosen_aliases_say)
{
    lsc_csv csv = table("Title,Employees,NumberOfEmployees,Lead ID,Id,LeadSource,IsConverted,"
                        "ConvertedDate,jobtitle\n"
                        "CTO,1,120,b,a,web,1,2026-01-01,x\n"
                        ",7,,c,d,,0,,\n");
    csv.label = "IsConverted";
    lsc_source *source = open_with(&csv, "salesforce");
    lsc_record record = lsc_test_next(source);
    size_t n;
    lsc_lead_fields(record.lead, &n);
    ck_assert_uint_eq(n, 4);
    ck_assert_str_eq(lsc_lead_id(record.lead), "a");
    lsc_test_is_text(record.lead, "job_title", "CTO");
    lsc_test_is_text(record.lead, "company.employee_count", "120");
    lsc_test_is_text(record.lead, "source", "web");
    lsc_test_is_text(record.lead, "jobtitle", "x"); /* HubSpot's */
    ck_assert_uint_eq(record.n_outcomes, 1);
    ck_assert(record.outcomes[0].converted);
    /* A spec may ask by any system's name, as of a lead in JSON. */
    ck_assert_str_eq(lsc_test_value(record.lead, "LeadSource")->text, "web");
    record = lsc_test_next(source);
    lsc_lead_fields(record.lead, &n);
    ck_assert_uint_eq(n, 1);
    lsc_test_is_text(record.lead, "company.employee_count", "7"); /* the better one is empty */
    ck_assert_str_eq(lsc_lead_id(record.lead), "d");
    lsc_source_free(source);
}
END_TEST

START_TEST(an_own_column_counts_before_aliases_and_the_id_may_be_chosen)
{
    lsc_csv csv = table("Job Title,job_title,Record ID,key\nno,yes,7,k\nalone,,7,l\n");
    csv.id = "key";
    lsc_source *source = open_with(&csv, "hubspot");
    lsc_record record = lsc_test_next(source);
    lsc_test_is_text(record.lead, "job_title", "yes");
    ck_assert_str_eq(lsc_lead_id(record.lead), "k");
    record = lsc_test_next(source);
    lsc_test_is_text(record.lead, "job_title", "alone");
    ck_assert_str_eq(lsc_source_property(source, 0), "job_title");
    lsc_source_free(source);
}
END_TEST

START_TEST(names_with_dots_are_no_paths)
{
    lsc_csv csv = table("emp.var.rate;a.b;a\n1.1;2;3\n");
    lsc_source *source = open_table(&csv);
    lsc_record record = lsc_test_next(source);
    lsc_test_is_text(record.lead, "emp.var.rate", "1.1");
    lsc_test_is_text(record.lead, "a.b", "2");
    lsc_test_is_text(record.lead, "a", "3");
    lsc_source_free(source);
}
END_TEST

START_TEST(label_is_the_outcome_and_no_property)
{
    lsc_csv csv = table("a,y\n1,yes\n2,no\n3,\n4,YES\n5,0\n");
    csv.label = "y";
    lsc_source *source = open_table(&csv);
    static const int expected[] = {1, 0, -1, 1, 0};
    for (size_t i = 0; i < 5; i++) {
        lsc_record record = lsc_test_next(source);
        ck_assert_ptr_null(lsc_test_value(record.lead, "y"));
        ck_assert_uint_eq(record.n_outcomes, expected[i] >= 0);
        if (expected[i] >= 0) {
            ck_assert_int_eq(record.outcomes[0].converted, expected[i]);
            ck_assert_int_eq(record.outcomes[0].time_ms, LSC_TIME_NONE);
        }
    }
    lsc_test_no_more(source);
    lsc_source_free(source);
}
END_TEST

/* As DataFrames write a column of 0 and 1 in which some are missing. */
START_TEST(label_may_be_written_with_a_decimal)
{
    lsc_csv csv = table("a,y\n1,1.0\n2,0.0\n3,\n4,0.5\n");
    csv.label = "y";
    lsc_source *source = open_table(&csv);
    ck_assert(lsc_test_next(source).outcomes[0].converted);
    ck_assert(!lsc_test_next(source).outcomes[0].converted);
    ck_assert_uint_eq(lsc_test_next(source).n_outcomes, 0);
    lsc_record record;
    bool more;
    ck_fails(lsc_source_next(source, &record, &more, error), LSC_BAD_CSV, "it is \"0.5\"");
    lsc_source_free(source);
}
END_TEST

START_TEST(positive_value_alone_means_converted)
{
    lsc_csv csv = table("a,y\n1,won\n2,Won\n3,yes\n4,\n");
    csv.label = "y";
    csv.positive = "won";
    lsc_source *source = open_table(&csv);
    ck_assert(lsc_test_next(source).outcomes[0].converted);
    ck_assert(!lsc_test_next(source).outcomes[0].converted);
    ck_assert(!lsc_test_next(source).outcomes[0].converted);
    ck_assert_uint_eq(lsc_test_next(source).n_outcomes, 0);
    lsc_source_free(source);
}
END_TEST

START_TEST(label_of_no_known_word_is_refused)
{
    lsc_csv csv = table("a,y\n1,yes\n2,won\n");
    csv.label = "y";
    lsc_source *source = open_table(&csv);
    lsc_record record = lsc_test_next(source);
    bool more;
    ck_fails(lsc_source_next(source, &record, &more, error), LSC_BAD_CSV, "table.csv:3: ");
    ck_ok(lsc_source_rewind(source, error));
    ck_fails((lsc_test_next(source), lsc_source_next(source, &record, &more, error)), LSC_BAD_CSV,
             "it is \"won\"");
    lsc_source_free(source);
}
END_TEST

START_TEST(id_column_is_the_id_and_no_property)
{
    lsc_csv csv = table("key,a\nL7,1\n\"\",2\n");
    csv.id = "key";
    lsc_source *source = open_table(&csv);
    lsc_record record = lsc_test_next(source);
    ck_assert_str_eq(lsc_lead_id(record.lead), "L7");
    ck_assert_ptr_null(lsc_test_value(record.lead, "key"));
    bool more;
    ck_fails(lsc_source_next(source, &record, &more, error), LSC_BAD_CSV,
             "table.csv:3: the id in column \"key\" is empty");
    lsc_source_free(source);
}
END_TEST

START_TEST(bad_head_is_refused)
{
    lsc_source *source;
    lsc_csv csv = table("");
    ck_fails(lsc_source_open_csv(&csv, &source, error), LSC_BAD_CSV, "table.csv: empty");
    ck_assert_ptr_null(source);
    csv = table("a,b,a\n");
    ck_fails(lsc_source_open_csv(&csv, &source, error), LSC_BAD_CSV,
             "table.csv:1: columns 1 and 3 are both named \"a\"");
    csv = table("a,,b\n");
    ck_fails(lsc_source_open_csv(&csv, &source, error), LSC_BAD_CSV, "column 2 has no name");
    csv = table("a,\"b\n");
    ck_fails(lsc_source_open_csv(&csv, &source, error), LSC_BAD_CSV, "never closed");
    csv = table("a,\xff\n");
    ck_fails(lsc_source_open_csv(&csv, &source, error), LSC_BAD_CSV, "cell 2 is not UTF-8");
}
END_TEST

START_TEST(missing_column_is_refused_with_those_there_are)
{
    lsc_source *source;
    lsc_csv csv = table("age,job,y\n1,2,3\n");
    csv.label = "Y";
    ck_fails(lsc_source_open_csv(&csv, &source, error), LSC_BAD_CSV,
             "table.csv: no column \"Y\"; the columns are age, job, y");
    csv.label = NULL;
    csv.id = "key";
    ck_fails(lsc_source_open_csv(&csv, &source, error), LSC_BAD_CSV, "no column \"key\"");
    ck_assert_ptr_null(source);
}
END_TEST

START_TEST(ragged_rows_are_refused_with_line_and_counts)
{
    lsc_csv csv = table("a,b,c\n1,2,3\n\"x\ny\",2\n");
    lsc_source *source = open_table(&csv);
    lsc_record record = lsc_test_next(source);
    bool more;
    ck_fails(lsc_source_next(source, &record, &more, error), LSC_BAD_CSV,
             "table.csv:3: the row has 2 cells, the head has 3");
    lsc_source_free(source);
    csv = table("a,b\n1,2,3\n");
    source = open_table(&csv);
    ck_fails(lsc_source_next(source, &record, &more, error), LSC_BAD_CSV,
             "table.csv:2: the row has 3 cells, the head has 2");
    lsc_source_free(source);
}
END_TEST

START_TEST(long_cells_and_names_have_limits)
{
    char *text = lsc_test_repeat("a\n", "x", LSC_MAX_TEXT + 1, "\n");
    char *name = lsc_test_repeat("", "n", LSC_MAX_PROPERTY_NAME + 1, "\n1\n");
    lsc_csv csv = table(text);
    lsc_source *source = open_table(&csv);
    lsc_record record;
    bool more;
    ck_fails(lsc_source_next(source, &record, &more, error), LSC_LIMIT,
             "table.csv:2: a is longer than 65536 bytes");
    lsc_source_free(source);
    csv = table(name);
    ck_fails(lsc_source_open_csv(&csv, &source, error), LSC_LIMIT, "longer than 256 bytes");
    csv = table(name + 1);
    lsc_source_free(open_table(&csv));
    free(text);
    free(name);
}
END_TEST

START_TEST(widest_table_is_read)
{
    lsc_buffer text;
    lsc_allocator allocator;
    ck_ok(lsc_allocator_resolve(NULL, &allocator, error));
    lsc_buffer_init(&text, &allocator);
    for (int row = 0; row < 3; row++) {
        for (int i = 0; i < LSC_MAX_CSV_COLUMNS; i++) {
            lsc_buffer_append_format(&text, "%s%d", i == 0 ? "" : ",", i);
        }
        lsc_buffer_append_text(&text, "\n");
    }
    lsc_csv csv = table(text.data);
    lsc_source *source = open_table(&csv);
    size_t n;
    lsc_test_next(source);
    lsc_record record = lsc_test_next(source);
    lsc_lead_fields(record.lead, &n);
    ck_assert_uint_eq(n, LSC_MAX_CSV_COLUMNS);
    lsc_test_is_text(record.lead, "4095", "4095");
    lsc_test_no_more(source);
    lsc_source_free(source);
    lsc_buffer_free(&text);
}
END_TEST

START_TEST(rewound_table_gives_the_same_leads)
{
    lsc_csv csv = table("a,y\n1,yes\n2,no\n");
    csv.label = "y";
    lsc_source *source = open_table(&csv);
    lsc_test_next(source);
    lsc_test_next(source);
    lsc_test_no_more(source);
    for (int i = 0; i < 2; i++) {
        ck_ok(lsc_source_rewind(source, error));
        lsc_record record = lsc_test_next(source);
        lsc_test_is_text(record.lead, "a", "1");
        ck_assert_str_eq(lsc_lead_id(record.lead), "1");
        ck_assert_int_eq(record.position, 2);
        ck_assert(record.outcomes[0].converted);
    }
    lsc_source_free(source);
}
END_TEST

START_TEST(options_are_checked)
{
    lsc_source *source;
    lsc_csv csv = LSC_CSV_INIT;
    ck_fails(lsc_source_open_csv(&csv, &source, error), LSC_INVALID_ARG, "csv.path");
    ck_fails(lsc_source_open_csv(NULL, &source, error), LSC_INVALID_ARG, "csv is NULL");
    ck_fails(lsc_source_open_csv(&csv, NULL, error), LSC_INVALID_ARG, "source is NULL");
    csv = table("a\n");
    csv.delimiter = '"';
    ck_fails(lsc_source_open_csv(&csv, &source, error), LSC_INVALID_ARG, "csv.delimiter");
    csv = table("a\n");
    csv.label = csv.id = "a";
    ck_fails(lsc_source_open_csv(&csv, &source, error), LSC_INVALID_ARG, "both \"a\"");
    csv = table("a\n");
    csv.size = 0;
    ck_fails(lsc_source_open_csv(&csv, &source, error), LSC_INVALID_ARG, "");
    csv = table("a\n");
    csv.allocator.malloc = lsc_test_allocator(NULL).malloc;
    ck_fails(lsc_source_open_csv(&csv, &source, error), LSC_INVALID_ARG, "");
    csv = (lsc_csv)LSC_CSV_INIT;
    csv.path = "no/such.csv";
    ck_fails(lsc_source_open_csv(&csv, &source, error), LSC_NOT_FOUND, "no/such.csv");
}
END_TEST

START_TEST(standard_input_is_read_once)
{
    int fds[2];
    static const char text[] = "a,b\n1,2\n";
    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(write(fds[1], text, sizeof text - 1), sizeof text - 1);
    close(fds[1]);
    ck_assert_int_eq(dup2(fds[0], STDIN_FILENO), STDIN_FILENO);
    close(fds[0]);
    lsc_csv csv = LSC_CSV_INIT;
    csv.path = "-";
    lsc_source *source = open_table(&csv);
    lsc_test_next(source);
    lsc_test_no_more(source);
    ck_fails(lsc_source_rewind(source, error), LSC_UNSUPPORTED, "standard input");
    lsc_source_free(source);
}
END_TEST

START_TEST(real_tables_have_the_rows_and_labels_their_readme_says)
{
    static const struct {
        const char *file;
        const char *label;
        const char *positive;
        size_t n_rows;
        double rate;
    } tables[] = {{"bank_marketing.csv", "y", "yes", 41188, 0.1127},
                  {"online_shoppers.csv", "Revenue", NULL, 12330, 0.1547}};
    for (size_t i = 0; i < 2; i++) {
        lsc_csv csv = LSC_CSV_INIT;
        csv.path = lsc_test_data(tables[i].file);
        csv.label = tables[i].label;
        csv.positive = tables[i].positive;
        if (csv.path == NULL) {
            continue;
        }
        lsc_source *source = open_table(&csv);
        size_t n_rows = 0;
        size_t n_positive = 0;
        lsc_record record;
        bool more;
        for (;;) {
            ck_ok(lsc_source_next(source, &record, &more, error));
            if (!more) {
                break;
            }
            n_rows++;
            n_positive += record.outcomes[0].converted;
        }
        ck_assert_uint_eq(n_rows, tables[i].n_rows);
        /* The rates are given to four digits. */
        ck_assert_double_eq_tol((double)n_positive / (double)n_rows, tables[i].rate, 5e-5);
        lsc_source_free(source);
    }
}
END_TEST

LSC_SUITE("lead/source_csv", TEST(rows_are_leads_with_a_text_for_each_cell),
          TEST(columns_mean_what_the_chosen_aliases_say),
          TEST(an_own_column_counts_before_aliases_and_the_id_may_be_chosen),
          TEST(names_with_dots_are_no_paths), TEST(label_is_the_outcome_and_no_property),
          TEST(label_may_be_written_with_a_decimal), TEST(positive_value_alone_means_converted),
          TEST(label_of_no_known_word_is_refused), TEST(id_column_is_the_id_and_no_property),
          TEST(bad_head_is_refused), TEST(missing_column_is_refused_with_those_there_are),
          TEST(ragged_rows_are_refused_with_line_and_counts),
          TEST(long_cells_and_names_have_limits), TEST(widest_table_is_read),
          TEST(rewound_table_gives_the_same_leads), TEST(options_are_checked),
          TEST(standard_input_is_read_once),
          TEST(real_tables_have_the_rows_and_labels_their_readme_says))
