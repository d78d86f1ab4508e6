#include <leadscore/model.h>

#include "core/error.h"
#include "core/file.h"
#include "core/options.h"
#include "golden.h"
#include "model/model_data.h"
#include "model/signature.h"

/** Bytes of lsc_load in release 0.1, the least that a caller may give. */
#define LOAD_SIZE_0_1 LSC_SIZE_UP_TO(lsc_load, self_test)

void lsc_load_init(lsc_load *load, size_t size)
{
    const lsc_load defaults = LSC_LOAD_INIT;
    lsc_options_init(load, size, &defaults, sizeof defaults);
}

static lsc_status check_keys(const lsc_load *load, lsc_error *error)
{
    if (load->trusted_keys == NULL && load->n_trusted_keys > 0) {
        return lsc_fail(error, LSC_INVALID_ARG, "lsc_load.trusted_keys is NULL, n_trusted_keys %zu",
                        load->n_trusted_keys);
    }
    /* A list that came out empty trusts no one: it does not mean to trust everyone. */
    if (load->trusted_keys != NULL && load->n_trusted_keys == 0) {
        return lsc_fail(error, LSC_INVALID_ARG, "lsc_load.trusted_keys has no key in it");
    }
    return LSC_OK;
}

/** The options with their defaults, and a usable allocator. */
static lsc_status read_options(const lsc_load *given, lsc_load *load, lsc_error *error)
{
    *load = (lsc_load)LSC_LOAD_INIT;
    lsc_status status = LSC_OK;
    if (given != NULL) {
        status = lsc_options_read("lsc_load", load, sizeof *load, given, LOAD_SIZE_0_1, error);
    }
    if (status == LSC_OK) {
        lsc_allocator allocator = load->allocator;
        status = lsc_allocator_resolve(&allocator, &load->allocator, error);
    }
    return status == LSC_OK ? check_keys(load, error) : status;
}

/** The model that the bytes hold, which are not needed after it; not ready to be used. */
static lsc_status unpack(const void *bytes, size_t length, const lsc_load *load, lsc_model **model,
                         lsc_error *error)
{
    lsc_status status = LSC_OK;
    if (load->trusted_keys != NULL) {
        status =
            lsc_signature_check(bytes, length, load->trusted_keys, load->n_trusted_keys, error);
    }
    if (status == LSC_OK) {
        status = lsc_model_unpack(bytes, length, &load->allocator, model, error);
    }
    if (status == LSC_OK) {
        (*model)->is_trusted = load->trusted_keys != NULL;
    }
    return status;
}

/** Make the model ready. Where that fails it is freed, and NULL. */
static lsc_status finish(const lsc_load *load, lsc_model **model, lsc_error *error)
{
    lsc_status status = lsc_model_lay_out(*model, load->plan_bytes, error);
    if (status == LSC_OK && load->self_test) {
        status = lsc_golden_check(*model, error);
    }
    if (status != LSC_OK) {
        lsc_model_unref(*model);
        *model = NULL;
    }
    return status;
}

lsc_status lsc_model_load_bytes(const void *bytes, size_t length, const lsc_load *load,
                                lsc_model **model, lsc_error *error)
{
    if (model == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "model is NULL");
    }
    *model = NULL;
    if (bytes == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "bytes is NULL");
    }
    lsc_load options;
    lsc_status status = read_options(load, &options, error);
    if (status == LSC_OK) {
        status = unpack(bytes, length, &options, model, error);
    }
    return status == LSC_OK ? finish(&options, model, error) : status;
}

lsc_status lsc_model_load_file(const char *path, const lsc_load *load, lsc_model **model,
                               lsc_error *error)
{
    if (model == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "model is NULL");
    }
    *model = NULL;
    if (path == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "path is NULL");
    }
    lsc_load options;
    lsc_status status = read_options(load, &options, error);
    if (status != LSC_OK) {
        return status;
    }
    char *bytes = NULL;
    size_t length = 0;
    status = lsc_file_read(path, LSC_MAX_BUNDLE, &options.allocator, &bytes, &length, error);
    if (status != LSC_OK) {
        return status;
    }
    status = unpack(bytes, length, &options, model, error);
    lsc_release(&options.allocator, bytes); /* before the layouts take their room */
    if (status == LSC_OK) {
        status = finish(&options, model, error);
    }
    if (status != LSC_OK) {
        lsc_error_prefix(error, "%s: ", path);
    }
    return status;
}
