/**
 * @file store.h
 * Local state in one SQLite file: organizations, leads, activities, outcomes, models and scores. In
 * libleadscore-store, which adds SQLite.
 *
 * A store is one connection to its file, used by one thread at a time; threads and processes open
 * one each. Every call about leads, models or scores names the organization by the id it was added
 * with, and sees nothing of any other.
 *
 * A call that changes something is done whole or not at all. Once it has returned LSC_OK outside of
 * lsc_store_begin(), the change is in the file, as lsc_store_options.durability says.
 *
 * What a list gives belongs to the store and is valid until the next list; any other text that a call
 * gives, until the next call. lsc_store_erase_lead() that gives models, and lsc_store_rekey(), count as
 * lists.
 *
 * What any call may return, beside what it lists: LSC_BUSY when another connection was writing for
 * longer than the store waits; LSC_IO when the file cannot be read or written, the disk is full, or
 * the store was opened to read; LSC_BAD_STORE when the file is damaged; LSC_NO_MEMORY;
 * LSC_INVALID_ARG for a NULL, an empty id or one that is not UTF-8, LSC_LIMIT for a longer one.
 * SQLite's own memory does not come from the store's allocator.
 */
#ifndef LEADSCORE_STORE_H
#define LEADSCORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "allocator.h"
#include "clock.h"
#include "explain.h"
#include "lead.h"
#include "model.h"
#include "score.h"
#include "source.h"
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
    const char
        *uuid; /**< says nothing of the person but who it is, to who may know; NULL: not said */
    int64_t (*now_ms)(void *ctx); /**< what time it is; the library reads no clock */
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

/* Backup. */

/** Bytes of the largest store that an encrypted backup holds. One past is LSC_LIMIT. */
#define LSC_MAX_SEALED_BACKUP UINT64_C(68719476704)

/** How a store is backed up. Start from LSC_BACKUP_INIT. */
typedef struct lsc_backup {
    size_t size;              /**< sizeof(lsc_backup) */
    const lsc_store_key *key; /**< encrypt it with a key that follows from this; NULL: a plain copy,
                                   which is a store itself */
    bool (*progress)(void *ctx, uint64_t n_bytes,
                     uint64_t n_all); /**< told now and then of how much
                                    of the work is done; false: stop with LSC_CANCELLED. May be NULL */
    void *progress_ctx;
} lsc_backup;

/* clang-format off */
#define LSC_BACKUP_INIT {sizeof(lsc_backup), NULL, NULL, NULL}
/* clang-format on */

/** As lsc_activity_init(), with LSC_BACKUP_INIT. @since 0.1 */
LSC_API void lsc_backup_init(lsc_backup *backup, size_t size);

/**
 * Write a copy of the store to a file, as the store is when this begins. Other connections read and
 * write meanwhile; what they write waits in the store's log until the copy is made.
 *
 * The copy comes into its place whole, in place of what stood there, when the disk has it; whatever
 * stops this leaves the old file or none. Its rights are the owner's alone. Encrypting needs room
 * for a second copy beside the store, in a file without a name.
 *
 * @param backup  may be NULL
 * @return LSC_OK; LSC_NOT_FOUND or LSC_IO naming the file; LSC_CONFLICT where it is a store that is
 *         in use; LSC_LIMIT; LSC_BAD_KEY; LSC_CANCELLED; LSC_INVALID_ARG within lsc_store_begin(),
 *         or where it is the store itself.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_backup(lsc_store *store, const char *path, const lsc_backup *backup,
                                    lsc_error *error);

/** How a store is restored. Start from LSC_RESTORE_INIT. */
typedef struct lsc_restore {
    size_t size; /**< sizeof(lsc_restore) */
    lsc_allocator allocator;
    const lsc_store_key *key; /**< that the backup was encrypted with: a plain one, which anyone can
                                   have made, is then refused. NULL: it has to be plain */
    bool replace;             /**< put it in place of a store that stands there */
    bool (*progress)(void *ctx, uint64_t n_bytes, uint64_t n_all); /**< as that of lsc_backup */
    void *progress_ctx;
} lsc_restore;

