#include <leadscore/source.h>

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/options.h"
#include "lead/activity_json.h"
#include "lead/lead_index.h"
#include "lead/lead_members.h"
#include "lead/outcomes.h"
#include "lead/timeline.h"

/*
 * NDJSON files as a source. With activities or outcomes in files of their own, opening reads all
 * files once, to index and check them; then each lead is read again, and its activities from where
 * the index says. Else leads are read as they are asked for.
 */
typedef struct file_source {
    lsc_allocator allocator;
    lsc_arena paths;
    lsc_line_reader leads;
    lsc_line_reader activities; /* file is NULL where there is none */
    bool indexed;
    bool outcomes_filed; /* they come from a file, not from the leads */
    bool ignore_unknown;
    lsc_lead_index index;
    lsc_lead *lead;
    char *text; /* of an activity read back */
    size_t text_capacity;
    lsc_outcome *outcomes; /* of the lead */
    size_t outcomes_capacity;
} file_source;

/* Put file and line in front of an error about what the line holds. */
static lsc_status at_line(lsc_status status, const char *name, int64_t line, int64_t offset,
                          lsc_error *error)
{
    if (status != LSC_OK && status != LSC_NO_MEMORY) {
        lsc_error_shift(error, offset);
        lsc_error_prefix(error, "%s:%lld: ", name, (long long)line);
    }
    return status;
}

static lsc_status at_reader(lsc_status status, const lsc_line_reader *reader, lsc_error *error)
{
    return at_line(status, reader->name, reader->line, reader->offset, error);
}

/* The next line that is not blank. */
static lsc_status next_line(lsc_line_reader *reader, const char **text, size_t *length,
                            lsc_error *error)
{
    lsc_status status;
    do {
        status = lsc_line_reader_next(reader, LSC_MAX_LINE, text, length, error);
    } while (status == LSC_OK && *text != NULL && strspn(*text, " \t\r") == *length);
    return status;
}

static lsc_status parse_line(const char *text, size_t length, lsc_json **json, lsc_error *error)
{
    const lsc_json_limits limits = lsc_lead_json_limits(LSC_MAX_LINE);
    return lsc_json_parse(text, length, &limits, json, error);
}

static lsc_status parse_lead(file_source *source, const char *text, size_t length, lsc_error *error)
{
    lsc_status status = lsc_lead_parse_json(source->lead, text, length, error);
    if (status == LSC_OK && lsc_lead_id(source->lead)[0] == '\0') {
        status = lsc_fail(error, LSC_BAD_LEAD, "id is missing");
    }
    return status;
}

/* Reading back. */

static lsc_status changed(const char *name, lsc_error *error)
{
    return lsc_fail(error, LSC_IO, "%s: changed while it was read", name);
}

static lsc_status read_at(int file, const char *name, char *bytes, size_t length, int64_t offset,
                          lsc_error *error)
{
    while (length > 0) {
        ssize_t n = pread(file, bytes, length, (off_t)offset);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return lsc_fail_errno(error, name, "read it");
        }
        if (n == 0) {
            return changed(name, error);
        }
        bytes += n;
        length -= (size_t)n;
        offset += n;
    }
    return LSC_OK;
}

static lsc_status read_back(file_source *source, const lsc_activity_place *place, lsc_error *error)
{
    void *text = source->text;
    if (!lsc_grow(&source->allocator, &text, &source->text_capacity, place->length, 1)) {
        return lsc_fail_memory(error);
    }
    source->text = text;
    return read_at(fileno(source->activities.file), source->activities.name, source->text,
                   place->length, place->offset, error);
}

static lsc_status add_activity(file_source *source, const lsc_activity_place *place,
                               lsc_error *error)
{
    lsc_json *json;
    lsc_status status = parse_line(source->text, place->length, &json, error);
    if (status == LSC_OK) {
        status = lsc_activity_stage(source->lead, json, error);
        lsc_json_free(json);
    }
    if (status == LSC_OK) {
        status = lsc_timeline_commit(source->lead, error);
    }
    return at_line(status, source->activities.name, place->line, place->offset, error);
}

