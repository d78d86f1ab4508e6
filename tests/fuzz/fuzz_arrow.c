/*
 * A table of Arrow, as fuzz_arrow_table.h makes it of bytes. The first byte says whether its rows are
 * vectors or leads, which model is asked, and with which options.
 */
#include "fuzz_arrow_table.h"

#include <math.h>
#include <string.h>

/** More at once than this is not to be had: tables of so many rows need it. */
#define MOST_BYTES (16 << 20)
#define MOST_COLUMNS 256

enum {
    FLAG_LEADS = 1,
    FLAG_IGNORE = 2,
    FLAG_TREES = 4,
    FLAG_NO_SCHEMA = 8,
    FLAG_NO_ALIASES = 16
};

/* Memory, counted. */

typedef struct memory {
    size_t n_blocks;
    bool was_refused;
} memory;

static void *take(size_t size, void *ctx)
{
    memory *held = ctx;
    held->was_refused |= size > MOST_BYTES;
    void *block = size > MOST_BYTES ? NULL : malloc(size);
    held->n_blocks += block != NULL;
    return block;
}

static void *take_more(void *block, size_t size, void *ctx)
{
    memory *held = ctx;
    held->was_refused |= size > MOST_BYTES;
    void *moved = size > MOST_BYTES ? NULL : realloc(block, size);
    held->n_blocks += block == NULL && moved != NULL;
    return moved;
}

static void give_back(void *block, void *ctx)
{
    memory *held = ctx;
    held->n_blocks -= block != NULL;
    free(block);
}

/* A call, and what must hold whatever it says. */

typedef struct trial {
    fuzz_column *table;
    lsc_scorer *scorer;
    int64_t as_of_ms;
    lsc_arrow_options options;
    bool wants_schema;
    memory held;
} trial;

/** What a call gave out; nothing where it refused. */
typedef struct outcome {
    struct ArrowArray array;
    struct ArrowSchema schema;
    lsc_status status;
} outcome;

typedef lsc_status call_function(const trial *at, struct ArrowArray *out,
                                 struct ArrowSchema *out_schema, lsc_error *error);

static lsc_status score(const trial *at, struct ArrowArray *out, struct ArrowSchema *out_schema,
                        lsc_error *error)
{
    return lsc_arrow_score(at->scorer, &at->table->array, &at->table->schema, &at->options, out,
                           out_schema, error);
}

static lsc_status contribute(const trial *at, struct ArrowArray *out,
                             struct ArrowSchema *out_schema, lsc_error *error)
{
    return lsc_arrow_contributions(at->scorer, &at->table->array, &at->table->schema, &at->options,
                                   out, out_schema, error);
}

static lsc_status extract(const trial *at, struct ArrowArray *out, struct ArrowSchema *out_schema,
                          lsc_error *error)
{
    return lsc_arrow_extract(lsc_model_spec(lsc_scorer_model(at->scorer)), &at->table->array,
                             &at->table->schema, at->as_of_ms, &at->options, out, out_schema,
                             error);
}

static lsc_status score_leads(const trial *at, struct ArrowArray *out,
                              struct ArrowSchema *out_schema, lsc_error *error)
{
    return lsc_arrow_score_leads(at->scorer, &at->table->array, &at->table->schema, at->as_of_ms,
                                 &at->options, out, out_schema, error);
}

static lsc_status contribute_leads(const trial *at, struct ArrowArray *out,
                                   struct ArrowSchema *out_schema, lsc_error *error)
{
    return lsc_arrow_contributions_leads(at->scorer, &at->table->array, &at->table->schema,
                                         at->as_of_ms, &at->options, out, out_schema, error);
}

static bool same_schema(const struct ArrowSchema *a, const struct ArrowSchema *b)
{
    return a->format == b->format && a->children == b->children && a->release == b->release;
}

static bool same_array(const struct ArrowArray *a, const struct ArrowArray *b)
{
    return a->length == b->length && a->buffers == b->buffers && a->release == b->release;
}

