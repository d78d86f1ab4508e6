/* Tables of leads that are broken in one place each, and the words in which they are refused. */
#include "arrow_support.h"
#include "lead_table.h"

#include <math.h>
#include <stdio.h>

#include <leadscore/leadscore.h>

#define AS_OF INT64_C(1775001600000) /* 2026-04-01 */
#define DAY INT64_C(86400000)

/* A table of two rows, to be broken. */
typedef struct broken {
    test_column *table;
    test_column *texts;
    test_column *looked_up;
    test_column *list;
    test_column *inner;
} broken;

static broken whole_table(void)
{
    static const char *const names[] = {"CTO", "CEO"};
    static const int32_t indices[] = {0, 1};
    static const int32_t offsets[] = {0, 1, 2};
    static const int32_t sizes[] = {1, 2};
    broken made;
    made.table = struct_column("", NULL, 2);
    made.texts = add_column(made.table, text_column("job_title", "u", names, 2));
    made.looked_up = add_column(
        made.table, dictionary_column("source", indices, NULL, 2, text_column("", "u", names, 2)));
    made.list = add_column(made.table,
                           list_column("tags", offsets, NULL, 2, text_column("", "u", names, 2)));
    made.inner = add_column(made.table, struct_column("company", NULL, 2));
    add_column(made.inner, fixed_column("employee_count", "i", sizes, 4, NULL, 2));
    return made;
}

static lsc_status extract(const test_column *table, bool ignore_unknown, lsc_error *told)
{
    lsc_spec *spec;
    struct ArrowArray out = {.release = NULL};
    lsc_arrow_options options = LSC_ARROW_OPTIONS_INIT;
    options.ignore_unknown = ignore_unknown;
    ck_ok(lsc_spec_default(NULL, &spec, error));
    lsc_status status =
        lsc_arrow_extract(spec, &table->array, &table->schema, AS_OF, &options, &out, NULL, told);
    ck_assert((out.release != NULL) == (status == LSC_OK));
    if (out.release != NULL) {
        out.release(&out);
    }
    lsc_spec_unref(spec);
    return status;
}

/* A table that is made, broken and refused. */
#define REFUSES_OF(made, change, status, words)                   \
    do {                                                          \
        broken at = made;                                         \
        change;                                                   \
        ck_fails(extract(at.table, false, error), status, words); \
        free_column(at.table);                                    \
    } while (0)
#define REFUSES(change, status, words) REFUSES_OF(whole_table(), change, status, words)

