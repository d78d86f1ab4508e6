/**
 * @file train.h
 * Training, and metrics of a model. In libleadscore-train, which adds XGBoost.
 */
#ifndef LEADSCORE_TRAIN_H
#define LEADSCORE_TRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model.h"
#include "source.h"
#include "spec.h"
#include "status.h"

LSC_BEGIN_DECLS

/** Most rows made for training. */
#define LSC_MAX_TRAINING_ROWS 50000000

/**
 * Told how far training has come. May return false to stop it (LSC_CANCELLED).
 * @param stage     what is being done, e.g. "reading leads", "training the folds"; static
 * @param fraction  of the whole, 0 to 1, or negative where unknown
 */
typedef bool (*lsc_progress)(void *ctx, const char *stage, double fraction);

/**
 * Told, before the trees are trained, of each column that may tell what was not known yet
 * (docs/leaks.md).
 * @param column  the feature's name, or "(rows)" for leads that are there twice
 */
typedef void (*lsc_leak_call)(void *ctx, const char *column, const char *reason);

/** At which times leads are looked at, where there are times. */
typedef enum lsc_as_of {
    LSC_AS_OF_EVERY = 0,         /**< at fixed times of the calendar, every_ms apart */
    LSC_AS_OF_CREATED = 1,       /**< once, as_of_ms after the lead came to be */
    LSC_AS_OF_BEFORE_OUTCOME = 2 /**< as_of_ms before each outcome, which is the label */
} lsc_as_of;

/** How much work goes into a model (docs/training.md). */
typedef enum lsc_effort {
    LSC_EFFORT_STANDARD = 0, /**< a short search of settings, and averaged trees */
    LSC_EFFORT_QUICK = 1,    /**< settings that suit most data, a tree a round */
    LSC_EFFORT_BEST = 2      /**< a longer search, and more trees averaged */
} lsc_effort;

/** How it is found out how good a model is (docs/training.md). */
typedef enum lsc_validation {
    LSC_VALIDATION_USUAL = 0, /**< on the newest rows where there are times, else by folds */
    LSC_VALIDATION_BOTH = 1   /**< by folds of all rows too, where there are times */
} lsc_validation;

/** What is learned (docs/training.md). */
typedef enum lsc_learner {
    LSC_LEARNER_TREES = 0,    /**< boosted trees */
    LSC_LEARNER_ADDITIVE = 1, /**< additive logistic regression: log-odds are a sum of one function
                                   of each column, in steps */
    LSC_LEARNER_LADDER = 2    /**< the additive model, unless trees beat it on rows that neither has
                                   seen */
} lsc_learner;

/** How to train. Start from LSC_TRAIN_INIT: zero means the default. */
typedef struct lsc_train {
    size_t size;            /**< sizeof(lsc_train) */
    const char *name;       /**< of the model; NULL: "lead-score" */
    const char *version;    /**< of the model; NULL: "1" */
    const char *model_type; /**< keep only these groups: "behavioral" (and engagement),
                                 "demographic"; NULL or "composite": all */
    lsc_spec *spec;         /**< NULL: lsc_spec_default() for a source with times; a table without
                                 one is LSC_BAD_DATA */
    int64_t horizon_ms;     /**< converts within this time; 0: 90 days. Sources with times */
    int64_t every_ms;       /**< distance of the as-of times; 0: 30 days. Sources with times */
    size_t rows_per_lead;   /**< most as-of times taken of one lead; 0: 4 */
    uint64_t seed;          /**< 0 is a seed like any other */
    size_t folds;           /**< 0: 5 */
    double gate_auc;        /**< out-of-sample ROC AUC the gate asks for; 0: 0.8 */
    size_t gate_outcomes;   /**< outcomes of each class the gate asks for; 0: 40 */
    lsc_model *incumbent;   /**< must be beaten on the newest data; may be NULL */
    const char *created;    /**< RFC 3339, goes into the manifest; NULL: no time in the bundle */
    int threads;            /**< 0: 1. The bytes of the bundle do not depend on it */
    lsc_progress progress;  /**< may be NULL */
    void *progress_ctx;
    lsc_leak_call leak; /**< may be NULL */
    void *leak_ctx;
    bool drop_leaks;  /**< leave out what is suspected to leak */
    lsc_as_of as_of;  /**< sources with times */
    int64_t as_of_ms; /**< see lsc_as_of; 0: at the creation, and 1 ms before an outcome */
    bool repeats;     /**< a lead that converted may do so again, and stays eligible; as
                           lsc_source_repeats() of the source */
    lsc_effort effort;
    size_t fold_repeats; /**< times that leads are dealt to the folds, to measure by; 0: 1 */
    lsc_validation validation;
    lsc_learner learner;
} lsc_train;

