/* Keys, erasure and the audit trail of a store. */
#include "node_data.h"
#include "node_store_jobs.h"

/* Who acts. */

/* storeSetActor(store, uuid, time or NaN: it is read from the system's clock) */
static napi_value set_actor(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    lsc_store_actor actor = LSC_STORE_ACTOR_INIT;
    if (!lsc_node_begin_call(env, info, 0, &call)) {
        return NULL;
    }
    const napi_value *args = call.state->args;
    int64_t *time_ms = &call.held->actor_time_ms;
    int64_t time_before_ms = *time_ms;
    if (!lsc_node_read_actor(env, args[1], args[2], time_ms, &call.state->texts[0], &actor)) {
        return NULL;
    }
    lsc_status status = lsc_store_set_actor(call.store, &actor, &call.error);
    if (status != LSC_OK) {
        *time_ms = time_before_ms; /* who acted before goes on */
    }
    return lsc_node_leave(env, &call, status, NULL);
}

/* The audit trail. */

/* storeSetAudited(store, audited) */
static napi_value set_audited(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    bool audited = false;
    if (!lsc_node_begin_call(env, info, 0, &call) ||
        !lsc_node_read_bool(env, call.state->args[1], &audited)) {
        return NULL;
    }
    return lsc_node_leave(env, &call, lsc_store_set_audited(call.store, audited, &call.error),
                          NULL);
}

/* storeAuditHead(store): {rows, head} */
static napi_value audit_head(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    int64_t n_rows = 0;
    char head[65] = "";
    napi_value object = NULL;
    if (!lsc_node_begin_call(env, info, 0, &call)) {
        return NULL;
    }
    lsc_status status = lsc_store_audit_head(call.store, &n_rows, head, &call.error);
    napi_create_object(env, &object);
    lsc_node_set_number(env, object, "rows", (double)n_rows);
    lsc_node_set_string(env, object, "head", head);
    return lsc_node_leave(env, &call, status, object);
}

typedef struct verify_job {
    lsc_node_store_job base; /* texts: anchor */
    int64_t n_rows;
} verify_job;

static lsc_status run_verify(lsc_node_job *job)
{
    verify_job *work = (verify_job *)job;
    return lsc_store_verify(work->base.held->store, work->base.texts[0].bytes, &work->n_rows,
                            &job->error);
}

static napi_value answer_verify(napi_env env, lsc_node_job *job)
{
    napi_value number = NULL;
    napi_create_int64(env, ((verify_job *)job)->n_rows, &number);
    return number;
}

/* storeVerify(store, flag, progress, anchor): a promise of how many rows there are */
static napi_value verify(napi_env env, napi_callback_info info)
{
    verify_job *work =
        lsc_node_new_store_job(env, info, sizeof(*work), 1, run_verify, answer_verify, NULL);
    return work == NULL ? NULL : lsc_node_start_store_job(env, &work->base);
}

/* Keys. */

static lsc_status run_rekey(lsc_node_job *job)
{
    lsc_node_store_job *work = (lsc_node_store_job *)job;
    return lsc_store_rekey(work->held->store, lsc_node_key_of(&work->key), &job->error);
}

/* storeRekey(store, flag, progress, key or null, id): a promise */
static napi_value rekey(napi_env env, napi_callback_info info)
{
    lsc_node_store_job *work =
        lsc_node_new_store_job(env, info, sizeof(*work), 0, run_rekey, NULL, NULL);
    if (work == NULL) {
        return NULL;
    }
    if (!lsc_node_read_key(env, work->state->args[3], work->state->args[4], &work->key)) {
        return lsc_node_drop_job(env, &work->job);
    }
    return lsc_node_start_store_job(env, work);
}

/* What is held on a person. */

/* JSON that comes piece by piece. */
typedef struct pieces {
    lsc_node_text whole;
    bool out_of_memory;
} pieces;

static bool take_piece(void *ctx, const char *bytes, size_t length)
{
    pieces *taken = ctx;
    taken->out_of_memory = !lsc_node_text_add(&taken->whole, bytes, length);
    return !taken->out_of_memory;
}

