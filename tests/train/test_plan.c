/* Rows against a slow reference that asks of each lead and each time what the contract says. */
#include "suite.h"

#include "lead/lead_data.h"
#include "train/row_walk.h"
#include "train_support.h"

enum {
    EVERY_DAYS = 10,
    HORIZON_DAYS = 60
};

static const lsc_plan_options all_rows = {.horizon_ms = HORIZON_DAYS * DAY,
                                          .every_ms = EVERY_DAYS * DAY,
                                          .rows_per_lead = LSC_MAX_TIMES,
                                          .seed = 1};
static const lsc_stage silent = {NULL, NULL, "testing", 0, 1};

static lsc_status try_plan(memory_source *source, const lsc_plan_options *options, lsc_plan *plan,
                           lsc_error *told)
{
    lsc_spec *spec = timeline_spec();
    lsc_history history;
    ck_ok(lsc_history_init(&history, spec, lsc_default_allocator(), error));
    lsc_status status = lsc_plan_make(source->source, options, &history, &silent,
                                      lsc_default_allocator(), plan, told);
    lsc_history_free(&history);
    lsc_spec_unref(spec);
    return status;
}

static lsc_plan plan_of(memory_source *source, const lsc_plan_options *options)
{
    lsc_plan plan;
    ck_ok(try_plan(source, options, &plan, error));
    return plan;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/** First and last time in the data. */
static void slow_window(const memory_source *source, int64_t *from, int64_t *to)
{
    *from = INT64_MAX;
    *to = INT64_MIN;
    for (size_t i = 0; i < source->n_leads; i++) {
        size_t n;
        lsc_lead_settle(source->leads[i].lead);
        const lsc_event *events = lsc_lead_events(source->leads[i].lead, &n);
        for (size_t j = 0; j < n; j++) {
            *from = events[j].time_ms < *from ? events[j].time_ms : *from;
            *to = later(*to, later(events[j].time_ms, events[j].recorded_time_ms));
        }
        for (size_t j = 0; j < source->leads[i].n_outcomes; j++) {
            int64_t time = source->leads[i].outcomes[j].time_ms;
            *from = time < *from ? time : *from;
            *to = later(*to, time);
        }
    }
}

static bool slow_exists(lsc_lead *lead, int64_t as_of)
{
    size_t n;
    int64_t created;
    const lsc_event *events = lsc_lead_events(lead, &n);
    const lsc_value *value = lsc_lead_value(lead, "created_at", 10, as_of);
    if (value != NULL && lsc_value_time(value, &created)) {
        return created <= as_of;
    }
    for (size_t i = 0; i < n; i++) {
        if (lsc_event_visible(&events[i], as_of)) {
            return true;
        }
    }
    return false;
}

/** Whether some outcome of the lead converts it in (from, to]. */
static bool slow_converts(const memory_lead *lead, int64_t from, int64_t to)
{
    for (size_t i = 0; i < lead->n_outcomes; i++) {
        const lsc_outcome *outcome = &lead->outcomes[i];
        if (outcome->converted && outcome->time_ms > from && outcome->time_ms <= to) {
            return true;
        }
    }
    return false;
}

static bool converts_within_the_horizon(const memory_lead *lead, int64_t as_of)
{
    return slow_converts(lead, as_of, as_of + HORIZON_DAYS * DAY);
}

static void check_row(const lsc_plan *plan, size_t row, size_t lead, int64_t as_of, bool label)
{
    ck_assert_uint_lt(row, plan->n_rows);
    ck_assert_uint_eq(plan->rows[row].lead, lead);
    ck_assert_int_eq(plan->rows[row].as_of_ms, as_of);
    ck_assert_int_eq(plan->rows[row].label, label);
}

START_TEST(a_lead_has_a_row_at_each_time_it_is_eligible_at_and_no_other)
{
    memory_source *source = timeline_of(150, 31);
    lsc_plan plan = plan_of(source, &all_rows);
    int64_t from;
    int64_t to;
    size_t row = 0;
    size_t n_positive = 0;
    slow_window(source, &from, &to);
    ck_assert_int_eq(plan.from_ms, from);
    ck_assert_int_eq(plan.to_ms, to);
    for (size_t lead = 0; lead < source->n_leads; lead++) {
        const memory_lead *held = &source->leads[lead];
        for (int64_t day = 0; day < 40000; day += EVERY_DAYS) {
            int64_t as_of = day * DAY;
            if (as_of < from || as_of + HORIZON_DAYS * DAY > to ||
                !slow_exists(held->lead, as_of) || slow_converts(held, INT64_MIN, as_of)) {
                continue;
            }
            check_row(&plan, row, lead, as_of, converts_within_the_horizon(held, as_of));
            ck_assert_double_eq((double)plan.rows[row].weight, 1);
            n_positive += plan.rows[row].label;
            row++;
        }
    }
    ck_assert_uint_eq(row, plan.n_rows);
    ck_assert_uint_gt(n_positive, 100);
    lsc_plan_free(&plan);
    memory_source_free(source);
}
END_TEST

START_TEST(leads_whose_outcomes_repeat_stay_eligible_after_one)
{
    memory_source *source = timeline_of(150, 41);
    lsc_plan_options options = all_rows;
    options.repeats = true;
    for (size_t i = 0; i < source->n_leads; i += 3) {
        memory_lead *lead = &source->leads[i];
        if (lead->n_outcomes > 0 && lead->outcomes[0].converted) {
            add_outcome(lead, lead->outcomes[0].time_ms + 50 * DAY, true);
        }
    }
    lsc_plan once = plan_of(source, &all_rows);
    lsc_plan plan = plan_of(source, &options);
    size_t n_after = 0;
    ck_assert_uint_gt(plan.n_rows, once.n_rows);
    for (size_t i = 0; i < plan.n_rows; i++) {
        const memory_lead *lead = &source->leads[plan.rows[i].lead];
        ck_assert_int_eq(plan.rows[i].label,
                         converts_within_the_horizon(lead, plan.rows[i].as_of_ms));
        n_after += slow_converts(lead, INT64_MIN, plan.rows[i].as_of_ms);
    }
    ck_assert_uint_gt(n_after, 100);
    lsc_plan_free(&once);
    lsc_plan_free(&plan);
    memory_source_free(source);
}
END_TEST

START_TEST(a_lead_may_be_looked_at_once_so_long_after_it_came_to_be)
{
    memory_source *source = timeline_of(150, 42);
    lsc_plan_options options = all_rows;
    int64_t from;
    int64_t to;
    size_t row = 0;
    options.as_of = LSC_AS_OF_CREATED;
    options.as_of_ms = 7 * DAY;
    slow_window(source, &from, &to);
    lsc_plan plan = plan_of(source, &options);
    for (size_t i = 0; i < source->n_leads; i++) {
        int64_t as_of = plan.leads[i].known_ms + 7 * DAY;
        const memory_lead *lead = &source->leads[i];
        ck_assert(slow_exists(lead->lead, as_of - 7 * DAY));
        ck_assert(!slow_exists(lead->lead, as_of - 7 * DAY - 1));
        if (as_of < from || as_of + HORIZON_DAYS * DAY > to ||
            slow_converts(lead, INT64_MIN, as_of)) {
            continue;
        }
        check_row(&plan, row++, i, as_of, converts_within_the_horizon(lead, as_of));
    }
    ck_assert_uint_eq(row, plan.n_rows);
    ck_assert_uint_gt(row, 50);
    lsc_plan_free(&plan);
    memory_source_free(source);
}
END_TEST

START_TEST(a_lead_may_be_looked_at_before_each_of_its_outcomes)
{
    memory_source *source = timeline_of(150, 43);
    lsc_plan_options options = all_rows;
    size_t row = 0;
    options.as_of = LSC_AS_OF_BEFORE_OUTCOME;
    options.as_of_ms = DAY;
    lsc_plan plan = plan_of(source, &options);
    for (size_t i = 0; i < source->n_leads; i++) {
        const memory_lead *lead = &source->leads[i];
        if (lead->n_outcomes == 0) {
            continue;
        }
        int64_t as_of = lead->outcomes[0].time_ms - DAY;
        if (plan.leads[i].known_ms > as_of) {
            continue;
        }
        check_row(&plan, row++, i, as_of, lead->outcomes[0].converted);
    }
    ck_assert_uint_eq(row, plan.n_rows);
    ck_assert_uint_gt(row, 50);
    lsc_plan_free(&plan);
    memory_source_free(source);
}
END_TEST

/** One lead that views a page at its creation, beside one that carries the data to their end. */
static memory_source *one_lead(int64_t created, int64_t converted, int64_t end)
{
    memory_source *source = memory_source_new(2, true);
    ck_ok(lsc_lead_set_time(source->leads[0].lead, "created_at", created, error));
    add_activity(source->leads[0].lead, "Page Viewed", 1, created, created);
    if (converted != INT64_MAX) {
        add_outcome(&source->leads[0], converted, true);
    }
    add_activity(source->leads[1].lead, "Page Viewed", 1, end, end);
    return source;
}

typedef struct edge_case {
    const char *what;
    int64_t created;
    int64_t converted;
    int64_t end;
    size_t n_rows;
    size_t n_positive;
} edge_case;

/** START is 19,723 days after the epoch: the grid of 10 days has a place 7 days later. */
#define EDGE_PLACE (START + 7 * DAY)

static void check_edge(const edge_case *edge, const lsc_plan_options *options)
{
    memory_source *source = one_lead(edge->created, edge->converted, edge->end);
    lsc_plan plan;
    lsc_status status = try_plan(source, options, &plan, NULL);
    size_t n_positive = plan.n_rows > 0 && plan.rows[0].label;
    ck_assert_int_eq(status, edge->n_rows > 0 ? LSC_OK : LSC_BAD_DATA);
    ck_assert_msg(plan.n_rows == edge->n_rows, "%s: %zu rows", edge->what, plan.n_rows);
    ck_assert_msg(n_positive == edge->n_positive, "%s: label", edge->what);
    lsc_plan_free(&plan);
    memory_source_free(source);
}

START_TEST(eligibility_label_and_censoring_turn_at_the_millisecond)
{
    const int64_t place = EDGE_PLACE;
    const int64_t horizon = HORIZON_DAYS * DAY;
    const edge_case cases[] = {
        {"created at the place", place, INT64_MAX, place + horizon, 1, 0},
        {"created just after it", place + 1, INT64_MAX, place + horizon, 0, 0},
        {"horizon not passed", place, INT64_MAX, place + horizon - 1, 0, 0},
        {"converts at the place", place, place, place + horizon, 0, 0},
        {"converts just after it", place, place + 1, place + horizon, 1, 1},
        {"converts at the horizon", place, place + horizon, place + horizon, 1, 1},
        {"converts just after it", place, place + horizon + 1, place + horizon + 1, 1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_edge(&cases[i], &all_rows);
    }
}
END_TEST

START_TEST(labels_turn_at_the_millisecond_where_outcomes_repeat)
{
    const int64_t place = EDGE_PLACE;
    const int64_t horizon = HORIZON_DAYS * DAY;
    const edge_case cases[] = {
        {"converts at the place", place, place, place + horizon, 1, 0},
        {"converts just after it", place, place + 1, place + horizon, 1, 1},
        {"converts at the horizon", place, place + horizon, place + horizon, 1, 1},
        {"converts just after it", place, place + horizon + 1, place + horizon + 1, 1, 0},
    };
    lsc_plan_options options = all_rows;
    options.repeats = true;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_edge(&cases[i], &options);
    }
}
END_TEST

START_TEST(no_lead_is_looked_at_before_it_is_there)
{
    const int64_t back = 7 * DAY;
    const edge_case cases[] = {
        {"created at the time", EDGE_PLACE, EDGE_PLACE + back, EDGE_PLACE + back, 1, 1},
        {"created just after it", EDGE_PLACE + 1, EDGE_PLACE + back, EDGE_PLACE + back, 0, 0},
    };
    lsc_plan_options options = all_rows;
    options.as_of = LSC_AS_OF_BEFORE_OUTCOME;
    options.as_of_ms = back;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_edge(&cases[i], &options);
    }
}
END_TEST

