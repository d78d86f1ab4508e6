/* The rules of a scorecard over the default spec. */
#include "fuzz.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "model/scorecard.h"

static void use_card(const lsc_scorecard *card, size_t n_columns)
{
    static float columns[LSC_MAX_COLUMNS];
    static double contributions[LSC_MAX_COLUMNS];
    static const float all[] = {NAN, 0, 1, 1e6f, FLT_MAX, -FLT_MAX};
    for (size_t v = 0; v < sizeof all / sizeof all[0]; v++) {
        for (size_t i = 0; i < n_columns; i++) {
            columns[i] = all[(v + i * v) % (sizeof all / sizeof all[0])];
        }
        double points = lsc_scorecard_points(card, columns, n_columns, contributions);
        fuzz_check(points >= 0 && points <= 100);
        double sum = card->base;
        double size = fabs(sum);
        for (size_t i = 0; i < n_columns; i++) {
            sum += contributions[i];
            size += fabs(contributions[i]);
        }
        /* Sums of double, of at most LSC_MAX_RULES rules. */
        fuzz_check(fabs(sum - points) <= 1e-9 * fmax(1, size));
    }
}

/** As a bundle too: packing is dear, so one in 128. */
static void use_bundle(const uint8_t *bytes, size_t length)
{
    static lsc_spec *spec;
    void *bundle = NULL;
    size_t bundle_length = 0;
    size_t spec_length;
    if (fuzz_choice(bytes, length, 128) != 0) {
        return;
    }
    if (spec == NULL) {
        fuzz_ok(lsc_spec_default(NULL, &spec, error));
    }
    const char *json = lsc_spec_json(spec, &spec_length);
    fuzz_ok(lsc_scorecard_build("m", json, spec_length, (const char *)bytes, length, &bundle,
                                &bundle_length, error));
    lsc_model *model = NULL;
    lsc_scorer *scorer = NULL;
    lsc_load load = LSC_LOAD_INIT;
    load.self_test = true;
    fuzz_ok(lsc_model_load_bytes(bundle, bundle_length, &load, &model, error));
    fuzz_ok(lsc_scorer_new(model, NULL, &scorer, error));
    for (size_t i = 0; i < FUZZ_LEADS; i++) {
        fuzz_use_lead(scorer, fuzz_sample_lead(i), INT64_C(1760000000000), true);
    }
    fuzz_use_vectors(scorer, bytes, length);
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
    lsc_bundle_free(bundle);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static lsc_spec *spec;
    if (spec == NULL) {
        fuzz_ok(lsc_spec_default(NULL, &spec, error));
    }
    lsc_error refusal = LSC_ERROR_INIT;
    lsc_scorecard card;
    lsc_status status = lsc_scorecard_parse((const char *)bytes, length, spec,
                                            lsc_default_allocator(), &card, &refusal);
    if (status != LSC_OK) {
        fuzz_check_refusal(status, &refusal, length);
        return 0;
    }
    use_card(&card, lsc_spec_n_columns(spec));
    lsc_scorecard_free(&card);
    use_bundle(bytes, length);
    return 0;
}
