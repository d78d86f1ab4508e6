#include "backup_tools.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/sha.h>

/* Backups, plain and encrypted: what is in one, who may read it, and what stops it. */

static const lsc_store_key other_key = {sizeof other_key, NULL, {8, 7, 6, 5}};
static const lsc_store_key named_key = {sizeof named_key, "autumn", {1, 2, 3, 4, 5, 6, 7, 8}};

START_TEST(a_store_comes_back_from_its_backup)
{
    static const lsc_store_key *const keys[] = {NULL, &key, &named_key};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        lsc_store *store = store_of(i == 0 ? NULL : "whole.store", 20);
        ck_ok(back_up(store, fresh("whole.backup"), keys[i], error));
        put_lead(store, ACME, 20);
        lsc_store_close(store);
        ck_ok(restore(at("whole.backup"), fresh("back.store"), keys[i], false, error));
        ck_assert_int_eq(leads_in(at("back.store")), 20);
    }
    expect_nothing_left();
}
END_TEST

START_TEST(a_plain_backup_is_a_store)
{
    lsc_store *store = store_of("plain.store", 3);
    ck_ok(lsc_store_backup(store, fresh("plain.backup"), NULL, error));
    lsc_store_close(store);
    ck_assert_int_eq(leads_in(at("plain.backup")), 3);
}
END_TEST

START_TEST(a_backup_is_its_owners_alone)
{
    struct stat info;
    lsc_store *store = store_of("owner.store", 1);
    ck_ok(lsc_store_backup(store, fresh("owner.backup"), NULL, error));
    lsc_store_close(store);
    ck_assert_int_eq(stat(at("owner.backup"), &info), 0);
    ck_assert_uint_eq(info.st_mode & 0777, 0600);
}
END_TEST

static bool holds(const char *bytes, size_t length, const char *text)
{
    bool found = false;
    for (size_t i = 0; i + strlen(text) <= length && !found; i++) {
        found = memcmp(bytes + i, text, strlen(text)) == 0;
    }
    return found;
}

/* The same store twice gives two different messages: salt and nonce are new each time. */
START_TEST(an_encrypted_backup_shows_nothing_of_the_store)
{
    size_t lengths[2];
    char *bytes[2];
    lsc_store *store = store_of("secret.store", 5);
    ck_ok(lsc_store_put_lead_json(store, ACME, "{\"id\": \"x\", \"city\": \"Quetzaltenango\"}", 37,
                                  error));
    for (size_t i = 0; i < 2; i++) {
        ck_ok(back_up(store, fresh("secret.backup"), &key, error));
        bytes[i] = read_text(at("secret.backup"), &lengths[i]);
        ck_assert(!holds(bytes[i], lengths[i], "Quetzaltenango"));
        ck_assert(!holds(bytes[i], lengths[i], "CREATE TABLE"));
    }
    ck_assert_uint_eq(lengths[0], lengths[1]);
    ck_assert_int_ne(memcmp(bytes[0] + 192, bytes[1] + 192, 1000), 0);
    lsc_store_close(store);
    free(bytes[0]);
    free(bytes[1]);
}
END_TEST

/* Writers go on while the copy is made; it is of one moment, and they are not kept. */
typedef struct writing {
    lsc_store *store;
    unsigned number;
    uint64_t n_bytes;
    uint64_t n_all;
    unsigned stop_after;
} writing;

static bool write_more(void *ctx, uint64_t n_bytes, uint64_t n_all)
{
    writing *at_work = ctx;
    ck_quick(n_bytes >= at_work->n_bytes && n_bytes <= n_all);
    at_work->n_bytes = n_bytes;
    at_work->n_all = n_all;
    put_lead(at_work->store, ACME, ++at_work->number);
    return at_work->stop_after == 0 || at_work->number < at_work->stop_after;
}

