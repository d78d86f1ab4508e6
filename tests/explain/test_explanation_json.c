#include "model_support.h"

#include "core/json.h"
#include "core/random.h"

static const float sizes[LEAD_COLUMNS] = {1, 0.5f, 0.25f, 0.125f, 1, 2, 0.75f};

static lsc_json *parse(const char *json, size_t length)
{
    const lsc_json_limits limits = {LSC_MAX_EXPLANATION_JSON, 8, 100000};
    lsc_json *root;
    ck_ok(lsc_json_parse(json, length, &limits, &root, error));
    return root;
}

static const char *write_json(lsc_scorer *scorer, const lsc_explanation *explanation,
                              const char *lead_id, int indent)
{
    const char *json;
    size_t length;
    ck_ok(lsc_explanation_json(scorer, explanation, lead_id, indent, &json, &length, error));
    ck_assert_uint_eq(strlen(json), length);
    return json;
}

static void check_number(const lsc_json *object, const char *key, double expected)
{
    const lsc_json *member = lsc_json_member(object, key);
    ck_assert_msg(member != NULL, "no %s", key);
    ck_assert_int_eq(lsc_json_kind(member), LSC_JSON_NUMBER);
    ck_assert_msg(lsc_json_number(member) == expected, "%s is %g", key, lsc_json_number(member));
}

static void check_null(const lsc_json *object, const char *key)
{
    const lsc_json *member = lsc_json_member(object, key);
    ck_assert_msg(member != NULL && lsc_json_kind(member) == LSC_JSON_NULL, "%s is not null", key);
}

static void check_string(const lsc_json *object, const char *key, const char *expected)
{
    const lsc_json *member = lsc_json_member(object, key);
    ck_assert_msg(member != NULL && lsc_json_kind(member) == LSC_JSON_STRING, "no %s", key);
    ck_assert_str_eq(lsc_json_string(member), expected);
}

static void check_result(const lsc_json *root, const lsc_explanation *e)
{
    const lsc_result *result = &e->result;
    const char grade[] = {result->grade, '\0'};
    check_string(root, "lead_id", "L-1");
    check_string(root, "as_of", "2026-04-01T00:00:00Z");
    check_string(root, "status", "scored");
    check_number(root, "score", result->score);
    check_string(root, "grade", grade);
    check_number(root, "probability", result->probability);
    check_number(root, "probability_low", result->probability_low);
    check_number(root, "probability_high", result->probability_high);
    check_number(root, "confidence", result->confidence);
    check_number(root, "base_value", e->base_value);
    ck_assert_ptr_null(lsc_json_member(root, "points"));
    const lsc_json *raw = lsc_json_member(root, "raw");
    ck_assert((float)lsc_json_number(lsc_json_member(raw, "margin")) == result->margin);
    ck_assert((float)lsc_json_number(lsc_json_member(raw, "probability")) ==
              result->raw_probability);
}

static void check_breakdown(const lsc_json *breakdown, const lsc_explanation *e)
{
    ck_assert_uint_eq(lsc_json_count(breakdown), 3);
    check_number(breakdown, "baseline", e->baseline);
    check_number(breakdown, "behavioral", e->breakdown[0].points);
    check_number(breakdown, "demographic", e->breakdown[1].points);
}

static void check_contributions(const lsc_json *contributions, const lsc_explanation *e)
{
    ck_assert_uint_eq(lsc_json_count(contributions), e->n_contributions);
    const lsc_json *item = lsc_json_first(contributions);
    for (size_t i = 0; i < e->n_contributions; i++, item = lsc_json_next(item)) {
        check_string(item, "feature", e->contributions[i].feature);
        check_string(item, "group", e->contributions[i].group);
        check_number(item, "value", e->contributions[i].value);
    }
}

static void check_reason(const lsc_json *item, const lsc_reason *reason)
{
    check_string(item, "code", reason->code);
    check_string(item, "feature", reason->feature);
    check_string(item, "direction", reason->contribution > 0 ? "up" : "down");
    check_string(item, "text", reason->text);
    check_number(item, "contribution", reason->contribution);
    const lsc_json *ids = lsc_json_member(item, "activities");
    ck_assert_uint_eq(lsc_json_count(ids), reason->n_activity_ids);
    const lsc_json *id = lsc_json_first(ids);
    for (size_t k = 0; k < reason->n_activity_ids; k++, id = lsc_json_next(id)) {
        ck_assert_str_eq(lsc_json_string(id), reason->activity_ids[k]);
    }
}

static void check_reasons(const lsc_json *reasons, const lsc_explanation *e)
{
    ck_assert_uint_gt(e->n_reasons, 0);
    ck_assert_uint_eq(lsc_json_count(reasons), e->n_reasons);
    const lsc_json *item = lsc_json_first(reasons);
    for (size_t i = 0; i < e->n_reasons; i++, item = lsc_json_next(item)) {
        check_reason(item, &e->reasons[i]);
    }
}

