#include "shared_bytes.h"

#include <stdlib.h>

#include "need.h"

srv_shared *srv_shared_new(size_t length)
{
    srv_shared *shared = srv_need(malloc(sizeof *shared + length + 1));

    atomic_init(&shared->holders, 1);
    shared->length = length;
    shared->bytes[length] = '\0';
    return shared;
}

srv_shared *srv_shared_hold(srv_shared *shared)
{
    atomic_fetch_add_explicit(&shared->holders, 1, memory_order_relaxed);
    return shared;
}

void srv_shared_let_go(srv_shared *shared)
{
    if (shared != NULL &&
        atomic_fetch_sub_explicit(&shared->holders, 1, memory_order_acq_rel) == 1) {
        free(shared);
    }
}
