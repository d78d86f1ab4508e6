/**
 * @file output.h
 * Output files that are written whole or not at all: what stood there stays until the new file is
 * complete. One that is not committed when the program ends, also by a signal, leaves nothing.
 */
#ifndef LSC_CLI_OUTPUT_H
#define LSC_CLI_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include <leadscore/status.h>

/** Most outputs open at a time. */
#define LSC_MAX_OUTPUTS 4

typedef struct lsc_output {
    FILE *stream;
    const char *path; /**< NULL: standard output */
    int slot;         /**< where its aside file is remembered; -1: written in place */
} lsc_output;

/**
 * Open `path` for writing; NULL and "-" are standard output. A path that is no regular file
 * (/dev/null, a pipe) is written in place.
 */
lsc_status lsc_output_open(const char *path, lsc_output *output, lsc_error *error);

/** Close, and put the file in its place. The output is closed whatever is returned. */
lsc_status lsc_output_commit(lsc_output *output, lsc_error *error);

/** Write bytes to a file, or to standard output for "-", as a committed output. */
lsc_status lsc_output_bytes(const char *path, const void *bytes, size_t length, lsc_error *error);

/** Flush standard output. */
lsc_status lsc_output_flush(lsc_error *error);

#endif
