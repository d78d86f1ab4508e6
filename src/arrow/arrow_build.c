#include "arrow_build.h"

#include <string.h>

#include "core/error.h"

/** Most buffers of an array: validity, offsets, bytes. */
enum {
    MAX_BUFFERS = 3
};

/** What an array that was given out owns: its private_data. */
typedef struct owned_array {
    lsc_allocator allocator;
    const void *buffers[MAX_BUFFERS];
    void *blocks[MAX_BUFFERS]; /**< the same, to be freed */
    struct ArrowArray **children;
    struct ArrowArray *room; /**< what the children point at */
} owned_array;

static void release_array(struct ArrowArray *array)
{
    owned_array *owned = array->private_data;
    lsc_allocator allocator = owned->allocator;
    for (int64_t i = 0; i < array->n_children; i++) {
        struct ArrowArray *child = array->children[i];
        if (child->release != NULL) { /* not moved out */
            child->release(child);
        }
    }
    for (size_t i = 0; i < MAX_BUFFERS; i++) {
        lsc_release(&allocator, owned->blocks[i]);
    }
    lsc_release(&allocator, owned->children);
    lsc_release(&allocator, owned->room);
    lsc_release(&allocator, owned);
    array->release = NULL;
}

/** An array without buffers or children yet; NULL when memory ran out. */
static owned_array *begin_array(const lsc_allocator *allocator, size_t n_rows, int64_t n_buffers,
                                struct ArrowArray *array)
{
    owned_array *owned = lsc_alloc_array(allocator, 1, sizeof *owned);
    if (owned != NULL) {
        owned->allocator = *allocator;
        *array = (struct ArrowArray){.length = (int64_t)n_rows,
                                     .n_buffers = n_buffers,
                                     .buffers = owned->buffers,
                                     .release = release_array,
                                     .private_data = owned};
    }
    return owned;
}

static bool add_buffer(owned_array *owned, size_t buffer, size_t count, size_t size)
{
    owned->blocks[buffer] = lsc_alloc_array(&owned->allocator, count, size);
    owned->buffers[buffer] = owned->blocks[buffer];
    return owned->blocks[buffer] != NULL;
}

/** All valid. The bits past the last row are 0. */
static bool add_validity(owned_array *owned, size_t n_rows)
{
    if (!add_buffer(owned, 0, n_rows / 8 + 1, 1)) {
        return false;
    }
    uint8_t *bits = owned->blocks[0];
    memset(bits, 0xff, n_rows / 8);
    bits[n_rows / 8] = (uint8_t)((1u << (n_rows % 8)) - 1);
    return true;
}

/** Texts of a byte each. */
static bool add_bytes(owned_array *owned, size_t n_rows)
{
    if (!add_buffer(owned, 1, n_rows + 1, sizeof(int32_t)) || !add_buffer(owned, 2, n_rows, 1)) {
        return false;
    }
    int32_t *offsets = owned->blocks[1];
    for (size_t row = 0; row <= n_rows; row++) {
        offsets[row] = (int32_t)row;
    }
    return true;
}

static bool make_column(const lsc_arrow_field *field, size_t n_rows, const lsc_allocator *allocator,
                        struct ArrowArray *array)
{
    bool is_text = field->format[0] == 'u';
    owned_array *owned = begin_array(allocator, n_rows, is_text ? 3 : 2, array);
    if (owned == NULL) {
        return false;
    }
    bool made = !field->nullable || add_validity(owned, n_rows);
    if (is_text) {
        made = made && add_bytes(owned, n_rows);
    } else {
        size_t size = field->format[0] == 'g' ? sizeof(double) : sizeof(float);
        made = made && add_buffer(owned, 1, n_rows, size);
    }
    if (!made) {
        array->release(array);
    }
    return made;
}

static bool make_columns(owned_array *owned, const lsc_arrow_field *fields, size_t n_fields,
                         size_t n_rows, struct ArrowArray *table)
{
    owned->room = lsc_alloc_array(&owned->allocator, n_fields, sizeof *owned->room);
    owned->children = lsc_alloc_array(&owned->allocator, n_fields, sizeof(void *));
    table->children = owned->children;
    if (owned->room == NULL || owned->children == NULL) {
        return false;
    }
    for (size_t i = 0; i < n_fields; i++) {
        owned->children[i] = &owned->room[i];
        if (!make_column(&fields[i], n_rows, &owned->allocator, &owned->room[i])) {
            return false;
        }
        table->n_children++;
    }
    return true;
}

