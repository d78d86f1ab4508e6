#include <leadscore/source.h>

#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/file.h"
#include "core/number.h"
#include "core/options.h"
#include "core/string_map.h"
#include "lead/csv_reader.h"
#include "lead/event_map.h"
#include "lead/lead_data.h"

/*
 * A foreign file of events as a source. Opening translates it, row by row, to the files that the
 * library reads anyway: leads, activities and outcomes as NDJSON, which no name leads to. The rest is
 * lsc_source_open_files().
 */

/* A lead, as far as it is known from the events read. */
typedef struct event_lead {
    const char *id;
    int64_t first_ms;
} event_lead;

typedef enum event_file {
    LEADS,
    ACTIVITIES,
    OUTCOMES,
    N_EVENT_FILES
} event_file;

/* A translation under way. */
typedef struct translation {
    lsc_allocator allocator;
    lsc_event_map map;
    lsc_csv_reader reader;
    size_t n_columns;
    size_t id; /* places in a row */
    size_t time;
    size_t type;
    size_t data[LSC_MAX_EVENT_DATA];
    const char **names; /* [n_columns], of the columns */
    lsc_arena arena;    /* names and ids */
    lsc_string_map numbers;
    event_lead *leads;
    size_t n_leads;
    size_t leads_capacity;
    size_t n_outcomes;
    FILE *files[N_EVENT_FILES];
    lsc_buffer line;
} translation;

/* What is left once it is opened. */
typedef struct event_source {
    lsc_allocator allocator;
    lsc_source *inner;
    FILE *files[N_EVENT_FILES];
} event_source;

static lsc_status no_column(const translation *at, const char *member, const char *column,
                            lsc_error *error)
{
    lsc_buffer names;
    lsc_buffer_init(&names, &at->allocator);
    for (size_t i = 0; i < at->n_columns && names.length < LSC_ERROR_MESSAGE_SIZE; i++) {
        lsc_buffer_append_format(&names, "%s%s", i == 0 ? "" : ", ", at->names[i]);
    }
    lsc_status status = lsc_buffer_status(&names, error);
    if (status == LSC_OK) {
        status = lsc_fail(error, LSC_BAD_CSV,
                          "%s: no column \"%.100s\", which %s names; the columns are %s",
                          at->reader.name, column, member, names.data);
    }
    lsc_buffer_free(&names);
    return status;
}

static lsc_status find_column(const translation *at, const char *member, const char *column,
                              size_t *place, lsc_error *error)
{
    for (size_t i = 0; i < at->n_columns; i++) {
        if (strcmp(at->names[i], column) == 0) {
            *place = i;
            return LSC_OK;
        }
    }
    return no_column(at, member, column, error);
}

static lsc_status keep_names(translation *at, lsc_error *error)
{
    at->n_columns = at->reader.n_cells;
    at->names = lsc_arena_alloc(&at->arena, at->n_columns * sizeof *at->names);
    if (at->names == NULL) {
        return lsc_fail_memory(error);
    }
    for (size_t i = 0; i < at->n_columns; i++) {
        size_t length;
        const char *name = lsc_csv_cell(&at->reader, i, &length);
        at->names[i] = lsc_arena_copy(&at->arena, name, length);
        if (at->names[i] == NULL) {
            return lsc_fail_memory(error);
        }
    }
    return LSC_OK;
}

/* The head, and where in it the columns of the map stand. */
static lsc_status read_head(translation *at, lsc_error *error)
{
    bool more;
    lsc_status status = lsc_csv_next(&at->reader, &more, error);
    if (status == LSC_OK && !more) {
        status = lsc_fail(error, LSC_BAD_CSV, "%s: empty, not even a head", at->reader.name);
    }
    if (status == LSC_OK) {
        status = keep_names(at, error);
    }
    if (status == LSC_OK) {
        status = find_column(at, "map.id", at->map.id, &at->id, error);
    }
    if (status == LSC_OK) {
        status = find_column(at, "map.time", at->map.time, &at->time, error);
    }
    if (status == LSC_OK && at->map.type_column != NULL) {
        status = find_column(at, "map.type", at->map.type_column, &at->type, error);
    }
    for (size_t i = 0; i < at->map.n_data && status == LSC_OK; i++) {
        status = find_column(at, "map.data", at->map.data[i].column, &at->data[i], error);
    }
    return status;
}

