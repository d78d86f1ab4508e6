/**
 * @file scorecard.h
 * Points for features, capped: a model that needs no history.
 *
 * A rule gives a feature points: per unit of its value, or once the value lies in a range. A rule's
 * points are capped by the rule, then what a group has so far by the group's cap, then the total by
 * the card's: points that exceed a cap are not counted, in the order of the rules.
 */
#ifndef LSC_MODEL_SCORECARD_H
#define LSC_MODEL_SCORECARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buffer.h"
#include "core/error.h"
#include "core/visibility.h"
#include "features/spec_data.h"

typedef struct lsc_rule {
    uint32_t column;
    uint32_t feature;
    uint32_t group;
    bool per_unit; /**< points × value; else points when least <= value <= most */
    double points; /**< may be negative */
    double least;
    double most;
    double cap; /**< the rule's points lie in [-cap, cap] */
} lsc_rule;

typedef struct lsc_scorecard {
    lsc_allocator allocator;
    lsc_rule *rules; /**< [n_rules] */
    size_t n_rules;
    double base;                      /**< points before any rule */
    double group_cap[LSC_MAX_GROUPS]; /**< a group's points lie in [-cap, cap] */
    double total_cap;                 /**< the total lies in [0, cap]; at most 100 */
    double grades[4];                 /**< least points of the grades A, B, C, D */
} lsc_scorecard;

/** Read scorecard.json against the spec whose features it names. */
LSC_SHARED lsc_status lsc_scorecard_parse(const char *json, size_t length, const lsc_spec *spec,
                                          const lsc_allocator *allocator, lsc_scorecard *card,
                                          lsc_error *error);
LSC_SHARED void lsc_scorecard_free(lsc_scorecard *card);

/**
 * The points of a vector.
 * @param contributions  counted points a column [n_columns], or NULL; base + their sum = points
 * @return the capped total, 0 to 100
 */
LSC_SHARED double lsc_scorecard_points(const lsc_scorecard *card, const float *columns,
                                       size_t n_columns, double *contributions);

#endif
