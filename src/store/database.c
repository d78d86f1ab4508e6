#include "database.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "core/hash.h"

/* Statements kept prepared: more than the store has. */
#define MAX_QUERIES 160

struct lsc_query {
    lsc_database *database;
    const char *sql; /* NULL: run once */
    sqlite3_stmt *statement;
    int failure; /* of setting a parameter, or of reading a column */
    bool lacks;  /* a column of the row that is never NULL */
    bool running;
};

struct lsc_database {
    lsc_allocator allocator;
    sqlite3 *connection;
    char *name;
    int depth;            /* changes under way */
    uint64_t n_outermost; /* of them, since the database was opened */
    bool undone; /* SQLite undid them all after a failure, and their ends are still to come */
    lsc_query queries[MAX_QUERIES];
    size_t n_queries;
    lsc_query once;
};

/* What a result code of SQLite means here. */
static lsc_status status_of(int code)
{
    if (code == SQLITE_IOERR_NOMEM) {
        return LSC_NO_MEMORY;
    }
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return LSC_OK;
    case SQLITE_NOMEM:
        return LSC_NO_MEMORY;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return LSC_BUSY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_SCHEMA:
    case SQLITE_MISMATCH:
        return LSC_BAD_STORE;
    case SQLITE_CONSTRAINT:
        return LSC_CONFLICT;
    case SQLITE_TOOBIG:
        return LSC_LIMIT;
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_NOLFS:
    case SQLITE_PROTOCOL:
        return LSC_IO;
    default:
        return LSC_INTERNAL;
    }
}

static lsc_status fail(lsc_database *database, int code, lsc_error *error)
{
    lsc_status status = status_of(code);
    if (status == LSC_NO_MEMORY) {
        return lsc_fail_memory(error);
    }
    if (status == LSC_BUSY) {
        return lsc_fail(error, status, "%s: another connection is writing it", database->name);
    }
    const char *words =
        database->connection == NULL ? sqlite3_errstr(code) : sqlite3_errmsg(database->connection);
    if ((code & 0xff) == SQLITE_CANTOPEN && sqlite3_system_errno(database->connection) == ENOENT) {
        return lsc_fail(error, LSC_NOT_FOUND, "%s: no such file or directory", database->name);
    }
    if (status == LSC_IO && sqlite3_system_errno(database->connection) == EISDIR) {
        words = "is a folder";
    }
    if ((code & 0xff) == SQLITE_READONLY) {
        words = sqlite3_errstr(SQLITE_READONLY); /* which may be ours to say */
    }
    /* A table that is not there, in a file that says it is a store. */
    if ((code & 0xff) == SQLITE_ERROR) {
        status = LSC_BAD_STORE;
    }
    return lsc_fail(error, status, "%s: %s", database->name, words);
}

static int configure(sqlite3 *connection)
{
    /* The file may be anyone's: no code of its own is run. */
    static const struct {
        int option;
        int value;
    } settings[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},    {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},
    };
    int code = sqlite3_extended_result_codes(connection, 1);
    for (size_t i = 0; code == SQLITE_OK && i < sizeof settings / sizeof settings[0]; i++) {
        code = sqlite3_db_config(connection, settings[i].option, settings[i].value, NULL);
    }
    return code;
}

static int connect_to(lsc_database *database, const char *path, lsc_database_access access,
                      int busy_ms)
{
    int flags = access == LSC_ACCESS_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    if (access == LSC_ACCESS_CREATE || path == NULL) {
        flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    }
    int code = sqlite3_open_v2(path == NULL ? ":memory:" : path, &database->connection,
                               flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK) {
        code = configure(database->connection);
    }
    /* SQLite opens a file that cannot be written to read it. */
    if (code == SQLITE_OK && access != LSC_ACCESS_READ &&
        sqlite3_db_readonly(database->connection, "main") == 1) {
        return SQLITE_READONLY;
    }
    return code == SQLITE_OK ? sqlite3_busy_timeout(database->connection, busy_ms) : code;
}