/* clang-format off */
#define LSC_RESTORE_INIT \
    {sizeof(lsc_restore), {NULL, NULL, NULL, NULL}, NULL, false, NULL, NULL}
/* clang-format on */

/** As lsc_activity_init(), with LSC_RESTORE_INIT. @since 0.1 */
LSC_API void lsc_restore_init(lsc_restore *restore, size_t size);

/**
 * Make a store of a backup. It is copied beside its place, and comes there when it was decrypted
 * and found unchanged, brought to the version of this library, and looked over as
 * lsc_store_check() does. Nobody may have the store open that it replaces.
 *
 * @param backup   path of the backup, which is left as it is
 * @param path     of the store
 * @param restore  may be NULL
 * @return LSC_OK; LSC_NOT_FOUND or LSC_IO naming the file; LSC_CONFLICT where something stands at
 *         `path` and is not to be replaced, or the backup is a store in use; LSC_BUSY where another
 *         connection has the old store open; LSC_BAD_KEY where the backup is not encrypted with this
 *         key, or with any; LSC_BAD_STORE where it was changed, is cut short or is none;
 *         LSC_UNSUPPORTED for one of a newer version; LSC_CANCELLED. What stood at `path` then
 *         stands.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_restore(const char *backup, const char *path,
                                     const lsc_restore *restore, lsc_error *error);

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

/* Privacy: keys. docs/store.md says what is encrypted. */

/**
 * Encrypt a store with another key, or one that is not encrypted with its first. From the moment it has
 * begun the store opens with the new key alone; what it holds is encrypted anew in transactions of some
 * thousand rows, while others read and write. It ends with lsc_store_purge().
 *
 * When it is stopped, by an error or the end of the process, the store works, under the new key; called
 * again with NULL it goes on where it was. A connection that others opened with the old key then
 * reads on for what it has, and writes no more: LSC_BAD_KEY.
 *
 * @param key  the new one, which may be the one it has: then only the keys that follow from it are made
 *             anew. NULL: go on with what was begun; nothing where nothing was
 * @return LSC_OK; LSC_BUSY also when all is encrypted and others read too long for the purge; LSC_BAD_KEY;
 *         LSC_INVALID_ARG within lsc_store_begin(), and for NULL where the store is not encrypted.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_rekey(lsc_store *store, const lsc_store_key *key, lsc_error *error);

/**
 * Where what was erased, or encrypted in place, may have left bytes in unused parts of the file or in its
 * log, write the file anew without them and empty the log. Takes time and room in proportion to the
 * file. Nothing is done where nothing is due.
 *
 * @return LSC_OK; LSC_BUSY while another connection reads or writes: it stays due; LSC_INVALID_ARG
 *         within lsc_store_begin().
 * @since 0.1
 */
LSC_API lsc_status lsc_store_purge(lsc_store *store, lsc_error *error);

/* Privacy: erasure. */

/**
 * Erase a lead: delete it with its activities, outcomes, consents and scores, then lsc_store_purge(), so
 * that no byte of them is left in the file or its log. Takes time and room in proportion to the file.
 * Rows of the audit trail keep its UUID. Copies elsewhere, backups among them, are the caller's to see to.
 *
 * @param models  set to an array [n] of the ids (SHA-256, hex) of models that were trained from it, as
 *                lsc_store_note_training() said; may be NULL
 * @param n       may be NULL
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or lead; LSC_BUSY when it is deleted, and
 *         others read or write too long for the purge: lsc_store_purge() ends it; LSC_IO likewise;
 *         LSC_INVALID_ARG within lsc_store_begin().
 * @since 0.1
 */
LSC_API lsc_status lsc_store_erase_lead(lsc_store *store, const char *organization, const char *id,
                                        const char *const **models, size_t *n, lsc_error *error);

