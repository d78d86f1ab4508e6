#include "api_support.h"

/* Every call that can fail refuses a NULL where it needs something, and says what was NULL. */

static lsc_lead *lead;
static lsc_model *model;
static lsc_spec *spec;
static lsc_scorer *scorer;
static lsc_source *source;

static lsc_status no_lead(void *ctx, lsc_record *record, bool *more, lsc_error *error)
{
    (void)ctx;
    (void)record;
    (void)error;
    *more = false;
    return LSC_OK;
}

static void open_all(void)
{
    test_bundle bundle = scorecard_bundle();
    model = load_bundle(&bundle, NULL);
    spec = lsc_model_spec(model);
    ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
    lead = make_lead(1, NULL);
    lsc_source_calls calls = LSC_SOURCE_CALLS_INIT;
    calls.next = no_lead;
    ck_ok(lsc_source_new(&calls, NULL, NULL, &source, error));
    free(bundle.bytes);
}

static void close_all(void)
{
    lsc_source_free(source);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
}

/** The call refuses, with `words` in its message, and does as well where no message is wanted. */
#define REFUSED(call, words)                               \
    do {                                                   \
        ck_fails(call, LSC_INVALID_ARG, words);            \
        lsc_error *const error = NULL; /* of the call's */ \
        ck_assert_int_eq(call, LSC_INVALID_ARG);           \
    } while (0)

START_TEST(leads_refuse_null)
{
    open_all();
    lsc_activity activity = LSC_ACTIVITY_INIT;
    lsc_property property = {.name = "p", .type = LSC_VALUE_TEXT};
    int64_t time_ms = 7;
    REFUSED(lsc_time_parse(NULL, 0, &time_ms, error), "");
    ck_assert_int_eq(time_ms, 7);
    REFUSED(lsc_lead_new(NULL, NULL, error), "lead is NULL");
    REFUSED(lsc_lead_set_id(NULL, "x", error), "lead is NULL");
    REFUSED(lsc_lead_set_id(lead, NULL, error), "id");
    REFUSED(lsc_lead_set(NULL, &property, error), "lead is NULL");
    REFUSED(lsc_lead_set(lead, NULL, error), "property is NULL");
    REFUSED(lsc_lead_set_text(NULL, "a", "b", error), "lead is NULL");
    REFUSED(lsc_lead_set_text(lead, NULL, "b", error), "name");
    REFUSED(lsc_lead_set_number(lead, NULL, 1, error), "name");
    REFUSED(lsc_lead_set_bool(lead, NULL, true, error), "name");
    REFUSED(lsc_lead_set_time(lead, NULL, 1, error), "name");
    REFUSED(lsc_lead_add_activity(NULL, &activity, error), "lead is NULL");
    REFUSED(lsc_lead_add_activity(lead, NULL, error), "activity is NULL");
    REFUSED(lsc_lead_add_activity(lead, &activity, error), "id is missing");
    REFUSED(lsc_lead_parse_json(NULL, "{}", 2, error), "lead is NULL");
    REFUSED(lsc_lead_add_activities_json(NULL, "[]", 2, error), "lead is NULL");
    close_all();
}
END_TEST

START_TEST(json_refuses_null)
{
    open_all();
    REFUSED(lsc_lead_parse_json(lead, NULL, 2, error), "json is NULL");
    REFUSED(lsc_lead_add_activities_json(lead, NULL, 2, error), "json is NULL");
    lsc_spec *made = spec;
    REFUSED(lsc_spec_parse(NULL, 2, NULL, &made, error), "json is NULL");
    ck_assert_ptr_null(made);
    REFUSED(lsc_spec_parse("{}", 2, NULL, NULL, error), "spec is NULL");
    REFUSED(lsc_spec_default(NULL, NULL, error), "spec is NULL");
    close_all();
}
END_TEST

START_TEST(aliases_refuse_null)
{
    lsc_aliases *made;
    REFUSED(lsc_aliases_named(NULL, NULL, &made, error), "name is NULL");
    ck_assert_ptr_null(made);
    REFUSED(lsc_aliases_named("all", NULL, NULL, error), "aliases is NULL");
    REFUSED(lsc_aliases_parse(NULL, 2, NULL, &made, error), "json is NULL");
    REFUSED(lsc_aliases_parse("{}", 2, NULL, NULL, error), "aliases is NULL");
    REFUSED(lsc_lead_set_aliases(NULL, NULL, error), "lead is NULL");
    REFUSED(lsc_scorer_set_aliases(NULL, NULL, error), "scorer is NULL");
}
END_TEST

