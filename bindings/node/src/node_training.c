/* Training, and measuring a model: in threads of their own. */
#include "node_training.h"

#include "node_data.h"
#include "node_model.h"
#include "node_thread.h"
#include "node_xgboost.h"

#include <leadscore/train.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* In the order of lib/training.js. */
enum {
    HORIZON,
    EVERY,
    ROWS_PER_LEAD,
    SEED,
    FOLDS,
    GATE_AUC,
    GATE_OUTCOMES,
    THREADS,
    DROP_LEAKS,
    AS_OF,
    AS_OF_MS,
    REPEATS,
    EFFORT,
    FOLD_REPEATS,
    VALIDATION,
    LEARNER,
    N_NUMBERS
};

enum {
    XGBOOST,
    NAME,
    VERSION,
    MODEL_TYPE,
    SPEC,
    CREATED,
    N_TEXTS
};

/* Something that is found out from leads. */
typedef struct study {
    lsc_node_job job;
    lsc_node_data data;
    lsc_node_text texts[N_TEXTS];
    double numbers[N_NUMBERS];
    lsc_model *model; /* the incumbent, or the one that is measured */
    lsc_training *training;
    char *text; /* what it came to */
    lsc_spec *spec;
} study;

static void free_study(lsc_node_job *job)
{
    study *work = (study *)job;
    for (size_t i = 0; i < N_TEXTS; i++) {
        lsc_node_text_free(&work->texts[i]);
    }
    lsc_node_data_free(&work->data);
    lsc_model_unref(work->model);
    lsc_training_free(work->training);
    lsc_spec_unref(work->spec);
    lsc_text_free(work->text);
    free(work);
}

static bool read_texts(napi_env env, napi_value list, study *work)
{
    for (uint32_t i = 0; i < N_TEXTS; i++) {
        napi_value text = NULL;
        if (napi_get_element(env, list, i, &text) != napi_ok ||
            !lsc_node_read_name(env, text, &work->texts[i])) {
            return false;
        }
    }
    return true;
}

static bool read_numbers(napi_env env, napi_value list, study *work)
{
    double *numbers = NULL;
    size_t length = 0;
    if (!lsc_node_read_doubles(env, list, &numbers, &length)) {
        return false;
    }
    if (length != N_NUMBERS) {
        lsc_node_refuse(env, "the numbers are not as many as they have to be");
        return false;
    }
    memcpy(work->numbers, numbers, sizeof(work->numbers));
    return true;
}

static bool read_model(napi_env env, napi_value value, study *work)
{
    napi_valuetype type = napi_undefined;
    napi_typeof(env, value, &type);
    if (type == napi_undefined) {
        return true;
    }
    lsc_node_model *held = lsc_node_read_model(env, value);
    work->model = held != NULL ? lsc_model_ref(held->model) : NULL;
    return held != NULL;
}

/* (flag, progress, data, texts, numbers, model or undefined) */
static napi_value begin(napi_env env, napi_callback_info info, lsc_node_run run,
                        lsc_node_answer answer)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    napi_value args[LSC_NODE_MAX_ARGS];
    memcpy(args, state->args, sizeof(args));
    study *work = lsc_node_new_job(env, sizeof(*work), run, answer, free_study);
    if (work == NULL) {
        return NULL;
    }
    if (!lsc_node_read_data(env, args[2], &work->data) || !read_texts(env, args[3], work) ||
        !read_numbers(env, args[4], work) || !read_model(env, args[5], work)) {
        return lsc_node_drop_job(env, &work->job);
    }
    return lsc_node_start_thread(env, state, &work->job, args[0], args[1]);
}

static bool tell_stage(void *ctx, const char *stage, double fraction)
{
    return lsc_node_tell(ctx, stage, fraction < 0 ? (double)NAN : fraction, 1);
}

