/**
 * @file source.h
 * A stream of leads with their activities and outcomes. Files implement it, and whoever calls
 * lsc_source_new() does; training, batch scoring and evaluation read it.
 *
 * A source is used by one thread at a time.
 */
#ifndef LEADSCORE_SOURCE_H
#define LEADSCORE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aliases.h"
#include "allocator.h"
#include "lead.h"
#include "status.h"

LSC_BEGIN_DECLS

/** Longest line of an NDJSON file, and longest row of a CSV file, in bytes. */
#define LSC_MAX_LINE LSC_MAX_LEAD_JSON
/** Most columns of a CSV file. */
#define LSC_MAX_CSV_COLUMNS 4096

/** What became of a lead. */
typedef struct lsc_outcome {
    int64_t time_ms; /**< LSC_TIME_NONE in a table without times */
    bool converted;  /**< false: known not to have converted (lost, disqualified, label "no") */
} lsc_outcome;

/** One lead as a source gives it. All of it belongs to the source until the next call. */
typedef struct lsc_record {
    lsc_lead *lead;              /**< may be scored; not freed by the reader */
    const lsc_outcome *outcomes; /**< [n_outcomes] in order of time */
    size_t n_outcomes;
    int64_t position; /**< line (files, from 1) or row the lead came from; for messages */
} lsc_record;

typedef struct lsc_source lsc_source;

/**
 * How a source of one's own works. Start from LSC_SOURCE_CALLS_INIT. `ctx` is what lsc_source_new()
 * was given.
 */
typedef struct lsc_source_calls {
    size_t size; /**< sizeof(lsc_source_calls) */
    /**
     * Fill `record` with the next lead. `more` is set to false, and `record` left alone, when
     * there is none.
     */
    lsc_status (*next)(void *ctx, lsc_record *record, bool *more, lsc_error *error);
    /** Start again from the first lead. NULL: LSC_UNSUPPORTED. */
    lsc_status (*rewind)(void *ctx, lsc_error *error);
    /** Free ctx. May be NULL. */
    void (*free)(void *ctx);
    /** True when records carry times: rows are then made point in time. */
    bool has_times;
    /**
     * The name of a property that leads may have, by number from 0; NULL past the last. So a column
     * is known of in which no lead has a value. May be NULL.
     */
    const char *(*property)(void *ctx, size_t number);
    /** True when a lead that has converted may do so again: it is then eligible all the same. */
    bool repeats;
} lsc_source_calls;

/* clang-format off */
#define LSC_SOURCE_CALLS_INIT {sizeof(lsc_source_calls), NULL, NULL, NULL, false, NULL, false}
/* clang-format on */

/** As lsc_activity_init(), with LSC_SOURCE_CALLS_INIT. @since 0.1 */
LSC_API void lsc_source_calls_init(lsc_source_calls *calls, size_t size);

/**
 * Make a source from one's own functions.
 *
 * @param calls  copied
 * @return LSC_OK, LSC_INVALID_ARG or LSC_NO_MEMORY (ctx is then still the caller's).
 * @since 0.1
 */
LSC_API lsc_status lsc_source_new(const lsc_source_calls *calls, void *ctx,
                                  const lsc_allocator *allocator, lsc_source **source,
                                  lsc_error *error);

/** NDJSON files of leads, activities and outcomes. Start from LSC_FILES_INIT. */
typedef struct lsc_files {
    size_t size;            /**< sizeof(lsc_files) */
    const char *leads;      /**< path, or "-" for standard input; required */
    const char *activities; /**< path, "-", or NULL when the leads embed theirs */
    const char *outcomes;   /**< path, "-", or NULL; it then wins over lead.outcome */
    bool ignore_unknown;    /**< drop activities and outcomes of unknown leads; else LSC_BAD_LEAD */
    lsc_allocator allocator; /**< all NULL: the C library's */
    lsc_aliases *aliases;    /**< what names mean; NULL: all of the library's tables */
} lsc_files;

/* clang-format off */
#define LSC_FILES_INIT \
    {sizeof(lsc_files), NULL, NULL, NULL, false, {NULL, NULL, NULL, NULL}, NULL}
/* clang-format on */

/** As lsc_activity_init(), with LSC_FILES_INIT. @since 0.1 */
LSC_API void lsc_files_init(lsc_files *files, size_t size);

/**
 * Open NDJSON files as a source. Leads come in the order of their file; each needs an id.
 *
 * Leads that embed their activities stream in constant memory. Where activities or outcomes stand
 * in files of their own, in any order, all files are read and checked here, leads that share an id
 * are refused, and an index (24 bytes an activity, 32 an outcome, about 100 a lead) is held in
 * memory; activities are read again where it says. What is no regular file is then copied aside
 * first.
 *
 * @return LSC_OK; LSC_IO, LSC_NOT_FOUND naming the file; LSC_BAD_JSON, LSC_BAD_LEAD, LSC_LIMIT
 *         naming file and line; LSC_INVALID_ARG; LSC_NO_MEMORY.
 * @since 0.1
 */
