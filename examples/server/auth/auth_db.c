#include "auth/auth_db.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/auth_schema.h"

/* Statements that may be prepared at a time: more than the server has. */
#define MAX_STATEMENTS 96
#define BUSY_MS 5000
#define KEY_PLACE "auth.db"

typedef struct prepared {
    const char *sql;
    sqlite3_stmt *statement;
} prepared;

struct srv_auth_db {
    sqlite3 *sqlite;
    pthread_mutex_t mutex;
    uint8_t key[SRV_KEY_BYTES];
    prepared statements[MAX_STATEMENTS];
    size_t n_statements;
    sqlite3_stmt *current; /* the query whose row is at hand */
};

/* Statements. */

static sqlite3_stmt *statement_of(srv_auth_db *db, const char *sql)
{
    for (size_t i = 0; i < db->n_statements; i++) {
        if (db->statements[i].sql == sql) {
            return db->statements[i].statement;
        }
    }
    sqlite3_stmt *statement = NULL;
    if (db->n_statements == MAX_STATEMENTS ||
        sqlite3_prepare_v3(db->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) !=
            SQLITE_OK) {
        return NULL;
    }
    db->statements[db->n_statements++] = (prepared){sql, statement};
    return statement;
}

/* Done with the row at hand, which else would keep a reader's view open. */
static void finish(srv_auth_db *db)
{
    if (db->current != NULL) {
        sqlite3_reset(db->current);
        sqlite3_clear_bindings(db->current);
        db->current = NULL;
    }
}

static int bind_value(sqlite3_stmt *statement, int at, char type, va_list *values)
{
    if (type == 'i') {
        return sqlite3_bind_int64(statement, at, va_arg(*values, int64_t));
    }
    if (type == 't') {
        return sqlite3_bind_text(statement, at, va_arg(*values, const char *), -1,
                                 SQLITE_TRANSIENT);
    }
    const void *bytes = va_arg(*values, const uint8_t *);
    size_t n = type == 's' ? va_arg(*values, size_t) : SRV_DIGEST_BYTES;
    return sqlite3_bind_blob64(statement, at, bytes, n, SQLITE_TRANSIENT);
}

/* Make a statement the current one, with its values bound. */
static bool ask(srv_auth_db *db, const char *sql, const char *types, va_list *values)
{
    finish(db);
    sqlite3_stmt *statement = statement_of(db, sql);
    if (statement == NULL) {
        return false;
    }
    db->current = statement;
    for (int i = 0; types[i] != '\0'; i++) {
        if (bind_value(statement, i + 1, types[i], values) != SQLITE_OK) {
            finish(db);
            return false;
        }
    }
    return true;
}

int srv_db_next(srv_auth_db *db)
{
    int state = sqlite3_step(db->current);
    if (state != SQLITE_ROW) {
        finish(db);
    }
    return state == SQLITE_ROW ? 1 : state == SQLITE_DONE ? 0 : -1;
}

int srv_db_row(srv_auth_db *db, const char *sql, const char *types, ...)
{
    va_list values;
    va_start(values, types);
    bool asked = ask(db, sql, types, &values);
    va_end(values);
    return asked ? srv_db_next(db) : -1;
}

int srv_db_run(srv_auth_db *db, const char *sql, const char *types, ...)
{
    va_list values;
    va_start(values, types);
    bool asked = ask(db, sql, types, &values);
    va_end(values);
    if (!asked) {
        return -1;
    }
    int state = sqlite3_step(db->current);
    finish(db);
    return state == SQLITE_DONE ? sqlite3_changes(db->sqlite) : -1;
}

/* The row at hand. */

const char *srv_db_text(const srv_auth_db *db, int column)
{
    return (const char *)sqlite3_column_text(db->current, column);
}

int64_t srv_db_int(const srv_auth_db *db, int column)
{
    return sqlite3_column_int64(db->current, column);
}

