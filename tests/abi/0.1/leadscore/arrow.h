/**
 * @file arrow.h
 * Tables of Arrow, by its C Data Interface
 * (https://arrow.apache.org/docs/format/CDataInterface.html): feature vectors in, scores and
 * contributions out. What pandas, Polars, DuckDB and Spark hold is so reached without a copy of it,
 * and without Arrow's library.
 *
 * A table is a struct array whose children are the columns of the model, in any order: they are
 * matched by name with lsc_spec_column_name(). Read are integers and floats of 8 to 64 bits, booleans
 * and columns of nulls; a null is a missing value, and so are all values of a row that is null.
 * Values are rounded to float32; one beyond its range becomes the largest float32 of its sign, as
 * lsc_spec_extract() has it.
 *
 * Lengths, offsets, children and the presence of buffers are checked. How long a buffer is, nobody
 * can see: that it holds what its array says is the word of who made it. What is given in belongs to
 * the caller before and after, and is only read; what is given out has a release callback, as the
 * interface has it.
 */
#ifndef LEADSCORE_ARROW_H
#define LEADSCORE_ARROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aliases.h"
#include "allocator.h"
#include "model.h"
#include "score.h"
#include "spec.h"
#include "status.h"

LSC_BEGIN_DECLS

/* The structs of the interface, named and guarded as it says, so that every library may declare them. */

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

/** What a column is. */
struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *schema); /**< NULL: released, or moved elsewhere */
    void *private_data;
};

/** What a column holds. */
struct ArrowArray {
    int64_t length;
    int64_t null_count; /**< -1: not counted */
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *array); /**< NULL: released, or moved elsewhere */
    void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

/** Arrays of one schema, one after the other. Calls return 0 or a code of errno.h. */
struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *stream, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *stream, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *stream);
    void (*release)(struct ArrowArrayStream *stream);
    void *private_data;
};

#endif

/** Most rows of one array. One past is LSC_LIMIT. */
#define LSC_MAX_ARROW_ROWS INT32_MAX
/** Most columns of a table, those that are ignored among them. One past is LSC_LIMIT. */
#define LSC_MAX_ARROW_COLUMNS 65536

/** How a table is read. Start from LSC_ARROW_OPTIONS_INIT. */
typedef struct lsc_arrow_options {
    size_t size;             /**< sizeof(lsc_arrow_options) */
    lsc_allocator allocator; /**< all NULL: the C library's. Also of what is given out */
    bool ignore_unknown; /**< pass over columns that the model does not have; else LSC_NOT_FOUND. Of
                              leads: over columns of types that are not read; else LSC_UNSUPPORTED */
    lsc_aliases *aliases; /**< of leads: what columns mean; NULL: all of the library's tables */
} lsc_arrow_options;

/* clang-format off */
#define LSC_ARROW_OPTIONS_INIT {sizeof(lsc_arrow_options), {NULL, NULL, NULL, NULL}, false, NULL}
/* clang-format on */

/** As lsc_activity_init(), with LSC_ARROW_OPTIONS_INIT. @since 0.1 */
LSC_API void lsc_arrow_options_init(lsc_arrow_options *options, size_t size);

/** Reads tables of one schema as feature vectors. Immutable: any number of threads share one. */
typedef struct lsc_arrow_reader lsc_arrow_reader;

/**
 * Match a table's columns with those of a spec, by name.
 *
 * @param schema   only read, and not needed after the call
 * @param options  may be NULL
 * @param reader   set to a new reader, which holds a reference to the spec; freed by
 *                 lsc_arrow_reader_free(); NULL on error
 * @return LSC_OK; LSC_NOT_FOUND naming a column that one of both lacks; LSC_UNSUPPORTED naming a
 *         column that is no number (texts, dictionaries, nested, ...); LSC_INVALID_ARG for a name
 *         that occurs twice, what is no struct or no schema at all; LSC_LIMIT; LSC_NO_MEMORY.
 * @since 0.1
 */
