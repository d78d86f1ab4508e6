#include "suite.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/file.h"

/** The path of `name` in this test's folder; valid until the eighth next call. */
static const char *at(const char *name)
{
    static char paths[8][4096];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", lsc_test_folder(), name);
    return path;
}

/** Write a file without the functions under test. */
static const char *given(const char *name, const char *bytes, size_t length)
{
    const char *path = at(name);
    unlink(path);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
    return path;
}

static void check_holds(const char *path, const char *text)
{
    char *bytes = NULL;
    size_t length;
    ck_ok(lsc_file_read(path, 1 << 20, lsc_default_allocator(), &bytes, &length, error));
    ck_assert_uint_eq(length, strlen(text));
    ck_assert_str_eq(bytes, text);
    free(bytes);
}

/** Entries of a folder, temporary ones too. */
static size_t count_entries(const char *path)
{
    DIR *folder = opendir(path);
    ck_assert_ptr_nonnull(folder);
    size_t count = 0;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    closedir(folder);
    return count;
}

static lsc_status read_file(const char *path, size_t max_bytes, const lsc_allocator *allocator,
                            lsc_error *error)
{
    char *bytes = (char *)1;
    size_t length = 1;
    lsc_status status = lsc_file_read(path, max_bytes, allocator, &bytes, &length, error);
    ck_assert((bytes != NULL) == (status == LSC_OK));
    lsc_release(allocator, bytes);
    return status;
}

START_TEST(a_file_is_read_whole)
{
    const lsc_allocator *allocator = lsc_default_allocator();
    char *big = malloc(300000);
    for (int i = 0; i < 300000; i++) {
        big[i] = (char)(i * 7 % 251);
    }
    const char *path = given("big", big, 300000);
    char *bytes;
    size_t length;
    ck_ok(lsc_file_read(path, 300000, allocator, &bytes, &length, error));
    ck_assert_uint_eq(length, 300000);
    ck_assert_mem_eq(bytes, big, 300000);
    ck_assert_int_eq(bytes[300000], '\0');
    free(bytes);
    free(big);
    ck_fails(read_file(path, 299999, allocator, error), LSC_LIMIT, "big: larger than 299999 bytes");
    check_holds(given("empty", "", 0), "");
    ck_ok(read_file(at("empty"), 0, allocator, error));
    given("one", "x", 1);
    ck_ok(read_file(at("one"), 1, allocator, error));
    ck_fails(read_file(at("one"), 0, allocator, error), LSC_LIMIT, "larger than 0 bytes");
}
END_TEST

START_TEST(what_is_no_file_is_refused)
{
    const lsc_allocator *allocator = lsc_default_allocator();
    given("one", "x", 1);
    ck_fails(read_file(at("none"), 10, allocator, error), LSC_NOT_FOUND, "none: cannot open it");
    ck_fails(read_file(at("one/below"), 10, allocator, error), LSC_NOT_FOUND, "one/below");
    ck_fails(read_file("", 10, allocator, error), LSC_NOT_FOUND, "cannot open");
    ck_fails(read_file(lsc_test_folder(), 10, allocator, error), LSC_IO, "is a folder");
    if (geteuid() != 0) {
        chmod(at("one"), 0);
        ck_fails(read_file(at("one"), 10, allocator, error), LSC_IO, "one: cannot open it");
    }
}
END_TEST

/* The memory of a process at 0, where nothing is: it opens, and cannot be read. */
START_TEST(a_file_that_opens_and_cannot_be_read_is_told)
{
    const char path[] = "/proc/self/mem";
    if (access(path, R_OK) != 0) {
        fprintf(stderr, "SKIPPED: there is no %s\n", path);
        return;
    }
    ck_fails(read_file(path, 10, lsc_default_allocator(), error), LSC_IO,
             "/proc/self/mem: cannot read it");
    lsc_line_reader reader;
    const char *text;
    size_t length;
    ck_ok(lsc_line_reader_open(&reader, path, lsc_default_allocator(), error));
    ck_fails(lsc_line_reader_next(&reader, 10, &text, &length, error), LSC_IO, "cannot read it");
    lsc_line_reader_close(&reader);
}
END_TEST

START_TEST(a_pipe_is_limited_too)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], "12345", 5), 5);
    close(ends[1]);
    char path[64];
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    ck_fails(read_file(path, 4, lsc_default_allocator(), error), LSC_LIMIT, "larger than 4 bytes");
    close(ends[0]);
}
END_TEST

