#include <leadscore/model.h>

#include <string.h>

#include "core/error.h"
#include "golden.h"
#include "model/bundle.h"
#include "model/model_data.h"

/** A bundle under way. */
typedef struct card_bundle {
    lsc_allocator allocator;
    lsc_manifest manifest;
    lsc_spec *spec;
    lsc_bundle_member members[3]; /**< features.json, scorecard.json, golden.ndjson */
} card_bundle;

enum {
    FEATURES,
    SCORECARD,
    GOLDEN
};

static const char *const gate_reasons[] = {
    "A scorecard is made without data: there is nothing to test it on."};

/** Read spec and scorecard, which says whether they are good, and take the grades. */
static lsc_status read_parts(card_bundle *parts, const char *spec_json, size_t spec_length,
                             lsc_error *error)
{
    lsc_status status =
        lsc_spec_parse(spec_json, spec_length, &parts->allocator, &parts->spec, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_bundle_member *features = &parts->members[FEATURES];
    features->bytes = lsc_spec_json(parts->spec, &features->length);
    const lsc_bundle_member *json = &parts->members[SCORECARD];
    lsc_scorecard card;
    status = lsc_scorecard_parse(json->bytes, json->length, parts->spec, &parts->allocator, &card,
                                 error);
    if (status != LSC_OK) {
        return status;
    }
    for (size_t i = 0; i < 4; i++) {
        parts->manifest.grades.least[i] = card.grades[i] / 100;
    }
    lsc_scorecard_free(&card);
    return LSC_OK;
}

/** Golden lines come from the model, so the bundle is packed and read once without them. */
static lsc_status add_golden(card_bundle *parts, lsc_buffer *golden, lsc_error *error)
{
    lsc_buffer draft;
    lsc_buffer_init(&draft, &parts->allocator);
    lsc_model *model = NULL;
    lsc_status status =
        lsc_bundle_pack(&parts->manifest, parts->spec, parts->members, GOLDEN, &draft, error);
    if (status == LSC_OK) {
        status = lsc_model_read(draft.data, draft.length, &parts->allocator, &model, error);
    }
    if (status == LSC_OK) {
        status = lsc_golden_write(model, golden, error);
    }
    parts->members[GOLDEN].bytes = golden->data;
    parts->members[GOLDEN].length = golden->length;
    lsc_model_unref(model);
    lsc_buffer_free(&draft);
    return status;
}

static lsc_status build(card_bundle *parts, const char *spec_json, size_t spec_length,
                        void **bundle, size_t *bundle_length, lsc_error *error)
{
    lsc_buffer golden;
    lsc_buffer packed;
    lsc_buffer_init(&golden, &parts->allocator);
    lsc_buffer_init(&packed, &parts->allocator);
    lsc_status status = read_parts(parts, spec_json, spec_length, error);
    if (status == LSC_OK) {
        status = add_golden(parts, &golden, error);
    }
    if (status == LSC_OK) {
        status = lsc_bundle_pack(&parts->manifest, parts->spec, parts->members, 3, &packed, error);
    }
    if (status == LSC_OK) {
        *bundle = lsc_buffer_take(&packed, bundle_length);
    }
    lsc_buffer_free(&packed);
    lsc_buffer_free(&golden);
    lsc_spec_unref(parts->spec);
    return status;
}

lsc_status lsc_scorecard_build(const char *name, const char *spec_json, size_t spec_length,
                               const char *scorecard_json, size_t scorecard_length, void **bundle,
                               size_t *bundle_length, lsc_error *error)
{
    if (bundle == NULL || bundle_length == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "bundle or bundle_length is NULL");
    }
    *bundle = NULL;
    if (name == NULL || spec_json == NULL || scorecard_json == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "name, spec_json or scorecard_json is NULL");
    }
    card_bundle parts = {
        .manifest = {.name = name,
                     .version = "1",
                     .engine = LSC_ENGINE_SCORECARD,
                     .gate_passed = true,
                     .gate_reasons = gate_reasons,
                     .n_gate_reasons = 1,
                     .window_from_ms = LSC_TIME_NONE,
                     .window_to_ms = LSC_TIME_NONE},
        .members = {{.name = "features.json"},
                    {"scorecard.json", scorecard_json, scorecard_length},
                    {.name = "golden.ndjson"}},
    };
    lsc_status status = lsc_allocator_resolve(NULL, &parts.allocator, error);
    return status == LSC_OK ? build(&parts, spec_json, spec_length, bundle, bundle_length, error)
                            : status;
}
