/**
 * @file reference.h
 * reference.json: how the columns and the probability of the measured rows were distributed, so that
 * drift can be told later. Of a source with times these are the newest rows: leads go on from them.
 * Shares of bins only, each with at least LSC_LEVEL_SUPPORT rows, and rounded edges: no row of the
 * data can be read from it.
 */
#ifndef LSC_TRAIN_REFERENCE_H
#define LSC_TRAIN_REFERENCE_H

#include "train/report.h"

/** Append reference.json. @param model  the one that is shipped */
lsc_status lsc_reference_write(const lsc_findings *findings, lsc_model *model, lsc_buffer *out,
                               lsc_error *error);

#endif
