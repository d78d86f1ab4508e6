/**
 * @file result_json.h
 * Parts of an explanation as members of a JSON object that is under way: whatever writes a score writes
 * them alike.
 */
#ifndef LSC_EXPLAIN_RESULT_JSON_H
#define LSC_EXPLAIN_RESULT_JSON_H

#include <leadscore/explain.h>

#include "core/json.h"

/** The members from "status" to "raw", and "points" where it has them. */
LSC_SHARED void lsc_result_put(lsc_json_writer *writer, const lsc_result *result, bool has_points);

/** "breakdown": null where the lead was not scored. */
LSC_SHARED void lsc_breakdown_put(lsc_json_writer *writer, lsc_outcome_status status, int baseline,
                                  const lsc_breakdown_part *parts, size_t n);

/** "receipt": null where there is none. */
LSC_SHARED void lsc_receipt_put(lsc_json_writer *writer, const lsc_receipt *receipt);

#endif
