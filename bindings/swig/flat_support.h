/**
 * @file flat_support.h
 * What the files behind flat.h share.
 */
#ifndef LEADSCORE_FLAT_SUPPORT_H
#define LEADSCORE_FLAT_SUPPORT_H

#include "flat.h"

/** Zeroed memory, freed with free(); NULL, and LSC_NO_MEMORY in `error`, where there is none. */
void *flat_alloc(size_t size, lsc_error *error);
/** A copy of a text, freed with free(). NULL of NULL, and, with LSC_NO_MEMORY, where there is no memory. */
char *flat_copy(const char *text, lsc_error *error);
/** Fill an error whose fault is in no input. */
void flat_fail(lsc_error *error, lsc_status status, const char *message);
/** Whether an array has as many numbers as it has to have; LSC_INVALID_ARG where it has not. */
bool flat_has_room(size_t n_given, size_t n, lsc_error *error);

/** What a page has. */
typedef enum flat_kind {
    FLAT_LEADS,
    FLAT_SCORES,
    FLAT_ORGANIZATIONS,
    FLAT_MODELS,
    FLAT_MODEL_IDS,
    FLAT_ACCOUNTS,
    FLAT_AUDIT_ROWS,
    FLAT_ACTIVITIES,
    FLAT_CONSENTS,
    FLAT_STALE_LEADS,
    FLAT_SCORE_COUNTS,
    FLAT_CONVERSIONS,
    FLAT_PERFORMANCE
} flat_kind;

/**
 * A page of rows that belong to the store.
 * @param status  of the call that gave them: where it is not LSC_OK there is no page
 * @return NULL also where there is no memory, which `error` then says
 */
flat_page *flat_page_of(flat_kind kind, const void *rows, size_t n, lsc_status status,
                        lsc_error *error);
/** A row of so many bytes; NULL past the last, or of a page of another kind. */
const void *flat_page_row(const flat_page *page, flat_kind kind, size_t row, size_t size);

/** What flat_store_open() is given, as C has it. */
lsc_store_options flat_store_options(bool create, bool read_only, int durability, int busy_ms,
                                     bool make_leads);

/** What a call uses. What the scorer explained before is gone with it. */
lsc_scorer *flat_scorer_inner(flat_scorer *scorer);
/**
 * Keep an explanation that a store made with the scorer, and give it back. It is the scorer's, with the ids in it.
 * NULL where there is no memory.
 */
const lsc_explanation *flat_scorer_keep_stored(flat_scorer *scorer,
                                               const lsc_explanation *explanation,
                                               lsc_error *error);

#endif