static lsc_status add_activities(file_source *source, const lsc_indexed_lead *indexed,
                                 lsc_error *error)
{
    lsc_status status = LSC_OK;
    uint32_t at = indexed->first_activity;
    while (status == LSC_OK && at != LSC_INDEX_END) {
        const lsc_activity_place *place = &source->index.activities[at];
        status = read_back(source, place, error);
        if (status == LSC_OK) {
            status = add_activity(source, place, error);
        }
        at = place->next;
    }
    return status;
}

static lsc_status append_outcome(file_source *source, size_t n, const lsc_outcome *outcome,
                                 lsc_error *error)
{
    void *outcomes = source->outcomes;
    if (!lsc_grow(&source->allocator, &outcomes, &source->outcomes_capacity, n + 1,
                  sizeof *outcome)) {
        return lsc_fail_memory(error);
    }
    source->outcomes = outcomes;
    source->outcomes[n] = *outcome;
    return LSC_OK;
}

static lsc_status filed_outcomes(file_source *source, const lsc_indexed_lead *indexed, size_t *n,
                                 lsc_error *error)
{
    size_t count = 0;
    uint32_t at = indexed->first_outcome;
    while (at != LSC_INDEX_END) {
        const lsc_indexed_outcome *item = &source->index.outcomes[at];
        lsc_status status = append_outcome(source, count, &item->outcome, error);
        if (status != LSC_OK) {
            return status;
        }
        count++;
        at = item->next;
    }
    *n = lsc_outcomes_settle(source->outcomes, count);
    return LSC_OK;
}

static lsc_status own_outcome(file_source *source, size_t *n, lsc_error *error)
{
    bool known;
    lsc_outcome outcome;
    lsc_status status = lsc_outcome_of_lead(source->lead, &known, &outcome, error);
    if (status != LSC_OK) {
        return at_reader(status, &source->leads, error);
    }
    *n = known ? 1 : 0;
    return known ? append_outcome(source, 0, &outcome, error) : LSC_OK;
}

static lsc_status complete(file_source *source, size_t *n_outcomes, lsc_error *error)
{
    if (!source->indexed) {
        return own_outcome(source, n_outcomes, error);
    }
    const lsc_indexed_lead *indexed =
        lsc_lead_index_find(&source->index, lsc_lead_id(source->lead));
    if (indexed == NULL) {
        return changed(source->leads.name, error);
    }
    lsc_status status = add_activities(source, indexed, error);
    if (status != LSC_OK) {
        return status;
    }
    return source->outcomes_filed ? filed_outcomes(source, indexed, n_outcomes, error)
                                  : own_outcome(source, n_outcomes, error);
}

static lsc_status files_next(void *ctx, lsc_record *record, bool *more, lsc_error *error)
{
    file_source *source = ctx;
    const char *text;
    size_t length;
    lsc_status status = next_line(&source->leads, &text, &length, error);
    *more = text != NULL;
    if (status != LSC_OK || text == NULL) {
        return status;
    }
    status = parse_lead(source, text, length, error);
    if (status != LSC_OK) {
        return at_reader(status, &source->leads, error);
    }
    status = complete(source, &record->n_outcomes, error);
    record->lead = source->lead;
    record->outcomes = source->outcomes;
    record->position = source->leads.line;
    return status;
}

static lsc_status files_rewind(void *ctx, lsc_error *error)
{
    file_source *source = ctx;
    return lsc_line_reader_rewind(&source->leads, error);
}

static void files_free(void *ctx)
{
    file_source *source = ctx;
    lsc_release(&source->allocator, source->outcomes);
    lsc_release(&source->allocator, source->text);
    lsc_lead_free(source->lead);
    lsc_lead_index_free(&source->index);
    lsc_line_reader_close(&source->activities);
    lsc_line_reader_close(&source->leads);
    lsc_arena_free(&source->paths);
    lsc_allocator allocator = source->allocator;
    lsc_release(&allocator, source);
}

/* Opening. */

static lsc_status unknown_lead(const file_source *source, const char *lead_id, lsc_error *error)
{
    return lsc_fail(error, LSC_BAD_LEAD, "lead_id is of no lead in %s: \"%s\"", source->leads.name,
                    lead_id);
}

