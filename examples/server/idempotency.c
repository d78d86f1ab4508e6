#include "idempotency.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "counters.h"
#include "trace/tracing.h"

#define HEADER "Idempotency-Key"

static bool is_asked_for(const srv_call *call)
{
    return call->operation->may_replay && call->has_who && srv_header(call, HEADER) != NULL;
}

/* Whose key it is. None of the three can hold a line end. */
static void digest_key(const srv_call *call, uint8_t digest[SRV_DIGEST_BYTES])
{
    char text[SRV_MAX_ORGANIZATION + 256];
    snprintf(text, sizeof(text), "%s\n%s\n%s", call->who.organization, call->who.uuid,
             srv_header(call, HEADER));
    srv_digest(text, digest);
}

/* What it is the key of: another request with the same key is a mistake. */
static void digest_request(const srv_call *call, uint8_t digest[SRV_DIGEST_BYTES])
{
    crypto_generichash_state state;
    const srv_request *request = call->request;
    crypto_generichash_init(&state, NULL, 0, SRV_DIGEST_BYTES);
    crypto_generichash_update(&state, (const unsigned char *)request->method,
                              strlen(request->method) + 1);
    crypto_generichash_update(&state, (const unsigned char *)request->url,
                              strlen(request->url) + 1);
    if (request->length > 0) {
        crypto_generichash_update(&state, (const unsigned char *)request->body, request->length);
    }
    crypto_generichash_final(&state, digest, SRV_DIGEST_BYTES);
}

/* Where an answer is sealed: it opens in no other place. */
static void name_place(const uint8_t key[SRV_DIGEST_BYTES], char place[96])
{
    char hex[2 * SRV_DIGEST_BYTES + 1];
    sodium_bin2hex(hex, sizeof(hex), key, SRV_DIGEST_BYTES);
    snprintf(place, 96, "replay %s", hex);
}

static void set_header(srv_call *call, const char *name, const char *value)
{
    if (value != NULL) {
        srv_set_header(call, name, value);
    }
}

/* Give the answer of the row at hand. */
static bool give_again(srv_call *call, const srv_auth_db *db, const uint8_t key[SRV_DIGEST_BYTES])
{
    char place[96];
    size_t sealed_length;
    const uint8_t *sealed = srv_db_bytes(db, 5, &sealed_length);
    size_t length = sealed_length - SRV_SEAL_BYTES;
    char *bytes = sealed_length >= SRV_SEAL_BYTES ? malloc(length + 1) : NULL;
    name_place(key, place);
    if (bytes == NULL ||
        !srv_unseal(srv_db_key(db), place, sealed, sealed_length, (uint8_t *)bytes)) {
        free(bytes);
        return false;
    }
    set_header(call, "Location", srv_db_text(db, 3));
    set_header(call, "ETag", srv_db_text(db, 4));
    srv_set_header(call, "Idempotency-Replayed", "true");
    srv_answer_set(&call->answer, (unsigned)srv_db_int(db, 1), srv_db_text(db, 2), bytes, length);
    srv_counters_add(call->app->counters, SRV_COUNT_REPLAYS, 1);
    return true;
}

/* What there is of the key: it is answered here, or the request goes on. */
static bool look(srv_call *call, srv_auth_db *db, const uint8_t key[SRV_DIGEST_BYTES],
                 const uint8_t request[SRV_DIGEST_BYTES])
{
    int found = srv_db_row(db,
                           "SELECT request, status, content_type, location, etag, body"
                           " FROM replays WHERE digest = ? AND expires_ms > ?",
                           "bi", key, call->now_ms);
    if (found < 0) {
        srv_fail(call, 503, "unavailable", "%s cannot be looked up now", HEADER);
    } else if (found > 0 && !srv_db_is_digest(db, 0, request)) {
        srv_fail(call, 409, "key_reused", "the %s was used for another request", HEADER);
    } else if (found > 0 && srv_db_int(db, 1) == 0) {
        srv_set_header(call, "Retry-After", "1");
        srv_fail(call, 409, "in_progress", "the first request with this %s is not answered yet",
                 HEADER);
    } else if (found > 0 && !give_again(call, db, key)) {
        srv_fail(call, 503, "unavailable", "the answer that was kept cannot be read");
    }
    return !srv_is_answered(call);
}

static bool begin(srv_call *call)
{
    uint8_t key[SRV_DIGEST_BYTES];
    uint8_t request[SRV_DIGEST_BYTES];
    srv_auth_db *db = call->app->auth->db;
    digest_key(call, key);
    digest_request(call, request);
    if (!srv_db_begin(db)) {
        srv_fail(call, 503, "unavailable", "%s cannot be kept now", HEADER);
        return false;
    }
    bool goes_on = look(call, db, key, request);
    if (!goes_on) {
        srv_db_rollback(db);
        return false;
    }
    int changed = srv_db_run(db,
                             "INSERT OR REPLACE INTO replays(digest, request, status, expires_ms)"
                             " VALUES(?, ?, 0, ?)",
                             "bbi", key, request, call->now_ms + SRV_REPLAY_LEASE_MS);
    if (changed < 0) {
        srv_db_rollback(db);
    }
    if (changed < 0 || !srv_db_commit(db)) {
        srv_fail(call, 503, "unavailable", "%s cannot be kept now", HEADER);
        return false;
    }
    call->keeps_answer = true;
    return true;
}

bool srv_replay_begin(srv_call *call)
{
    if (!is_asked_for(call)) {
        return true;
    }
    srv_step_begin("srv_replay_begin");
    srv_auth_tidy(call->app->auth, call->now_ms); /* where nobody logs in nothing else does it */
    bool goes_on = begin(call);
    srv_step_end(NULL);
    return goes_on;
}

static bool keep(const srv_call *call, srv_auth_db *db, const uint8_t key[SRV_DIGEST_BYTES])
{
    const srv_answer *answer = &call->answer;
    char place[96];
    size_t length = answer->length + SRV_SEAL_BYTES;
    uint8_t *sealed = malloc(length);
    if (sealed == NULL) {
        return false;
    }
    name_place(key, place);
    srv_seal(srv_db_key(db), place, (const uint8_t *)answer->bytes, answer->length, sealed);
    int changed = srv_db_run(
        db,
        "UPDATE replays SET status = ?, content_type = ?, location = ?, etag = ?, body = ?,"
        " expires_ms = ? WHERE digest = ?",
        "itttsib", (int64_t)answer->status, answer->content_type,
        srv_answer_get(answer, "Location"), srv_answer_get(answer, "ETag"), sealed, length,
        call->now_ms + SRV_REPLAY_MS, key);
    free(sealed);
    return changed == 1;
}

static void end(srv_call *call)
{
    uint8_t key[SRV_DIGEST_BYTES];
    srv_auth_db *db = call->app->auth->db;
    if (!srv_db_begin(db)) {
        return;
    }
    digest_key(call, key);
    bool can = call->answer.status < 500 && call->answer.length <= SRV_MAX_REPLAY_BYTES;
    if (!can || !keep(call, db, key)) {
        srv_db_run(db, "DELETE FROM replays WHERE digest = ?", "b", key);
    }
    srv_db_commit(db);
}

void srv_replay_end(srv_call *call)
{
    if (call->keeps_answer) {
        srv_step_begin("srv_replay_end");
        end(call);
        srv_step_end(NULL);
    }
}
