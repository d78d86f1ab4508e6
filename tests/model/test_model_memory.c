/* What opening a model takes, all allocations of the process counted, those of zstd too. */
#include "suite.h"

#include <stdio.h>

#include "heap_peak.h"
#include "model_fixtures.h"

/** The issue that the aim comes from allows three times the size of the forest. */
#define MOST_FORESTS 3

/** Trees enough that the window of zstd, 1 MiB, is no large part of them. */
enum {
    N_TREES = 900,
    DEPTH = 8,
    N_COLUMNS = 20
};

/** Of the loaded forest: its nodes, and its layouts for the kernels. */
static size_t forest_bytes(const lsc_model *model)
{
    const lsc_forest *forest = &model->forest;
    return lsc_forest_plan_size(&model->plan) + forest->n_nodes * sizeof *forest->nodes +
           forest->n_trees * sizeof *forest->roots + forest->n_sets * sizeof *forest->sets +
           forest->n_set_words * sizeof(uint32_t);
}

/** A bundle in a file; returns its size. */
static size_t write_bundle(char path[4096])
{
    lsc_buffer bundle;
    lsc_buffer_init(&bundle, fixture_allocator());
    fixture_bundle(5, N_TREES, DEPTH, N_COLUMNS, 1, &bundle);
    snprintf(path, 4096, "%s/large.lsm", lsc_test_folder());
    ck_ok(lsc_bundle_write(path, bundle.data, bundle.length, error));
    size_t length = bundle.length;
    lsc_buffer_free(&bundle);
    return length;
}

static void check_peak(const lsc_model *model, size_t peak, size_t kept)
{
    size_t forest = forest_bytes(model);
    ck_assert_uint_gt(forest, 2u << 20);
    ck_assert_msg(peak <= MOST_FORESTS * forest, "%zu bytes at the peak, the forest has %zu", peak,
                  forest);
    /* What stays is the forest, and little more: members, spec and the C library's own. */
    ck_assert_msg(kept <= forest + forest / 20, "%zu bytes kept, the forest has %zu", kept, forest);
}

START_TEST(opening_a_file_takes_at_most_three_times_the_forest)
{
    char path[4096];
    if (!heap_peak_works()) {
        return;
    }
    write_bundle(path);
    lsc_model *model = NULL;
    heap_peak_begin();
    size_t before = heap_live_bytes();
    ck_ok(lsc_model_load_file(path, NULL, &model, error));
    check_peak(model, heap_peak_bytes() - before, heap_live_bytes() - before);
    lsc_model_unref(model);
    ck_assert_uint_eq(heap_live_bytes(), before);
}
END_TEST

START_TEST(opening_bytes_takes_at_most_three_times_the_forest_with_the_bytes)
{
    char path[4096];
    if (!heap_peak_works()) {
        return;
    }
    size_t length = write_bundle(path);
    char *bytes = malloc(length);
    ck_assert_ptr_nonnull(bytes);
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fread(bytes, 1, length, file), length);
    fclose(file);
    lsc_model *model = NULL;
    heap_peak_begin();
    size_t before = heap_live_bytes();
    ck_ok(lsc_model_load_bytes(bytes, length, NULL, &model, error));
    check_peak(model, heap_peak_bytes() - before + length, heap_live_bytes() - before);
    lsc_model_unref(model);
    free(bytes);
}
END_TEST

