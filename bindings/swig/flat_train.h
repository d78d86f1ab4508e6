/**
 * @file flat_train.h
 * Training, and what is measured on leads. `watch` may be NULL; it is told the stage as bytes, and the fraction as its
 * first number, negative where that is unknown.
 */
#ifndef LEADSCORE_FLAT_TRAIN_H
#define LEADSCORE_FLAT_TRAIN_H

#include "flat_source.h"
#include "flat_watch.h"

#include <leadscore/store.h>
#include <leadscore/train.h>

#ifndef SWIG
/** The numbers of what is wanted, in this order; 0 is the library's default. */
enum {
    FLAT_HORIZON_MS,
    FLAT_EVERY_MS,
    FLAT_ROWS_PER_LEAD,
    FLAT_AS_OF,
    FLAT_AS_OF_MS,
    FLAT_REPEATS,
    FLAT_SEED,
    FLAT_EFFORT,
    FLAT_LEARNER,
    FLAT_VALIDATION,
    FLAT_FOLDS,
    FLAT_FOLD_REPEATS,
    FLAT_GATE_OUTCOMES,
    FLAT_THREADS,
    FLAT_DROP_LEAKS,
    FLAT_WANTED
};
#endif

/** What is wanted of a training, freed with flat_wanted_free(). */
typedef struct flat_wanted flat_wanted;

/** @param numbers  [FLAT_WANTED], or LSC_INVALID_ARG */
flat_wanted *flat_wanted_new(const int64_t *numbers, size_t n_numbers, double gate_auc,
                             lsc_error *error);
/** Texts for the bundle; each may be NULL, and is copied. */
void flat_wanted_name(flat_wanted *wanted, const char *name, const char *version,
                      const char *model_type, const char *created, lsc_error *error);
void flat_wanted_free(flat_wanted *wanted);

/** Look for XGBoost's library. `path` may be NULL. */
void flat_find_xgboost(const char *path, lsc_error *error);
/** Freed with lsc_training_free(). `incumbent` may be NULL. */
lsc_training *flat_train(lsc_source *source, const flat_wanted *wanted, const flat_spec *spec,
                         lsc_model *incumbent, flat_watch *watch, lsc_error *error);
flat_bytes flat_training_bundle(const lsc_training *training);
/** Note in a store what was trained from a source of it; how many of the leads are gone. */
int64_t flat_training_note(const lsc_training *training, lsc_source *source, lsc_store *store,
                           lsc_error *error);

/**
 * Tell the watch each row: as bytes the columns, float32, then the lead's id; as numbers the as-of time, NaN in a
 * table, and the label.
 */
void flat_training_rows(lsc_source *source, const flat_wanted *wanted, const flat_spec *spec,
                        flat_watch *watch, lsc_error *error);

/* Texts of JSON, freed with lsc_text_free(). */

char *flat_evaluate(lsc_model *model, lsc_source *source, const flat_wanted *wanted,
                    flat_watch *watch, lsc_error *error);
/** @param as_of_ms  LSC_TIME_NONE: not said */
char *flat_drift(lsc_model *model, lsc_source *source, int64_t as_of_ms, int64_t horizon_ms,
                 int64_t seed, flat_watch *watch, lsc_error *error);
/** LSC_INVALID_ARG where there are not as many labels, a byte each, as probabilities. */
char *flat_metrics(const char *labels, size_t labels_length, const double *probabilities,
                   size_t n_probabilities, int64_t seed, lsc_error *error);

#endif
