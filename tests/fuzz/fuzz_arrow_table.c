#include "fuzz_arrow_column.h"

#include <float.h>
#include <math.h>
#include <string.h>

/** Rows of a table, children of a struct and levels of structs that bytes can ask for. */
#define MOST_ROWS 40
#define MOST_CHILDREN 8
#define MOST_LEVELS 40
/** Items of a list column, about: what lists within lists hold stays small. */
#define MOST_ITEMS 256
#define VIEW_SIZE 16
#define LONGEST_TEXT 32

#define NEW_YEAR INT64_C(1767225600000) /* 2026-01-01 */
#define DAY INT64_C(86400000)

enum {
    KIND_TEXT = 1,
    KIND_LARGE_TEXT = 2,
    KIND_TIMESTAMP = 3,
    KIND_STRUCT = 4
};

/* The first is what a vector has where nothing is said, the others come as often as they stand here. */
static const column_kind kinds[] = {
    {"f", SHAPE_FIXED, 4},       {"u", SHAPE_TEXT, 4},        {"U", SHAPE_TEXT, 8},
    {"tsm:", SHAPE_FIXED, 8},    {"+s", SHAPE_STRUCT, 0},     {"g", SHAPE_FIXED, 8},
    {"l", SHAPE_FIXED, 8},       {"i", SHAPE_FIXED, 4},       {"b", SHAPE_FIXED, 0},
    {"c", SHAPE_FIXED, 1},       {"C", SHAPE_FIXED, 1},       {"s", SHAPE_FIXED, 2},
    {"S", SHAPE_FIXED, 2},       {"I", SHAPE_FIXED, 4},       {"L", SHAPE_FIXED, 8},
    {"n", SHAPE_NONE, 0},        {"tdm", SHAPE_FIXED, 8},     {"tdD", SHAPE_FIXED, 4},
    {"tsu:UTC", SHAPE_FIXED, 8}, {"tsn:", SHAPE_FIXED, 8},    {"tss:Z", SHAPE_FIXED, 8},
    {"+l", SHAPE_LIST, 4},       {"+L", SHAPE_LIST, 8},       {"i", SHAPE_LOOKED_UP, 4},
    {"C", SHAPE_LOOKED_UP, 1},   {"L", SHAPE_LOOKED_UP, 8},   {"+l", SHAPE_ACTIVITIES, 4},
    {"+L", SHAPE_ACTIVITIES, 8}, {"+l", SHAPE_ACTIVITIES, 4}, {"vu", SHAPE_VIEWS, 16},
};

static const char *const names[] = {"id",
                                    "email",
                                    "job_title",
                                    "company",
                                    "industry",
                                    "employee_count",
                                    "company.industry",
                                    "company.technologies",
                                    "activities",
                                    "type",
                                    "time",
                                    "recorded_time",
                                    "source",
                                    "bot",
                                    "lead_id",
                                    "data",
                                    "address",
                                    "country",
                                    "status",
                                    "created_at",
                                    "consent",
                                    "profiling",
                                    "consent.profiling",
                                    "outcome",
                                    "outcome.time",
                                    "label",
                                    "page",
                                    "url",
                                    "properties",
                                    "createdate",
                                    "lifecyclestage",
                                    "Company",
                                    "data.page",
                                    "",
                                    ".",
                                    "a.b..c",
                                    "line\nline",
                                    "\xff\xfe",
                                    "activities.id",
                                    NULL};

static const char *const texts[] = {
    "a1",           "ada@firm.example",
    "CTO",          "Email Opened",
    "Page View",    "Demo Requested",
    "identify",     "2025-12-24T10:00:00Z",
    "2025-12-30",   "1767000000000",
    "12",           "",
    "true",         "no",
    "Software",     "9999-12-31T23:59:59.999Z",
    "\xc3\x89",     "\xff",
    "\xed\xa0\x80", "nul",
    "-1e400",       "0001-01-01",
    "a\nb",         "1",
};

unsigned fuzz_next(fuzz_bytes *bytes)
{
    return bytes->at < bytes->end ? *bytes->at++ : 0;
}

void *fuzz_block(size_t size)
{
    void *block = calloc(size > 0 ? size : 1, 1);
    fuzz_check(block != NULL);
    return block;
}

void fuzz_set_buffer(fuzz_column *column, size_t buffer, void *block)
{
    column->blocks[buffer] = block;
    column->buffers[buffer] = block;
}