/** Call, and see that a refusal explains itself and touched nothing, and what was given is ours still. */
static outcome call(trial *at, call_function *function)
{
    static const struct ArrowArray no_array = {.length = 4711};
    static const struct ArrowSchema no_schema = {.format = "none"};
    lsc_error why = LSC_ERROR_INIT;
    outcome made = {.array = no_array, .schema = no_schema};
    const size_t n_before = at->held.n_blocks;
    made.status = function(at, &made.array, at->wants_schema ? &made.schema : NULL, &why);
    fuzz_check(fuzz_n_released(at->table) == 0);
    if (made.status == LSC_OK) {
        fuzz_check(made.array.release != NULL && made.array.length == at->table->array.length);
        fuzz_check(!at->wants_schema || made.schema.n_children == made.array.n_children);
        return made;
    }
    if (made.status == LSC_NO_MEMORY) {
        fuzz_check(at->held.was_refused);
    } else {
        fuzz_check_refusal(made.status, &why, 0);
    }
    fuzz_check(at->held.n_blocks == n_before);
    fuzz_check(same_array(&made.array, &no_array) && same_schema(&made.schema, &no_schema));
    return made;
}

static void give_up(outcome *made)
{
    if (made->status == LSC_OK) {
        made->array.release(&made->array);
        fuzz_check(made->array.release == NULL);
        if (made->schema.release != NULL) {
            made->schema.release(&made->schema);
        }
    }
}

/* What was given out. */

static const void *values_of(const struct ArrowArray *table, size_t column)
{
    return table->children[column]->buffers[1];
}

static bool is_null(const struct ArrowArray *table, size_t column, size_t row)
{
    const uint8_t *valid = table->children[column]->buffers[0];
    return valid != NULL && (valid[row / 8] >> (row % 8) & 1) == 0;
}

/** Columns of a table of scores. */
enum {
    COLUMN_PROBABILITY = 0,
    COLUMN_SCORE = 4,
    COLUMN_MARGIN = 6,
    COLUMN_POINTS = 8,
    COLUMN_STATUS = 9
};

/** That a row of scores says what the vector's does. */
static void check_row(const struct ArrowArray *table, size_t row, const lsc_result *result)
{
    const double *points = values_of(table, COLUMN_POINTS);
    const float *margins = values_of(table, COLUMN_MARGIN);
    const int32_t *scores = values_of(table, COLUMN_SCORE);
    fuzz_check(scores[row] == result->score && !is_null(table, COLUMN_SCORE, row));
    fuzz_check(is_null(table, COLUMN_POINTS, row) == isnan(result->points));
    fuzz_check(is_null(table, COLUMN_MARGIN, row) == isnan(result->margin));
    fuzz_check(isnan(result->points) || points[row] == result->points);
    fuzz_check(isnan(result->margin) || margins[row] == result->margin);
}

/** The rows of a table of vectors one by one, and all at once. */
static void compare_vectors(trial *at, const struct ArrowArray *scores,
                            const struct ArrowArray *parts)
{
    const size_t n_rows = (size_t)scores->length;
    lsc_spec *spec = lsc_model_spec(lsc_scorer_model(at->scorer));
    const size_t n_columns = lsc_spec_n_columns(spec);
    float *columns = malloc((n_rows + 1) * n_columns * sizeof *columns);
    float *contributions = malloc((n_rows + 1) * (n_columns + 1) * sizeof *contributions);
    lsc_arrow_reader *reader = NULL;
    fuzz_check(columns != NULL && contributions != NULL);
    fuzz_ok(lsc_arrow_reader_new(spec, &at->table->schema, &at->options, &reader, error));
    fuzz_ok(lsc_arrow_read(reader, &at->table->array, 0, n_rows, columns, n_columns, error));
    fuzz_ok(lsc_contributions_batch(at->scorer, columns, n_rows, n_columns, contributions, error));
    for (size_t row = 0; row < n_rows; row++) {
        lsc_result result = LSC_RESULT_INIT;
        fuzz_ok(lsc_score_vector(at->scorer, columns + row * n_columns, n_columns, &result, error));
        check_row(scores, row, &result);
        for (size_t i = 0; i <= n_columns; i++) {
            const float *column = values_of(parts, i);
            fuzz_check(column[row] == contributions[row * (n_columns + 1) + i]);
        }
    }
    lsc_arrow_reader_free(reader);
    free(columns);
    free(contributions);
}

