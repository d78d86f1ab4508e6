/*
 * The results of two models for some leads, held as bits in tests/golden/: every compiler, processor
 * and release gives the same ones. They were made on x86-64.
 *
 * A release that means to change them says so in the changelog, and writes them anew by running this
 * program with LEADSCORE_GOLDEN_UPDATE=1 in its environment.
 */
#include "api_support.h"

#define N_LEADS 60u
#define N_TIMES 3
#define MAX_COLUMNS 512
#define LINE_SIZE 512

static const int64_t times[N_TIMES] = {AS_OF, AS_OF - 100 * DAY, FIRST_DAY + 30 * DAY};

static uint64_t double_bits(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return isnan(number) ? 0 : bits;
}

static uint32_t float_bits(float number)
{
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    return isnan(number) ? 0 : bits;
}

/** Of a vector's bits: Fowler, Noll and Vo's hash, FNV-1a, a column at a time. */
static uint64_t vector_hash(const lsc_spec *spec, lsc_lead *lead, int64_t as_of_ms)
{
    float columns[MAX_COLUMNS];
    size_t n_columns = lsc_spec_n_columns(spec);
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    ck_assert_uint_le(n_columns, MAX_COLUMNS);
    ck_ok(lsc_spec_extract(spec, lead, as_of_ms, columns, n_columns, error));
    for (size_t i = 0; i < n_columns; i++) {
        hash = (hash ^ float_bits(columns[i])) * UINT64_C(0x100000001B3);
    }
    return hash;
}

static void write_line(lsc_scorer *scorer, unsigned number, int64_t as_of_ms, char line[LINE_SIZE])
{
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    const lsc_result *result = &explanation.result;
    lsc_lead *lead = make_lead(number, NULL);
    ck_ok(lsc_explain_lead(scorer, lead, as_of_ms, &explanation, error));
    uint64_t vector = vector_hash(lsc_model_spec(lsc_scorer_model(scorer)), lead, as_of_ms);
    snprintf(line, LINE_SIZE,
             "%u %lld %s %d %d vector %016llx margin %08x raw %08x points %016llx probability "
             "%016llx %016llx %016llx input %s result %s\n",
             number, (long long)as_of_ms, lsc_outcome_status_name(result->status), result->score,
             result->grade, (unsigned long long)vector, (unsigned)float_bits(result->margin),
             (unsigned)float_bits(result->raw_probability),
             (unsigned long long)double_bits(result->points),
             (unsigned long long)double_bits(result->probability),
             (unsigned long long)double_bits(result->probability_low),
             (unsigned long long)double_bits(result->probability_high),
             explanation.receipt.input_sha256, explanation.receipt.result_sha256);
    lsc_lead_free(lead);
}

static FILE *open_expected(const char *name, bool update)
{
    char path[4200];
    snprintf(path, sizeof path, "%s/%s.expected", LSC_GOLDEN, name);
    FILE *file = fopen(path, update ? "w" : "r");
    ck_assert_msg(file != NULL, "%s", path);
    return file;
}

static void check_model(lsc_model *model, const char *name)
{
    bool update = getenv("LEADSCORE_GOLDEN_UPDATE") != NULL;
    FILE *file = open_expected(name, update);
    lsc_scorer *scorer;
    ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
    for (unsigned i = 0; i < N_LEADS * N_TIMES; i++) {
        char line[LINE_SIZE];
        char expected[LINE_SIZE] = "nothing";
        write_line(scorer, i / N_TIMES, times[i % N_TIMES], line);
        if (update) {
            fputs(line, file);
        } else {
            fgets(expected, sizeof expected, file);
            ck_assert_str_eq(line, expected);
        }
    }
    fclose(file);
    lsc_scorer_free(scorer);
}

static lsc_model *load(const char *path)
{
    lsc_load options = LSC_LOAD_INIT;
    lsc_model *model;
    options.self_test = true;
    ck_ok(lsc_model_load_file(path, &options, &model, error));
    return model;
}

START_TEST(boosted_trees_give_the_bits_they_gave)
{
    lsc_model *model = load(LSC_GOLDEN "/gbdt.lsm");
    check_model(model, "gbdt");
    lsc_model_unref(model);
}
END_TEST

START_TEST(a_scorecard_gives_the_bits_it_gave)
{
    test_bundle bundle = scorecard_bundle();
    lsc_model *model = load_bundle(&bundle, NULL);
    check_model(model, "scorecard");
    lsc_model_unref(model);
    free(bundle.bytes);
}
END_TEST

START_TEST(shipped_models_pass_their_self_test)
{
    lsc_model_unref(load(LSC_STARTER));
}
END_TEST

LSC_SUITE("api/golden_results", TEST(boosted_trees_give_the_bits_they_gave),
          TEST(a_scorecard_gives_the_bits_it_gave), TEST(shipped_models_pass_their_self_test))
