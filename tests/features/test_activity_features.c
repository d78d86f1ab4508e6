/* Every kind over activities against a slow reference, written from docs/feature-spec.md alone. */
#include <math.h>

#include "core/random.h"
#include "spec_helpers.h"

#define DAY INT64_C(86400000)
#define MINUTE INT64_C(60000)
#define MAX_HAPPENINGS 64
#define N_TYPES 4

static const char *const type_names[N_TYPES] = {"Page Viewed", "Email Opened", "Email Delivered",
                                                "identify"};
static const char *const paths[] = {"/", "/pricing", "/pricing/eu", "/price", "/docs"};

/** An activity as the test sees it. */
typedef struct happening {
    int64_t time;
    int64_t recorded;
    char id[24];
    const char *type;
    const char *source;
    const char *path; /* NULL: none */
    bool has_seconds;
    double seconds;
    bool bot;
} happening;

typedef struct story {
    happening items[MAX_HAPPENINGS];
    size_t n;
} story;

/** What the test asks for, in the words of the spec. */
typedef struct question {
    const char *types[2];
    size_t n_types; /* 0: any but identify */
    const char *prefix;
    double least; /* of seconds; NaN: not asked */
    bool bots;
    double window_days; /* 0: all */
} question;

static int64_t as_of;

/* Random stories. Times crowd around the edges of the windows that are asked for. */

static int64_t random_time(lsc_random *random)
{
    static const int64_t edges[] = {0, 1, 7, 14, 30, 60};
    int64_t near = as_of - edges[lsc_random_below(random, 6)] * DAY;
    switch (lsc_random_below(random, 4)) {
    case 0:
        return near;
    case 1:
        return near + (int64_t)lsc_random_below(random, 3) - 1;
    case 2:
        return near - (int64_t)lsc_random_below(random, 4) * 30 * MINUTE;
    default:
        return as_of + 2 * DAY - (int64_t)lsc_random_below(random, (uint64_t)(70 * DAY));
    }
}

static happening random_happening(lsc_random *random, size_t number)
{
    happening made = {.time = random_time(random)};
    made.recorded = made.time;
    if (lsc_random_below(random, 3) == 0) {
        made.recorded += (int64_t)lsc_random_below(random, (uint64_t)(5 * DAY));
    }
    snprintf(made.id, sizeof made.id, "%zu", number);
    made.type = type_names[lsc_random_below(random, N_TYPES)];
    made.source = lsc_random_below(random, 2) == 0 ? "web" : "";
    made.path = lsc_random_below(random, 5) == 0 ? NULL : paths[lsc_random_below(random, 5)];
    made.has_seconds = lsc_random_below(random, 3) != 0;
    made.seconds = (double)lsc_random_below(random, 8) - 2;
    made.bot = lsc_random_below(random, 5) == 0;
    return made;
}

/** A story with duplicates: the same source and id, told again with another record. */
static void random_story(lsc_random *random, story *told)
{
    told->n = lsc_random_below(random, MAX_HAPPENINGS + 1);
    for (size_t i = 0; i < told->n; i++) {
        told->items[i] = random_happening(random, i);
        if (i > 0 && lsc_random_below(random, 6) == 0) {
            const happening *first = &told->items[lsc_random_below(random, i)];
            strcpy(told->items[i].id, first->id);
            told->items[i].source = first->source;
            /* All records of one activity differ in when they came. */
            told->items[i].recorded += (int64_t)i;
        }
    }
}

static void add_happening(lsc_lead *lead, const happening *item)
{
    lsc_property properties[2];
    size_t n = 0;
    memset(properties, 0, sizeof properties);
    if (item->path != NULL) {
        properties[n++] =
            (lsc_property){.name = "path", .type = LSC_VALUE_TEXT, .text = item->path};
    }
    if (item->has_seconds) {
        properties[n++] =
            (lsc_property){.name = "seconds", .type = LSC_VALUE_NUMBER, .number = item->seconds};
    }
    lsc_activity activity = LSC_ACTIVITY_INIT;
    activity.id = item->id;
    activity.type = item->type;
    activity.source = item->source;
    activity.time_ms = item->time;
    activity.recorded_time_ms = item->recorded;
    activity.bot = item->bot;
    activity.properties = properties;
    activity.n_properties = n;
    ck_ok(lsc_lead_add_activity(lead, &activity, error));
}

