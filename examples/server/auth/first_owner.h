/**
 * @file first_owner.h
 * The first user of an organization, whom nobody can invite.
 */
#ifndef SRV_FIRST_OWNER_H
#define SRV_FIRST_OWNER_H

#include "auth/auth.h"
#include "auth/credentials.h"

#include <leadscore/store.h>

/**
 * Add an organization, if it is not there, and an owner with a password that is made for him.
 *
 * @param store     with an actor
 * @param password  filled
 * @param why       filled on error
 * @return SRV_YES; SRV_NO where the organization has users: they invite others; SRV_FAULT
 */
srv_verdict srv_add_first_owner(srv_auth *auth, lsc_store *store, const char *organization,
                                const char *email, char password[SRV_TOKEN_TEXT],
                                char why[SRV_AUTH_WHY]);

#endif
