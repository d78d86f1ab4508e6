/**
 * @file database.h
 * SQLite, as much of it as the store uses: a connection, statements, changes. Only database.c
 * includes it.
 */
#ifndef LSC_STORE_DATABASE_H
#define LSC_STORE_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/memory.h"

/** Room for the text of a UUID, with its NUL. */
#define LSC_UUID_SIZE 37

/** A connection. One thread at a time. */
typedef struct lsc_database lsc_database;

/** A statement that is being run. */
typedef struct lsc_query lsc_query;

typedef enum lsc_database_access {
    LSC_ACCESS_WRITE,  /**< read and write what is there */
    LSC_ACCESS_CREATE, /**< and make it where it is not */
    LSC_ACCESS_READ
} lsc_database_access;

/**
 * Open a file.
 * @param path      NULL: a database in memory
 * @param busy_ms   how long to wait for another connection's change
 * @param database  set to what lsc_database_close() closes; NULL on error
 * @return LSC_OK; LSC_NOT_FOUND, LSC_IO naming the file, also where it may only be read and is to be
 *         written; LSC_NO_MEMORY. What is in it is not looked at.
 */
lsc_status lsc_database_open(const char *path, lsc_database_access access, int busy_ms,
                             const lsc_allocator *allocator, lsc_database **database,
                             lsc_error *error);

/** NULL is allowed. A change under way is undone. */
void lsc_database_close(lsc_database *database);

/** What messages call it: its path, or "the store in memory". */
const char *lsc_database_name(const lsc_database *database);

/** Its path; NULL for one in memory. */
const char *lsc_database_path(const lsc_database *database);

/** Run statements that take and give nothing. */
lsc_status lsc_database_run(lsc_database *database, const char *sql, lsc_error *error);

/** Run a statement that gives one number, such as "PRAGMA user_version". */
lsc_status lsc_database_number(lsc_database *database, const char *sql, int64_t *number,
                               lsc_error *error);

/**
 * Begin a change: all that is done until its end, or nothing of it. Within another change it is a
 * part, which can be undone alone.
 * @return LSC_OK; LSC_BUSY; LSC_IO when an earlier failure undid the change around it.
 */
lsc_status lsc_change_begin(lsc_database *database, lsc_error *error);

/**
 * End a change: it is kept where `status` is LSC_OK, and undone otherwise.
 * @return `status`, or why it could not be kept: it is then undone.
 */
lsc_status lsc_change_end(lsc_database *database, lsc_status status, lsc_error *error);

/** How many changes are under way, one within the other. */
int lsc_change_depth(const lsc_database *database);

/** Which outermost change it is, counted from 1 on; for what is looked at once in each. */
uint64_t lsc_change_number(const lsc_database *database);

/** See one state of the database from the first statement on until the end: for several reads. */
lsc_status lsc_look_begin(lsc_database *database, lsc_error *error);
/** @return `status`. */
lsc_status lsc_look_end(lsc_database *database, lsc_status status);

/** Bring what is in the log into the file, as far as nobody who reads, or is doing that, is in the way. */
lsc_status lsc_database_checkpoint(lsc_database *database, lsc_error *error);

/** Undo the outermost change and all within it. */
void lsc_change_undo_all(lsc_database *database);

/**
 * Told of how many pages of how many are copied.
 * @return false to stop.
 */
typedef bool (*lsc_copy_progress)(void *ctx, uint64_t n_pages, uint64_t n_all);

/**
 * Copy a database, as it is when this begins, whatever others write meanwhile.
 * @param to        empty, and nobody else's; its journal is in memory from now on
 * @param progress  may be NULL
 * @return LSC_OK; LSC_CANCELLED; LSC_BUSY, LSC_BAD_STORE, LSC_IO, LSC_NO_MEMORY. `to` is then good for
 *         nothing.
 */
lsc_status lsc_database_copy(lsc_database *from, lsc_database *to, lsc_copy_progress progress,
                             void *ctx, lsc_error *error);

