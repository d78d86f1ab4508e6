#include "bench_bundle.h"

#include <string.h>

#include "bench_support.h"
#include "model/bundle.h"

static const char calibration[] =
    "{\"kind\": \"platt\", \"slope\": 1.1, \"intercept\": -0.2, \"interval\": {\"level\": 0.9, "
    "\"margin\": [-6, -3, -1, 1, 4], \"low\": [-8, -4, -1.6, 0.5, 3], "
    "\"high\": [-5, -3, -0.9, 1.4, 5]}}";

static const char *const groups[3] = {"behavioral", "demographic", "engagement"};

static lsc_spec *numbers_spec(size_t n_columns, const lsc_allocator *allocator)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_spec *spec = NULL;
    lsc_buffer json;
    lsc_buffer_init(&json, allocator);
    lsc_buffer_append_text(&json,
                           "{\"format\": 1, \"name\": \"bench\", \"groups\": [\"behavioral\", "
                           "\"demographic\", \"engagement\"], \"features\": [");
    for (size_t i = 0; i < n_columns; i++) {
        lsc_buffer_append_format(&json,
                                 "%s{\"name\": \"f%zu\", \"group\": \"%s\", \"kind\": \"number\", "
                                 "\"property\": \"f%zu\"}",
                                 i == 0 ? "" : ", ", i, groups[i % 3], i);
    }
    lsc_buffer_append_text(&json, "]}");
    if (lsc_spec_parse(json.data, json.length, NULL, &spec, &error) != LSC_OK) {
        bench_die("the spec: %s", error.message);
    }
    lsc_buffer_free(&json);
    return spec;
}

void bench_bundle(const void *ubjson, size_t length, size_t n_columns, float base_score,
                  lsc_buffer *bundle)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_spec *spec = numbers_spec(n_columns, bundle->allocator);
    size_t spec_length;
    const char *spec_json = lsc_spec_json(spec, &spec_length);
    const lsc_bundle_member members[] = {{"features.json", spec_json, spec_length},
                                         {"model.ubj", ubjson, length},
                                         {"calibration.json", calibration, strlen(calibration)}};
    const lsc_manifest manifest = {.name = "bench",
                                   .version = "1",
                                   .engine = LSC_ENGINE_GBDT,
                                   .gate_passed = true,
                                   .base_margin = lsc_base_margin(base_score),
                                   .grades = {{0.8, 0.6, 0.4, 0.2}},
                                   .window_from_ms = LSC_TIME_NONE,
                                   .window_to_ms = LSC_TIME_NONE,
                                   .n_rows = 1,
                                   .procedure = "refit"};
    if (lsc_bundle_pack(&manifest, spec, members, 3, bundle, &error) != LSC_OK) {
        bench_die("the bundle: %s", error.message);
    }
    lsc_spec_unref(spec);
}
