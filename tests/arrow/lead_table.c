#include "lead_table.h"

static void count_schema(struct ArrowSchema *schema)
{
    *(int *)schema->private_data += 1;
}

static void count_array(struct ArrowArray *array)
{
    *(int *)array->private_data += 1;
}

static void *block(const void *bytes, size_t size)
{
    void *made = malloc(size > 0 ? size : 1);
    ck_assert_ptr_nonnull(made);
    if (size > 0) {
        memcpy(made, bytes, size);
    }
    return made;
}

/** Bytes as bits. */
static void *bits_of(const bool *bytes, size_t n)
{
    unsigned char *bits = calloc(n / 8 + 1, 1);
    for (size_t i = 0; i < n; i++) {
        bits[i / 8] |= (unsigned char)((bytes[i] ? 1u : 0u) << (i % 8));
    }
    return bits;
}

static test_column *new_column(const char *name, const char *format, const bool *valid, size_t n,
                               int64_t n_buffers)
{
    test_column *column = calloc(1, sizeof *column);
    ck_assert_ptr_nonnull(column);
    column->schema = (struct ArrowSchema){.format = format,
                                          .name = name,
                                          .children = column->schema_children,
                                          .release = count_schema,
                                          .private_data = &column->released};
    column->array = (struct ArrowArray){.length = (int64_t)n,
                                        .null_count = valid != NULL ? -1 : 0,
                                        .n_buffers = n_buffers,
                                        .buffers = column->buffers,
                                        .children = column->array_children,
                                        .release = count_array,
                                        .private_data = &column->released};
    if (valid != NULL) {
        column->blocks[0] = bits_of(valid, n);
        column->buffers[0] = column->blocks[0];
    }
    return column;
}

static void set_buffer(test_column *column, size_t buffer, void *made)
{
    column->blocks[buffer] = made;
    column->buffers[buffer] = made;
}

test_column *fixed_column(const char *name, const char *format, const void *values, size_t size,
                          const bool *valid, size_t n)
{
    test_column *column = new_column(name, format, valid, n, 2);
    const bool of_bits = strcmp(format, "b") == 0;
    set_buffer(column, 1, of_bits ? bits_of(values, n) : block(values, n * size));
    return column;
}

/** Views of texts, of which the long ones stand in a buffer. */
static test_column *view_column(const char *name, const char *const *texts, size_t n)
{
    bool *valid = calloc(n + 1, sizeof *valid);
    unsigned char *views = calloc(n + 1, 16);
    int64_t sizes[1] = {0};
    char *bytes = malloc(1);
    for (size_t i = 0; i < n; i++) {
        const char *text = texts[i] != NULL ? texts[i] : "";
        const int32_t length = (int32_t)strlen(text);
        const int32_t place[2] = {0, (int32_t)sizes[0]};
        valid[i] = texts[i] != NULL;
        memcpy(views + 16 * i, &length, 4);
        memcpy(views + 16 * i + 4, text, (size_t)(length > 12 ? 4 : length));
        if (length > 12) {
            memcpy(views + 16 * i + 8, place, 8);
            bytes = realloc(bytes, (size_t)(sizes[0] + length));
            memcpy(bytes + sizes[0], text, (size_t)length);
            sizes[0] += length;
        }
    }
    test_column *column = new_column(name, "vu", valid, n, 4);
    set_buffer(column, 1, block(views, 16 * n));
    set_buffer(column, 2, bytes);
    set_buffer(column, 3, block(sizes, sizeof sizes));
    free(valid);
    free(views);
    return column;
}

test_column *text_column(const char *name, const char *format, const char *const *texts, size_t n)
{
    if (strcmp(format, "vu") == 0) {
        return view_column(name, texts, n);
    }
    bool *valid = calloc(n + 1, sizeof *valid);
    int32_t *small = calloc(n + 1, sizeof *small);
    int64_t *large = calloc(n + 1, sizeof *large);
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        valid[i] = texts[i] != NULL;
        length += valid[i] ? strlen(texts[i]) : 0;
        large[i + 1] = (int64_t)length;
        small[i + 1] = (int32_t)length;
    }
    test_column *column = new_column(name, format, valid, n, 3);
    const bool wide = strcmp(format, "U") == 0;
    set_buffer(column, 1,
               wide ? block(large, (n + 1) * sizeof *large)
                    : block(small, (n + 1) * sizeof *small));
    char *bytes = malloc(length > 0 ? length : 1);
    for (size_t i = 0; i < n; i++) {
        memcpy(bytes + large[i], texts[i] != NULL ? texts[i] : "",
               (size_t)(large[i + 1] - large[i]));
    }
    set_buffer(column, 2, bytes);
    free(valid);
    free(small);
    free(large);
    return column;
}

test_column *struct_column(const char *name, const bool *valid, size_t n)
{
    return new_column(name, "+s", valid, n, 1);
}

test_column *list_column(const char *name, const int32_t *offsets, const bool *valid, size_t n,
                         test_column *items)
{
    test_column *column = new_column(name, "+l", valid, n, 2);
    set_buffer(column, 1, block(offsets, (n + 1) * sizeof *offsets));
    add_column(column, items);
    return column;
}

test_column *dictionary_column(const char *name, const int32_t *indices, const bool *valid,
                               size_t n, test_column *texts)
{
    test_column *column = fixed_column(name, "i", indices, sizeof *indices, valid, n);
    column->dictionary = texts;
    column->schema.dictionary = &texts->schema;
    column->array.dictionary = &texts->array;
    return column;
}

test_column *add_column(test_column *parent, test_column *child)
{
    const size_t place = (size_t)parent->schema.n_children;
    ck_assert_uint_lt(place, MOST_CHILDREN);
    parent->children[place] = child;
    parent->schema_children[place] = &child->schema;
    parent->array_children[place] = &child->array;
    parent->schema.n_children++;
    parent->array.n_children++;
    return child;
}

void free_column(test_column *column)
{
    if (column == NULL) {
        return;
    }
    for (size_t i = 0; i < MOST_CHILDREN && column->children[i] != NULL; i++) {
        free_column(column->children[i]);
    }
    free_column(column->dictionary);
    for (size_t i = 0; i < 4; i++) {
        free(column->blocks[i]);
    }
    free(column);
}
