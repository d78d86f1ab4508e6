#include "auth_tools.h"

#include "auth/sessions.h"

typedef struct begun {
    srv_auth_db *db;
    char id[SRV_ID_TEXT];
    char refresh[SRV_TOKEN_TEXT];
} begun;

static begun begin_session(const char *name)
{
    begun it = {.db = open_auth(name)};
    ck_yes(srv_session_begin(it.db, ANNA, NOW, it.id, it.refresh));
    return it;
}

START_TEST(a_refresh_token_brings_the_next)
{
    begun it = begin_session("next");
    srv_session session;
    char second[SRV_TOKEN_TEXT];
    char third[SRV_TOKEN_TEXT];
    ck_yes(srv_session_refresh(it.db, it.refresh, NOW + 1, &session, second));
    ck_assert_str_ne(second, it.refresh);
    ck_assert_str_eq(session.id, it.id);
    ck_assert_str_eq(session.uuid, ANNA);
    ck_assert_str_eq(session.organization, "acme");
    ck_assert_str_eq(session.email, "anna@acme.example");
    ck_yes(srv_session_refresh(it.db, second, NOW + 2, &session, third));
    srv_auth_db_close(it.db);
}
END_TEST

START_TEST(a_look_uses_no_token_up)
{
    begun it = begin_session("look");
    srv_session session;
    char next[SRV_TOKEN_TEXT];
    ck_yes(srv_session_look(it.db, it.refresh, NOW, &session));
    ck_assert_str_eq(session.id, it.id);
    ck_assert_str_eq(session.uuid, ANNA);
    ck_assert_str_eq(session.organization, "acme");
    ck_assert_str_eq(session.email, "anna@acme.example");
    ck_no(srv_session_look(it.db, it.refresh, NOW + SRV_REFRESH_MS, &session));
    ck_no(srv_session_look(it.db, "no such token", NOW, &session));
    ck_yes(srv_session_refresh(it.db, it.refresh, NOW, &session, next));
    ck_no(srv_session_look(it.db, it.refresh, NOW, &session));
    ck_yes(srv_session_look(it.db, next, NOW, &session));
    ck_yes(srv_session_end(it.db, it.id, NOW));
    ck_no(srv_session_look(it.db, next, NOW, &session));
    srv_auth_db_close(it.db);
}
END_TEST

START_TEST(one_used_twice_ends_the_session)
{
    begun it = begin_session("twice");
    srv_session session;
    char second[SRV_TOKEN_TEXT];
    char third[SRV_TOKEN_TEXT];
    ck_yes(srv_session_refresh(it.db, it.refresh, NOW, &session, second));
    ck_yes(srv_session_lives(it.db, it.id, NOW, &session));
    ck_no(srv_session_refresh(it.db, it.refresh, NOW, &session, third));
    ck_no(srv_session_lives(it.db, it.id, NOW, &session));
    ck_no(srv_session_refresh(it.db, second, NOW, &session, third));
    srv_auth_db_close(it.db);
}
END_TEST

START_TEST(the_copy_that_comes_first_does_not_win)
{
    begun it = begin_session("copy");
    srv_session session;
    char thief[SRV_TOKEN_TEXT];
    char owner[SRV_TOKEN_TEXT];
    ck_yes(srv_session_refresh(it.db, it.refresh, NOW, &session, thief));
    ck_no(srv_session_refresh(it.db, it.refresh, NOW, &session, owner));
    ck_no(srv_session_refresh(it.db, thief, NOW, &session, owner));
    srv_auth_db_close(it.db);
}
END_TEST

START_TEST(another_session_of_the_user_goes_on)
{
    begun it = begin_session("another");
    srv_session session;
    char other[SRV_ID_TEXT];
    char refresh[SRV_TOKEN_TEXT];
    char next[SRV_TOKEN_TEXT];
    ck_yes(srv_session_begin(it.db, ANNA, NOW, other, refresh));
    ck_yes(srv_session_refresh(it.db, it.refresh, NOW, &session, next));
    ck_no(srv_session_refresh(it.db, it.refresh, NOW, &session, next));
    ck_yes(srv_session_lives(it.db, other, NOW, &session));
    srv_auth_db_close(it.db);
}
END_TEST

