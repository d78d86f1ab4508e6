#include <leadscore/store.h>

#include <string.h>

#include "store/model_rows.h"

static lsc_status describe(const lsc_model *model, const void *bundle, size_t length,
                           lsc_model_row *row, char sha256[65], lsc_error *error)
{
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    lsc_status status = lsc_model_get_info(model, &info, error);
    if (status != LSC_OK) {
        return status;
    }
    *row = (lsc_model_row){
        .name = info.name,
        .version = info.version,
        .model_type = info.model_type,
        .gate_passed = info.gate_passed,
        .bytes = bundle,
        .n_bytes = length,
    };
    if (!lsc_hash_read(info.sha256, row->sha256) ||
        !lsc_hash_read(info.spec_sha256, row->spec_sha256)) {
        return lsc_fail(error, LSC_INTERNAL, "the model has no hash");
    }
    memcpy(sha256, info.sha256, 65);
    return LSC_OK;
}

static lsc_status put(lsc_store *store, const char *organization, const lsc_model_row *row,
                      lsc_error *error)
{
    int64_t organization_key = 0;
    lsc_status status = lsc_change_begin(store->database, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_organization_find(store, organization, &organization_key, error);
    if (status == LSC_OK) {
        status = lsc_model_row_put(store, organization_key, row, error);
    }
    return lsc_change_end(store->database, status, error);
}

lsc_status lsc_store_add_model(lsc_store *store, const char *organization, const void *bundle,
                               size_t length, const lsc_load *load, char sha256[65],
                               lsc_error *error)
{
    if (store == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store is NULL");
    }
    char hash[65];
    lsc_model *model;
    lsc_model_row row;
    lsc_status status = lsc_model_load_bytes(bundle, length, load, &model, error);
    if (status != LSC_OK) {
        return status;
    }
    status = describe(model, bundle, length, &row, hash, error);
    if (status == LSC_OK) {
        status = put(store, organization, &row, error);
    }
    lsc_model_unref(model);
    if (status == LSC_OK && sha256 != NULL) {
        memcpy(sha256, hash, sizeof hash);
    }
    return status;
}

/* A model being loaded. */
typedef struct loading {
    const lsc_load *load;
    lsc_model *model;
} loading;

static lsc_status take_model(void *ctx, const void *bytes, size_t length, lsc_error *error)
{
    loading *at = ctx;
    return lsc_model_load_bytes(bytes, length, at->load, &at->model, error);
}

lsc_status lsc_store_load_model(lsc_store *store, const char *organization, const char *sha256,
                                const lsc_load *load, lsc_model **model, lsc_error *error)
{
    if (store == NULL || model == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", store == NULL ? "store" : "model");
    }
    *model = NULL;
    int64_t organization_key = 0;
    loading at = {.load = load};
    lsc_status status = lsc_organization_find(store, organization, &organization_key, error);
    if (status == LSC_OK) {
        status = lsc_model_row_read(store, organization_key, sha256, take_model, &at, error);
    }
    if (status == LSC_OK) {
        *model = at.model;
    } else {
        lsc_model_unref(at.model);
    }
    return status;
}
