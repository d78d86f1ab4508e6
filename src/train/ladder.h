/**
 * @file ladder.h
 * What is learned: an additive model, boosted trees, or first the one and then the other, which takes
 * its place only where it is better on rows that neither has seen.
 */
#ifndef LSC_TRAIN_LADDER_H
#define LSC_TRAIN_LADDER_H

#include "train/evaluation.h"

typedef struct lsc_ladder_options {
    lsc_learner learner;
    size_t n_draws;      /**< behind each interval of the metrics */
    lsc_fit_options fit; /**< its stage is that of all the work */
} lsc_ladder_options;

/** How the climb went. */
typedef struct lsc_ladder {
    lsc_learner chosen;        /**< LSC_LEARNER_ADDITIVE or LSC_LEARNER_TREES */
    bool compared;             /**< both were trained */
    lsc_comparison comparison; /**< of trees with the additive model, on the measured rows */
} lsc_ladder;

/**
 * Fit and evaluate what is to be learned, or what is better of both.
 *
 * @param fit, evaluation  of what was chosen; empty on error
 * @return as lsc_fit_rows().
 */
lsc_status lsc_ladder_climb(const lsc_rows *rows, const lsc_split *split, const lsc_spec *spec,
                            const lsc_ladder_options *options, lsc_ladder *ladder, lsc_fit *fit,
                            lsc_evaluation *evaluation, lsc_error *error);

/** The name of a learner in JSON and for people: "additive". Static. */
const char *lsc_learner_name(lsc_learner learner);

#endif
