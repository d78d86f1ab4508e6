#include "store_tools.h"

/* Models and scores. */

START_TEST(the_bytes_of_a_model_are_held_once)
{
    lsc_store *store = memory_store();
    char acme[65];
    char globex[65];
    const lsc_stored_model *models;
    size_t n;
    add_model(store, ACME, true, acme);
    int64_t bytes = counts_of(store, NULL).bytes;
    add_model(store, GLOBEX, true, globex);
    add_model(store, GLOBEX, true, globex);
    ck_assert_str_eq(acme, globex);
    ck_assert_int_eq(counts_of(store, NULL).models, 2);
    ck_assert_int_eq(counts_of(store, NULL).bytes, bytes);
    ck_ok(lsc_store_list_models(store, GLOBEX, &models, &n, error));
    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(models[0].sha256, globex);
    ck_assert(models[0].active);
    lsc_store_close(store);
}
END_TEST

START_TEST(one_model_of_an_organization_is_active)
{
    lsc_store *store = memory_store();
    char trees[65];
    char points[65];
    const lsc_stored_model *models;
    lsc_model *model;
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    size_t n;
    ck_fails(lsc_store_load_model(store, ACME, NULL, NULL, &model, error), LSC_NOT_FOUND, "active");
    ck_assert_ptr_null(model);
    add_model(store, ACME, true, trees);
    add_model(store, ACME, false, points);
    add_model(store, GLOBEX, true, trees);
    ck_ok(lsc_store_list_models(store, ACME, &models, &n, error));
    ck_assert_uint_eq(n, 2);
    ck_assert(!models[0].active && models[1].active);
    ck_ok(lsc_store_load_model(store, ACME, NULL, NULL, &model, error));
    ck_ok(lsc_model_get_info(model, &info, error));
    ck_assert_str_eq(info.sha256, points);
    lsc_model_unref(model);
    ck_ok(lsc_store_activate_model(store, ACME, trees, true, error));
    ck_ok(lsc_store_load_model(store, ACME, NULL, NULL, &model, error));
    ck_ok(lsc_model_get_info(model, &info, error));
    ck_assert_str_eq(info.sha256, trees);
    lsc_model_unref(model);
    ck_ok(lsc_store_load_model(store, ACME, points, NULL, &model, error));
    lsc_model_unref(model);
    lsc_store_close(store);
}
END_TEST

/* Of a model that was imported nobody knows how good it is: its gate did not pass. */
START_TEST(a_model_whose_gate_failed_is_active_only_by_force)
{
    lsc_store *store = memory_store();
    void *bundle;
    size_t length;
    char sha256[65];
    lsc_model *model;
    ck_ok(lsc_model_import_file(LSC_GOLDEN "/import/3.0.5/early_stopping.ubj", NULL, &bundle,
                                &length, error));
    ck_ok(lsc_store_add_model(store, ACME, bundle, length, NULL, sha256, error));
    ck_fails(lsc_store_activate_model(store, ACME, sha256, false, error), LSC_GATE_FAILED, sha256);
    ck_fails(lsc_store_load_model(store, ACME, NULL, NULL, &model, error), LSC_NOT_FOUND, "active");
    ck_ok(lsc_store_activate_model(store, ACME, sha256, true, error));
    ck_ok(lsc_store_load_model(store, ACME, NULL, NULL, &model, error));
    lsc_model_unref(model);
    lsc_bundle_free(bundle);
    test_bundle scorecard = scorecard_bundle();
    ck_ok(lsc_store_add_model(store, ACME, scorecard.bytes, scorecard.length, NULL, sha256, error));
    ck_ok(lsc_store_activate_model(store, ACME, sha256, false, error));
    free(scorecard.bytes);
    lsc_store_close(store);
}
END_TEST

START_TEST(what_is_no_model_is_refused)
{
    lsc_store *store = memory_store();
    test_bundle bundle = scorecard_bundle();
    lsc_model *model;
    char sha256[65] = "as it was";
    ck_fails(lsc_store_add_model(store, ACME, "nothing", 7, NULL, sha256, error), LSC_BAD_MODEL,
             "");
    ck_fails(lsc_store_add_model(store, "nobody", bundle.bytes, bundle.length, NULL, sha256, error),
             LSC_NOT_FOUND, "nobody");
    ck_assert_str_eq(sha256, "as it was");
    ck_assert_int_eq(counts_of(store, NULL).models, 0);
    add_model(store, GLOBEX, false, sha256);
    ck_fails(lsc_store_activate_model(store, ACME, sha256, true, error), LSC_NOT_FOUND, sha256);
    ck_fails(lsc_store_activate_model(store, ACME, "12", true, error), LSC_INVALID_ARG, "sha256");
    ck_fails(lsc_store_load_model(store, ACME, sha256, NULL, &model, error), LSC_NOT_FOUND, sha256);
    ck_fails(lsc_store_load_model(store, ACME, "12", NULL, &model, error), LSC_INVALID_ARG,
             "sha256");
    free(bundle.bytes);
    lsc_store_close(store);
}
END_TEST

