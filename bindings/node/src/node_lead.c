#include "node_lead.h"

bool lsc_node_read_aliases(napi_env env, napi_value value, lsc_aliases **aliases)
{
    *aliases = NULL;
    if (lsc_node_type(env, value) == napi_undefined) {
        return true;
    }
    *aliases = lsc_node_read_external(env, value);
    return *aliases != NULL;
}

bool lsc_node_keep_aliases(napi_env env, napi_value value, lsc_aliases **aliases)
{
    bool read = lsc_node_read_aliases(env, value, aliases);
    if (read && *aliases != NULL) {
        lsc_aliases_ref(*aliases);
    }
    return read;
}

lsc_status lsc_node_new_lead(const lsc_node_text *json, const lsc_node_text *activities,
                             lsc_aliases *aliases, lsc_lead **lead, lsc_error *error)
{
    lsc_status status = lsc_lead_new(NULL, lead, error);
    if (status == LSC_OK) {
        status = lsc_lead_set_aliases(*lead, aliases, error);
    }
    if (status == LSC_OK) {
        status = lsc_lead_parse_json(*lead, json->bytes, json->length, error);
    }
    if (status == LSC_OK && activities->bytes != NULL) {
        status = lsc_lead_add_activities_json(*lead, activities->bytes, activities->length, error);
    }
    return status;
}

/* Tables of aliases. */

static void finalize_aliases(napi_env env, void *data, void *hint)
{
    (void)env;
    (void)hint;
    lsc_aliases_unref(data);
}

static napi_value give_aliases(napi_env env, lsc_aliases *aliases, lsc_status status,
                               const lsc_error *error)
{
    napi_value handle = NULL;
    if (status != LSC_OK) {
        return lsc_node_throw(env, error);
    }
    if (napi_create_external(env, aliases, finalize_aliases, NULL, &handle) != napi_ok) {
        lsc_aliases_unref(aliases);
    }
    return handle;
}

/* aliasesNamed(name): a handle */
static napi_value aliases_named(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    lsc_error error = LSC_ERROR_INIT;
    lsc_aliases *aliases = NULL;
    if (!lsc_node_read_name(env, state->args[0], &state->texts[0])) {
        return NULL;
    }
    lsc_status status = lsc_aliases_named(state->texts[0].bytes, NULL, &aliases, &error);
    return give_aliases(env, aliases, status, &error);
}

/* aliasesParse(json): a handle */
static napi_value aliases_parse(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    lsc_error error = LSC_ERROR_INIT;
    lsc_aliases *aliases = NULL;
    const lsc_node_text *json = &state->texts[0];
    if (!lsc_node_read_text(env, state->args[0], &state->texts[0])) {
        return NULL;
    }
    lsc_status status = lsc_aliases_parse(json->bytes, json->length, NULL, &aliases, &error);
    return give_aliases(env, aliases, status, &error);
}

/* aliasesMeaning(aliases, name): a name */
static napi_value aliases_meaning(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    lsc_aliases *aliases = NULL;
    if (!lsc_node_read_aliases(env, state->args[0], &aliases) ||
        !lsc_node_read_name(env, state->args[1], &state->texts[0])) {
        return NULL;
    }
    return lsc_node_string(env, lsc_aliases_meaning(aliases, state->texts[0].bytes));
}

const lsc_node_function lsc_node_alias_functions[] = {
    {"aliasesNamed", aliases_named},
    {"aliasesParse", aliases_parse},
    {"aliasesMeaning", aliases_meaning},
    {NULL, NULL},
};