void fuzz_put_offset(void *offsets, size_t size, size_t at, int64_t value)
{
    const int32_t small = (int32_t)value;
    if (size == 8) {
        memcpy((unsigned char *)offsets + at * size, &value, size);
    } else {
        memcpy((unsigned char *)offsets + at * size, &small, size);
    }
}

static void count_schema(struct ArrowSchema *schema)
{
    *(size_t *)schema->private_data += 1;
}

static void count_array(struct ArrowArray *array)
{
    *(size_t *)array->private_data += 1;
}

static fuzz_column *new_column(const char *name, const char *format, size_t n, int64_t n_buffers)
{
    fuzz_column *column = fuzz_block(sizeof *column);
    column->schema = (struct ArrowSchema){
        .format = format, .name = name, .release = count_schema, .private_data = &column->released};
    column->array = (struct ArrowArray){.length = (int64_t)n,
                                        .n_buffers = n_buffers,
                                        .buffers = column->buffers,
                                        .release = count_array,
                                        .private_data = &column->released};
    return column;
}

/** Room for one more child than there can be, so that one too many is seen as NULL. */
static void make_children(fuzz_column *column, size_t most)
{
    column->children = fuzz_block((most + 1) * sizeof(fuzz_column *));
    column->schema_children = fuzz_block((most + 1) * sizeof(struct ArrowSchema *));
    column->array_children = fuzz_block((most + 1) * sizeof(struct ArrowArray *));
    column->schema.children = column->schema_children;
    column->array.children = column->array_children;
}

static void add_child(fuzz_column *parent, fuzz_column *child)
{
    const size_t place = parent->n_children++;
    parent->children[place] = child;
    parent->schema_children[place] = &child->schema;
    parent->array_children[place] = &child->array;
    parent->schema.n_children++;
    parent->array.n_children++;
}

/* Values: `seed` and `step` say which of a few each is. */

static void put_fixed(fuzz_column *column, const column_kind *kind, size_t n, unsigned seed,
                      unsigned step)
{
    static const double floats[] = {
        0, 1, -1, 0.5, 3e38, -0.0, 1e39, 1e-9, 25, 1e15, (double)INFINITY, (double)NAN};
    static const int64_t integers[] = {0,         1,         -1,  INT64_MAX, INT64_MIN, 7, 1000000,
                                       INT32_MAX, INT32_MIN, 250, 20000,     -719163};
    const bool of_times = kind->format[0] == 't';
    unsigned char *values = fuzz_block(kind->size == 0 ? (n + 7) / 8 : n * kind->size);
    for (size_t i = 0; i < n; i++) {
        const size_t which = seed + i * step;
        int64_t integer = integers[which % COUNT(integers)];
        double wide = floats[which % COUNT(floats)];
        const float narrow = wide > (double)FLT_MAX && isfinite(wide) ? FLT_MAX : (float)wide;
        if (of_times && which % 4 != 0) {
            integer = NEW_YEAR - (int64_t)(which % 100) * DAY;
        } else if (kind->shape == SHAPE_LOOKED_UP && which % 16 != 0) {
            integer = (int64_t)which % N_LOOKED_UP;
        }
        if (kind->size == 0) {
            values[i / 8] |= (unsigned char)((which & 1) << (i % 8));
        } else if (kind->format[0] == 'f') {
            memcpy(values + i * kind->size, &narrow, kind->size);
        } else if (kind->format[0] == 'g') {
            memcpy(values + i * kind->size, &wide, kind->size);
        } else {
            memcpy(values + i * kind->size, &integer, kind->size);
        }
    }
    fuzz_set_buffer(column, 1, values);
}

static void put_texts(fuzz_column *column, const column_kind *kind, size_t n, unsigned seed,
                      unsigned step)
{
    void *offsets = fuzz_block((n + 1) * kind->size);
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        length += strlen(texts[(seed + i * step) % COUNT(texts)]);
        fuzz_put_offset(offsets, kind->size, i + 1, (int64_t)length);
    }
    char *bytes = fuzz_block(length);
    length = 0;
    for (size_t i = 0; i < n; i++) {
        const char *text = texts[(seed + i * step) % COUNT(texts)];
        memcpy(bytes + length, text, strlen(text));
        length += strlen(text);
        if (strcmp(text, "nul") == 0) {
            bytes[length - 2] = '\0';
        }
    }
    fuzz_set_buffer(column, 1, offsets);
    fuzz_set_buffer(column, 2, bytes);
}

