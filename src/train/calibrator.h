/**
 * @file calibrator.h
 * The calibration of a model from out-of-fold margins: Venn-Abers where there are enough rows, else
 * Platt's alone.
 */
#ifndef LSC_TRAIN_CALIBRATOR_H
#define LSC_TRAIN_CALIBRATOR_H

#include "model/model_data.h"
#include "train/interval.h"

/** Fewer rows (of equal weight and of leads of their own) than this are calibrated by Platt's. */
#define LSC_LEAST_VENN_ABERS 1000

/** What a calibration came out as. `calibration` is freed by lsc_calibration_free(). */
typedef struct lsc_calibrator {
    lsc_calibration calibration;
    double blend; /**< share of Venn-Abers in the log-odds, the rest is Platt's; 0: none */
} lsc_calibrator;

/**
 * Fit to the rows.
 * @param kind  LSC_CALIBRATION_PLATT or LSC_CALIBRATION_VENN_ABERS; LSC_CALIBRATION_NONE: by how many
 *              rows there are
 * @param seed  of Platt's interval
 * @param made  filled; untouched on error
 * @return LSC_OK or LSC_NO_MEMORY.
 */
lsc_status lsc_calibrator_fit(const lsc_calibrated *rows, lsc_calibration_kind kind, uint64_t seed,
                              const lsc_allocator *allocator, lsc_calibrator *made,
                              lsc_error *error);

#endif
