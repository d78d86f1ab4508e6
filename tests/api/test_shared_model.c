/*
 * Threads that score, explain and load on a model that another thread exchanges all the while. Each
 * result is compared, bit for bit, with one that was made before any thread was started. "make
 * test-threads" runs this under ThreadSanitizer.
 */
#include "api_support.h"

#include <pthread.h>
#include <stdatomic.h>

#define N_WORKERS 8
#if defined __SANITIZE_THREAD__
#define N_SWAPS 3000
#else
#define N_SWAPS 300
#endif
#define N_LEADS 16u
#define N_KINDS 2
#define MAX_COLUMNS 512

/** What a model gives for a lead. */
typedef struct expectation {
    lsc_result result;
    char result_sha256[65];
    float columns[MAX_COLUMNS];
    float margin;
} expectation;

/** A bundle, and what it gives. */
typedef struct kind {
    void *bytes;
    size_t length;
    expectation expected[N_LEADS];
} kind;

/** All that the threads share. */
typedef struct scene {
    kind kinds[N_KINDS];
    pthread_mutex_t lock; /**< of `model` and `model_kind` */
    lsc_model *model;
    size_t model_kind;
    atomic_bool done;
    atomic_size_t n_scored;
    atomic_size_t n_faults;
} scene;

static lsc_model *load(const kind *loaded)
{
    lsc_model *model = NULL;
    return lsc_model_load_bytes(loaded->bytes, loaded->length, NULL, &model, NULL) == LSC_OK ? model
                                                                                             : NULL;
}

