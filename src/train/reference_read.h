/**
 * @file reference_read.h
 * reference.json of a bundle, read again to count new rows into its bins. It is untrusted input.
 */
#ifndef LSC_TRAIN_REFERENCE_READ_H
#define LSC_TRAIN_REFERENCE_READ_H

#include <stdbool.h>

#include <leadscore/model.h>

#include "train/bins.h"

/** Most of reference.json that is read: bytes, and values in it (some 30 a column). */
#define LSC_MAX_REFERENCE_JSON (16u << 20)
#define LSC_MAX_REFERENCE_VALUES (1u << 20)

/** A column: how it was, and the rows counted since (none as it is read). */
typedef struct lsc_reference_column {
    lsc_bins bins;
    double shares[LSC_MOST_BINS]; /**< sum to 1 */
    double n_effective;           /**< rows behind the shares; NaN where the bundle does not say */
} lsc_reference_column;

typedef struct lsc_reference {
    const lsc_allocator *allocator;
    lsc_reference_column *columns; /**< [n_columns], those of the spec */
    size_t n_columns;
    lsc_reference_column probability;
    int64_t horizon_ms; /**< LSC_TIME_NONE where the bundle has none */
    bool repeats;       /**< leads that have converted may do so again */
} lsc_reference;

/**
 * @param reference  freed by lsc_reference_free(); empty on error
 * @return LSC_OK; LSC_UNSUPPORTED where the bundle has none (a scorecard, an imported model), or
 *         one of a later format; LSC_BAD_JSON; LSC_BAD_MODEL naming the place; LSC_LIMIT;
 *         LSC_NO_MEMORY.
 */
lsc_status lsc_reference_read(const lsc_model *model, const lsc_allocator *allocator,
                              lsc_reference *reference, lsc_error *error);
/** The same of its text. @param spec  that of its model */
lsc_status lsc_reference_parse(const char *text, size_t length, const lsc_spec *spec,
                               const lsc_allocator *allocator, lsc_reference *reference,
                               lsc_error *error);
void lsc_reference_free(lsc_reference *reference);

#endif
