/* The scores of a lead, the latest first, and what made each differ from the one before it. */
#include "store_args.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "json_out.h"
#include "text_out.h"

/* As-of times that are read at a time: the last one stands in the next page again. */
enum {
    PAGE = 500
};

typedef struct history {
    const lsc_store_args *args;
    lsc_store *store;
} history;

/* A score, and what it is compared with. */
typedef struct compared {
    const lsc_stored_score *score;
    const lsc_stored_score *before; /* NULL: it is the first */
    lsc_status status;              /* of the comparison */
    lsc_error why;                  /* it failed */
    lsc_score_change change;
} compared;

/* What cannot be compared is said beside the score, and is no reason to stop. */
static lsc_status compare(const history *at, compared *pair, lsc_error *error)
{
    lsc_change_query query = LSC_CHANGE_QUERY_INIT;
    query.from_ms = pair->before->receipt.as_of_ms;
    query.to_ms = pair->score->receipt.as_of_ms;
    query.from_model = pair->before->receipt.model_sha256;
    query.to_model = pair->score->receipt.model_sha256;
    pair->status = lsc_store_explain_change(at->store, at->args->store.organization, at->args->id,
                                            &query, &pair->change, &pair->why);
    if (pair->status == LSC_OK || pair->status == LSC_INVALID_ARG ||
        pair->status == LSC_INPUT_NOT_HELD || pair->status == LSC_MISMATCH) {
        return LSC_OK;
    }
    *error = pair->why;
    return pair->status;
}

/* As text. */

static void put_change(const compared *pair)
{
    char before[LSC_TIME_TEXT_SIZE];
    const lsc_score_change *change = &pair->change;
    lsc_time_format(pair->before->receipt.as_of_ms, before);
    if (pair->status != LSC_OK) {
        printf("    not compared with %s: ", before);
        lsc_put_text(pair->why.message, stdout);
        putchar('\n');
        return;
    }
    printf("    %+d since %s:", change->to_score - change->from_score, before);
    for (int i = 0; i < LSC_N_CHANGE_PARTS; i++) {
        printf("%s %s %+d", i == 0 ? "" : ",", lsc_change_part_name(i), change->points[i]);
    }
    putchar('\n');
}

static void put_pair(const compared *pair)
{
    char as_of[LSC_TIME_TEXT_SIZE];
    const lsc_stored_score *score = pair->score;
    lsc_time_format(score->receipt.as_of_ms, as_of);
    if (score->result.status == LSC_SCORED) {
        printf("%s  %3d %c  ", as_of, score->result.score, score->result.grade);
    } else {
        printf("%s  %s  ", as_of, lsc_outcome_status_name(score->result.status));
    }
    lsc_put_text(score->model_name, stdout);
    putchar(' ');
    lsc_put_text(score->model_version, stdout);
    putchar('\n');
    if (pair->before != NULL) {
        put_change(pair);
    }
}

/* As JSON. */

static void emit_parts(lsc_emitter *json, const char *key, const double *parts)
{
    lsc_emit_key(json, key);
    if (isnan(parts[0])) {
        lsc_emit_null(json);
        return;
    }
    lsc_emit_begin(json, '{');
    for (int i = 0; i < LSC_N_CHANGE_PARTS; i++) {
        lsc_emit_number_member(json, lsc_change_part_name(i), parts[i]);
    }
    lsc_emit_end(json, '}');
}

static void emit_change(lsc_emitter *json, const compared *pair)
{
    const lsc_score_change *change = &pair->change;
    lsc_emit_begin(json, '{');
    lsc_emit_time_member(json, "since", pair->before->receipt.as_of_ms);
    lsc_emit_text_member(json, "since_model", pair->before->receipt.model_sha256);
    lsc_emit_text_member(json, "status", lsc_status_name(pair->status));
    if (pair->status == LSC_OK) {
        lsc_emit_integer_member(json, "difference", change->to_score - change->from_score);
        lsc_emit_key(json, "points");
        lsc_emit_begin(json, '{');
        for (int i = 0; i < LSC_N_CHANGE_PARTS; i++) {
            lsc_emit_integer_member(json, lsc_change_part_name(i), change->points[i]);
        }
        lsc_emit_end(json, '}');
        emit_parts(json, "exact_points", change->exact_points);
        emit_parts(json, "margins", change->margins);
        lsc_emit_integer_member(json, "activities_before", (int64_t)change->from_activities);
        lsc_emit_integer_member(json, "activities", (int64_t)change->to_activities);
    }
    lsc_emit_end(json, '}');
}

