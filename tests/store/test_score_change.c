#include "store_tools.h"

/*
 * What changed between two scores, beside a slow plain account: all orders of the four parts, each step scored
 * from scratch by the public calls, of leads that were put together anew.
 */

#define MAX_DEEDS 40
#define N_VARIANTS 5
#define N_MODELS 3
#define N_TIMES 6
/* Times that scores are of lie so far apart that activities leave windows and decay. */
#define STEP (20 * DAY)

static const char *const variants[N_VARIANTS] = {
    "{\"id\": \"a\"}",
    "{\"id\": \"a\", \"email\": \"x@y.example\"}",
    "{\"id\": \"a\", \"email\": \"x@y.example\", \"company\": {\"employee_count\": 500}}",
    "{\"id\": \"a\", \"email\": \"x@y.example\", \"company\": {\"industry\": \"software\"}}",
    "{\"id\": \"a\", \"job_title\": \"CTO\", \"company\": {\"employee_count\": \"250\"}}",
};

typedef struct told_deed {
    char id[16];
    const char *type;
    int64_t time_ms;
    int64_t recorded_ms;
} told_deed;

/** A score as the account has it. */
typedef struct made {
    bool kept;
    bool scored;
    unsigned variant;
    unsigned n_deeds; /* in the order in which they came to the store */
} made;

typedef struct history {
    lsc_store *store;
    lsc_scorer *scorers[N_MODELS];
    char ids[N_MODELS][65];
    test_dice dice;
    unsigned variant;
    told_deed deeds[MAX_DEEDS];
    unsigned n_deeds;
    made scores[N_TIMES][N_MODELS];
} history;

static int64_t time_of(unsigned number)
{
    return AS_OF + number * STEP;
}

/* One of the two scorecards has other points. */
static void add_scorecard(history *at, unsigned number, const char *name, const char *points)
{
    void *bundle;
    size_t length;
    lsc_model *model;
    char card[800];
    snprintf(
        card, sizeof card,
        "{\"format\": 1, \"base\": 3, \"cap\": 100, \"rules\": [{\"feature\": \"demos\","
        " \"points\": %s, \"per\": \"unit\", \"cap\": 60}, {\"feature\": \"pages\", \"points\":"
        " 1.25, \"per\": \"unit\"}, {\"feature\": \"employees\", \"points\": 17, \"least\":"
        " 100}, {\"feature\": \"industry\", \"level\": \"software\", \"points\": 11}]}",
        points);
    ck_ok(lsc_scorecard_build(name, SCORECARD_SPEC, strlen(SCORECARD_SPEC), card, strlen(card),
                              &bundle, &length, error));
    ck_ok(lsc_store_add_model(at->store, ACME, bundle, length, NULL, at->ids[number], error));
    ck_ok(lsc_store_load_model(at->store, ACME, at->ids[number], NULL, &model, error));
    ck_ok(lsc_scorer_new(model, NULL, &at->scorers[number], error));
    lsc_model_unref(model);
    lsc_bundle_free(bundle);
}

static void begin(history *at, lsc_store *store, uint64_t seed)
{
    *at = (history){.store = store, .dice = {seed}};
    at->scorers[0] = make_scorer(true);
    add_model(at->store, ACME, true, at->ids[0]);
    add_scorecard(at, 1, "first", "20.5");
    add_scorecard(at, 2, "second", "31");
}

static void end(history *at)
{
    for (unsigned i = 0; i < N_MODELS; i++) {
        lsc_scorer_free(at->scorers[i]);
    }
    lsc_store_close(at->store);
}

static void put(history *at, unsigned variant)
{
    const char *json = variants[variant];
    ck_ok(lsc_store_put_lead_json(at->store, ACME, json, strlen(json), error));
    at->variant = variant;
}

static lsc_activity activity_of(const told_deed *deed)
{
    lsc_activity activity = LSC_ACTIVITY_INIT;
    activity.id = deed->id;
    activity.type = deed->type;
    activity.time_ms = deed->time_ms;
    activity.recorded_time_ms = deed->recorded_ms;
    return activity;
}

static void do_deed(history *at, const char *type, int64_t time_ms, int64_t recorded_ms)
{
    told_deed *deed = &at->deeds[at->n_deeds];
    snprintf(deed->id, sizeof deed->id, "%u", at->n_deeds++);
    deed->type = type;
    deed->time_ms = time_ms;
    deed->recorded_ms = recorded_ms;
    const lsc_activity activity = activity_of(deed);
    ck_ok(lsc_store_add_activities(at->store, ACME, "a", &activity, 1, NULL, error));
}

