/**
 * @file store_tools.h
 * What the tests of the store share.
 */
#ifndef LSC_TESTS_STORE_TOOLS_H
#define LSC_TESTS_STORE_TOOLS_H

#include <leadscore/store.h>

#include "api_support.h"

#define ACME "acme"
#define GLOBEX "globex"

/** A path in the folder of the test where no file is. Valid until the second call after this one. */
const char *fresh_path(const char *name);

/** Options to make a store whose disk is not waited for. */
lsc_store_options quick(void);

/** A store in memory with the organizations ACME and GLOBEX. */
lsc_store *memory_store(void);
/** The same in a file. */
lsc_store *file_store(const char *path);

/** Put lead `number` of api_support.h. */
void put_lead(lsc_store *store, const char *organization, unsigned number);

/** Write a text to a file. */
void write_file(const char *path, const char *text);
/** A file's text, freed with free(). */
char *read_text(const char *path, size_t *length);

/** Whether these words stand in a store's file, or in its log, its index or a journal of it. */
bool store_holds(const char *path, const char *words);

/** Another program's hands in a file. */
void run_sql(const char *path, const char *sql);
int64_t read_number(const char *path, const char *sql);

/** A scorer of tests/golden/gbdt.lsm (where `trees`) or of the scorecard of api_support.h. */
lsc_scorer *make_scorer(bool trees);
/** Add that model to an organization and activate it, whatever its gate said. */
void add_model(lsc_store *store, const char *organization, bool trees, char sha256[65]);

/** What a lead is, as the receipt of its explanation as of a time has it. */
void hash_of(lsc_scorer *scorer, lsc_lead *lead, int64_t as_of_ms, char sha256[65]);

/** Counts of an organization; NULL: all. */
lsc_store_counts counts_of(lsc_store *store, const char *organization);

/** How many leads of ACME are to be scored again. @param only  the id of the one, where it is one; or NULL */
size_t n_stale(lsc_store *store, int64_t as_of_ms, const char *only);

#endif
