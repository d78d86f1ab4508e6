/**
 * @file account_rows.h
 * Rows of accounts: the tables of users and of integrations. All is within a change, or a look, of the
 * caller's.
 */
#ifndef LSC_STORE_ACCOUNT_ROWS_H
#define LSC_STORE_ACCOUNT_ROWS_H

#include "store/store_data.h"

/** What is done with an account, and noted. */
typedef enum lsc_account_deed {
    LSC_ACCOUNT_PUT,
    LSC_ACCOUNT_READ,
    LSC_ACCOUNT_LIST,
    LSC_ACCOUNT_ACTIVATE,
    LSC_ACCOUNT_DEACTIVATE,
    LSC_ACCOUNT_DELETE,
    LSC_N_ACCOUNT_DEEDS
} lsc_account_deed;

/** An account that is asked for: whose it is, and what is known of it once it is found. */
typedef struct lsc_account_place {
    lsc_account_type type; /**< one of those that are */
    int64_t organization_key;
    const char *id;
    char uuid[LSC_UUID_SIZE]; /**< "" where it is not there */
    bool active;
} lsc_account_place;

/** What an account of the type is called: "user", "integration". */
const char *lsc_account_noun(lsc_account_type type);

/** The action of the audit trail. */
const char *lsc_account_action(lsc_account_type type, lsc_account_deed deed);

/**
 * Look for an account.
 * @param account  filled where it is there and this is not NULL, in the page of the store
 */
lsc_status lsc_account_row_find(lsc_store *store, lsc_account_place *at,
                                lsc_stored_account *account, lsc_error *error);

/** Write an account: a new one, or in place of the one that was found. Its details are not NULL. */
lsc_status lsc_account_row_write(lsc_store *store, const lsc_account_place *at, bool is_new,
                                 const lsc_account *account, lsc_error *error);

/** Activate, deactivate or delete an account that was found. */
lsc_status lsc_account_row_change(lsc_store *store, const lsc_account_place *at,
                                  lsc_account_deed deed, lsc_error *error);

/**
 * The next accounts of an organization, of a type, in the page of the store.
 * @param after  "" for the first
 * @param rows   room for `limit`
 */
lsc_status lsc_account_rows_list(lsc_store *store, const lsc_account_place *at, const char *after,
                                 size_t limit, lsc_stored_account *rows, size_t *n,
                                 lsc_error *error);

/**
 * Seal accounts of all organizations with the newest key that are not. Turns the page.
 * @param most  to do about so many
 * @param n     set to how many there were; less than `most` where none is left
 */
lsc_status lsc_account_rows_reseal(lsc_store *store, size_t most, size_t *n, lsc_error *error);

#endif
