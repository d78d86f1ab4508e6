#include "node_training.h"

#include "common/find_xgboost.h"
#include "node_model.h"
#include "node_thread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void lsc_node_free_study(lsc_node_job *job)
{
    lsc_node_study *work = (lsc_node_study *)job;
    for (size_t i = 0; i < LSC_NODE_STUDY_TEXTS; i++) {
        lsc_node_text_free(&work->texts[i]);
    }
    lsc_node_data_free(&work->data);
    lsc_model_unref(work->model);
    lsc_training_free(work->training);
    lsc_spec_unref(work->spec);
    lsc_text_free(work->text);
    free(work);
}

static bool read_numbers(napi_env env, napi_value list, lsc_node_study *work)
{
    double *numbers = NULL;
    size_t length = 0;
    if (!lsc_node_read_doubles(env, list, &numbers, &length)) {
        return false;
    }
    if (length != LSC_NODE_NUMBERS) {
        lsc_node_refuse(env, "the numbers are not as many as they have to be");
        return false;
    }
    memcpy(work->numbers, numbers, sizeof(work->numbers));
    return true;
}

static bool read_model(napi_env env, napi_value value, lsc_node_study *work)
{
    if (lsc_node_type(env, value) == napi_undefined) {
        return true;
    }
    lsc_node_model *held = lsc_node_read_model(env, value);
    work->model = held != NULL ? lsc_model_ref(held->model) : NULL;
    return held != NULL;
}

static lsc_status run_study(lsc_node_job *job)
{
    lsc_node_study *work = (lsc_node_study *)job;
    lsc_source *source = NULL;
    lsc_status status = lsc_node_open_data(&work->data, &source, &job->error);
    if (status == LSC_OK) {
        status = work->find(work, source);
    }
    lsc_source_free(source);
    return status;
}

napi_value lsc_node_begin_study(napi_env env, napi_callback_info info, size_t size,
                                lsc_node_find find, lsc_node_answer answer,
                                void (*free)(lsc_node_job *job))
{
    lsc_node_state *state = lsc_node_enter(env, info);
    napi_value args[LSC_NODE_MAX_ARGS];
    memcpy(args, state->args, sizeof(args));
    lsc_node_study *work =
        lsc_node_new_job(env, size, run_study, answer, free != NULL ? free : lsc_node_free_study);
    if (work == NULL) {
        return NULL;
    }
    work->find = find;
    if (!lsc_node_read_data(env, args[2], &work->data) ||
        !lsc_node_read_texts(env, args[3], 0, work->texts, LSC_NODE_STUDY_TEXTS) ||
        !read_numbers(env, args[4], work) || !read_model(env, args[5], work)) {
        return lsc_node_drop_job(env, &work->job);
    }
    return lsc_node_start_thread(env, state, &work->job, args[0], args[1]);
}

static napi_value begin(napi_env env, napi_callback_info info, lsc_node_find find,
                        lsc_node_answer answer)
{
    return lsc_node_begin_study(env, info, sizeof(lsc_node_study), find, answer, NULL);
}

static bool tell_stage(void *ctx, const char *stage, double fraction)
{
    return lsc_node_tell(ctx, stage, fraction < 0 ? (double)NAN : fraction, 1);
}

void lsc_node_fill_train(lsc_node_study *work, lsc_train *train)
{
    const double *numbers = work->numbers;
    lsc_train_init(train, sizeof(*train));
    train->name = work->texts[LSC_NODE_NAME].bytes;
    train->version = work->texts[LSC_NODE_VERSION].bytes;
    train->model_type = work->texts[LSC_NODE_MODEL_TYPE].bytes;
    train->created = work->texts[LSC_NODE_CREATED].bytes;
    train->spec = work->spec;
    train->horizon_ms = (int64_t)numbers[LSC_NODE_HORIZON];
    train->every_ms = (int64_t)numbers[LSC_NODE_EVERY];
    train->rows_per_lead = (size_t)numbers[LSC_NODE_ROWS_PER_LEAD];
    train->seed = (uint64_t)numbers[LSC_NODE_SEED];
    train->folds = (size_t)numbers[LSC_NODE_FOLDS];
    train->gate_auc = numbers[LSC_NODE_GATE_AUC];
    train->gate_outcomes = (size_t)numbers[LSC_NODE_GATE_OUTCOMES];
    train->threads = (int)numbers[LSC_NODE_THREADS];
    train->drop_leaks = numbers[LSC_NODE_DROP_LEAKS] != 0;
    train->as_of = (lsc_as_of)(int)numbers[LSC_NODE_AS_OF];
    train->as_of_ms = (int64_t)numbers[LSC_NODE_AS_OF_MS];
    train->repeats = numbers[LSC_NODE_REPEATS] != 0;
    train->effort = (lsc_effort)(int)numbers[LSC_NODE_EFFORT];
    train->fold_repeats = (size_t)numbers[LSC_NODE_FOLD_REPEATS];
    train->validation = (lsc_validation)(int)numbers[LSC_NODE_VALIDATION];
    train->learner = (lsc_learner)(int)numbers[LSC_NODE_LEARNER];
    train->progress = tell_stage;
    train->progress_ctx = work;
}