static bool same_double(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static bool same_result(const lsc_result *a, const lsc_result *b)
{
    return a->status == b->status && a->score == b->score && a->grade == b->grade &&
           same_double(a->probability, b->probability) &&
           same_double(a->probability_low, b->probability_low) &&
           same_double(a->probability_high, b->probability_high) &&
           same_double((double)a->margin, (double)b->margin) && same_double(a->points, b->points);
}

static void expect(kind *made)
{
    lsc_scorer *scorer;
    lsc_model *model = load(made);
    ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
    size_t n_columns = lsc_spec_n_columns(lsc_model_spec(model));
    ck_assert_uint_le(n_columns, MAX_COLUMNS);
    for (unsigned i = 0; i < N_LEADS; i++) {
        expectation *expected = &made->expected[i];
        lsc_explanation explanation = LSC_EXPLANATION_INIT;
        lsc_lead *lead = make_lead(i, NULL);
        ck_ok(lsc_explain_lead(scorer, lead, AS_OF, &explanation, error));
        ck_ok(lsc_spec_extract(lsc_model_spec(model), lead, AS_OF, expected->columns, n_columns,
                               error));
        ck_ok(lsc_score_batch(scorer, expected->columns, 1, n_columns, NULL, &expected->margin,
                              error));
        expected->result = explanation.result;
        memcpy(expected->result_sha256, explanation.receipt.result_sha256, 65);
        lsc_lead_free(lead);
    }
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
}

/* Check's assertions are for one thread: workers count what is wrong. */

static bool scores_as_expected(lsc_scorer *scorer, const expectation *expected, unsigned number)
{
    lead_text text;
    lsc_result result = LSC_RESULT_INIT;
    float margin = 0;
    size_t n_columns = lsc_spec_n_columns(lsc_model_spec(lsc_scorer_model(scorer)));
    write_lead(number, &text);
    bool ok = lsc_score_json(scorer, text.lead, strlen(text.lead), text.activities,
                             strlen(text.activities), AS_OF, &result, NULL) == LSC_OK &&
              same_result(&result, &expected->result);
    return ok &&
           lsc_score_batch(scorer, expected->columns, 1, n_columns, NULL, &margin, NULL) ==
               LSC_OK &&
           same_double((double)margin, (double)expected->margin);
}

static bool explains_as_expected(lsc_scorer *scorer, const expectation *expected, unsigned number)
{
    lead_text text;
    const char *json;
    size_t length;
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    write_lead(number, &text);
    bool ok = lsc_explain_json(scorer, text.lead, strlen(text.lead), text.activities,
                               strlen(text.activities), AS_OF, &explanation, NULL) == LSC_OK &&
              same_result(&explanation.result, &expected->result) &&
              strcmp(explanation.receipt.result_sha256, expected->result_sha256) == 0;
    return ok &&
           lsc_explanation_json(scorer, &explanation, NULL, 0, &json, &length, NULL) == LSC_OK &&
           strstr(json, expected->result_sha256) != NULL;
}

/** A reference to the model in use now. */
static lsc_model *take_model(scene *shared, size_t *its_kind)
{
    pthread_mutex_lock(&shared->lock);
    lsc_model *model = lsc_model_ref(shared->model);
    *its_kind = shared->model_kind;
    pthread_mutex_unlock(&shared->lock);
    return model;
}

/** Score a few leads with the model in use; true when all is as expected. */
static bool work_once(scene *shared, unsigned turn)
{
    size_t its_kind;
    lsc_model *model = take_model(shared, &its_kind);
    lsc_spec *spec = lsc_spec_ref(lsc_model_spec(model));
    lsc_scorer *scorer = NULL;
    bool ok = lsc_scorer_new(model, NULL, &scorer, NULL) == LSC_OK;
    lsc_model_unref(model); /* the scorer holds it */
    for (unsigned i = 0; i < 4 && ok; i++) {
        unsigned number = (turn + i) % N_LEADS;
        const expectation *expected = &shared->kinds[its_kind].expected[number];
        ok = scores_as_expected(scorer, expected, number) &&
             explains_as_expected(scorer, expected, number);
    }
    lsc_scorer_free(scorer);
    ok = ok && lsc_spec_feature_name(spec, 0) != NULL;
    lsc_spec_unref(spec);
    return ok;
}

static void *work(void *ctx)
{
    scene *shared = ctx;
    for (unsigned turn = 0; !atomic_load(&shared->done); turn++) {
        atomic_fetch_add(&shared->n_faults, !work_once(shared, turn));
        atomic_fetch_add(&shared->n_scored, 1);
        if (turn % 16 == 0) {
            lsc_model *own = load(&shared->kinds[turn / 16 % N_KINDS]);
            atomic_fetch_add(&shared->n_faults, own == NULL);
            lsc_model_unref(own);
        }
    }
    return NULL;
}

/** Put another model in place of the one in use, and drop that. */
static void swap_model(scene *shared, size_t new_kind)
{
    lsc_model *loaded = load(&shared->kinds[new_kind]);
    ck_assert_ptr_nonnull(loaded);
    pthread_mutex_lock(&shared->lock);
    lsc_model *old = shared->model;
    shared->model = loaded;
    shared->model_kind = new_kind;
    pthread_mutex_unlock(&shared->lock);
    lsc_model_unref(old);
}

static void read_bundle(const char *path, kind *made)
{
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    made->bytes = malloc(1 << 20);
    made->length = fread(made->bytes, 1, 1 << 20, file);
    fclose(file);
}

static void open_scene(scene *shared)
{
    *shared = (scene){.lock = PTHREAD_MUTEX_INITIALIZER};
    test_bundle card = scorecard_bundle();
    shared->kinds[0].bytes = card.bytes;
    shared->kinds[0].length = card.length;
    read_bundle(LSC_GOLDEN "/gbdt.lsm", &shared->kinds[1]);
    for (size_t i = 0; i < N_KINDS; i++) {
        expect(&shared->kinds[i]);
    }
    shared->model = load(&shared->kinds[0]);
}

static void close_scene(scene *shared)
{
    lsc_model_unref(shared->model);
    for (size_t i = 0; i < N_KINDS; i++) {
        free(shared->kinds[i].bytes);
    }
}

START_TEST(threads_share_a_model_that_is_exchanged)
{
    static scene shared;
    pthread_t workers[N_WORKERS];
    open_scene(&shared);
    for (size_t i = 0; i < N_WORKERS; i++) {
        ck_assert_int_eq(pthread_create(&workers[i], NULL, work, &shared), 0);
    }
    for (size_t i = 0; i < N_SWAPS; i++) {
        swap_model(&shared, i % 4 == 0);
    }
    while (atomic_load(&shared.n_scored) < 4 * N_WORKERS) {
        swap_model(&shared, 1); /* where workers had not yet begun */
    }
    atomic_store(&shared.done, true);
    for (size_t i = 0; i < N_WORKERS; i++) {
        pthread_join(workers[i], NULL);
    }
    ck_assert_uint_eq(atomic_load(&shared.n_faults), 0);
    close_scene(&shared);
}
END_TEST

LSC_SUITE("api/shared_model", TEST(threads_share_a_model_that_is_exchanged))
