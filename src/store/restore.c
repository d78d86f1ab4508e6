/* realpath() is of the X/Open part of POSIX. */
#define _XOPEN_SOURCE 700

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/aside.h"
#include "core/ed25519.h"
#include "core/file.h"
#include "core/options.h"
#include "store/backup_seal.h"
#include "store/side_files.h"
#include "store/store_data.h"

/** Of a store that is made anew: less the umask. */
#define ANYONE 0666
/** Of one that takes another's place, until it has the rights of that. */
#define OWNER_ALONE 0600

void lsc_restore_init(lsc_restore *restore, size_t size)
{
    const lsc_restore defaults = LSC_RESTORE_INIT;
    lsc_options_init(restore, size, &defaults, sizeof defaults);
}

/** How the bytes of a file begin. */
typedef enum backup_form {
    FORM_PLAIN,
    FORM_SEALED,
    FORM_OTHER
} backup_form;

/**
 * That a backup is no store in use, whose last changes are not in the file. Before it is opened: if this
 * process has the store open, closing the file would take its locks away.
 */
static lsc_status check_unused(const char *path, lsc_error *error)
{
    char *real = realpath(path, NULL);
    if (real == NULL) {
        return lsc_fail_errno(error, path, "open it");
    }
    lsc_status status = lsc_side_files_check(real, error);
    free(real);
    return status;
}

static lsc_status open_backup(const char *path, const lsc_restore *wanted, lsc_pass *pass,
                              lsc_error *error)
{
    struct stat info;
    *pass = (lsc_pass){.name = path,
                       .file = -1,
                       .progress = wanted->progress,
                       .progress_ctx = wanted->progress_ctx};
    lsc_status status = check_unused(path, error);
    if (status != LSC_OK) {
        return status;
    }
    pass->file = open(path, O_RDONLY | O_CLOEXEC);
    if (pass->file < 0) {
        return lsc_fail_errno(error, path, "open it");
    }
    if (fstat(pass->file, &info) != 0) {
        return lsc_fail_errno(error, path, "read it");
    }
    if (!S_ISREG(info.st_mode)) {
        return lsc_fail(error, LSC_IO, "%s: is %s", path,
                        S_ISDIR(info.st_mode) ? "a folder" : "no regular file");
    }
    pass->size = (uint64_t)info.st_size;
    pass->n_all = pass->size;
    return LSC_OK;
}

static lsc_status read_form(const lsc_pass *pass, backup_form *form, lsc_error *error)
{
    static const char sqlite[] = "SQLite format 3"; /* and a NUL */
    char bytes[sizeof sqlite] = {0};
    ssize_t n = pread(pass->file, bytes, sizeof bytes, 0);
    if (n < 0) {
        return lsc_fail_errno(error, pass->name, "read it");
    }
    if (n == (ssize_t)sizeof bytes && memcmp(bytes, sqlite, sizeof bytes) == 0) {
        *form = FORM_PLAIN;
    } else if (memcmp(bytes, LSC_SEAL_MAGIC, LSC_SEAL_MAGIC_SIZE) == 0) {
        *form = FORM_SEALED;
    }
    return LSC_OK;
}

/** Write the store that a backup holds. */
static lsc_status unpack(const lsc_pass *pass, const lsc_known_key *key,
                         const lsc_allocator *allocator, lsc_aside *to, lsc_error *error)
{
    backup_form form = FORM_OTHER;
    lsc_status status = read_form(pass, &form, error);
    if (status != LSC_OK) {
        return status;
    }
    if (form == FORM_SEALED) {
        return lsc_seal_read(pass, key, allocator, to, error);
    }
    if (form == FORM_OTHER) {
        return lsc_fail(error, LSC_BAD_STORE, "%s: is no backup of a store", pass->name);
    }
    if (key != NULL) {
        return lsc_fail(error, LSC_BAD_KEY, "%s: is not encrypted, and a key is given", pass->name);
    }
    return lsc_pass_copy(pass, allocator, to, error);
}

/** That all of a store that was closed is in its file. */
static lsc_status check_whole(const char *path, lsc_error *error)
{
    lsc_status status = lsc_side_files_check(path, error);
    return status == LSC_CONFLICT
               ? lsc_fail(error, LSC_IO, "what brings it up to date cannot be written to the file")
               : status;
}

/** Bring what was unpacked up to date, and look it over. */
static lsc_status look_over(const char *backup, const char *path, const lsc_allocator *allocator,
                            lsc_error *error)
{
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    lsc_store *store;
    options.allocator = *allocator;
    lsc_status status = lsc_store_open_locked(path, &options, &store, error);
    if (status == LSC_OK) {
        status = lsc_store_check(store, error);
    }
    lsc_store_close(store);
    if (status == LSC_OK) {
        status = check_whole(path, error);
    }
    if (status != LSC_OK) {
        lsc_side_files_remove(path, NULL);
        lsc_error_prefix(error, "%s: ", backup);
    }
    return status;
}

