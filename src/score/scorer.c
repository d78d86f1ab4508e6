#include "scorer.h"

#include "core/error.h"

static lsc_status allocate_scratch(lsc_scorer *scorer, lsc_error *error)
{
    const lsc_allocator *allocator = &scorer->allocator;
    lsc_scratch *scratch = &scorer->scratch;
    size_t n_features = lsc_spec_n_features(scorer->model->spec);
    scratch->out = lsc_alloc_array(allocator, n_features, sizeof *scratch->out);
    scratch->texts = lsc_alloc_array(allocator, 2 * LSC_MAX_REASONS, LSC_REASON_SIZE);
    bool made = lsc_shap_scratch_make(&scorer->model->plan.shap, allocator, &scratch->shap) &&
                scratch->out != NULL && scratch->texts != NULL;
    return made ? LSC_OK : lsc_fail_memory(error);
}

static lsc_status allocate(lsc_scorer *scorer, lsc_error *error)
{
    const lsc_allocator *allocator = &scorer->allocator;
    const lsc_spec *spec = scorer->model->spec;
    size_t n_columns = lsc_spec_n_columns(spec);
    size_t n_features = lsc_spec_n_features(spec);
    scorer->columns = lsc_alloc_array(allocator, n_columns, sizeof *scorer->columns);
    scorer->contributions = lsc_alloc_array(allocator, n_features, sizeof *scorer->contributions);
    scorer->column_contributions =
        lsc_alloc_array(allocator, n_columns, sizeof *scorer->column_contributions);
    scorer->bytes = lsc_alloc_aligned(allocator, 1, sizeof *scorer->bytes);
    scorer->sightings.of = lsc_alloc_array(allocator, n_features, sizeof *scorer->sightings.of);
    if (scorer->columns == NULL || scorer->sightings.of == NULL || scorer->contributions == NULL ||
        scorer->column_contributions == NULL || scorer->bytes == NULL) {
        return lsc_fail_memory(error);
    }
    lsc_status status = lsc_lead_new(allocator, &scorer->lead, error);
    if (status == LSC_OK) {
        status = lsc_hash_new(&scorer->hash, error);
    }
    return status == LSC_OK ? allocate_scratch(scorer, error) : status;
}

lsc_status lsc_scorer_new(lsc_model *model, const lsc_allocator *allocator, lsc_scorer **scorer,
                          lsc_error *error)
{
    if (scorer == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "scorer is NULL");
    }
    *scorer = NULL;
    if (model == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "model is NULL");
    }
    lsc_allocator resolved;
    lsc_status status = lsc_allocator_resolve(allocator, &resolved, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_scorer *made = lsc_alloc_array(&resolved, 1, sizeof *made);
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    made->allocator = resolved;
    made->model = lsc_model_ref(model);
    lsc_buffer_init(&made->json, &made->allocator);
    status = allocate(made, error);
    if (status != LSC_OK) {
        lsc_scorer_free(made);
        return status;
    }
    *scorer = made;
    return LSC_OK;
}

void lsc_scorer_free(lsc_scorer *scorer)
{
    if (scorer == NULL) {
        return;
    }
    lsc_allocator allocator = scorer->allocator;
    lsc_scratch *scratch = &scorer->scratch;
    void *const blocks[] = {
        scorer->columns, scorer->contributions, scorer->column_contributions,
        scratch->out,    scratch->texts,        scorer->sightings.of,
    };
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        lsc_release(&allocator, blocks[i]);
    }
    lsc_shap_scratch_free(&scratch->shap);
    lsc_release_aligned(&allocator, scorer->bytes);
    lsc_lead_free(scorer->lead);
    lsc_hash_free(scorer->hash);
    lsc_buffer_free(&scorer->json);
    lsc_model_unref(scorer->model);
    lsc_release(&allocator, scorer);
}

lsc_model *lsc_scorer_model(const lsc_scorer *scorer)
{
    return scorer->model;
}
