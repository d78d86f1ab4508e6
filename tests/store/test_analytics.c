#include "store_tools.h"

/* Counts, beside a plain account of what was put: every lead, score and outcome looked at in turn. */

#define N_LEADS 60
#define MAX_SCORES 8
#define MAX_OUTCOMES 3
#define N_MODELS 2
#define HORIZON (40 * DAY)

typedef struct told_score {
    int64_t as_of_ms;
    unsigned model;
    lsc_result result;
} told_score;

typedef struct told_lead {
    char id[16];
    told_score scores[MAX_SCORES];
    unsigned n_scores;
    lsc_outcome outcomes[MAX_OUTCOMES];
    unsigned n_outcomes;
} told_lead;

typedef struct world {
    lsc_store *store;
    lsc_scorer *scorers[N_MODELS]; /* trees, which have a probability, and a scorecard */
    char ids[N_MODELS][65];
    told_lead leads[N_LEADS];
    test_dice dice;
} world;

static void score(world *at, told_lead *lead)
{
    told_score *made = &lead->scores[lead->n_scores];
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    made->as_of_ms = AS_OF + roll(&at->dice, 120) * DAY;
    made->model = roll(&at->dice, N_MODELS);
    for (unsigned i = 0; i < lead->n_scores; i++) { /* one of the same place would take its place */
        if (lead->scores[i].as_of_ms == made->as_of_ms) {
            return;
        }
    }
    ck_ok(lsc_store_score_lead(at->store, ACME, lead->id, at->scorers[made->model], made->as_of_ms,
                               &explanation, error));
    made->result = explanation.result;
    lead->n_scores++;
}

static void fill(world *at, uint64_t seed)
{
    *at = (world){.store = memory_store(), .dice = {seed}};
    for (unsigned i = 0; i < N_MODELS; i++) {
        at->scorers[i] = make_scorer(i == 0);
        add_model(at->store, ACME, i == 0, at->ids[i]);
        add_model(at->store, GLOBEX, i == 0, at->ids[i]);
    }
    for (unsigned i = 0; i < N_LEADS; i++) {
        told_lead *lead = &at->leads[i];
        snprintf(lead->id, sizeof lead->id, "lead-%u", i);
        put_lead(at->store, ACME, i);
        put_lead(at->store, GLOBEX, i);
        ck_ok(
            lsc_store_score_lead(at->store, GLOBEX, lead->id, at->scorers[0], AS_OF, NULL, error));
        for (unsigned n = roll(&at->dice, MAX_SCORES); n > 0; n--) {
            score(at, lead);
        }
        for (unsigned n = roll(&at->dice, MAX_OUTCOMES + 1); n > 0; n--) {
            lsc_outcome *outcome = &lead->outcomes[lead->n_outcomes++];
            outcome->time_ms = AS_OF + roll(&at->dice, 160) * DAY;
            outcome->converted = roll(&at->dice, 3) != 0;
            ck_ok(lsc_store_add_outcome(at->store, ACME, lead->id, outcome, error));
        }
    }
}

static void end(world *at)
{
    for (unsigned i = 0; i < N_MODELS; i++) {
        lsc_scorer_free(at->scorers[i]);
    }
    lsc_store_close(at->store);
}

/* After the one time, and up to the other. */
static bool converts(const told_lead *lead, int64_t after_ms, int64_t until_ms)
{
    bool does = false;
    for (unsigned i = 0; i < lead->n_outcomes; i++) {
        const lsc_outcome *outcome = &lead->outcomes[i];
        does = does ||
               (outcome->converted && outcome->time_ms > after_ms && outcome->time_ms <= until_ms);
    }
    return does;
}

/* The latest score up to a time, of a model or (N_MODELS) any. */
static const told_score *latest(const told_lead *lead, int64_t until_ms, unsigned model)
{
    const told_score *found = NULL;
    for (unsigned i = 0; i < lead->n_scores; i++) {
        const told_score *score = &lead->scores[i];
        bool counts = score->as_of_ms <= until_ms && (model == N_MODELS || score->model == model);
        found = counts && (found == NULL || score->as_of_ms > found->as_of_ms) ? score : found;
    }
    return found;
}

