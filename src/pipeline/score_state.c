#include "score_state.h"

#include "core/options.h"
#include "core/time_check.h"
#include "pipeline/lead_state.h"
#include "score/next_change.h"
#include "store/audit.h"
#include "store/lead_rows.h"
#include "store/model_rows.h"
#include "store/queue_rows.h"

lsc_status lsc_state_find_model(lsc_store *store, const lsc_model *model, int64_t organization_key,
                                int64_t *model_key, lsc_error *error)
{
    bool gate_passed;
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    lsc_status status = lsc_model_get_info(model, &info, error);
    return status == LSC_OK ? lsc_model_row_find(store, organization_key, info.sha256, model_key,
                                                 &gate_passed, error)
                            : status;
}

static lsc_status find_place(lsc_store *store, const char *organization, const char *lead_id,
                             const lsc_scorer *scorer, lsc_score_place *place, lsc_error *error)
{
    place->lead_id = lead_id;
    lsc_status status = lsc_organization_find(store, organization, &place->organization_key, error);
    if (status == LSC_OK) {
        status =
            lsc_lead_row_find(store, place->organization_key, lead_id, &place->lead_key, error);
    }
    return status == LSC_OK
               ? lsc_state_find_model(store, lsc_scorer_model(scorer), place->organization_key,
                                      &place->model_key, error)
               : status;
}

lsc_status lsc_state_explain(lsc_scorer *scorer, lsc_lead *lead, int64_t as_of_ms,
                             lsc_explanation *explanation, lsc_error *error)
{
    const bool without_receipts = scorer->without_receipts;
    scorer->without_receipts = false;
    lsc_status status = lsc_explain_lead(scorer, lead, as_of_ms, explanation, error);
    scorer->without_receipts = without_receipts;
    return status;
}

lsc_status lsc_state_score(lsc_store *store, int64_t lead_key, lsc_scorer *scorer, int64_t as_of_ms,
                           lsc_explanation *explanation, int64_t *due_ms, lsc_error *error)
{
    lsc_companion *companion;
    const lsc_cells *cells = NULL;
    int64_t next_ms = LSC_TIME_NONE;
    lsc_status status = lsc_companion_of(store, &companion, error);
    if (status == LSC_OK) {
        status = lsc_companion_cells(companion, scorer->model, &cells, error);
    }
    if (status == LSC_OK) {
        status = lsc_state_get_lead(store, lead_key, companion->lead, error);
    }
    if (status == LSC_OK) {
        status = lsc_state_explain(scorer, companion->lead, as_of_ms, explanation, error);
    }
    if (status == LSC_OK) {
        status = lsc_next_change(scorer, cells, companion->lead, as_of_ms, &next_ms, error);
    }
    *due_ms = next_ms == LSC_TIME_NONE ? LSC_QUEUE_NEVER : next_ms;
    return status;
}

static lsc_status keep(lsc_store *store, const lsc_score_place *place,
                       const lsc_explanation *explanation, lsc_error *error)
{
    const lsc_stored_score score = {
        .result = explanation->result,
        .baseline = explanation->baseline,
        .breakdown = explanation->breakdown,
        .n_breakdown = explanation->n_breakdown,
        .receipt = explanation->receipt,
    };
    return lsc_score_row_put(store, place, &score, error);
}

static lsc_status score_and_keep(lsc_store *store, const char *organization, const char *lead_id,
                                 lsc_scorer *scorer, int64_t as_of_ms, lsc_explanation *explanation,
                                 lsc_error *error)
{
    lsc_score_place place = {0};
    lsc_status status = find_place(store, organization, lead_id, scorer, &place, error);
    if (status == LSC_OK) {
        status = lsc_state_score(store, place.lead_key, scorer, as_of_ms, explanation,
                                 &place.due_ms, error);
    }
    return status == LSC_OK ? keep(store, &place, explanation, error) : status;
}

lsc_status lsc_store_score_lead(lsc_store *store, const char *organization, const char *lead_id,
                                lsc_scorer *scorer, int64_t as_of_ms, lsc_explanation *explanation,
                                lsc_error *error)
{
    const size_t least = LSC_SIZE_UP_TO(lsc_explanation, receipt);
    if (store == NULL || scorer == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", store == NULL ? "store" : "scorer");
    }
    lsc_explanation made = LSC_EXPLANATION_INIT;
    lsc_status status = lsc_time_check("as_of_ms", as_of_ms, error);
    if (status == LSC_OK && explanation != NULL) {
        status = lsc_options_check("lsc_explanation", explanation, least, error);
    }
    if (status == LSC_OK) {
        status = lsc_change_begin(store->database, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    status = score_and_keep(store, organization, lead_id, scorer, as_of_ms, &made, error);
    status = lsc_audit_change_end(store, "score lead", 1, status, error);
    return status == LSC_OK && explanation != NULL
               ? lsc_options_write("lsc_explanation", &made, sizeof made, explanation, least, error)
               : status;
}
