/**
 * @file golden.h
 * golden.ndjson of a bundle: synthetic vectors and what the model gives for them, to the bit.
 * docs/bundle.md describes it.
 */
#ifndef LSC_SCORE_GOLDEN_H
#define LSC_SCORE_GOLDEN_H

#include <leadscore/model.h>

#include "core/buffer.h"
#include "core/error.h"
#include "core/visibility.h"

/** Lines that training and lsc_scorecard_build() put into a bundle. */
#define LSC_GOLDEN_ROWS 32

/**
 * Append LSC_GOLDEN_ROWS golden lines of a model. The vectors are made from the model alone: values
 * at and just below its own thresholds, and missing ones. Same model, same bytes.
 *
 * To make a bundle that holds them: lsc_bundle_pack() without them, lsc_model_read(),
 * lsc_golden_write(), lsc_bundle_pack() with them.
 */
LSC_SHARED lsc_status lsc_golden_write(lsc_model *model, lsc_buffer *out, lsc_error *error);

/**
 * Score the golden lines of a model again.
 * @return LSC_OK; LSC_MISMATCH naming the line and what differs; LSC_BAD_MODEL where the bundle has
 *         no golden lines, or broken ones; LSC_NO_MEMORY.
 */
LSC_SHARED lsc_status lsc_golden_check(lsc_model *model, lsc_error *error);

#endif
