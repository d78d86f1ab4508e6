#include <leadscore/store.h>

#include <string.h>
#include <sys/stat.h>

#include "core/file.h"
#include "core/options.h"
#include "core/text.h"
#include "pipeline/lead_state.h"
#include "store/audit.h"
#include "store/lead_rows.h"

#define DEFAULT_BATCH 5000
/** Bytes that are shown of a line that is too long to be read. */
#define LONG_SHOWN 1000

typedef struct ingesting ingesting;

/** Takes in one line, within a change of its own. */
typedef lsc_status (*take_line)(ingesting *at, const char *text, size_t length, lsc_error *error);

struct ingesting {
    lsc_store *store;
    lsc_companion *companion;
    lsc_ingest options;
    int64_t organization_key;
    FILE *rejects;             /* NULL: none wanted */
    lsc_buffer reject;         /* the line of it under way */
    lsc_ingest_counts kept;    /* of the batches that are kept */
    lsc_ingest_counts pending; /* and with the batch under way */
    size_t n_in_batch;
    uint64_t n_lines;
};

void lsc_ingest_init(lsc_ingest *ingest, size_t size)
{
    const lsc_ingest defaults = LSC_INGEST_INIT;
    lsc_options_init(ingest, size, &defaults, sizeof defaults);
}

void lsc_ingest_counts_init(lsc_ingest_counts *counts, size_t size)
{
    const lsc_ingest_counts defaults = LSC_INGEST_COUNTS_INIT;
    lsc_options_init(counts, size, &defaults, sizeof defaults);
}

/* What a line holds. */

static void count_written(ingesting *at, const lsc_written *written)
{
    at->pending.activities += written->added;
    at->pending.duplicates += written->duplicates;
}

static lsc_status take_lead(ingesting *at, const char *text, size_t length, lsc_error *error)
{
    lsc_lead *lead = at->companion->lead;
    lsc_written written = {0};
    lsc_status status = lsc_lead_parse_json(lead, text, length, error);
    if (status == LSC_OK && lsc_lead_id(lead)[0] == '\0') {
        status = lsc_fail(error, LSC_BAD_LEAD, "id is missing");
    }
    if (status == LSC_OK) {
        status = lsc_state_put_lead(at->store, at->organization_key, lead, &written, error);
    }
    if (status == LSC_OK) {
        at->pending.leads++;
        count_written(at, &written);
    }
    return status;
}

static lsc_status parse(const char *text, size_t length, lsc_json **json, lsc_error *error)
{
    const lsc_json_limits limits = lsc_lead_json_limits(LSC_MAX_LINE);
    return lsc_json_parse(text, length, &limits, json, error);
}

