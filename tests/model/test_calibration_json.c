#include "suite.h"

#include <stdio.h>

#include "model_fixtures.h"

static lsc_status parse(const char *json, lsc_calibration *calibration, lsc_error *error)
{
    return lsc_calibration_parse(json, strlen(json), fixture_allocator(), calibration, error);
}

static void refuse(const char *json, lsc_status status, const char *words)
{
    lsc_calibration calibration = {.slope = 7};
    ck_fails(parse(json, &calibration, error), status, words);
    ck_assert_double_eq(calibration.slope, 7);
}

START_TEST(platt_is_read)
{
    lsc_calibration calibration;
    ck_ok(parse(fixture_calibration, &calibration, error));
    ck_assert_int_eq(calibration.kind, LSC_CALIBRATION_PLATT);
    ck_assert_double_eq(calibration.slope, 1.25);
    ck_assert_double_eq(calibration.intercept, -0.5);
    ck_assert_uint_eq(calibration.n_knots, 3);
    ck_assert_double_eq(calibration.knots[0], -4);
    ck_assert_double_eq(calibration.low[1], -1);
    ck_assert_double_eq(calibration.high[2], 7);
    lsc_calibration_free(fixture_allocator(), &calibration);
}
END_TEST

START_TEST(none_has_no_curve)
{
    lsc_calibration calibration;
    ck_ok(parse("{\"kind\": \"none\"}", &calibration, error));
    ck_assert_int_eq(calibration.kind, LSC_CALIBRATION_NONE);
    lsc_calibration_free(fixture_allocator(), &calibration);
}
END_TEST

/** A Platt calibration with these numbers and interval. */
static const char *platt(const char *slope, const char *intercept, const char *interval)
{
    static char json[1000];
    snprintf(json, sizeof json,
             "{\"kind\": \"platt\", \"slope\": %s, \"intercept\": %s, \"interval\": %s}", slope,
             intercept, interval);
    return json;
}

static const char *interval(const char *level, const char *margin, const char *low,
                            const char *high)
{
    static char json[500];
    snprintf(json, sizeof json, "{\"level\": %s, \"margin\": %s, \"low\": %s, \"high\": %s}", level,
             margin, low, high);
    return json;
}

START_TEST(calibrations_that_cannot_be_are_refused)
{
    static const char *const good =
        "{\"level\": 0.9, \"margin\": [0], \"low\": [-1], \"high\": [1]}";
    refuse("", LSC_BAD_JSON, "calibration.json: ");
    refuse("[]", LSC_BAD_MODEL, "not an object but array");
    refuse("{}", LSC_BAD_MODEL, "kind");
    refuse("{\"kind\": \"isotonic\"}", LSC_UNSUPPORTED, "kind is \"isotonic\"");
    refuse("{\"kind\": \"platt\"}", LSC_BAD_MODEL, "slope");
    refuse(platt("0", "0", good), LSC_BAD_MODEL, "slope is not positive");
    refuse(platt("-1", "0", good), LSC_BAD_MODEL, "slope");
    refuse(platt("1e300", "0", good), LSC_BAD_MODEL, "slope");
    refuse(platt("1", "-1e300", good), LSC_BAD_MODEL, "intercept");
    refuse(platt("1", "\"0\"", good), LSC_BAD_MODEL, "intercept");
    refuse(platt("1", "0", "[]"), LSC_BAD_MODEL, "interval");
    refuse(platt("1", "0", interval("0.5", "[0]", "[-1]", "[1]")), LSC_BAD_MODEL, "level");
    refuse(platt("1", "0", interval("0.9", "[]", "[]", "[]")), LSC_BAD_MODEL, "no margins");
    refuse(platt("1", "0", interval("0.9", "[0, 0]", "[-1, 0]", "[1, 1]")), LSC_BAD_MODEL,
           "do not rise");
    refuse(platt("1", "0", interval("0.9", "[0]", "[2]", "[1]")), LSC_BAD_MODEL,
           "low lies above its high");
    refuse(platt("1", "0", interval("0.9", "[0]", "[-1, 0]", "[1]")), LSC_BAD_MODEL,
           "low has 2 numbers, margin has 1");
    refuse(platt("1", "0", interval("0.9", "[0]", "[-1]", "[]")), LSC_BAD_MODEL,
           "high has 0 numbers");
    refuse(platt("1", "0", interval("0.9", "[null]", "[-1]", "[1]")), LSC_BAD_MODEL,
           "margin[0] is null");
    refuse(platt("1", "0", interval("0.9", "[0]", "[-1e10]", "[1]")), LSC_BAD_MODEL,
           "out of range");
}
END_TEST

