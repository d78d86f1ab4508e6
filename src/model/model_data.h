/**
 * @file model_data.h
 * What the modules above read of a model.
 */
#ifndef LSC_MODEL_MODEL_DATA_H
#define LSC_MODEL_MODEL_DATA_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <leadscore/model.h>
#include <leadscore/trust.h>

#include "core/buffer.h"
#include "core/hash.h"
#include "core/visibility.h"
#include "features/spec_data.h"
#include "model/forest.h"
#include "model/forest_plan.h"
#include "model/scorecard.h"

/** Knots or steps of an interval, and points of a curve, at the most. */
#define LSC_MAX_CURVE 1024
/** Slope, intercept, knots and log-odds of a calibration lie within this of 0. */
#define LSC_MAX_CALIBRATION 1e9
/** The level of the interval. */
#define LSC_INTERVAL_LEVEL 0.9

typedef enum lsc_calibration_kind {
    LSC_CALIBRATION_NONE = 0,      /**< a scorecard before it has seen outcomes */
    LSC_CALIBRATION_PLATT = 1,     /**< p = logistic(slope·margin + intercept), Platt 1999 */
    LSC_CALIBRATION_LOGISTIC = 2,  /**< what the model itself says, logistic(margin); no interval */
    LSC_CALIBRATION_VENN_ABERS = 3 /**< a curve on top of Platt's line; an interval in steps */
} lsc_calibration_kind;

/**
 * Margin to probability and its 90 % interval.
 *
 * Platt: the interval is a curve over the margin. At knot i it is [low[i], high[i]] in log-odds,
 * linear between knots, constant outside them.
 *
 * Venn-Abers: the log-odds are those of Platt's line and the height of a curve, linear between its
 * points and constant outside them. The interval is steps: from knot i on, to the next, it is the
 * probabilities [low[i], high[i]], and below the first knot as at it. Neither ever falls.
 */
typedef struct lsc_calibration {
    lsc_calibration_kind kind;
    double slope; /**< > 0 */
    double intercept;
    size_t n_knots;      /**< 1 to LSC_MAX_CURVE; 0 of LSC_CALIBRATION_LOGISTIC */
    const double *knots; /**< margins, strictly rising */
    const double *low;   /**< log-odds; of Venn-Abers probabilities */
    const double *high;
    double *block;         /**< what the three stand in, where lsc_calibration_parse() made them */
    size_t n_points;       /**< of Venn-Abers' curve, 0 to LSC_MAX_CURVE */
    const double *points;  /**< margins, strictly rising; behind the interval in `block` */
    const double *heights; /**< log-odds, never falling */
} lsc_calibration;

/**
 * Read calibration.json (docs/bundle.md).
 * @param calibration  filled; freed by lsc_calibration_free(). Untouched on error
 */
LSC_SHARED lsc_status lsc_calibration_parse(const char *json, size_t length,
                                            const lsc_allocator *allocator,
                                            lsc_calibration *calibration, lsc_error *error);
/** Write calibration.json. LSC_INVALID_ARG where lsc_calibration_parse() would refuse it. */
LSC_SHARED lsc_status lsc_calibration_write(const lsc_calibration *calibration, lsc_buffer *out,
                                            lsc_error *error);
/** Free the numbers of a calibration that lsc_calibration_parse() filled. */
LSC_SHARED void lsc_calibration_free(const lsc_allocator *allocator, lsc_calibration *calibration);

/** Least probability (or score / 100, for a scorecard) of the grades A, B, C, D; falling. */
typedef struct lsc_grades {
    double least[4];
} lsc_grades;

/** A file in the bundle. `bytes` is NULL where they are not kept. */
typedef struct lsc_member {
    char *name;
    char *bytes;
    size_t length;
} lsc_member;

struct lsc_model {
    lsc_allocator allocator;
    atomic_size_t references;
    lsc_engine engine;
    lsc_spec *spec;
    lsc_forest forest;       /**< of LSC_ENGINE_GBDT */
    lsc_forest_plan plan;    /**< of the forest */
    lsc_scorecard scorecard; /**< of LSC_ENGINE_SCORECARD */
    lsc_calibration calibration;
    lsc_grades grades;
    char *name;
    char *version;
    const char *model_type; /**< static */
    bool gate_passed;
    lsc_member *members;
    size_t n_members;
    uint8_t hash[LSC_HASH_SIZE]; /**< of the bundle's file */
    char hash_text[LSC_HASH_TEXT_SIZE];
    char spec_hash_text[LSC_HASH_TEXT_SIZE];
    char key_id[LSC_KEY_ID_SIZE]; /**< that its signature names; "" where there is none */
    bool is_trusted;              /**< the signature was checked against a trusted key */
};

/**
 * Read a bundle into a model: lsc_model_load_bytes() without trust and self-test, with the default of
 * plan_bytes.
 * @param allocator  resolved
 */
LSC_SHARED lsc_status lsc_model_read(const void *bytes, size_t length,
                                     const lsc_allocator *allocator, lsc_model **model,
                                     lsc_error *error);

/**
 * The two steps of lsc_model_read(): what the bundle says, checked; and the forest laid out for its
 * kernels, for which the bundle is not needed any more. A model is not used before the second.
 * @param plan_bytes  as in lsc_load
 */
LSC_SHARED lsc_status lsc_model_unpack(const void *bytes, size_t length,
                                       const lsc_allocator *allocator, lsc_model **model,
                                       lsc_error *error);
LSC_SHARED lsc_status lsc_model_lay_out(lsc_model *model, size_t plan_bytes, lsc_error *error);

#endif
