/**
 * @file sightings.h
 * What an extraction came across beside the vector, kept for sentences and evidence: so that they
 * need not look at the lead again.
 */
#ifndef LSC_FEATURES_SIGHTINGS_H
#define LSC_FEATURES_SIGHTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lead/lead_data.h"

/** Events that are kept behind a feature, at the most. */
#define LSC_SIGHTING_EVENTS 3

/** Of a feature. */
typedef struct lsc_sighting {
    bool
        missing; /**< there was nothing to go by, whatever the feature's policy puts in its place */
    double seen; /**< what was seen, where the value is drawn from more than that; else the value */
    const lsc_value *property; /**< NULL where it is missing, or the feature has none */
    uint64_t counted;          /**< of the last events: a bit for each that the feature counts */
    const lsc_event *earlier[LSC_SIGHTING_EVENTS]; /**< that it counts before them, latest first */
    size_t n_earlier;
} lsc_sighting;

/** Valid as long as the lead is not changed. */
typedef struct lsc_sightings {
    lsc_sighting *of; /**< [lsc_spec_n_features()], the owner's */
    const lsc_event *last_events;
} lsc_sightings;

#endif