/* clang-format off */
#define LSC_TRAIN_INIT \
    {sizeof(lsc_train), NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, 0, NULL, NULL, \
     NULL, NULL, false, LSC_AS_OF_EVERY, 0, false, LSC_EFFORT_STANDARD, 0, LSC_VALIDATION_USUAL,  \
     LSC_LEARNER_TREES}
/* clang-format on */

/** As lsc_activity_init(), with LSC_TRAIN_INIT. @since 0.1 */
LSC_API void lsc_train_init(lsc_train *train, size_t size);

/** What training gave. Freed by lsc_training_free(). */
typedef struct lsc_training lsc_training;

/**
 * Train a model: rows point in time (or a row a lead in a plain table), boosted trees, calibration
 * on out-of-fold predictions, metrics with intervals, the gate's verdict, all in one bundle.
 *
 * The call succeeds when a bundle was made, whatever the gate says. Same source, options, seed and
 * library version: same bytes.
 *
 * Rows weigh as many as-of times of their lead as they stand for, so that probabilities hold for a
 * lead taken at any of them (docs/training.md).
 *
 * @param source    read up to three times, each from its first lead: it must be able to rewind and
 *                  give the same leads again. Once where its leads take little memory
 * @param train     may be NULL
 * @param training  set to the outcome; NULL on error
 * @return LSC_OK; LSC_BAD_DATA (no rows, one class, an outcome too few to split) saying what was
 *         found; LSC_UNSUPPORTED for a source that cannot rewind; what the source reports;
 *         LSC_TRAINING with XGBoost's message; LSC_CANCELLED; LSC_LIMIT; LSC_NO_MEMORY;
 *         LSC_INVALID_ARG.
 * @since 0.1
 */
LSC_API lsc_status lsc_train_model(lsc_source *source, const lsc_train *train,
                                   lsc_training **training, lsc_error *error);

/** The bundle's bytes. Owned by `training`; lsc_bundle_write() writes them. @since 0.1 */
LSC_API const void *lsc_training_bundle(const lsc_training *training, size_t *length);
/** Whether the gate passed. @since 0.1 */
LSC_API bool lsc_training_gate_passed(const lsc_training *training);
/** The gate's reasons, a line each, owned by `training`. @since 0.1 */
LSC_API const char *lsc_training_gate_reasons(const lsc_training *training);
/** How many columns may leak (docs/leaks.md); with drop_leaks they were left out. @since 0.1 */
LSC_API size_t lsc_training_n_leaks(const lsc_training *training);
/** The column of a suspicion, as lsc_leak_call has it; NULL when out of range. Owned by `training`.
    @since 0.1 */
LSC_API const char *lsc_training_leak_column(const lsc_training *training, size_t leak);
/** Its reason; NULL when out of range. Owned by `training`. @since 0.1 */
LSC_API const char *lsc_training_leak_reason(const lsc_training *training, size_t leak);
/** metrics.json of the bundle, owned by `training`. @since 0.1 */
LSC_API const char *lsc_training_metrics_json(const lsc_training *training);
/** Free. NULL is allowed. @since 0.1 */
LSC_API void lsc_training_free(lsc_training *training);

/**
 * The rows that training would make, for a look or another tool. The source is read twice.
 *
 * @param row  called for each row: the lead's id, its as-of time (LSC_TIME_NONE in a table), its
 *             vector float32 [n_columns] and its label. Returning false stops (LSC_CANCELLED)
 * @return as lsc_train_model(). train->spec is used as it is: nothing is learned into it.
 * @since 0.1
 */
LSC_API lsc_status lsc_training_rows(lsc_source *source, const lsc_train *train,
                                     bool (*row)(void *ctx, const char *lead_id, int64_t as_of_ms,
                                                 const float *columns, size_t n_columns,
                                                 bool label),
                                     void *ctx, lsc_error *error);

