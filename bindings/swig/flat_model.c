#include "flat_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct flat_load {
    lsc_load load;
    lsc_public_key *keys;
};

void *flat_alloc(size_t size, lsc_error *error)
{
    void *memory = calloc(1, size);
    if (memory == NULL) {
        flat_fail(error, LSC_NO_MEMORY, "there is no memory");
    }
    return memory;
}

char *flat_copy(const char *text, lsc_error *error)
{
    char *copy = text == NULL ? NULL : flat_alloc(strlen(text) + 1, error);
    return copy == NULL ? NULL : strcpy(copy, text);
}

void flat_fail(lsc_error *error, lsc_status status, const char *message)
{
    error->status = status;
    error->offset = -1;
    snprintf(error->message, sizeof error->message, "%s", message);
}

bool flat_has_room(size_t n_given, size_t n, lsc_error *error)
{
    if (n_given != n) {
        flat_fail(error, LSC_INVALID_ARG, "the numbers are not as many as they have to be");
    }
    return n_given == n;
}

flat_load *flat_load_new(bool self_test, size_t plan_bytes, lsc_error *error)
{
    flat_load *made = flat_alloc(sizeof *made, error);
    if (made != NULL) {
        lsc_load_init(&made->load, sizeof made->load);
        made->load.self_test = self_test;
        made->load.plan_bytes = plan_bytes;
    }
    return made;
}

void flat_load_trust(flat_load *load, const char *bytes, size_t length, lsc_error *error)
{
    lsc_public_key key;
    if (lsc_public_key_read(bytes, length, &key, error) != LSC_OK) {
        return;
    }
    size_t n = load->load.n_trusted_keys;
    lsc_public_key *keys = realloc(load->keys, (n + 1) * sizeof *keys);
    if (keys == NULL) {
        flat_fail(error, LSC_NO_MEMORY, "there is no memory");
        return;
    }
    keys[n] = key;
    load->keys = keys;
    load->load.trusted_keys = keys;
    load->load.n_trusted_keys = n + 1;
}

const lsc_load *flat_load_options(const flat_load *load)
{
    return load == NULL ? NULL : &load->load;
}

void flat_load_free(flat_load *load)
{
    if (load != NULL) {
        free(load->keys);
        free(load);
    }
}

lsc_model *flat_model_file(const char *path, const flat_load *load, lsc_error *error)
{
    lsc_model *model = NULL;
    lsc_model_load_file(path, flat_load_options(load), &model, error);
    return model;
}

lsc_model *flat_model_bytes(const char *bytes, size_t length, const flat_load *load,
                            lsc_error *error)
{
    lsc_model *model = NULL;
    lsc_model_load_bytes(bytes, length, flat_load_options(load), &model, error);
    return model;
}

lsc_model_info *flat_model_info(const lsc_model *model, lsc_error *error)
{
    lsc_model_info *info = flat_alloc(sizeof *info, error);
    if (info == NULL) {
        return NULL;
    }
    lsc_model_info_init(info, sizeof *info);
    if (lsc_model_get_info(model, info, error) != LSC_OK) {
        free(info);
        return NULL;
    }
    return info;
}

void flat_model_info_free(lsc_model_info *info)
{
    free(info);
}

flat_bytes flat_model_member(const lsc_model *model, const char *name)
{
    flat_bytes found = {NULL, 0};
    if (name != NULL) {
        found.bytes = lsc_model_member(model, name, &found.length);
    }
    return found;
}

flat_bytes flat_model_spec_json(const lsc_model *model)
{
    flat_bytes json = {NULL, 0};
    json.bytes = lsc_spec_json(lsc_model_spec(model), &json.length);
    return json;
}

const char *flat_model_column_name(const lsc_model *model, size_t column)
{
    return lsc_spec_column_name(lsc_model_spec(model), column);
}

int64_t flat_time_parse(const char *bytes, size_t length, lsc_error *error)
{
    int64_t time_ms = LSC_TIME_NONE;
    lsc_time_parse(bytes, length, &time_ms, error);
    return time_ms;
}
