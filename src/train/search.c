#include "train/search.h"

#include <math.h>

#include "core/fixed_math.h"
#include "train/fold_crew.h"

/** A change of one setting. */
typedef struct setting_change {
    enum {
        CHANGE_DEPTH,
        CHANGE_CHILD_WEIGHT,
        CHANGE_COLUMN_SHARE,
        CHANGE_SUBSAMPLE,
        CHANGE_LAMBDA
    } setting;
    double value;
} setting_change;

static const setting_change STANDARD[] = {
    {CHANGE_DEPTH, 3},
    {CHANGE_DEPTH, 7},
    {CHANGE_CHILD_WEIGHT, 20},
};

static const setting_change BEST[] = {
    {CHANGE_DEPTH, 3},         {CHANGE_DEPTH, 4},         {CHANGE_DEPTH, 6},
    {CHANGE_DEPTH, 8},         {CHANGE_CHILD_WEIGHT, 1},  {CHANGE_CHILD_WEIGHT, 20},
    {CHANGE_CHILD_WEIGHT, 50}, {CHANGE_COLUMN_SHARE, .5}, {CHANGE_COLUMN_SHARE, 1},
    {CHANGE_SUBSAMPLE, .5},    {CHANGE_LAMBDA, 10},
};

/** What an effort does. */
typedef struct search_plan {
    const setting_change *changes;
    size_t n_changes;
    size_t n_folds;    /**< that the search trains */
    int searched_with; /**< trees a round of the search */
    int trees_a_round; /**< of what comes out */
    double eta;        /**< of what comes out */
} search_plan;

#define COUNT(list) (sizeof(list) / sizeof *(list))

static const search_plan PLANS[] = {
    [LSC_EFFORT_STANDARD] = {STANDARD, COUNT(STANDARD), 3, 2, 4, 0.1},
    [LSC_EFFORT_QUICK] = {NULL, 0, 0, 1, 1, 0.1},
    [LSC_EFFORT_BEST] = {BEST, COUNT(BEST), 5, 2, 8, 0.05},
};

static lsc_growth apply(lsc_growth growth, const setting_change *change)
{
    switch (change->setting) {
    case CHANGE_DEPTH:
        growth.max_depth = (int)change->value;
        break;
    case CHANGE_CHILD_WEIGHT:
        growth.min_child_weight = change->value;
        break;
    case CHANGE_COLUMN_SHARE:
        growth.column_share = change->value;
        break;
    case CHANGE_SUBSAMPLE:
        growth.subsample = change->value;
        break;
    case CHANGE_LAMBDA:
        growth.lambda = change->value;
        break;
    }
    return growth;
}

/** Log loss of the training rows of the first folds, times their weight. */
static double loss_of(const lsc_fold_task *task, size_t n_folds, const float *margins)
{
    double sum = 0;
    for (size_t row = 0; row < task->rows->n_rows; row++) {
        if ((task->split->parts[row] & LSC_ROW_TRAINED) == 0 ||
            lsc_split_fold(task->split, task->rows, row) >= n_folds) {
            continue;
        }
        double margin = (double)margins[row];
        double odds = task->rows->labels[row] ? margin : -margin;
        double loss = fmax(-odds, 0) + lsc_log(1 + lsc_exp(-fabs(odds)));
        sum += (double)task->rows->weights[row] * loss;
    }
    return sum;
}

static lsc_status try_growth(const lsc_fold_task *task, const lsc_growth *growth, size_t n_folds,
                             size_t threads, const lsc_stage *stage, float *margins, double *loss,
                             lsc_error *error)
{
    lsc_fold_task tried = *task;
    size_t rounds[LSC_MAX_FOLDS];
    tried.growth = growth;
    lsc_status status =
        lsc_fold_crew_train(&tried, n_folds, threads, stage, margins, rounds, error);
    if (status == LSC_OK) {
        *loss = loss_of(task, n_folds, margins);
    }
    return status;
}

/** The n-th of `of` parts of a stage. */
static lsc_stage part_of(const lsc_stage *stage, size_t n, size_t of)
{
    lsc_stage part = *stage;
    double length = (stage->to - stage->from) / (double)of;
    part.from = stage->from + (double)n * length;
    part.to = part.from + length;
    return part;
}

static lsc_status climb(const lsc_fold_task *task, const search_plan *plan, size_t threads,
                        const lsc_stage *stage, float *margins, lsc_growth *growth,
                        lsc_error *error)
{
    size_t n_folds = plan->n_folds;
    if (n_folds > task->split->n_folds) {
        n_folds = task->split->n_folds;
    }
    lsc_stage part = part_of(stage, 0, plan->n_changes + 1);
    double best = 0;
    lsc_status status = try_growth(task, growth, n_folds, threads, &part, margins, &best, error);
    for (size_t i = 0; i < plan->n_changes && status == LSC_OK; i++) {
        lsc_growth changed = apply(*growth, &plan->changes[i]);
        double loss = 0;
        part = part_of(stage, i + 1, plan->n_changes + 1);
        status = try_growth(task, &changed, n_folds, threads, &part, margins, &loss, error);
        if (status == LSC_OK && loss < best) {
            best = loss;
            *growth = changed;
        }
    }
    return status;
}

lsc_status lsc_search_growth(const lsc_fold_task *task, lsc_effort effort, size_t threads,
                             const lsc_stage *stage, float *margins, lsc_growth *growth,
                             size_t *n_tried, lsc_error *error)
{
    const search_plan *plan = &PLANS[effort];
    lsc_status status = LSC_OK;
    *growth = lsc_usual_growth;
    *n_tried = 0;
    if (plan->n_changes > 0) {
        growth->trees_a_round = plan->searched_with;
        status = climb(task, plan, threads, stage, margins, growth, error);
        *n_tried = plan->n_changes + 1;
    }
    growth->trees_a_round = plan->trees_a_round;
    growth->eta = plan->eta;
    return status;
}

double lsc_search_share(lsc_effort effort)
{
    const search_plan *plan = &PLANS[effort];
    if (plan->n_changes == 0) {
        return 0;
    }
    /* In trees of a round at eta 0.1: five folds and the model are trained with what comes out. */
    double search = (double)(plan->n_folds * (plan->n_changes + 1)) * plan->searched_with;
    double rest = 6 * plan->trees_a_round * lsc_usual_growth.eta / plan->eta;
    return search / (search + rest);
}
