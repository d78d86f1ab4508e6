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

static size_t forest_bytes(const lsc_model *model)
{
    const lsc_forest *forest = &model->forest;
    return forest->n_nodes * sizeof *forest->nodes + forest->n_trees * sizeof *forest->roots +
           forest->n_sets * sizeof *forest->sets + forest->n_set_words * sizeof(uint32_t);
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

LSC_SUITE("model/model_memory", TEST(opening_a_file_takes_at_most_three_times_the_forest),
          TEST(opening_bytes_takes_at_most_three_times_the_forest_with_the_bytes))