START_TEST(hostile_arrays_are_refused_by_row_and_column)
{
    broken good = whole_table();
    ck_ok(extract(good.table, false, error));
    free_column(good.table);
    REFUSES(at.table->array.release = NULL, LSC_INVALID_ARG, "the table: was released");
    REFUSES(at.table->schema.release = NULL, LSC_INVALID_ARG, "the schema was released");
    REFUSES(at.table->array.length = -1, LSC_INVALID_ARG, "the table: the length is -1");
    REFUSES(at.table->array.offset = INT64_MAX, LSC_INVALID_ARG, "the table: the length is 2");
    REFUSES(at.table->array.n_children = 1, LSC_INVALID_ARG, "\"source\": what it stands in has 1");
    REFUSES(at.table->array.children = NULL, LSC_INVALID_ARG, "what it stands in has 4");
    REFUSES(at.texts->array.length = 1, LSC_INVALID_ARG, "\"job_title\": has 1 values, where 2");
    REFUSES(at.texts->array.n_buffers = 2, LSC_INVALID_ARG, "\"job_title\": has 2 buffers");
    REFUSES(at.texts->array.buffers = NULL, LSC_INVALID_ARG, "\"job_title\": has 3 buffers");
    REFUSES(at.texts->buffers[1] = NULL, LSC_INVALID_ARG,
            "\"job_title\": has no buffer of offsets");
    REFUSES(at.texts->buffers[2] = NULL, LSC_INVALID_ARG,
            "row 0: column \"job_title\" has no buffer");
    REFUSES(((int32_t *)at.texts->blocks[1])[0] = -1, LSC_INVALID_ARG,
            "row 0: column \"job_title\" its offsets are -1 and 3, and the last is 6");
    REFUSES(((int32_t *)at.texts->blocks[1])[1] = 7, LSC_INVALID_ARG,
            "its offsets are 0 and 7, and the last is 6");
    REFUSES(((int32_t *)at.texts->blocks[1])[2] = 1, LSC_INVALID_ARG,
            "its offsets are 0 and 3, and the last is 1");
    REFUSES(((char *)at.texts->blocks[2])[4] = '\0', LSC_INVALID_ARG,
            "row 1: column \"job_title\" has a NUL in it");
    REFUSES(((unsigned char *)at.texts->blocks[2])[0] = 0xff, LSC_INVALID_ARG, "row 0: ");
    REFUSES(((int32_t *)at.looked_up->blocks[1])[1] = 2, LSC_INVALID_ARG,
            "row 1: column \"source\" its index is 2, and its dictionary has 2");
    REFUSES(((int32_t *)at.looked_up->blocks[1])[0] = -1, LSC_INVALID_ARG, "its index is -1");
    REFUSES(at.looked_up->array.dictionary = NULL, LSC_INVALID_ARG,
            "\"source\": its dictionary: was released");
    REFUSES(((int32_t *)at.list->blocks[1])[2] = 3, LSC_INVALID_ARG,
            "row 1: column \"tags\" its offsets are 1 and 3, and the last is 2");
    REFUSES(at.list->children[0]->array.release = NULL, LSC_INVALID_ARG, "\"tags\": was released");
    REFUSES(at.inner->children[0]->array.null_count = 1, LSC_INVALID_ARG,
            "\"company.employee_count\": has 1 nulls, and no bitmap");
}
END_TEST

/* The view of row `row`: its length, and for a long text its buffer and where it is there. */
static int32_t *view_of(const broken *at, size_t row)
{
    return (int32_t *)at->texts->blocks[1] + 4 * row;
}

static broken viewed_table(void)
{
    static const char *const names[] = {"CTO", "Head of Engineering"};
    broken made = {.table = struct_column("", NULL, 2)};
    made.texts = add_column(made.table, text_column("job_title", "vu", names, 2));
    return made;
}

#define REFUSES_VIEW(change, words) REFUSES_OF(viewed_table(), change, LSC_INVALID_ARG, words)

START_TEST(hostile_views_are_refused_by_row_and_column)
{
    broken good = viewed_table();
    ck_ok(extract(good.table, false, error));
    good.texts->buffers[1] = NULL;
    good.texts->array.length = 0;
    good.table->array.length = 0;
    ck_ok(extract(good.table, false, error));
    free_column(good.table);
    REFUSES_VIEW(at.texts->array.n_buffers = 2,
                 "\"job_title\": has 2 buffers, must be 3 to 1048576");
    REFUSES_VIEW(at.texts->array.n_buffers = (1 << 20) + 1, "\"job_title\": has 1048577 buffers");
    REFUSES_VIEW(at.texts->array.buffers = NULL, "\"job_title\": has 2 buffers");
    REFUSES_VIEW(at.texts->buffers[1] = NULL, "\"job_title\": has no buffer of values");
    REFUSES_VIEW(at.texts->buffers[3] = NULL, "\"job_title\": has no buffer of sizes");
    REFUSES_VIEW(at.texts->buffers[2] = NULL, "row 1: column \"job_title\" its buffer is 0");
    REFUSES_VIEW(at.texts->array.n_buffers = 3, "its buffer is 0, and there are 0");
    REFUSES_VIEW(view_of(&at, 0)[0] = -1, "row 0: column \"job_title\" its length is -1");
    REFUSES_VIEW(view_of(&at, 1)[2] = 1, "its buffer is 1, and there are 1");
    REFUSES_VIEW(view_of(&at, 1)[2] = -1, "its buffer is -1, and there are 1");
    REFUSES_VIEW(view_of(&at, 1)[3] = -1, "it has 19 bytes at -1 of a buffer of 19");
    REFUSES_VIEW(view_of(&at, 1)[3] = 1, "it has 19 bytes at 1 of a buffer of 19");
    REFUSES_VIEW(view_of(&at, 1)[0] = INT32_MAX, "it has 2147483647 bytes at 0");
    REFUSES_VIEW(((char *)view_of(&at, 0))[5] = '\0',
                 "row 0: column \"job_title\" has a NUL in it");
    REFUSES_VIEW(((char *)at.texts->blocks[2])[4] = '\0', "row 1: column \"job_title\" has a NUL");
}
END_TEST