static void score(history *at, unsigned time, unsigned model)
{
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    ck_ok(lsc_store_score_lead(at->store, ACME, "a", at->scorers[model], time_of(time),
                               &explanation, error));
    at->scores[time][model] = (made){.kept = true,
                                     .scored = explanation.result.status == LSC_SCORED,
                                     .variant = at->variant,
                                     .n_deeds = at->n_deeds};
}

static void go_on(history *at)
{
    static const char *const types[] = {"Demo Requested", "Page Viewed", "Email Opened",
                                        "Email Link Clicked"};
    unsigned what = roll(&at->dice, 10);
    if (what < 2) {
        put(at, roll(&at->dice, N_VARIANTS));
    } else if (what < 6 && at->n_deeds < MAX_DEEDS) {
        int64_t time_ms = AS_OF - 2 * STEP + roll(&at->dice, 8 * 20) * DAY;
        bool late = roll(&at->dice, 4) == 0;
        do_deed(at, types[roll(&at->dice, 4)], time_ms,
                late ? time_ms + roll(&at->dice, 40) * DAY : LSC_TIME_NONE);
    } else {
        score(at, roll(&at->dice, N_TIMES), roll(&at->dice, N_MODELS));
    }
}

/* The account. */

/** The two ends, each a time, a model, properties and activities. */
typedef struct ends {
    const history *at;
    unsigned times[2];
    unsigned models[2];
    const made *scores[2];
} ends;

static bool is_visible(const told_deed *deed, int64_t as_of_ms)
{
    int64_t known_ms = deed->recorded_ms == LSC_TIME_NONE ? deed->time_ms : deed->recorded_ms;
    return deed->time_ms <= as_of_ms && known_ms <= as_of_ms;
}

/* @param which  of each lsc_change_part, which end it is as at */
static double worth(const ends *of, const int which[LSC_N_CHANGE_PARTS], bool margin)
{
    lsc_lead *lead;
    float columns[64];
    lsc_result result = LSC_RESULT_INIT;
    const made *has = of->scores[which[LSC_CHANGE_ACTIVITIES]];
    const char *json = variants[of->scores[which[LSC_CHANGE_PROPERTIES]]->variant];
    lsc_scorer *scorer = of->at->scorers[of->models[which[LSC_CHANGE_MODEL]]];
    const lsc_spec *spec = lsc_model_spec(lsc_scorer_model(scorer));
    size_t n = lsc_spec_n_columns(spec);
    ck_quick(n <= 64);
    ck_ok(lsc_lead_new(NULL, &lead, error));
    ck_ok(lsc_lead_parse_json(lead, json, strlen(json), error));
    for (unsigned i = 0; i < has->n_deeds; i++) {
        const lsc_activity activity = activity_of(&of->at->deeds[i]);
        if (is_visible(&of->at->deeds[i], time_of(of->times[which[LSC_CHANGE_ACTIVITIES]]))) {
            ck_ok(lsc_lead_add_activity(lead, &activity, error));
        }
    }
    ck_ok(lsc_spec_extract(spec, lead, time_of(of->times[which[LSC_CHANGE_TIME]]), columns, n,
                           error));
    ck_ok(lsc_score_vector(scorer, columns, n, &result, error));
    lsc_lead_free(lead);
    return margin                 ? (double)result.margin
           : isnan(result.points) ? 100 * result.probability
                                  : result.points;
}

static void account(const ends *of, bool margin, double parts[LSC_N_CHANGE_PARTS])
{
    unsigned n_orders = 0;
    memset(parts, 0, LSC_N_CHANGE_PARTS * sizeof *parts);
    for (int a = 0; a < 4; a++) {
        for (int b = 0; b < 4; b++) {
            for (int c = 0; c < 4; c++) {
                int d = 6 - a - b - c;
                const int order[4] = {a, b, c, d};
                int which[LSC_N_CHANGE_PARTS] = {0};
                bool time_has_come = false;
                bool exists =
                    a != b && b != c && a != c && d >= 0 && d < 4 && d != a && d != b && d != c;
                for (int i = 0; i < 4 && exists; i++) {
                    exists = order[i] != LSC_CHANGE_ACTIVITIES || time_has_come;
                    time_has_come = time_has_come || order[i] == LSC_CHANGE_TIME;
                }
                for (int i = 0; i < 4 && exists; i++) {
                    double before = worth(of, which, margin);
                    which[order[i]] = 1;
                    parts[order[i]] += worth(of, which, margin) - before;
                }
                n_orders += exists;
            }
        }
    }
    ck_assert_uint_eq(n_orders, 12);
    for (int i = 0; i < LSC_N_CHANGE_PARTS; i++) {
        parts[i] /= 12;
    }
}

