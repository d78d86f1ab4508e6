#include "model_support.h"

static const float sizes[LEAD_COLUMNS] = {1, 0.5f, 0.25f, 0.125f, 1, 2, 0.75f};

static lsc_receipt receipt_of(lsc_scorer *scorer, lsc_lead *lead, int64_t as_of_ms)
{
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    ck_ok(lsc_explain_lead(scorer, lead, as_of_ms, &explanation, error));
    return explanation.receipt;
}

static void check_input_differs(lsc_scorer *scorer, lsc_lead *lead, const lsc_receipt *before)
{
    lsc_receipt after = receipt_of(scorer, lead, before->as_of_ms);
    ck_assert_str_ne(after.input_sha256, before->input_sha256);
}

static void check_input_same(lsc_scorer *scorer, lsc_lead *lead, const lsc_receipt *before)
{
    lsc_receipt after = receipt_of(scorer, lead, before->as_of_ms);
    ck_assert_str_eq(after.input_sha256, before->input_sha256);
    ck_assert_str_eq(after.result_sha256, before->result_sha256);
}

START_TEST(a_receipt_names_model_spec_time_and_version)
{
    lsc_model *model = stump_model(LEAD_SPEC, sizes, 0);
    lsc_scorer *scorer = scorer_of(model);
    lsc_lead *lead = some_lead();
    lsc_receipt receipt = receipt_of(scorer, lead, AS_OF);
    ck_assert_str_eq(receipt.model_sha256, model->hash_text);
    ck_assert_str_eq(receipt.spec_sha256, model->spec_hash_text);
    ck_assert_uint_eq(strlen(receipt.input_sha256), 64);
    ck_assert_uint_eq(strlen(receipt.result_sha256), 64);
    ck_assert_int_eq(receipt.as_of_ms, AS_OF);
    ck_assert_str_eq(receipt.library_version, lsc_version());
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(the_same_lead_has_the_same_receipt)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_lead *lead = some_lead();
    lsc_receipt first = receipt_of(scorer, lead, AS_OF);
    check_input_same(scorer, lead, &first);
    lsc_lead *again = some_lead();
    check_input_same(scorer, again, &first);
    lsc_lead_free(again);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(whatever_is_visible_changes_the_input)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_lead *lead = some_lead();
    lsc_receipt before = receipt_of(scorer, lead, AS_OF);
    ck_ok(lsc_lead_set_number(lead, "company.employee_count", 251, error));
    check_input_differs(scorer, lead, &before);
    ck_ok(lsc_lead_set_number(lead, "company.employee_count", 250, error));
    check_input_same(scorer, lead, &before);

    ck_ok(lsc_lead_set_text(lead, "not_in_the_spec", "x", error));
    check_input_differs(scorer, lead, &before);
    ck_ok(lsc_lead_set_text(lead, "not_in_the_spec", NULL, error));
    check_input_same(scorer, lead, &before);

    ck_ok(lsc_lead_set_id(lead, "L-2", error));
    check_input_differs(scorer, lead, &before);
    ck_ok(lsc_lead_set_id(lead, "L-1", error));
    check_input_same(scorer, lead, &before);

    add_activity(lead, "new", "Page Viewed", AS_OF);
    check_input_differs(scorer, lead, &before);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

/** The receipt of a lead that did one thing. */
static lsc_receipt receipt_with(lsc_scorer *scorer, lsc_activity activity)
{
    lsc_lead *lead;
    ck_ok(lsc_lead_new(NULL, &lead, error));
    ck_ok(lsc_lead_add_activity(lead, &activity, error));
    lsc_receipt receipt = receipt_of(scorer, lead, AS_OF);
    lsc_lead_free(lead);
    return receipt;
}

START_TEST(every_member_of_an_activity_changes_the_input)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_property property = {.name = "path", .type = LSC_VALUE_TEXT, .text = "/pricing"};
    lsc_property other = {.name = "path", .type = LSC_VALUE_TEXT, .text = "/about"};
    lsc_activity base = LSC_ACTIVITY_INIT;
    base.id = "1";
    base.type = "Page Viewed";
    base.source = "web";
    base.time_ms = AS_OF - DAY;
    base.properties = &property;
    base.n_properties = 1;

    lsc_activity changed[7];
    for (size_t i = 0; i < 7; i++) {
        changed[i] = base;
    }
    changed[0].id = "2";
    changed[1].type = "Page Left";
    changed[2].source = "app";
    changed[3].time_ms--;
    changed[4].recorded_time_ms = AS_OF;
    changed[5].bot = true;
    changed[6].properties = &other;

    lsc_receipt before = receipt_with(scorer, base);
    for (size_t i = 0; i < 7; i++) {
        lsc_receipt after = receipt_with(scorer, changed[i]);
        ck_assert_msg(strcmp(before.input_sha256, after.input_sha256) != 0, "change %zu", i);
    }
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(what_is_not_visible_changes_nothing)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_lead *lead = some_lead();
    lsc_receipt before = receipt_of(scorer, lead, AS_OF);
    add_activity(lead, "future", "Email Opened", AS_OF + 1);
    check_input_same(scorer, lead, &before);
    lsc_activity late = LSC_ACTIVITY_INIT;
    late.id = "late";
    late.type = "Email Opened";
    late.time_ms = AS_OF - DAY;
    late.recorded_time_ms = AS_OF + 1;
    ck_ok(lsc_lead_add_activity(lead, &late, error));
    check_input_same(scorer, lead, &before);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(the_as_of_time_is_part_of_the_input)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_lead *lead = some_lead();
    lsc_receipt before = receipt_of(scorer, lead, AS_OF);
    /* The same activities are visible a millisecond earlier. */
    lsc_receipt earlier = receipt_of(scorer, lead, AS_OF - 1);
    ck_assert_str_ne(before.input_sha256, earlier.input_sha256);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(json_and_typed_calls_give_the_same_receipt)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_lead *lead = some_lead();
    lsc_receipt typed = receipt_of(scorer, lead, AS_OF);
    static const char json[] =
        "{\"id\": \"L-1\", \"company\": {\"employee_count\": 250, \"industry\": \"software\"},"
        " \"email\": \"ada@example.com\"}";
    static const char activities[] =
        "[{\"id\": \"d0\", \"type\": \"Demo Requested\", \"time\": \"2026-03-30T00:00:00Z\"},"
        "{\"id\": \"o4\", \"type\": \"Email Opened\", \"time\": \"2026-03-26T00:00:00Z\"},"
        "{\"id\": \"o0\", \"type\": \"Email Opened\", \"time\": \"2026-03-22T00:00:00Z\"},"
        "{\"id\": \"o1\", \"type\": \"Email Opened\", \"time\": \"2026-03-23T00:00:00Z\"},"
        "{\"id\": \"o2\", \"type\": \"Email Opened\", \"time\": \"2026-03-24T00:00:00Z\"},"
        "{\"id\": \"o2\", \"type\": \"Email Opened\", \"time\": \"2026-03-24T00:00:00Z\"},"
        "{\"id\": \"o3\", \"type\": \"Email Opened\", \"time\": \"2026-03-25T00:00:00Z\"}]";
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    ck_ok(lsc_explain_json(scorer, json, strlen(json), activities, strlen(activities), AS_OF,
                           &explanation, error));
    ck_assert_str_eq(explanation.receipt.input_sha256, typed.input_sha256);
    ck_assert_str_eq(explanation.receipt.result_sha256, typed.result_sha256);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(a_vector_has_a_receipt_of_its_bits)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    float columns[LEAD_COLUMNS] = {1, 2, 3, 4, 5, 6, NAN};
    lsc_explanation first = LSC_EXPLANATION_INIT;
    lsc_explanation second = LSC_EXPLANATION_INIT;
    ck_ok(lsc_explain_vector(scorer, columns, LEAD_COLUMNS, &first, error));
    ck_assert(first.receipt.as_of_ms == LSC_TIME_NONE);
    ck_ok(lsc_explain_vector(scorer, columns, LEAD_COLUMNS, &second, error));
    ck_assert_str_eq(first.receipt.input_sha256, second.receipt.input_sha256);
    columns[5] = nextafterf(6, 7);
    ck_ok(lsc_explain_vector(scorer, columns, LEAD_COLUMNS, &second, error));
    ck_assert_str_ne(first.receipt.input_sha256, second.receipt.input_sha256);
    /* No tree tells the two apart. */
    ck_assert_str_eq(first.receipt.result_sha256, second.receipt.result_sha256);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(every_bit_of_the_result_counts)
{
    lsc_lead *lead = some_lead();
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_receipt before = receipt_of(scorer, lead, AS_OF);
    lsc_scorer_free(scorer);
    for (size_t i = 0; i <= LEAD_COLUMNS; i++) {
        float changed[LEAD_COLUMNS];
        memcpy(changed, sizes, sizeof changed);
        float base_margin = 0;
        if (i < LEAD_COLUMNS) {
            changed[i] += 0x1p-20f; /* contributions are multiples of 2^-25 here */
        } else {
            base_margin = 1e-7f;
        }
        scorer = scorer_of(stump_model(LEAD_SPEC, changed, base_margin));
        lsc_receipt after = receipt_of(scorer, lead, AS_OF);
        ck_assert_str_eq(after.input_sha256, before.input_sha256);
        ck_assert_str_ne(after.result_sha256, before.result_sha256);
        lsc_scorer_free(scorer);
    }
    lsc_lead_free(lead);
}
END_TEST

START_TEST(a_scorer_may_do_without_receipts)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_lead *lead = some_lead();
    lsc_receipt before = receipt_of(scorer, lead, AS_OF);
    lsc_scorer_set_receipts(scorer, false);
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    ck_ok(lsc_explain_lead(scorer, lead, AS_OF, &explanation, error));
    ck_assert_str_eq(explanation.receipt.model_sha256, "");
    ck_assert_str_eq(explanation.receipt.spec_sha256, "");
    ck_assert_str_eq(explanation.receipt.input_sha256, "");
    ck_assert_str_eq(explanation.receipt.result_sha256, "");
    ck_assert_int_eq(explanation.receipt.as_of_ms, AS_OF);
    ck_assert_uint_gt(explanation.n_reasons, 0);
    const char *json;
    size_t length;
    ck_ok(lsc_explanation_json(scorer, &explanation, NULL, 0, &json, &length, error));
    ck_assert_ptr_nonnull(strstr(json, "\"receipt\":null"));
    ck_assert_ptr_nonnull(strstr(json, "\"as_of\":\"2026-04-01T00:00:00Z\""));
    ck_fails(lsc_replay_lead(scorer, lead, json, length, error), LSC_BAD_JSON, "receipt");

    lsc_scorer_set_receipts(scorer, true);
    check_input_same(scorer, lead, &before);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(a_replay_has_its_receipt_all_the_same)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_lead *lead = some_lead();
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    const char *json;
    size_t length;
    ck_ok(lsc_explain_lead(scorer, lead, AS_OF, &explanation, error));
    ck_ok(lsc_explanation_json(scorer, &explanation, NULL, 0, &json, &length, error));
    char *held = malloc(length);
    memcpy(held, json, length);
    lsc_scorer_set_receipts(scorer, false);
    ck_ok(lsc_replay_lead(scorer, lead, held, length, error));
    ck_ok(lsc_explain_lead(scorer, lead, AS_OF, &explanation, error));
    ck_assert_str_eq(explanation.receipt.input_sha256, "");
    free(held);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

LSC_SUITE("explain/receipt", TEST(a_receipt_names_model_spec_time_and_version),
          TEST(the_same_lead_has_the_same_receipt), TEST(whatever_is_visible_changes_the_input),
          TEST(every_member_of_an_activity_changes_the_input),
          TEST(what_is_not_visible_changes_nothing), TEST(the_as_of_time_is_part_of_the_input),
          TEST(json_and_typed_calls_give_the_same_receipt),
          TEST(a_vector_has_a_receipt_of_its_bits), TEST(every_bit_of_the_result_counts),
          TEST(a_scorer_may_do_without_receipts), TEST(a_replay_has_its_receipt_all_the_same))
