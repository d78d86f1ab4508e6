#include "train/plan.h"

#include <string.h>

#include "core/random.h"
#include "core/sort.h"
#include "lead/lead_data.h"

/** Leads between two calls of the caller's progress function. */
#define LEADS_A_REPORT 256

uint64_t lsc_lead_key(lsc_hash *hash, const char *id)
{
    uint8_t digest[LSC_HASH_SIZE];
    uint64_t key = 0;
    lsc_hash_begin(hash);
    lsc_hash_text(hash, id, strlen(id));
    lsc_hash_end(hash, digest);
    for (size_t i = 0; i < sizeof key; i++) {
        key = key << 8 | digest[i];
    }
    return key;
}

uint64_t lsc_mix(uint64_t seed, uint64_t a, uint64_t b)
{
    lsc_random random;
    lsc_random_seed(&random, seed ^ a);
    lsc_random_seed(&random, lsc_random_next(&random) ^ b);
    return lsc_random_next(&random);
}

void lsc_plan_free(lsc_plan *plan)
{
    lsc_release(plan->allocator, plan->leads);
    lsc_release(plan->allocator, plan->rows);
    *plan = (lsc_plan){.allocator = plan->allocator};
}

static lsc_status add_row(lsc_plan *plan, lsc_row row, lsc_error *error)
{
    if (plan->n_rows >= LSC_MAX_TRAINING_ROWS) {
        return lsc_fail(error, LSC_LIMIT,
                        "the data make more than %d training rows, the most allowed",
                        LSC_MAX_TRAINING_ROWS);
    }
    if (!lsc_grow(plan->allocator, (void **)&plan->rows, &plan->rows_capacity, plan->n_rows + 1,
                  sizeof *plan->rows)) {
        return lsc_fail_memory(error);
    }
    plan->rows[plan->n_rows++] = row;
    return LSC_OK;
}

static void widen(lsc_plan *plan, int64_t time_ms)
{
    if (plan->from_ms == LSC_TIME_NONE || time_ms < plan->from_ms) {
        plan->from_ms = time_ms;
    }
    if (time_ms > plan->to_ms) {
        plan->to_ms = time_ms;
    }
}

/** When the lead came to be: when it was created, or else when it was first known of. */
static int64_t known_since(lsc_plan *plan, const lsc_lead *lead)
{
    size_t n_events;
    const lsc_event *events = lsc_lead_events(lead, &n_events);
    int64_t first = LSC_TIME_NONE;
    for (size_t i = 0; i < n_events; i++) {
        int64_t visible = events[i].recorded_time_ms > events[i].time_ms
                              ? events[i].recorded_time_ms
                              : events[i].time_ms;
        if (first == LSC_TIME_NONE || visible < first) {
            first = visible;
        }
        widen(plan, events[i].time_ms);
        widen(plan, visible);
    }
    int64_t created;
    const lsc_value *value = lsc_lead_value(lead, "created_at", strlen("created_at"), LSC_TIME_MAX);
    return value != NULL && lsc_value_time(value, &created) ? created : first;
}

/** When the lead first converted. A conversion at an unknown time leaves unknown when it came. */
static void read_outcomes(lsc_plan *plan, const lsc_record *record, lsc_planned_lead *planned)
{
    planned->converted_ms = INT64_MAX;
    for (size_t i = 0; i < record->n_outcomes; i++) {
        const lsc_outcome *outcome = &record->outcomes[i];
        if (outcome->time_ms != LSC_TIME_NONE) {
            widen(plan, outcome->time_ms);
        }
        if (!outcome->converted) {
            continue;
        }
        if (outcome->time_ms == LSC_TIME_NONE) {
            planned->known_ms = LSC_TIME_NONE;
        } else if (outcome->time_ms < planned->converted_ms) {
            planned->converted_ms = outcome->time_ms;
        }
    }
}

void lsc_plan_read_times(lsc_plan *plan, const lsc_record *record, lsc_planned_lead *planned)
{
    planned->known_ms = known_since(plan, record->lead);
    read_outcomes(plan, record, planned);
}

