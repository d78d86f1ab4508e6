#include "train/training.h"

#include "features/spec_data.h"
#include "train/assembly.h"
#include "train/segments.h"
#include "train/settings.h"

struct lsc_training {
    const lsc_allocator *allocator;
    lsc_buffer bundle;
    lsc_buffer metrics;
    lsc_buffer gate_reasons;
    lsc_leaks leaks;
    bool gate_passed;
};

/** A training under way: each step fills in what the next ones need. */
typedef struct training_job {
    const lsc_allocator *allocator;
    lsc_train settings;
    lsc_source *source; /**< keeps the leads of the caller's; until the rows are made */
    lsc_plan_options options;
    lsc_spec *spec;
    lsc_history history;
    lsc_plan plan;
    lsc_rows rows;
    lsc_split split;
    lsc_ladder ladder;
    lsc_fit fit;
    lsc_evaluation evaluation;
    lsc_validations validations;
    lsc_grades grades;
    lsc_grade_row grade_table[LSC_N_GRADES];
    lsc_gate gate;
    lsc_training *training;
} training_job;

static lsc_status choose_spec(training_job *job, lsc_error *error)
{
    lsc_status status =
        lsc_settings_spec(&job->settings, lsc_source_has_times(job->source), &job->spec, error);
    if (status == LSC_OK) {
        status = lsc_history_init(&job->history, job->spec, job->allocator, error);
    }
    return status;
}

static lsc_status plan_rows(training_job *job, lsc_error *error)
{
    lsc_stage stage = lsc_settings_stage(&job->settings, "reading leads", 0, 0);
    job->options.repeats = job->options.repeats || lsc_source_repeats(job->source);
    return lsc_plan_make(job->source, &job->options, &job->history, &stage, job->allocator,
                         &job->plan, error);
}

static lsc_status learn_spec(training_job *job, lsc_error *error)
{
    lsc_stage stage = lsc_settings_stage(&job->settings, "learning levels", 0, 0.05);
    lsc_spec *learned;
    lsc_status status = lsc_rows_learn(&job->plan, job->source, job->spec, &stage, &learned, error);
    if (status == LSC_OK) {
        lsc_spec_unref(job->spec);
        job->spec = learned;
    }
    return status;
}

static lsc_status extract_rows(training_job *job, lsc_error *error)
{
    lsc_stage stage = lsc_settings_stage(&job->settings, "making rows", 0.05, 0.1);
    lsc_status status = lsc_rows_extract(&job->plan, job->source, job->spec,
                                         job->settings.incumbent, &stage, &job->rows, error);
    lsc_source_free(job->source);
    job->source = NULL;
    return status;
}

/** Tell of the suspicions, before the long part of the work. */
static void tell_leaks(const training_job *job)
{
    const lsc_leaks *leaks = &job->training->leaks;
    for (size_t i = 0; i < leaks->n && job->settings.leak != NULL; i++) {
        job->settings.leak(job->settings.leak_ctx, leaks->items[i].column, leaks->items[i].reason);
    }
}

static lsc_status find_leaks(training_job *job, lsc_error *error)
{
    lsc_stage stage = lsc_settings_stage(&job->settings, "looking for leaks", 0.1, 0.1);
    lsc_leaks *leaks = &job->training->leaks;
    lsc_status status = lsc_leaks_find(&job->rows, job->spec, &job->history, job->settings.seed,
                                       &stage, leaks, error);
    if (status == LSC_OK) {
        tell_leaks(job);
    }
    if (status == LSC_OK && job->settings.drop_leaks && leaks->n > 0) {
        status = lsc_leaks_drop(leaks, &job->rows, &job->spec, error);
        if (status == LSC_OK) {
            status = lsc_history_narrow(&job->history, job->spec, error);
        }
    }
    return status;
}

/** The horizon that rows are split by: none where there are no times. */
static int64_t split_horizon_ms(const training_job *job)
{
    return job->plan.timed ? job->options.horizon_ms : 0;
}

static lsc_status split_rows(training_job *job, lsc_error *error)
{
    return lsc_split_make(&job->rows, split_horizon_ms(job), job->settings.folds,
                          job->settings.seed, &job->split, error);
}

static lsc_repeat_options repeat_options(const training_job *job)
{
    return (lsc_repeat_options){.horizon_ms = split_horizon_ms(job),
                                .both = job->settings.validation == LSC_VALIDATION_BOTH,
                                .n_repeats = job->settings.fold_repeats,
                                .n_draws = LSC_BOOTSTRAP_FEW_DRAWS,
                                .fit = {.effort = job->settings.effort,
                                        .seed = job->settings.seed,
                                        .threads = (size_t)job->settings.threads}};
}

