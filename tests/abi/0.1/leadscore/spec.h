/**
 * @file spec.h
 * The feature spec: what is computed from a lead and its activities, and the one kernel that
 * computes it. docs/feature-spec.md describes the JSON.
 *
 * A spec is immutable, reference-counted, and shared by any number of threads.
 */
#ifndef LEADSCORE_SPEC_H
#define LEADSCORE_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "allocator.h"
#include "lead.h"
#include "source.h"
#include "status.h"

LSC_BEGIN_DECLS

/** Limits of a spec. One past any of them is LSC_LIMIT. */
#define LSC_MAX_SPEC_JSON (8u << 20) /**< bytes */
#define LSC_MAX_FEATURES 4096
#define LSC_MAX_COLUMNS 65535 /**< a feature may be encoded into several columns */
#define LSC_MAX_GROUPS 12
#define LSC_MAX_LEVELS 10000 /**< of one category, keyword table or vocabulary */
#define LSC_MAX_NAME 256     /**< bytes of the name of a feature, group or column */

typedef struct lsc_spec lsc_spec;

/**
 * Read a spec from JSON.
 *
 * @param json       strict JSON, not NUL-terminated
 * @param allocator  copied; NULL for the C library's
 * @param spec       set to a new spec with one reference; NULL on error
 * @return LSC_OK; LSC_BAD_JSON; LSC_BAD_SPEC naming the feature, the member and its value;
 *         LSC_UNSUPPORTED for a newer format; LSC_LIMIT; LSC_NO_MEMORY; LSC_INVALID_ARG.
 * @since 0.1
 */
LSC_API lsc_status lsc_spec_parse(const char *json, size_t length, const lsc_allocator *allocator,
                                  lsc_spec **spec, lsc_error *error);

/** The spec that is used where none is given: about 40 features. As lsc_spec_parse(). @since 0.1 */
LSC_API lsc_status lsc_spec_default(const lsc_allocator *allocator, lsc_spec **spec,
                                    lsc_error *error);

/** How a spec is inferred from a table. Start from LSC_INFER_INIT. */
typedef struct lsc_infer {
    size_t size;                /**< sizeof(lsc_infer) */
    const char *const *exclude; /**< properties to leave out [n_exclude] */
    size_t n_exclude;
    const char *const *include; /**< protected attributes to take all the same [n_include] */
    size_t n_include;
    size_t max_rows; /**< rows looked at; 0: all */
} lsc_infer;

/* clang-format off */
#define LSC_INFER_INIT {sizeof(lsc_infer), NULL, 0, NULL, 0, 0}
/* clang-format on */

/** As lsc_activity_init(), with LSC_INFER_INIT. @since 0.1 */
LSC_API void lsc_infer_init(lsc_infer *infer, size_t size);

/**
 * Infer a spec from the properties of a source's leads: numbers, categories, dates, flags.
 * Protected attributes (age, gender, sex, birthday, ...), columns that are all missing or all
 * equal, and identifiers (texts that hardly repeat) are left out; `notes` says which and why. The
 * source is read from where it stands to its end.
 *
 * @param infer  may be NULL
 * @param spec   set to a new spec with one reference; NULL on error
 * @param notes  when not NULL, set to a NUL-terminated text, a line each, freed with
 *               lsc_text_free(); NULL on error
 * @return LSC_OK; LSC_BAD_DATA when nothing is left; LSC_NOT_FOUND naming a property of `exclude`
 *         or `include` that no lead has; what the source reports; LSC_LIMIT; LSC_NO_MEMORY.
 * @since 0.1
 */
LSC_API lsc_status lsc_spec_infer(lsc_source *source, const lsc_infer *infer,
                                  const lsc_allocator *allocator, lsc_spec **spec, char **notes,
                                  lsc_error *error);

/**
 * Infer a spec from the activities of a source's leads: counts, recency and the like over all of
 * them and over each of the types that at least ten leads have (the 30 most frequent), and sums of
 * the numbers that they carry (10). The source is read from where it stands to its end.
 *
 * @param spec  set to a new spec with one reference; NULL on error
 * @return LSC_OK; LSC_BAD_DATA when no lead has an activity; what the source reports;
 *         LSC_INVALID_ARG; LSC_NO_MEMORY.
 * @since 0.1
 */
LSC_API lsc_status lsc_spec_infer_events(lsc_source *source, const lsc_allocator *allocator,
                                         lsc_spec **spec, lsc_error *error);

/** Free a text that the library gave away. NULL is allowed. @since 0.1 */
LSC_API void lsc_text_free(char *text);

/** One more reference. Returns `spec`. @since 0.1 */
LSC_API lsc_spec *lsc_spec_ref(lsc_spec *spec);
/** One reference less; the last one frees. NULL is allowed. @since 0.1 */
LSC_API void lsc_spec_unref(lsc_spec *spec);

/** The spec as canonical JSON: parsing it gives the same spec. Owned by the spec. @since 0.1 */
LSC_API const char *lsc_spec_json(const lsc_spec *spec, size_t *length);

/** Features, in the order of the spec. @since 0.1 */
LSC_API size_t lsc_spec_n_features(const lsc_spec *spec);
/** Columns of a vector: n_columns >= n_features. @since 0.1 */
LSC_API size_t lsc_spec_n_columns(const lsc_spec *spec);
/** Groups, in the order of the spec, at most LSC_MAX_GROUPS. @since 0.1 */
LSC_API size_t lsc_spec_n_groups(const lsc_spec *spec);
/** The name of a feature; NULL when `feature` is out of range. Owned by the spec. @since 0.1 */
LSC_API const char *lsc_spec_feature_name(const lsc_spec *spec, size_t feature);
/** The group of a feature, as its index; SIZE_MAX when out of range. @since 0.1 */
LSC_API size_t lsc_spec_feature_group(const lsc_spec *spec, size_t feature);
/** The name of a group; NULL when out of range. Owned by the spec. @since 0.1 */
LSC_API const char *lsc_spec_group_name(const lsc_spec *spec, size_t group);
/** The name of a column ("job=student"); NULL when out of range. Owned by the spec. @since 0.1 */
LSC_API const char *lsc_spec_column_name(const lsc_spec *spec, size_t column);
/** The feature a column belongs to, as its index; SIZE_MAX when out of range. @since 0.1 */
LSC_API size_t lsc_spec_column_feature(const lsc_spec *spec, size_t column);

/**
 * The one feature kernel: make the vector of a lead as of a time. Training, batch and online
 * scoring all call it, so a vector made online at T is byte-identical to the training row at T.
 *
 * An activity is visible when both its time and its recorded time are at or before `as_of_ms`.
 * Values are computed in double and rounded to float32; one beyond the range of float32 becomes the
 * largest float32 of its sign. NaN means missing; infinities do not occur.
 *
 * @param lead       may be sorted in place
 * @param as_of_ms   between LSC_TIME_MIN and LSC_TIME_MAX
 * @param columns    float32 [n_columns], filled; untouched on error
 * @param n_columns  lsc_spec_n_columns()
 * @return LSC_OK or LSC_INVALID_ARG. Allocates nothing.
 * @since 0.1
 */
LSC_API lsc_status lsc_spec_extract(const lsc_spec *spec, lsc_lead *lead, int64_t as_of_ms,
                                    float *columns, size_t n_columns, lsc_error *error);

LSC_END_DECLS

#endif
