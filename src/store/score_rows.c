#include "score_rows.h"

#include <leadscore/clock.h>

#include <stdio.h>

#include "core/json.h"
#include "store/earlier_rows.h"
#include "store/model_rows.h"
#include "store/queue_rows.h"

/* Scores are listed from the best to the worst, and unscored leads last: 100 to 0, then -1. */
#define RANK_OF(score) (100 - (score))

static lsc_status write_breakdown(lsc_store *store, const lsc_stored_score *score, lsc_error *error)
{
    lsc_json_writer writer;
    lsc_buffer_clear(&store->text);
    lsc_json_writer_init(&writer, &store->text, 0);
    lsc_json_begin_object(&writer);
    for (size_t i = 0; i < score->n_breakdown; i++) {
        lsc_json_member_int(&writer, score->breakdown[i].group, score->breakdown[i].points);
    }
    lsc_json_end_object(&writer);
    return lsc_buffer_status(&store->text, error);
}

static lsc_status put_score(lsc_store *store, const lsc_score_place *place,
                            const lsc_stored_score *score, const uint8_t *input,
                            const uint8_t *outcome, lsc_error *error)
{
    static const char sql[] =
        "INSERT OR REPLACE INTO lead_scores (lead_key, as_of, model_key, status, score, grade,"
        " probability, probability_low, probability_high, confidence, margin, raw_probability,"
        " points, baseline, breakdown, input_sha256, result_sha256, library_version,"
        " revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, "
        "?17,"
        " ?18, " LSC_SQL_REVISION ")";
    const lsc_result *result = &score->result;
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, place->lead_key);
    lsc_query_set_int(query, 2, score->receipt.as_of_ms);
    lsc_query_set_int(query, 3, place->model_key);
    lsc_query_set_int(query, 4, result->status);
    lsc_query_set_int(query, 5, result->score);
    lsc_query_set_int(query, 6, result->grade);
    lsc_query_set_double(query, 7, result->probability);
    lsc_query_set_double(query, 8, result->probability_low);
    lsc_query_set_double(query, 9, result->probability_high);
    lsc_query_set_double(query, 10, result->confidence);
    lsc_query_set_double(query, 11, (double)result->margin);
    lsc_query_set_double(query, 12, (double)result->raw_probability);
    lsc_query_set_double(query, 13, result->points);
    lsc_query_set_int(query, 14, score->baseline);
    lsc_query_set_span(query, 15, store->text.data, store->text.length);
    lsc_query_set_bytes(query, 16, input, LSC_HASH_SIZE);
    lsc_query_set_bytes(query, 17, outcome, LSC_HASH_SIZE);
    lsc_query_set_text(query, 18, score->receipt.library_version);
    return lsc_query_finish(query, error);
}

/* Most leads have the score that they had: then no column of an index is written. */
static const char same_rank_sql[] = "UPDATE latest_scores SET as_of = ?3, model_key = ?4"
                                    " WHERE lead_key = ?1 AND rank = ?2 AND as_of <= ?3";
static const char any_rank_sql[] =
    "INSERT INTO latest_scores (lead_key, rank, as_of, model_key, organization_key, external_id)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (lead_key) DO UPDATE SET"
    " rank = excluded.rank, as_of = excluded.as_of, model_key = excluded.model_key"
    " WHERE excluded.as_of >= as_of";

static lsc_status run_latest(lsc_store *store, const char *sql, const lsc_score_place *place,
                             const lsc_stored_score *score, bool *written, lsc_error *error)
{
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, place->lead_key);
    lsc_query_set_int(query, 2, RANK_OF(score->result.score));
    lsc_query_set_int(query, 3, score->receipt.as_of_ms);
    lsc_query_set_int(query, 4, place->model_key);
    if (sql != same_rank_sql) {
        lsc_query_set_int(query, 5, place->organization_key);
        lsc_query_set_text(query, 6, place->lead_id);
    }
    status = lsc_query_finish(query, error);
    *written = status == LSC_OK && lsc_database_n_changed(store->database) > 0;
    return status;
}

static lsc_status put_latest(lsc_store *store, const lsc_score_place *place,
                             const lsc_stored_score *score, lsc_error *error)
{
    bool is_latest;
    lsc_status status = run_latest(store, same_rank_sql, place, score, &is_latest, error);
    if (status == LSC_OK && !is_latest) {
        status = run_latest(store, any_rank_sql, place, score, &is_latest, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    return is_latest ? lsc_queue_put(store, place->lead_key, place->model_key, place->due_ms, error)
                     : lsc_queue_close_revision(store, place->lead_key, error);
}

/* Whether it takes the place of a score that may be the last one made from earlier properties. */
static lsc_status replaces(lsc_store *store, const lsc_score_place *place, int64_t as_of_ms,
                           bool *found, lsc_error *error)
{
    static const char sql[] =
        "SELECT 1 FROM lead_scores WHERE lead_key = ?1 AND as_of = ?2 AND model_key = ?3"
        " AND EXISTS (SELECT 1 FROM earlier_properties WHERE lead_key = ?1)";
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    *found = false;
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, place->lead_key);
        lsc_query_set_int(query, 2, as_of_ms);
        lsc_query_set_int(query, 3, place->model_key);
        status = lsc_query_step(query, found, error);
    }
    return lsc_query_end(query, status, error);
}