static void emit_pair(const compared *pair)
{
    const lsc_stored_score *score = pair->score;
    const char grade[2] = {score->result.grade, '\0'};
    const bool is_scored = score->result.status == LSC_SCORED;
    lsc_emitter json = {.out = stdout};
    lsc_emit_begin(&json, '{');
    lsc_emit_time_member(&json, "as_of", score->receipt.as_of_ms);
    lsc_emit_text_member(&json, "status", lsc_outcome_status_name(score->result.status));
    lsc_emit_number_member(&json, "score", is_scored ? score->result.score : (double)NAN);
    lsc_emit_text_member(&json, "grade", is_scored ? grade : NULL);
    lsc_emit_number_member(&json, "probability", score->result.probability);
    lsc_emit_text_member(&json, "model", score->model_name);
    lsc_emit_text_member(&json, "model_version", score->model_version);
    lsc_emit_text_member(&json, "model_sha256", score->receipt.model_sha256);
    lsc_emit_key(&json, "change");
    if (pair->before != NULL) {
        emit_change(&json, pair);
    } else {
        lsc_emit_null(&json);
    }
    lsc_emit_end(&json, '}');
    putchar('\n');
}

/* Going through all scores. */

static lsc_status show(const history *at, const lsc_stored_score *score,
                       const lsc_stored_score *before, lsc_error *error)
{
    compared pair = {
        .score = score, .before = before, .why = LSC_ERROR_INIT, .change = LSC_SCORE_CHANGE_INIT};
    const lsc_status status = before != NULL ? compare(at, &pair, error) : LSC_OK;
    if (status == LSC_OK) {
        (at->args->json ? emit_pair : put_pair)(&pair);
    }
    return status;
}

/* How many of the last scores of a page are of one time, and of how many times the page is. */
static size_t count_last(const lsc_stored_score *scores, size_t n, size_t *n_times)
{
    size_t n_last = 0;
    *n_times = 0;
    for (size_t i = 0; i < n; i++) {
        const bool is_next = i == 0 || scores[i].receipt.as_of_ms != scores[i - 1].receipt.as_of_ms;
        *n_times += is_next;
        n_last = is_next ? 1 : n_last + 1;
    }
    return n_last;
}

static lsc_status show_all(const history *at, lsc_error *error)
{
    int64_t before_ms = LSC_TIME_NONE;
    size_t shown = 0; /* of the first scores of the page */
    bool more = true;
    lsc_status status = LSC_OK;
    while (more && status == LSC_OK) {
        const lsc_stored_score *scores = NULL;
        size_t n = 0;
        size_t n_times;
        status = lsc_store_list_history(at->store, at->args->store.organization, at->args->id,
                                        before_ms, PAGE, &scores, &n, error);
        assert(n == 0 || scores != NULL);
        const size_t n_last = count_last(scores, n, &n_times);
        more = n_times == PAGE;
        const size_t end = more ? n - 1 : n;
        for (size_t i = shown; i < end && status == LSC_OK; i++) {
            status = show(at, &scores[i], i + 1 < n ? &scores[i + 1] : NULL, error);
        }
        before_ms = more ? scores[n - 1].receipt.as_of_ms + 1 : before_ms;
        shown = n_last - (n_last > 0);
    }
    return status;
}

lsc_status lsc_store_history(const lsc_store_args *args, lsc_error *error)
{
    history at = {.args = args};
    lsc_status status = lsc_store_of_args(args, false, false, &at.store, error);
    if (status == LSC_OK) {
        status = show_all(&at, error);
    }
    lsc_store_close(at.store);
    return status;
}
