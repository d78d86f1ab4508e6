/**
 * @file need.h
 * Memory that must be there. A server that has none left ends: what it acknowledged is in the store, and
 * what watches over it starts it again.
 */
#ifndef SRV_NEED_H
#define SRV_NEED_H

#include <stdio.h>
#include <stdlib.h>

/** Give back `block`, which malloc() or its like made; where it is NULL the program ends. */
static inline void *srv_need(void *block)
{
    if (block == NULL) {
        fputs("leadscore-server: there is no memory left\n", stderr);
        abort();
    }
    return block;
}

#endif
