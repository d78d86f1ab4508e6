/**
 * @file score_out.h
 * Scores, written row by row as NDJSON, CSV or a table.
 */
#ifndef LSC_CLI_SCORE_OUT_H
#define LSC_CLI_SCORE_OUT_H

#include <stdint.h>
#include <stdio.h>

#include <leadscore/leadscore.h>

typedef enum lsc_format {
    LSC_FORMAT_NDJSON,
    LSC_FORMAT_CSV,
    LSC_FORMAT_TABLE
} lsc_format;

/** The formats' names, in the order of the enum, ended by NULL. */
extern const char *const lsc_format_names[];

typedef struct lsc_score_row {
    const char *lead_id;
    int64_t as_of_ms; /**< LSC_TIME_NONE: a table's row */
    lsc_result result;
} lsc_score_row;

typedef struct lsc_score_out lsc_score_out;

lsc_score_out *lsc_score_out_new(FILE *out, lsc_format format);
void lsc_score_out_row(lsc_score_out *to, const lsc_score_row *row);
/** Write what is held back, and free. */
void lsc_score_out_end(lsc_score_out *to);

/** The best rows of a stream. */
typedef struct lsc_ranking lsc_ranking;

lsc_ranking *lsc_ranking_new(size_t n_best);
/** Keep a copy of the row where it is among the best so far; of equals, the first. */
void lsc_ranking_add(lsc_ranking *ranking, const lsc_score_row *row);
/** Write the rows, the best first, and free. */
void lsc_ranking_end(lsc_ranking *ranking, lsc_score_out *to);

#endif