static bool comes_before(const lsc_score_count *first, const lsc_score_count *second)
{
    if (first->score != second->score) {
        return first->score > second->score;
    }
    return first->status != second->status ? first->status < second->status
                                           : first->grade < second->grade;
}

START_TEST(leads_are_counted_by_their_latest_score)
{
    world at;
    const lsc_score_count *counts;
    size_t n;
    fill(&at, 5);
    ck_ok(lsc_store_count_scores(at.store, ACME, &counts, &n, error));
    for (size_t i = 0; i < n; i++) {
        int64_t expected = 0;
        for (unsigned k = 0; k < N_LEADS; k++) {
            const told_score *score = latest(&at.leads[k], INT64_MAX, N_MODELS);
            expected += score != NULL && score->result.score == counts[i].score &&
                        score->result.status == counts[i].status &&
                        score->result.grade == counts[i].grade;
        }
        ck_assert_int_gt(expected, 0);
        ck_assert_int_eq(counts[i].n_leads, expected);
        ck_assert(i == 0 || comes_before(&counts[i - 1], &counts[i]));
    }
    int64_t all = 0;
    int64_t expected = 0;
    for (size_t i = 0; i < n; i++) {
        all += counts[i].n_leads;
    }
    for (unsigned k = 0; k < N_LEADS; k++) {
        expected += at.leads[k].n_scores > 0;
    }
    ck_assert_int_eq(all, expected);
    end(&at);
}
END_TEST

static void check_conversions(world *at, int64_t as_of_ms, unsigned model, bool repeats)
{
    const lsc_conversion_query query = {sizeof query, as_of_ms, HORIZON,
                                        model == N_MODELS ? NULL : at->ids[model], repeats};
    const lsc_grade_conversion *grades;
    size_t n;
    size_t n_expected = 0;
    ck_ok(lsc_store_count_conversions(at->store, ACME, &query, &grades, &n, error));
    for (const char *grade = "ABCDF"; *grade != '\0'; grade++) {
        lsc_grade_conversion expected = {.grade = *grade};
        for (unsigned k = 0; k < N_LEADS; k++) {
            const told_lead *lead = &at->leads[k];
            const told_score *score = latest(lead, as_of_ms, model);
            if (score != NULL && score->result.grade == *grade &&
                (repeats || !converts(lead, INT64_MIN, as_of_ms))) {
                expected.n_leads++;
                expected.n_converted += converts(lead, as_of_ms, as_of_ms + HORIZON);
            }
        }
        if (expected.n_leads > 0) {
            ck_assert_uint_lt(n_expected, n);
            ck_assert_int_eq(grades[n_expected].grade, expected.grade);
            ck_assert_int_eq(grades[n_expected].n_leads, expected.n_leads);
            ck_assert_int_eq(grades[n_expected].n_converted, expected.n_converted);
            n_expected++;
        }
    }
    ck_assert_uint_eq(n, n_expected);
}

START_TEST(conversions_are_counted_as_leads_stood_at_the_time)
{
    world at;
    fill(&at, 6);
    for (int day = 0; day < 130; day += 9) {
        for (unsigned model = 0; model <= N_MODELS; model++) {
            check_conversions(&at, AS_OF + day * DAY, model, day % 2 == 0);
        }
    }
    end(&at);
}
END_TEST

/* Models by month: the plain account. */

static bool is_of(const told_score *score, const char *month, unsigned model)
{
    char text[LSC_TIME_TEXT_SIZE];
    lsc_time_format(score->as_of_ms, text);
    return score->model == model && strncmp(text, month, 7) == 0 &&
           score->result.status == LSC_SCORED;
}

/* The first score of a lead that is of a month and model, and not after a time. */
static const told_score *first_of(const told_lead *lead, const char *month, unsigned model,
                                  int64_t last_ms)
{
    const told_score *found = NULL;
    for (unsigned i = 0; i < lead->n_scores; i++) {
        const told_score *score = &lead->scores[i];
        bool counts = is_of(score, month, model) && score->as_of_ms <= last_ms;
        found = counts && (found == NULL || score->as_of_ms < found->as_of_ms) ? score : found;
    }
    return found;
}

