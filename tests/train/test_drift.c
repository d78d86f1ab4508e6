/* Drift, from training to advice: what is said of leads that have changed and that have not. */
#include "suite.h"

#include <math.h>

#include "train/reference_read.h"
#include "trained.h"

enum {
    N_LEADS = 600
};

/** A model of the source, which is given up with the spec. */
static lsc_model *model_of(memory_source *source, lsc_spec *spec)
{
    lsc_train train = LSC_TRAIN_INIT;
    train.spec = spec;
    lsc_model *model = model_trained_on(source, &train);
    lsc_spec_unref(spec);
    memory_source_free(source);
    return model;
}

static lsc_json *drift_of(lsc_model *model, memory_source *source, const lsc_drift *drift)
{
    char *json;
    ck_ok(lsc_drift_json(model, source->source, drift, &json, error));
    lsc_json *root = parse_metrics(json);
    lsc_text_free(json);
    memory_source_free(source);
    return root;
}

static const char *text_at(const lsc_json *object, const char *key)
{
    const lsc_json *member = lsc_json_member(object, key);
    ck_assert_msg(member != NULL && lsc_json_kind(member) == LSC_JSON_STRING, "no text %s", key);
    return lsc_json_string(member);
}

static const lsc_json *feature_at(const lsc_json *root, const char *name)
{
    const lsc_json *item = lsc_json_first(lsc_json_member(root, "features"));
    while (item != NULL && strcmp(text_at(item, "name"), name) != 0) {
        item = lsc_json_next(item);
    }
    ck_assert_msg(item != NULL, "no feature %s", name);
    return item;
}

static bool advises(const lsc_json *root, const char *words)
{
    bool found = false;
    for (const lsc_json *item = lsc_json_first(lsc_json_member(root, "advice")); item != NULL;
         item = lsc_json_next(item)) {
        found = found || strstr(lsc_json_string(item), words) != NULL;
    }
    return found;
}

START_TEST(leads_like_those_of_training_are_stable)
{
    lsc_model *model = model_of(table_of(4 * N_LEADS, 75), table_spec());
    lsc_json *found = drift_of(model, table_of(4 * N_LEADS, 76), NULL);
    ck_assert_str_eq(text_at(found, "verdict"), "stable");
    ck_assert(advises(found, "Nothing needs doing"));
    for (const lsc_json *item = lsc_json_first(lsc_json_member(found, "features")); item != NULL;
         item = lsc_json_next(item)) {
        ck_assert_double_lt(number_at(item, "psi"), 0.03);
        ck_assert_double_gt(number_at(item, "p_value"), 0.001);
    }
    const lsc_json *calibration = lsc_json_member(found, "calibration");
    ck_assert_str_eq(text_at(calibration, "verdict"), "stable");
    ck_assert_double_eq(number_at(calibration, "n_rows"), 4 * N_LEADS);
    ck_assert_double_eq(number_at(lsc_json_member(found, "metrics"), "n_rows"), 4 * N_LEADS);
    lsc_json_free(found);
    lsc_model_unref(model);
}
END_TEST

/** x is higher, and half of the rows have lost their kind. */
static void change(memory_source *source)
{
    lsc_random random;
    lsc_random_seed(&random, 77);
    for (size_t i = 0; i < source->n_leads; i++) {
        lsc_lead *lead = source->leads[i].lead;
        ck_ok(lsc_lead_set_number(lead, "x", 1 + random_normal(&random), error));
        if (i % 2 == 0) {
            ck_ok(lsc_lead_set_text(lead, "kind", "", error));
        }
    }
}

START_TEST(leads_that_have_changed_are_named)
{
    lsc_model *model = model_of(table_of(2 * N_LEADS, 78), table_spec());
    memory_source *source = table_of(2 * N_LEADS, 79);
    change(source);
    lsc_json *found = drift_of(model, source, NULL);
    ck_assert_str_eq(text_at(found, "verdict"), "drifted");
    ck_assert_str_eq(text_at(feature_at(found, "x"), "verdict"), "drifted");
    ck_assert_str_eq(text_at(feature_at(found, "kind"), "verdict"), "drifted");
    ck_assert_str_eq(text_at(feature_at(found, "y"), "verdict"), "stable");
    const lsc_json *missing = lsc_json_member(feature_at(found, "kind"), "missing");
    ck_assert_double_lt(number_at(missing, "reference"), 0.01);
    ck_assert_double_eq_tol(number_at(missing, "now"), 0.5, 1e-6);
    ck_assert(advises(found, "other leads than in training: kind"));
    ck_assert(advises(found, "These features have moved: x, kind"));
    /* Labels were made by the old x, so that probabilities are off. */
    ck_assert_str_eq(text_at(lsc_json_member(found, "calibration"), "verdict"), "drifted");
    ck_assert(advises(found, "Train again"));
    lsc_json_free(found);
    lsc_model_unref(model);
}
END_TEST