/**
 * Note which leads a model was trained from, for lsc_store_erase_lead(). The model need not be in the store.
 *
 * @param sha256    of its bundle, hex
 * @param lead_ids  [n_leads]; those that are not there any more are passed over
 * @return LSC_OK, also for what was noted before; LSC_NOT_FOUND for an unknown organization;
 *         LSC_INVALID_ARG for what is no hash.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_note_training(lsc_store *store, const char *organization,
                                           const char *sha256, const char *const *lead_ids,
                                           size_t n_leads, lsc_error *error);

/* Privacy: the audit trail. docs/store.md says what is noted. */

/**
 * Say who acts from now on.
 * @return LSC_OK; LSC_INVALID_ARG for an actor without a clock, or whose `uuid` is none.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_set_actor(lsc_store *store, const lsc_store_actor *actor,
                                       lsc_error *error);

/**
 * From now on note what is done with personal data, or no more; for all connections, and noted itself. In
 * an audited store a call that reads or changes personal data returns LSC_INVALID_ARG before
 * somebody was said to act, and LSC_IO when it was opened to read.
 *
 * @return LSC_OK; LSC_INVALID_ARG before lsc_store_set_actor().
 * @since 0.1
 */
LSC_API lsc_status lsc_store_set_audited(lsc_store *store, bool audited, lsc_error *error);

/**
 * The head of the audit trail: the code of its last row, which follows from all rows. Kept outside of the
 * store it is an anchor.
 *
 * @param n_rows  set to how many rows there are
 * @param head    filled with 64 hex digits; zeros where there is no row
 * @since 0.1
 */
LSC_API lsc_status lsc_store_audit_head(lsc_store *store, int64_t *n_rows, char head[65],
                                        lsc_error *error);

/**
 * See that no row of the audit trail was changed or taken away. Reads all of it.
 *
 * @param anchor  what lsc_store_audit_head() once gave: rows up to it must be there; NULL: rows that were cut
 *                off at the end are not missed
 * @param n_rows  set to how many rows there are; may be NULL; untouched on error
 * @return LSC_OK; LSC_BAD_STORE naming the first row that is not right.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_verify(lsc_store *store, const char *anchor, int64_t *n_rows,
                                    lsc_error *error);

/* Organizations. */

/**
 * Add an organization, or change the name of one.
 *
 * @param organization  the caller's id of it
 * @param name          for people; NULL: none, and that of one that is there stays
 * @return LSC_OK, also when it is there already.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_add_organization(lsc_store *store, const char *organization,
                                              const char *name, lsc_error *error);

/** An organization as lists give it. */
typedef struct lsc_stored_organization {
    const char *id;
    const char *uuid; /**< made by the store; it never changes */
    const char *name; /**< NULL: none */
} lsc_stored_organization;

/**
 * List organizations in the order of their ids, by bytes.
 *
 * @param after          begin after this id: the last one of the page before; NULL: at the first
 * @param limit          most rows; 0: LSC_PAGE. A shorter page is the last
 * @param organizations  set to an array [n]
 * @since 0.1
 */
LSC_API lsc_status lsc_store_list_organizations(lsc_store *store, const char *after, size_t limit,
                                                const lsc_stored_organization **organizations,
                                                size_t *n, lsc_error *error);

/* Leads. */

/**
 * Put a lead in place of the one with its id, or add it. The activities of `lead` are added to those
 * that are there, as lsc_store_add_activities() does; none is taken away. What scoring reads of
 * the lead is the same to the bit when it comes back from the store.
 *
 * An organization holds an e-mail address once, letter case apart.
 *
 * @param lead  with an id; its timeline may be sorted
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization; LSC_CONFLICT when the e-mail is that of
 *         another lead of the organization; LSC_INVALID_ARG for a lead without id.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_put_lead(lsc_store *store, const char *organization, lsc_lead *lead,
                                      lsc_error *error);

/**
 * As lsc_store_put_lead(), from JSON.
 * @return also what lsc_lead_parse_json() returns, and LSC_BAD_LEAD for a lead without id.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_put_lead_json(lsc_store *store, const char *organization,
                                           const char *json, size_t length, lsc_error *error);

/**
 * Fill a lead with what the store holds of it, activities included: ready to be scored as of any time.
 *
 * @param lead  cleared and filled; empty on error
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or lead.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_get_lead(lsc_store *store, const char *organization, const char *id,
                                      lsc_lead *lead, lsc_error *error);

/**
 * The properties of a lead as one JSON object, "id" first, then by name: flat, with dotted names. A
 * value that was given as a time is one of RFC 3339.
 *
 * @param json  NUL-terminated; untouched on error
 * @return as lsc_store_get_lead().
 * @since 0.1
 */
