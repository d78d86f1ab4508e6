/**
 * @file model.h
 * A model: what a bundle (.lsm) holds, checked and ready to score.
 *
 * A model is immutable, reference-counted, and shared by any number of threads. To replace one
 * while others score, load the new one, exchange the pointer, and drop the reference to the old.
 */
#ifndef LEADSCORE_MODEL_H
#define LEADSCORE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "allocator.h"
#include "spec.h"
#include "status.h"
#include "trust.h"

LSC_BEGIN_DECLS

/** Limits of a bundle. One past any of them is LSC_LIMIT. */
#define LSC_MAX_BUNDLE (256u << 20)           /**< bytes, compressed */
#define LSC_MAX_BUNDLE_UNPACKED (1024u << 20) /**< bytes, all members together with their headers */
/** Bytes unpacked for one of the file, where they are more than LSC_SMALL_BUNDLE. */
#define LSC_MAX_BUNDLE_RATIO 256
#define LSC_SMALL_BUNDLE (16u << 20) /**< bytes that any bundle may unpack to */
#define LSC_MAX_MEMBERS 64
#define LSC_MAX_KEPT (64u << 20) /**< bytes of all members together, model.ubj not among them */
#define LSC_MAX_TREES 65536
#define LSC_MAX_NODES (1u << 26)          /**< of all trees together */
#define LSC_MAX_DEPTH 256                 /**< splits on the longest path of a tree */
#define LSC_MAX_CATEGORY_WORDS (1u << 24) /**< of 32 categories: of all sets of a forest together */
#define LSC_MAX_IMPORT (UINT64_C(4) << 30) /**< bytes of a model of XGBoost that is imported */
#define LSC_MAX_RULES 4096                 /**< of a scorecard */

typedef struct lsc_model lsc_model;

/** What lsc_load.plan_bytes is by default. */
#define LSC_PLAN_BYTES ((size_t)64 << 20)

/** How a bundle is loaded. Start from LSC_LOAD_INIT. */
typedef struct lsc_load {
    size_t size;             /**< sizeof(lsc_load) */
    lsc_allocator allocator; /**< all NULL: the C library's */
    bool self_test; /**< score the golden inputs of the bundle, refuse it when a bit differs */
    const lsc_public_key *trusted_keys; /**< [n_trusted_keys]: refuse a bundle that none of these
                                             signed, before anything of it is read. NULL: a
                                             signature is not checked */
    size_t n_trusted_keys;              /**< with trusted_keys at least 1 */
    /**
     * The most memory that is laid out of the trees for speed, beside the trees themselves: within it
     * the quickest layouts are chosen. All give the same bits. 0: LSC_PLAN_BYTES; 1 is as good as none.
     */
    size_t plan_bytes;
} lsc_load;

/* clang-format off */
#define LSC_LOAD_INIT {sizeof(lsc_load), {NULL, NULL, NULL, NULL}, false, NULL, 0, 0}
/* clang-format on */

/** As lsc_activity_init(), with LSC_LOAD_INIT. @since 0.1 */
LSC_API void lsc_load_init(lsc_load *load, size_t size);

/**
 * Load a bundle from a file.
 *
 * Everything in it is checked before use: hashes, sizes, indices, cycles, depth, numbers. A damaged
 * or hostile bundle is refused with a message; it never crashes the process.
 *
 * @param load   may be NULL
 * @param model  set to a new model with one reference; NULL on error
 * @return LSC_OK; LSC_NOT_FOUND, LSC_IO; LSC_BAD_MODEL; LSC_BAD_SPEC, LSC_BAD_JSON naming the
 *         member; LSC_UNSUPPORTED for a newer format; LSC_LIMIT; LSC_UNTRUSTED when no trusted key
 *         signed it; LSC_MISMATCH when the self-test finds other bits; LSC_NO_MEMORY;
 *         LSC_INVALID_ARG, also for a trusted key that is all zero or likewise no key. All name the
 *         file.
 * @since 0.1
 */
LSC_API lsc_status lsc_model_load_file(const char *path, const lsc_load *load, lsc_model **model,
                                       lsc_error *error);

/**
 * As lsc_model_load_file(), from memory. The bytes are not needed after the call; during it they must
 * not change, as those of a mapped file could: they are checked before they are read.
 * @since 0.1
 */
LSC_API lsc_status lsc_model_load_bytes(const void *bytes, size_t length, const lsc_load *load,
                                        lsc_model **model, lsc_error *error);

/** One more reference. Returns `model`. Any thread. @since 0.1 */
LSC_API lsc_model *lsc_model_ref(lsc_model *model);
/** One reference less; the last one frees. NULL is allowed. Any thread. @since 0.1 */
LSC_API void lsc_model_unref(lsc_model *model);

/** What computes the margin. */
typedef enum lsc_engine {
    LSC_ENGINE_SCORECARD = 1, /**< points, caps */
    LSC_ENGINE_GBDT = 2       /**< gradient boosted decision trees */
} lsc_engine;

/** The facts of a model. Texts belong to the model. */
typedef struct lsc_model_info {
    size_t size; /**< sizeof(lsc_model_info), set by the caller */
    const char *name;
    const char *version;
    const char *model_type; /**< "behavioral", "demographic" or "composite" */
    lsc_engine engine;
    bool gate_passed;
    bool calibrated; /**< false: a scorecard's points, or an imported model's own probability */
    size_t n_features;
    size_t n_columns;
    size_t n_trees; /**< 0 for a scorecard */
    size_t n_nodes;
    size_t max_depth;
    const char *sha256;      /**< of the bundle's file, hex */
    const char *spec_sha256; /**< of features.json, hex */
    const char *signed_by; /**< id of the trusted key that signed it, checked at load; else NULL */
    const char *claimed_key; /**< id of the key that its signature names, checked or not: anyone can
                                  write one. NULL: it is not signed */
} lsc_model_info;