static lsc_status take_activity(ingesting *at, const char *text, size_t length, lsc_error *error)
{
    lsc_json *json;
    lsc_written written = {0};
    lsc_status status = parse(text, length, &json, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_state_put_activity(at->store, at->organization_key, NULL, json, &written, error);
    lsc_json_free(json);
    if (status == LSC_OK) {
        count_written(at, &written);
    }
    return status;
}

static lsc_status take_outcome(ingesting *at, const char *text, size_t length, lsc_error *error)
{
    char scratch[LSC_NUMBER_TEXT_SIZE];
    const char *lead_id = NULL;
    int64_t key = 0;
    lsc_outcome outcome;
    lsc_json *json;
    lsc_status status = parse(text, length, &json, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_outcome_from_json(json, &lead_id, scratch, &outcome, error);
    if (status == LSC_OK) {
        status = lsc_lead_row_need(at->store, at->organization_key, lead_id, &key, error);
    }
    if (status == LSC_OK) {
        status = lsc_outcome_row_put(at->store, key, &outcome, error);
    }
    lsc_json_free(json);
    at->pending.outcomes += status == LSC_OK;
    return status;
}

/* Lines that are refused. */

/* Whether it is the line that is at fault, and not the store, the system or memory. */
static bool is_of_line(lsc_status status)
{
    switch (status) {
    case LSC_BAD_JSON:
    case LSC_BAD_LEAD:
    case LSC_LIMIT:
    case LSC_NOT_FOUND:
    case LSC_INVALID_ARG:
    case LSC_CONFLICT:
        return true;
    default:
        return false;
    }
}

/* The text as UTF-8: what is none is shown as '?'. */
static void put_line_text(lsc_buffer *out, const char *text, size_t length)
{
    size_t at = 0;
    while (at < length) {
        size_t good = lsc_utf8_check(text + at, length - at);
        lsc_buffer_append(out, text + at, good);
        at += good;
        if (at < length) {
            lsc_buffer_append(out, "?", 1);
            at++;
        }
    }
}

static lsc_status write_reject(ingesting *at, const lsc_line_reader *reader, const char *text,
                               size_t length, const lsc_error *why, lsc_error *error)
{
    lsc_json_writer writer;
    lsc_buffer *clean = &at->store->text;
    lsc_buffer_clear(clean);
    put_line_text(clean, text, length);
    lsc_buffer_clear(&at->reject);
    lsc_json_writer_init(&writer, &at->reject, 0);
    lsc_json_begin_object(&writer);
    lsc_json_member_string(&writer, "file", reader->name);
    lsc_json_member_int(&writer, "line", reader->line);
    lsc_json_member_string(&writer, "status", lsc_status_name(why->status));
    lsc_json_member_string(&writer, "error", why->message);
    lsc_json_put_key(&writer, "text");
    lsc_json_put_text(&writer, clean->failed ? "" : clean->data, clean->length);
    lsc_json_end_object(&writer);
    lsc_buffer_append(&at->reject, "\n", 1);
    if (clean->failed || at->reject.failed) {
        return lsc_fail_memory(error);
    }
    if (fwrite(at->reject.data, 1, at->reject.length, at->rejects) != at->reject.length) {
        return lsc_fail_errno(error, at->options.rejects, "write it");
    }
    at->pending.rejected++;
    return LSC_OK;
}

static lsc_status refuse(ingesting *at, const lsc_line_reader *reader, const char *text,
                         size_t length, lsc_error *why, lsc_error *error)
{
    if (at->rejects != NULL && is_of_line(why->status)) {
        return write_reject(at, reader, text, length, why, error);
    }
    lsc_status status = why->status;
    if (is_of_line(status)) {
        why->offset += why->offset >= 0 ? reader->offset : 0;
        lsc_error_prefix(why, "%s:%lld: ", reader->name, (long long)reader->line);
    }
    if (error != NULL) {
        *error = *why;
    }
    return status;
}

/* Batches. */

static lsc_status begin_batch(ingesting *at, lsc_error *error)
{
    at->n_in_batch = 0;
    return lsc_change_begin(at->store->database, error);
}

/* What was set aside is in its file before the lines around it are in the store. */
static lsc_status end_batch(ingesting *at, lsc_status status, lsc_error *error)
{
    if (status == LSC_OK && at->rejects != NULL && fflush(at->rejects) != 0) {
        status = lsc_fail_errno(error, at->options.rejects, "write it");
    }
    if (status == LSC_OK && at->n_in_batch > 0) {
        const lsc_audit_entry entry = {"ingest", at->organization_key, NULL,
                                       (int64_t)at->n_in_batch};
        status = lsc_audit_note(at->store, &entry, error);
    }
    status = lsc_change_end(at->store->database, status, error);
    if (status != LSC_OK) {
        at->pending = at->kept;
        return status;
    }
    at->kept = at->pending;
    if (at->options.progress != NULL &&
        !at->options.progress(at->options.progress_ctx, at->n_lines)) {
        return lsc_fail(error, LSC_CANCELLED, "it was stopped by its caller");
    }
    return LSC_OK;
}

static lsc_status ingest_line(ingesting *at, const lsc_line_reader *reader, take_line take,
                              const char *text, size_t length, lsc_error *error)
{
    lsc_error why = LSC_ERROR_INIT;
    const lsc_ingest_counts before = at->pending;
    lsc_status status = lsc_change_begin(at->store->database, error);
    if (status != LSC_OK) {
        return status;
    }
    status = take(at, text, length, &why);
    status = lsc_change_end(at->store->database, status, &why);
    if (status != LSC_OK) {
        at->pending = before;
        status = refuse(at, reader, text, length, &why, error);
    }
    at->n_in_batch++;
    at->n_lines++;
    return status;
}

/* Set a line aside that is longer than any may be, by how it begins. */
static lsc_status refuse_long(ingesting *at, lsc_line_reader *reader, lsc_error *error)
{
    lsc_error why = LSC_ERROR_INIT;
    lsc_fail(&why, LSC_LIMIT, "the line is longer than %u bytes", LSC_MAX_LINE);
    lsc_status status = write_reject(at, reader, reader->text.data, LONG_SHOWN, &why, error);
    at->n_in_batch++;
    at->n_lines++;
    return status == LSC_OK ? lsc_line_reader_skip(reader, error) : status;
}

/* The next line. One that is too long is set aside, and nothing is left of it. */
static lsc_status next_line(ingesting *at, lsc_line_reader *reader, const char **text,
                            size_t *length, lsc_error *error)
{
    lsc_error why = LSC_ERROR_INIT;
    lsc_status status = lsc_line_reader_next(reader, LSC_MAX_LINE, text, length, &why);
    if (status == LSC_LIMIT && at->rejects != NULL) {
        *text = "";
        return refuse_long(at, reader, error);
    }
    if (status != LSC_OK && error != NULL) {
        *error = why;
    }
    return status;
}

static lsc_status ingest_lines(ingesting *at, lsc_line_reader *reader, take_line take,
                               lsc_error *error)
{
    const char *text = "";
    size_t length;
    lsc_status status = begin_batch(at, error);
    if (status != LSC_OK) {
        return status;
    }
    while (status == LSC_OK) {
        status = next_line(at, reader, &text, &length, error);
        if (status != LSC_OK || text == NULL) {
            break;
        }
        if (strspn(text, " \t\r") < length) {
            status = ingest_line(at, reader, take, text, length, error);
        }
        if (status == LSC_OK && at->n_in_batch >= at->options.batch) {
            status = end_batch(at, status, error);
            if (status != LSC_OK) {
                return status;
            }
            status = begin_batch(at, error);
            if (status != LSC_OK) {
                return status;
            }
        }
    }
    return end_batch(at, status, error);
}

static lsc_status ingest_file(ingesting *at, const char *path, take_line take, lsc_error *error)
{
    lsc_line_reader reader;
    if (path == NULL) {
        return LSC_OK;
    }
    lsc_status status = lsc_line_reader_open(&reader, path, &at->store->allocator, error);
    if (status == LSC_OK) {
        status = ingest_lines(at, &reader, take, error);
    }
    lsc_line_reader_close(&reader);
    return status;
}

static lsc_status open_rejects(ingesting *at, lsc_error *error)
{
    if (at->options.rejects == NULL) {
        return LSC_OK;
    }
    at->rejects = fopen(at->options.rejects, "w");
    return at->rejects != NULL ? LSC_OK : lsc_fail_errno(error, at->options.rejects, "create it");
}

static lsc_status close_rejects(ingesting *at, lsc_status status, lsc_error *error)
{
    if (at->rejects != NULL && fclose(at->rejects) != 0 && status == LSC_OK) {
        return lsc_fail_errno(error, at->options.rejects, "write it");
    }
    return status;
}

/* By which names leads are read, and traits of activities; NULL: all of the library's. */
static lsc_status take_aliases(const ingesting *at, lsc_aliases *aliases, lsc_error *error)
{
    lsc_status status = lsc_lead_set_aliases(at->companion->lead, aliases, error);
    return status == LSC_OK ? lsc_lead_set_aliases(at->companion->activities, aliases, error)
                            : status;
}

static lsc_status ingest_all(ingesting *at, lsc_error *error)
{
    lsc_status status = take_aliases(at, at->options.aliases, error);
    if (status == LSC_OK) {
        status = open_rejects(at, error);
    }
    if (status == LSC_OK) {
        status = ingest_file(at, at->options.leads, take_lead, error);
    }
    if (status == LSC_OK) {
        status = ingest_file(at, at->options.activities, take_activity, error);
    }
    if (status == LSC_OK) {
        status = ingest_file(at, at->options.outcomes, take_outcome, error);
    }
    return close_rejects(at, status, error);
}

static int is_stdin(const char *path)
{
    return path != NULL && strcmp(path, "-") == 0;
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat left;
    struct stat right;
    return a != NULL && b != NULL && stat(a, &left) == 0 && stat(b, &right) == 0 &&
           S_ISREG(left.st_mode) && left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

/* What is to be taken in would be lost where lines are to be set aside there. */
static lsc_status check_rejects(const lsc_ingest *options, lsc_error *error)
{
    const char *const files[] = {options->leads, options->activities, options->outcomes};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (is_same_file(files[i], options->rejects)) {
            return lsc_fail(error, LSC_INVALID_ARG, "ingest.rejects is a file to be taken in: %s",
                            options->rejects);
        }
    }
    return LSC_OK;
}

static lsc_status read_options(const lsc_ingest *given, lsc_ingest *options, lsc_error *error)
{
    *options = (lsc_ingest)LSC_INGEST_INIT;
    lsc_status status = lsc_options_read("lsc_ingest", options, sizeof *options, given,
                                         LSC_SIZE_UP_TO(lsc_ingest, progress_ctx), error);
    if (status == LSC_OK &&
        is_stdin(options->leads) + is_stdin(options->activities) + is_stdin(options->outcomes) >
            1) {
        status = lsc_fail(error, LSC_INVALID_ARG, "only one file can be standard input");
    }
    options->batch = options->batch == 0 ? DEFAULT_BATCH : options->batch;
    return status == LSC_OK ? check_rejects(options, error) : status;
}

static lsc_status prepare(ingesting *at, const char *organization, const lsc_ingest *ingest,
                          const lsc_ingest_counts *counts, lsc_error *error)
{
    lsc_status status = read_options(ingest, &at->options, error);
    if (status == LSC_OK && counts != NULL) {
        status = lsc_options_check("lsc_ingest_counts", counts,
                                   LSC_SIZE_UP_TO(lsc_ingest_counts, rejected), error);
    }
    if (status == LSC_OK && lsc_change_depth(at->store->database) > 0) {
        status = lsc_fail(error, LSC_INVALID_ARG, "a transaction has begun: end it first");
    }
    if (status == LSC_OK) {
        status = lsc_companion_of(at->store, &at->companion, error);
    }
    return status == LSC_OK
               ? lsc_organization_find(at->store, organization, &at->organization_key, error)
               : status;
}

lsc_status lsc_store_ingest(lsc_store *store, const char *organization, const lsc_ingest *ingest,
                            lsc_ingest_counts *counts, lsc_error *error)
{
    if (store == NULL || ingest == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", store == NULL ? "store" : "ingest");
    }
    ingesting at = {
        .store = store, .kept = LSC_INGEST_COUNTS_INIT, .pending = LSC_INGEST_COUNTS_INIT};
    lsc_status status = prepare(&at, organization, ingest, counts, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_buffer_init(&at.reject, &store->allocator);
    status = ingest_all(&at, error);
    take_aliases(&at, NULL, NULL);
    lsc_buffer_free(&at.reject);
    if (counts != NULL) {
        lsc_options_write("lsc_ingest_counts", &at.kept, sizeof at.kept, counts,
                          LSC_SIZE_UP_TO(lsc_ingest_counts, rejected), NULL);
    }
    return status;
}
