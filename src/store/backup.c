#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/aside.h"
#include "core/ed25519.h"
#include "core/file.h"
#include "core/options.h"
#include "store/audit.h"
#include "store/backup_seal.h"
#include "store/side_files.h"
#include "store/store_data.h"

/** Of a backup, which may hold all that a store does. */
#define OWNER_ALONE 0600

void lsc_backup_init(lsc_backup *backup, size_t size)
{
    const lsc_backup defaults = LSC_BACKUP_INIT;
    lsc_options_init(backup, size, &defaults, sizeof defaults);
}

/** A backup under way. */
typedef struct backup_run {
    lsc_store *store;
    lsc_backup wanted;
    uint64_t page_bytes;
    unsigned n_passes; /* over the store's bytes: copying, and encrypting */
} backup_run;

static bool tell(void *ctx, uint64_t n_pages, uint64_t n_all)
{
    const backup_run *run = ctx;
    return run->wanted.progress == NULL ||
           run->wanted.progress(run->wanted.progress_ctx, n_pages * run->page_bytes,
                                n_all * run->page_bytes * run->n_passes);
}

/** Copy the store into a file that was just made. @param hide  take its name away */
static lsc_status copy_store(backup_run *run, lsc_aside *to, bool hide, lsc_error *error)
{
    lsc_database *copy;
    int64_t page_bytes = 0;
    lsc_status status =
        lsc_database_number(run->store->database, "PRAGMA page_size", &page_bytes, error);
    if (status != LSC_OK) {
        return status;
    }
    run->page_bytes = (uint64_t)page_bytes;
    status =
        lsc_database_open(to->path.data, LSC_ACCESS_WRITE, 0, &run->store->allocator, &copy, error);
    if (status == LSC_OK) {
        if (hide) {
            lsc_aside_hide(to);
        }
        status = lsc_database_copy(run->store->database, copy, tell, run, error);
    }
    lsc_database_close(copy);
    return status;
}

static lsc_status write_plain(backup_run *run, lsc_aside *to, lsc_error *error)
{
    lsc_status status = lsc_aside_close(to, error);
    return status == LSC_OK ? copy_store(run, to, false, error) : status;
}

static lsc_status seal(const backup_run *run, const lsc_aside *plain, const lsc_known_key *key,
                       lsc_aside *to, lsc_error *error)
{
    struct stat info;
    if (fstat(plain->file, &info) != 0 || lseek(plain->file, 0, SEEK_SET) != 0) {
        return lsc_fail_errno(error, plain->name, "read its copy");
    }
    const lsc_pass pass = {
        .file = plain->file,
        .name = plain->name,
        .size = (uint64_t)info.st_size,
        .progress = run->wanted.progress,
        .progress_ctx = run->wanted.progress_ctx,
        .n_before = (uint64_t)info.st_size,
        .n_all = (uint64_t)info.st_size * run->n_passes,
    };
    return lsc_seal_write(&pass, key, &run->store->allocator, to, error);
}

/*
 * What is not encrypted comes nowhere but beside the store itself, and has no name there: when the
 * process ends, however that may be, it is gone.
 */
static lsc_status write_sealed(backup_run *run, lsc_aside *to, lsc_error *error)
{
    lsc_known_key key;
    lsc_aside plain;
    const char *beside = lsc_database_path(run->store->database);
    lsc_status status = lsc_store_read_key(run->wanted.key, &key, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_aside_create(beside != NULL ? beside : to->name, OWNER_ALONE, &plain, error);
    if (status == LSC_OK) {
        status = copy_store(run, &plain, true, error);
        if (status == LSC_OK) {
            status = seal(run, &plain, &key, to, error);
        }
        lsc_aside_discard(&plain);
    }
    lsc_cleanse(&key, sizeof key);
    return status;
}

static bool is_same_file(const char *one, const char *two)
{
    struct stat first;
    struct stat second;
    return stat(one, &first) == 0 && stat(two, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

/** That a backup may take the place of what stands at `path`. */
static lsc_status check_place(const lsc_store *store, const char *path, lsc_error *error)
{
    const char *own = lsc_database_path(store->database);
    if (own != NULL && is_same_file(own, path)) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s: is the store itself", path);
    }
    return lsc_side_files_check(path, error);
}

static lsc_status read_options(lsc_store *store, const char *path, const lsc_backup *given,
                               lsc_backup *backup, lsc_error *error)
{
    if (store == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store is NULL");
    }
    if (lsc_change_depth(store->database) > 0) {
        return lsc_fail(error, LSC_INVALID_ARG, "a transaction has begun: end it before");
    }
    *backup = (lsc_backup)LSC_BACKUP_INIT;
    lsc_status status = lsc_store_check_path("path", path, error);
    return status == LSC_OK && given != NULL
               ? lsc_options_read("lsc_backup", backup, sizeof *backup, given,
                                  LSC_SIZE_UP_TO(lsc_backup, progress_ctx), error)
               : status;
}

lsc_status lsc_store_backup(lsc_store *store, const char *path, const lsc_backup *backup,
                            lsc_error *error)
{
    backup_run run = {.store = store};
    lsc_aside aside;
    lsc_status status = read_options(store, path, backup, &run.wanted, error);
    if (status == LSC_OK) {
        status = lsc_aside_create(path, OWNER_ALONE, &aside, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    status = check_place(store, aside.target.data, error);
    if (status == LSC_OK) {
        status = lsc_audit_whole(store, "back up", 0, error);
    }
    if (status == LSC_OK) {
        run.n_passes = run.wanted.key == NULL ? 1 : 2;
        status = run.wanted.key == NULL ? write_plain(&run, &aside, error)
                                        : write_sealed(&run, &aside, error);
    }
    if (status == LSC_OK) {
        return lsc_aside_commit(&aside, error);
    }
    lsc_aside_discard(&aside);
    return status;
}
