/**
 * @file store_copy.h
 * `leadscore store backup` and `leadscore store restore`.
 */
#ifndef LSC_CLI_STORE_COPY_H
#define LSC_CLI_STORE_COPY_H

#include <stdbool.h>

#include <leadscore/status.h>

#include "store_access.h"

/** What is copied where. */
typedef struct lsc_store_copy {
    lsc_store_access access; /**< its key is that of the backup, too */
    const char *backup;
    bool force; /**< restore in place of a store that is there */
} lsc_store_copy;

lsc_status lsc_store_copy_out(const lsc_store_copy *copy, lsc_error *error);
lsc_status lsc_store_copy_back(const lsc_store_copy *copy, lsc_error *error);

#endif