START_TEST(tokens_and_sessions_expire)
{
    begun it = begin_session("expire");
    srv_session session;
    char next[SRV_TOKEN_TEXT];
    ck_no(srv_session_refresh(it.db, it.refresh, NOW + SRV_REFRESH_MS, &session, next));
    int64_t now = NOW;
    while (now + SRV_REFRESH_MS - 1 < NOW + SRV_SESSION_MS) {
        now += SRV_REFRESH_MS - 1;
        ck_yes(srv_session_refresh(it.db, it.refresh, now, &session, it.refresh));
    }
    ck_yes(srv_session_lives(it.db, it.id, NOW + SRV_SESSION_MS - 1, &session));
    ck_no(srv_session_lives(it.db, it.id, NOW + SRV_SESSION_MS, &session));
    ck_no(srv_session_lives(it.db, it.id, NOW + 2 * SRV_SESSION_MS, &session));
    ck_no(srv_session_refresh(it.db, it.refresh, NOW + SRV_SESSION_MS, &session, next));
    srv_auth_db_close(it.db);
}
END_TEST

START_TEST(a_log_out_ends_it)
{
    begun it = begin_session("out");
    srv_session session;
    char next[SRV_TOKEN_TEXT];
    ck_yes(srv_session_end(it.db, it.id, NOW));
    ck_yes(srv_session_end(it.db, it.id, NOW));
    ck_no(srv_session_lives(it.db, it.id, NOW, &session));
    ck_no(srv_session_refresh(it.db, it.refresh, NOW, &session, next));
    srv_auth_db_close(it.db);
}
END_TEST

static bool has(const json_t *ids, const char *id)
{
    bool found = false;
    for (size_t i = 0; i < json_array_size(ids); i++) {
        found = found || strcmp(json_string_value(json_array_get(ids, i)), id) == 0;
    }
    return found;
}

START_TEST(all_of_a_user_end_and_no_others)
{
    begun it = begin_session("all");
    srv_session session;
    char of_bert[SRV_ID_TEXT];
    char refresh[SRV_TOKEN_TEXT];
    ck_yes(srv_session_begin(it.db, BERT, NOW, of_bert, refresh));
    char second[SRV_ID_TEXT];
    ck_yes(srv_session_begin(it.db, ANNA, NOW, second, refresh));
    json_t *ended = json_array();
    ck_yes(srv_session_end_all(it.db, ANNA, NOW, ended));
    ck_assert_uint_eq(json_array_size(ended), 2);
    ck_assert(has(ended, it.id) && has(ended, second));
    ck_no(srv_session_lives(it.db, it.id, NOW, &session));
    ck_yes(srv_session_lives(it.db, of_bert, NOW, &session));
    ck_yes(srv_session_end_all(it.db, ANNA, NOW, ended));
    ck_assert_uint_eq(json_array_size(ended), 2);
    json_decref(ended);
    srv_auth_db_close(it.db);
}
END_TEST

START_TEST(nobody_has_none)
{
    begun it = begin_session("nobody");
    srv_session session;
    char next[SRV_TOKEN_TEXT];
    ck_no(srv_session_begin(it.db, CARL, NOW, it.id, next));
    ck_no(srv_session_refresh(it.db, "no such token", NOW, &session, next));
    ck_no(srv_session_refresh(it.db, "", NOW, &session, next));
    ck_no(srv_session_lives(it.db, "' OR 1=1 --", NOW, &session));
    srv_auth_db_close(it.db);
}
END_TEST

START_TEST(no_token_is_in_the_file)
{
    begun it = begin_session("file");
    srv_auth_db_close(it.db);
    FILE *file = fopen(auth_path("file"), "rb");
    static char bytes[1 << 20];
    size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    size_t length = strlen(it.refresh);
    for (size_t i = 0; i + length <= n; i++) {
        ck_quick(memcmp(bytes + i, it.refresh, length) != 0);
    }
    ck_assert_uint_gt(n, 4096);
}
END_TEST

LSC_SUITE("server/sessions", TEST(a_refresh_token_brings_the_next), TEST(a_look_uses_no_token_up),
          TEST(one_used_twice_ends_the_session), TEST(the_copy_that_comes_first_does_not_win),
          TEST(another_session_of_the_user_goes_on), TEST(tokens_and_sessions_expire),
          TEST(a_log_out_ends_it), TEST(all_of_a_user_end_and_no_others), TEST(nobody_has_none),
          TEST(no_token_is_in_the_file))