LSC_API lsc_status lsc_arrow_reader_new(lsc_spec *spec, const struct ArrowSchema *schema,
                                        const lsc_arrow_options *options, lsc_arrow_reader **reader,
                                        lsc_error *error);

/** Free a reader. NULL is allowed. @since 0.1 */
LSC_API void lsc_arrow_reader_free(lsc_arrow_reader *reader);

/**
 * Read rows of a table as vectors, for lsc_score_batch() and its like.
 *
 * @param array      of the reader's schema
 * @param first_row  from 0, the array's own offset not counted
 * @param columns    float32 [n_rows][n_columns], row-major, filled; NaN where a value is missing. On
 *                   error what is in it is not said
 * @param n_columns  lsc_spec_n_columns() of the spec
 * @return LSC_OK; LSC_INVALID_ARG for an infinity, naming row and column, rows past the end, another
 *         width, or an array that is not as its schema and its lengths say; LSC_LIMIT.
 *
 * Allocates nothing.
 * @since 0.1
 */
LSC_API lsc_status lsc_arrow_read(const lsc_arrow_reader *reader, const struct ArrowArray *array,
                                  size_t first_row, size_t n_rows, float *columns, size_t n_columns,
                                  lsc_error *error);

/**
 * Score a table. The same bits as lsc_score_vector() of each row.
 *
 * What comes out is a table of as many rows: probability, probability_low, probability_high,
 * confidence (float64), score (int32), grade (utf8), margin, raw_probability (float32) and points
 * (float64), as lsc_result has them, null where it has NaN.
 *
 * @param options     may be NULL
 * @param out         filled; the caller releases it. Untouched on error
 * @param out_schema  likewise; NULL where it is not wanted
 * @return what lsc_arrow_reader_new() and lsc_arrow_read() return.
 * @since 0.1
 */
LSC_API lsc_status lsc_arrow_score(lsc_scorer *scorer, const struct ArrowArray *array,
                                   const struct ArrowSchema *schema,
                                   const lsc_arrow_options *options, struct ArrowArray *out,
                                   struct ArrowSchema *out_schema, lsc_error *error);

/**
 * Contributions of a table's rows, as lsc_contributions_batch() has them: a float32 column for each
 * of the model, of its name, and "base_value" last. As lsc_arrow_score() for the rest.
 * @since 0.1
 */
LSC_API lsc_status lsc_arrow_contributions(lsc_scorer *scorer, const struct ArrowArray *array,
                                           const struct ArrowSchema *schema,
                                           const lsc_arrow_options *options, struct ArrowArray *out,
                                           struct ArrowSchema *out_schema, lsc_error *error);

/**
 * Score a stream of tables, each when it is asked for: lsc_arrow_score() of one after the other.
 *
 * @param in       moved into `out`, which releases it; its release callback is then NULL. On error it
 *                 is left as it was, but that its schema has been read
 * @param options  may be NULL
 * @param out      filled; the caller releases it. It holds a reference to the model, and is used by
 *                 one thread at a time. Its calls return EINVAL, ENOMEM, EOVERFLOW, ENOTSUP, or the
 *                 code of `in`, and get_last_error() the message. Untouched on error
 * @return as lsc_arrow_reader_new(); LSC_IO with the message of `in` where that has no schema.
 * @since 0.1
 */
LSC_API lsc_status lsc_arrow_score_stream(lsc_model *model, struct ArrowArrayStream *in,
                                          const lsc_arrow_options *options,
                                          struct ArrowArrayStream *out, lsc_error *error);

/** As lsc_arrow_score_stream(), with the tables of lsc_arrow_contributions(). @since 0.1 */
LSC_API lsc_status lsc_arrow_contributions_stream(lsc_model *model, struct ArrowArrayStream *in,
                                                  const lsc_arrow_options *options,
                                                  struct ArrowArrayStream *out, lsc_error *error);

/* Tables of leads, a lead a row. */

