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
/** Share of the expected gain that a step must bring (Armijo). */
#define LEAST_GAIN 1e-4

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

/** Gradient and Hessian of the loss, a share of the weight. */
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

/** Mean cross entropy, in a form that overflows for no log-odds (Lin, Lin and Weng, section 3). */
static double loss_at(const fit_problem *problem, lsc_platt at)
{
    double sum = 0;
    for (size_t row = 0; row < problem->n_rows; row++) {
        double odds = lsc_platt_log_odds(at, problem->margins[row]);
        double surplus = odds >= 0 ? 1 - target_of(problem, row) : -target_of(problem, row);
        sum += problem->weights[row] * (surplus * odds + lsc_log(1 + lsc_exp(-fabs(odds))));
    }
    return sum / problem->weight;
}

static curvature curvature_at(const fit_problem *problem, lsc_platt at)
{
    curvature sum = {0, 0, 0, 0, 0};
    for (size_t row = 0; row < problem->n_rows; row++) {
        double margin = problem->margins[row];
        double probability = lsc_platt_probability(at, margin);
        double miss = problem->weights[row] * (probability - target_of(problem, row));
        double spread = problem->weights[row] * probability * (1 - probability);
        sum.slope += miss * margin;
        sum.intercept += miss;
        sum.slope_slope += spread * margin * margin;
        sum.slope_intercept += spread * margin;
        sum.intercept_intercept += spread;
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

/** One Newton step, halved until it lowers the loss. @return false when none does */
static bool improve(const fit_problem *problem, const curvature *here, lsc_platt *at, double *loss)
{
    lsc_platt step = newton_step(problem, here);
    double expected = here->slope * step.slope + here->intercept * step.intercept;
    double share = 1;
    for (int i = 0; i < MAX_HALVINGS; i++) {
        lsc_platt next = {at->slope + share * step.slope, at->intercept + share * step.intercept};
        double next_loss = loss_at(problem, next);
        if (next_loss < *loss + LEAST_GAIN * share * expected) {
            *at = next;
            *loss = next_loss;
            return true;
        }
        share /= 2;
    }
    return false;
}

static lsc_platt minimize(const fit_problem *problem, lsc_platt at)
{
    double loss = loss_at(problem, at);
    for (int i = 0; i < MAX_STEPS; i++) {
        curvature here = curvature_at(problem, at);
        if (is_flat(problem, &here) || !improve(problem, &here, &at, &loss)) {
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