static lsc_status index_leads(file_source *source, lsc_error *error)
{
    lsc_line_reader *reader = &source->leads;
    const char *text;
    size_t length;
    lsc_status status;
    while ((status = next_line(reader, &text, &length, error)) == LSC_OK && text != NULL) {
        status = parse_lead(source, text, length, error);
        if (status == LSC_OK) {
            status =
                lsc_lead_index_add(&source->index, lsc_lead_id(source->lead), reader->line, error);
        }
        if (status != LSC_OK) {
            return at_reader(status, reader, error);
        }
    }
    return status == LSC_OK ? lsc_line_reader_rewind(reader, error) : status;
}

static lsc_status index_activity(file_source *source, const lsc_json *json, size_t length,
                                 lsc_error *error)
{
    lsc_activity_view view;
    lsc_status status = lsc_activity_read(json, &view, error);
    if (status != LSC_OK) {
        return status;
    }
    if (view.lead_id == NULL) {
        return lsc_fail(error, LSC_BAD_LEAD, "lead_id is missing");
    }
    lsc_indexed_lead *lead = lsc_lead_index_find(&source->index, view.lead_id);
    if (lead == NULL) {
        return source->ignore_unknown ? LSC_OK : unknown_lead(source, view.lead_id, error);
    }
    const lsc_activity_place place = {.offset = source->activities.offset,
                                      .line = source->activities.line,
                                      .length = (uint32_t)length};
    return lsc_lead_index_add_activity(&source->index, lead, &place, error);
}

static lsc_status index_activities(file_source *source, lsc_error *error)
{
    lsc_line_reader *reader = &source->activities;
    const char *text;
    size_t length;
    lsc_status status;
    while ((status = next_line(reader, &text, &length, error)) == LSC_OK && text != NULL) {
        lsc_json *json;
        status = parse_line(text, length, &json, error);
        if (status == LSC_OK) {
            status = index_activity(source, json, length, error);
            lsc_json_free(json);
        }
        if (status != LSC_OK) {
            return at_reader(status, reader, error);
        }
    }
    return status;
}

