/**
 * @file sample_process.h
 * What drives the leads of the sample and is in none of its files: how well a lead fits, and how
 * its intent comes and goes (docs/sample.md).
 */
#ifndef LSC_CLI_SAMPLE_PROCESS_H
#define LSC_CLI_SAMPLE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "sample_dice.h"

/** Days after an as-of time within which a conversion counts. */
#define LSC_SAMPLE_HORIZON_DAYS 90

/** The state of a lead on a day. */
typedef struct lsc_latent {
    double fit;      /**< how well it suits the seller; never changes */
    double interest; /**< where its intent returns to; never changes */
    double intent;   /**< distance from there: reverts, with noise and bursts */
} lsc_latent;

lsc_latent lsc_latent_start(lsc_dice *dice);
void lsc_latent_next_day(lsc_latent *latent, lsc_dice *dice);

/** How eager the lead is today; activities come from this. */
double lsc_latent_eagerness(const lsc_latent *latent);

/** Probability that an open lead converts today, and that it is given up. Their sum is below 1. */
double lsc_latent_conversion(const lsc_latent *latent);
double lsc_latent_loss(const lsc_latent *latent);

/** Knows the true probability of conversion, from the state. */
typedef struct lsc_oracle lsc_oracle;

/** NULL where memory is short. */
lsc_oracle *lsc_oracle_new(void);
void lsc_oracle_free(lsc_oracle *oracle);

/** Probability that an open lead in this state converts within the horizon. */
double lsc_oracle_probability(const lsc_oracle *oracle, const lsc_latent *latent);

/** A row to judge the oracle by. */
typedef struct lsc_oracle_row {
    double probability;
    bool converted;
} lsc_oracle_row;

/** ROC AUC of the rows, which are sorted; 0.5 where there is one class only. */
double lsc_oracle_auc(lsc_oracle_row *rows, size_t n_rows);

#endif
