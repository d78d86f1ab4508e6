#include "auth/lockout.h"

static int64_t wait_after(int64_t guesses, int64_t free)
{
    int64_t wait = SRV_FIRST_WAIT_MS;
    for (int64_t n = free; n < guesses && wait < SRV_LONGEST_WAIT_MS; n++) {
        wait *= 2;
    }
    return wait < SRV_LONGEST_WAIT_MS ? wait : SRV_LONGEST_WAIT_MS;
}

srv_verdict srv_guess(srv_auth_db *db, const char *subject, int64_t free, int64_t now_ms,
                      int64_t *wait_ms)
{
    uint8_t digest[SRV_DIGEST_BYTES];
    srv_digest(subject, digest);
    if (!srv_db_begin(db)) {
        return SRV_FAULT;
    }
    int found = srv_db_row(
        db, "SELECT n, until_ms FROM guesses WHERE digest = ? AND (last_ms > ? OR until_ms > ?)",
        "bii", digest, now_ms - SRV_FORGET_GUESSES_MS, now_ms);
    int64_t n = found == 1 ? srv_db_int(db, 0) : 0;
    int64_t until = found == 1 ? srv_db_int(db, 1) : 0;
    if (until > now_ms) {
        srv_db_rollback(db);
        *wait_ms = until - now_ms;
        return SRV_NO;
    }
    n++;
    /* The wait that this one brings, if it turns out wrong. */
    until = n >= free ? now_ms + wait_after(n, free) : 0;
    int written = srv_db_run(db, "INSERT OR REPLACE INTO guesses VALUES(?, ?, ?, ?)", "biii",
                             digest, n, now_ms, until);
    if (found < 0 || written != 1) {
        srv_db_rollback(db);
        return SRV_FAULT;
    }
    return srv_db_commit(db) ? SRV_YES : SRV_FAULT;
}

/* Change the row of a subject, if there is one. */
static srv_verdict change(srv_auth_db *db, const char *sql, const char *subject)
{
    uint8_t digest[SRV_DIGEST_BYTES];
    srv_digest(subject, digest);
    srv_db_lock(db);
    int n = srv_db_run(db, sql, "b", digest);
    srv_db_unlock(db);
    return n >= 0 ? SRV_YES : SRV_FAULT;
}

srv_verdict srv_guess_right(srv_auth_db *db, const char *subject)
{
    return change(db, "DELETE FROM guesses WHERE digest = ?", subject);
}

srv_verdict srv_guess_undo(srv_auth_db *db, const char *subject)
{
    return change(db, "UPDATE guesses SET n = n - 1, until_ms = 0 WHERE digest = ?", subject);
}
