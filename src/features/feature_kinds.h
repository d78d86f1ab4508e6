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

#include "features/event_block.h"
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

/**
 * How a kind over activities is computed in a pass (activity_folds.c). What is added up is added in
 * the order of the timeline, block by block.
 */
typedef struct lsc_fold {
    void (*add)(const lsc_step *step, const lsc_block *block, lsc_tally *tally);
    /** NaN when missing. */
    double (*value)(const lsc_step *step, const lsc_tally *tally, const lsc_view *view);
    /** As lsc_kind's. */
    double (*observed)(const lsc_step *step, const lsc_tally *tally, const lsc_view *view);
    /** Instead of all these, of the events that the feature counts; they are at most
        LSC_MARK_BLOCKS · LSC_BLOCK_EVENTS. Of longer timelines lsc_kind's value() is taken. */
    double (*of_marks)(const lsc_step *step, const lsc_marks *marks);
    bool asks_of;    /**< step->of is used */
    bool asks_twice; /**< step->twice is used */
} lsc_fold;

/**
 * A kind has either one column and `value`, or a column for each level and `level`. These are the plain
 * functions, which say what the kind is; a kind may have a quicker one that gives the same bits.
 */
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
    /** As `value`, by the indexes made when the spec was parsed; NULL: as it is. */
    double (*quick_value)(const lsc_feature *feature, const lsc_view *view);
    const lsc_fold *fold; /**< of kinds over activities */
    /** The column that is 1, from 0, or LSC_NO_LEVEL. */
    size_t (*level)(const lsc_feature *feature, const lsc_view *view);
    /** What the parameters must be together; NULL where each stands for itself. */
    lsc_status (*check)(const lsc_feature *feature, const char *place, lsc_error *error);
    lsc_unit unit;
    bool over_events;
    bool since;     /**< days since a time: it grows by one a day */
    bool has_other; /**< a column for all other levels follows the levels */
} lsc_kind;

/** Kinds over properties and over activities, each list ended by an entry without name. */
extern const lsc_kind lsc_property_kinds[];
extern const lsc_kind lsc_activity_kinds[];

/** How the kinds over activities are computed in a pass, by what is counted. */
extern const lsc_fold lsc_fold_count;
extern const lsc_fold lsc_fold_decayed_count;
extern const lsc_fold lsc_fold_sum;
extern const lsc_fold lsc_fold_smoothed_rate;
extern const lsc_fold lsc_fold_recency;
extern const lsc_fold lsc_fold_active_days;
extern const lsc_fold lsc_fold_distinct;
extern const lsc_fold lsc_fold_sessions;
extern const lsc_fold lsc_fold_trend;
extern const lsc_fold lsc_fold_median_gap;
extern const lsc_fold lsc_fold_share;

/** What an event counts in a decayed count, before anything is lost of it. */
double lsc_weight_of(const lsc_feature *feature, const lsc_event *event);

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
