/**
 * @file grading.h
 * Grades by how a lead ranks among those measured: A the highest tenth, B to 25 %, C to 50 %, D to
 * 75 %, F the rest.
 */
#ifndef LSC_TRAIN_GRADING_H
#define LSC_TRAIN_GRADING_H

#include "model/model_data.h"
#include "train/metrics.h"

#define LSC_N_GRADES 5

/** What became of the leads of a grade. */
typedef struct lsc_grade_row {
    char grade;
    double least; /**< probability from which on it is given; 0 for F */
    size_t n_rows;
    size_t n_positive;
    double share; /**< of the weight of all rows */
    double rate;  /**< of conversion, by weight; NaN without rows */
    double low;   /**< 95 % Wilson interval of `rate`; NaN without rows */
    double high;
} lsc_grade_row;

/**
 * Choose the thresholds and tabulate the rows by them. A threshold is a probability that some row
 * has, and a row at it has the better grade: where many rows have the same probability, all of them
 * have one grade, and a grade may stay empty.
 */
lsc_status lsc_grade_predictions(const lsc_predictions *predictions, const lsc_allocator *allocator,
                                 lsc_grades *grades, lsc_grade_row table[LSC_N_GRADES],
                                 lsc_error *error);

/** Tabulate the rows by thresholds that there are. @return LSC_OK or LSC_NO_MEMORY. */
lsc_status lsc_grade_tabulate(const lsc_predictions *predictions, const lsc_grades *grades,
                              const lsc_allocator *allocator, lsc_grade_row table[LSC_N_GRADES],
                              lsc_error *error);

#endif