START_TEST(rows_of_a_lead_are_capped_and_weigh_what_they_stand_for)
{
    memory_source *source = timeline_of(150, 32);
    lsc_plan_options few = all_rows;
    few.rows_per_lead = 3;
    lsc_plan all = plan_of(source, &all_rows);
    lsc_plan some = plan_of(source, &few);
    size_t at = 0;
    size_t from = 0;
    while (at < some.n_rows) {
        uint32_t lead = some.rows[at].lead;
        size_t n_some = 0;
        size_t n_all = 0;
        while (all.rows[from].lead < lead) {
            from++;
        }
        while (from + n_all < all.n_rows && all.rows[from + n_all].lead == lead) {
            n_all++;
        }
        for (size_t i = from; at < some.n_rows && some.rows[at].lead == lead; at++, n_some++) {
            while (i < from + n_all && all.rows[i].as_of_ms != some.rows[at].as_of_ms) {
                i++;
            }
            ck_assert_uint_lt(i, from + n_all);
            ck_assert_int_eq(all.rows[i].label, some.rows[at].label);
            i++;
        }
        ck_assert_uint_eq(n_some, n_all < 3 ? n_all : 3);
        ck_assert_double_eq_tol((double)some.rows[at - 1].weight, (double)n_all / (double)n_some,
                                1e-6);
    }
    lsc_plan_free(&all);
    lsc_plan_free(&some);
    memory_source_free(source);
}
END_TEST