START_TEST(reading_alone_takes_at_most_three_times_the_nodes)
{
    if (!heap_peak_works()) {
        return;
    }
    lsc_buffer bundle;
    lsc_model *model = NULL;
    lsc_buffer_init(&bundle, fixture_allocator());
    fixture_bundle(5, N_TREES, DEPTH, N_COLUMNS, 1, &bundle);
    heap_peak_begin();
    size_t before = heap_live_bytes();
    ck_ok(lsc_model_unpack(bundle.data, bundle.length, fixture_allocator(), &model, error));
    /* Not laid out yet: these are the nodes. */
    check_peak(model, heap_peak_bytes() - before + bundle.length, heap_live_bytes() - before);
    lsc_model_unref(model);
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(a_bomb_costs_a_window_and_what_is_kept)
{
    enum {
        SIZE = 15 << 20 /* more would be told by its ratio */
    };
    if (!heap_peak_works()) {
        return;
    }
    /* As model.ubj, all hashes right, and as a member of which there is nothing to say. */
    for (int i = 0; i < 2; i++) {
        lsc_spec *spec = fixture_spec(2, 1);
        lsc_manifest manifest = fixture_manifest(LSC_ENGINE_GBDT);
        lsc_buffer bundle;
        size_t length;
        size_t size = i == 0 ? SIZE : SIZE / 2;
        const char *json = lsc_spec_json(spec, &length);
        char *zeros = calloc(size, 1);
        ck_assert_ptr_nonnull(zeros);
        const lsc_bundle_member members[] = {
            {"features.json", json, length},
            {"model.ubj", zeros, i == 0 ? size : 1},
            {"calibration.json", fixture_calibration, strlen(fixture_calibration)},
            {"zeros", zeros, i == 0 ? 1 : size}};
        lsc_buffer_init(&bundle, fixture_allocator());
        ck_ok(lsc_bundle_pack(&manifest, spec, members, 4, &bundle, error));
        free(zeros);
        lsc_model *model = NULL;
        heap_peak_begin();
        size_t before = heap_live_bytes();
        ck_fails(lsc_model_load_bytes(bundle.data, bundle.length, NULL, &model, error),
                 LSC_BAD_MODEL, "model.ubj: UBJSON at byte 0");
        /* zstd's window and tables, and chunks; a member that is kept grows by quarters. */
        size_t most = (4u << 20) + (i == 0 ? 0 : size / 4 * 9);
        ck_assert_uint_le(heap_peak_bytes() - before, most);
        lsc_buffer_free(&bundle);
        lsc_spec_unref(spec);
    }
}
END_TEST

/** A bundle of a forest that others made, by hand. */
static void pack_forest(const lsc_spec *spec, const lsc_buffer *ubjson, lsc_buffer *bundle)
{
    lsc_manifest manifest = fixture_manifest(LSC_ENGINE_GBDT);
    size_t length;
    const char *json = lsc_spec_json(spec, &length);
    const lsc_bundle_member members[] = {
        {"features.json", json, length},
        {"model.ubj", ubjson->data, ubjson->length},
        {"calibration.json", fixture_calibration, strlen(fixture_calibration)}};
    lsc_buffer_init(bundle, fixture_allocator());
    ck_ok(lsc_bundle_pack(&manifest, spec, members, 3, bundle, error));
}

/** The tree's arrays as numbers of one byte, all zero, which nothing but their count tells from trees. */
static void put_zeros(lsc_buffer *out, const char *const *keys, size_t n_keys, size_t n)
{
    char *zeros = calloc(n, 1);
    ck_assert_ptr_nonnull(zeros);
    lsc_buffer_append_text(out, "{i\x07learner{i\x10gradient_booster{i\x05model{i\x05trees[{");
    for (size_t i = 0; i < n_keys; i++) {
        const char size[] = {'i', (char)strlen(keys[i]), '\0'};
        const char count[] = {(char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n};
        lsc_buffer_append_text(out, size);
        lsc_buffer_append_text(out, keys[i]);
        lsc_buffer_append_text(out, "[$U#l");
        lsc_buffer_append(out, count, sizeof count);
        lsc_buffer_append(out, zeros, n);
    }
    lsc_buffer_append_text(out, "}]}}}}");
    free(zeros);
}

START_TEST(numbers_of_one_byte_cost_four_times_what_unpacks)
{
    static const char *const keys[] = {
        "left_children",    "right_children",   "split_indices",       "split_conditions",
        "sum_hessian",      "default_left",     "split_type",          "categories",
        "categories_nodes", "categories_sizes", "categories_segments",
    };
    enum {
        N_KEYS = sizeof keys / sizeof keys[0]
    };
    if (!heap_peak_works()) {
        return;
    }
    lsc_spec *spec = fixture_spec(2, 1);
    lsc_buffer ubjson;
    lsc_buffer bundle;
    lsc_model *model = NULL;
    lsc_buffer_init(&ubjson, fixture_allocator());
    put_zeros(&ubjson, keys, N_KEYS, (LSC_SMALL_BUNDLE - 65536) / N_KEYS);
    pack_forest(spec, &ubjson, &bundle);
    /* 16 KiB, of which the limit makes 16 MiB; without it as many KiB made 640 MB. */
    ck_assert_uint_lt(bundle.length, 32768);
    heap_peak_begin();
    size_t before = heap_live_bytes();
    ck_fails(lsc_model_load_bytes(bundle.data, bundle.length, NULL, &model, error), LSC_BAD_MODEL,
             "trees[0].id is -1");
    /* Nothing is built of them; one of the lists is moved while it grows. zstd has its window. */
    ck_assert_uint_le(heap_peak_bytes() - before, 4 * (size_t)LSC_SMALL_BUNDLE + (8u << 20));
    lsc_buffer_free(&bundle);
    lsc_buffer_free(&ubjson);
    lsc_spec_unref(spec);
}
END_TEST

/** A chain of splits, each on its column, with a leaf to the left of each. */
static fixture_tree chain(size_t n_splits, size_t n_columns)
{
    size_t n = 2 * n_splits + 1;
    fixture_tree tree = {.n_nodes = n};
    double **const arrays[] = {&tree.left,  &tree.right, &tree.column,
                               &tree.value, &tree.cover, &tree.default_left};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        *arrays[i] = calloc(n, sizeof(double));
        ck_assert_ptr_nonnull(*arrays[i]);
    }
    for (size_t i = 0; i < n; i++) {
        bool split = i % 2 == 0 && i + 1 < n;
        tree.left[i] = split ? (double)(i + 1) : -1;
        tree.right[i] = split ? (double)(i + 2) : -1;
        tree.column[i] = split ? (double)(i / 2 % n_columns) : 0;
        tree.value[i] = split ? (double)i : 0.25;
        tree.cover[i] = split ? (double)(n - i) : 1;
    }
    return tree;
}

START_TEST(one_deep_path_does_not_make_all_splits_large)
{
    enum {
        N_CHAINS = 200
    };
    /* The first asks for 128 points of the quadrature, the others for one, with many splits. */
    fixture_tree trees[N_CHAINS];
    trees[0] = chain(LSC_MAX_DEPTH, LSC_MAX_DEPTH);
    for (size_t i = 1; i < N_CHAINS; i++) {
        trees[i] = chain(LSC_MAX_DEPTH - 6, 1);
    }
    fixture_model made = FIXTURE_MODEL;
    made.trees = trees;
    made.n_trees = N_CHAINS;
    made.n_columns = LSC_MAX_DEPTH;
    lsc_spec *spec = fixture_spec(LSC_MAX_DEPTH, 1);
    lsc_buffer ubjson;
    lsc_buffer bundle;
    lsc_model *model = NULL;
    lsc_buffer_init(&ubjson, fixture_allocator());
    fixture_ubjson(&made, &ubjson);
    pack_forest(spec, &ubjson, &bundle);
    ck_ok(lsc_model_load_bytes(bundle.data, bundle.length, NULL, &model, error));
    /* A split is laid out in 36 bytes; it and its leaf take 32 as nodes. */
    size_t nodes = model->forest.n_nodes * sizeof *model->forest.nodes;
    ck_assert_uint_le(lsc_forest_plan_size(&model->plan), 2 * nodes);
    lsc_model_unref(model);
    lsc_buffer_free(&bundle);
    lsc_buffer_free(&ubjson);
    lsc_spec_unref(spec);
    for (size_t i = 0; i < N_CHAINS; i++) {
        fixture_tree_free(&trees[i]);
    }
}
END_TEST

START_TEST(a_claim_of_nodes_costs_nothing)
{
#define TO_TREES "{i\x07learner{i\x10gradient_booster{i\x05model{i\x05trees"
#define TO_NAMES "{i\x07learner{i\x0d\x66" /* the "f" of feature_names, which \x0d would take in */
    static const char *const heads[] = {TO_TREES "[{i\x0dleft_children[$l#l",
                                        TO_TREES "[{i\x0bsum_hessian[$d#l", TO_TREES "[#l",
                                        TO_NAMES "eature_names[#l"};
    if (!heap_peak_works()) {
        return;
    }
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        char bytes[4096] = {0};
        size_t length = strlen(heads[i]);
        memcpy(bytes, heads[i], length);
        memcpy(bytes + length, "\x3b\x9a\xca", 3); /* 10^9, with the zero that follows */
        lsc_forest forest;
        heap_peak_begin();
        size_t before = heap_live_bytes();
        ck_fails(
            lsc_forest_read_ubjson(bytes, sizeof bytes, 2, fixture_allocator(), &forest, error),
            LSC_BAD_MODEL, "UBJSON at byte");
        ck_assert_uint_le(heap_peak_bytes() - before, 32768);
    }
}
END_TEST

LSC_SUITE("model/model_memory", TEST(opening_a_file_takes_at_most_three_times_the_forest),
          TEST(opening_bytes_takes_at_most_three_times_the_forest_with_the_bytes),
          TEST(reading_alone_takes_at_most_three_times_the_nodes),
          TEST(a_bomb_costs_a_window_and_what_is_kept),
          TEST(numbers_of_one_byte_cost_four_times_what_unpacks),
          TEST(one_deep_path_does_not_make_all_splits_large), TEST(a_claim_of_nodes_costs_nothing))
