#include "audit.h"

#include <string.h>

#include "core/hash.h"
#include "core/options.h"
#include "core/text.h"
#include "store/model_rows.h"
#include "store/store_settings.h"
#include "store/vault.h"

/** What the first row is chained to. */
static const uint8_t beginning[LSC_HASH_SIZE];

/** A row of the trail. Texts are "" where there are none. */
typedef struct trail_row {
    int64_t number;
    int64_t time_ms;
    int64_t organization_key;
    int64_t amount;
    const char *actor;
    const char *action;
    const char *subject;
} trail_row;

void lsc_store_actor_init(lsc_store_actor *actor, size_t size)
{
    const lsc_store_actor defaults = LSC_STORE_ACTOR_INIT;
    lsc_options_init(actor, size, &defaults, sizeof defaults);
}

/* A name or an address would stay in the trail for good: none is taken. */
bool lsc_audit_is_uuid(const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool hex = strchr("0123456789abcdefABCDEF", text[i]) != NULL;
        if (dash ? text[i] != '-' : !hex) {
            return false;
        }
    }
    return length == LSC_UUID_SIZE - 1;
}

lsc_status lsc_store_set_actor(lsc_store *store, const lsc_store_actor *actor, lsc_error *error)
{
    if (store == NULL || actor == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", store == NULL ? "store" : "actor");
    }
    lsc_store_actor known = LSC_STORE_ACTOR_INIT;
    lsc_status status = lsc_options_read("lsc_store_actor", &known, sizeof known, actor,
                                         LSC_SIZE_UP_TO(lsc_store_actor, ctx), error);
    if (status == LSC_OK && known.now_ms == NULL) {
        status = lsc_fail(error, LSC_INVALID_ARG, "actor.now_ms is NULL");
    }
    if (status == LSC_OK && known.uuid != NULL && !lsc_audit_is_uuid(known.uuid)) {
        status = lsc_fail(error, LSC_INVALID_ARG, "actor.uuid is not a UUID");
    }
    if (status != LSC_OK) {
        return status;
    }
    store->now_ms = known.now_ms;
    store->now_ctx = known.ctx;
    memset(store->actor, 0, sizeof store->actor);
    if (known.uuid != NULL) {
        memcpy(store->actor, known.uuid, LSC_UUID_SIZE);
    }
    return LSC_OK;
}

lsc_status lsc_audit_is_on(lsc_store *store, bool *on, lsc_error *error)
{
    int64_t value = 0;
    lsc_status status = lsc_setting_read(store, LSC_SETTING_AUDITED, &value, error);
    *on = status == LSC_OK && value != 0;
    if (*on && store->now_ms == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG,
                        "the store is audited: lsc_store_set_actor() says who acts");
    }
    return status;
}

/* The chain. */

static void append_number(lsc_buffer *message, int64_t number)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)((uint64_t)number >> (8 * i));
    }
    lsc_buffer_append(message, bytes, sizeof bytes);
}

/* What a row is chained by: the row, each text with its zero, and the code of the one before. */
static lsc_status write_message(lsc_store *store, const trail_row *row, const uint8_t *before,
                                lsc_error *error)
{
    const char *const texts[] = {row->actor, row->action, row->subject};
    lsc_buffer *message = &store->audited;
    lsc_buffer_clear(message);
    append_number(message, row->number);
    append_number(message, row->time_ms);
    append_number(message, row->organization_key);
    append_number(message, row->amount);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        lsc_buffer_append(message, texts[i], strlen(texts[i]) + 1);
    }
    lsc_buffer_append(message, before, LSC_HASH_SIZE);
    return lsc_buffer_status(message, error);
}

static lsc_status code_of(lsc_store *store, const trail_row *row, const uint8_t *before,
                          uint8_t code[LSC_HASH_SIZE], lsc_error *error)
{
    const lsc_vault *vault = store->vault;
    lsc_status status = write_message(store, row, before, error);
    if (status != LSC_OK) {
        return status;
    }
    return vault != NULL && row->number >= vault->audit_from
               ? lsc_mac_of(vault->audit, store->audited.data, store->audited.length, code, error)
               : lsc_hash_block(store->audited.data, store->audited.length, code, error);
}

static lsc_status read_head(lsc_store *store, int64_t *number, uint8_t code[LSC_HASH_SIZE],
                            lsc_error *error)
{
    static const char sql[] = "SELECT number, mac FROM audit_log ORDER BY number DESC LIMIT 1";
    lsc_query *query;
    bool row = false;
    *number = 0;
    memcpy(code, beginning, sizeof beginning);
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status == LSC_OK) {
        status = lsc_query_step(query, &row, error);
    }
    if (row) {
        size_t length;
        const void *bytes = lsc_query_bytes(query, 1, &length);
        if (bytes == NULL || length != LSC_HASH_SIZE) {
            status = lsc_query_fail_missing(query, error);
        } else {
            *number = lsc_query_int(query, 0);
            memcpy(code, bytes, LSC_HASH_SIZE);
        }
    }
    return lsc_query_end(query, status, error);
}

