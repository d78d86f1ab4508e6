#include "golden.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/json.h"
#include "core/number.h"
#include "core/random.h"
#include "model/bits.h"
#include "model/model_data.h"
#include "scorer.h"

/** Lines of golden.ndjson that are checked, at the most. */
#define MAX_LINES 1000

static const char member_name[] = "golden.ndjson";

/* Vectors made from the model */

/** A vector under way: of the values offered to a column, each is as likely to be the one kept. */
typedef struct vector_maker {
    lsc_random random;
    float *columns;      /**< [n_columns] */
    uint64_t *n_offered; /**< [n_columns] */
    size_t n_columns;
} vector_maker;

static void offer(vector_maker *maker, uint32_t column, double value)
{
    if (fabs(value) > (double)FLT_MAX) {
        return;
    }
    maker->n_offered[column]++;
    if (lsc_random_below(&maker->random, maker->n_offered[column]) == 0) {
        maker->columns[column] = (float)value;
    }
}

static void offer_thresholds(vector_maker *maker, const lsc_forest *forest)
{
    for (size_t i = 0; i < forest->n_nodes; i++) {
        const lsc_node *node = &forest->nodes[i];
        if (node->left == 0) {
            continue;
        }
        if (node->categorical) {
            /* Any category up to the last of the set: in it or not. */
            uint64_t n = (uint64_t)forest->sets[node->set].n_words * 32;
            offer(maker, node->column, (double)lsc_random_below(&maker->random, n));
        } else {
            offer(maker, node->column, (double)node->value);
        }
    }
}

static void offer_limits(vector_maker *maker, const lsc_scorecard *card)
{
    for (size_t i = 0; i < card->n_rules; i++) {
        const lsc_rule *rule = &card->rules[i];
        if (rule->per_unit) {
            offer(maker, rule->column, (double)lsc_random_below(&maker->random, 8));
        } else {
            offer(maker, rule->column, isfinite(rule->least) ? rule->least : rule->most);
        }
    }
}

/** Values at the model's limits, some just below them, some missing; 0 where it has no limit. */
static void make_vector(vector_maker *maker, const lsc_model *model)
{
    memset(maker->columns, 0, maker->n_columns * sizeof *maker->columns);
    memset(maker->n_offered, 0, maker->n_columns * sizeof *maker->n_offered);
    if (model->engine == LSC_ENGINE_GBDT) {
        offer_thresholds(maker, &model->forest);
    } else {
        offer_limits(maker, &model->scorecard);
    }
    for (size_t i = 0; i < maker->n_columns; i++) {
        uint64_t choice = lsc_random_below(&maker->random, 5);
        if (choice == 0) {
            maker->columns[i] = NAN;
        } else if (choice == 1) {
            maker->columns[i] = nextafterf(maker->columns[i], -FLT_MAX);
        }
    }
}

/* What a model gives for a vector */

/** The bits of a result; a text is empty where there is no such number. */
typedef struct golden_bits {
    char margin[LSC_BITS_TEXT_SIZE];
    char points[LSC_BITS_TEXT_SIZE];
    char probability[LSC_BITS_TEXT_SIZE];
    char low[LSC_BITS_TEXT_SIZE]; /**< of the probability's interval */
    char high[LSC_BITS_TEXT_SIZE];
    char grade[2];
    int score;
} golden_bits;

static void set_bits(double number, char bits[LSC_BITS_TEXT_SIZE])
{
    if (!isnan(number)) {
        lsc_double_bits_format(number, bits);
    }
}

static golden_bits bits_of(const lsc_result *result)
{
    golden_bits bits = {.score = result->score, .grade = {result->grade}};
    if (!isnan(result->margin)) {
        lsc_float_bits_format(result->margin, bits.margin);
    }
    set_bits(result->points, bits.points);
    set_bits(result->probability, bits.probability);
    set_bits(result->probability_low, bits.low);
    set_bits(result->probability_high, bits.high);
    return bits;
}

static void put_bits(lsc_json_writer *json, const char *key, const char *bits)
{
    if (bits[0] != '\0') {
        lsc_json_member_string(json, key, bits);
    }
}

