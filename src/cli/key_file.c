#include "key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "command.h"
#include "held_signals.h"

/* Through a pointer that may change, so that no compiler leaves it out. */
static void *(*const volatile fill)(void *, int, size_t) = memset;

void lsc_key_wipe(lsc_key *key)
{
    fill(key, 0, sizeof *key);
}

static lsc_status refused(const char *path, const char *what, lsc_error *error)
{
    return lsc_fail_with(error, errno == ENOENT || errno == ENOTDIR ? LSC_NOT_FOUND : LSC_IO,
                         "%s: cannot %s it: %s", path, what, strerror(errno));
}

/* Into `room` bytes at `text`, without a buffer of stdio's between. */
static lsc_status read_all(int file, const char *path, char *text, size_t room, size_t *length,
                           lsc_error *error)
{
    for (*length = 0; *length < room;) {
        const ssize_t got = read(file, text + *length, room - *length);
        if (got < 0 && errno != EINTR) {
            return refused(path, "read", error);
        }
        if (got == 0) {
            return LSC_OK;
        }
        *length += got > 0 ? (size_t)got : 0;
    }
    return lsc_fail_with(error, LSC_LIMIT, "%s: more than %zu bytes", path, room - 1);
}

static void warn_of_readers(int file, const char *path)
{
    struct stat about;
    if (fstat(file, &about) == 0 && S_ISREG(about.st_mode) &&
        (about.st_mode & (S_IRGRP | S_IROTH)) != 0) {
        lsc_warn("warning: others may read %s, which is secret: 'chmod 600' it", path);
    }
}

/* Read a secret file of at most `room` - 1 bytes. */
static lsc_status read_secret(const char *path, char *text, size_t room, size_t *length,
                              lsc_error *error)
{
    const bool is_standard = strcmp(path, "-") == 0;
    const int file = is_standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return refused(path, "open", error);
    }
    const lsc_status status =
        read_all(file, is_standard ? "standard input" : path, text, room, length, error);
    if (!is_standard) {
        warn_of_readers(file, path);
        close(file);
    }
    return status;
}

/* The terminal */

/* Read a line, up to a signal. */
static bool read_line(int terminal, char *text, size_t room)
{
    size_t length = 0;
    while (lsc_held_signal() == 0 && length + 1 < room) {
        const ssize_t got = read(terminal, text + length, 1);
        if (got == 1 && text[length] == '\n') {
            text[length] = '\0';
            return true;
        }
        if (got == 0 || (got < 0 && errno != EINTR)) {
            break;
        }
        length += got > 0;
    }
    return false;
}

static void say(int terminal, const char *text)
{
    if (write(terminal, text, strlen(text)) < 0) {
        return; /* it will not be seen, and can be typed all the same */
    }
}

/* Ask and read the answer without showing it. It is asked when nothing is shown any more, so that
 * what is typed at once is not lost. */
static bool ask_unseen(int terminal, const char *path, char *text, size_t room)
{
    struct termios shown;
    if (tcgetattr(terminal, &shown) != 0) {
        return false;
    }
    struct termios hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    bool was_read = false;
    if (tcsetattr(terminal, TCSAFLUSH, &hidden) == 0) {
        say(terminal, "Passphrase of ");
        say(terminal, path);
        say(terminal, ": ");
        was_read = read_line(terminal, text, room);
        say(terminal, "\n");
    }
    tcsetattr(terminal, TCSANOW, &shown);
    return was_read;
}

/* A signal that would end the program does so when the terminal is as it was. */
static bool ask_through_signals(int terminal, const char *path, char *text, size_t room)
{
    lsc_held_signals held;
    lsc_hold_signals(&held);
    const bool was_read = ask_unseen(terminal, path, text, room);
    lsc_release_signals(&held);
    return was_read;
}

static lsc_status ask(const char *path, lsc_key *key, lsc_error *error)
{
    const int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    bool was_read = false;
    if (terminal >= 0) {
        was_read = ask_through_signals(terminal, path, key->passphrase, sizeof key->passphrase);
        close(terminal);
    }
    return was_read ? LSC_OK
                    : lsc_fail_with(error, LSC_BAD_KEY,
                                    "%s: it is encrypted, and there is no terminal to ask for its "
                                    "passphrase: --passphrase-file FILE has it",
                                    path);
}

/* The first line of a file. */
static lsc_status read_passphrase(const char *path, lsc_key *key, lsc_error *error)
{
    size_t length = 0;
    const lsc_status status =
        read_secret(path, key->passphrase, sizeof key->passphrase, &length, error);
    if (status == LSC_OK) {
        key->passphrase[length] = '\0';
        key->passphrase[strcspn(key->passphrase, "\r\n")] = '\0';
    }
    return status;
}

lsc_status lsc_key_read(const char *path, const char *passphrase_file, lsc_key *key,
                        lsc_error *error)
{
    memset(key, 0, sizeof *key);
    const lsc_status status = read_secret(path, key->pem, sizeof key->pem, &key->length, error);
    if (status != LSC_OK) {
        return status;
    }
    key->is_encrypted = strstr(key->pem, "-----BEGIN ENCRYPTED PRIVATE KEY-----") != NULL;
    if (!key->is_encrypted) {
        return LSC_OK;
    }
    return passphrase_file != NULL ? read_passphrase(passphrase_file, key, error)
                                   : ask(path, key, error);
}

/* The key of a store */

void lsc_store_key_wipe(lsc_store_key *key)
{
    fill(key, 0, sizeof *key);
}

static int digit_value(char digit)
{
    static const char DIGITS[] = "0123456789abcdefABCDEF";
    const char *found = digit == '\0' ? NULL : strchr(DIGITS, digit);
    const int at = found == NULL ? -1 : (int)(found - DIGITS);
    return at < 16 ? at : at - 6;
}

/* Two digits a byte. */
static bool read_digits(const char *text, uint8_t *bytes, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes; i++) {
        const int high = digit_value(text[2 * i]);
        const int low = high < 0 ? -1 : digit_value(text[2 * i + 1]);
        if (low < 0) {
            return false;
        }
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

lsc_status lsc_store_key_read(const char *path, lsc_store_key *key, const lsc_store_key **given,
                              lsc_error *error)
{
    enum {
        DIGITS = 2 * LSC_STORE_KEY_SIZE
    };
    char text[DIGITS + 4] = {0}; /* the end of a line, and one byte more than fits */
    size_t length = 0;
    *key = (lsc_store_key)LSC_STORE_KEY_INIT;
    *given = path != NULL ? key : NULL;
    if (path == NULL) {
        return LSC_OK;
    }
    lsc_status status = read_secret(path, text, sizeof text - 1, &length, error);
    if (status == LSC_LIMIT) {
        status = LSC_OK; /* too long to be a key, which is said below */
    }
    if (status == LSC_OK && (!read_digits(text, key->bytes, sizeof key->bytes) ||
                             DIGITS + strspn(text + DIGITS, "\r\n") != length)) {
        status = lsc_fail_with(error, LSC_BAD_KEY, "%s: is no key: %d hex digits on one line",
                               strcmp(path, "-") == 0 ? "standard input" : path, (int)DIGITS);
    }
    fill(text, 0, sizeof text);
    return status;
}