static const char *none_if_empty(const char *text)
{
    return text[0] == '\0' ? NULL : text;
}

static lsc_status insert(lsc_store *store, const trail_row *row, const uint8_t *code,
                         lsc_error *error)
{
    static const char sql[] = "INSERT INTO audit_log (number, time, organization_key, actor, "
                              "action, subject, amount, mac)"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, row->number);
    lsc_query_set_int(query, 2, row->time_ms);
    if (row->organization_key != 0) {
        lsc_query_set_int(query, 3, row->organization_key);
    }
    lsc_query_set_text(query, 4, none_if_empty(row->actor));
    lsc_query_set_text(query, 5, row->action);
    lsc_query_set_text(query, 6, none_if_empty(row->subject));
    lsc_query_set_int(query, 7, row->amount);
    lsc_query_set_bytes(query, 8, code, LSC_HASH_SIZE);
    return lsc_query_finish(query, error);
}

static lsc_status append(lsc_store *store, const lsc_audit_entry *entry, lsc_error *error)
{
    uint8_t before[LSC_HASH_SIZE];
    uint8_t code[LSC_HASH_SIZE];
    trail_row row = {.time_ms = store->now_ms(store->now_ctx),
                     .organization_key = entry->organization_key,
                     .amount = entry->amount,
                     .actor = store->actor,
                     .action = entry->action,
                     .subject = entry->subject == NULL ? "" : entry->subject};
    if (row.time_ms < LSC_TIME_MIN || row.time_ms > LSC_TIME_MAX) {
        return lsc_fail(error, LSC_INVALID_ARG, "actor.now_ms() gave no time");
    }
    lsc_status status = lsc_vault_ready(store, error);
    if (status == LSC_OK) {
        status = read_head(store, &row.number, before, error);
    }
    row.number++;
    if (status == LSC_OK) {
        status = code_of(store, &row, before, code, error);
    }
    return status == LSC_OK ? insert(store, &row, code, error) : status;
}

lsc_status lsc_audit_note(lsc_store *store, const lsc_audit_entry *entry, lsc_error *error)
{
    bool on;
    lsc_status status = lsc_audit_is_on(store, &on, error);
    return status == LSC_OK && on ? append(store, entry, error) : status;
}

static lsc_status note_lead(lsc_store *store, const char *action, int64_t amount, lsc_error *error)
{
    const lsc_audit_entry entry = {action, store->subject.organization_key, store->subject.uuid,
                                   amount};
    return lsc_audit_note(store, &entry, error);
}

lsc_status lsc_audit_change_end(lsc_store *store, const char *action, int64_t amount,
                                lsc_status status, lsc_error *error)
{
    if (status == LSC_OK) {
        status = note_lead(store, action, amount, error);
    }
    return lsc_change_end(store->database, status, error);
}

lsc_status lsc_audit_read_begin(lsc_store *store, bool *noting, lsc_error *error)
{
    lsc_status status = lsc_audit_is_on(store, noting, error);
    if (status != LSC_OK || !*noting) {
        return status == LSC_OK ? lsc_look_begin(store->database, error) : status;
    }
    if (store->read_only) {
        return lsc_fail(error, LSC_IO, "%s: what is read of it is noted in it: open it to write",
                        lsc_database_name(store->database));
    }
    return lsc_change_begin(store->database, error);
}

lsc_status lsc_audit_read_end(lsc_store *store, const char *action, int64_t amount,
                              lsc_status status, lsc_error *error)
{
    return action != NULL ? lsc_audit_change_end(store, action, amount, status, error)
                          : lsc_look_end(store->database, status);
}

lsc_status lsc_audit_list_end(lsc_store *store, const lsc_audit_entry *entry, lsc_status status,
                              lsc_error *error)
{
    if (entry == NULL) {
        return lsc_look_end(store->database, status);
    }
    if (status == LSC_OK) {
        status = lsc_audit_note(store, entry, error);
    }
    return lsc_change_end(store->database, status, error);
}

lsc_status lsc_audit_whole(lsc_store *store, const char *action, int64_t organization_key,
                           lsc_error *error)
{
    bool noting;
    const lsc_audit_entry entry = {action, organization_key, NULL, 0};
    lsc_status status = lsc_audit_read_begin(store, &noting, error);
    return status == LSC_OK ? lsc_audit_list_end(store, noting ? &entry : NULL, status, error)
                            : status;
}

