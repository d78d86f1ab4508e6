/*
 * A lead is cold, warm or hot, comes from a company of some size, and has someone of some rank
 * behind it. Activities follow from the first, the profile from the others, and what is missing
 * from how little is known of a cold lead.
 */
#include "bench_leads.h"

#include <math.h>
#include <stdbool.h>

#include "core/random.h"

enum {
    VISITS_30_DAYS,
    VISITS_7_DAYS,
    MAIL_OPENS,
    MAIL_CLICKS,
    CLICK_RATE, /* missing without a mail */
    FORMS,
    DEMO_REQUESTS,
    PRICING_VIEWS,
    WEBINAR_MINUTES,
    DAYS_SINCE_ACTIVITY,
    DAYS_KNOWN,
    HOURS_BETWEEN_VISITS, /* missing with fewer than two visits */
    TREND,                /* missing for a lead that is new */
    EMPLOYEES,            /* missing, as the next five, where nobody has looked */
    REVENUE,
    SENIORITY,
    INDUSTRY,
    SOURCE,
    FIT_SCORE,
    TECHNOLOGY_OVERLAP
};

typedef struct lead_traits {
    double warmth;
    double size; /* of the company, standard normal */
    double rank; /* of the person, standard normal */
    int industry;
    int source;
} lead_traits;

static double uniform(lsc_random *random)
{
    return lsc_random_uniform(random);
}

static double exponential(lsc_random *random, double mean)
{
    return -mean * log(1 - uniform(random));
}

static double normal(lsc_random *random)
{
    double radius = sqrt(exponential(random, 2));
    return radius * cos(6.283185307179586 * uniform(random));
}

/* How many arrivals of a process with this mean fall into its time. */
static double arrivals(lsc_random *random, double mean)
{
    double count = 0;
    for (double time = exponential(random, 1); time < mean; time += exponential(random, 1)) {
        count++;
    }
    return count;
}

static double hits(lsc_random *random, double tries, double chance)
{
    double count = 0;
    for (double i = 0; i < tries; i++) {
        count += uniform(random) < chance;
    }
    return count;
}

static bool unknown(lsc_random *random, double share)
{
    return uniform(random) < share;
}

static lead_traits draw_traits(lsc_random *random)
{
    double kind = uniform(random);
    double mean = kind < 0.6 ? 0.25 : kind < 0.92 ? 1.2 : 3.5;
    return (lead_traits){.warmth = exponential(random, mean) + 0.05,
                         .size = normal(random),
                         .rank = normal(random),
                         .industry = (int)lsc_random_below(random, 9),
                         .source = (int)lsc_random_below(random, 7)};
}

static void fill_activity(lsc_random *random, const lead_traits *traits, float *row)
{
    double visits = arrivals(random, 5 * traits->warmth);
    double opens = arrivals(random, 2 + 2.5 * traits->warmth);
    double clicks = hits(random, opens, 0.1 + 0.25 * traits->warmth / (1 + traits->warmth));
    double known = exponential(random, 90) + 1;
    row[VISITS_30_DAYS] = (float)visits;
    row[VISITS_7_DAYS] = (float)hits(random, visits, 0.35);
    row[MAIL_OPENS] = (float)opens;
    row[MAIL_CLICKS] = (float)clicks;
    row[CLICK_RATE] = opens > 0 ? (float)(clicks / opens) : NAN;
    row[FORMS] = (float)arrivals(random, 0.4 * traits->warmth);
    row[DEMO_REQUESTS] = (float)arrivals(random, 0.15 * traits->warmth);
    row[PRICING_VIEWS] = (float)hits(random, visits, 0.2);
    row[WEBINAR_MINUTES] = unknown(random, 0.8) ? 0 : (float)exponential(random, 35);
    row[DAYS_SINCE_ACTIVITY] = (float)exponential(random, 25 / (0.2 + traits->warmth));
    row[DAYS_KNOWN] = (float)known;
    row[HOURS_BETWEEN_VISITS] = visits >= 2 ? (float)exponential(random, 720 / (visits - 1)) : NAN;
    row[TREND] = known < 14 ? NAN : (float)(0.4 * normal(random) + 0.3 * (traits->warmth - 0.8));
}

static void fill_profile(lsc_random *random, const lead_traits *traits, float *row)
{
    double employees = exp(4.5 + 1.6 * traits->size);
    double overlap = uniform(random) * uniform(random) + 0.05 * traits->size;
    row[EMPLOYEES] = unknown(random, 0.3) ? NAN : (float)floor(employees + 1);
    row[REVENUE] =
        unknown(random, 0.45) ? NAN : (float)(employees * exp(11.5 + 0.6 * normal(random)));
    row[SENIORITY] =
        unknown(random, 0.2) ? NAN : (float)fmin(fmax(round(3 + 1.3 * traits->rank), 1), 6);
    row[INDUSTRY] = unknown(random, 0.1) ? NAN : (float)traits->industry;
    row[SOURCE] = (float)traits->source;
    row[FIT_SCORE] =
        unknown(random, 0.25)
            ? NAN
            : (float)round(50 + 9 * traits->size + 7 * traits->rank + 8 * normal(random));
    row[TECHNOLOGY_OVERLAP] = unknown(random, 0.35) ? NAN : (float)fmin(fmax(overlap, 0), 1);
}

/* Log-odds of a conversion. What is missing counts as nothing. */
static double log_odds(const lead_traits *traits, const float *row)
{
    static const double by_industry[9] = {0, 0.4, -0.3, 0.1, 0, -0.5, 0.6, 0, -0.1};
    static const double by_source[7] = {0, 0.5, -0.6, 0.2, -0.2, 0, 0.3};
    double pull = -3.4 + by_industry[traits->industry] + by_source[traits->source];
    pull += 0.5 * log1p((double)row[VISITS_30_DAYS]) + 0.18 * (double)row[MAIL_CLICKS];
    pull += 0.55 * (double)row[FORMS] + 0.9 * fmin((double)row[DEMO_REQUESTS], 2);
    pull += 0.35 * sqrt((double)row[PRICING_VIEWS]) + 0.01 * (double)row[WEBINAR_MINUTES];
    pull -= 0.02 * fmin((double)row[DAYS_SINCE_ACTIVITY], 90);
    pull += 0.45 * traits->rank + 0.3 * traits->size;
    if (row[FORMS] > 0 && traits->rank > 0.5) {
        pull += 0.6;
    }
    if (row[DAYS_KNOWN] < 20 && row[VISITS_7_DAYS] >= 3) {
        pull += 0.5;
    }
    return pull;
}

void bench_leads(uint64_t seed, size_t n_rows, float *rows, float *labels)
{
    lsc_random random;
    lsc_random_seed(&random, seed);
    for (size_t i = 0; i < n_rows; i++) {
        float *row = rows + i * BENCH_COLUMNS;
        lead_traits traits = draw_traits(&random);
        fill_activity(&random, &traits, row);
        fill_profile(&random, &traits, row);
        bool converts = uniform(&random) < 1 / (1 + exp(-log_odds(&traits, row)));
        if (labels != NULL) {
            labels[i] = converts ? 1 : 0;
        }
    }
}