START_TEST(others_write_while_a_backup_is_made)
{
    static char notes[60000];
    lsc_store *store = store_of("busy.store", 0);
    writing writer = {.store = file_store(at("busy.store"))};
    memset(notes, 'x', sizeof notes);
    memcpy(notes, "{\"id\": \"0\", \"notes\": \"", 22);
    for (size_t i = 0; i < 120; i++) { /* seven steps of 256 pages */
        char head[40];
        int n = snprintf(head, sizeof head, "{\"id\": \"b%03zu\", \"notes\": \"", i);
        memcpy(notes, head, (size_t)n);
        memcpy(notes + sizeof notes - 3, "\"}", 3);
        ck_ok(lsc_store_put_lead_json(store, ACME, notes, strlen(notes), error));
    }
    for (int sealed = 0; sealed < 2; sealed++) {
        lsc_backup options = LSC_BACKUP_INIT;
        options.key = sealed ? &key : NULL;
        options.progress = write_more;
        options.progress_ctx = &writer;
        writer.n_bytes = 0;
        int64_t before = counts_of(store, NULL).leads;
        unsigned number = writer.number;
        ck_ok(lsc_store_backup(store, fresh("busy.backup"), &options, error));
        ck_assert_uint_gt(writer.number, number + 5);
        ck_assert_uint_eq(writer.n_bytes, writer.n_all);
        ck_assert_int_eq(counts_of(store, NULL).leads, before + writer.number - number);
        ck_ok(restore(at("busy.backup"), fresh("calm.store"), options.key, false, error));
        ck_assert_int_eq(leads_in(at("calm.store")), before);
    }
    lsc_store_close(writer.store);
    lsc_store_close(store);
}
END_TEST

START_TEST(a_backup_or_restoring_that_is_stopped_leaves_nothing)
{
    for (int sealed = 0; sealed < 2; sealed++) {
        const lsc_store_key *with = sealed ? &key : NULL;
        lsc_store *store = store_of("stop.store", 200);
        writing writer = {.store = store_of(NULL, 0), .stop_after = 1};
        lsc_backup options = LSC_BACKUP_INIT;
        lsc_restore wanted = LSC_RESTORE_INIT;
        options.key = wanted.key = with;
        options.progress = wanted.progress = write_more;
        options.progress_ctx = wanted.progress_ctx = &writer;
        ck_fails(lsc_store_backup(store, fresh("stop.backup"), &options, error), LSC_CANCELLED,
                 "stopped by its caller");
        ck_assert_int_ne(access(at("stop.backup"), F_OK), 0);
        ck_ok(back_up(store, fresh("stop.backup"), with, error));
        writer.n_bytes = 0;
        writer.number = 0;
        ck_fails(lsc_store_restore(at("stop.backup"), fresh("stopped.store"), &wanted, error),
                 LSC_CANCELLED, "stopped by its caller");
        ck_assert_int_ne(access(at("stopped.store"), F_OK), 0);
        lsc_store_close(writer.store);
        lsc_store_close(store);
        expect_nothing_left();
    }
}
END_TEST

START_TEST(a_wrong_key_is_said_to_be_wrong)
{
    lsc_store *store = store_of("wrong.store", 3);
    ck_ok(back_up(store, fresh("wrong.backup"), &named_key, error));
    fresh("none.store");
    ck_fails(restore(at("wrong.backup"), at("none.store"), &other_key, false, error), LSC_BAD_KEY,
             "\"autumn\", and not with that given");
    ck_fails(restore(at("wrong.backup"), at("none.store"), NULL, false, error), LSC_BAD_KEY,
             "\"autumn\", and no key is given");
    /* A key is what it is by any name. */
    ck_ok(restore(at("wrong.backup"), at("none.store"), &key, false, error));
    ck_ok(back_up(store, fresh("wrong.backup"), NULL, error));
    ck_fails(restore(at("wrong.backup"), fresh("none.store"), &key, false, error), LSC_BAD_KEY,
             "is not encrypted");
    ck_assert_int_ne(access(at("none.store"), F_OK), 0);
    lsc_store_close(store);
    expect_nothing_left();
}
END_TEST

START_TEST(a_key_is_checked)
{
    static char id[LSC_MAX_KEY_ID + 2];
    lsc_store *store = store_of(NULL, 1);
    lsc_store_key bad = key;
    memset(bad.bytes, 0, sizeof bad.bytes);
    ck_fails(back_up(store, fresh("key.backup"), &bad, error), LSC_BAD_KEY, "all zero");
    bad = key;
    bad.id = "";
    ck_fails(back_up(store, at("key.backup"), &bad, error), LSC_INVALID_ARG, "empty");
    bad.id = "\xff";
    ck_fails(back_up(store, at("key.backup"), &bad, error), LSC_INVALID_ARG, "UTF-8");
    memset(id, 'k', LSC_MAX_KEY_ID + 1);
    bad.id = id;
    ck_fails(back_up(store, at("key.backup"), &bad, error), LSC_LIMIT, "65 bytes");
    id[LSC_MAX_KEY_ID] = '\0';
    ck_ok(back_up(store, at("key.backup"), &bad, error));
    ck_fails(restore(at("key.backup"), fresh("key.store"), NULL, false, error), LSC_BAD_KEY, id);
    bad.size = 8;
    ck_fails(back_up(store, at("key.backup"), &bad, error), LSC_INVALID_ARG, "lsc_store_key");
    lsc_store_close(store);
    expect_nothing_left();
}
END_TEST