lsc_status lsc_database_open(const char *path, lsc_database_access access, int busy_ms,
                             const lsc_allocator *allocator, lsc_database **database,
                             lsc_error *error)
{
    *database = NULL;
    lsc_database *made = lsc_alloc_array(allocator, 1, sizeof *made);
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    made->allocator = *allocator;
    const char *name = path == NULL ? "the store in memory" : path;
    made->name = lsc_copy_text(allocator, name, strlen(name));
    if (made->name == NULL) {
        lsc_database_close(made);
        return lsc_fail_memory(error);
    }
    int code = connect_to(made, path, access, busy_ms);
    if (code != SQLITE_OK) {
        lsc_status status = fail(made, code, error);
        if (status == LSC_NOT_FOUND && access == LSC_ACCESS_CREATE) {
            lsc_fail(error, status, "%s: cannot be made: no such folder, or it may not be written",
                     made->name);
        }
        lsc_database_close(made);
        return status;
    }
    *database = made;
    return LSC_OK;
}

void lsc_database_close(lsc_database *database)
{
    if (database == NULL) {
        return;
    }
    for (size_t i = 0; i < database->n_queries; i++) {
        sqlite3_finalize(database->queries[i].statement);
    }
    sqlite3_finalize(database->once.statement);
    int code = sqlite3_close(database->connection);
    assert(code == SQLITE_OK);
    (void)code;
    lsc_allocator allocator = database->allocator;
    lsc_release(&allocator, database->name);
    lsc_release(&allocator, database);
}

const char *lsc_database_name(const lsc_database *database)
{
    return database->name;
}

const char *lsc_database_path(const lsc_database *database)
{
    const char *path = sqlite3_db_filename(database->connection, "main");
    return path == NULL || path[0] == '\0' ? NULL : database->name;
}

