/**
 * @file score_state.h
 * Scoring what a store holds of a lead, for the files of src/pipeline.
 */
#ifndef LSC_PIPELINE_SCORE_STATE_H
#define LSC_PIPELINE_SCORE_STATE_H

#include "pipeline/companion.h"
#include "score/scorer.h"
#include "store/score_rows.h"

/**
 * Score a lead as of a time, say why, with a receipt, and how long it holds. Within a change, or a
 * look, of the caller's.
 * @param explanation  its activity ids are valid until the next lead
 * @param due_ms       as in lsc_score_place
 */
lsc_status lsc_state_score(lsc_store *store, int64_t lead_key, lsc_scorer *scorer, int64_t as_of_ms,
                           lsc_explanation *explanation, int64_t *due_ms, lsc_error *error);

/** As lsc_explain_lead(), with a receipt whatever the scorer was told. */
lsc_status lsc_state_explain(lsc_scorer *scorer, lsc_lead *lead, int64_t as_of_ms,
                             lsc_explanation *explanation, lsc_error *error);

/** Find the model of a scorer among those of an organization. LSC_NOT_FOUND where it is none. */
lsc_status lsc_state_find_model(lsc_store *store, const lsc_model *model, int64_t organization_key,
                                int64_t *model_key, lsc_error *error);

#endif
