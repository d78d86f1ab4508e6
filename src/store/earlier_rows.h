/**
 * @file earlier_rows.h
 * Properties that leads had before, where a score that is kept was made from them. All is within a change,
 * or a look, of the caller's.
 */
#ifndef LSC_STORE_EARLIER_ROWS_H
#define LSC_STORE_EARLIER_ROWS_H

#include "store/store_data.h"

/**
 * The properties of lead `lead_key`, the store's subject, are about to be changed: keep what they were, where
 * a kept score was made from them. What no kept score was made from goes.
 */
lsc_status lsc_earlier_row_keep(lsc_store *store, int64_t lead_key, const char *properties,
                                lsc_error *error);

/** Scores of a lead have gone: let go of earlier properties that no kept score was made from. */
lsc_status lsc_earlier_rows_tidy(lsc_store *store, int64_t lead_key, lsc_error *error);

/** Earlier properties of a lead. They are valid until what takes them returns. */
typedef struct lsc_earlier_row {
    int64_t revision;       /**< the last one of the lead that had them */
    const char *properties; /**< JSON */
    size_t length;
} lsc_earlier_row;

typedef lsc_status (*lsc_take_earlier)(void *ctx, const lsc_earlier_row *row, lsc_error *error);

/** Give all earlier properties of a lead to `take`, the first ones first. */
lsc_status lsc_earlier_rows_read(lsc_store *store, int64_t lead_key, lsc_take_earlier take,
                                 void *ctx, lsc_error *error);

/**
 * Give the properties that a lead had at a revision to `take`, where they are not those of today.
 * @param found  set to whether they are not
 */
lsc_status lsc_earlier_row_read_at(lsc_store *store, int64_t lead_key, int64_t revision,
                                   lsc_take_earlier take, void *ctx, bool *found, lsc_error *error);

/** Seal all earlier properties of a lead anew. @param n_rows  counts them on */
lsc_status lsc_earlier_rows_reseal(lsc_store *store, int64_t lead_key, size_t *n_rows,
                                   lsc_error *error);

#endif
