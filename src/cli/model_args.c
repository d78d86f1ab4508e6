#include "model_args.h"

#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "input.h"

static lsc_status load(const char *path, lsc_model **model, lsc_error *error)
{
    if (strcmp(path, "-") != 0) {
        return lsc_model_load_file(path, NULL, model, error);
    }
    char *bytes = NULL;
    size_t length = 0;
    lsc_status status = lsc_read_file(path, LSC_MAX_BUNDLE, &bytes, &length, error);
    if (status == LSC_OK) {
        status = lsc_model_load_bytes(bytes, length, NULL, model, error);
        free(bytes);
    }
    return status;
}

lsc_status lsc_load_for_use(const char *path, lsc_loaded *loaded, lsc_error *error)
{
    lsc_loaded held = {.info = LSC_MODEL_INFO_INIT};
    lsc_status status = load(path, &held.model, error);
    if (status == LSC_OK) {
        status = lsc_model_get_info(held.model, &held.info, error);
    }
    if (status == LSC_OK) {
        status = lsc_scorer_new(held.model, NULL, &held.scorer, error);
    }
    if (status != LSC_OK) {
        lsc_loaded_free(&held);
    }
    *loaded = held;
    return status;
}

void lsc_loaded_free(lsc_loaded *loaded)
{
    lsc_scorer_free(loaded->scorer);
    lsc_model_unref(loaded->model);
    *loaded = (lsc_loaded){.info = LSC_MODEL_INFO_INIT};
}

void lsc_warn_of_gate(const lsc_loaded *loaded, const char *path)
{
    if (!loaded->info.gate_passed) {
        lsc_warn("warning: the gate of %s did not pass; 'leadscore inspect' says why", path);
    }
}
