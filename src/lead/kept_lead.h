/**
 * @file kept_lead.h
 * Leads copied to where they take little room, and given back from there.
 */
#ifndef LSC_LEAD_KEPT_LEAD_H
#define LSC_LEAD_KEPT_LEAD_H

#include "lead/lead_impl.h"

/** A copy of a settled lead. All that it points to belongs to the keeper. */
typedef struct lsc_kept_lead {
    struct lsc_kept_lead *next; /**< the one kept after it, or NULL */
    const char *id;
    const lsc_field *fields;
    const lsc_event *events;
    const lsc_outcome *outcomes;
    size_t n_fields;
    size_t n_events;
    size_t n_identify;
    size_t n_outcomes;
    int64_t position;
    bool is_row;
    bool withdrawn;
} lsc_kept_lead;

/** Copies, in the order in which they were made. */
typedef struct lsc_lead_keeper {
    lsc_arena arena;
    lsc_string_map texts; /**< names and types: each is held once */
    lsc_kept_lead *first;
    lsc_kept_lead *last;
} lsc_lead_keeper;

void lsc_lead_keeper_init(lsc_lead_keeper *keeper, const lsc_allocator *allocator);

/** Copy a record and its lead, which is settled. @return LSC_OK or LSC_NO_MEMORY. */
lsc_status lsc_lead_keep(lsc_lead_keeper *keeper, const lsc_record *record, lsc_error *error);

/**
 * Give a record back.
 * @param lead    becomes what it was, settled; what it points to stays the keeper's, so that nothing may
 *                be added to it
 * @return LSC_OK or LSC_NO_MEMORY.
 */
lsc_status lsc_kept_lead_show(const lsc_kept_lead *kept, lsc_lead *lead, lsc_record *record,
                              lsc_error *error);

/** Bytes that all of it takes. */
size_t lsc_lead_keeper_bytes(const lsc_lead_keeper *keeper);

/** Forget all, and give the memory back. */
void lsc_lead_keeper_free(lsc_lead_keeper *keeper);

#endif