/* A receipt as lsc_replay_lead() reads it. */
static void write_receipt(const lsc_receipt *receipt, char json[600])
{
    char as_of[LSC_TIME_TEXT_SIZE];
    lsc_time_format(receipt->as_of_ms, as_of);
    snprintf(json, 600,
             "{\"model_sha256\": \"%s\", \"spec_sha256\": \"%s\", \"input_sha256\": \"%s\","
             " \"result_sha256\": \"%s\", \"as_of\": \"%s\", \"library_version\": \"%s\"}",
             receipt->model_sha256, receipt->spec_sha256, receipt->input_sha256,
             receipt->result_sha256, as_of, receipt->library_version);
}

static void check_stored(const lsc_stored_score *stored, const lsc_explanation *made)
{
    check_same_result(&stored->result, &made->result);
    ck_assert_int_eq(stored->baseline, made->baseline);
    ck_assert_uint_eq(stored->n_breakdown, made->n_breakdown);
    for (size_t i = 0; i < made->n_breakdown; i++) {
        ck_assert_str_eq(stored->breakdown[i].group, made->breakdown[i].group);
        ck_assert_int_eq(stored->breakdown[i].points, made->breakdown[i].points);
    }
    ck_assert_mem_eq(&stored->receipt, &made->receipt, sizeof made->receipt);
}

START_TEST(a_kept_score_is_the_score_to_the_bit_and_replays)
{
    for (int trees = 0; trees < 2; trees++) {
        lsc_store *store = memory_store();
        lsc_scorer *scorer = make_scorer(trees != 0);
        lsc_lead *back;
        char sha256[65];
        add_model(store, ACME, trees != 0, sha256);
        ck_ok(lsc_lead_new(NULL, &back, error));
        for (unsigned number = 0; number < 30; number++) {
            lsc_lead *lead = make_lead(number, NULL);
            const char *id = lsc_lead_id(lead);
            lsc_explanation kept = LSC_EXPLANATION_INIT;
            lsc_explanation made = LSC_EXPLANATION_INIT;
            const lsc_stored_score *scores;
            size_t n;
            char receipt[600];
            ck_ok(lsc_store_put_lead(store, ACME, lead, error));
            lsc_scorer_set_receipts(scorer, false);
            ck_ok(lsc_store_score_lead(store, ACME, id, scorer, AS_OF, &kept, error));
            ck_assert_str_ne(kept.receipt.input_sha256, "");
            lsc_scorer_set_receipts(scorer, true);
            ck_ok(lsc_explain_lead(scorer, lead, AS_OF, &made, error));
            ck_ok(lsc_store_list_history(store, ACME, id, LSC_TIME_NONE, 0, &scores, &n, error));
            ck_assert_uint_eq(n, 1);
            ck_assert_str_eq(scores[0].lead_id, id);
            check_stored(&scores[0], &made);
            write_receipt(&scores[0].receipt, receipt);
            ck_ok(lsc_store_get_lead(store, ACME, id, back, error));
            ck_ok(lsc_replay_lead(scorer, back, receipt, strlen(receipt), error));
            lsc_lead_free(lead);
        }
        lsc_lead_free(back);
        lsc_scorer_free(scorer);
        lsc_store_close(store);
    }
}
END_TEST

START_TEST(a_score_is_kept_once_a_lead_time_and_model)
{
    lsc_store *store = memory_store();
    lsc_scorer *trees = make_scorer(true);
    lsc_scorer *points = make_scorer(false);
    char sha256[65];
    char other[65];
    const lsc_stored_score *scores;
    size_t n;
    put_lead(store, ACME, 1);
    ck_fails(lsc_store_score_lead(store, ACME, "lead-1", trees, AS_OF, NULL, error), LSC_NOT_FOUND,
             "has no model");
    add_model(store, ACME, true, sha256);
    add_model(store, ACME, false, other);
    for (int i = 0; i < 2; i++) {
        for (int day = 4; day >= 0; day--) {
            int64_t as_of_ms = AS_OF + day * DAY;
            ck_ok(lsc_store_score_lead(store, ACME, "lead-1", trees, as_of_ms, NULL, error));
            ck_ok(lsc_store_score_lead(store, ACME, "lead-1", points, as_of_ms, NULL, error));
        }
    }
    ck_assert_int_eq(counts_of(store, ACME).scores, 10);
    ck_ok(lsc_store_list_scores(store, ACME, NULL, &scores, &n, error));
    ck_assert_uint_eq(n, 1);
    ck_assert(scores[0].receipt.as_of_ms == AS_OF + 4 * DAY);
    ck_assert_str_eq(scores[0].receipt.model_sha256, other);
    /* Two times a page, with both models' scores at each. */
    int64_t before = LSC_TIME_NONE;
    size_t n_seen = 0;
    do {
        ck_ok(lsc_store_list_history(store, ACME, "lead-1", before, 2, &scores, &n, error));
        for (size_t i = 0; i < n; i++) {
            ck_assert(scores[i].receipt.as_of_ms == AS_OF + (4 - (int)(n_seen / 2)) * DAY);
            ck_assert_str_eq(scores[i].receipt.model_sha256, n_seen % 2 == 0 ? other : sha256);
            n_seen++;
        }
        before = n == 0 ? before : scores[n - 1].receipt.as_of_ms;
    } while (n >= 2);
    ck_assert_uint_eq(n_seen, 10);
    ck_fails(lsc_store_score_lead(store, ACME, "nobody", trees, AS_OF, NULL, error), LSC_NOT_FOUND,
             "nobody");
    ck_fails(lsc_store_score_lead(store, ACME, "lead-1", trees, LSC_TIME_NONE, NULL, error),
             LSC_INVALID_ARG, "as_of_ms");
    ck_ok(lsc_store_check(store, error));
    lsc_scorer_free(trees);
    lsc_scorer_free(points);
    lsc_store_close(store);
}
END_TEST

