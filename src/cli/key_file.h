/**
 * @file key_file.h
 * Secret keys, read so that no copy of them stays behind in memory: a private key with its
 * passphrase, and the key of a store.
 */
#ifndef LSC_CLI_KEY_FILE_H
#define LSC_CLI_KEY_FILE_H

#include <stddef.h>

#include <leadscore/leadscore.h>
#include <leadscore/store.h>

/** Longest passphrase, in bytes. */
#define LSC_MAX_PASSPHRASE 1024

/** A private key; wiped by lsc_key_wipe(). */
typedef struct lsc_key {
    char pem[LSC_MAX_KEY_PEM + 1];
    size_t length;
    char passphrase[LSC_MAX_PASSPHRASE + 1];
    bool is_encrypted;
} lsc_key;

/**
 * Read a private key ("-": standard input). A file that others may read is warned of. An encrypted
 * one takes the first line of `passphrase_file` ("-": standard input) or, where that is NULL, what
 * is typed at the terminal.
 *
 * @return LSC_OK; LSC_NOT_FOUND, LSC_IO, LSC_LIMIT naming the file; LSC_BAD_KEY where a passphrase is
 *         needed and there is none.
 */
lsc_status lsc_key_read(const char *path, const char *passphrase_file, lsc_key *key,
                        lsc_error *error);

void lsc_key_wipe(lsc_key *key);

/**
 * Read the key of a store ("-": standard input): 64 hex digits on one line. A file that others may
 * read is warned of.
 *
 * @param path   NULL: there is no key
 * @param key    filled, its id left to follow from it; wiped by lsc_store_key_wipe(), also on error
 * @param given  set to `key`, or to NULL where there is none
 * @return LSC_OK; LSC_NOT_FOUND, LSC_IO, LSC_LIMIT or LSC_BAD_KEY naming the file.
 */
lsc_status lsc_store_key_read(const char *path, lsc_store_key *key, const lsc_store_key **given,
                              lsc_error *error);

void lsc_store_key_wipe(lsc_store_key *key);

#endif
