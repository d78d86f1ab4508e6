/*
 * Models that XGBoost 1.6 to 3.x wrote, in tests/golden/import, against what XGBoost and a plain
 * reference say of them. README.md there tells how they were made.
 */
#include "suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/cpu.h"
#include "core/json.h"

#define MAX_ROWS 16
#define MAX_COLUMNS 8
#define MAX_FILE (1u << 20)
/** Rows of a batch, those of a model over and over: kernels take them by 64. */
#define BATCH 130

/** What the issue of import asks for, of the sum of the trees' outputs or of 1. */
#define TOLERANCE 1e-5

/** A line of the index. */
typedef struct golden {
    const char *file; /**< "3.0.5/dart", without .json and .ubj */
    const lsc_json *contributions;
    size_t n_rows;
    size_t n_columns;
    size_t n_trees;
    bool needs_spec;
    float rows[MAX_ROWS * MAX_COLUMNS];
    float margins[MAX_ROWS];
    float sigmoids[MAX_ROWS];
    double scale[MAX_ROWS]; /**< max(1, sum of |tree outputs|) */
} golden;

static char *read_whole(const char *name, const char *suffix, size_t *length)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s%s", LSC_GOLDEN_FOLDER, name, suffix);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s cannot be opened", path);
    char *text = malloc(MAX_FILE);
    ck_assert_ptr_nonnull(text);
    *length = fread(text, 1, MAX_FILE, file);
    ck_assert_msg(*length > 0 && *length < MAX_FILE, "%s has an odd size", path);
    fclose(file);
    return text;
}

static lsc_json *read_index(void)
{
    static const lsc_json_limits limits = {MAX_FILE, 8, 1u << 20};
    size_t length = 0;
    lsc_json *index = NULL;
    char *text = read_whole("index", ".json", &length);
    ck_ok(lsc_json_parse(text, length, &limits, &index, error));
    free(text);
    return index;
}

/** Floats from their bits: "3f800000 7fc00000". */
static size_t read_bits(const char *text, float *out, size_t capacity)
{
    size_t n = 0;
    for (;; text++) {
        char *end = NULL;
        uint32_t bits = (uint32_t)strtoul(text, &end, 16);
        ck_assert(end == text + 8 && n < capacity);
        memcpy(&out[n++], &bits, sizeof bits);
        text = end;
        if (*text != ' ') {
            ck_assert_int_eq(*text, '\0');
            return n;
        }
    }
}

static size_t number_of(const lsc_json *line, const char *key)
{
    return (size_t)lsc_json_number(lsc_json_member(line, key));
}

static const char *text_of(const lsc_json *line, const char *key)
{
    return lsc_json_string(lsc_json_member(line, key));
}

static void read_golden(const lsc_json *line, golden *out)
{
    out->file = text_of(line, "file");
    out->contributions = lsc_json_member(line, "contributions");
    out->n_columns = number_of(line, "columns");
    out->n_trees = number_of(line, "trees");
    out->needs_spec = lsc_json_bool(lsc_json_member(line, "needs_spec"));
    out->n_rows = 0;
    const lsc_json *scale = lsc_json_first(lsc_json_member(line, "scale"));
    const lsc_json *row = lsc_json_first(lsc_json_member(line, "rows"));
    for (; row != NULL; row = lsc_json_next(row)) {
        ck_assert_uint_lt(out->n_rows, MAX_ROWS);
        float *columns = out->rows + out->n_rows * out->n_columns;
        ck_assert_uint_eq(read_bits(lsc_json_string(row), columns, MAX_COLUMNS), out->n_columns);
        out->scale[out->n_rows++] = lsc_json_number(scale);
        scale = lsc_json_next(scale);
    }
    ck_assert_uint_eq(read_bits(text_of(line, "margins"), out->margins, MAX_ROWS), out->n_rows);
    ck_assert_uint_eq(read_bits(text_of(line, "sigmoids"), out->sigmoids, MAX_ROWS), out->n_rows);
}

