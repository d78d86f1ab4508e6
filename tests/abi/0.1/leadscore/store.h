/**
 * @file store.h
 * Local state in one SQLite file: organizations, leads, activities, outcomes, models and scores. In
 * libleadscore-store, which adds SQLite.
 *
 * A store is one connection to its file, used by one thread at a time; threads and processes open
 * one each. Every call about leads, models or scores names the organization by the id it was added
 * with, and sees nothing of any other.
 *
 * A call that changes something is done whole or not at all. Once it has returned LSC_OK outside of
 * lsc_store_begin(), the change is in the file, as lsc_store_options.durability says.
 *
 * What a list gives belongs to the store and is valid until the next list; any other text that a call
 * gives, until the next call. lsc_store_erase_lead() that gives models, and lsc_store_rekey(), count as
 * lists.
 *
 * What any call may return, beside what it lists: LSC_BUSY when another connection was writing for
 * longer than the store waits; LSC_IO when the file cannot be read or written, the disk is full, or
 * the store was opened to read; LSC_BAD_STORE when the file is damaged; LSC_NO_MEMORY;
 * LSC_INVALID_ARG for a NULL, an empty id or one that is not UTF-8, LSC_LIMIT for a longer one.
 * SQLite's own memory does not come from the store's allocator.
 */
#ifndef LEADSCORE_STORE_H
#define LEADSCORE_STORE_H

#include "store_accounts.h"
#include "store_analytics.h"
#include "store_backup.h"
#include "store_bulk.h"
#include "store_changes.h"
#include "store_file.h"
#include "store_leads.h"
#include "store_privacy.h"
#include "store_retention.h"
#include "store_scores.h"

#endif
