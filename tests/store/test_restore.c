#include "backup_tools.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Stores made of backups: what is taken for one, and what became of the store that stood there. */

static void copy_file(const char *from, const char *to)
{
    size_t length;
    char *bytes = read_text(from, &length);
    FILE *file = fopen(to, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    fclose(file);
    free(bytes);
}

START_TEST(a_restored_store_has_the_log_of_a_store)
{
    lsc_store *store = store_of(NULL, 1);
    lsc_store *other;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.busy_ms = -1;
    ck_ok(lsc_store_backup(store, fresh("log.backup"), NULL, error));
    lsc_store_close(store);
    ck_ok(lsc_store_restore(at("log.backup"), fresh("log.store"), NULL, error));
    ck_ok(lsc_store_open(at("log.store"), &options, &store, error));
    ck_ok(lsc_store_open(at("log.store"), &options, &other, error));
    ck_ok(lsc_store_begin(store, error));
    put_lead(store, ACME, 2);
    ck_assert_int_eq(counts_of(other, NULL).leads, 1);
    ck_ok(lsc_store_commit(store, error)); /* which a reader would keep from a store without it */
    lsc_store_close(other);
    lsc_store_close(store);
}
END_TEST

START_TEST(what_is_no_backup_is_refused)
{
    fresh("no.store");
    ck_fails(lsc_store_restore(fresh("no.backup"), at("no.store"), NULL, error), LSC_NOT_FOUND,
             "no.backup");
    write_file(at("no.backup"), "");
    ck_fails(lsc_store_restore(at("no.backup"), at("no.store"), NULL, error), LSC_BAD_STORE,
             "is no backup");
    write_file(at("no.backup"), "SQLite format 3, so they say, and more of it");
    ck_fails(lsc_store_restore(at("no.backup"), at("no.store"), NULL, error), LSC_BAD_STORE,
             "is no backup");
    ck_fails(lsc_store_restore(lsc_test_folder(), at("no.store"), NULL, error), LSC_IO,
             "is a folder");
    ck_fails(lsc_store_restore(LSC_GOLDEN "/gbdt.lsm", at("no.store"), NULL, error), LSC_BAD_STORE,
             "is no backup");
    run_sql(fresh("notes.db"), "CREATE TABLE notes (text)");
    ck_fails(lsc_store_restore(at("notes.db"), at("no.store"), NULL, error), LSC_BAD_STORE,
             "notes.db");
    lsc_store *store = store_of("newer.store", 1);
    lsc_store_close(store);
    run_sql(at("newer.store"), "PRAGMA user_version = 999");
    ck_fails(lsc_store_restore(at("newer.store"), at("no.store"), NULL, error), LSC_UNSUPPORTED,
             "newer.store");
    ck_assert_int_ne(access(at("no.store"), F_OK), 0);
    expect_nothing_left();
}
END_TEST

/* The pages of a plain one are not covered by a hash: what the check of a store finds is refused. */
START_TEST(a_plain_backup_that_is_damaged_is_refused)
{
    lsc_store *store = store_of("torn.store", 50);
    ck_ok(lsc_store_backup(store, fresh("torn.backup"), NULL, error));
    lsc_store_close(store);
    ck_assert_int_eq(truncate(at("torn.backup"), 8192), 0);
    ck_fails(lsc_store_restore(at("torn.backup"), fresh("mended.store"), NULL, error),
             LSC_BAD_STORE, "torn.backup");
    ck_assert_int_ne(access(at("mended.store"), F_OK), 0);
    expect_nothing_left();
}
END_TEST

START_TEST(a_store_is_replaced_only_where_that_is_asked_for)
{
    lsc_store *store = store_of("old.store", 7);
    ck_ok(back_up(store, fresh("old.backup"), &key, error));
    for (unsigned number = 7; number < 12; number++) {
        put_lead(store, ACME, number);
    }
    lsc_store_close(store);
    ck_fails(restore(at("old.backup"), at("old.store"), &key, false, error), LSC_CONFLICT,
             "was not to be replaced");
    ck_assert_int_eq(leads_in(at("old.store")), 12);
    ck_ok(restore(at("old.backup"), at("old.store"), &key, true, error));
    ck_assert_int_eq(leads_in(at("old.store")), 7);
    ck_ok(restore(at("old.backup"), fresh("new.store"), &key, true, error));
    ck_assert_int_eq(leads_in(at("new.store")), 7);
    ck_fails(restore(at("old.backup"), lsc_test_folder(), &key, true, error), LSC_IO, "folder");
    expect_nothing_left();
}
END_TEST

START_TEST(a_store_in_use_is_not_replaced)
{
    lsc_store *store = store_of("used.store", 2);
    ck_ok(lsc_store_backup(store, fresh("used.backup"), NULL, error));
    put_lead(store, ACME, 2);
    ck_fails(restore(at("used.backup"), at("used.store"), NULL, true, error), LSC_BUSY,
             "used.store");
    ck_fails(lsc_store_restore(at("used.store"), fresh("copy.store"), NULL, error), LSC_CONFLICT,
             "used.store-wal");
    lsc_store *other = store_of("other.store", 1);
    ck_fails(lsc_store_backup(store, at("other.store"), NULL, error), LSC_CONFLICT,
             "other.store-wal");
    lsc_store_close(other);
    put_lead(store, ACME, 3);
    lsc_store_close(store);
    ck_assert_int_eq(leads_in(at("used.store")), 4);
    ck_ok(restore(at("used.backup"), at("used.store"), NULL, true, error));
    ck_assert_int_eq(leads_in(at("used.store")), 2);
    expect_nothing_left();
}
END_TEST

/** Whether this process has the lock of a database that is open; another one must ask. */
static bool is_locked(const char *path)
{
    int status;
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        /* The bytes that SQLite locks to read. */
        struct flock lock = {
            .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0x40000002, .l_len = 510};
        _exit(fcntl(open(path, O_RDWR), F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

/* Whoever closes a file loses the locks that the process has on it. */
START_TEST(a_store_that_is_taken_for_a_backup_stays_locked)
{
    lsc_store *store = store_of("locked.store", 2);
    fresh("link.store");
    ck_assert_int_eq(symlink(at("locked.store"), at("link.store")), 0);
    ck_assert(is_locked(at("locked.store")));
    ck_fails(lsc_store_restore(at("locked.store"), fresh("copy.store"), NULL, error), LSC_CONFLICT,
             "locked.store-wal");
    ck_fails(lsc_store_restore(at("link.store"), at("copy.store"), NULL, error), LSC_CONFLICT,
             "locked.store-wal");
    ck_assert(is_locked(at("locked.store")));
    lsc_store_close(store);
}
END_TEST

static bool make_text(void *ctx, uint64_t n_bytes, uint64_t n_all)
{
    (void)n_bytes;
    (void)n_all;
    write_file(ctx, "another");
    return true;
}

START_TEST(what_is_made_while_a_store_is_restored_is_not_replaced)
{
    char path[4200];
    size_t length;
    lsc_restore options = LSC_RESTORE_INIT;
    lsc_store *store = store_of("early.store", 3);
    ck_ok(lsc_store_backup(store, fresh("early.backup"), NULL, error));
    lsc_store_close(store);
    snprintf(path, sizeof path, "%s", fresh("late.store"));
    options.progress = make_text;
    options.progress_ctx = path;
    ck_fails(lsc_store_restore(at("early.backup"), path, &options, error), LSC_CONFLICT,
             "late.store");
    char *text = read_text(path, &length);
    ck_assert_uint_eq(length, strlen("another"));
    free(text);
    expect_nothing_left();
}
END_TEST

START_TEST(a_store_that_is_restored_has_the_rights_of_the_old_one)
{
    static const mode_t modes[] = {0600, 0640, 0666};
    struct stat info;
    lsc_store *store = store_of("rights.store", 1);
    ck_ok(lsc_store_backup(store, fresh("rights.backup"), NULL, error));
    lsc_store_close(store);
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        ck_assert_int_eq(chmod(at("rights.store"), modes[i]), 0);
        ck_ok(restore(at("rights.backup"), at("rights.store"), NULL, true, error));
        ck_assert_int_eq(stat(at("rights.store"), &info), 0);
        ck_assert_uint_eq(info.st_mode & 0777, modes[i]);
    }
}
END_TEST

/* What a process that was killed left in the log of the old store is not taken for the new one's. */
START_TEST(the_log_of_an_old_store_does_not_reach_the_new_one)
{
    lsc_store *store = store_of("log.store", 2);
    ck_ok(lsc_store_backup(store, fresh("log.backup"), NULL, error));
    for (unsigned number = 2; number < 9; number++) {
        put_lead(store, ACME, number);
    }
    copy_file(at("log.store"), fresh("killed.store"));
    copy_file(at("log.store-wal"), at("killed.store-wal"));
    copy_file(at("log.store-wal"), at("saved.wal"));
    lsc_store_close(store);
    ck_ok(restore(at("log.backup"), at("killed.store"), NULL, true, error));
    ck_assert_int_eq(leads_in(at("killed.store")), 2);
    /* Of a store that is gone but for its log. */
    unlink(at("killed.store"));
    copy_file(at("saved.wal"), at("killed.store-wal"));
    ck_fails(restore(at("log.backup"), at("killed.store"), NULL, false, error), LSC_CONFLICT,
             "killed.store-wal");
    ck_ok(restore(at("log.backup"), at("killed.store"), NULL, true, error));
    ck_assert_int_eq(leads_in(at("killed.store")), 2);
    /* And of one that is no store any more, which is why it is restored. */
    write_file(at("killed.store"), "torn");
    copy_file(at("saved.wal"), at("killed.store-wal"));
    ck_ok(restore(at("log.backup"), at("killed.store"), NULL, true, error));
    ck_assert_int_eq(leads_in(at("killed.store")), 2);
}
END_TEST

/* It was the standard input, file 0, that was closed where no backup stood. */
START_TEST(a_backup_that_cannot_be_opened_closes_no_file_of_the_host)
{
    int null = open("/dev/null", O_RDONLY);
    ck_assert_int_eq(dup2(null, STDIN_FILENO), STDIN_FILENO);
    ck_fails(restore(fresh("no.backup"), fresh("no.store"), NULL, false, error), LSC_NOT_FOUND,
             "no.backup");
    ck_assert_int_ne(fcntl(STDIN_FILENO, F_GETFD), -1);
    lsc_store *store = store_of("open.store", 1);
    ck_fails(restore(at("open.store"), at("no.store"), NULL, false, error), LSC_CONFLICT,
             "open.store");
    ck_assert_int_ne(fcntl(STDIN_FILENO, F_GETFD), -1);
    lsc_store_close(store);
    close(null);
}
END_TEST

LSC_SUITE("store/restore", TEST(a_restored_store_has_the_log_of_a_store),
          TEST(what_is_no_backup_is_refused), TEST(a_plain_backup_that_is_damaged_is_refused),
          TEST(a_store_is_replaced_only_where_that_is_asked_for),
          TEST(a_store_in_use_is_not_replaced),
          TEST(a_store_that_is_taken_for_a_backup_stays_locked),
          TEST(what_is_made_while_a_store_is_restored_is_not_replaced),
          TEST(a_store_that_is_restored_has_the_rights_of_the_old_one),
          TEST(the_log_of_an_old_store_does_not_reach_the_new_one),
          TEST(a_backup_that_cannot_be_opened_closes_no_file_of_the_host))
