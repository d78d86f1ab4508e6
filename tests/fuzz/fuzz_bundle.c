/* A bundle (.lsm). What is accepted scores and explains vectors and leads. */
#include "fuzz.h"

#include <string.h>

static void check_facts(lsc_model *model)
{
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    fuzz_ok(lsc_model_get_info(model, &info, error));
    fuzz_check(info.name != NULL && info.version != NULL && info.model_type != NULL);
    fuzz_check(info.n_columns == lsc_spec_n_columns(lsc_model_spec(model)));
    fuzz_check(info.max_depth <= LSC_MAX_DEPTH && info.n_nodes <= LSC_MAX_NODES);
    fuzz_check(strlen(info.sha256) == 64 && strlen(info.spec_sha256) == 64);
    for (size_t i = 0; i < lsc_model_n_members(model); i++) {
        size_t length = 0;
        const char *bytes = lsc_model_member(model, lsc_model_member_name(model, i), &length);
        fuzz_check(bytes == NULL || bytes[length] == '\0');
    }
}

static void use_model(lsc_model *model, const uint8_t *bytes, size_t length)
{
    lsc_scorer *scorer = NULL;
    fuzz_ok(lsc_scorer_new(model, NULL, &scorer, error));
    fuzz_use_vectors(scorer, bytes, length);
    fuzz_use_lead(scorer, fuzz_sample_lead(fuzz_choice(bytes, length, FUZZ_LEADS)),
                  INT64_C(1760000000000), fuzz_choice(bytes, length, 32) == 0);
    lsc_scorer_free(scorer);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    lsc_error refusal = LSC_ERROR_INIT;
    lsc_load load = LSC_LOAD_INIT;
    lsc_model *model = NULL;
    load.self_test = fuzz_choice(bytes, length, 2) == 0;
    lsc_status status = lsc_model_load_bytes(bytes, length, &load, &model, &refusal);
    if (status != LSC_OK) {
        /* Where a member is at fault, the offset is one in that. */
        fuzz_check_refusal(status, &refusal, LSC_MAX_BUNDLE_UNPACKED);
        fuzz_check(model == NULL);
        return 0;
    }
    check_facts(model);
    use_model(model, bytes, length);
    lsc_model_unref(model);
    return 0;
}