/* Doubles of some hundred points have 2^-45 between them; a sum of 96 of them is off by less than 2^-38, and
   the library's parts are multiples of 2^-40. */
#define NEAR 0x1p-36

static void check_exact(const double *parts, const double *expected, double sum)
{
    double forward = 0;
    double backward = 0;
    for (int i = 0; i < LSC_N_CHANGE_PARTS; i++) {
        ck_assert_msg(fabs(parts[i] - expected[i]) < NEAR, "%s: %.17g, %.17g",
                      lsc_change_part_name(i), parts[i], expected[i]);
        ck_assert_double_eq(parts[i] * 0x1p40, nearbyint(parts[i] * 0x1p40));
        forward += parts[i];
        backward += parts[LSC_N_CHANGE_PARTS - 1 - i];
    }
    ck_assert_double_eq(forward, backward);
    ck_assert_double_eq(forward, sum);
}

static double to_multiple(double value)
{
    return floor(value * 0x1p40 + 0.5) / 0x1p40;
}

static void check_points(const lsc_score_change *change)
{
    int sum = 0;
    for (int i = 0; i < LSC_N_CHANGE_PARTS; i++) {
        sum += change->points[i];
        ck_assert_double_lt(fabs(change->points[i] - change->exact_points[i]), 1);
        ck_assert(change->exact_points[i] != 0 || change->points[i] == 0);
    }
    ck_assert_int_eq(sum, change->to_score - change->from_score);
}

static void check_change(const ends *of, const lsc_score_change *change)
{
    static const int none[LSC_N_CHANGE_PARTS] = {0, 0, 0, 0};
    static const int all[LSC_N_CHANGE_PARTS] = {1, 1, 1, 1};
    double expected[LSC_N_CHANGE_PARTS];
    account(of, false, expected);
    check_exact(change->exact_points, expected,
                to_multiple(worth(of, all, false)) - to_multiple(worth(of, none, false)));
    check_points(change);
    if (of->models[0] != 0 || of->models[1] != 0) { /* a scorecard has no margin */
        for (int i = 0; i < LSC_N_CHANGE_PARTS; i++) {
            ck_assert_double_nan(change->margins[i]);
        }
        return;
    }
    account(of, true, expected);
    check_exact(change->margins, expected,
                to_multiple(worth(of, all, true)) - to_multiple(worth(of, none, true)));
}

static lsc_status ask(const history *at, const ends *of, lsc_score_change *change, lsc_error *error)
{
    const lsc_change_query query = {sizeof query, time_of(of->times[0]), time_of(of->times[1]),
                                    at->ids[of->models[0]], at->ids[of->models[1]]};
    return lsc_store_explain_change(at->store, ACME, "a", &query, change, error);
}

static unsigned check_a_pair(history *at)
{
    ends of = {.at = at};
    for (int i = 0; i < 2; i++) {
        of.times[i] = roll(&at->dice, N_TIMES);
        of.models[i] = roll(&at->dice, N_MODELS);
        of.scores[i] = &at->scores[of.times[i]][of.models[i]];
    }
    lsc_score_change change = LSC_SCORE_CHANGE_INIT;
    lsc_error error = LSC_ERROR_INIT;
    lsc_status status = ask(at, &of, &change, &error);
    if (of.times[1] < of.times[0]) {
        ck_assert_int_eq(status, LSC_INVALID_ARG);
    } else if (!of.scores[0]->kept || !of.scores[1]->kept) {
        ck_assert(status == LSC_NOT_FOUND || status == LSC_INVALID_ARG);
    } else if (!of.scores[0]->scored || !of.scores[1]->scored) {
        ck_assert_int_eq(status, LSC_INVALID_ARG);
        ck_assert_ptr_nonnull(strstr(error.message, "insufficient_data"));
    } else {
        ck_assert_msg(status == LSC_OK, "%s", error.message);
        check_change(&of, &change);
        return 1;
    }
    return 0;
}

static void check_histories(const char *path, uint64_t seed)
{
    unsigned n = 0;
    for (unsigned round = 0; round < 6; round++) {
        history at;
        begin(&at, path == NULL ? memory_store() : file_store(fresh_path(path)), seed + round);
        put(&at, 1);
        for (int i = 0; i < 150; i++) {
            go_on(&at);
            n += check_a_pair(&at);
        }
        end(&at);
    }
    ck_assert_uint_gt(n, 150);
}