/* How rows are made and models are trained, as the caller wants it. */
static void fill(study *work, lsc_train *train)
{
    const double *numbers = work->numbers;
    lsc_train_init(train, sizeof(*train));
    train->name = work->texts[NAME].bytes;
    train->version = work->texts[VERSION].bytes;
    train->model_type = work->texts[MODEL_TYPE].bytes;
    train->created = work->texts[CREATED].bytes;
    train->spec = work->spec;
    train->horizon_ms = (int64_t)numbers[HORIZON];
    train->every_ms = (int64_t)numbers[EVERY];
    train->rows_per_lead = (size_t)numbers[ROWS_PER_LEAD];
    train->seed = (uint64_t)numbers[SEED];
    train->folds = (size_t)numbers[FOLDS];
    train->gate_auc = numbers[GATE_AUC];
    train->gate_outcomes = (size_t)numbers[GATE_OUTCOMES];
    train->threads = (int)numbers[THREADS];
    train->drop_leaks = numbers[DROP_LEAKS] != 0;
    train->as_of = (lsc_as_of)(int)numbers[AS_OF];
    train->as_of_ms = (int64_t)numbers[AS_OF_MS];
    train->repeats = numbers[REPEATS] != 0;
    train->effort = (lsc_effort)(int)numbers[EFFORT];
    train->fold_repeats = (size_t)numbers[FOLD_REPEATS];
    train->validation = (lsc_validation)(int)numbers[VALIDATION];
    train->learner = (lsc_learner)(int)numbers[LEARNER];
    train->progress = tell_stage;
    train->progress_ctx = work;
}

/* Training. */

static lsc_status make_spec(study *work, lsc_source *source)
{
    const lsc_node_text *json = &work->texts[SPEC];
    if (json->bytes != NULL) {
        return lsc_spec_parse(json->bytes, json->length, NULL, &work->spec, &work->job.error);
    }
    return lsc_node_infer(&work->data, source, &work->spec, NULL, &work->job.error);
}

static lsc_status run_train(lsc_node_job *job)
{
    study *work = (study *)job;
    lsc_source *source = NULL;
    lsc_train train;
    lsc_status status = lsc_node_load_xgboost(work->texts[XGBOOST].bytes, &job->error);
    if (status == LSC_OK) {
        status = lsc_node_open_data(&work->data, &source, &job->error);
    }
    if (status == LSC_OK) {
        status = make_spec(work, source);
    }
    if (status == LSC_OK) {
        fill(work, &train);
        train.incumbent = work->model;
        status = lsc_train_model(source, &train, &work->training, &job->error);
    }
    lsc_source_free(source);
    return status;
}

static napi_value leaks_of(napi_env env, const lsc_training *training)
{
    napi_value leaks = NULL;
    napi_create_array(env, &leaks);
    for (size_t i = 0; i < lsc_training_n_leaks(training); i++) {
        napi_value leak = NULL;
        napi_create_object(env, &leak);
        lsc_node_set_string(env, leak, "column", lsc_training_leak_column(training, i));
        lsc_node_set_string(env, leak, "reason", lsc_training_leak_reason(training, i));
        lsc_node_set_at(env, leaks, i, leak);
    }
    return leaks;
}

static napi_value answer_train(napi_env env, lsc_node_job *job)
{
    const lsc_training *training = ((study *)job)->training;
    size_t length = 0;
    const void *bundle = lsc_training_bundle(training, &length);
    napi_value object = NULL;
    napi_create_object(env, &object);
    lsc_node_set(env, object, "bundle", lsc_node_bytes(env, bundle, length));
    lsc_node_set_bool(env, object, "gatePassed", lsc_training_gate_passed(training));
    lsc_node_set_string(env, object, "gateReasons", lsc_training_gate_reasons(training));
    lsc_node_set_string(env, object, "metrics", lsc_training_metrics_json(training));
    lsc_node_set(env, object, "leaks", leaks_of(env, training));
    return object;
}

/* train(flag, progress, data, texts, numbers, incumbent): a promise */
static napi_value train(napi_env env, napi_callback_info info)
{
    return begin(env, info, run_train, answer_train);
}

/* A spec. */

