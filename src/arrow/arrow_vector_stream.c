#include "arrow_results.h"
#include "arrow_stream.h"
#include "core/error.h"

/** What is asked of the tables of vectors that a stream gives. */
typedef struct vector_stream {
    lsc_allocator allocator;
    lsc_scorer *scorer;
    lsc_arrow_reader *reader;
    lsc_arrow_output output;
} vector_stream;

static lsc_status make_schema(void *ctx, struct ArrowSchema *out, lsc_error *error)
{
    const vector_stream *own = ctx;
    return lsc_arrow_run_schema(own->reader->spec, own->output, &own->allocator, out, error);
}

static lsc_status make_table(void *ctx, const struct ArrowArray *array, struct ArrowArray *out,
                             lsc_error *error)
{
    const vector_stream *own = ctx;
    return lsc_arrow_run(own->scorer, own->output, own->reader, array, out, error);
}

static void free_vectors(void *ctx)
{
    vector_stream *own = ctx;
    lsc_allocator allocator = own->allocator;
    lsc_scorer_free(own->scorer);
    lsc_arrow_reader_free(own->reader);
    lsc_release(&allocator, own);
}

static const lsc_arrow_maker of_vectors = {make_schema, make_table, free_vectors};

/** Match the columns of a stream with the model's. */
static lsc_status read_schema(vector_stream *own, lsc_model *model, struct ArrowArrayStream *in,
                              const lsc_arrow_options *options, lsc_error *error)
{
    struct ArrowSchema schema;
    lsc_status status = lsc_arrow_stream_schema(in, &schema, error);
    if (status == LSC_OK) {
        status = lsc_arrow_reader_new(lsc_model_spec(model), &schema, options, &own->reader, error);
    }
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
    vector_stream *own = lsc_alloc_array(&resolved.allocator, 1, sizeof *own);
    if (own == NULL) {
        return lsc_fail_memory(error);
    }
    own->allocator = resolved.allocator;
    own->output = output;
    status = lsc_scorer_new(model, &resolved.allocator, &own->scorer, error);
    if (status == LSC_OK) {
        status = read_schema(own, model, in, &resolved, error);
    }
    if (status == LSC_OK) {
        status = lsc_arrow_stream_new(in, &of_vectors, own, &own->allocator, out, error);
    }
    if (status != LSC_OK) {
        free_vectors(own);
    }
    return status;
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
