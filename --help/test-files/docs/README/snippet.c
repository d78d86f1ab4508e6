#include <leadscore/leadscore.h>
#include <stdio.h>

int main(void)
{
    const char lead[] = "{\"id\": \"a1\", \"job_title\": \"CTO\", \"activities\": [{\"id\": \"e1\","
                        " \"type\": \"Demo Requested\", \"time\": \"2026-03-30T09:00:00Z\"}]}";
    const int64_t as_of_ms = 1775001600000; /* 2026-04-01: the library reads no clock */
    lsc_error error = LSC_ERROR_INIT;
    lsc_result result = LSC_RESULT_INIT;
    lsc_model *model = NULL;
    lsc_scorer *scorer = NULL;
    if (lsc_model_load_file("models/starter.lsm", NULL, &model, &error) == LSC_OK &&
        lsc_scorer_new(model, NULL, &scorer, &error) == LSC_OK &&
        lsc_score_json(scorer, lead, sizeof lead - 1, NULL, 0, as_of_ms, &result, &error) == LSC_OK)
        printf("score %d, grade %c\n", result.score, result.grade);
    else
        printf("%s\n", error.message);
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
    return error.status;
}
