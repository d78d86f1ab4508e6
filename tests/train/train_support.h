/**
 * @file train_support.h
 * Data that the tests of training share: random numbers, and leads that are held in memory. All of
 * it is seeded.
 */
#ifndef LSC_TESTS_TRAIN_SUPPORT_H
#define LSC_TESTS_TRAIN_SUPPORT_H

#include <stdbool.h>

#include <leadscore/source.h>
#include <leadscore/spec.h>

#include "core/fixed_math.h"
#include "core/memory.h"
#include "core/random.h"

#define DAY INT64_C(86400000)
/** 2024-01-01T00:00:00Z, where the tests' data begin. */
#define START INT64_C(1704067200000)

/** Most outcomes of a lead. */
enum {
    MAX_OUTCOMES = 4
};

/** A lead of a memory source. */
typedef struct memory_lead {
    lsc_lead *lead;
    lsc_outcome outcomes[MAX_OUTCOMES];
    size_t n_outcomes;
} memory_lead;

/** Leads in memory, read as a source. */
typedef struct memory_source {
    memory_lead *leads; /**< [n_leads], in the order they are given */
    size_t n_leads;
    size_t at;
    size_t n_rewinds;
    /** Called before each lead, to misbehave; may be NULL. */
    lsc_status (*meddle)(struct memory_source *source, lsc_error *error);
    lsc_source *source; /**< reads these leads */
} memory_source;

/** Room for `n_leads` leads, each new and empty, of the id "lead-<number>". */
memory_source *memory_source_new(size_t n_leads, bool has_times);
void memory_source_free(memory_source *source);

/** A number from -6 to 6 that is spread like a normal one. */
double random_normal(lsc_random *random);

/** An activity at a time, recorded at another. Its id is `number`. */
void add_activity(lsc_lead *lead, const char *type, size_t number, int64_t time_ms,
                  int64_t recorded_ms);

/** That a lead converted, or was lost, at a time. */
void add_outcome(memory_lead *lead, int64_t time_ms, bool converted);

/**
 * A table whose label depends on the numbers x and y (y missing in a tenth of the rows) and the
 * category "kind" of the levels a to d.
 */
memory_source *table_of(size_t n_leads, uint64_t seed);

/** A spec for it. */
lsc_spec *table_spec(void);

/**
 * Leads over 600 days whose page views grow before they convert, a third of which do; some
 * activities are recorded late, some leads have no created_at, some refuse profiling, and
 * identify activities version the property "stage".
 */
memory_source *timeline_of(size_t n_leads, uint64_t seed);

/** A spec for it. */
lsc_spec *timeline_spec(void);

#endif
