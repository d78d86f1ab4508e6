#include "auth/seal_key.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIGITS (2 * SRV_KEY_BYTES)

static bool complain(const char *path, const char *what, char *why, size_t size)
{
    snprintf(why, size, "%.200s %s", path, what);
    return false;
}

/* False where the file is there, or cannot be made. */
static bool make(const char *path)
{
    uint8_t key[SRV_KEY_BYTES];
    char text[DIGITS + 2];
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) {
        return false;
    }
    srv_random(key, sizeof key);
    sodium_bin2hex(text, sizeof text, key, sizeof key);
    text[DIGITS] = '\n';
    bool written = write(file, text, DIGITS + 1) == DIGITS + 1 && fsync(file) == 0;
    srv_forget(key, sizeof key);
    srv_forget(text, sizeof text);
    return close(file) == 0 && written;
}

static bool read_digits(int file, uint8_t key[SRV_KEY_BYTES])
{
    char text[DIGITS + 4] = ""; /* room for a line end, and for seeing that there is more */
    size_t n = 0;
    ssize_t got = read(file, text, sizeof text - 1);
    bool is_key = got >= DIGITS && got <= DIGITS + 2 &&
                  strspn(text + DIGITS, "\r\n") == (size_t)got - DIGITS &&
                  sodium_hex2bin(key, SRV_KEY_BYTES, text, DIGITS, NULL, &n, NULL) == 0 &&
                  n == SRV_KEY_BYTES;
    srv_forget(text, sizeof text);
    return is_key;
}

bool srv_seal_key_read(const char *path, uint8_t key[SRV_KEY_BYTES], char *why, size_t size)
{
    struct stat about;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 && errno == ENOENT && make(path)) {
        file = open(path, O_RDONLY | O_CLOEXEC);
    }
    if (file < 0) {
        return complain(path, "cannot be read or made", why, size);
    }
    bool is_private = fstat(file, &about) == 0 && (about.st_mode & 077) == 0;
    bool is_key = read_digits(file, key);
    close(file);
    if (!is_private) {
        return complain(path, "may be read by others: chmod 600", why, size);
    }
    return is_key || complain(path, "does not hold 64 hex digits", why, size);
}