START_TEST(each_part_is_the_mean_over_all_orders_of_what_it_adds)
{
    check_histories(NULL, 1000);
}
END_TEST

/* The same numbers by hand. The scorecard gives 3 points, 31 for a demo that decays by half in 30 days. */
START_TEST(a_new_activity_is_not_the_time_in_which_it_came)
{
    history at;
    lsc_score_change change = LSC_SCORE_CHANGE_INIT;
    ends of = {.at = &at, .times = {0, 1}, .models = {2, 2}};
    begin(&at, memory_store(), 1);
    put(&at, 1);
    score(&at, 0, 2);
    do_deed(&at, "Demo Requested", time_of(1), LSC_TIME_NONE);
    score(&at, 1, 2);
    ck_ok(ask(&at, &of, &change, error));
    ck_assert_int_eq(change.from_score, 3);
    ck_assert_int_eq(change.to_score, 34);
    ck_assert_int_eq(change.points[LSC_CHANGE_ACTIVITIES], 31);
    ck_assert_int_eq(change.points[LSC_CHANGE_TIME], 0);
    ck_assert_double_eq(change.exact_points[LSC_CHANGE_TIME], 0);
    ck_assert_uint_eq(change.from_activities, 0);
    ck_assert_uint_eq(change.to_activities, 1);
    end(&at);
}
END_TEST

/* It says that it was known when the first score was made, and was not: it came to the store after it. */
START_TEST(an_activity_that_came_late_is_new)
{
    history at;
    lsc_score_change change = LSC_SCORE_CHANGE_INIT;
    ends of = {.at = &at, .times = {1, 1}, .models = {1, 2}};
    begin(&at, memory_store(), 1);
    put(&at, 1);
    score(&at, 1, 1);
    do_deed(&at, "Page Viewed", time_of(0), LSC_TIME_NONE);
    score(&at, 1, 2);
    ck_ok(ask(&at, &of, &change, error));
    ck_assert_uint_eq(change.from_activities, 0);
    ck_assert_uint_eq(change.to_activities, 1);
    ck_assert_double_eq(change.exact_points[LSC_CHANGE_ACTIVITIES], 1.25);
    ck_assert_double_eq(change.exact_points[LSC_CHANGE_MODEL], 0);
    end(&at);
}
END_TEST

/* Where an input is gone, or says another thing, nobody is told a wrong one. */

static void check_spoiled(const char *sql, lsc_status expected, const char *words)
{
    history at;
    lsc_score_change change = LSC_SCORE_CHANGE_INIT;
    ends of = {.at = &at, .times = {0, 1}, .models = {0, 0}};
    char path[4200];
    snprintf(path, sizeof path, "%s", fresh_path("spoiled.store"));
    begin(&at, file_store(path), 1);
    put(&at, 2);
    do_deed(&at, "Demo Requested", time_of(0), LSC_TIME_NONE);
    score(&at, 0, 0);
    put(&at, 3);
    do_deed(&at, "Demo Requested", time_of(0), LSC_TIME_NONE);
    score(&at, 1, 0);
    put(&at, 4);
    ck_ok(ask(&at, &of, &change, error));
    run_sql(path, sql);
    change.to_score = -7;
    ck_fails(ask(&at, &of, &change, error), expected, words);
    ck_assert_int_eq(change.to_score, -7);
    end(&at);
}

START_TEST(a_score_whose_input_is_gone_is_not_explained)
{
    check_spoiled("DELETE FROM lead_activities WHERE id = '0'", LSC_INPUT_NOT_HELD, "not held");
    check_spoiled("DELETE FROM lead_activities WHERE id = '1'", LSC_INPUT_NOT_HELD, "not held");
    check_spoiled("DELETE FROM earlier_properties WHERE revision = 0", LSC_INPUT_NOT_HELD,
                  "not held");
    check_spoiled("DELETE FROM earlier_properties", LSC_INPUT_NOT_HELD, "not held");
    check_spoiled("UPDATE lead_activities SET type = 'Page Viewed' WHERE id = '1'",
                  LSC_INPUT_NOT_HELD, "not held");
    check_spoiled("UPDATE lead_scores SET result_sha256 = zeroblob(32)", LSC_MISMATCH, "another");
    check_spoiled("UPDATE lead_scores SET status = 2, score = -1 WHERE as_of > 1761609600000",
                  LSC_INVALID_ARG, "suppressed");
    check_spoiled("DELETE FROM lead_scores", LSC_NOT_FOUND, "no such score");
}
END_TEST

