#include "xgboost_names.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <leadscore/spec.h>

#include "core/text.h"

#define MEMBER(key, read, field) LSC_PULL_MEMBER(lsc_names_reader, key, read, field)
/** Numbers that are read at a time. */
#define BATCH 512

/** What XGBoost calls the unsigned integers that UBJSON has not, and writes as signed ones. */
enum {
    TYPE_U16 = 12,
    TYPE_U32 = 14
};

/** Keep a text. The list has room for it. */
static lsc_status keep(lsc_names_reader *reader, const char *text, size_t length,
                       lsc_xgboost_texts *texts, lsc_error *error)
{
    char *copy = lsc_arena_copy(reader->arena, text, length);
    if (copy == NULL) {
        return lsc_fail_memory(error);
    }
    assert(texts->items != NULL);
    texts->items[texts->count++] = (lsc_xgboost_text){copy, length};
    return LSC_OK;
}

/** The text of an event; of a name, it is UTF-8 without a NUL. */
static lsc_status check_text(const lsc_pull_event *event, lsc_error *error)
{
    if (event->kind != LSC_PULL_STRING) {
        return lsc_pull_fail_value(event, "is not a text", error);
    }
    if (event->text_length > LSC_MAX_NAME) {
        return lsc_fail_at(error, LSC_LIMIT, (int64_t)event->offset,
                           "the name at byte %llu has %zu bytes, at most %d are read: \"%.40s...\"",
                           (unsigned long long)event->offset, event->text_length, LSC_MAX_NAME,
                           event->text);
    }
    if (strlen(event->text) != event->text_length ||
        lsc_utf8_check(event->text, event->text_length) != event->text_length) {
        return lsc_pull_fail_value(event, "is not UTF-8", error);
    }
    return LSC_OK;
}

/** Texts of a list that grows; to the arena when all are there. */
static lsc_status read_items(lsc_names_reader *reader, lsc_xgboost_texts *texts, size_t *capacity,
                             lsc_error *error)
{
    for (;;) {
        lsc_pull_event event;
        lsc_status status = lsc_pull_next(reader->task.in, &event, error);
        if (status != LSC_OK || event.kind == LSC_PULL_END) {
            return status;
        }
        status = check_text(&event, error);
        if (status == LSC_OK && texts->count == LSC_MAX_COLUMNS) {
            status = lsc_fail_at(error, LSC_LIMIT, (int64_t)event.offset,
                                 "the model has more than %d features", LSC_MAX_COLUMNS);
        }
        void *items = texts->items;
        if (status == LSC_OK && !lsc_grow(reader->task.allocator, &items, capacity,
                                          texts->count + 1, sizeof *texts->items)) {
            status = lsc_fail_memory(error);
        }
        texts->items = items;
        if (status == LSC_OK) {
            status = keep(reader, event.text, event.text_length, texts, error);
        }
        if (status != LSC_OK) {
            return status;
        }
    }
}

lsc_status lsc_names_read_texts(lsc_names_reader *reader, const lsc_pull_event *event,
                                lsc_xgboost_texts *texts, lsc_error *error)
{
    lsc_xgboost_texts read = {.items = NULL};
    size_t capacity = 0;
    if (event->kind != LSC_PULL_ARRAY) {
        return lsc_pull_fail_value(event, "is not an array", error);
    }
    lsc_status status = read_items(reader, &read, &capacity, error);
    if (status == LSC_OK && read.items != NULL) {
        size_t size = read.count * sizeof *read.items;
        lsc_xgboost_text *kept = lsc_arena_alloc(reader->arena, size);
        if (kept == NULL) {
            status = lsc_fail_memory(error);
        } else {
            memcpy(kept, read.items, size);
            *texts = (lsc_xgboost_texts){.items = kept, .count = read.count};
        }
    }
    lsc_release(reader->task.allocator, read.items);
    return status;
}

/* Categories */

static lsc_status read_offsets(void *self, const lsc_pull_event *event, void *out, lsc_error *error)
{
    lsc_names_reader *reader = self;
    reader->has_offsets = true;
    return lsc_pull_read_ints(self, event, out, error);
}

static lsc_status read_values(void *self, const lsc_pull_event *event, void *out, lsc_error *error)
{
    lsc_names_reader *reader = self;
    size_t n = BATCH;
    (void)out;
    if (event->kind != LSC_PULL_ARRAY) {
        return lsc_pull_fail_value(event, "is not an array", error);
    }
    while (n == BATCH) {
        int64_t batch[BATCH];
        lsc_status status = lsc_pull_ints(reader->task.in, batch, BATCH, &n, error);
        if (status != LSC_OK) {
            return status;
        }
        if (n == 0) {
            break;
        }
        if (n > LSC_MAX_CATEGORY_NAMES - reader->n_read) {
            return lsc_fail_at(error, LSC_LIMIT, (int64_t)event->offset,
                               "the names of the categories have more than %u bytes",
                               LSC_MAX_CATEGORY_NAMES);
        }
        reader->n_read += n;
        void *values = reader->values;
        if (!lsc_grow(reader->task.allocator, &values, &reader->values_capacity,
                      reader->n_values + n, sizeof *reader->values)) {
            return lsc_fail_memory(error);
        }
        reader->values = values;
        for (size_t i = 0; i < n; i++) {
            reader->values[reader->n_values++] = batch[i];
        }
    }
    return LSC_OK;
}

