#include "node_thread.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* How far a job is. */
typedef struct news {
    const char *stage;
    double done;
    double all;
} news;

struct lsc_node_thread {
    lsc_node_job *job; /* NULL once its promise is settled */
    lsc_node_state *state;
    lsc_node_thread *next; /* of the environment */
    napi_threadsafe_function calls;
    pthread_t id;
    bool joined;
    bool is_told;
    bool closed; /* no more calls: the thread's own */
    const atomic_int *flag;
    atomic_bool ending; /* the environment is */

    pthread_mutex_t mutex; /* of what follows */
    news latest;
    bool called; /* a call that tells the latest is on its way */
    bool over;
};

/* In the thread of the job. */

/* Where calls are closed, the environment ends, and `calls` may be gone. */
static void call(lsc_node_thread *thread)
{
    if (!thread->closed) {
        thread->closed = napi_call_threadsafe_function(thread->calls, NULL,
                                                       napi_tsfn_nonblocking) == napi_closing;
    }
}

bool lsc_node_tell(lsc_node_job *job, const char *stage, double done, double all)
{
    lsc_node_thread *thread = job->thread;
    if (atomic_load(&thread->ending) || atomic_load(thread->flag) != 0) {
        return false;
    }
    if (thread->is_told) {
        pthread_mutex_lock(&thread->mutex);
        bool called = thread->called;
        thread->latest = (news){stage, done, all};
        thread->called = true;
        pthread_mutex_unlock(&thread->mutex);
        if (!called) {
            call(thread);
        }
    }
    return true;
}

static void *work(void *data)
{
    lsc_node_thread *thread = data;
    lsc_node_job *job = thread->job;
    job->status = job->run(job);
    pthread_mutex_lock(&thread->mutex);
    thread->over = true;
    pthread_mutex_unlock(&thread->mutex);
    call(thread);
    if (!thread->closed) {
        napi_release_threadsafe_function(thread->calls, napi_tsfn_release);
    }
    return NULL;
}

/* In JavaScript's. */

static void join(lsc_node_thread *thread)
{
    if (!thread->joined) {
        pthread_join(thread->id, NULL);
        thread->joined = true;
    }
}

static void tell(napi_env env, napi_value progress, const news *latest)
{
    napi_value args[3] = {lsc_node_string(env, latest->stage), NULL, NULL};
    bool thrown = false;
    napi_create_double(env, latest->done, &args[1]);
    napi_create_double(env, latest->all, &args[2]);
    napi_call_function(env, lsc_node_undefined(env), progress, 3, args, NULL);
    /* lib/jobs.js catches what the caller's throws; what is left is that a worker is ended. */
    if (napi_is_exception_pending(env, &thrown) == napi_ok && thrown) {
        napi_get_and_clear_last_exception(env, &args[0]);
    }
}

/* For each call(). Without `env` the environment ends. */
static void answer_call(napi_env env, napi_value progress, void *context, void *data)
{
    (void)data;
    lsc_node_thread *thread = context;
    if (env == NULL || thread->job == NULL) {
        return;
    }
    pthread_mutex_lock(&thread->mutex);
    news latest = thread->latest;
    bool over = thread->over;
    thread->called = false;
    pthread_mutex_unlock(&thread->mutex);
    if (over) {
        lsc_node_job *job = thread->job;
        join(thread);
        thread->job = NULL;
        lsc_node_end_job(env, job);
    } else if (progress != NULL) {
        tell(env, progress, &latest);
    }
}

static void leave_list(lsc_node_thread *thread)
{
    lsc_node_thread **link = &thread->state->threads;
    while (*link != NULL && *link != thread) {
        link = &(*link)->next;
    }
    if (*link != NULL) {
        *link = thread->next;
    }
}

/* When all calls were answered, or the environment ends. */
static void finish(napi_env env, void *data, void *hint)
{
    (void)hint;
    lsc_node_thread *thread = data;
    atomic_store(&thread->ending, true);
    join(thread);
    leave_list(thread);
    if (thread->job != NULL) {
        lsc_node_drop_job(env, thread->job);
    }
    pthread_mutex_destroy(&thread->mutex);
    free(thread);
}

void lsc_node_end_threads(lsc_node_state *state)
{
    for (lsc_node_thread *thread = state->threads; thread != NULL; thread = thread->next) {
        atomic_store(&thread->ending, true);
    }
    for (lsc_node_thread *thread = state->threads; thread != NULL; thread = thread->next) {
        join(thread);
    }
}

static lsc_node_thread *new_thread(napi_env env, lsc_node_state *state, lsc_node_job *job,
                                   napi_value flag)
{
    napi_typedarray_type type = napi_int8_array;
    size_t length = 0;
    void *memory = NULL;
    if (napi_get_typedarray_info(env, flag, &type, &length, &memory, NULL, NULL) != napi_ok ||
        type != napi_int32_array || length != 1) {
        lsc_node_refuse(env, "an argument is no Int32Array of one");
        return NULL;
    }
    lsc_node_thread *thread = calloc(1, sizeof(*thread));
    if (thread == NULL || !lsc_node_job_hold(env, job, flag)) {
        free(thread);
        return NULL;
    }
    thread->job = job;
    thread->state = state;
    thread->flag = memory;
    atomic_init(&thread->ending, false);
    pthread_mutex_init(&thread->mutex, NULL);
    return thread;
}

/* Gives the calls up that no thread makes: finish() is not to wait for it, and frees the rest. */
static napi_value give_up(lsc_node_thread *thread)
{
    thread->joined = true;
    napi_release_threadsafe_function(thread->calls, napi_tsfn_abort);
    return NULL;
}

napi_value lsc_node_start_thread(napi_env env, lsc_node_state *state, lsc_node_job *job,
                                 napi_value flag, napi_value progress)
{
    napi_value name = NULL;
    napi_value promise = NULL;
    lsc_node_thread *thread = new_thread(env, state, job, flag);
    if (thread == NULL) {
        return lsc_node_drop_job(env, job);
    }
    thread->is_told = lsc_node_type(env, progress) == napi_function;
    napi_create_string_utf8(env, "leadscore", NAPI_AUTO_LENGTH, &name);
    if (napi_create_threadsafe_function(env, thread->is_told ? progress : NULL, NULL, name, 0, 1,
                                        thread, finish, thread, answer_call,
                                        &thread->calls) != napi_ok) {
        free(thread);
        lsc_node_drop_job(env, job);
        return lsc_node_refuse(env, "no work can be begun: the thread is ending");
    }
    thread->next = state->threads;
    state->threads = thread;
    job->thread = thread;
    if (napi_create_promise(env, &job->deferred, &promise) != napi_ok ||
        pthread_create(&thread->id, NULL, work, thread) != 0) {
        lsc_node_refuse(env, "no thread can be begun");
        return give_up(thread);
    }
    return promise;
}
