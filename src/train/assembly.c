#include "train/assembly.h"

#include "model/bundle.h"
#include "score/golden.h"
#include "train/reference.h"

/** Most suspicions of leaks that the manifest has; metrics.json has all. */
#define MANIFEST_LEAKS 100

/** Texts that the manifest points to. */
typedef struct manifest_texts {
    const char *reasons[LSC_GATE_CHECKS];
    const char *leaks[MANIFEST_LEAKS];
} manifest_texts;

/** The members made here, in the order they have in the bundle but for the model and metrics. */
typedef struct made_parts {
    lsc_buffer calibration;
    lsc_buffer reference;
    lsc_buffer golden;
    lsc_buffer card;
} made_parts;

static lsc_manifest describe(const lsc_findings *findings, const char *created,
                             const lsc_grades *grades, manifest_texts *texts)
{
    const lsc_leaks *leaks = findings->leaks;
    size_t n_leaks = leaks->n < MANIFEST_LEAKS ? leaks->n : MANIFEST_LEAKS;
    const lsc_rows *rows = findings->rows;
    size_t n_positive = 0;
    for (size_t row = 0; row < rows->n_rows; row++) {
        n_positive += rows->labels[row];
    }
    for (size_t i = 0; i < findings->gate->n_reasons; i++) {
        texts->reasons[i] = findings->gate->reasons[i];
    }
    for (size_t i = 0; i < n_leaks; i++) {
        texts->leaks[i] = leaks->items[i].line;
    }
    return (lsc_manifest){.name = findings->name,
                          .version = findings->version,
                          .engine = LSC_ENGINE_GBDT,
                          .created = created,
                          .gate_passed = findings->gate->passed,
                          .gate_reasons = texts->reasons,
                          .n_gate_reasons = findings->gate->n_reasons,
                          .base_margin = LSC_BASE_MARGIN,
                          .grades = *grades,
                          .window_from_ms = findings->plan->from_ms,
                          .window_to_ms = findings->plan->to_ms,
                          .n_rows = rows->n_rows,
                          .n_positive = n_positive,
                          .leaks = texts->leaks,
                          .n_leaks = n_leaks,
                          .leaks_dropped = leaks->dropped,
                          .procedure = "refit"};
}

static lsc_bundle_member member(const char *name, const lsc_buffer *buffer)
{
    return (lsc_bundle_member){name, buffer->data, buffer->length};
}

static lsc_status pack(const lsc_findings *findings, const lsc_manifest *manifest,
                       const made_parts *parts, const lsc_buffer *metrics, lsc_buffer *bundle,
                       lsc_error *error)
{
    lsc_bundle_member members[7];
    size_t n = 0;
    size_t spec_length;
    const char *spec_json = lsc_spec_json(findings->spec, &spec_length);
    members[n++] = (lsc_bundle_member){"features.json", spec_json, spec_length};
    members[n++] = member("model.ubj", &findings->fit->model);
    members[n++] = member("calibration.json", &parts->calibration);
    members[n++] = member("metrics.json", metrics);
    if (parts->reference.length > 0) {
        members[n++] = member("reference.json", &parts->reference);
    }
    if (parts->golden.length > 0) {
        members[n++] = member("golden.ndjson", &parts->golden);
    }
    members[n++] = member("MODEL_CARD.md", &parts->card);
    return lsc_bundle_pack(manifest, findings->spec, members, n, bundle, error);
}

/** Its reference and golden lines are made by the model itself: it is packed without, and read. */
static lsc_status ask_model(const lsc_findings *findings, const lsc_manifest *manifest,
                            made_parts *parts, const lsc_buffer *metrics, lsc_error *error)
{
    const lsc_allocator *allocator = findings->rows->allocator;
    lsc_buffer bundle;
    lsc_model *model = NULL;
    lsc_buffer_init(&bundle, allocator);
    lsc_status status = pack(findings, manifest, parts, metrics, &bundle, error);
    if (status == LSC_OK) {
        status = lsc_model_read(bundle.data, bundle.length, allocator, &model, error);
    }
    if (status == LSC_OK) {
        status = lsc_reference_write(findings, model, &parts->reference, error);
    }
    if (status == LSC_OK) {
        status = lsc_golden_write(model, &parts->golden, error);
    }
    lsc_model_unref(model);
    lsc_buffer_free(&bundle);
    return status;
}

lsc_status lsc_assemble(const lsc_findings *findings, const char *created, const lsc_grades *grades,
                        const lsc_buffer *metrics, lsc_buffer *bundle, lsc_error *error)
{
    const lsc_allocator *allocator = findings->rows->allocator;
    manifest_texts texts;
    lsc_manifest manifest = describe(findings, created, grades, &texts);
    made_parts parts;
    lsc_buffer_init(&parts.calibration, allocator);
    lsc_buffer_init(&parts.reference, allocator);
    lsc_buffer_init(&parts.golden, allocator);
    lsc_buffer_init(&parts.card, allocator);
    lsc_status status = lsc_calibration_write(&findings->evaluation->calibrator.calibration,
                                              &parts.calibration, error);
    if (status == LSC_OK) {
        status = lsc_model_card_write(findings, &parts.card, error);
    }
    if (status == LSC_OK) {
        status = ask_model(findings, &manifest, &parts, metrics, error);
    }
    if (status == LSC_OK) {
        status = pack(findings, &manifest, &parts, metrics, bundle, error);
    }
    lsc_buffer_free(&parts.calibration);
    lsc_buffer_free(&parts.reference);
    lsc_buffer_free(&parts.golden);
    lsc_buffer_free(&parts.card);
    return status;
}