/**
 * Extract the features of a table of leads. Each row is the lead that lsc_lead_parse_json() reads from an
 * object of the same names and values, and its vector that of lsc_spec_extract(), to the bit.
 *
 * Columns are properties, named as in JSON: by dotted names, or in structs. Read are integers, floats,
 * booleans, texts (utf8, large, and views), dictionaries of texts, timestamps, dates, nulls, and lists of these.
 * A column "activities" is a list of structs with the fields of a flat activity. Null is missing, and
 * so is NaN; docs/arrow.md has the rest.
 *
 * @param as_of_ms    what is later is not seen
 * @param options     may be NULL
 * @param out         filled with a float32 column for each of the spec, of its name, NaN where a value
 *                    is missing: what lsc_arrow_score() takes. Released by the caller. Untouched on
 *                    error
 * @param out_schema  likewise; NULL where it is not wanted
 * @return LSC_OK; LSC_UNSUPPORTED naming a column of a type that is not read; LSC_INVALID_ARG or
 *         LSC_BAD_LEAD naming row and column of a value that is none, or for an array that is not as its
 *         schema and its lengths say; LSC_LIMIT; LSC_NO_MEMORY.
 * @since 0.1
 */
LSC_API lsc_status lsc_arrow_extract(const lsc_spec *spec, const struct ArrowArray *array,
                                     const struct ArrowSchema *schema, int64_t as_of_ms,
                                     const lsc_arrow_options *options, struct ArrowArray *out,
                                     struct ArrowSchema *out_schema, lsc_error *error);

/**
 * Score a table of leads, as lsc_score_lead() does each.
 *
 * What comes out is what lsc_arrow_score() gives, and a column "status" (int32, an
 * lsc_outcome_status); all but the status is null where a lead has no score.
 *
 * @return as lsc_arrow_extract().
 * @since 0.1
 */
LSC_API lsc_status lsc_arrow_score_leads(lsc_scorer *scorer, const struct ArrowArray *array,
                                         const struct ArrowSchema *schema, int64_t as_of_ms,
                                         const lsc_arrow_options *options, struct ArrowArray *out,
                                         struct ArrowSchema *out_schema, lsc_error *error);

/**
 * Contributions of a table of leads: what lsc_arrow_contributions() gives for the features of each,
 * and a column "status" as of lsc_arrow_score_leads(); all but the status is null where a lead has no
 * score.
 *
 * @return as lsc_arrow_extract().
 * @since 0.1
 */
LSC_API lsc_status lsc_arrow_contributions_leads(lsc_scorer *scorer, const struct ArrowArray *array,
                                                 const struct ArrowSchema *schema, int64_t as_of_ms,
                                                 const lsc_arrow_options *options,
                                                 struct ArrowArray *out,
                                                 struct ArrowSchema *out_schema, lsc_error *error);

/**
 * Extract the features of a stream of tables of leads, each table when it is asked for.
 *
 * @param in, options, out  as of lsc_arrow_score_stream(); `out` holds references to the spec and to
 *                          the table of aliases
 * @return as lsc_arrow_extract(), but for what arrays alone can show; LSC_IO with the message of `in`
 *         where that has no schema.
 * @since 0.1
 */
LSC_API lsc_status lsc_arrow_extract_stream(lsc_spec *spec, struct ArrowArrayStream *in,
                                            int64_t as_of_ms, const lsc_arrow_options *options,
                                            struct ArrowArrayStream *out, lsc_error *error);

/** As lsc_arrow_extract_stream(), with the tables of lsc_arrow_score_leads(). @since 0.1 */
LSC_API lsc_status lsc_arrow_score_leads_stream(lsc_model *model, struct ArrowArrayStream *in,
                                                int64_t as_of_ms, const lsc_arrow_options *options,
                                                struct ArrowArrayStream *out, lsc_error *error);

/** As lsc_arrow_extract_stream(), with the tables of lsc_arrow_contributions_leads(). @since 0.1 */
LSC_API lsc_status lsc_arrow_contributions_leads_stream(
    lsc_model *model, struct ArrowArrayStream *in, int64_t as_of_ms,
    const lsc_arrow_options *options, struct ArrowArrayStream *out, lsc_error *error);

LSC_END_DECLS

#endif
