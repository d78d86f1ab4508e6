/**
 * @file allocation_trials.h
 * Small pieces of work that call the public functions, for the sweep that lets their allocations
 * fail (test_allocation_sweep.c).
 *
 * Every public function is called here through SWEPT() where it can allocate, and through QUIET()
 * where it never does; both note its name, and the sweep compares the names with the map files. So
 * a new function fails that test until it has its place.
 */
#ifndef LSC_TESTS_ALLOCATION_TRIALS_H
#define LSC_TESTS_ALLOCATION_TRIALS_H

#include "api_support.h"

/** Most names that are noted. */
#define MAX_NOTED 300

/** Names of functions, each once. */
typedef struct noted_names {
    const char *names[MAX_NOTED];
    size_t n_names;
} noted_names;

extern noted_names swept;
extern noted_names quiet;

void note_name(noted_names *noted, const char *name);
bool is_noted(const noted_names *noted, const char *name);

/** A public function that may run out of memory. */
#define SWEPT(function) (note_name(&swept, #function), (function))
/** A public function that needs no memory. */
#define QUIET(function) (note_name(&quiet, #function), (function))

/** What a trial works on. */
typedef struct conditions {
    const lsc_allocator *allocator; /**< NULL: the C library's */
    const test_bundle *bundle;
    lsc_scorer *scorer; /**< of the bundle */
    unsigned number;    /**< of the lead */
    char *explanation;  /**< of that lead by that scorer, as JSON */
    lsc_source *source; /**< of leads that are there already; with times */
    char bundle_path[4200];
    char leads_path[4200]; /**< NDJSON */
    char activities_path[4200];
    char outcomes_path[4200];
    char embedded_path[4200]; /**< NDJSON of leads with their activities in them */
    char table_path[4200];    /**< CSV */
    char out_path[4200];
} conditions;

void conditions_init(conditions *with, const test_bundle *bundle);
void conditions_free(conditions *with);

/**
 * A piece of work. It leaves nothing behind, and what it is given as it was: also where it fails,
 * with LSC_NO_MEMORY.
 */
typedef struct trial {
    const char *name;
    lsc_status (*run)(const conditions *with, lsc_error *error);
    bool takes_allocator; /**< and then allocates from it alone, but for JSON, zstd and hashes */
    size_t most_tries;    /**< of a slow one, spread over its allocations; 0: each of them */
    bool shrinks;         /**< gives memory back by realloc, and can do without that */
} trial;

extern const trial trials[];
extern const size_t n_trials;

/** Trials of files of their own: arrow_trials.c and bundle_trials.c. */
lsc_status arrow_trial(const conditions *with, lsc_error *error);
lsc_status scorecard_trial(const conditions *with, lsc_error *error);
lsc_status signing_trial(const conditions *with, lsc_error *error);
lsc_status import_bytes_trial(const conditions *with, lsc_error *error);
lsc_status import_file_trial(const conditions *with, lsc_error *error);
lsc_status writing_trial(const conditions *with, lsc_error *error);

#ifdef LSC_WITH_STORE
/** Make what the trials below begin with, before memory is watched. */
void prepare_store_trials(void);
/** Those of the store, for a scorecard's bundle. */
extern const trial store_trials[];
extern const size_t n_store_trials;

/** Call the store's functions that need no memory. */
bool make_quiet_store_calls(void);
#endif

/** Call every function that needs no memory; true when all of them did what they should. */
bool make_quiet_calls(const conditions *with);

#endif
