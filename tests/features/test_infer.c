#include "features/protected.h"
#include "spec_helpers.h"

/** A CSV file of this text. */
static lsc_source *source_of(const char *csv_text)
{
    static char path[4200];
    snprintf(path, sizeof path, "%s/infer.csv", lsc_test_folder());
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(csv_text, file);
    fclose(file);
    lsc_csv csv = LSC_CSV_INIT;
    csv.path = path;
    csv.delimiter = ',';
    lsc_source *source = NULL;
    ck_ok(lsc_source_open_csv(&csv, &source, error));
    return source;
}

static lsc_status try_infer(const char *csv_text, const lsc_infer *infer, lsc_spec **spec,
                            char **notes, lsc_error *error)
{
    lsc_source *source = source_of(csv_text);
    lsc_status status = lsc_spec_infer(source, infer, NULL, spec, notes, error);
    lsc_source_free(source);
    return status;
}

/** "name:kind" of every feature of a spec. */
static const char *kinds_of(const lsc_spec *spec)
{
    static char kinds[2000];
    kinds[0] = '\0';
    const char *at_kind = lsc_spec_json(spec, NULL);
    for (size_t i = 0; i < lsc_spec_n_features(spec); i++) {
        at_kind = strstr(at_kind, "\"kind\": \"") + 9;
        size_t length = strlen(kinds);
        snprintf(kinds + length, sizeof kinds - length, "%s%s:%.*s", i > 0 ? " " : "",
                 lsc_spec_feature_name(spec, i), (int)strcspn(at_kind, "\""), at_kind);
    }
    return kinds;
}

static void check_infer(const char *csv_text, const lsc_infer *infer, const char *kinds,
                        const char *notes)
{
    lsc_spec *spec = NULL;
    char *written = NULL;
    ck_ok(try_infer(csv_text, infer, &spec, &written, error));
    ck_assert_str_eq(kinds_of(spec), kinds);
    if (notes != NULL) {
        ck_assert_str_eq(written, notes);
    }
    lsc_text_free(written);
    lsc_spec_unref(spec);
}

START_TEST(columns_are_numbers_flags_dates_or_categories)
{
    check_infer("n,f,d,c,code,yes_no,mixed,sci\n"
                "1,0,2026-01-01,red,1,yes,1,1e3\n"
                "2.5,1,2026-02-01,blue,2,no,x,-.5\n"
                ",1,,red,3,NO,,7\n",
                NULL,
                "c:category code:number d:date f:flag mixed:category n:number sci:number"
                " yes_no:category",
                NULL);
    check_infer("a,b,c\ntrue,yes,T\nfalse,no,F\ntrue,no,T\n", NULL, "a:flag b:flag c:flag", NULL);
    check_infer("a\n1\n1\n0\n", NULL, "a:flag", NULL);
    check_infer("a\n1\n2\n1\n", NULL, "a:number", NULL);
    check_infer("a\nyes\nno\nunknown\n", NULL, "a:category", NULL);
}
END_TEST

START_TEST(every_column_is_noted)
{
    check_infer("age,same,kind,n\n30,x,a,1\n40,x,b,2\n", NULL, "kind:category n:number",
                "age: left out, a protected attribute, taken only when it is included by name\n"
                "kind: taken as a category\n"
                "n: taken as a number\n"
                "same: left out, all its values are equal\n");
}
END_TEST

START_TEST(a_column_without_any_value_is_noted_and_may_be_named)
{
    static const char *const empty[] = {"e"};
    lsc_infer infer = LSC_INFER_INIT;
    infer.exclude = empty;
    infer.n_exclude = 1;
    check_infer("e,n\n,1\n,2\n", NULL, "n:number",
                "e: left out, all its values are missing\nn: taken as a number\n");
    check_infer("e,n\n,1\n,2\n", &infer, "n:number",
                "e: left out, excluded\nn: taken as a number\n");
}
END_TEST

START_TEST(one_value_beside_missing_ones_is_kept)
{
    check_infer("a,b\nx,1\n,2\nx,3\n", NULL, "a:category b:number", NULL);
}
END_TEST

