#include "auth/totp.h"

#include <liboath/oath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECRET_BYTES 20
#define STEP_SECONDS 30
#define DIGITS 6
#define PLACE_TEXT 64

bool srv_totp_start(void)
{
    return oath_init() == OATH_OK;
}

/* Where the secret of a user is: it opens in no other row. */
static void place_of(const char *uuid, char place[PLACE_TEXT])
{
    snprintf(place, PLACE_TEXT, "totp:%s", uuid);
}

static bool as_base32(const uint8_t bytes[SECRET_BYTES], char text[SRV_TOTP_SECRET])
{
    char *made = NULL;
    size_t n = 0;
    if (oath_base32_encode((const char *)bytes, SECRET_BYTES, &made, &n) != OATH_OK) {
        return false;
    }
    bool fits = n == SRV_TOTP_SECRET - 1;
    if (fits) {
        memcpy(text, made, n);
        text[n] = '\0';
    }
    srv_forget(made, n);
    free(made);
    return fits;
}

srv_verdict srv_totp_begin(srv_auth_db *db, const char *uuid, char secret[SRV_TOTP_SECRET])
{
    uint8_t bytes[SECRET_BYTES];
    uint8_t sealed[SECRET_BYTES + SRV_SEAL_BYTES];
    char place[PLACE_TEXT];
    srv_random(bytes, sizeof bytes);
    place_of(uuid, place);
    srv_seal(srv_db_key(db), place, bytes, sizeof bytes, sealed);
    bool shown = as_base32(bytes, secret);
    srv_forget(bytes, sizeof bytes);
    if (!shown) {
        return SRV_FAULT;
    }
    srv_db_lock(db);
    int n = srv_db_run(
        db, "UPDATE credentials SET totp = ?, totp_step = 0 WHERE uuid = ? AND totp_on = 0", "st",
        sealed, sizeof sealed, uuid);
    srv_db_unlock(db);
    return n == 1 ? SRV_YES : n == 0 ? SRV_NO : SRV_FAULT;
}

/* The step whose code this is, of those around now; -1: none. */
static int64_t step_of(const uint8_t secret[SECRET_BYTES], const char *code, int64_t now_ms)
{
    uint64_t step = 0;
    int distance = 0;
    if (strlen(code) != DIGITS || strspn(code, "0123456789") != DIGITS) {
        return -1;
    }
    int found = oath_totp_validate4((const char *)secret, SECRET_BYTES, (time_t)(now_ms / 1000),
                                    STEP_SECONDS, 0, 1, &distance, &step, 0, code);
    return found >= 0 ? (int64_t)step : -1;
}

/* Check a code and use it up. Within a transaction. */
static srv_verdict check_within(srv_auth_db *db, const char *uuid, bool on, const char *code,
                                int64_t now_ms)
{
    uint8_t secret[SECRET_BYTES];
    char place[PLACE_TEXT];
    size_t n = 0;
    place_of(uuid, place);
    int found =
        srv_db_row(db, "SELECT totp, totp_step FROM credentials WHERE uuid = ? AND totp_on = ?",
                   "ti", uuid, (int64_t)on);
    if (found != 1) {
        return found == 0 ? SRV_NO : SRV_FAULT;
    }
    const uint8_t *sealed = srv_db_bytes(db, 0, &n);
    int64_t last = srv_db_int(db, 1);
    if (n == 0) {
        return SRV_NO; /* nothing was begun */
    }
    if (n != SECRET_BYTES + SRV_SEAL_BYTES ||
        !srv_unseal(srv_db_key(db), place, sealed, n, secret)) {
        return SRV_FAULT;
    }
    int64_t step = step_of(secret, code, now_ms);
    srv_forget(secret, sizeof secret);
    if (step <= last) {
        return SRV_NO;
    }
    return srv_db_run(db, "UPDATE credentials SET totp_on = 1, totp_step = ? WHERE uuid = ?", "it",
                      step, uuid) == 1
               ? SRV_YES
               : SRV_FAULT;
}

static srv_verdict commit_if_yes(srv_auth_db *db, srv_verdict verdict)
{
    if (verdict != SRV_YES) {
        srv_db_rollback(db);
        return verdict;
    }
    return srv_db_commit(db) ? SRV_YES : SRV_FAULT;
}

srv_verdict srv_totp_check(srv_auth_db *db, const char *uuid, const char *code, int64_t now_ms)
{
    if (!srv_db_begin(db)) {
        return SRV_FAULT;
    }
    return commit_if_yes(db, check_within(db, uuid, true, code, now_ms));
}

/* Recovery codes. */

/* 16 letters and digits of 5 bits each. No 0, 1, l or o: they are copied from paper. */
static void make_recovery_code(char code[SRV_RECOVERY_TEXT])
{
    static const char letters[] = "23456789abcdefghijkmnpqrstuvwxyz";
    uint8_t bytes[16];
    char *at = code;
    srv_random(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        if (i > 0 && i % 4 == 0) {
            *at++ = '-';
        }
        *at++ = letters[bytes[i] % 32];
    }
    *at = '\0';
}

static bool add_recovery_code(srv_auth_db *db, const char *uuid, const char *code)
{
    uint8_t digest[SRV_DIGEST_BYTES];
    srv_digest(code, digest);
    return srv_db_run(db, "INSERT INTO recovery_codes VALUES(?, ?)", "tb", uuid, digest) == 1;
}

srv_verdict srv_totp_confirm(srv_auth_db *db, const char *uuid, const char *code, int64_t now_ms,
                             char codes[SRV_RECOVERY_CODES][SRV_RECOVERY_TEXT])
{
    if (!srv_db_begin(db)) {
        return SRV_FAULT;
    }
    srv_verdict verdict = check_within(db, uuid, false, code, now_ms);
    for (size_t i = 0; i < SRV_RECOVERY_CODES && verdict == SRV_YES; i++) {
        make_recovery_code(codes[i]);
        if (!add_recovery_code(db, uuid, codes[i])) {
            verdict = SRV_FAULT;
        }
    }
    return commit_if_yes(db, verdict);
}

srv_verdict srv_recovery_check(srv_auth_db *db, const char *uuid, const char *code)
{
    uint8_t digest[SRV_DIGEST_BYTES];
    srv_digest(code, digest);
    srv_db_lock(db);
    int n = srv_db_run(db, "DELETE FROM recovery_codes WHERE uuid = ? AND digest = ?", "tb", uuid,
                       digest);
    srv_db_unlock(db);
    return n == 1 ? SRV_YES : n == 0 ? SRV_NO : SRV_FAULT;
}

srv_verdict srv_totp_end(srv_auth_db *db, const char *uuid)
{
    if (!srv_db_begin(db)) {
        return SRV_FAULT;
    }
    int n = srv_db_run(
        db, "UPDATE credentials SET totp = NULL, totp_on = 0 WHERE uuid = ? AND totp_on = 1", "t",
        uuid);
    if (n == 1 && srv_db_run(db, "DELETE FROM recovery_codes WHERE uuid = ?", "t", uuid) < 0) {
        n = -1;
    }
    return commit_if_yes(db, n == 1 ? SRV_YES : n == 0 ? SRV_NO : SRV_FAULT);
}
