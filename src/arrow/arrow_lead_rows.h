/**
 * @file arrow_lead_rows.h
 * Rows of a table of leads, each as a lead.
 */
#ifndef LSC_ARROW_ARROW_LEAD_ROWS_H
#define LSC_ARROW_ARROW_LEAD_ROWS_H

#include "arrow_lead_columns.h"
#include "core/memory.h"
#include "lead/lead_data.h"

/** A table being read. Begin with zeros. */
typedef struct lsc_lead_rows {
    lsc_allocator allocator;
    lsc_arena arena;   /**< what lives as long as this */
    lsc_arena scratch; /**< texts of the row under way */
    lsc_lead_columns columns;
    const struct ArrowArray **arrays; /**< of each column; NULL of one that is passed over */
    size_t *places;                   /**< of each column the value under way, offset counted */
    bool *valid;                      /**< and whether it is there */
    lsc_property *properties;         /**< [columns.n] */
    lsc_lead *lead;                   /**< the row under way */
} lsc_lead_rows;

/** Match an array with its schema. @return as lsc_arrow_extract(). Close also after an error. */
lsc_status lsc_lead_rows_open(lsc_lead_rows *rows, const struct ArrowArray *array,
                              const struct ArrowSchema *schema, const lsc_arrow_options *options,
                              lsc_error *error);

/** Fill rows->lead with a row; from 0, the array's own offset not counted. */
lsc_status lsc_lead_rows_read(lsc_lead_rows *rows, size_t row, lsc_error *error);

void lsc_lead_rows_close(lsc_lead_rows *rows);

#endif