/** Of the models whose categories XGBoost cut the names of. */
static const char spec[] =
    "{\"format\": 1, \"name\": \"golden\", \"groups\": [\"features\"], \"features\": ["
    "{\"name\": \"sector\", \"group\": \"features\", \"kind\": \"number\", \"property\": "
    "\"sector\"},"
    "{\"name\": \"employees\", \"group\": \"features\", \"kind\": \"number\", \"property\": \"n\"},"
    "{\"name\": \"band\", \"group\": \"features\", \"kind\": \"number\", \"property\": \"band\"},"
    "{\"name\": \"rate\", \"group\": \"features\", \"kind\": \"number\", \"property\": \"rate\"}]}";

static void *import(const golden *model, const char *suffix, size_t *length)
{
    size_t file_length = 0;
    void *bundle = NULL;
    char *file = read_whole(model->file, suffix, &file_length);
    lsc_import options = LSC_IMPORT_INIT;
    if (model->needs_spec) {
        options.spec_json = spec;
        options.spec_length = strlen(spec);
    }
    ck_ok(lsc_model_import_bytes(file, file_length, &options, &bundle, length, error));
    free(file);
    return bundle;
}

static lsc_scorer *scorer_of(const golden *model, const char *suffix)
{
    size_t length = 0;
    lsc_model *loaded = NULL;
    lsc_scorer *scorer = NULL;
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    void *bundle = import(model, suffix, &length);
    ck_ok(lsc_model_load_bytes(bundle, length, NULL, &loaded, error));
    lsc_bundle_free(bundle);
    ck_ok(lsc_model_get_info(loaded, &info, error));
    ck_assert_uint_eq(info.n_columns, model->n_columns);
    ck_assert_uint_eq(info.n_trees, model->n_trees);
    ck_ok(lsc_scorer_new(loaded, NULL, &scorer, error));
    lsc_model_unref(loaded);
    return scorer;
}

typedef void (*check_call)(const golden *model, const char *suffix, lsc_scorer *scorer);

/** With every set of kernels that this processor has. */
static void for_each_kernels(const golden *model, const char *suffix, check_call check)
{
    for (int i = 0; i < LSC_N_CPUS; i++) {
        if (lsc_cpu_has((lsc_cpu)i)) {
            ck_assert_int_eq(setenv("LEADSCORE_KERNELS", lsc_cpu_name((lsc_cpu)i), 1), 0);
            lsc_scorer *scorer = scorer_of(model, suffix);
            check(model, suffix, scorer);
            lsc_scorer_free(scorer);
        }
    }
}

/** Calls `check` of every model in the index, imported from both of its forms. */
static void for_each(check_call check)
{
    lsc_json *index = read_index();
    const lsc_json *line = lsc_json_first(index);
    for (; line != NULL; line = lsc_json_next(line)) {
        golden model;
        read_golden(line, &model);
        static const char *const suffixes[] = {".json", ".ubj"};
        for (size_t i = 0; i < 2; i++) {
            for_each_kernels(&model, suffixes[i], check);
        }
    }
    lsc_json_free(index);
}

static void check_bits(float ours, float xgboosts, const char *what, size_t row,
                       const golden *model, const char *suffix)
{
    if (memcmp(&ours, &xgboosts, sizeof ours) != 0) {
        ck_abort_msg("%s%s, %s: row %zu has the %s %.9g, XGBoost's is %.9g", model->file, suffix,
                     getenv("LEADSCORE_KERNELS"), row, what, (double)ours, (double)xgboosts);
    }
}

static void check_batch(const golden *model, const char *suffix, lsc_scorer *scorer)
{
    float rows[BATCH * MAX_COLUMNS];
    float margins[BATCH];
    for (size_t i = 0; i < BATCH; i++) {
        memcpy(rows + i * model->n_columns, model->rows + i % model->n_rows * model->n_columns,
               model->n_columns * sizeof *rows);
    }
    ck_ok(lsc_score_batch(scorer, rows, BATCH, model->n_columns, NULL, margins, error));
    for (size_t i = 0; i < BATCH; i++) {
        check_bits(margins[i], model->margins[i % model->n_rows], "margin of a batch", i, model,
                   suffix);
    }
}

