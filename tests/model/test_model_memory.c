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

/** The forest as it is loaded: its nodes, and what is laid out of them. */
/** Of the loaded forest: its nodes, and its layouts for the kernels. */
static size_t forest_bytes(const lsc_model *model)
{
    const lsc_forest *forest = &model->forest;
    return lsc_forest_plan_size(&model->plan) + forest->n_nodes * sizeof *forest->nodes +
           forest->n_trees * sizeof *forest->roots + forest->n_sets * sizeof *forest->sets +
           forest->n_set_words * sizeof(uint32_t) + lsc_forest_plan_size(&model->plan);
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
        SIZE = 96 << 20
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
          TEST(a_bomb_costs_a_window_and_what_is_kept), TEST(a_claim_of_nodes_costs_nothing))
