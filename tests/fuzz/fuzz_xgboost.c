/*
 * A model as XGBoost saves it, JSON or UBJSON. It is read twice, whole and in small chunks, to the same
 * end; what is accepted is walked; one in 64 becomes a bundle and is loaded.
 */
#include "fuzz.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "explain/tree_shap.h"
#include "model/xgboost_model.h"
#include "score/scorer.h"

/** Columns of a model that is walked, at the most. */
#define MAX_COLUMNS 256
#define MAX_CHUNK 32

/** Bytes that come in chunks, each of which is gone when the next is asked for. */
typedef struct chunk_source {
    const uint8_t *bytes;
    size_t left;
    size_t size;
    uint8_t chunk[MAX_CHUNK];
} chunk_source;

static lsc_status next_chunk(void *ctx, const unsigned char **chunk, size_t *length,
                             lsc_error *error)
{
    (void)error;
    chunk_source *source = ctx;
    *length = source->left < source->size ? source->left : source->size;
    memset(source->chunk, 0xA5, sizeof source->chunk);
    memcpy(source->chunk, source->bytes, *length);
    source->bytes += *length;
    source->left -= *length;
    *chunk = source->chunk;
    return LSC_OK;
}

static lsc_status read_stream(lsc_stream *in, lsc_forest *forest, lsc_error *refusal)
{
    lsc_xgboost_facts facts;
    const lsc_xgboost_reading reading = {.allocator = lsc_default_allocator(), .names = true};
    lsc_status status = lsc_xgboost_read(in, &reading, forest, &facts, refusal);
    if (status == LSC_OK) {
        fuzz_check(facts.n_columns == forest->n_columns);
        fuzz_check(facts.names.count == 0 || facts.names.count == facts.n_columns);
        fuzz_check(facts.types.count == 0 || facts.types.count == facts.n_columns);
        lsc_xgboost_facts_free(&facts);
    }
    return status;
}

static lsc_status read_whole(const uint8_t *bytes, size_t length, lsc_forest *forest,
                             lsc_error *refusal)
{
    lsc_stream in;
    lsc_stream_of_bytes(&in, bytes, length);
    return read_stream(&in, forest, refusal);
}

static lsc_status read_chunks(const uint8_t *bytes, size_t length, lsc_forest *forest,
                              lsc_error *refusal)
{
    lsc_stream in;
    chunk_source source = {bytes, length, 1 + fuzz_choice(bytes, length, MAX_CHUNK), {0}};
    lsc_stream_init(&in, next_chunk, &source);
    return read_stream(&in, forest, refusal);
}

static void check_same(const lsc_forest *a, const lsc_forest *b)
{
    fuzz_check(a->n_nodes == b->n_nodes && a->n_trees == b->n_trees);
    fuzz_check(memcmp(&a->base_margin, &b->base_margin, sizeof a->base_margin) == 0);
    fuzz_check(a->n_nodes == 0 || memcmp(a->nodes, b->nodes, a->n_nodes * sizeof *a->nodes) == 0);
    fuzz_check(a->n_set_words == b->n_set_words);
    fuzz_check(a->n_set_words == 0 ||
               memcmp(a->set_words, b->set_words, a->n_set_words * sizeof *a->set_words) == 0);
}

/** A forest laid out for the walk over its nodes, and for the best kernels of this machine. */
typedef struct laid_out {
    lsc_forest_plan general;
    lsc_forest_plan best;
    lsc_shap_scratch scratch;
} laid_out;

static void lay_out(const lsc_forest *forest, laid_out *made)
{
    const lsc_allocator *allocator = &forest->allocator;
    fuzz_ok(
        lsc_forest_plan_build(forest, LSC_CPU_GENERAL, SIZE_MAX, allocator, &made->general, error));
    fuzz_ok(lsc_forest_plan_build(forest, lsc_cpu_choose(), LSC_PLAN_BYTES, allocator, &made->best,
                                  error));
    fuzz_check(lsc_shap_scratch_make(&made->general.shap, allocator, &made->scratch));
}

static void clear_up(laid_out *made)
{
    lsc_forest_plan_free(&made->general);
    lsc_forest_plan_free(&made->best);
    lsc_shap_scratch_free(&made->scratch);
}

/** The most that margins can be: the largest leaf of each tree, summed. */
static double reach_of(const lsc_forest *forest)
{
    double reach = fabs((double)forest->base_margin);
    for (size_t t = 0; t < forest->n_trees; t++) {
        size_t end = t + 1 < forest->n_trees ? forest->roots[t + 1] : forest->n_nodes;
        double largest = 0;
        for (size_t i = forest->roots[t]; i < end; i++) {
            if (forest->nodes[i].left == 0) {
                largest = fmax(largest, fabs((double)forest->nodes[i].value));
            }
        }
        reach += largest;
    }
    return reach;
}

