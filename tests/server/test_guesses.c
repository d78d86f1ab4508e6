#include "auth_tools.h"

#include "auth/lockout.h"

static int64_t wait_of(srv_auth_db *db, const char *subject, int64_t now_ms)
{
    int64_t wait_ms = -1;
    ck_no(srv_guess(db, subject, SRV_FREE_GUESSES, now_ms, &wait_ms));
    return wait_ms;
}

static void guess_times(srv_auth_db *db, const char *subject, int n, int64_t now_ms)
{
    int64_t wait_ms = 0;
    for (int i = 0; i < n; i++) {
        ck_yes(srv_guess(db, subject, SRV_FREE_GUESSES, now_ms, &wait_ms));
    }
}

START_TEST(after_some_wrong_guesses_one_waits_longer_each_time)
{
    srv_auth_db *db = open_auth("waits");
    int64_t now = NOW;
    int64_t expected = SRV_FIRST_WAIT_MS;
    guess_times(db, "user:anna", SRV_FREE_GUESSES, now);
    for (int i = 0; i < 10; i++) {
        ck_assert_int_eq(wait_of(db, "user:anna", now), expected);
        ck_assert_int_eq(wait_of(db, "user:anna", now + expected - 1), 1);
        now += expected;
        guess_times(db, "user:anna", 1, now);
        expected = expected * 2 < SRV_LONGEST_WAIT_MS ? expected * 2 : SRV_LONGEST_WAIT_MS;
    }
    ck_assert_int_eq(expected, SRV_LONGEST_WAIT_MS);
    srv_auth_db_close(db);
}
END_TEST

START_TEST(guesses_at_one_are_none_at_another)
{
    srv_auth_db *db = open_auth("apart");
    guess_times(db, "user:anna", SRV_FREE_GUESSES, NOW);
    guess_times(db, "user:bert", SRV_FREE_GUESSES, NOW);
    ck_assert_int_eq(wait_of(db, "user:bert", NOW), SRV_FIRST_WAIT_MS);
    srv_auth_db_close(db);
}
END_TEST

START_TEST(a_right_one_forgets_the_wrong_ones)
{
    srv_auth_db *db = open_auth("right");
    guess_times(db, "user:anna", SRV_FREE_GUESSES - 1, NOW);
    ck_yes(srv_guess_right(db, "user:anna"));
    guess_times(db, "user:anna", SRV_FREE_GUESSES, NOW);
    srv_auth_db_close(db);
}
END_TEST

START_TEST(a_right_one_that_does_not_count_leaves_the_wrong_ones)
{
    srv_auth_db *db = open_auth("undo");
    guess_times(db, "from:::1", SRV_FREE_GUESSES - 1, NOW);
    for (int i = 0; i < 3; i++) {
        guess_times(db, "from:::1", 1, NOW);
        ck_yes(srv_guess_undo(db, "from:::1"));
    }
    guess_times(db, "from:::1", 1, NOW);
    ck_assert_int_eq(wait_of(db, "from:::1", NOW), SRV_FIRST_WAIT_MS);
    srv_auth_db_close(db);
}
END_TEST

START_TEST(who_leaves_off_begins_anew)
{
    srv_auth_db *db = open_auth("anew");
    guess_times(db, "user:anna", SRV_FREE_GUESSES - 1, NOW);
    guess_times(db, "user:anna", SRV_FREE_GUESSES, NOW + SRV_FORGET_GUESSES_MS);
    ck_assert_int_eq(wait_of(db, "user:anna", NOW + SRV_FORGET_GUESSES_MS), SRV_FIRST_WAIT_MS);
    srv_auth_db_close(db);
}
END_TEST

START_TEST(a_wait_outlives_the_server)
{
    srv_auth_db *db = open_auth("outlives");
    guess_times(db, "user:anna", SRV_FREE_GUESSES, NOW);
    srv_auth_db_close(db);
    db = reopen_auth("outlives");
    ck_assert_int_eq(wait_of(db, "user:anna", NOW), SRV_FIRST_WAIT_MS);
    srv_auth_db_close(db);
}
END_TEST

START_TEST(old_guesses_are_swept)
{
    srv_auth_db *db = open_auth("swept");
    guess_times(db, "user:anna", SRV_FREE_GUESSES, NOW);
    ck_assert(srv_db_sweep(db, NOW + SRV_FORGET_GUESSES_MS - 1));
    ck_assert_int_eq(wait_of(db, "user:anna", NOW), SRV_FIRST_WAIT_MS);
    ck_assert(srv_db_sweep(db, NOW + SRV_FORGET_GUESSES_MS));
    guess_times(db, "user:anna", SRV_FREE_GUESSES, NOW);
    srv_auth_db_close(db);
}
END_TEST

LSC_SUITE("server/guesses", TEST(after_some_wrong_guesses_one_waits_longer_each_time),
          TEST(guesses_at_one_are_none_at_another), TEST(a_right_one_forgets_the_wrong_ones),
          TEST(a_right_one_that_does_not_count_leaves_the_wrong_ones),
          TEST(who_leaves_off_begins_anew), TEST(a_wait_outlives_the_server),
          TEST(old_guesses_are_swept))
