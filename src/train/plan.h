/**
 * @file plan.h
 * Which rows training learns from: a lead at a time, and what became of it after.
 *
 * The source is read once to make the plan and again for whatever is done with the rows, so that a
 * plan holds 32 bytes a lead and 24 a row, and never a lead itself; where outcomes repeat, or are what
 * rows are made before, 16 bytes an outcome, too.
 */
#ifndef LSC_TRAIN_PLAN_H
#define LSC_TRAIN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <leadscore/source.h>
#include <leadscore/spec.h>
#include <leadscore/train.h>

#include "core/error.h"
#include "core/hash.h"
#include "core/memory.h"
#include "train/history.h"
#include "train/progress.h"

/** Most as-of times between the first and the last of the data. */
#define LSC_MAX_TIMES 100000

/** A lead at an as-of time. */
typedef struct lsc_row {
    int64_t as_of_ms; /**< 0 in a table */
    uint32_t lead;    /**< its number in the source, from 0 */
    float weight;     /**< as-of times of the lead that the row stands for, itself among them */
    bool label;       /**< converts in (as_of, as_of + horizon] */
} lsc_row;

/** How rows are chosen where there are times. */
typedef struct lsc_plan_options {
    lsc_as_of as_of;
    int64_t as_of_ms; /**< after the creation, or before an outcome */
    bool repeats;     /**< a lead that converted may do so again */
    int64_t horizon_ms;
    int64_t every_ms;
    size_t rows_per_lead;
    uint64_t seed;
} lsc_plan_options;

/** What was read of a lead. */
typedef struct lsc_planned_lead {
    uint64_t key;           /**< of its id: lsc_lead_key() */
    int64_t known_ms;       /**< when it came to be; LSC_TIME_NONE: that is not known */
    int64_t converted_ms;   /**< when it first converted; INT64_MAX: it did not */
    uint32_t first_outcome; /**< of the plan's */
    uint32_t n_outcomes;    /**< kept of it */
} lsc_planned_lead;

typedef struct lsc_plan {
    const lsc_allocator *allocator;
    bool timed; /**< point in time, or a row a lead */
    lsc_planned_lead *leads;
    size_t n_leads;
    size_t leads_capacity;
    lsc_outcome *outcomes; /**< dated ones, in order of time a lead; where they are needed */
    size_t n_outcomes;
    size_t outcomes_capacity;
    lsc_row *rows; /**< in the order of the leads, then of time */
    size_t n_rows;
    size_t rows_capacity;
    int64_t from_ms;     /**< first time of an activity or outcome; LSC_TIME_NONE in a table */
    int64_t to_ms;       /**< last time in the data */
    size_t n_unlabelled; /**< leads of a table without an outcome */
    size_t n_converted;  /**< leads, at a known time */
    size_t n_backwards;  /**< leads that converted before they came to be */
    size_t n_undated;    /**< leads that converted at an unknown time, or came at one */
    size_t n_censored;   /**< leads with no as-of time whose horizon has passed */
} lsc_plan;

/** A number for an id: the same wherever the lead stands in the data. */
uint64_t lsc_lead_key(lsc_hash *hash, const char *id);

/** A number from three, as if drawn at random. */
uint64_t lsc_mix(uint64_t seed, uint64_t a, uint64_t b);

/**
 * When a lead came and when it converted, in a source with times; widens the plan's from_ms and
 * to_ms by all times in it. `key` is left alone.
 */
void lsc_plan_read_times(lsc_plan *plan, const lsc_record *record, lsc_planned_lead *planned);

/**
 * Read the source from its first lead and choose the rows.
 *
 * @param history  filled with what the leads' identify activities name
 * @param plan     freed by lsc_plan_free(); empty on error
 * @return LSC_OK; LSC_BAD_DATA when no row comes out, saying why; LSC_LIMIT;
 *         LSC_UNSUPPORTED for a source that cannot rewind; what it reports; LSC_CANCELLED;
 *         LSC_NO_MEMORY.
 */
lsc_status lsc_plan_make(lsc_source *source, const lsc_plan_options *options, lsc_history *history,
                         const lsc_stage *stage, const lsc_allocator *allocator, lsc_plan *plan,
                         lsc_error *error);
void lsc_plan_free(lsc_plan *plan);

#endif
