/**
 * @file analytics_handlers.h
 * Counts over the scores and outcomes of an organization.
 */
#ifndef SRV_ANALYTICS_HANDLERS_H
#define SRV_ANALYTICS_HANDLERS_H

#include "call.h"

srv_handler srv_get_conversion_rates;
srv_handler srv_get_score_distribution;
srv_handler srv_get_performance;
srv_handler srv_make_report;

#endif
