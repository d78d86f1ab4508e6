/**
 * @file import_spec.h
 * The feature spec of an imported model: made from the names in it, or given and compared with them.
 */
#ifndef LSC_SCORE_IMPORT_SPEC_H
#define LSC_SCORE_IMPORT_SPEC_H

#include <leadscore/spec.h>

#include "core/error.h"
#include "model/xgboost_model.h"

/**
 * A spec with a feature for each column of the model: a number, a flag where XGBoost knew an
 * indicator ("i"), a code where it knew a category ("c") and its names.
 * @param spec  set to a new spec
 * @return LSC_OK; LSC_UNSUPPORTED where categories cannot be told by the names in the model;
 *         LSC_BAD_SPEC, LSC_LIMIT where a name cannot be one; LSC_NO_MEMORY.
 */
lsc_status lsc_import_spec(const lsc_xgboost_facts *facts, const lsc_allocator *allocator,
                           lsc_spec **spec, lsc_error *error);

/** LSC_BAD_MODEL where the spec's columns are not the model's features, naming the first. */
lsc_status lsc_import_check_spec(const lsc_xgboost_facts *facts, const lsc_spec *spec,
                                 lsc_error *error);

#endif
