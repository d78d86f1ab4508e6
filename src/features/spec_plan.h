/**
 * @file spec_plan.h
 * How the vector of a spec is made: its features in passes, each one walk over the timeline.
 *
 * Features ask the same things: the same types of activities in the same windows, the same property.
 * A pass asks each of them once. What it needs at run time has a fixed size, so that extraction
 * keeps it on the stack; a spec of more features has more passes. Most have one.
 *
 * The plan is made when the spec is parsed. It changes no bit: every feature is what its kind's
 * plain function (feature_kinds.h) says.
 */
#ifndef LSC_FEATURES_SPEC_PLAN_H
#define LSC_FEATURES_SPEC_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "features/feature_spec.h"
#include "features/name_index.h"

/* The most of a pass. A feature alone has at most 300 types (in two selectors and its weights), two
   selectors, two windows and 100 properties. */
#define LSC_PASS_FEATURES 64
#define LSC_PASS_SELECTORS (2 * LSC_PASS_FEATURES)
#define LSC_PASS_WINDOWS (2 * LSC_PASS_FEATURES)
#define LSC_PASS_TYPES 512
#define LSC_PASS_PROPERTIES 256
#define LSC_PASS_DECAYS 16

/** A selector, in the numbers of the pass. */
typedef struct lsc_pass_selector {
    const lsc_selector *selector;
    const uint16_t *types; /**< [n_types]; NULL: any but identify */
    size_t n_types;
} lsc_pass_selector;

/** A feature, in the numbers of the pass. Those that its kind has no use for are 0. */
typedef struct lsc_step {
    const lsc_feature *feature;
    uint16_t events; /**< selectors */
    uint16_t of;
    uint16_t window; /**< windows: the feature's, and one of twice its length */
    uint16_t twice;
    uint16_t decay;
    const double *weights; /**< [n_types + 1], by type; NULL: feature->weight for each */
} lsc_step;

/** Zero arrays are NULL. */
typedef struct lsc_pass {
    const struct lsc_pass *next;
    const lsc_step *property_steps;
    size_t n_property_steps;
    const lsc_step *event_steps;
    size_t n_event_steps;
    const lsc_name *properties; /**< distinct */
    size_t n_properties;
    bool has_aliases; /**< some of them are another system's names */
    lsc_name_index property_index;
    lsc_name_index type_index; /**< of types that are asked for; all others are number n_types */
    size_t n_types;
    const lsc_pass_selector *selectors; /**< distinct */
    size_t n_selectors;
    const double *windows; /**< distinct, in days; 0: all history */
    size_t n_windows;
    const lsc_decay *decays; /**< distinct */
    size_t n_decays;
} lsc_pass;

/** Set spec->passes. LSC_OK or LSC_NO_MEMORY. */
lsc_status lsc_spec_plan(lsc_spec *spec, lsc_error *error);

#endif