/* Whatever became of the file: a status that says so, and nothing in the store's place. */
static void expect_refusal(const char *backup, size_t n, const char *what)
{
    lsc_error found = LSC_ERROR_INIT;
    lsc_status status = restore(backup, at("damaged.store"), &key, false, &found);
    ck_assert_msg(status == LSC_BAD_STORE, "%s %zu: %s: %s", what, n, lsc_status_name(status),
                  found.message);
    ck_quick(strstr(found.message, "damaged.backup") != NULL);
    ck_quick(access(at("damaged.store"), F_OK) != 0);
}

START_TEST(every_byte_of_an_encrypted_backup_is_covered)
{
    size_t length;
    lsc_store *store;
    lsc_store_options options = quick();
    ck_ok(lsc_store_open(NULL, &options, &store, error));
    ck_ok(back_up(store, fresh("damaged.backup"), &key, error));
    lsc_store_close(store);
    free(read_text(at("damaged.backup"), &length));
    fresh("damaged.store");
    int file = open(at("damaged.backup"), O_RDWR);
    ck_assert_int_ge(file, 0);
    /* All of header, first pages and tag, and every 127th between: a block of the cipher has 16. */
    for (size_t i = 0; i < length; i += i < 500 || i + 50 > length ? 1 : 127) {
        unsigned char byte;
        ck_quick(pread(file, &byte, 1, (off_t)i) == 1);
        byte ^= (unsigned char)(1 << i % 8);
        ck_quick(pwrite(file, &byte, 1, (off_t)i) == 1);
        expect_refusal(at("damaged.backup"), i, "byte");
        byte ^= (unsigned char)(1 << i % 8);
        ck_quick(pwrite(file, &byte, 1, (off_t)i) == 1);
    }
    close(file);
    ck_ok(restore(at("damaged.backup"), at("damaged.store"), &key, false, error));
    expect_nothing_left();
}
END_TEST

START_TEST(every_cut_of_an_encrypted_backup_is_refused)
{
    size_t length;
    lsc_store *store = store_of(NULL, 1);
    ck_ok(back_up(store, fresh("damaged.backup"), &key, error));
    lsc_store_close(store);
    free(read_text(at("damaged.backup"), &length));
    fresh("damaged.store");
    FILE *file = fopen(at("damaged.backup"), "ab");
    ck_assert_ptr_nonnull(file);
    fputc(0, file);
    fclose(file);
    expect_refusal(at("damaged.backup"), length + 1, "longer");
    for (size_t n = length; n-- > 0;) {
        n -= n > 250 && n + 50 < length ? 2797 % n : 0;
        ck_quick(truncate(at("damaged.backup"), (off_t)n) == 0);
        expect_refusal(at("damaged.backup"), n, "cut at");
    }
    expect_nothing_left();
}
END_TEST

/* A header of somebody who knows how it is made: its hash is right. */
START_TEST(a_header_that_claims_is_refused)
{
    static const struct {
        unsigned char length[8];
        unsigned char version;
        lsc_status status;
        const char *words;
    } claims[] = {
        {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 1, LSC_LIMIT, "at most 68719476704"},
        {{0xe1, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0}, 1, LSC_LIMIT, "68719476705 bytes"},
        {{0xe0, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0}, 1, LSC_BAD_STORE, "in place of 68719476912"},
        {{0}, 2, LSC_UNSUPPORTED, "of version 2"},
        {{0}, 1, LSC_BAD_KEY, "not with that given"},
    };
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        unsigned char bytes[208] = "LSCBAKUP";
        bytes[8] = claims[i].version;
        memcpy(bytes + 16, claims[i].length, 8);
        SHA256(bytes, 160, bytes + 160);
        FILE *file = fopen(fresh("claim.backup"), "wb");
        ck_assert_ptr_nonnull(file);
        ck_assert_uint_eq(fwrite(bytes, 1, sizeof bytes, file), sizeof bytes);
        fclose(file);
        ck_fails(restore(at("claim.backup"), fresh("claim.store"), &key, false, error),
                 claims[i].status, claims[i].words);
    }
}
END_TEST

