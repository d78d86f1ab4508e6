/**
 * @file aside.h
 * Files that are made beside the one whose place they take: what stood there stays until the new one
 * is complete, and there is never a half of it.
 */
#ifndef LSC_CORE_ASIDE_H
#define LSC_CORE_ASIDE_H

#include <stdbool.h>

#include "buffer.h"
#include "error.h"

/** A file on its way. */
typedef struct lsc_aside {
    const char *name;  /**< what messages call it: the path that was given */
    lsc_buffer target; /**< that path, its link followed */
    lsc_buffer path;   /**< where it is until then, in the same folder; "" once it is nowhere */
    int file;          /**< open to read and write; -1: closed */
    bool only_new;     /**< set by the caller: not to take the place of what stands at `target` */
} lsc_aside;

/**
 * Make a new file beside `path`, which outlives it.
 * @param mode   the file's rights, less the umask
 * @param aside  ended by lsc_aside_commit() or lsc_aside_discard(), also on error
 * @return LSC_OK; LSC_NOT_FOUND or LSC_IO naming `path`, also where that is a folder; LSC_NO_MEMORY.
 */
LSC_SHARED lsc_status lsc_aside_create(const char *path, unsigned mode, lsc_aside *aside,
                                       lsc_error *error);

/** Close the file, so that others can open it by its path. LSC_OK or LSC_IO. */
LSC_SHARED lsc_status lsc_aside_close(lsc_aside *aside, lsc_error *error);

/** Take the file's name away: it is gone when it is closed, or the process ends. */
LSC_SHARED void lsc_aside_hide(lsc_aside *aside);

/** Append bytes. LSC_OK or LSC_IO. */
LSC_SHARED lsc_status lsc_aside_write(lsc_aside *aside, const void *bytes, size_t length,
                                      lsc_error *error);

/**
 * Wait for the disk and put the file in its place.
 * @return LSC_OK; LSC_CONFLICT where something stands there and it is only to be new; LSC_IO. Then what
 *         stood there still stands, and nothing is left beside it.
 */
LSC_SHARED lsc_status lsc_aside_commit(lsc_aside *aside, lsc_error *error);

/** End it without a trace; nothing where it was committed. */
LSC_SHARED void lsc_aside_discard(lsc_aside *aside);

#endif