/** The bits of margin and contributions are the same by every way. */
static void check_kernels(const lsc_forest *forest, const float *columns, laid_out *made,
                          float margin, const double *contributions)
{
    static _Alignas(LSC_ALIGNMENT) lsc_block_bytes bytes;
    static double one[MAX_COLUMNS];
    static float rows[2 * MAX_COLUMNS];
    static float two[2 * (MAX_COLUMNS + 1)];
    size_t n = forest->n_columns;
    memcpy(rows, columns, n * sizeof *rows);
    memcpy(rows + n, columns, n * sizeof *rows);
    fuzz_check(lsc_forest_margin(forest, &made->best, columns, &bytes) == margin);
    lsc_tree_shap(forest, &made->best, columns, &made->scratch, one);
    lsc_tree_shap_rows(forest, &made->best, rows, 2, &made->scratch, two);
    for (size_t i = 0; i < n; i++) {
        fuzz_check(one[i] == contributions[i]);
        fuzz_check(two[i] == (float)contributions[i] && two[n + 1 + i] == two[i]);
    }
}

static void check_row(const lsc_forest *forest, const float *columns, laid_out *made, double reach)
{
    static double contributions[MAX_COLUMNS];
    float margin = lsc_forest_walk(forest, columns);
    lsc_tree_shap(forest, &made->general, columns, &made->scratch, contributions);
    double sum = forest->base_value;
    for (size_t i = 0; i < forest->n_columns; i++) {
        fuzz_check(isfinite(contributions[i]));
        sum += contributions[i];
    }
    fuzz_check(isfinite(margin));
    /* Both are float32: of the reach, a few thousand of its last places at the most. */
    fuzz_check(fabs(sum - (double)margin) <=
               1e-4 * fmax(1, reach) + (double)(forest->n_trees + 1) * 6e-8 * reach);
    check_kernels(forest, columns, made, margin, contributions);
}

static void walk(const lsc_forest *forest, const uint8_t *bytes, size_t length)
{
    static const float values[] = {NAN, 0, 0.5f, -1, 1, 3, FLT_MAX, -FLT_MAX, 31, 1e7f};
    float columns[MAX_COLUMNS];
    double reach = reach_of(forest);
    laid_out made;
    lay_out(forest, &made);
    fuzz_check(isfinite(forest->base_value));
    for (size_t row = 0; row < 6; row++) {
        for (size_t i = 0; i < forest->n_columns; i++) {
            size_t choice = bytes[(row * 37 + i * 31) % length] + row;
            columns[i] = values[row < 2 ? row : choice % (sizeof values / sizeof values[0])];
        }
        check_row(forest, columns, &made, reach);
    }
    clear_up(&made);
}

/** A spec with a column for each of four features. */
static const char spec_json[] =
    "{\"format\":1,\"name\":\"four\",\"groups\":[\"demographic\"],\"features\":["
    "{\"name\":\"a\",\"group\":\"demographic\",\"kind\":\"number\",\"property\":\"a\"},"
    "{\"name\":\"b\",\"group\":\"demographic\",\"kind\":\"number\",\"property\":\"b\"},"
    "{\"name\":\"c\",\"group\":\"demographic\",\"kind\":\"number\",\"property\":\"c\"},"
    "{\"name\":\"d\",\"group\":\"demographic\",\"kind\":\"number\",\"property\":\"d\"}]}";

static void use_bundle(const void *bundle, size_t bundle_length, const uint8_t *bytes,
                       size_t length)
{
    lsc_model *model = NULL;
    lsc_scorer *scorer = NULL;
    lsc_load load = LSC_LOAD_INIT;
    load.self_test = true;
    fuzz_ok(lsc_model_load_bytes(bundle, bundle_length, &load, &model, error));
    fuzz_ok(lsc_scorer_new(model, NULL, &scorer, error));
    fuzz_use_vectors(scorer, bytes, length);
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
}

/** As a bundle, with a spec or with that of its own names. Packing is dear: one in 64. */
static void import(const uint8_t *bytes, size_t length)
{
    void *bundle = NULL;
    size_t bundle_length = 0;
    lsc_error refusal = LSC_ERROR_INIT;
    lsc_import options = LSC_IMPORT_INIT;
    size_t choice = fuzz_choice(bytes, length, 128);
    if (choice == 1) {
        options.spec_json = spec_json;
        options.spec_length = sizeof spec_json - 1;
    } else if (choice != 0) {
        return;
    }
    lsc_status status =
        lsc_model_import_bytes(bytes, length, &options, &bundle, &bundle_length, &refusal);
    if (status != LSC_OK) {
        fuzz_check_refusal(status, &refusal, length);
        fuzz_check(bundle == NULL);
        return;
    }
    use_bundle(bundle, bundle_length, bytes, length);
    lsc_bundle_free(bundle);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    lsc_error refusal = LSC_ERROR_INIT;
    lsc_error again = LSC_ERROR_INIT;
    lsc_forest forest = {.allocator = *lsc_default_allocator()};
    lsc_forest other = {.allocator = *lsc_default_allocator()};
    lsc_status status = read_whole(bytes, length, &forest, &refusal);
    fuzz_check(read_chunks(bytes, length, &other, &again) == status);
    fuzz_check(refusal.offset == again.offset);
    fuzz_check(strcmp(refusal.message, again.message) == 0);
    if (status != LSC_OK) {
        fuzz_check_refusal(status, &refusal, length);
        return 0;
    }
    check_same(&forest, &other);
    if (forest.n_columns <= MAX_COLUMNS) {
        walk(&forest, bytes, length);
    }
    import(bytes, length);
    lsc_forest_free(&forest);
    lsc_forest_free(&other);
    return 0;
}
