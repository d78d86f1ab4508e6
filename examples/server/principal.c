#include "principal.h"

#include <stddef.h>
#include <string.h>

static const char *const role_names[] = {"none", "read_only", "user", "manager", "admin", "owner"};

static const char *const scope_names[] = {"leads:read",    "leads:write",    "scoring:read",
                                          "scoring:write", "analytics:read", "users:read",
                                          "users:write",   "events:read"};

#define N_ROLES (sizeof(role_names) / sizeof(role_names[0]))
#define N_SCOPES (sizeof(scope_names) / sizeof(scope_names[0]))

srv_role srv_role_of(const char *name)
{
    for (size_t i = 1; i < N_ROLES; i++) {
        if (strcmp(name, role_names[i]) == 0) {
            return (srv_role)i;
        }
    }
    return SRV_ROLE_NONE;
}

const char *srv_role_name(srv_role role)
{
    return role_names[role];
}

uint64_t srv_scope_of(const char *name)
{
    for (size_t i = 0; i < N_SCOPES; i++) {
        if (strcmp(name, scope_names[i]) == 0) {
            return UINT64_C(1) << i;
        }
    }
    return 0;
}

const char *srv_scope_name(uint64_t bit)
{
    for (size_t i = 0; i < N_SCOPES; i++) {
        if (bit == UINT64_C(1) << i) {
            return scope_names[i];
        }
    }
    return NULL;
}
