/**
 * @file faulty_disk.h
 * A file system for SQLite that fails when it is told to.
 */
#ifndef LSC_TESTS_FAULTY_DISK_H
#define LSC_TESTS_FAULTY_DISK_H

#include <stdbool.h>
#include <stddef.h>

/** Let all connections that are opened from now on stand on it. */
void faulty_disk_install(void);

/**
 * From now on count calls that open, read, write, sync, truncate or delete, and let number `fail_at` fail (0:
 * none), or all from it on.
 * @param code  what they fail with: SQLITE_IOERR..., SQLITE_FULL (of writes alone; others succeed)
 */
void faulty_disk_begin(size_t fail_at, bool once, int code);
/** How many calls there were so far. */
size_t faulty_disk_calls(void);
/** All succeed again. @return how many calls there were */
size_t faulty_disk_end(void);

#endif