START_TEST(a_duplicate_that_took_the_place_of_what_was_seen_is_noticed)
{
    history at;
    lsc_score_change change = LSC_SCORE_CHANGE_INIT;
    ends of = {.at = &at, .times = {0, 1}, .models = {0, 0}};
    begin(&at, memory_store(), 1);
    put(&at, 1);
    do_deed(&at, "Demo Requested", time_of(0) - DAY, time_of(0));
    score(&at, 0, 0);
    at.n_deeds = 0;
    do_deed(&at, "Demo Requested", time_of(0) - DAY, LSC_TIME_NONE);
    score(&at, 1, 0);
    ck_fails(ask(&at, &of, &change, error), LSC_INPUT_NOT_HELD, "2025-10-28");
    end(&at);
}
END_TEST

START_TEST(a_lead_that_withdrew_is_not_looked_into)
{
    history at;
    lsc_score_change change = LSC_SCORE_CHANGE_INIT;
    ends of = {.at = &at, .times = {0, 1}, .models = {0, 0}};
    lsc_consent consent = {sizeof consent, LSC_CONSENT_PROFILING, false, AS_OF, NULL};
    begin(&at, memory_store(), 1);
    put(&at, 1);
    score(&at, 0, 0);
    score(&at, 1, 0);
    ck_ok(lsc_store_set_consent(at.store, ACME, "a", &consent, error));
    ck_fails(ask(&at, &of, &change, error), LSC_INVALID_ARG, "withdrawn");
    consent.given = true;
    consent.time_ms = AS_OF + 1;
    ck_ok(lsc_store_set_consent(at.store, ACME, "a", &consent, error));
    ck_ok(ask(&at, &of, &change, error));
    score(&at, 2, 0);
    of.times[1] = 2;
    ck_ok(ask(&at, &of, &change, error));
    end(&at);
}
END_TEST

START_TEST(wrong_arguments_are_refused)
{
    history at;
    lsc_score_change change = LSC_SCORE_CHANGE_INIT;
    lsc_change_query query = LSC_CHANGE_QUERY_INIT;
    begin(&at, memory_store(), 1);
    put(&at, 1);
    score(&at, 0, 0);
    score(&at, 0, 1);
    query.from_ms = query.to_ms = time_of(0);
    ck_ok(lsc_store_explain_change(at.store, ACME, "a", &query, &change, error));
    ck_assert_int_eq(change.points[LSC_CHANGE_MODEL], 0); /* each end is the model that came last */
    query.from_model = at.ids[0];
    ck_ok(lsc_store_explain_change(at.store, ACME, "a", &query, &change, error));
    ck_assert_int_eq(change.points[LSC_CHANGE_MODEL], change.to_score - change.from_score);
    ck_fails(lsc_store_explain_change(at.store, GLOBEX, "a", &query, &change, error), LSC_NOT_FOUND,
             "no lead");
    ck_fails(lsc_store_explain_change(at.store, "none", "a", &query, &change, error), LSC_NOT_FOUND,
             "none");
    query.from_model = "zz";
    ck_fails(lsc_store_explain_change(at.store, ACME, "a", &query, &change, error), LSC_INVALID_ARG,
             "hexadecimal");
    query.from_model = at.ids[2];
    ck_fails(lsc_store_explain_change(at.store, ACME, "a", &query, &change, error), LSC_NOT_FOUND,
             "no such score");
    change.size = 3;
    ck_fails(lsc_store_explain_change(at.store, ACME, "a", &query, &change, error), LSC_INVALID_ARG,
             "lsc_score_change");
    ck_fails(lsc_store_explain_change(at.store, ACME, "a", NULL, &change, error), LSC_INVALID_ARG,
             "NULL");
    ck_assert_str_eq(lsc_change_part_name((lsc_change_part)9), "unknown");
    end(&at);
}
END_TEST

LSC_SUITE("store/score_change", TEST(each_part_is_the_mean_over_all_orders_of_what_it_adds),
          TEST(a_new_activity_is_not_the_time_in_which_it_came),
          TEST(an_activity_that_came_late_is_new),
          TEST(a_score_whose_input_is_gone_is_not_explained),
          TEST(a_duplicate_that_took_the_place_of_what_was_seen_is_noticed),
          TEST(a_lead_that_withdrew_is_not_looked_into), TEST(wrong_arguments_are_refused))
