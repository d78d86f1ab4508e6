/**
 * @file store_args.h
 * The command line of `leadscore store`, and those of its actions that stand in other files.
 */
#ifndef LSC_CLI_STORE_ARGS_H
#define LSC_CLI_STORE_ARGS_H

#include <stdbool.h>

#include <leadscore/store.h>

#include "model_args.h"
#include "store_access.h"

typedef struct lsc_store_args {
    const char *action;
    const char *deed; /**< of users and integrations: what is done */
    lsc_store_access store;
    const char *name;
    const char *model;
    const char *backup;
    const char *output;
    const char *new_key_file;
    const char *anchor;
    const char *id;
    const char *role;
    const char *details; /**< a file */
    bool audited;
    bool activate;
    bool force;
    bool json;
    lsc_model_args loading;
    unsigned given;        /**< a bit for each option that was given */
    lsc_audit_query audit; /**< rows of the trail that are asked for */
    int64_t keep_ms[3];    /**< how long activities, scores and leads are kept; 0: for good */
    const char *type;      /**< of activities */
    bool dry_run;
} lsc_store_args;

/** An action. */
typedef lsc_status lsc_store_action(const lsc_store_args *args, lsc_error *error);

/** Open the store of the command line. */
lsc_status lsc_store_of_args(const lsc_store_args *args, bool create, bool read_only,
                             lsc_store **store, lsc_error *error);

/* Copies of a store: store_copy.c. The key is that of the copy, too. */

/** Copy the store to a file. */
lsc_store_action lsc_store_back_up;
/** Make the store of a backup; with `force` in place of one that is there. */
lsc_store_action lsc_store_bring_back;

/* What is done with what is held on a person: store_person.c. */

/** Erase a lead; prints the models that were trained from it, a line each. */
lsc_store_action lsc_store_erase;
/** Write all that is held on a lead, as JSON. */
lsc_store_action lsc_store_export;
/** Erase what is older than it is to be kept; prints how much that was, as JSON. */
lsc_store_action lsc_store_retain_some;
/** Print rows of the audit trail, a line of JSON each. */
lsc_store_action lsc_store_audit;

/* The models of an organization: store_models.c. */

/** Print them, a line of JSON each. */
lsc_store_action lsc_store_models;
/** Add one, and print its id. It is added whatever becomes of activating it. */
lsc_store_action lsc_store_put_model;
/** Let one score. */
lsc_store_action lsc_store_use_model;

/* Users and integrations: account_actions.c. */

/** Print them, a line each. */
lsc_store_action lsc_store_accounts;
/** Put one in place of the one of its id, or add it. */
lsc_store_action lsc_store_put_one;
/** Let one act, or no more. */
lsc_store_action lsc_store_let_act;
/** Delete one, and leave no byte of it in the file. */
lsc_store_action lsc_store_delete_one;

/** Print the scores of a lead, and what made each differ from the one before: store_history.c. */
lsc_store_action lsc_store_history;

#endif