START_TEST(columns_are_left_out_and_taken_by_name)
{
    static const char *const excluded[] = {"n", "Gender"};
    static const char *const included[] = {"age"};
    lsc_infer infer = LSC_INFER_INIT;
    infer.exclude = excluded;
    infer.n_exclude = 2;
    infer.include = included;
    infer.n_include = 1;
    check_infer("age,n,Gender,k\n30,1,f,a\n40,2,m,b\n", &infer, "age:number k:category", NULL);

    static const char *const absent[] = {"k", "height"};
    lsc_spec *spec = NULL;
    infer.include = absent;
    infer.n_include = 2;
    ck_fails(try_infer("age,n,Gender,k\n30,1,f,a\n40,2,m,b\n", &infer, &spec, NULL, error),
             LSC_NOT_FOUND, "include names \"height\", which no lead has");
    infer = (lsc_infer)LSC_INFER_INIT;
    infer.exclude = absent;
    infer.n_exclude = 2;
    ck_fails(try_infer("k,n\na,1\nb,2\n", &infer, &spec, NULL, error), LSC_NOT_FOUND,
             "exclude names \"height\"");
    ck_assert_ptr_null(spec);
}
END_TEST

/** n rows of a text column, `distinct` of whose values differ, and a number. */
static char *table_of(size_t n, size_t distinct, const char *text)
{
    char *csv = malloc(n * 64 + 64);
    ck_assert_ptr_nonnull(csv);
    size_t length = (size_t)sprintf(csv, "t,n\n");
    for (size_t i = 0; i < n; i++) {
        length +=
            (size_t)sprintf(csv + length, "%s%zu,%zu\n", text, i < distinct ? i : distinct - 1, i);
    }
    return csv;
}

static void check_table(size_t n, size_t distinct, const char *text, const char *kinds)
{
    char *csv = table_of(n, distinct, text);
    check_infer(csv, NULL, kinds, NULL);
    free(csv);
}

START_TEST(texts_that_hardly_repeat_are_identifiers)
{
    check_table(50, 50, "x", "n:number t:category");
    check_table(51, 51, "x", "n:number");
    check_table(100, 90, "x", "n:number t:category");
    check_table(100, 91, "x", "n:number");
    check_table(100, 100, "", "n:number t:number");
    /* More distinct values than are told apart. */
    check_table(25000, 25000, "x", "n:number");
    check_table(25000, 9000, "x", "n:number t:category");
}
END_TEST

START_TEST(long_texts_need_no_more_memory_than_short_ones)
{
    char *csv = malloc(2000000);
    ck_assert_ptr_nonnull(csv);
    size_t length = (size_t)sprintf(csv, "t,n\n");
    for (size_t i = 0; i < 60; i++) {
        memset(csv + length, 'a', 3000);
        length += 3000;
        length += (size_t)sprintf(csv + length, "%zu,%zu\n", i, i);
    }
    /* The first 256 bytes are equal: these texts are one, else they would be identifiers. */
    lsc_spec *spec = NULL;
    char *notes = NULL;
    ck_ok(try_infer(csv, NULL, &spec, &notes, error));
    ck_assert_ptr_nonnull(strstr(notes, "t: left out, all its values are equal"));
    lsc_text_free(notes);
    lsc_spec_unref(spec);
    free(csv);
}
END_TEST

START_TEST(only_the_rows_asked_for_are_looked_at)
{
    lsc_infer infer = LSC_INFER_INIT;
    infer.max_rows = 2;
    check_infer("a\n1\n5\nx\n", &infer, "a:number", NULL);
    infer.max_rows = 3;
    check_infer("a\n1\n5\nx\n", &infer, "a:category", NULL);
}
END_TEST

START_TEST(a_table_without_anything_to_learn_from_is_refused)
{
    lsc_spec *spec = (lsc_spec *)&spec;
    char *notes = (char *)&spec;
    ck_fails(try_infer("age,b\n1,x\n2,x\n", NULL, &spec, &notes, error), LSC_BAD_DATA,
             "nothing is left to learn from: 2 properties in 2 rows");
    ck_assert_ptr_null(spec);
    ck_assert_ptr_null(notes);
    ck_fails(try_infer("a\n", NULL, &spec, NULL, error), LSC_BAD_DATA, "0 rows");
    ck_fails(try_infer("a,b\n1,2\n3\n", NULL, &spec, NULL, error), LSC_BAD_CSV, "");
}
END_TEST

