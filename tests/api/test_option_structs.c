#include "api_support.h"

/* Structs that begin with their size, from clients of other releases: shorter ones are what an older
   header gave, longer ones a newer. None is older than 0.1, so shorter means refused today; what is
   shorter than our own but no shorter than 0.1 is tested where it is read (core/options). */

static lsc_model *scorecard_model(void)
{
    test_bundle bundles[MAX_BUNDLES];
    make_bundles(bundles);
    lsc_model *model = load_bundle(&bundles[0], NULL);
    free_bundles(bundles);
    return model;
}

/** A struct of ours with eight bytes that a later release added. */
#define LATER(type)     \
    struct {            \
        type known;     \
        uint64_t added; \
    }

START_TEST(an_activity_of_a_later_release_is_taken_when_it_asks_nothing_new)
{
    lsc_lead *lead;
    ck_ok(lsc_lead_new(NULL, &lead, error));
    LATER(lsc_activity) later = {LSC_ACTIVITY_INIT, 0};
    later.known.size = sizeof later;
    later.known.id = "1";
    later.known.type = "Email Opened";
    later.known.time_ms = AS_OF;
    ck_ok(lsc_lead_add_activity(lead, &later.known, error));
    later.added = 1;
    later.known.id = "2";
    ck_fails(lsc_lead_add_activity(lead, &later.known, error), LSC_UNSUPPORTED, "lsc_activity");
    ck_assert_uint_eq(lsc_lead_n_activities(lead), 1);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(an_activity_shorter_than_the_first_release_is_refused)
{
    lsc_lead *lead;
    ck_ok(lsc_lead_new(NULL, &lead, error));
    lsc_activity activity = LSC_ACTIVITY_INIT;
    activity.id = "1";
    activity.type = "Email Opened";
    activity.time_ms = AS_OF;
    activity.size = 0;
    ck_fails(lsc_lead_add_activity(lead, &activity, error), LSC_INVALID_ARG, "lsc_activity");
    activity.size = offsetof(lsc_activity, time_ms);
    ck_fails(lsc_lead_add_activity(lead, &activity, error), LSC_INVALID_ARG, "lsc_activity");
    lsc_lead_free(lead);
}
END_TEST

START_TEST(load_options_of_a_later_release_are_taken_when_they_ask_nothing_new)
{
    test_bundle bundles[MAX_BUNDLES];
    make_bundles(bundles);
    lsc_model *model = NULL;
    LATER(lsc_load) later = {LSC_LOAD_INIT, 0};
    later.known.size = sizeof later;
    ck_ok(lsc_model_load_bytes(bundles[0].bytes, bundles[0].length, &later.known, &model, error));
    lsc_model_unref(model);
    later.added = UINT64_C(1) << 63;
    ck_fails(lsc_model_load_bytes(bundles[0].bytes, bundles[0].length, &later.known, &model, error),
             LSC_UNSUPPORTED, "lsc_load");
    ck_assert_ptr_null(model);
    later.known.size = sizeof(size_t);
    ck_fails(lsc_model_load_bytes(bundles[0].bytes, bundles[0].length, &later.known, &model, error),
             LSC_INVALID_ARG, "lsc_load");
    free_bundles(bundles);
}
END_TEST

START_TEST(import_options_follow_the_same_rule)
{
    void *bundle = NULL;
    size_t length = 0;
    LATER(lsc_import) later = {LSC_IMPORT_INIT, 1};
    later.known.size = sizeof later;
    ck_fails(lsc_model_import_bytes("{}", 2, &later.known, &bundle, &length, error),
             LSC_UNSUPPORTED, "lsc_import");
    later.added = 0;
    ck_fails(lsc_model_import_bytes("{}", 2, &later.known, &bundle, &length, error),
             LSC_UNSUPPORTED, "the booster is");
    later.known.size = 0;
    ck_fails(lsc_model_import_bytes("{}", 2, &later.known, &bundle, &length, error),
             LSC_INVALID_ARG, "lsc_import");
    ck_assert_ptr_null(bundle);
}
END_TEST

START_TEST(source_options_follow_the_same_rule)
{
    lsc_source *source = NULL;
    LATER(lsc_files) files = {LSC_FILES_INIT, 1};
    files.known.size = sizeof files;
    files.known.leads = "leads.ndjson";
    ck_fails(lsc_source_open_files(&files.known, &source, error), LSC_UNSUPPORTED, "lsc_files");
    files.known.size = 0;
    ck_fails(lsc_source_open_files(&files.known, &source, error), LSC_INVALID_ARG, "lsc_files");
    LATER(lsc_csv) csv = {LSC_CSV_INIT, 1};
    csv.known.size = sizeof csv;
    csv.known.path = "rows.csv";
    ck_fails(lsc_source_open_csv(&csv.known, &source, error), LSC_UNSUPPORTED, "lsc_csv");
    csv.known.size = 0;
    ck_fails(lsc_source_open_csv(&csv.known, &source, error), LSC_INVALID_ARG, "lsc_csv");
}
END_TEST

START_TEST(a_result_of_a_later_release_is_filled_as_far_as_we_know)
{
    lsc_model *model = scorecard_model();
    lsc_scorer *scorer;
    ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
    lsc_lead *lead = make_lead(3, NULL);
    lsc_result expected = LSC_RESULT_INIT;
    ck_ok(lsc_score_lead(scorer, lead, AS_OF, &expected, error));

    LATER(lsc_result) later = {LSC_RESULT_INIT, 0};
    later.known.size = sizeof later;
    ck_ok(lsc_score_lead(scorer, lead, AS_OF, &later.known, error));
    check_same_result(&later.known, &expected);
    ck_assert_uint_eq(later.known.size, sizeof later);
    ck_assert_uint_eq(later.added, 0);

    lsc_result shorter = LSC_RESULT_INIT;
    shorter.size = offsetof(lsc_result, points);
    ck_fails(lsc_score_lead(scorer, lead, AS_OF, &shorter, error), LSC_INVALID_ARG, "lsc_result");
    ck_assert_int_eq(shorter.score, -1);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
}
END_TEST

START_TEST(facts_of_a_model_follow_the_same_rule)
{
    lsc_model *model = scorecard_model();
    LATER(lsc_model_info) later = {LSC_MODEL_INFO_INIT, 0};
    later.known.size = sizeof later;
    ck_ok(lsc_model_get_info(model, &later.known, error));
    ck_assert_str_eq(later.known.name, "api");
    ck_assert_uint_eq(later.known.size, sizeof later);
    later.known.size = offsetof(lsc_model_info, engine);
    ck_fails(lsc_model_get_info(model, &later.known, error), LSC_INVALID_ARG, "lsc_model_info");
    lsc_model_unref(model);
}
END_TEST

START_TEST(init_functions_set_what_the_macros_do)
{
#define check_init(type, name, MACRO)                            \
    do {                                                         \
        type by_function;                                        \
        memset(&by_function, 0x5a, sizeof by_function);          \
        name(&by_function, sizeof by_function);                  \
        type by_macro = MACRO;                                   \
        ck_assert_uint_eq(by_function.size, sizeof by_function); \
        ck_assert_uint_eq(by_macro.size, sizeof by_macro);       \
    } while (0)
    check_init(lsc_activity, lsc_activity_init, LSC_ACTIVITY_INIT);
    check_init(lsc_arrow_options, lsc_arrow_options_init, LSC_ARROW_OPTIONS_INIT);
    check_init(lsc_explanation, lsc_explanation_init, LSC_EXPLANATION_INIT);
    check_init(lsc_files, lsc_files_init, LSC_FILES_INIT);
    check_init(lsc_csv, lsc_csv_init, LSC_CSV_INIT);
    check_init(lsc_events, lsc_events_init, LSC_EVENTS_INIT);
    check_init(lsc_import, lsc_import_init, LSC_IMPORT_INIT);
    check_init(lsc_infer, lsc_infer_init, LSC_INFER_INIT);
    check_init(lsc_load, lsc_load_init, LSC_LOAD_INIT);
    check_init(lsc_model_info, lsc_model_info_init, LSC_MODEL_INFO_INIT);
    check_init(lsc_source_calls, lsc_source_calls_init, LSC_SOURCE_CALLS_INIT);
    check_init(lsc_result, lsc_result_init, LSC_RESULT_INIT);
    lsc_activity activity;
    lsc_activity_init(&activity, sizeof activity);
    ck_assert(activity.time_ms == LSC_TIME_NONE && activity.recorded_time_ms == LSC_TIME_NONE);
    ck_assert_ptr_null(activity.id);
    lsc_result result;
    lsc_result_init(&result, sizeof result);
    ck_assert_int_eq(result.score, -1);
}
END_TEST

LSC_SUITE("api/option_structs",
          TEST(an_activity_of_a_later_release_is_taken_when_it_asks_nothing_new),
          TEST(an_activity_shorter_than_the_first_release_is_refused),
          TEST(load_options_of_a_later_release_are_taken_when_they_ask_nothing_new),
          TEST(import_options_follow_the_same_rule), TEST(source_options_follow_the_same_rule),
          TEST(a_result_of_a_later_release_is_filled_as_far_as_we_know),
          TEST(facts_of_a_model_follow_the_same_rule), TEST(init_functions_set_what_the_macros_do))
