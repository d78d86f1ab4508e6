/**
 * @file companion.h
 * What the pipeline keeps beside a store, to use again from call to call.
 */
#ifndef LSC_PIPELINE_COMPANION_H
#define LSC_PIPELINE_COMPANION_H

#include "lead/lead_data.h"
#include "score/cells.h"
#include "score/scorer.h"
#include "store/store_data.h"

typedef struct lsc_companion {
    const lsc_allocator *allocator; /**< the store's */
    lsc_lead *lead;                 /**< read from the store, or from JSON to be written */
    lsc_lead *activities;           /**< of no lead yet: to be written */
    lsc_arena scratch;              /**< lists and e-mail of the value under way */
    lsc_property *properties;       /**< of the activity under way */
    size_t properties_capacity;
    lsc_model *model; /**< the one that scored last; NULL at first */
    lsc_cells cells;  /**< of it */
    lsc_scorer
        *compared[2]; /**< of the models of the scores that were compared last; NULL at first */
} lsc_companion;

/** The companion of a store, made where it is not there yet. LSC_OK or LSC_NO_MEMORY. */
lsc_status lsc_companion_of(lsc_store *store, lsc_companion **companion, lsc_error *error);

/** The cells of a model. LSC_OK or LSC_NO_MEMORY. */
lsc_status lsc_companion_cells(lsc_companion *companion, lsc_model *model, const lsc_cells **cells,
                               lsc_error *error);

#endif