static void put_line(const float *columns, size_t n_columns, const golden_bits *bits,
                     lsc_buffer *out)
{
    lsc_json_writer json;
    lsc_json_writer_init(&json, out, 0);
    lsc_json_begin_object(&json);
    lsc_json_put_key(&json, "columns");
    lsc_json_begin_array(&json);
    for (size_t i = 0; i < n_columns; i++) {
        lsc_json_put_float(&json, columns[i]);
    }
    lsc_json_end_array(&json);
    put_bits(&json, "margin_bits", bits->margin);
    put_bits(&json, "points_bits", bits->points);
    put_bits(&json, "probability_bits", bits->probability);
    put_bits(&json, "probability_low_bits", bits->low);
    put_bits(&json, "probability_high_bits", bits->high);
    lsc_json_member_int(&json, "score", bits->score);
    put_bits(&json, "grade", bits->grade);
    lsc_json_end_object(&json);
    lsc_buffer_append_text(out, "\n");
}

static lsc_status write_lines(lsc_scorer *scorer, vector_maker *maker, lsc_buffer *out,
                              lsc_error *error)
{
    for (size_t i = 0; i < LSC_GOLDEN_ROWS; i++) {
        lsc_result result = LSC_RESULT_INIT;
        make_vector(maker, scorer->model);
        lsc_status status =
            lsc_score_vector(scorer, maker->columns, maker->n_columns, &result, error);
        if (status != LSC_OK) {
            return status;
        }
        golden_bits bits = bits_of(&result);
        put_line(maker->columns, maker->n_columns, &bits, out);
    }
    return lsc_buffer_status(out, error);
}

lsc_status lsc_golden_write(lsc_model *model, lsc_buffer *out, lsc_error *error)
{
    const lsc_allocator *allocator = &model->allocator;
    vector_maker maker = {.n_columns = lsc_spec_n_columns(model->spec)};
    lsc_random_seed(&maker.random, 0);
    lsc_scorer *scorer = NULL;
    lsc_status status = lsc_scorer_new(model, allocator, &scorer, error);
    maker.columns = lsc_alloc_array(allocator, maker.n_columns, sizeof *maker.columns);
    maker.n_offered = lsc_alloc_array(allocator, maker.n_columns, sizeof *maker.n_offered);
    if (status == LSC_OK) {
        bool made = maker.columns != NULL && maker.n_offered != NULL;
        status = made ? write_lines(scorer, &maker, out, error) : lsc_fail_memory(error);
    }
    lsc_release(allocator, maker.columns);
    lsc_release(allocator, maker.n_offered);
    lsc_scorer_free(scorer);
    return status;
}

/* Checking */

static lsc_status read_columns(const lsc_json *root, float *columns, size_t n_columns,
                               lsc_error *error)
{
    const lsc_json *array = NULL;
    lsc_status status = lsc_json_get_container(root, "columns", true, LSC_JSON_ARRAY, &array,
                                               LSC_BAD_MODEL, "line", error);
    if (status != LSC_OK) {
        return status;
    }
    if (lsc_json_count(array) != n_columns) {
        return lsc_fail(error, LSC_BAD_MODEL, "%zu columns, the model has %zu",
                        lsc_json_count(array), n_columns);
    }
    const lsc_json *item = lsc_json_first(array);
    for (size_t i = 0; i < n_columns; i++, item = lsc_json_next(item)) {
        bool missing = lsc_json_kind(item) == LSC_JSON_NULL;
        if (!missing && (lsc_json_kind(item) != LSC_JSON_NUMBER ||
                         fabs(lsc_json_number(item)) > (double)FLT_MAX)) {
            return lsc_fail(error, LSC_BAD_MODEL, "columns[%zu] is no float32 and not null", i);
        }
        columns[i] = missing ? NAN : (float)lsc_json_number(item);
    }
    return LSC_OK;
}

static lsc_status compare_bits(const lsc_json *root, const char *key, const char *computed,
                               lsc_error *error)
{
    const char *held = "";
    lsc_status status = lsc_json_get_string(root, key, false, &held, LSC_BAD_MODEL, "line", error);
    if (status == LSC_OK && strcmp(held, computed) != 0) {
        return lsc_fail(error, LSC_MISMATCH, "%s is \"%s\", computed \"%s\"", key, held, computed);
    }
    return status;
}