LSC_API lsc_status lsc_store_lead_json(lsc_store *store, const char *organization, const char *id,
                                       const char **json, size_t *length, lsc_error *error);

/** Which leads are listed. Start from LSC_LEAD_QUERY_INIT. Texts are compared as they are. */
typedef struct lsc_lead_query {
    size_t size; /**< sizeof(lsc_lead_query) */
    const char
        *after;   /**< begin after this id: the last one of the page before; NULL: at the first */
    size_t limit; /**< most rows; 0: LSC_PAGE. A shorter page is the last */
    const char *email;  /**< only the lead of this address, letter case apart; NULL: any */
    const char *status; /**< only leads with this property "status"; NULL: any */
    const char *source; /**< only leads with this property "source"; NULL: any */
} lsc_lead_query;

/* clang-format off */
#define LSC_LEAD_QUERY_INIT {sizeof(lsc_lead_query), NULL, 0, NULL, NULL, NULL}
/* clang-format on */

/** As lsc_activity_init(), with LSC_LEAD_QUERY_INIT. @since 0.1 */
LSC_API void lsc_lead_query_init(lsc_lead_query *query, size_t size);

/** A lead as lists give it. */
typedef struct lsc_stored_lead {
    const char *id;
    const char *uuid;      /**< made by the store; says nothing of the lead and never changes */
    const char *email;     /**< in lower case; NULL: none */
    const char *status;    /**< NULL: none */
    const char *source;    /**< NULL: none */
    int64_t created_at_ms; /**< LSC_TIME_NONE: not known */
} lsc_stored_lead;

/**
 * List leads in the order of their ids, by bytes. A lead that is added meanwhile comes where its id
 * stands; none comes twice.
 *
 * @param query  may be NULL: all
 * @param leads  set to an array [n]
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_list_leads(lsc_store *store, const char *organization,
                                        const lsc_lead_query *query, const lsc_stored_lead **leads,
                                        size_t *n, lsc_error *error);

/**
 * Delete a lead with its activities, outcomes and scores. Its bytes may stay in unused pages of the
 * file: this is no erasure.
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or lead.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_delete_lead(lsc_store *store, const char *organization, const char *id,
                                         lsc_error *error);

/* Activities and outcomes. */

/**
 * Add activities of a lead. One whose source and id the lead has already is its duplicate: of both,
 * the one recorded first stays.
 *
 * @param lead_id     see lsc_store_options.make_leads
 * @param activities  [n_activities], all of the size that the first has
 * @param n_added     set to how many were new; may be NULL
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or lead; LSC_LIMIT; LSC_INVALID_ARG as
 *         lsc_lead_add_activity().
 * @since 0.1
 */
LSC_API lsc_status lsc_store_add_activities(lsc_store *store, const char *organization,
                                            const char *lead_id, const lsc_activity *activities,
                                            size_t n_activities, size_t *n_added, lsc_error *error);

