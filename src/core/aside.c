/* realpath() is of the X/Open part of POSIX. */
#define _XOPEN_SOURCE 700

#include "aside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

/** Temporary names tried before giving up; others may be writing in the folder too. */
#define MAX_TEMPORARY_NAMES 1000

/** Length of the folder's part of a path, its slash included. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

/** A link stays; what it points to is replaced. */
static lsc_status follow_link(const char *path, lsc_buffer *target, lsc_error *error)
{
    struct stat info;
    if (lstat(path, &info) != 0 || !S_ISLNK(info.st_mode)) {
        lsc_buffer_append_text(target, path);
        return lsc_buffer_status(target, error);
    }
    char *real = realpath(path, NULL);
    if (real == NULL) {
        return lsc_fail_errno(error, path, "follow the link");
    }
    lsc_buffer_append_text(target, real);
    free(real);
    return lsc_buffer_status(target, error);
}

/** Open a new file in the folder of the target. */
static lsc_status create(lsc_aside *aside, unsigned mode, lsc_error *error)
{
    for (int i = 0; i < MAX_TEMPORARY_NAMES; i++) {
        lsc_buffer_clear(&aside->path);
        lsc_buffer_append(&aside->path, aside->target.data, folder_length(aside->target.data));
        lsc_buffer_append_format(&aside->path, ".leadscore-%ld-%d.tmp", (long)getpid(), i);
        if (aside->path.failed) {
            break;
        }
        aside->file = open(aside->path.data, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (aside->file >= 0) {
            return LSC_OK;
        }
        if (errno != EEXIST) {
            break;
        }
    }
    lsc_status status = aside->path.failed ? lsc_fail_memory(error)
                                           : lsc_fail_errno(error, aside->name, "create it");
    lsc_buffer_clear(&aside->path); /* it is not ours */
    return status;
}

lsc_status lsc_aside_create(const char *path, unsigned mode, lsc_aside *aside, lsc_error *error)
{
    struct stat info;
    aside->name = path;
    aside->file = -1;
    aside->only_new = false;
    lsc_buffer_init(&aside->target, lsc_default_allocator());
    lsc_buffer_init(&aside->path, lsc_default_allocator());
    lsc_status status = follow_link(path, &aside->target, error);
    if (status == LSC_OK && stat(path, &info) == 0 && !S_ISREG(info.st_mode)) {
        status = lsc_fail(error, LSC_IO, "%s: is %s", path,
                          S_ISDIR(info.st_mode) ? "a folder" : "no regular file");
    }
    if (status == LSC_OK) {
        status = create(aside, mode, error);
    }
    if (status != LSC_OK) {
        lsc_aside_discard(aside);
    }
    return status;
}

lsc_status lsc_aside_close(lsc_aside *aside, lsc_error *error)
{
    int file = aside->file;
    aside->file = -1;
    return file >= 0 && close(file) != 0 ? lsc_fail_errno(error, aside->name, "write it") : LSC_OK;
}

void lsc_aside_hide(lsc_aside *aside)
{
    if (aside->path.length > 0) {
        unlink(aside->path.data);
        lsc_buffer_clear(&aside->path);
    }
}

lsc_status lsc_aside_write(lsc_aside *aside, const void *bytes, size_t length, lsc_error *error)
{
    return lsc_file_put(aside->file, aside->name, bytes, length, error);
}

/** Wait for the disk to have all of the file. */
static lsc_status sync_file(lsc_aside *aside, lsc_error *error)
{
    if (aside->file < 0) {
        aside->file = open(aside->path.data, O_RDONLY | O_CLOEXEC);
    }
    return aside->file < 0 || fsync(aside->file) != 0
               ? lsc_fail_errno(error, aside->name, "write it")
               : LSC_OK;
}

/**
 * Make the renaming last through a power cut. The file stands already and can not be taken back,
 * and some file systems cannot sync a folder: so this reports nothing.
 */
static void sync_folder(char *path)
{
    const size_t length = folder_length(path);
    path[length] = '\0';
    int folder = open(length == 0 ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        fsync(folder);
        close(folder);
    }
}

/** Give the file its name. Not every file system has links: there, what stands there is replaced. */
static lsc_status take_name(const lsc_aside *aside, lsc_error *error)
{
    const char *target = aside->target.data;
    if (aside->only_new && link(aside->path.data, target) == 0) {
        unlink(aside->path.data);
        return LSC_OK;
    }
    if (aside->only_new && errno == EEXIST) {
        return lsc_fail(error, LSC_CONFLICT, "%s: is there already, and was not to be replaced",
                        aside->name);
    }
    return rename(aside->path.data, target) == 0 ? LSC_OK
                                                 : lsc_fail_errno(error, aside->name, "create it");
}

lsc_status lsc_aside_commit(lsc_aside *aside, lsc_error *error)
{
    lsc_status status = sync_file(aside, error);
    if (status == LSC_OK) {
        status = lsc_aside_close(aside, error);
    }
    if (status == LSC_OK) {
        status = take_name(aside, error);
    }
    if (status == LSC_OK) {
        sync_folder(aside->path.data);
        lsc_buffer_clear(&aside->path);
    }
    lsc_aside_discard(aside);
    return status;
}

void lsc_aside_discard(lsc_aside *aside)
{
    lsc_aside_close(aside, NULL);
    lsc_aside_hide(aside);
    lsc_buffer_free(&aside->path);
    lsc_buffer_free(&aside->target);
}
