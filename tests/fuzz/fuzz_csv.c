/*
 * A table. Its spec is inferred and makes a vector of every row; then it is read as one with labels
 * in its last column and ids in its first.
 */
#include "fuzz.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/** Columns of an inferred spec that a vector is made of, at the most. */
#define MAX_COLUMNS 1024

/**
 * Make the bytes what standard input holds, read from its beginning: of glibc, `stdin` can be set. Tables
 * of files would be open, stat and read three times as long as they are parsed.
 */
static void begin_input(const uint8_t *bytes, size_t length)
{
    static FILE *file;
    if (file != NULL) {
        fclose(file);
    }
    /* Only read: the bytes stay as they are. */
    file = fmemopen((void *)(uintptr_t)bytes, length, "rb");
    fuzz_check(file != NULL);
    stdin = file;
}

/** Make the vector of every row. */
static void use_rows(lsc_source *source, const lsc_spec *spec)
{
    static float columns[MAX_COLUMNS];
    size_t n_columns = lsc_spec_n_columns(spec);
    lsc_record record;
    bool more = true;
    fuzz_ok(lsc_source_rewind(source, error));
    while (n_columns <= MAX_COLUMNS) {
        /* It was read to its end before. */
        fuzz_ok(lsc_source_next(source, &record, &more, error));
        if (!more) {
            return;
        }
        fuzz_ok(lsc_spec_extract(spec, record.lead, 0, columns, n_columns, error));
        for (size_t i = 0; i < n_columns; i++) {
            fuzz_check(!isinf(columns[i]));
        }
    }
}

static void infer(size_t length)
{
    lsc_error refusal = LSC_ERROR_INIT;
    lsc_csv csv = LSC_CSV_INIT;
    lsc_source *source = NULL;
    csv.path = "-";
    lsc_status status = lsc_source_open_csv(&csv, &source, &refusal);
    if (status != LSC_OK) {
        fuzz_check_refusal(status, &refusal, length);
        return;
    }
    lsc_spec *spec = NULL;
    char *notes = NULL;
    status = lsc_spec_infer(source, NULL, NULL, &spec, &notes, &refusal);
    if (status != LSC_OK) {
        fuzz_check_refusal(status, &refusal, length);
        fuzz_check(spec == NULL && notes == NULL);
    } else {
        use_rows(source, spec);
    }
    lsc_text_free(notes);
    lsc_spec_unref(spec);
    lsc_source_free(source);
}

/** What stands in the head, roughly: its first name, and its last. */
static void find_names(const uint8_t *bytes, size_t length, char first[64], char last[64])
{
    const char *text = (const char *)bytes;
    size_t end = 0;
    while (end < length && text[end] != '\n' && text[end] != '\r') {
        end++;
    }
    size_t begin = 0;
    while (begin < end && strchr(",;\t|", text[begin]) == NULL) {
        begin++;
    }
    snprintf(first, 64, "%.*s", (int)begin, text);
    begin = end;
    while (begin > 0 && (text[begin - 1] == '\0' || strchr(",;\t|", text[begin - 1]) == NULL)) {
        begin--;
    }
    snprintf(last, 64, "%.*s", (int)(end - begin), text + begin);
}

/** The spec of what the two columns leave, protected attributes taken all the same. */
static void infer_rest(lsc_source *source, const char *first, const char *last, size_t length)
{
    const char *const exclude[] = {first, last};
    const char *const include[] = {"age"};
    lsc_error refusal = LSC_ERROR_INIT;
    lsc_infer infer = LSC_INFER_INIT;
    lsc_spec *spec = NULL;
    infer.exclude = exclude;
    infer.n_exclude = fuzz_choice((const uint8_t *)first, strlen(first), 3);
    infer.include = include;
    infer.n_include = fuzz_choice((const uint8_t *)last, strlen(last), 2);
    infer.max_rows = 3;
    lsc_status status = lsc_source_rewind(source, &refusal);
    if (status == LSC_OK) {
        status = lsc_spec_infer(source, &infer, NULL, &spec, NULL, &refusal);
    }
    if (status != LSC_OK) {
        fuzz_check_refusal(status, &refusal, length);
    }
    lsc_spec_unref(spec);
}

static void read_labels(const uint8_t *bytes, size_t length)
{
    char id[64];
    char label[64];
    lsc_error refusal = LSC_ERROR_INIT;
    lsc_csv csv = LSC_CSV_INIT;
    lsc_source *source = NULL;
    find_names(bytes, length, id, label);
    csv.path = "-";
    csv.label = label;
    csv.id = id;
    lsc_status status = lsc_source_open_csv(&csv, &source, &refusal);
    bool more = true;
    while (status == LSC_OK && more) {
        lsc_record record;
        status = lsc_source_next(source, &record, &more, &refusal);
        if (status == LSC_OK && more) {
            fuzz_check(lsc_lead_id(record.lead)[0] != '\0');
            fuzz_check(record.n_outcomes <= 1);
        }
    }
    if (status != LSC_OK) {
        fuzz_check_refusal(status, &refusal, length);
    }
    lsc_source_free(source);
}

/** Without labels, and without some columns. One in four. */
static void read_again(const uint8_t *bytes, size_t length)
{
    char first[64];
    char last[64];
    lsc_error refusal = LSC_ERROR_INIT;
    lsc_csv csv = LSC_CSV_INIT;
    lsc_source *source = NULL;
    csv.path = "-";
    csv.delimiter = ',';
    find_names(bytes, length, first, last);
    if (fuzz_choice(bytes, length, 4) != 0) {
        return;
    }
    begin_input(bytes, length);
    lsc_status status = lsc_source_open_csv(&csv, &source, &refusal);
    if (status == LSC_OK) {
        infer_rest(source, first, last, length);
    } else {
        fuzz_check_refusal(status, &refusal, length);
    }
    lsc_source_free(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    begin_input(bytes, length);
    infer(length);
    begin_input(bytes, length);
    read_labels(bytes, length);
    read_again(bytes, length);
    return 0;
}
