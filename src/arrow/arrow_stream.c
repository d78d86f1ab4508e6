#include "arrow_stream.h"

#include <errno.h>

#include "core/error.h"

/** What a stream that was given out owns: its private_data. */
typedef struct making_stream {
    lsc_allocator allocator;
    struct ArrowArrayStream in;
    const lsc_arrow_maker *maker;
    void *ctx;
    bool failed; /**< the last call did, as `error` says */
    lsc_error error;
} making_stream;

static int code_of(lsc_status status)
{
    switch (status) {
    case LSC_OK:
        return 0;
    case LSC_NO_MEMORY:
        return ENOMEM;
    case LSC_LIMIT:
        return EOVERFLOW;
    case LSC_UNSUPPORTED:
        return ENOTSUP;
    default:
        return EINVAL;
    }
}

/** What a stream says of a call that failed. */
static const char *message_of(struct ArrowArrayStream *stream)
{
    const char *message = stream->get_last_error(stream);
    return message != NULL ? message : "the stream gives no reason";
}

static int conclude(making_stream *own, lsc_status status)
{
    own->failed = status != LSC_OK;
    return code_of(status);
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    making_stream *own = stream->private_data;
    return conclude(own, own->maker->schema(own->ctx, out, &own->error));
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    making_stream *own = stream->private_data;
    struct ArrowArray array = {.release = NULL};
    int code = own->in.get_next(&own->in, &array);
    if (code != 0) {
        conclude(own, lsc_fail(&own->error, LSC_IO, "%s", message_of(&own->in)));
        return code;
    }
    if (array.release == NULL) { /* the end */
        *out = (struct ArrowArray){.release = NULL};
        return conclude(own, LSC_OK);
    }
    lsc_status status = own->maker->table(own->ctx, &array, out, &own->error);
    array.release(&array);
    return conclude(own, status);
}

static const char *get_last_error(struct ArrowArrayStream *stream)
{
    const making_stream *own = stream->private_data;
    return own->failed ? own->error.message : NULL;
}

static void release_stream(struct ArrowArrayStream *stream)
{
    making_stream *own = stream->private_data;
    lsc_allocator allocator = own->allocator;
    own->in.release(&own->in);
    own->maker->free(own->ctx);
    lsc_release(&allocator, own);
    stream->release = NULL;
}

lsc_status lsc_arrow_stream_schema(struct ArrowArrayStream *in, struct ArrowSchema *schema,
                                   lsc_error *error)
{
    *schema = (struct ArrowSchema){.release = NULL};
    return in->get_schema(in, schema) == 0 ? LSC_OK : lsc_fail(error, LSC_IO, "%s", message_of(in));
}

lsc_status lsc_arrow_stream_new(struct ArrowArrayStream *in, const lsc_arrow_maker *maker,
                                void *ctx, const lsc_allocator *allocator,
                                struct ArrowArrayStream *out, lsc_error *error)
{
    making_stream *own = lsc_alloc_array(allocator, 1, sizeof *own);
    if (own == NULL) {
        return lsc_fail_memory(error);
    }
    own->allocator = *allocator;
    own->in = *in;
    own->maker = maker;
    own->ctx = ctx;
    in->release = NULL;
    *out = (struct ArrowArrayStream){get_schema, get_next, get_last_error, release_stream, own};
    return LSC_OK;
}