/** Views of texts; long ones stand in a buffer. */
static void put_views(fuzz_column *column, size_t n, unsigned seed, unsigned step)
{
    unsigned char *views = fuzz_block(n * VIEW_SIZE);
    int64_t *sizes = fuzz_block(sizeof *sizes);
    char *bytes = fuzz_block(n * LONGEST_TEXT);
    for (size_t i = 0; i < n; i++) {
        const char *text = texts[(seed + i * step) % COUNT(texts)];
        const int32_t length = (int32_t)strlen(text);
        const int32_t place[] = {0, (int32_t)*sizes};
        unsigned char *view = views + i * VIEW_SIZE;
        const bool is_long = length > 12;
        memcpy(view, &length, sizeof length);
        memcpy(view + 4, text, is_long ? 4 : (size_t)length);
        if (is_long) {
            memcpy(view + 8, place, sizeof place);
            memcpy(bytes + *sizes, text, (size_t)length);
            *sizes += length;
        }
    }
    char *own = fuzz_block((size_t)*sizes); /* as long as its size says */
    memcpy(own, bytes, (size_t)*sizes);
    free(bytes);
    fuzz_set_buffer(column, 1, views);
    fuzz_set_buffer(column, 2, own);
    fuzz_set_buffer(column, 3, sizes);
}

/** Offsets of lists of a few items each. @return how many there are */
static size_t put_lists(fuzz_column *column, const column_kind *kind, size_t n, unsigned step)
{
    void *offsets = fuzz_block((n + 1) * kind->size);
    size_t n_items = 0;
    for (size_t i = 0; i < n; i++) {
        n_items += n_items < MOST_ITEMS ? (step + i) % 4 : 0;
        fuzz_put_offset(offsets, kind->size, i + 1, (int64_t)n_items);
    }
    fuzz_set_buffer(column, 1, offsets);
    return n_items;
}

/* Columns. `n` is how many values they must have. */

static fuzz_column *make_column(fuzz_bytes *bytes, const char *name, unsigned which, size_t n,
                                size_t level);

static const char *next_name(fuzz_bytes *bytes)
{
    return names[fuzz_next(bytes) % COUNT(names)];
}

static void fill_struct(fuzz_bytes *bytes, fuzz_column *column, size_t n, size_t level)
{
    const size_t n_children = level < MOST_LEVELS ? fuzz_next(bytes) % (MOST_CHILDREN + 1) : 0;
    make_children(column, MOST_CHILDREN + 4);
    for (size_t i = 0; i < n_children; i++) {
        const char *name = next_name(bytes);
        add_child(column, make_column(bytes, name, fuzz_next(bytes), n, level + 1));
    }
}

/** An activity's id, type and time, and what else there is. */
static fuzz_column *make_activities(fuzz_bytes *bytes, size_t n, size_t level)
{
    static const struct {
        const char *name;
        unsigned which; /* of the kinds */
    } members[] = {{"id", KIND_TEXT}, {"type", KIND_TEXT}, {"time", KIND_TIMESTAMP}};
    fuzz_column *element = new_column("item", "+s", n, 1);
    element->n_values = n;
    fill_struct(bytes, element, n, level);
    for (size_t i = 0; i < COUNT(members); i++) {
        add_child(element, make_column(bytes, members[i].name, members[i].which, n, level + 1));
    }
    fuzz_twist(bytes, element, &kinds[KIND_STRUCT]);
    return element;
}

static void fill_list(fuzz_bytes *bytes, fuzz_column *column, const column_kind *kind, size_t n,
                      size_t level)
{
    const size_t n_items = put_lists(column, kind, n, fuzz_next(bytes));
    make_children(column, 1);
    if (kind->shape == SHAPE_ACTIVITIES) {
        column->schema.name = "activities";
        add_child(column, make_activities(bytes, n_items, level + 1));
    } else {
        add_child(column, make_column(bytes, "item", fuzz_next(bytes), n_items, level + 1));
    }
}

static void fill_values(fuzz_bytes *bytes, fuzz_column *column, const column_kind *kind, size_t n)
{
    const unsigned seed = fuzz_next(bytes);
    const unsigned step = seed % 5;
    if (kind->shape == SHAPE_TEXT) {
        put_texts(column, kind, n, seed, step);
        return;
    }
    if (kind->shape == SHAPE_VIEWS) {
        put_views(column, n, seed, step);
        return;
    }
    put_fixed(column, kind, n, seed, step);
    if (kind->shape == SHAPE_LOOKED_UP) {
        const unsigned which =
            (seed % 2 == 0 ? KIND_TEXT : KIND_LARGE_TEXT) + (unsigned)COUNT(kinds) * (seed % 6);
        fuzz_column *dictionary = make_column(bytes, "", which, N_LOOKED_UP, MOST_LEVELS);
        column->dictionary = dictionary;
        column->schema.dictionary = &dictionary->schema;
        column->array.dictionary = &dictionary->array;
    }
}