static lsc_status add_lead(lsc_plan *plan, lsc_planned_lead lead, lsc_error *error)
{
    if (plan->n_leads == UINT32_MAX) {
        return lsc_fail(error, LSC_LIMIT, "the data hold more than %u leads, the most allowed",
                        UINT32_MAX);
    }
    if (!lsc_grow(plan->allocator, (void **)&plan->leads, &plan->leads_capacity, plan->n_leads + 1,
                  sizeof *plan->leads)) {
        return lsc_fail_memory(error);
    }
    plan->leads[plan->n_leads++] = lead;
    return LSC_OK;
}

/** A row of a table: it has converted when any of its outcomes says so. */
static lsc_status plan_table_row(lsc_plan *plan, const lsc_record *record, lsc_error *error)
{
    bool converted = false;
    if (record->n_outcomes == 0) {
        plan->n_unlabelled++;
        return LSC_OK;
    }
    for (size_t i = 0; i < record->n_outcomes; i++) {
        converted = converted || record->outcomes[i].converted;
    }
    return add_row(plan, (lsc_row){0, (uint32_t)(plan->n_leads - 1), 1, converted}, error);
}

static lsc_status scan_lead(lsc_plan *plan, const lsc_record *record, lsc_hash *hash,
                            lsc_history *history, lsc_error *error)
{
    lsc_planned_lead planned = {.key = lsc_lead_key(hash, lsc_lead_id(record->lead)),
                                .known_ms = LSC_TIME_NONE,
                                .converted_ms = INT64_MAX};
    lsc_lead_settle(record->lead);
    if (plan->timed) {
        lsc_plan_read_times(plan, record, &planned);
        plan->n_undated += planned.known_ms == LSC_TIME_NONE;
    }
    lsc_history_look(history, record->lead, planned.converted_ms);
    lsc_status status = add_lead(plan, planned, error);
    return status == LSC_OK && !plan->timed ? plan_table_row(plan, record, error) : status;
}

