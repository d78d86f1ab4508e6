/**
 * @file store_file.h
 * A store's file: opened, closed, changed in transactions, looked over and counted. store.h says what
 * holds for every call.
 */
#ifndef LEADSCORE_STORE_FILE_H
#define LEADSCORE_STORE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "allocator.h"
#include "status.h"

LSC_BEGIN_DECLS

/** Bytes of the id of an organization or of a lead in a store. One past is LSC_LIMIT. */
#define LSC_MAX_STORE_ID 1024
/** Most rows that a list gives at a time. One past is LSC_LIMIT. */
#define LSC_MAX_PAGE 10000
/** Rows of a page where a limit of 0 is given. */
#define LSC_PAGE 100
/** Most models of an organization. One past is LSC_LIMIT. */
#define LSC_MAX_MODELS 1000

/** Bytes of a key. */
#define LSC_STORE_KEY_SIZE 32
/** Bytes of the id of a key. One past is LSC_LIMIT. */
#define LSC_MAX_KEY_ID 64

typedef struct lsc_store lsc_store;

/**
 * A secret key of the caller's, for AES-256 and what else follows from it: random bytes, which the
 * caller keeps and cleanses. Start from LSC_STORE_KEY_INIT.
 */
typedef struct lsc_store_key {
    size_t size;    /**< sizeof(lsc_store_key) */
    const char *id; /**< UTF-8 that names the key beside what it encrypts; NULL: 32 hex digits that
                         follow from the key, and say nothing of it */
    uint8_t bytes[LSC_STORE_KEY_SIZE];
} lsc_store_key;

/* clang-format off */
#define LSC_STORE_KEY_INIT {sizeof(lsc_store_key), NULL, {0}}
/* clang-format on */

/** As lsc_activity_init(), with LSC_STORE_KEY_INIT. @since 0.1 */
LSC_API void lsc_store_key_init(lsc_store_key *key, size_t size);

/** What outlives a loss of power. The end of a process, also by a signal, loses nothing in either. */
typedef enum lsc_durability {
    LSC_DURABLE_FULL = 0,   /**< every acknowledged change: the disk is waited for at each */
    LSC_DURABLE_NORMAL = 1, /**< the store stays whole, the last changes may be gone; quicker */
    LSC_DURABLE_OFF = 2     /**< the store may be damaged: for tests and what can be made again */
} lsc_durability;

/** Who acts on a store, for its audit trail. Start from LSC_STORE_ACTOR_INIT. */
typedef struct lsc_store_actor {
    size_t size; /**< sizeof(lsc_store_actor) */
    /** Says nothing of the person but who it is, to who may know; NULL: not said. */
    const char *uuid;
    /**
     * What time it is; the library reads no clock. For what is no time, LSC_TIME_NONE among it, the
     * call that asks does nothing and returns LSC_INVALID_ARG.
     */
    int64_t (*now_ms)(void *ctx);
    void *ctx;
} lsc_store_actor;

/* clang-format off */
#define LSC_STORE_ACTOR_INIT {sizeof(lsc_store_actor), NULL, NULL, NULL}
/* clang-format on */

/** As lsc_activity_init(), with LSC_STORE_ACTOR_INIT. @since 0.1 */
LSC_API void lsc_store_actor_init(lsc_store_actor *actor, size_t size);

/** How a store is opened. Start from LSC_STORE_OPTIONS_INIT. */
typedef struct lsc_store_options {
    size_t size; /**< sizeof(lsc_store_options) */
    lsc_allocator allocator;
    bool create;    /**< make the file where there is none; one in memory is always made */
    bool read_only; /**< change nothing; not with `create` */
    lsc_durability durability;
    int busy_ms; /**< wait so long for another connection's change; 0: 5000; negative: not at all */
    bool make_leads; /**< activities and outcomes of a lead that is not there make it, of its id
                          alone; else they are LSC_NOT_FOUND */
    const lsc_store_key *key;     /**< of an encrypted store, or of one to be made; NULL: it is not
                                   encrypted. The store keeps a copy until it is closed */
    const lsc_store_actor *actor; /**< as for lsc_store_set_actor(); NULL: nobody yet */
} lsc_store_options;

