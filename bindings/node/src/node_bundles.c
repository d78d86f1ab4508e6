/* Bundles: made, signed and written. */
#include "node_bundles.h"

static napi_value give_bundle(napi_env env, void *bundle, size_t length, lsc_status status,
                              const lsc_error *error)
{
    if (status != LSC_OK) {
        return lsc_node_throw(env, error);
    }
    napi_value bytes = lsc_node_bytes(env, bundle, length);
    lsc_bundle_free(bundle);
    return bytes;
}

/* importModel(path or bytes, isFile, spec, name, version, created): a bundle */
static napi_value import_model(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    lsc_error error = LSC_ERROR_INIT;
    lsc_import how = LSC_IMPORT_INIT;
    lsc_node_text *texts = state->texts;
    bool is_file = false;
    void *bundle = NULL;
    size_t length = 0;
    if (!lsc_node_read_text(env, state->args[0], &texts[0]) ||
        !lsc_node_read_bool(env, state->args[1], &is_file) ||
        !lsc_node_read_args(env, &state->args[2], &texts[1], 4)) {
        return NULL;
    }
    how.spec_json = texts[1].bytes;
    how.spec_length = texts[1].length;
    how.name = texts[2].bytes;
    how.version = texts[3].bytes;
    how.created = texts[4].bytes;
    lsc_status status = is_file
                            ? lsc_model_import_file(texts[0].bytes, &how, &bundle, &length, &error)
                            : lsc_model_import_bytes(texts[0].bytes, texts[0].length, &how, &bundle,
                                                     &length, &error);
    return give_bundle(env, bundle, length, status, &error);
}

/* buildScorecard(name, spec, scorecard): a bundle */
static napi_value build_scorecard(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    lsc_error error = LSC_ERROR_INIT;
    lsc_node_text *texts = state->texts;
    void *bundle = NULL;
    size_t length = 0;
    if (!lsc_node_read_args(env, state->args, texts, 3)) {
        return NULL;
    }
    lsc_status status =
        lsc_scorecard_build(texts[0].bytes, texts[1].bytes, texts[1].length, texts[2].bytes,
                            texts[2].length, &bundle, &length, &error);
    return give_bundle(env, bundle, length, status, &error);
}

/* writeBundle(path, bytes) */
static napi_value write_bundle(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    lsc_error error = LSC_ERROR_INIT;
    lsc_node_text *bytes = &state->texts[1];
    if (!lsc_node_read_name(env, state->args[0], &state->texts[0]) ||
        !lsc_node_read_text(env, state->args[1], bytes)) {
        return NULL;
    }
    lsc_status status =
        lsc_bundle_write(state->texts[0].bytes, bytes->bytes, bytes->length, &error);
    return status == LSC_OK ? NULL : lsc_node_throw(env, &error);
}

static void forget(lsc_node_text *text)
{
    lsc_node_cleanse(text->block, text->capacity);
    lsc_node_text_free(text);
}

static napi_value sign(napi_env env, lsc_node_text texts[3])
{
    lsc_error error = LSC_ERROR_INIT;
    void *bundle = NULL;
    size_t length = 0;
    napi_value object = NULL;
    char key_id[LSC_KEY_ID_SIZE] = "";
    lsc_status status =
        lsc_bundle_sign(texts[0].bytes, texts[0].length, texts[1].bytes, texts[1].length,
                        texts[2].bytes, &bundle, &length, key_id, &error);
    napi_value bytes = give_bundle(env, bundle, length, status, &error);
    if (bytes == NULL) {
        return NULL;
    }
    napi_create_object(env, &object);
    lsc_node_set(env, object, "bundle", bytes);
    lsc_node_set_string(env, object, "keyId", key_id);
    return object;
}

/* signBundle(bytes, private key, passphrase): {bundle, keyId} */
static napi_value sign_bundle(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    lsc_node_text *texts = state->texts;
    napi_value made = NULL;
    if (lsc_node_read_text(env, state->args[0], &texts[0]) &&
        lsc_node_read_args(env, &state->args[1], &texts[1], 2)) {
        made = sign(env, texts);
    }
    forget(&texts[1]);
    forget(&texts[2]);
    return made;
}

/* publicKeyId(PEM) */
static napi_value public_key_id(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    lsc_error error = LSC_ERROR_INIT;
    const lsc_node_text *pem = &state->texts[0];
    lsc_public_key key;
    char id[LSC_KEY_ID_SIZE] = "";
    if (!lsc_node_read_name(env, state->args[0], &state->texts[0])) {
        return NULL;
    }
    if (lsc_public_key_read(pem->bytes, pem->length, &key, &error) != LSC_OK ||
        lsc_public_key_id(&key, id, &error) != LSC_OK) {
        return lsc_node_throw(env, &error);
    }
    return lsc_node_string(env, id);
}

const lsc_node_function lsc_node_bundle_functions[] = {
    {"importModel", import_model},  {"buildScorecard", build_scorecard},
    {"writeBundle", write_bundle},  {"signBundle", sign_bundle},
    {"publicKeyId", public_key_id}, {NULL, NULL},
};