/**
 * The text of a category: the bytes from its offset to the next. One that cannot be a name is left
 * empty, and the fault is kept: the model can be used all the same, by codes.
 */
static lsc_status keep_text(lsc_names_reader *reader, size_t i, lsc_xgboost_texts *texts,
                            lsc_error *error)
{
    char text[LSC_MAX_NAME];
    int64_t from = reader->offsets.items[i];
    int64_t to = reader->offsets.items[i + 1];
    if (from < 0 || to < from || to > (int64_t)reader->n_values) {
        return lsc_fail(error, LSC_BAD_MODEL,
                        "cats.enc[%zu]: category %zu has no text where its offset says",
                        reader->n_columns, i);
    }
    size_t length = (size_t)(to - from);
    if (length > sizeof text) {
        texts->fault = "have a name of more than 256 bytes";
        length = 0;
    }
    for (size_t k = 0; k < length; k++) {
        text[k] = (char)reader->values[(size_t)from + k];
    }
    if (memchr(text, '\0', length) != NULL || lsc_utf8_check(text, length) != length) {
        texts->fault = "have a name that is not UTF-8";
        length = 0;
    }
    for (size_t k = 0; k < length; k++) {
        texts->beyond_ascii = texts->beyond_ascii || (unsigned char)text[k] >= 0x80;
    }
    return keep(reader, text, length, texts, error);
}

/** The number by which a category is named. */
static lsc_status keep_number(lsc_names_reader *reader, size_t i, lsc_xgboost_texts *texts,
                              lsc_error *error)
{
    char text[32];
    int64_t value = reader->values[i];
    if (value < 0 && reader->type == TYPE_U16) {
        value += INT64_C(1) << 16;
    } else if (value < 0 && reader->type == TYPE_U32) {
        value += INT64_C(1) << 32;
    }
    int length = snprintf(text, sizeof text, "%" PRId64, value);
    return keep(reader, text, (size_t)length, texts, error);
}

static lsc_status keep_column(lsc_names_reader *reader, lsc_error *error)
{
    size_t n_offsets = reader->offsets.count;
    size_t n = reader->has_offsets ? n_offsets - (n_offsets > 0) : reader->n_values;
    lsc_xgboost_texts texts = {.items = NULL};
    lsc_status status = LSC_OK;
    if (n > LSC_MAX_CATEGORY_NAMES - reader->n_kept) {
        return lsc_fail(error, LSC_LIMIT, "cats.enc[%zu] brings the categories past %u",
                        reader->n_columns, LSC_MAX_CATEGORY_NAMES);
    }
    reader->n_kept += n;
    if (n > 0) {
        texts.items = lsc_arena_alloc(reader->arena, n * sizeof *texts.items);
        status = texts.items != NULL ? LSC_OK : lsc_fail_memory(error);
    }
    for (size_t i = 0; status == LSC_OK && i < n; i++) {
        status = reader->has_offsets ? keep_text(reader, i, &texts, error)
                                     : keep_number(reader, i, &texts, error);
    }
    void *columns = reader->columns;
    if (status == LSC_OK && !lsc_grow(reader->task.allocator, &columns, &reader->columns_capacity,
                                      reader->n_columns + 1, sizeof texts)) {
        return lsc_fail_memory(error);
    }
    reader->columns = columns;
    if (status == LSC_OK) {
        reader->columns[reader->n_columns++] = texts;
    }
    return status;
}

static lsc_status read_column(lsc_names_reader *reader, const lsc_pull_event *event,
                              lsc_error *error)
{
    static const lsc_pull_member members[] = {
        MEMBER("offsets", read_offsets, offsets),
        LSC_PULL_PART("values", read_values),
        MEMBER("type", lsc_pull_read_int, type),
    };
    reader->type = 0;
    reader->has_offsets = false;
    reader->offsets.count = 0;
    reader->n_values = 0;
    lsc_status status = LSC_PULL_OBJECT_OF(reader, event, members, error);
    if (status == LSC_OK && reader->n_columns == LSC_MAX_COLUMNS) {
        return lsc_fail_at(error, LSC_LIMIT, (int64_t)event->offset,
                           "the model has categories of more than %d features", LSC_MAX_COLUMNS);
    }
    return status == LSC_OK ? keep_column(reader, error) : status;
}

static lsc_status read_columns(void *self, const lsc_pull_event *event, void *out, lsc_error *error)
{
    lsc_names_reader *reader = self;
    (void)out;
    if (event->kind != LSC_PULL_ARRAY) {
        return lsc_pull_fail_value(event, "is not an array", error);
    }
    for (;;) {
        lsc_pull_event column;
        lsc_status status = lsc_pull_next(reader->task.in, &column, error);
        if (status == LSC_OK && column.kind == LSC_PULL_END) {
            return LSC_OK;
        }
        if (status == LSC_OK) {
            status = read_column(reader, &column, error);
        }
        if (status != LSC_OK) {
            return status;
        }
    }
}

lsc_status lsc_names_read_categories(lsc_names_reader *reader, const lsc_pull_event *event,
                                     lsc_error *error)
{
    static const lsc_pull_member members[] = {LSC_PULL_PART("enc", read_columns)};
    return LSC_PULL_OBJECT_OF(reader, event, members, error);
}

void lsc_names_reader_free(lsc_names_reader *reader)
{
    lsc_release(reader->task.allocator, reader->columns);
    lsc_release(reader->task.allocator, reader->offsets.items);
    lsc_release(reader->task.allocator, reader->values);
}
