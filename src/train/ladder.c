#include "train/ladder.h"

#include "train/gate.h"

/** Of the work of fitting and evaluating, what fitting takes; of a climb, what the first step takes. */
#define FIT_SHARE (8.0 / 9)
#define FIRST_SHARE 0.3

/** A step: something that is learned, and how good it is. */
typedef struct ladder_step {
    lsc_fit fit;
    lsc_evaluation evaluation;
} ladder_step;

static void step_free(ladder_step *step)
{
    lsc_evaluation_free(&step->evaluation);
    lsc_fit_free(&step->fit);
}

/** A part of a stage, by shares of it. */
static lsc_stage part_of(const lsc_stage *stage, double from, double to)
{
    lsc_stage part = *stage;
    double length = stage->to - stage->from;
    part.from = stage->from + from * length;
    part.to = stage->from + to * length;
    return part;
}

/** A step's measuring, which goes on beside other work. */
typedef struct measuring_job {
    const lsc_rows *rows;
    const lsc_split *split;
    const lsc_ladder_options *options;
    const lsc_stage *stage;
    ladder_step *step;
} measuring_job;

static lsc_status measure_step(void *ctx, lsc_error *error)
{
    const measuring_job *job = ctx;
    return lsc_evaluate(job->rows, job->split, &job->step->fit, job->options->n_draws,
                        job->options->fit.seed, job->stage, &job->step->evaluation, error);
}

static lsc_status take_step(const lsc_rows *rows, const lsc_split *split, const lsc_spec *spec,
                            const lsc_ladder_options *options, lsc_learner learner,
                            const lsc_stage *stage, ladder_step *step, lsc_error *error)
{
    lsc_fit_options fit_options = options->fit;
    lsc_stage measuring = part_of(stage, FIT_SHARE, 1);
    lsc_stage silent = {.name = "calibrating and measuring"};
    bool alone = options->fit.threads <= 1; /* only then it may tell of its progress */
    measuring.name = silent.name;
    measuring_job job = {rows, split, options, alone ? &measuring : &silent, step};
    fit_options.stage = part_of(stage, 0, FIT_SHARE);
    fit_options.additive = learner == LSC_LEARNER_ADDITIVE;
    fit_options.beside = (lsc_work){measure_step, &job};
    step->evaluation.allocator = rows->allocator;
    lsc_status status = lsc_fit_rows(rows, split, spec, &fit_options, &step->fit, error);
    if (status == LSC_OK && !alone) {
        status = lsc_stage_report(&measuring, 1, error);
    }
    if (status != LSC_OK) {
        step_free(step);
    }
    return status;
}

/** Both, on the same folds; the second takes the place of the first where it is surely better. */
static lsc_status climb(const lsc_rows *rows, const lsc_split *split, const lsc_spec *spec,
                        const lsc_ladder_options *options, lsc_ladder *ladder, ladder_step *kept,
                        lsc_error *error)
{
    const lsc_stage first = part_of(&options->fit.stage, 0, FIRST_SHARE);
    const lsc_stage second = part_of(&options->fit.stage, FIRST_SHARE, 1);
    ladder_step trees = {.fit = {.allocator = rows->allocator}};
    lsc_status status =
        take_step(rows, split, spec, options, LSC_LEARNER_ADDITIVE, &first, kept, error);
    if (status != LSC_OK) {
        return status;
    }
    status = take_step(rows, split, spec, options, LSC_LEARNER_TREES, &second, &trees, error);
    if (status == LSC_OK) {
        status = lsc_metrics_compare(&trees.evaluation.predictions, kept->evaluation.probabilities,
                                     lsc_mix(options->fit.seed, 0, 9), rows->allocator,
                                     &ladder->comparison, error);
    }
    if (status != LSC_OK) {
        step_free(&trees);
        step_free(kept);
        return status;
    }
    ladder->compared = true;
    ladder->chosen = LSC_LEARNER_ADDITIVE;
    if (ladder->comparison.won >= LSC_GATE_WON) {
        ladder_step beaten = *kept;
        ladder->chosen = LSC_LEARNER_TREES;
        *kept = trees;
        trees = beaten;
    }
    step_free(&trees);
    return LSC_OK;
}

lsc_status lsc_ladder_climb(const lsc_rows *rows, const lsc_split *split, const lsc_spec *spec,
                            const lsc_ladder_options *options, lsc_ladder *ladder, lsc_fit *fit,
                            lsc_evaluation *evaluation, lsc_error *error)
{
    ladder_step kept = {.fit = {.allocator = rows->allocator}};
    kept.evaluation.allocator = rows->allocator;
    *ladder = (lsc_ladder){.chosen = options->learner};
    lsc_status status = options->learner == LSC_LEARNER_LADDER
                            ? climb(rows, split, spec, options, ladder, &kept, error)
                            : take_step(rows, split, spec, options, options->learner,
                                        &options->fit.stage, &kept, error);
    if (status == LSC_OK) {
        *fit = kept.fit;
        *evaluation = kept.evaluation;
    }
    return status;
}

const char *lsc_learner_name(lsc_learner learner)
{
    return learner == LSC_LEARNER_ADDITIVE ? "additive" : "trees";
}
