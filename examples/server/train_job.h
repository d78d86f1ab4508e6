/**
 * @file train_job.h
 * One training, from the leads of an organization to a model among its others.
 */
#ifndef SRV_TRAIN_JOB_H
#define SRV_TRAIN_JOB_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include <leadscore/train.h>

#include "app.h"
#include "job_rows.h"

/** The least role of who may ask for a training, as the document has it of createModel. */
#define SRV_TRAINING_ROLE SRV_ROLE_ADMIN

/** How to train. */
typedef struct srv_training {
    char *name;
    char *version;
    int64_t horizon_ms;
    lsc_effort effort;
    bool activate; /**< where the gate passed */
} srv_training;

/** What came of it. */
typedef struct srv_trained {
    char sha256[65]; /**< the model's id; "" where there is none */
    bool gate_passed;
    bool
        leads_went; /**< a lead was deleted meanwhile, so that the model is not kept: LSC_NOT_FOUND */
} srv_trained;

/** Read what is wanted. False: no memory. */
bool srv_training_read(srv_training *training, const json_t *wanted);
void srv_training_free(srv_training *training);

/**
 * Train, through connections of its own. The calling thread's for minutes. Begun anew on the same leads it gives
 * the same bundle, which the store holds once. Where who asked for it may not do so any more, when it begins or
 * when it ends, it is LSC_INVALID_ARG.
 *
 * @param job  whose training it is, and since when
 */
lsc_status srv_train(srv_app *app, const srv_job *job, const srv_training *training,
                     lsc_progress progress, void *progress_ctx, srv_trained *trained,
                     lsc_error *error);

#endif
