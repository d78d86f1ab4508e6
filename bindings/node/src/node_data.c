#include "node_data.h"

#include "node_lead.h"

#include <stdlib.h>

/* Where the texts of the array begin. */
#define FIRST_TEXT 10

bool lsc_node_read_names(napi_env env, napi_value list, lsc_node_names *names)
{
    uint32_t n = 0;
    if (napi_get_array_length(env, list, &n) != napi_ok || n == 0) {
        return true;
    }
    names->texts = calloc(n, sizeof(*names->texts));
    names->names = calloc(n, sizeof(*names->names));
    if (names->texts == NULL || names->names == NULL) {
        lsc_node_no_memory(env);
        return false;
    }
    names->n = n;
    if (!lsc_node_read_texts(env, list, 0, names->texts, n)) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        names->names[i] = names->texts[i].bytes != NULL ? names->texts[i].bytes : "";
    }
    return true;
}

void lsc_node_names_free(lsc_node_names *names)
{
    for (size_t i = 0; i < names->n; i++) {
        lsc_node_text_free(&names->texts[i]);
    }
    free(names->texts);
    free(names->names);
    *names = (lsc_node_names){0};
}

bool lsc_node_read_data(napi_env env, napi_value list, lsc_node_data *data)
{
    napi_value items[FIRST_TEXT];
    double kind = 0;
    for (uint32_t i = 0; i < FIRST_TEXT; i++) {
        if (napi_get_element(env, list, i, &items[i]) != napi_ok) {
            lsc_node_refuse(env, "an argument is no array");
            return false;
        }
    }
    if (!lsc_node_read_number(env, items[0], &kind) ||
        !lsc_node_read_bool(env, items[1], &data->ignore_unknown) ||
        !lsc_node_read_key(env, items[2], items[3], &data->key) ||
        !lsc_node_read_names(env, items[4], &data->exclude) ||
        !lsc_node_read_names(env, items[5], &data->include) ||
        !lsc_node_keep_aliases(env, items[6], &data->aliases) ||
        !lsc_node_read_bool(env, items[7], &data->has_actor) ||
        !lsc_node_read_actor(env, items[8], items[9], &data->actor_time_ms, &data->actor_uuid,
                             &data->actor)) {
        return false;
    }
    data->kind = (lsc_node_data_kind)(int)kind;
    return lsc_node_read_texts(env, list, FIRST_TEXT, data->texts, LSC_NODE_DATA_TEXTS);
}

void lsc_node_data_free(lsc_node_data *data)
{
    for (size_t i = 0; i < LSC_NODE_DATA_TEXTS; i++) {
        lsc_node_text_free(&data->texts[i]);
    }
    lsc_node_key_free(&data->key);
    lsc_node_text_free(&data->actor_uuid);
    lsc_node_names_free(&data->exclude);
    lsc_node_names_free(&data->include);
    lsc_aliases_unref(data->aliases);
}

static char delimiter_of(const lsc_node_text *text)
{
    return text->bytes != NULL ? text->bytes[0] : '\0';
}

static lsc_status open_files(const lsc_node_data *data, lsc_source **source, lsc_error *error)
{
    lsc_files files = LSC_FILES_INIT;
    files.leads = data->texts[0].bytes;
    files.activities = data->texts[1].bytes;
    files.outcomes = data->texts[2].bytes;
    files.ignore_unknown = data->ignore_unknown;
    files.aliases = data->aliases;
    return lsc_source_open_files(&files, source, error);
}

static lsc_status open_table(const lsc_node_data *data, lsc_source **source, lsc_error *error)
{
    lsc_csv csv = LSC_CSV_INIT;
    csv.path = data->texts[0].bytes;
    csv.label = data->texts[1].bytes;
    csv.positive = data->texts[2].bytes;
    csv.id = data->texts[3].bytes;
    csv.delimiter = delimiter_of(&data->texts[4]);
    csv.aliases = data->aliases;
    return lsc_source_open_csv(&csv, source, error);
}

static lsc_status open_events(const lsc_node_data *data, lsc_source **source, lsc_error *error)
{
    lsc_events events = LSC_EVENTS_INIT;
    events.path = data->texts[0].bytes;
    events.map_json = data->texts[1].bytes;
    events.map_length = data->texts[1].length;
    events.delimiter = delimiter_of(&data->texts[2]);
    return lsc_source_open_events(&events, source, error);
}

static lsc_store_options store_options(const lsc_node_data *data)
{
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.key = lsc_node_key_of(&data->key);
    options.actor = data->has_actor ? &data->actor : NULL;
    return options;
}

static lsc_status open_store(const lsc_node_data *data, lsc_source **source, lsc_error *error)
{
    const lsc_store_options options = store_options(data);
    return lsc_source_open_store(data->texts[0].bytes, data->texts[1].bytes, &options, source,
                                 error);
}

lsc_status lsc_node_open_data(const lsc_node_data *data, lsc_source **source, lsc_error *error)
{
    switch (data->kind) {
    case LSC_NODE_TABLE:
        return open_table(data, source, error);
    case LSC_NODE_EVENTS:
        return open_events(data, source, error);
    case LSC_NODE_STORE:
        return open_store(data, source, error);
    case LSC_NODE_FILES:
    default:
        return open_files(data, source, error);
    }
}

lsc_status lsc_node_open_data_store(const lsc_node_data *data, lsc_store **store, lsc_error *error)
{
    const lsc_store_options options = store_options(data);
    *store = NULL;
    return data->kind == LSC_NODE_STORE
               ? lsc_store_open(data->texts[0].bytes, &options, store, error)
               : LSC_OK;
}

lsc_status lsc_node_infer(const lsc_node_data *data, lsc_source *source, lsc_spec **spec,
                          char **notes, lsc_error *error)
{
    lsc_status status = LSC_OK;
    if (data->kind == LSC_NODE_TABLE) {
        lsc_infer infer = LSC_INFER_INIT;
        infer.exclude = data->exclude.names;
        infer.n_exclude = data->exclude.n;
        infer.include = data->include.names;
        infer.n_include = data->include.n;
        status = lsc_spec_infer(source, &infer, NULL, spec, notes, error);
    } else if (data->kind == LSC_NODE_EVENTS) {
        status = lsc_spec_infer_events(source, NULL, spec, error);
    } else {
        return lsc_spec_default(NULL, spec, error);
    }
    return status == LSC_OK ? lsc_source_rewind(source, error) : status;
}