/** A Venn-Abers calibration with these numbers. */
static const char *venn_abers(const char *points, const char *log_odds, const char *low,
                              const char *high)
{
    static char json[1000];
    snprintf(
        json, sizeof json,
        "{\"kind\": \"venn-abers\", \"slope\": 0.5, \"intercept\": -1, \"curve\": {\"margin\": "
        "%s, \"log_odds\": %s}, \"interval\": {\"level\": 0.9, \"margin\": [-2, 1], \"low\": "
        "%s, \"high\": %s}}",
        points, log_odds, low, high);
    return json;
}

START_TEST(venn_abers_is_read)
{
    lsc_calibration calibration;
    ck_ok(parse(venn_abers("[-1, 0, 2]", "[-3, -3, 4]", "[0, 0.25]", "[0.5, 1]"), &calibration,
                error));
    ck_assert_int_eq(calibration.kind, LSC_CALIBRATION_VENN_ABERS);
    ck_assert_double_eq(calibration.slope, 0.5);
    ck_assert_uint_eq(calibration.n_points, 3);
    ck_assert_double_eq(calibration.points[2], 2);
    ck_assert_double_eq(calibration.heights[1], -3);
    ck_assert_uint_eq(calibration.n_knots, 2);
    ck_assert_double_eq(calibration.knots[0], -2);
    ck_assert_double_eq(calibration.low[1], 0.25);
    ck_assert_double_eq(calibration.high[0], 0.5);
    lsc_calibration_free(fixture_allocator(), &calibration);
    ck_ok(parse(venn_abers("[]", "[]", "[0, 0]", "[1, 1]"), &calibration, error));
    ck_assert_uint_eq(calibration.n_points, 0);
    lsc_calibration_free(fixture_allocator(), &calibration);
}
END_TEST

START_TEST(a_venn_abers_calibration_that_falls_is_refused)
{
    static const char *const low = "[0, 0.25]";
    static const char *const high = "[0.5, 1]";
    refuse(venn_abers("[0]", "[]", low, high), LSC_BAD_MODEL,
           "curve.log_odds has 0 numbers, margin has 1");
    refuse(venn_abers("[0, 0]", "[1, 2]", low, high), LSC_BAD_MODEL, "curve's margins do not rise");
    refuse(venn_abers("[0, 1]", "[2, 1]", low, high), LSC_BAD_MODEL, "the curve falls");
    refuse(venn_abers("[0, 1]", "[1, 1e10]", low, high), LSC_BAD_MODEL,
           "a number of the curve is out of range");
    refuse(venn_abers("[0]", "[\"1\"]", low, high), LSC_BAD_MODEL, "log_odds[0] is string");
    refuse(venn_abers("{}", "[1]", low, high), LSC_BAD_MODEL, "curve");
    refuse(venn_abers("[0]", "[1]", "[0.25, 0]", high), LSC_BAD_MODEL, "the interval falls");
    refuse(venn_abers("[0]", "[1]", low, "[1, 0.75]"), LSC_BAD_MODEL, "the interval falls");
    refuse(venn_abers("[0]", "[1]", "[-0.5, 0]", high), LSC_BAD_MODEL, "not of probabilities");
    refuse(venn_abers("[0]", "[1]", low, "[0.5, 1.5]"), LSC_BAD_MODEL, "not of probabilities");
    refuse(venn_abers("[0]", "[1]", "[0.75, 0.75]", high), LSC_BAD_MODEL,
           "low lies above its high");
    refuse("{\"kind\": \"venn-abers\", \"slope\": 1, \"intercept\": 0, \"interval\": {\"level\": "
           "0.9, \"margin\": [0], \"low\": [0], \"high\": [1]}}",
           LSC_BAD_MODEL, "curve");
}
END_TEST

/** A calibration of `n` knots; its arrays are static. */
static lsc_calibration of_knots(size_t n)
{
    static double knots[LSC_MAX_CURVE + 1];
    static double low[LSC_MAX_CURVE + 1];
    static double high[LSC_MAX_CURVE + 1];
    for (size_t i = 0; i < n; i++) {
        knots[i] = (double)i / 3;
        low[i] = (double)i / 7 - 1;
        high[i] = (double)i / 7 + 0.1;
    }
    return (lsc_calibration){.kind = LSC_CALIBRATION_PLATT,
                             .slope = 0.1,
                             .intercept = 1.0 / 3,
                             .n_knots = n,
                             .knots = knots,
                             .low = low,
                             .high = high};
}

/** One of Venn-Abers, of `n` steps and points. */
static lsc_calibration of_steps(size_t n)
{
    static double rising[LSC_MAX_CURVE + 1];
    lsc_calibration calibration = of_knots(n);
    for (size_t i = 0; i < n; i++) {
        rising[i] = (double)i / (3 * LSC_MAX_CURVE);
    }
    calibration.kind = LSC_CALIBRATION_VENN_ABERS;
    calibration.low = calibration.high = rising;
    calibration.n_points = n;
    calibration.points = calibration.knots;
    calibration.heights = rising;
    return calibration;
}

