/**
 * @file store_backup.h
 * Copies of a store, and stores of copies.
 */
#ifndef LEADSCORE_STORE_BACKUP_H
#define LEADSCORE_STORE_BACKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store_file.h"

LSC_BEGIN_DECLS

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

LSC_END_DECLS

#endif
