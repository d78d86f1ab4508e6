/**
 * @file feature_codes.h
 * Texts that stand for numbers, 0, 1, ..., in the order in which they are given: the categories of a
 * model that was trained on codes.
 */
#ifndef LSC_FEATURES_FEATURE_CODES_H
#define LSC_FEATURES_FEATURE_CODES_H

#include <stddef.h>

#include "features/feature_spec.h"

/** What a text that has no code counts as: no category is negative, so that no split knows it. */
#define LSC_NO_CODE (-1.0)

/** The code of a text, or LSC_NO_CODE. */
double lsc_code_find(const lsc_code_list *codes, const char *text);

#endif
