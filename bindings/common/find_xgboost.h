/**
 * @file find_xgboost.h
 * XGBoost's library, looked for when it is first needed: what holds this is linked to none, and scores without it.
 */
#ifndef LSC_FIND_XGBOOST_H
#define LSC_FIND_XGBOOST_H

#include <leadscore/status.h>

/**
 * Load XGBoost, once for the process: later calls do nothing, whatever their path. From any thread.
 *
 * @param path  of the library; NULL: the system's, by its usual names
 * @return LSC_OK; LSC_UNSUPPORTED where there is none, or it lacks a function
 */
lsc_status lsc_find_xgboost(const char *path, lsc_error *error);

#endif
