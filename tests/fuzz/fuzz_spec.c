/* A feature spec. What is accepted extracts vectors, and is written and read again. */
#include "fuzz.h"

#include <stdbool.h>
#include <string.h>

#include "core/json.h"

/** The canonical form is a fixed point. One in four. */
static void check_canonical(const lsc_spec *spec)
{
    lsc_spec *again = NULL;
    size_t length;
    size_t length_again;
    const char *json = lsc_spec_json(spec, &length);
    if (fuzz_choice((const uint8_t *)json, length, 4) != 0) {
        return;
    }
    fuzz_ok(lsc_spec_parse(json, length, NULL, &again, error));
    const char *json_again = lsc_spec_json(again, &length_again);
    fuzz_check(length == length_again && memcmp(json, json_again, length) == 0);
    lsc_spec_unref(again);
}

static void check_names(const lsc_spec *spec)
{
    for (size_t i = 0; i < lsc_spec_n_columns(spec); i++) {
        size_t feature = lsc_spec_column_feature(spec, i);
        fuzz_check(feature < lsc_spec_n_features(spec));
        fuzz_check(lsc_spec_feature_group(spec, feature) < lsc_spec_n_groups(spec));
        fuzz_check(lsc_spec_column_name(spec, i)[0] != '\0');
        fuzz_check(lsc_spec_feature_name(spec, feature)[0] != '\0');
    }
}

/** What a rule asks of its column. */
typedef enum condition {
    PER_UNIT,
    AT_MOST_0,
    OF_LEVEL
} condition;

static void put_rule(lsc_json_writer *json, const char *feature, int points, condition asked,
                     const char *level)
{
    static const char *const keys[] = {"per", "most", "level"};
    lsc_json_begin_object(json);
    lsc_json_put_key(json, "feature");
    lsc_json_put_string(json, feature);
    lsc_json_put_key(json, "points");
    lsc_json_put_int(json, points);
    lsc_json_put_key(json, keys[asked]);
    if (asked == AT_MOST_0) {
        lsc_json_put_int(json, 0);
    } else {
        lsc_json_put_string(json, asked == PER_UNIT ? "unit" : level);
    }
    lsc_json_end_object(json);
}

static void put_rules(lsc_json_writer *json, const lsc_spec *spec, size_t column)
{
    const char *feature = lsc_spec_feature_name(spec, lsc_spec_column_feature(spec, column));
    const char *name = lsc_spec_column_name(spec, column);
    size_t length = strlen(feature);
    if (strcmp(name, feature) == 0) {
        put_rule(json, feature, 3, PER_UNIT, NULL);
        put_rule(json, feature, -5, AT_MOST_0, NULL);
    } else if (strncmp(name, feature, length) == 0 && name[length] == '=') {
        put_rule(json, feature, column % 2 == 0 ? 4 : -4, OF_LEVEL, name + length + 1);
    }
}

/** A card with rules for each column, in `rules`. */
static void write_rules(const lsc_spec *spec, lsc_buffer *rules)
{
    lsc_json_writer json;
    lsc_json_writer_init(&json, rules, 0);
    lsc_json_begin_object(&json);
    lsc_json_put_key(&json, "format");
    lsc_json_put_int(&json, 1);
    lsc_json_put_key(&json, "base");
    lsc_json_put_int(&json, 50);
    lsc_json_put_key(&json, "rules");
    lsc_json_begin_array(&json);
    for (size_t i = 0; i < lsc_spec_n_columns(spec) && i < 100; i++) {
        put_rules(&json, spec, i);
    }
    lsc_json_end_array(&json);
    lsc_json_end_object(&json);
}

static void explain_leads(const void *bundle, size_t length)
{
    lsc_model *model = NULL;
    lsc_scorer *scorer = NULL;
    fuzz_ok(lsc_model_load_bytes(bundle, length, NULL, &model, error));
    fuzz_ok(lsc_scorer_new(model, NULL, &scorer, error));
    for (size_t i = 0; i < FUZZ_LEADS; i++) {
        fuzz_use_lead(scorer, fuzz_sample_lead(i), INT64_C(1760000000000), true);
    }
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
}

/** A scorecard over the spec, which makes sentences of it. Packing is dear: one in 128. */
static void check_sentences(const lsc_spec *spec)
{
    size_t length;
    const char *json = lsc_spec_json(spec, &length);
    if (fuzz_choice((const uint8_t *)json, length, 128) != 0) {
        return;
    }
    lsc_buffer rules;
    void *bundle = NULL;
    size_t bundle_length = 0;
    lsc_buffer_init(&rules, lsc_default_allocator());
    write_rules(spec, &rules);
    fuzz_ok(lsc_scorecard_build("m", json, length, rules.data, rules.length, &bundle,
                                &bundle_length, error));
    explain_leads(bundle, bundle_length);
    lsc_bundle_free(bundle);
    lsc_buffer_free(&rules);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    lsc_error refusal = LSC_ERROR_INIT;
    lsc_spec *spec = NULL;
    lsc_status status = lsc_spec_parse((const char *)bytes, length, NULL, &spec, &refusal);
    if (status != LSC_OK) {
        fuzz_check_refusal(status, &refusal, length);
        fuzz_check(spec == NULL);
        return 0;
    }
    check_names(spec);
    check_canonical(spec);
    fuzz_use_spec(spec);
    check_sentences(spec);
    lsc_spec_unref(spec);
    return 0;
}
