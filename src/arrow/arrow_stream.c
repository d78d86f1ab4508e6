#include <errno.h>

#include "arrow_results.h"
#include "core/error.h"

/** What a stream that was given out owns: its private_data. */
typedef struct scoring_stream {
    lsc_allocator allocator;
    struct ArrowArrayStream in;
    lsc_scorer *scorer;
    lsc_arrow_reader *reader;
    lsc_arrow_output output;
    bool failed; /**< the last call did, as `error` says */
    lsc_error error;
} scoring_stream;

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

static int conclude(scoring_stream *own, lsc_status status)
{
    own->failed = status != LSC_OK;
    return code_of(status);
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    scoring_stream *own = stream->private_data;
    return conclude(own, lsc_arrow_run_schema(own->reader->spec, own->output, &own->allocator, out,
                                              &own->error));
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    scoring_stream *own = stream->private_data;
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
    lsc_status status =
        lsc_arrow_run(own->scorer, own->output, own->reader, &array, out, &own->error);
    array.release(&array);
    return conclude(own, status);
}

static const char *get_last_error(struct ArrowArrayStream *stream)
{
    const scoring_stream *own = stream->private_data;
    return own->failed ? own->error.message : NULL;
}

static void free_stream(scoring_stream *own)
{
    lsc_allocator allocator = own->allocator;
    lsc_scorer_free(own->scorer);
    lsc_arrow_reader_free(own->reader);
    lsc_release(&allocator, own);
}

static void release_stream(struct ArrowArrayStream *stream)
{
    scoring_stream *own = stream->private_data;
    own->in.release(&own->in);
    free_stream(own);
    stream->release = NULL;
}

/** Match the columns of a stream with the model's. */
static lsc_status read_schema(scoring_stream *own, lsc_model *model, struct ArrowArrayStream *in,
                              const lsc_arrow_options *options, lsc_error *error)
{
    struct ArrowSchema schema = {.release = NULL};
    if (in->get_schema(in, &schema) != 0) {
        return lsc_fail(error, LSC_IO, "%s", message_of(in));
    }
    lsc_status status =
        lsc_arrow_reader_new(lsc_model_spec(model), &schema, options, &own->reader, error);
    if (schema.release != NULL) {
        schema.release(&schema);
    }
    return status;
}

static lsc_status open_stream(lsc_model *model, lsc_arrow_output output,
                              struct ArrowArrayStream *in, const lsc_arrow_options *options,
                              struct ArrowArrayStream *out, lsc_error *error)
{
    if (model == NULL || in == NULL || out == NULL || in->release == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "model, in or out is NULL, or in was released");
    }
    lsc_arrow_options resolved;
    lsc_status status = lsc_arrow_options_resolve(options, &resolved, error);
    if (status != LSC_OK) {
        return status;
    }
    scoring_stream *own = lsc_alloc_array(&resolved.allocator, 1, sizeof *own);
    if (own == NULL) {
        return lsc_fail_memory(error);
    }
    own->allocator = resolved.allocator;
    own->output = output;
    status = lsc_scorer_new(model, &resolved.allocator, &own->scorer, error);
    if (status == LSC_OK) {
        status = read_schema(own, model, in, &resolved, error);
    }
    if (status != LSC_OK) {
        free_stream(own);
        return status;
    }
    own->in = *in;
    in->release = NULL;
    *out = (struct ArrowArrayStream){get_schema, get_next, get_last_error, release_stream, own};
    return LSC_OK;
}

lsc_status lsc_arrow_score_stream(lsc_model *model, struct ArrowArrayStream *in,
                                  const lsc_arrow_options *options, struct ArrowArrayStream *out,
                                  lsc_error *error)
{
    return open_stream(model, LSC_ARROW_SCORES, in, options, out, error);
}

lsc_status lsc_arrow_contributions_stream(lsc_model *model, struct ArrowArrayStream *in,
                                          const lsc_arrow_options *options,
                                          struct ArrowArrayStream *out, lsc_error *error)
{
    return open_stream(model, LSC_ARROW_CONTRIBUTIONS, in, options, out, error);
}