lsc_status lsc_store_set_audited(lsc_store *store, bool audited, lsc_error *error)
{
    int64_t was = 0;
    if (store == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store is NULL");
    }
    if (store->now_ms == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "lsc_store_set_actor() says first who acts");
    }
    const lsc_audit_entry entry = {audited ? "audit on" : "audit off", 0, NULL, 0};
    lsc_status status = lsc_change_begin(store->database, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_setting_read(store, LSC_SETTING_AUDITED, &was, error);
    if (status == LSC_OK && audited != (was != 0)) {
        status = lsc_setting_write(store, LSC_SETTING_AUDITED, audited, error);
        if (status == LSC_OK) {
            status = append(store, &entry, error);
        }
    }
    return lsc_change_end(store->database, status, error);
}

lsc_status lsc_store_audit_head(lsc_store *store, int64_t *n_rows, char head[65], lsc_error *error)
{
    uint8_t code[LSC_HASH_SIZE];
    int64_t number = 0;
    if (store == NULL || n_rows == NULL || head == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store, n_rows or head is NULL");
    }
    lsc_status status = read_head(store, &number, code, error);
    if (status == LSC_OK) {
        *n_rows = number;
        lsc_hash_format(code, head);
    }
    return status;
}

/* Verifying. */

typedef struct verifying {
    lsc_store *store;
    int64_t number; /* of the last row that is right */
    uint8_t code[LSC_HASH_SIZE];
    const uint8_t *anchor; /* NULL: none */
    bool anchored;         /* a row, or the beginning, has it */
} verifying;

static lsc_status bad_row(const verifying *at, int64_t number, const char *what, lsc_error *error)
{
    return lsc_fail(error, LSC_BAD_STORE, "%s: row %lld of the audit trail %s",
                    lsc_database_name(at->store->database), (long long)number, what);
}

static void meet_anchor(verifying *at)
{
    at->anchored =
        at->anchored || at->anchor == NULL || memcmp(at->anchor, at->code, LSC_HASH_SIZE) == 0;
}

static const char *text_or_empty(lsc_query *query, int column)
{
    size_t length;
    const char *text = lsc_query_text(query, column, &length);
    return text == NULL ? "" : text;
}

static lsc_status verify_row(verifying *at, lsc_query *query, lsc_error *error)
{
    size_t length;
    uint8_t code[LSC_HASH_SIZE];
    const trail_row row = {.number = lsc_query_int(query, 0),
                           .time_ms = lsc_query_int(query, 1),
                           .organization_key = lsc_query_int(query, 2),
                           .actor = text_or_empty(query, 3),
                           .action = text_or_empty(query, 4),
                           .subject = text_or_empty(query, 5),
                           .amount = lsc_query_int(query, 6)};
    const void *held = lsc_query_bytes(query, 7, &length);
    if (row.number != at->number + 1) {
        return bad_row(at, at->number + 1, "is missing", error);
    }
    lsc_status status = code_of(at->store, &row, at->code, code, error);
    if (status != LSC_OK) {
        return status;
    }
    if (held == NULL || length != sizeof code || memcmp(held, code, sizeof code) != 0) {
        return bad_row(at, row.number, "was changed, or one before it", error);
    }
    at->number = row.number;
    memcpy(at->code, code, sizeof code);
    meet_anchor(at);
    return LSC_OK;
}

static lsc_status verify(verifying *at, lsc_error *error)
{
    static const char sql[] =
        "SELECT number, time, coalesce(organization_key, 0), actor, action, subject, amount, mac"
        " FROM audit_log ORDER BY number";
    lsc_query *query;
    lsc_status status = lsc_query_begin_once(at->store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    while (lsc_query_next(query, &status, error)) {
        status = verify_row(at, query, error);
    }
    status = lsc_query_end(query, status, error);
    if (status == LSC_OK && !at->anchored) {
        return bad_row(at, at->number + 1,
                       "is missing, or one before it: none has the code of the anchor", error);
    }
    return status;
}

lsc_status lsc_store_verify(lsc_store *store, const char *anchor, int64_t *n_rows, lsc_error *error)
{
    uint8_t code[LSC_HASH_SIZE];
    if (store == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store is NULL");
    }
    if (anchor != NULL && !lsc_hash_read(anchor, code)) {
        return lsc_fail(error, LSC_INVALID_ARG, "anchor is not of 64 hexadecimal digits");
    }
    verifying at = {.store = store, .anchor = anchor == NULL ? NULL : code};
    meet_anchor(&at);
    lsc_status status = lsc_look_begin(store->database, error);
    if (status == LSC_OK) {
        status = lsc_vault_refresh(store, error);
        status = lsc_look_end(store->database, status == LSC_OK ? verify(&at, error) : status);
    }
    if (status == LSC_OK && n_rows != NULL) {
        *n_rows = at.number;
    }
    return status;
}
