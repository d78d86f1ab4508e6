#include <leadscore/source.h>

#include "core/error.h"
#include "core/memory.h"
#include "core/options.h"
#include "lead/lead_data.h"

struct lsc_source {
    lsc_allocator allocator;
    lsc_source_calls calls;
    void *ctx;
};

void lsc_files_init(lsc_files *files, size_t size)
{
    const lsc_files defaults = LSC_FILES_INIT;
    lsc_options_init(files, size, &defaults, sizeof defaults);
}

void lsc_csv_init(lsc_csv *csv, size_t size)
{
    const lsc_csv defaults = LSC_CSV_INIT;
    lsc_options_init(csv, size, &defaults, sizeof defaults);
}

void lsc_source_calls_init(lsc_source_calls *calls, size_t size)
{
    const lsc_source_calls defaults = LSC_SOURCE_CALLS_INIT;
    lsc_options_init(calls, size, &defaults, sizeof defaults);
}

lsc_status lsc_source_new(const lsc_source_calls *calls, void *ctx, const lsc_allocator *allocator,
                          lsc_source **source, lsc_error *error)
{
    if (calls == NULL || source == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", calls == NULL ? "calls" : "source");
    }
    *source = NULL;
    lsc_source_calls known = LSC_SOURCE_CALLS_INIT;
    lsc_status status = lsc_options_read("lsc_source_calls", &known, sizeof known, calls,
                                         LSC_SIZE_UP_TO(lsc_source_calls, has_times), error);
    if (status == LSC_OK && known.next == NULL) {
        status = lsc_fail(error, LSC_INVALID_ARG, "calls.next is NULL");
    }
    lsc_allocator resolved;
    if (status == LSC_OK) {
        status = lsc_allocator_resolve(allocator, &resolved, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_source *made = lsc_alloc(&resolved, sizeof *made);
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    *made = (lsc_source){.allocator = resolved, .calls = known, .ctx = ctx};
    *source = made;
    return LSC_OK;
}

lsc_status lsc_source_next(lsc_source *source, lsc_record *record, bool *more, lsc_error *error)
{
    if (source == NULL || record == NULL || more == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "source, record or more is NULL");
    }
    lsc_record given = {0};
    bool is_more = true;
    lsc_status status = source->calls.next(source->ctx, &given, &is_more, error);
    if (status != LSC_OK) {
        return status;
    }
    if (is_more && (given.lead == NULL || (given.outcomes == NULL && given.n_outcomes > 0))) {
        return lsc_fail(error, LSC_INVALID_ARG, "the source's next() gave no lead or outcomes");
    }
    *more = is_more;
    if (is_more) {
        *record = given;
    }
    return LSC_OK;
}

lsc_status lsc_source_rewind(lsc_source *source, lsc_error *error)
{
    if (source == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "source is NULL");
    }
    if (source->calls.rewind == NULL) {
        return lsc_fail(error, LSC_UNSUPPORTED, "the source cannot be read a second time");
    }
    return source->calls.rewind(source->ctx, error);
}

bool lsc_source_has_times(const lsc_source *source)
{
    return source != NULL && source->calls.has_times;
}

bool lsc_source_repeats(const lsc_source *source)
{
    return source != NULL && source->calls.repeats;
}

const char *lsc_source_property(const lsc_source *source, size_t number)
{
    return source->calls.property != NULL ? source->calls.property(source->ctx, number) : NULL;
}

void *lsc_source_ctx(const lsc_source *source, void (*free_ctx)(void *ctx))
{
    return source->calls.free == free_ctx ? source->ctx : NULL;
}

void lsc_source_free(lsc_source *source)
{
    if (source == NULL) {
        return;
    }
    if (source->calls.free != NULL) {
        source->calls.free(source->ctx);
    }
    lsc_allocator allocator = source->allocator;
    lsc_release(&allocator, source);
}