/* Training. */

lsc_status lsc_node_find_spec(lsc_node_study *work, lsc_source *source)
{
    const lsc_node_text *json = &work->texts[LSC_NODE_SPEC];
    if (json->bytes != NULL) {
        return lsc_spec_parse(json->bytes, json->length, NULL, &work->spec, &work->job.error);
    }
    return lsc_node_infer(&work->data, source, &work->spec, &work->text, &work->job.error);
}

static lsc_status note_training(lsc_node_study *work, lsc_source *source, lsc_store *store)
{
    size_t length = 0;
    const void *bundle = lsc_training_bundle(work->training, &length);
    return lsc_store_note_source(store, source, bundle, length, &work->leads_gone,
                                 &work->job.error);
}

static lsc_status train_on(lsc_node_study *work, lsc_source *source)
{
    lsc_train train;
    lsc_node_fill_train(work, &train);
    train.incumbent = work->model;
    return lsc_train_model(source, &train, &work->training, &work->job.error);
}

/* A store is opened to be noted in before the work, lest that is in vain. */
static lsc_status find_training(lsc_node_study *work, lsc_source *source)
{
    lsc_error *error = &work->job.error;
    lsc_store *store = NULL;
    lsc_status status = lsc_find_xgboost(work->texts[LSC_NODE_XGBOOST].bytes, error);
    if (status == LSC_OK && work->numbers[LSC_NODE_NOTED] != 0) {
        status = lsc_node_open_data_store(&work->data, &store, error);
    }
    if (status == LSC_OK) {
        status = lsc_node_find_spec(work, source);
    }
    if (status == LSC_OK) {
        status = train_on(work, source);
    }
    if (status == LSC_OK && store != NULL) {
        status = note_training(work, source, store);
    }
    lsc_store_close(store);
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
    const lsc_node_study *work = (const lsc_node_study *)job;
    const lsc_training *training = work->training;
    size_t length = 0;
    const void *bundle = lsc_training_bundle(training, &length);
    napi_value object = NULL;
    napi_create_object(env, &object);
    lsc_node_set(env, object, "bundle", lsc_node_bytes(env, bundle, length));
    lsc_node_set_bool(env, object, "gatePassed", lsc_training_gate_passed(training));
    lsc_node_set_string(env, object, "gateReasons", lsc_training_gate_reasons(training));
    lsc_node_set_string(env, object, "metrics", lsc_training_metrics_json(training));
    lsc_node_set(env, object, "leaks", leaks_of(env, training));
    lsc_node_set_number(env, object, "leadsGone", (double)work->leads_gone);
    return object;
}

/* train(flag, progress, data, texts, numbers, incumbent): a promise */
static napi_value train(napi_env env, napi_callback_info info)
{
    return begin(env, info, find_training, answer_train);
}

/* A spec. */

static napi_value answer_infer(napi_env env, lsc_node_job *job)
{
    const lsc_node_study *work = (const lsc_node_study *)job;
    napi_value object = NULL;
    napi_create_object(env, &object);
    lsc_node_set_string(env, object, "spec", lsc_spec_json(work->spec, NULL));
    lsc_node_set_string(env, object, "notes", work->text != NULL ? work->text : "");
    return object;
}

/* inferSpec(flag, progress, data, texts, numbers): a promise */
static napi_value infer_spec(napi_env env, napi_callback_info info)
{
    return begin(env, info, lsc_node_find_spec, answer_infer);
}

/* Measuring. */

static napi_value answer_text(napi_env env, lsc_node_job *job)
{
    return lsc_node_string(env, ((lsc_node_study *)job)->text);
}

static lsc_status find_metrics(lsc_node_study *work, lsc_source *source)
{
    lsc_train train;
    lsc_node_fill_train(work, &train);
    return lsc_model_evaluate(work->model, source, &train, &work->text, &work->job.error);
}

/* evaluate(flag, progress, data, texts, numbers, model): a promise of JSON */
static napi_value evaluate(napi_env env, napi_callback_info info)
{
    return begin(env, info, find_metrics, answer_text);
}

static lsc_status find_drift(lsc_node_study *work, lsc_source *source)
{
    lsc_drift drift = LSC_DRIFT_INIT;
    const double *numbers = work->numbers;
    drift.as_of_ms =
        isnan(numbers[LSC_NODE_AS_OF_MS]) ? LSC_TIME_NONE : (int64_t)numbers[LSC_NODE_AS_OF_MS];
    drift.horizon_ms = (int64_t)numbers[LSC_NODE_HORIZON];
    drift.seed = (uint64_t)numbers[LSC_NODE_SEED];
    drift.progress = tell_stage;
    drift.progress_ctx = work;
    return lsc_drift_json(work->model, source, &drift, &work->text, &work->job.error);
}

/* drift(flag, progress, data, texts, numbers, model): a promise of JSON */
static napi_value drift(napi_env env, napi_callback_info info)
{
    return begin(env, info, find_drift, answer_text);
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