/** Scores that count, and what became of them. */
typedef struct cases {
    double probabilities[N_LEADS];
    int scores[N_LEADS];
    bool converted[N_LEADS];
    unsigned n;
} cases;

static void collect(const world *at, const char *month, unsigned model, int64_t last_ms,
                    cases *found)
{
    found->n = 0;
    for (unsigned k = 0; k < N_LEADS; k++) {
        const told_lead *lead = &at->leads[k];
        const told_score *score = first_of(lead, month, model, last_ms);
        if (score != NULL && !converts(lead, INT64_MIN, score->as_of_ms)) {
            found->probabilities[found->n] = score->result.probability;
            found->scores[found->n] = score->result.score;
            found->converted[found->n++] =
                converts(lead, score->as_of_ms, score->as_of_ms + HORIZON);
        }
    }
}

/* Sums of some tens of numbers of about 1 in any order differ by less. */
#define NEAR 1e-12

static void check_near(double found, double expected)
{
    ck_assert_msg((isnan(found) && isnan(expected)) || fabs(found - expected) < NEAR,
                  "%.17g, %.17g", found, expected);
}

static void check_row(const lsc_performance *row, const cases *of)
{
    double sums[3] = {0, 0, 0};
    double won = 0;
    double n_pairs = 0;
    int64_t n_converted = 0;
    for (unsigned i = 0; i < of->n; i++) {
        const double p = of->probabilities[i];
        sums[0] += p;
        sums[1] += (p - of->converted[i]) * (p - of->converted[i]);
        sums[2] -= log(of->converted[i] ? p : 1 - p);
        n_converted += of->converted[i];
        for (unsigned k = 0; k < of->n; k++) {
            if (of->converted[i] && !of->converted[k]) {
                n_pairs++;
                won += of->scores[i] > of->scores[k] ? 1 : of->scores[i] == of->scores[k] ? 0.5 : 0;
            }
        }
    }
    ck_assert_int_eq(row->n_leads, of->n);
    ck_assert_int_eq(row->n_converted, n_converted);
    check_near(row->mean_probability, sums[0] / of->n);
    check_near(row->brier, sums[1] / of->n);
    check_near(row->log_loss, sums[2] / of->n);
    check_near(row->auc, won / n_pairs);
}

static void check_bins(const lsc_performance *row, const cases *of)
{
    for (int bin = 0; bin < LSC_N_PROBABILITY_BINS; bin++) {
        int64_t n = 0;
        int64_t n_converted = 0;
        double sum = 0;
        for (unsigned i = 0; i < of->n; i++) {
            const double p = of->probabilities[i];
            if (p >= bin / 10.0 && (p < (bin + 1) / 10.0 || bin == 9)) {
                n++;
                n_converted += of->converted[i];
                sum += p;
            }
        }
        ck_assert_int_eq(row->bins[bin].n_leads, n);
        ck_assert_int_eq(row->bins[bin].n_converted, n_converted);
        check_near(row->bins[bin].mean_probability, sum / (double)n);
    }
}

START_TEST(models_are_measured_by_month_on_the_first_score_of_each_lead)
{
    static const char *const months[] = {"2025-10", "2025-11", "2025-12", "2026-01", "2026-02"};
    world at;
    const lsc_performance *rows;
    size_t n;
    size_t row = 0;
    fill(&at, 7);
    const int64_t known_ms = AS_OF + 110 * DAY;
    const lsc_performance_query query = {sizeof query, AS_OF - DAY, AS_OF + 130 * DAY,
                                         HORIZON,      known_ms,    false};
    ck_ok(lsc_store_list_performance(at.store, ACME, &query, &rows, &n, error));
    for (size_t i = 0; i < sizeof months / sizeof months[0]; i++) {
        for (unsigned model = 0; model < N_MODELS; model++) {
            cases of;
            collect(&at, months[i], model, known_ms - HORIZON, &of);
            if (of.n > 0) {
                ck_assert_uint_lt(row, n);
                ck_assert_str_eq(rows[row].month, months[i]);
                ck_assert_str_eq(rows[row].model_sha256, at.ids[model]);
                check_row(&rows[row], &of);
                check_bins(&rows[row], &of);
                row++;
            }
        }
    }
    ck_assert_uint_eq(row, n);
    ck_assert_uint_gt(n, 4);
    end(&at);
}
END_TEST

