#include "fuzz.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

/** 2026-01-01T00:00:00Z, after all activities of the sample leads. */
#define NEW_YEAR INT64_C(1767225600000)

/** Columns of a vector, at the most, that are filled with different things. */
#define MAX_COLUMNS 4096

void fuzz_check_refusal(lsc_status status, const lsc_error *error, size_t length)
{
    fuzz_check(status != LSC_INTERNAL && status != LSC_NO_MEMORY);
    fuzz_check(error->status == status);
    fuzz_check(error->offset >= -1 && error->offset <= (int64_t)length);
    fuzz_check(error->message[0] != '\0');
    fuzz_check(memchr(error->message, '\0', sizeof error->message) != NULL);
    fuzz_check(strpbrk(error->message, "\r\n") == NULL);
}

size_t fuzz_choice(const uint8_t *bytes, size_t length, size_t below)
{
    /* Fowler, Noll and Vo's hash, FNV-1a. */
    uint32_t hash = UINT32_C(2166136261);
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ bytes[i]) * UINT32_C(16777619);
    }
    return (hash >> 8) % below;
}

int64_t fuzz_time(const uint8_t *bytes, size_t length)
{
    static const int64_t times[] = {NEW_YEAR, NEW_YEAR, NEW_YEAR, 0, LSC_TIME_MIN, LSC_TIME_MAX};
    return times[fuzz_choice(bytes, length, sizeof times / sizeof times[0])];
}

char *fuzz_file(const char *path, size_t *length)
{
    char whole[4096];
    snprintf(whole, sizeof whole, "%s/%s", LSC_FUZZ_ROOT, path);
    FILE *file = fopen(whole, "rb");
    fuzz_check(file != NULL);
    fuzz_check(fseek(file, 0, SEEK_END) == 0);
    long size = ftell(file);
    fuzz_check(size >= 0);
    rewind(file);
    char *bytes = malloc((size_t)size + 1);
    fuzz_check(bytes != NULL);
    fuzz_check(fread(bytes, 1, (size_t)size, file) == (size_t)size);
    bytes[size] = '\0';
    fclose(file);
    *length = (size_t)size;
    return bytes;
}

static lsc_scorer *load(const char *path)
{
    lsc_scorer *scorer = NULL;
    lsc_model *model = NULL;
    size_t length;
    char *bundle = fuzz_file(path, &length);
    fuzz_ok(lsc_model_load_bytes(bundle, length, NULL, &model, error));
    free(bundle);
    fuzz_ok(lsc_scorer_new(model, NULL, &scorer, error));
    lsc_model_unref(model);
    return scorer;
}

lsc_scorer *fuzz_starter(void)
{
    static lsc_scorer *scorer;
    scorer = scorer == NULL ? load("models/starter.lsm") : scorer;
    return scorer;
}

lsc_scorer *fuzz_trees(void)
{
    static lsc_scorer *scorer;
    scorer = scorer == NULL ? load("tests/golden/gbdt.lsm") : scorer;
    return scorer;
}

lsc_lead *fuzz_sample_lead(size_t number)
{
    static lsc_lead *leads[FUZZ_LEADS];
    if (leads[number] == NULL) {
        char path[64];
        size_t length;
        snprintf(path, sizeof path, "tests/fuzz/leads/lead%zu.json", number);
        char *json = fuzz_file(path, &length);
        fuzz_ok(lsc_lead_new(NULL, &leads[number], error));
        fuzz_ok(lsc_lead_parse_json(leads[number], json, length, error));
        free(json);
    }
    return leads[number];
}

static bool is_share(double number)
{
    return number >= 0 && number <= 1;
}

static void check_result(const lsc_result *result)
{
    if (result->status != LSC_SCORED) {
        fuzz_check(result->score == -1);
        fuzz_check(isnan(result->probability) && isnan(result->margin) && isnan(result->points));
        return;
    }
    fuzz_check(result->score >= 0 && result->score <= 100);
    fuzz_check(strchr("ABCDF", result->grade) != NULL && result->grade != '\0');
    fuzz_check(isnan(result->margin) != isnan(result->points));
    if (isnan(result->points)) {
        fuzz_check(isfinite(result->margin));
        fuzz_check(is_share((double)result->raw_probability));
        fuzz_check(is_share(result->probability));
    }
    /* A model that was imported has a probability without an interval. */
    fuzz_check(isnan(result->probability_low) == isnan(result->probability_high));
    if (!isnan(result->probability_low)) {
        fuzz_check(is_share(result->probability_low) && is_share(result->probability_high));
        fuzz_check(result->probability_low <= result->probability);
        fuzz_check(result->probability <= result->probability_high);
        fuzz_check(is_share(result->confidence));
    }
}