START_TEST(a_store_is_not_backed_up_over_itself_or_within_a_transaction)
{
    lsc_store *store = store_of("self.store", 1);
    ck_fails(lsc_store_backup(store, at("self.store"), NULL, error), LSC_INVALID_ARG,
             "the store itself");
    fresh("link.store");
    ck_assert_int_eq(symlink(at("self.store"), at("link.store")), 0);
    ck_fails(lsc_store_backup(store, at("link.store"), NULL, error), LSC_INVALID_ARG,
             "the store itself");
    ck_ok(lsc_store_begin(store, error));
    ck_fails(lsc_store_backup(store, fresh("self.backup"), NULL, error), LSC_INVALID_ARG,
             "transaction");
    lsc_store_rollback(store);
    ck_fails(lsc_store_backup(store, "", NULL, error), LSC_INVALID_ARG, "path is empty");
    ck_fails(lsc_store_backup(store, NULL, NULL, error), LSC_INVALID_ARG, "path is NULL");
    ck_fails(lsc_store_backup(NULL, "x", NULL, error), LSC_INVALID_ARG, "store is NULL");
    ck_fails(lsc_store_restore(NULL, "x", NULL, error), LSC_INVALID_ARG, "backup is NULL");
    ck_fails(lsc_store_restore("x", "", NULL, error), LSC_INVALID_ARG, "path is empty");
    ck_fails(lsc_store_backup(store, lsc_test_folder(), NULL, error), LSC_IO, "is a folder");
    ck_fails(lsc_store_backup(store, "/nowhere/x", NULL, error), LSC_NOT_FOUND, "/nowhere/x");
    ck_fails(lsc_store_backup(store, "/dev/null", NULL, error), LSC_IO, "no regular file");
    lsc_store_close(store);
    ck_assert_int_eq(leads_in(at("self.store")), 1);
    expect_nothing_left();
}
END_TEST

/* A file that may grow to `bytes` and no further, as on a disk that fills up. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

START_TEST(a_disk_that_fills_up_leaves_what_stood_there)
{
    signal(SIGXFSZ, SIG_IGN);
    for (int sealed = 0; sealed < 2; sealed++) {
        const lsc_store_key *with = sealed ? &key : NULL;
        lsc_store *store = store_of("full.store", 100);
        ck_ok(back_up(store, fresh("full.backup"), with, error));
        lsc_store_close(store);
        store = file_store(at("full.store"));
        struct stat info;
        ck_assert_int_eq(stat(at("full.backup"), &info), 0);
        for (int quarters = 0; quarters < 4; quarters++) {
            limit_files((rlim_t)(info.st_size / 4 * quarters));
            ck_fails(back_up(store, at("full.backup"), with, error), LSC_IO, "full.");
            ck_fails(restore(at("full.backup"), fresh("fuller.store"), with, false, error), LSC_IO,
                     "full");
            limit_files(RLIM_INFINITY);
            ck_assert_int_ne(access(at("fuller.store"), F_OK), 0);
        }
        lsc_store_close(store);
        ck_ok(restore(at("full.backup"), at("fuller.store"), with, false, error));
        ck_assert_int_eq(leads_in(at("fuller.store")), 100);
        expect_nothing_left();
    }
}
END_TEST

LSC_SUITE("store/backup", TEST(a_store_comes_back_from_its_backup), TEST(a_plain_backup_is_a_store),
          TEST(a_backup_is_its_owners_alone), TEST(an_encrypted_backup_shows_nothing_of_the_store),
          TEST(others_write_while_a_backup_is_made),
          TEST(a_backup_or_restoring_that_is_stopped_leaves_nothing),
          TEST(a_wrong_key_is_said_to_be_wrong), TEST(a_key_is_checked),
          TEST(every_byte_of_an_encrypted_backup_is_covered),
          TEST(every_cut_of_an_encrypted_backup_is_refused), TEST(a_header_that_claims_is_refused),
          TEST(a_store_is_not_backed_up_over_itself_or_within_a_transaction),
          TEST(a_disk_that_fills_up_leaves_what_stood_there))
