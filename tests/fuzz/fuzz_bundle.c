/*
 * A bundle (.lsm), read without trusted keys and with one. What is accepted scores and explains vectors
 * and leads, and can be signed.
 */
#include "fuzz.h"

#include <string.h>

#include "fuzz_signature.h"

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

/** Whether the input ends in what the trusted key signs the rest with. Ed25519 has one signature. */
static bool is_signed(const uint8_t *bytes, size_t length)
{
    char frame[FUZZ_SIGNATURE_SIZE + 1];
    if (length < FUZZ_SIGNATURE_SIZE) {
        return false;
    }
    const uint8_t *end = bytes + length - FUZZ_SIGNATURE_SIZE;
    if (end[0] != 0x53 || end[FUZZ_SIGNATURE_SIZE - 1] != '\n') {
        return false;
    }
    fuzz_sign(bytes, length - FUZZ_SIGNATURE_SIZE, frame);
    return memcmp(end, frame, FUZZ_SIGNATURE_SIZE) == 0;
}

/** With a trusted key: what is signed ends as it does without one, and nothing else is read. */
static void check_trust(const uint8_t *bytes, size_t length, const lsc_load *given,
                        lsc_status without)
{
    lsc_error refusal = LSC_ERROR_INIT;
    lsc_load load = *given;
    lsc_model *model = NULL;
    load.trusted_keys = fuzz_trusted_key();
    load.n_trusted_keys = 1;
    lsc_status status = lsc_model_load_bytes(bytes, length, &load, &model, &refusal);
    fuzz_check(status == (is_signed(bytes, length) ? without : LSC_UNTRUSTED));
    if (status != LSC_OK) {
        fuzz_check_refusal(status, &refusal, LSC_MAX_BUNDLE_UNPACKED);
        return;
    }
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    fuzz_ok(lsc_model_get_info(model, &info, error));
    fuzz_check(info.signed_by != NULL && strcmp(info.signed_by, info.claimed_key) == 0);
    lsc_model_unref(model);
}

/** Sign what is a bundle: then it is trusted, whatever signature it had. */
static void check_signing(const uint8_t *bytes, size_t length, const lsc_load *load)
{
    void *made = NULL;
    size_t made_length = 0;
    fuzz_ok(lsc_bundle_sign(bytes, length, fuzz_private_key, strlen(fuzz_private_key), NULL, &made,
                            &made_length, NULL, error));
    fuzz_check(is_signed(made, made_length));
    check_trust(made, made_length, load, LSC_OK);
    lsc_bundle_free(made);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    lsc_error refusal = LSC_ERROR_INIT;
    lsc_load load = LSC_LOAD_INIT;
    lsc_model *model = NULL;
    load.self_test = fuzz_choice(bytes, length, 2) == 0;
    lsc_status status = lsc_model_load_bytes(bytes, length, &load, &model, &refusal);
    check_trust(bytes, length, &load, status);
    if (status != LSC_OK) {
        /* Where a member is at fault, the offset is one in that. */
        fuzz_check_refusal(status, &refusal, LSC_MAX_BUNDLE_UNPACKED);
        fuzz_check(model == NULL);
        return 0;
    }
    check_facts(model);
    use_model(model, bytes, length);
    if (fuzz_choice(bytes, length, 16) == 0) {
        check_signing(bytes, length, &load);
    }
    lsc_model_unref(model);
    return 0;
}
