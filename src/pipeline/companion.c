#include "companion.h"

static void free_companion(void *given)
{
    lsc_companion *companion = given;
    const lsc_allocator *allocator = companion->allocator;
    lsc_lead_free(companion->lead);
    lsc_lead_free(companion->activities);
    lsc_arena_free(&companion->scratch);
    lsc_release(allocator, companion->properties);
    lsc_cells_free(&companion->cells);
    lsc_model_unref(companion->model);
    lsc_scorer_free(companion->compared[0]);
    lsc_scorer_free(companion->compared[1]);
    lsc_release(allocator, companion);
}

lsc_status lsc_companion_of(lsc_store *store, lsc_companion **companion, lsc_error *error)
{
    if (store->companion != NULL) {
        *companion = store->companion;
        return LSC_OK;
    }
    lsc_companion *made = lsc_alloc_array(&store->allocator, 1, sizeof *made);
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    made->allocator = &store->allocator;
    lsc_arena_init(&made->scratch, &store->allocator);
    lsc_status status = lsc_lead_new(&store->allocator, &made->lead, error);
    if (status == LSC_OK) {
        status = lsc_lead_new(&store->allocator, &made->activities, error);
    }
    if (status != LSC_OK) {
        free_companion(made);
        return status;
    }
    store->companion = made;
    store->free_companion = free_companion;
    *companion = made;
    return LSC_OK;
}

lsc_status lsc_companion_cells(lsc_companion *companion, lsc_model *model, const lsc_cells **cells,
                               lsc_error *error)
{
    *cells = &companion->cells;
    if (companion->model == model) {
        return LSC_OK;
    }
    lsc_cells_free(&companion->cells);
    lsc_model_unref(companion->model);
    companion->model = NULL;
    lsc_status status = lsc_cells_make(model, companion->allocator, &companion->cells, error);
    if (status == LSC_OK) {
        companion->model = lsc_model_ref(model);
    }
    return status;
}