START_TEST(a_view_may_stand_in_the_last_of_the_most_buffers)
{
    enum {
        MOST = 1 << 20
    };
    static const void *buffers[MOST];
    static int64_t sizes[MOST - 3];
    broken at = viewed_table();
    buffers[1] = at.texts->blocks[1];
    buffers[MOST - 2] = at.texts->blocks[2];
    buffers[MOST - 1] = sizes;
    sizes[MOST - 4] = 19;
    view_of(&at, 1)[2] = MOST - 4;
    at.texts->array.buffers = buffers;
    at.texts->array.n_buffers = MOST;
    ck_ok(extract(at.table, false, error));
    free_column(at.table);
}
END_TEST

START_TEST(hostile_schemas_are_refused_by_column)
{
    REFUSES(at.table->schema.format = "i", LSC_INVALID_ARG, "a table is a struct");
    REFUSES(at.table->schema.n_children = -1, LSC_INVALID_ARG, "has -1 children");
    REFUSES(at.table->schema.children = NULL, LSC_INVALID_ARG, "has 4 children");
    REFUSES(at.table->schema_children[1] = NULL, LSC_INVALID_ARG, "child 1 of \"\" is no schema");
    REFUSES(at.texts->schema.release = NULL, LSC_INVALID_ARG, "child 0 of \"\" is no schema");
    REFUSES(at.texts->schema.name = NULL, LSC_INVALID_ARG, "a column has no name");
    REFUSES(at.texts->schema.format = "tsx:", LSC_UNSUPPORTED,
            "\"job_title\" is of format \"tsx:\"");
    REFUSES(at.texts->schema.format = "", LSC_UNSUPPORTED, "\"job_title\" is of format \"\"");
    REFUSES(at.looked_up->dictionary->schema.format = "f", LSC_UNSUPPORTED, "with a dictionary");
    REFUSES(at.list->schema.n_children = 0, LSC_INVALID_ARG, "\"tags\": its schema has 0 children");
    REFUSES(at.list->children[0]->schema.format = "+s", LSC_UNSUPPORTED, "\"tags\" is of format");
    /* One that holds itself has no end: its depth has. */
    REFUSES((at.inner->schema.name = "c", at.inner->schema_children[0] = &at.inner->schema),
            LSC_LIMIT, "levels deep");
    broken odd = whole_table();
    odd.texts->schema.format = "d:10,2";
    ck_ok(extract(odd.table, true, error));
    free_column(odd.table);
}
END_TEST

/* A list of structs, as that of activities is. */
static test_column *activities_column(void)
{
    static const int32_t offsets[] = {0, 1};
    static const char *const types_of_one[] = {"Page Viewed"};
    test_column *element = struct_column("item", NULL, 1);
    add_column(element, text_column("type", "u", types_of_one, 1));
    return list_column("activities", offsets, NULL, 1, element);
}

/* Of two, the structs of one would be read as if they were numbers. */
START_TEST(activities_stand_in_one_column)
{
    test_column *table = struct_column("", NULL, 1);
    add_column(table, activities_column());
    add_column(table, activities_column());
    ck_fails(extract(table, false, error), LSC_INVALID_ARG, "two columns \"activities\"");
    ck_fails(extract(table, true, error), LSC_INVALID_ARG, "two columns \"activities\"");
    free_column(table);
}
END_TEST

