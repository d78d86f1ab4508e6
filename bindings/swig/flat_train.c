#include "flat_train.h"

#include "common/find_xgboost.h"
#include "flat_support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    NAME,
    VERSION,
    MODEL_TYPE,
    CREATED,
    TEXTS
};

struct flat_wanted {
    lsc_train train;
    char *texts[TEXTS];
};

flat_wanted *flat_wanted_new(const int64_t *numbers, size_t n_numbers, double gate_auc,
                             lsc_error *error)
{
    if (!flat_has_room(n_numbers, FLAT_WANTED, error)) {
        return NULL;
    }
    flat_wanted *made = flat_alloc(sizeof *made, error);
    if (made == NULL) {
        return NULL;
    }
    lsc_train *train = &made->train;
    lsc_train_init(train, sizeof *train);
    train->horizon_ms = numbers[FLAT_HORIZON_MS];
    train->every_ms = numbers[FLAT_EVERY_MS];
    train->rows_per_lead = (size_t)numbers[FLAT_ROWS_PER_LEAD];
    train->as_of = (lsc_as_of)numbers[FLAT_AS_OF];
    train->as_of_ms = numbers[FLAT_AS_OF_MS];
    train->repeats = numbers[FLAT_REPEATS] != 0;
    train->seed = (uint64_t)numbers[FLAT_SEED];
    train->effort = (lsc_effort)numbers[FLAT_EFFORT];
    train->learner = (lsc_learner)numbers[FLAT_LEARNER];
    train->validation = (lsc_validation)numbers[FLAT_VALIDATION];
    train->folds = (size_t)numbers[FLAT_FOLDS];
    train->fold_repeats = (size_t)numbers[FLAT_FOLD_REPEATS];
    train->gate_outcomes = (size_t)numbers[FLAT_GATE_OUTCOMES];
    train->threads = (int)numbers[FLAT_THREADS];
    train->drop_leaks = numbers[FLAT_DROP_LEAKS] != 0;
    train->gate_auc = gate_auc;
    return made;
}

void flat_wanted_name(flat_wanted *wanted, const char *name, const char *version,
                      const char *model_type, const char *created, lsc_error *error)
{
    const char *const texts[TEXTS] = {name, version, model_type, created};
    for (int i = 0; i < TEXTS; i++) {
        free(wanted->texts[i]);
        wanted->texts[i] = flat_copy(texts[i], error);
    }
    wanted->train.name = wanted->texts[NAME];
    wanted->train.version = wanted->texts[VERSION];
    wanted->train.model_type = wanted->texts[MODEL_TYPE];
    wanted->train.created = wanted->texts[CREATED];
}

void flat_wanted_free(flat_wanted *wanted)
{
    if (wanted != NULL) {
        for (int i = 0; i < TEXTS; i++) {
            free(wanted->texts[i]);
        }
        free(wanted);
    }
}

void flat_find_xgboost(const char *path, lsc_error *error)
{
    lsc_find_xgboost(path, error);
}

static bool tell_stage(void *ctx, const char *stage, double fraction)
{
    const flat_watch *watch = ctx;
    return watch->tell(watch->ctx, stage, strlen(stage), fraction, 0, NULL);
}

/** What is wanted, of this spec, told to this watch. */
static lsc_train options_of(const flat_wanted *wanted, const flat_spec *spec, flat_watch *watch)
{
    lsc_train train = wanted->train;
    train.spec = flat_spec_inner(spec);
    if (watch != NULL) {
        train.progress = tell_stage;
        train.progress_ctx = watch;
    }
    return train;
}

lsc_training *flat_train(lsc_source *source, const flat_wanted *wanted, const flat_spec *spec,
                         lsc_model *incumbent, flat_watch *watch, lsc_error *error)
{
    lsc_training *training = NULL;
    lsc_train train = options_of(wanted, spec, watch);
    train.incumbent = incumbent;
    lsc_train_model(source, &train, &training, error);
    return training;
}

flat_bytes flat_training_bundle(const lsc_training *training)
{
    flat_bytes bundle = {NULL, 0};
    bundle.bytes = lsc_training_bundle(training, &bundle.length);
    return bundle;
}

int64_t flat_training_note(const lsc_training *training, lsc_source *source, lsc_store *store,
                           lsc_error *error)
{
    uint64_t n_gone = 0;
    size_t length = 0;
    const void *bundle = lsc_training_bundle(training, &length);
    lsc_store_note_source(store, source, bundle, length, &n_gone, error);
    return (int64_t)n_gone;
}

/* Rows. */

typedef struct row_teller {
    flat_watch *watch;
    char *bytes;
    size_t room;
    bool out_of_memory;
} row_teller;

static bool make_room(row_teller *teller, size_t size)
{
    if (size > teller->room) {
        char *larger = realloc(teller->bytes, size);
        teller->out_of_memory = larger == NULL;
        if (larger == NULL) {
            return false;
        }
        teller->bytes = larger;
        teller->room = size;
    }
    return true;
}

static bool tell_row(void *ctx, const char *lead_id, int64_t as_of_ms, const float *columns,
                     size_t n_columns, bool label)
{
    row_teller *teller = ctx;
    size_t width = n_columns * sizeof *columns;
    size_t length = width + strlen(lead_id);
    double time = as_of_ms == LSC_TIME_NONE ? (double)NAN : (double)as_of_ms;
    if (!make_room(teller, length)) {
        return false;
    }
    memcpy(teller->bytes, columns, width);
    memcpy(teller->bytes + width, lead_id, length - width);
    return teller->watch->tell(teller->watch->ctx, teller->bytes, length, time, label ? 1 : 0,
                               NULL);
}

void flat_training_rows(lsc_source *source, const flat_wanted *wanted, const flat_spec *spec,
                        flat_watch *watch, lsc_error *error)
{
    row_teller teller = {watch, NULL, 0, false};
    lsc_train train = options_of(wanted, spec, NULL);
    lsc_training_rows(source, &train, tell_row, &teller, error);
    free(teller.bytes);
    if (teller.out_of_memory) {
        flat_fail(error, LSC_NO_MEMORY, "there is no memory for a row");
    }
}

/* Measuring. */

char *flat_evaluate(lsc_model *model, lsc_source *source, const flat_wanted *wanted,
                    flat_watch *watch, lsc_error *error)
{
    char *json = NULL;
    lsc_train train = options_of(wanted, NULL, watch);
    lsc_model_evaluate(model, source, &train, &json, error);
    return json;
}

char *flat_drift(lsc_model *model, lsc_source *source, int64_t as_of_ms, int64_t horizon_ms,
                 int64_t seed, flat_watch *watch, lsc_error *error)
{
    char *json = NULL;
    lsc_drift drift = LSC_DRIFT_INIT;
    drift.as_of_ms = as_of_ms;
    drift.horizon_ms = horizon_ms;
    drift.seed = (uint64_t)seed;
    if (watch != NULL) {
        drift.progress = tell_stage;
        drift.progress_ctx = watch;
    }
    lsc_drift_json(model, source, &drift, &json, error);
    return json;
}

char *flat_metrics(const char *labels, size_t labels_length, const double *probabilities,
                   size_t n_probabilities, int64_t seed, lsc_error *error)
{
    char *json = NULL;
    if (labels_length != n_probabilities) {
        flat_fail(error, LSC_INVALID_ARG, "there are not as many labels as probabilities");
        return NULL;
    }
    lsc_metrics_json((const unsigned char *)labels, probabilities, n_probabilities, (uint64_t)seed,
                     &json, error);
    return json;
}
