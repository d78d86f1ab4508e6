/**
 * @file flat_bundle.h
 * Bundles made, signed and written. Bytes that are made are freed with lsc_bundle_free().
 */
#ifndef LEADSCORE_FLAT_BUNDLE_H
#define LEADSCORE_FLAT_BUNDLE_H

#include "flat.h"

/** What a model of XGBoost becomes, freed with flat_import_free(). */
typedef struct flat_import flat_import;

/** Each may be NULL: see lsc_import. */
flat_import *flat_import_new(const char *spec, size_t spec_length, const char *name,
                             const char *version, const char *created, lsc_error *error);
void flat_import_free(flat_import *import);
flat_bytes flat_import_file(const char *path, const flat_import *import, lsc_error *error);
flat_bytes flat_import_bytes(const char *bytes, size_t length, const flat_import *import,
                             lsc_error *error);

flat_bytes flat_scorecard(const char *name, const char *spec, size_t spec_length,
                          const char *scorecard, size_t scorecard_length, lsc_error *error);
/** The key is PEM. Its passphrase is NULL where it is not encrypted. */
flat_bytes flat_sign(const char *bytes, size_t length, const char *secret, size_t secret_length,
                     const char *passphrase, size_t passphrase_length, lsc_error *error);
void flat_bundle_write(const char *path, const char *bytes, size_t length, lsc_error *error);
/** The id of a public key as PEM, freed with free(). */
char *flat_public_key_id(const char *bytes, size_t length, lsc_error *error);

#endif