/**
 * Metrics of predicted probabilities, each with a 95 % interval from a seeded bootstrap, as JSON
 * (docs/metrics.md): {"n_rows", "n_positive", "roc_auc": {"value", "low", "high"}, "pr_auc",
 * "log_loss", "brier", "ece", "ks", "lift_10", ...}, with curves and tables to draw.
 *
 * @param labels         [n_rows], 0 or 1
 * @param probabilities  [n_rows], in [0, 1]
 * @param seed           of the bootstrap
 * @param json           set to a text freed with lsc_text_free(); NULL on error
 * @return LSC_OK; LSC_BAD_DATA when there is one class only, or no row; LSC_INVALID_ARG for a
 *         number out of range, naming the row; LSC_NO_MEMORY.
 * @since 0.1
 */
LSC_API lsc_status lsc_metrics_json(const unsigned char *labels, const double *probabilities,
                                    size_t n_rows, uint64_t seed, char **json, lsc_error *error);

/**
 * Measure a model on leads whose outcome is known: the rows that training would make of them, each
 * scored by the model with nothing later visible, and weighed as in training. JSON as that of
 * lsc_metrics_json(), and "grades" by the thresholds of the model (docs/metrics.md).
 *
 * Intervals are for leads, not for rows: the rows of one lead are drawn together. Where the model
 * gives no probability (a scorecard) points / 100 stand for it. Leads that the model was trained on
 * flatter it.
 *
 * @param source  read twice, each time from its first lead
 * @param train   how rows are made (horizon_ms, every_ms, rows_per_lead, seed; repeats, which is set for a
 *                model that was trained so), and progress; what else is in it does not count. May be NULL
 * @param json    set to a text freed with lsc_text_free(); NULL on error
 * @return LSC_OK; LSC_BAD_DATA when there is no row, or one class only; LSC_UNSUPPORTED for a source
 *         that cannot rewind, or a model of a later format; LSC_BAD_JSON, LSC_BAD_MODEL for a damaged
 *         reference.json; what the source reports; LSC_CANCELLED; LSC_LIMIT; LSC_NO_MEMORY;
 *         LSC_INVALID_ARG.
 * @since 0.1
 */
LSC_API lsc_status lsc_model_evaluate(lsc_model *model, lsc_source *source, const lsc_train *train,
                                      char **json, lsc_error *error);

/** Which leads are compared with those of training. Start from LSC_DRIFT_INIT. */
typedef struct lsc_drift {
    size_t size;           /**< sizeof(lsc_drift) */
    int64_t as_of_ms;      /**< leads as they were then; needed where the source has times */
    int64_t horizon_ms;    /**< outcomes count within this time; 0: that of the model's training */
    uint64_t seed;         /**< of the bootstrap of the metrics */
    lsc_progress progress; /**< may be NULL; the fraction is negative */
    void *progress_ctx;
} lsc_drift;

/* clang-format off */
#define LSC_DRIFT_INIT {sizeof(lsc_drift), LSC_TIME_NONE, 0, 0, NULL, NULL}
/* clang-format on */

/** As lsc_activity_init(), with LSC_DRIFT_INIT. @since 0.1 */
LSC_API void lsc_drift_init(lsc_drift *drift, size_t size);

/**
 * Whether leads are still such as a model was trained on: population stability index and p-value of
 * each feature and of the score; where outcomes are known, calibration and metrics on them; what to
 * do about it. As JSON (docs/drift.md).
 *
 * In a source with times a lead counts that was there at as_of_ms and had not converted; its outcome
 * is known where the data go on for the horizon after that. In a plain table every row counts.
 *
 * @param model   one that lsc_train_model() made
 * @param source  read once, from where it stands to its end
 * @param drift   may be NULL for a table
 * @param json    set to a text freed with lsc_text_free(); NULL on error
 * @return LSC_OK; LSC_UNSUPPORTED for a model without reference.json (a scorecard, an imported
 *         one); LSC_BAD_MODEL for a reference that is none; LSC_BAD_DATA when no lead is left to
 *         compare; what the source reports; LSC_CANCELLED; LSC_LIMIT; LSC_NO_MEMORY;
 *         LSC_INVALID_ARG.
 * @since 0.1
 */
LSC_API lsc_status lsc_drift_json(lsc_model *model, lsc_source *source, const lsc_drift *drift,
                                  char **json, lsc_error *error);

LSC_END_DECLS

#endif