static lsc_lead *lead_of_story(const story *told)
{
    lsc_lead *lead = NULL;
    ck_ok(lsc_lead_new(NULL, &lead, error));
    for (size_t i = 0; i < told->n; i++) {
        add_happening(lead, &told->items[i]);
    }
    return lead;
}

/* The reference. */

static bool is_duplicate(const story *told, size_t i)
{
    for (size_t k = 0; k < told->n; k++) {
        const happening *a = &told->items[i];
        const happening *b = &told->items[k];
        if (k != i && strcmp(a->id, b->id) == 0 && strcmp(a->source, b->source) == 0 &&
            b->recorded < a->recorded) {
            return true;
        }
    }
    return false;
}

static bool is_asked(const question *asked, const happening *item)
{
    if (item->bot && !asked->bots) {
        return false;
    }
    bool type = asked->n_types == 0 && strcmp(item->type, "identify") != 0;
    for (size_t i = 0; i < asked->n_types; i++) {
        type = type || strcmp(item->type, asked->types[i]) == 0;
    }
    if (!type) {
        return false;
    }
    if (asked->prefix != NULL &&
        (item->path == NULL || strncmp(item->path, asked->prefix, strlen(asked->prefix)) != 0)) {
        return false;
    }
    return isnan(asked->least) || (item->has_seconds && item->seconds >= asked->least);
}

static int in_order(const void *a, const void *b)
{
    const happening *left = a;
    const happening *right = b;
    if (left->time != right->time) {
        return left->time < right->time ? -1 : 1;
    }
    int sources = strcmp(left->source, right->source);
    return sources != 0 ? sources : strcmp(left->id, right->id);
}

/** What was visible, is asked for, and happened in (after, to], in order. */
static void select_between(const story *told, const question *asked, int64_t after, int64_t to,
                           story *selected)
{
    selected->n = 0;
    for (size_t i = 0; i < told->n; i++) {
        const happening *item = &told->items[i];
        if (!is_duplicate(told, i) && item->time <= as_of && item->recorded <= as_of &&
            item->time > after && item->time <= to && is_asked(asked, item)) {
            selected->items[selected->n++] = *item;
        }
    }
    qsort(selected->items, selected->n, sizeof selected->items[0], in_order);
}

static int64_t window_start(const question *asked)
{
    return asked->window_days > 0 ? as_of - (int64_t)asked->window_days * DAY : INT64_MIN;
}

static void select_window(const story *told, const question *asked, story *selected)
{
    select_between(told, asked, window_start(asked), as_of, selected);
}

static double days_between(int64_t from, int64_t to)
{
    return (double)(to - from) / 86400000.0;
}

static double expect_count(const story *told, const question *asked)
{
    story in;
    select_window(told, asked, &in);
    return (double)in.n;
}

static double expect_half_life(const story *told, const question *asked)
{
    story in;
    select_window(told, asked, &in);
    double sum = 0;
    for (size_t i = 0; i < in.n; i++) {
        double weight = strcmp(in.items[i].type, "Email Opened") == 0 ? 0.5 : 3;
        sum += weight * pow(2, -days_between(in.items[i].time, as_of) / 14);
    }
    return sum;
}

static double expect_linear(const story *told, const question *asked)
{
    story in;
    select_window(told, asked, &in);
    double sum = 0;
    for (size_t i = 0; i < in.n; i++) {
        sum += fmax(0, 1 - days_between(in.items[i].time, as_of) / 10);
    }
    return sum;
}

static double expect_sum(const story *told, const question *asked)
{
    story in;
    select_window(told, asked, &in);
    double sum = 0;
    for (size_t i = 0; i < in.n; i++) {
        sum += in.items[i].has_seconds ? in.items[i].seconds : 0;
    }
    return sum;
}

static const question delivered = {{"Email Delivered", NULL}, 1, NULL, (double)NAN, false, 0};

static double expect_rate(const story *told, const question *asked)
{
    question of = delivered;
    of.window_days = asked->window_days;
    double n = expect_count(told, asked);
    double d = expect_count(told, &of);
    return (n + 0.25 * 4) / (fmax(n, d) + 4);
}

static double expect_recency(const story *told, const question *asked)
{
    story in;
    select_window(told, asked, &in);
    return in.n > 0 ? days_between(in.items[in.n - 1].time, as_of) : (double)NAN;
}