START_TEST(reading_survives_each_failing_allocation)
{
    char bytes[200000];
    memset(bytes, 'x', sizeof bytes);
    const char *path = given("big", bytes, sizeof bytes);
    for (size_t fail_at = 1;; fail_at++) {
        lsc_test_heap heap = {.fail_at = fail_at};
        lsc_allocator allocator = lsc_test_allocator(&heap);
        lsc_status status = read_file(path, sizeof bytes, &allocator, NULL);
        ck_assert_uint_eq(heap.live, 0);
        if (status == LSC_OK) {
            ck_assert_uint_gt(fail_at, 1);
            break;
        }
        ck_assert_int_eq(status, LSC_NO_MEMORY);
    }
}
END_TEST

START_TEST(a_file_is_written_and_replaced)
{
    const char *path = at("new");
    unlink(path);
    ck_ok(lsc_file_write(path, "first", 5, error));
    check_holds(path, "first");
    ck_ok(lsc_file_write(path, "", 0, error));
    check_holds(path, "");
    ck_ok(lsc_file_write(path, "second", 6, error));
    check_holds(path, "second");
    ck_assert_int_eq(chdir(lsc_test_folder()), 0);
    ck_ok(lsc_file_write("new", "third", 5, error));
    check_holds("new", "third");
}
END_TEST

START_TEST(a_written_file_has_the_usual_mode)
{
    mode_t before = umask(027);
    const char *path = at("mode");
    unlink(path);
    ck_ok(lsc_file_write(path, "x", 1, error));
    struct stat info;
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_int_eq(info.st_mode & 0777, 0640);
    umask(before);
}
END_TEST

START_TEST(a_reader_of_the_old_file_keeps_it)
{
    const char *path = given("old", "old", 3);
    FILE *file = fopen(path, "r");
    ck_ok(lsc_file_write(path, "replaced", 8, error));
    char bytes[16] = {0};
    ck_assert_uint_eq(fread(bytes, 1, sizeof bytes - 1, file), 3);
    ck_assert_str_eq(bytes, "old");
    fclose(file);
    check_holds(path, "replaced");
}
END_TEST

START_TEST(a_link_stays_and_its_target_is_replaced)
{
    const char *target = given("target", "old", 3);
    const char *link = at("link");
    unlink(link);
    ck_assert_int_eq(symlink("target", link), 0);
    ck_ok(lsc_file_write(link, "new", 3, error));
    struct stat info;
    ck_assert_int_eq(lstat(link, &info), 0);
    ck_assert(S_ISLNK(info.st_mode));
    check_holds(target, "new");
    const char *dangling = at("dangling");
    unlink(dangling);
    ck_assert_int_eq(symlink("nowhere", dangling), 0);
    ck_fails(lsc_file_write(dangling, "x", 1, error), LSC_NOT_FOUND, "cannot follow the link");
}
END_TEST

START_TEST(a_device_is_written_and_not_replaced)
{
    ck_ok(lsc_file_write("/dev/null", "x", 1, error));
    struct stat info;
    ck_assert_int_eq(stat("/dev/null", &info), 0);
    ck_assert(S_ISCHR(info.st_mode));
    if (access("/dev/full", W_OK) == 0) {
        ck_fails(lsc_file_write("/dev/full", "x", 1, error), LSC_IO, "/dev/full: cannot write it");
    }
}
END_TEST

START_TEST(a_pipe_is_written)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    char path[64];
    snprintf(path, sizeof path, "/dev/fd/%d", ends[1]);
    ck_ok(lsc_file_write(path, "hello", 5, error));
    char bytes[16];
    ck_assert_int_eq(read(ends[0], bytes, sizeof bytes), 5);
    ck_assert_mem_eq(bytes, "hello", 5);
    close(ends[0]);
    close(ends[1]);
}
END_TEST

START_TEST(a_failed_write_leaves_the_old_file_and_nothing_else)
{
    const char *folder = at("alone");
    mkdir(folder, 0777);
    const char *path = given("alone/kept", "kept", 4);
    /* The system refuses to write past a size: the last block fails. */
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {100000, RLIM_INFINITY};
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    char *bytes = calloc(1, 200000);
    ck_fails(lsc_file_write(path, bytes, 200000, error), LSC_IO, "kept: cannot write it");
    limit.rlim_cur = RLIM_INFINITY;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    free(bytes);
    check_holds(path, "kept");
    ck_assert_uint_eq(count_entries(folder), 1);
}
END_TEST

