/*
 * Leads, activities and outcomes as NDJSON files: what stands before the first line "--", between that
 * and the second, and behind it. All leads are read, twice, and scored.
 */
#define _GNU_SOURCE

#include "fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/** A file in memory, with a path. */
typedef struct memory_file {
    int file;
    char path[64];
} memory_file;

static void make_file(memory_file *made)
{
    made->file = memfd_create("lines", 0);
    fuzz_check(made->file >= 0);
    snprintf(made->path, sizeof made->path, "/proc/self/fd/%d", made->file);
}

static void fill_file(const memory_file *made, const uint8_t *bytes, size_t length)
{
    fuzz_check(ftruncate(made->file, (off_t)length) == 0);
    fuzz_check(pwrite(made->file, bytes, length, 0) == (ssize_t)length);
}

/** Bytes to the next line "--", or all that are left; they and the line are taken. */
static size_t take_part(const uint8_t **bytes, size_t *left, const uint8_t **part)
{
    static const char line[] = "\n--\n";
    *part = *bytes;
    const uint8_t *end = *bytes;
    while ((size_t)(*bytes + *left - end) >= sizeof line - 1 &&
           memcmp(end, line, sizeof line - 1) != 0) {
        end++;
    }
    bool found = (size_t)(*bytes + *left - end) >= sizeof line - 1;
    size_t length = found ? (size_t)(end - *bytes) + 1 : *left;
    size_t taken = found ? length + sizeof line - 2 : *left;
    *bytes += taken;
    *left -= taken;
    return length;
}

static lsc_status read_all(lsc_source *source, size_t *n_records, lsc_error *refusal)
{
    bool more = true;
    *n_records = 0;
    while (more) {
        lsc_record record;
        lsc_result result = LSC_RESULT_INIT;
        lsc_status status = lsc_source_next(source, &record, &more, refusal);
        if (status != LSC_OK) {
            return status;
        }
        if (more) {
            ++*n_records;
            fuzz_check(lsc_lead_id(record.lead)[0] != '\0');
            fuzz_ok(lsc_score_lead(fuzz_starter(), record.lead, 0, &result, error));
            for (size_t i = 1; i < record.n_outcomes; i++) {
                fuzz_check(record.outcomes[i - 1].time_ms <= record.outcomes[i].time_ms);
            }
        }
    }
    return LSC_OK;
}

static void use_source(lsc_source *source, size_t length)
{
    lsc_error refusal = LSC_ERROR_INIT;
    size_t n_records;
    size_t n_again;
    lsc_status status = read_all(source, &n_records, &refusal);
    if (status != LSC_OK) {
        fuzz_check_refusal(status, &refusal, length);
        return;
    }
    fuzz_ok(lsc_source_rewind(source, error));
    fuzz_ok(read_all(source, &n_again, error));
    fuzz_check(n_records == n_again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static memory_file parts[3];
    lsc_error refusal = LSC_ERROR_INIT;
    lsc_source *source = NULL;
    lsc_files files = LSC_FILES_INIT;
    const uint8_t *at = bytes;
    size_t left = length;
    size_t lengths[3];
    for (size_t i = 0; i < 3; i++) {
        const uint8_t *part;
        if (parts[i].path[0] == '\0') {
            make_file(&parts[i]);
        }
        lengths[i] = take_part(&at, &left, &part);
        fill_file(&parts[i], part, lengths[i]);
    }
    files.leads = parts[0].path;
    files.activities = lengths[1] > 0 ? parts[1].path : NULL;
    files.outcomes = lengths[2] > 0 ? parts[2].path : NULL;
    files.ignore_unknown = fuzz_choice(bytes, length, 2) == 0;
    lsc_status status = lsc_source_open_files(&files, &source, &refusal);
    if (status != LSC_OK) {
        fuzz_check_refusal(status, &refusal, length);
        return 0;
    }
    use_source(source, length);
    lsc_source_free(source);
    return 0;
}
