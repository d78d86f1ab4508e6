/**
 * @file store_source.h
 * What a source of a store has given.
 */
#ifndef LSC_PIPELINE_STORE_SOURCE_H
#define LSC_PIPELINE_STORE_SOURCE_H

#include "store/store_data.h"

/** Leads of an organization: its first, in the order of their ids. */
typedef struct lsc_given_leads {
    lsc_store *store; /**< the source's, in the look in which it reads */
    int64_t organization_key;
    int64_t n;
} lsc_given_leads;

/** The leads that a source has given so far, however often. @return false for one that is not of a store. */
bool lsc_store_source_given(const lsc_source *source, lsc_given_leads *given);

#endif
