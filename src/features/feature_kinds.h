/**
 * @file feature_kinds.h
 * The kinds of features. To add a kind: write its function and add its entry to the table of
 * property_features.c or activity_features.c; parsing, writing, extraction and sentences follow
 * the entry.
 */
#ifndef LSC_FEATURES_FEATURE_KINDS_H
#define LSC_FEATURES_FEATURE_KINDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "features/event_walk.h"
#include "features/feature_params.h"
#include "features/feature_spec.h"

/** The level of a lead whose property is missing. */
#define LSC_NO_LEVEL SIZE_MAX

/** How a value is told to people. */
typedef enum lsc_unit {
    LSC_UNIT_NUMBER,
    LSC_UNIT_DAYS,
    LSC_UNIT_PERCENT, /**< the value is a share, 1 = 100 % */
    LSC_UNIT_RATIO,   /**< the value is the log2 of a ratio */
    LSC_UNIT_FLAG,
    LSC_UNIT_DATE, /**< by the feature's part */
    LSC_UNIT_LEVEL,
    LSC_UNIT_CODE /**< the value is the number of one of the feature's codes */
} lsc_unit;

/** A kind has either one column and `value`, or a column for each level and `level`. */
typedef struct lsc_kind {
    const char *name;
    const lsc_param *params;
    const char *const *fixed_levels; /**< NULL-terminated; NULL where the feature has its own */
    /** NaN when missing. */
    double (*value)(const lsc_feature *feature, const lsc_view *view);
    /**
     * What was seen where the value is drawn from more than that, NaN where nothing was; NULL: the
     * value. For sentences.
     */
    double (*observed)(const lsc_feature *feature, const lsc_view *view);
    /** The column that is 1, from 0, or LSC_NO_LEVEL. */
    size_t (*level)(const lsc_feature *feature, const lsc_view *view);
    /** What the parameters must be together; NULL where each stands for itself. */
    lsc_status (*check)(const lsc_feature *feature, const char *place, lsc_error *error);
    lsc_unit unit;
    bool over_events;
    bool has_other; /**< a column for all other levels follows the levels */
} lsc_kind;

/** Kinds over properties and over activities, each list ended by an entry without name. */
extern const lsc_kind lsc_property_kinds[];
extern const lsc_kind lsc_activity_kinds[];

/** The kind of this name, or NULL. */
const lsc_kind *lsc_kind_find(const char *name);

/* For the tables of parameters. */
#define LSC_PARAMS(...) ((const lsc_param[]){__VA_ARGS__, {NULL, NULL, 0, false, 0, 0, 0}})
#define LSC_PARAM(key, type, required, low, high, initial)                                \
    {                                                                                     \
#key, &lsc_param_##type, offsetof(lsc_feature, key), required, low, high, initial \
    }
/** Largest magnitude of a number that a spec gives to a value. */
#define LSC_MAX_SPEC_NUMBER 1e15

#endif
