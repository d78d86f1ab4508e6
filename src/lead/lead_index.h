/**
 * @file lead_index.h
 * Which leads a file holds, and for each of them what other files say: where its activities stand,
 * and its outcomes.
 */
#ifndef LSC_LEAD_LEAD_INDEX_H
#define LSC_LEAD_LEAD_INDEX_H

#include <leadscore/source.h>

#include "core/arena.h"
#include "core/error.h"
#include "core/string_map.h"

/** No item: the end of a lead's list. */
#define LSC_INDEX_END UINT32_MAX

/** Where an activity stands in its file. */
typedef struct lsc_activity_place {
    int64_t offset;
    int64_t line;
    uint32_t length;
    uint32_t next; /**< of the same lead, in the order of the file; or LSC_INDEX_END */
} lsc_activity_place;

typedef struct lsc_indexed_outcome {
    lsc_outcome outcome;
    uint32_t next; /**< of the same lead; or LSC_INDEX_END */
} lsc_indexed_outcome;

typedef struct lsc_indexed_lead {
    int64_t line;
    uint32_t first_activity;
    uint32_t last_activity;
    uint32_t first_outcome;
} lsc_indexed_lead;

typedef struct lsc_lead_index {
    const lsc_allocator *allocator; /**< outlives the index */
    lsc_arena ids;
    lsc_string_map ordinals; /**< id to its place in leads */
    lsc_indexed_lead *leads;
    size_t n_leads;
    size_t leads_capacity;
    lsc_activity_place *activities;
    size_t n_activities;
    size_t activities_capacity;
    lsc_indexed_outcome *outcomes;
    size_t n_outcomes;
    size_t outcomes_capacity;
} lsc_lead_index;

void lsc_lead_index_init(lsc_lead_index *index, const lsc_allocator *allocator);
void lsc_lead_index_free(lsc_lead_index *index);

/** Add a lead. LSC_BAD_LEAD naming the earlier line for an id that is there; LSC_NO_MEMORY. */
lsc_status lsc_lead_index_add(lsc_lead_index *index, const char *id, int64_t line,
                              lsc_error *error);

/** The lead of this id, or NULL. Valid until one is added. */
lsc_indexed_lead *lsc_lead_index_find(const lsc_lead_index *index, const char *id);

/** Add an activity or outcome of a lead; `next` is set here. LSC_LIMIT, LSC_NO_MEMORY. */
lsc_status lsc_lead_index_add_activity(lsc_lead_index *index, lsc_indexed_lead *lead,
                                       const lsc_activity_place *place, lsc_error *error);
lsc_status lsc_lead_index_add_outcome(lsc_lead_index *index, lsc_indexed_lead *lead,
                                      const lsc_outcome *outcome, lsc_error *error);

#endif
