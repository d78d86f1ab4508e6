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
    lsc_release(plan->allocator, plan->outcomes);
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

/** Keep the dated outcomes that rows will be made of. */
static lsc_status keep_outcomes(lsc_plan *plan, const lsc_record *record, lsc_planned_lead *planned,
                                lsc_error *error)
{
    size_t n = record->n_outcomes;
    if (plan->n_outcomes + n > UINT32_MAX) {
        return lsc_fail(error, LSC_LIMIT, "the data hold more than %u outcomes, the most allowed",
                        UINT32_MAX);
    }
    if (!lsc_grow(plan->allocator, (void **)&plan->outcomes, &plan->outcomes_capacity,
                  plan->n_outcomes + n, sizeof *plan->outcomes)) {
        return lsc_fail_memory(error);
    }
    planned->first_outcome = (uint32_t)plan->n_outcomes;
    for (size_t i = 0; i < n; i++) {
        if (record->outcomes[i].time_ms != LSC_TIME_NONE) {
            plan->outcomes[plan->n_outcomes++] = record->outcomes[i];
        }
    }
    planned->n_outcomes = (uint32_t)plan->n_outcomes - planned->first_outcome;
    return LSC_OK;
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

static lsc_status scan_lead(lsc_plan *plan, const lsc_plan_options *options,
                            const lsc_record *record, lsc_hash *hash, lsc_history *history,
                            lsc_error *error)
{
    lsc_status status = LSC_OK;
    lsc_planned_lead planned = {.key = lsc_lead_key(hash, lsc_lead_id(record->lead)),
                                .known_ms = LSC_TIME_NONE,
                                .converted_ms = INT64_MAX};
    lsc_lead_settle(record->lead);
    if (plan->timed) {
        lsc_plan_read_times(plan, record, &planned);
        plan->n_undated += planned.known_ms == LSC_TIME_NONE;
        plan->n_converted += planned.converted_ms != INT64_MAX;
        plan->n_backwards += planned.converted_ms < planned.known_ms;
    }
    if (plan->timed && (options->repeats || options->as_of == LSC_AS_OF_BEFORE_OUTCOME)) {
        status = keep_outcomes(plan, record, &planned, error);
    }
    /* Where outcomes repeat, a value set after one may be known before the next. */
    lsc_history_look(history, record->lead, options->repeats ? INT64_MAX : planned.converted_ms);
    if (status == LSC_OK) {
        status = add_lead(plan, planned, error);
    }
    return status == LSC_OK && !plan->timed ? plan_table_row(plan, record, error) : status;
}

static lsc_status scan(lsc_plan *plan, const lsc_plan_options *options, lsc_source *source,
                       lsc_history *history, const lsc_stage *stage, lsc_error *error)
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
            status = scan_lead(plan, options, &record, hash, history, error);
        }
    }
    lsc_hash_free(hash);
    return status;
}

/** An as-of time that a lead may be taken at. */
typedef struct candidate {
    int64_t as_of_ms;
    uint64_t rank; /**< those of the lowest ranks are taken */
    bool label;
} candidate;

typedef struct candidate_list {
    candidate *items;
    size_t n;
    size_t capacity;
} candidate_list;

static int compare_ranks(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const candidate *left = a;
    const candidate *right = b;
    if (left->rank != right->rank) {
        return left->rank < right->rank ? -1 : 1;
    }
    return left->as_of_ms < right->as_of_ms ? -1 : left->as_of_ms > right->as_of_ms;
}

static int compare_times(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const candidate *left = a;
    const candidate *right = b;
    return left->as_of_ms < right->as_of_ms ? -1 : left->as_of_ms > right->as_of_ms;
}

static int64_t floor_div(int64_t dividend, int64_t divisor)
{
    return dividend / divisor - (dividend % divisor < 0);
}

/** Times of a range, none when last < first. */
typedef struct time_range {
    int64_t first;
    int64_t last;
} time_range;