static void check_scores(const golden *model, const char *suffix, lsc_scorer *scorer)
{
    for (size_t i = 0; i < model->n_rows; i++) {
        lsc_result result = LSC_RESULT_INIT;
        ck_ok(lsc_score_vector(scorer, model->rows + i * model->n_columns, model->n_columns,
                               &result, error));
        check_bits(result.margin, model->margins[i], "margin", i, model, suffix);
        check_bits(result.raw_probability, model->sigmoids[i], "sigmoid", i, model, suffix);
    }
    check_batch(model, suffix, scorer);
}

START_TEST(margins_and_sigmoids_are_xgboosts_to_the_bit)
{
    for_each(check_scores);
}
END_TEST

static void check_row(const golden *model, const char *suffix, size_t row, const float *ours)
{
    const lsc_json *expected = lsc_json_first(model->contributions);
    for (size_t i = 0; i < row; i++) {
        expected = lsc_json_next(expected);
    }
    expected = lsc_json_first(expected);
    for (size_t i = 0; i <= model->n_columns; i++) {
        double difference = fabs((double)ours[i] - lsc_json_number(expected));
        if (!(difference <= TOLERANCE * model->scale[row])) {
            ck_abort_msg("%s%s: row %zu, contribution %zu is %.9g, must be %.9g", model->file,
                         suffix, row, i, (double)ours[i], lsc_json_number(expected));
        }
        expected = lsc_json_next(expected);
    }
}

static void check_contributions(const golden *model, const char *suffix, lsc_scorer *scorer)
{
    float ours[MAX_ROWS * (MAX_COLUMNS + 1)];
    ck_ok(
        lsc_contributions_batch(scorer, model->rows, model->n_rows, model->n_columns, ours, error));
    for (size_t row = 0; row < model->n_rows; row++) {
        check_row(model, suffix, row, ours + row * (model->n_columns + 1));
    }
}

START_TEST(contributions_are_those_of_the_plain_reference)
{
    for_each(check_contributions);
}
END_TEST

START_TEST(json_and_ubjson_give_the_same_bundle)
{
    lsc_json *index = read_index();
    const lsc_json *line = lsc_json_first(index);
    for (; line != NULL; line = lsc_json_next(line)) {
        golden model;
        size_t lengths[2];
        read_golden(line, &model);
        void *of_json = import(&model, ".json", &lengths[0]);
        void *of_ubjson = import(&model, ".ubj", &lengths[1]);
        ck_assert_msg(lengths[0] == lengths[1] && memcmp(of_json, of_ubjson, lengths[0]) == 0,
                      "%s: the bundles differ", model.file);
        lsc_bundle_free(of_json);
        lsc_bundle_free(of_ubjson);
    }
    lsc_json_free(index);
}
END_TEST

START_TEST(names_that_xgboost_cut_short_are_refused_without_a_spec)
{
    static const char *const files[] = {"3.1.3/names_not_ascii", "3.2.0/names_not_ascii",
                                        "3.3.0/names_not_ascii"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        size_t file_length = 0;
        size_t length = 0;
        void *bundle = NULL;
        char *file = read_whole(files[i], ".json", &file_length);
        ck_fails(lsc_model_import_bytes(file, file_length, NULL, &bundle, &length, error),
                 LSC_UNSUPPORTED, "cuts short");
        ck_assert_ptr_null(bundle);
        free(file);
    }
}
END_TEST

START_TEST(the_index_has_every_version)
{
    static const char *const versions[] = {"1.6.", "1.7.", "2.1.", "3.0.",
                                           "3.1.", "3.2.", "3.3.", "3.4."};
    lsc_json *index = read_index();
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        size_t n_models = 0;
        const lsc_json *line = lsc_json_first(index);
        for (; line != NULL; line = lsc_json_next(line)) {
            n_models += strncmp(text_of(line, "file"), versions[i], strlen(versions[i])) == 0;
        }
        ck_assert_msg(n_models >= 15, "there are %zu models of XGBoost %s", n_models, versions[i]);
    }
    lsc_json_free(index);
}
END_TEST

LSC_SUITE("import/golden", TEST(the_index_has_every_version),
          TEST(margins_and_sigmoids_are_xgboosts_to_the_bit),
          TEST(contributions_are_those_of_the_plain_reference),
          TEST(json_and_ubjson_give_the_same_bundle),
          TEST(names_that_xgboost_cut_short_are_refused_without_a_spec))