/* clang-format off */
#define LSC_STORE_OPTIONS_INIT \
    {sizeof(lsc_store_options), {NULL, NULL, NULL, NULL}, false, false, LSC_DURABLE_FULL, 0, false, \
     NULL, NULL}
/* clang-format on */

/** As lsc_activity_init(), with LSC_STORE_OPTIONS_INIT. @since 0.1 */
LSC_API void lsc_store_options_init(lsc_store_options *options, size_t size);

/**
 * Open a store. One of an older version is brought to that of this library, unless it is opened to
 * read.
 *
 * @param path     NULL: a store in memory, empty, gone when it is closed
 * @param options  may be NULL
 * @param store    set to what lsc_store_close() closes; NULL on error
 * @return LSC_OK; LSC_NOT_FOUND; LSC_IO, also for a directory, and for a file that may only be read
 *         where `read_only` is not set; LSC_BAD_STORE for a file that is no store, damaged or
 *         another program's; LSC_UNSUPPORTED for a store of a newer version, or an older one that is
 *         opened to read; LSC_BAD_KEY where the key is not that of the store, or one of both has
 *         none; LSC_BUSY; LSC_NO_MEMORY; LSC_INVALID_ARG. All name the file. A file that is
 *         refused is left as it was.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_open(const char *path, const lsc_store_options *options,
                                  lsc_store **store, lsc_error *error);

/** Close. What was begun and not committed is undone. NULL is allowed. @since 0.1 */
LSC_API void lsc_store_close(lsc_store *store);

/**
 * Begin a transaction: the changes until lsc_store_commit() come into the file together, and quicker
 * than one by one. A call that fails in between undoes itself alone. Other connections wait to
 * write until the end, and see nothing before it.
 *
 * @return LSC_OK; LSC_INVALID_ARG when one has begun already; LSC_BUSY.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_begin(lsc_store *store, lsc_error *error);

/**
 * End a transaction and keep its changes.
 * @return LSC_OK: they are in the file; otherwise nothing of them is, and the transaction is over;
 *         LSC_INVALID_ARG when none had begun.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_commit(lsc_store *store, lsc_error *error);

/** End a transaction and undo its changes; nothing where none has begun. @since 0.1 */
LSC_API void lsc_store_rollback(lsc_store *store);

/**
 * Look over the whole file: its pages, its tables, what refers to what. Reads all of it.
 * @return LSC_OK, or LSC_BAD_STORE with the first thing that is wrong.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_check(lsc_store *store, lsc_error *error);

/** How much a store holds. */
typedef struct lsc_store_counts {
    size_t size; /**< sizeof(lsc_store_counts), set by the caller */
    int64_t organizations;
    int64_t leads;
    int64_t activities;
    int64_t outcomes;
    int64_t models;
    int64_t scores;
    int64_t bytes; /**< of the store as a whole, what waits in its log not counted */
} lsc_store_counts;

/* clang-format off */
#define LSC_STORE_COUNTS_INIT {sizeof(lsc_store_counts), 0, 0, 0, 0, 0, 0, 0}
/* clang-format on */

/** As lsc_activity_init(), with LSC_STORE_COUNTS_INIT. @since 0.1 */
LSC_API void lsc_store_counts_init(lsc_store_counts *counts, size_t size);

/**
 * Count. Takes time in proportion to what is there.
 *
 * @param organization  NULL: all of them
 * @param counts        filled; untouched on error
 * @return LSC_OK; LSC_NOT_FOUND for an organization that is not there.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_count(lsc_store *store, const char *organization,
                                   lsc_store_counts *counts, lsc_error *error);

LSC_END_DECLS

#endif
