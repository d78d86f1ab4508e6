/**
 * @file search.h
 * How trees are grown, chosen by what the folds show.
 */
#ifndef LSC_TRAIN_SEARCH_H
#define LSC_TRAIN_SEARCH_H

#include "train/fold.h"

/**
 * Choose how trees are grown: one setting after another is changed, the models of some folds are
 * trained with it, and the change is kept where the log loss of what these predict has fallen. How
 * many changes are tried is the effort's, so that the time that a search takes grows with the data
 * alone.
 *
 * Only training rows are looked at. Where these are measured too, as in a table, the choice has
 * seen their labels: of a dozen settings that moves a metric by less than its interval.
 *
 * @param margins  [n_rows], overwritten
 * @param growth   filled: for LSC_EFFORT_QUICK, with what suits most data
 * @param n_tried  set to the number of settings tried, 0 for LSC_EFFORT_QUICK
 * @return as lsc_fold_crew_train().
 */
lsc_status lsc_search_growth(const lsc_fold_task *task, lsc_effort effort, size_t threads,
                             const lsc_stage *stage, float *margins, lsc_growth *growth,
                             size_t *n_tried, lsc_error *error);

/** About how much of the time of all fitting the search takes, 0 to 1. */
double lsc_search_share(lsc_effort effort);

#endif