START_TEST(an_organization_counts_its_own)
{
    world at;
    const lsc_score_count *counts;
    const lsc_grade_conversion *grades;
    const lsc_performance *rows;
    size_t n;
    fill(&at, 8);
    const lsc_conversion_query conversions = {sizeof conversions, AS_OF, HORIZON, NULL, false};
    const lsc_performance_query months = {sizeof months,       AS_OF, AS_OF + DAY, HORIZON,
                                          AS_OF + 2 * HORIZON, false};
    int64_t sums[3] = {0, 0, 0};
    ck_ok(lsc_store_count_scores(at.store, GLOBEX, &counts, &n, error));
    for (size_t i = 0; i < n; i++) {
        sums[0] += counts[i].n_leads;
    }
    ck_ok(lsc_store_count_conversions(at.store, GLOBEX, &conversions, &grades, &n, error));
    for (size_t i = 0; i < n; i++) {
        sums[1] += grades[i].n_leads;
        sums[2] += grades[i].n_converted;
    }
    ck_assert_int_eq(sums[0], N_LEADS);
    ck_assert_int_eq(sums[2], 0); /* the outcomes are the other's */
    ck_ok(lsc_store_list_performance(at.store, GLOBEX, &months, &rows, &n, error));
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(rows[0].n_leads, sums[1]);
    ck_fails(lsc_store_count_scores(at.store, "none", &counts, &n, error), LSC_NOT_FOUND, "none");
    end(&at);
}
END_TEST

START_TEST(questions_that_have_no_answer_are_refused)
{
    lsc_store *store = memory_store();
    const lsc_score_count *counts;
    const lsc_grade_conversion *grades;
    const lsc_performance *rows;
    size_t n;
    lsc_conversion_query conversions = LSC_CONVERSION_QUERY_INIT;
    lsc_performance_query months = LSC_PERFORMANCE_QUERY_INIT;
    ck_fails(lsc_store_count_scores(store, ACME, NULL, &n, error), LSC_INVALID_ARG, "NULL");
    ck_ok(lsc_store_count_scores(store, ACME, &counts, &n, error));
    ck_assert_uint_eq(n, 0);
    ck_fails(lsc_store_count_conversions(store, ACME, &conversions, &grades, &n, error),
             LSC_INVALID_ARG, "as_of_ms");
    conversions.as_of_ms = AS_OF;
    ck_fails(lsc_store_count_conversions(store, ACME, &conversions, &grades, &n, error),
             LSC_INVALID_ARG, "horizon_ms is 0");
    conversions.horizon_ms = HORIZON;
    conversions.model = "zz";
    ck_fails(lsc_store_count_conversions(store, ACME, &conversions, &grades, &n, error),
             LSC_INVALID_ARG, "hexadecimal");
    months.from_ms = months.until_ms = AS_OF;
    ck_fails(lsc_store_list_performance(store, ACME, &months, &rows, &n, error), LSC_INVALID_ARG,
             "known_ms");
    months.known_ms = AS_OF;
    ck_fails(lsc_store_list_performance(store, ACME, &months, &rows, &n, error), LSC_INVALID_ARG,
             "horizon_ms");
    months.horizon_ms = HORIZON;
    ck_ok(lsc_store_list_performance(store, ACME, &months, &rows, &n, error));
    ck_assert_uint_eq(n, 0);
    months.until_ms = AS_OF + 4000 * DAY;
    ck_fails(lsc_store_list_performance(store, ACME, &months, &rows, &n, error), LSC_LIMIT,
             "months");
    months.size = 3;
    ck_fails(lsc_store_list_performance(store, ACME, &months, &rows, &n, error), LSC_INVALID_ARG,
             "lsc_performance_query");
    lsc_store_close(store);
}
END_TEST

LSC_SUITE("store/analytics", TEST(leads_are_counted_by_their_latest_score),
          TEST(conversions_are_counted_as_leads_stood_at_the_time),
          TEST(models_are_measured_by_month_on_the_first_score_of_each_lead),
          TEST(an_organization_counts_its_own), TEST(questions_that_have_no_answer_are_refused))