START_TEST(what_was_written_reads_back_to_the_bit)
{
    lsc_calibration written = of_knots(LSC_MAX_CURVE);
    lsc_calibration read;
    lsc_buffer json;
    lsc_buffer_init(&json, fixture_allocator());
    ck_ok(lsc_calibration_write(&written, &json, error));
    ck_ok(parse(json.data, &read, error));
    size_t size = LSC_MAX_CURVE * sizeof(double);
    ck_assert_uint_eq(read.n_knots, LSC_MAX_CURVE);
    ck_assert_mem_eq(&read.slope, &written.slope, sizeof(double));
    ck_assert_mem_eq(&read.intercept, &written.intercept, sizeof(double));
    ck_assert_mem_eq(read.knots, written.knots, size);
    ck_assert_mem_eq(read.low, written.low, size);
    ck_assert_mem_eq(read.high, written.high, size);
    lsc_calibration_free(fixture_allocator(), &read);
    lsc_buffer_clear(&json);
    written = of_steps(LSC_MAX_CURVE);
    ck_ok(lsc_calibration_write(&written, &json, error));
    ck_ok(parse(json.data, &read, error));
    ck_assert_mem_eq(read.high, written.high, size);
    ck_assert_mem_eq(read.points, written.points, size);
    ck_assert_mem_eq(read.heights, written.heights, size);
    lsc_calibration_free(fixture_allocator(), &read);
    lsc_buffer_clear(&json);
    lsc_calibration none = {.kind = LSC_CALIBRATION_NONE};
    ck_ok(lsc_calibration_write(&none, &json, error));
    ck_assert_str_eq(json.data, "{\"kind\":\"none\"}\n");
    lsc_buffer_clear(&json);
    lsc_calibration own = {.kind = LSC_CALIBRATION_LOGISTIC};
    ck_ok(lsc_calibration_write(&own, &json, error));
    ck_assert_str_eq(json.data, "{\"kind\":\"logistic\"}\n");
    ck_ok(parse(json.data, &read, error));
    ck_assert_int_eq(read.kind, LSC_CALIBRATION_LOGISTIC);
    ck_assert_double_eq(read.slope, 1);
    ck_assert_double_eq(read.intercept, 0);
    ck_assert_uint_eq(read.n_knots, 0);
    lsc_buffer_free(&json);
}
END_TEST

START_TEST(what_could_not_be_read_is_not_written)
{
    lsc_buffer json;
    lsc_buffer_init(&json, fixture_allocator());
    lsc_calibration calibration = of_knots(LSC_MAX_CURVE + 1);
    ck_fails(lsc_calibration_write(&calibration, &json, error), LSC_INVALID_ARG, "too many");
    calibration = of_steps(2);
    calibration.n_points = LSC_MAX_CURVE + 1;
    ck_fails(lsc_calibration_write(&calibration, &json, error), LSC_INVALID_ARG,
             "the curve has too many points");
    calibration = of_knots(2);
    calibration.slope = -1;
    ck_fails(lsc_calibration_write(&calibration, &json, error), LSC_INVALID_ARG, "slope");
    lsc_buffer_free(&json);
}
END_TEST

START_TEST(a_longer_curve_is_not_read)
{
    lsc_buffer json;
    lsc_buffer_init(&json, fixture_allocator());
    lsc_buffer_append_text(&json, "{\"kind\": \"platt\", \"slope\": 1, \"intercept\": 0, "
                                  "\"interval\": {\"level\": 0.9, \"margin\": [0");
    for (int i = 1; i <= LSC_MAX_CURVE; i++) {
        lsc_buffer_append_format(&json, ",%d", i);
    }
    lsc_buffer_append_text(&json, "], \"low\": [0], \"high\": [0]}}");
    refuse(json.data, LSC_LIMIT, "interval.margin has 1025 numbers");
    lsc_buffer_clear(&json);
    lsc_buffer_append_text(&json, "{\"kind\": \"venn-abers\", \"slope\": 1, \"intercept\": 0, "
                                  "\"interval\": {\"level\": 0.9, \"margin\": [0], \"low\": [0], "
                                  "\"high\": [1]}, \"curve\": {\"log_odds\": [0], \"margin\": [0");
    for (int i = 1; i <= LSC_MAX_CURVE; i++) {
        lsc_buffer_append_format(&json, ",%d", i);
    }
    lsc_buffer_append_text(&json, "]}}");
    refuse(json.data, LSC_LIMIT, "curve.margin has 1025 numbers");
    lsc_buffer_free(&json);
}
END_TEST

LSC_SUITE("model/calibration_json", TEST(platt_is_read), TEST(venn_abers_is_read),
          TEST(none_has_no_curve), TEST(calibrations_that_cannot_be_are_refused),
          TEST(a_venn_abers_calibration_that_falls_is_refused),
          TEST(what_was_written_reads_back_to_the_bit), TEST(what_could_not_be_read_is_not_written),
          TEST(a_longer_curve_is_not_read))
