/* The addon: one of Node-API, so that one binary serves every Node from 18 on. */
#include "node_bundles.h"
#include "node_lead.h"
#include "node_model.h"
#include "node_store.h"
#include "node_thread.h"
#ifdef LSC_NODE_TRAINS
#include "node_training.h"
#endif
#include "node_values.h"

#include <stdlib.h>

static void free_state(napi_env env, void *data, void *hint)
{
    (void)env;
    (void)hint;
    lsc_node_state *state = data;
    for (size_t i = 0; i < LSC_NODE_TEXTS; i++) {
        lsc_node_text_free(&state->texts[i]);
    }
    free(state->spare.floats);
    free(state);
}

/* setup(LeadscoreError): the numbers that a score is handed over in. */
static napi_value setup(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    napi_value numbers = NULL;
    napi_value memory = NULL;
    if (lsc_node_type(env, state->args[0]) != napi_function || state->error_class != NULL) {
        napi_throw_error(env, "LSC_INVALID_ARG", "setup is called once, with the class of errors");
        return NULL;
    }
    napi_create_reference(env, state->args[0], 1, &state->error_class);
    napi_create_arraybuffer(env, LSC_NODE_RESULT * sizeof(double), (void **)&state->numbers,
                            &memory);
    napi_create_typedarray(env, napi_float64_array, LSC_NODE_RESULT, memory, 0, &numbers);
    napi_create_reference(env, memory, 1, &state->numbers_ref);
    return numbers;
}

/* timeMs(text) */
static napi_value time_ms(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    lsc_error error = LSC_ERROR_INIT;
    int64_t time = 0;
    napi_value value = NULL;
    if (!lsc_node_read_text(env, state->args[0], &state->texts[0])) {
        return NULL;
    }
    if (lsc_time_parse(state->texts[0].bytes, state->texts[0].length, &time, &error) != LSC_OK) {
        return lsc_node_throw(env, &error);
    }
    napi_create_double(env, (double)time, &value);
    return value;
}

/* endThreads() */
static napi_value end_threads(napi_env env, napi_callback_info info)
{
    lsc_node_end_threads(lsc_node_enter(env, info));
    return NULL;
}

static void never_called(napi_env env, napi_value function, void *context, void *data)
{
    (void)env;
    (void)function;
    (void)context;
    (void)data;
}

/*
 * Up to Node 20 an environment that ends may be freed in the midst of the finalizers that it put off, and then
 * asks itself for more (docs/testing.md). Such a function refers to its environment until those
 * have run. It keeps no event loop alive.
 */
static bool outlive_finalizers(napi_env env)
{
    napi_threadsafe_function anchor = NULL;
    napi_value name = NULL;
    napi_create_string_utf8(env, "leadscore", NAPI_AUTO_LENGTH, &name);
    return napi_create_threadsafe_function(env, NULL, NULL, name, 0, 1, NULL, NULL, NULL,
                                           never_called, &anchor) == napi_ok &&
           napi_unref_threadsafe_function(env, anchor) == napi_ok;
}

static const lsc_node_function functions[] = {
    {"setup", setup},
    {"endThreads", end_threads},
    {"timeMs", time_ms},
    {NULL, NULL},
};

static const lsc_node_function *const tables[] = {
    functions,
    lsc_node_alias_functions,
    lsc_node_bundle_functions,
    lsc_node_model_functions,
    lsc_node_model_job_functions,
    lsc_node_sharing_functions,
    lsc_node_store_functions,
    lsc_node_store_account_functions,
    lsc_node_store_analytics_functions,
    lsc_node_store_change_functions,
    lsc_node_store_job_functions,
    lsc_node_store_list_functions,
    lsc_node_store_privacy_functions,
    lsc_node_store_rescoring_functions,
    lsc_node_store_retention_functions,
    lsc_node_table_job_functions,
#ifdef LSC_NODE_TRAINS
    lsc_node_training_functions,
    lsc_node_training_rows_functions,
#endif
};

/* What Node calls, by name. Without a function that says another version, Node-API is 8. */
NAPI_MODULE_EXPORT napi_value napi_register_module_v1(napi_env env, napi_value exports);

napi_value napi_register_module_v1(napi_env env, napi_value exports)
{
    lsc_node_state *state = calloc(1, sizeof(*state));
    if (state == NULL || napi_set_instance_data(env, state, free_state, NULL) != napi_ok) {
        free(state);
        napi_throw_error(env, "LSC_NO_MEMORY", "memory ran out");
        return NULL;
    }
    bool defined = outlive_finalizers(env);
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        defined = defined && lsc_node_define(env, exports, state, tables[i]);
    }
    lsc_node_set_string(env, exports, "version", lsc_version());
    return defined ? exports : NULL;
}
