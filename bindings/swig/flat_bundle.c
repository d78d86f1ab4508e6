#include "flat_bundle.h"

#include "flat_support.h"

#include <stdlib.h>
#include <string.h>

enum {
    SPEC,
    NAME,
    VERSION,
    CREATED,
    TEXTS
};

struct flat_import {
    lsc_import import;
    char *texts[TEXTS];
};

/** Bytes with a NUL after them, NULs among them or not, freed with free(); NULL of NULL. */
static char *copy_bytes(const char *bytes, size_t length, lsc_error *error)
{
    char *copy = bytes == NULL ? NULL : flat_alloc(length + 1, error);
    return copy == NULL ? NULL : memcpy(copy, bytes, length);
}

flat_import *flat_import_new(const char *spec, size_t spec_length, const char *name,
                             const char *version, const char *created, lsc_error *error)
{
    const char *const texts[TEXTS] = {spec, name, version, created};
    flat_import *made = flat_alloc(sizeof *made, error);
    if (made == NULL) {
        return NULL;
    }
    for (int i = 0; i < TEXTS; i++) {
        made->texts[i] =
            i == SPEC ? copy_bytes(spec, spec_length, error) : flat_copy(texts[i], error);
        if (texts[i] != NULL && made->texts[i] == NULL) {
            flat_import_free(made);
            return NULL;
        }
    }
    lsc_import_init(&made->import, sizeof made->import);
    made->import.spec_json = made->texts[SPEC];
    made->import.spec_length = spec_length;
    made->import.name = made->texts[NAME];
    made->import.version = made->texts[VERSION];
    made->import.created = made->texts[CREATED];
    return made;
}

void flat_import_free(flat_import *import)
{
    if (import != NULL) {
        for (int i = 0; i < TEXTS; i++) {
            free(import->texts[i]);
        }
        free(import);
    }
}

/** Bytes that lsc_bundle_free() frees. */
static flat_bytes bytes_of(void *bundle, size_t length)
{
    return (flat_bytes){bundle, length};
}

flat_bytes flat_import_file(const char *path, const flat_import *import, lsc_error *error)
{
    void *bundle = NULL;
    size_t length = 0;
    lsc_model_import_file(path, &import->import, &bundle, &length, error);
    return bytes_of(bundle, length);
}

flat_bytes flat_import_bytes(const char *bytes, size_t length, const flat_import *import,
                             lsc_error *error)
{
    void *bundle = NULL;
    size_t bundle_length = 0;
    lsc_model_import_bytes(bytes, length, &import->import, &bundle, &bundle_length, error);
    return bytes_of(bundle, bundle_length);
}

flat_bytes flat_scorecard(const char *name, const char *spec, size_t spec_length,
                          const char *scorecard, size_t scorecard_length, lsc_error *error)
{
    void *bundle = NULL;
    size_t length = 0;
    lsc_scorecard_build(name, spec, spec_length, scorecard, scorecard_length, &bundle, &length,
                        error);
    return bytes_of(bundle, length);
}

flat_bytes flat_sign(const char *bytes, size_t length, const char *secret, size_t secret_length,
                     const char *passphrase, size_t passphrase_length, lsc_error *error)
{
    void *bundle = NULL;
    size_t bundle_length = 0;
    if (passphrase != NULL && strlen(passphrase) != passphrase_length) {
        flat_fail(error, LSC_INVALID_ARG, "the passphrase has a NUL");
        return bytes_of(NULL, 0);
    }
    lsc_bundle_sign(bytes, length, secret, secret_length, passphrase, &bundle, &bundle_length, NULL,
                    error);
    return bytes_of(bundle, bundle_length);
}

void flat_bundle_write(const char *path, const char *bytes, size_t length, lsc_error *error)
{
    lsc_bundle_write(path, bytes, length, error);
}

char *flat_public_key_id(const char *bytes, size_t length, lsc_error *error)
{
    lsc_public_key key;
    char *id = flat_alloc(LSC_KEY_ID_SIZE, error);
    if (id != NULL && (lsc_public_key_read(bytes, length, &key, error) != LSC_OK ||
                       lsc_public_key_id(&key, id, error) != LSC_OK)) {
        free(id);
        return NULL;
    }
    return id;
}
