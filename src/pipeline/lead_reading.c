#include "lead_state.h"

#include "pipeline/properties_json.h"
#include "store/audit.h"
#include "store/earlier_rows.h"
#include "store/lead_rows.h"

/* A lead being filled. */
typedef struct filling {
    lsc_companion *companion;
    lsc_lead *lead;
} filling;

static lsc_status take_properties(void *ctx, const lsc_held_lead *held, lsc_error *error)
{
    filling *at = ctx;
    lsc_status status = lsc_lead_set_id(at->lead, held->id, error);
    if (held->withdrawn) {
        lsc_lead_withdraw(at->lead);
    }
    return status == LSC_OK ? lsc_properties_to_lead(at->companion, held->properties, held->length,
                                                     at->lead, error)
                            : status;
}

static lsc_status take_activity(void *ctx, const lsc_activity_row *row, lsc_error *error)
{
    filling *at = ctx;
    lsc_activity activity = LSC_ACTIVITY_INIT;
    activity.id = row->id;
    activity.type = row->type;
    activity.source = row->source;
    activity.time_ms = row->time_ms;
    activity.recorded_time_ms = row->recorded_time_ms;
    activity.bot = row->bot;
    lsc_status status =
        lsc_properties_to_activity(at->companion, row->data, row->data_length, &activity, error);
    if (status == LSC_OK) {
        lsc_lead_hold_names(at->lead, true);
        status = lsc_lead_add_activity(at->lead, &activity, error);
        lsc_lead_hold_names(at->lead, false);
        if (status == LSC_INVALID_ARG) {
            lsc_error_prefix(error, "the store is damaged: an activity: ");
            status = LSC_BAD_STORE;
        }
    }
    return status;
}

/* A fault of what was read is the store's. */
static lsc_status end_filling(lsc_status status, lsc_error *error)
{
    if (status == LSC_BAD_STORE && error != NULL) {
        error->status = LSC_BAD_STORE;
    }
    return status;
}

lsc_status lsc_state_get_lead(lsc_store *store, int64_t key, lsc_lead *lead, lsc_error *error)
{
    filling at = {.lead = lead};
    lsc_lead_clear(lead);
    lsc_status status = lsc_companion_of(store, &at.companion, error);
    if (status == LSC_OK) {
        status = lsc_lead_row_read(store, key, take_properties, &at, error);
    }
    if (status == LSC_OK) {
        status = lsc_activity_rows_read(store, key, take_activity, &at, error);
    }
    return end_filling(status, error);
}

/* As a lead was. */
typedef struct past_filling {
    filling at;
    int64_t seen_ms;
    bool has_properties;
    bool withdrawn;
} past_filling;

static lsc_status take_earlier(void *ctx, const lsc_earlier_row *row, lsc_error *error)
{
    const filling *at = &((past_filling *)ctx)->at;
    return lsc_properties_to_lead(at->companion, row->properties, row->length, at->lead, error);
}

static lsc_status take_rest(void *ctx, const lsc_held_lead *held, lsc_error *error)
{
    past_filling *past = ctx;
    lsc_held_lead consenting = *held;
    past->withdrawn = held->withdrawn;
    consenting.withdrawn = false;
    return past->has_properties ? lsc_lead_set_id(past->at.lead, held->id, error)
                                : take_properties(&past->at, &consenting, error);
}

static lsc_status take_seen(void *ctx, const lsc_activity_row *row, lsc_error *error)
{
    past_filling *past = ctx;
    const bool seen = row->time_ms <= past->seen_ms && row->recorded_time_ms <= past->seen_ms;
    return seen ? take_activity(&past->at, row, error) : LSC_OK;
}

lsc_status lsc_state_get_past_lead(lsc_store *store, int64_t key, const lsc_past_lead *past,
                                   lsc_lead *lead, bool *withdrawn, lsc_error *error)
{
    past_filling filled = {.at.lead = lead, .seen_ms = past->seen_ms};
    lsc_lead_clear(lead);
    lsc_status status = lsc_companion_of(store, &filled.at.companion, error);
    if (status == LSC_OK) {
        status = lsc_earlier_row_read_at(store, key, past->properties, take_earlier, &filled,
                                         &filled.has_properties, error);
    }
    if (status == LSC_OK) {
        status = lsc_lead_row_read(store, key, take_rest, &filled, error);
    }
    if (status == LSC_OK) {
        status = lsc_activity_rows_read_at(store, key, past->activities, take_seen, &filled, error);
    }
    *withdrawn = filled.withdrawn;
    return end_filling(status, error);
}

lsc_status lsc_store_get_lead(lsc_store *store, const char *organization, const char *id,
                              lsc_lead *lead, lsc_error *error)
{
    if (store == NULL || lead == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", store == NULL ? "store" : "lead");
    }
    int64_t key = 0;
    bool noting;
    lsc_status status = lsc_audit_read_begin(store, &noting, error);
    if (status == LSC_OK) {
        status = lsc_lead_row_find_in(store, organization, id, &key, error);
        if (status == LSC_OK) {
            status = lsc_state_get_lead(store, key, lead, error);
        }
        status = lsc_audit_read_end(store, noting ? "read lead" : NULL, 1, status, error);
    }
    if (status != LSC_OK) {
        lsc_lead_clear(lead);
    }
    return status;
}

static lsc_status take_only_properties(void *ctx, const lsc_held_lead *held, lsc_error *error)
{
    lsc_lead_clear(((filling *)ctx)->lead);
    return take_properties(ctx, held, error);
}

static lsc_status show(lsc_store *store, const lsc_lead *lead, lsc_error *error)
{
    lsc_json_writer writer;
    size_t n;
    const lsc_field *fields = lsc_lead_fields(lead, &n);
    lsc_buffer_clear(&store->text);
    lsc_json_writer_init(&writer, &store->text, 0);
    lsc_json_begin_object(&writer);
    lsc_json_member_string(&writer, "id", lsc_lead_id(lead));
    lsc_properties_show(&writer, fields, n);
    lsc_json_end_object(&writer);
    return lsc_buffer_status(&store->text, error);
}

lsc_status lsc_store_lead_json(lsc_store *store, const char *organization, const char *id,
                               const char **json, size_t *length, lsc_error *error)
{
    if (store == NULL || json == NULL || length == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store, json or length is NULL");
    }
    int64_t key = 0;
    bool noting = false;
    filling at = {0};
    lsc_status status = lsc_companion_of(store, &at.companion, error);
    if (status == LSC_OK) {
        at.lead = at.companion->lead;
        status = lsc_audit_read_begin(store, &noting, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_lead_row_find_in(store, organization, id, &key, error);
    if (status == LSC_OK) {
        status = lsc_lead_row_read(store, key, take_only_properties, &at, error);
    }
    status = lsc_audit_read_end(store, noting ? "read lead" : NULL, 1, status, error);
    if (status == LSC_OK) {
        status = show(store, at.lead, error);
    }
    if (status == LSC_OK) {
        *json = store->text.data;
        *length = store->text.length;
    }
    return status;
}
