/**
 * @file flat_watch.h
 * What is told while a call is under way, in one form for all that calls tell.
 */
#ifndef LEADSCORE_FLAT_WATCH_H
#define LEADSCORE_FLAT_WATCH_H

#include <stdbool.h>
#include <stddef.h>

/** Told in the thread of the call; each call says what it gives. */
typedef struct flat_watch {
    /**
     * @param bytes   [length], or NULL; valid until it returns, as `item` is
     * @param first   a number; and `second`
     * @param item    something of C's, or NULL
     * @return false: stop with LSC_CANCELLED
     */
    bool (*tell)(void *ctx, const char *bytes, size_t length, double first, double second,
                 const void *item);
    void *ctx;
} flat_watch;

#endif
