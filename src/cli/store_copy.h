/**
 * @file store_copy.h
 * `leadscore store backup` and `leadscore store restore`.
 */
#ifndef LSC_CLI_STORE_COPY_H
#define LSC_CLI_STORE_COPY_H

#include <stdbool.h>

#include <leadscore/status.h>

/** What is copied where. */
typedef struct lsc_store_copy {
    const char *store;
    const char *backup;
    const char *key_file; /**< NULL: not encrypted */
    bool force;           /**< restore in place of a store that is there */
} lsc_store_copy;

lsc_status lsc_store_copy_out(const lsc_store_copy *copy, lsc_error *error);
lsc_status lsc_store_copy_back(const lsc_store_copy *copy, lsc_error *error);

#endif
