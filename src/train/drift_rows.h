/**
 * @file drift_rows.h
 * New leads, scored and counted into the bins of a model's reference.
 */
#ifndef LSC_TRAIN_DRIFT_ROWS_H
#define LSC_TRAIN_DRIFT_ROWS_H

#include <leadscore/score.h>
#include <leadscore/train.h>

#include "train/plan.h"
#include "train/reference_read.h"

/** The rows, counted. */
typedef struct lsc_drift_rows {
    const lsc_allocator *allocator;
    const lsc_spec *spec;
    lsc_reference reference; /**< with the rows counted in its bins */
    bool timed;
    int64_t as_of_ms;
    int64_t horizon_ms;
    int64_t data_to_ms; /**< last time in the data */
    size_t n_rows;
    size_t n_not_yet;   /**< leads that came later than as_of_ms, or at an unknown time */
    bool repeats;       /**< a lead that has converted may do so again, and counts */
    size_t n_converted; /**< that had converted by then, where that is for good */
    size_t n_unscored;  /**< of which too little was known, or that do not consent */
    size_t n_outcomes;  /**< of any lead */
    /** Rows whose outcome may be known; in a source with times it is once the horizon has passed. */
    double *probabilities;
    unsigned char *labels;
    size_t n_labelled;
    size_t probabilities_capacity;
    size_t labels_capacity;
} lsc_drift_rows;

/**
 * Read a source from where it stands to its end.
 *
 * @param rows  with reference, timed, as_of_ms and horizon_ms filled in; freed by
 *              lsc_drift_rows_free(), also on error
 * @return LSC_OK; LSC_LIMIT beyond LSC_MAX_TRAINING_ROWS; LSC_CANCELLED; what the source reports;
 *         LSC_NO_MEMORY.
 */
lsc_status lsc_drift_rows_read(lsc_drift_rows *rows, lsc_scorer *scorer, lsc_source *source,
                               const lsc_stage *stage, lsc_error *error);
void lsc_drift_rows_free(lsc_drift_rows *rows);

/** Whether the outcomes of the rows are known: their horizon has passed. */
bool lsc_drift_rows_labelled(const lsc_drift_rows *rows);

#endif