START_TEST(what_cannot_be_written_is_refused)
{
    given("one", "x", 1);
    ck_fails(lsc_file_write(lsc_test_folder(), "x", 1, error), LSC_IO, "is a folder");
    ck_fails(lsc_file_write(at("no/folder"), "x", 1, error), LSC_NOT_FOUND, "no/folder: cannot");
    ck_fails(lsc_file_write(at("one/below"), "x", 1, error), LSC_NOT_FOUND, "one/below: cannot");
    ck_fails(lsc_file_write("", "x", 1, error), LSC_NOT_FOUND, "cannot create it");
    char name[300];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    const char *folder = at("long");
    mkdir(folder, 0777);
    char path[5000];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    ck_fails(lsc_file_write(path, "x", 1, error), LSC_IO, "cannot create it");
    ck_assert_uint_eq(count_entries(folder), 0);
    path[strlen(folder) + 1 + NAME_MAX] = '\0'; /* the longest name there is */
    ck_ok(lsc_file_write(path, "x", 1, error));
    ck_assert_uint_eq(count_entries(folder), 1);
    unlink(path);
    if (geteuid() != 0) {
        chmod(folder, 0555);
        ck_fails(lsc_file_write(at("long/x"), "x", 1, error), LSC_IO, "cannot create it");
        chmod(folder, 0777);
    }
}
END_TEST

START_TEST(a_leftover_temporary_name_is_passed_over)
{
    const char *folder = at("leftover");
    mkdir(folder, 0777);
    char name[64];
    snprintf(name, sizeof name, "leftover/.leadscore-%ld-0.tmp", (long)getpid());
    const char *leftover = given(name, "someone's", 9);
    ck_ok(lsc_file_write(at("leftover/new"), "new", 3, error));
    check_holds(at("leftover/new"), "new");
    check_holds(leftover, "someone's");
    ck_assert_uint_eq(count_entries(folder), 2);
    unlink(leftover);
    unlink(at("leftover/new"));
}
END_TEST

START_TEST(writing_gives_up_where_every_temporary_name_is_taken)
{
    enum {
        NAMES = 1000 /* as MAX_TEMPORARY_NAMES of core/file.c */
    };
    mkdir(at("taken"), 0777);
    for (int i = 0; i < NAMES; i++) {
        char name[64];
        snprintf(name, sizeof name, "taken/.leadscore-%ld-%d.tmp", (long)getpid(), i);
        given(name, "", 0);
    }
    ck_fails(lsc_file_write(at("taken/new"), "x", 1, error), LSC_IO, "new: cannot create it");
    ck_assert_uint_eq(count_entries(at("taken")), NAMES);
}
END_TEST

/* Signals come while the read waits, and the bytes after them. */
static void on_alarm(int signal_number)
{
    (void)signal_number;
}

START_TEST(a_signal_does_not_end_a_read)
{
    int ends[2];
    char path[64];
    char *bytes;
    size_t length;
    const struct timespec a_moment = {0, 1000000};
    const struct sigaction interrupting = {.sa_handler = on_alarm};
    ck_assert_int_eq(pipe(ends), 0);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    ck_assert_int_eq(sigaction(SIGALRM, &interrupting, NULL), 0);
    pid_t child = fork();
    if (child == 0) {
        for (int i = 0; i < 20; i++) {
            kill(getppid(), SIGALRM);
            nanosleep(&a_moment, NULL);
        }
        _exit(write(ends[1], "late", 4) == 4 ? 0 : 1);
    }
    close(ends[1]);
    ck_ok(lsc_file_read(path, 10, lsc_default_allocator(), &bytes, &length, error));
    ck_assert_str_eq(bytes, "late");
    free(bytes);
    close(ends[0]);
    waitpid(child, NULL, 0);
}
END_TEST

static void check_line(lsc_line_reader *reader, const char *expected, size_t length, int64_t number,
                       int64_t offset)
{
    const char *text;
    size_t got;
    ck_ok(lsc_line_reader_next(reader, 100, &text, &got, error));
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_eq(got, length);
    ck_assert_mem_eq(text, expected, length + 1);
    ck_assert_int_eq(reader->line, number);
    ck_assert_int_eq(reader->offset, offset);
}

static void check_end(lsc_line_reader *reader)
{
    const char *text = "x";
    size_t length = 1;
    ck_ok(lsc_line_reader_next(reader, 100, &text, &length, error));
    ck_assert_ptr_null(text);
    ck_assert_uint_eq(length, 0);
}

