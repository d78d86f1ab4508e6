/**
 * @file auth_tools.h
 * What the tests of authentication share: an auth.db of their own, with two users of two organizations.
 */
#ifndef SRV_TESTS_AUTH_TOOLS_H
#define SRV_TESTS_AUTH_TOOLS_H

#include "suite.h"

#include <stdio.h>
#include <unistd.h>

#include "auth/credentials.h"

/* 2026-11-27 08:00 UTC. Tests say what time it is, as the server does. */
#define NOW INT64_C(1795766400000)
#define MINUTE INT64_C(60000)
#define DAY (1440 * MINUTE)

#define ANNA "10000000-0000-4000-8000-000000000001"
#define BERT "20000000-0000-4000-8000-000000000002"
#define CARL "30000000-0000-4000-8000-000000000003"

#define ck_yes(call) ck_assert_int_eq((call), SRV_YES)
#define ck_no(call) ck_assert_int_eq((call), SRV_NO)

static inline const char *auth_path(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s-%d.db", lsc_test_folder(), name, (int)getpid());
    return path;
}

static inline void test_key(uint8_t key[SRV_KEY_BYTES])
{
    memset(key, 7, SRV_KEY_BYTES);
}

static inline srv_auth_db *reopen_auth(const char *name)
{
    uint8_t key[SRV_KEY_BYTES];
    char why[SRV_DB_WHY] = "";
    test_key(key);
    srv_auth_db *db = srv_auth_db_open(auth_path(name), key, why);
    ck_assert_msg(db != NULL, "%s", why);
    return db;
}

static inline srv_auth_db *open_auth(const char *name)
{
    ck_assert(srv_secrets_start());
    unlink(auth_path(name));
    srv_auth_db *db = reopen_auth(name);
    ck_yes(srv_credentials_add(db, ANNA, "acme", "anna@acme.example"));
    ck_yes(srv_credentials_add(db, BERT, "blue", "bert@blue.example"));
    return db;
}

#endif