lsc_status lsc_database_run(lsc_database *database, const char *sql, lsc_error *error)
{
    int code = sqlite3_exec(database->connection, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? LSC_OK : fail(database, code, error);
}

lsc_status lsc_database_number(lsc_database *database, const char *sql, int64_t *number,
                               lsc_error *error)
{
    lsc_query *query;
    bool row = false;
    lsc_status status = lsc_query_begin_once(database, sql, &query, error);
    if (status == LSC_OK) {
        status = lsc_query_step(query, &row, error);
    }
    int64_t value = row ? lsc_query_int(query, 0) : 0;
    status = lsc_query_end(query, status, error);
    if (status == LSC_OK) {
        *number = value;
    }
    return status;
}

/* Run a statement that is used often. */
static lsc_status run_kept(lsc_database *database, const char *sql, lsc_error *error)
{
    lsc_query *query;
    lsc_status status = lsc_query_begin(database, sql, &query, error);
    return status == LSC_OK ? lsc_query_finish(query, error) : status;
}

static const char begin_writing[] = "BEGIN IMMEDIATE";
static const char begin_reading[] = "BEGIN";
static const char begin_part[] = "SAVEPOINT part";
static const char commit[] = "COMMIT";
static const char end_part[] = "RELEASE part";

/* Changes. SQLite undoes all of them by itself after some failures (a full disk, no memory). */

static bool was_undone(lsc_database *database)
{
    database->undone =
        database->depth > 0 && (database->undone || sqlite3_get_autocommit(database->connection));
    return database->undone;
}

lsc_status lsc_change_begin(lsc_database *database, lsc_error *error)
{
    if (was_undone(database)) {
        return lsc_fail(error, LSC_IO, "%s: an earlier failure undid the change: roll it back",
                        database->name);
    }
    lsc_status status =
        run_kept(database, database->depth == 0 ? begin_writing : begin_part, error);
    database->n_outermost += status == LSC_OK && database->depth == 0;
    database->depth += status == LSC_OK;
    return status;
}

uint64_t lsc_change_number(const lsc_database *database)
{
    return database->n_outermost;
}

/* Whether it could be: a failure here makes SQLite's own undoing of it all the way out. */
static void undo(lsc_database *database)
{
    if (was_undone(database)) {
        database->depth--;
        database->undone = database->depth > 0;
        return;
    }
    database->depth--;
    const char *sql = database->depth == 0 ? "ROLLBACK" : "ROLLBACK TO part; RELEASE part";
    if (sqlite3_exec(database->connection, sql, NULL, NULL, NULL) != SQLITE_OK &&
        !sqlite3_get_autocommit(database->connection)) {
        sqlite3_exec(database->connection, "ROLLBACK", NULL, NULL, NULL);
    }
}

lsc_status lsc_change_end(lsc_database *database, lsc_status status, lsc_error *error)
{
    assert(database->depth > 0);
    if (status == LSC_OK && was_undone(database)) {
        status = lsc_fail(error, LSC_IO, "%s: an earlier failure undid the change", database->name);
    }
    if (status == LSC_OK) {
        status = run_kept(database, database->depth == 1 ? commit : end_part, error);
    }
    if (status != LSC_OK) {
        undo(database);
        return status;
    }
    database->depth--;
    return LSC_OK;
}

int lsc_change_depth(const lsc_database *database)
{
    return database->depth;
}

void lsc_change_undo_all(lsc_database *database)
{
    while (database->depth > 0) {
        undo(database);
    }
}

lsc_status lsc_look_begin(lsc_database *database, lsc_error *error)
{
    return database->depth == 0 ? run_kept(database, begin_reading, error) : LSC_OK;
}

lsc_status lsc_look_end(lsc_database *database, lsc_status status)
{
    if (database->depth == 0 && run_kept(database, commit, NULL) != LSC_OK) {
        sqlite3_exec(database->connection, "ROLLBACK", NULL, NULL, NULL);
    }
    return status;
}

/* Copying. */

/** Pages copied at a time. */
#define COPIED_PAGES 256

static lsc_status fail_copy(const lsc_database *from, int code, lsc_error *error)
{
    lsc_status status = status_of(code);
    return status == LSC_NO_MEMORY ? lsc_fail_memory(error)
                                   : lsc_fail(error, status, "%s: cannot be copied: %s", from->name,
                                              sqlite3_errstr(code));
}

static lsc_status copy_pages(const lsc_database *from, sqlite3_backup *copy,
                             lsc_copy_progress progress, void *ctx, lsc_error *error)
{
    int code = SQLITE_OK;
    while (code == SQLITE_OK) {
        code = sqlite3_backup_step(copy, COPIED_PAGES);
        if (code != SQLITE_OK && code != SQLITE_DONE) {
            return fail_copy(from, code, error);
        }
        const int n_all = sqlite3_backup_pagecount(copy);
        const int n_left = sqlite3_backup_remaining(copy);
        if (progress != NULL && !progress(ctx, (uint64_t)(n_all - n_left), (uint64_t)n_all)) {
            return lsc_fail(error, LSC_CANCELLED, "%s: the copying was stopped by its caller",
                            from->name);
        }
    }
    return LSC_OK;
}

/* From within a transaction that reads: what others write is then not seen. */
static lsc_status copy_all(lsc_database *from, lsc_database *to, lsc_copy_progress progress,
                           void *ctx, lsc_error *error)
{
    int64_t version;
    lsc_status status = lsc_database_number(from, "PRAGMA user_version", &version, error);
    if (status != LSC_OK) {
        return status;
    }
    sqlite3_backup *copy = sqlite3_backup_init(to->connection, "main", from->connection, "main");
    if (copy == NULL) {
        return fail_copy(from, sqlite3_errcode(to->connection), error);
    }
    status = copy_pages(from, copy, progress, ctx, error);
    int code = sqlite3_backup_finish(copy);
    return status == LSC_OK && code != SQLITE_OK ? fail_copy(from, code, error) : status;
}

lsc_status lsc_database_copy(lsc_database *from, lsc_database *to, lsc_copy_progress progress,
                             void *ctx, lsc_error *error)
{
    lsc_status status = lsc_database_run(to, "PRAGMA journal_mode = MEMORY", error);
    if (status == LSC_OK) {
        status = lsc_look_begin(from, error);
    }
    return status == LSC_OK ? lsc_look_end(from, copy_all(from, to, progress, ctx, error)) : status;
}

lsc_status lsc_database_seize(lsc_database *database, lsc_error *error)
{
    return lsc_database_run(database,
                            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE;"
                            "BEGIN EXCLUSIVE",
                            error);
}

int64_t lsc_database_n_changed(const lsc_database *database)
{
    return sqlite3_changes64(database->connection);
}

int64_t lsc_database_last_key(const lsc_database *database)
{
    return sqlite3_last_insert_rowid(database->connection);
}

lsc_status lsc_database_checkpoint(lsc_database *database, lsc_error *error)
{
    int code = sqlite3_wal_checkpoint_v2(database->connection, NULL, SQLITE_CHECKPOINT_PASSIVE,
                                         NULL, NULL);
    /* Another connection is at it. */
    return code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY ? LSC_OK : fail(database, code, error);
}

uint64_t lsc_database_random(void)
{
    uint64_t number;
    sqlite3_randomness(sizeof number, &number);
    return number;
}

void lsc_database_uuid(char uuid[LSC_UUID_SIZE])
{
    unsigned char bytes[16];
    sqlite3_randomness(sizeof bytes, bytes);
    bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
    char *at = uuid;
    for (size_t i = 0; i < sizeof bytes; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *at++ = '-';
        }
        at += snprintf(at, 3, "%02x", bytes[i]);
    }
}

