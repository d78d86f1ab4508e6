/**
 * @file store_privacy.h
 * Keys, erasure, the audit trail and consents of a store.
 */
#ifndef LEADSCORE_STORE_PRIVACY_H
#define LEADSCORE_STORE_PRIVACY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "source.h"
#include "store_file.h"

LSC_BEGIN_DECLS

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

/* Privacy: what is held on a person. */

/**
 * Give all that is held on a lead, as one JSON object: its properties, also those it had when a score was
 * made that is kept, consents, activities, outcomes, scores with breakdown and receipt, when it is to be
 * scored again, the models that were trained from it, and the rows of the audit trail that name it.
 * docs/store.md says what is called how. It takes memory for its largest row, not for all of them.
 *
 * @param take  takes the next bytes, which are valid until it returns; false: stop with LSC_CANCELLED. It
 *              must not use the store, which reads meanwhile
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or lead; LSC_CANCELLED. On error what was
 *         taken is no whole JSON.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_export_lead(lsc_store *store, const char *organization, const char *id,
                                         bool (*take)(void *ctx, const char *bytes, size_t length),
                                         void *ctx, lsc_error *error);

/* Privacy: erasure. */

/**
 * Erase a lead: delete it with its activities, outcomes, consents and scores, then lsc_store_purge(), so
 * that no byte of them is left in the file or its log. Takes time and room in proportion to the file.
 * Rows of the audit trail keep its UUID. Copies elsewhere, backups among them, are the caller's to see to.
 *
 * @param models  set to an array [n] of the ids (SHA-256, hex) of models that were trained from it, as
 *                lsc_store_note_source() or lsc_store_note_training() said; may be NULL. Set whenever the
 *                lead is deleted, also where the purge then fails: nobody can be asked for them later
 * @param n       may be NULL
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or lead; LSC_BUSY when it is deleted, and
 *         others read or write too long for the purge: lsc_store_purge() ends it; LSC_IO likewise;
 *         LSC_INVALID_ARG within lsc_store_begin().
 * @since 0.1
 */
LSC_API lsc_status lsc_store_erase_lead(lsc_store *store, const char *organization, const char *id,
                                        const char *const **models, size_t *n, lsc_error *error);

/**
 * Note which leads a model was trained from, for lsc_store_erase_lead(), by their ids: where it was not trained
 * from a source of the store, for which lsc_store_note_source() is. The model need not be in the store.
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

/**
 * Note which leads a model was trained from: those that a source has given until now, be it once or, rewound,
 * several times. Called after lsc_train_model(), before the model is kept or used, so that whoever erases one of
 * them from then on is told of the model. The source is asked for them; nothing needs to be kept meanwhile.
 *
 * Leads are told by their UUIDs. One that was deleted since the source was opened is not noted, nor is one
 * that was put again under its id: `n_gone` counts them. The model has learnt from what is not there any
 * more, and no erasure will name it: drop it and train again. A lead from which nothing was learnt, since it has no
 * outcome, say, is noted too; one that had withdrawn its consent to profiling by lsc_store_set_consent()
 * when the source was opened is not.
 *
 * Some thousand leads at a time are noted in a transaction of their own, so that others can write between, and
 * an audited store has a row for each; within lsc_store_begin() all of them are part of that. After an error
 * those before it are kept, and the call can be made again: what was noted stays noted once.
 *
 * @param store   the one that the source reads, opened to write
 * @param source  of lsc_source_open_store() itself, no other that reads it; it goes on where it is
 * @param bundle  the model's, as it is used later: signed, where it is to be. It need not be in the store
 * @param n_gone  may be NULL; untouched on error
 * @return LSC_OK; LSC_INVALID_ARG for another source; LSC_NOT_FOUND where it reads an organization of
 *         another store.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_note_source(lsc_store *store, lsc_source *source, const void *bundle,
                                         size_t length, uint64_t *n_gone, lsc_error *error);

/* Privacy: the audit trail. docs/store.md says what is noted. */

/**
 * Say who acts from now on. The UUID is taken as it is given: who acts need be no user of the store, and whether
 * a user of it is active is not looked at here. lsc_store_account_uuid(), which knows the organization, gives no
 * UUID of one who was deactivated: ask it before each time that somebody begins to act.
 *
 * @return LSC_OK; LSC_INVALID_ARG for an actor without a clock, or whose `uuid` is none.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_set_actor(lsc_store *store, const lsc_store_actor *actor,
                                       lsc_error *error);

/**
 * Note that something of a lead which the store gave before is given out again, from a copy that the caller
 * keeps, such as a cache of scores: a row "read copy". It is in the file, as lsc_store_options.durability says,
 * when this returns; of a transaction (lsc_store_begin()), when that was committed. So call it, or commit,
 * before the copy is given out, and do not give it out where this fails: the lead may be gone. In a store
 * that is not audited it looks whether the lead is there, and no more.
 *
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or lead; in an audited store LSC_INVALID_ARG
 *         before lsc_store_set_actor(), and LSC_IO where it was opened to read.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_note_access(lsc_store *store, const char *organization,
                                         const char *lead_id, lsc_error *error);

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

/** Which rows of the audit trail are listed. Start from LSC_AUDIT_QUERY_INIT. */
typedef struct lsc_audit_query {
    size_t size;   /**< sizeof(lsc_audit_query) */
    int64_t after; /**< begin after this number: the last one of the page before; 0: at the first */
    size_t limit;  /**< most rows; 0: LSC_PAGE. A shorter page is the last */
    const char *subject; /**< UUID: only rows of this lead or account; NULL: any */
    const char *actor;   /**< UUID: only rows of who this is; NULL: any */
    const char *action;  /**< only of this word, such as "read lead"; NULL: any */
    int64_t from_ms;     /**< only from this time on; LSC_TIME_NONE: any */
    int64_t until_ms;    /**< only before this time; LSC_TIME_NONE: any */
} lsc_audit_query;

/* clang-format off */
#define LSC_AUDIT_QUERY_INIT \
    {sizeof(lsc_audit_query), 0, 0, NULL, NULL, NULL, LSC_TIME_NONE, LSC_TIME_NONE}
/* clang-format on */

/** As lsc_activity_init(), with LSC_AUDIT_QUERY_INIT. @since 0.1 */
LSC_API void lsc_audit_query_init(lsc_audit_query *query, size_t size);

/** A row of the audit trail. */
typedef struct lsc_audit_row {
    int64_t number; /**< from 1 on, without a gap */
    int64_t time_ms;
    const char *organization; /**< NULL: of the store as a whole */
    const char *actor;        /**< UUID; NULL: not said */
    const char *action;
    const char *subject; /**< UUID of the lead or account; NULL: of several, or of none */
    int64_t amount;      /**< of what was read or written */
} lsc_audit_row;

/**
 * List rows of the audit trail in the order of their numbers. It reads nothing personal and is not
 * noted: docs/store.md says why. lsc_store_verify() tells whether they are as they were written.
 *
 * @param organization  NULL: rows of all, and of the store as a whole
 * @param query         may be NULL: all
 * @param rows          set to an array [n]
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization; LSC_INVALID_ARG for a subject or an actor
 *         that is no UUID.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_list_audit(lsc_store *store, const char *organization,
                                        const lsc_audit_query *query, const lsc_audit_row **rows,
                                        size_t *n, lsc_error *error);

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

LSC_END_DECLS

#endif
