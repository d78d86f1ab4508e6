#include "model_data.h"

#include <math.h>
#include <string.h>

#include "core/json.h"

#define PLACE "calibration.json"
#define INTERVAL_PLACE "calibration.json: interval"

/** Bytes of calibration.json, at the most. */
#define MAX_BYTES (1u << 20)

static bool in_range(double number)
{
    return fabs(number) <= LSC_MAX_CALIBRATION;
}

/** What a message says of the first fault of a curve, or NULL. */
static const char *curve_fault(const lsc_calibration *calibration)
{
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

static const char *fault_of(const lsc_calibration *calibration)
{
    if (calibration->kind != LSC_CALIBRATION_PLATT) {
        return NULL;
    }
    if (!(calibration->slope > 0) || !in_range(calibration->slope)) {
        return "the slope is not positive, or out of range";
    }
    if (!in_range(calibration->intercept)) {
        return "the intercept is out of range";
    }
    if (calibration->n_knots < 1 || calibration->n_knots > LSC_MAX_CURVE) {
        return "the interval has no margins, or too many";
    }
    return curve_fault(calibration);
}

void lsc_calibration_free(const lsc_allocator *allocator, lsc_calibration *calibration)
{
    lsc_release(allocator, calibration->block);
    memset(calibration, 0, sizeof *calibration);
}

/** An array of `n` numbers into `out`. */
static lsc_status read_numbers(const lsc_json *object, const char *key, size_t n, double *out,
                               lsc_error *error)
{
    const lsc_json *array = NULL;
    lsc_status status = lsc_json_get_container(object, key, true, LSC_JSON_ARRAY, &array,
                                               LSC_BAD_MODEL, INTERVAL_PLACE, error);
    if (status != LSC_OK) {
        return status;
    }
    if (lsc_json_count(array) != n) {
        return lsc_fail(error, LSC_BAD_MODEL, INTERVAL_PLACE ".%s has %zu numbers, margin has %zu",
                        key, lsc_json_count(array), n);
    }
    const lsc_json *item = lsc_json_first(array);
    for (size_t i = 0; i < n; i++, item = lsc_json_next(item)) {
        if (lsc_json_kind(item) != LSC_JSON_NUMBER) {
            return lsc_fail(error, LSC_BAD_MODEL, INTERVAL_PLACE ".%s[%zu] is %s, not a number",
                            key, i, lsc_json_kind_name(item));
        }
        out[i] = lsc_json_number(item);
    }
    return LSC_OK;
}

static lsc_status read_curve(const lsc_json *interval, const lsc_allocator *allocator,
                             lsc_calibration *calibration, lsc_error *error)
{
    const lsc_json *margins = NULL;
    lsc_status status = lsc_json_get_container(interval, "margin", true, LSC_JSON_ARRAY, &margins,
                                               LSC_BAD_MODEL, INTERVAL_PLACE, error);
    if (status != LSC_OK) {
        return status;
    }
    size_t n = lsc_json_count(margins);
    if (n > LSC_MAX_CURVE) {
        return lsc_fail(error, LSC_LIMIT, INTERVAL_PLACE ".margin has %zu numbers, at most %d", n,
                        LSC_MAX_CURVE);
    }
    double *block = lsc_alloc_array(allocator, 3 * n, sizeof *block);
    if (block == NULL) {
        return lsc_fail_memory(error);
    }
    calibration->block = block;
    calibration->n_knots = n;
    calibration->knots = block;
    calibration->low = block + n;
    calibration->high = block + 2 * n;
    status = read_numbers(interval, "margin", n, block, error);
    if (status == LSC_OK) {
        status = read_numbers(interval, "low", n, block + n, error);
    }
    if (status == LSC_OK) {
        status = read_numbers(interval, "high", n, block + 2 * n, error);
    }
    return status;
}

static lsc_status read_interval(const lsc_json *root, const lsc_allocator *allocator,
                                lsc_calibration *calibration, lsc_error *error)
{
    const lsc_json *interval = NULL;
    double level = 0;
    lsc_status status = lsc_json_get_container(root, "interval", true, LSC_JSON_OBJECT, &interval,
                                               LSC_BAD_MODEL, PLACE, error);
    if (status == LSC_OK) {
        status =
            lsc_json_get_number(interval, "level", true, LSC_INTERVAL_LEVEL, LSC_INTERVAL_LEVEL,
                                &level, LSC_BAD_MODEL, INTERVAL_PLACE, error);
    }
    return status == LSC_OK ? read_curve(interval, allocator, calibration, error) : status;
}

static lsc_status read_platt(const lsc_json *root, const lsc_allocator *allocator,
                             lsc_calibration *calibration, lsc_error *error)
{
    lsc_status status = lsc_json_get_number(root, "slope", true, 0, LSC_MAX_CALIBRATION,
                                            &calibration->slope, LSC_BAD_MODEL, PLACE, error);
    if (status == LSC_OK) {
        status =
            lsc_json_get_number(root, "intercept", true, -LSC_MAX_CALIBRATION, LSC_MAX_CALIBRATION,
                                &calibration->intercept, LSC_BAD_MODEL, PLACE, error);
    }
    if (status == LSC_OK) {
        status = read_interval(root, allocator, calibration, error);
    }
    return status;
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
    if (strcmp(kind, "platt") != 0) {
        return lsc_fail(error, LSC_UNSUPPORTED,
                        PLACE ": kind is \"%s\", must be platt, logistic or none", kind);
    }
    calibration->kind = LSC_CALIBRATION_PLATT;
    status = read_platt(root, allocator, calibration, error);
    const char *fault = status == LSC_OK ? fault_of(calibration) : NULL;
    return fault == NULL ? status : lsc_fail(error, LSC_BAD_MODEL, PLACE ": %s", fault);
}

lsc_status lsc_calibration_parse(const char *json, size_t length, const lsc_allocator *allocator,
                                 lsc_calibration *calibration, lsc_error *error)
{
    static const lsc_json_limits limits = {MAX_BYTES, 4, 4 * LSC_MAX_CURVE + 64};
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

static const char *kind_name(lsc_calibration_kind kind)
{
    switch (kind) {
    case LSC_CALIBRATION_PLATT:
        return "platt";
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
    lsc_json_put_key(&json, "kind");
    lsc_json_put_string(&json, kind_name(calibration->kind));
    if (calibration->kind == LSC_CALIBRATION_PLATT) {
        lsc_json_put_key(&json, "slope");
        lsc_json_put_number(&json, calibration->slope);
        lsc_json_put_key(&json, "intercept");
        lsc_json_put_number(&json, calibration->intercept);
        lsc_json_put_key(&json, "interval");
        lsc_json_begin_object(&json);
        lsc_json_put_key(&json, "level");
        lsc_json_put_number(&json, LSC_INTERVAL_LEVEL);
        put_numbers(&json, "margin", calibration->knots, calibration->n_knots);
        put_numbers(&json, "low", calibration->low, calibration->n_knots);
        put_numbers(&json, "high", calibration->high, calibration->n_knots);
        lsc_json_end_object(&json);
    }
    lsc_json_end_object(&json);
    lsc_buffer_append_text(out, "\n");
    return lsc_buffer_status(out, error);
}