START_TEST(wrong_arguments_are_refused)
{
    lsc_source *source = source_of("a\n1\n2\n");
    lsc_spec *spec = NULL;
    ck_fails(lsc_spec_infer(NULL, NULL, NULL, &spec, NULL, error), LSC_INVALID_ARG, "source");
    ck_fails(lsc_spec_infer(source, NULL, NULL, NULL, NULL, error), LSC_INVALID_ARG, "spec");
    lsc_infer infer = LSC_INFER_INIT;
    infer.size = 0;
    ck_fails(lsc_spec_infer(source, &infer, NULL, &spec, NULL, error), LSC_INVALID_ARG,
             "lsc_infer");
    lsc_infer_init(&infer, sizeof infer);
    infer.n_exclude = 1;
    ck_fails(lsc_spec_infer(source, &infer, NULL, &spec, NULL, error), LSC_INVALID_ARG, "exclude");
    static const char *const names[] = {"a", NULL};
    infer.exclude = names;
    infer.n_exclude = 2;
    ck_fails(lsc_spec_infer(source, &infer, NULL, &spec, NULL, error), LSC_INVALID_ARG,
             "exclude[1] is NULL");
    lsc_source_free(source);
}
END_TEST

START_TEST(names_with_a_protected_word_are_protected)
{
    static const char *const yes[] = {"age",          "AGE",    "Age_Group",     "userAge",
                                      "customer age", "gender", "sex",           "date_of_birth",
                                      "birthday",     "DOB",    "religion",      "Race",
                                      "ethnicity",    "age2",   "person.gender", "x-sex"};
    static const char *const no[] = {"page",   "stage",   "agenda", "average", "language",
                                     "sexton", "Sussex",  "brace",  "wage",    "marital",
                                     "job",    "package", "",       "manage",  "usage"};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        ck_assert_msg(lsc_is_protected(yes[i]), "%s", yes[i]);
    }
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) {
        ck_assert_msg(!lsc_is_protected(no[i]), "%s", no[i]);
    }
}
END_TEST

/* A source of two leads, as files give them. */

typedef struct two_leads {
    lsc_lead *leads[2];
    size_t next;
} two_leads;

static lsc_status next_lead(void *ctx, lsc_record *record, bool *more, lsc_error *error)
{
    (void)error;
    two_leads *two = ctx;
    *more = two->next < 2;
    if (*more) {
        *record = (lsc_record){two->leads[two->next++], NULL, 0, 1};
    }
    return LSC_OK;
}

START_TEST(properties_of_leads_that_tell_the_outcome_are_left_out)
{
    two_leads two = {{lead_of("{'id': 'a', 'status': 'won', 'company': {'size': 3}, 'tags':"
                              " ['x'], 'lead_score': 9, 'opt_in': true}"),
                      lead_of("{'id': 'b', 'status': 'lost', 'company': {'size': 4}, 'tags':"
                              " ['y'], 'lead_score': 8, 'opt_in': false}")},
                     0};
    lsc_source_calls calls = {.size = sizeof calls, .next = next_lead, .has_times = true};
    lsc_source *source = NULL;
    ck_ok(lsc_source_new(&calls, &two, NULL, &source, error));
    lsc_spec *spec = NULL;
    char *notes = NULL;
    ck_ok(lsc_spec_infer(source, NULL, NULL, &spec, &notes, error));
    ck_assert_str_eq(kinds_of(spec), "company.size:number opt_in:flag");
    ck_assert_ptr_nonnull(strstr(notes, "status: left out, it tells what became of the lead\n"));
    ck_assert_ptr_nonnull(strstr(notes, "tags: left out, it holds lists\n"));
    lsc_text_free(notes);
    lsc_spec_unref(spec);
    lsc_source_free(source);
    lsc_lead_free(two.leads[0]);
    lsc_lead_free(two.leads[1]);
}
END_TEST

