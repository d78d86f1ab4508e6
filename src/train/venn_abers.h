/**
 * @file venn_abers.h
 * Venn-Abers prediction (Vovk and Petej, "Venn-Abers predictors", 2014): the probability of a lead is
 * read off isotonic regression twice, with the lead added as one that did not convert (p0) and as one
 * that did (p1). All leads in O(n) by the inductive algorithm of Vovk, Petej and Fedorova
 * ("Large-scale probabilistic predictors with and without guarantees of validity", 2015, section 4).
 */
#ifndef LSC_TRAIN_VENN_ABERS_H
#define LSC_TRAIN_VENN_ABERS_H

#include "core/error.h"
#include "core/memory.h"
#include "train/isotonic.h"

/**
 * p0 and p1 of a lead that weighs 1 and has the margin of each tie. p0 < p1, neither ever falls,
 * p0 < 1 and p1 > 0.
 * @param ties    [n_ties], n_ties > 0, margins rising, weights > 0
 * @param p0, p1  [n_ties], filled
 * @return LSC_OK or LSC_NO_MEMORY.
 */
lsc_status lsc_venn_abers_pairs(const lsc_margin_tie *ties, size_t n_ties,
                                const lsc_allocator *allocator, double *p0, double *p1,
                                lsc_error *error);

/** The one probability for p0 and p1 whose worst log loss is least: p1 / (1 - p0 + p1). */
static inline double lsc_venn_abers_merge(double p0, double p1)
{
    return p1 / (1 - p0 + p1);
}

#endif