/** Whether the lead converts in (as_of, as_of + horizon]. */
static bool converts(const lsc_plan *plan, const lsc_plan_options *options,
                     const lsc_planned_lead *lead, int64_t as_of_ms)
{
    if (!options->repeats) {
        return lead->converted_ms <= as_of_ms + options->horizon_ms;
    }
    const lsc_outcome *outcomes = plan->outcomes + lead->first_outcome;
    for (size_t i = 0; i < lead->n_outcomes; i++) {
        int64_t time_ms = outcomes[i].time_ms;
        if (outcomes[i].converted && time_ms > as_of_ms &&
            time_ms <= as_of_ms + options->horizon_ms) {
            return true;
        }
    }
    return false;
}

static lsc_status add_candidate(const lsc_plan *plan, candidate_list *list, candidate item,
                                lsc_error *error)
{
    if (!lsc_grow(plan->allocator, (void **)&list->items, &list->capacity, list->n + 1,
                  sizeof *list->items)) {
        return lsc_fail_memory(error);
    }
    list->items[list->n++] = item;
    return LSC_OK;
}

/** When a lead is there, in the data, and has not converted. */
static time_range alive(const lsc_plan *plan, const lsc_plan_options *options,
                        const lsc_planned_lead *lead)
{
    time_range range = {lead->known_ms > plan->from_ms ? lead->known_ms : plan->from_ms,
                        plan->to_ms};
    if (!options->repeats && lead->converted_ms <= range.last) {
        range.last = lead->converted_ms - 1;
    }
    return range;
}

/** When its outcome is known, too: the horizon has passed. */
static time_range eligible(const lsc_plan *plan, const lsc_plan_options *options,
                           const lsc_planned_lead *lead)
{
    time_range range = alive(plan, options, lead);
    if (range.last > plan->to_ms - options->horizon_ms) {
        range.last = plan->to_ms - options->horizon_ms;
    }
    return range;
}

static lsc_status list_grid(const lsc_plan *plan, const lsc_plan_options *options,
                            const lsc_planned_lead *lead, candidate_list *list, lsc_error *error)
{
    time_range range = eligible(plan, options, lead);
    int64_t last = floor_div(range.last, options->every_ms);
    lsc_status status = LSC_OK;
    for (int64_t place = floor_div(range.first - 1, options->every_ms) + 1;
         place <= last && status == LSC_OK; place++) {
        int64_t as_of = place * options->every_ms;
        candidate item = {as_of, lsc_mix(options->seed, lead->key, (uint64_t)place),
                          converts(plan, options, lead, as_of)};
        status = add_candidate(plan, list, item, error);
    }
    return status;
}

static lsc_status list_created(const lsc_plan *plan, const lsc_plan_options *options,
                               const lsc_planned_lead *lead, candidate_list *list, lsc_error *error)
{
    time_range range = eligible(plan, options, lead);
    int64_t as_of = lead->known_ms + options->as_of_ms;
    if (as_of < range.first || as_of > range.last) {
        return LSC_OK;
    }
    return add_candidate(plan, list, (candidate){as_of, 0, converts(plan, options, lead, as_of)},
                         error);
}

/** Here the outcome itself is the label: it need not wait for the horizon. */
static lsc_status list_outcomes(const lsc_plan *plan, const lsc_plan_options *options,
                                const lsc_planned_lead *lead, candidate_list *list,
                                lsc_error *error)
{
    time_range range = alive(plan, options, lead);
    const lsc_outcome *outcomes = plan->outcomes + lead->first_outcome;
    lsc_status status = LSC_OK;
    for (size_t i = 0; i < lead->n_outcomes && status == LSC_OK; i++) {
        int64_t as_of = outcomes[i].time_ms - options->as_of_ms;
        if (as_of >= range.first && as_of <= range.last) {
            candidate item = {as_of, lsc_mix(options->seed, lead->key, (uint64_t)as_of),
                              outcomes[i].converted};
            status = add_candidate(plan, list, item, error);
        }
    }
    return status;
}

