#include "model_data.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "bundle_read.h"
#include "core/number.h"
#include "core/options.h"
#include "xgboost_model.h"

/** Bytes of lsc_model_info in release 0.1, the least that a caller may give. */
#define MODEL_INFO_SIZE_0_1 LSC_SIZE_UP_TO(lsc_model_info, spec_sha256)

/** How far, relative to its size, the stored base margin may be from what this libm computes. */
#define BASE_MARGIN_TOLERANCE 1e-5

/** The least that a node takes up in model.ubj: eight numbers of four bytes, and two of one. */
#define NODE_BYTES 34

lsc_model *lsc_model_ref(lsc_model *model)
{
    atomic_fetch_add_explicit(&model->references, 1, memory_order_relaxed);
    return model;
}

static void free_model(lsc_model *model)
{
    lsc_allocator allocator = model->allocator;
    lsc_spec_unref(model->spec);
    lsc_forest_plan_free(&model->plan);
    lsc_forest_free(&model->forest);
    lsc_scorecard_free(&model->scorecard);
    lsc_calibration_free(&allocator, &model->calibration);
    lsc_release(&allocator, model->name);
    lsc_release(&allocator, model->version);
    for (size_t i = 0; i < model->n_members; i++) {
        lsc_release(&allocator, model->members[i].name);
        lsc_release(&allocator, model->members[i].bytes);
    }
    lsc_release(&allocator, model->members);
    lsc_release(&allocator, model);
}

void lsc_model_unref(lsc_model *model)
{
    if (model == NULL) {
        return;
    }
    if (atomic_fetch_sub_explicit(&model->references, 1, memory_order_acq_rel) == 1) {
        free_model(model);
    }
}

/* Reading */

static lsc_status need_member(const lsc_archive *archive, const char *name,
                              const lsc_member **member, lsc_error *error)
{
    *member = lsc_archive_find(archive, name);
    return *member != NULL ? LSC_OK
                           : lsc_fail(error, LSC_BAD_MODEL, "the bundle has no member %s", name);
}