static double expect_active_days(const story *told, const question *asked)
{
    story in;
    select_window(told, asked, &in);
    double days = 0;
    for (size_t i = 0; i < in.n; i++) {
        bool seen = false;
        for (size_t k = 0; k < i; k++) {
            seen = seen || floor((double)in.items[k].time / 86400000.0) ==
                               floor((double)in.items[i].time / 86400000.0);
        }
        days += !seen;
    }
    return days;
}

static double expect_distinct(const story *told, const question *asked)
{
    story in;
    select_window(told, asked, &in);
    double distinct = 0;
    for (size_t i = 0; i < in.n; i++) {
        bool seen = in.items[i].path == NULL;
        for (size_t k = 0; k < i; k++) {
            seen = seen ||
                   (in.items[k].path != NULL && strcmp(in.items[k].path, in.items[i].path) == 0);
        }
        distinct += !seen;
    }
    return distinct;
}

static double expect_sessions(const story *told, const question *asked)
{
    story in;
    select_window(told, asked, &in);
    double sessions = in.n > 0;
    for (size_t i = 1; i < in.n; i++) {
        sessions += in.items[i].time - in.items[i - 1].time > 30 * MINUTE;
    }
    return sessions;
}

static double expect_trend(const story *told, const question *asked)
{
    story now;
    story before;
    int64_t start = window_start(asked);
    select_window(told, asked, &now);
    select_between(told, asked, start - (as_of - start), start, &before);
    return log2(((double)now.n + 1) / ((double)before.n + 1));
}

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

static double expect_median_gap(const story *told, const question *asked)
{
    story in;
    select_window(told, asked, &in);
    if (in.n < 2) {
        return (double)NAN;
    }
    double gaps[MAX_HAPPENINGS];
    size_t n = in.n - 1;
    for (size_t i = 0; i < n; i++) {
        gaps[i] = days_between(in.items[i].time, in.items[i + 1].time);
    }
    qsort(gaps, n, sizeof gaps[0], by_size);
    return (gaps[(n - 1) / 2] + gaps[n / 2]) / 2;
}

static double expect_share(const story *told, const question *asked)
{
    question all = {{NULL, NULL}, 0, NULL, (double)NAN, false, asked->window_days};
    double of = expect_count(told, &all);
    return of > 0 ? expect_count(told, asked) / of : (double)NAN;
}

typedef struct kind_case {
    const char *kind;
    const char *params;
    double (*expect)(const story *told, const question *asked);
    bool needs_window;
} kind_case;

static const kind_case kinds[] = {
    {"count", "", expect_count, false},
    {"decayed_count",
     ", 'weight': 3, 'weights': {'Email Opened': 0.5}, 'decay': {'half_life_days': 14}",
     expect_half_life, false},
    {"decayed_count", ", 'decay': {'linear_days': 10}", expect_linear, false},
    {"sum", ", 'data': 'seconds'", expect_sum, false},
    {"smoothed_rate", ", 'of': {'types': ['Email Delivered']}, 'prior': 0.25, 'strength': 4",
     expect_rate, false},
    {"recency", "", expect_recency, false},
    {"active_days", "", expect_active_days, false},
    {"distinct", ", 'data': 'path'", expect_distinct, false},
    {"sessions", "", expect_sessions, false},
    {"trend", "", expect_trend, true},
    {"median_gap", "", expect_median_gap, false},
    {"share", "", expect_share, false},
};
#define N_KINDS (sizeof kinds / sizeof kinds[0])

static question random_question(lsc_random *random, bool needs_window)
{
    static const double windows[] = {0, 1, 7, 30};
    question asked = {{NULL, NULL}, 0, NULL, (double)NAN, false, 0};
    asked.n_types = lsc_random_below(random, 3);
    for (size_t i = 0; i < asked.n_types; i++) {
        asked.types[i] = type_names[lsc_random_below(random, N_TYPES)];
    }
    if (lsc_random_below(random, 3) == 0) {
        asked.prefix = "/pricing";
    }
    if (lsc_random_below(random, 4) == 0) {
        asked.least = 1;
    }
    asked.bots = lsc_random_below(random, 2) == 0;
    asked.window_days = windows[needs_window + lsc_random_below(random, 4 - needs_window)];
    return asked;
}

