#include "auth_tools.h"

#include <sys/stat.h>

#define ck_refused(path, key, words)                                                            \
    do {                                                                                        \
        char why_[SRV_DB_WHY] = "";                                                             \
        ck_assert_ptr_null(srv_auth_db_open((path), (key), why_));                              \
        ck_assert_msg(strstr(why_, (words)) != NULL, "\"%s\" is not in \"%s\"", (words), why_); \
    } while (0)

START_TEST(what_was_kept_is_there_when_it_is_opened_again)
{
    srv_auth_db_close(open_auth("kept"));
    srv_auth_db *db = reopen_auth("kept");
    srv_credentials found;
    ck_yes(srv_credentials_by_email(db, NULL, "anna@acme.example", &found));
    ck_assert_str_eq(found.uuid, ANNA);
    ck_assert_str_eq(found.organization, "acme");
    srv_auth_db_close(db);
}
END_TEST

START_TEST(a_file_of_version_1_is_made_one_of_this)
{
    srv_auth_db *db = open_auth("older");
    ck_assert(srv_db_begin(db));
    ck_assert_int_ge(srv_db_run(db, "DROP TABLE jobs", ""), 0);
    ck_assert_int_ge(srv_db_run(db, "DROP TABLE provider_users", ""), 0);
    ck_assert_int_ge(srv_db_run(db,
                                "CREATE TABLE provider_users("
                                " issuer TEXT NOT NULL, subject TEXT NOT NULL,"
                                " uuid TEXT NOT NULL REFERENCES credentials(uuid)"
                                " ON DELETE CASCADE,"
                                " PRIMARY KEY(issuer, subject)) WITHOUT ROWID",
                                ""),
                     0);
    ck_assert_int_eq(
        srv_db_run(db, "INSERT INTO provider_users VALUES('issuer', 'anna', ?)", "t", ANNA), 1);
    ck_assert_int_ge(srv_db_run(db, "PRAGMA user_version = 1", ""), 0);
    ck_assert(srv_db_commit(db));
    srv_auth_db_close(db);
    for (int i = 0; i < 2; i++) {
        db = reopen_auth("older");
        srv_db_lock(db);
        ck_assert_int_eq(srv_db_row(db, "SELECT count(*) FROM provider_users", ""), 1);
        ck_assert_int_eq(srv_db_int(db, 0), i + 1);
        ck_assert_int_eq(srv_db_run(db,
                                    "INSERT OR IGNORE INTO provider_users"
                                    " VALUES('issuer', 'anna', ?)",
                                    "t", BERT),
                         1 - i);
        srv_db_unlock(db);
        srv_auth_db_close(db);
    }
}
END_TEST

START_TEST(only_its_owner_may_read_it)
{
    struct stat about;
    srv_auth_db_close(open_auth("private"));
    ck_assert_int_eq(stat(auth_path("private"), &about), 0);
    ck_assert_int_eq(about.st_mode & 0777, 0600);
}
END_TEST

START_TEST(another_key_opens_nothing)
{
    uint8_t key[SRV_KEY_BYTES];
    srv_auth_db_close(open_auth("other_key"));
    test_key(key);
    key[31] ^= 1;
    ck_refused(auth_path("other_key"), key, "was sealed with another key");
}
END_TEST

START_TEST(what_is_no_auth_db_is_refused)
{
    uint8_t key[SRV_KEY_BYTES];
    test_key(key);
    ck_assert(srv_secrets_start());
    ck_refused(lsc_test_folder(), key, "cannot be opened or made");
    FILE *file = fopen(auth_path("text"), "w");
    fputs("This is no database, and is longer than the header of one: a hundred bytes or more, as "
          "SQLite "
          "looks no further.",
          file);
    fclose(file);
    ck_refused(auth_path("text"), key, "is no SQLite file");
}
END_TEST

START_TEST(changes_that_are_rolled_back_never_were)
{
    srv_auth_db *db = open_auth("rolled_back");
    srv_credentials found;
    ck_assert(srv_db_begin(db));
    ck_assert_int_eq(srv_db_run(db, "DELETE FROM credentials", ""), 2);
    srv_db_rollback(db);
    ck_yes(srv_credentials_by_email(db, NULL, "anna@acme.example", &found));
    srv_auth_db_close(db);
}
END_TEST

START_TEST(a_statement_that_is_wrong_is_a_fault)
{
    srv_auth_db *db = open_auth("wrong");
    srv_db_lock(db);
    ck_assert_int_eq(srv_db_run(db, "DELETE FROM nothing", ""), -1);
    ck_assert_int_eq(srv_db_row(db, "SELECT ?", "it", INT64_C(1), "one too many"), -1);
    srv_db_unlock(db);
    srv_auth_db_close(db);
}
END_TEST

START_TEST(a_sealed_value_opens_in_its_place_alone)
{
    const uint8_t secret[5] = {1, 2, 3, 4, 5};
    uint8_t key[SRV_KEY_BYTES];
    uint8_t sealed[sizeof secret + SRV_SEAL_BYTES];
    uint8_t opened[sizeof secret] = {0};
    test_key(key);
    ck_assert(srv_secrets_start());
    srv_seal(key, "totp:anna", secret, sizeof secret, sealed);
    ck_assert(srv_unseal(key, "totp:anna", sealed, sizeof sealed, opened));
    ck_assert_mem_eq(opened, secret, sizeof secret);
    ck_assert(!srv_unseal(key, "totp:bert", sealed, sizeof sealed, opened));
    ck_assert(!srv_unseal(key, "totp:anna", sealed, sizeof sealed - 1, opened));
    ck_assert(!srv_unseal(key, "totp:anna", sealed, SRV_SEAL_BYTES - 1, opened));
    for (size_t i = 0; i < sizeof sealed; i++) {
        sealed[i] ^= 0x10;
        ck_assert(!srv_unseal(key, "totp:anna", sealed, sizeof sealed, opened));
        sealed[i] ^= 0x10;
    }
}
END_TEST

/* RFC 7636, appendix B. */
START_TEST(a_code_challenge_is_that_of_the_standard)
{
    char challenge[SRV_TOKEN_TEXT];
    srv_digest_text("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", challenge);
    ck_assert_str_eq(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}
END_TEST

LSC_SUITE("server/auth_db", TEST(what_was_kept_is_there_when_it_is_opened_again),
          TEST(a_file_of_version_1_is_made_one_of_this), TEST(only_its_owner_may_read_it),
          TEST(another_key_opens_nothing), TEST(what_is_no_auth_db_is_refused),
          TEST(changes_that_are_rolled_back_never_were), TEST(a_statement_that_is_wrong_is_a_fault),
          TEST(a_sealed_value_opens_in_its_place_alone),
          TEST(a_code_challenge_is_that_of_the_standard))
