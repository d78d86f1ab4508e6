/**
 * @file hash_table.h
 * Hash tables: uthash, with a hash that is keyed anew in each process, so that nobody outside can choose
 * names that fall together. Include this in place of uthash.h.
 */
#ifndef SRV_HASH_TABLE_H
#define SRV_HASH_TABLE_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/** SipHash of `length` bytes. Any number of threads may call it, once srv_table_begin() has returned. */
unsigned srv_table_hash(const void *key, size_t length);

/** Choose this process's key. Call it first, from one thread; calling it again changes nothing. */
void srv_table_begin(void);

#define HASH_FUNCTION(key, length, hash) ((hash) = srv_table_hash((key), (length)))
#define uthash_fatal(message)                                         \
    do {                                                              \
        fputs("leadscore-server: there is no memory left\n", stderr); \
        abort();                                                      \
    } while (0)
#include <uthash.h>

#endif