START_TEST(lines_are_read_with_their_numbers_and_offsets)
{
    static const char bytes[] = "first\n\r\nthird\r\n\rfo\0ur\r\r\n\nlast\r";
    const char *path = given("lines", bytes, sizeof bytes - 1);
    lsc_line_reader reader;
    ck_ok(lsc_line_reader_open(&reader, path, lsc_default_allocator(), error));
    for (int round = 0; round < 2; round++) {
        check_line(&reader, "first", 5, 1, 0);
        check_line(&reader, "", 0, 2, 6);
        check_line(&reader, "third", 5, 3, 8);
        check_line(&reader, "\rfo\0ur\r", 7, 4, 15);
        check_line(&reader, "", 0, 5, 24);
        check_line(&reader, "last\r", 5, 6, 25);
        check_end(&reader);
        check_end(&reader);
        ck_assert_int_eq(reader.line, 6);
        ck_ok(lsc_line_reader_rewind(&reader, error));
    }
    lsc_line_reader_close(&reader);
    lsc_line_reader_close(&reader);
}
END_TEST

START_TEST(an_empty_file_has_no_line)
{
    lsc_line_reader reader;
    ck_ok(lsc_line_reader_open(&reader, given("empty", "", 0), lsc_default_allocator(), error));
    check_end(&reader);
    lsc_line_reader_close(&reader);
    ck_ok(lsc_line_reader_open(&reader, given("newline", "\n", 1), lsc_default_allocator(), error));
    check_line(&reader, "", 0, 1, 0);
    check_end(&reader);
    lsc_line_reader_close(&reader);
}
END_TEST

START_TEST(a_line_is_limited)
{
    static const char *const whole[] = {"12345", "12345\n", "12345\r\n", "\n12345\r\n"};
    static const char *const longer[] = {"123456", "123456\n", "123456\r\n", "\n12345\rx"};
    const char *text;
    size_t length;
    for (size_t i = 0; i < 4; i++) {
        lsc_line_reader reader;
        given("limit", whole[i], strlen(whole[i]));
        ck_ok(lsc_line_reader_open(&reader, at("limit"), lsc_default_allocator(), error));
        for (int line = 0; line < (i == 3 ? 2 : 1); line++) {
            ck_ok(lsc_line_reader_next(&reader, 5, &text, &length, error));
        }
        ck_assert_str_eq(text, "12345");
        lsc_line_reader_close(&reader);
        given("limit", longer[i], strlen(longer[i]));
        ck_ok(lsc_line_reader_open(&reader, at("limit"), lsc_default_allocator(), error));
        if (i == 3) {
            ck_ok(lsc_line_reader_next(&reader, 5, &text, &length, error));
        }
        ck_fails(lsc_line_reader_next(&reader, 5, &text, &length, error), LSC_LIMIT,
                 i == 3 ? "limit:2: the line is longer than 5 bytes"
                        : "limit:1: the line is longer than 5 bytes");
        ck_assert_ptr_null(text);
        lsc_line_reader_close(&reader);
    }
}
END_TEST

START_TEST(what_is_left_of_a_line_that_is_too_long_can_be_passed)
{
    static const char lines[] = "123456789\n12345\n123456\nab\n1234567";
    lsc_line_reader reader;
    const char *text;
    size_t length;
    given("passed", lines, strlen(lines));
    ck_ok(lsc_line_reader_open(&reader, at("passed"), lsc_default_allocator(), error));
    ck_fails(lsc_line_reader_next(&reader, 5, &text, &length, error), LSC_LIMIT, "passed:1: ");
    ck_ok(lsc_line_reader_skip(&reader, error));
    ck_ok(lsc_line_reader_next(&reader, 5, &text, &length, error));
    ck_assert_str_eq(text, "12345");
    ck_assert_int_eq(reader.offset, 10);
    /* All of it was read, and its end. */
    ck_fails(lsc_line_reader_next(&reader, 5, &text, &length, error), LSC_LIMIT, "passed:3: ");
    ck_ok(lsc_line_reader_skip(&reader, error));
    ck_ok(lsc_line_reader_next(&reader, 5, &text, &length, error));
    ck_assert_str_eq(text, "ab");
    ck_assert_int_eq(reader.line, 4);
    ck_assert_int_eq(reader.offset, 23);
    ck_fails(lsc_line_reader_next(&reader, 5, &text, &length, error), LSC_LIMIT, "passed:5: ");
    ck_ok(lsc_line_reader_skip(&reader, error));
    ck_ok(lsc_line_reader_next(&reader, 5, &text, &length, error));
    ck_assert_ptr_null(text);
    lsc_line_reader_close(&reader);
}
END_TEST

