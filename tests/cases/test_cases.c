/* The cases that every binding runs, in C: see make_cases.py. */

#include "suite.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "core/json.h"

#include <leadscore/explain.h>

/** Read a whole file. */
static lsc_json *read_cases(const char *name)
{
    char path[4200];
    static char text[1 << 20];
    lsc_json *root = NULL;
    const lsc_json_limits limits = {sizeof text, 8, 100000};
    snprintf(path, sizeof path, "%s/tests/cases/%s", LSC_ROOT, name);
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    size_t length = fread(text, 1, sizeof text, file);
    fclose(file);
    ck_assert_uint_lt(length, sizeof text);
    ck_ok(lsc_json_parse(text, length, &limits, &root, error));
    return root;
}

/** The text of a member; NULL where there is none. */
static const char *text_of(const lsc_json *object, const char *key)
{
    const lsc_json *member = lsc_json_member(object, key);
    return member != NULL && lsc_json_kind(member) == LSC_JSON_STRING ? lsc_json_string(member)
                                                                      : NULL;
}

static double double_of(const lsc_json *object, const char *key)
{
    const char *hex = text_of(object, key);
    double value = (double)NAN;
    if (hex != NULL) {
        uint64_t bits = strtoull(hex, NULL, 16);
        memcpy(&value, &bits, sizeof value);
    }
    return value;
}

static float float_of(const char *hex)
{
    float value = NAN;
    if (hex != NULL) {
        uint32_t bits = (uint32_t)strtoul(hex, NULL, 16);
        memcpy(&value, &bits, sizeof value);
    }
    return value;
}