lsc_status lsc_arrow_table_new(const lsc_arrow_field *fields, size_t n_fields, size_t n_rows,
                               const lsc_allocator *allocator, struct ArrowArray *out,
                               lsc_error *error)
{
    struct ArrowArray table;
    owned_array *owned = begin_array(allocator, n_rows, 1, &table);
    if (owned == NULL) {
        return lsc_fail_memory(error);
    }
    if (!make_columns(owned, fields, n_fields, n_rows, &table)) {
        table.release(&table);
        return lsc_fail_memory(error);
    }
    *out = table;
    return LSC_OK;
}

/** What a schema that was given out owns: its private_data. */
typedef struct owned_schema {
    lsc_allocator allocator;
    char *name;
    struct ArrowSchema **children;
    struct ArrowSchema *room;
} owned_schema;

static void release_schema(struct ArrowSchema *schema)
{
    owned_schema *owned = schema->private_data;
    lsc_allocator allocator = owned->allocator;
    for (int64_t i = 0; i < schema->n_children; i++) {
        struct ArrowSchema *child = schema->children[i];
        if (child->release != NULL) {
            child->release(child);
        }
    }
    lsc_release(&allocator, owned->name);
    lsc_release(&allocator, owned->children);
    lsc_release(&allocator, owned->room);
    lsc_release(&allocator, owned);
    schema->release = NULL;
}

/** The format is one of our own literals: Arrow's types, which no one changes. */
static owned_schema *begin_schema(const lsc_arrow_field *field, const lsc_allocator *allocator,
                                  struct ArrowSchema *schema)
{
    owned_schema *owned = lsc_alloc_array(allocator, 1, sizeof *owned);
    char *name = lsc_copy_text(allocator, field->name, strlen(field->name));
    if (owned == NULL || name == NULL) {
        lsc_release(allocator, owned);
        lsc_release(allocator, name);
        return NULL;
    }
    owned->allocator = *allocator;
    owned->name = name;
    *schema = (struct ArrowSchema){.format = field->format,
                                   .name = name,
                                   .flags = field->nullable ? ARROW_FLAG_NULLABLE : 0,
                                   .release = release_schema,
                                   .private_data = owned};
    return owned;
}

static bool make_fields(owned_schema *owned, const lsc_arrow_field *fields, size_t n_fields,
                        struct ArrowSchema *schema)
{
    owned->room = lsc_alloc_array(&owned->allocator, n_fields, sizeof *owned->room);
    owned->children = lsc_alloc_array(&owned->allocator, n_fields, sizeof(void *));
    schema->children = owned->children;
    if (owned->room == NULL || owned->children == NULL) {
        return false;
    }
    for (size_t i = 0; i < n_fields; i++) {
        owned->children[i] = &owned->room[i];
        if (begin_schema(&fields[i], &owned->allocator, &owned->room[i]) == NULL) {
            return false;
        }
        schema->n_children++;
    }
    return true;
}

lsc_status lsc_arrow_schema_new(const lsc_arrow_field *fields, size_t n_fields,
                                const lsc_allocator *allocator, struct ArrowSchema *out,
                                lsc_error *error)
{
    static const lsc_arrow_field table = {"", "+s", false};
    struct ArrowSchema schema;
    owned_schema *owned = begin_schema(&table, allocator, &schema);
    if (owned == NULL) {
        return lsc_fail_memory(error);
    }
    if (!make_fields(owned, fields, n_fields, &schema)) {
        schema.release(&schema);
        return lsc_fail_memory(error);
    }
    *out = schema;
    return LSC_OK;
}

void *lsc_arrow_values(const struct ArrowArray *table, size_t column)
{
    const owned_array *owned = table->children[column]->private_data;
    return owned->blocks[owned->blocks[2] != NULL ? 2 : 1];
}

void lsc_arrow_set_null(const struct ArrowArray *table, size_t column, size_t row)
{
    struct ArrowArray *array = table->children[column];
    const owned_array *owned = array->private_data;
    uint8_t *bits = owned->blocks[0];
    bits[row / 8] &= (uint8_t) ~(1u << (row % 8));
    array->null_count++;
}