static lsc_status run_infer(lsc_node_job *job)
{
    study *work = (study *)job;
    lsc_source *source = NULL;
    lsc_status status = lsc_node_open_data(&work->data, &source, &job->error);
    if (status == LSC_OK) {
        status = lsc_node_infer(&work->data, source, &work->spec, &work->text, &job->error);
    }
    if (status == LSC_OK && work->spec == NULL) {
        status = lsc_spec_default(NULL, &work->spec, &job->error);
    }
    lsc_source_free(source);
    return status;
}

static napi_value answer_infer(napi_env env, lsc_node_job *job)
{
    const study *work = (const study *)job;
    napi_value object = NULL;
    napi_create_object(env, &object);
    lsc_node_set_string(env, object, "spec", lsc_spec_json(work->spec, NULL));
    lsc_node_set_string(env, object, "notes", work->text != NULL ? work->text : "");
    return object;
}

/* inferSpec(flag, progress, data, texts, numbers): a promise */
static napi_value infer_spec(napi_env env, napi_callback_info info)
{
    return begin(env, info, run_infer, answer_infer);
}

/* Measuring. */

static napi_value answer_text(napi_env env, lsc_node_job *job)
{
    return lsc_node_string(env, ((study *)job)->text);
}

static lsc_status run_evaluate(lsc_node_job *job)
{
    study *work = (study *)job;
    lsc_source *source = NULL;
    lsc_train train;
    lsc_status status = lsc_node_open_data(&work->data, &source, &job->error);
    if (status == LSC_OK) {
        fill(work, &train);
        status = lsc_model_evaluate(work->model, source, &train, &work->text, &job->error);
    }
    lsc_source_free(source);
    return status;
}

/* evaluate(flag, progress, data, texts, numbers, model): a promise of JSON */
static napi_value evaluate(napi_env env, napi_callback_info info)
{
    return begin(env, info, run_evaluate, answer_text);
}

static lsc_status run_drift(lsc_node_job *job)
{
    study *work = (study *)job;
    lsc_source *source = NULL;
    lsc_drift drift = LSC_DRIFT_INIT;
    const double *numbers = work->numbers;
    drift.as_of_ms = isnan(numbers[AS_OF_MS]) ? LSC_TIME_NONE : (int64_t)numbers[AS_OF_MS];
    drift.horizon_ms = (int64_t)numbers[HORIZON];
    drift.seed = (uint64_t)numbers[SEED];
    drift.progress = tell_stage;
    drift.progress_ctx = work;
    lsc_status status = lsc_node_open_data(&work->data, &source, &job->error);
    if (status == LSC_OK) {
        status = lsc_drift_json(work->model, source, &drift, &work->text, &job->error);
    }
    lsc_source_free(source);
    return status;
}

/* drift(flag, progress, data, texts, numbers, model): a promise of JSON */
static napi_value drift(napi_env env, napi_callback_info info)
{
    return begin(env, info, run_drift, answer_text);
}

/* metrics(labels, probabilities, seed): JSON */
static napi_value metrics(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    lsc_error error = LSC_ERROR_INIT;
    lsc_node_text *labels = &state->texts[0];
    double *probabilities = NULL;
    size_t n_rows = 0;
    double seed = 0;
    char *json = NULL;
    if (!lsc_node_read_text(env, state->args[0], labels) ||
        !lsc_node_read_doubles(env, state->args[1], &probabilities, &n_rows) ||
        !lsc_node_read_number(env, state->args[2], &seed)) {
        return NULL;
    }
    if (labels->length != n_rows) {
        return lsc_node_refuse(env, "there are not as many labels as probabilities");
    }
    if (lsc_metrics_json((const unsigned char *)labels->bytes, probabilities, n_rows,
                         (uint64_t)seed, &json, &error) != LSC_OK) {
        return lsc_node_throw(env, &error);
    }
    napi_value text = lsc_node_string(env, json);
    lsc_text_free(json);
    return text;
}

const lsc_node_function lsc_node_training_functions[] = {
    {"train", train}, {"inferSpec", infer_spec}, {"evaluate", evaluate},
    {"drift", drift}, {"metrics", metrics},      {NULL, NULL},
};