static void check_receipt(const lsc_json *receipt, const lsc_explanation *e)
{
    check_string(receipt, "model_sha256", e->receipt.model_sha256);
    check_string(receipt, "spec_sha256", e->receipt.spec_sha256);
    check_string(receipt, "input_sha256", e->receipt.input_sha256);
    check_string(receipt, "result_sha256", e->receipt.result_sha256);
    check_string(receipt, "as_of", "2026-04-01T00:00:00Z");
    check_string(receipt, "library_version", lsc_version());
}

START_TEST(every_field_reads_back)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, -0.1f));
    lsc_lead *lead = some_lead();
    lsc_explanation e = LSC_EXPLANATION_INIT;
    ck_ok(lsc_explain_lead(scorer, lead, AS_OF, &e, error));
    const char *json = write_json(scorer, &e, "L-1", 2);
    lsc_json *root = parse(json, strlen(json));
    check_result(root, &e);
    check_breakdown(lsc_json_member(root, "breakdown"), &e);
    check_contributions(lsc_json_member(root, "contributions"), &e);
    check_reasons(lsc_json_member(root, "reasons"), &e);
    check_string(lsc_json_member(root, "model"), "name", "stumps");
    check_string(lsc_json_member(root, "model"), "version", "7");
    check_receipt(lsc_json_member(root, "receipt"), &e);
    lsc_json_free(root);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(an_unscored_lead_has_nulls_and_empty_lists)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_lead *lead;
    ck_ok(lsc_lead_new(NULL, &lead, error));
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    ck_ok(lsc_explain_lead(scorer, lead, AS_OF, &explanation, error));
    const char *json = write_json(scorer, &explanation, NULL, 0);
    lsc_json *root = parse(json, strlen(json));
    ck_assert_ptr_null(lsc_json_member(root, "lead_id"));
    check_string(root, "status", "insufficient_data");
    const char *const nulls[] = {
        "score",      "grade",     "probability", "probability_low", "probability_high",
        "confidence", "breakdown", "base_value"};
    for (size_t i = 0; i < sizeof nulls / sizeof nulls[0]; i++) {
        check_null(root, nulls[i]);
    }
    check_null(lsc_json_member(root, "raw"), "margin");
    check_null(lsc_json_member(root, "raw"), "probability");
    ck_assert_uint_eq(lsc_json_count(lsc_json_member(root, "contributions")), 0);
    ck_assert_uint_eq(lsc_json_count(lsc_json_member(root, "reasons")), 0);
    ck_assert_ptr_nonnull(lsc_json_member(root, "receipt"));
    lsc_json_free(root);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(a_vector_has_no_time)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    const float columns[LEAD_COLUMNS] = {1};
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    ck_ok(lsc_explain_vector(scorer, columns, LEAD_COLUMNS, &explanation, error));
    const char *json = write_json(scorer, &explanation, NULL, 0);
    lsc_json *root = parse(json, strlen(json));
    check_null(root, "as_of");
    check_null(lsc_json_member(root, "receipt"), "as_of");
    lsc_json_free(root);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(a_scorecard_has_points_and_no_margin)
{
    static const char card[] = "{\"format\": 1, \"base\": 10, \"cap\": 100, \"rules\": ["
                               "{\"feature\": \"opens\", \"points\": 2.5, \"per\": \"unit\"}]}";
    void *bundle;
    size_t length;
    lsc_model *model;
    ck_ok(lsc_scorecard_build("card", LEAD_SPEC, strlen(LEAD_SPEC), card, strlen(card), &bundle,
                              &length, error));
    ck_ok(lsc_model_load_bytes(bundle, length, NULL, &model, error));
    lsc_bundle_free(bundle);
    lsc_scorer *scorer = scorer_of(model);
    lsc_lead *lead = some_lead();
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    ck_ok(lsc_explain_lead(scorer, lead, AS_OF, &explanation, error));
    const char *json = write_json(scorer, &explanation, "L-1", 0);
    lsc_json *root = parse(json, strlen(json));
    check_number(root, "points", 22.5);
    check_number(root, "base_value", 10);
    check_null(root, "probability");
    check_null(lsc_json_member(root, "raw"), "margin");
    lsc_json_free(root);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(floats_and_doubles_read_back_to_the_same_bits)
{
    lsc_random random;
    lsc_random_seed(&random, 8);
    for (int round = 0; round < 200; round++) {
        float random_sizes[6];
        for (size_t i = 0; i < 6; i++) {
            random_sizes[i] = (float)lsc_random_uniform(&random);
        }
        lsc_scorer *scorer = scorer_of(number_model(6, 2, random_sizes, 0.1f));
        const float columns[6] = {1, 0, 1, 0, 1, NAN};
        lsc_explanation e = LSC_EXPLANATION_INIT;
        ck_ok(lsc_explain_vector(scorer, columns, 6, &e, error));
        const char *json = write_json(scorer, &e, NULL, round % 3);
        lsc_json *root = parse(json, strlen(json));
        const lsc_json *raw = lsc_json_member(root, "raw");
        ck_assert((float)lsc_json_number(lsc_json_member(raw, "margin")) == e.result.margin);
        check_number(root, "probability", e.result.probability);
        const lsc_json *item = lsc_json_first(lsc_json_member(root, "contributions"));
        for (size_t i = 0; i < 6; i++, item = lsc_json_next(item)) {
            check_number(item, "value", e.contributions[i].value);
        }
        lsc_json_free(root);
        lsc_scorer_free(scorer);
    }
}
END_TEST

START_TEST(indent_0_is_one_line_and_more_is_many)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    const float columns[LEAD_COLUMNS] = {1};
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    ck_ok(lsc_explain_vector(scorer, columns, LEAD_COLUMNS, &explanation, error));
    ck_assert_ptr_null(strchr(write_json(scorer, &explanation, "x", 0), '\n'));
    ck_assert_ptr_nonnull(
        strstr(write_json(scorer, &explanation, "x", 16), "\n                \""));
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(bad_arguments_leave_the_text_alone)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    const char *json = "before";
    size_t length = 6;
    ck_fails(lsc_explanation_json(NULL, &explanation, NULL, 0, &json, &length, error),
             LSC_INVALID_ARG, "NULL");
    ck_fails(lsc_explanation_json(scorer, NULL, NULL, 0, &json, &length, error), LSC_INVALID_ARG,
             "explanation is NULL");
    ck_fails(lsc_explanation_json(scorer, &explanation, NULL, 0, NULL, &length, error),
             LSC_INVALID_ARG, "NULL");
    ck_fails(lsc_explanation_json(scorer, &explanation, NULL, 0, &json, NULL, error),
             LSC_INVALID_ARG, "NULL");
    ck_fails(lsc_explanation_json(scorer, &explanation, NULL, -1, &json, &length, error),
             LSC_INVALID_ARG, "indent is -1, must be 0 to 16");
    ck_fails(lsc_explanation_json(scorer, &explanation, NULL, 17, &json, &length, error),
             LSC_INVALID_ARG, "indent is 17");
    ck_fails(lsc_explanation_json(scorer, &explanation, "a\xff", 0, &json, &length, error),
             LSC_INVALID_ARG, "lead_id is not UTF-8 at byte 1");
    explanation.size = 8;
    ck_fails(lsc_explanation_json(scorer, &explanation, NULL, 0, &json, &length, error),
             LSC_INVALID_ARG, "lsc_explanation");
    ck_assert_str_eq(json, "before");
    ck_assert_uint_eq(length, 6);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(texts_are_escaped)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_lead *lead = some_lead();
    ck_ok(lsc_lead_set_text(lead, "company.industry", "\"\\\n\x01 \xc3\xbc", error));
    add_activity(lead, "o\"9\n", "Email Opened", AS_OF);
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    ck_ok(lsc_explain_lead(scorer, lead, AS_OF, &explanation, error));
    const char *json = write_json(scorer, &explanation, "\"L\t\"", 0);
    lsc_json *root = parse(json, strlen(json));
    check_string(root, "lead_id", "\"L\t\"");
    ck_assert_ptr_nonnull(strstr(json, "\"o\\\"9\\n\""));
    lsc_json_free(root);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(memory_that_runs_out_is_told_and_can_be_tried_again)
{
    lsc_test_heap heap = {0};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    lsc_scorer *scorer;
    lsc_model *model = stump_model(LEAD_SPEC, sizes, 0);
    ck_ok(lsc_scorer_new(model, &allocator, &scorer, error));
    lsc_model_unref(model);
    const float columns[LEAD_COLUMNS] = {1};
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    ck_ok(lsc_explain_vector(scorer, columns, LEAD_COLUMNS, &explanation, error));
    const char *json = NULL;
    size_t length = 0;
    heap.fail_at = heap.calls + 1;
    ck_fails(lsc_explanation_json(scorer, &explanation, NULL, 0, &json, &length, error),
             LSC_NO_MEMORY, "");
    ck_assert_ptr_null(json);
    heap.fail_at = 0;
    ck_ok(lsc_explanation_json(scorer, &explanation, NULL, 0, &json, &length, error));
    ck_assert_uint_eq(strlen(json), length);
    lsc_scorer_free(scorer);
    ck_assert_uint_eq(heap.live, 0);
}
END_TEST

LSC_SUITE("explain/explanation_json", TEST(every_field_reads_back),
          TEST(an_unscored_lead_has_nulls_and_empty_lists), TEST(a_vector_has_no_time),
          TEST(a_scorecard_has_points_and_no_margin),
          TEST(floats_and_doubles_read_back_to_the_same_bits),
          TEST(indent_0_is_one_line_and_more_is_many), TEST(bad_arguments_leave_the_text_alone),
          TEST(texts_are_escaped), TEST(memory_that_runs_out_is_told_and_can_be_tried_again))
