/**
 * @file store_data.h
 * The insides of a store, for the files of src/store and src/pipeline.
 */
#ifndef LSC_STORE_STORE_DATA_H
#define LSC_STORE_STORE_DATA_H

#include <leadscore/store.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "store/database.h"

typedef struct lsc_vault lsc_vault;

/** The lead that was found or read last, by whose UUID its rows are sealed. */
typedef struct lsc_subject {
    int64_t key;
    int64_t organization_key;
    char uuid[LSC_UUID_SIZE];
} lsc_subject;

struct lsc_store {
    lsc_allocator allocator;
    lsc_database *database;
    lsc_arena
        pages[2];    /**< what the last call gave, and the one before: its ids may be given to it */
    lsc_arena *page; /**< the one of the last call */
    lsc_buffer text; /**< JSON under way, or given by the last call */
    bool make_leads;
    bool locked;            /**< opened by lsc_store_open_locked() */
    lsc_vault *vault;       /**< NULL: the store is not encrypted */
    uint64_t vault_checked; /**< the change in which its keys were compared with the store's */
    lsc_subject subject;
    bool read_only;
    char actor[LSC_UUID_SIZE];    /**< who acts; "" where that is not said */
    int64_t (*now_ms)(void *ctx); /**< NULL: nobody was said to act */
    void *now_ctx;
    lsc_buffer audited; /**< the row of the audit trail under way */
    void *companion;    /**< of the pipeline; made when it is needed */
    void (*free_companion)(void *companion);
};

/** The options as they count: with their defaults, checked. NULL is allowed. */
lsc_status lsc_store_read_options(const lsc_store_options *given, lsc_store_options *options,
                                  lsc_error *error);

/**
 * Open the file of a store once more, to read: for another thread. The allocator is the store's.
 * @param reader  closed by lsc_store_close(); NULL on error
 */
lsc_status lsc_store_open_reader(const lsc_store *store, lsc_store **reader, lsc_error *error);

/** As lsc_store_open(), of a store whose key is not known: what is sealed in it cannot be read. */
lsc_status lsc_store_open_locked(const char *path, const lsc_store_options *options,
                                 lsc_store **store, lsc_error *error);

/** LSC_OK; LSC_INVALID_ARG for NULL, "" and what is not UTF-8, LSC_LIMIT past `most` bytes, naming `what`. */
lsc_status lsc_store_check_text(const char *what, const char *text, size_t most, lsc_error *error);

/** The same of an id. */
lsc_status lsc_store_check_id(const char *what, const char *id, lsc_error *error);

/** LSC_OK; LSC_INVALID_ARG naming `what` where a path is NULL or empty. */
lsc_status lsc_store_check_path(const char *what, const char *path, lsc_error *error);

/** What a list's limit comes to. LSC_OK, or LSC_LIMIT past LSC_MAX_PAGE. */
lsc_status lsc_store_check_limit(size_t limit, size_t *rows, lsc_error *error);

/** The key of an organization. LSC_OK; LSC_NOT_FOUND; what lsc_store_check_id() returns. */
lsc_status lsc_organization_find(lsc_store *store, const char *organization, int64_t *key,
                                 lsc_error *error);

/** Begin what a call gives. What the call before it gave stays until the next. */
void lsc_store_turn_page(lsc_store *store);

/**
 * A column's text in the page of the store; NULL for NULL.
 * @return false when memory ran out.
 */
bool lsc_store_keep_text(lsc_store *store, lsc_query *query, int column, const char **text);

/** As lsc_store_keep_text(), of a column that is never NULL. lsc_query_fail_row() says why not. */
bool lsc_store_need_text(lsc_store *store, lsc_query *query, int column, const char **text);

#endif