static void write_selector(const question *asked, char *text, size_t size)
{
    char types[100] = "";
    if (asked->n_types == 1) {
        snprintf(types, sizeof types, ", 'types': ['%s']", asked->types[0]);
    } else if (asked->n_types == 2) {
        snprintf(types, sizeof types, ", 'types': ['%s', '%s']", asked->types[0], asked->types[1]);
    }
    char where[100] = "";
    snprintf(where, sizeof where, "%s%s%s", asked->prefix ? "'path': {'prefix': '/pricing'}" : "",
             asked->prefix && !isnan(asked->least) ? ", " : "",
             isnan(asked->least) ? "" : "'seconds': {'least': 1}");
    snprintf(text, size, "{'include_bots': %s%s, 'where': {%s}}", asked->bots ? "true" : "false",
             types, where);
}

/** One feature a kind, all asking the same question. */
static lsc_spec *spec_of_question(const question *asked, bool needs_window)
{
    char selector[300];
    write_selector(asked, selector, sizeof selector);
    char window[40] = "";
    if (asked->window_days > 0) {
        snprintf(window, sizeof window, ", 'window_days': %.0f", asked->window_days);
    }
    char features[8000] = "";
    for (size_t i = 0; i < N_KINDS; i++) {
        if (kinds[i].needs_window && !needs_window) {
            continue;
        }
        size_t length = strlen(features);
        snprintf(features + length, sizeof features - length,
                 "%s{'name': 'f%zu', 'group': 'g', 'kind': '%s', 'events': %s%s%s}",
                 length > 0 ? ", " : "", i, kinds[i].kind, selector, window, kinds[i].params);
    }
    return spec_of(features);
}

static void check_value(const char *kind, double expected, float value)
{
    if (isnan(expected)) {
        ck_assert_msg(isnan(value), "%s is %g, not missing", kind, (double)value);
        return;
    }
    /* Rounding to float32 costs half of 2^-23; pow and log2 of libm far less. */
    double tolerance = 1.2e-7 * fmax(1, fabs(expected));
    ck_assert_msg(fabs((double)value - expected) <= tolerance, "%s is %.9g, not %.9g", kind,
                  (double)value, expected);
}

static void check_timeline(lsc_random *random, size_t *n_present)
{
    story told;
    random_story(random, &told);
    bool windowed = lsc_random_below(random, 2) == 0;
    question asked = random_question(random, windowed);
    lsc_spec *spec = spec_of_question(&asked, windowed);
    lsc_lead *lead = lead_of_story(&told);
    int64_t latest = as_of;
    for (int64_t back = 0; back <= 40; back += 10) {
        as_of = latest - back * DAY;
        float *columns = vector_of(spec, lead, as_of);
        size_t column = 0;
        for (size_t i = 0; i < N_KINDS; i++) {
            if (!kinds[i].needs_window || windowed) {
                double expected = kinds[i].expect(&told, &asked);
                n_present[i] += !isnan(expected) && fabs(expected) > 0;
                check_value(kinds[i].kind, expected, columns[column++]);
            }
        }
        free(columns);
    }
    as_of = latest;
    lsc_lead_free(lead);
    lsc_spec_unref(spec);
}

static void check_timelines(uint64_t seed, const char *latest, size_t n_timelines)
{
    lsc_random random;
    size_t n_present[N_KINDS] = {0};
    lsc_random_seed(&random, seed);
    as_of = at(latest);
    for (size_t i = 0; i < n_timelines; i++) {
        check_timeline(&random, n_present);
    }
    for (size_t i = 0; i < N_KINDS; i++) {
        /* Else the random timelines do not reach the kind. */
        ck_assert_msg(n_present[i] > n_timelines / 2, "%s: %zu values", kinds[i].kind,
                      n_present[i]);
    }
}

START_TEST(every_kind_is_its_formula_on_random_timelines)
{
    check_timelines(3, "2026-04-01T00:00:00Z", 400);
}
END_TEST

START_TEST(every_kind_is_its_formula_before_1970)
{
    check_timelines(5, "1960-03-01T00:00:00Z", 100);
}
END_TEST

LSC_SUITE("features/activity_features", TEST(every_kind_is_its_formula_on_random_timelines),
          TEST(every_kind_is_its_formula_before_1970))
