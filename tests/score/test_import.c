#define _GNU_SOURCE /* memmem() */
#include "suite.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "core/fixed_math.h"
#include "core/options.h"
#include "model/xgboost_write.h"
#include "model_fixtures.h"
#include "score/scorer.h"
#include "xgboost_text.h"

static const text_model plain = TEXT_MODEL;

/** A model with names, types, named categories, weights, and something private. */
static text_model rich(void)
{
    text_model model = text_by_category();
    model.tree.column = "[1,0,0]";
    model.tree.categories = "[1,2]";
    model.booster = "dart";
    model.weights = "[5E-1]";
    model.num_feature = "3";
    model.names = "[\"visits\",\"industry\",\"known\"]";
    model.types = "[\"float\",\"c\",\"i\"]";
    model.cats = "{\"enc\":[{\"offsets\":[],\"values\":[]},"
                 "{\"offsets\":[0,1,2,3],\"values\":[97,98,99]},{\"offsets\":[],\"values\":[]}]}";
    model.attributes = "{\"note\":\"customer 4711\",\"best_iteration\":\"0\"}";
    model.version = "[3,4,1]";
    return model;
}

static lsc_status import_text(const text_model *model, const lsc_import *import, void **bundle,
                              size_t *length, lsc_error *error)
{
    lsc_buffer text;
    lsc_buffer_init(&text, fixture_allocator());
    text_of_model(model, &text);
    lsc_status status =
        lsc_model_import_bytes(text.data, text.length, import, bundle, length, error);
    lsc_buffer_free(&text);
    return status;
}

/** Import and load, with the self-test. */
static lsc_model *import_model(const text_model *model, const lsc_import *import)
{
    void *bundle = NULL;
    size_t length = 0;
    lsc_model *loaded = NULL;
    lsc_load options = LSC_LOAD_INIT;
    options.self_test = true;
    ck_ok(import_text(model, import, &bundle, &length, error));
    ck_ok(lsc_model_load_bytes(bundle, length, &options, &loaded, error));
    lsc_bundle_free(bundle);
    return loaded;
}

static void refuse(const text_model *model, const lsc_import *import, lsc_status status,
                   const char *words)
{
    void *bundle = &bundle;
    size_t length = 0;
    ck_fails(import_text(model, import, &bundle, &length, error), status, words);
    ck_assert_ptr_null(bundle);
}

START_TEST(an_imported_model_scores_and_says_that_it_is_not_calibrated)
{
    lsc_model *model = import_model(&plain, NULL);
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    ck_ok(lsc_model_get_info(model, &info, error));
    ck_assert_str_eq(info.name, "imported");
    ck_assert_str_eq(info.version, "1");
    ck_assert(!info.gate_passed);
    ck_assert(!info.calibrated);
    ck_assert_uint_eq(info.n_trees, 1);
    lsc_scorer *scorer = NULL;
    lsc_result result = LSC_RESULT_INIT;
    ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
    ck_ok(lsc_score_vector(scorer, (float[]){1, 0}, 2, &result, error));
    ck_float_eq(result.margin, 0.5f);
    ck_assert_double_eq(result.probability, lsc_logistic(0.5));
    ck_assert(isnan(result.probability_low));
    ck_assert(isnan(result.probability_high));
    ck_assert(isnan(result.confidence));
    ck_assert_int_eq(result.score, 62);
    ck_assert_int_eq(result.grade, 'B');
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
}
END_TEST

START_TEST(json_and_ubjson_give_the_same_bundle)
{
    text_model model = rich();
    lsc_forest forest;
    lsc_xgboost_facts facts;
    lsc_buffer ubjson;
    void *of_json = NULL;
    void *of_ubjson = NULL;
    size_t json_length = 0;
    size_t ubjson_length = 0;
    lsc_buffer_init(&ubjson, fixture_allocator());
    model.cats = NULL; /* which UBJSON of ours does not have */
    ck_ok(text_read(&model, &forest, &facts, error));
    lsc_xgboost_write(&forest, &facts, &ubjson);
    ck_ok(import_text(&model, NULL, &of_json, &json_length, error));
    ck_ok(lsc_model_import_bytes(ubjson.data, ubjson.length, NULL, &of_ubjson, &ubjson_length,
                                 error));
    ck_assert_uint_eq(json_length, ubjson_length);
    ck_assert_mem_eq(of_json, of_ubjson, json_length);
    lsc_bundle_free(of_json);
    lsc_bundle_free(of_ubjson);
    lsc_buffer_free(&ubjson);
    lsc_xgboost_facts_free(&facts);
    lsc_forest_free(&forest);
}
END_TEST

