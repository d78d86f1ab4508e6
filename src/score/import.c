#include <leadscore/model.h>

#include <stdio.h>
#include <string.h>

#include "core/error.h"
#include "core/options.h"
#include "core/stream.h"
#include "golden.h"
#include "import_spec.h"
#include "model/bundle.h"
#include "model/model_data.h"
#include "model/xgboost_write.h"

/** Bytes of lsc_import in release 0.1, the least that a caller may give. */
#define IMPORT_SIZE_0_1 LSC_SIZE_UP_TO(lsc_import, created)

#define REASON_SIZE 160
#define MAX_REASONS 4

/** The members of the bundle. */
enum {
    FEATURES,
    MODEL,
    CALIBRATION,
    GOLDEN,
    N_MEMBERS
};

/** A model on its way into a bundle. */
typedef struct import_task {
    lsc_import options;
    lsc_forest forest;
    lsc_xgboost_facts facts;
    lsc_spec *spec;
    lsc_buffer model;
    lsc_buffer calibration;
    lsc_buffer golden;
    char reasons[MAX_REASONS][REASON_SIZE];
    const char *gate_reasons[MAX_REASONS];
    lsc_manifest manifest;
} import_task;

void lsc_import_init(lsc_import *import, size_t size)
{
    const lsc_import defaults = LSC_IMPORT_INIT;
    lsc_options_init(import, size, &defaults, sizeof defaults);
}

static lsc_status read_options(const lsc_import *given, lsc_import *options, lsc_error *error)
{
    *options = (lsc_import)LSC_IMPORT_INIT;
    lsc_status status = LSC_OK;
    if (given != NULL) {
        status =
            lsc_options_read("lsc_import", options, sizeof *options, given, IMPORT_SIZE_0_1, error);
    }
    if (status == LSC_OK) {
        lsc_allocator allocator = options->allocator;
        status = lsc_allocator_resolve(&allocator, &options->allocator, error);
    }
    if (status == LSC_OK && options->spec_json == NULL && options->spec_length > 0) {
        return lsc_fail(error, LSC_INVALID_ARG, "spec_json is NULL, but has a length");
    }
    return status;
}

/* What the manifest says */

static char *next_reason(import_task *task)
{
    char *reason = task->reasons[task->manifest.n_gate_reasons];
    task->gate_reasons[task->manifest.n_gate_reasons++] = reason;
    return reason;
}

/** Why the gate has not passed, and what of the model one should know. */
static void give_reasons(import_task *task)
{
    const lsc_xgboost_facts *facts = &task->facts;
    int64_t parallel = facts->parallel_trees > 0 ? facts->parallel_trees : 1;
    int64_t n_rounds = (int64_t)task->forest.n_trees / parallel;
    snprintf(next_reason(task), REASON_SIZE,
             "Imported from XGBoost %d.%d.%d (%s): not evaluated here, not calibrated",
             facts->version[0], facts->version[1], facts->version[2], facts->objective);
    if (facts->best_iteration >= 0 && facts->best_iteration + 1 < n_rounds) {
        snprintf(next_reason(task), REASON_SIZE,
                 "Early stopping found %lld rounds best: all %lld count here",
                 (long long)facts->best_iteration + 1, (long long)n_rounds);
    }
    if (facts->scale_pos_weight < 1 || facts->scale_pos_weight > 1) {
        snprintf(
            next_reason(task), REASON_SIZE,
            "scale_pos_weight is not 1: probabilities are shifted from the shares that convert");
    }
}

static void fill_manifest(import_task *task)
{
    task->manifest = (lsc_manifest){
        .name = task->options.name != NULL ? task->options.name : "imported",
        .version = task->options.version != NULL ? task->options.version : "1",
        .engine = LSC_ENGINE_GBDT,
        .created = task->options.created,
        .gate_reasons = task->gate_reasons,
        .base_margin = task->forest.base_margin,
        .grades = {{0.8, 0.6, 0.4, 0.2}},
        .window_from_ms = LSC_TIME_NONE,
        .window_to_ms = LSC_TIME_NONE,
        .procedure = "import",
    };
    give_reasons(task);
}

/* The members */

static lsc_status make_spec(import_task *task, lsc_error *error)
{
    const lsc_import *options = &task->options;
    if (options->spec_json == NULL) {
        return lsc_import_spec(&task->facts, &options->allocator, &task->spec, error);
    }
    lsc_status status = lsc_spec_parse(options->spec_json, options->spec_length,
                                       &options->allocator, &task->spec, error);
    if (status != LSC_OK) {
        lsc_error_prefix(error, "spec_json: ");
        return status;
    }
    return lsc_import_check_spec(&task->facts, task->spec, error);
}

static lsc_status make_members(import_task *task, lsc_error *error)
{
    static const lsc_calibration calibration = {.kind = LSC_CALIBRATION_LOGISTIC};
    lsc_xgboost_write(&task->forest, &task->facts, &task->model);
    lsc_status status = lsc_buffer_status(&task->model, error);
    return status == LSC_OK ? lsc_calibration_write(&calibration, &task->calibration, error)
                            : status;
}

static lsc_status pack(const import_task *task, size_t n_members, lsc_buffer *out, lsc_error *error)
{
    lsc_bundle_member members[N_MEMBERS] = {
        [FEATURES] = {.name = "features.json"},
        [MODEL] = {"model.ubj", task->model.data, task->model.length},
        [CALIBRATION] = {"calibration.json", task->calibration.data, task->calibration.length},
        [GOLDEN] = {"golden.ndjson", task->golden.data, task->golden.length},
    };
    members[FEATURES].bytes = lsc_spec_json(task->spec, &members[FEATURES].length);
    return lsc_bundle_pack(&task->manifest, task->spec, members, n_members, out, error);
}

