#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/json.h"
#include "core/sort.h"
#include "core/string_map.h"
#include "features/feature_spec.h"
#include "features/spec_data.h"

/** Most types of activities, and numbers that these carry, that get features of their own. */
#define MAX_TYPES 30
#define MAX_NUMBERS 10
/** Bytes of the name of a type or number that a feature's name is made of. */
#define MAX_PART 100

/** A type of activity, or the name of a number that activities carry. */
typedef struct seen_name {
    const char *text;
    size_t n_leads;
    size_t last_lead; /**< the number of the last lead that had it, from 1 */
} seen_name;

typedef struct name_counts {
    const lsc_allocator *allocator;
    lsc_arena *arena;
    lsc_string_map places;
    seen_name *names;
    size_t n;
    size_t capacity;
} name_counts;

static lsc_status count_name(name_counts *counts, const char *text, size_t length, size_t lead,
                             lsc_error *error)
{
    const uint64_t *place = lsc_string_map_find(&counts->places, text, length);
    size_t at = place != NULL ? (size_t)*place : counts->n;
    if (place == NULL && counts->n < LSC_MAX_LEVELS) {
        const char *copy = lsc_arena_copy(counts->arena, text, length);
        if (copy == NULL ||
            !lsc_grow(counts->allocator, (void **)&counts->names, &counts->capacity, counts->n + 1,
                      sizeof *counts->names) ||
            lsc_string_map_insert(&counts->places, copy, length, at, NULL) == NULL) {
            return lsc_fail_memory(error);
        }
        counts->names[counts->n++] = (seen_name){copy, 0, 0};
    }
    if (at < counts->n && counts->names[at].last_lead != lead) {
        counts->names[at].last_lead = lead;
        counts->names[at].n_leads++;
    }
    return LSC_OK;
}

static lsc_status look_at_lead(lsc_lead *lead, size_t number, name_counts *types,
                               name_counts *numbers, lsc_error *error)
{
    size_t n;
    lsc_lead_settle(lead);
    const lsc_event *events = lsc_lead_events(lead, &n);
    lsc_status status = LSC_OK;
    for (size_t i = 0; i < n && status == LSC_OK; i++) {
        if (events[i].identify) {
            continue;
        }
        status = count_name(types, events[i].type, events[i].type_length, number, error);
        for (size_t k = 0; k < events[i].n_fields && status == LSC_OK; k++) {
            const lsc_field *field = &events[i].fields[k];
            double value;
            if (lsc_value_number(&field->value, &value)) {
                status = count_name(numbers, field->name, field->name_length, number, error);
            }
        }
    }
    return status;
}

static int compare_counts(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const seen_name *left = a;
    const seen_name *right = b;
    if (left->n_leads != right->n_leads) {
        return left->n_leads > right->n_leads ? -1 : 1;
    }
    return strcmp(left->text, right->text);
}

/** Keep what enough leads have, the most frequent first, and what a name can be made of. */
static void keep_frequent(name_counts *counts, size_t most)
{
    size_t n = 0;
    lsc_sort(counts->names, counts->n, sizeof *counts->names, compare_counts, NULL);
    for (size_t i = 0; i < counts->n && n < most; i++) {
        if (counts->names[i].n_leads >= LSC_LEVEL_SUPPORT &&
            strlen(counts->names[i].text) <= MAX_PART) {
            counts->names[n++] = counts->names[i];
        }
    }
    counts->n = n;
}

/** The feature that is written: of one type of activities or of all. */
typedef struct feature_draft {
    lsc_json_writer *json;
    const char *type;   /**< NULL: any */
    const char *number; /**< NULL: none */
} feature_draft;

/** Begin a feature and name it: "Purchase count 90d", "activity recency". */
static void begin_feature(const feature_draft *draft, const char *kind, double window_days)
{
    char name[LSC_MAX_NAME];
    char window[24] = "";
    lsc_json_writer *json = draft->json;
    if (window_days > 0) {
        snprintf(window, sizeof window, "_%dd", (int)window_days);
    }
    snprintf(name, sizeof name, "%s%s%s_%s%s", draft->type != NULL ? draft->type : "activity",
             draft->number != NULL ? "_" : "", draft->number != NULL ? draft->number : "", kind,
             window);
    lsc_json_begin_object(json);
    lsc_json_member_string(json, "name", name);
    lsc_json_member_string(json, "group", "behavioral");
    lsc_json_member_string(json, "kind", kind);
    if (draft->type != NULL) {
        lsc_json_put_key(json, "events");
        lsc_json_begin_object(json);
        lsc_json_put_key(json, "types");
        lsc_json_begin_array(json);
        lsc_json_put_string(json, draft->type);
        lsc_json_end_array(json);
        lsc_json_end_object(json);
    }
    if (draft->number != NULL) {
        lsc_json_member_string(json, "data", draft->number);
    }
    if (window_days > 0) {
        lsc_json_member_number(json, "window_days", window_days);
    }
}

static void put_feature(const feature_draft *draft, const char *kind, double window_days)
{
    begin_feature(draft, kind, window_days);
    lsc_json_end_object(draft->json);
}

