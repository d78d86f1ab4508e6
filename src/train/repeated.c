#include "train/repeated.h"

#include <math.h>

/** A validation that is repeated, and what its dealings have given so far. */
typedef struct repetition {
    const lsc_rows *rows;
    const lsc_spec *spec;
    const lsc_growth *growth;
    const lsc_repeat_options *options;
    int64_t horizon_ms; /**< 0: folds of all rows */
    size_t n_folds;
    lsc_repeated *into;
    double values[LSC_MAX_FOLD_REPEATS][LSC_N_METRICS];
    lsc_stage stage; /**< of one dealing, moved on with each */
} repetition;

size_t lsc_repeats_count(const lsc_repeat_options *options)
{
    size_t by_folds = options->both && options->horizon_ms > 0 ? options->n_repeats : 0;
    return options->n_repeats - 1 + by_folds;
}

static void add_dealing(repetition *work, const lsc_split *split, const lsc_evaluation *evaluation)
{
    lsc_repeated *into = work->into;
    double share = 1 / (double)work->options->n_repeats;
    into->split_ms = split->split_ms;
    into->n_rows = evaluation->n_rows;
    into->n_positive = 0;
    for (size_t row = 0; row < evaluation->n_rows; row++) {
        into->n_positive += evaluation->labels[row];
    }
    for (size_t metric = 0; metric < LSC_N_METRICS; metric++) {
        const lsc_estimate *seen = &evaluation->estimates[metric];
        work->values[into->n_repeats][metric] = seen->value;
        into->means[metric].value += share * seen->value;
        into->means[metric].low += share * seen->low;
        into->means[metric].high += share * seen->high;
    }
    into->n_repeats++;
}

/** Deal the leads, train the folds, measure. @param seed  of all that is drawn */
static lsc_status deal_again(repetition *work, uint64_t seed, lsc_error *error)
{
    const lsc_allocator *allocator = work->rows->allocator;
    lsc_split split = {.allocator = allocator};
    lsc_fit fit = {.allocator = allocator};
    lsc_evaluation evaluation = {.allocator = allocator};
    lsc_fit_options options = work->options->fit;
    const double step = work->stage.to - work->stage.from;
    options.seed = seed;
    options.stage = work->stage;
    lsc_status status =
        lsc_split_make(work->rows, work->horizon_ms, work->n_folds, seed, &split, error);
    if (status == LSC_OK) {
        status = lsc_fit_folds(work->rows, &split, work->spec, work->growth, &options, &fit, error);
    }
    if (status == LSC_OK) {
        lsc_stage done = work->stage;
        done.from = done.to;
        status = lsc_evaluate(work->rows, &split, &fit, work->options->n_draws, seed, &done,
                              &evaluation, error);
    }
    if (status == LSC_OK) {
        add_dealing(work, &split, &evaluation);
        work->stage.from += step;
        work->stage.to += step;
    }
    lsc_evaluation_free(&evaluation);
    lsc_fit_free(&fit);
    lsc_split_free(&split);
    return status;
}

static void find_deviations(const repetition *work)
{
    lsc_repeated *into = work->into;
    for (size_t metric = 0; metric < LSC_N_METRICS && into->n_repeats > 1; metric++) {
        double squares = 0;
        for (size_t i = 0; i < into->n_repeats; i++) {
            double miss = work->values[i][metric] - into->means[metric].value;
            squares += miss * miss;
        }
        into->deviations[metric] = sqrt(squares / (double)(into->n_repeats - 1));
    }
}

/** Deal as often as is asked for, less what was dealt already. */
static lsc_status repeat(repetition *work, uint64_t purpose, lsc_error *error)
{
    lsc_status status = LSC_OK;
    while (status == LSC_OK && work->into->n_repeats < work->options->n_repeats) {
        uint64_t seed = lsc_mix(work->options->fit.seed, work->into->n_repeats, purpose);
        status = deal_again(work, seed, error);
    }
    if (status == LSC_OK) {
        find_deviations(work);
    }
    return status;
}

lsc_status lsc_repeat_validation(const lsc_rows *rows, const lsc_spec *spec, const lsc_split *split,
                                 const lsc_fit *fit, const lsc_evaluation *evaluation,
                                 const lsc_repeat_options *options, lsc_validations *validations,
                                 lsc_error *error)
{
    const size_t n_dealings = lsc_repeats_count(options);
    repetition work = {.rows = rows,
                       .spec = spec,
                       .growth = &fit->growth,
                       .options = options,
                       .horizon_ms = options->horizon_ms,
                       .n_folds = split->n_folds,
                       .into = &validations->items[0],
                       .stage = options->fit.stage};
    *validations = (lsc_validations){.n = 0};
    if (n_dealings == 0) {
        return LSC_OK;
    }
    work.stage.to = work.stage.from + (work.stage.to - work.stage.from) / (double)n_dealings;
    add_dealing(&work, split, evaluation);
    lsc_status status = repeat(&work, 7, error);
    validations->n = 1;
    if (status == LSC_OK && options->both && options->horizon_ms > 0) {
        work.horizon_ms = 0;
        work.into = &validations->items[1];
        status = repeat(&work, 8, error);
        validations->n = 2;
    }
    return status;
}