static void check_parts(const lsc_explanation *why)
{
    int points = why->baseline;
    for (size_t i = 0; i < why->n_breakdown; i++) {
        points += why->breakdown[i].points;
    }
    fuzz_check(points == why->result.score);
    double sum = why->base_value;
    double size = fabs(why->base_value);
    for (size_t i = 0; i < why->n_contributions; i++) {
        sum += why->contributions[i].value;
        size += fabs(why->contributions[i].value);
    }
    fuzz_check(isfinite(size));
    if (!isnan(why->result.points)) {
        /* Sums of double, of at most LSC_MAX_RULES rules. */
        fuzz_check(fabs(sum - why->result.points) <= 1e-9 * fmax(1, size));
    }
}

static void check_reasons(const lsc_explanation *why)
{
    fuzz_check(why->n_reasons <= 2 * LSC_MAX_REASONS);
    for (size_t i = 0; i < why->n_reasons; i++) {
        const lsc_reason *reason = &why->reasons[i];
        fuzz_check(reason->code[0] != '\0' && reason->text[0] != '\0');
        fuzz_check(reason->contribution != 0);
        fuzz_check(reason->n_activity_ids <= LSC_MAX_EVIDENCE);
        for (size_t j = 0; j < reason->n_activity_ids; j++) {
            fuzz_check(reason->activity_ids[j][0] != '\0');
        }
    }
}

static void check_explanation(const lsc_explanation *why)
{
    check_result(&why->result);
    if (why->result.status == LSC_SCORED) {
        check_parts(why);
        check_reasons(why);
    }
}

/** The explanation as text, in the scorer's keeping. */
static const char *write_explanation(lsc_scorer *scorer, const lsc_explanation *why,
                                     const char *lead_id, size_t *length)
{
    const char *json = NULL;
    fuzz_ok(lsc_explanation_json(scorer, why, lead_id, 0, &json, length, error));
    fuzz_check(json[*length] == '\0' && strlen(json) == *length);
    return json;
}

void fuzz_use_lead(lsc_scorer *scorer, lsc_lead *lead, int64_t as_of_ms, bool replay)
{
    lsc_result result = LSC_RESULT_INIT;
    lsc_explanation why = LSC_EXPLANATION_INIT;
    fuzz_ok(lsc_score_lead(scorer, lead, as_of_ms, &result, error));
    fuzz_ok(lsc_explain_lead(scorer, lead, as_of_ms, &why, error));
    fuzz_check(result.score == why.result.score && result.status == why.result.status);
    check_explanation(&why);
    if (replay) {
        size_t length;
        const char *json = write_explanation(scorer, &why, lsc_lead_id(lead), &length);
        fuzz_ok(lsc_replay_lead(scorer, lead, json, length, error));
    }
}

static void use_vector(lsc_scorer *scorer, const float *columns, size_t n_columns)
{
    lsc_result result = LSC_RESULT_INIT;
    lsc_explanation why = LSC_EXPLANATION_INIT;
    fuzz_ok(lsc_score_vector(scorer, columns, n_columns, &result, error));
    fuzz_ok(lsc_explain_vector(scorer, columns, n_columns, &why, error));
    fuzz_check(result.score == why.result.score);
    check_explanation(&why);
}

/** Numbers of a few bytes of the input; never infinite. */
static void fill_from(float *columns, size_t n_columns, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < n_columns; i++) {
        uint32_t bits = UINT32_C(0x3F000000);
        for (size_t j = 0; length > 0 && j < 3; j++) {
            bits = bits << 8 | bytes[(i * 3 + j + length / 2) % length];
        }
        memcpy(&columns[i], &bits, sizeof bits);
        if (isinf(columns[i])) {
            columns[i] = 1;
        }
    }
}

void fuzz_use_vectors(lsc_scorer *scorer, const uint8_t *bytes, size_t length)
{
    static float columns[MAX_COLUMNS];
    static const float all[] = {NAN, 0, FLT_MAX, -FLT_MAX};
    size_t n_columns = lsc_spec_n_columns(lsc_model_spec(lsc_scorer_model(scorer)));
    if (n_columns > MAX_COLUMNS) {
        return;
    }
    for (size_t v = 0; v < sizeof all / sizeof all[0]; v++) {
        for (size_t i = 0; i < n_columns; i++) {
            columns[i] = all[v];
        }
        use_vector(scorer, columns, n_columns);
    }
    fill_from(columns, n_columns, bytes, length);
    use_vector(scorer, columns, n_columns);
}

void fuzz_use_spec(const lsc_spec *spec)
{
    static float columns[LSC_MAX_COLUMNS];
    size_t n_columns = lsc_spec_n_columns(spec);
    for (size_t i = 0; i < FUZZ_LEADS; i++) {
        fuzz_ok(lsc_spec_extract(spec, fuzz_sample_lead(i), NEW_YEAR, columns, n_columns, error));
        for (size_t c = 0; c < n_columns; c++) {
            fuzz_check(!isinf(columns[c]));
        }
    }
}
