/**
 * @file login.h
 * Whether somebody is who he says: guesses counted, password, second factor.
 */
#ifndef SRV_LOGIN_H
#define SRV_LOGIN_H

#include <stdint.h>

#include "auth/credentials.h"
#include "auth/totp.h"

/** Who says he is whom. NULL where something is not given. */
typedef struct srv_login {
    const char *organization; /**< NULL: of whichever has this user, unless several have */
    const char *email;
    const char *password;
    const char *code;          /**< of the second factor */
    const char *recovery_code; /**< in its place */
    const char *client;        /**< the address that the request is from */
} srv_login;

typedef enum srv_login_result {
    SRV_LOGIN_DONE = 0,
    SRV_LOGIN_WRONG,      /**< unknown, or wrong: nobody learns which */
    SRV_LOGIN_WAIT,       /**< too many were wrong */
    SRV_LOGIN_NEEDS_CODE, /**< the password is right, and a second factor is asked for */
    SRV_LOGIN_NEEDS_ORGANIZATION, /**< he proved who he is, and is a user of several: which one, he has to say */
    SRV_LOGIN_FAULT
} srv_login_result;

/** A verdict on who somebody says he is: SRV_NO is SRV_LOGIN_WRONG. */
srv_login_result srv_login_result_of(srv_verdict verdict);

/**
 * Check a log-in. It takes the same work for a user who is unknown as for a wrong password.
 * @param found    filled on SRV_LOGIN_DONE
 * @param wait_ms  set on SRV_LOGIN_WAIT
 */
srv_login_result srv_login_check(srv_auth_db *db, const srv_login *login, int64_t now_ms,
                                 srv_credentials *found, int64_t *wait_ms);

/**
 * Ask a user who is logged in for his password once more, before something that a stolen access token must not
 * do. Its guesses are counted as those of a log-in that names the organization.
 */
srv_login_result srv_login_confirm(srv_auth_db *db, const srv_credentials *user,
                                   const char *password, int64_t now_ms, int64_t *wait_ms);

/**
 * Confirm a second factor that was begun, with its guesses counted: SRV_LOGIN_WRONG where the code is not its.
 * @param codes  filled: recovery codes
 */
srv_login_result srv_login_add_factor(srv_auth_db *db, const char *uuid, const char *code,
                                      int64_t now_ms,
                                      char codes[SRV_RECOVERY_CODES][SRV_RECOVERY_TEXT],
                                      int64_t *wait_ms);

#endif
