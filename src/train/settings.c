#include "train/settings.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "core/number.h"
#include "core/options.h"
#include "core/text.h"
#include "features/spec_data.h"
#include "train/repeated.h"

void lsc_train_init(lsc_train *train, size_t size)
{
    const lsc_train defaults = LSC_TRAIN_INIT;
    lsc_options_init(train, size, &defaults, sizeof defaults);
}

static lsc_status check_span(const char *name, int64_t span_ms, lsc_error *error)
{
    if (span_ms < LSC_LEAST_TRAIN_MS || span_ms > LSC_MOST_TRAIN_MS) {
        return lsc_fail(
            error, LSC_INVALID_ARG, "%s is %lld, must be %lld (1 hour) to %lld (100 years)", name,
            (long long)span_ms, (long long)LSC_LEAST_TRAIN_MS, (long long)LSC_MOST_TRAIN_MS);
    }
    return LSC_OK;
}

static lsc_status check_as_of(const lsc_train *settings, lsc_error *error)
{
    if ((unsigned)settings->as_of > LSC_AS_OF_BEFORE_OUTCOME) {
        return lsc_fail(error, LSC_INVALID_ARG, "as_of is %d, which is no lsc_as_of",
                        (int)settings->as_of);
    }
    if (settings->as_of_ms < 0 || settings->as_of_ms > LSC_MOST_TRAIN_MS) {
        return lsc_fail(error, LSC_INVALID_ARG, "as_of_ms is %lld, must be 0 to %lld (100 years)",
                        (long long)settings->as_of_ms, (long long)LSC_MOST_TRAIN_MS);
    }
    return LSC_OK;
}

static lsc_status check_ways(const lsc_train *settings, lsc_error *error)
{
    if (settings->fold_repeats > LSC_MAX_FOLD_REPEATS) {
        return lsc_fail(error, LSC_INVALID_ARG, "fold_repeats is %zu, must be 1 to %d",
                        settings->fold_repeats, LSC_MAX_FOLD_REPEATS);
    }
    if ((unsigned)settings->validation > LSC_VALIDATION_BOTH) {
        return lsc_fail(error, LSC_INVALID_ARG, "validation is %d, which is no lsc_validation",
                        (int)settings->validation);
    }
    if ((unsigned)settings->learner > LSC_LEARNER_LADDER) {
        return lsc_fail(error, LSC_INVALID_ARG, "learner is %d, which is no lsc_learner",
                        (int)settings->learner);
    }
    return LSC_OK;
}

static lsc_status check_counts(const lsc_train *settings, lsc_error *error)
{
    if (settings->rows_per_lead > LSC_MOST_ROWS_PER_LEAD) {
        return lsc_fail(error, LSC_INVALID_ARG, "rows_per_lead is %zu, must be 1 to %d",
                        settings->rows_per_lead, LSC_MOST_ROWS_PER_LEAD);
    }
    if (settings->folds < 2 || settings->folds > LSC_MAX_FOLDS) {
        return lsc_fail(error, LSC_INVALID_ARG, "folds is %zu, must be 2 to %d", settings->folds,
                        LSC_MAX_FOLDS);
    }
    if (settings->effort != LSC_EFFORT_STANDARD && settings->effort != LSC_EFFORT_QUICK &&
        settings->effort != LSC_EFFORT_BEST) {
        return lsc_fail(error, LSC_INVALID_ARG, "effort is %d, which is no lsc_effort",
                        (int)settings->effort);
    }
    if (settings->threads < 1) {
        return lsc_fail(error, LSC_INVALID_ARG, "threads is %d, must be 0 or more",
                        settings->threads);
    }
    return LSC_OK;
}

/** As the manifest will ask for it: better told before the work than after. */
static lsc_status check_name(const char *member, const char *text, lsc_error *error)
{
    size_t length = strlen(text);
    if (length == 0 || length > LSC_MAX_NAME || lsc_utf8_check(text, length) != length) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s must be 1 to %d bytes of UTF-8", member,
                        LSC_MAX_NAME);
    }
    return LSC_OK;
}

static lsc_status check_texts(const lsc_train *settings, lsc_error *error)
{
    static const char *const types[] = {"behavioral", "demographic", "composite"};
    int64_t time;
    bool known = false;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        known = known || strcmp(settings->model_type, types[i]) == 0;
    }
    if (!known) {
        return lsc_fail(error, LSC_INVALID_ARG,
                        "model_type is \"%s\", must be behavioral, demographic or composite",
                        settings->model_type);
    }
    if (settings->created != NULL &&
        lsc_time_parse(settings->created, strlen(settings->created), &time, error) != LSC_OK) {
        lsc_error_prefix(error, "created: ");
        return LSC_INVALID_ARG;
    }
    return LSC_OK;
}

static lsc_status check_auc(double auc, lsc_error *error)
{
    if (!(auc >= 0 && auc <= 1)) {
        char text[LSC_NUMBER_TEXT_SIZE];
        lsc_number_format_short(auc, 6, text);
        return lsc_fail(error, LSC_INVALID_ARG, "gate_auc is %s, must be 0 to 1", text);
    }
    return LSC_OK;
}

