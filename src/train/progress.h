/**
 * @file progress.h
 * Telling the caller how far training has come, and hearing whether to stop.
 */
#ifndef LSC_TRAIN_PROGRESS_H
#define LSC_TRAIN_PROGRESS_H

#include <leadscore/train.h>

#include "core/error.h"

/** A part of the work: from `from` to `to` of the whole. */
typedef struct lsc_stage {
    lsc_progress call; /**< may be NULL */
    void *ctx;
    const char *name; /**< static */
    double from;
    double to;
} lsc_stage;

/**
 * @param share  of this part, 0 to 1; negative where unknown
 * @return LSC_OK, or LSC_CANCELLED when the caller asks to stop.
 */
static inline lsc_status lsc_stage_report(const lsc_stage *stage, double share, lsc_error *error)
{
    double fraction = share < 0 ? -1 : stage->from + share * (stage->to - stage->from);
    if (stage->call != NULL && !stage->call(stage->ctx, stage->name, fraction)) {
        return lsc_fail(error, LSC_CANCELLED, "training was stopped by its caller, while %s",
                        stage->name);
    }
    return LSC_OK;
}

#endif
