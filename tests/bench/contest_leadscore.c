/*
 * This library, by its public calls. One row's score and contributions are two calls, as there is
 * none for the two alone; lsc_explain_vector(), which gives breakdown, reasons and receipt besides,
 * is a contestant of its own.
 */
#include <stdlib.h>

#include <leadscore/explain.h>

#include "bench_support.h"
#include "contestant.h"

typedef struct leadscore {
    lsc_scorer *scorer;
    lsc_result result;
    lsc_explanation explanation;
    lsc_error error;
} leadscore;

static void must(const leadscore *self, lsc_status status)
{
    if (status != LSC_OK) {
        bench_die("leadscore: %s", self->error.message);
    }
}

static void *open_model(const char *library, const char *path)
{
    (void)library;
    leadscore *self = bench_alloc(1, sizeof *self);
    lsc_model *model = NULL;
    lsc_result_init(&self->result, sizeof self->result);
    lsc_explanation_init(&self->explanation, sizeof self->explanation);
    must(self, lsc_model_load_file(path, NULL, &model, &self->error));
    must(self, lsc_scorer_new(model, NULL, &self->scorer, &self->error));
    lsc_model_unref(model);
    return self;
}

static void close_model(void *ctx)
{
    leadscore *self = ctx;
    lsc_scorer_free(self->scorer);
    free(self);
}

static void score_one(void *ctx, const float *row, float *margin)
{
    leadscore *self = ctx;
    must(self, lsc_score_vector(self->scorer, row, BENCH_COLUMNS, &self->result, &self->error));
    *margin = self->result.margin;
}

static void shap_one(void *ctx, const float *row, float *contributions)
{
    leadscore *self = ctx;
    must(self, lsc_score_vector(self->scorer, row, BENCH_COLUMNS, &self->result, &self->error));
    must(self,
         lsc_contributions_batch(self->scorer, row, 1, BENCH_COLUMNS, contributions, &self->error));
}

static void explain_one(void *ctx, const float *row, float *contributions)
{
    leadscore *self = ctx;
    must(self,
         lsc_explain_vector(self->scorer, row, BENCH_COLUMNS, &self->explanation, &self->error));
    for (size_t i = 0; i < BENCH_COLUMNS; i++) {
        contributions[i] = (float)self->explanation.contributions[i].value;
    }
    contributions[BENCH_COLUMNS] = (float)self->explanation.base_value;
}

static void score_batch(void *ctx, const float *rows, size_t n_rows, float *margins)
{
    leadscore *self = ctx;
    must(self,
         lsc_score_batch(self->scorer, rows, n_rows, BENCH_COLUMNS, NULL, margins, &self->error));
}

static void shap_batch(void *ctx, const float *rows, size_t n_rows, float *contributions)
{
    leadscore *self = ctx;
    must(self, lsc_contributions_batch(self->scorer, rows, n_rows, BENCH_COLUMNS, contributions,
                                       &self->error));
}

const contestant contest_leadscore = {"leadscore", open_model,  close_model, score_one,
                                      shap_one,    score_batch, shap_batch};
const contestant contest_leadscore_explain = {"leadscore_explain", open_model, close_model, NULL,
                                              explain_one,         NULL,       NULL};
