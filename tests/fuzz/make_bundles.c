/*
 *     make_bundles FOLDER MODEL.ubj...
 *
 * Packs each model of four columns that the library reads into a small bundle with golden lines.
 * Others are passed over.
 */
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "model/bundle.h"
#include "score/golden.h"

static const char spec_json[] =
    "{\"format\":1,\"name\":\"small\",\"groups\":[\"behavioral\",\"demographic\"],\"features\":["
    "{\"name\":\"a\",\"group\":\"behavioral\",\"kind\":\"count\",\"events\":{\"types\":[\"Page "
    "Viewed\"]},\"window_days\":400},"
    "{\"name\":\"b\",\"group\":\"demographic\",\"kind\":\"number\",\"property\":\"b\"},"
    "{\"name\":\"c\",\"group\":\"demographic\",\"kind\":\"number\",\"property\":\"c\"},"
    "{\"name\":\"d\",\"group\":\"demographic\",\"kind\":\"number\",\"property\":\"d\"}]}";

/** One for the models in turn. */
static const char *const calibrations[] = {
    "{\"kind\":\"platt\",\"slope\":1.25,\"intercept\":-0.5,\"interval\":{\"level\":0.9,"
    "\"margin\":[-4,0,4],\"low\":[-7,-1,3],\"high\":[-4,0.5,7]}}",
    "{\"kind\":\"venn-abers\",\"slope\":0.5,\"intercept\":-0.25,\"curve\":{\"margin\":[-2,0,1.5],"
    "\"log_odds\":[-2,-0.5,1]},\"interval\":{\"level\":0.9,\"margin\":[-3,-1,2],"
    "\"low\":[0,0.125,0.5],\"high\":[0.25,0.5,1]}}"};

enum {
    FEATURES,
    FOREST,
    CALIBRATION,
    GOLDEN,
    N_PARTS
};

/** The base margin of a model, or false where the library does not read it. */
static bool base_margin(const char *bytes, size_t length, float *margin)
{
    lsc_forest forest = {.allocator = *lsc_default_allocator()};
    if (lsc_forest_read_ubjson(bytes, length, 4, lsc_default_allocator(), &forest, NULL) !=
        LSC_OK) {
        return false;
    }
    *margin = forest.base_margin;
    lsc_forest_free(&forest);
    return true;
}

static void make_golden(const lsc_buffer *draft, lsc_buffer *golden)
{
    lsc_model *model = NULL;
    fuzz_ok(lsc_model_load_bytes(draft->data, draft->length, NULL, &model, error));
    fuzz_ok(lsc_golden_write(model, golden, error));
    lsc_model_unref(model);
}

static void pack(const char *bytes, size_t length, float margin, const char *calibration,
                 lsc_buffer *bundle)
{
    lsc_spec *spec = NULL;
    lsc_buffer golden;
    lsc_buffer draft;
    lsc_buffer_init(&golden, lsc_default_allocator());
    lsc_buffer_init(&draft, lsc_default_allocator());
    fuzz_ok(lsc_spec_parse(spec_json, sizeof spec_json - 1, NULL, &spec, error));
    const lsc_manifest manifest = {.name = "small",
                                   .version = "1",
                                   .engine = LSC_ENGINE_GBDT,
                                   .base_margin = margin,
                                   .grades = {{0.8, 0.6, 0.4, 0.2}},
                                   .window_from_ms = LSC_TIME_NONE,
                                   .window_to_ms = LSC_TIME_NONE,
                                   .n_rows = 80,
                                   .n_positive = 40,
                                   .procedure = "refit"};
    lsc_bundle_member parts[N_PARTS] = {{.name = "features.json"},
                                        {"model.ubj", bytes, length},
                                        {"calibration.json", calibration, strlen(calibration)},
                                        {.name = "golden.ndjson"}};
    parts[FEATURES].bytes = lsc_spec_json(spec, &parts[FEATURES].length);
    fuzz_ok(lsc_bundle_pack(&manifest, spec, parts, GOLDEN, &draft, error));
    make_golden(&draft, &golden);
    parts[GOLDEN].bytes = golden.data;
    parts[GOLDEN].length = golden.length;
    fuzz_ok(lsc_bundle_pack(&manifest, spec, parts, N_PARTS, bundle, error));
    lsc_spec_unref(spec);
    lsc_buffer_free(&draft);
    lsc_buffer_free(&golden);
}

static void make_bundle(const char *folder, size_t number, const char *bytes, size_t length)
{
    float margin;
    char path[4096];
    lsc_buffer bundle;
    if (!base_margin(bytes, length, &margin)) {
        return;
    }
    lsc_buffer_init(&bundle, lsc_default_allocator());
    pack(bytes, length, margin, calibrations[number % 2], &bundle);
    snprintf(path, sizeof path, "%s/%zu.lsm", folder, number);
    fuzz_ok(lsc_bundle_write(path, bundle.data, bundle.length, error));
    lsc_buffer_free(&bundle);
}

int main(int argc, char **argv)
{
    for (int i = 2; i < argc; i++) {
        static char bytes[1u << 20];
        FILE *file = fopen(argv[i], "rb");
        fuzz_check(file != NULL);
        size_t length = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
        make_bundle(argv[1], (size_t)i, bytes, length);
    }
    return EXIT_SUCCESS;
}
