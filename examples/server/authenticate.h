/**
 * @file authenticate.h
 * From what a request says of itself to who makes it.
 */
#ifndef SRV_AUTHENTICATE_H
#define SRV_AUTHENTICATE_H

#include "app.h"
#include "principal.h"

/**
 * Find out who makes a request.
 *
 * @param authorization  the header of that name, NULL where there is none
 * @param who            filled on success; whatever it holds on failure does not count
 * @return 0, or the HTTP status: 401 for what is no valid credential, 403 for one that may not be used.
 *         Any thread.
 */
int srv_authenticate(srv_app *app, const char *authorization, srv_principal *who);

#endif
