#include "api_support.h"

#define N_LEADS 500u
#define N_TIMES 3

static const int64_t times[N_TIMES] = {AS_OF, AS_OF - 100 * DAY, FIRST_DAY + 30 * DAY};

static void check_same_explanation(const lsc_explanation *a, const lsc_explanation *b)
{
    check_same_result(&a->result, &b->result);
    ck_assert_uint_eq(a->n_contributions, b->n_contributions);
    ck_assert_uint_eq(a->n_reasons, b->n_reasons);
    ck_assert_str_eq(a->receipt.result_sha256, b->receipt.result_sha256);
}

/** Typed and JSON, scored and explained, each by a scorer of its own. */
static void check_lead(lsc_scorer *typed, lsc_scorer *json, unsigned number, int64_t as_of_ms)
{
    lsc_lead *lead = make_lead(number, NULL);
    lead_text text;
    write_lead(number, &text);
    size_t lead_length = strlen(text.lead);
    size_t activities_length = strlen(text.activities);

    lsc_result a = LSC_RESULT_INIT;
    lsc_result b = LSC_RESULT_INIT;
    ck_ok(lsc_score_lead(typed, lead, as_of_ms, &a, error));
    ck_ok(lsc_score_json(json, text.lead, lead_length, text.activities, activities_length, as_of_ms,
                         &b, error));
    check_same_result(&a, &b);

    lsc_explanation c = LSC_EXPLANATION_INIT;
    lsc_explanation d = LSC_EXPLANATION_INIT;
    ck_ok(lsc_explain_lead(typed, lead, as_of_ms, &c, error));
    ck_ok(lsc_explain_json(json, text.lead, lead_length, text.activities, activities_length,
                           as_of_ms, &d, error));
    check_same_result(&a, &c.result);
    check_same_explanation(&c, &d);
    ck_assert_str_eq(c.receipt.input_sha256, d.receipt.input_sha256);
    lsc_lead_free(lead);
}

START_TEST(typed_calls_and_json_give_the_same_bits)
{
    test_bundle bundles[MAX_BUNDLES];
    size_t n_bundles = make_bundles(bundles);
    for (size_t i = 0; i < n_bundles; i++) {
        lsc_model *model = load_bundle(&bundles[i], NULL);
        lsc_scorer *typed;
        lsc_scorer *json;
        ck_ok(lsc_scorer_new(model, NULL, &typed, error));
        ck_ok(lsc_scorer_new(model, NULL, &json, error));
        for (unsigned number = 0; number < N_LEADS; number++) {
            check_lead(typed, json, number, times[number % N_TIMES]);
        }
        lsc_scorer_free(typed);
        lsc_scorer_free(json);
        lsc_model_unref(model);
    }
    free_bundles(bundles);
}
END_TEST

START_TEST(a_lead_that_holds_its_activities_is_the_same_lead)
{
    test_bundle bundles[MAX_BUNDLES];
    make_bundles(bundles);
    lsc_model *model = load_bundle(&bundles[0], NULL);
    lsc_scorer *scorer;
    ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
    for (unsigned number = 0; number < 50; number++) {
        lead_text text;
        write_lead(number, &text);
        char whole[sizeof text + 64];
        size_t length = strlen(text.lead) - 1;
        /* {"id": ..., "activities": [{...}, {...}]} */
        snprintf(whole, sizeof whole, "%.*s, \"activities\": [%s", (int)length, text.lead,
                 text.activities);
        for (char *newline = whole; (newline = strchr(newline, '\n')) != NULL;) {
            *newline = newline[1] == '\0' ? ' ' : ',';
        }
        strcat(whole, "]}");

        lsc_explanation apart = LSC_EXPLANATION_INIT;
        ck_ok(lsc_explain_json(scorer, text.lead, strlen(text.lead), text.activities,
                               strlen(text.activities), AS_OF, &apart, error));
        lsc_receipt receipt = apart.receipt;
        lsc_explanation together = LSC_EXPLANATION_INIT;
        ck_ok(lsc_explain_json(scorer, whole, strlen(whole), NULL, 0, AS_OF, &together, error));
        ck_assert_str_eq(together.receipt.input_sha256, receipt.input_sha256);
        ck_assert_str_eq(together.receipt.result_sha256, receipt.result_sha256);
    }
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
    free_bundles(bundles);
}
END_TEST

