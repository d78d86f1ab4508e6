#include "faulty_disk.h"

#include <string.h>

#include <sqlite3.h>

/** A file: ours, with the real one behind it. */
typedef struct faulty_file {
    sqlite3_file base;
    sqlite3_file *real;
} faulty_file;

static sqlite3_vfs *below;
static sqlite3_vfs faulty;
static bool armed;
static size_t calls;
static size_t fault_at;
static bool fault_once;
static int fault_code;

void faulty_disk_begin(size_t fail_at, bool once, int code)
{
    armed = true;
    calls = 0;
    fault_at = fail_at;
    fault_once = once;
    fault_code = code;
}

size_t faulty_disk_calls(void)
{
    return calls;
}

size_t faulty_disk_end(void)
{
    armed = false;
    return calls;
}

/* A disk that is full fails what writes alone. */
static bool fails(bool writes)
{
    if (!armed) {
        return false;
    }
    calls++;
    bool due = fault_at != 0 && (fault_once ? calls == fault_at : calls >= fault_at);
    return due && (writes || fault_code != SQLITE_FULL);
}

static sqlite3_file *real(sqlite3_file *file)
{
    return ((faulty_file *)(void *)file)->real;
}

static int file_close(sqlite3_file *file)
{
    return real(file)->pMethods->xClose(real(file));
}

static int file_read(sqlite3_file *file, void *bytes, int n, sqlite3_int64 offset)
{
    return fails(false) ? SQLITE_IOERR_READ
                        : real(file)->pMethods->xRead(real(file), bytes, n, offset);
}

/* A write that fails has written a part. */
static int file_write(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 offset)
{
    if (fails(true)) {
        real(file)->pMethods->xWrite(real(file), bytes, n / 2, offset);
        return fault_code == SQLITE_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    }
    return real(file)->pMethods->xWrite(real(file), bytes, n, offset);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return fails(false) ? SQLITE_IOERR_TRUNCATE : real(file)->pMethods->xTruncate(real(file), size);
}

/* The process lives on, so what is written need not be waited for. */
static int file_sync(sqlite3_file *file, int flags)
{
    (void)file;
    (void)flags;
    return fails(false) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return fails(false) ? SQLITE_IOERR_FSTAT : real(file)->pMethods->xFileSize(real(file), size);
}

static int file_lock(sqlite3_file *file, int level)
{
    return real(file)->pMethods->xLock(real(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
    return real(file)->pMethods->xUnlock(real(file), level);
}

static int file_is_reserved(sqlite3_file *file, int *reserved)
{
    return real(file)->pMethods->xCheckReservedLock(real(file), reserved);
}

static int file_control(sqlite3_file *file, int operation, void *argument)
{
    return real(file)->pMethods->xFileControl(real(file), operation, argument);
}

static int file_sector(sqlite3_file *file)
{
    return real(file)->pMethods->xSectorSize(real(file));
}

/* Nothing is promised of the device. */
static int file_device(sqlite3_file *file)
{
    (void)file;
    return 0;
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **map)
{
    return fails(false) ? SQLITE_IOERR_SHMMAP
                        : real(file)->pMethods->xShmMap(real(file), page, size, extend, map);
}

static int file_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    return real(file)->pMethods->xShmLock(real(file), offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
    real(file)->pMethods->xShmBarrier(real(file));
}

static int file_shm_unmap(sqlite3_file *file, int remove)
{
    return real(file)->pMethods->xShmUnmap(real(file), remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_is_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_device,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    (void)vfs;
    faulty_file *made = (faulty_file *)(void *)file;
    made->base.pMethods = NULL;
    made->real = (sqlite3_file *)(void *)(made + 1);
    if (fails(false)) {
        return SQLITE_CANTOPEN;
    }
    int code = below->xOpen(below, name, made->real, flags, out);
    if (code == SQLITE_OK) {
        made->base.pMethods = &methods;
    }
    return code;
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    return fails(false) ? SQLITE_IOERR_DELETE : below->xDelete(below, name, sync);
}

void faulty_disk_install(void)
{
    if (below == NULL) {
        below = sqlite3_vfs_find(NULL);
        faulty = *below;
        faulty.zName = "faulty";
        faulty.szOsFile = (int)sizeof(faulty_file) + below->szOsFile;
        faulty.xOpen = open_file;
        faulty.xDelete = delete_file;
        sqlite3_vfs_register(&faulty, 1);
    }
}
