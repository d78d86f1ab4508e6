/**
 * @file credentials.h
 * What proves that somebody is a user of the store: his password, and invitations to choose one. A person may be
 * a user of several organizations, and is another one in each: what one of them does with its user, such as
 * inviting him, tells nothing of the others.
 */
#ifndef SRV_CREDENTIALS_H
#define SRV_CREDENTIALS_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/auth_db.h"
#include "auth/password.h"
#include "auth/verdict.h"
#include "principal.h"

/** Room for a UUID, and the end of the text. */
#define SRV_UUID_TEXT 37
/** Room for an e-mail address (RFC 5321: 254 bytes), and the end of the text. */
#define SRV_EMAIL_TEXT 255

/** An invitation that is not taken up for so long is worth nothing. */
#define SRV_INVITATION_MS (7 * INT64_C(86400000))

typedef struct srv_credentials {
    char uuid[SRV_UUID_TEXT];
    char organization[SRV_MAX_ORGANIZATION];
    char email[SRV_EMAIL_TEXT];
    char password[SRV_PASSWORD_TEXT]; /**< its digest; empty: none */
    bool second_factor;               /**< a code is asked for, too */
} srv_credentials;

/**
 * Write an address as it is held: ASCII letters in lower case.
 * @return false for what is no address: no or several @, a space or control character, nothing before or
 *         behind, or more than 254 bytes
 */
bool srv_email_fold(const char *email, char folded[SRV_EMAIL_TEXT]);

/** Add a user. SRV_NO: the organization has one of this address. */
srv_verdict srv_credentials_add(srv_auth_db *db, const char *uuid, const char *organization,
                                const char *email);

/**
 * Likewise, in place of one of this address that the store does not know: a server ended between writing one
 * file and the other.
 */
srv_verdict srv_credentials_replace(srv_auth_db *db, const char *uuid, const char *organization,
                                    const char *email);

/**
 * Find a user by his folded address.
 * @param organization  NULL: any. Of several users one who has a password comes first, then who has been here for
 *                      longest: before he counts as meant, ask srv_credentials_several()
 */
srv_verdict srv_credentials_by_email(srv_auth_db *db, const char *organization, const char *email,
                                     srv_credentials *found);

/** Whether users of several organizations have this address and a password each. */
srv_verdict srv_credentials_several(srv_auth_db *db, const char *email);

/** Find a user by his UUID, or by his UUID within an organization. */
srv_verdict srv_credentials_of(srv_auth_db *db, const char *uuid, srv_credentials *found);
srv_verdict srv_credentials_by_uuid(srv_auth_db *db, const char *organization, const char *uuid,
                                    srv_credentials *found);

/** Set a password, by its digest. SRV_NO: there is no such user. */
srv_verdict srv_credentials_set_password(srv_auth_db *db, const char *uuid, const char *digest);

/** Forget a user: his password, sessions, second factor, invitations. */
srv_verdict srv_credentials_delete(srv_auth_db *db, const char *uuid);

/** Invite a user to choose a password. Earlier invitations of his are void. */
srv_verdict srv_invite(srv_auth_db *db, const char *uuid, int64_t now_ms,
                       char token[SRV_TOKEN_TEXT]);

/**
 * Take up an invitation: it is used up, and the password set.
 * @param found  filled: whose it was; its password is the new one
 */
srv_verdict srv_invitation_take(srv_auth_db *db, const char *token, const char *digest,
                                int64_t now_ms, srv_credentials *found);

/** Whose an invitation is, which stays as it is. */
srv_verdict srv_invitation_look(srv_auth_db *db, const char *token, int64_t now_ms,
                                srv_credentials *found);

#endif
