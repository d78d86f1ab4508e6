/**
 * @file flat_support.h
 * What the files behind flat.h share.
 */
#ifndef LEADSCORE_FLAT_SUPPORT_H
#define LEADSCORE_FLAT_SUPPORT_H

#include "flat.h"

/** Zeroed memory, freed with free(); NULL, and LSC_NO_MEMORY in `error`, where there is none. */
void *flat_alloc(size_t size, lsc_error *error);
/** Fill an error whose fault is in no input. */
void flat_fail(lsc_error *error, lsc_status status, const char *message);
/** What the calls of a scorer use. */
lsc_scorer *flat_scorer_inner(const flat_scorer *scorer);
/** Keep an explanation that a store made with the scorer, and give it back. */
const lsc_explanation *flat_scorer_keep(flat_scorer *scorer, const lsc_explanation *explanation);

#endif