/* As JSON refuses them: passed over without a word they would be a score of nothing. */
START_TEST(activities_that_are_no_list_are_refused)
{
    static const char *const texts[] = {"[]"};
    static const int32_t offsets[] = {0, 1};
    test_column *bad[] = {
        text_column("activities", "u", texts, 1), struct_column("activities", NULL, 1),
        list_column("activities", offsets, NULL, 1, text_column("item", "u", texts, 1))};
    add_column(bad[1], text_column("id", "u", texts, 1));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        test_column *table = struct_column("", NULL, 1);
        add_column(table, bad[i]);
        ck_fails(extract(table, false, error), LSC_UNSUPPORTED, "which is not read");
        ck_ok(extract(table, true, error));
        free_column(table);
    }
    test_column *table = struct_column("", NULL, 1);
    add_column(table, fixed_column("activities", "n", "", 0, NULL, 1))->array.n_buffers = 0;
    add_column(add_column(table, struct_column("company", NULL, 1)),
               text_column("activities", "u", texts, 1));
    ck_ok(extract(table, false, error));
    free_column(table);
}
END_TEST

/* As Polars and pyarrow make of lists that are all empty. */
START_TEST(activities_of_nobody_may_be_lists_of_nulls)
{
    static const int32_t none[] = {0, 0, 0};
    static const int32_t one[] = {0, 0, 1};
    static const char *const ids[] = {"1", "2"};
    test_column *table = struct_column("", NULL, 2);
    test_column *items = fixed_column("item", "n", "", 1, NULL, 0);
    test_column *list = add_column(table, list_column("activities", none, NULL, 2, items));
    add_column(table, text_column("id", "u", ids, 2));
    items->array.n_buffers = 1;
    items->array.length = 1;
    ck_ok(extract(table, false, error));
    list->buffers[1] = one;
    ck_fails(extract(table, false, error), LSC_BAD_LEAD,
             "row 1: activities[0]: an activity must not be null");
    items->schema.format = "u";
    ck_fails(extract(table, false, error), LSC_UNSUPPORTED,
             "column \"activities[]\" is of format \"u\", which is not read");
    free_column(table);
}
END_TEST

START_TEST(data_of_an_activity_that_are_no_struct_are_refused)
{
    static const int32_t offsets[] = {0, 1};
    static const int64_t times[] = {AS_OF};
    static const char *const texts[] = {"{}", NULL};
    for (size_t missing = 0; missing < 2; missing++) {
        test_column *table = struct_column("", NULL, 1);
        test_column *element = struct_column("item", NULL, 1);
        add_column(table, list_column("activities", offsets, NULL, 1, element));
        add_column(element, text_column("id", "u", texts, 1));
        add_column(element, text_column("type", "u", texts, 1));
        add_column(element, fixed_column("time", "l", times, 8, NULL, 1));
        add_column(element, text_column("data", "u", texts + missing, 1));
        if (missing) {
            ck_ok(extract(table, false, error));
        } else {
            ck_fails(extract(table, false, error), LSC_BAD_LEAD,
                     "row 0: activities[0]: data must be a struct");
        }
        free_column(table);
    }
}
END_TEST

/* As a key that is there twice in JSON. A null column says nothing. */
START_TEST(what_an_activity_says_twice_is_refused)
{
    static const int32_t offsets[] = {0, 1};
    static const int64_t times[] = {AS_OF, AS_OF - DAY};
    static const char *const texts[] = {"a1", NULL};
    static const char *const names[] = {"id", "type", "source", "time"};
    for (size_t twice = 0; twice < 4; twice++) {
        test_column *table = struct_column("", NULL, 1);
        test_column *element = struct_column("item", NULL, 1);
        add_column(table, list_column("activities", offsets, NULL, 1, element));
        for (size_t i = 0; i < 3; i++) {
            add_column(element, text_column(names[i], "u", texts, 1));
            add_column(element, text_column(names[i], "u", texts + 1, 1));
        }
        add_column(element, fixed_column("time", "l", times, 8, NULL, 1));
        ck_ok(extract(table, false, error));
        char words[64];
        snprintf(words, sizeof words, "row 0: activities[0]: %s is there twice", names[twice]);
        add_column(element, twice < 3 ? text_column(names[twice], "u", texts, 1)
                                      : fixed_column("time", "l", times + 1, 8, NULL, 1));
        ck_fails(extract(table, false, error), LSC_BAD_LEAD, words);
        free_column(table);
    }
}
END_TEST