START_TEST(real_tables_are_read_as_a_person_would)
{
    const char *path = lsc_test_data("bank_marketing.csv");
    if (path == NULL) {
        return;
    }
    lsc_csv csv = LSC_CSV_INIT;
    csv.path = path;
    csv.label = "y";
    csv.positive = "yes";
    lsc_source *source = NULL;
    ck_ok(lsc_source_open_csv(&csv, &source, error));
    static const char *const excluded[] = {"duration"};
    lsc_infer infer = LSC_INFER_INIT;
    infer.exclude = excluded;
    infer.n_exclude = 1;
    lsc_spec *spec = NULL;
    ck_ok(lsc_spec_infer(source, &infer, NULL, &spec, NULL, error));
    ck_assert_str_eq(kinds_of(spec),
                     "campaign:number cons.conf.idx:number cons.price.idx:number"
                     " contact:category day_of_week:category default:category education:category"
                     " emp.var.rate:number euribor3m:number housing:category job:category"
                     " loan:category marital:category month:category nr.employed:number"
                     " pdays:number poutcome:category previous:number");
    lsc_spec_unref(spec);
    lsc_source_free(source);
}
END_TEST

/** A column of this name: numbers so far apart, then a word, then numbers to the end. */
static lsc_status infer_named(const char *name, const lsc_infer *infer, size_t n_before,
                              size_t n_after, double apart, lsc_error *error)
{
    static char text[20000];
    size_t length = (size_t)snprintf(text, sizeof text, "%s,plan\n", name);
    lsc_spec *spec = NULL;
    for (size_t i = 0; i < n_before + 1 + n_after; i++) {
        if (i == n_before) {
            length += (size_t)snprintf(text + length, sizeof text - length, "unknown,a\n");
        } else {
            unsigned number = (unsigned)((double)i * apart);
            length += (size_t)snprintf(text + length, sizeof text - length, "%u,b\n", number);
        }
    }
    lsc_status status = try_infer(text, infer, &spec, NULL, error);
    lsc_spec_unref(spec);
    return status;
}

static lsc_status infer_mixed(size_t n_before, size_t n_after, double apart, lsc_error *error)
{
    return infer_named("size", NULL, n_before, n_after, apart, error);
}

START_TEST(a_column_of_numbers_that_goes_on_with_words_is_refused)
{
    ck_fails(
        infer_mixed(200, 200, 1, error), LSC_BAD_DATA,
        "column \"size\" changes its type half-way: 200 values are numbers before row 201, where "
        "it is \"unknown\"");
    ck_fails(infer_mixed(50, 49, 1, error), LSC_BAD_DATA, "row 51");
    /* Too early, too few, and codes of which there are not many. */
    ck_ok(infer_mixed(100, 200, 1, error));
    ck_ok(infer_mixed(49, 1, 1, error));
    ck_ok(infer_mixed(200, 200, 0.1, error));
}
END_TEST

/* Which is what the refusal advises. */
START_TEST(a_column_that_is_left_out_may_change_its_type)
{
    static const char *const excluded[] = {"size"};
    static const char *const included[] = {"age"};
    char too_long[LSC_MAX_NAME + 1] = "";
    lsc_infer without_size = LSC_INFER_INIT;
    lsc_infer with_age = LSC_INFER_INIT;
    without_size.exclude = excluded;
    without_size.n_exclude = 1;
    with_age.include = included;
    with_age.n_include = 1;
    memset(too_long, 'n', LSC_MAX_NAME);
    ck_ok(infer_named("size", &without_size, 200, 200, 1, error));
    ck_ok(infer_named("age", NULL, 200, 200, 1, error));
    ck_ok(infer_named(too_long, NULL, 200, 200, 1, error));
    ck_fails(infer_named("age", &with_age, 200, 200, 1, error), LSC_BAD_DATA, "column \"age\"");
}
END_TEST

/** A source of events, of each of these leads one at each of two times. */
static lsc_source *events_of(size_t n_callers, size_t n_buyers, size_t n_named_long)
{
    static const char map[] = "{\"id\": \"who\", \"time\": \"at\", \"type\": {\"column\": "
                              "\"what\"}, \"data\": {\"amount\": \"sum\"}}";
    static char path[4200];
    snprintf(path, sizeof path, "%s/infer_events.csv", lsc_test_folder());
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs("who,at,what,sum\n", file);
    for (size_t i = 0; i < n_callers; i++) {
        fprintf(file, "%zu,2024-01-01,Called,\n%zu,2024-02-01,Called,\n", i, i);
    }
    for (size_t i = 0; i < n_buyers; i++) {
        fprintf(file, "%zu,2024-03-01,Bought,%zu\n", i, i);
    }
    for (size_t i = 0; i < n_named_long; i++) {
        fprintf(file, "%zu,2024-03-01,%0101d,\n", i, 7);
    }
    fclose(file);
    lsc_events events = LSC_EVENTS_INIT;
    events.path = path;
    events.map_json = map;
    events.map_length = sizeof map - 1;
    lsc_source *source = NULL;
    ck_ok(lsc_source_open_events(&events, &source, error));
    return source;
}

