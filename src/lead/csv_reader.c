#include "lead/csv_reader.h"

#include <assert.h>
#include <string.h>

#include <leadscore/source.h>

#include "core/file.h"
#include "core/text.h"

#define BLOCK_SIZE 65536

lsc_status lsc_csv_open(lsc_csv_reader *reader, const char *path, char delimiter,
                        const lsc_allocator *allocator, lsc_error *error)
{
    *reader = (lsc_csv_reader){.allocator = allocator, .delimiter = delimiter, .line = 1};
    lsc_buffer_init(&reader->text, allocator);
    reader->block = lsc_alloc(allocator, BLOCK_SIZE);
    if (reader->block == NULL) {
        return lsc_fail_memory(error);
    }
    return lsc_file_open(path, &reader->file, &reader->name, error);
}

void lsc_csv_close(lsc_csv_reader *reader)
{
    lsc_file_close(reader->file);
    reader->file = NULL;
    lsc_release(reader->allocator, reader->starts);
    lsc_release(reader->allocator, reader->block);
    lsc_buffer_free(&reader->text);
}

/* Make sure that a byte stands at reader->at, unless the file is at its end. */
static bool fill(lsc_csv_reader *reader)
{
    if (reader->at == reader->filled) {
        reader->at = 0;
        reader->filled = fread(reader->block, 1, BLOCK_SIZE, reader->file);
    }
    return reader->filled > 0;
}

/* The next byte, or EOF. */
static int peek(lsc_csv_reader *reader)
{
    return fill(reader) ? (unsigned char)reader->block[reader->at] : EOF;
}

static bool is_row_end(int c)
{
    return c == '\n' || c == '\r' || c == EOF;
}

/* Go past the end of a row: LF, CR, or both. */
static void skip_row_end(lsc_csv_reader *reader)
{
    int c = peek(reader);
    if (c == '\r') {
        reader->at++;
        c = peek(reader) == '\n' ? '\n' : 0;
    }
    if (c == '\n') {
        reader->at++;
    }
    reader->line++;
}

/* The candidate that is most frequent outside quotes in the first row; the first of equals. */
static char detect_delimiter(const char *text, size_t length)
{
    static const char candidates[] = ",;\t|";
    size_t counts[sizeof candidates] = {0};
    bool quoted = false;
    for (size_t i = 0; i < length && (quoted || !is_row_end((unsigned char)text[i])); i++) {
        const char *found = quoted || text[i] == '\0' ? NULL : strchr(candidates, text[i]);
        if (text[i] == '"') {
            quoted = !quoted;
        } else if (found != NULL) {
            counts[found - candidates]++;
        }
    }
    size_t best = 0;
    for (size_t i = 1; i < sizeof candidates - 1; i++) {
        best = counts[i] > counts[best] ? i : best;
    }
    return candidates[best];
}

/* Go past a byte order mark at the beginning of the file. */
static void skip_mark(lsc_csv_reader *reader)
{
    static const char mark[] = "\xEF\xBB\xBF";
    const size_t length = sizeof mark - 1;
    reader->begun = true;
    if (fill(reader) && reader->filled >= length && memcmp(reader->block, mark, length) == 0) {
        reader->at = length;
    }
}

/* Go to where the next row begins. */
static void skip_to_row(lsc_csv_reader *reader)
{
    if (!reader->begun) {
        skip_mark(reader);
    }
    for (int c = peek(reader); c == '\n' || c == '\r'; c = peek(reader)) {
        skip_row_end(reader);
    }
    if (reader->delimiter == '\0') {
        reader->delimiter =
            detect_delimiter(reader->block + reader->at, reader->filled - reader->at);
    }
}

static lsc_status bad_row(const lsc_csv_reader *reader, int64_t line, const char *what,
                          lsc_error *error)
{
    return lsc_fail(error, LSC_BAD_CSV, "%s:%lld: %s", reader->name, (long long)line, what);
}

/* Append a span of the block to the cell, and go past it. The NULs after the cells before it, which
   stand for the delimiters, can be what is too much. */
static lsc_status take(lsc_csv_reader *reader, size_t length, lsc_error *error)
{
    if (reader->text.length > LSC_MAX_LINE || length > LSC_MAX_LINE - reader->text.length) {
        return lsc_fail(error, LSC_LIMIT, "%s:%lld: the row is longer than %u bytes", reader->name,
                        (long long)reader->row_line, LSC_MAX_LINE);
    }
    lsc_buffer_append(&reader->text, reader->block + reader->at, length);
    reader->at += length;
    return lsc_buffer_status(&reader->text, error);
}

static lsc_status read_plain_cell(lsc_csv_reader *reader, lsc_error *error)
{
    lsc_status status = LSC_OK;
    while (status == LSC_OK && fill(reader)) {
        size_t end = reader->at;
        while (end < reader->filled && reader->block[end] != reader->delimiter &&
               !is_row_end((unsigned char)reader->block[end])) {
            end++;
        }
        bool ended = end < reader->filled;
        status = take(reader, end - reader->at, error);
        if (ended) {
            break;
        }
    }
    return status;
}

