#include "performance_row.h"

#include <leadscore/clock.h>

#include <math.h>

#include "core/error.h"
#include "core/fixed_math.h"

/* Probabilities are taken to be at least so far from 0 and 1 in the logarithmic loss. */
#define LEAST 1e-15

lsc_status lsc_check_horizon(int64_t horizon_ms, lsc_error *error)
{
    return horizon_ms > 0 && horizon_ms <= LSC_TIME_MAX - LSC_TIME_MIN
               ? LSC_OK
               : lsc_fail(error, LSC_INVALID_ARG,
                          "query.horizon_ms is %lld, must be more than 0, and no more than "
                          "10,000 years",
                          (long long)horizon_ms);
}

/* 1 is in the last. Ten times a probability may be rounded up to a whole number. */
static int bin_of(double probability)
{
    int bin = (int)(probability * LSC_N_PROBABILITY_BINS);
    if (bin == LSC_N_PROBABILITY_BINS || probability < (double)bin / LSC_N_PROBABILITY_BINS) {
        bin--;
    }
    return bin;
}

static double loss_of(double probability, bool converted)
{
    const double right = converted ? probability : 1 - probability;
    return -lsc_log(right < LEAST ? LEAST : right);
}

void lsc_performance_add(lsc_performance_sums *sums, int score, double probability, bool converted)
{
    sums->n[converted]++;
    if (score >= 0 && score <= 100) {
        sums->scores[converted][score]++;
    }
    if (!(probability >= 0 && probability <= 1)) {
        return;
    }
    const double off = probability - converted;
    lsc_probability_bin *held = &sums->bins[bin_of(probability)];
    sums->n_probabilities++;
    sums->probability += probability;
    sums->brier += off * off;
    sums->log_loss += loss_of(probability, converted);
    held->n_leads++;
    held->n_converted += converted;
    held->mean_probability += probability;
}

/* The number of pairs of one who converted and one who did not in which the former has more. */
static double auc_of(const lsc_performance_sums *sums)
{
    double won = 0;
    int64_t below = 0; /* who did not convert and have less */
    for (int score = 0; score <= 100; score++) {
        const int64_t equal = sums->scores[0][score];
        won += (double)sums->scores[1][score] * ((double)below + (double)equal / 2);
        below += equal;
    }
    return won / ((double)sums->n[0] * (double)sums->n[1]);
}

void lsc_performance_finish(const lsc_performance_sums *sums, lsc_performance *row)
{
    /* Where there are none, 0 / 0 is NaN. */
    const double n = (double)sums->n_probabilities;
    row->n_leads = sums->n[0] + sums->n[1];
    row->n_converted = sums->n[1];
    row->mean_probability = sums->probability / n;
    row->brier = sums->brier / n;
    row->log_loss = sums->log_loss / n;
    row->auc = auc_of(sums);
    for (int i = 0; i < LSC_N_PROBABILITY_BINS; i++) {
        row->bins[i] = sums->bins[i];
        row->bins[i].mean_probability /= (double)sums->bins[i].n_leads;
    }
}
