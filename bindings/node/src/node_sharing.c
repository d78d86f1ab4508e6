#include "node_sharing.h"

#include <pthread.h>

/* Of the process. A model is listed by who shares it, and referred to by who takes it. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static lsc_node_model *shared;
static int64_t last_ticket;

void lsc_node_unshare(lsc_node_model *held)
{
    if (held->ticket == 0) {
        return;
    }
    pthread_mutex_lock(&mutex);
    lsc_node_model **link = &shared;
    while (*link != held) {
        link = &(*link)->next_shared;
    }
    *link = held->next_shared;
    held->ticket = 0;
    pthread_mutex_unlock(&mutex);
}

static lsc_model *find(double ticket)
{
    lsc_model *found = NULL;
    pthread_mutex_lock(&mutex);
    for (lsc_node_model *each = shared; each != NULL && found == NULL; each = each->next_shared) {
        if ((double)each->ticket == ticket) {
            found = lsc_model_ref(each->model);
        }
    }
    pthread_mutex_unlock(&mutex);
    return found;
}

/* shareModel(model): its ticket */
static napi_value share_model(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    lsc_node_model *held = lsc_node_read_model(env, state->args[0]);
    napi_value ticket = NULL;
    if (held == NULL) {
        return NULL;
    }
    if (held->ticket == 0) {
        pthread_mutex_lock(&mutex);
        held->ticket = ++last_ticket;
        held->next_shared = shared;
        shared = held;
        pthread_mutex_unlock(&mutex);
    }
    napi_create_double(env, (double)held->ticket, &ticket);
    return ticket;
}

/* loadShared(ticket): a model; undefined where none has that ticket any more */
static napi_value load_shared(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    double ticket = 0;
    if (!lsc_node_read_number(env, state->args[0], &ticket)) {
        return NULL;
    }
    lsc_model *model = find(ticket);
    return model != NULL ? lsc_node_give_model(env, model) : NULL;
}

const lsc_node_function lsc_node_sharing_functions[] = {
    {"shareModel", share_model},
    {"loadShared", load_shared},
    {NULL, NULL},
};