/** The vectors of many leads, each scored alone, as a lead, and in one batch. */
static void check_vectors(const test_bundle *bundle)
{
    lsc_model *model = load_bundle(bundle, NULL);
    lsc_spec *spec = lsc_model_spec(model);
    size_t n_columns = lsc_spec_n_columns(spec);
    float *rows = malloc(N_LEADS * n_columns * sizeof *rows);
    float *probabilities = malloc(N_LEADS * sizeof *probabilities);
    float *margins = malloc(N_LEADS * sizeof *margins);
    lsc_scorer *scorer;
    ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
    for (unsigned number = 0; number < N_LEADS; number++) {
        lsc_lead *lead = make_lead(number, NULL);
        ck_ok(lsc_spec_extract(spec, lead, AS_OF, rows + number * n_columns, n_columns, error));
        lsc_lead_free(lead);
    }
    ck_ok(lsc_score_batch(scorer, rows, N_LEADS, n_columns, probabilities, margins, error));
    unsigned scored = 0;
    for (unsigned number = 0; number < N_LEADS; number++) {
        lsc_lead *lead = make_lead(number, NULL);
        lsc_result as_lead = LSC_RESULT_INIT;
        lsc_result as_vector = LSC_RESULT_INIT;
        lsc_explanation explained = LSC_EXPLANATION_INIT;
        const float *row = rows + number * n_columns;
        ck_ok(lsc_score_lead(scorer, lead, AS_OF, &as_lead, error));
        ck_ok(lsc_score_vector(scorer, row, n_columns, &as_vector, error));
        ck_ok(lsc_explain_vector(scorer, row, n_columns, &explained, error));
        if (as_lead.status == LSC_SCORED) {
            check_same_result(&as_lead, &as_vector);
            scored++;
        }
        check_same_result(&as_vector, &explained.result);
        float margin = isnan(as_vector.points) ? as_vector.margin : (float)as_vector.points;
        ck_assert(margins[number] == margin);
        float probability = (float)as_vector.probability;
        ck_assert(probabilities[number] == probability ||
                  (isnan(probabilities[number]) && isnan(probability)));
        lsc_lead_free(lead);
    }
    ck_assert_uint_gt(scored, N_LEADS / 2);
    free(rows);
    free(probabilities);
    free(margins);
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
}

START_TEST(a_vector_scores_as_its_lead_alone_and_in_a_batch)
{
    test_bundle bundles[MAX_BUNDLES];
    size_t n_bundles = make_bundles(bundles);
    for (size_t i = 0; i < n_bundles; i++) {
        check_vectors(&bundles[i]);
    }
    free_bundles(bundles);
}
END_TEST

START_TEST(every_receipt_replays)
{
    test_bundle bundles[MAX_BUNDLES];
    size_t n_bundles = make_bundles(bundles);
    for (size_t i = 0; i < n_bundles; i++) {
        lsc_model *model = load_bundle(&bundles[i], NULL);
        lsc_scorer *scorer;
        lsc_scorer *other;
        ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
        ck_ok(lsc_scorer_new(model, NULL, &other, error));
        for (unsigned number = 0; number < 100; number++) {
            lsc_lead *lead = make_lead(number, NULL);
            lsc_explanation explanation = LSC_EXPLANATION_INIT;
            const char *json;
            size_t length;
            ck_ok(lsc_explain_lead(scorer, lead, AS_OF, &explanation, error));
            ck_ok(lsc_explanation_json(scorer, &explanation, "x", 2, &json, &length, error));
            ck_ok(lsc_replay_lead(other, lead, json, length, error));
            ck_ok(lsc_lead_set_text(lead, "source", "changed", error));
            ck_fails(lsc_replay_lead(other, lead, json, length, error), LSC_MISMATCH, "input");
            lsc_lead_free(lead);
        }
        lsc_scorer_free(scorer);
        lsc_scorer_free(other);
        lsc_model_unref(model);
    }
    free_bundles(bundles);
}
END_TEST

LSC_SUITE("api/ways_in", TEST(typed_calls_and_json_give_the_same_bits),
          TEST(a_lead_that_holds_its_activities_is_the_same_lead),
          TEST(a_vector_scores_as_its_lead_alone_and_in_a_batch), TEST(every_receipt_replays))