/**
 * Let nobody have the old store open, and nothing of it wait in its log.
 * @param old  set to what keeps others out until it is closed; NULL where it is no database any more
 */
static lsc_status put_out_of_use(const char *path, const lsc_allocator *allocator,
                                 lsc_database **old, lsc_error *error)
{
    lsc_status status = lsc_database_open(path, LSC_ACCESS_WRITE, 0, allocator, old, error);
    if (status == LSC_OK) {
        status = lsc_database_seize(*old, error);
    }
    if (status == LSC_OK || (status != LSC_BAD_STORE && status != LSC_NOT_FOUND)) {
        return status;
    }
    lsc_database_close(*old);
    *old = NULL;
    return lsc_side_files_remove(path, error);
}

/** Nobody gets at the new store who could not get at the old one. */
static lsc_status keep_rights(const lsc_aside *aside, lsc_error *error)
{
    struct stat info;
    return stat(aside->target.data, &info) == 0 && chmod(aside->path.data, info.st_mode & 0777) != 0
               ? lsc_fail_errno(error, aside->name, "set the rights of it")
               : LSC_OK;
}

/** Put the new store in the place of the old one, if there is one. */
static lsc_status take_place(lsc_aside *aside, const lsc_restore *wanted, lsc_error *error)
{
    lsc_database *old = NULL;
    lsc_status status = wanted->replace
                            ? put_out_of_use(aside->target.data, &wanted->allocator, &old, error)
                            : LSC_OK;
    if (status == LSC_OK && wanted->replace) {
        status = keep_rights(aside, error);
    }
    aside->only_new = !wanted->replace;
    if (status == LSC_OK) {
        status = lsc_aside_commit(aside, error);
    } else {
        lsc_aside_discard(aside);
    }
    lsc_database_close(old);
    return status;
}

/** That nothing stands at `path`, or may be replaced. */
static lsc_status check_place(const char *path, const lsc_restore *wanted, lsc_error *error)
{
    struct stat info;
    if (wanted->replace) {
        return LSC_OK;
    }
    if (stat(path, &info) == 0 && S_ISREG(info.st_mode)) {
        return lsc_fail(error, LSC_CONFLICT, "%s: is there already, and was not to be replaced",
                        path);
    }
    return lsc_side_files_check(path, error);
}

static lsc_status restore_to(const lsc_pass *pass, const lsc_known_key *key, const char *path,
                             const lsc_restore *wanted, lsc_error *error)
{
    struct stat info;
    lsc_aside aside;
    const unsigned mode = stat(path, &info) == 0 ? OWNER_ALONE : ANYONE;
    lsc_status status = lsc_aside_create(path, mode, &aside, error);
    if (status != LSC_OK) {
        return status;
    }
    status = check_place(aside.target.data, wanted, error);
    if (status == LSC_OK) {
        status = unpack(pass, key, &wanted->allocator, &aside, error);
    }
    if (status == LSC_OK) {
        status = lsc_aside_close(&aside, error);
    }
    if (status == LSC_OK) {
        status = look_over(pass->name, aside.path.data, &wanted->allocator, error);
    }
    if (status == LSC_OK) {
        return take_place(&aside, wanted, error);
    }
    lsc_aside_discard(&aside);
    return status;
}

static lsc_status read_options(const lsc_restore *given, lsc_restore *restore, lsc_error *error)
{
    *restore = (lsc_restore)LSC_RESTORE_INIT;
    lsc_status status = given == NULL
                            ? LSC_OK
                            : lsc_options_read("lsc_restore", restore, sizeof *restore, given,
                                               LSC_SIZE_UP_TO(lsc_restore, progress_ctx), error);
    return status == LSC_OK ? lsc_allocator_resolve(&restore->allocator, &restore->allocator, error)
                            : status;
}

lsc_status lsc_store_restore(const char *backup, const char *path, const lsc_restore *restore,
                             lsc_error *error)
{
    lsc_restore wanted = LSC_RESTORE_INIT;
    lsc_known_key key;
    lsc_pass pass = {.file = -1};
    lsc_status status = lsc_store_check_path("backup", backup, error);
    if (status == LSC_OK) {
        status = lsc_store_check_path("path", path, error);
    }
    if (status == LSC_OK) {
        status = read_options(restore, &wanted, error);
    }
    if (status == LSC_OK && wanted.key != NULL) {
        status = lsc_store_read_key(wanted.key, &key, error);
    }
    if (status == LSC_OK) {
        status = open_backup(backup, &wanted, &pass, error);
    }
    if (status == LSC_OK) {
        status = restore_to(&pass, wanted.key == NULL ? NULL : &key, path, &wanted, error);
    }
    if (pass.file >= 0) {
        close(pass.file);
    }
    lsc_cleanse(&key, sizeof key);
    return status;
}
