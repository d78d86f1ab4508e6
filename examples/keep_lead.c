/* A lead kept in a store, scored from there, and its score kept too. */

#include <leadscore/leadscore.h>
#include <leadscore/store.h>
#include <stdio.h>

/** The store's organization "acme" with a model and a lead. */
static lsc_status fill(lsc_store *store, const void *bundle, size_t bundle_size, lsc_error *error)
{
    const char lead[] = "{\"id\": \"a1\", \"job_title\": \"CTO\", \"activities\": [{\"id\": \"e1\","
                        " \"type\": \"Demo Requested\", \"time\": \"2026-03-30T09:00:00Z\"}]}";
    char model_id[65];
    if (lsc_store_add_organization(store, "acme", NULL, error) == LSC_OK &&
        lsc_store_add_model(store, "acme", bundle, bundle_size, NULL, model_id, error) == LSC_OK &&
        lsc_store_activate_model(store, "acme", model_id, false, error) == LSC_OK)
        lsc_store_put_lead_json(store, "acme", lead, sizeof lead - 1, error);
    return error->status;
}

static lsc_status score(lsc_store *store, lsc_error *error)
{
    const int64_t as_of_ms = 1775001600000; /* 2026-04-01: the library reads no clock */
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    lsc_model *model = NULL;
    lsc_scorer *scorer = NULL;
    if (lsc_store_load_model(store, "acme", NULL, NULL, &model, error) == LSC_OK &&
        lsc_scorer_new(model, NULL, &scorer, error) == LSC_OK &&
        lsc_store_score_lead(store, "acme", "a1", scorer, as_of_ms, &explanation, error) == LSC_OK)
        printf("kept: score %d, grade %c\n", explanation.result.score, explanation.result.grade);
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
    return error->status;
}

int main(void)
{
    static char bundle[1 << 20];
    size_t bundle_size = 0;
    lsc_error error = LSC_ERROR_INIT;
    lsc_store *store = NULL; /* NULL as its path: in memory */
    FILE *file = fopen("models/starter.lsm", "rb");
    if (file != NULL) {
        bundle_size = fread(bundle, 1, sizeof bundle, file);
        fclose(file);
    }
    if (lsc_store_open(NULL, NULL, &store, &error) != LSC_OK ||
        fill(store, bundle, bundle_size, &error) != LSC_OK || score(store, &error) != LSC_OK)
        printf("%s\n", error.message);
    lsc_store_close(store);
    return error.status;
}