/* storeExportLead(store, organization, id): JSON */
static napi_value export_lead(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    pieces taken = {0};
    napi_value text = NULL;
    if (!lsc_node_begin_call(env, info, 2, &call)) {
        return NULL;
    }
    lsc_status status = lsc_store_export_lead(call.store, call.texts[0].bytes, call.texts[1].bytes,
                                              take_piece, &taken, &call.error);
    if (status == LSC_OK) {
        napi_create_string_utf8(env, taken.whole.bytes, taken.whole.length, &text);
    }
    lsc_node_text_free(&taken.whole);
    return taken.out_of_memory ? lsc_node_no_memory(env) : lsc_node_leave(env, &call, status, text);
}

/* Erasure. */

static lsc_status run_purge(lsc_node_job *job)
{
    return lsc_store_purge(((lsc_node_store_job *)job)->held->store, &job->error);
}

/* storePurge(store, flag, progress): a promise */
static napi_value purge(napi_env env, napi_callback_info info)
{
    lsc_node_store_job *work =
        lsc_node_new_store_job(env, info, sizeof(*work), 0, run_purge, NULL, NULL);
    return work == NULL ? NULL : lsc_node_start_store_job(env, work);
}

typedef struct erase_job {
    lsc_node_store_job base;   /* texts: organization, lead */
    const char *const *models; /* the store's, until its next call */
    size_t n_models;
} erase_job;

static lsc_status run_erase(lsc_node_job *job)
{
    erase_job *work = (erase_job *)job;
    return lsc_store_erase_lead(work->base.held->store, work->base.texts[0].bytes,
                                work->base.texts[1].bytes, &work->models, &work->n_models,
                                &job->error);
}

static napi_value answer_erase(napi_env env, lsc_node_job *job)
{
    const erase_job *work = (const erase_job *)job;
    napi_value ids = NULL;
    napi_create_array_with_length(env, work->n_models, &ids);
    for (size_t i = 0; i < work->n_models; i++) {
        lsc_node_set_at(env, ids, i, lsc_node_string(env, work->models[i]));
    }
    return ids;
}

/* The lead may be gone all the same: then nobody can be asked for the models later. */
static void blame_erase(napi_env env, lsc_node_job *job, napi_value error)
{
    lsc_node_set(env, error, "models", answer_erase(env, job));
}

/* storeEraseLead(store, flag, progress, organization, lead): a promise of ids of models */
static napi_value erase_lead(napi_env env, napi_callback_info info)
{
    erase_job *work =
        lsc_node_new_store_job(env, info, sizeof(*work), 2, run_erase, answer_erase, NULL);
    if (work == NULL) {
        return NULL;
    }
    work->base.job.blame = blame_erase;
    return lsc_node_start_store_job(env, &work->base);
}

/* What a model was trained from. */

/* storeNoteTraining(store, organization, sha256, [id, ...]) */
static napi_value note_training(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    lsc_node_names ids = {0};
    if (!lsc_node_begin_call(env, info, 2, &call)) {
        return NULL;
    }
    bool read = lsc_node_read_names(env, call.state->args[3], &ids);
    lsc_status status = LSC_OK;
    if (read) {
        status = lsc_store_note_training(call.store, call.texts[0].bytes, call.texts[1].bytes,
                                         ids.names, ids.n, &call.error);
    }
    lsc_node_names_free(&ids);
    return lsc_node_leave(env, &call, status, NULL);
}

const lsc_node_function lsc_node_store_privacy_functions[] = {
    {"storeSetActor", set_actor},
    {"storeSetAudited", set_audited},
    {"storeAuditHead", audit_head},
    {"storeVerify", verify},
    {"storeRekey", rekey},
    {"storePurge", purge},
    {"storeExportLead", export_lead},
    {"storeEraseLead", erase_lead},
    {"storeNoteTraining", note_training},
    {NULL, NULL},
};
