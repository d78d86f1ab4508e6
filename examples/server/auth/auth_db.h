/**
 * @file auth_db.h
 * auth.db: what proves who somebody is. A SQLite file of the server's own beside the store's, which
 * nothing but the library writes. The only user of SQLite.
 *
 * One connection, used by one thread at a time: a caller holds it from srv_db_lock() or srv_db_begin() on. What
 * is asked of it takes microseconds; nothing slow, such as the digest of a password, is done
 * while it is held. Several processes may have the file open.
 */
#ifndef SRV_AUTH_DB_H
#define SRV_AUTH_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/secrets.h"

typedef struct srv_auth_db srv_auth_db;

/** Room for what is wrong with a file. */
#define SRV_DB_WHY 256

/**
 * Open auth.db, or make it, readable by its owner alone.
 * @param key  seals secrets that must be read again; copied
 * @param why  filled on error
 * @return NULL on error, also where the file was sealed with another key
 */
srv_auth_db *srv_auth_db_open(const char *path, const uint8_t key[SRV_KEY_BYTES],
                              char why[SRV_DB_WHY]);
void srv_auth_db_close(srv_auth_db *db);

const uint8_t *srv_db_key(const srv_auth_db *db);

void srv_db_lock(srv_auth_db *db);
void srv_db_unlock(srv_auth_db *db);

/** Lock, and begin changes that are done together or not at all. False: nothing is held. */
bool srv_db_begin(srv_auth_db *db);

/** Keep the changes since srv_db_begin() and unlock. False: none of them is kept. */
bool srv_db_commit(srv_auth_db *db);

/** Undo the changes since srv_db_begin() and unlock. */
void srv_db_rollback(srv_auth_db *db);

/**
 * Run a statement.
 * @param sql    a literal: it is prepared once
 * @param types  a letter for each value that follows: t text or NULL, i int64_t, b digest of
 *               SRV_DIGEST_BYTES, s sealed bytes (const uint8_t *, size_t)
 * @return the number of rows it changed, or -1
 */
int srv_db_run(srv_auth_db *db, const char *sql, const char *types, ...);

/** Run a query, as srv_db_run(). 1: a row is at hand until the next query; 0: there is none; -1. */
int srv_db_row(srv_auth_db *db, const char *sql, const char *types, ...);

/** The next row of the query, likewise. */
int srv_db_next(srv_auth_db *db);

/** Columns of the row at hand, from 0 on. NULL, 0 or an empty value where there is none. */
const char *srv_db_text(const srv_auth_db *db, int column);
int64_t srv_db_int(const srv_auth_db *db, int column);
const uint8_t *srv_db_bytes(const srv_auth_db *db, int column, size_t *n);

/** Copy a column's text. False, and an empty text, where it does not fit. */
bool srv_db_copy(const srv_auth_db *db, int column, char *text, size_t size);

/** Whether a column is a digest and the same as `digest`. */
bool srv_db_is_digest(const srv_auth_db *db, int column, const uint8_t digest[SRV_DIGEST_BYTES]);

/** Delete what has expired by `now_ms`, and can be of no use any more. */
bool srv_db_sweep(srv_auth_db *db, int64_t now_ms);

#endif
