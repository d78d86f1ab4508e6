/**
 * @file leak_sample.h
 * The rows that leaks are looked for in: all of them, or those of leads drawn so that there are not
 * too many; and how well a feature predicts by itself there.
 */
#ifndef LSC_TRAIN_LEAK_SAMPLE_H
#define LSC_TRAIN_LEAK_SAMPLE_H

#include <leadscore/spec.h>

#include "train/rows.h"

/** About how many rows are drawn of more. */
#define LSC_LEAK_ROWS_WANTED 50000

typedef struct lsc_leak_sample {
    const lsc_rows *rows;
    uint32_t *picked; /**< [n], rising numbers of rows */
    size_t n;
    size_t n_leads;
    double rate;    /**< of conversion, by weight */
    uint32_t *bins; /**< [n], room for the bins of one feature */
} lsc_leak_sample;

/** The columns of a feature. */
typedef struct lsc_column_range {
    size_t first;
    size_t count;
} lsc_column_range;

lsc_column_range lsc_feature_columns(const lsc_spec *spec, size_t feature);

lsc_status lsc_leak_sample_make(const lsc_rows *rows, lsc_leak_sample *sample, lsc_error *error);
void lsc_leak_sample_free(lsc_leak_sample *sample);

/** Whether a row of the sample has a value of the feature. */
bool lsc_leak_has_value(const lsc_leak_sample *sample, lsc_column_range columns, size_t i);

/** Leads are dealt to two halves, 0 and 1. */
static inline int lsc_leak_half(const lsc_leak_sample *sample, size_t i)
{
    return sample->rows->groups[sample->picked[i]] % 2;
}

/**
 * The ROC AUC of a feature by itself: rows are ranked by the rate of conversion that leads of the
 * other half have in their bin. So it need not rise or fall throughout, and a category counts like a
 * number. The mean of both halves; 1/2 where one of them has one class.
 */
lsc_status lsc_leak_auc_alone(lsc_leak_sample *sample, lsc_column_range columns, double *auc,
                              lsc_error *error);

#endif