static lsc_status index_outcome(file_source *source, const lsc_json *json, lsc_error *error)
{
    char scratch[LSC_NUMBER_TEXT_SIZE];
    const char *lead_id;
    lsc_outcome outcome;
    lsc_status status = lsc_outcome_from_json(json, &lead_id, scratch, &outcome, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_indexed_lead *lead = lsc_lead_index_find(&source->index, lead_id);
    if (lead == NULL) {
        return source->ignore_unknown ? LSC_OK : unknown_lead(source, lead_id, error);
    }
    return lsc_lead_index_add_outcome(&source->index, lead, &outcome, error);
}

static lsc_status index_outcomes(file_source *source, const char *path, lsc_error *error)
{
    lsc_line_reader reader;
    const char *text;
    size_t length;
    lsc_status status = lsc_line_reader_open(&reader, path, &source->allocator, error);
    while (status == LSC_OK && (status = next_line(&reader, &text, &length, error)) == LSC_OK &&
           text != NULL) {
        lsc_json *json;
        status = parse_line(text, length, &json, error);
        if (status == LSC_OK) {
            status = index_outcome(source, json, error);
            lsc_json_free(json);
        }
        status = at_reader(status, &reader, error);
    }
    lsc_line_reader_close(&reader);
    return status;
}

static lsc_status copy_file(FILE *from, FILE *to, const char *name, lsc_error *error)
{
    char chunk[65536];
    size_t n;
    while ((n = fread(chunk, 1, sizeof chunk, from)) > 0) {
        if (fwrite(chunk, 1, n, to) != n) {
            return lsc_fail_errno(error, name, "copy it aside");
        }
    }
    if (ferror(from)) {
        return lsc_fail_errno(error, name, "read it");
    }
    return fflush(to) == 0 ? LSC_OK : lsc_fail_errno(error, name, "copy it aside");
}

/* Let a reader of what cannot be read at any place read a copy, which no name leads to. */
static lsc_status make_seekable(lsc_line_reader *reader, lsc_error *error)
{
    struct stat info;
    bool is_file = fstat(fileno(reader->file), &info) == 0 && S_ISREG(info.st_mode);
    if (is_file && reader->file != stdin) {
        return LSC_OK;
    }
    FILE *copy = tmpfile();
    if (copy == NULL) {
        return lsc_fail_errno(error, reader->name, "copy it aside");
    }
    lsc_status status = copy_file(reader->file, copy, reader->name, error);
    lsc_file_close(reader->file);
    reader->file = copy;
    rewind(copy);
    return status;
}

static lsc_status open_reader(file_source *source, lsc_line_reader *reader, const char *path,
                              lsc_error *error)
{
    const char *copy = lsc_arena_copy(&source->paths, path, strlen(path));
    if (copy == NULL) {
        return lsc_fail_memory(error);
    }
    lsc_status status = lsc_line_reader_open(reader, copy, &source->allocator, error);
    return status == LSC_OK && source->indexed ? make_seekable(reader, error) : status;
}

static lsc_status prepare(file_source *source, const lsc_files *options, lsc_error *error)
{
    source->indexed = options->activities != NULL || options->outcomes != NULL;
    source->outcomes_filed = options->outcomes != NULL;
    source->ignore_unknown = options->ignore_unknown;
    lsc_status status = lsc_lead_new(&source->allocator, &source->lead, error);
    if (status == LSC_OK) {
        status = lsc_lead_set_aliases(source->lead, options->aliases, error);
    }
    if (status == LSC_OK) {
        status = open_reader(source, &source->leads, options->leads, error);
    }
    if (status == LSC_OK && options->activities != NULL) {
        status = open_reader(source, &source->activities, options->activities, error);
    }
    if (status == LSC_OK && source->indexed) {
        status = index_leads(source, error);
    }
    if (status == LSC_OK && options->activities != NULL) {
        status = index_activities(source, error);
    }
    if (status == LSC_OK && options->outcomes != NULL) {
        status = index_outcomes(source, options->outcomes, error);
    }
    return status;
}

static bool is_stdin(const char *path)
{
    return path != NULL && strcmp(path, "-") == 0;
}

static lsc_status check_options(const lsc_files *options, lsc_error *error)
{
    if (options->leads == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "files.leads is missing");
    }
    if (is_stdin(options->leads) + is_stdin(options->activities) + is_stdin(options->outcomes) >
        1) {
        return lsc_fail(error, LSC_INVALID_ARG, "only one of the files can be standard input");
    }
    return LSC_OK;
}

static file_source *new_source(const lsc_allocator *allocator)
{
    file_source *source = lsc_alloc_array(allocator, 1, sizeof *source);
    if (source != NULL) {
        source->allocator = *allocator;
        lsc_arena_init(&source->paths, &source->allocator);
        lsc_lead_index_init(&source->index, &source->allocator);
        lsc_buffer_init(&source->leads.text, &source->allocator);
        lsc_buffer_init(&source->activities.text, &source->allocator);
    }
    return source;
}

lsc_status lsc_source_open_files(const lsc_files *files, lsc_source **source, lsc_error *error)
{
    if (files == NULL || source == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", files == NULL ? "files" : "source");
    }
    *source = NULL;
    lsc_files options = LSC_FILES_INIT;
    lsc_allocator allocator;
    lsc_status status = lsc_options_read("lsc_files", &options, sizeof options, files,
                                         LSC_SIZE_UP_TO(lsc_files, allocator), error);
    if (status == LSC_OK) {
        status = check_options(&options, error);
    }
    if (status == LSC_OK) {
        status = lsc_allocator_resolve(&options.allocator, &allocator, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    file_source *made = new_source(&allocator);
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    status = prepare(made, &options, error);
    if (status == LSC_OK) {
        static const lsc_source_calls calls = {.size = sizeof calls,
                                               .next = files_next,
                                               .rewind = files_rewind,
                                               .free = files_free,
                                               .has_times = true};
        status = lsc_source_new(&calls, made, &allocator, source, error);
    }
    if (status != LSC_OK) {
        files_free(made);
    }
    return status;
}