START_TEST(activities_give_features_of_all_and_of_the_types_that_enough_leads_have)
{
    /* Ten leads make a type and a number; nine do not. */
    for (size_t n_buyers = 9; n_buyers <= 10; n_buyers++) {
        lsc_source *source = events_of(12, n_buyers, 0);
        lsc_spec *spec = NULL;
        ck_ok(lsc_spec_infer_events(source, NULL, &spec, error));
        const char *kinds = kinds_of(spec);
        ck_assert_ptr_nonnull(strstr(kinds, "activity_count:count activity_count_30d:count"));
        ck_assert_ptr_nonnull(strstr(kinds, "lead_age_days:tenure"));
        ck_assert((strstr(kinds, " Bought_recency:recency") != NULL) == (n_buyers == 10));
        ck_assert((strstr(kinds, " Called_count_90d:count") != NULL) == (n_buyers == 10));
        ck_assert((strstr(kinds, " activity_amount_sum_90d:sum") != NULL) == (n_buyers == 10));
        lsc_spec_unref(spec);
        lsc_source_free(source);
    }
}
END_TEST

START_TEST(a_type_too_long_for_a_name_does_not_hide_rarer_ones)
{
    lsc_source *source = events_of(12, 10, 15);
    lsc_spec *spec = NULL;
    ck_ok(lsc_spec_infer_events(source, NULL, &spec, error));
    ck_assert_ptr_nonnull(strstr(kinds_of(spec), " Bought_recency:recency"));
    ck_assert_ptr_nonnull(strstr(kinds_of(spec), " Called_count_90d:count"));
    ck_assert_ptr_null(strstr(kinds_of(spec), "0007"));
    lsc_spec_unref(spec);
    lsc_source_free(source);
}
END_TEST

START_TEST(leads_without_activities_give_no_features)
{
    lsc_source *source = source_of("a,b\n1,2\n");
    lsc_spec *spec = NULL;
    ck_fails(lsc_spec_infer_events(source, NULL, &spec, error), LSC_BAD_DATA,
             "no lead has an activity");
    ck_assert_ptr_null(spec);
    ck_fails(lsc_spec_infer_events(NULL, NULL, &spec, error), LSC_INVALID_ARG, "source is NULL");
    ck_fails(lsc_spec_infer_events(source, NULL, NULL, error), LSC_INVALID_ARG, "spec is NULL");
    lsc_source_free(source);
}
END_TEST

LSC_SUITE("features/infer", TEST(a_column_of_numbers_that_goes_on_with_words_is_refused),
          TEST(a_column_that_is_left_out_may_change_its_type),
          TEST(activities_give_features_of_all_and_of_the_types_that_enough_leads_have),
          TEST(a_type_too_long_for_a_name_does_not_hide_rarer_ones),
          TEST(leads_without_activities_give_no_features),
          TEST(columns_are_numbers_flags_dates_or_categories), TEST(every_column_is_noted),
          TEST(a_column_without_any_value_is_noted_and_may_be_named),
          TEST(one_value_beside_missing_ones_is_kept), TEST(columns_are_left_out_and_taken_by_name),
          TEST(texts_that_hardly_repeat_are_identifiers),
          TEST(long_texts_need_no_more_memory_than_short_ones),
          TEST(only_the_rows_asked_for_are_looked_at),
          TEST(a_table_without_anything_to_learn_from_is_refused),
          TEST(wrong_arguments_are_refused), TEST(names_with_a_protected_word_are_protected),
          TEST(properties_of_leads_that_tell_the_outcome_are_left_out),
          TEST(real_tables_are_read_as_a_person_would))
