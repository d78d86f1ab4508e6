/**
 * @file csv_reader.h
 * The rows of a CSV file, one at a time (RFC 4180).
 *
 * Accepted beyond it: a byte order mark, other delimiters, LF or CR alone as the end of a row, a
 * quote inside a cell that does not begin with one, blank lines (skipped). Refused with
 * LSC_BAD_CSV: a quote that is never closed, text behind a closing quote, what is not UTF-8, NUL.
 */
#ifndef LSC_LEAD_CSV_READER_H
#define LSC_LEAD_CSV_READER_H

#include <stdio.h>

#include "core/buffer.h"
#include "core/error.h"

typedef struct lsc_csv_reader {
    const lsc_allocator *allocator; /**< outlives the reader */
    FILE *file;
    const char *name; /**< for messages */
    char delimiter;   /**< 0 until it is detected */
    char *block;      /**< what was read of the file last */
    size_t at;        /**< the next byte in the block */
    size_t filled;
    bool begun;   /**< the first block was read */
    int64_t line; /**< of the next byte, from 1 */

    int64_t row_line; /**< at which the row begins */
    lsc_buffer text;  /**< the row's cells, a NUL after each */
    size_t *starts;   /**< [n_cells + 1], where cells begin in `text`, and where it ends */
    size_t n_cells;
    size_t starts_capacity;
} lsc_csv_reader;

/**
 * @param path       "-" is standard input; outlives the reader
 * @param delimiter  0: that of , ; tab | which is most frequent outside quotes in the first row
 *                   (or what of it stands in the first 64 KiB)
 */
lsc_status lsc_csv_open(lsc_csv_reader *reader, const char *path, char delimiter,
                        const lsc_allocator *allocator, lsc_error *error);

/**
 * The next row, valid until the next call.
 * @param more  set to false at the end of the file
 * @return LSC_OK, LSC_IO; LSC_BAD_CSV, LSC_LIMIT naming the line; LSC_NO_MEMORY.
 */
lsc_status lsc_csv_next(lsc_csv_reader *reader, bool *more, lsc_error *error);

/** A cell of the row, NUL-terminated. */
const char *lsc_csv_cell(const lsc_csv_reader *reader, size_t cell, size_t *length);

/** Start again. LSC_UNSUPPORTED where the file cannot seek. */
lsc_status lsc_csv_rewind(lsc_csv_reader *reader, lsc_error *error);

void lsc_csv_close(lsc_csv_reader *reader);

#endif