/* "FILE:LINE: column "NAME" is "VALUE", must be ..." */
static lsc_status bad_cell(const translation *at, size_t column, const char *must, lsc_error *error)
{
    size_t length;
    const char *text = lsc_csv_cell(&at->reader, column, &length);
    return lsc_fail(error, LSC_BAD_CSV, "%s:%lld: column \"%.100s\" is \"%.100s\", must be %s",
                    at->reader.name, (long long)at->reader.row_line, at->names[column], text, must);
}

static lsc_status read_time(const translation *at, int64_t *time_ms, lsc_error *error)
{
    size_t length;
    const char *text = lsc_csv_cell(&at->reader, at->time, &length);
    const char *format = at->map.time_format;
    char must[160];
    if (lsc_event_time_parse(format, text, length, time_ms)) {
        return LSC_OK;
    }
    snprintf(must, sizeof must, "a time%s%.100s", format == NULL ? "" : " like ",
             format == NULL ? "" : format);
    return bad_cell(at, at->time, must, error);
}

/* The lead of the row; it is added where it is new. */
static lsc_status note_lead(translation *at, int64_t time_ms, lsc_error *error)
{
    size_t length;
    const char *id = lsc_csv_cell(&at->reader, at->id, &length);
    if (length == 0) {
        return bad_cell(at, at->id, "the id of a lead", error);
    }
    const uint64_t *number = lsc_string_map_find(&at->numbers, id, length);
    if (number != NULL) {
        event_lead *lead = &at->leads[*number];
        lead->first_ms = time_ms < lead->first_ms ? time_ms : lead->first_ms;
        return LSC_OK;
    }
    const char *copy = lsc_arena_copy(&at->arena, id, length);
    if (copy == NULL ||
        !lsc_grow(&at->allocator, (void **)&at->leads, &at->leads_capacity, at->n_leads + 1,
                  sizeof *at->leads) ||
        lsc_string_map_insert(&at->numbers, copy, length, at->n_leads, NULL) == NULL) {
        return lsc_fail_memory(error);
    }
    at->leads[at->n_leads++] = (event_lead){copy, time_ms};
    return LSC_OK;
}

static void put_time(lsc_json_writer *json, const char *key, int64_t time_ms)
{
    char text[LSC_TIME_TEXT_SIZE];
    lsc_time_format(time_ms, text);
    lsc_json_member_string(json, key, text);
}

static lsc_status put_data(const translation *at, lsc_json_writer *json, lsc_error *error)
{
    lsc_json_put_key(json, "data");
    lsc_json_begin_object(json);
    for (size_t i = 0; i < at->map.n_data; i++) {
        size_t length;
        double number;
        const char *text = lsc_csv_cell(&at->reader, at->data[i], &length);
        if (length == 0) {
            continue;
        }
        if (!lsc_number_parse(text, length, &number)) {
            return bad_cell(at, at->data[i], "a number", error);
        }
        lsc_json_member_number(json, at->map.data[i].name, number);
    }
    lsc_json_end_object(json);
    return LSC_OK;
}

/* Begin an object on the line that is written next. */
static lsc_json_writer begin_line(translation *at)
{
    lsc_json_writer json;
    lsc_buffer_clear(&at->line);
    lsc_json_writer_init(&json, &at->line, 0);
    lsc_json_begin_object(&json);
    return json;
}

static lsc_status end_line(translation *at, lsc_json_writer *json, event_file to, lsc_error *error)
{
    lsc_json_end_object(json);
    lsc_buffer_append_text(&at->line, "\n");
    lsc_status status = lsc_buffer_status(&at->line, error);
    if (status == LSC_OK &&
        fwrite(at->line.data, 1, at->line.length, at->files[to]) != at->line.length) {
        status = lsc_fail_errno(error, at->reader.name, "translate it to a temporary file");
    }
    return status;
}

