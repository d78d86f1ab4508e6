#include "model_data.h"

#include <math.h>
#include <string.h>

#include "core/json.h"

#define PLACE "calibration.json"
#define INTERVAL_PLACE "calibration.json: interval"
#define CURVE_PLACE "calibration.json: curve"

/** Bytes of calibration.json, at the most. */
#define MAX_BYTES (1u << 20)

static bool in_range(double number)
{
    return fabs(number) <= LSC_MAX_CALIBRATION;
}

/** What a message says of the first fault of the interval, or NULL. */
static const char *interval_fault(const lsc_calibration *calibration)
{
    if (calibration->n_knots < 1 || calibration->n_knots > LSC_MAX_CURVE) {
        return "the interval has no margins, or too many";
    }
    for (size_t i = 0; i < calibration->n_knots; i++) {
        if (!in_range(calibration->knots[i]) || !in_range(calibration->low[i]) ||
            !in_range(calibration->high[i])) {
            return "a number of the interval is out of range";
        }
        if (i > 0 && !(calibration->knots[i] > calibration->knots[i - 1])) {
            return "the interval's margins do not rise";
        }
        if (calibration->low[i] > calibration->high[i]) {
            return "the interval's low lies above its high";
        }
    }
    return NULL;
}

/** Of Venn-Abers: steps of probabilities that never fall. */
static const char *steps_fault(const lsc_calibration *calibration)
{
    for (size_t i = 0; i < calibration->n_knots; i++) {
        if (!(calibration->low[i] >= 0) || !(calibration->high[i] <= 1)) {
            return "the interval is not of probabilities";
        }
        if (i > 0 && (calibration->low[i] < calibration->low[i - 1] ||
                      calibration->high[i] < calibration->high[i - 1])) {
            return "the interval falls";
        }
    }
    return NULL;
}

static const char *curve_fault(const lsc_calibration *calibration)
{
    if (calibration->n_points > LSC_MAX_CURVE) {
        return "the curve has too many points";
    }
    for (size_t i = 0; i < calibration->n_points; i++) {
        if (!in_range(calibration->points[i]) || !in_range(calibration->heights[i])) {
            return "a number of the curve is out of range";
        }
        if (i > 0 && !(calibration->points[i] > calibration->points[i - 1])) {
            return "the curve's margins do not rise";
        }
        if (i > 0 && calibration->heights[i] < calibration->heights[i - 1]) {
            return "the curve falls";
        }
    }
    return NULL;
}

static const char *fault_of(const lsc_calibration *calibration)
{
    if (calibration->kind != LSC_CALIBRATION_PLATT &&
        calibration->kind != LSC_CALIBRATION_VENN_ABERS) {
        return NULL;
    }
    if (!(calibration->slope > 0) || !in_range(calibration->slope)) {
        return "the slope is not positive, or out of range";
    }
    if (!in_range(calibration->intercept)) {
        return "the intercept is out of range";
    }
    const char *fault = interval_fault(calibration);
    if (fault == NULL && calibration->kind == LSC_CALIBRATION_VENN_ABERS) {
        fault = steps_fault(calibration);
    }
    return fault == NULL && calibration->kind == LSC_CALIBRATION_VENN_ABERS
               ? curve_fault(calibration)
               : fault;
}

void lsc_calibration_free(const lsc_allocator *allocator, lsc_calibration *calibration)
{
    lsc_release(allocator, calibration->block);
    memset(calibration, 0, sizeof *calibration);
}

/** The numbers of an array into `out`, which has room for `n`. */
static lsc_status read_numbers(const lsc_json *object, const char *key, size_t n, double *out,
                               const char *place, lsc_error *error)
{
    const lsc_json *array = NULL;
    lsc_status status = lsc_json_get_container(object, key, true, LSC_JSON_ARRAY, &array,
                                               LSC_BAD_MODEL, place, error);
    if (status != LSC_OK) {
        return status;
    }
    if (lsc_json_count(array) != n) {
        return lsc_fail(error, LSC_BAD_MODEL, "%s.%s has %zu numbers, margin has %zu", place, key,
                        lsc_json_count(array), n);
    }
    const lsc_json *item = lsc_json_first(array);
    for (size_t i = 0; i < n; i++, item = lsc_json_next(item)) {
        if (lsc_json_kind(item) != LSC_JSON_NUMBER) {
            return lsc_fail(error, LSC_BAD_MODEL, "%s.%s[%zu] is %s, not a number", place, key, i,
                            lsc_json_kind_name(item));
        }
        out[i] = lsc_json_number(item);
    }
    return LSC_OK;
}

