/**
 * @file training.h
 * Training, with what its caller has no say in.
 */
#ifndef LSC_TRAIN_TRAINING_H
#define LSC_TRAIN_TRAINING_H

#include <stddef.h>

#include <leadscore/train.h>

/**
 * Leads are kept in memory from the first reading to the last, where they take no more bytes than
 * this; else they are read each time. That holds about a million activities, or 250,000 rows of twenty
 * columns. It is freed before boosting, which takes as much and more of such data.
 */
#define LSC_MOST_KEPT_BYTES ((size_t)256 << 20)

/** lsc_train_model() that keeps so many bytes at the most. The bundle is the same whatever they are. */
lsc_status lsc_train_keeping(lsc_source *source, const lsc_train *train, size_t most_kept_bytes,
                             lsc_training **training, lsc_error *error);

#endif
