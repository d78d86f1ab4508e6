/**
 * @file blended.h
 * Log-odds that are Platt's in part and Venn-Abers' in part: as much of each as gives the
 * probabilities that rows left out bear out best.
 */
#ifndef LSC_TRAIN_BLENDED_H
#define LSC_TRAIN_BLENDED_H

#include "train/sorted_rows.h"

/** Most points of the curve. */
#define LSC_BLENDED_POINTS 64
/** Rows that a point stands for at least. */
#define LSC_ROWS_A_POINT 100

/** Platt's line, and the log-odds of Venn-Abers at some margins, linear between them. */
typedef struct lsc_blended {
    lsc_platt platt;
    double points[LSC_BLENDED_POINTS];  /**< margins, strictly rising */
    double heights[LSC_BLENDED_POINTS]; /**< log-odds, never falling */
    size_t n_points;
    double share; /**< of Venn-Abers, 0 to below 1 */
} lsc_blended;

/**
 * Fit to all rows. Leaves in `sorted` their ties, and p0 and p1 of each.
 * @param n_ties  set to how many
 * @return LSC_OK or LSC_NO_MEMORY.
 */
lsc_status lsc_blended_fit(lsc_sorted *sorted, lsc_blended *blended, size_t *n_ties,
                           lsc_error *error);

#endif