static bool comes_before(const lsc_stored_score *a, const lsc_stored_score *b)
{
    return a->result.score != b->result.score ? a->result.score > b->result.score
                                              : strcmp(a->lead_id, b->lead_id) < 0;
}

static size_t count_pages(lsc_store *store, lsc_score_query query, size_t limit)
{
    size_t n_seen = 0;
    size_t n;
    char last[64];
    query.limit = limit;
    do {
        const lsc_stored_score *scores;
        ck_ok(lsc_store_list_scores(store, ACME, &query, &scores, &n, error));
        for (size_t i = 0; i < n; i++) {
            lsc_stored_score before = {.lead_id = last, .result.score = query.after_score};
            ck_assert((n_seen == 0 && i == 0) ||
                      comes_before(i == 0 ? &before : &scores[i - 1], &scores[i]));
            int least = query.min_score;
            int most = query.max_score == 0 ? 100 : query.max_score;
            ck_assert(scores[i].result.score >= least && scores[i].result.score <= most);
        }
        n_seen += n;
        if (n > 0) {
            snprintf(last, sizeof last, "%s", scores[n - 1].lead_id);
            query.after_id = last;
            query.after_score = scores[n - 1].result.score;
        }
    } while (n == limit);
    return n_seen;
}

START_TEST(the_latest_scores_are_listed_best_first_page_by_page)
{
    lsc_store *store = memory_store();
    lsc_scorer *scorer = make_scorer(false);
    char sha256[65];
    size_t n_above = 0;
    size_t n_scored = 0;
    add_model(store, ACME, false, sha256);
    add_model(store, GLOBEX, false, sha256);
    for (unsigned number = 0; number < 60; number++) {
        char id[16];
        lsc_explanation made = LSC_EXPLANATION_INIT;
        snprintf(id, sizeof id, "lead-%u", number);
        put_lead(store, ACME, number);
        put_lead(store, GLOBEX, number);
        ck_ok(lsc_store_score_lead(store, GLOBEX, id, scorer, AS_OF, NULL, error));
        ck_ok(lsc_store_score_lead(store, ACME, id, scorer, AS_OF - DAY, NULL, error));
        ck_ok(lsc_store_score_lead(store, ACME, id, scorer, AS_OF, &made, error));
        ck_ok(lsc_store_score_lead(store, ACME, id, scorer, AS_OF - 2 * DAY, NULL, error));
        n_scored += made.result.status == LSC_SCORED;
        n_above += made.result.score >= 20 && made.result.score <= 60;
    }
    ck_assert(n_scored > 0 && n_scored < 60 && n_above > 0 && n_above < n_scored);
    lsc_score_query query = LSC_SCORE_QUERY_INIT;
    ck_assert_uint_eq(count_pages(store, query, 7), n_scored);
    query.min_score = -1;
    ck_assert_uint_eq(count_pages(store, query, 1), 60);
    query.min_score = 20;
    query.max_score = 60;
    ck_assert_uint_eq(count_pages(store, query, 7), n_above);
    const lsc_stored_score *scores;
    size_t n;
    query.min_score = 101;
    ck_fails(lsc_store_list_scores(store, ACME, &query, &scores, &n, error), LSC_INVALID_ARG,
             "100");
    ck_ok(lsc_store_check(store, error));
    lsc_scorer_free(scorer);
    lsc_store_close(store);
}
END_TEST

LSC_SUITE("store/scores", TEST(the_bytes_of_a_model_are_held_once),
          TEST(one_model_of_an_organization_is_active),
          TEST(a_model_whose_gate_failed_is_active_only_by_force),
          TEST(what_is_no_model_is_refused), TEST(a_kept_score_is_the_score_to_the_bit_and_replays),
          TEST(a_score_is_kept_once_a_lead_time_and_model),
          TEST(the_latest_scores_are_listed_best_first_page_by_page))
