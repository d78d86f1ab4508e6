/* How often the interval of a probability holds the true one: seeds beyond those of the tests. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "simulated.h"

static const size_t sizes[] = {1500, 5000, 20000};

/** One line: the mean over the seeds. */
static double line(const simulated_truth *truth, const simulated_design *design, size_t n_leads,
                   size_t n_seeds)
{
    simulated_coverage sum = {0, 0, 0};
    for (size_t seed = 0; seed < n_seeds; seed++) {
        simulated_coverage seen =
            simulated_cover(truth, design, n_leads * design->rows_a_lead, seed + 1000);
        sum.covered += seen.covered / (double)n_seeds;
        sum.width += seen.width / (double)n_seeds;
        sum.error += seen.error / (double)n_seeds;
    }
    printf("%-8s  %-22s  %6zu   %.3f     %.4f   %.4f\n", truth->name, design->name, n_leads,
           sum.covered, sum.width, sum.error);
    fflush(stdout);
    return sum.covered;
}

int main(int argc, char **argv)
{
    size_t n_seeds = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 100;
    double sum = 0;
    double least = 1;
    size_t n = 0;
    printf("%-8s  %-22s  %6s   %s   %s    %s\n", "TRUTH", "ROWS", "LEADS", "COVERED", "WIDTH",
           "ERROR");
    for (size_t size = 0; size < sizeof sizes / sizeof sizes[0]; size++) {
        for (size_t design = 0; design < N_SIMULATED_DESIGNS; design++) {
            for (size_t truth = 0; truth < N_SIMULATED_TRUTHS; truth++) {
                double covered = line(&simulated_truths[truth], &simulated_designs[design],
                                      sizes[size], n_seeds);
                least = fmin(least, covered);
                sum += covered;
                n++;
            }
        }
    }
    printf("%zu seeds: %.3f of the true probabilities lie in their intervals, %.3f at the least\n",
           n_seeds, sum / (double)n, least);
    return 0;
}
