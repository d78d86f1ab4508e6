#include "flat_people.h"

#include "flat_support.h"

#include <stdlib.h>

/** Bytes of a UUID and of the head of an audit trail, with their NUL. */
enum {
    UUID_SIZE = 37,
    HEAD_SIZE = 65
};

/** The text, or NULL and its memory freed where it could not be filled. */
static char *filled(char *text, lsc_status status)
{
    if (status != LSC_OK) {
        free(text);
        return NULL;
    }
    return text;
}

void flat_store_set_consent(lsc_store *store, const char *organization, const char *lead_id,
                            const char *purpose, bool given, int64_t time_ms, const char *source,
                            lsc_error *error)
{
    lsc_consent consent = LSC_CONSENT_INIT;
    consent.purpose = purpose;
    consent.given = given;
    consent.time_ms = time_ms;
    consent.source = source;
    lsc_store_set_consent(store, organization, lead_id, &consent, error);
}

void flat_store_note_training(lsc_store *store, const char *organization, const char *sha256,
                              const char *const *names, size_t n_names, lsc_error *error)
{
    lsc_store_note_training(store, organization, sha256, names, n_names, error);
}

void flat_store_put_account(lsc_store *store, const char *organization, int type, const char *id,
                            const char *role, const char *details, lsc_error *error)
{
    lsc_account account = LSC_ACCOUNT_INIT;
    account.type = (lsc_account_type)type;
    account.id = id;
    account.role = role;
    account.details = details;
    lsc_store_put_account(store, organization, &account, error);
}

char *flat_store_account_uuid(lsc_store *store, const char *organization, int type, const char *id,
                              lsc_error *error)
{
    char *uuid = flat_alloc(UUID_SIZE, error);
    return uuid == NULL
               ? NULL
               : filled(uuid, lsc_store_account_uuid(store, organization, (lsc_account_type)type,
                                                     id, uuid, error));
}

char *flat_store_lead_uuid(lsc_store *store, const char *organization, const char *id,
                           lsc_error *error)
{
    char *uuid = flat_alloc(UUID_SIZE, error);
    return uuid == NULL ? NULL
                        : filled(uuid, lsc_store_lead_uuid(store, organization, id, uuid, error));
}

char *flat_store_audit_head(lsc_store *store, int64_t *counts, size_t n_counts, lsc_error *error)
{
    if (!flat_has_room(n_counts, 1, error)) {
        return NULL;
    }
    char *head = flat_alloc(HEAD_SIZE, error);
    return head == NULL ? NULL : filled(head, lsc_store_audit_head(store, counts, head, error));
}

int64_t flat_store_verify(lsc_store *store, const char *anchor, lsc_error *error)
{
    int64_t n_rows = 0;
    lsc_store_verify(store, anchor, &n_rows, error);
    return n_rows;
}

void flat_store_put_lead(lsc_store *store, const char *organization, const char *bytes,
                         size_t length, lsc_aliases *aliases, lsc_error *error)
{
    lsc_lead *lead = NULL;
    if (lsc_lead_new(NULL, &lead, error) == LSC_OK &&
        lsc_lead_set_aliases(lead, aliases, error) == LSC_OK &&
        lsc_lead_parse_json(lead, bytes, length, error) == LSC_OK) {
        if (lsc_lead_id(lead)[0] == '\0') {
            flat_fail(error, LSC_BAD_LEAD, "id is missing"); /* as of JSON without aliases */
        } else {
            lsc_store_put_lead(store, organization, lead, error);
        }
    }
    lsc_lead_free(lead);
}