static void count_lines(lsc_csv_reader *reader, size_t end)
{
    for (size_t i = reader->at; i < end; i++) {
        reader->line += reader->block[i] == '\n';
    }
}

static lsc_status read_quoted_cell(lsc_csv_reader *reader, lsc_error *error)
{
    const int64_t opened_at = reader->line;
    reader->at++;
    while (fill(reader)) {
        const char *quote = memchr(reader->block + reader->at, '"', reader->filled - reader->at);
        size_t end = quote == NULL ? reader->filled : (size_t)(quote - reader->block);
        count_lines(reader, end);
        lsc_status status = take(reader, end - reader->at, error);
        if (status != LSC_OK) {
            return status;
        }
        if (quote == NULL) {
            continue;
        }
        reader->at++;
        if (peek(reader) != '"') {
            return LSC_OK;
        }
        status = take(reader, 1, error); /* a doubled quote is one */
        if (status != LSC_OK) {
            return status;
        }
    }
    return bad_row(reader, opened_at, "the quote that opens here is never closed", error);
}

/* Check the cell read last. */
static lsc_status check_cell(const lsc_csv_reader *reader, lsc_error *error)
{
    size_t length;
    const char *text = lsc_csv_cell(reader, reader->n_cells - 1, &length);
    const char *what = lsc_utf8_check(text, length) < length ? "not UTF-8"
                       : memchr(text, '\0', length) != NULL  ? "text with a NUL in it"
                                                             : NULL;
    if (what == NULL) {
        return LSC_OK;
    }
    return lsc_fail(error, LSC_BAD_CSV, "%s:%lld: cell %zu is %s", reader->name,
                    (long long)reader->row_line, reader->n_cells, what);
}

static lsc_status begin_cell(lsc_csv_reader *reader, lsc_error *error)
{
    if (reader->n_cells == LSC_MAX_CSV_COLUMNS) {
        return lsc_fail(error, LSC_LIMIT, "%s:%lld: the row has more than %d cells", reader->name,
                        (long long)reader->row_line, LSC_MAX_CSV_COLUMNS);
    }
    void *starts = reader->starts;
    if (!lsc_grow(reader->allocator, &starts, &reader->starts_capacity, reader->n_cells + 2,
                  sizeof *reader->starts)) {
        return lsc_fail_memory(error);
    }
    reader->starts = starts;
    reader->starts[reader->n_cells] = reader->text.length;
    return LSC_OK;
}

static lsc_status read_cell(lsc_csv_reader *reader, lsc_error *error)
{
    lsc_status status = begin_cell(reader, error);
    if (status != LSC_OK) {
        return status;
    }
    bool quoted = peek(reader) == '"';
    status = quoted ? read_quoted_cell(reader, error) : read_plain_cell(reader, error);
    if (status != LSC_OK) {
        return status;
    }
    int c = peek(reader);
    if (!is_row_end(c) && c != (unsigned char)reader->delimiter) {
        return bad_row(reader, reader->line, "text behind a closing quote", error);
    }
    lsc_buffer_append(&reader->text, "", 1);
    reader->starts[++reader->n_cells] = reader->text.length;
    status = lsc_buffer_status(&reader->text, error);
    return status == LSC_OK ? check_cell(reader, error) : status;
}

lsc_status lsc_csv_next(lsc_csv_reader *reader, bool *more, lsc_error *error)
{
    *more = false;
    skip_to_row(reader);
    if (peek(reader) == EOF) {
        return ferror(reader->file) ? lsc_fail_errno(error, reader->name, "read it") : LSC_OK;
    }
    reader->row_line = reader->line;
    lsc_buffer_clear(&reader->text);
    reader->n_cells = 0;
    for (;;) {
        lsc_status status = read_cell(reader, error);
        if (status != LSC_OK) {
            return status;
        }
        if (is_row_end(peek(reader))) {
            break;
        }
        reader->at++;
    }
    if (ferror(reader->file)) {
        return lsc_fail_errno(error, reader->name, "read it");
    }
    skip_row_end(reader);
    *more = true;
    return LSC_OK;
}

const char *lsc_csv_cell(const lsc_csv_reader *reader, size_t cell, size_t *length)
{
    assert(cell < reader->n_cells);
    *length = reader->starts[cell + 1] - reader->starts[cell] - 1;
    return reader->text.data + reader->starts[cell];
}

lsc_status lsc_csv_rewind(lsc_csv_reader *reader, lsc_error *error)
{
    if (fseeko(reader->file, 0, SEEK_SET) != 0) {
        return lsc_fail(error, LSC_UNSUPPORTED, "%s cannot be read a second time", reader->name);
    }
    clearerr(reader->file);
    reader->at = 0;
    reader->filled = 0;
    reader->begun = false;
    reader->line = 1;
    return LSC_OK;
}