static fuzz_column *make_column(fuzz_bytes *bytes, const char *name, unsigned which, size_t n,
                                size_t level)
{
    static const int64_t n_buffers[] = {2, 3, 2, 1, 0, 2, 2, 4};
    const column_kind *kind = &kinds[which % COUNT(kinds)];
    if (level >= MOST_LEVELS && kind->shape != SHAPE_TEXT) {
        kind = &kinds[0];
    }
    /* A slice has an offset, and may end before its array does. */
    const size_t offset = which / COUNT(kinds) % 3 * 5;
    const size_t more = which / COUNT(kinds) / 3 % 2;
    fuzz_column *column = new_column(name, kind->format, n + more, n_buffers[kind->shape]);
    column->array.offset = (int64_t)offset;
    const size_t n_all = n + more + offset;
    column->n_values = n_all;
    if (kind->shape == SHAPE_STRUCT) {
        fill_struct(bytes, column, n_all, level);
    } else if (kind->shape == SHAPE_LIST || kind->shape == SHAPE_ACTIVITIES) {
        fill_list(bytes, column, kind, n_all, level);
    } else if (kind->shape != SHAPE_NONE) {
        fill_values(bytes, column, kind, n_all);
    }
    fuzz_twist(bytes, column, kind);
    return column;
}

/* Tables. */

static fuzz_column *begin_table(fuzz_bytes *bytes, size_t most, size_t *n)
{
    const unsigned first = fuzz_next(bytes);
    fuzz_column *table = new_column(NULL, "+s", first % (MOST_ROWS + 1), 1);
    table->array.offset = first / (MOST_ROWS + 1);
    make_children(table, most);
    *n = (size_t)(table->array.length + table->array.offset);
    table->n_values = *n;
    return table;
}

fuzz_column *fuzz_vector_table(fuzz_bytes *bytes, const lsc_spec *spec)
{
    size_t n;
    const size_t n_columns = lsc_spec_n_columns(spec);
    fuzz_column *table = begin_table(bytes, n_columns + 2 * MOST_CHILDREN, &n);
    const unsigned n_more = fuzz_next(bytes) % MOST_CHILDREN;
    const unsigned without = fuzz_next(bytes); /* of the spec; mostly none, as there are fewer */
    for (size_t i = 0; i < n_columns; i++) {
        if (i + 1 != without) {
            const char *name = lsc_spec_column_name(spec, i);
            add_child(table, make_column(bytes, name, fuzz_next(bytes), n, 1));
        }
    }
    for (unsigned i = 0; i < n_more; i++) {
        const char *name = next_name(bytes);
        add_child(table, make_column(bytes, name, fuzz_next(bytes), n, 1));
    }
    fuzz_twist(bytes, table, &kinds[KIND_STRUCT]);
    return table;
}

fuzz_column *fuzz_lead_table(fuzz_bytes *bytes)
{
    size_t n;
    fuzz_column *table = begin_table(bytes, 3 * MOST_CHILDREN, &n);
    const unsigned n_columns = fuzz_next(bytes) % (2 * MOST_CHILDREN);
    for (unsigned i = 0; i < n_columns; i++) {
        const char *name = next_name(bytes);
        add_child(table, make_column(bytes, name, fuzz_next(bytes), n, 1));
    }
    fuzz_twist(bytes, table, &kinds[KIND_STRUCT]);
    return table;
}

size_t fuzz_n_released(const fuzz_column *column)
{
    size_t n = column->released;
    for (size_t i = 0; i < column->n_children; i++) {
        n += fuzz_n_released(column->children[i]);
    }
    return n + (column->dictionary != NULL ? fuzz_n_released(column->dictionary) : 0);
}

void fuzz_free_column(fuzz_column *column)
{
    for (size_t i = 0; i < column->n_children; i++) {
        fuzz_free_column(column->children[i]);
    }
    if (column->dictionary != NULL) {
        fuzz_free_column(column->dictionary);
    }
    for (size_t i = 0; i < COUNT(column->blocks); i++) {
        free(column->blocks[i]);
    }
    free(column->children);
    free(column->schema_children);
    free(column->array_children);
    free(column);
}
