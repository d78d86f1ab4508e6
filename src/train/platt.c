#include "train/platt.h"

#include <math.h>
#include <stdbool.h>

#include "core/fixed_math.h"

/** Steps of the search, and halvings of one step: Newton needs about ten from afar. */
#define MAX_STEPS 100
#define MAX_HALVINGS 30
/** Gradient, as a share of the rows' weight, at which the search ends. */
#define SMALL_GRADIENT 1e-9
/** Kept on the Hessian's diagonal, as a share of the weight, so that it can be inverted. */
#define RIDGE 1e-12
/** How steeply the loss may rise at the end of a step, as a share of how it fell where that began. */
#define MOST_RISE 0.5
/** Rows whose probabilities are computed side by side. */
#define BLOCK 64

/** What is fitted to what. */
typedef struct fit_problem {
    const double *margins;
    const unsigned char *labels;
    const double *weights;
    size_t n_rows;
    double weight;          /**< of all rows */
    double positive_target; /**< what a converted row is to have: Platt's smoothing */
    double negative_target;
    bool slope_fixed;
} fit_problem;

/** Gradient and Hessian of the mean cross entropy. */
typedef struct curvature {
    double slope;
    double intercept;
    double slope_slope;
    double slope_intercept;
    double intercept_intercept;
} curvature;

double lsc_platt_log_odds(lsc_platt platt, double margin)
{
    return platt.slope * margin + platt.intercept;
}

double lsc_platt_probability(lsc_platt platt, double margin)
{
    return lsc_logistic(lsc_platt_log_odds(platt, margin));
}

static double target_of(const fit_problem *problem, size_t row)
{
    return problem->labels[row] ? problem->positive_target : problem->negative_target;
}

/** Add some rows to the sums, at most BLOCK. */
static void add_block(const fit_problem *problem, lsc_platt at, size_t first, size_t count,
                      curvature *sum)
{
    double probabilities[BLOCK];
    const double *margins = problem->margins + first;
    for (size_t i = 0; i < count; i++) {
        probabilities[i] = lsc_platt_log_odds(at, margins[i]);
    }
    lsc_logistic_each(probabilities, count);
    for (size_t i = 0; i < count; i++) {
        double weight = problem->weights[first + i];
        double miss = weight * (probabilities[i] - target_of(problem, first + i));
        double spread = weight * probabilities[i] * (1 - probabilities[i]);
        sum->slope += miss * margins[i];
        sum->intercept += miss;
        sum->slope_slope += spread * margins[i] * margins[i];
        sum->slope_intercept += spread * margins[i];
        sum->intercept_intercept += spread;
    }
}

static curvature curvature_at(const fit_problem *problem, lsc_platt at)
{
    curvature sum = {0, 0, 0, 0, 0};
    for (size_t first = 0; first < problem->n_rows; first += BLOCK) {
        size_t left = problem->n_rows - first;
        add_block(problem, at, first, left < BLOCK ? left : BLOCK, &sum);
    }
    double scale = 1 / problem->weight;
    return (curvature){sum.slope * scale, sum.intercept * scale, sum.slope_slope * scale + RIDGE,
                       sum.slope_intercept * scale, sum.intercept_intercept * scale + RIDGE};
}

/** Minus the inverse Hessian times the gradient. */
static lsc_platt newton_step(const fit_problem *problem, const curvature *at)
{
    if (problem->slope_fixed) {
        return (lsc_platt){0, -at->intercept / at->intercept_intercept};
    }
    double determinant =
        at->slope_slope * at->intercept_intercept - at->slope_intercept * at->slope_intercept;
    return (lsc_platt){
        -(at->intercept_intercept * at->slope - at->slope_intercept * at->intercept) / determinant,
        -(at->slope_slope * at->intercept - at->slope_intercept * at->slope) / determinant};
}

static bool is_flat(const fit_problem *problem, const curvature *at)
{
    return (problem->slope_fixed || fabs(at->slope) < SMALL_GRADIENT) &&
           fabs(at->intercept) < SMALL_GRADIENT;
}

/** How steeply the loss rises along a step. */
static double slope_along(const curvature *at, lsc_platt step)
{
    return at->slope * step.slope + at->intercept * step.intercept;
}

/**
 * One Newton step, halved while at its end the loss rises too steeply: since it is convex, the step
 * has then gone past the lowest point and far up again. Slopes are looked at and not the loss itself,
 * for they are needed anyway and take no logarithms.
 * @return false when no step will do
 */
static bool improve(const fit_problem *problem, curvature *here, lsc_platt *at)
{
    lsc_platt step = newton_step(problem, here);
    double steepest = -MOST_RISE * slope_along(here, step);
    double share = 1;
    for (int i = 0; i < MAX_HALVINGS; i++) {
        lsc_platt next = {at->slope + share * step.slope, at->intercept + share * step.intercept};
        curvature there = curvature_at(problem, next);
        if (slope_along(&there, step) <= steepest) {
            *at = next;
            *here = there;
            return true;
        }
        share /= 2;
    }
    return false;
}

static lsc_platt minimize(const fit_problem *problem, lsc_platt at)
{
    curvature here = curvature_at(problem, at);
    for (int i = 0; i < MAX_STEPS && !is_flat(problem, &here); i++) {
        if (!improve(problem, &here, &at)) {
            break;
        }
    }
    return at;
}

lsc_platt lsc_platt_fit(const double *margins, const unsigned char *labels, const double *weights,
                        size_t n_rows, const lsc_platt *start)
{
    double positive = 0;
    double negative = 0;
    for (size_t row = 0; row < n_rows; row++) {
        *(labels[row] ? &positive : &negative) += weights[row];
    }
    fit_problem problem = {.margins = margins,
                           .labels = labels,
                           .weights = weights,
                           .n_rows = n_rows,
                           .weight = positive + negative,
                           .positive_target = (positive + 1) / (positive + 2),
                           .negative_target = 1 / (negative + 2)};
    lsc_platt base = {0, lsc_log((positive + 1) / (negative + 1))};
    lsc_platt fitted = minimize(&problem, start != NULL ? *start : base);
    if (!(fitted.slope >= LSC_PLATT_LEAST_SLOPE)) {
        problem.slope_fixed = true;
        base.slope = LSC_PLATT_LEAST_SLOPE;
        fitted = minimize(&problem, base);
    }
    return fitted;
}