/**
 * As lsc_store_add_activities(), from JSON: an array of activities, or one a line.
 *
 * @param lead_id  NULL: each names its lead ("lead_id", or what an envelope has for it)
 * @return also what lsc_lead_add_activities_json() returns.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_add_activities_json(lsc_store *store, const char *organization,
                                                 const char *lead_id, const char *json,
                                                 size_t length, size_t *n_added, lsc_error *error);

/**
 * Add what became of a lead. The same outcome at the same time counts once. For training, outcomes
 * that were added win over the lead's own "outcome.label".
 *
 * @param lead_id  see lsc_store_options.make_leads
 * @return LSC_OK; LSC_NOT_FOUND; LSC_INVALID_ARG for a time that is none.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_add_outcome(lsc_store *store, const char *organization,
                                         const char *lead_id, const lsc_outcome *outcome,
                                         lsc_error *error);

/** Take all added outcomes of a lead away. LSC_OK, LSC_NOT_FOUND. @since 0.1 */
LSC_API lsc_status lsc_store_clear_outcomes(lsc_store *store, const char *organization,
                                            const char *lead_id, lsc_error *error);

/* Consents. */

/** The purpose whose withdrawal keeps a lead from being scored. */
#define LSC_CONSENT_PROFILING "profiling"
/** Most consents that are held of a lead. One past is LSC_LIMIT. */
#define LSC_MAX_CONSENTS 1000

/** That a lead gave its consent to something, or withdrew it. Start from LSC_CONSENT_INIT. */
typedef struct lsc_consent {
    size_t size;         /**< sizeof(lsc_consent) */
    const char *purpose; /**< an id, such as LSC_CONSENT_PROFILING or "marketing" */
    bool given;          /**< false: withdrawn */
    int64_t time_ms;     /**< when it was */
    const char *source;  /**< where it is known from, such as a form's id; NULL: not said */
} lsc_consent;

/* clang-format off */
#define LSC_CONSENT_INIT {sizeof(lsc_consent), NULL, false, LSC_TIME_NONE, NULL}
/* clang-format on */

/** As lsc_activity_init(), with LSC_CONSENT_INIT. @since 0.1 */
LSC_API void lsc_consent_init(lsc_consent *consent, size_t size);

/**
 * Add that a lead gave or withdrew its consent. All are kept; the one of the latest time counts. One of
 * the same purpose and time replaces the one before.
 *
 * While a lead's last word on LSC_CONSENT_PROFILING is that it withdraws, its status is LSC_SUPPRESSED
 * as of any time, whatever its properties say, and nothing is trained on it. Where it is not, the
 * property "consent.profiling" still says what it does everywhere.
 *
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or lead; LSC_INVALID_ARG for a time that is
 *         none; LSC_LIMIT.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_set_consent(lsc_store *store, const char *organization,
                                         const char *lead_id, const lsc_consent *consent,
                                         lsc_error *error);

/**
 * List the consents of a lead, given and withdrawn, by purpose, then time.
 * @param consents  set to an array [n]
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or lead.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_list_consents(lsc_store *store, const char *organization,
                                           const char *lead_id, const lsc_consent **consents,
                                           size_t *n, lsc_error *error);

/* Models. */

/** A model as lists give it. */
typedef struct lsc_stored_model {
    const char *sha256; /**< of its bundle, hex: its id */
    const char *uuid;   /**< made by the store */
    const char *name;
    const char *version;
    const char *model_type;
    bool gate_passed;
    bool active; /**< the one that scores, at most one of an organization */
} lsc_stored_model;

/**
 * Add a model. It is loaded to see that it is one; its bytes are held once, whoever adds them.
 *
 * @param bundle  the bytes of a bundle (.lsm)
 * @param load    how it must load: trusted keys, self-test; may be NULL
 * @param sha256  filled with its id; may be NULL
 * @return LSC_OK, also when the organization has it already; LSC_NOT_FOUND for an unknown
 *         organization; LSC_LIMIT; what lsc_model_load_bytes() returns.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_add_model(lsc_store *store, const char *organization,
                                       const void *bundle, size_t length, const lsc_load *load,
                                       char sha256[65], lsc_error *error);

/**
 * Make a model the one that scores, in place of the one before.
 *
 * @param sha256  its id
 * @param force   also when its gate did not pass
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or model; LSC_GATE_FAILED.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_activate_model(lsc_store *store, const char *organization,
                                            const char *sha256, bool force, lsc_error *error);

/**
 * List the models of an organization, in the order in which they were added.
 * @param models  set to an array [n]
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_list_models(lsc_store *store, const char *organization,
                                         const lsc_stored_model **models, size_t *n,
                                         lsc_error *error);

/**
 * Load a model.
 *
 * @param sha256  its id; NULL: the one that scores
 * @param load    may be NULL
 * @param model   set to a new model with one reference; NULL on error
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or model, or when none scores; what
 *         lsc_model_load_bytes() returns.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_load_model(lsc_store *store, const char *organization,
                                        const char *sha256, const lsc_load *load, lsc_model **model,
                                        lsc_error *error);

/* Scores. */