START_TEST(which_times_are_taken_depends_on_the_seed_and_not_on_the_order_of_the_leads)
{
    memory_source *source = timeline_of(100, 33);
    lsc_plan_options few = all_rows;
    few.rows_per_lead = 2;
    lsc_plan before = plan_of(source, &few);
    for (size_t i = 0; i < source->n_leads / 2; i++) {
        memory_lead first = source->leads[i];
        source->leads[i] = source->leads[source->n_leads - 1 - i];
        source->leads[source->n_leads - 1 - i] = first;
    }
    lsc_plan after = plan_of(source, &few);
    few.seed = 2;
    lsc_plan other = plan_of(source, &few);
    size_t n_same = 0;
    ck_assert_uint_eq(before.n_rows, after.n_rows);
    for (size_t i = 0; i < before.n_rows; i++) {
        uint32_t lead = (uint32_t)source->n_leads - 1 - before.rows[i].lead;
        size_t j = 0;
        while (j < after.n_rows &&
               (after.rows[j].lead != lead || after.rows[j].as_of_ms != before.rows[i].as_of_ms)) {
            j++;
        }
        ck_assert_uint_lt(j, after.n_rows);
        n_same += other.rows[j].as_of_ms == after.rows[j].as_of_ms;
    }
    ck_assert_uint_lt(n_same, before.n_rows / 2);
    lsc_plan_free(&before);
    lsc_plan_free(&after);
    lsc_plan_free(&other);
    memory_source_free(source);
}
END_TEST

