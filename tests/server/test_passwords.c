#include "auth_tools.h"

START_TEST(a_password_is_known_by_its_digest)
{
    char digest[SRV_PASSWORD_TEXT];
    ck_assert(srv_secrets_start());
    ck_assert(srv_password_digest("correct horse battery", digest));
    ck_assert(srv_password_is(digest, "correct horse battery"));
    ck_assert(!srv_password_is(digest, "correct horse batterz"));
    ck_assert(!srv_password_is(digest, ""));
}
END_TEST

START_TEST(nobody_has_a_password)
{
    ck_assert(srv_secrets_start());
    ck_assert(!srv_password_is(NULL, "correct horse battery"));
    ck_assert(!srv_password_is(NULL, ""));
}
END_TEST

/*
 * Else the time of an answer told which users there are. What it costs follows from the parameters; a digest
 * that cannot be read as one would be refused at once, and is not current.
 */
START_TEST(nobody_costs_what_somebody_costs)
{
    char digest[SRV_PASSWORD_TEXT];
    ck_assert(srv_secrets_start());
    ck_assert(srv_password_digest("correct horse battery", digest));
    ck_assert(srv_password_is_current(digest));
    ck_assert(srv_password_is_current(srv_password_of_nobody));
    ck_assert_uint_eq(strlen(srv_password_of_nobody), strlen(digest));
    ck_assert(!srv_password_is_current("$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$"));
}
END_TEST

START_TEST(short_and_long_and_plain_ones_are_refused)
{
    char longest[SRV_MAX_PASSWORD + 2];
    for (size_t i = 0; i < sizeof longest - 1; i++) {
        longest[i] = (char)('a' + i % 26);
    }
    longest[SRV_MAX_PASSWORD + 1] = '\0';
    ck_assert_ptr_nonnull(srv_password_fault(longest, "a@b.example"));
    ck_assert(!srv_password_is(NULL, longest));
    longest[SRV_MAX_PASSWORD] = '\0';
    ck_assert_ptr_null(srv_password_fault(longest, "a@b.example"));
    ck_assert_ptr_null(srv_password_fault("twelve bytes", "a@b.example"));
    ck_assert_ptr_nonnull(srv_password_fault("eleven byte", "a@b.example"));
    ck_assert_ptr_nonnull(srv_password_fault("", "a@b.example"));
    ck_assert_ptr_nonnull(srv_password_fault("zzzzzzzzzzzzzzz", "a@b.example"));
    ck_assert_ptr_nonnull(srv_password_fault("Anna@acme.example", "anna@acme.example"));
}
END_TEST

START_TEST(an_address_is_held_in_lower_case)
{
    char folded[SRV_EMAIL_TEXT];
    ck_assert(srv_email_fold("Anna.B@ACME.example", folded));
    ck_assert_str_eq(folded, "anna.b@acme.example");
    const char *const wrong[] = {"",      "anna",   "@acme.example", "anna@",  "a@b@c",
                                 "a b@c", "a@b\nc", "a@b ",          "a@b\x7f"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        ck_assert_msg(!srv_email_fold(wrong[i], folded), "%s", wrong[i]);
    }
    char longest[SRV_EMAIL_TEXT + 1];
    memset(longest, 'a', sizeof longest);
    longest[3] = '@';
    longest[SRV_EMAIL_TEXT] = '\0';
    ck_assert(!srv_email_fold(longest, folded));
    longest[SRV_EMAIL_TEXT - 1] = '\0';
    ck_assert(srv_email_fold(longest, folded));
}
END_TEST

START_TEST(a_person_is_another_user_in_each_organization)
{
    srv_auth_db *db = open_auth("addresses");
    srv_credentials found;
    ck_no(srv_credentials_add(db, CARL, "acme", "anna@acme.example"));
    ck_yes(srv_credentials_add(db, CARL, "blue", "anna@acme.example"));
    ck_yes(srv_credentials_by_email(db, NULL, "anna@acme.example", &found));
    ck_assert_str_eq(found.uuid, ANNA);
    ck_no(srv_credentials_several(db, "anna@acme.example"));
    ck_yes(srv_credentials_set_password(db, CARL, "$digest"));
    ck_yes(srv_credentials_by_email(db, NULL, "anna@acme.example", &found));
    ck_assert_str_eq(found.uuid, CARL);
    ck_no(srv_credentials_several(db, "anna@acme.example"));
    ck_yes(srv_credentials_set_password(db, ANNA, "$digest"));
    ck_yes(srv_credentials_several(db, "anna@acme.example"));
    ck_no(srv_credentials_several(db, "nobody@acme.example"));
    ck_yes(srv_credentials_by_email(db, "blue", "anna@acme.example", &found));
    ck_assert_str_eq(found.uuid, CARL);
    ck_no(srv_credentials_by_email(db, "red", "anna@acme.example", &found));
    ck_yes(srv_credentials_by_uuid(db, "acme", ANNA, &found));
    ck_no(srv_credentials_by_uuid(db, "blue", ANNA, &found));
    ck_yes(srv_credentials_replace(db, "40000000-0000-4000-8000-000000000004", "acme",
                                   "anna@acme.example"));
    ck_no(srv_credentials_of(db, ANNA, &found));
    ck_yes(srv_credentials_of(db, CARL, &found));
    srv_auth_db_close(db);
}
END_TEST

START_TEST(an_invitation_is_taken_up_once)
{
    char token[SRV_TOKEN_TEXT];
    char earlier[SRV_TOKEN_TEXT];
    srv_credentials found;
    srv_auth_db *db = open_auth("invitation");
    ck_yes(srv_invite(db, ANNA, NOW, earlier));
    ck_yes(srv_invite(db, ANNA, NOW, token));
    ck_no(srv_invitation_take(db, earlier, "$digest", NOW, &found));
    ck_no(srv_invitation_take(db, token, "$digest", NOW + SRV_INVITATION_MS, &found));
    ck_no(srv_invitation_take(db, token, "$digest", NOW + 2 * SRV_INVITATION_MS, &found));
    ck_yes(srv_invitation_look(db, token, NOW, &found));
    ck_assert_str_eq(found.email, "anna@acme.example");
    ck_yes(srv_invitation_take(db, token, "$digest", NOW + SRV_INVITATION_MS - 1, &found));
    ck_assert_str_eq(found.uuid, ANNA);
    ck_no(srv_invitation_take(db, token, "$other", NOW, &found));
    ck_yes(srv_credentials_by_email(db, NULL, "anna@acme.example", &found));
    ck_assert_str_eq(found.password, "$digest");
    srv_auth_db_close(db);
}
END_TEST

START_TEST(who_is_deleted_leaves_nothing)
{
    char token[SRV_TOKEN_TEXT];
    srv_credentials found;
    srv_auth_db *db = open_auth("deleted");
    ck_yes(srv_invite(db, ANNA, NOW, token));
    ck_yes(srv_credentials_delete(db, ANNA));
    ck_no(srv_credentials_delete(db, ANNA));
    ck_no(srv_credentials_by_email(db, NULL, "anna@acme.example", &found));
    ck_no(srv_invitation_look(db, token, NOW, &found));
    srv_auth_db_close(db);
}
END_TEST

LSC_SUITE("server/passwords", TEST(a_password_is_known_by_its_digest), TEST(nobody_has_a_password),
          TEST(nobody_costs_what_somebody_costs), TEST(short_and_long_and_plain_ones_are_refused),
          TEST(an_address_is_held_in_lower_case),
          TEST(a_person_is_another_user_in_each_organization), TEST(an_invitation_is_taken_up_once),
          TEST(who_is_deleted_leaves_nothing))