static const char features[] =
    "{\n  \"format\": 1,\n  \"name\": \"imported\",\n  \"groups\": [\n    \"features\"\n  ],\n"
    "  \"features\": [\n    {\n      \"name\": \"visits\",\n      \"group\": \"features\",\n"
    "      \"kind\": \"number\",\n      \"property\": \"visits\"\n    },\n    {\n"
    "      \"name\": \"industry\",\n      \"group\": \"features\",\n      \"kind\": \"code\",\n"
    "      \"property\": \"industry\",\n      \"codes\": [\n        \"a\",\n        \"b\",\n"
    "        \"c\"\n      ]\n    },\n    {\n      \"name\": \"known\",\n"
    "      \"group\": \"features\",\n      \"kind\": \"flag\",\n      \"property\": \"known\"\n"
    "    }\n  ]\n}";

START_TEST(the_spec_is_made_of_names_types_and_categories)
{
    text_model text = rich();
    lsc_model *model = import_model(&text, NULL);
    ck_assert_str_eq(lsc_model_member(model, "features.json", NULL), features);
    lsc_scorer *scorer = NULL;
    ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
    static const struct {
        const char *lead;
        float margin;
    } cases[] = {{"{\"id\":\"1\",\"industry\":\"b\"}", 0.25f},
                 {"{\"id\":\"1\",\"industry\":\"c\"}", 0.25f},
                 {"{\"id\":\"1\",\"industry\":\"a\"}", -0.125f},
                 {"{\"id\":\"1\",\"industry\":\"new\"}", -0.125f},
                 {"{\"id\":\"1\"}", -0.125f}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lsc_result result = LSC_RESULT_INIT;
        ck_ok(lsc_score_json(scorer, cases[i].lead, strlen(cases[i].lead), NULL, 0, 0, &result,
                             error));
        ck_float_eq(result.margin, cases[i].margin);
    }
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
}
END_TEST

START_TEST(a_model_without_names_has_those_of_xgboost)
{
    lsc_model *model = import_model(&plain, NULL);
    ck_assert_str_eq(lsc_spec_column_name(model->spec, 0), "f0");
    ck_assert_str_eq(lsc_spec_column_name(model->spec, 1), "f1");
    lsc_model_unref(model);
}
END_TEST

START_TEST(categories_without_names_are_numbers)
{
    text_model text = rich();
    text.cats = NULL;
    lsc_model *model = import_model(&text, NULL);
    ck_assert_ptr_nonnull(strstr(lsc_model_member(model, "features.json", NULL),
                                 "\"kind\": \"number\",\n"
                                 "      \"property\": \"industry\""));
    lsc_scorer *scorer = NULL;
    lsc_result result = LSC_RESULT_INIT;
    const char *lead = "{\"id\":\"1\",\"industry\":2}";
    ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
    ck_ok(lsc_score_json(scorer, lead, strlen(lead), NULL, 0, 0, &result, error));
    ck_float_eq(result.margin, 0.25f);
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
}
END_TEST

START_TEST(categories_that_cannot_be_told_need_a_spec)
{
    text_model text = rich();
    text.cats = "{\"enc\":[{\"offsets\":[],\"values\":[]},"
                "{\"offsets\":[0,2],\"values\":[-61,-97]},{\"offsets\":[],\"values\":[]}]}";
    static const char *const whole[] = {"[3,4,0]", "[4,0,0]"};
    static const char *const cut[] = {"[2,9,0]", "[3,3,9]", "[3,2,0]"};
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        text.version = whole[i];
        lsc_model_unref(import_model(&text, NULL));
    }
    for (size_t i = 0; i < sizeof cut / sizeof cut[0]; i++) {
        text.version = cut[i];
        refuse(&text, NULL, LSC_UNSUPPORTED,
               "the categories of feature 1, \"industry\", have names outside ASCII, which XGBoost "
               "before 3.4 cuts short: give a spec");
    }
    text.cats = "{\"enc\":[{\"offsets\":[],\"values\":[]},"
                "{\"offsets\":[0,1],\"values\":[-61]},{\"offsets\":[],\"values\":[]}]}";
    refuse(&text, NULL, LSC_UNSUPPORTED, "have a name that is not UTF-8: give a spec");
    text.cats = "{\"enc\":[{\"offsets\":[],\"values\":[]},"
                "{\"offsets\":[0,1,2],\"values\":[97,97]},{\"offsets\":[],\"values\":[]}]}";
    refuse(&text, NULL, LSC_BAD_SPEC, "features[1].codes has \"a\" twice");
    lsc_import import = LSC_IMPORT_INIT;
    import.spec_json = features;
    import.spec_length = strlen(features);
    lsc_model_unref(import_model(&text, &import));
}
END_TEST

