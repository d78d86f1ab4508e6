/* The models of an organization. */
#include "store_args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "input.h"
#include "json_out.h"

static void print_model(const lsc_stored_model *model)
{
    lsc_emitter json = {.out = stdout};
    lsc_emit_begin(&json, '{');
    lsc_emit_text_member(&json, "sha256", model->sha256);
    lsc_emit_text_member(&json, "name", model->name);
    lsc_emit_text_member(&json, "version", model->version);
    lsc_emit_text_member(&json, "model_type", model->model_type);
    lsc_emit_bool_member(&json, "gate_passed", model->gate_passed);
    lsc_emit_bool_member(&json, "active", model->active);
    lsc_emit_end(&json, '}');
    putchar('\n');
}

lsc_status lsc_store_models(const lsc_store_args *args, lsc_error *error)
{
    lsc_store *store = NULL;
    const lsc_stored_model *models;
    size_t n = 0;
    lsc_status status = lsc_store_of_args(args, false, true, &store, error);
    if (status == LSC_OK) {
        status = lsc_store_list_models(store, args->store.organization, &models, &n, error);
    }
    for (size_t i = 0; i < n && status == LSC_OK; i++) {
        print_model(&models[i]);
    }
    lsc_store_close(store);
    return status;
}

/* As the program says it, which has an option for it. */
static lsc_status activate(const lsc_store_args *args, lsc_store *store, const char *sha256,
                           lsc_error *error)
{
    lsc_status status =
        lsc_store_activate_model(store, args->store.organization, sha256, args->force, error);
    if (status == LSC_GATE_FAILED) {
        lsc_fail_with(error, status,
                      "the gate of the model %.64s did not pass: with --force it becomes active",
                      sha256);
    }
    return status;
}

/* Whether it is the bundle that is at fault, and not the store or the system. */
static bool is_of_bundle(lsc_status status)
{
    return status != LSC_NOT_FOUND && status != LSC_BAD_STORE &&
           lsc_exit_code(status) == LSC_EXIT_DATA;
}

static lsc_status put_model(const lsc_store_args *args, lsc_store *store, lsc_error *error)
{
    char *bundle = NULL;
    size_t length = 0;
    char sha256[65];
    lsc_load options;
    lsc_public_key keys[LSC_MOST_KEYS];
    lsc_status status = lsc_load_options(&args->loading, keys, &options, error);
    if (status == LSC_OK) {
        status = lsc_read_file(args->model, LSC_MAX_BUNDLE, &bundle, &length, error);
    }
    if (status == LSC_OK) {
        status = lsc_store_add_model(store, args->store.organization, bundle, length, &options,
                                     sha256, error);
        if (is_of_bundle(status)) {
            lsc_name_file(error, args->model);
        }
    }
    free(bundle);
    if (status == LSC_OK) {
        printf("%s\n", sha256);
        status = args->activate ? activate(args, store, sha256, error) : LSC_OK;
    }
    return status;
}

/* The model is added whatever becomes of activating it. */
lsc_status lsc_store_put_model(const lsc_store_args *args, lsc_error *error)
{
    lsc_store *store = NULL;
    lsc_status status = lsc_store_of_args(args, false, false, &store, error);
    if (status == LSC_OK) {
        status = put_model(args, store, error);
    }
    lsc_store_close(store);
    return status;
}

lsc_status lsc_store_use_model(const lsc_store_args *args, lsc_error *error)
{
    lsc_store *store = NULL;
    if (strlen(args->model) != 64) {
        return lsc_fail_with(error, LSC_INVALID_ARG,
                             "--model is '%.64s', must be the 64 digits that 'store models' lists",
                             args->model);
    }
    lsc_status status = lsc_store_of_args(args, false, false, &store, error);
    if (status == LSC_OK) {
        status = activate(args, store, args->model, error);
    }
    lsc_store_close(store);
    return status;
}
