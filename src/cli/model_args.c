#include "model_args.h"

#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "command.h"
#include "input.h"

enum {
    KEY_TRUST = LSC_FIRST_KEY + 2000,
    KEY_SELF_TEST
};

static const struct argp_option MODEL_OPTIONS[] = {
    {NULL, 0, NULL, 0, "The model:", 6},
    {"trust", KEY_TRUST, "KEY", 0,
     "Refuse a model that this public key, as PEM, did not sign; repeated, that none of them did",
     6},
    {"self-test", KEY_SELF_TEST, NULL, 0,
     "First compute its golden scores again, and refuse it when a bit differs", 6},
    {0},
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    lsc_model_args *args = state->input;
    switch (key) {
    case KEY_TRUST:
        if (args->n_key_files == LSC_MOST_KEYS) {
            argp_error(state, "--trust is given more than %d times", LSC_MOST_KEYS);
        }
        args->key_files[args->n_key_files++] = text;
        break;
    case KEY_SELF_TEST:
        args->self_test = true;
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

const struct argp lsc_model_argp = {MODEL_OPTIONS, parse_option, NULL, NULL, NULL, NULL, NULL};

static lsc_status read_key(const char *path, lsc_public_key *key, lsc_error *error)
{
    char *pem = NULL;
    size_t length = 0;
    lsc_status status = lsc_read_file(path, LSC_MAX_KEY_PEM, &pem, &length, error);
    if (status == LSC_OK && lsc_public_key_read(pem, length, key, error) != LSC_OK) {
        status = lsc_name_file(error, path);
    }
    free(pem);
    return status;
}

static lsc_status load(const char *path, const lsc_load *options, lsc_model **model,
                       lsc_error *error)
{
    if (strcmp(path, "-") != 0) {
        return lsc_model_load_file(path, options, model, error);
    }
    char *bytes = NULL;
    size_t length = 0;
    lsc_status status = lsc_read_file(path, LSC_MAX_BUNDLE, &bytes, &length, error);
    if (status == LSC_OK) {
        status = lsc_model_load_bytes(bytes, length, options, model, error);
        free(bytes);
    }
    return status;
}

lsc_status lsc_load_options(const lsc_model_args *args, lsc_public_key keys[LSC_MOST_KEYS],
                            lsc_load *options, lsc_error *error)
{
    *options = (lsc_load)LSC_LOAD_INIT;
    options->self_test = args->self_test;
    lsc_status status = LSC_OK;
    for (size_t i = 0; i < args->n_key_files && status == LSC_OK; i++) {
        status = read_key(args->key_files[i], &keys[i], error);
    }
    options->trusted_keys = args->n_key_files > 0 ? keys : NULL;
    options->n_trusted_keys = args->n_key_files;
    return status;
}

lsc_status lsc_loaded_of(lsc_model *model, lsc_loaded *loaded, lsc_error *error)
{
    lsc_loaded held = {.model = model, .info = LSC_MODEL_INFO_INIT};
    lsc_status status = lsc_model_get_info(held.model, &held.info, error);
    if (status == LSC_OK) {
        status = lsc_scorer_new(held.model, NULL, &held.scorer, error);
    }
    if (status != LSC_OK) {
        lsc_loaded_free(&held);
    }
    *loaded = held;
    return status;
}

lsc_status lsc_load_for_use(const char *path, const lsc_model_args *args, lsc_loaded *loaded,
                            lsc_error *error)
{
    lsc_load options;
    lsc_public_key keys[LSC_MOST_KEYS];
    lsc_model *model = NULL;
    *loaded = (lsc_loaded){.info = LSC_MODEL_INFO_INIT};
    lsc_status status = lsc_load_options(args, keys, &options, error);
    if (status == LSC_OK) {
        status = load(path, &options, &model, error);
    }
    return status == LSC_OK ? lsc_loaded_of(model, loaded, error) : status;
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