LSC_API lsc_status lsc_source_open_files(const lsc_files *files, lsc_source **source,
                                         lsc_error *error);

/** A CSV table, one lead a row. Start from LSC_CSV_INIT. */
typedef struct lsc_csv {
    size_t size;          /**< sizeof(lsc_csv) */
    const char *path;     /**< path, or "-" for standard input; required */
    const char *label;    /**< column of the label; NULL: rows have no outcome */
    const char *positive; /**< value of the label that means converted, any other does not; NULL:
                               1, 1.0, true, yes, y mean converted, 0, 0.0, false, no, n not (any
                               case), and any other is LSC_BAD_CSV */
    const char *id;       /**< column of the lead's id; NULL: the row's number, from 1 */
    char delimiter;       /**< 0: detected among , ; tab and | */
    lsc_allocator allocator;
    lsc_aliases *aliases; /**< what columns mean; NULL: each is a property of its own name */
} lsc_csv;

/* clang-format off */
#define LSC_CSV_INIT \
    {sizeof(lsc_csv), NULL, NULL, NULL, NULL, 0, {NULL, NULL, NULL, NULL}, NULL}
/* clang-format on */

/** As lsc_activity_init(), with LSC_CSV_INIT. @since 0.1 */
LSC_API void lsc_csv_init(lsc_csv *csv, size_t size);

/**
 * Open a CSV file (RFC 4180; UTF-8 with or without a byte order mark; the first row names the
 * columns) as a source. Each cell becomes a text property named after its column (no dot is split);
 * an empty cell is missing. The columns of label and id are not among the properties; a row whose label
 * is empty has no outcome. Rows are read as they are asked for, in constant memory.
 *
 * With `aliases` a column is named by what it means: of several that mean one property the best that is
 * not empty counts, one that means the id gives it where csv.id names none, and those of an outcome are
 * left out, but for the label.
 *
 * @return as lsc_source_open_files(), and LSC_BAD_CSV for a missing column, a repeated or empty
 *         name in the head, a ragged row or an unclosed quote, naming the line.
 * @since 0.1
 */
LSC_API lsc_status lsc_source_open_csv(const lsc_csv *csv, lsc_source **source, lsc_error *error);

/** A foreign file of events as CSV, and the map that says what it holds. From LSC_EVENTS_INIT. */
typedef struct lsc_events {
    size_t size;          /**< sizeof(lsc_events) */
    const char *path;     /**< of the CSV file, or "-" for standard input; required */
    const char *map_json; /**< docs/events.md; required */
    size_t map_length;    /**< bytes of map_json */
    char delimiter;       /**< 0: detected among , ; tab and | */
    lsc_allocator allocator;
} lsc_events;

/* clang-format off */
#define LSC_EVENTS_INIT {sizeof(lsc_events), NULL, NULL, 0, 0, {NULL, NULL, NULL, NULL}}
/* clang-format on */

/** As lsc_activity_init(), with LSC_EVENTS_INIT. @since 0.1 */
LSC_API void lsc_events_init(lsc_events *events, size_t size);

/**
 * Open a CSV file of events, one a row in any order, as a source of leads: those whose ids occur, in
 * the order in which they first do, each created at its first event. It is read and checked here,
 * and translated to temporary files without name; in memory stays what lsc_source_open_files()
 * keeps.
 *
 * @return LSC_OK; LSC_BAD_JSON, LSC_BAD_SPEC naming the member of the map; LSC_BAD_CSV naming line,
 *         column and value; LSC_BAD_DATA when there is no row, or none that converts; LSC_IO,
 *         LSC_NOT_FOUND, LSC_LIMIT, LSC_INVALID_ARG, LSC_NO_MEMORY.
 * @since 0.1
 */
LSC_API lsc_status lsc_source_open_events(const lsc_events *events, lsc_source **source,
                                          lsc_error *error);

/**
 * The next lead.
 *
 * @param record  filled when `more` is true; valid until the next call on the source
 * @param more    set to false at the end
 * @return LSC_OK, or what the source reports. After an error the source may be freed or rewound.
 * @since 0.1
 */
LSC_API lsc_status lsc_source_next(lsc_source *source, lsc_record *record, bool *more,
                                   lsc_error *error);

/**
 * Start again from the first lead.
 * @return LSC_OK; LSC_UNSUPPORTED for one that cannot (standard input).
 * @since 0.1
 */
LSC_API lsc_status lsc_source_rewind(lsc_source *source, lsc_error *error);

/** True when the leads carry times (files), false for a plain table. @since 0.1 */
LSC_API bool lsc_source_has_times(const lsc_source *source);

/** True when outcomes may repeat (lsc_source_calls.repeats). @since 0.1 */
LSC_API bool lsc_source_repeats(const lsc_source *source);

/** Free a source. NULL is allowed. @since 0.1 */
LSC_API void lsc_source_free(lsc_source *source);

LSC_END_DECLS

#endif
