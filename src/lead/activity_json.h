/**
 * @file activity_json.h
 * One activity from JSON: flat, or a CloudEvents envelope with or without a Segment body.
 */
#ifndef LSC_LEAD_ACTIVITY_JSON_H
#define LSC_LEAD_ACTIVITY_JSON_H

#include "core/json.h"
#include "core/number.h"
#include "lead/lead_impl.h"

/** An activity as it stands in JSON. Texts belong to the JSON, or to this struct. */
typedef struct lsc_activity_view {
    lsc_activity activity;   /**< without properties */
    const char *lead_id;     /**< NULL where it names none */
    const lsc_json *data;    /**< its properties, an object; NULL where there are none */
    const char *data_prefix; /**< in front of their names */
    char id_text[LSC_NUMBER_TEXT_SIZE];
    char lead_id_text[LSC_NUMBER_TEXT_SIZE];
} lsc_activity_view;

/** Read an activity. @return LSC_OK, or LSC_BAD_LEAD naming the member. */
lsc_status lsc_activity_read(const lsc_json *json, lsc_activity_view *view, lsc_error *error);

/**
 * Read an activity and stage it (timeline.h). Clears lead->scratch.
 * @return LSC_OK; LSC_BAD_LEAD, also where it names another lead; LSC_LIMIT; LSC_NO_MEMORY.
 */
lsc_status lsc_activity_stage(lsc_lead *lead, const lsc_json *json, lsc_error *error);

/** Stage an array of activities; errors name the activity's index. */
lsc_status lsc_activity_stage_array(lsc_lead *lead, const lsc_json *array, lsc_error *error);

#endif
