#include "model_support.h"

#define HASH_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const float sizes[LEAD_COLUMNS] = {1, 0.5f, 0.25f, 0.125f, 1, 2, 0.75f};

typedef struct fixture {
    lsc_model *model;
    lsc_scorer *scorer;
    lsc_lead *lead;
    char *json; /**< the explanation of `lead` */
} fixture;

static char *explain_to_text(lsc_scorer *scorer, lsc_lead *lead, int64_t as_of_ms)
{
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    const char *json;
    size_t length;
    ck_ok(lsc_explain_lead(scorer, lead, as_of_ms, &explanation, error));
    ck_ok(lsc_explanation_json(scorer, &explanation, "L-1", 0, &json, &length, error));
    char *copy = malloc(length + 1);
    memcpy(copy, json, length + 1);
    return copy;
}

static fixture setup(void)
{
    fixture made = {.model = stump_model(LEAD_SPEC, sizes, 0), .lead = some_lead()};
    made.scorer = scorer_of(made.model);
    made.json = explain_to_text(made.scorer, made.lead, AS_OF);
    return made;
}

static void teardown(fixture *made)
{
    free(made->json);
    lsc_lead_free(made->lead);
    lsc_scorer_free(made->scorer);
}

/** Change the first hex digit of a hash in the explanation's text. */
static void spoil(char *json, const char *key)
{
    char *digit = strstr(json, key) + strlen(key) + strlen("\":\"");
    digit += *digit == '"';
    *digit = *digit == '0' ? '1' : '0';
}

START_TEST(an_explanation_replays)
{
    fixture made = setup();
    ck_ok(lsc_replay_lead(made.scorer, made.lead, made.json, strlen(made.json), error));
    teardown(&made);
}
END_TEST

START_TEST(a_receipt_alone_replays)
{
    fixture made = setup();
    char *receipt = strstr(made.json, "\"receipt\"");
    receipt = strchr(receipt, '{');
    ck_ok(lsc_replay_lead(made.scorer, made.lead, receipt, strlen(receipt) - 1, error));
    teardown(&made);
}
END_TEST

START_TEST(replay_goes_by_the_time_of_the_receipt)
{
    fixture made = setup();
    char *earlier = explain_to_text(made.scorer, made.lead, AS_OF - 5 * DAY - 1);
    ck_ok(lsc_replay_lead(made.scorer, made.lead, earlier, strlen(earlier), error));
    ck_ok(lsc_replay_lead(made.scorer, made.lead, made.json, strlen(made.json), error));
    free(earlier);
    teardown(&made);
}
END_TEST

START_TEST(an_unscored_lead_replays)
{
    fixture made = setup();
    lsc_lead_clear(made.lead);
    char *json = explain_to_text(made.scorer, made.lead, AS_OF);
    ck_assert_ptr_nonnull(strstr(json, "insufficient_data"));
    ck_ok(lsc_replay_lead(made.scorer, made.lead, json, strlen(json), error));
    free(json);
    teardown(&made);
}
END_TEST

START_TEST(what_differs_is_named)
{
    const char *const keys[] = {"model_sha256", "spec_sha256", "input_sha256", "result_sha256"};
    const char *const names[] = {
        "not as the receipt says: model;", "not as the receipt says: spec;",
        "not as the receipt says: input;", "not as the receipt says: result;"};
    for (size_t i = 0; i < 4; i++) {
        fixture made = setup();
        spoil(made.json, keys[i]);
        ck_fails(lsc_replay_lead(made.scorer, made.lead, made.json, strlen(made.json), error),
                 LSC_MISMATCH, names[i]);
        teardown(&made);
    }
}
END_TEST

START_TEST(all_that_differs_is_named)
{
    fixture made = setup();
    spoil(made.json, "model_sha256");
    spoil(made.json, "spec_sha256");
    spoil(made.json, "input_sha256");
    spoil(made.json, "result_sha256");
    ck_fails(lsc_replay_lead(made.scorer, made.lead, made.json, strlen(made.json), error),
             LSC_MISMATCH, "model, spec, input, result; model_sha256 is " HASH_A ", not 0");
    teardown(&made);
}
END_TEST

START_TEST(a_changed_lead_differs_in_input_and_result)
{
    fixture made = setup();
    ck_ok(lsc_lead_set_text(made.lead, "company.industry", "retail", error));
    ck_fails(lsc_replay_lead(made.scorer, made.lead, made.json, strlen(made.json), error),
             LSC_MISMATCH, "input, result; input_sha256 is ");
    teardown(&made);
}
END_TEST

START_TEST(a_later_activity_does_not_disturb_a_replay)
{
    fixture made = setup();
    add_activity(made.lead, "new", "Demo Requested", AS_OF + DAY);
    ck_ok(lsc_replay_lead(made.scorer, made.lead, made.json, strlen(made.json), error));
    teardown(&made);
}
END_TEST