/**
 * Let nobody else read or write a database until it is closed, and leave nothing in its log.
 * @return LSC_OK; LSC_BUSY where another connection has it open; LSC_BAD_STORE.
 */
lsc_status lsc_database_seize(lsc_database *database, lsc_error *error);

/** Rows that the last statement inserted, changed or deleted. */
int64_t lsc_database_n_changed(const lsc_database *database);
/** The key of the row inserted last. */
int64_t lsc_database_last_key(const lsc_database *database);

/** A random number. */
uint64_t lsc_database_random(void);

/** A new UUID, version 4. */
void lsc_database_uuid(char uuid[LSC_UUID_SIZE]);

/**
 * Begin a statement. It is prepared once and kept for the next time.
 * @param sql    static text: its address is what it is found by. One such text is run at a time
 * @param query  ended by lsc_query_end(); NULL on error, on which all the calls below do nothing
 */
lsc_status lsc_query_begin(lsc_database *database, const char *sql, lsc_query **query,
                           lsc_error *error);

/** As lsc_query_begin(), of a text that is made for this once. */
lsc_status lsc_query_begin_once(lsc_database *database, const char *sql, lsc_query **query,
                                lsc_error *error);

/** Give parameter `n`, from 1, its value. Texts and bytes outlive the query. NULL is SQL's NULL. */
void lsc_query_set_int(lsc_query *query, int n, int64_t number);
void lsc_query_set_double(lsc_query *query, int n, double number); /**< NaN is NULL */
void lsc_query_set_text(lsc_query *query, int n, const char *text);
/** As lsc_query_set_text(), of the first `length` bytes. */
void lsc_query_set_span(lsc_query *query, int n, const char *text, size_t length);
void lsc_query_set_bytes(lsc_query *query, int n, const void *bytes, size_t length);

/** The next row. @param row  set to false past the last */
lsc_status lsc_query_step(lsc_query *query, bool *row, lsc_error *error);

/**
 * Whether there is a next row: steps to it where `status` is LSC_OK, and sets `status` where that
 * fails. For loops whose body sets `status`, too.
 */
bool lsc_query_next(lsc_query *query, lsc_status *status, lsc_error *error);

/** Columns of the row, from 0. Texts and bytes are valid until the next step. */
bool lsc_query_is_null(lsc_query *query, int column);
int64_t lsc_query_int(lsc_query *query, int column);
double lsc_query_double(lsc_query *query, int column); /**< NULL is NaN */
/** NULL for SQL's NULL, or when memory ran out, which lsc_query_end() then says. */
const char *lsc_query_text(lsc_query *query, int column, size_t *length);
const void *lsc_query_bytes(lsc_query *query, int column, size_t *length);

/**
 * The hash in a column, as hex. False where it is none: lsc_query_fail_row() says why.
 * @param text  room for LSC_HASH_TEXT_SIZE
 */
bool lsc_query_hash(lsc_query *query, int column, char *text);

/** Why a column that is never NULL gave none: LSC_NO_MEMORY, or LSC_BAD_STORE. */
lsc_status lsc_query_fail_missing(lsc_query *query, lsc_error *error);

/** Note that a column that is never NULL has none, as in a damaged file it may. */
void lsc_query_lacks(lsc_query *query);

/** Why a row could not be kept: LSC_NO_MEMORY, or after lsc_query_lacks() LSC_BAD_STORE. */
lsc_status lsc_query_fail_row(lsc_query *query, lsc_error *error);

/**
 * End a statement. @return `status`, or LSC_NO_MEMORY where it is LSC_OK and a column could not be
 * had. NULL is allowed.
 */
lsc_status lsc_query_end(lsc_query *query, lsc_status status, lsc_error *error);

/**
 * The number that a statement gives of which `key` is the one parameter, such as a count of a lead's
 * rows; 0 where it gives none.
 */
lsc_status lsc_query_number(lsc_database *database, const char *sql, int64_t key, int64_t *number,
                            lsc_error *error);

/** Step a query that gives no row, and end it. */
lsc_status lsc_query_finish(lsc_query *query, lsc_error *error);

#endif