static lsc_status write_outcome(translation *at, const char *id, int64_t time_ms, lsc_error *error)
{
    lsc_json_writer json = begin_line(at);
    lsc_json_member_string(&json, "lead_id", id);
    put_time(&json, "time", time_ms);
    lsc_json_member_bool(&json, "label", true);
    at->n_outcomes++;
    return end_line(at, &json, OUTCOMES, error);
}

static lsc_status write_activity(translation *at, const char *id, const char *type, int64_t time_ms,
                                 lsc_error *error)
{
    char number[24];
    lsc_json_writer json = begin_line(at);
    snprintf(number, sizeof number, "%lld", (long long)at->reader.row_line);
    lsc_json_member_string(&json, "id", number);
    lsc_json_member_string(&json, "lead_id", id);
    lsc_json_member_string(&json, "type", type);
    put_time(&json, "time", time_ms);
    lsc_status status = put_data(at, &json, error);
    return status == LSC_OK ? end_line(at, &json, ACTIVITIES, error) : status;
}

static lsc_status translate_row(translation *at, lsc_error *error)
{
    int64_t time_ms;
    size_t length;
    if (at->reader.n_cells != at->n_columns) {
        return lsc_fail(error, LSC_BAD_CSV, "%s:%lld: the row has %zu cells, the head has %zu",
                        at->reader.name, (long long)at->reader.row_line, at->reader.n_cells,
                        at->n_columns);
    }
    lsc_status status = read_time(at, &time_ms, error);
    if (status == LSC_OK) {
        status = note_lead(at, time_ms, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    const char *id = lsc_csv_cell(&at->reader, at->id, &length);
    const char *type = at->map.type;
    if (type == NULL) {
        type = lsc_csv_cell(&at->reader, at->type, &length);
        if (length == 0) {
            return bad_cell(at, at->type, "a type of activity", error);
        }
    }
    status = write_activity(at, id, type, time_ms, error);
    if (status == LSC_OK && lsc_event_map_converts(&at->map, type)) {
        status = write_outcome(at, id, time_ms, error);
    }
    return status;
}

static lsc_status write_leads(translation *at, lsc_error *error)
{
    lsc_status status = LSC_OK;
    for (size_t i = 0; i < at->n_leads && status == LSC_OK; i++) {
        lsc_json_writer json = begin_line(at);
        lsc_json_member_string(&json, "id", at->leads[i].id);
        put_time(&json, "created_at", at->leads[i].first_ms);
        status = end_line(at, &json, LEADS, error);
    }
    for (int i = 0; i < N_EVENT_FILES && status == LSC_OK; i++) {
        if (fflush(at->files[i]) != 0) {
            status = lsc_fail_errno(error, at->reader.name, "translate it to a temporary file");
        }
    }
    return status;
}

static lsc_status translate(translation *at, const char *path, char delimiter, lsc_error *error)
{
    bool more = true;
    for (int i = 0; i < N_EVENT_FILES; i++) {
        at->files[i] = tmpfile();
        if (at->files[i] == NULL) {
            return lsc_fail_errno(error, path, "translate it to a temporary file");
        }
    }
    lsc_status status = lsc_csv_open(&at->reader, path, delimiter, &at->allocator, error);
    if (status == LSC_OK) {
        status = read_head(at, error);
    }
    while (status == LSC_OK) {
        status = lsc_csv_next(&at->reader, &more, error);
        if (status != LSC_OK || !more) {
            break;
        }
        status = translate_row(at, error);
    }
    if (status == LSC_OK && at->n_leads == 0) {
        status = lsc_fail(error, LSC_BAD_DATA, "%s: no row follows the head", at->reader.name);
    }
    if (status == LSC_OK && at->map.outcome_types != NULL && at->n_outcomes == 0) {
        status = lsc_fail(error, LSC_BAD_DATA,
                          "%s: no row is of a type in map.outcome.types, so that nothing converts",
                          at->reader.name);
    }
    return status == LSC_OK ? write_leads(at, error) : status;
}

static lsc_status events_next(void *ctx, lsc_record *record, bool *more, lsc_error *error)
{
    event_source *source = ctx;
    return lsc_source_next(source->inner, record, more, error);
}

static lsc_status events_rewind(void *ctx, lsc_error *error)
{
    event_source *source = ctx;
    return lsc_source_rewind(source->inner, error);
}

static void events_free(void *ctx)
{
    event_source *source = ctx;
    lsc_source_free(source->inner);
    for (int i = 0; i < N_EVENT_FILES; i++) {
        if (source->files[i] != NULL) {
            fclose(source->files[i]);
        }
    }
    lsc_allocator allocator = source->allocator;
    lsc_release(&allocator, source);
}

static lsc_status open_translated(event_source *source, bool has_outcomes, bool repeatable,
                                  lsc_source **made, lsc_error *error)
{
    char paths[N_EVENT_FILES][32];
    lsc_files files = LSC_FILES_INIT;
    for (int i = 0; i < N_EVENT_FILES; i++) {
        snprintf(paths[i], sizeof paths[i], "/dev/fd/%d", fileno(source->files[i]));
    }
    files.leads = paths[LEADS];
    files.activities = paths[ACTIVITIES];
    files.outcomes = has_outcomes ? paths[OUTCOMES] : NULL;
    files.allocator = source->allocator;
    lsc_status status = lsc_source_open_files(&files, &source->inner, error);
    if (status == LSC_OK) {
        const lsc_source_calls calls = {.size = sizeof calls,
                                        .next = events_next,
                                        .rewind = events_rewind,
                                        .free = events_free,
                                        .has_times = true,
                                        .repeats = repeatable};
        status = lsc_source_new(&calls, source, &source->allocator, made, error);
    }
    return status;
}

static void translation_free(translation *at)
{
    for (int i = 0; i < N_EVENT_FILES; i++) {
        if (at->files[i] != NULL) {
            fclose(at->files[i]);
        }
    }
    lsc_csv_close(&at->reader);
    lsc_buffer_free(&at->line);
    lsc_release(&at->allocator, at->leads);
    lsc_string_map_free(&at->numbers);
    lsc_arena_free(&at->arena);
    lsc_event_map_free(&at->map);
}

static lsc_status open_events(translation *at, const lsc_events *options, lsc_source **source,
                              lsc_error *error)
{
    lsc_status status =
        lsc_event_map_parse(options->map_json, options->map_length, &at->map, error);
    if (status == LSC_OK) {
        status = translate(at, options->path, options->delimiter, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    event_source *made = lsc_alloc_array(&at->allocator, 1, sizeof *made);
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    made->allocator = at->allocator;
    memcpy(made->files, at->files, sizeof made->files);
    memset(at->files, 0, sizeof at->files);
    status = open_translated(made, at->n_outcomes > 0, at->map.repeatable, source, error);
    if (status != LSC_OK) {
        events_free(made);
    }
    return status;
}

static lsc_status check_options(const lsc_events *options, lsc_error *error)
{
    if (options->path == NULL || options->path[0] == '\0') {
        return lsc_fail(error, LSC_INVALID_ARG, "events.path is missing");
    }
    if (options->map_json == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "events.map_json is missing");
    }
    return LSC_OK;
}

void lsc_events_init(lsc_events *events, size_t size)
{
    const lsc_events defaults = LSC_EVENTS_INIT;
    lsc_options_init(events, size, &defaults, sizeof defaults);
}

lsc_status lsc_source_open_events(const lsc_events *events, lsc_source **source, lsc_error *error)
{
    if (events == NULL || source == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", events == NULL ? "events" : "source");
    }
    *source = NULL;
    lsc_events options = LSC_EVENTS_INIT;
    translation at;
    memset(&at, 0, sizeof at);
    lsc_status status = lsc_options_read("lsc_events", &options, sizeof options, events,
                                         LSC_SIZE_UP_TO(lsc_events, allocator), error);
    if (status == LSC_OK) {
        status = check_options(&options, error);
    }
    if (status == LSC_OK) {
        status = lsc_allocator_resolve(&options.allocator, &at.allocator, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    at.reader.allocator = &at.allocator;
    lsc_buffer_init(&at.reader.text, &at.allocator);
    lsc_buffer_init(&at.line, &at.allocator);
    lsc_arena_init(&at.arena, &at.allocator);
    lsc_string_map_init(&at.numbers, &at.allocator);
    status = open_events(&at, &options, source, error);
    translation_free(&at);
    return status;
}
