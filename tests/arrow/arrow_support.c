#include "arrow_support.h"

#include <errno.h>

#include "card_fixture.h"

static void count_schema(struct ArrowSchema *schema)
{
    if (schema->private_data != NULL) {
        *(int *)schema->private_data += 1;
    }
    schema->release = NULL;
}

static void count_array(struct ArrowArray *array)
{
    if (array->private_data != NULL) {
        *(int *)array->private_data += 1;
    }
    array->release = NULL;
}

void hand_begin(hand_table *table, int64_t n_rows)
{
    memset(table, 0, sizeof *table);
    table->schema.format = "+s";
    table->schema.name = "";
    table->schema.children = table->schema_children;
    table->schema.release = count_schema;
    table->schema.private_data = &table->released;
    table->array.length = n_rows;
    table->array.n_buffers = 1;
    table->array.buffers = table->table_buffers;
    table->array.children = table->array_children;
    table->array.release = count_array;
    table->array.private_data = &table->released;
}

struct ArrowArray *hand_add(hand_table *table, const char *name, const char *format,
                            const void *validity, const void *values)
{
    size_t column = (size_t)table->schema.n_children++;
    ck_assert_uint_lt(column, HAND_COLUMNS);
    struct ArrowSchema *schema = &table->schemas[column];
    struct ArrowArray *array = &table->arrays[column];
    schema->format = format;
    schema->name = name;
    schema->release = count_schema;
    table->schema_children[column] = schema;
    table->buffers[column][0] = validity;
    table->buffers[column][1] = values;
    array->length = table->array.length;
    array->null_count = validity != NULL ? -1 : 0;
    array->n_buffers = strcmp(format, "n") == 0 ? 0 : 2;
    array->buffers = table->buffers[column];
    array->release = count_array;
    table->array_children[column] = array;
    table->array.n_children++;
    return array;
}

static int next_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    hand_stream *hand = stream->private_data;
    if (hand->no_schema) {
        return EIO;
    }
    *out = hand->tables[0].schema;
    return 0;
}

static int next_table(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    hand_stream *hand = stream->private_data;
    if (hand->next == hand->fail_at) {
        return EIO;
    }
    *out = (struct ArrowArray){.release = NULL};
    if (hand->next < hand->n) {
        *out = hand->tables[hand->next].array;
    }
    hand->next++;
    return 0;
}

static const char *last_error(struct ArrowArrayStream *stream)
{
    const hand_stream *hand = stream->private_data;
    return hand->fail_at == hand->next || hand->no_schema ? "the wire was cut" : NULL;
}

static void release_stream(struct ArrowArrayStream *stream)
{
    hand_stream *hand = stream->private_data;
    hand->released++;
    stream->release = NULL;
}

void hand_stream_begin(hand_stream *stream, hand_table *tables, size_t n)
{
    *stream = (hand_stream){.tables = tables, .n = n, .fail_at = SIZE_MAX};
    stream->stream =
        (struct ArrowArrayStream){next_schema, next_table, last_error, release_stream, stream};
}

static lsc_scorer *scorer_of(lsc_model *model)
{
    lsc_scorer *scorer = NULL;
    ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
    lsc_model_unref(model);
    return scorer;
}

lsc_scorer *hand_forest_scorer(size_t n_columns)
{
    return scorer_of(fixture_random_model(8, 20, 5, n_columns, 2));
}

lsc_scorer *hand_card_scorer(size_t n_columns)
{
    return scorer_of(fixture_card_model(n_columns));
}
