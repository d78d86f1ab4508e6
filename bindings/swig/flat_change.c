#include "flat_change.h"

#include "flat_support.h"

#include <stdlib.h>

struct flat_change {
    lsc_score_change change;
};

flat_change *flat_store_explain_change(lsc_store *store, const char *organization,
                                       const char *lead_id, int64_t from_ms, int64_t to_ms,
                                       const char *from_model, const char *to_model,
                                       lsc_error *error)
{
    lsc_change_query query = LSC_CHANGE_QUERY_INIT;
    flat_change *made = flat_alloc(sizeof *made, error);
    if (made == NULL) {
        return NULL;
    }
    query.from_ms = from_ms;
    query.to_ms = to_ms;
    query.from_model = from_model;
    query.to_model = to_model;
    lsc_score_change_init(&made->change, sizeof made->change);
    if (lsc_store_explain_change(store, organization, lead_id, &query, &made->change, error) !=
        LSC_OK) {
        free(made);
        return NULL;
    }
    return made;
}

void flat_change_counts(const flat_change *change, int64_t *counts, size_t n_counts,
                        lsc_error *error)
{
    if (!flat_has_room(n_counts, 4, error)) {
        return;
    }
    counts[0] = change->change.from_score;
    counts[1] = change->change.to_score;
    counts[2] = (int64_t)change->change.from_activities;
    counts[3] = (int64_t)change->change.to_activities;
}

static bool is_part(int part)
{
    return part >= 0 && part < LSC_N_CHANGE_PARTS;
}

int flat_change_points(const flat_change *change, int part)
{
    return is_part(part) ? change->change.points[part] : 0;
}

double flat_change_exact_points(const flat_change *change, int part)
{
    return is_part(part) ? change->change.exact_points[part] : 0;
}

double flat_change_margin(const flat_change *change, int part)
{
    return is_part(part) ? change->change.margins[part] : 0;
}

void flat_change_free(flat_change *change)
{
    free(change);
}
