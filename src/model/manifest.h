/**
 * @file manifest.h
 * manifest.json of a bundle: what the model is, and the size and hash of every other member.
 */
#ifndef LSC_MODEL_MANIFEST_H
#define LSC_MODEL_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>

#include "bundle.h"
#include "core/hash.h"
#include "core/json.h"

/** The format this library writes and reads. */
#define LSC_BUNDLE_FORMAT 1
/** Bytes of manifest.json, at the most. */
#define LSC_MAX_MANIFEST (1u << 20)

#define LSC_MANIFEST_NAME "manifest.json"
/** The last member: the manifest's hash, as sha256sum writes it. */
#define LSC_SEAL_NAME "manifest.sha256"
/** Room for its content: the hash, two spaces, the manifest's name, a newline and the NUL. */
#define LSC_SEAL_SIZE (LSC_HASH_TEXT_SIZE + 2 + sizeof LSC_MANIFEST_NAME)

/** "behavioral", "demographic" or "composite", by the groups of the spec's features. Static. */
LSC_SHARED const char *lsc_spec_model_type(const lsc_spec *spec);

/** Write manifest.json. LSC_INVALID_ARG naming a member of `manifest` that cannot be. */
LSC_SHARED lsc_status lsc_manifest_write(const lsc_manifest *manifest, const lsc_spec *spec,
                                         const lsc_bundle_member *members, size_t n_members,
                                         lsc_buffer *out, lsc_error *error);

/** What loading needs of a manifest. Texts belong to `root`. */
typedef struct lsc_manifest_facts {
    lsc_json *root; /**< freed by lsc_json_free() */
    const char *name;
    const char *version;
    const char *model_type;
    const char *spec_hash_text;
    lsc_engine engine;
    float base_margin; /**< of a forest */
    bool gate_passed;
    lsc_grades grades;
    const lsc_json *members; /**< [{name, size, sha256}] */
} lsc_manifest_facts;

/**
 * Read manifest.json.
 * @param facts  filled; `root` is NULL on error
 * @return LSC_OK; LSC_BAD_JSON, LSC_BAD_MODEL naming the member; LSC_UNSUPPORTED for a newer format;
 *         LSC_LIMIT; LSC_NO_MEMORY.
 */
LSC_SHARED lsc_status lsc_manifest_parse(const char *json, size_t length, lsc_manifest_facts *facts,
                                         lsc_error *error);

/** A member as it stands in an archive. */
typedef struct lsc_found_member {
    const char *name;
    size_t length;
    uint8_t digest[LSC_HASH_SIZE];
} lsc_found_member;

/**
 * Check that `members` are those of the manifest: same order, names, sizes and hashes.
 * @return LSC_OK, LSC_BAD_MODEL naming the member.
 */
LSC_SHARED lsc_status lsc_manifest_check_members(const lsc_manifest_facts *facts,
                                                 const lsc_found_member *members, size_t n_members,
                                                 lsc_error *error);

/** The content of manifest.sha256: "<hash>  manifest.json\n". */
LSC_SHARED lsc_status lsc_manifest_seal(const void *json, size_t length, char seal[LSC_SEAL_SIZE],
                                        lsc_error *error);

#endif