static void use_vectors(trial *at)
{
    outcome scores = call(at, score);
    outcome parts = call(at, contribute);
    fuzz_check(scores.status == parts.status);
    if (scores.status == LSC_OK) {
        compare_vectors(at, &scores.array, &parts.array);
    }
    give_up(&scores);
    give_up(&parts);
}

/** What is said of a lead: that of its vector, or nothing where it has no score. */
static void check_lead(trial *at, size_t row, const float *columns, size_t n_columns,
                       const struct ArrowArray *scores, const struct ArrowArray *parts)
{
    const int32_t status = ((const int32_t *)values_of(scores, COLUMN_STATUS))[row];
    float contributions[MOST_COLUMNS + 1];
    lsc_result result = LSC_RESULT_INIT;
    fuzz_check(((const int32_t *)values_of(parts, n_columns + 1))[row] == status);
    fuzz_check(is_null(scores, COLUMN_PROBABILITY, row) || status == (int32_t)LSC_SCORED);
    if (status != (int32_t)LSC_SCORED) {
        fuzz_check(is_null(scores, COLUMN_SCORE, row) && is_null(scores, COLUMN_MARGIN, row));
        fuzz_check(is_null(parts, 0, row) && is_null(parts, n_columns, row));
        return;
    }
    fuzz_ok(lsc_score_vector(at->scorer, columns, n_columns, &result, error));
    check_row(scores, row, &result);
    fuzz_ok(lsc_contributions_batch(at->scorer, columns, 1, n_columns, contributions, error));
    for (size_t i = 0; i <= n_columns; i++) {
        fuzz_check(((const float *)values_of(parts, i))[row] == contributions[i]);
    }
}

static void compare_leads(trial *at, const struct ArrowArray *vectors,
                          const struct ArrowArray *scores, const struct ArrowArray *parts)
{
    const size_t n_columns = (size_t)vectors->n_children;
    float columns[MOST_COLUMNS];
    fuzz_check(n_columns <= MOST_COLUMNS);
    for (size_t row = 0; row < (size_t)vectors->length; row++) {
        for (size_t i = 0; i < n_columns; i++) {
            columns[i] = ((const float *)values_of(vectors, i))[row];
            fuzz_check(!isinf(columns[i]));
        }
        check_lead(at, row, columns, n_columns, scores, parts);
    }
}

static void use_leads(trial *at)
{
    outcome vectors = call(at, extract);
    outcome scores = call(at, score_leads);
    outcome parts = call(at, contribute_leads);
    fuzz_check(vectors.status == scores.status || at->held.was_refused);
    fuzz_check(parts.status == scores.status || at->held.was_refused);
    if (vectors.status == LSC_OK && scores.status == LSC_OK && parts.status == LSC_OK) {
        compare_leads(at, &vectors.array, &scores.array, &parts.array);
    }
    give_up(&vectors);
    give_up(&scores);
    give_up(&parts);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    fuzz_bytes left = {bytes, bytes + length};
    const unsigned flags = fuzz_next(&left);
    trial at = {.scorer = (flags & FLAG_TREES) != 0 ? fuzz_trees() : fuzz_starter(),
                .as_of_ms = fuzz_time(bytes, length),
                .options = LSC_ARROW_OPTIONS_INIT,
                .wants_schema = (flags & FLAG_NO_SCHEMA) == 0};
    at.options.allocator = (lsc_allocator){take, take_more, give_back, &at.held};
    at.options.ignore_unknown = (flags & FLAG_IGNORE) != 0;
    if ((flags & FLAG_NO_ALIASES) != 0) {
        fuzz_ok(lsc_aliases_named("none", NULL, &at.options.aliases, error));
    }
    at.table = (flags & FLAG_LEADS) != 0
                   ? fuzz_lead_table(&left)
                   : fuzz_vector_table(&left, lsc_model_spec(lsc_scorer_model(at.scorer)));
    if ((flags & FLAG_LEADS) != 0) {
        use_leads(&at);
    } else {
        use_vectors(&at);
    }
    fuzz_check(at.held.n_blocks == 0);
    lsc_aliases_unref(at.options.aliases);
    fuzz_free_column(at.table);
    return 0;
}
