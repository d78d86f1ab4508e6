/**
 * @file store_open.h
 * Opening stores, with the key of an encrypted one.
 */
#ifndef LSC_CLI_STORE_OPEN_H
#define LSC_CLI_STORE_OPEN_H

#include <leadscore/store.h>

/**
 * As lsc_store_open().
 * @param options   its key is set, and forgotten
 * @param key_file  of 64 hex digits; NULL: no key
 */
lsc_status lsc_open_store(const char *path, lsc_store_options *options, const char *key_file,
                          lsc_store **store, lsc_error *error);

/** The same with a key that was read; NULL: no key. */
lsc_status lsc_open_keyed_store(const char *path, lsc_store_options *options,
                                const lsc_store_key *key, lsc_store **store, lsc_error *error);

/** As lsc_source_open_store(), with the key of a file. */
lsc_status lsc_open_store_source(const char *path, const char *organization, const char *key_file,
                                 lsc_source **source, lsc_error *error);

/**
 * Encrypt the store `path` with the key of another file. One that has that key already, because it
 * was stopped in the midst of that, goes on.
 */
lsc_status lsc_rekey_store(const char *path, const char *key_file, const char *new_key_file,
                           lsc_error *error);

#endif
