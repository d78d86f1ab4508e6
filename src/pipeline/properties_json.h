/**
 * @file properties_json.h
 * Properties as the store holds them: one flat JSON object, whose values read back to the same type
 * and bits. A time is {"time": milliseconds}, a list an array of texts.
 */
#ifndef LSC_PIPELINE_PROPERTIES_JSON_H
#define LSC_PIPELINE_PROPERTIES_JSON_H

#include "core/json.h"
#include "lead/lead_data.h"
#include "pipeline/companion.h"

/** Most bytes of the properties of a lead, or of an activity, as the store holds them. */
#define LSC_MAX_STORED_PROPERTIES (256u << 20)
/** The member that tells a time from a number. */
#define LSC_TIME_MEMBER "time"

/**
 * Write fields. `out` is cleared before.
 * @return LSC_OK; LSC_NO_MEMORY; LSC_LIMIT past LSC_MAX_STORED_PROPERTIES.
 */
lsc_status lsc_properties_write(const lsc_field *fields, size_t n, lsc_buffer *out,
                                lsc_error *error);

/** Put fields as members of an object that is under way, times as RFC 3339. */
void lsc_properties_show(lsc_json_writer *writer, const lsc_field *fields, size_t n);

/**
 * Put properties that lsc_properties_write() wrote as a value, as lsc_properties_show() does.
 * @return as lsc_properties_to_lead(), but for memory of the writer's buffer.
 */
lsc_status lsc_properties_put(lsc_companion *companion, const char *json, size_t length,
                              lsc_json_writer *writer, lsc_error *error);

/**
 * Set the properties of a lead.
 * @return LSC_OK; LSC_NO_MEMORY; LSC_BAD_STORE for what lsc_properties_write() did not write.
 */
lsc_status lsc_properties_to_lead(lsc_companion *companion, const char *json, size_t length,
                                  lsc_lead *lead, lsc_error *error);

/**
 * Set the properties of an activity. They live until the next call with `companion`.
 * @return as lsc_properties_to_lead().
 */
lsc_status lsc_properties_to_activity(lsc_companion *companion, const char *json, size_t length,
                                      lsc_activity *activity, lsc_error *error);

#endif
