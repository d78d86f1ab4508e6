/**
 * @file password.h
 * Passwords, kept as Argon2id digests.
 */
#ifndef SRV_PASSWORD_H
#define SRV_PASSWORD_H

#include <stdbool.h>

/** Room for a digest with its salt and parameters, and the end of the text. */
#define SRV_PASSWORD_TEXT 128
/** Bytes of a password: fewer are refused, as they can be guessed. */
#define SRV_MIN_PASSWORD 12
/**
 * Bytes of a password: the 256 characters that the document takes, of up to four each. One past is refused: a
 * digest of megabytes would keep a processor busy.
 */
#define SRV_MAX_PASSWORD 1024

/**
 * Why a password may not be chosen: a sentence for who chose it, or NULL where it may. Length counts,
 * and that it is not the e-mail address; kinds of characters do not, as people meet such rules with
 * "Password1!".
 */
const char *srv_password_fault(const char *password, const char *email);

/** Make the digest of a password. Takes 64 MiB and some ten milliseconds. False: no memory. */
bool srv_password_digest(const char *password, char digest[SRV_PASSWORD_TEXT]);

/** A digest of no password, as costly to look at as anybody's. */
extern const char srv_password_of_nobody[];

/** Whether a text is a digest of today's parameters. */
bool srv_password_is_current(const char *digest);

/**
 * Whether a password is the one of a digest.
 *
 * @param digest  NULL where there is none, as the user is unknown or has no password: the answer is false
 *                after the same work, so that its time does not tell which users there are
 */
bool srv_password_is(const char *digest, const char *password);

#endif
