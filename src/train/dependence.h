/**
 * @file dependence.h
 * What the model makes of each feature: how much its values move the margin, and which way. Kept in
 * reference.json as means over many rows, so that a report can draw it without any row.
 */
#ifndef LSC_TRAIN_DEPENDENCE_H
#define LSC_TRAIN_DEPENDENCE_H

#include <leadscore/model.h>

#include "core/json.h"
#include "train/report.h"

/** Rows that are explained, at the most; they are spread evenly over all. */
#define LSC_DEPENDENCE_ROWS 20000
/** Features whose bins are kept, and categories beyond these. */
#define LSC_DEPENDENCE_FEATURES 12
#define LSC_DEPENDENCE_CATEGORIES 4
/** Levels of a category that are kept; the others are taken together. */
#define LSC_DEPENDENCE_LEVELS 12

/** Append the member "dependence" (docs/training.md). @param model  the one that is shipped */
lsc_status lsc_dependence_put(lsc_json_writer *writer, const lsc_findings *findings,
                              lsc_model *model, lsc_error *error);

#endif