/**
 * Score a lead from the store as of a time, say why, and keep the score. A score of the same lead,
 * time and model is kept once, the last one.
 *
 * @param scorer       of a model that the organization has. There is a receipt whatever
 *                     lsc_scorer_set_receipts() said
 * @param explanation  filled as lsc_explain_lead() does; its activity ids belong to the store.
 *                     Untouched on error; may be NULL
 * @return LSC_OK, also for an unscored lead; LSC_NOT_FOUND for an unknown organization, lead or
 *         model.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_score_lead(lsc_store *store, const char *organization,
                                        const char *lead_id, lsc_scorer *scorer, int64_t as_of_ms,
                                        lsc_explanation *explanation, lsc_error *error);

/** A score that was kept. */
typedef struct lsc_stored_score {
    const char *lead_id;
    const char *model_name;
    const char *model_version;
    lsc_result result;
    int baseline;                        /**< baseline + the points of all parts == result.score */
    const lsc_breakdown_part *breakdown; /**< [n_breakdown] */
    size_t n_breakdown;
    lsc_receipt receipt; /**< lsc_replay_lead() takes it as JSON */
} lsc_stored_score;

/** Which scores are listed. Start from LSC_SCORE_QUERY_INIT. */
typedef struct lsc_score_query {
    size_t size;          /**< sizeof(lsc_score_query) */
    const char *after_id; /**< begin after the score of this lead: the last one of the page before,
                               NULL: at the best. With after_score */
    int after_score;      /**< its score; -1 for an unscored lead */
    size_t limit;         /**< most rows; 0: LSC_PAGE. A shorter page is the last */
    int min_score;        /**< 0: also the scores of 0, but no unscored lead; -1: these too */
    int max_score;        /**< 0: 100 */
} lsc_score_query;

/* clang-format off */
#define LSC_SCORE_QUERY_INIT {sizeof(lsc_score_query), NULL, 0, 0, 0, 0}
/* clang-format on */

/** As lsc_activity_init(), with LSC_SCORE_QUERY_INIT. @since 0.1 */
LSC_API void lsc_score_query_init(lsc_score_query *query, size_t size);

/**
 * List the latest score of each lead that has one, the best first, of equals in the order of their
 * ids. The latest is the one of the latest as-of time; where several models scored at it, of the one
 * that was kept last.
 *
 * @param query   may be NULL
 * @param scores  set to an array [n]
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_list_scores(lsc_store *store, const char *organization,
                                         const lsc_score_query *query,
                                         const lsc_stored_score **scores, size_t *n,
                                         lsc_error *error);

/**
 * List the scores of a lead, the latest as-of time first.
 *
 * @param before_ms  begin before this time; LSC_TIME_NONE: at the latest
 * @param limit      most as-of times; 0: LSC_PAGE. A page of fewer rows is the last. Models that
 *                   scored at one time come together, so a page may have more rows
 * @param scores     set to an array [n]
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or lead.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_list_history(lsc_store *store, const char *organization,
                                          const char *lead_id, int64_t before_ms, size_t limit,
                                          const lsc_stored_score **scores, size_t *n,
                                          lsc_error *error);

/* Scores that can have changed. */

