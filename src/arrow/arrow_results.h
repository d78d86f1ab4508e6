/**
 * @file arrow_results.h
 * Tables that are made of tables: scores or contributions, block by block of the engine's rows.
 */
#ifndef LSC_ARROW_ARROW_RESULTS_H
#define LSC_ARROW_ARROW_RESULTS_H

#include <leadscore/arrow.h>

#include "arrow_build.h"
#include "arrow_table.h"
#include "score/scorer.h"

/** What is made of a table. */
typedef enum lsc_arrow_output {
    LSC_ARROW_SCORES = 0,
    LSC_ARROW_CONTRIBUTIONS = 1,
    LSC_ARROW_FEATURES = 2 /**< of leads only */
} lsc_arrow_output;

/** The columns of it, [*n], with room for one more; NULL when memory ran out. Freed by the caller. */
lsc_arrow_field *lsc_arrow_fields_of(const lsc_spec *spec, lsc_arrow_output output,
                                     const lsc_allocator *allocator, size_t *n);

/**
 * A table of what a scorer says of an array's rows.
 * @param out  filled; untouched on error
 */
lsc_status lsc_arrow_run(lsc_scorer *scorer, lsc_arrow_output output,
                         const lsc_arrow_reader *reader, const struct ArrowArray *array,
                         struct ArrowArray *out, lsc_error *error);

/** The schema of such tables. */
lsc_status lsc_arrow_run_schema(const lsc_spec *spec, lsc_arrow_output output,
                                const lsc_allocator *allocator, struct ArrowSchema *out,
                                lsc_error *error);

/** Put a score into a row of a table that begins with the columns of scores. */
void lsc_arrow_put_result(const struct ArrowArray *table, size_t row, const lsc_result *result);

#endif
