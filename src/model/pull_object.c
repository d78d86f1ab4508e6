#include "pull_object.h"

#include <string.h>

#include <leadscore/model.h>

/** Numbers that are read at a time. */
#define BATCH 512

lsc_status lsc_pull_fail_value(const lsc_pull_event *event, const char *what, lsc_error *error)
{
    return lsc_fail_at(error, LSC_BAD_MODEL, (int64_t)event->offset, "%s at byte %llu %s",
                       event->has_key ? event->key : "the value", (unsigned long long)event->offset,
                       what);
}

static size_t find_member(const lsc_pull_member *members, size_t n, const lsc_pull_event *event)
{
    size_t i = 0;
    while (i < n && !lsc_pull_key_is(event, members[i].key)) {
        i++;
    }
    return i;
}

lsc_status lsc_pull_object(void *self, const lsc_pull_event *object, const lsc_pull_member *members,
                           size_t n_members, lsc_error *error)
{
    lsc_pull *in = ((lsc_pull_task *)self)->in;
    bool seen[LSC_PULL_MEMBERS] = {false};
    if (object->kind != LSC_PULL_OBJECT) {
        return lsc_pull_fail_value(object, "is not an object", error);
    }
    for (;;) {
        lsc_pull_event event;
        lsc_status status = lsc_pull_next(in, &event, error);
        if (status != LSC_OK || event.kind == LSC_PULL_END) {
            return status;
        }
        size_t found = find_member(members, n_members, &event);
        if (found == n_members) {
            status = lsc_pull_skip(in, &event, error);
        } else if (seen[found]) {
            status = lsc_pull_fail_value(&event, "stands there twice", error);
        } else {
            seen[found] = true;
            status = members[found].read(self, &event, (char *)self + members[found].place, error);
        }
        if (status != LSC_OK) {
            return status;
        }
    }
}

lsc_status lsc_pull_read_int(void *self, const lsc_pull_event *event, void *out, lsc_error *error)
{
    (void)self;
    lsc_pull_event number = *event;
    if (event->kind == LSC_PULL_STRING && event->text_length < LSC_PULL_TEXT_SIZE &&
        event->text[0] != '\0' && strcmp(event->text, "-") != 0) {
        number.number_type = 0; /* read as a number of JSON */
    } else if (event->kind != LSC_PULL_NUMBER) {
        return lsc_pull_fail_value(event, "is not an integer", error);
    }
    return lsc_pull_int(&number, out) ? LSC_OK
                                      : lsc_pull_fail_value(event, "is not an integer", error);
}

lsc_status lsc_pull_read_name(void *self, const lsc_pull_event *event, void *out, lsc_error *error)
{
    (void)self;
    char *name = out;
    if (event->kind != LSC_PULL_STRING) {
        return lsc_pull_fail_value(event, "is not a text", error);
    }
    size_t length =
        event->text_length < LSC_PULL_NAME_SIZE ? event->text_length : LSC_PULL_NAME_SIZE - 1;
    memcpy(name, event->text, length);
    name[length] = '\0';
    return LSC_OK;
}

/** Room for `more` items behind `count`; for no more than the array says that it has. */
static lsc_status reserve(const lsc_pull_task *self, const lsc_pull_event *event, void **items,
                          size_t count, size_t more, size_t *capacity, size_t item_size,
                          lsc_error *error)
{
    if (more > LSC_MAX_NODES - count) {
        return lsc_fail_at(error, LSC_LIMIT, (int64_t)event->offset,
                           "%s at byte %llu has more than %u values",
                           event->has_key ? event->key : "the array",
                           (unsigned long long)event->offset, LSC_MAX_NODES);
    }
    return lsc_grow_by(self->allocator, items, capacity, count + more, event->count, item_size)
               ? LSC_OK
               : lsc_fail_memory(error);
}

static lsc_status need_array(const lsc_pull_event *event, lsc_error *error)
{
    return event->kind == LSC_PULL_ARRAY ? LSC_OK
                                         : lsc_pull_fail_value(event, "is not an array", error);
}

lsc_status lsc_pull_read_floats(void *self, const lsc_pull_event *event, void *out,
                                lsc_error *error)
{
    const lsc_pull_task *task = self;
    lsc_float_list *list = out;
    size_t n = BATCH;
    list->count = 0;
    lsc_status status = need_array(event, error);
    while (status == LSC_OK && n == BATCH) {
        float batch[BATCH];
        status = lsc_pull_floats(task->in, batch, BATCH, &n, error);
        void *items = list->items;
        if (status == LSC_OK) {
            status =
                reserve(task, event, &items, list->count, n, &list->capacity, sizeof *batch, error);
        }
        list->items = items;
        if (status == LSC_OK && n > 0) {
            memcpy(list->items + list->count, batch, n * sizeof *batch);
            list->count += n;
        }
    }
    return status;
}

/** A batch of integers that must lie in [low, high]. */
static lsc_status pull_batch(const lsc_pull_task *task, const lsc_pull_event *event, int64_t low,
                             int64_t high, int64_t batch[BATCH], size_t *n, lsc_error *error)
{
    lsc_status status = lsc_pull_ints(task->in, batch, BATCH, n, error);
    for (size_t i = 0; status == LSC_OK && i < *n; i++) {
        if (batch[i] < low || batch[i] > high) {
            return lsc_fail_at(error, LSC_BAD_MODEL, (int64_t)event->offset,
                               "%s at byte %llu holds %lld, must be %lld to %lld",
                               event->has_key ? event->key : "the array",
                               (unsigned long long)event->offset, (long long)batch[i],
                               (long long)low, (long long)high);
        }
    }
    return status;
}

lsc_status lsc_pull_read_ints(void *self, const lsc_pull_event *event, void *out, lsc_error *error)
{
    const lsc_pull_task *task = self;
    lsc_int_list *list = out;
    size_t n = BATCH;
    list->count = 0;
    lsc_status status = need_array(event, error);
    while (status == LSC_OK && n == BATCH) {
        int64_t batch[BATCH];
        status = pull_batch(task, event, INT32_MIN, INT32_MAX, batch, &n, error);
        void *items = list->items;
        if (status == LSC_OK) {
            status = reserve(task, event, &items, list->count, n, &list->capacity,
                             sizeof *list->items, error);
        }
        list->items = items;
        for (size_t i = 0; status == LSC_OK && i < n; i++) {
            list->items[list->count++] = (int32_t)batch[i];
        }
    }
    return status;
}

lsc_status lsc_pull_read_bytes(void *self, const lsc_pull_event *event, void *out, lsc_error *error)
{
    const lsc_pull_task *task = self;
    lsc_byte_list *list = out;
    size_t n = BATCH;
    list->count = 0;
    lsc_status status = need_array(event, error);
    while (status == LSC_OK && n == BATCH) {
        int64_t batch[BATCH];
        status = pull_batch(task, event, INT8_MIN, UINT8_MAX, batch, &n, error);
        void *items = list->items;
        if (status == LSC_OK) {
            status = reserve(task, event, &items, list->count, n, &list->capacity, 1, error);
        }
        list->items = items;
        for (size_t i = 0; status == LSC_OK && i < n; i++) {
            list->items[list->count++] = (uint8_t)batch[i];
        }
    }
    return status;
}
