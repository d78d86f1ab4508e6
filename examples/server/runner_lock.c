#include "runner_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

/** Bytes of a path, with its final NUL. */
#define MAX_PATH 4096

int srv_runner_lock(const char *path)
{
    char name[MAX_PATH];
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int length = snprintf(name, sizeof(name), "%s-runner", path);
    int lock = length < (int)sizeof(name) ? open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (lock < 0) {
        return SRV_RUNNER_FAILED;
    }
    if (fcntl(lock, F_SETLK, &whole) != 0) {
        bool is_held = errno == EACCES || errno == EAGAIN;
        close(lock);
        return is_held ? SRV_RUNNER_HELD : SRV_RUNNER_FAILED;
    }
    return lock;
}

void srv_runner_unlock(int lock)
{
    if (lock >= 0) {
        close(lock);
    }
}
