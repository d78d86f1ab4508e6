#include "auth_tools.h"

#include "auth/api_keys.h"

static srv_api_key new_key(void)
{
    srv_api_key key = {.uuid = BERT,
                       .name = "nightly import",
                       .scopes = 5,
                       .created_ms = NOW,
                       .expires_ms = NOW + DAY};
    srv_id_make(key.id);
    return key;
}

START_TEST(a_key_says_whose_it_is)
{
    srv_auth_db *db = open_auth("whose");
    srv_api_key key = new_key();
    srv_principal who;
    char text[SRV_API_KEY_TEXT];
    ck_yes(srv_api_key_add(db, "acme", &key, text));
    ck_assert_int_eq(strncmp(text, "lsk_", 4), 0);
    ck_yes(srv_api_key_check(db, text, NOW, &who));
    ck_assert_str_eq(who.organization, "acme");
    ck_assert_str_eq(who.uuid, BERT);
    ck_assert_str_eq(who.id, key.id);
    ck_assert(who.is_key);
    ck_assert_uint_eq(who.scopes, 5);
    srv_auth_db_close(db);
}
END_TEST

START_TEST(a_key_with_a_wrong_letter_is_none)
{
    srv_auth_db *db = open_auth("letter");
    srv_api_key key = new_key();
    srv_principal who;
    char text[SRV_API_KEY_TEXT];
    ck_yes(srv_api_key_add(db, "acme", &key, text));
    for (size_t i = 0; text[i] != '\0'; i++) {
        char right = text[i];
        text[i] = right == 'a' ? 'b' : 'a';
        ck_no(srv_api_key_check(db, text, NOW, &who));
        text[i] = '\0';
        ck_no(srv_api_key_check(db, text, NOW, &who));
        text[i] = right;
    }
    ck_yes(srv_api_key_check(db, text, NOW, &who));
    srv_auth_db_close(db);
}
END_TEST

START_TEST(keys_expire_and_are_revoked)
{
    srv_auth_db *db = open_auth("revoked");
    srv_api_key key = new_key();
    srv_principal who;
    char text[SRV_API_KEY_TEXT];
    ck_yes(srv_api_key_add(db, "acme", &key, text));
    ck_yes(srv_api_key_check(db, text, NOW + DAY - 1, &who));
    ck_no(srv_api_key_check(db, text, NOW + DAY, &who));
    ck_no(srv_api_key_revoke(db, "blue", key.id, NOW));
    ck_yes(srv_api_key_check(db, text, NOW, &who));
    ck_yes(srv_api_key_revoke(db, "acme", key.id, NOW));
    ck_no(srv_api_key_revoke(db, "acme", key.id, NOW));
    ck_no(srv_api_key_check(db, text, NOW, &who));
    srv_auth_db_close(db);
}
END_TEST

START_TEST(an_organization_sees_its_own)
{
    srv_auth_db *db = open_auth("own");
    srv_api_key key = new_key();
    static srv_api_key keys[SRV_MAX_API_KEYS];
    srv_principal who;
    size_t n = 9;
    char text[SRV_API_KEY_TEXT];
    ck_yes(srv_api_key_add(db, "acme", &key, text));
    ck_yes(srv_api_key_list(db, "blue", keys, &n));
    ck_assert_uint_eq(n, 0);
    ck_yes(srv_api_key_list(db, "acme", keys, &n));
    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(keys[0].name, "nightly import");
    ck_assert_int_eq(keys[0].used_ms, 0);
    ck_yes(srv_api_key_check(db, text, NOW + 5, &who));
    ck_yes(srv_api_key_check(db, text, NOW + 6, &who));
    ck_yes(srv_api_key_list(db, "acme", keys, &n));
    ck_assert_int_eq(keys[0].used_ms, NOW + 5);
    srv_auth_db_close(db);
}
END_TEST

START_TEST(an_organization_has_so_many_and_no_more)
{
    srv_auth_db *db = open_auth("many");
    char text[SRV_API_KEY_TEXT];
    srv_api_key key = new_key();
    for (int i = 0; i < SRV_MAX_API_KEYS; i++) {
        key = new_key();
        ck_yes(srv_api_key_add(db, "acme", &key, text));
    }
    srv_api_key one_more = new_key();
    ck_no(srv_api_key_add(db, "acme", &one_more, text));
    ck_yes(srv_api_key_add(db, "blue", &one_more, text));
    ck_yes(srv_api_key_revoke(db, "acme", key.id, NOW));
    key = new_key();
    ck_yes(srv_api_key_add(db, "acme", &key, text));
    srv_auth_db_close(db);
}
END_TEST

LSC_SUITE("server/api_keys", TEST(a_key_says_whose_it_is), TEST(a_key_with_a_wrong_letter_is_none),
          TEST(keys_expire_and_are_revoked), TEST(an_organization_sees_its_own),
          TEST(an_organization_has_so_many_and_no_more))