static void put_decayed(const feature_draft *draft, double half_life_days)
{
    begin_feature(draft, "decayed_count", 0);
    lsc_json_put_key(draft->json, "decay");
    lsc_json_begin_object(draft->json);
    lsc_json_put_key(draft->json, "half_life_days");
    lsc_json_put_number(draft->json, half_life_days);
    lsc_json_end_object(draft->json);
    lsc_json_end_object(draft->json);
}

/** What any stream of activities tells. */
static void put_all_activities(lsc_json_writer *json)
{
    const feature_draft any = {.json = json};
    put_feature(&any, "count", 0);
    put_feature(&any, "count", 30);
    put_feature(&any, "count", 90);
    put_feature(&any, "active_days", 365);
    put_feature(&any, "recency", 0);
    put_feature(&any, "median_gap", 0);
    put_feature(&any, "trend", 90);
    put_decayed(&any, 60);
    lsc_json_begin_object(json);
    lsc_json_member_string(json, "name", "lead_age_days");
    lsc_json_member_string(json, "group", "demographic");
    lsc_json_member_string(json, "kind", "tenure");
    lsc_json_member_string(json, "property", "created_at");
    lsc_json_end_object(json);
}

static void put_type(lsc_json_writer *json, const char *type)
{
    const feature_draft one = {.json = json, .type = type};
    put_feature(&one, "count", 0);
    put_feature(&one, "count", 90);
    put_feature(&one, "recency", 0);
    put_decayed(&one, 60);
}

static void write_spec(const name_counts *types, const name_counts *numbers, lsc_buffer *out)
{
    lsc_json_writer json;
    lsc_json_writer_init(&json, out, 0);
    lsc_json_begin_object(&json);
    lsc_json_member_int(&json, "format", LSC_SPEC_FORMAT);
    lsc_json_member_string(&json, "name", "inferred");
    lsc_json_put_key(&json, "groups");
    lsc_json_begin_array(&json);
    lsc_json_put_string(&json, "behavioral");
    lsc_json_put_string(&json, "demographic");
    lsc_json_end_array(&json);
    lsc_json_put_key(&json, "features");
    lsc_json_begin_array(&json);
    put_all_activities(&json);
    for (size_t i = 0; i < types->n && types->n > 1; i++) {
        put_type(&json, types->names[i].text);
    }
    for (size_t i = 0; i < numbers->n; i++) {
        const feature_draft one = {.json = &json, .number = numbers->names[i].text};
        put_feature(&one, "sum", 0);
        put_feature(&one, "sum", 90);
    }
    lsc_json_end_array(&json);
    lsc_json_end_object(&json);
}

static lsc_status look_at_all(lsc_source *source, name_counts *types, name_counts *numbers,
                              lsc_error *error)
{
    for (size_t n_leads = 1;; n_leads++) {
        lsc_record record;
        bool more = false;
        lsc_status status = lsc_source_next(source, &record, &more, error);
        if (status == LSC_OK && more) {
            status = look_at_lead(record.lead, n_leads, types, numbers, error);
        }
        if (status != LSC_OK || !more) {
            return status;
        }
    }
}

static void counts_init(name_counts *counts, lsc_arena *arena, const lsc_allocator *allocator)
{
    *counts = (name_counts){.allocator = allocator, .arena = arena};
    lsc_string_map_init(&counts->places, allocator);
}

static void counts_free(name_counts *counts)
{
    lsc_string_map_free(&counts->places);
    lsc_release(counts->allocator, counts->names);
}

static lsc_status infer(lsc_source *source, const lsc_allocator *allocator, lsc_spec **spec,
                        lsc_error *error)
{
    lsc_arena arena;
    name_counts types;
    name_counts numbers;
    lsc_buffer json;
    lsc_arena_init(&arena, allocator);
    lsc_buffer_init(&json, allocator);
    counts_init(&types, &arena, allocator);
    counts_init(&numbers, &arena, allocator);
    lsc_status status = look_at_all(source, &types, &numbers, error);
    if (status == LSC_OK && types.n == 0) {
        status = lsc_fail(error, LSC_BAD_DATA, "no lead has an activity");
    }
    if (status == LSC_OK) {
        keep_frequent(&types, MAX_TYPES);
        keep_frequent(&numbers, MAX_NUMBERS);
        write_spec(&types, &numbers, &json);
        status = lsc_buffer_status(&json, error);
    }
    if (status == LSC_OK) {
        status = lsc_spec_parse(json.data, json.length, allocator, spec, error);
    }
    counts_free(&types);
    counts_free(&numbers);
    lsc_buffer_free(&json);
    lsc_arena_free(&arena);
    return status;
}

lsc_status lsc_spec_infer_events(lsc_source *source, const lsc_allocator *allocator,
                                 lsc_spec **spec, lsc_error *error)
{
    lsc_allocator resolved;
    if (spec != NULL) {
        *spec = NULL;
    }
    if (source == NULL || spec == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", source == NULL ? "source" : "spec");
    }
    lsc_status status = lsc_allocator_resolve(allocator, &resolved, error);
    return status == LSC_OK ? infer(source, &resolved, spec, error) : status;
}
