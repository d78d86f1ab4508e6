/**
 * @file totp.h
 * The second factor: codes of six digits that change every 30 seconds (RFC 6238), and recovery codes for
 * who has lost what makes them. The only user of liboath.
 */
#ifndef SRV_TOTP_H
#define SRV_TOTP_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/auth_db.h"
#include "auth/verdict.h"

/** Room for a secret of 160 bits in base32, and the end of the text. */
#define SRV_TOTP_SECRET 33
#define SRV_RECOVERY_CODES 10
/** Room for a recovery code: four by four of 32 letters and digits, 80 bits. */
#define SRV_RECOVERY_TEXT 20

/** To be called once before anything else here. */
bool srv_totp_start(void);

/**
 * Make a secret, which counts once srv_totp_confirm() has seen a code of it.
 * @return SRV_YES; SRV_NO: unknown user, or one who has a second factor; SRV_FAULT
 */
srv_verdict srv_totp_begin(srv_auth_db *db, const char *uuid, char secret[SRV_TOTP_SECRET]);

/**
 * From now on ask for codes, if this is one.
 * @param codes  filled: recovery codes, which are shown once
 */
srv_verdict srv_totp_confirm(srv_auth_db *db, const char *uuid, const char *code, int64_t now_ms,
                             char codes[SRV_RECOVERY_CODES][SRV_RECOVERY_TEXT]);

/**
 * Whether a code is right: one of this, the last or the next 30 seconds, that was not used, and no earlier
 * one after it. It is used up.
 */
srv_verdict srv_totp_check(srv_auth_db *db, const char *uuid, const char *code, int64_t now_ms);

/** Whether a recovery code is right. It is used up. */
srv_verdict srv_recovery_check(srv_auth_db *db, const char *uuid, const char *code);

/** Ask for codes no more. */
srv_verdict srv_totp_end(srv_auth_db *db, const char *uuid);

#endif
