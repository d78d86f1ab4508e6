/**
 * @file bundle.h
 * The bundle: named members in a zstd-compressed ustar archive. docs/bundle.md describes it. The
 * only user of zstd.
 */
#ifndef LSC_MODEL_BUNDLE_H
#define LSC_MODEL_BUNDLE_H

#include <stddef.h>
#include <stdint.h>

#include <leadscore/model.h>

#include "core/buffer.h"
#include "core/error.h"
#include "core/visibility.h"
#include "model/model_data.h"

/** The members that a bundle of a forest, or of a scorecard, must have. */
#define LSC_FEATURES_MEMBER "features.json"
#define LSC_FOREST_MEMBER "model.ubj"
#define LSC_CALIBRATION_MEMBER "calibration.json"
#define LSC_SCORECARD_MEMBER "scorecard.json"

/** A member to write. */
typedef struct lsc_bundle_member {
    const char *name; /**< at most 99 bytes of [a-zA-Z0-9._-], not beginning with a dot */
    const void *bytes;
    size_t length;
} lsc_bundle_member;

/** What the manifest says beside the hashes of the members, which the writer adds. */
typedef struct lsc_manifest {
    const char *name;
    const char *version;
    lsc_engine engine;
    const char *created; /**< NULL: not in the manifest */
    bool gate_passed;
    const char *const *gate_reasons; /**< [n_gate_reasons] */
    size_t n_gate_reasons;
    float base_margin; /**< of a forest: stored as bits */
    lsc_grades grades;
    int64_t window_from_ms; /**< data window; LSC_TIME_NONE: a table, or no data */
    int64_t window_to_ms;
    uint64_t n_rows; /**< rows trained on; 0 for a scorecard */
    uint64_t n_positive;
    const char *const *leaks; /**< [n_leaks], "COLUMN: reason", of what was suspected to leak */
    size_t n_leaks;
    bool leaks_dropped;
    const char *procedure; /**< "refit" or "average"; NULL for a scorecard */
} lsc_manifest;

/** Bytes that a bundle of `packed` bytes may unpack to. */
static inline size_t lsc_bundle_room(size_t packed)
{
    size_t room = packed < LSC_MAX_BUNDLE_UNPACKED / LSC_MAX_BUNDLE_RATIO
                      ? packed * LSC_MAX_BUNDLE_RATIO
                      : LSC_MAX_BUNDLE_UNPACKED;
    return room > LSC_SMALL_BUNDLE ? room : LSC_SMALL_BUNDLE;
}

/**
 * Write a bundle: manifest.json first (made from `manifest`, the spec and the members' hashes), then
 * the members in the order given, then manifest.sha256, the hash of the manifest. Same input, same
 * bytes.
 *
 * @param members  features.json (lsc_spec_json() of `spec`) must be among them, and model.ubj with
 *                 calibration.json, or scorecard.json; not manifest.json and manifest.sha256
 * @param out      the bytes are appended
 * @return LSC_OK; LSC_INVALID_ARG naming what is wrong in `manifest` or `members`; LSC_LIMIT;
 *         LSC_NO_MEMORY.
 */
LSC_SHARED lsc_status lsc_bundle_pack(const lsc_manifest *manifest, const lsc_spec *spec,
                                      const lsc_bundle_member *members, size_t n_members,
                                      lsc_buffer *out, lsc_error *error);

#endif
