/**
 * @file arrow_stream.h
 * Streams that make a table of each table of another stream.
 */
#ifndef LSC_ARROW_ARROW_STREAM_H
#define LSC_ARROW_ARROW_STREAM_H

#include <leadscore/arrow.h>

#include "core/memory.h"

/** What is made of the tables. Outputs are untouched on error. */
typedef struct lsc_arrow_maker {
    lsc_status (*schema)(void *ctx, struct ArrowSchema *out, lsc_error *error);
    lsc_status (*table)(void *ctx, const struct ArrowArray *array, struct ArrowArray *out,
                        lsc_error *error);
    void (*free)(void *ctx);
} lsc_arrow_maker;

/** The schema of a stream, to be released. @return LSC_IO with its message where it has none. */
lsc_status lsc_arrow_stream_schema(struct ArrowArrayStream *in, struct ArrowSchema *schema,
                                   lsc_error *error);

/**
 * Give out a stream.
 * @param in     moved into it; left as it was on error
 * @param maker  outlives it
 * @param ctx    freed with it; not on error
 * @param out    filled; untouched on error
 */
lsc_status lsc_arrow_stream_new(struct ArrowArrayStream *in, const lsc_arrow_maker *maker,
                                void *ctx, const lsc_allocator *allocator,
                                struct ArrowArrayStream *out, lsc_error *error);

#endif
