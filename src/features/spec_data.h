/**
 * @file spec_data.h
 * What the modules above read of a feature spec, and how training fills in what is learned.
 */
#ifndef LSC_FEATURES_SPEC_DATA_H
#define LSC_FEATURES_SPEC_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <leadscore/spec.h>

#include "core/hash.h"
#include "core/visibility.h"
#include "features/sightings.h"
#include "lead/lead_data.h"

/** Leads that must have a level before a vocabulary learns it. */
#define LSC_LEVEL_SUPPORT 10

/** SHA-256 of lsc_spec_json(): that of features.json in a bundle. */
LSC_SHARED const uint8_t *lsc_spec_hash(const lsc_spec *spec);

/** True when the spec's rule says that too little is known of the lead to score it. */
LSC_SHARED bool lsc_spec_insufficient(const lsc_spec *spec, lsc_lead *lead, int64_t as_of_ms);

/** Of a column: +1 the margin may only rise with it, -1 only fall, 0 free. */
LSC_SHARED int lsc_spec_monotone(const lsc_spec *spec, size_t column);

/** The feature of each column [lsc_spec_n_columns()], and the group of each feature. */
LSC_SHARED const uint32_t *lsc_spec_column_features(const lsc_spec *spec);
LSC_SHARED const uint32_t *lsc_spec_feature_groups(const lsc_spec *spec);

/** The property that a feature reads; NULL where it reads several, or activities. */
LSC_SHARED const char *lsc_spec_feature_property(const lsc_spec *spec, size_t feature);

/** The code of a feature's reasons: "name.up" or "name.down". */
LSC_SHARED const char *lsc_spec_reason_code(const lsc_spec *spec, size_t feature, bool up);

/** Whether the lead, or the seller, can change the feature. */
LSC_SHARED bool lsc_spec_actionable(const lsc_spec *spec, size_t feature);

/**
 * The spec with only the features of some groups, for model types.
 * @param keep  [lsc_spec_n_groups()]
 */
LSC_SHARED lsc_status lsc_spec_select(const lsc_spec *spec, const bool *keep, lsc_spec **selected,
                                      lsc_error *error);

/**
 * The spec with only some features, and the groups that these are in.
 * @param keep  [lsc_spec_n_features()], at least one of them true
 */
LSC_SHARED lsc_status lsc_spec_keep(const lsc_spec *spec, const bool *keep, lsc_spec **kept,
                                    lsc_error *error);

/** A spec that learns vocabularies from training rows (never from the rows it is tested on). */
typedef struct lsc_spec_learner lsc_spec_learner;

LSC_SHARED lsc_status lsc_spec_learner_new(lsc_spec *spec, lsc_spec_learner **learner,
                                           lsc_error *error);
/** Whether it has anything to learn: where not, no lead need be looked at. */
LSC_SHARED bool lsc_spec_learner_learns(const lsc_spec_learner *learner);
/** Look at a lead as of a time. A lead seen at several times is told by `lead_number`: levels are
    counted by leads, and one lead's calls come one after the other. */
LSC_SHARED lsc_status lsc_spec_learner_add(lsc_spec_learner *learner, lsc_lead *lead,
                                           uint64_t lead_number, int64_t as_of_ms,
                                           lsc_error *error);
/** The spec with the learned levels (those at least LSC_LEVEL_SUPPORT leads have) in it. No lead is
    added afterwards. */
LSC_SHARED lsc_status lsc_spec_learner_finish(lsc_spec_learner *learner, lsc_spec **learned,
                                              lsc_error *error);
LSC_SHARED void lsc_spec_learner_free(lsc_spec_learner *learner);

/**
 * lsc_spec_extract() with checked arguments, that keeps what it came across.
 * @param sightings  its array filled; NULL where it is not wanted
 */
LSC_SHARED void lsc_spec_extract_noting(const lsc_spec *spec, lsc_lead *lead, int64_t as_of_ms,
                                        float *columns, lsc_sightings *sightings);

/** The vector by the plain function of each kind, feature by feature: what the passes must give. */
void lsc_spec_extract_plainly(const lsc_spec *spec, lsc_lead *lead, int64_t as_of_ms,
                              float *columns);

/**
 * The visible events a feature counts, latest first.
 * @return how many were written to events [max]; 0 for a feature over properties.
 */
LSC_SHARED size_t lsc_spec_evidence(const lsc_spec *spec, size_t feature, lsc_lead *lead,
                                    int64_t as_of_ms, const lsc_event **events, size_t max);

/** The same, of an extraction; at most LSC_SIGHTING_EVENTS. */
LSC_SHARED size_t lsc_sightings_evidence(const lsc_sightings *sightings, size_t feature,
                                         const lsc_event **events, size_t max);

/** What an extraction would find of one feature, but for the events. */
LSC_SHARED lsc_sighting lsc_spec_sighting(const lsc_spec *spec, size_t feature, lsc_lead *lead,
                                          int64_t as_of_ms);

/**
 * The sentence of a feature, from its template (reason texts of the spec, or the kind's own).
 * docs/feature-spec.md lists the placeholders. Cut at a character to fit `size`.
 *
 * @param sighting  NULL when only the vector is known
 * @param columns  float32 [n_columns], the whole vector
 * @param up       whether the feature raises the score
 */
LSC_SHARED void lsc_spec_sentence(const lsc_spec *spec, size_t feature,
                                  const lsc_sighting *sighting, const float *columns, bool up,
                                  char *text, size_t size);

#endif
