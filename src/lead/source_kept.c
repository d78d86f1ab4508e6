#include "lead/lead_data.h"

#include "core/error.h"
#include "lead/kept_lead.h"

/** Another source, and what was read of it since its first lead. */
typedef struct kept_source {
    lsc_allocator allocator;
    lsc_source *from;
    size_t max_bytes;
    lsc_lead_keeper keeper;
    bool gave_up; /* more came than is kept */
    bool is_whole;
    const lsc_kept_lead *next; /* to be given, once it is whole */
    lsc_lead *lead;            /* given from then on */
} kept_source;

/** Keep what was read, unless it is too much: then keep nothing. */
static lsc_status keep(kept_source *source, const lsc_record *record, lsc_error *error)
{
    if (source->gave_up) {
        return LSC_OK;
    }
    lsc_lead_settle(record->lead);
    lsc_status status = lsc_lead_keep(&source->keeper, record, error);
    source->gave_up = lsc_lead_keeper_bytes(&source->keeper) > source->max_bytes;
    if (source->gave_up) {
        lsc_lead_keeper_free(&source->keeper);
    }
    return status;
}

static lsc_status kept_next(void *ctx, lsc_record *record, bool *more, lsc_error *error)
{
    kept_source *source = ctx;
    if (source->is_whole) {
        const lsc_kept_lead *kept = source->next;
        *more = kept != NULL;
        source->next = kept != NULL ? kept->next : NULL;
        return kept != NULL ? lsc_kept_lead_show(kept, source->lead, record, error) : LSC_OK;
    }
    lsc_status status = lsc_source_next(source->from, record, more, error);
    if (status == LSC_OK && *more) {
        return keep(source, record, error);
    }
    source->is_whole = status == LSC_OK && !source->gave_up;
    return status;
}

static lsc_status kept_rewind(void *ctx, lsc_error *error)
{
    kept_source *source = ctx;
    if (source->is_whole) {
        source->next = source->keeper.first;
        return LSC_OK;
    }
    lsc_lead_keeper_free(&source->keeper);
    return lsc_source_rewind(source->from, error);
}

static void kept_free(void *ctx)
{
    kept_source *source = ctx;
    lsc_lead_keeper_free(&source->keeper);
    lsc_lead_free(source->lead);
    lsc_allocator allocator = source->allocator;
    lsc_release(&allocator, source);
}

static const char *kept_property(void *ctx, size_t number)
{
    return lsc_source_property(((kept_source *)ctx)->from, number);
}

lsc_status lsc_source_keep(lsc_source *from, size_t max_bytes, const lsc_allocator *allocator,
                           lsc_source **source, lsc_error *error)
{
    const lsc_source_calls calls = {.size = sizeof calls,
                                    .next = kept_next,
                                    .rewind = kept_rewind,
                                    .free = kept_free,
                                    .has_times = lsc_source_has_times(from),
                                    .property = kept_property,
                                    .repeats = lsc_source_repeats(from)};
    kept_source *made = lsc_alloc_array(allocator, 1, sizeof *made);
    *source = NULL;
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    made->allocator = *allocator;
    made->from = from;
    made->max_bytes = max_bytes;
    lsc_lead_keeper_init(&made->keeper, &made->allocator);
    lsc_status status = lsc_lead_new(allocator, &made->lead, error);
    if (status == LSC_OK) {
        status = lsc_source_new(&calls, made, allocator, source, error);
    }
    if (status != LSC_OK) {
        kept_free(made);
    }
    return status;
}