/* Put the score, and let go of properties that only the one before it was made from. */
static lsc_status put_alone(lsc_store *store, const lsc_score_place *place,
                            const lsc_stored_score *score, const uint8_t *input,
                            const uint8_t *outcome, lsc_error *error)
{
    bool again;
    lsc_status status = replaces(store, place, score->receipt.as_of_ms, &again, error);
    if (status == LSC_OK) {
        status = put_score(store, place, score, input, outcome, error);
    }
    return status == LSC_OK && again ? lsc_earlier_rows_tidy(store, place->lead_key, error)
                                     : status;
}

lsc_status lsc_score_row_put(lsc_store *store, const lsc_score_place *place,
                             const lsc_stored_score *score, lsc_error *error)
{
    uint8_t input[LSC_HASH_SIZE];
    uint8_t outcome[LSC_HASH_SIZE];
    if (!lsc_hash_read(score->receipt.input_sha256, input) ||
        !lsc_hash_read(score->receipt.result_sha256, outcome)) {
        return lsc_fail(error, LSC_INTERNAL, "the score has no receipt");
    }
    lsc_status status = write_breakdown(store, score, error);
    if (status == LSC_OK) {
        status = put_alone(store, place, score, input, outcome, error);
    }
    return status == LSC_OK ? put_latest(store, place, score, error) : status;
}

lsc_status lsc_score_row_latest(lsc_store *store, int64_t lead_key, lsc_score_mark *mark,
                                lsc_error *error)
{
    static const char sql[] =
        "SELECT k.status, k.score, k.grade, k.probability FROM latest_scores s"
        " JOIN lead_scores k ON k.lead_key = s.lead_key AND k.as_of = s.as_of"
        "  AND k.model_key = s.model_key WHERE s.lead_key = ?1";
    lsc_query *query;
    *mark = (lsc_score_mark){.known = false};
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, lead_key);
        status = lsc_query_step(query, &mark->known, error);
    }
    if (mark->known) {
        mark->status = (int)lsc_query_int(query, 0);
        mark->score = (int)lsc_query_int(query, 1);
        mark->grade = (int)lsc_query_int(query, 2);
        mark->probability = lsc_query_double(query, 3);
    }
    return lsc_query_end(query, status, error);
}

static lsc_status read_kept(lsc_query *query, lsc_kept_score *kept, lsc_error *error)
{
    size_t length;
    const char *version = lsc_query_text(query, 3, &length);
    kept->revision = lsc_query_int(query, 0);
    kept->status = (int)lsc_query_int(query, 1);
    kept->score = (int)lsc_query_int(query, 2);
    if (version == NULL || !lsc_query_hash(query, 4, kept->model_sha256) ||
        !lsc_query_hash(query, 5, kept->input_sha256) ||
        !lsc_query_hash(query, 6, kept->result_sha256)) {
        return lsc_query_fail_missing(query, error);
    }
    snprintf(kept->library_version, sizeof kept->library_version, "%s", version);
    return LSC_OK;
}

lsc_status lsc_score_row_find(lsc_store *store, int64_t lead_key, int64_t as_of_ms,
                              const char *model_sha256, lsc_kept_score *kept, lsc_error *error)
{
    static const char sql[] =
        "SELECT k.revision, k.status, k.score, k.library_version, m.sha256, k.input_sha256,"
        " k.result_sha256 FROM lead_scores k JOIN scoring_models m ON m.key = k.model_key"
        " WHERE k.lead_key = ?1 AND k.as_of = ?2 AND (?3 IS NULL OR m.sha256 = ?3)"
        " ORDER BY k.model_key DESC LIMIT 1";
    uint8_t hash[LSC_HASH_SIZE];
    bool row = false;
    lsc_query *query;
    if (model_sha256 != NULL && !lsc_hash_read(model_sha256, hash)) {
        return lsc_fail(error, LSC_INVALID_ARG, "a model's id is not of 64 hexadecimal digits");
    }
    *kept = (lsc_kept_score){.as_of_ms = as_of_ms};
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, lead_key);
        lsc_query_set_int(query, 2, as_of_ms);
        lsc_query_set_bytes(query, 3, model_sha256 == NULL ? NULL : hash, sizeof hash);
        status = lsc_query_step(query, &row, error);
    }
    if (row) {
        status = read_kept(query, kept, error);
    } else if (status == LSC_OK) {
        char text[LSC_TIME_TEXT_SIZE];
        lsc_time_format(as_of_ms, text);
        status = lsc_fail(error, LSC_NOT_FOUND, "the lead has no such score as of %s", text);
    }
    return lsc_query_end(query, status, error);
}