START_TEST(an_item_that_is_no_finite_number_is_refused)
{
    static const int32_t offsets[] = {0, 1, 3};
    const double items[] = {(double)NAN, 1, (double)-INFINITY};
    test_column *table = struct_column("", NULL, 2);
    test_column *list =
        add_column(table, list_column("tags", offsets, NULL, 2,
                                      fixed_column("item", "g", items, sizeof *items, NULL, 3)));
    ck_fails(extract(table, false, error), LSC_INVALID_ARG,
             "row 1: column \"tags\" has an item that is not a finite number");
    ((int32_t *)list->blocks[1])[2] = 2;
    ck_ok(extract(table, false, error)); /* NaN is missing */
    free_column(table);
}
END_TEST

/* Nulls of type "n" take no memory, however many there are: they are not gone through one by one. */
START_TEST(lists_of_very_many_nulls_are_missing)
{
    static const int64_t offsets[] = {0, INT64_C(1) << 55};
    static const int32_t none[] = {0, 0};
    test_column *table = struct_column("", NULL, 1);
    test_column *items = fixed_column("item", "n", "", 1, NULL, 0);
    test_column *list = add_column(table, list_column("tags", none, NULL, 1, items));
    items->array.n_buffers = 0;
    items->array.length = offsets[1];
    list->schema.format = "+L";
    list->buffers[1] = offsets;
    ck_ok(extract(table, false, error));
    free_column(table);
}
END_TEST

START_TEST(a_value_that_is_no_time_is_named_with_its_row)
{
    static const char *const times[] = {"2026-01-01", "soon"};
    test_column *table = struct_column("", NULL, 2);
    add_column(table, text_column("created_at", "u", times, 2));
    ck_fails(extract(table, false, error), LSC_INVALID_ARG, "row 1: created_at must be RFC 3339");
    free_column(table);
    table = struct_column("", NULL, 2);
    add_column(table, text_column("email", "u", times, 2));
    add_column(table, text_column("email", "u", times, 2));
    ck_fails(extract(table, false, error), LSC_INVALID_ARG, "row 0: email is there twice");
    free_column(table);
}
END_TEST

START_TEST(null_arguments_are_refused)
{
    struct ArrowArray out;
    broken at = whole_table();
    ck_fails(lsc_arrow_extract(NULL, &at.table->array, &at.table->schema, AS_OF, NULL, &out, NULL,
                               error),
             LSC_INVALID_ARG, "spec, array, schema or out is NULL");
    ck_fails(lsc_arrow_score_leads(NULL, &at.table->array, &at.table->schema, AS_OF, NULL, &out,
                                   NULL, error),
             LSC_INVALID_ARG, "scorer, array, schema or out is NULL");
    free_column(at.table);
}
END_TEST

LSC_SUITE("arrow/hostile_leads", TEST(hostile_arrays_are_refused_by_row_and_column),
          TEST(hostile_views_are_refused_by_row_and_column),
          TEST(a_view_may_stand_in_the_last_of_the_most_buffers),
          TEST(hostile_schemas_are_refused_by_column), TEST(activities_stand_in_one_column),
          TEST(activities_that_are_no_list_are_refused),
          TEST(activities_of_nobody_may_be_lists_of_nulls),
          TEST(data_of_an_activity_that_are_no_struct_are_refused),
          TEST(what_an_activity_says_twice_is_refused),
          TEST(an_item_that_is_no_finite_number_is_refused),
          TEST(lists_of_very_many_nulls_are_missing),
          TEST(a_value_that_is_no_time_is_named_with_its_row), TEST(null_arguments_are_refused))
