/* Loading a model and scoring many leads: off JavaScript's thread. */
#include "node_job.h"
#include "node_lead.h"
#include "node_model.h"

#include <stdlib.h>
#include <string.h>

/* Loading. */

typedef struct load_job {
    lsc_node_job job;
    lsc_node_text source; /* a path, or a copy of the bytes */
    bool is_file;
    lsc_node_load how;
    lsc_model *model;
} load_job;

static lsc_status run_load(lsc_node_job *job)
{
    load_job *load = (load_job *)job;
    if (load->is_file) {
        return lsc_model_load_file(load->source.bytes, &load->how.load, &load->model, &job->error);
    }
    return lsc_model_load_bytes(load->source.bytes, load->source.length, &load->how.load,
                                &load->model, &job->error);
}

static napi_value answer_load(napi_env env, lsc_node_job *job)
{
    load_job *load = (load_job *)job;
    lsc_model *model = load->model;
    load->model = NULL;
    return lsc_node_give_model(env, model);
}

static void free_load(lsc_node_job *job)
{
    load_job *load = (load_job *)job;
    lsc_model_unref(load->model);
    lsc_node_load_free(&load->how);
    lsc_node_text_free(&load->source);
    free(load);
}

static bool copy_bytes(napi_env env, lsc_node_text *text)
{
    if (text->block != NULL) {
        return true;
    }
    text->block = malloc(text->length + 1);
    if (text->block == NULL) {
        lsc_node_no_memory(env);
        return false;
    }
    memcpy(text->block, text->bytes, text->length);
    text->bytes = text->block;
    return true;
}

/* loadLater(path or bytes, selfTest, planBytes, keys): a promise of a model */
static napi_value load_later(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    load_job *load = lsc_node_new_job(env, sizeof(*load), run_load, answer_load, free_load);
    if (load == NULL) {
        return NULL;
    }
    load->is_file = lsc_node_type(env, state->args[0]) == napi_string;
    bool read = load->is_file ? lsc_node_read_name(env, state->args[0], &load->source)
                              : lsc_node_read_text(env, state->args[0], &load->source);
    if (!read || !copy_bytes(env, &load->source) ||
        !lsc_node_read_load(env, state->args[1], state->args[2], state->args[3], &load->how)) {
        return lsc_node_drop_job(env, &load->job);
    }
    return lsc_node_start_job(env, &load->job);
}

/* Many leads. */

typedef struct many_job {
    lsc_node_job job;
    lsc_model *model;
    lsc_aliases *aliases;
    int64_t as_of_ms;
    size_t n_leads;
    lsc_node_text *texts; /* [2 * n_leads]: lead, activities */
    double *numbers;      /* [n_leads][LSC_NODE_RESULT] */
} many_job;

static lsc_status run_many(lsc_node_job *job)
{
    many_job *many = (many_job *)job;
    lsc_scorer *scorer = NULL;
    lsc_status status = lsc_scorer_new(many->model, NULL, &scorer, &job->error);
    if (status == LSC_OK) {
        status = lsc_scorer_set_aliases(scorer, many->aliases, &job->error);
    }
    for (size_t i = 0; i < many->n_leads && status == LSC_OK; i++) {
        lsc_result result = LSC_RESULT_INIT;
        const lsc_node_text *lead = &many->texts[2 * i];
        const lsc_node_text *activities = &many->texts[2 * i + 1];
        status = lsc_score_json(scorer, lead->bytes, lead->length, activities->bytes,
                                activities->length, many->as_of_ms, &result, &job->error);
        if (status == LSC_OK) {
            lsc_node_put_result(&result, &many->numbers[i * LSC_NODE_RESULT]);
        } else {
            job->index = (int64_t)i;
        }
    }
    lsc_scorer_free(scorer);
    return status;
}

static void free_many(lsc_node_job *job)
{
    many_job *many = (many_job *)job;
    for (size_t i = 0; many->texts != NULL && i < 2 * many->n_leads; i++) {
        lsc_node_text_free(&many->texts[i]);
    }
    free(many->texts);
    lsc_aliases_unref(many->aliases);
    lsc_model_unref(many->model);
    free(many);
}

static bool read_leads(napi_env env, napi_value list, many_job *many)
{
    for (uint32_t i = 0; i < 2 * many->n_leads; i++) {
        napi_value value = NULL;
        if (napi_get_element(env, list, i, &value) != napi_ok ||
            !lsc_node_read_text(env, value, &many->texts[i]) ||
            (many->texts[i].bytes != NULL && !copy_bytes(env, &many->texts[i]))) {
            return false;
        }
    }
    return true;
}

static bool read_many(napi_env env, const napi_value args[], many_job *many)
{
    uint32_t n = 0;
    size_t n_numbers = 0;
    if (!lsc_node_read_time(env, args[2], &many->as_of_ms) ||
        !lsc_node_read_doubles(env, args[3], &many->numbers, &n_numbers) ||
        !lsc_node_keep_aliases(env, args[4], &many->aliases)) {
        return false;
    }
    if (napi_get_array_length(env, args[1], &n) != napi_ok || n == 0 || n % 2 != 0 ||
        n_numbers != (size_t)n / 2 * LSC_NODE_RESULT) {
        lsc_node_refuse(env, "the numbers are not as many as the leads ask for");
        return false;
    }
    many->texts = calloc(n, sizeof(*many->texts));
    if (many->texts == NULL) {
        lsc_node_no_memory(env);
        return false;
    }
    many->n_leads = n / 2;
    return read_leads(env, args[1], many) && lsc_node_job_hold(env, &many->job, args[3]);
}

/* scoreLater(model, [lead, activities, ...], asOf, numbers, aliases): a promise */
static napi_value score_later(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    napi_value args[LSC_NODE_MAX_ARGS];
    memcpy(args, state->args, sizeof(args));
    lsc_node_model *held = lsc_node_read_model(env, args[0]);
    if (held == NULL) {
        return NULL;
    }
    many_job *many = lsc_node_new_job(env, sizeof(*many), run_many, NULL, free_many);
    if (many == NULL) {
        return NULL;
    }
    many->model = lsc_model_ref(held->model);
    if (!read_many(env, args, many)) {
        return lsc_node_drop_job(env, &many->job);
    }
    return lsc_node_start_job(env, &many->job);
}

const lsc_node_function lsc_node_model_job_functions[] = {
    {"loadLater", load_later},
    {"scoreLater", score_later},
    {NULL, NULL},
};
