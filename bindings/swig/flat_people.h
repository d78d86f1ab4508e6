/**
 * @file flat_people.h
 * Who acts on a store, what leads consent to, and what is noted.
 */
#ifndef LEADSCORE_FLAT_PEOPLE_H
#define LEADSCORE_FLAT_PEOPLE_H

#include <leadscore/store.h>

void flat_store_set_consent(lsc_store *store, const char *organization, const char *lead_id,
                            const char *purpose, bool given, int64_t time_ms, const char *source,
                            lsc_error *error);
void flat_store_note_training(lsc_store *store, const char *organization, const char *sha256,
                              const char *const *names, size_t n_names, lsc_error *error);

/** @param type  an lsc_account_type */
void flat_store_put_account(lsc_store *store, const char *organization, int type, const char *id,
                            const char *role, const char *details, lsc_error *error);

/* UUIDs, and the head of the audit trail: freed with free(). */

char *flat_store_account_uuid(lsc_store *store, const char *organization, int type, const char *id,
                              lsc_error *error);
char *flat_store_lead_uuid(lsc_store *store, const char *organization, const char *id,
                           lsc_error *error);
/** @param counts  [1], how many rows there are */
char *flat_store_audit_head(lsc_store *store, int64_t *counts, size_t n_counts, lsc_error *error);
/** How many rows there are. `anchor` may be NULL. */
int64_t flat_store_verify(lsc_store *store, const char *anchor, lsc_error *error);

/** Put a lead, read by a table of aliases. */
void flat_store_put_lead(lsc_store *store, const char *organization, const char *bytes,
                         size_t length, lsc_aliases *aliases, lsc_error *error);

#endif
