#include "sample_process.h"

#include <stdlib.h>

/* Of a day. Intent loses 1 % of its distance and varies by 1 in the long run. */
static const double KEPT = 0.99;
static const double NOISE = 0.14;
static const double BURST_CHANCE = 1 / 150.0;
static const double BURST = 1.2;

static const double INTEREST_DEVIATION = 0.7;
static const double FIRST_INTENT = 0.5;

static const double CONVERSION_RATE = -9;
static const double CONVERSION_BY_FIT = 2.2;
static const double CONVERSION_BY_EAGERNESS = 2.2;
static const double MOST_CONVERSION = 0.03;

static const double LOSS_RATE = -6.8;
static const double LOSS_BY_PROPENSITY = -0.25;
static const double MOST_LOSS = 0.02;

lsc_latent lsc_latent_start(lsc_dice *dice)
{
    lsc_latent latent;
    latent.fit = lsc_dice_normal(dice);
    latent.interest = INTEREST_DEVIATION * lsc_dice_normal(dice);
    latent.intent = FIRST_INTENT + lsc_dice_normal(dice);
    return latent;
}

void lsc_latent_next_day(lsc_latent *latent, lsc_dice *dice)
{
    latent->intent = KEPT * latent->intent + NOISE * lsc_dice_normal(dice);
    if (lsc_dice_chance(dice, BURST_CHANCE)) {
        latent->intent += BURST;
    }
}

double lsc_latent_eagerness(const lsc_latent *latent)
{
    return latent->interest + latent->intent;
}

/*
 * Both hazards depend on the state through one number, the propensity: its constant part and
 * intent are all that the oracle needs to know.
 */
static double constant_propensity(const lsc_latent *latent)
{
    return CONVERSION_BY_FIT * latent->fit + CONVERSION_BY_EAGERNESS * latent->interest;
}

static double propensity(const lsc_latent *latent)
{
    return constant_propensity(latent) + CONVERSION_BY_EAGERNESS * latent->intent;
}

static double capped_rate(double log_rate, double most)
{
    const double rate = lsc_sample_exp(log_rate);
    return rate < most ? rate : most;
}

static double conversion_at(double at_propensity)
{
    return capped_rate(CONVERSION_RATE + at_propensity, MOST_CONVERSION);
}

static double loss_at(double at_propensity)
{
    return capped_rate(LOSS_RATE + LOSS_BY_PROPENSITY * at_propensity, MOST_LOSS);
}

double lsc_latent_conversion(const lsc_latent *latent)
{
    return conversion_at(propensity(latent));
}

double lsc_latent_loss(const lsc_latent *latent)
{
    return loss_at(propensity(latent));
}

/* The oracle's grid: constant propensity by intent. */
enum {
    N_CONSTANTS = 61,
    N_INTENTS = 121
};
static const double FIRST_CONSTANT = -12, CONSTANT_STEP = 0.4;
static const double LOWEST_INTENT = -5, INTENT_STEP = 0.1;

struct lsc_oracle {
    double probability[N_CONSTANTS][N_INTENTS];
    double move[N_INTENTS][N_INTENTS]; /* [from][to] within a day */
};

static double intent_at(size_t i)
{
    return LOWEST_INTENT + (double)i * INTENT_STEP;
}

static void normalise(double move[N_INTENTS])
{
    double total = 0;
    for (size_t to = 0; to < N_INTENTS; to++) {
        total += move[to];
    }
    for (size_t to = 0; to < N_INTENTS; to++) {
        move[to] /= total;
    }
}

static double bell(double distance)
{
    const double deviations = distance / NOISE;
    return deviations * deviations > 72 ? 0 : lsc_sample_exp(-0.5 * deviations * deviations);
}

static void learn_moves(lsc_oracle *oracle)
{
    for (size_t from = 0; from < N_INTENTS; from++) {
        const double kept = KEPT * intent_at(from);
        for (size_t to = 0; to < N_INTENTS; to++) {
            const double distance = intent_at(to) - kept;
            oracle->move[from][to] =
                (1 - BURST_CHANCE) * bell(distance) + BURST_CHANCE * bell(distance - BURST);
        }
        normalise(oracle->move[from]);
    }
}

/* One more day before the horizon: convert today, or stay open and convert later. */
static void step_back(const lsc_oracle *oracle, double constant, double probability[N_INTENTS])
{
    double later[N_INTENTS];
    for (size_t from = 0; from < N_INTENTS; from++) {
        later[from] = 0;
        for (size_t to = 0; to < N_INTENTS; to++) {
            later[from] += oracle->move[from][to] * probability[to];
        }
    }
    for (size_t i = 0; i < N_INTENTS; i++) {
        const double today = constant + CONVERSION_BY_EAGERNESS * intent_at(i);
        const double converts = conversion_at(today);
        probability[i] = converts + (1 - converts - loss_at(today)) * later[i];
    }
}

lsc_oracle *lsc_oracle_new(void)
{
    lsc_oracle *oracle = calloc(1, sizeof *oracle);
    if (oracle == NULL) {
        return NULL;
    }
    learn_moves(oracle);
    for (size_t c = 0; c < N_CONSTANTS; c++) {
        const double constant = FIRST_CONSTANT + (double)c * CONSTANT_STEP;
        for (int day = 0; day < LSC_SAMPLE_HORIZON_DAYS; day++) {
            step_back(oracle, constant, oracle->probability[c]);
        }
    }
    return oracle;
}

void lsc_oracle_free(lsc_oracle *oracle)
{
    free(oracle);
}

/* Where `value` lies on an axis: the cell's index, and how far into it, 0 to 1. */
static size_t locate(double value, double first, double step, size_t n, double *inside)
{
    double at = (value - first) / step;
    if (at < 0) {
        at = 0;
    }
    size_t cell = (size_t)at;
    if (cell > n - 2) {
        cell = n - 2;
    }
    *inside = at - (double)cell;
    if (*inside > 1) {
        *inside = 1;
    }
    return cell;
}

double lsc_oracle_probability(const lsc_oracle *oracle, const lsc_latent *latent)
{
    double u, v;
    const size_t c =
        locate(constant_propensity(latent), FIRST_CONSTANT, CONSTANT_STEP, N_CONSTANTS, &u);
    const size_t i = locate(latent->intent, LOWEST_INTENT, INTENT_STEP, N_INTENTS, &v);
    const double *low = oracle->probability[c];
    const double *high = oracle->probability[c + 1];
    return (1 - u) * ((1 - v) * low[i] + v * low[i + 1]) +
           u * ((1 - v) * high[i] + v * high[i + 1]);
}

static int by_probability(const void *a, const void *b)
{
    const lsc_oracle_row *left = a, *right = b;
    return (left->probability > right->probability) - (left->probability < right->probability);
}

double lsc_oracle_auc(lsc_oracle_row *rows, size_t n_rows)
{
    qsort(rows, n_rows, sizeof *rows, by_probability);
    double pairs = 0, n_below = 0, n_converted = 0;
    for (size_t i = 0; i < n_rows;) {
        double converted = 0, open = 0;
        const double tied = rows[i].probability;
        for (; i < n_rows && rows[i].probability <= tied; i++) {
            converted += rows[i].converted;
            open += !rows[i].converted;
        }
        pairs += converted * (n_below + open / 2);
        n_below += open;
        n_converted += converted;
    }
    return n_converted > 0 && n_below > 0 ? pairs / (n_converted * n_below) : 0.5;
}