/* Statements. */

static lsc_status prepare(lsc_database *database, lsc_query *query, const char *sql, bool kept,
                          lsc_error *error)
{
    int code = sqlite3_prepare_v3(database->connection, sql, -1,
                                  kept ? SQLITE_PREPARE_PERSISTENT : 0, &query->statement, NULL);
    if (code != SQLITE_OK) {
        query->statement = NULL;
        return fail(database, code, error);
    }
    query->database = database;
    query->sql = kept ? sql : NULL;
    return LSC_OK;
}

lsc_status lsc_query_begin(lsc_database *database, const char *sql, lsc_query **query,
                           lsc_error *error)
{
    *query = NULL;
    size_t i = 0;
    while (i < database->n_queries && database->queries[i].sql != sql) {
        i++;
    }
    lsc_query *found = &database->queries[i];
    if (i == database->n_queries) {
        assert(i < MAX_QUERIES);
        lsc_status status = prepare(database, found, sql, true, error);
        if (status != LSC_OK) {
            return status;
        }
        database->n_queries++;
    }
    assert(!found->running);
    found->running = true;
    found->failure = SQLITE_OK;
    found->lacks = false;
    *query = found;
    return LSC_OK;
}

lsc_status lsc_query_begin_once(lsc_database *database, const char *sql, lsc_query **query,
                                lsc_error *error)
{
    *query = NULL;
    assert(!database->once.running);
    lsc_status status = prepare(database, &database->once, sql, false, error);
    if (status == LSC_OK) {
        database->once.running = true;
        database->once.failure = SQLITE_OK;
        database->once.lacks = false;
        *query = &database->once;
    }
    return status;
}

static void note(lsc_query *query, int code)
{
    if (query->failure == SQLITE_OK) {
        query->failure = code;
    }
}

void lsc_query_set_int(lsc_query *query, int n, int64_t number)
{
    if (query != NULL) {
        note(query, sqlite3_bind_int64(query->statement, n, number));
    }
}

void lsc_query_set_double(lsc_query *query, int n, double number)
{
    if (query != NULL) {
        note(query, sqlite3_bind_double(query->statement, n, number));
    }
}

void lsc_query_set_text(lsc_query *query, int n, const char *text)
{
    if (query != NULL) {
        note(query, text == NULL ? sqlite3_bind_null(query->statement, n)
                                 : sqlite3_bind_text64(query->statement, n, text, strlen(text),
                                                       SQLITE_STATIC, SQLITE_UTF8));
    }
}

void lsc_query_set_span(lsc_query *query, int n, const char *text, size_t length)
{
    if (query != NULL) {
        note(query,
             sqlite3_bind_text64(query->statement, n, text, length, SQLITE_STATIC, SQLITE_UTF8));
    }
}

void lsc_query_set_bytes(lsc_query *query, int n, const void *bytes, size_t length)
{
    if (query != NULL) {
        note(query, sqlite3_bind_blob64(query->statement, n, bytes, length, SQLITE_STATIC));
    }
}

