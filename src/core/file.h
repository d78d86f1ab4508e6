/**
 * @file file.h
 * Whole files, and lines of files.
 */
#ifndef LSC_CORE_FILE_H
#define LSC_CORE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "buffer.h"
#include "error.h"

/**
 * Read a file whole.
 * @param path   not "-"
 * @param bytes  set to a block released through `allocator`, NUL-terminated past its end
 * @return LSC_OK; LSC_NOT_FOUND, LSC_IO (also for a directory), LSC_LIMIT past max_bytes, all
 *         naming the file; LSC_NO_MEMORY.
 */
LSC_SHARED lsc_status lsc_file_read(const char *path, size_t max_bytes,
                                    const lsc_allocator *allocator, char **bytes, size_t *length,
                                    lsc_error *error);

/**
 * Write a file whole or not at all: beside it (same folder, mode 0666 less the umask), synced, then
 * renamed over it. On error what stood there still stands, and nothing is left beside it.
 */
LSC_SHARED lsc_status lsc_file_write(const char *path, const void *bytes, size_t length,
                                     lsc_error *error);

/** Write bytes to an open file that messages call `name`. LSC_OK or LSC_IO. */
LSC_SHARED lsc_status lsc_file_put(int fd, const char *name, const void *bytes, size_t length,
                                   lsc_error *error);

/** LSC_NOT_FOUND or LSC_IO, as errno says: "NAME: cannot ACTION: No such file or directory". */
LSC_SHARED lsc_status lsc_fail_errno(lsc_error *error, const char *name, const char *action);

/**
 * Open a file to read.
 * @param path  "-" is standard input
 * @param file  closed by lsc_file_close(); NULL on error
 * @param name  set to what messages call it: `path`, or static text
 * @return LSC_OK; LSC_NOT_FOUND, LSC_IO (also for a directory), naming the file.
 */
LSC_SHARED lsc_status lsc_file_open(const char *path, FILE **file, const char **name,
                                    lsc_error *error);
/** Close a file, but not standard input. NULL is allowed. */
LSC_SHARED void lsc_file_close(FILE *file);

/** Reads lines. A final line without newline counts; a CR before the newline is dropped. */
typedef struct lsc_line_reader {
    FILE *file;
    const char *name; /**< for messages; outlives the reader */
    int64_t line;     /**< number of the line last read, from 1 */
    int64_t offset;   /**< byte offset at which it begins */
    int64_t next_offset;
    bool cut; /**< the line goes on: it was too long, and was not read to its end */
    lsc_buffer text;
} lsc_line_reader;

/** @param path  "-" is standard input. Errors as lsc_file_read(). */
LSC_SHARED lsc_status lsc_line_reader_open(lsc_line_reader *reader, const char *path,
                                           const lsc_allocator *allocator, lsc_error *error);
/**
 * The next line, valid until the next call.
 * @param text  set to the line without its end, or to NULL at the end of the file
 * @return LSC_OK, LSC_IO, LSC_LIMIT past max_bytes (naming file and line), LSC_NO_MEMORY.
 */
LSC_SHARED lsc_status lsc_line_reader_next(lsc_line_reader *reader, size_t max_bytes,
                                           const char **text, size_t *length, lsc_error *error);
/** After LSC_LIMIT: go past the end of the line, whose beginning is in the reader's text. LSC_OK or LSC_IO. */
LSC_SHARED lsc_status lsc_line_reader_skip(lsc_line_reader *reader, lsc_error *error);
/** Start again. LSC_UNSUPPORTED where the file cannot seek. */
LSC_SHARED lsc_status lsc_line_reader_rewind(lsc_line_reader *reader, lsc_error *error);
LSC_SHARED void lsc_line_reader_close(lsc_line_reader *reader);

#endif