/** Why the latest score of a lead may not be what scoring it again would give. */
typedef enum lsc_stale_reason {
    LSC_STALE_CHANGED = 0, /**< the lead or its activities changed since, or it was never scored */
    LSC_STALE_MODEL = 1,   /**< another model scored it */
    LSC_STALE_DUE =
        2 /**< time: an activity left a window, decayed past a threshold, came to light */
} lsc_stale_reason;

/** A lead whose score can have changed. */
typedef struct lsc_stale_lead {
    const char *id;
    lsc_stale_reason reason;
    int64_t due_ms; /**< of LSC_STALE_DUE, since when; else LSC_TIME_NONE */
} lsc_stale_lead;

/**
 * List the first leads of an organization whose latest score can be another as of a time, scored by
 * its active model: those to be scored again. A lead that is scored is out of the list, so to go
 * through all of them one scores a page and asks again.
 *
 * Time alone makes a lead stale when its status, its score, its grade or, to the bit, its
 * probability can be another, and mostly not before it is; never after. Where a scorecard gives points
 * per unit of what moves at each moment (a decaying count, days since), its probability does not count.
 *
 * @param as_of_ms  not before the times that leads were scored as of
 * @param limit     most rows; 0: LSC_PAGE
 * @param leads     set to an array [n]
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_list_stale(lsc_store *store, const char *organization,
                                        int64_t as_of_ms, size_t limit,
                                        const lsc_stale_lead **leads, size_t *n, lsc_error *error);

/** Scoring many leads. Start from LSC_RESCORING_INIT. */
typedef struct lsc_rescoring {
    size_t size; /**< sizeof(lsc_rescoring) */
    int64_t as_of_ms;
    int n_threads; /**< that read and score, each through a connection of its own, while the caller's
                        writes. 0 or 1, a store in memory or a transaction that has begun: the caller's
                        does it all. At most LSC_MAX_THREADS */
    /** Told of each score that was kept, in the caller's thread; `changed`: its status, score, grade
        or probability is not that of the latest before. False: stop with LSC_CANCELLED. It must not
        use the store. May be NULL. */
    bool (*take)(void *ctx, const lsc_stored_score *score, bool changed);
    void *take_ctx;
} lsc_rescoring;

/** One past is LSC_LIMIT. */
#define LSC_MAX_THREADS 64

/* clang-format off */
#define LSC_RESCORING_INIT {sizeof(lsc_rescoring), LSC_TIME_NONE, 0, NULL, NULL}
/* clang-format on */

/** As lsc_activity_init(), with LSC_RESCORING_INIT. @since 0.1 */
LSC_API void lsc_rescoring_init(lsc_rescoring *rescoring, size_t size);

/** What a call that scores many leads came to. */
typedef struct lsc_rescoring_counts {
    size_t size;      /**< sizeof(lsc_rescoring_counts), set by the caller */
    uint64_t scored;  /**< scores that were kept */
    uint64_t changed; /**< of them, those that were not the same before */
} lsc_rescoring_counts;

/* clang-format off */
#define LSC_RESCORING_COUNTS_INIT {sizeof(lsc_rescoring_counts), 0, 0}
/* clang-format on */

/** As lsc_activity_init(), with LSC_RESCORING_COUNTS_INIT. @since 0.1 */
LSC_API void lsc_rescoring_counts_init(lsc_rescoring_counts *counts, size_t size);

/**
 * Score all leads of an organization from the store and keep the scores, as lsc_store_score_lead()
 * does, some hundreds in a transaction, in the order in which the leads were added. It takes memory for
 * these, however many leads there are, and others can write between the transactions: a lead that
 * they change meanwhile is scored as it is then.
 *
 * @param model   of the organization
 * @param counts  filled, also on error; may be NULL
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or model; LSC_CANCELLED; LSC_LIMIT;
 *         LSC_INVALID_ARG for a time outside the years 1 to 9999. On error the transactions before
 *         are kept.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_score_all(lsc_store *store, const char *organization, lsc_model *model,
                                       const lsc_rescoring *rescoring, lsc_rescoring_counts *counts,
                                       lsc_error *error);

/**
 * As lsc_store_score_all(), only of leads whose latest score is not the model's or can be another as of
 * the time: see lsc_store_list_stale().
 * @since 0.1
 */
