/**
 * @file migrations.h
 * Bringing a database to the schema of today, step by step, forward only.
 */
#ifndef LSC_STORE_MIGRATIONS_H
#define LSC_STORE_MIGRATIONS_H

#include "store/database.h"

/** "LSCR": what SQLite's application_id says of a store. */
#define LSC_STORE_APPLICATION_ID 0x4c534352

/** The steps of the schema: [LSC_STORE_VERSION] texts of SQL. A step that was released never changes. */
extern const char *const lsc_store_steps[];
#define LSC_STORE_VERSION 6

/**
 * Take the steps that a database lacks, each in one change with its number, so that whatever stops
 * it leaves the version before it or the one after.
 * @param steps  [n_steps]; a database of version v has the first v
 */
lsc_status lsc_migrate(lsc_database *database, const char *const *steps, int n_steps,
                       lsc_error *error);

/**
 * See that a database is a store of a version known here.
 * @param version  set to it; 0 where nothing at all is in the database
 * @return LSC_OK; LSC_BAD_STORE for another program's database, or what is none; LSC_UNSUPPORTED for
 *         a newer store; LSC_BUSY, LSC_IO, LSC_NO_MEMORY.
 */
lsc_status lsc_store_recognize(lsc_database *database, int *version, lsc_error *error);

#endif
