/**
 * @file fuzz_store.h
 * What the fuzzers of stores share: a folder for files, and a small store, the same each time.
 */
#ifndef LSC_TESTS_FUZZ_STORE_H
#define LSC_TESTS_FUZZ_STORE_H

#include "fuzz.h"

#include <leadscore/store.h>

/** The organization of the small store. */
#define FUZZ_ORGANIZATION "acme"
/** Bytes of its pages: few, so that inputs are. */
#define FUZZ_PAGE 1024

/** A path in a folder that is removed when the process ends. Valid until the fourth next call. */
const char *fuzz_path(const char *name);

/** Write a file, or remove it and what a database has beside it. */
void fuzz_write(const char *path, const void *bytes, size_t length);
void fuzz_remove(const char *path);

/**
 * A store with leads, activities, outcomes, scores and a model, as a file's bytes, changed as `bytes`
 * say. A change is two bytes for its page, two for where in the page, and one for what is done:
 *
 *     0..63     the bytes that follow, so many and one, are written there
 *     64..127   bytes of the next page are written there
 *     128..191  the page becomes another
 *     192..255  the file ends there
 */
const uint8_t *fuzz_damaged_store(const uint8_t *bytes, size_t length, size_t *size);

/** Options to open a store whose disk is not waited for. */
lsc_store_options fuzz_store_options(bool read_only);

/** That a refusal explains itself; LSC_OK is fine. @return whether it was LSC_OK */
bool fuzz_store_status(lsc_status status, const lsc_error *error);

#endif