START_TEST(conversions_and_leads_at_unknown_times_are_counted_and_left_out)
{
    memory_source *source = one_lead(START, INT64_MAX, START + 300 * DAY);
    lsc_plan plan = plan_of(source, &all_rows);
    ck_assert_uint_eq(plan.n_undated, 0);
    ck_assert_uint_eq(plan.rows[0].lead, 0);
    lsc_plan_free(&plan);
    add_outcome(&source->leads[0], LSC_TIME_NONE, true);
    ck_fails(try_plan(source, &all_rows, &plan, error), LSC_BAD_DATA,
             "no lead of 2 has a row: the data run from 2024-01-01");
    memory_source_free(source);
}
END_TEST

START_TEST(a_grid_too_fine_for_the_data_is_refused)
{
    memory_source *source = one_lead(START, INT64_MAX, START + 100001 * 3600000LL);
    lsc_plan_options fine = {.horizon_ms = DAY, .every_ms = 3600000, .rows_per_lead = 1, .seed = 1};
    lsc_plan plan;
    ck_fails(try_plan(source, &fine, &plan, error), LSC_LIMIT,
             "every_ms is 3600000: 100002 as-of times");
    memory_source_free(source);
    source = one_lead(START, INT64_MAX, START + 99999 * 3600000LL);
    ck_ok(try_plan(source, &fine, &plan, error));
    lsc_plan_free(&plan);
    memory_source_free(source);
}
END_TEST

START_TEST(running_out_of_memory_leaks_nothing)
{
    memory_source *source = timeline_of(40, 37);
    lsc_spec *spec = timeline_spec();
    lsc_test_heap heap = {.fail_at = 0};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    lsc_status status = LSC_NO_MEMORY;
    for (heap.fail_at = 1; status != LSC_OK; heap.fail_at++) {
        lsc_history history;
        lsc_plan plan;
        heap.calls = 0;
        status = lsc_history_init(&history, spec, &allocator, NULL);
        if (status == LSC_OK) {
            status = lsc_plan_make(source->source, &all_rows, &history, &silent, &allocator, &plan,
                                   NULL);
            if (status == LSC_OK) {
                lsc_plan_free(&plan);
            }
            lsc_history_free(&history);
        }
        ck_assert_uint_eq(heap.live, 0);
        ck_assert(status == LSC_OK || status == LSC_NO_MEMORY);
    }
    ck_assert_uint_gt(heap.fail_at, 6);
    lsc_spec_unref(spec);
    memory_source_free(source);
}
END_TEST

LSC_SUITE("train/plan", TEST(leads_whose_outcomes_repeat_stay_eligible_after_one),
          TEST(a_lead_may_be_looked_at_once_so_long_after_it_came_to_be),
          TEST(a_lead_may_be_looked_at_before_each_of_its_outcomes),
          TEST(a_lead_has_a_row_at_each_time_it_is_eligible_at_and_no_other),
          TEST(eligibility_label_and_censoring_turn_at_the_millisecond),
          TEST(labels_turn_at_the_millisecond_where_outcomes_repeat),
          TEST(no_lead_is_looked_at_before_it_is_there),
          TEST(rows_of_a_lead_are_capped_and_weigh_what_they_stand_for),
          TEST(which_times_are_taken_depends_on_the_seed_and_not_on_the_order_of_the_leads),
          TEST(conversions_and_leads_at_unknown_times_are_counted_and_left_out),
          TEST(a_grid_too_fine_for_the_data_is_refused), TEST(running_out_of_memory_leaks_nothing))