static void fill_defaults(lsc_train *settings)
{
    const lsc_train defaults = {.name = "lead-score",
                                .version = "1",
                                .model_type = "composite",
                                .horizon_ms = 90 * LSC_DAY_IN_MS,
                                .every_ms = 30 * LSC_DAY_IN_MS,
                                .rows_per_lead = 4,
                                .folds = 5,
                                .fold_repeats = 1,
                                .gate_auc = 0.8,
                                .gate_outcomes = 40,
                                .threads = 1};
    settings->name = settings->name != NULL ? settings->name : defaults.name;
    settings->version = settings->version != NULL ? settings->version : defaults.version;
    settings->model_type =
        settings->model_type != NULL ? settings->model_type : defaults.model_type;
    settings->horizon_ms = settings->horizon_ms != 0 ? settings->horizon_ms : defaults.horizon_ms;
    settings->every_ms = settings->every_ms != 0 ? settings->every_ms : defaults.every_ms;
    settings->rows_per_lead =
        settings->rows_per_lead != 0 ? settings->rows_per_lead : defaults.rows_per_lead;
    settings->folds = settings->folds != 0 ? settings->folds : defaults.folds;
    settings->fold_repeats =
        settings->fold_repeats != 0 ? settings->fold_repeats : defaults.fold_repeats;
    settings->gate_auc =
        fpclassify(settings->gate_auc) != FP_ZERO ? settings->gate_auc : defaults.gate_auc;
    settings->gate_outcomes =
        settings->gate_outcomes != 0 ? settings->gate_outcomes : defaults.gate_outcomes;
    settings->threads = settings->threads != 0 ? settings->threads : defaults.threads;
    if (settings->as_of == LSC_AS_OF_BEFORE_OUTCOME && settings->as_of_ms == 0) {
        settings->as_of_ms = 1;
    }
}

lsc_status lsc_settings_read(const lsc_train *given, lsc_train *settings, lsc_error *error)
{
    *settings = (lsc_train)LSC_TRAIN_INIT;
    lsc_status status = LSC_OK;
    if (given != NULL) {
        status = lsc_options_read("lsc_train", settings, sizeof *settings, given,
                                  offsetof(lsc_train, progress_ctx) + sizeof(void *), error);
    }
    if (status != LSC_OK) {
        return status;
    }
    fill_defaults(settings);
    if ((status = check_span("horizon_ms", settings->horizon_ms, error)) != LSC_OK ||
        (status = check_span("every_ms", settings->every_ms, error)) != LSC_OK ||
        (status = check_as_of(settings, error)) != LSC_OK ||
        (status = check_counts(settings, error)) != LSC_OK ||
        (status = check_ways(settings, error)) != LSC_OK ||
        (status = check_auc(settings->gate_auc, error)) != LSC_OK) {
        return status;
    }
    if ((status = check_name("name", settings->name, error)) != LSC_OK ||
        (status = check_name("version", settings->version, error)) != LSC_OK) {
        return status;
    }
    return check_texts(settings, error);
}

lsc_plan_options lsc_settings_plan(const lsc_train *settings)
{
    return (lsc_plan_options){.as_of = settings->as_of,
                              .as_of_ms = settings->as_of_ms,
                              .repeats = settings->repeats,
                              .horizon_ms = settings->horizon_ms,
                              .every_ms = settings->every_ms,
                              .rows_per_lead = settings->rows_per_lead,
                              .seed = settings->seed};
}

lsc_stage lsc_settings_stage(const lsc_train *settings, const char *name, double from, double to)
{
    return (lsc_stage){settings->progress, settings->progress_ctx, name, from, to};
}

/** Whether a model type takes the features of a group. */
static bool takes_group(const char *model_type, const char *group)
{
    if (strcmp(model_type, "behavioral") == 0) {
        return strcmp(group, "behavioral") == 0 || strcmp(group, "engagement") == 0;
    }
    return strcmp(model_type, "composite") == 0 || strcmp(group, model_type) == 0;
}

static lsc_status select_groups(const char *model_type, lsc_spec *all, lsc_spec **spec,
                                lsc_error *error)
{
    bool keep[LSC_MAX_GROUPS] = {false};
    size_t n_groups = lsc_spec_n_groups(all);
    size_t n_kept = 0;
    for (size_t group = 0; group < n_groups; group++) {
        keep[group] = takes_group(model_type, lsc_spec_group_name(all, group));
        n_kept += keep[group];
    }
    if (n_kept == n_groups) {
        *spec = lsc_spec_ref(all);
        return LSC_OK;
    }
    if (n_kept == 0) {
        return lsc_fail(error, LSC_BAD_DATA, "no group of the spec belongs to a %s model",
                        model_type);
    }
    return lsc_spec_select(all, keep, spec, error);
}

lsc_status lsc_settings_spec(const lsc_train *settings, bool timed, lsc_spec **spec,
                             lsc_error *error)
{
    lsc_spec *all;
    lsc_status status = LSC_OK;
    *spec = NULL;
    if (settings->spec != NULL) {
        all = lsc_spec_ref(settings->spec);
    } else if (timed) {
        status = lsc_spec_default(NULL, &all, error);
    } else {
        return lsc_fail(error, LSC_BAD_DATA, "a table needs a spec: lsc_spec_infer() makes one");
    }
    if (status == LSC_OK) {
        status = select_groups(settings->model_type, all, spec, error);
        lsc_spec_unref(all);
    }
    return status;
}