START_TEST(a_spec_must_have_the_columns_of_the_model)
{
    lsc_buffer spec;
    lsc_import import = LSC_IMPORT_INIT;
    lsc_buffer_init(&spec, fixture_allocator());
    fixture_spec_json(2, 2, &spec);
    import.spec_json = spec.data;
    import.spec_length = spec.length;
    lsc_model *model = import_model(&plain, &import);
    ck_assert_str_eq(model->model_type, "composite");
    lsc_model_unref(model);
    text_model text = plain;
    text.names = "[\"f0\",\"f2\"]";
    refuse(&text, &import, LSC_BAD_MODEL,
           "feature 1 of the model is \"f2\", column 1 of the spec is \"f1\"");
    text.names = NULL;
    text.num_feature = "3";
    refuse(&text, &import, LSC_BAD_MODEL, "the model has 3 features, but the spec gives 2 columns");
    import.spec_length = 5;
    refuse(&plain, &import, LSC_BAD_JSON, "spec_json: ");
    import.spec_json = NULL;
    refuse(&plain, &import, LSC_INVALID_ARG, "spec_json is NULL, but has a length");
    lsc_buffer_free(&spec);
}
END_TEST

START_TEST(the_manifest_says_where_the_model_comes_from)
{
    text_model text = plain;
    lsc_import import = LSC_IMPORT_INIT;
    import.name = "churn";
    import.version = "7";
    import.created = "2026-04-01T00:00:00Z";
    text.n_trees = 2;
    text.tree_info = "[0,0]";
    text.attributes = "{\"best_iteration\":\"0\"}";
    lsc_model *model = import_model(&text, &import);
    const char *manifest = lsc_model_member(model, "manifest.json", NULL);
    static const char *const words[] = {
        "\"name\": \"churn\"",
        "\"version\": \"7\"",
        "\"created\": \"2026-04-01T00:00:00Z\"",
        "\"procedure\": \"import\"",
        "\"passed\": false",
        "Imported from XGBoost 1.7.4 (binary:logistic): not evaluated here, not calibrated",
        "Early stopping found 1 rounds best: all 2 count here",
        "scale_pos_weight is not 1"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        ck_assert_msg(strstr(manifest, words[i]) != NULL, "%s is not in %s", words[i], manifest);
    }
    lsc_model_unref(model);
    import.name = "";
    refuse(&text, &import, LSC_INVALID_ARG, "name is empty");
}
END_TEST

START_TEST(attributes_stay_behind)
{
    text_model text = rich();
    void *bundle = NULL;
    size_t length = 0;
    lsc_buffer unpacked;
    lsc_buffer_init(&unpacked, fixture_allocator());
    ck_ok(import_text(&text, NULL, &bundle, &length, error));
    ck_ok(fixture_unpack(bundle, length, 1 << 20, &unpacked, error));
    ck_assert_ptr_nonnull(memmem(unpacked.data, unpacked.length, "industry", 8));
    ck_assert_ptr_null(memmem(unpacked.data, unpacked.length, "4711", 4));
    lsc_buffer_free(&unpacked);
    lsc_bundle_free(bundle);
}
END_TEST

START_TEST(a_base_score_is_written_as_xgboost_does)
{
    static const char *const scores[] = {"5E-1",          "4.4851643E-1", "9.99999E-1", "1E-6",
                                         "1.1754944E-38", "1E0",          "0E0"};
    text_model text = plain;
    text.version = "[3,2,0]";
    for (size_t i = 0; i < sizeof scores / sizeof scores[0]; i++) {
        char quoted[64];
        lsc_forest forest;
        lsc_xgboost_facts facts;
        lsc_buffer ubjson;
        snprintf(quoted, sizeof quoted, "\"%s\"", scores[i]);
        text.base_score = quoted;
        ck_ok(text_read(&text, &forest, &facts, error));
        lsc_buffer_init(&ubjson, fixture_allocator());
        lsc_xgboost_write(&forest, &facts, &ubjson);
        const char *at = memmem(ubjson.data, ubjson.length, "base_scoreSL", 12);
        ck_assert_ptr_nonnull(at);
        ck_assert_uint_eq((unsigned char)at[19], strlen(scores[i]));
        ck_assert_mem_eq(at + 20, scores[i], strlen(scores[i]));
        lsc_buffer_free(&ubjson);
        lsc_xgboost_facts_free(&facts);
        lsc_forest_free(&forest);
    }
}
END_TEST