LSC_API lsc_status lsc_store_score_stale(lsc_store *store, const char *organization,
                                         lsc_model *model, const lsc_rescoring *rescoring,
                                         lsc_rescoring_counts *counts, lsc_error *error);

/* Reading in bulk. */

/** NDJSON to take in. Start from LSC_INGEST_INIT. */
typedef struct lsc_ingest {
    size_t size;            /**< sizeof(lsc_ingest) */
    const char *leads;      /**< path, "-" for standard input, or NULL */
    const char *activities; /**< path, "-", or NULL; each names its lead */
    const char *outcomes;   /**< path, "-", or NULL */
    const char *rejects;    /**< path: lines that are refused are set aside there, in place of what
                                 it held, as NDJSON {"file", "line", "status", "error", "text"};
                                 NULL: a refused line ends it */
    size_t batch;           /**< lines a transaction; 0: 5000 */
    bool (*progress)(void *ctx, uint64_t n_lines); /**< told after each batch; false: stop with
                                                        LSC_CANCELLED. May be NULL */
    void *progress_ctx;
} lsc_ingest;

/* clang-format off */
#define LSC_INGEST_INIT {sizeof(lsc_ingest), NULL, NULL, NULL, NULL, 0, NULL, NULL}
/* clang-format on */

/** As lsc_activity_init(), with LSC_INGEST_INIT. @since 0.1 */
LSC_API void lsc_ingest_init(lsc_ingest *ingest, size_t size);

/** What lsc_store_ingest() came to. */
typedef struct lsc_ingest_counts {
    size_t size;         /**< sizeof(lsc_ingest_counts), set by the caller */
    uint64_t leads;      /**< put */
    uint64_t activities; /**< new; embedded ones too */
    uint64_t duplicates; /**< activities that were there already */
    uint64_t outcomes;   /**< lines of outcomes taken */
    uint64_t rejected;   /**< lines set aside */
} lsc_ingest_counts;

/* clang-format off */
#define LSC_INGEST_COUNTS_INIT {sizeof(lsc_ingest_counts), 0, 0, 0, 0, 0}
/* clang-format on */

/** As lsc_activity_init(), with LSC_INGEST_COUNTS_INIT. @since 0.1 */
LSC_API void lsc_ingest_counts_init(lsc_ingest_counts *counts, size_t size);

/**
 * Take in leads, then activities, then outcomes, in batches that are kept one by one.
 *
 * Taking the same lines in again changes nothing: where it was stopped, by an error or the end of
 * the process, it is begun again with the same files, and loses and doubles nothing.
 *
 * @param counts  filled, also on error; may be NULL
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization, or naming the file; LSC_IO;
 *         without `rejects` what the first bad line came to, naming file and line; LSC_CANCELLED;
 *         LSC_INVALID_ARG within lsc_store_begin(). On error the batches before are kept.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_ingest(lsc_store *store, const char *organization,
                                    const lsc_ingest *ingest, lsc_ingest_counts *counts,
                                    lsc_error *error);

/**
 * Open the leads of an organization as a source: to train from, to score, to measure. It reads
 * through a connection of its own, and sees the store as it is now until it is freed, whatever others
 * write. Leads come in the order of their ids, by bytes.
 *
 * @param path     of the store; it has to be a file
 * @param options  as for lsc_store_open(), which opens it to read; may be NULL
 * @param source   set to the source, freed by lsc_source_free(); NULL on error
 * @return as lsc_store_open(); LSC_NOT_FOUND for an unknown organization.
 * @since 0.1
 */
LSC_API lsc_status lsc_source_open_store(const char *path, const char *organization,
                                         const lsc_store_options *options, lsc_source **source,
                                         lsc_error *error);

LSC_END_DECLS

#endif
