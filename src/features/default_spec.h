/**
 * @file default_spec.h
 * default_spec.json, compiled in.
 */
#ifndef LSC_FEATURES_DEFAULT_SPEC_H
#define LSC_FEATURES_DEFAULT_SPEC_H

#include <stddef.h>

/** Not NUL-terminated. */
extern const char lsc_default_spec_json[];
extern const size_t lsc_default_spec_json_length;

#endif
