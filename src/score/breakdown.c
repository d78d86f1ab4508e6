#include "scorer.h"

#include <math.h>

/** The baseline and every group. */
#define MAX_PARTS (LSC_MAX_GROUPS + 1)

/**
 * Shapley values by their definition, in double: phi_g is the mean, over the orders in which the
 * groups can join, of what g adds when it joins,
 *
 *     phi_g = sum over S without g of |S|! (n - |S| - 1)! / n! · (v(S + g) - v(S))
 *
 * with v(S) = 100·c(base + totals of S). A set is a bit mask; its total is summed in group order. A
 * group whose total is 0 gets exactly 0. Returns v of no group at all.
 */
static double shapley(const lsc_calibration *calibration, double base, const double *totals,
                      size_t n, double *phi)
{
    double worth[1 << LSC_MAX_GROUPS];
    double share[LSC_MAX_GROUPS]; /* |S|! (n - |S| - 1)! / n! by |S| */
    unsigned char size[1 << LSC_MAX_GROUPS];
    for (unsigned set = 0; set < 1u << n; set++) {
        double margin = base;
        size[set] = 0;
        for (size_t g = 0; g < n; g++) {
            if (set >> g & 1) {
                margin += totals[g];
                size[set]++;
            }
        }
        worth[set] = margin;
    }
    lsc_calibrate_each(calibration, worth, (size_t)1 << n);
    for (unsigned set = 0; set < 1u << n; set++) {
        worth[set] *= 100;
    }
    for (size_t s = 0; s < n; s++) {
        share[s] = s == 0 ? 1 / (double)n : share[s - 1] * (double)s / (double)(n - s);
    }
    for (size_t g = 0; g < n; g++) {
        phi[g] = 0;
        for (unsigned set = 0; set < 1u << n; set++) {
            if ((set >> g & 1) == 0) {
                phi[g] += share[size[set]] * (worth[set | 1u << g] - worth[set]);
            }
        }
    }
    return worth[0];
}

/** The part that is furthest from its exact value, above or below; the first of equals. */
static size_t furthest(const double *exact, const int *rounded, size_t n, double sign)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++) {
        if (sign * (exact[i] - rounded[i]) > sign * (exact[best] - rounded[best])) {
            best = i;
        }
    }
    return best;
}

/**
 * Largest remainder: all are rounded down, then units go one by one to the part that lacks most,
 * until the sum is `total`. Where the sum is above it already, they are taken likewise.
 */
static void round_to_sum(const double *exact, size_t n, int total, int *rounded)
{
    int missing = total;
    for (size_t i = 0; i < n; i++) {
        rounded[i] = (int)floor(exact[i]);
        missing -= rounded[i];
    }
    for (; missing > 0; missing--) {
        rounded[furthest(exact, rounded, n, 1)]++;
    }
    for (; missing < 0; missing++) {
        rounded[furthest(exact, rounded, n, -1)]--;
    }
}

void lsc_breakdown(const lsc_model *model, double base, const double *group_totals, size_t n_groups,
                   int score, int *baseline, int *points)
{
    double exact[MAX_PARTS];
    int rounded[MAX_PARTS];
    if (model->engine == LSC_ENGINE_GBDT) {
        exact[0] = shapley(&model->calibration, base, group_totals, n_groups, exact + 1);
    } else {
        exact[0] = base;
        for (size_t g = 0; g < n_groups; g++) {
            exact[g + 1] = group_totals[g];
        }
    }
    round_to_sum(exact, n_groups + 1, score, rounded);
    *baseline = rounded[0];
    for (size_t g = 0; g < n_groups; g++) {
        points[g] = rounded[g + 1];
    }
}