static bool same_double(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static bool same_float(float a, float b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static void check_result(const lsc_json *expect, const lsc_result *result, const char *name)
{
    const lsc_json *score = lsc_json_member(expect, "score");
    int wanted = lsc_json_kind(score) == LSC_JSON_NULL ? -1 : (int)lsc_json_number(score);
    const char *grade = text_of(expect, "grade");
    ck_assert_str_eq(lsc_outcome_status_name(result->status), text_of(expect, "status"));
    ck_assert_msg(result->score == wanted, "%s: score %d, not %d", name, result->score, wanted);
    ck_assert_int_eq(result->grade, grade == NULL ? 0 : grade[0]);
    ck_assert(same_double(result->probability, double_of(expect, "probability")));
    ck_assert(same_double(result->probability_low, double_of(expect, "probability_low")));
    ck_assert(same_double(result->probability_high, double_of(expect, "probability_high")));
    ck_assert(same_double(result->confidence, double_of(expect, "confidence")));
    ck_assert(same_double(result->points, double_of(expect, "points")));
    ck_assert(same_float(result->margin, float_of(text_of(expect, "margin"))));
    ck_assert(same_float(result->raw_probability, float_of(text_of(expect, "raw_probability"))));
}

static void check_hex(double value, const lsc_json *hex)
{
    char bits[17] = "";
    uint64_t number;
    memcpy(&number, &value, sizeof number);
    snprintf(bits, sizeof bits, "%016" PRIx64, number);
    ck_assert_str_eq(bits, lsc_json_string(hex));
}

/** That a reason is [code, text, contribution, [ids]]. */
static void check_reason(const lsc_json *expect, const lsc_reason *reason)
{
    const lsc_json *member = lsc_json_first(expect);
    size_t n = 0;
    ck_assert_str_eq(reason->code, lsc_json_string(member));
    member = lsc_json_next(member);
    ck_assert_str_eq(reason->text, lsc_json_string(member));
    member = lsc_json_next(member);
    check_hex(reason->contribution, member);
    member = lsc_json_next(member);
    ck_assert_uint_eq(lsc_json_count(member), reason->n_activity_ids);
    for (const lsc_json *id = lsc_json_first(member); id != NULL; id = lsc_json_next(id)) {
        ck_assert_str_eq(reason->activity_ids[n++], lsc_json_string(id));
    }
}

static void check_breakdown(const lsc_json *expect, const lsc_explanation *explanation)
{
    ck_assert_uint_eq(lsc_json_count(expect), explanation->n_breakdown);
    for (size_t i = 0; i < explanation->n_breakdown; i++) {
        const lsc_breakdown_part *part = &explanation->breakdown[i];
        const lsc_json *points = lsc_json_member(expect, part->group);
        ck_assert_ptr_nonnull(points);
        ck_assert_int_eq(part->points, (int)lsc_json_number(points));
    }
}

static void check_why(const lsc_json *expect, const lsc_explanation *explanation)
{
    const lsc_json *contributions = lsc_json_member(expect, "contributions");
    const lsc_json *reasons = lsc_json_member(expect, "reasons");
    const lsc_json *baseline = lsc_json_member(expect, "baseline");
    size_t n = 0;
    ck_assert(same_double(explanation->base_value, double_of(expect, "base_value")));
    ck_assert_int_eq(explanation->baseline,
                     lsc_json_kind(baseline) == LSC_JSON_NULL ? 0 : (int)lsc_json_number(baseline));
    check_breakdown(lsc_json_member(expect, "breakdown"), explanation);
    ck_assert_uint_eq(lsc_json_count(contributions), explanation->n_contributions);
    for (const lsc_json *item = lsc_json_first(contributions); item != NULL;
         item = lsc_json_next(item)) {
        check_hex(explanation->contributions[n++].value, item);
    }
    n = 0;
    ck_assert_uint_eq(lsc_json_count(reasons), explanation->n_reasons);
    for (const lsc_json *item = lsc_json_first(reasons); item != NULL; item = lsc_json_next(item)) {
        check_reason(item, &explanation->reasons[n++]);
    }
}

static void check_as_of(const lsc_json *expect, int64_t as_of_ms)
{
    const lsc_json *wanted = lsc_json_member(expect, "as_of_ms");
    const bool is_none = lsc_json_kind(wanted) == LSC_JSON_NULL;
    ck_assert_int_eq(as_of_ms, is_none ? LSC_TIME_NONE : (int64_t)lsc_json_number(wanted));
}

/** A vector of the case, as `columns`; how wide it is. */
static size_t read_vector(const lsc_json *vector, float columns[256])
{
    size_t n = 0;
    for (const lsc_json *item = lsc_json_first(vector); item != NULL; item = lsc_json_next(item)) {
        ck_assert_uint_lt(n, 256);
        columns[n++] =
            float_of(lsc_json_kind(item) == LSC_JSON_STRING ? lsc_json_string(item) : NULL);
    }
    return n;
}

static lsc_status explain_case(const lsc_json *of_case, lsc_scorer *scorer,
                               lsc_explanation *explanation, lsc_error *error)
{
    float columns[256];
    const lsc_json *vector = lsc_json_member(of_case, "vector");
    if (vector != NULL) {
        return lsc_explain_vector(scorer, columns, read_vector(vector, columns), explanation,
                                  error);
    }
    const char *lead = text_of(of_case, "lead");
    const char *activities = text_of(of_case, "activities");
    const char *as_of = text_of(of_case, "as_of");
    int64_t as_of_ms = 0;
    lsc_status status = lsc_time_parse(as_of, strlen(as_of), &as_of_ms, error);
    if (status != LSC_OK) {
        return status;
    }
    return lsc_explain_json(scorer, lead, strlen(lead), activities,
                            activities == NULL ? 0 : strlen(activities), as_of_ms, explanation,
                            error);
}

static lsc_status run_case(const lsc_json *of_case, lsc_scorer **scorer,
                           lsc_explanation *explanation, lsc_error *error)
{
    char path[4200];
    lsc_model *model = NULL;
    *scorer = NULL;
    snprintf(path, sizeof path, "%s/%s", LSC_ROOT, text_of(of_case, "model"));
    lsc_status status = lsc_model_load_file(path, NULL, &model, error);
    if (status == LSC_OK) {
        status = lsc_scorer_new(model, NULL, scorer, error);
        lsc_model_unref(model);
    }
    return status == LSC_OK ? explain_case(of_case, *scorer, explanation, error) : status;
}

static void check_error(const lsc_json *expected, const lsc_error *error, const char *name)
{
    const lsc_json *offset = lsc_json_member(expected, "offset");
    int64_t wanted = lsc_json_kind(offset) == LSC_JSON_NULL ? -1 : (int64_t)lsc_json_number(offset);
    ck_assert_msg(strcmp(lsc_status_name(error->status), text_of(expected, "status")) == 0,
                  "%s: %s, not %s", name, lsc_status_name(error->status),
                  text_of(expected, "status"));
    ck_assert_int_eq(error->offset, wanted);
}

static void check_case(const lsc_json *of_case)
{
    const char *name = text_of(of_case, "name");
    const lsc_json *expect = lsc_json_member(of_case, "expect");
    lsc_scorer *scorer;
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    lsc_error error = LSC_ERROR_INIT;
    lsc_status status = run_case(of_case, &scorer, &explanation, &error);
    ck_assert_msg((status == LSC_OK) == (expect != NULL), "%s: %s", name, error.message);
    if (status == LSC_OK) {
        check_result(expect, &explanation.result, name);
        check_why(lsc_json_member(of_case, "why"), &explanation);
        check_as_of(expect, explanation.receipt.as_of_ms);
        ck_assert_str_eq(explanation.receipt.input_sha256, text_of(expect, "input_sha256"));
        ck_assert_str_eq(explanation.receipt.result_sha256, text_of(expect, "result_sha256"));
    } else {
        check_error(lsc_json_member(of_case, "error"), &error, name);
    }
    lsc_scorer_free(scorer);
}

static void check_file(const char *name, size_t least)
{
    lsc_json *root = read_cases(name);
    const lsc_json *cases = lsc_json_member(root, "cases");
    ck_assert_uint_ge(lsc_json_count(cases), least);
    for (const lsc_json *item = lsc_json_first(cases); item != NULL; item = lsc_json_next(item)) {
        check_case(item);
    }
    lsc_json_free(root);
}

START_TEST(leads_score_as_in_every_language)
{
    check_file("leads.json", 55);
}
END_TEST

START_TEST(vectors_score_as_in_every_language)
{
    check_file("vectors.json", 14);
}
END_TEST

START_TEST(errors_are_those_of_every_language)
{
    check_file("errors.json", 46);
}
END_TEST

LSC_SUITE("cases", TEST(leads_score_as_in_every_language), TEST(vectors_score_as_in_every_language),
          TEST(errors_are_those_of_every_language))
