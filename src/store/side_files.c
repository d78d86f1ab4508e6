#include "side_files.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buffer.h"
#include "core/file.h"

/** Do something with the file at `path`, which may not be there. */
typedef lsc_status visit(const char *path, lsc_error *error);

static lsc_status visit_all(const char *path, visit *call, lsc_error *error)
{
    static const char *const ends[] = {"-wal", "-shm", "-journal"};
    lsc_status status = LSC_OK;
    lsc_buffer name;
    lsc_buffer_init(&name, lsc_default_allocator());
    for (size_t i = 0; i < sizeof ends / sizeof ends[0] && status == LSC_OK; i++) {
        lsc_buffer_clear(&name);
        lsc_buffer_append_text(&name, path);
        lsc_buffer_append_text(&name, ends[i]);
        status = lsc_buffer_status(&name, error);
        if (status == LSC_OK) {
            status = call(name.data, error);
        }
    }
    lsc_buffer_free(&name);
    return status;
}

static lsc_status refuse(const char *path, lsc_error *error)
{
    struct stat info;
    return stat(path, &info) != 0
               ? LSC_OK
               : lsc_fail(error, LSC_CONFLICT,
                          "%s: is there: it belongs to a store that is in use, or was", path);
}

static lsc_status take_away(const char *path, lsc_error *error)
{
    return unlink(path) == 0 || errno == ENOENT ? LSC_OK : lsc_fail_errno(error, path, "remove it");
}

lsc_status lsc_side_files_check(const char *path, lsc_error *error)
{
    return visit_all(path, refuse, error);
}

lsc_status lsc_side_files_remove(const char *path, lsc_error *error)
{
    return visit_all(path, take_away, error);
}
