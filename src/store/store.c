#include "store_data.h"

#include <string.h>

#include "core/ed25519.h"
#include "core/options.h"
#include "core/text.h"
#include "store/migrations.h"
#include "store/vault.h"

#define DEFAULT_BUSY_MS 5000

/* What each connection asks for; what is replaced or deleted is overwritten. */
#define ALWAYS "PRAGMA cell_size_check = ON; PRAGMA secure_delete = ON; "

/* The first version that has keys. */
#define VERSION_OF_KEYS 2

void lsc_store_options_init(lsc_store_options *options, size_t size)
{
    const lsc_store_options defaults = LSC_STORE_OPTIONS_INIT;
    lsc_options_init(options, size, &defaults, sizeof defaults);
}

lsc_status lsc_store_read_options(const lsc_store_options *given, lsc_store_options *options,
                                  lsc_error *error)
{
    *options = (lsc_store_options)LSC_STORE_OPTIONS_INIT;
    if (given != NULL) {
        lsc_status status = lsc_options_read("lsc_store_options", options, sizeof *options, given,
                                             LSC_SIZE_UP_TO(lsc_store_options, make_leads), error);
        if (status != LSC_OK) {
            return status;
        }
    }
    if (options->create && options->read_only) {
        return lsc_fail(error, LSC_INVALID_ARG,
                        "options.create and options.read_only are both set");
    }
    if (options->durability < LSC_DURABLE_FULL || options->durability > LSC_DURABLE_OFF) {
        return lsc_fail(error, LSC_INVALID_ARG, "options.durability is %d, must be 0 to 2",
                        (int)options->durability);
    }
    return lsc_allocator_resolve(&options->allocator, &options->allocator, error);
}

static lsc_status set_up(lsc_database *database, const lsc_store_options *options, lsc_error *error)
{
    static const char *const settings[] = {
        ALWAYS "PRAGMA synchronous = FULL",
        ALWAYS "PRAGMA synchronous = NORMAL",
        ALWAYS "PRAGMA synchronous = OFF",
    };
    return lsc_database_run(database, settings[options->durability], error);
}

/* Whether a store that is new, or older than the library, may be brought up to date. */
static lsc_status check_version(const lsc_database *database, const lsc_store_options *options,
                                const char *path, int version, lsc_error *error)
{
    const char *name = lsc_database_name(database);
    if (version == 0 && path != NULL && !options->create) {
        return lsc_fail(error, LSC_BAD_STORE, "%s: is empty, and was to be a store", name);
    }
    if (version < LSC_STORE_VERSION && options->read_only) {
        return lsc_fail(
            error, LSC_UNSUPPORTED,
            "%s: is of version %d: open it to write once, which brings it to version %d", name,
            version, LSC_STORE_VERSION);
    }
    return LSC_OK;
}

/* A copy made by other means, or a restoring that was cut short, may have left another journal. */
static lsc_status bring_up_to_date(lsc_database *database, const char *path, int version,
                                   lsc_error *error)
{
    lsc_status status =
        path == NULL ? LSC_OK : lsc_database_run(database, "PRAGMA journal_mode = WAL", error);
    return status == LSC_OK && version < LSC_STORE_VERSION
               ? lsc_migrate(database, lsc_store_steps, LSC_STORE_VERSION, error)
               : status;
}

