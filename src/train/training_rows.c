#include <leadscore/train.h>

#include "core/memory.h"
#include "train/row_walk.h"
#include "train/settings.h"

/** Where rows go as they are made: none is kept. */
typedef struct row_stream {
    const lsc_spec *spec;
    bool timed;
    float *columns; /**< [n_columns] */
    size_t n_columns;
    bool (*row)(void *ctx, const char *lead_id, int64_t as_of_ms, const float *columns,
                size_t n_columns, bool label);
    void *ctx;
} row_stream;

static lsc_status hand_out(void *ctx, lsc_lead *lead, const lsc_row *row, lsc_error *error)
{
    row_stream *stream = ctx;
    lsc_status status = lsc_spec_extract(stream->spec, lead, row->as_of_ms, stream->columns,
                                         stream->n_columns, error);
    if (status != LSC_OK) {
        return status;
    }
    int64_t as_of_ms = stream->timed ? row->as_of_ms : LSC_TIME_NONE;
    if (!stream->row(stream->ctx, lsc_lead_id(lead), as_of_ms, stream->columns, stream->n_columns,
                     row->label)) {
        return lsc_fail(error, LSC_CANCELLED, "the caller wanted no more rows");
    }
    return LSC_OK;
}

static lsc_status stream_rows(lsc_source *source, const lsc_train *settings, lsc_spec *spec,
                              row_stream *stream, lsc_error *error)
{
    const lsc_allocator *allocator = lsc_default_allocator();
    lsc_plan_options options = lsc_settings_plan(settings);
    lsc_stage reading = lsc_settings_stage(settings, "reading leads", 0, 0);
    lsc_stage making = lsc_settings_stage(settings, "making rows", 0, 1);
    lsc_plan plan = {.allocator = allocator};
    lsc_history history;
    lsc_status status = lsc_history_init(&history, spec, allocator, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_plan_make(source, &options, &history, &reading, allocator, &plan, error);
    if (status == LSC_OK) {
        stream->spec = spec;
        stream->timed = plan.timed;
        stream->n_columns = lsc_spec_n_columns(spec);
        stream->columns = lsc_alloc_array(allocator, stream->n_columns, sizeof *stream->columns);
        status = stream->columns != NULL ? LSC_OK : lsc_fail_memory(error);
    }
    if (status == LSC_OK) {
        status = lsc_plan_walk(&plan, source, spec, &making, hand_out, stream, error);
    }
    lsc_release(allocator, stream->columns);
    lsc_plan_free(&plan);
    lsc_history_free(&history);
    return status;
}

lsc_status lsc_training_rows(lsc_source *source, const lsc_train *train,
                             bool (*row)(void *ctx, const char *lead_id, int64_t as_of_ms,
                                         const float *columns, size_t n_columns, bool label),
                             void *ctx, lsc_error *error)
{
    row_stream stream = {.row = row, .ctx = ctx};
    lsc_train settings;
    lsc_spec *spec;
    if (source == NULL || row == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", source == NULL ? "source" : "row");
    }
    lsc_status status = lsc_settings_read(train, &settings, error);
    if (status == LSC_OK) {
        status = lsc_settings_spec(&settings, lsc_source_has_times(source), &spec, error);
    }
    if (status == LSC_OK) {
        status = stream_rows(source, &settings, spec, &stream, error);
        lsc_spec_unref(spec);
    }
    return status;
}