/** A part of what comes after the leaks, as shares of it: where validation is repeated, less of the
    whole is left for it. */
static lsc_stage later_stage(const training_job *job, const char *name, double from, double to)
{
    const lsc_repeat_options options = repeat_options(job);
    double repeats = (double)lsc_repeats_count(&options) * (double)job->settings.folds;
    double scale =
        0.9 * (double)(job->settings.folds + 1) / ((double)(job->settings.folds + 1) + repeats);
    return lsc_settings_stage(&job->settings, name, 0.1 + scale * from, 0.1 + scale * to);
}

/** Fit, calibrate, measure. */
static lsc_status fit_rows(training_job *job, lsc_error *error)
{
    lsc_ladder_options options = {.learner = job->settings.learner,
                                  .n_draws = job->settings.effort == LSC_EFFORT_QUICK
                                                 ? LSC_BOOTSTRAP_FEW_DRAWS
                                                 : LSC_BOOTSTRAP_DRAWS,
                                  .fit = repeat_options(job).fit};
    options.fit.stage = later_stage(job, "training", 0, 1);
    lsc_status status = lsc_ladder_climb(&job->rows, &job->split, job->spec, &options, &job->ladder,
                                         &job->fit, &job->evaluation, error);
    if (status == LSC_OK) {
        status = lsc_grade_predictions(&job->evaluation.predictions, job->allocator, &job->grades,
                                       job->grade_table, error);
    }
    return status;
}

static lsc_status validate_again(training_job *job, lsc_error *error)
{
    lsc_repeat_options options = repeat_options(job);
    options.fit.stage = later_stage(job, "validating again", 1, 1);
    options.fit.stage.to = 1;
    return lsc_repeat_validation(&job->rows, job->spec, &job->split, &job->fit, &job->evaluation,
                                 &options, &job->validations, error);
}

static lsc_status judge(training_job *job, lsc_error *error)
{
    size_t n_converted = lsc_rows_count_converted(&job->rows);
    lsc_gate_facts facts = {.least_outcomes = job->settings.gate_outcomes,
                            .least_auc = job->settings.gate_auc,
                            .n_converted = n_converted,
                            .n_others = job->rows.n_groups - n_converted,
                            .roc_auc = job->evaluation.estimates[LSC_METRIC_ROC_AUC],
                            .ece = job->evaluation.estimates[LSC_METRIC_ECE],
                            .measured_on = lsc_measured_on(job->split.split_ms),
                            .has_incumbent = job->settings.incumbent != NULL};
    lsc_status status = LSC_OK;
    if (facts.has_incumbent) {
        status = lsc_gate_compare(&job->evaluation.predictions, job->evaluation.incumbent,
                                  lsc_mix(job->settings.seed, 0, 5), job->allocator,
                                  &facts.comparison, &facts.n_compared, error);
    }
    if (status == LSC_OK && facts.has_incumbent) {
        status = lsc_segments_compare(&job->rows, job->spec, &job->evaluation,
                                      lsc_mix(job->settings.seed, 0, 6), &facts.segments, error);
    }
    if (status == LSC_OK) {
        lsc_gate_judge(&facts, &job->gate);
    }
    return status;
}

static lsc_status keep_verdict(const lsc_gate *gate, lsc_training *training, lsc_error *error)
{
    training->gate_passed = gate->passed;
    for (size_t i = 0; i < gate->n_reasons; i++) {
        lsc_buffer_append_format(&training->gate_reasons, "%s%s", i > 0 ? "\n" : "",
                                 gate->reasons[i]);
    }
    return lsc_buffer_status(&training->gate_reasons, error);
}

static lsc_status assemble(training_job *job, lsc_error *error)
{
    const lsc_findings findings = {.name = job->settings.name,
                                   .version = job->settings.version,
                                   .spec = job->spec,
                                   .options = &job->options,
                                   .plan = &job->plan,
                                   .rows = &job->rows,
                                   .split = &job->split,
                                   .fit = &job->fit,
                                   .evaluation = &job->evaluation,
                                   .ladder = &job->ladder,
                                   .validations = &job->validations,
                                   .grades = job->grade_table,
                                   .gate = &job->gate,
                                   .history = &job->history,
                                   .leaks = &job->training->leaks};
    lsc_training *training = job->training;
    lsc_status status = keep_verdict(&job->gate, training, error);
    if (status == LSC_OK) {
        status = lsc_report_write(&findings, &training->metrics, error);
    }
    if (status == LSC_OK) {
        status = lsc_assemble(&findings, job->settings.created, &job->grades, &training->metrics,
                              &training->bundle, error);
    }
    return status;
}

