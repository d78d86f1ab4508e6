/**
 * @file store_access.h
 * The options by which a command reaches a store.
 */
#ifndef LSC_CLI_STORE_ACCESS_H
#define LSC_CLI_STORE_ACCESS_H

/** Which store, what opens it, and who acts on it. */
typedef struct lsc_store_access {
    const char *path;
    const char *organization;
    const char *key_file; /**< of 64 hex digits; NULL: no key */
    const char *actor;    /**< the id of a user of the organization, or a UUID; NULL: not said */
} lsc_store_access;

/** What --actor is, for the options of a command. */
#define LSC_ACTOR_DOC \
    "Who acts, for the trail of an audited store: a user of the organization by its id, or a UUID"

#endif
