/**
 * @file shared_bytes.h
 * Bytes that several hold at once, each of which lets go of them when it likes. They are never changed.
 */
#ifndef SRV_SHARED_BYTES_H
#define SRV_SHARED_BYTES_H

#include <stdatomic.h>
#include <stddef.h>

typedef struct srv_shared {
    atomic_size_t holders;
    size_t length;
    char bytes[]; /**< [length], and a NUL behind them */
} srv_shared;

/** Bytes that the caller fills before anybody else sees them, and holds. */
srv_shared *srv_shared_new(size_t length);

/** Hold them, too. Any thread. */
srv_shared *srv_shared_hold(srv_shared *shared);

/** The last one that lets go frees them. NULL is taken. Any thread. */
void srv_shared_let_go(srv_shared *shared);

#endif
