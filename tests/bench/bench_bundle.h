/**
 * @file bench_bundle.h
 * A forest of XGBoost's as a bundle, with a spec of plain numbers f0, f1, ...
 */
#ifndef LSC_TESTS_BENCH_BUNDLE_H
#define LSC_TESTS_BENCH_BUNDLE_H

#include <stddef.h>

#include "core/buffer.h"

/** Append the bundle of a model.ubj to `bundle`. */
void bench_bundle(const void *ubjson, size_t length, size_t n_columns, float base_score,
                  lsc_buffer *bundle);

#endif