START_TEST(sources_refuse_null)
{
    open_all();
    lsc_source_calls calls = LSC_SOURCE_CALLS_INIT;
    lsc_files files = LSC_FILES_INIT;
    lsc_csv csv = LSC_CSV_INIT;
    lsc_record record;
    bool more;
    lsc_source *made;
    REFUSED(lsc_source_new(NULL, NULL, NULL, &made, error), "calls is NULL");
    REFUSED(lsc_source_new(&calls, NULL, NULL, &made, error), "next is NULL");
    calls.next = no_lead;
    REFUSED(lsc_source_new(&calls, NULL, NULL, NULL, error), "source is NULL");
    REFUSED(lsc_source_open_files(NULL, &made, error), "files is NULL");
    REFUSED(lsc_source_open_files(&files, &made, error), "leads is missing");
    REFUSED(lsc_source_open_files(&files, NULL, error), "source is NULL");
    REFUSED(lsc_source_open_csv(NULL, &made, error), "csv is NULL");
    REFUSED(lsc_source_open_csv(&csv, &made, error), "path is missing");
    REFUSED(lsc_source_open_csv(&csv, NULL, error), "source is NULL");
    REFUSED(lsc_source_next(NULL, &record, &more, error), "source");
    REFUSED(lsc_source_next(source, NULL, &more, error), "record");
    REFUSED(lsc_source_next(source, &record, NULL, error), "more");
    REFUSED(lsc_source_rewind(NULL, error), "source is NULL");
    REFUSED(lsc_spec_infer(NULL, NULL, NULL, &spec, NULL, error), "source is NULL");
    close_all();
}
END_TEST

START_TEST(models_refuse_null)
{
    open_all();
    lsc_model *made = model;
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    void *bundle;
    size_t length;
    REFUSED(lsc_model_load_file(NULL, NULL, &made, error), "path is NULL");
    ck_assert_ptr_null(made);
    REFUSED(lsc_model_load_file("x", NULL, NULL, error), "model is NULL");
    REFUSED(lsc_model_load_bytes(NULL, 0, NULL, &made, error), "bytes is NULL");
    REFUSED(lsc_model_load_bytes("x", 1, NULL, NULL, error), "model is NULL");
    REFUSED(lsc_model_get_info(NULL, &info, error), "model");
    REFUSED(lsc_model_get_info(model, NULL, error), "info");
    REFUSED(lsc_scorecard_build(NULL, "{}", 2, "{}", 2, &bundle, &length, error), "name");
    REFUSED(lsc_scorecard_build("x", NULL, 2, "{}", 2, &bundle, &length, error), "spec_json");
    REFUSED(lsc_scorecard_build("x", "{}", 2, NULL, 2, &bundle, &length, error), "scorecard_json");
    REFUSED(lsc_scorecard_build("x", "{}", 2, "{}", 2, NULL, &length, error), "bundle");
    REFUSED(lsc_bundle_write(NULL, "x", 1, error), "path");
    REFUSED(lsc_bundle_write("x", NULL, 1, error), "bundle");
    close_all();
}
END_TEST

START_TEST(options_with_half_an_allocator_are_refused)
{
    open_all();
    lsc_test_heap heap = {0};
    lsc_load load = LSC_LOAD_INIT;
    load.allocator = lsc_test_allocator(&heap);
    load.allocator.free = NULL;
    lsc_model *loaded = model;
    lsc_scorer *made = scorer;
    lsc_lead *begun = lead;
    lsc_spec *parsed = spec;
    REFUSED(lsc_model_load_file("x", &load, &loaded, error), "allocator.free is NULL");
    REFUSED(lsc_model_load_bytes("x", 1, &load, &loaded, error), "allocator.free is NULL");
    REFUSED(lsc_scorer_new(model, &load.allocator, &made, error), "allocator.free is NULL");
    REFUSED(lsc_lead_new(&load.allocator, &begun, error), "allocator.free is NULL");
    REFUSED(lsc_spec_default(&load.allocator, &parsed, error), "allocator.free is NULL");
    ck_assert(loaded == NULL && made == NULL && begun == NULL && parsed == NULL);
    ck_assert_uint_eq(heap.calls, 0);
    close_all();
}
END_TEST

