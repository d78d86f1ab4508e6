#include "auth_tools.h"

#include <liboath/oath.h>

#include "auth/totp.h"

typedef struct enrolled {
    srv_auth_db *db;
    char secret[SRV_TOTP_SECRET];
    char recovery[SRV_RECOVERY_CODES][SRV_RECOVERY_TEXT];
} enrolled;

/* What the user's telephone shows at a time. */
static const char *code_at(const enrolled *it, int64_t now_ms)
{
    static char code[7];
    char *bytes = NULL;
    size_t n = 0;
    ck_assert_int_eq(oath_base32_decode(it->secret, strlen(it->secret), &bytes, &n), OATH_OK);
    ck_assert_int_eq(oath_totp_generate(bytes, n, (time_t)(now_ms / 1000), 30, 0, 6, code),
                     OATH_OK);
    free(bytes);
    return code;
}

static enrolled enrol(const char *name)
{
    enrolled it = {.db = open_auth(name)};
    ck_assert(srv_totp_start());
    ck_yes(srv_totp_begin(it.db, ANNA, it.secret));
    ck_yes(srv_totp_confirm(it.db, ANNA, code_at(&it, NOW), NOW, it.recovery));
    return it;
}

START_TEST(a_code_counts_once)
{
    enrolled it = enrol("once");
    ck_no(srv_totp_check(it.db, ANNA, code_at(&it, NOW), NOW)); /* it confirmed */
    ck_yes(srv_totp_check(it.db, ANNA, code_at(&it, NOW + MINUTE), NOW + MINUTE));
    ck_no(srv_totp_check(it.db, ANNA, code_at(&it, NOW + MINUTE), NOW + MINUTE));
    srv_auth_db_close(it.db);
}
END_TEST

START_TEST(no_earlier_code_counts_after_a_later_one)
{
    enrolled it = enrol("earlier");
    int64_t now = NOW + 10 * MINUTE;
    ck_yes(srv_totp_check(it.db, ANNA, code_at(&it, now), now));
    ck_no(srv_totp_check(it.db, ANNA, code_at(&it, now - 30000), now));
    srv_auth_db_close(it.db);
}
END_TEST

START_TEST(clocks_may_differ_by_half_a_minute)
{
    enrolled it = enrol("clocks");
    int64_t now = NOW + 10 * MINUTE;
    ck_no(srv_totp_check(it.db, ANNA, code_at(&it, now - 60000), now));
    ck_no(srv_totp_check(it.db, ANNA, code_at(&it, now + 60000), now));
    ck_yes(srv_totp_check(it.db, ANNA, code_at(&it, now - 30000), now));
    ck_yes(srv_totp_check(it.db, ANNA, code_at(&it, now + 30000), now));
    srv_auth_db_close(it.db);
}
END_TEST

START_TEST(what_is_no_code_is_none)
{
    enrolled it = enrol("no_code");
    const char *const wrong[] = {"", "12345", "1234567", "abcdef", "12 456", "-12345", "１２"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        ck_no(srv_totp_check(it.db, ANNA, wrong[i], NOW + MINUTE));
    }
    srv_auth_db_close(it.db);
}
END_TEST

START_TEST(before_it_is_confirmed_it_does_not_count)
{
    enrolled it = {.db = open_auth("unconfirmed")};
    srv_credentials found;
    ck_assert(srv_totp_start());
    ck_no(srv_totp_confirm(it.db, ANNA, "123456", NOW, it.recovery));
    ck_yes(srv_totp_begin(it.db, ANNA, it.secret));
    ck_no(srv_totp_check(it.db, ANNA, code_at(&it, NOW), NOW));
    ck_yes(srv_credentials_by_email(it.db, NULL, "anna@acme.example", &found));
    ck_assert(!found.second_factor);
    ck_yes(srv_totp_confirm(it.db, ANNA, code_at(&it, NOW), NOW, it.recovery));
    ck_yes(srv_credentials_by_email(it.db, NULL, "anna@acme.example", &found));
    ck_assert(found.second_factor);
    ck_no(srv_totp_begin(it.db, ANNA, it.secret));
    srv_auth_db_close(it.db);
}
END_TEST

START_TEST(each_recovery_code_counts_once)
{
    enrolled it = enrol("recovery");
    for (size_t i = 0; i < SRV_RECOVERY_CODES; i++) {
        ck_assert_uint_eq(strlen(it.recovery[i]), SRV_RECOVERY_TEXT - 1);
        ck_no(srv_recovery_check(it.db, BERT, it.recovery[i]));
        ck_yes(srv_recovery_check(it.db, ANNA, it.recovery[i]));
        ck_no(srv_recovery_check(it.db, ANNA, it.recovery[i]));
    }
    srv_auth_db_close(it.db);
}
END_TEST

START_TEST(when_it_ends_its_codes_are_gone)
{
    enrolled it = enrol("ended");
    ck_yes(srv_totp_end(it.db, ANNA));
    ck_no(srv_totp_end(it.db, ANNA));
    ck_no(srv_recovery_check(it.db, ANNA, it.recovery[0]));
    ck_no(srv_totp_check(it.db, ANNA, code_at(&it, NOW + MINUTE), NOW + MINUTE));
    srv_auth_db_close(it.db);
}
END_TEST

LSC_SUITE("server/second_factor", TEST(a_code_counts_once),
          TEST(no_earlier_code_counts_after_a_later_one), TEST(clocks_may_differ_by_half_a_minute),
          TEST(what_is_no_code_is_none), TEST(before_it_is_confirmed_it_does_not_count),
          TEST(each_recovery_code_counts_once), TEST(when_it_ends_its_codes_are_gone))