START_TEST(another_library_version_is_compared_all_the_same)
{
    fixture made = setup();
    char *version = strstr(made.json, lsc_version());
    version[0] = '9';
    ck_ok(lsc_replay_lead(made.scorer, made.lead, made.json, strlen(made.json), error));
    teardown(&made);
}
END_TEST

static void check_refused(const char *receipt, lsc_status expected, const char *words)
{
    fixture made = setup();
    ck_fails(lsc_replay_lead(made.scorer, made.lead, receipt, strlen(receipt), error), expected,
             words);
    teardown(&made);
}

#define FOUR_HASHES                                                \
    "\"model_sha256\": \"" HASH_A "\", \"spec_sha256\": \"" HASH_A \
    "\", \"input_sha256\": \"" HASH_A "\", \"result_sha256\": \"" HASH_A "\""

START_TEST(what_is_no_receipt_is_refused)
{
    check_refused("", LSC_BAD_JSON, "receipt");
    check_refused("{", LSC_BAD_JSON, "receipt");
    check_refused("[]", LSC_BAD_JSON, "receipt is array, must be an object");
    check_refused("{}", LSC_BAD_JSON, "model_sha256");
    check_refused("{\"receipt\": 3}", LSC_BAD_JSON, "receipt");
    check_refused("{\"receipt\": {}}", LSC_BAD_JSON, "model_sha256");
    check_refused("{\"model_sha256\": 12}", LSC_BAD_JSON, "model_sha256");
    check_refused("{\"model_sha256\": \"12\"}", LSC_BAD_JSON,
                  "receipt.model_sha256 is \"12\", must be 64 hexadecimal digits");
    check_refused("{\"model_sha256\": \"" HASH_A "a\"}", LSC_BAD_JSON, "64 hexadecimal digits");
    check_refused("{" FOUR_HASHES "}", LSC_BAD_JSON, "as_of");
    check_refused("{" FOUR_HASHES ", \"as_of\": \"soon\"}", LSC_BAD_JSON,
                  "receipt.as_of is \"soon\", not a time");
    check_refused("{" FOUR_HASHES ", \"as_of\": 12}", LSC_BAD_JSON, "as_of");
    check_refused("{" FOUR_HASHES ", \"as_of\": null}", LSC_INVALID_ARG, "of a vector");
}
END_TEST

START_TEST(a_receipt_past_the_limits_is_refused)
{
    check_refused("[[[[[[[[[]]]]]]]]]", LSC_LIMIT, "receipt");
    size_t length = LSC_MAX_EXPLANATION_JSON + 1;
    char *spaces = malloc(length + 1);
    memset(spaces, ' ', length);
    spaces[length] = '\0';
    check_refused(spaces, LSC_LIMIT, "receipt");
    spaces[length - 1] = '\0';
    check_refused(spaces, LSC_BAD_JSON, "receipt");
    free(spaces);
}
END_TEST

START_TEST(an_edited_explanation_is_told_though_its_receipt_is_good)
{
    fixture made = setup();
    char *score = strstr(made.json, "\"score\":") + strlen("\"score\":");
    *score = *score == '9' ? '8' : (char)(*score + 1);
    ck_fails(lsc_replay_lead(made.scorer, made.lead, made.json, strlen(made.json), error),
             LSC_MISMATCH, "the receipt is good, but score beside it is");
    teardown(&made);
}
END_TEST

START_TEST(null_is_refused)
{
    fixture made = setup();
    ck_fails(lsc_replay_lead(NULL, made.lead, "{}", 2, error), LSC_INVALID_ARG, "NULL");
    ck_fails(lsc_replay_lead(made.scorer, NULL, "{}", 2, error), LSC_INVALID_ARG, "NULL");
    ck_fails(lsc_replay_lead(made.scorer, made.lead, NULL, 2, error), LSC_INVALID_ARG, "NULL");
    teardown(&made);
}
END_TEST

LSC_SUITE("explain/replay", TEST(an_explanation_replays), TEST(a_receipt_alone_replays),
          TEST(replay_goes_by_the_time_of_the_receipt), TEST(an_unscored_lead_replays),
          TEST(what_differs_is_named), TEST(all_that_differs_is_named),
          TEST(a_changed_lead_differs_in_input_and_result),
          TEST(a_later_activity_does_not_disturb_a_replay),
          TEST(another_library_version_is_compared_all_the_same),
          TEST(what_is_no_receipt_is_refused), TEST(a_receipt_past_the_limits_is_refused),
          TEST(an_edited_explanation_is_told_though_its_receipt_is_good), TEST(null_is_refused))
