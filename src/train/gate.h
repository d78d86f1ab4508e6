/**
 * @file gate.h
 * Whether a model may be activated: enough outcomes, a ROC AUC that is high enough on rows it had
 * not seen, and better than the model in use. The verdict goes into the manifest.
 */
#ifndef LSC_TRAIN_GATE_H
#define LSC_TRAIN_GATE_H

#include <stdbool.h>

#include "train/bootstrap.h"

#define LSC_GATE_CHECKS 3
/** Bytes of a reason, with its NUL. */
#define LSC_GATE_REASON_SIZE 256
/** Share of the draws of a paired bootstrap in which the incumbent must be beaten. */
#define LSC_GATE_WON 0.95

/** What is asked for, and what was found. */
typedef struct lsc_gate_facts {
    size_t least_outcomes; /**< of each class */
    double least_auc;
    size_t n_converted; /**< leads */
    size_t n_others;
    lsc_estimate roc_auc;    /**< out of sample */
    const char *measured_on; /**< for people: "out-of-fold rows" */
    bool has_incumbent;
    lsc_comparison comparison;
    size_t n_compared; /**< measured rows that the incumbent scored; 0: it cannot be compared */
} lsc_gate_facts;

typedef struct lsc_gate {
    bool passed;
    size_t n_reasons;
    char reasons[LSC_GATE_CHECKS][LSC_GATE_REASON_SIZE]; /**< one a check, passed or failed */
} lsc_gate;

void lsc_gate_judge(const lsc_gate_facts *facts, lsc_gate *gate);

/**
 * Compare with the incumbent on the rows that it scored.
 * @param predictions  with weights
 * @param incumbent    [n_rows], NaN where it gave no score
 * @param n_compared   set to 0 when it scored no rows of both classes: `comparison` is untouched
 */
lsc_status lsc_gate_compare(const lsc_predictions *predictions, const double *incumbent,
                            uint64_t seed, const lsc_allocator *allocator,
                            lsc_comparison *comparison, size_t *n_compared, lsc_error *error);

#endif