START_TEST(long_lines_are_read_whole)
{
    enum {
        N = 100000
    };
    char *bytes = malloc(2 * N);
    memset(bytes, 'a', 2 * N);
    bytes[N - 1] = '\n';
    lsc_line_reader reader;
    ck_ok(lsc_line_reader_open(&reader, given("long-lines", bytes, 2 * N), lsc_default_allocator(),
                               error));
    const char *text;
    size_t length;
    ck_ok(lsc_line_reader_next(&reader, SIZE_MAX, &text, &length, error));
    ck_assert_uint_eq(length, N - 1);
    ck_ok(lsc_line_reader_next(&reader, N, &text, &length, error));
    ck_assert_uint_eq(length, N);
    ck_assert_int_eq(reader.offset, N);
    lsc_line_reader_close(&reader);
    free(bytes);
}
END_TEST

START_TEST(a_line_reader_survives_each_failing_allocation)
{
    char bytes[20000];
    memset(bytes, 'x', sizeof bytes);
    const char *path = given("line", bytes, sizeof bytes);
    for (size_t fail_at = 1;; fail_at++) {
        lsc_test_heap heap = {.fail_at = fail_at};
        lsc_allocator allocator = lsc_test_allocator(&heap);
        lsc_line_reader reader;
        ck_ok(lsc_line_reader_open(&reader, path, &allocator, error));
        const char *text;
        size_t length;
        lsc_status status = lsc_line_reader_next(&reader, 20000, &text, &length, NULL);
        lsc_line_reader_close(&reader);
        ck_assert_uint_eq(heap.live, 0);
        if (status == LSC_OK) {
            ck_assert_uint_gt(fail_at, 2);
            break;
        }
        ck_assert_int_eq(status, LSC_NO_MEMORY);
        ck_assert_ptr_null(text);
    }
}
END_TEST

START_TEST(standard_input_is_read_but_a_pipe_only_once)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    ck_assert_int_eq(write(ends[1], "one\ntwo", 7), 7);
    close(ends[0]);
    close(ends[1]);
    lsc_line_reader reader;
    ck_ok(lsc_line_reader_open(&reader, "-", lsc_default_allocator(), error));
    check_line(&reader, "one", 3, 1, 0);
    check_line(&reader, "two", 3, 2, 4);
    check_end(&reader);
    ck_fails(lsc_line_reader_rewind(&reader, error), LSC_UNSUPPORTED,
             "standard input cannot be read a second time");
    lsc_line_reader_close(&reader);
    ck_assert_int_ge(fcntl(STDIN_FILENO, F_GETFD), 0); /* not ours to close */
}
END_TEST

START_TEST(a_line_reader_needs_a_file)
{
    lsc_line_reader reader;
    const lsc_allocator *allocator = lsc_default_allocator();
    ck_fails(lsc_line_reader_open(&reader, at("none"), allocator, error), LSC_NOT_FOUND,
             "none: cannot open it");
    ck_fails(lsc_line_reader_open(&reader, lsc_test_folder(), allocator, error), LSC_IO,
             "is a folder");
}
END_TEST

LSC_SUITE("core/file", TEST(a_file_is_read_whole), TEST(what_is_no_file_is_refused),
          TEST(a_file_that_opens_and_cannot_be_read_is_told), TEST(a_pipe_is_limited_too),
          TEST(reading_survives_each_failing_allocation), TEST(a_written_file_has_the_usual_mode),
          TEST(a_reader_of_the_old_file_keeps_it), TEST(a_link_stays_and_its_target_is_replaced),
          TEST(a_device_is_written_and_not_replaced), TEST(a_pipe_is_written),
          TEST(a_failed_write_leaves_the_old_file_and_nothing_else),
          TEST(what_cannot_be_written_is_refused), TEST(a_leftover_temporary_name_is_passed_over),
          TEST(writing_gives_up_where_every_temporary_name_is_taken),
          TEST(a_signal_does_not_end_a_read), TEST(lines_are_read_with_their_numbers_and_offsets),
          TEST(an_empty_file_has_no_line), TEST(a_line_is_limited),
          TEST(what_is_left_of_a_line_that_is_too_long_can_be_passed),
          TEST(long_lines_are_read_whole), TEST(a_line_reader_survives_each_failing_allocation),
          TEST(a_line_reader_needs_a_file), TEST(a_file_is_written_and_replaced),
          TEST(standard_input_is_read_but_a_pipe_only_once))