const uint8_t *srv_db_bytes(const srv_auth_db *db, int column, size_t *n)
{
    const uint8_t *bytes = sqlite3_column_blob(db->current, column);
    *n = (size_t)sqlite3_column_bytes(db->current, column);
    return bytes;
}

bool srv_db_copy(const srv_auth_db *db, int column, char *text, size_t size)
{
    const char *held = srv_db_text(db, column);
    size_t length = held != NULL ? strlen(held) : 0;
    if (length >= size) {
        text[0] = '\0';
        return false;
    }
    memcpy(text, held != NULL ? held : "", length + 1);
    return true;
}

bool srv_db_is_digest(const srv_auth_db *db, int column, const uint8_t digest[SRV_DIGEST_BYTES])
{
    size_t n = 0;
    const uint8_t *held = srv_db_bytes(db, column, &n);
    return n == SRV_DIGEST_BYTES && srv_digest_equal(held, digest);
}

/* Who holds it. */

void srv_db_lock(srv_auth_db *db)
{
    pthread_mutex_lock(&db->mutex);
}

void srv_db_unlock(srv_auth_db *db)
{
    finish(db);
    pthread_mutex_unlock(&db->mutex);
}

bool srv_db_begin(srv_auth_db *db)
{
    srv_db_lock(db);
    if (srv_db_run(db, "BEGIN IMMEDIATE", "") < 0) {
        srv_db_unlock(db);
        return false;
    }
    return true;
}

bool srv_db_commit(srv_auth_db *db)
{
    bool done = srv_db_run(db, "COMMIT", "") >= 0;
    if (!done) {
        srv_db_run(db, "ROLLBACK", "");
    }
    srv_db_unlock(db);
    return done;
}

void srv_db_rollback(srv_auth_db *db)
{
    srv_db_run(db, "ROLLBACK", "");
    srv_db_unlock(db);
}

const uint8_t *srv_db_key(const srv_auth_db *db)
{
    return db->key;
}

bool srv_db_sweep(srv_auth_db *db, int64_t now_ms)
{
    static const char *const each[] = {
        "DELETE FROM sessions WHERE ends_ms <= ?",
        "DELETE FROM invitations WHERE expires_ms <= ?",
        "DELETE FROM provider_states WHERE expires_ms <= ?",
        "DELETE FROM replays WHERE expires_ms <= ?",
        "DELETE FROM guesses WHERE last_ms <= ? - 3600000 AND until_ms <= ?1",
    };
    if (!srv_db_begin(db)) {
        return false;
    }
    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++) {
        if (srv_db_run(db, each[i], "i", now_ms) < 0) {
            srv_db_rollback(db);
            return false;
        }
    }
    return srv_db_commit(db);
}

/* Opening. */

static bool make_private_file(const char *path)
{
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return file >= 0 && close(file) == 0;
}

static bool set_up(srv_auth_db *db)
{
    static const char pragmas[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                  "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
                                  "PRAGMA trusted_schema = OFF;";
    return sqlite3_busy_timeout(db->sqlite, BUSY_MS) == SQLITE_OK &&
           sqlite3_exec(db->sqlite, pragmas, NULL, NULL, NULL) == SQLITE_OK;
}

/* Make or change tables, and mark the file as being of this version. Called within a transaction. */
static bool run_schema(srv_auth_db *db, const char *sql)
{
    char marks[96];
    snprintf(marks, sizeof marks, "PRAGMA application_id = %d; PRAGMA user_version = %d;",
             SRV_AUTH_APPLICATION, SRV_AUTH_VERSION);
    finish(db);
    return sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL) == SQLITE_OK &&
           sqlite3_exec(db->sqlite, marks, NULL, NULL, NULL) == SQLITE_OK;
}

