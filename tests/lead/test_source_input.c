/* Leads, activities and outcomes from standard input and from pipes. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lead_tools.h"

#define L1 "{\"id\": \"L1\", \"email\": \"one@x.y\"}\n"
#define L2 "{\"id\": \"L2\", \"email\": \"two@x.y\"}\n"
#define A(lead, id, time) \
    "{\"id\": \"" id "\", \"lead_id\": \"" lead "\", \"type\": \"a\", \"time\": " time "}\n"
#define O(lead, time, label) \
    "{\"lead_id\": \"" lead "\", \"time\": " time ", \"label\": " label "}\n"

static lsc_source *open_paths(const char *leads, const char *activities, const char *outcomes)
{
    lsc_files files = LSC_FILES_INIT;
    lsc_source *source;
    files.leads = leads;
    files.activities = activities;
    files.outcomes = outcomes;
    ck_ok(lsc_source_open_files(&files, &source, error));
    return source;
}

static void feed_stdin(const char *text)
{
    int fds[2];
    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(write(fds[1], text, strlen(text)), (ssize_t)strlen(text));
    close(fds[1]);
    ck_assert_int_eq(dup2(fds[0], STDIN_FILENO), STDIN_FILENO);
    close(fds[0]);
    clearerr(stdin);
}

START_TEST(activities_of_standard_input_are_read_back)
{
    feed_stdin(A("L2", "a", "30") A("L1", "b", "20") A("L2", "c", "10"));
    char *path = lsc_test_write_text("leads.ndjson", L1 L2);
    lsc_source *source = open_paths(path, "-", NULL);
    for (int round = 0; round < 2; round++) {
        ck_assert_uint_eq(lsc_lead_n_activities(lsc_test_next(source).lead), 1);
        ck_assert_uint_eq(lsc_lead_n_activities(lsc_test_next(source).lead), 2);
        lsc_test_no_more(source);
        ck_ok(lsc_source_rewind(source, error));
    }
    lsc_source_free(source);
    free(path);
}
END_TEST

START_TEST(standard_input_is_read_from_where_it_stands)
{
    static const char first[] = "not for us\n";
    char *input = lsc_test_write_text("input", "not for us\n" A("L1", "1", "1"));
    int fd = open(input, O_RDONLY);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    close(fd);
    ck_assert_int_eq(lseek(STDIN_FILENO, sizeof first - 1, SEEK_SET), sizeof first - 1);
    clearerr(stdin);
    char *path = lsc_test_write_text("leads.ndjson", L1);
    lsc_source *source = open_paths(path, "-", NULL);
    ck_assert_uint_eq(lsc_lead_n_activities(lsc_test_next(source).lead), 1);
    lsc_source_free(source);
    free(path);
    free(input);
}
END_TEST

static int count_open_descriptors(void)
{
    int n = 0;
    for (int fd = 0; fd < 256; fd++) {
        n += fcntl(fd, F_GETFD) != -1;
    }
    return n;
}

START_TEST(pipe_with_a_name_is_copied_aside_and_closed)
{
    static const char text[] = A("L2", "a", "30") A("L1", "b", "20");
    int open_before = count_open_descriptors();
    char *leads = lsc_test_write_text("leads.ndjson", L1 L2);
    char *fifo = lsc_test_write_text("fifo", "");
    ck_assert_int_eq(unlink(fifo), 0);
    ck_assert_int_eq(mkfifo(fifo, 0600), 0);
    pid_t writer = fork();
    if (writer == 0) {
        int fd = open(fifo, O_WRONLY);
        _exit(write(fd, text, sizeof text - 1) == (ssize_t)(sizeof text - 1) ? 0 : 1);
    }
    lsc_source *source = open_paths(leads, fifo, NULL);
    ck_assert_uint_eq(lsc_lead_n_activities(lsc_test_next(source).lead), 1);
    ck_assert_uint_eq(lsc_lead_n_activities(lsc_test_next(source).lead), 1);
    lsc_source_free(source);
    ck_assert_int_eq(waitpid(writer, NULL, 0), writer);
    ck_assert_int_eq(count_open_descriptors(), open_before);
    free(leads);
    free(fifo);
}
END_TEST

START_TEST(leads_of_standard_input_are_read_once_or_copied_aside)
{
    feed_stdin(L1 L2);
    lsc_source *source = open_paths("-", NULL, NULL);
    lsc_test_next(source);
    lsc_test_next(source);
    lsc_test_no_more(source);
    ck_fails(lsc_source_rewind(source, error), LSC_UNSUPPORTED, "standard input");
    lsc_source_free(source);

    char *path = lsc_test_write_text("activities.ndjson", A("L2", "1", "1"));
    feed_stdin(L1 L2);
    source = open_paths("-", path, NULL);
    ck_assert_uint_eq(lsc_lead_n_activities(lsc_test_next(source).lead), 0);
    ck_assert_uint_eq(lsc_lead_n_activities(lsc_test_next(source).lead), 1);
    ck_ok(lsc_source_rewind(source, error));
    lsc_test_next(source);
    lsc_source_free(source);
    free(path);
}
END_TEST

START_TEST(outcomes_of_standard_input_are_read)
{
    feed_stdin(O("L1", "5", "true"));
    char *path = lsc_test_write_text("leads.ndjson", L1);
    lsc_source *source = open_paths(path, NULL, "-");
    ck_assert_uint_eq(lsc_test_next(source).n_outcomes, 1);
    lsc_source_free(source);
    free(path);
}
END_TEST

LSC_SUITE("lead/source_input", TEST(activities_of_standard_input_are_read_back),
          TEST(standard_input_is_read_from_where_it_stands),
          TEST(pipe_with_a_name_is_copied_aside_and_closed),
          TEST(leads_of_standard_input_are_read_once_or_copied_aside),
          TEST(outcomes_of_standard_input_are_read))