/* clang-format off */
#define LSC_MODEL_INFO_INIT \
    {sizeof(lsc_model_info), NULL, NULL, NULL, LSC_ENGINE_GBDT, false, false, 0, 0, 0, 0, 0, NULL, \
     NULL, NULL, NULL}
/* clang-format on */

/** As lsc_activity_init(), with LSC_MODEL_INFO_INIT. @since 0.1 */
LSC_API void lsc_model_info_init(lsc_model_info *info, size_t size);

/**
 * Fill `info`.
 * @return LSC_OK, or LSC_INVALID_ARG.
 * @since 0.1
 */
LSC_API lsc_status lsc_model_get_info(const lsc_model *model, lsc_model_info *info,
                                      lsc_error *error);

/** The feature spec of the model. Owned by the model; lsc_spec_ref() it to keep it. @since 0.1 */
LSC_API lsc_spec *lsc_model_spec(const lsc_model *model);

/** Members of the bundle. @since 0.1 */
LSC_API size_t lsc_model_n_members(const lsc_model *model);
/** The name of a member, in the order of the file; NULL when out of range. @since 0.1 */
LSC_API const char *lsc_model_member_name(const lsc_model *model, size_t member);
/**
 * The bytes of a member ("manifest.json"), NUL-terminated past their end, owned by the model; NULL
 * when there is none of that name. model.ubj is not kept once the forest is built: NULL.
 * @since 0.1
 */
LSC_API const char *lsc_model_member(const lsc_model *model, const char *name, size_t *length);

/**
 * Make a bundle from a feature spec and a scorecard, both JSON (docs/scorecard.md). It needs no
 * data, and is how one starts without history.
 *
 * @param name    of the model
 * @param bundle  set to the bundle's bytes, freed with lsc_bundle_free(); NULL on error
 * @return LSC_OK; LSC_BAD_JSON, LSC_BAD_SPEC naming the rule, the member and its value; LSC_LIMIT;
 *         LSC_NO_MEMORY; LSC_INVALID_ARG.
 * @since 0.1
 */
LSC_API lsc_status lsc_scorecard_build(const char *name, const char *spec_json, size_t spec_length,
                                       const char *scorecard_json, size_t scorecard_length,
                                       void **bundle, size_t *bundle_length, lsc_error *error);

/** What an imported model becomes. Start from LSC_IMPORT_INIT. */
typedef struct lsc_import {
    size_t size;             /**< sizeof(lsc_import) */
    lsc_allocator allocator; /**< for the work; all NULL: the C library's */
    const char *spec_json;   /**< a feature spec with a column for each of the model's features, in
                                  their order; NULL: made from the names in the model */
    size_t spec_length;      /**< bytes of spec_json */
    const char *name;        /**< of the model; NULL: "imported" */
    const char *version;     /**< of the model; NULL: "1" */
    const char *created;     /**< RFC 3339, for the manifest; NULL: no time in it */
} lsc_import;

/* clang-format off */
#define LSC_IMPORT_INIT \
    {sizeof(lsc_import), {NULL, NULL, NULL, NULL}, NULL, 0, NULL, NULL, NULL}
/* clang-format on */

/** As lsc_activity_init(), with LSC_IMPORT_INIT. @since 0.1 */
LSC_API void lsc_import_init(lsc_import *import, size_t size);

/**
 * Make a bundle of a model that XGBoost saved, releases 1.6 to 3.x, as JSON or UBJSON: which of them
 * is told by the content. docs/import.md says what is read, and what becomes of it. The same model
 * gives the same bundle from either.
 *
 * @param path    "-" is standard input
 * @param import  may be NULL
 * @param bundle  set to the bundle's bytes, freed with lsc_bundle_free(); NULL on error
 * @return LSC_OK; LSC_NOT_FOUND, LSC_IO; LSC_BAD_MODEL for a damaged file, and where model and spec
 *         do not fit together, naming the first feature that differs; LSC_UNSUPPORTED naming the
 *         booster, objective or form of leaves that is not read; LSC_BAD_SPEC, LSC_BAD_JSON of
 *         spec_json; LSC_LIMIT; LSC_NO_MEMORY; LSC_INVALID_ARG. All name the file.
 * @since 0.1
 */
LSC_API lsc_status lsc_model_import_file(const char *path, const lsc_import *import, void **bundle,
                                         size_t *bundle_length, lsc_error *error);

/** As lsc_model_import_file(), from memory. @since 0.1 */
LSC_API lsc_status lsc_model_import_bytes(const void *bytes, size_t length,
                                          const lsc_import *import, void **bundle,
                                          size_t *bundle_length, lsc_error *error);

/** Free a bundle's bytes. NULL is allowed. @since 0.1 */
LSC_API void lsc_bundle_free(void *bundle);

/**
 * Write a bundle to a file, whole or not at all: what stood there stays until the new one is
 * complete.
 * @return LSC_OK; LSC_IO, LSC_NOT_FOUND (no such folder) naming the file; LSC_INVALID_ARG.
 * @since 0.1
 */
LSC_API lsc_status lsc_bundle_write(const char *path, const void *bundle, size_t length,
                                    lsc_error *error);

LSC_END_DECLS

#endif
