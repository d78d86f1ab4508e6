/**
 * @file performance_json.h
 * How models did, by month, as JSON.
 */
#ifndef SRV_PERFORMANCE_JSON_H
#define SRV_PERFORMANCE_JSON_H

#include "call.h"

/**
 * Of the time and horizon that the query names ("from", "until", "horizon_days").
 *
 * @param model_id  only this model; NULL: all
 * @param months    set to an array, the caller's
 * @return false: the call has been answered.
 */
bool srv_performance(srv_call *call, lsc_store *store, const char *model_id, json_t **months);

#endif