static lsc_status scan(lsc_plan *plan, lsc_source *source, lsc_history *history,
                       const lsc_stage *stage, lsc_error *error)
{
    lsc_hash *hash;
    lsc_status status = lsc_hash_new(&hash, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_source_rewind(source, error);
    while (status == LSC_OK) {
        lsc_record record;
        bool more;
        status = lsc_source_next(source, &record, &more, error);
        if (status != LSC_OK || !more) {
            break;
        }
        if (plan->n_leads % LEADS_A_REPORT == 0) {
            status = lsc_stage_report(stage, -1, error);
        }
        if (status == LSC_OK) {
            status = scan_lead(plan, &record, hash, history, error);
        }
    }
    lsc_hash_free(hash);
    return status;
}

/** An as-of time that a lead may be taken at, as the number of its place on the grid. */
typedef struct candidate {
    int64_t place;
    uint64_t rank; /**< those of the lowest ranks are taken */
} candidate;

static int compare_ranks(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const candidate *left = a;
    const candidate *right = b;
    if (left->rank != right->rank) {
        return left->rank < right->rank ? -1 : 1;
    }
    return left->place < right->place ? -1 : left->place > right->place;
}

static int compare_places(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const candidate *left = a;
    const candidate *right = b;
    return left->place < right->place ? -1 : left->place > right->place;
}

static int64_t floor_div(int64_t dividend, int64_t divisor)
{
    return dividend / divisor - (dividend % divisor < 0);
}

/** Where a lead may be taken: places `first` to `last` of the grid, none when last < first. */
typedef struct place_range {
    int64_t first;
    int64_t last;
} place_range;

static place_range eligible_places(const lsc_plan *plan, const lsc_plan_options *options,
                                   const lsc_planned_lead *lead)
{
    int64_t from = lead->known_ms > plan->from_ms ? lead->known_ms : plan->from_ms;
    int64_t to = plan->to_ms - options->horizon_ms;
    if (lead->converted_ms <= to) {
        to = lead->converted_ms - 1;
    }
    return (place_range){floor_div(from - 1, options->every_ms) + 1,
                         floor_div(to, options->every_ms)};
}

static lsc_status plan_lead(lsc_plan *plan, const lsc_plan_options *options, size_t number,
                            candidate *candidates, lsc_error *error)
{
    const lsc_planned_lead *lead = &plan->leads[number];
    if (lead->known_ms == LSC_TIME_NONE) {
        return LSC_OK;
    }
    place_range places = eligible_places(plan, options, lead);
    if (places.last < places.first) {
        plan->n_censored += lead->converted_ms == INT64_MAX;
        return LSC_OK;
    }
    size_t eligible = (size_t)(places.last - places.first + 1);
    size_t taken = eligible < options->rows_per_lead ? eligible : options->rows_per_lead;
    for (size_t i = 0; i < eligible; i++) {
        int64_t place = places.first + (int64_t)i;
        candidates[i] = (candidate){place, lsc_mix(options->seed, lead->key, (uint64_t)place)};
    }
    lsc_sort(candidates, eligible, sizeof *candidates, compare_ranks, NULL);
    lsc_sort(candidates, taken, sizeof *candidates, compare_places, NULL);
    for (size_t i = 0; i < taken; i++) {
        int64_t as_of = candidates[i].place * options->every_ms;
        bool converts = lead->converted_ms <= as_of + options->horizon_ms;
        lsc_row row = {as_of, (uint32_t)number, (float)eligible / (float)taken, converts};
        lsc_status status = add_row(plan, row, error);
        if (status != LSC_OK) {
            return status;
        }
    }
    return LSC_OK;
}

/** Rows of all leads, once the whole data, and so its end, has been seen. */
static lsc_status plan_times(lsc_plan *plan, const lsc_plan_options *options, lsc_error *error)
{
    int64_t n_times = (plan->to_ms - plan->from_ms) / options->every_ms + 1;
    if (n_times > LSC_MAX_TIMES) {
        return lsc_fail(
            error, LSC_LIMIT,
            "every_ms is %lld: %lld as-of times lie in the data, at most %d are allowed",
            (long long)options->every_ms, (long long)n_times, LSC_MAX_TIMES);
    }
    candidate *candidates = lsc_alloc_array(plan->allocator, (size_t)n_times, sizeof *candidates);
    if (candidates == NULL) {
        return lsc_fail_memory(error);
    }
    lsc_status status = LSC_OK;
    for (size_t i = 0; i < plan->n_leads && status == LSC_OK; i++) {
        status = plan_lead(plan, options, i, candidates, error);
    }
    lsc_release(plan->allocator, candidates);
    return status;
}

static lsc_status check_rows(const lsc_plan *plan, const lsc_plan_options *options,
                             lsc_error *error)
{
    if (plan->n_leads == 0) {
        return lsc_fail(error, LSC_BAD_DATA, "the source holds no leads");
    }
    if (plan->n_rows > 0) {
        return LSC_OK;
    }
    if (!plan->timed) {
        return lsc_fail(error, LSC_BAD_DATA, "none of the %zu rows has a label", plan->n_leads);
    }
    if (plan->from_ms == LSC_TIME_NONE) {
        return lsc_fail(error, LSC_BAD_DATA, "none of the %zu leads has an activity or an outcome",
                        plan->n_leads);
    }
    char from[LSC_TIME_TEXT_SIZE];
    char to[LSC_TIME_TEXT_SIZE];
    lsc_time_format(plan->from_ms, from);
    lsc_time_format(plan->to_ms, to);
    return lsc_fail(error, LSC_BAD_DATA,
                    "no lead of %zu has a row: the data run from %s to %s, as-of times lie %lld "
                    "days apart, and %lld days must pass after one",
                    plan->n_leads, from, to, (long long)(options->every_ms / 86400000),
                    (long long)(options->horizon_ms / 86400000));
}

lsc_status lsc_plan_make(lsc_source *source, const lsc_plan_options *options, lsc_history *history,
                         const lsc_stage *stage, const lsc_allocator *allocator, lsc_plan *plan,
                         lsc_error *error)
{
    *plan = (lsc_plan){.allocator = allocator,
                       .timed = lsc_source_has_times(source),
                       .from_ms = LSC_TIME_NONE,
                       .to_ms = LSC_TIME_NONE};
    lsc_status status = scan(plan, source, history, stage, error);
    if (status == LSC_OK && plan->from_ms != LSC_TIME_NONE) {
        status = plan_times(plan, options, error);
    }
    if (status == LSC_OK) {
        status = check_rows(plan, options, error);
    }
    if (status != LSC_OK) {
        lsc_plan_free(plan);
    }
    return status;
}
