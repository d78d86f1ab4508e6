/**
 * @file bench_leads.h
 * Simulated leads as feature vectors: what a sales team's numbers look like, and whether the lead
 * converted. Same seed, same leads.
 */
#ifndef LSC_TESTS_BENCH_LEADS_H
#define LSC_TESTS_BENCH_LEADS_H

#include <stddef.h>
#include <stdint.h>

/** Columns of a vector; nine of them can be missing. */
#define BENCH_COLUMNS 20

/**
 * @param rows    float32 [n_rows][BENCH_COLUMNS], filled; NaN means missing
 * @param labels  float32 [n_rows], filled with 0 and 1; NULL where not wanted
 */
void bench_leads(uint64_t seed, size_t n_rows, float *rows, float *labels);

#endif
