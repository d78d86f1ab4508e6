/**
 * @file motion.h
 * How the vector of a lead moves with time alone, while nothing is added to the lead.
 *
 * Features jump at moments: an activity becomes visible, leaves a window, is worth nothing any more.
 * Between two moments most of them stand still. What does not is known in closed form: a recency or
 * a tenure grows by one a day, a linear decay falls steadily, every other decay by halves.
 */
#ifndef LSC_FEATURES_MOTION_H
#define LSC_FEATURES_MOTION_H

#include "features/spec_data.h"

/** How the value of a feature moves, from a time on until the next moment. */
typedef struct lsc_motion {
    uint32_t column;
    double value;          /**< at that time, as it is before it becomes a float */
    double per_day;        /**< what is added to it in a day, where half_life_days is 0 */
    double half_life_days; /**< else the value is halved in so many days */
    double error;          /**< what is computed lies within this of what is said here */
} lsc_motion;

/** Whether a feature moves between moments, whoever the lead is. */
LSC_SHARED bool lsc_spec_moves(const lsc_spec *spec, size_t feature);

/**
 * The first moment after a time. One that changes nothing may be among them; none is left out.
 * Settles.
 * @return LSC_TIME_NONE where there is none any more.
 */
LSC_SHARED int64_t lsc_spec_next_moment(const lsc_spec *spec, lsc_lead *lead, int64_t as_of_ms);

/**
 * How a feature moves from a time on.
 * @param sightings  of an extraction as of that time
 * @return false where it stands still, for it has no value.
 */
LSC_SHARED bool lsc_spec_motion(const lsc_spec *spec, size_t feature, lsc_lead *lead,
                                int64_t as_of_ms, const lsc_sightings *sightings,
                                lsc_motion *motion);

#endif
