/**
 * @file flat_change.h
 * What changed between two scores of a lead.
 */
#ifndef LEADSCORE_FLAT_CHANGE_H
#define LEADSCORE_FLAT_CHANGE_H

#include <leadscore/store.h>

/** What changed between two scores, freed with flat_change_free(). Models may be NULL. */
typedef struct flat_change flat_change;

flat_change *flat_store_explain_change(lsc_store *store, const char *organization,
                                       const char *lead_id, int64_t from_ms, int64_t to_ms,
                                       const char *from_model, const char *to_model,
                                       lsc_error *error);
/** @param counts  [4], both scores and how many activities each saw */
void flat_change_counts(const flat_change *change, int64_t *counts, size_t n_counts,
                        lsc_error *error);
/** Of a part that there is (lsc_change_part), else 0. */
int flat_change_points(const flat_change *change, int part);
double flat_change_exact_points(const flat_change *change, int part);
double flat_change_margin(const flat_change *change, int part);
void flat_change_free(flat_change *change);

#endif
