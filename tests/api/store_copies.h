/**
 * @file store_copies.h
 * A store for each trial: a copy of one with an organization, which is quicker than making it.
 */
#ifndef LSC_TESTS_STORE_COPIES_H
#define LSC_TESTS_STORE_COPIES_H

#include "allocation_trials.h"

#include <leadscore/store.h>

#define ORGANIZATION "acme"

/** Options to open it with. */
lsc_store_options copy_options(const conditions *with);

/** Where it is. */
const char *copy_path(void);

void remove_copy(void);

/** Make it anew, and open it. */
lsc_status open_copy(const conditions *with, lsc_store **store, lsc_error *error);

/** What is done with it. */
typedef lsc_status store_work(const conditions *with, lsc_store *store, lsc_error *error);

lsc_status on_a_copy(const conditions *with, store_work *work, lsc_error *error);

/** A trial of that: try_<work>(). */
#define ON_A_COPY(work)                                                    \
    static lsc_status try_##work(const conditions *with, lsc_error *error) \
    {                                                                      \
        return on_a_copy(with, work, error);                               \
    }

/** Put lead 3 of api_support.h, "lead-3". */
lsc_status put_third_lead(lsc_store *store, lsc_error *error);

/** The trials of store_privacy_trials.c. */
lsc_status try_keys(const conditions *with, lsc_error *error);
lsc_status try_consents(const conditions *with, lsc_error *error);
lsc_status try_erasure(const conditions *with, lsc_error *error);
lsc_status try_audit(const conditions *with, lsc_error *error);
lsc_status try_accounts(const conditions *with, lsc_error *error);

#endif