static lsc_status plan_lead(lsc_plan *plan, const lsc_plan_options *options, size_t number,
                            candidate_list *list, lsc_error *error)
{
    lsc_status (*const listers[])(const lsc_plan *, const lsc_plan_options *,
                                  const lsc_planned_lead *, candidate_list *,
                                  lsc_error *) = {[LSC_AS_OF_EVERY] = list_grid,
                                                  [LSC_AS_OF_CREATED] = list_created,
                                                  [LSC_AS_OF_BEFORE_OUTCOME] = list_outcomes};
    const lsc_planned_lead *lead = &plan->leads[number];
    if (lead->known_ms == LSC_TIME_NONE) {
        return LSC_OK;
    }
    list->n = 0;
    lsc_status status = listers[options->as_of](plan, options, lead, list, error);
    plan->n_censored += list->n == 0 && lead->converted_ms == INT64_MAX;
    size_t taken = list->n < options->rows_per_lead ? list->n : options->rows_per_lead;
    lsc_sort(list->items, list->n, sizeof *list->items, compare_ranks, NULL);
    lsc_sort(list->items, taken, sizeof *list->items, compare_times, NULL);
    for (size_t i = 0; i < taken && status == LSC_OK; i++) {
        lsc_row row = {list->items[i].as_of_ms, (uint32_t)number, (float)list->n / (float)taken,
                       list->items[i].label};
        status = add_row(plan, row, error);
    }
    return status;
}

/** Rows of all leads, once the whole data, and so its end, has been seen. */
static lsc_status plan_times(lsc_plan *plan, const lsc_plan_options *options, lsc_error *error)
{
    int64_t n_times = (plan->to_ms - plan->from_ms) / options->every_ms + 1;
    if (options->as_of == LSC_AS_OF_EVERY && n_times > LSC_MAX_TIMES) {
        return lsc_fail(
            error, LSC_LIMIT,
            "every_ms is %lld: %lld as-of times lie in the data, at most %d are allowed",
            (long long)options->every_ms, (long long)n_times, LSC_MAX_TIMES);
    }
    candidate_list list = {NULL, 0, 0};
    lsc_status status = LSC_OK;
    for (size_t i = 0; i < plan->n_leads && status == LSC_OK; i++) {
        status = plan_lead(plan, options, i, &list, error);
    }
    lsc_release(plan->allocator, list.items);
    return status;
}

static lsc_status check_rows(const lsc_plan *plan, const lsc_plan_options *options,
                             lsc_error *error)
{
    if (plan->n_leads == 0) {
        return lsc_fail(error, LSC_BAD_DATA, "the source holds no leads");
    }
    if (2 * plan->n_backwards > plan->n_converted) {
        return lsc_fail(
            error, LSC_BAD_DATA,
            "times run backwards: %zu of the %zu leads that converted did so before they "
            "were created, or first seen",
            plan->n_backwards, plan->n_converted);
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
    if (options->as_of == LSC_AS_OF_BEFORE_OUTCOME) {
        return lsc_fail(
            error, LSC_BAD_DATA,
            "no lead of %zu has a row: none was there, and had not converted, %lld days "
            "before an outcome of its own",
            plan->n_leads, (long long)(options->as_of_ms / 86400000));
    }
    return lsc_fail(error, LSC_BAD_DATA,
                    "no lead of %zu has a row: the data run from %s to %s, as-of times lie %lld "
                    "days apart, and %lld days must pass after one",
                    plan->n_leads, from, to, (long long)(options->every_ms / 86400000),
                    (long long)(options->horizon_ms / 86400000));
}

lsc_status lsc_plan_make(lsc_source *source, const lsc_plan_options *given, lsc_history *history,
                         const lsc_stage *stage, const lsc_allocator *allocator, lsc_plan *plan,
                         lsc_error *error)
{
    lsc_plan_options options = *given;
    options.repeats = options.repeats || lsc_source_repeats(source);
    *plan = (lsc_plan){.allocator = allocator,
                       .timed = lsc_source_has_times(source),
                       .from_ms = LSC_TIME_NONE,
                       .to_ms = LSC_TIME_NONE};
    lsc_status status = scan(plan, &options, source, history, stage, error);
    if (status == LSC_OK && plan->from_ms != LSC_TIME_NONE) {
        status = plan_times(plan, &options, error);
    }
    if (status == LSC_OK) {
        status = check_rows(plan, &options, error);
    }
    if (status != LSC_OK) {
        lsc_plan_free(plan);
    }
    return status;
}
