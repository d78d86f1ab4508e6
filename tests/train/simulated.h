/**
 * @file simulated.h
 * Margins whose true probabilities are known, to see how often an interval holds them. For the
 * tests, and for more seeds in the bench.
 */
#ifndef LSC_TESTS_SIMULATED_H
#define LSC_TESTS_SIMULATED_H

#include "core/random.h"
#include "train/calibrator.h"

/** How the probability goes with the margin. */
typedef struct simulated_truth {
    const char *name;
    double (*probability)(double margin);
} simulated_truth;

#define N_SIMULATED_TRUTHS 6
extern const simulated_truth simulated_truths[N_SIMULATED_TRUTHS];

/** Rows of leads: how many each has, and whether rows have weights. */
typedef struct simulated_design {
    const char *name;
    size_t rows_a_lead;
    bool weighted;
} simulated_design;

#define N_SIMULATED_DESIGNS 3
extern const simulated_design simulated_designs[N_SIMULATED_DESIGNS];

/** Rows, owned. */
typedef struct simulated_rows {
    double *margins;
    double *weights;
    unsigned char *labels;
    uint32_t *groups;
    lsc_calibrated rows; /**< of these */
} simulated_rows;

/** Rows of one lead have similar margins and share one fate: all labels come of one number drawn. */
simulated_rows simulate(const simulated_truth *truth, const simulated_design *design, size_t n_rows,
                        lsc_random *random);
void simulated_free(simulated_rows *rows);

/** What was seen of a calibration on margins that it was not fitted to. */
typedef struct simulated_coverage {
    double covered; /**< share whose true probability lies in the interval */
    double width;   /**< mean of the interval */
    double error;   /**< root of the mean squared difference of probability and truth */
} simulated_coverage;

/** Fit a calibration to simulated rows, and look at new margins. */
simulated_coverage simulated_cover(const simulated_truth *truth, const simulated_design *design,
                                   size_t n_rows, uint64_t seed);

#endif
