#include "suite.h"

#include "model_fixtures.h"

static const char card[] =
    "{\"format\": 1, \"base\": 5, \"cap\": 90, \"grades\": {\"A\": 70, \"B\": 50, \"C\": 30, "
    "\"D\": 10}, \"rules\": [{\"feature\": \"f0\", \"points\": 20, \"least\": 1, \"most\": 3}, "
    "{\"feature\": \"f1\", \"points\": 2.5, \"per\": \"unit\", \"cap\": 40}]}";

static lsc_status build(const char *name, const char *spec, const char *scorecard, void **bundle,
                        size_t *length, lsc_error *error)
{
    return lsc_scorecard_build(name, spec, strlen(spec), scorecard, strlen(scorecard), bundle,
                               length, error);
}

static void spec_json(lsc_buffer *spec)
{
    lsc_buffer_init(spec, fixture_allocator());
    fixture_spec_json(2, 2, spec);
}

START_TEST(a_scorecard_is_built_loaded_and_passes_its_self_test)
{
    lsc_buffer spec;
    void *bundle = NULL;
    size_t length = 0;
    lsc_model *model = NULL;
    lsc_load options = LSC_LOAD_INIT;
    options.self_test = true;
    spec_json(&spec);
    ck_ok(build("starter", spec.data, card, &bundle, &length, error));
    ck_ok(lsc_model_load_bytes(bundle, length, &options, &model, error));
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    ck_ok(lsc_model_get_info(model, &info, error));
    ck_assert_str_eq(info.name, "starter");
    ck_assert_int_eq(info.engine, LSC_ENGINE_SCORECARD);
    ck_assert(info.gate_passed);
    ck_assert(!info.calibrated);
    ck_assert_str_eq(lsc_model_member(model, "scorecard.json", NULL), card);
    ck_assert_double_eq(model->grades.least[0], 0.7);
    ck_assert_double_eq(model->grades.least[3], 0.1);

    lsc_scorer *scorer = NULL;
    lsc_result result = LSC_RESULT_INIT;
    ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
    ck_ok(lsc_score_vector(scorer, (float[]){2, 8}, 2, &result, error));
    ck_assert_double_eq(result.points, 45);
    ck_assert_int_eq(result.score, 45);
    ck_assert_int_eq(result.grade, 'C');
    ck_ok(lsc_score_vector(scorer, (float[]){2, 18}, 2, &result, error));
    ck_assert_double_eq(result.points, 65);
    ck_assert_int_eq(result.grade, 'B');
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
    lsc_bundle_free(bundle);
    lsc_buffer_free(&spec);
}
END_TEST

START_TEST(the_same_parts_give_the_same_bytes)
{
    lsc_buffer spec;
    void *one = NULL;
    void *two = NULL;
    size_t one_length = 0;
    size_t two_length = 0;
    spec_json(&spec);
    ck_ok(build("starter", spec.data, card, &one, &one_length, error));
    ck_ok(build("starter", spec.data, card, &two, &two_length, error));
    ck_assert_uint_eq(one_length, two_length);
    ck_assert_mem_eq(one, two, one_length);
    lsc_bundle_free(one);
    lsc_bundle_free(two);
    lsc_buffer_free(&spec);
}
END_TEST

START_TEST(what_cannot_be_built_is_refused)
{
    lsc_buffer spec;
    void *bundle = NULL;
    size_t length = 0;
    spec_json(&spec);
    ck_fails(build("s", "{", card, &bundle, &length, error), LSC_BAD_JSON, "");
    ck_fails(build("s", "{}", card, &bundle, &length, error), LSC_BAD_SPEC, "");
    ck_fails(build("s", spec.data, "{", &bundle, &length, error), LSC_BAD_JSON, "scorecard.json");
    ck_fails(build("s", spec.data, "{}", &bundle, &length, error), LSC_BAD_SPEC, "format");
    ck_fails(build("", spec.data, card, &bundle, &length, error), LSC_INVALID_ARG, "name is empty");
    ck_assert_ptr_null(bundle);
    ck_fails(lsc_scorecard_build(NULL, "", 0, "", 0, &bundle, &length, error), LSC_INVALID_ARG,
             "NULL");
    ck_fails(lsc_scorecard_build("s", "", 0, "", 0, NULL, &length, error), LSC_INVALID_ARG,
             "bundle");
    ck_fails(lsc_scorecard_build("s", "", 0, "", 0, &bundle, NULL, error), LSC_INVALID_ARG,
             "bundle_length");
    lsc_bundle_free(NULL);
    lsc_buffer_free(&spec);
}
END_TEST

START_TEST(limits_beyond_float32_make_no_golden_value)
{
    static const char far[] = "{\"format\": 1, \"rules\": [{\"feature\": \"f0\", \"points\": 20, "
                              "\"least\": -1e300, \"most\": 1e300}]}";
    lsc_buffer spec;
    void *bundle = NULL;
    size_t length = 0;
    spec_json(&spec);
    ck_ok(build("far", spec.data, far, &bundle, &length, error));
    lsc_bundle_free(bundle);
    lsc_buffer_free(&spec);
}
END_TEST

LSC_SUITE("score/scorecard_build", TEST(a_scorecard_is_built_loaded_and_passes_its_self_test),
          TEST(the_same_parts_give_the_same_bytes), TEST(what_cannot_be_built_is_refused),
          TEST(limits_beyond_float32_make_no_golden_value))