/* An empty file gets its tables. */
static bool make_tables(srv_auth_db *db)
{
    uint8_t sealed[SRV_SEAL_BYTES];
    srv_seal(db->key, KEY_PLACE, NULL, 0, sealed);
    return run_schema(db, srv_auth_schema) &&
           srv_db_run(db, "INSERT INTO key_check VALUES(?)", "s", sealed, sizeof sealed) == 1;
}

static bool bring_up_to_date(srv_auth_db *db, int64_t version)
{
    bool is_done = true;
    for (; version < SRV_AUTH_VERSION && is_done; version++) {
        is_done = run_schema(db, srv_auth_steps[version - 1]);
    }
    return is_done;
}

/* What is wrong with the file, or NULL. */
static const char *fault_of(srv_auth_db *db)
{
    if (srv_db_row(db, "PRAGMA application_id", "") != 1) {
        return "is no SQLite file, or cannot be read";
    }
    int64_t application = srv_db_int(db, 0);
    int64_t version = srv_db_row(db, "PRAGMA user_version", "") == 1 ? srv_db_int(db, 0) : -1;
    int64_t tables =
        srv_db_row(db, "SELECT count(*) FROM sqlite_schema", "") == 1 ? srv_db_int(db, 0) : -1;
    if (tables == 0 && application == 0 && version == 0) {
        return make_tables(db) ? NULL : "cannot be written";
    }
    if (application != SRV_AUTH_APPLICATION) {
        return "is another program's";
    }
    if (version < 1 || version > SRV_AUTH_VERSION) {
        return "is of a version that this server does not know";
    }
    size_t n = 0;
    const uint8_t *sealed =
        srv_db_row(db, "SELECT sealed FROM key_check", "") == 1 ? srv_db_bytes(db, 0, &n) : NULL;
    uint8_t nothing[1];
    if (n != SRV_SEAL_BYTES || !srv_unseal(db->key, KEY_PLACE, sealed, n, nothing)) {
        return "was sealed with another key";
    }
    return bring_up_to_date(db, version) ? NULL : "cannot be written";
}

static const char *open_file(srv_auth_db *db, const char *path)
{
    if (!make_private_file(path)) {
        return "cannot be opened or made";
    }
    if (sqlite3_open_v2(path, &db->sqlite, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
            SQLITE_OK ||
        !set_up(db)) {
        return "is no SQLite file, or cannot be written";
    }
    if (!srv_db_begin(db)) {
        return "is busy, or cannot be written";
    }
    const char *fault = fault_of(db);
    finish(db);
    if (fault == NULL &&
        sqlite3_exec(db->sqlite, srv_auth_indexes, NULL, NULL, NULL) != SQLITE_OK) {
        fault = "cannot be written";
    }
    if (fault != NULL) {
        srv_db_rollback(db);
    } else if (!srv_db_commit(db)) {
        fault = "cannot be written";
    }
    return fault;
}

srv_auth_db *srv_auth_db_open(const char *path, const uint8_t key[SRV_KEY_BYTES],
                              char why[SRV_DB_WHY])
{
    srv_auth_db *db = calloc(1, sizeof *db);
    if (db == NULL) {
        snprintf(why, SRV_DB_WHY, "no memory to open %s", path);
        return NULL;
    }
    pthread_mutex_init(&db->mutex, NULL);
    memcpy(db->key, key, SRV_KEY_BYTES);
    const char *fault = open_file(db, path);
    if (fault != NULL) {
        snprintf(why, SRV_DB_WHY, "%.160s %s", path, fault);
        srv_auth_db_close(db);
        return NULL;
    }
    return db;
}

void srv_auth_db_close(srv_auth_db *db)
{
    if (db == NULL) {
        return;
    }
    for (size_t i = 0; i < db->n_statements; i++) {
        sqlite3_finalize(db->statements[i].statement);
    }
    sqlite3_close(db->sqlite);
    pthread_mutex_destroy(&db->mutex);
    srv_forget(db->key, sizeof db->key);
    free(db);
}
