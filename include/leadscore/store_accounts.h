/**
 * @file store_accounts.h
 * Who acts for an organization: its users, and the integrations that bring its data.
 *
 * What is held of one is personal, or secret: of a store with a key it is encrypted, and each of the calls
 * below but lsc_store_account_uuid() is noted in the trail of an audited one.
 */
#ifndef LEADSCORE_STORE_ACCOUNTS_H
#define LEADSCORE_STORE_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>

#include "store_file.h"

LSC_BEGIN_DECLS

/** Bytes of the details of an account. One past is LSC_LIMIT. */
#define LSC_MAX_ACCOUNT_DETAILS 65536

/** What an account is. Ids of users and of integrations are apart from one another. */
typedef enum lsc_account_type {
    LSC_ACCOUNT_USER = 0,
    LSC_ACCOUNT_INTEGRATION = 1
} lsc_account_type;

/** An account to put. Start from LSC_ACCOUNT_INIT. */
typedef struct lsc_account {
    size_t size; /**< sizeof(lsc_account) */
    lsc_account_type type;
    const char *id;   /**< the caller's; it is not encrypted */
    const char *role; /**< of a user, such as "admin", or NULL; of an integration what it is, such
                              as "hubspot". It is not encrypted */
    const char *details; /**< one JSON object: names, addresses, secrets; NULL: {} */
} lsc_account;

/* clang-format off */
#define LSC_ACCOUNT_INIT {sizeof(lsc_account), LSC_ACCOUNT_USER, NULL, NULL, NULL}
/* clang-format on */

/** As lsc_activity_init(), with LSC_ACCOUNT_INIT. @since 0.1 */
LSC_API void lsc_account_init(lsc_account *account, size_t size);

/** An account as it is held. */
typedef struct lsc_stored_account {
    const char *id;
    const char *uuid; /**< made by the store; says nothing of who it is, and never changes */
    const char *role; /**< NULL: none */
    bool active;
    const char *details; /**< JSON, as it was put */
} lsc_stored_account;

/**
 * Put an account in place of the one with its id, which stays active or not and keeps its UUID, or add
 * it, active.
 *
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization; LSC_INVALID_ARG for an integration without
 *         role, or for details that are no object; LSC_BAD_JSON; LSC_LIMIT.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_put_account(lsc_store *store, const char *organization,
                                         const lsc_account *account, lsc_error *error);

/**
 * Get an account.
 * @param account  set to it; valid as a list is; untouched on error
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or account.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_get_account(lsc_store *store, const char *organization,
                                         lsc_account_type type, const char *id,
                                         const lsc_stored_account **account, lsc_error *error);

/**
 * List the accounts of a type, active or not, in the order of their ids, by bytes.
 *
 * @param after     begin after this id: the last one of the page before; NULL: at the first
 * @param limit     most rows; 0: LSC_PAGE. A shorter page is the last
 * @param accounts  set to an array [n]
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_list_accounts(lsc_store *store, const char *organization,
                                           lsc_account_type type, const char *after, size_t limit,
                                           const lsc_stored_account **accounts, size_t *n,
                                           lsc_error *error);

/**
 * Let an account act, or no more.
 * @return LSC_OK, also where it is so already; LSC_NOT_FOUND for an unknown organization or account.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_set_account_active(lsc_store *store, const char *organization,
                                                lsc_account_type type, const char *id, bool active,
                                                lsc_error *error);

/**
 * Delete an account. lsc_store_purge() then leaves no byte of it in the file; rows of the audit trail keep
 * its UUID.
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or account.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_delete_account(lsc_store *store, const char *organization,
                                            lsc_account_type type, const char *id,
                                            lsc_error *error);

/**
 * The UUID of an active account, for lsc_store_actor.uuid. It reads nothing personal and is not noted.
 *
 * @param uuid  filled; untouched on error
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or account; LSC_INVALID_ARG for one that is
 *         not active.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_account_uuid(lsc_store *store, const char *organization,
                                          lsc_account_type type, const char *id, char uuid[37],
                                          lsc_error *error);

LSC_END_DECLS

#endif
