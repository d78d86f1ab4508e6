/**
 * @file backup_seal.h
 * The encrypted form of a backup: a header, the store's file as one message of AES-256-GCM, its tag.
 * docs/store.md has it byte by byte.
 *
 * The key of a message follows from the caller's key and the salt in its header, so that it is used
 * once; the header is authenticated with the message.
 */
#ifndef LSC_STORE_BACKUP_SEAL_H
#define LSC_STORE_BACKUP_SEAL_H

#include <leadscore/store.h>

#include "core/aside.h"
#include "store/store_key.h"

/** Bytes that an encrypted backup begins with. */
#define LSC_SEAL_MAGIC "LSCBAKUP"
#define LSC_SEAL_MAGIC_SIZE 8

/** A file that is read through to its end. */
typedef struct lsc_pass {
    int file;
    const char *name; /**< for messages */
    uint64_t size;
    bool (*progress)(void *ctx, uint64_t n_bytes, uint64_t n_all);
    void *progress_ctx;
    uint64_t n_before; /**< bytes of the work that were done before this */
    uint64_t n_all;    /**< bytes of all of it */
} lsc_pass;

/**
 * Encrypt a file from its beginning to one that is empty.
 * @return LSC_OK; LSC_LIMIT, LSC_IO, LSC_CANCELLED, LSC_NO_MEMORY.
 */
lsc_status lsc_seal_write(const lsc_pass *from, const lsc_known_key *key,
                          const lsc_allocator *allocator, lsc_aside *to, lsc_error *error);

/**
 * Decrypt a file from its beginning. What was written is good only where this returns LSC_OK.
 * @param key  NULL: none was given
 * @return LSC_OK; LSC_BAD_KEY, LSC_BAD_STORE, LSC_UNSUPPORTED, LSC_LIMIT, LSC_IO, LSC_CANCELLED,
 *         LSC_NO_MEMORY.
 */
lsc_status lsc_seal_read(const lsc_pass *from, const lsc_known_key *key,
                         const lsc_allocator *allocator, lsc_aside *to, lsc_error *error);

/** Copy a file as it is. LSC_OK; LSC_IO, LSC_CANCELLED, LSC_NO_MEMORY. */
lsc_status lsc_pass_copy(const lsc_pass *from, const lsc_allocator *allocator, lsc_aside *to,
                         lsc_error *error);

#endif
