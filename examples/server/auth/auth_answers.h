/**
 * @file auth_answers.h
 * What the handlers of authentication answer alike.
 */
#ifndef SRV_AUTH_ANSWERS_H
#define SRV_AUTH_ANSWERS_H

#include "auth/login.h"
#include "auth/sessions.h"
#include "call.h"

/** Answer a verdict that is no SRV_YES: SRV_NO as this problem. */
void srv_answer_verdict(srv_call *call, srv_verdict verdict, unsigned status, const char *code,
                        const char *detail);

/** Answer a log-in that is not SRV_LOGIN_DONE. */
void srv_answer_login(srv_call *call, srv_login_result result, int64_t wait_ms);

/** Begin a session of a user who has proved who he is, if he may act, and answer with its tokens. */
void srv_answer_session(srv_call *call, const srv_credentials *user);

/** Go on with the session of a refresh token, likewise. */
void srv_answer_refreshed(srv_call *call, const char *refresh);

/** The credentials of who asks. False: it is answered. */
bool srv_own_credentials(srv_call *call, srv_credentials *own);

/** Ask who asks for his password. False: it is answered. */
bool srv_own_password(srv_call *call, const srv_credentials *own);

#endif
