/**
 * @file node_training.h
 * What is found out from leads, with XGBoost or without: in threads of their own.
 */
#ifndef LSC_NODE_TRAINING_H
#define LSC_NODE_TRAINING_H

#include "node_data.h"
#include "node_job.h"

#include <leadscore/train.h>

/** How rows are made and models are trained, in the order of lib/training.js. */
enum {
    LSC_NODE_HORIZON,
    LSC_NODE_EVERY,
    LSC_NODE_ROWS_PER_LEAD,
    LSC_NODE_SEED,
    LSC_NODE_FOLDS,
    LSC_NODE_GATE_AUC,
    LSC_NODE_GATE_OUTCOMES,
    LSC_NODE_THREADS,
    LSC_NODE_DROP_LEAKS,
    LSC_NODE_AS_OF,
    LSC_NODE_AS_OF_MS,
    LSC_NODE_REPEATS,
    LSC_NODE_EFFORT,
    LSC_NODE_FOLD_REPEATS,
    LSC_NODE_VALIDATION,
    LSC_NODE_LEARNER,
    LSC_NODE_NOTED,
    LSC_NODE_NUMBERS
};

/** Its texts, likewise. */
enum {
    LSC_NODE_XGBOOST,
    LSC_NODE_NAME,
    LSC_NODE_VERSION,
    LSC_NODE_MODEL_TYPE,
    LSC_NODE_SPEC,
    LSC_NODE_CREATED,
    LSC_NODE_STUDY_TEXTS
};

typedef struct lsc_node_study lsc_node_study;

/** Finds it out, in the study's thread, from its leads. */
typedef lsc_status (*lsc_node_find)(lsc_node_study *study, lsc_source *source);

/** Something that is found out from leads; the first member of kinds that have more. */
struct lsc_node_study {
    lsc_node_job job;
    lsc_node_find find;
    lsc_node_data data;
    lsc_node_text texts[LSC_NODE_STUDY_TEXTS];
    double numbers[LSC_NODE_NUMBERS];
    lsc_model *model; /**< the incumbent, or the one that is measured */
    lsc_training *training;
    uint64_t leads_gone; /**< of those that it was trained on */
    char *text;          /**< what it came to */
    lsc_spec *spec;
};

/**
 * Read (flag, progress, data, texts, numbers, model or undefined) and begin.
 *
 * @param size  of the kind
 * @param free  NULL: lsc_node_free_study()
 * @return the promise; NULL, and an exception, when it cannot be begun
 */
napi_value lsc_node_begin_study(napi_env env, napi_callback_info info, size_t size,
                                lsc_node_find find, lsc_node_answer answer,
                                void (*free)(lsc_node_job *job));
void lsc_node_free_study(lsc_node_job *job);

/** Have the spec that is given, inferred from the leads, or the default. */
lsc_status lsc_node_find_spec(lsc_node_study *study, lsc_source *source);
/** What the caller wants, and progress. */
void lsc_node_fill_train(lsc_node_study *study, lsc_train *train);

/** Of node_training.c and node_training_rows.c. */
extern const lsc_node_function lsc_node_training_functions[];
extern const lsc_node_function lsc_node_training_rows_functions[];

#endif
