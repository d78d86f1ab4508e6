/**
 * @file gate.h
 * Whether a model may be activated: enough outcomes, a ROC AUC that is high enough on rows it had
 * not seen, probabilities that hold there, better than the model in use, and not worse than it for
 * any large segment. The verdict goes into the manifest.
 */
#ifndef LSC_TRAIN_GATE_H
#define LSC_TRAIN_GATE_H

#include <stdbool.h>

#include "train/bootstrap.h"

#define LSC_GATE_CHECKS 5
/** Bytes of a reason, with its NUL. */
#define LSC_GATE_REASON_SIZE 256
/** Share of the draws of a paired bootstrap in which the incumbent must be beaten. */
#define LSC_GATE_WON 0.95
/** The calibration error must be at most this, at the lower end of its interval. */
#define LSC_GATE_ECE 0.05
/** A segment is worse when the new model is the better one in at most this share of the draws. There
    are many segments: with the 5 % of a single comparison one of twenty would be worse by chance. */
#define LSC_GATE_SEGMENT_WON 0.01

/** How the new model compares with the incumbent in each large segment. */
typedef struct lsc_gate_segments {
    size_t n_compared;
    const char *worst_name; /**< NULL where none was compared */
    lsc_comparison worst;   /**< the one that was won least often */
} lsc_gate_segments;

/** What is asked for, and what was found. */
typedef struct lsc_gate_facts {
    size_t least_outcomes; /**< of each class */
    double least_auc;
    size_t n_converted; /**< leads */
    size_t n_others;
    lsc_estimate roc_auc;    /**< out of sample */
    lsc_estimate ece;        /**< likewise */
    const char *measured_on; /**< for people: "out-of-fold rows" */
    bool has_incumbent;
    lsc_comparison comparison;
    lsc_gate_segments segments;
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
