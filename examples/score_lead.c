/* Score one lead. Build: cc score_lead.c $(pkg-config --cflags --libs leadscore) */
#include <leadscore/leadscore.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    const char *lead = "{\"id\": \"a1\", \"email\": \"jo@acme.example\", \"job_title\": \"VP Sales\"}";
    const char *seen = "[{\"id\": \"e1\", \"type\": \"Demo Requested\", \"time\": \"2026-03-30\"}]";
    const int64_t now = INT64_C(1775001600000); /* 2026-04-01, in milliseconds */

    lsc_error error = LSC_ERROR_INIT;
    lsc_result result = LSC_RESULT_INIT;
    lsc_model *model = NULL;
    lsc_scorer *scorer = NULL;
    if (lsc_model_load_file(argc > 1 ? argv[1] : "model.lsm", NULL, &model, &error) == LSC_OK &&
        lsc_scorer_new(model, NULL, &scorer, &error) == LSC_OK &&
        lsc_score_json(scorer, lead, strlen(lead), seen, strlen(seen), now, &result, &error) == LSC_OK) {
        printf("score %d, probability %.3f\n", result.score, result.probability);
    } else {
        fprintf(stderr, "%s\n", error.message);
    }
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
    return error.status;
}
