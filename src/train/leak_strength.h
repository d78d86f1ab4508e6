/**
 * @file leak_strength.h
 * How much better a feature makes the ranking: the ROC AUC of small models with and without it.
 */
#ifndef LSC_TRAIN_LEAK_STRENGTH_H
#define LSC_TRAIN_LEAK_STRENGTH_H

#include "train/leak_sample.h"

/**
 * Train a few trees on each half of the leads, and rank the other half by them.
 *
 * @param left_out  [n_features of spec]: features that count as missing
 * @param auc       set to the mean of both halves
 * @return LSC_OK; LSC_TRAINING; LSC_CANCELLED; LSC_NO_MEMORY.
 */
lsc_status lsc_leak_auc_without(const lsc_leak_sample *sample, const lsc_spec *spec,
                                const bool *left_out, uint64_t seed, const lsc_stage *stage,
                                double *auc, lsc_error *error);

#endif