START_TEST(a_table_without_labels_is_compared_but_not_calibrated)
{
    lsc_model *model = model_of(table_of(N_LEADS, 80), table_spec());
    memory_source *source = table_of(N_LEADS, 81);
    for (size_t i = 0; i < source->n_leads; i++) {
        source->leads[i].n_outcomes = 0;
    }
    lsc_json *found = drift_of(model, source, NULL);
    ck_assert_int_eq(lsc_json_kind(lsc_json_member(found, "calibration")), LSC_JSON_NULL);
    ck_assert_int_eq(lsc_json_kind(lsc_json_member(found, "metrics")), LSC_JSON_NULL);
    ck_assert_double_eq(number_at(found, "n_rows"), N_LEADS);
    lsc_json_free(found);
    lsc_model_unref(model);
}
END_TEST

START_TEST(outcomes_count_once_their_horizon_has_passed)
{
    lsc_model *model = model_of(timeline_of(2 * N_LEADS, 82), timeline_spec());
    lsc_drift drift = LSC_DRIFT_INIT;
    drift.as_of_ms = START + 450 * DAY;
    lsc_json *early = drift_of(model, timeline_of(2 * N_LEADS, 83), &drift);
    const lsc_json *calibration = lsc_json_member(early, "calibration");
    ck_assert_double_eq(number_at(calibration, "n_rows"), number_at(early, "n_rows"));
    ck_assert_double_gt(number_at(calibration, "n_positive"), 10);
    ck_assert_double_gt(number_at(early, "n_converted_before"), 10);
    ck_assert_double_gt(number_at(early, "n_unscored"), 10);
    ck_assert_double_eq(number_at(early, "n_rows") + number_at(early, "n_not_yet") +
                            number_at(early, "n_converted_before") + number_at(early, "n_unscored"),
                        2 * N_LEADS);
    drift.as_of_ms = START + 590 * DAY;
    lsc_json *late = drift_of(model, timeline_of(2 * N_LEADS, 83), &drift);
    ck_assert_int_eq(lsc_json_kind(lsc_json_member(late, "calibration")), LSC_JSON_NULL);
    drift.horizon_ms = 5 * DAY;
    lsc_json *soon = drift_of(model, timeline_of(2 * N_LEADS, 83), &drift);
    ck_assert_int_eq(lsc_json_kind(lsc_json_member(soon, "calibration")), LSC_JSON_OBJECT);
    lsc_json_free(early);
    lsc_json_free(late);
    lsc_json_free(soon);
    lsc_model_unref(model);
}
END_TEST

/** Leads that had converted by then do so again ten days later. @return how many */
static size_t convert_again(memory_source *source, int64_t as_of_ms)
{
    size_t n = 0;
    for (size_t i = 0; i < source->n_leads; i++) {
        memory_lead *lead = &source->leads[i];
        if (lead->n_outcomes == 1 && lead->outcomes[0].converted &&
            lead->outcomes[0].time_ms <= as_of_ms) {
            add_outcome(lead, as_of_ms + 10 * DAY, true);
            n++;
        }
    }
    return n;
}

START_TEST(where_outcomes_repeat_leads_count_after_one_too)
{
    memory_source *old = timeline_of(2 * N_LEADS, 84);
    memory_source *new = timeline_of(2 * N_LEADS, 85);
    lsc_train train = LSC_TRAIN_INIT;
    lsc_drift drift = LSC_DRIFT_INIT;
    drift.as_of_ms = START + 450 * DAY;
    train.spec = timeline_spec();
    train.effort = LSC_EFFORT_QUICK;
    train.repeats = true;
    lsc_model *model = model_trained_on(old, &train);
    size_t n_again = convert_again(new, drift.as_of_ms);
    lsc_json *found = drift_of(model, new, &drift);
    ck_assert_double_eq(number_at(found, "n_converted_before"), 0);
    ck_assert_double_eq(number_at(found, "n_rows") + number_at(found, "n_not_yet") +
                            number_at(found, "n_unscored"),
                        2 * N_LEADS);
    /* A tenth of them is not scored; others convert for the first time. */
    ck_assert_uint_gt(n_again, 50);
    ck_assert_double_gt(number_at(lsc_json_member(found, "calibration"), "n_positive"),
                        0.8 * (double)n_again);
    lsc_json_free(found);
    lsc_model_unref(model);
    lsc_spec_unref(train.spec);
    memory_source_free(old);
}
END_TEST

START_TEST(what_cannot_be_compared_is_refused)
{
    lsc_model *model = model_of(timeline_of(N_LEADS, 84), timeline_spec());
    memory_source *source = timeline_of(N_LEADS, 85);
    lsc_drift drift = LSC_DRIFT_INIT;
    char *json;
    ck_fails(lsc_drift_json(model, source->source, NULL, NULL, error), LSC_INVALID_ARG, "json");
    ck_fails(lsc_drift_json(NULL, source->source, NULL, &json, error), LSC_INVALID_ARG, "model");
    ck_fails(lsc_drift_json(model, NULL, NULL, &json, error), LSC_INVALID_ARG, "source");
    ck_fails(lsc_drift_json(model, source->source, NULL, &json, error), LSC_INVALID_ARG,
             "as_of_ms is needed");
    drift.as_of_ms = START - DAY;
    ck_fails(lsc_drift_json(model, source->source, &drift, &json, error), LSC_BAD_DATA,
             "600 had not come by then");
    ck_assert_ptr_null(json);
    drift.horizon_ms = 5;
    ck_fails(lsc_drift_json(model, source->source, &drift, &json, error), LSC_INVALID_ARG,
             "horizon_ms is 5");
    drift.size = 8;
    ck_fails(lsc_drift_json(model, source->source, &drift, &json, error), LSC_INVALID_ARG,
             "lsc_drift");
    memory_source_free(source);
    lsc_model_unref(model);
}
END_TEST