/** That what was written says what was read: nodes, where trees begin, sets of categories. */
static lsc_status compare(const lsc_forest *written, const lsc_forest *read, lsc_error *error)
{
    const struct {
        const void *written;
        size_t n_written;
        const void *read;
        size_t n_read;
        size_t size;
    } parts[] = {
        {written->nodes, written->n_nodes, read->nodes, read->n_nodes, sizeof *read->nodes},
        {written->roots, written->n_trees, read->roots, read->n_trees, sizeof *read->roots},
        {written->sets, written->n_sets, read->sets, read->n_sets, sizeof *read->sets},
        {written->set_words, written->n_set_words, read->set_words, read->n_set_words,
         sizeof *read->set_words},
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].n_written != parts[i].n_read ||
            (parts[i].n_read > 0 &&
             memcmp(parts[i].written, parts[i].read, parts[i].n_read * parts[i].size) != 0)) {
            return lsc_fail(error, LSC_INTERNAL, "the model changed when it was written again");
        }
    }
    return LSC_OK;
}

/** Golden lines come from the model, so the bundle is packed and read once without them. */
static lsc_status add_golden(import_task *task, lsc_error *error)
{
    lsc_buffer draft;
    lsc_buffer_init(&draft, &task->options.allocator);
    lsc_model *model = NULL;
    lsc_status status = pack(task, GOLDEN, &draft, error);
    if (status == LSC_OK) {
        status = lsc_model_read(draft.data, draft.length, &task->options.allocator, &model, error);
    }
    lsc_buffer_free(&draft);
    if (status == LSC_OK) {
        status = compare(&model->forest, &task->forest, error);
    }
    if (status == LSC_OK) {
        status = lsc_golden_write(model, &task->golden, error);
    }
    lsc_model_unref(model);
    return status;
}

static lsc_status give_bundle(const lsc_buffer *packed, void **bundle, size_t *bundle_length,
                              lsc_error *error)
{
    /* The bundle is the C library's, whatever the work was done with: lsc_bundle_free() frees it. */
    *bundle = lsc_copy_text(lsc_default_allocator(), packed->data, packed->length);
    if (*bundle == NULL) {
        return lsc_fail_memory(error);
    }
    *bundle_length = packed->length;
    return LSC_OK;
}

static lsc_status build(import_task *task, void **bundle, size_t *bundle_length, lsc_error *error)
{
    lsc_buffer packed;
    lsc_buffer_init(&packed, &task->options.allocator);
    fill_manifest(task);
    lsc_status status = make_spec(task, error);
    if (status == LSC_OK) {
        status = make_members(task, error);
    }
    if (status == LSC_OK) {
        status = add_golden(task, error);
    }
    if (status == LSC_OK) {
        status = pack(task, N_MEMBERS, &packed, error);
    }
    if (status == LSC_OK) {
        status = give_bundle(&packed, bundle, bundle_length, error);
    }
    lsc_buffer_free(&packed);
    return status;
}

static lsc_status import_stream(lsc_stream *in, const lsc_import *options, void **bundle,
                                size_t *bundle_length, lsc_error *error)
{
    import_task task = {.options = *options};
    const lsc_allocator *allocator = &task.options.allocator;
    lsc_xgboost_reading reading = {.allocator = allocator, .names = true};
    in->most = LSC_MAX_IMPORT;
    lsc_status status = lsc_xgboost_read(in, &reading, &task.forest, &task.facts, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_buffer_init(&task.model, allocator);
    lsc_buffer_init(&task.calibration, allocator);
    lsc_buffer_init(&task.golden, allocator);
    status = build(&task, bundle, bundle_length, error);
    lsc_buffer_free(&task.golden);
    lsc_buffer_free(&task.calibration);
    lsc_buffer_free(&task.model);
    lsc_spec_unref(task.spec);
    lsc_xgboost_facts_free(&task.facts);
    lsc_forest_free(&task.forest);
    return status;
}

static lsc_status check_outputs(void **bundle, const size_t *bundle_length, lsc_error *error)
{
    if (bundle == NULL || bundle_length == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "bundle or bundle_length is NULL");
    }
    *bundle = NULL;
    return LSC_OK;
}

lsc_status lsc_model_import_bytes(const void *bytes, size_t length, const lsc_import *given,
                                  void **bundle, size_t *bundle_length, lsc_error *error)
{
    lsc_import options;
    lsc_stream in;
    lsc_status status = check_outputs(bundle, bundle_length, error);
    if (status == LSC_OK && bytes == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "bytes is NULL");
    }
    if (status == LSC_OK) {
        status = read_options(given, &options, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_stream_of_bytes(&in, bytes, length);
    return import_stream(&in, &options, bundle, bundle_length, error);
}

lsc_status lsc_model_import_file(const char *path, const lsc_import *given, void **bundle,
                                 size_t *bundle_length, lsc_error *error)
{
    lsc_import options;
    lsc_stream in;
    lsc_file_stream *file = NULL;
    lsc_status status = check_outputs(bundle, bundle_length, error);
    if (status == LSC_OK && path == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "path is NULL");
    }
    if (status == LSC_OK) {
        status = read_options(given, &options, error);
    }
    if (status == LSC_OK) {
        status = lsc_file_stream_open(path, &options.allocator, &file, &in, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    status = import_stream(&in, &options, bundle, bundle_length, error);
    lsc_file_stream_close(file);
    if (status != LSC_OK && status != LSC_IO && status != LSC_NO_MEMORY) {
        lsc_error_prefix(error, "%s: ", path);
    }
    return status;
}