START_TEST(scoring_refuses_null)
{
    open_all();
    lsc_scorer *made;
    lsc_result result = LSC_RESULT_INIT;
    float columns[64];
    float out[64];
    size_t n = lsc_spec_n_columns(spec);
    ck_assert_uint_lt(n, 64);
    ck_ok(lsc_spec_extract(spec, lead, AS_OF, columns, n, error));
    REFUSED(lsc_spec_extract(NULL, lead, AS_OF, columns, n, error), "spec");
    REFUSED(lsc_spec_extract(spec, NULL, AS_OF, columns, n, error), "lead");
    REFUSED(lsc_spec_extract(spec, lead, AS_OF, NULL, n, error), "columns");
    REFUSED(lsc_scorer_new(NULL, NULL, &made, error), "model is NULL");
    REFUSED(lsc_scorer_new(model, NULL, NULL, error), "scorer is NULL");
    REFUSED(lsc_score_lead(NULL, lead, AS_OF, &result, error), "scorer");
    REFUSED(lsc_score_lead(scorer, NULL, AS_OF, &result, error), "lead");
    REFUSED(lsc_score_lead(scorer, lead, AS_OF, NULL, error), "result");
    REFUSED(lsc_score_json(NULL, "{}", 2, NULL, 0, AS_OF, &result, error), "scorer");
    REFUSED(lsc_score_json(scorer, NULL, 2, NULL, 0, AS_OF, &result, error), "");
    REFUSED(lsc_score_json(scorer, "{}", 2, NULL, 0, AS_OF, NULL, error), "result");
    REFUSED(lsc_score_vector(NULL, columns, n, &result, error), "scorer");
    REFUSED(lsc_score_vector(scorer, NULL, n, &result, error), "columns");
    REFUSED(lsc_score_vector(scorer, columns, n, NULL, error), "result");
    REFUSED(lsc_score_batch(NULL, columns, 1, n, out, NULL, error), "scorer");
    REFUSED(lsc_score_batch(scorer, NULL, 1, n, out, NULL, error), "columns");
    ck_ok(lsc_score_batch(scorer, NULL, 0, n, out, NULL, error));
    close_all();
}
END_TEST

START_TEST(explaining_refuses_null)
{
    open_all();
    lsc_explanation made = LSC_EXPLANATION_INIT;
    float columns[64] = {0};
    float out[64];
    const char *json;
    size_t length;
    size_t n = lsc_spec_n_columns(spec);
    REFUSED(lsc_explain_lead(NULL, lead, AS_OF, &made, error), "scorer");
    REFUSED(lsc_explain_lead(scorer, NULL, AS_OF, &made, error), "lead");
    REFUSED(lsc_explain_lead(scorer, lead, AS_OF, NULL, error), "explanation");
    REFUSED(lsc_explain_json(NULL, "{}", 2, NULL, 0, AS_OF, &made, error), "scorer");
    REFUSED(lsc_explain_json(scorer, NULL, 2, NULL, 0, AS_OF, &made, error), "");
    REFUSED(lsc_explain_vector(NULL, columns, n, &made, error), "scorer");
    REFUSED(lsc_explain_vector(scorer, NULL, n, &made, error), "columns");
    REFUSED(lsc_explain_vector(scorer, columns, n, NULL, error), "explanation");
    REFUSED(lsc_contributions_batch(NULL, columns, 1, n, out, error), "scorer");
    REFUSED(lsc_contributions_batch(scorer, NULL, 1, n, out, error), "columns");
    REFUSED(lsc_contributions_batch(scorer, columns, 1, n, NULL, error), "contributions");
    ck_ok(lsc_explain_lead(scorer, lead, AS_OF, &made, error));
    REFUSED(lsc_explanation_json(NULL, &made, "x", 0, &json, &length, error), "scorer");
    REFUSED(lsc_explanation_json(scorer, NULL, "x", 0, &json, &length, error), "explanation");
    REFUSED(lsc_explanation_json(scorer, &made, "x", 0, NULL, &length, error), "json");
    REFUSED(lsc_replay_lead(NULL, lead, "{}", 2, error), "scorer");
    REFUSED(lsc_replay_lead(scorer, NULL, "{}", 2, error), "lead");
    REFUSED(lsc_replay_lead(scorer, lead, NULL, 2, error), "receipt");
    close_all();
}
END_TEST