static lsc_status read_spec(lsc_model *model, const lsc_archive *archive, lsc_error *error)
{
    const lsc_member *member = NULL;
    uint8_t digest[LSC_HASH_SIZE];
    lsc_status status = need_member(archive, LSC_FEATURES_MEMBER, &member, error);
    if (status == LSC_OK) {
        status = lsc_hash_block(member->bytes, member->length, digest, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_hash_format(digest, model->spec_hash_text);
    if (strcmp(archive->manifest.spec_hash_text, model->spec_hash_text) != 0) {
        return lsc_fail(error, LSC_BAD_MODEL, "%s: spec_sha256 is not that of features.json",
                        LSC_MANIFEST_NAME);
    }
    status = lsc_spec_parse(member->bytes, member->length, &model->allocator, &model->spec, error);
    if (status != LSC_OK) {
        lsc_error_prefix(error, "features.json: ");
        return status;
    }
    model->model_type = lsc_spec_model_type(model->spec);
    if (strcmp(archive->manifest.model_type, model->model_type) != 0) {
        return lsc_fail(error, LSC_BAD_MODEL, "%s: model_type is \"%s\", by its features it is %s",
                        LSC_MANIFEST_NAME, archive->manifest.model_type, model->model_type);
    }
    return LSC_OK;
}

/**
 * The base margin is that of the manifest: its bits were computed once, where the model was made,
 * and no other libm changes them.
 */
static lsc_status take_base_margin(lsc_forest *forest, float stored, lsc_error *error)
{
    double difference = fabs((double)stored - (double)forest->base_margin);
    if (difference > BASE_MARGIN_TOLERANCE * fmax(1, fabs((double)stored))) {
        return lsc_fail(error, LSC_BAD_MODEL,
                        "%s: base_margin_bits are those of %s, the model's base score gives %s",
                        LSC_MANIFEST_NAME, lsc_number_show((double)stored, 9).text,
                        lsc_number_show((double)forest->base_margin, 9).text);
    }
    lsc_forest_set_base_margin(forest, stored);
    return LSC_OK;
}

/** The trees: the manifest's hash of them has been found right. */
static lsc_status read_forest(lsc_model *model, lsc_archive *archive, lsc_error *error)
{
    const lsc_member *member = NULL;
    lsc_stream in;
    lsc_status status = need_member(archive, LSC_FOREST_MEMBER, &member, error);
    if (status == LSC_OK) {
        status = lsc_archive_stream(archive, LSC_FOREST_MEMBER, &in, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    const lsc_xgboost_reading reading = {
        .allocator = &model->allocator,
        .format = LSC_PULL_UBJSON,
        .n_columns = lsc_spec_n_columns(model->spec),
        .expected_nodes = member->length / NODE_BYTES,
    };
    status = lsc_xgboost_read(&in, &reading, &model->forest, NULL, error);
    if (status != LSC_OK) {
        lsc_error_prefix(error, "%s: ", LSC_FOREST_MEMBER);
        return status;
    }
    return take_base_margin(&model->forest, archive->manifest.base_margin, error);
}

static lsc_status read_scorecard(lsc_model *model, const lsc_archive *archive, lsc_error *error)
{
    const lsc_member *member = NULL;
    lsc_status status = need_member(archive, LSC_SCORECARD_MEMBER, &member, error);
    return status == LSC_OK ? lsc_scorecard_parse(member->bytes, member->length, model->spec,
                                                  &model->allocator, &model->scorecard, error)
                            : status;
}

static lsc_status read_calibration(lsc_model *model, const lsc_archive *archive, lsc_error *error)
{
    const lsc_member *member = lsc_archive_find(archive, LSC_CALIBRATION_MEMBER);
    if (member != NULL) {
        lsc_status status = lsc_calibration_parse(member->bytes, member->length, &model->allocator,
                                                  &model->calibration, error);
        if (status != LSC_OK) {
            return status;
        }
    }
    if (model->engine == LSC_ENGINE_GBDT && model->calibration.kind == LSC_CALIBRATION_NONE) {
        return lsc_fail(error, LSC_BAD_MODEL, "boosted trees need a calibration, and have none");
    }
    if (model->engine == LSC_ENGINE_SCORECARD &&
        model->calibration.kind == LSC_CALIBRATION_LOGISTIC) {
        return lsc_fail(error, LSC_BAD_MODEL,
                        "points are no log-odds: a scorecard's calibration "
                        "cannot be logistic");
    }
    return LSC_OK;
}

/** A NUL-terminated copy of a text. */
static lsc_status copy_text(const lsc_model *model, const void *text, size_t length, char **copy,
                            lsc_error *error)
{
    *copy = lsc_copy_text(&model->allocator, text, length);
    return *copy != NULL ? LSC_OK : lsc_fail_memory(error);
}

/** Take the members from the archive, without a copy. */
static lsc_status take_members(lsc_model *model, lsc_archive *archive, lsc_error *error)
{
    model->members = lsc_alloc_array(&model->allocator, archive->n_members, sizeof *model->members);
    if (model->members == NULL) {
        return lsc_fail_memory(error);
    }
    memcpy(model->members, archive->members, archive->n_members * sizeof *model->members);
    model->n_members = archive->n_members;
    archive->n_members = 0;
    for (size_t i = 0; i < model->n_members; i++) {
        if (model->members[i].bytes == NULL) {
            model->members[i].length = 0;
        }
    }
    return LSC_OK;
}

static lsc_status read_archive(lsc_model *model, lsc_archive *archive, lsc_error *error)
{
    const lsc_manifest_facts *facts = &archive->manifest;
    model->engine = facts->engine;
    model->gate_passed = facts->gate_passed;
    model->grades = facts->grades;
    lsc_status status = copy_text(model, facts->name, strlen(facts->name), &model->name, error);
    if (status == LSC_OK) {
        status = copy_text(model, facts->version, strlen(facts->version), &model->version, error);
    }
    if (status == LSC_OK) {
        status = read_spec(model, archive, error);
    }
    if (status == LSC_OK) {
        status = model->engine == LSC_ENGINE_GBDT ? read_forest(model, archive, error)
                                                  : read_scorecard(model, archive, error);
    }
    if (status == LSC_OK) {
        status = read_calibration(model, archive, error);
    }
    return status == LSC_OK ? take_members(model, archive, error) : status;
}

lsc_status lsc_model_unpack(const void *bytes, size_t length, const lsc_allocator *allocator,
                            lsc_model **model, lsc_error *error)
{
    *model = NULL;
    lsc_model *made = lsc_alloc_array(allocator, 1, sizeof *made);
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    made->allocator = *allocator;
    made->forest.allocator = *allocator;
    made->scorecard.allocator = *allocator;
    atomic_init(&made->references, 1);
    lsc_archive archive;
    lsc_status status = lsc_archive_read(bytes, length, allocator, &archive, error);
    if (status == LSC_OK) {
        status = lsc_hash_block(bytes, length, made->hash, error);
    }
    if (status == LSC_OK) {
        lsc_hash_format(made->hash, made->hash_text);
        memcpy(made->key_id, archive.signature.key_id, sizeof made->key_id);
        status = read_archive(made, &archive, error);
    }
    lsc_archive_free(&archive);
    if (status != LSC_OK) {
        lsc_model_unref(made);
        return status;
    }
    *model = made;
    return LSC_OK;
}

lsc_status lsc_model_lay_out(lsc_model *model, size_t plan_bytes, lsc_error *error)
{
    return model->engine == LSC_ENGINE_GBDT
               ? lsc_forest_plan_build(&model->forest, lsc_cpu_choose(),
                                       plan_bytes == 0 ? LSC_PLAN_BYTES : plan_bytes,
                                       &model->allocator, &model->plan, error)
               : LSC_OK;
}

lsc_status lsc_model_read(const void *bytes, size_t length, const lsc_allocator *allocator,
                          lsc_model **model, lsc_error *error)
{
    lsc_status status = lsc_model_unpack(bytes, length, allocator, model, error);
    if (status != LSC_OK) {
        return status;
    }
    assert(*model != NULL);
    status = lsc_model_lay_out(*model, 0, error);
    if (status != LSC_OK) {
        lsc_model_unref(*model);
        *model = NULL;
    }
    return status;
}

/* The facts of a model */

void lsc_model_info_init(lsc_model_info *info, size_t size)
{
    const lsc_model_info defaults = LSC_MODEL_INFO_INIT;
    lsc_options_init(info, size, &defaults, sizeof defaults);
}

lsc_status lsc_model_get_info(const lsc_model *model, lsc_model_info *info, lsc_error *error)
{
    if (model == NULL || info == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", model == NULL ? "model" : "info");
    }
    lsc_model_info known = {
        .size = sizeof known,
        .name = model->name,
        .version = model->version,
        .model_type = model->model_type,
        .engine = model->engine,
        .gate_passed = model->gate_passed,
        .calibrated = model->calibration.kind == LSC_CALIBRATION_PLATT ||
                      model->calibration.kind == LSC_CALIBRATION_VENN_ABERS,
        .n_features = lsc_spec_n_features(model->spec),
        .n_columns = lsc_spec_n_columns(model->spec),
        .n_trees = model->forest.n_trees,
        .n_nodes = model->forest.n_nodes,
        .max_depth = model->forest.max_depth,
        .sha256 = model->hash_text,
        .spec_sha256 = model->spec_hash_text,
        .signed_by = model->is_trusted ? model->key_id : NULL,
        .claimed_key = model->key_id[0] != '\0' ? model->key_id : NULL,
    };
    return lsc_options_write("lsc_model_info", &known, sizeof known, info, MODEL_INFO_SIZE_0_1,
                             error);
}

lsc_spec *lsc_model_spec(const lsc_model *model)
{
    return model->spec;
}

size_t lsc_model_n_members(const lsc_model *model)
{
    return model->n_members;
}

const char *lsc_model_member_name(const lsc_model *model, size_t member)
{
    return member < model->n_members ? model->members[member].name : NULL;
}

const char *lsc_model_member(const lsc_model *model, const char *name, size_t *length)
{
    for (size_t i = 0; i < model->n_members; i++) {
        if (strcmp(model->members[i].name, name) == 0) {
            if (length != NULL) {
                *length = model->members[i].length;
            }
            return model->members[i].bytes;
        }
    }
    return NULL;
}
