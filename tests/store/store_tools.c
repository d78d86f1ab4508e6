#include "store_tools.h"

#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

/** What stands beside a store's file, by the ends of their names. */
static const char *const store_ends[] = {"", "-wal", "-shm", "-journal"};

const char *fresh_path(const char *name)
{
    static char paths[2][4200];
    static unsigned next;
    char *path = paths[next++ % 2];
    snprintf(path, sizeof paths[0], "%s/%s", lsc_test_folder(), name);
    for (size_t i = 0; i < sizeof store_ends / sizeof store_ends[0]; i++) {
        char file[4300];
        snprintf(file, sizeof file, "%s%s", path, store_ends[i]);
        unlink(file);
    }
    return path;
}

lsc_store_options quick(void)
{
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.create = true;
    options.durability = LSC_DURABLE_OFF;
    return options;
}

lsc_store *file_store(const char *path)
{
    lsc_store *store;
    lsc_store_options options = quick();
    ck_ok(lsc_store_open(path, &options, &store, error));
    ck_ok(lsc_store_add_organization(store, ACME, "Acme Corp", error));
    ck_ok(lsc_store_add_organization(store, GLOBEX, NULL, error));
    return store;
}

lsc_store *memory_store(void)
{
    return file_store(NULL);
}

void put_lead(lsc_store *store, const char *organization, unsigned number)
{
    lsc_lead *lead = make_lead(number, NULL);
    ck_ok(lsc_store_put_lead(store, organization, lead, error));
    lsc_lead_free(lead);
}

void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text, 1, strlen(text), file), strlen(text));
    fclose(file);
}

char *read_text(const char *path, size_t *length)
{
    struct stat about;
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL && fstat(fileno(file), &about) == 0, "%s", path);
    const size_t most = (size_t)about.st_size;
    char *text = malloc(most + 1);
    *length = fread(text, 1, most, file);
    text[*length] = '\0';
    fclose(file);
    return text;
}

static bool file_holds(const char *name, const char *words)
{
    size_t n;
    size_t length = strlen(words);
    bool found = false;
    if (access(name, F_OK) != 0) {
        return false;
    }
    char *text = read_text(name, &n);
    for (size_t i = 0; i + length <= n && !found; i++) {
        found = memcmp(text + i, words, length) == 0;
    }
    free(text);
    return found;
}

bool store_holds(const char *path, const char *words)
{
    bool found = false;
    for (size_t i = 0; i < sizeof store_ends / sizeof store_ends[0]; i++) {
        char name[4300];
        snprintf(name, sizeof name, "%s%s", path, store_ends[i]);
        found = found || file_holds(name, words);
    }
    return found;
}

int64_t read_number(const char *path, const char *sql)
{
    sqlite3 *connection;
    sqlite3_stmt *statement;
    ck_assert_int_eq(sqlite3_open(path, &connection), SQLITE_OK);
    ck_assert_int_eq(sqlite3_prepare_v2(connection, sql, -1, &statement, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(connection);
    return number;
}

void run_sql(const char *path, const char *sql)
{
    sqlite3 *connection;
    ck_assert_int_eq(sqlite3_open(path, &connection), SQLITE_OK);
    char *message = NULL;
    int code = sqlite3_exec(connection, sql, NULL, NULL, &message);
    ck_assert_msg(code == SQLITE_OK, "%s: %s", sql, message);
    sqlite3_close(connection);
}

static test_bundle bundle_of(bool trees)
{
    if (!trees) {
        return scorecard_bundle();
    }
    test_bundle bundle = {.engine = "gbdt"};
    bundle.bytes = read_text(LSC_GOLDEN "/gbdt.lsm", &bundle.length);
    return bundle;
}

lsc_scorer *make_scorer(bool trees)
{
    test_bundle bundle = bundle_of(trees);
    lsc_model *model = load_bundle(&bundle, NULL);
    lsc_scorer *scorer;
    ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
    lsc_model_unref(model);
    free(bundle.bytes);
    return scorer;
}

void add_model(lsc_store *store, const char *organization, bool trees, char sha256[65])
{
    test_bundle bundle = bundle_of(trees);
    ck_ok(
        lsc_store_add_model(store, organization, bundle.bytes, bundle.length, NULL, sha256, error));
    ck_ok(lsc_store_activate_model(store, organization, sha256, true, error));
    free(bundle.bytes);
}

void hash_of(lsc_scorer *scorer, lsc_lead *lead, int64_t as_of_ms, char sha256[65])
{
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    ck_ok(lsc_explain_lead(scorer, lead, as_of_ms, &explanation, error));
    memcpy(sha256, explanation.receipt.input_sha256, 65);
}

lsc_store_counts counts_of(lsc_store *store, const char *organization)
{
    lsc_store_counts counts = LSC_STORE_COUNTS_INIT;
    ck_ok(lsc_store_count(store, organization, &counts, error));
    return counts;
}

size_t n_stale(lsc_store *store, int64_t as_of_ms, const char *only)
{
    const lsc_stale_lead *leads;
    size_t n;
    ck_ok(lsc_store_list_stale(store, ACME, as_of_ms, 0, &leads, &n, error));
    ck_assert(n != 1 || only == NULL || strcmp(leads[0].id, only) == 0);
    return n;
}