static lsc_status compare_line(const lsc_json *root, const golden_bits *bits, lsc_error *error)
{
    const struct {
        const char *key;
        const char *computed;
    } texts[] = {{"margin_bits", bits->margin},           {"points_bits", bits->points},
                 {"probability_bits", bits->probability}, {"probability_low_bits", bits->low},
                 {"probability_high_bits", bits->high},   {"grade", bits->grade}};
    double score = 0;
    lsc_status status = LSC_OK;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && status == LSC_OK; i++) {
        status = compare_bits(root, texts[i].key, texts[i].computed, error);
    }
    if (status == LSC_OK) {
        status =
            lsc_json_get_number(root, "score", true, 0, 100, &score, LSC_BAD_MODEL, "line", error);
    }
    if (status == LSC_OK && score != bits->score) {
        return lsc_fail(error, LSC_MISMATCH, "score is %s, computed %d",
                        lsc_number_show(score, 9).text, bits->score);
    }
    return status;
}

static lsc_status check_object(lsc_scorer *scorer, const lsc_json *root, float *columns,
                               lsc_error *error)
{
    size_t n_columns = lsc_spec_n_columns(scorer->model->spec);
    if (lsc_json_kind(root) != LSC_JSON_OBJECT) {
        return lsc_fail(error, LSC_BAD_MODEL, "not an object but %s", lsc_json_kind_name(root));
    }
    lsc_result result = LSC_RESULT_INIT;
    lsc_status status = read_columns(root, columns, n_columns, error);
    if (status == LSC_OK) {
        status = lsc_score_vector(scorer, columns, n_columns, &result, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    golden_bits bits = bits_of(&result);
    return compare_line(root, &bits, error);
}

static lsc_status check_line(lsc_scorer *scorer, const char *line, size_t length, float *columns,
                             lsc_error *error)
{
    static const lsc_json_limits limits = {LSC_MAX_SPEC_JSON, 3, LSC_MAX_COLUMNS + 64};
    lsc_json *root = NULL;
    lsc_status status = lsc_json_parse(line, length, &limits, &root, error);
    if (status == LSC_OK) {
        status = check_object(scorer, root, columns, error);
        lsc_json_free(root);
    }
    return status;
}

static lsc_status check_lines(lsc_scorer *scorer, const char *text, size_t length, float *columns,
                              lsc_error *error)
{
    size_t n_lines = 0;
    for (const char *end = text + length; text < end;) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t line_length = (size_t)((newline != NULL ? newline : end) - text);
        lsc_status status =
            n_lines++ < MAX_LINES
                ? check_line(scorer, text, line_length, columns, error)
                : lsc_fail(error, LSC_LIMIT, "more lines than %d are not read", MAX_LINES);
        if (status != LSC_OK) {
            lsc_error_prefix(error, "%s:%zu: ", member_name, n_lines);
            return status;
        }
        text += line_length + 1;
    }
    return n_lines > 0 ? LSC_OK : lsc_fail(error, LSC_BAD_MODEL, "%s is empty", member_name);
}

lsc_status lsc_golden_check(lsc_model *model, lsc_error *error)
{
    size_t length = 0;
    const char *text = lsc_model_member(model, member_name, &length);
    if (text == NULL) {
        return lsc_fail(error, LSC_BAD_MODEL, "the bundle has no %s to test itself with",
                        member_name);
    }
    const lsc_allocator *allocator = &model->allocator;
    lsc_scorer *scorer = NULL;
    lsc_status status = lsc_scorer_new(model, allocator, &scorer, error);
    float *columns = lsc_alloc_array(allocator, lsc_spec_n_columns(model->spec), sizeof *columns);
    if (status == LSC_OK) {
        status = columns != NULL ? check_lines(scorer, text, length, columns, error)
                                 : lsc_fail_memory(error);
    }
    lsc_release(allocator, columns);
    lsc_scorer_free(scorer);
    return status;
}