lsc_status lsc_query_step(lsc_query *query, bool *row, lsc_error *error)
{
    *row = false;
    if (query->failure != SQLITE_OK) {
        return fail(query->database, query->failure, error);
    }
    int code = sqlite3_step(query->statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        return fail(query->database, code, error);
    }
    *row = code == SQLITE_ROW;
    return LSC_OK;
}

bool lsc_query_next(lsc_query *query, lsc_status *status, lsc_error *error)
{
    bool row = false;
    if (*status == LSC_OK) {
        *status = lsc_query_step(query, &row, error);
    }
    return row;
}

bool lsc_query_is_null(lsc_query *query, int column)
{
    return sqlite3_column_type(query->statement, column) == SQLITE_NULL;
}

int64_t lsc_query_int(lsc_query *query, int column)
{
    return sqlite3_column_int64(query->statement, column);
}

double lsc_query_double(lsc_query *query, int column)
{
    return lsc_query_is_null(query, column) ? (double)NAN
                                            : sqlite3_column_double(query->statement, column);
}

/* A value that SQLite has no memory for may look as if it were NULL, or empty. */
static bool has_no_memory(const lsc_query *query)
{
    return sqlite3_errcode(query->database->connection) == SQLITE_NOMEM;
}

const char *lsc_query_text(lsc_query *query, int column, size_t *length)
{
    *length = 0;
    const char *text = (const char *)sqlite3_column_text(query->statement, column);
    if (text == NULL) {
        if (has_no_memory(query) || !lsc_query_is_null(query, column)) {
            note(query, SQLITE_NOMEM);
        }
        return NULL;
    }
    *length = (size_t)sqlite3_column_bytes(query->statement, column);
    return text;
}

const void *lsc_query_bytes(lsc_query *query, int column, size_t *length)
{
    *length = 0;
    if (lsc_query_is_null(query, column)) {
        if (has_no_memory(query)) {
            note(query, SQLITE_NOMEM);
        }
        return NULL;
    }
    const void *bytes = sqlite3_column_blob(query->statement, column);
    *length = (size_t)sqlite3_column_bytes(query->statement, column);
    if (bytes == NULL && (*length > 0 || has_no_memory(query))) {
        note(query, SQLITE_NOMEM);
    }
    return bytes;
}

bool lsc_query_hash(lsc_query *query, int column, char *text)
{
    size_t length;
    const void *bytes = lsc_query_bytes(query, column, &length);
    if (bytes == NULL || length != LSC_HASH_SIZE) {
        lsc_query_lacks(query);
        return false;
    }
    lsc_hash_format(bytes, text);
    return true;
}

void lsc_query_lacks(lsc_query *query)
{
    query->lacks = true;
}

lsc_status lsc_query_fail_row(lsc_query *query, lsc_error *error)
{
    if (query->failure != SQLITE_OK) {
        return fail(query->database, query->failure, error);
    }
    return query->lacks
               ? lsc_fail(error, LSC_BAD_STORE, "%s: a value is missing that is always there",
                          query->database->name)
               : lsc_fail_memory(error);
}

lsc_status lsc_query_fail_missing(lsc_query *query, lsc_error *error)
{
    lsc_query_lacks(query);
    return lsc_query_fail_row(query, error);
}

lsc_status lsc_query_end(lsc_query *query, lsc_status status, lsc_error *error)
{
    if (query == NULL) {
        return status;
    }
    if (status == LSC_OK && query->failure != SQLITE_OK) {
        status = fail(query->database, query->failure, error);
    }
    query->running = false;
    if (query->sql == NULL) {
        sqlite3_finalize(query->statement);
        query->statement = NULL;
    } else {
        sqlite3_reset(query->statement);
        sqlite3_clear_bindings(query->statement);
    }
    return status;
}

lsc_status lsc_query_finish(lsc_query *query, lsc_error *error)
{
    bool row;
    return lsc_query_end(query, lsc_query_step(query, &row, error), error);
}

lsc_status lsc_query_number(lsc_database *database, const char *sql, int64_t key, int64_t *number,
                            lsc_error *error)
{
    lsc_query *query;
    bool row = false;
    lsc_status status = lsc_query_begin(database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, key);
        status = lsc_query_step(query, &row, error);
    }
    *number = row ? lsc_query_int(query, 0) : 0;
    return lsc_query_end(query, status, error);
}
