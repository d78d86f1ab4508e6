#include "arrow_leads.h"
#include "arrow_stream.h"
#include "core/error.h"

/** What is asked of the tables of leads that a stream gives. */
typedef struct lead_stream {
    lsc_lead_question asked; /* with a scorer, and references, of its own */
    lsc_spec *spec;
    struct ArrowSchema schema;
} lead_stream;

static lsc_status make_schema(void *ctx, struct ArrowSchema *out, lsc_error *error)
{
    const lead_stream *own = ctx;
    return lsc_lead_question_schema(&own->asked, out, error);
}

static lsc_status make_table(void *ctx, const struct ArrowArray *array, struct ArrowArray *out,
                             lsc_error *error)
{
    const lead_stream *own = ctx;
    return lsc_lead_question_run(&own->asked, array, &own->schema, out, error);
}

static void free_leads(void *ctx)
{
    lead_stream *own = ctx;
    lsc_allocator allocator = own->asked.options.allocator;
    if (own->schema.release != NULL) {
        own->schema.release(&own->schema);
    }
    lsc_scorer_free(own->asked.scorer);
    lsc_aliases_unref(own->asked.options.aliases);
    lsc_spec_unref(own->spec);
    lsc_release(&allocator, own);
}

static const lsc_arrow_maker of_leads = {make_schema, make_table, free_leads};

/** The question, with references of its own to what it needs; NULL when memory ran out. */
static lead_stream *keep(const lsc_lead_question *asked, lsc_spec *spec)
{
    lead_stream *own = lsc_alloc_array(&asked->options.allocator, 1, sizeof *own);
    if (own != NULL) {
        own->asked = *asked;
        own->spec = lsc_spec_ref(spec);
        own->asked.spec = own->spec;
        if (own->asked.options.aliases != NULL) {
            lsc_aliases_ref(own->asked.options.aliases);
        }
    }
    return own;
}

static lsc_status open_stream(lsc_spec *spec, lsc_model *model, lsc_lead_question asked,
                              struct ArrowArrayStream *in, const lsc_arrow_options *options,
                              struct ArrowArrayStream *out, lsc_error *error)
{
    lsc_status status = lsc_lead_question_begin(&asked, options, error);
    if (status != LSC_OK) {
        return status;
    }
    lead_stream *own = keep(&asked, spec);
    if (own == NULL) {
        return lsc_fail_memory(error);
    }
    const lsc_allocator *allocator = &own->asked.options.allocator;
    if (model != NULL) {
        status = lsc_scorer_new(model, allocator, &own->asked.scorer, error);
    }
    if (status == LSC_OK) {
        status = lsc_arrow_stream_schema(in, &own->schema, error);
    }
    if (status == LSC_OK) {
        status = lsc_lead_question_check(&own->asked, &own->schema, error);
    }
    if (status == LSC_OK) {
        status = lsc_arrow_stream_new(in, &of_leads, own, allocator, out, error);
    }
    if (status != LSC_OK) {
        free_leads(own);
    }
    return status;
}

lsc_status lsc_arrow_extract_stream(lsc_spec *spec, struct ArrowArrayStream *in, int64_t as_of_ms,
                                    const lsc_arrow_options *options, struct ArrowArrayStream *out,
                                    lsc_error *error)
{
    if (spec == NULL || in == NULL || out == NULL || in->release == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "spec, in or out is NULL, or in was released");
    }
    const lsc_lead_question asked = {.output = LSC_ARROW_FEATURES, .as_of_ms = as_of_ms};
    return open_stream(spec, NULL, asked, in, options, out, error);
}

static lsc_status ask_model(lsc_model *model, lsc_arrow_output output, struct ArrowArrayStream *in,
                            int64_t as_of_ms, const lsc_arrow_options *options,
                            struct ArrowArrayStream *out, lsc_error *error)
{
    if (model == NULL || in == NULL || out == NULL || in->release == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "model, in or out is NULL, or in was released");
    }
    const lsc_lead_question asked = {.output = output, .as_of_ms = as_of_ms};
    return open_stream(lsc_model_spec(model), model, asked, in, options, out, error);
}

lsc_status lsc_arrow_score_leads_stream(lsc_model *model, struct ArrowArrayStream *in,
                                        int64_t as_of_ms, const lsc_arrow_options *options,
                                        struct ArrowArrayStream *out, lsc_error *error)
{
    return ask_model(model, LSC_ARROW_SCORES, in, as_of_ms, options, out, error);
}

lsc_status lsc_arrow_contributions_leads_stream(lsc_model *model, struct ArrowArrayStream *in,
                                                int64_t as_of_ms, const lsc_arrow_options *options,
                                                struct ArrowArrayStream *out, lsc_error *error)
{
    return ask_model(model, LSC_ARROW_CONTRIBUTIONS, in, as_of_ms, options, out, error);
}
