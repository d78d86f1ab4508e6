#include "fuzz_store.h"

#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

/** 2026-01-01T00:00:00Z. */
#define NEW_YEAR INT64_C(1767225600000)

#define N_LEADS 4
#define MAX_STORE (1 << 20)

static char folder[4000];

static const char *const ends[] = {"", "-wal", "-shm", "-journal"};

void fuzz_remove(const char *path)
{
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        char file[4300];
        snprintf(file, sizeof file, "%s%s", path, ends[i]);
        unlink(file);
    }
}

static const char *const names[] = {"small.store", "damaged.store", "a.backup", "back.store"};

static void remove_folder(void)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        fuzz_remove(fuzz_path(names[i]));
    }
    rmdir(folder);
}

const char *fuzz_path(const char *name)
{
    static char paths[4][4200];
    static unsigned next;
    if (folder[0] == '\0') {
        const char *parent = getenv("TMPDIR");
        snprintf(folder, sizeof folder, "%s/leadscore-fuzz-XXXXXX",
                 parent == NULL ? P_tmpdir : parent);
        fuzz_check(mkdtemp(folder) != NULL);
        atexit(remove_folder);
    }
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

void fuzz_write(const char *path, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    fuzz_check(file != NULL);
    fuzz_check(fwrite(bytes, 1, length, file) == length);
    fuzz_check(fclose(file) == 0);
}

lsc_store_options fuzz_store_options(bool read_only)
{
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.read_only = read_only;
    options.durability = LSC_DURABLE_OFF;
    options.busy_ms = -1;
    return options;
}

bool fuzz_store_status(lsc_status status, const lsc_error *error)
{
    /* SQLite answers some damage of the schema by SQLITE_NOMEM: a statement cannot be prepared then. */
    if (status != LSC_OK && status != LSC_NO_MEMORY) {
        fuzz_check_refusal(status, error, SIZE_MAX / 2);
    }
    return status == LSC_OK;
}

/* The small store. */

static void fill(lsc_store *store)
{
    size_t length;
    char *bundle = fuzz_file("models/starter.lsm", &length);
    char sha256[65];
    fuzz_ok(lsc_store_add_organization(store, FUZZ_ORGANIZATION, "Acme", error));
    fuzz_ok(lsc_store_add_organization(store, "globex", NULL, error));
    fuzz_ok(lsc_store_add_model(store, FUZZ_ORGANIZATION, bundle, length, NULL, sha256, error));
    fuzz_ok(lsc_store_activate_model(store, FUZZ_ORGANIZATION, sha256, true, error));
    free(bundle);
    for (int i = 0; i < N_LEADS; i++) {
        char json[400];
        char id[8];
        const lsc_outcome outcome = {NEW_YEAR, i % 2 == 0};
        snprintf(id, sizeof id, "l%d", i);
        snprintf(
            json, sizeof json,
            "{\"id\": \"%s\", \"email\": \"%d@x.example\", \"status\": \"open\", \"created_at\": "
            "\"2025-01-01\", \"company\": {\"employee_count\": %d, \"technologies\": [\"a\", "
            "\"b\"]}, \"activities\": [{\"id\": \"1\", \"type\": \"Demo Requested\", \"time\": "
            "\"2025-12-01\", \"data\": {\"pages\": 3}}, {\"id\": \"2\", \"type\": "
            "\"Email Opened\", \"time\": \"2025-12-02\"}]}",
            id, i, i * 100);
        fuzz_ok(lsc_store_put_lead_json(store, FUZZ_ORGANIZATION, json, strlen(json), error));
        fuzz_ok(lsc_store_add_outcome(store, FUZZ_ORGANIZATION, id, &outcome, error));
        fuzz_ok(lsc_store_score_lead(store, FUZZ_ORGANIZATION, id, fuzz_starter(), NEW_YEAR, NULL,
                                     error));
    }
}

static void run_sql(sqlite3 *connection, const char *sql)
{
    fuzz_check(sqlite3_exec(connection, sql, NULL, NULL, NULL) == SQLITE_OK);
}

/* Small pages, and without a log, which is another file. */
static void pack(const char *path)
{
    sqlite3 *connection;
    fuzz_check(sqlite3_open(path, &connection) == SQLITE_OK);
    char sql[100];
    snprintf(sql, sizeof sql, "PRAGMA journal_mode = DELETE; PRAGMA page_size = %d; VACUUM",
             FUZZ_PAGE);
    run_sql(connection, sql);
    sqlite3_close(connection);
}

static const uint8_t *small_store(size_t *length)
{
    static uint8_t bytes[MAX_STORE];
    static size_t n_bytes;
    if (n_bytes == 0) {
        const char *path = fuzz_path(names[0]);
        lsc_store *store = NULL;
        lsc_store_options options = fuzz_store_options(false);
        options.create = true;
        /* The same UUIDs in every process. */
        fuzz_check(sqlite3_initialize() == SQLITE_OK);
        sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, 1, (sqlite3 *)NULL);
        fuzz_ok(lsc_store_open(path, &options, &store, error));
        fill(store);
        lsc_store_close(store);
        pack(path);
        FILE *file = fopen(path, "rb");
        fuzz_check(file != NULL);
        n_bytes = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
        fuzz_check(n_bytes > FUZZ_PAGE && n_bytes < sizeof bytes);
    }
    *length = n_bytes;
    return bytes;
}

/* Damage. */

static uint16_t number(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

/** One change. @return how many bytes said it; 0: none is left */
static size_t change(uint8_t *store, size_t *size, const uint8_t *bytes, size_t length)
{
    if (length < 5 || *size < 2 * FUZZ_PAGE) {
        return 0;
    }
    const size_t n_pages = *size / FUZZ_PAGE;
    uint8_t *page = store + number(bytes) % (n_pages - 1) * FUZZ_PAGE;
    const size_t at = number(bytes + 2) % (FUZZ_PAGE - 64);
    const size_t n = (bytes[4] & 63U) + 1;
    if (bytes[4] < 64) {
        const size_t there = n < length - 5 ? n : length - 5;
        memcpy(page + at, bytes + 5, there);
        return 5 + there;
    }
    if (bytes[4] < 128) {
        memmove(page + at, page + FUZZ_PAGE, n);
    } else if (bytes[4] < 192) {
        memmove(page, store + n % n_pages * FUZZ_PAGE, FUZZ_PAGE);
    } else {
        *size = (size_t)(page - store) + at;
    }
    return 5;
}

const uint8_t *fuzz_damaged_store(const uint8_t *bytes, size_t length, size_t *size)
{
    static uint8_t store[MAX_STORE];
    const uint8_t *whole = small_store(size);
    memcpy(store, whole, *size);
    for (size_t at = 0, used; (used = change(store, size, bytes + at, length - at)) > 0;) {
        at += used;
    }
    return store;
}
