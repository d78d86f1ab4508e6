/**
 * @file store_open.h
 * Opening stores, with the key of an encrypted one.
 */
#ifndef LSC_CLI_STORE_OPEN_H
#define LSC_CLI_STORE_OPEN_H

#include <leadscore/store.h>

#include "store_access.h"

/**
 * As lsc_store_open().
 * @param options  its key and actor are set, and forgotten
 * @return also LSC_NOT_FOUND and LSC_INVALID_ARG for an actor who is none
 */
lsc_status lsc_open_store(const lsc_store_access *access, lsc_store_options *options,
                          lsc_store **store, lsc_error *error);

/** The same with a key that was read, whatever the access says of one; NULL: no key. */
lsc_status lsc_open_keyed_store(const lsc_store_access *access, lsc_store_options *options,
                                const lsc_store_key *key, lsc_store **store, lsc_error *error);

/** As lsc_source_open_store(), of the organization of the access. */
lsc_status lsc_open_store_source(const lsc_store_access *access, lsc_source **source,
                                 lsc_error *error);

/** The same with a key that was read, whatever the access says of one; NULL: no key. */
lsc_status lsc_open_keyed_source(const lsc_store_access *access, const lsc_store_key *key,
                                 lsc_source **source, lsc_error *error);

/**
 * Encrypt a store with the key of another file. One that has that key already, because it was stopped
 * in the midst of that, goes on.
 */
lsc_status lsc_rekey_store(const lsc_store_access *access, const char *new_key_file,
                           lsc_error *error);

#endif