static void job_init(training_job *job)
{
    const lsc_allocator *allocator = lsc_default_allocator();
    job->allocator = allocator;
    job->plan.allocator = allocator;
    job->rows.allocator = allocator;
    job->split.allocator = allocator;
    job->fit.allocator = allocator;
    job->evaluation.allocator = allocator;
    lsc_buffer_init(&job->fit.model, allocator);
    lsc_string_map_init(&job->history.numbers, allocator);
}

static void job_free(training_job *job)
{
    lsc_evaluation_free(&job->evaluation);
    lsc_fit_free(&job->fit);
    lsc_split_free(&job->split);
    lsc_rows_free(&job->rows);
    lsc_plan_free(&job->plan);
    lsc_history_free(&job->history);
    lsc_spec_unref(job->spec);
    lsc_source_free(job->source);
}

static lsc_training *training_new(const lsc_allocator *allocator)
{
    lsc_training *training = lsc_alloc_array(allocator, 1, sizeof *training);
    if (training != NULL) {
        training->allocator = allocator;
        lsc_buffer_init(&training->bundle, allocator);
        lsc_buffer_init(&training->metrics, allocator);
        lsc_buffer_init(&training->gate_reasons, allocator);
        training->leaks.allocator = allocator;
    }
    return training;
}

static lsc_status run(training_job *job, lsc_error *error)
{
    lsc_status (*const steps[])(training_job *, lsc_error *) = {
        choose_spec, plan_rows, learn_spec,     extract_rows, find_leaks,
        split_rows,  fit_rows,  validate_again, judge,        assemble};
    lsc_status status = LSC_OK;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && status == LSC_OK; i++) {
        status = steps[i](job, error);
    }
    return status;
}

lsc_status lsc_train_keeping(lsc_source *source, const lsc_train *train, size_t most_kept_bytes,
                             lsc_training **training, lsc_error *error)
{
    training_job job = {.source = NULL};
    if (training == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "training is NULL");
    }
    *training = NULL;
    if (source == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "source is NULL");
    }
    lsc_status status = lsc_settings_read(train, &job.settings, error);
    if (status != LSC_OK) {
        return status;
    }
    job_init(&job);
    job.options = lsc_settings_plan(&job.settings);
    status = lsc_source_keep(source, most_kept_bytes, job.allocator, &job.source, error);
    if (status == LSC_OK) {
        job.training = training_new(job.allocator);
        status = job.training != NULL ? run(&job, error) : lsc_fail_memory(error);
    }
    if (status == LSC_OK) {
        *training = job.training;
    } else {
        lsc_training_free(job.training);
    }
    job_free(&job);
    return status;
}

lsc_status lsc_train_model(lsc_source *source, const lsc_train *train, lsc_training **training,
                           lsc_error *error)
{
    return lsc_train_keeping(source, train, LSC_MOST_KEPT_BYTES, training, error);
}

const void *lsc_training_bundle(const lsc_training *training, size_t *length)
{
    if (length != NULL) {
        *length = training->bundle.length;
    }
    return training->bundle.data;
}

bool lsc_training_gate_passed(const lsc_training *training)
{
    return training->gate_passed;
}

const char *lsc_training_gate_reasons(const lsc_training *training)
{
    return training->gate_reasons.data;
}

size_t lsc_training_n_leaks(const lsc_training *training)
{
    return training->leaks.n;
}

const char *lsc_training_leak_column(const lsc_training *training, size_t leak)
{
    return leak < training->leaks.n ? training->leaks.items[leak].column : NULL;
}

const char *lsc_training_leak_reason(const lsc_training *training, size_t leak)
{
    return leak < training->leaks.n ? training->leaks.items[leak].reason : NULL;
}

const char *lsc_training_metrics_json(const lsc_training *training)
{
    return training->metrics.data;
}

void lsc_training_free(lsc_training *training)
{
    if (training != NULL) {
        lsc_buffer_free(&training->bundle);
        lsc_buffer_free(&training->metrics);
        lsc_buffer_free(&training->gate_reasons);
        lsc_leaks_free(&training->leaks);
        lsc_release(training->allocator, training);
    }
}