/* Give a store its keys where nothing stands in it yet. */
static lsc_status make_keys(lsc_store *store, const lsc_known_key *key, lsc_error *error)
{
    static const char used[] = "SELECT (SELECT count(*) FROM store_keys) + EXISTS"
                               " (SELECT 1 FROM organizations)";
    int64_t n = 0;
    lsc_status status = lsc_database_number(store->database, used, &n, error);
    if (status != LSC_OK || n > 0) {
        return status;
    }
    status = lsc_change_begin(store->database, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_database_number(store->database, used, &n, error);
    if (status == LSC_OK && n == 0) {
        status = lsc_vault_create(store, key, false, error);
    }
    return lsc_change_end(store->database, status, error);
}

/* See that the key is the store's before anything is changed; one that is to be made has none yet. */
static lsc_status open_keys(lsc_store *store, const lsc_store_options *options,
                            const lsc_known_key *key, int version, lsc_error *error)
{
    lsc_status status = LSC_OK;
    if (version > 0 && version < VERSION_OF_KEYS && key != NULL) {
        return lsc_fail(error, LSC_BAD_KEY, "%s: a key was given, and it is not encrypted",
                        lsc_database_name(store->database));
    }
    if (version < VERSION_OF_KEYS) {
        return LSC_OK;
    }
    if (key != NULL && options->create) {
        status = make_keys(store, key, error);
    }
    return status == LSC_OK ? lsc_vault_open(store, key, error) : status;
}

static lsc_status open_database(lsc_store *store, const char *path,
                                const lsc_store_options *options, const lsc_known_key *key,
                                lsc_error *error)
{
    lsc_database_access access = options->create      ? LSC_ACCESS_CREATE
                                 : options->read_only ? LSC_ACCESS_READ
                                                      : LSC_ACCESS_WRITE;
    int busy_ms = options->busy_ms == 0 ? DEFAULT_BUSY_MS : options->busy_ms;
    int version = 0;
    lsc_status status =
        lsc_database_open(path, access, busy_ms, &store->allocator, &store->database, error);
    if (status == LSC_OK) {
        status = lsc_store_recognize(store->database, &version, error);
    }
    if (status == LSC_OK) {
        status = set_up(store->database, options, error);
    }
    if (status == LSC_OK) {
        status = check_version(store->database, options, path, version, error);
    }
    if (status == LSC_OK && !store->locked) {
        status = open_keys(store, options, key, version, error);
    }
    if (status == LSC_OK && !options->read_only) {
        status = bring_up_to_date(store->database, path, version, error);
    }
    if (status == LSC_OK && version == 0 && key != NULL) {
        status = make_keys(store, key, error);
        if (status == LSC_OK) {
            status = lsc_vault_open(store, key, error);
        }
    }
    return status;
}

/* With the key that is given, of which no copy stays here. */
static lsc_status open_with_key(lsc_store *store, const char *path,
                                const lsc_store_options *options, lsc_error *error)
{
    lsc_known_key key;
    if (options->key == NULL) {
        return open_database(store, path, options, NULL, error);
    }
    lsc_status status = lsc_store_read_key(options->key, &key, error);
    if (status == LSC_OK) {
        status = open_database(store, path, options, &key, error);
    }
    lsc_cleanse(&key, sizeof key);
    return status;
}

static lsc_status open_as(const char *path, const lsc_store_options *options, bool locked,
                          lsc_store **store, lsc_error *error)
{
    if (store == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store is NULL");
    }
    *store = NULL;
    lsc_store_options known;
    lsc_status status = lsc_store_read_options(options, &known, error);
    if (status == LSC_OK && path != NULL) {
        status = lsc_store_check_path("path", path, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_store *made = lsc_alloc_array(&known.allocator, 1, sizeof *made);
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    made->allocator = known.allocator;
    made->make_leads = known.make_leads;
    made->locked = locked;
    made->read_only = known.read_only;
    lsc_arena_init(&made->pages[0], &made->allocator);
    lsc_arena_init(&made->pages[1], &made->allocator);
    made->page = &made->pages[0];
    lsc_buffer_init(&made->text, &made->allocator);
    lsc_buffer_init(&made->audited, &made->allocator);
    status = open_with_key(made, path, &known, error);
    if (status == LSC_OK && known.actor != NULL) {
        status = lsc_store_set_actor(made, known.actor, error);
    }
    if (status != LSC_OK) {
        lsc_store_close(made);
        return status;
    }
    *store = made;
    return LSC_OK;
}

lsc_status lsc_store_open(const char *path, const lsc_store_options *options, lsc_store **store,
                          lsc_error *error)
{
    return open_as(path, options, false, store, error);
}

lsc_status lsc_store_open_locked(const char *path, const lsc_store_options *options,
                                 lsc_store **store, lsc_error *error)
{
    return open_as(path, options, true, store, error);
}

lsc_status lsc_store_open_reader(const lsc_store *store, lsc_store **reader, lsc_error *error)
{
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    lsc_store_key key = LSC_STORE_KEY_INIT;
    options.allocator = store->allocator;
    options.read_only = true;
    if (store->vault != NULL) {
        key.id = store->vault->master.id;
        memcpy(key.bytes, store->vault->master.bytes, sizeof key.bytes);
        options.key = &key;
    }
    lsc_status status = lsc_store_open(lsc_database_path(store->database), &options, reader, error);
    lsc_cleanse(&key, sizeof key);
    return status;
}

void lsc_store_close(lsc_store *store)
{
    if (store == NULL) {
        return;
    }
    if (store->free_companion != NULL) {
        store->free_companion(store->companion);
    }
    lsc_vault_free(store->vault);
    lsc_database_close(store->database);
    lsc_buffer_free(&store->text);
    lsc_buffer_free(&store->audited);
    lsc_arena_free(&store->pages[0]);
    lsc_arena_free(&store->pages[1]);
    lsc_allocator allocator = store->allocator;
    lsc_release(&allocator, store);
}

lsc_status lsc_store_begin(lsc_store *store, lsc_error *error)
{
    if (store == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store is NULL");
    }
    if (lsc_change_depth(store->database) > 0) {
        return lsc_fail(error, LSC_INVALID_ARG, "a transaction has begun already");
    }
    return lsc_change_begin(store->database, error);
}

lsc_status lsc_store_commit(lsc_store *store, lsc_error *error)
{
    if (store == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store is NULL");
    }
    if (lsc_change_depth(store->database) == 0) {
        return lsc_fail(error, LSC_INVALID_ARG, "no transaction has begun");
    }
    return lsc_change_end(store->database, LSC_OK, error);
}

void lsc_store_rollback(lsc_store *store)
{
    if (store != NULL) {
        lsc_change_undo_all(store->database);
    }
}

lsc_status lsc_store_check_text(const char *what, const char *text, size_t most, lsc_error *error)
{
    if (text == NULL || text[0] == '\0') {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is %s", what, text == NULL ? "NULL" : "empty");
    }
    size_t length = strlen(text);
    if (length > most) {
        return lsc_fail(error, LSC_LIMIT, "%s has %zu bytes, at most %zu are taken", what, length,
                        most);
    }
    if (lsc_utf8_check(text, length) != length) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is not UTF-8", what);
    }
    return LSC_OK;
}

lsc_status lsc_store_check_id(const char *what, const char *id, lsc_error *error)
{
    return lsc_store_check_text(what, id, LSC_MAX_STORE_ID, error);
}

lsc_status lsc_store_check_path(const char *what, const char *path, lsc_error *error)
{
    return path != NULL && path[0] != '\0' ? LSC_OK
                                           : lsc_fail(error, LSC_INVALID_ARG, "%s is %s", what,
                                                      path == NULL ? "NULL" : "empty");
}

lsc_status lsc_store_check_limit(size_t limit, size_t *rows, lsc_error *error)
{
    if (limit > LSC_MAX_PAGE) {
        return lsc_fail(error, LSC_LIMIT, "limit is %zu, must be at most %d", limit, LSC_MAX_PAGE);
    }
    *rows = limit == 0 ? LSC_PAGE : limit;
    return LSC_OK;
}

void lsc_store_turn_page(lsc_store *store)
{
    store->page = store->page == &store->pages[0] ? &store->pages[1] : &store->pages[0];
    lsc_arena_clear(store->page);
}

bool lsc_store_keep_text(lsc_store *store, lsc_query *query, int column, const char **text)
{
    size_t length;
    const char *found = lsc_query_text(query, column, &length);
    *text = found == NULL ? NULL : lsc_arena_copy(store->page, found, length);
    return found == NULL || *text != NULL;
}

bool lsc_store_need_text(lsc_store *store, lsc_query *query, int column, const char **text)
{
    if (!lsc_store_keep_text(store, query, column, text)) {
        return false;
    }
    if (*text == NULL) {
        lsc_query_lacks(query);
    }
    return *text != NULL;
}
