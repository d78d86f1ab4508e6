/**
 * @file user_cursor.h
 * Where a page of users ended. The store goes on after an id, which of a user is his address: addresses do not
 * belong into URLs, so that a cursor has it sealed, for its organization alone.
 */
#ifndef SRV_USER_CURSOR_H
#define SRV_USER_CURSOR_H

#include "auth/auth_db.h"

/** @return a cursor, base64url, to be free()d; NULL: no memory */
char *srv_user_cursor_make(const srv_auth_db *db, const char *organization, const char *id);

/** @return the id that a cursor has, to be free()d; NULL: it is none of this organization, or no memory */
char *srv_user_cursor_read(const srv_auth_db *db, const char *organization, const char *cursor);

#endif
