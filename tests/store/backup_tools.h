/**
 * @file backup_tools.h
 * What the tests of backups and of restoring share.
 */
#ifndef LSC_TESTS_BACKUP_TOOLS_H
#define LSC_TESTS_BACKUP_TOOLS_H

#include "store_tools.h"

/** A key without a name. */
extern const lsc_store_key key;

/** A path in the test's folder; valid until the eighth next call. */
const char *at(const char *name);

/** The same, where no store or backup is. */
const char *fresh(const char *name);

/** Back up or restore, encrypted where a key is given. */
lsc_status back_up(lsc_store *store, const char *path, const lsc_store_key *with, lsc_error *error);
lsc_status restore(const char *backup, const char *path, const lsc_store_key *with, bool replace,
                   lsc_error *error);

/** How many leads a store has, which must be whole. */
int64_t leads_in(const char *path);

/** That no file is left of what was being made and was not finished. */
void expect_nothing_left(void);

/** A store with so many leads, in memory where it has no name. */
lsc_store *store_of(const char *name, unsigned n_leads);

#endif