#define COLUMN(name, rest) "{\"name\": \"" name "\", " rest "}"
#define GOOD "\"missing\": 0.1, \"edges\": [1, 2], \"shares\": [0.2, 0.3, 0.5], \"n_effective\": 90"
#define ROOT(x) \
    "{\"format\": 1, \"columns\": [" x ", " COLUMN("y", GOOD) "], \"probability\": {" GOOD "}}"

static lsc_status parse_reference(const lsc_spec *spec, const char *text, lsc_reference *reference,
                                  lsc_error *error)
{
    return lsc_reference_parse(text, strlen(text), spec, lsc_default_allocator(), reference, error);
}

START_TEST(a_reference_that_is_none_is_refused)
{
    static const struct {
        const char *json;
        const char *words;
    } bad[] = {
        {"[]", "no object"},
        {"{\"format\": 1, \"columns\": [], \"probability\": {" GOOD "}}", "0 columns"},
        {ROOT(COLUMN("z", GOOD)), "\"z\""},
        {ROOT("5"), "columns[0]"},
        {ROOT(COLUMN("x", "\"missing\": 2, \"edges\": [], \"shares\": [1]")), "missing"},
        {ROOT(COLUMN("x", "\"missing\": 0, \"edges\": [2, 1], \"shares\": [0.2, 0.3, 0.5]")),
         "do not rise"},
        {ROOT(COLUMN("x", "\"missing\": 0, \"edges\": [1], \"shares\": [0.2, 0.3, 0.5]")),
         "not those of 2 bins"},
        {ROOT(COLUMN("x", "\"missing\": 0, \"edges\": [1], \"shares\": [0.2, 0.3]")),
         "not those of 2 bins"},
        {ROOT(COLUMN("x", "\"missing\": 0, \"edges\": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],"
                          " \"shares\": []")),
         "at most 9"},
        {ROOT(COLUMN("x", "\"missing\": 0, \"edges\": [\"1\"], \"shares\": [0.5, 0.5]")), "edges"},
        {ROOT(COLUMN("x", "\"missing\": 0, \"edges\": [1], \"shares\": [-0.5, 1.5]")), "shares"},
        {ROOT(COLUMN("x", "\"missing\": 0, \"edges\": [], \"shares\": [1], \"n_effective\": 0")),
         "n_effective"},
    };
    lsc_spec *spec;
    lsc_reference reference;
    const char *json = "{\"format\": 1, \"name\": \"t\", \"groups\": [\"g\"], \"features\": ["
                       "{\"name\": \"x\", \"group\": \"g\", \"kind\": \"number\", \"property\": "
                       "\"x\"}, {\"name\": \"y\", \"group\": \"g\", \"kind\": \"number\", "
                       "\"property\": \"y\"}]}";
    ck_ok(lsc_spec_parse(json, strlen(json), NULL, &spec, error));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_fails(parse_reference(spec, bad[i].json, &reference, error), LSC_BAD_MODEL,
                 bad[i].words);
    }
    ck_fails(parse_reference(spec, "{", &reference, error), LSC_BAD_JSON, "reference.json");
    ck_fails(parse_reference(spec, "{\"format\": 2}", &reference, error), LSC_UNSUPPORTED,
             "format 2");
    ck_ok(parse_reference(spec, ROOT(COLUMN("x", GOOD)), &reference, error));
    ck_assert_double_eq_tol(reference.columns[1].shares[2], 0.45, 1e-12);
    ck_assert_double_eq(reference.columns[1].shares[3], 0.1);
    ck_assert_double_eq(reference.columns[1].n_effective, 90);
    lsc_reference_free(&reference);
    ck_ok(parse_reference(spec, ROOT(COLUMN("x", "\"missing\": 1, \"edges\": [], \"shares\": []")),
                          &reference, error));
    ck_assert_double_eq(reference.columns[0].shares[1], 1);
    ck_assert(isnan(reference.columns[0].n_effective));
    lsc_reference_free(&reference);
    lsc_spec_unref(spec);
}
END_TEST

LSC_SUITE("train/drift", TEST(leads_like_those_of_training_are_stable),
          TEST(leads_that_have_changed_are_named),
          TEST(a_table_without_labels_is_compared_but_not_calibrated),
          TEST(outcomes_count_once_their_horizon_has_passed),
          TEST(where_outcomes_repeat_leads_count_after_one_too),
          TEST(what_cannot_be_compared_is_refused), TEST(a_reference_that_is_none_is_refused))
