#include "lead/lead_index.h"

#include <string.h>

void lsc_lead_index_init(lsc_lead_index *index, const lsc_allocator *allocator)
{
    *index = (lsc_lead_index){.allocator = allocator};
    lsc_arena_init(&index->ids, allocator);
    lsc_string_map_init(&index->ordinals, allocator);
}

void lsc_lead_index_free(lsc_lead_index *index)
{
    lsc_release(index->allocator, index->outcomes);
    lsc_release(index->allocator, index->activities);
    lsc_release(index->allocator, index->leads);
    lsc_string_map_free(&index->ordinals);
    lsc_arena_free(&index->ids);
}

/* Room for one more item, of what a list of uint32_t can number. */
static lsc_status make_room(const lsc_lead_index *index, void **items, size_t *capacity, size_t n,
                            size_t item_size, lsc_error *error)
{
    if (n >= LSC_INDEX_END) {
        return lsc_fail(error, LSC_LIMIT, "more than %zu lines", n);
    }
    return lsc_grow(index->allocator, items, capacity, n + 1, item_size) ? LSC_OK
                                                                         : lsc_fail_memory(error);
}

lsc_status lsc_lead_index_add(lsc_lead_index *index, const char *id, int64_t line, lsc_error *error)
{
    const lsc_indexed_lead *earlier = lsc_lead_index_find(index, id);
    if (earlier != NULL) {
        return lsc_fail(error, LSC_BAD_LEAD, "the id is that of line %lld too: \"%s\"",
                        (long long)earlier->line, id);
    }
    void *leads = index->leads;
    lsc_status status = make_room(index, &leads, &index->leads_capacity, index->n_leads,
                                  sizeof *index->leads, error);
    if (status != LSC_OK) {
        return status;
    }
    index->leads = leads;
    size_t length = strlen(id);
    const char *key = lsc_arena_copy(&index->ids, id, length);
    if (key == NULL ||
        lsc_string_map_insert(&index->ordinals, key, length, index->n_leads, NULL) == NULL) {
        return lsc_fail_memory(error);
    }
    index->leads[index->n_leads++] = (lsc_indexed_lead){.line = line,
                                                        .first_activity = LSC_INDEX_END,
                                                        .last_activity = LSC_INDEX_END,
                                                        .first_outcome = LSC_INDEX_END};
    return LSC_OK;
}

lsc_indexed_lead *lsc_lead_index_find(const lsc_lead_index *index, const char *id)
{
    const uint64_t *ordinal = lsc_string_map_find(&index->ordinals, id, strlen(id));
    return ordinal == NULL ? NULL : &index->leads[*ordinal];
}

lsc_status lsc_lead_index_add_activity(lsc_lead_index *index, lsc_indexed_lead *lead,
                                       const lsc_activity_place *place, lsc_error *error)
{
    void *activities = index->activities;
    lsc_status status = make_room(index, &activities, &index->activities_capacity,
                                  index->n_activities, sizeof *index->activities, error);
    if (status != LSC_OK) {
        return status;
    }
    index->activities = activities;
    uint32_t added = (uint32_t)index->n_activities++;
    index->activities[added] = *place;
    index->activities[added].next = LSC_INDEX_END;
    if (lead->last_activity == LSC_INDEX_END) {
        lead->first_activity = added;
    } else {
        index->activities[lead->last_activity].next = added;
    }
    lead->last_activity = added;
    return LSC_OK;
}

lsc_status lsc_lead_index_add_outcome(lsc_lead_index *index, lsc_indexed_lead *lead,
                                      const lsc_outcome *outcome, lsc_error *error)
{
    void *outcomes = index->outcomes;
    lsc_status status = make_room(index, &outcomes, &index->outcomes_capacity, index->n_outcomes,
                                  sizeof *index->outcomes, error);
    if (status != LSC_OK) {
        return status;
    }
    index->outcomes = outcomes;
    uint32_t added = (uint32_t)index->n_outcomes++;
    index->outcomes[added] =
        (lsc_indexed_outcome){.outcome = *outcome, .next = lead->first_outcome};
    lead->first_outcome = added;
    return LSC_OK;
}
