#include "output.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"

/* The files written aside; "" is a free slot. They are known to the signal handler. */
static char asides[LSC_MAX_OUTPUTS][PATH_MAX];

static void remove_asides(void)
{
    for (int i = 0; i < LSC_MAX_OUTPUTS; i++) {
        if (asides[i][0] != '\0') {
            unlink(asides[i]);
        }
    }
}

static void on_signal(int number)
{
    remove_asides();
    signal(number, SIG_DFL);
    raise(number);
}

/** A signal that is ignored (as nohup has it) stays so. */
static void take_over(int number)
{
    if (signal(number, on_signal) == SIG_IGN) {
        signal(number, SIG_IGN);
    }
}

static void remove_asides_at_the_end(void)
{
    static bool arranged;
    if (arranged) {
        return;
    }
    arranged = true;
    atexit(remove_asides);
    take_over(SIGINT);
    take_over(SIGTERM);
    take_over(SIGHUP);
    take_over(SIGPIPE);
    signal(SIGXFSZ, SIG_IGN); /* a file that may grow no further is told as an error */
}

static lsc_status refused(const char *path, const char *what, lsc_error *error)
{
    return lsc_fail_with(error, LSC_IO, "%s: cannot %s: %s", path, what, strerror(errno));
}

static bool is_written_in_place(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && !S_ISREG(about.st_mode);
}

static int free_slot(void)
{
    int slot = 0;
    while (asides[slot][0] != '\0') {
        slot++;
        assert(slot < LSC_MAX_OUTPUTS);
    }
    return slot;
}

/* The rights that the file has, or that a new one would get. */
static mode_t rights_of(const char *path)
{
    struct stat about;
    if (stat(path, &about) == 0) {
        return about.st_mode & 0777;
    }
    const mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

/* Between its making and its noting a file would be left behind by a signal: none comes in between. */
static int make_noted(char *aside, int slot)
{
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    const int file = mkstemp(aside);
    const int reason = errno;
    if (file >= 0) {
        memcpy(asides[slot], aside, strlen(aside) + 1);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = reason;
    return file;
}

static lsc_status open_aside(const char *path, lsc_output *output, lsc_error *error)
{
    remove_asides_at_the_end();
    const int slot = free_slot();
    char aside[PATH_MAX];
    if (snprintf(aside, sizeof aside, "%s.XXXXXX", path) >= (int)sizeof aside) {
        return lsc_fail_with(error, LSC_IO, "%.100s...: the name is too long", path);
    }
    const int file = make_noted(aside, slot);
    if (file < 0) {
        return refused(path, "create", error);
    }
    fchmod(file, rights_of(path));
    output->stream = fdopen(file, "w");
    output->slot = slot;
    return output->stream != NULL ? LSC_OK : refused(path, "write", error);
}

lsc_status lsc_output_open(const char *path, lsc_output *output, lsc_error *error)
{
    *output = (lsc_output){.stream = stdout, .slot = -1};
    if (path == NULL || strcmp(path, "-") == 0) {
        return LSC_OK;
    }
    output->path = path;
    if (!is_written_in_place(path)) {
        return open_aside(path, output, error);
    }
    output->stream = fopen(path, "w");
    return output->stream != NULL ? LSC_OK : refused(path, "write", error);
}

lsc_status lsc_output_commit(lsc_output *output, lsc_error *error)
{
    if (output->path == NULL) {
        return lsc_output_flush(error);
    }
    const bool was_written = !ferror(output->stream);
    if (fclose(output->stream) != 0 || !was_written) {
        return refused(output->path, "write", error);
    }
    if (output->slot < 0) {
        return LSC_OK;
    }
    if (rename(asides[output->slot], output->path) != 0) {
        return refused(output->path, "replace", error);
    }
    asides[output->slot][0] = '\0';
    return LSC_OK;
}

lsc_status lsc_output_bytes(const char *path, const void *bytes, size_t length, lsc_error *error)
{
    lsc_output output;
    const lsc_status status = lsc_output_open(path, &output, error);
    if (status != LSC_OK) {
        return status;
    }
    fwrite(bytes, 1, length, output.stream);
    return lsc_output_commit(&output, error);
}

lsc_status lsc_output_flush(lsc_error *error)
{
    const bool was_written = !ferror(stdout);
    if (fflush(stdout) == 0 && was_written) {
        return LSC_OK;
    }
    return refused("standard output", "write", error);
}