/** An object of the calibration, and how many margins it has. */
static lsc_status find_margins(const lsc_json *root, const char *key, const char *place,
                               const lsc_json **object, size_t *n, lsc_error *error)
{
    const lsc_json *margins = NULL;
    lsc_status status = lsc_json_get_container(root, key, true, LSC_JSON_OBJECT, object,
                                               LSC_BAD_MODEL, PLACE, error);
    if (status == LSC_OK) {
        status = lsc_json_get_container(*object, "margin", true, LSC_JSON_ARRAY, &margins,
                                        LSC_BAD_MODEL, place, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    *n = lsc_json_count(margins);
    if (*n > LSC_MAX_CURVE) {
        return lsc_fail(error, LSC_LIMIT, "%s.margin has %zu numbers, at most %d", place, *n,
                        LSC_MAX_CURVE);
    }
    return LSC_OK;
}

/** Interval and curve, which is NULL where there is none, into one block. */
static lsc_status read_tables(const lsc_json *interval, const lsc_json *curve,
                              const lsc_allocator *allocator, lsc_calibration *calibration,
                              lsc_error *error)
{
    size_t n = calibration->n_knots;
    size_t n_points = calibration->n_points;
    double *block = lsc_alloc_array(allocator, 3 * n + 2 * n_points, sizeof *block);
    if (block == NULL) {
        return lsc_fail_memory(error);
    }
    calibration->block = block;
    calibration->knots = block;
    calibration->low = block + n;
    calibration->high = block + 2 * n;
    calibration->points = block + 3 * n;
    calibration->heights = block + 3 * n + n_points;
    lsc_status status = read_numbers(interval, "margin", n, block, INTERVAL_PLACE, error);
    if (status == LSC_OK) {
        status = read_numbers(interval, "low", n, block + n, INTERVAL_PLACE, error);
    }
    if (status == LSC_OK) {
        status = read_numbers(interval, "high", n, block + 2 * n, INTERVAL_PLACE, error);
    }
    if (status == LSC_OK && curve != NULL) {
        status = read_numbers(curve, "margin", n_points, block + 3 * n, CURVE_PLACE, error);
    }
    if (status == LSC_OK && curve != NULL) {
        status =
            read_numbers(curve, "log_odds", n_points, block + 3 * n + n_points, CURVE_PLACE, error);
    }
    return status;
}

static lsc_status read_line(const lsc_json *root, lsc_calibration *calibration, lsc_error *error)
{
    lsc_status status = lsc_json_get_number(root, "slope", true, 0, LSC_MAX_CALIBRATION,
                                            &calibration->slope, LSC_BAD_MODEL, PLACE, error);
    if (status == LSC_OK) {
        status =
            lsc_json_get_number(root, "intercept", true, -LSC_MAX_CALIBRATION, LSC_MAX_CALIBRATION,
                                &calibration->intercept, LSC_BAD_MODEL, PLACE, error);
    }
    return status;
}

/** Platt's calibration, or that of Venn-Abers, which also has a curve. */
static lsc_status read_fitted(const lsc_json *root, const lsc_allocator *allocator,
                              lsc_calibration *calibration, lsc_error *error)
{
    const lsc_json *interval = NULL;
    const lsc_json *curve = NULL;
    double level = 0;
    lsc_status status = read_line(root, calibration, error);
    if (status == LSC_OK) {
        status =
            find_margins(root, "interval", INTERVAL_PLACE, &interval, &calibration->n_knots, error);
    }
    if (status == LSC_OK) {
        status =
            lsc_json_get_number(interval, "level", true, LSC_INTERVAL_LEVEL, LSC_INTERVAL_LEVEL,
                                &level, LSC_BAD_MODEL, INTERVAL_PLACE, error);
    }
    if (status == LSC_OK && calibration->kind == LSC_CALIBRATION_VENN_ABERS) {
        status = find_margins(root, "curve", CURVE_PLACE, &curve, &calibration->n_points, error);
    }
    return status == LSC_OK ? read_tables(interval, curve, allocator, calibration, error) : status;
}

static lsc_status read_root(const lsc_json *root, const lsc_allocator *allocator,
                            lsc_calibration *calibration, lsc_error *error)
{
    if (lsc_json_kind(root) != LSC_JSON_OBJECT) {
        return lsc_fail(error, LSC_BAD_MODEL, PLACE " is not an object but %s",
                        lsc_json_kind_name(root));
    }
    const char *kind = NULL;
    lsc_status status = lsc_json_get_string(root, "kind", true, &kind, LSC_BAD_MODEL, PLACE, error);
    if (status != LSC_OK) {
        return status;
    }
    if (strcmp(kind, "none") == 0) {
        return LSC_OK;
    }
    if (strcmp(kind, "logistic") == 0) {
        calibration->kind = LSC_CALIBRATION_LOGISTIC;
        calibration->slope = 1;
        return LSC_OK;
    }
    if (strcmp(kind, "platt") != 0 && strcmp(kind, "venn-abers") != 0) {
        return lsc_fail(error, LSC_UNSUPPORTED,
                        PLACE ": kind is \"%s\", must be venn-abers, platt, logistic or none",
                        kind);
    }
    calibration->kind =
        strcmp(kind, "platt") == 0 ? LSC_CALIBRATION_PLATT : LSC_CALIBRATION_VENN_ABERS;
    status = read_fitted(root, allocator, calibration, error);
    const char *fault = status == LSC_OK ? fault_of(calibration) : NULL;
    return fault == NULL ? status : lsc_fail(error, LSC_BAD_MODEL, PLACE ": %s", fault);
}

lsc_status lsc_calibration_parse(const char *json, size_t length, const lsc_allocator *allocator,
                                 lsc_calibration *calibration, lsc_error *error)
{
    static const lsc_json_limits limits = {MAX_BYTES, 4, 6 * LSC_MAX_CURVE + 64};
    lsc_json *root = NULL;
    lsc_status status = lsc_json_parse(json, length, &limits, &root, error);
    if (status != LSC_OK) {
        lsc_error_prefix(error, PLACE ": ");
        return status;
    }
    lsc_calibration read;
    memset(&read, 0, sizeof read);
    status = read_root(root, allocator, &read, error);
    lsc_json_free(root);
    if (status != LSC_OK) {
        lsc_calibration_free(allocator, &read);
        return status;
    }
    *calibration = read;
    return LSC_OK;
}

static void put_numbers(lsc_json_writer *json, const char *key, const double *numbers, size_t n)
{
    lsc_json_put_key(json, key);
    lsc_json_begin_array(json);
    for (size_t i = 0; i < n; i++) {
        lsc_json_put_number(json, numbers[i]);
    }
    lsc_json_end_array(json);
}

static void put_fitted(lsc_json_writer *json, const lsc_calibration *calibration)
{
    lsc_json_member_number(json, "slope", calibration->slope);
    lsc_json_member_number(json, "intercept", calibration->intercept);
    if (calibration->kind == LSC_CALIBRATION_VENN_ABERS) {
        lsc_json_put_key(json, "curve");
        lsc_json_begin_object(json);
        put_numbers(json, "margin", calibration->points, calibration->n_points);
        put_numbers(json, "log_odds", calibration->heights, calibration->n_points);
        lsc_json_end_object(json);
    }
    lsc_json_put_key(json, "interval");
    lsc_json_begin_object(json);
    lsc_json_member_number(json, "level", LSC_INTERVAL_LEVEL);
    put_numbers(json, "margin", calibration->knots, calibration->n_knots);
    put_numbers(json, "low", calibration->low, calibration->n_knots);
    put_numbers(json, "high", calibration->high, calibration->n_knots);
    lsc_json_end_object(json);
}

static const char *kind_name(lsc_calibration_kind kind)
{
    switch (kind) {
    case LSC_CALIBRATION_PLATT:
        return "platt";
    case LSC_CALIBRATION_VENN_ABERS:
        return "venn-abers";
    case LSC_CALIBRATION_LOGISTIC:
        return "logistic";
    default:
        return "none";
    }
}

lsc_status lsc_calibration_write(const lsc_calibration *calibration, lsc_buffer *out,
                                 lsc_error *error)
{
    const char *fault = fault_of(calibration);
    if (fault != NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, PLACE ": %s", fault);
    }
    lsc_json_writer json;
    lsc_json_writer_init(&json, out, 0);
    lsc_json_begin_object(&json);
    lsc_json_member_string(&json, "kind", kind_name(calibration->kind));
    if (calibration->n_knots > 0) {
        put_fitted(&json, calibration);
    }
    lsc_json_end_object(&json);
    lsc_buffer_append_text(out, "\n");
    return lsc_buffer_status(out, error);
}