START_TEST(tables_of_arrow_refuse_null)
{
    open_all();
    struct ArrowSchema schema = {.format = "+s"};
    struct ArrowArray array = {.length = 0};
    struct ArrowArrayStream stream = {.private_data = NULL};
    lsc_arrow_reader *made;
    float rows[64];
    REFUSED(lsc_arrow_reader_new(NULL, &schema, NULL, &made, error), "spec or schema");
    ck_assert_ptr_null(made);
    REFUSED(lsc_arrow_reader_new(spec, NULL, NULL, &made, error), "spec or schema");
    REFUSED(lsc_arrow_reader_new(spec, &schema, NULL, NULL, error), "reader");
    REFUSED(lsc_arrow_read(NULL, &array, 0, 1, rows, 64, error), "reader");
    REFUSED(lsc_arrow_score(NULL, &array, &schema, NULL, &array, NULL, error), "scorer");
    REFUSED(lsc_arrow_score(scorer, NULL, &schema, NULL, &array, NULL, error), "array");
    REFUSED(lsc_arrow_contributions(scorer, &array, NULL, NULL, &array, NULL, error), "schema");
    REFUSED(lsc_arrow_contributions(scorer, &array, &schema, NULL, NULL, NULL, error), "out");
    REFUSED(lsc_arrow_score_stream(NULL, &stream, NULL, &stream, error), "model");
    REFUSED(lsc_arrow_score_stream(model, NULL, NULL, &stream, error), "in");
    REFUSED(lsc_arrow_contributions_stream(model, &stream, NULL, NULL, error), "out");
    close_all();
}
END_TEST

START_TEST(tables_of_leads_refuse_null)
{
    open_all();
    struct ArrowSchema schema = {.format = "+s"};
    struct ArrowArray array = {.length = 0};
    struct ArrowArrayStream stream = {.private_data = NULL};
    REFUSED(lsc_arrow_contributions_leads(NULL, &array, &schema, 0, NULL, &array, NULL, error),
            "scorer");
    REFUSED(lsc_arrow_contributions_leads(scorer, NULL, &schema, 0, NULL, &array, NULL, error),
            "array");
    REFUSED(lsc_arrow_extract_stream(NULL, &stream, 0, NULL, &stream, error), "spec");
    REFUSED(lsc_arrow_extract_stream(spec, NULL, 0, NULL, &stream, error), "in");
    REFUSED(lsc_arrow_extract_stream(spec, &stream, 0, NULL, &stream, error), "in was released");
    REFUSED(lsc_arrow_score_leads_stream(NULL, &stream, 0, NULL, &stream, error), "model");
    REFUSED(lsc_arrow_score_leads_stream(model, NULL, 0, NULL, &stream, error), "in");
    REFUSED(lsc_arrow_contributions_leads_stream(NULL, &stream, 0, NULL, &stream, error), "model");
    REFUSED(lsc_arrow_contributions_leads_stream(model, &stream, 0, NULL, NULL, error), "out");
    close_all();
}
END_TEST

START_TEST(freeing_null_does_nothing)
{
    lsc_arrow_reader_free(NULL);
    lsc_lead_free(NULL);
    lsc_source_free(NULL);
    lsc_scorer_free(NULL);
    lsc_spec_unref(NULL);
    lsc_model_unref(NULL);
    lsc_text_free(NULL);
    lsc_bundle_free(NULL);
}
END_TEST

LSC_SUITE("api/null_arguments", TEST(leads_refuse_null), TEST(json_refuses_null),
          TEST(aliases_refuse_null), TEST(sources_refuse_null), TEST(models_refuse_null),
          TEST(options_with_half_an_allocator_are_refused), TEST(scoring_refuses_null),
          TEST(explaining_refuses_null), TEST(tables_of_arrow_refuse_null),
          TEST(tables_of_leads_refuse_null), TEST(freeing_null_does_nothing))
