#include "active_models.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct kept_model {
    char *organization;
    char sha256[65];
    lsc_model *model;
    int64_t checked_ms; /**< when the store was asked; INT64_MIN: ask again */
    int64_t used_ms;
} kept_model;

struct srv_models {
    pthread_mutex_t lock;
    int64_t check_ms;
    srv_counters *counters;
    kept_model list[SRV_MAX_KEPT_MODELS];
    size_t n;
    /* Rises when something is forgotten: what was read of the store before then is not kept. */
    uint64_t generation;
};

srv_models *srv_models_new(int64_t check_ms, srv_counters *counters)
{
    srv_models *models = calloc(1, sizeof(*models));
    if (models != NULL) {
        pthread_mutex_init(&models->lock, NULL);
        models->check_ms = check_ms;
        models->counters = counters;
    }
    return models;
}

static void drop(kept_model *kept)
{
    free(kept->organization);
    lsc_model_unref(kept->model);
    memset(kept, 0, sizeof(*kept));
}

void srv_models_free(srv_models *models)
{
    if (models == NULL) {
        return;
    }
    for (size_t i = 0; i < models->n; i++) {
        drop(&models->list[i]);
    }
    pthread_mutex_destroy(&models->lock);
    free(models);
}

static kept_model *find(srv_models *models, const char *organization)
{
    for (size_t i = 0; i < models->n; i++) {
        if (strcmp(models->list[i].organization, organization) == 0) {
            return &models->list[i];
        }
    }
    return NULL;
}

/* The place of an organization that has none yet; NULL: no memory. */
static kept_model *add(srv_models *models, const char *organization)
{
    char *copy = strdup(organization);
    if (copy == NULL) {
        return NULL;
    }
    kept_model *place = &models->list[0];
    if (models->n < SRV_MAX_KEPT_MODELS) {
        place = &models->list[models->n++];
    } else {
        for (size_t i = 1; i < models->n; i++) {
            place = models->list[i].used_ms < place->used_ms ? &models->list[i] : place;
        }
        drop(place);
    }
    place->organization = copy;
    return place;
}

/* A reference to what is kept, where it need not be looked at again. */
static lsc_model *fresh(srv_models *models, const char *organization, int64_t now_ms,
                        uint64_t *generation)
{
    pthread_mutex_lock(&models->lock);
    *generation = models->generation;
    kept_model *kept = find(models, organization);
    lsc_model *model = NULL;
    if (kept != NULL && kept->model != NULL && kept->checked_ms != INT64_MIN &&
        now_ms - kept->checked_ms < models->check_ms) {
        kept->used_ms = now_ms;
        model = lsc_model_ref(kept->model);
    }
    pthread_mutex_unlock(&models->lock);
    return model;
}

/* The id of the active model, as the store has it now. */
static lsc_status active_id(lsc_store *store, const char *organization, char sha256[65],
                            lsc_error *error)
{
    const lsc_stored_model *list;
    size_t n;
    lsc_status status = lsc_store_list_models(store, organization, &list, &n, error);
    sha256[0] = '\0';
    for (size_t i = 0; status == LSC_OK && i < n; i++) {
        if (list[i].active) {
            memcpy(sha256, list[i].sha256, 65);
        }
    }
    return status;
}

/* What is kept, if it is the active one, as the store said in this generation. */
static lsc_model *confirmed(srv_models *models, const char *organization, const char *sha256,
                            int64_t now_ms, uint64_t generation)
{
    pthread_mutex_lock(&models->lock);
    kept_model *kept = find(models, organization);
    lsc_model *model = NULL;
    if (kept != NULL && kept->model != NULL && strcmp(kept->sha256, sha256) == 0) {
        kept->checked_ms = generation == models->generation ? now_ms : INT64_MIN;
        kept->used_ms = now_ms;
        model = lsc_model_ref(kept->model);
    }
    pthread_mutex_unlock(&models->lock);
    return model;
}

/* Unless something was forgotten since. */
static void keep(srv_models *models, const char *organization, const char *sha256, lsc_model *model,
                 int64_t now_ms, uint64_t generation)
{
    pthread_mutex_lock(&models->lock);
    bool may = generation == models->generation;
    kept_model *kept = may ? find(models, organization) : NULL;
    kept = kept == NULL && may ? add(models, organization) : kept;
    if (kept != NULL) {
        lsc_model_unref(kept->model);
        kept->model = lsc_model_ref(model);
        memcpy(kept->sha256, sha256, sizeof(kept->sha256));
        kept->checked_ms = now_ms;
        kept->used_ms = now_ms;
    }
    pthread_mutex_unlock(&models->lock);
}

lsc_status srv_models_get(srv_models *models, lsc_store *store, const char *organization,
                          int64_t now_ms, lsc_model **model, lsc_error *error)
{
    char sha256[65];
    uint64_t generation;
    *model = fresh(models, organization, now_ms, &generation);
    if (*model != NULL) {
        return LSC_OK;
    }
    lsc_status status = active_id(store, organization, sha256, error);
    if (status != LSC_OK) {
        return status;
    }
    *model = confirmed(models, organization, sha256, now_ms, generation);
    if (*model != NULL) {
        return LSC_OK;
    }
    /* The one that is active by now, whichever it is: its own hash is kept beside it. */
    status = lsc_store_load_model(store, organization, NULL, NULL, model, error);
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    if (status == LSC_OK && lsc_model_get_info(*model, &info, error) == LSC_OK) {
        srv_counters_add(models->counters, SRV_COUNT_MODELS_LOADED, 1);
        keep(models, organization, info.sha256, *model, now_ms, generation);
    }
    return status;
}

void srv_models_forget(srv_models *models, const char *organization)
{
    pthread_mutex_lock(&models->lock);
    models->generation++;
    kept_model *kept = find(models, organization);
    if (kept != NULL) {
        kept->checked_ms = INT64_MIN;
    }
    pthread_mutex_unlock(&models->lock);
}

void srv_models_forget_all(srv_models *models)
{
    pthread_mutex_lock(&models->lock);
    models->generation++;
    for (size_t i = 0; i < models->n; i++) {
        models->list[i].checked_ms = INT64_MIN;
    }
    pthread_mutex_unlock(&models->lock);
}