START_TEST(what_is_no_model_is_told)
{
    void *bundle = NULL;
    size_t length = 0;
    ck_fails(lsc_model_import_bytes("", 0, NULL, &bundle, &length, error), LSC_BAD_MODEL,
             "no model of XGBoost begins so");
    ck_fails(lsc_model_import_bytes("\x28\xb5\x2f\xfd", 4, NULL, &bundle, &length, error),
             LSC_BAD_MODEL, "no model of XGBoost begins so");
    ck_fails(lsc_model_import_bytes("{}", 2, NULL, &bundle, &length, error), LSC_UNSUPPORTED,
             "the booster is \"\"");
    ck_fails(lsc_model_import_bytes(NULL, 0, NULL, &bundle, &length, error), LSC_INVALID_ARG,
             "bytes is NULL");
    ck_fails(lsc_model_import_bytes("{}", 2, NULL, NULL, &length, error), LSC_INVALID_ARG,
             "bundle or bundle_length is NULL");
    ck_fails(lsc_model_import_bytes("{}", 2, NULL, &bundle, NULL, error), LSC_INVALID_ARG,
             "bundle or bundle_length is NULL");
    ck_fails(lsc_model_import_file(NULL, NULL, &bundle, &length, error), LSC_INVALID_ARG,
             "path is NULL");
    ck_fails(lsc_model_import_file("m.json", NULL, NULL, &length, error), LSC_INVALID_ARG,
             "bundle or bundle_length is NULL");
    lsc_import import = LSC_IMPORT_INIT;
    import.size = LSC_SIZE_UP_TO(lsc_import, created) - 1;
    ck_fails(lsc_model_import_bytes("{}", 2, &import, &bundle, &length, error), LSC_INVALID_ARG,
             "lsc_import");
    ck_fails(lsc_model_import_file("m.json", &import, &bundle, &length, error), LSC_INVALID_ARG,
             "lsc_import");
}
END_TEST

START_TEST(a_file_gives_the_bundle_that_its_bytes_do)
{
    char path[4096];
    void *of_bytes = NULL;
    void *of_file = NULL;
    size_t length = 0;
    size_t file_length = 0;
    lsc_buffer text;
    text_model model = rich();
    lsc_buffer_init(&text, fixture_allocator());
    text_of_model(&model, &text);
    snprintf(path, sizeof path, "%s/model.json", lsc_test_folder());
    ck_ok(lsc_bundle_write(path, text.data, text.length, error));
    ck_ok(lsc_model_import_bytes(text.data, text.length, NULL, &of_bytes, &length, error));
    ck_ok(lsc_model_import_file(path, NULL, &of_file, &file_length, error));
    ck_assert_uint_eq(length, file_length);
    ck_assert_mem_eq(of_bytes, of_file, length);
    lsc_bundle_free(of_bytes);
    lsc_bundle_free(of_file);
    ck_fails(lsc_model_import_file("no/model.json", NULL, &of_file, &length, error), LSC_NOT_FOUND,
             "no/model.json: cannot open it");
    ck_ok(lsc_bundle_write(path, text.data, text.length - 1, error));
    ck_fails(lsc_model_import_file(path, NULL, &of_file, &length, error), LSC_BAD_MODEL,
             "model.json: JSON at byte");
    if (access("/proc/self/mem", R_OK) == 0) { /* opens, and cannot be read at 0 */
        ck_fails(lsc_model_import_file("/proc/self/mem", NULL, &of_file, &length, error), LSC_IO,
                 "/proc/self/mem: cannot read it");
    }
    lsc_buffer_free(&text);
}
END_TEST

START_TEST(running_out_of_memory_leaks_nothing)
{
    lsc_buffer text;
    text_model model = rich();
    lsc_buffer_init(&text, fixture_allocator());
    text_of_model(&model, &text);
    lsc_status status = LSC_NO_MEMORY;
    size_t n_failures = 0;
    for (size_t fail_at = 1; status != LSC_OK; fail_at++, n_failures++) {
        lsc_test_heap heap = {.fail_at = fail_at};
        lsc_import import = LSC_IMPORT_INIT;
        void *bundle = NULL;
        size_t length = 0;
        import.allocator = lsc_test_allocator(&heap);
        status = lsc_model_import_bytes(text.data, text.length, &import, &bundle, &length, NULL);
        ck_assert(status == LSC_OK || (status == LSC_NO_MEMORY && bundle == NULL));
        ck_assert_uint_eq(heap.live, 0);
        lsc_bundle_free(bundle);
    }
    ck_assert_uint_gt(n_failures, 40);
    lsc_buffer_free(&text);
}
END_TEST

LSC_SUITE("score/import", TEST(an_imported_model_scores_and_says_that_it_is_not_calibrated),
          TEST(json_and_ubjson_give_the_same_bundle),
          TEST(the_spec_is_made_of_names_types_and_categories),
          TEST(a_model_without_names_has_those_of_xgboost),
          TEST(categories_without_names_are_numbers),
          TEST(categories_that_cannot_be_told_need_a_spec),
          TEST(a_spec_must_have_the_columns_of_the_model),
          TEST(the_manifest_says_where_the_model_comes_from), TEST(attributes_stay_behind),
          TEST(a_base_score_is_written_as_xgboost_does), TEST(what_is_no_model_is_told),
          TEST(a_file_gives_the_bundle_that_its_bytes_do),
          TEST(running_out_of_memory_leaks_nothing))
