#include "simulated.h"

#include <math.h>
#include <stdlib.h>

#include "core/fixed_math.h"
#include "score/scorer.h"
#include "train_support.h"

/** Spread of the margins. */
#define SPREAD 1.2
#define N_NEW 2000

static double steep(double margin)
{
    return lsc_logistic(1.3 * margin - 2);
}

static double flat(double margin)
{
    return lsc_logistic(0.5 * margin - 1);
}

static double rare(double margin)
{
    return lsc_logistic(margin - 4.5);
}

static double kinked(double margin)
{
    return 0.05 + 0.25 * fmin(fmax(margin, 0), 2);
}

static double stepped(double margin)
{
    return 0.02 + (margin > 0.5 ? 0.3 : 0) + (margin > 1.5 ? 0.2 : 0);
}

static double cubic(double margin)
{
    return lsc_logistic(margin * margin * margin / 2 - 1.5);
}

const simulated_truth simulated_truths[N_SIMULATED_TRUTHS] = {
    {"steep", steep},   {"flat", flat},       {"rare", rare},
    {"kinked", kinked}, {"stepped", stepped}, {"cubic", cubic},
};

const simulated_design simulated_designs[N_SIMULATED_DESIGNS] = {
    {"a row a lead", 1, false},
    {"4 rows a lead", 4, false},
    {"4 weighted rows a lead", 4, true},
};

simulated_rows simulate(const simulated_truth *truth, const simulated_design *design, size_t n_rows,
                        lsc_random *random)
{
    simulated_rows made = {.margins = calloc(n_rows, sizeof(double)),
                           .weights = calloc(n_rows, sizeof(double)),
                           .labels = calloc(n_rows, 1),
                           .groups = calloc(n_rows, sizeof(uint32_t))};
    double middle = 0;
    double fate = 0;
    for (size_t row = 0; row < n_rows; row++) {
        if (row % design->rows_a_lead == 0) {
            middle = random_normal(random);
            fate = lsc_random_uniform(random);
        }
        double own = design->rows_a_lead > 1 ? random_normal(random) : 0;
        /* The variance is that of a row alone. */
        double share = design->rows_a_lead > 1 ? 0.8 : 1;
        made.margins[row] = SPREAD * (share * middle + sqrt(1 - share * share) * own);
        made.weights[row] = design->weighted ? 0.25 + 1.5 * lsc_random_uniform(random) : 1;
        made.labels[row] = fate < truth->probability(made.margins[row]);
        made.groups[row] = (uint32_t)(row / design->rows_a_lead);
    }
    made.rows = (lsc_calibrated){.margins = made.margins,
                                 .labels = made.labels,
                                 .weights = made.weights,
                                 .groups = design->rows_a_lead > 1 ? made.groups : NULL,
                                 .n_groups = (n_rows - 1) / design->rows_a_lead + 1,
                                 .n_rows = n_rows};
    return made;
}

void simulated_free(simulated_rows *rows)
{
    free(rows->margins);
    free(rows->weights);
    free(rows->labels);
    free(rows->groups);
}

simulated_coverage simulated_cover(const simulated_truth *truth, const simulated_design *design,
                                   size_t n_rows, uint64_t seed)
{
    lsc_random random;
    lsc_random_seed(&random, seed);
    simulated_rows made = simulate(truth, design, n_rows, &random);
    const lsc_allocator *allocator = lsc_default_allocator();
    lsc_calibrator fitted;
    simulated_coverage seen = {0, 0, 0};
    if (lsc_calibrator_fit(&made.rows, LSC_CALIBRATION_NONE, seed, allocator, &fitted, NULL) !=
        LSC_OK) {
        abort(); /* no memory; a bench has no assertions of Check */
    }
    for (size_t i = 0; i < N_NEW; i++) {
        double margin = SPREAD * random_normal(&random);
        double low;
        double high;
        double probability = lsc_calibrate(&fitted.calibration, margin);
        double truly = truth->probability(margin);
        lsc_calibrate_interval(&fitted.calibration, margin, &low, &high);
        seen.covered += low <= truly && truly <= high ? 1.0 / N_NEW : 0;
        seen.width += (high - low) / N_NEW;
        seen.error += (probability - truly) * (probability - truly) / N_NEW;
    }
    seen.error = sqrt(seen.error);
    lsc_calibration_free(allocator, &fitted.calibration);
    simulated_free(&made);
    return seen;
}
