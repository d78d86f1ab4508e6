#include <leadscore/leadscore.h>
#include <leadscore/store.h>
#include <leadscore/train.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <leadscore/leadscore.h>

static void work(lsc_model *model) /* runs in each thread */
{
    lsc_scorer *scorer = NULL;
    lsc_result result = LSC_RESULT_INIT;
    lsc_error error = LSC_ERROR_INIT;
    const char *lead = "{\"id\": \"a1\", \"email\": \"jo@acme.example\"}";
    if (lsc_scorer_new(model, NULL, &scorer, &error) == LSC_OK) {
        lsc_score_json(scorer, lead, strlen(lead), NULL, 0, 1775001600000, &result, &error);
    }
    lsc_scorer_free(scorer);
}
