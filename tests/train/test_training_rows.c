/* The rows that a caller is given: what a row may show, where they end, and a source that changes. */
#include "suite.h"

#include <leadscore/train.h>

#include "lead/lead_data.h"
#include "train_support.h"

/** A lead with what a row may see of it, and nothing else. */
static lsc_lead *only_visible(lsc_lead *lead, int64_t as_of)
{
    size_t n;
    lsc_lead *copy;
    const lsc_field *fields = lsc_lead_fields(lead, &n);
    ck_ok(lsc_lead_new(NULL, &copy, error));
    for (size_t i = 0; i < n; i++) {
        if (fields[i].value.type == LSC_VALUE_NUMBER) {
            ck_ok(lsc_lead_set_number(copy, fields[i].name, fields[i].value.number, error));
        }
    }
    const lsc_event *events = lsc_lead_events(lead, &n);
    for (size_t i = 0; i < n; i++) {
        if (events[i].time_ms > as_of || events[i].recorded_time_ms > as_of) {
            continue;
        }
        lsc_property trait = {.name = "stage", .type = LSC_VALUE_NUMBER, .number = 2};
        lsc_activity activity = LSC_ACTIVITY_INIT;
        activity.id = events[i].id;
        activity.type = events[i].type;
        activity.time_ms = events[i].time_ms;
        activity.recorded_time_ms = events[i].recorded_time_ms;
        activity.properties = events[i].identify ? &trait : NULL;
        activity.n_properties = events[i].identify ? 1 : 0;
        ck_ok(lsc_lead_add_activity(copy, &activity, error));
    }
    return copy;
}

typedef struct seen_rows {
    memory_source *source;
    lsc_spec *spec;
    size_t n_rows;
    size_t n_poisoned; /**< rows whose lead has something later */
    size_t stop_at;
} seen_rows;

static bool same_without_the_future(void *ctx, const char *lead_id, int64_t as_of_ms,
                                    const float *columns, size_t n_columns, bool label)
{
    seen_rows *seen = ctx;
    float expected[16];
    size_t number = strtoul(lead_id + 5, NULL, 10);
    lsc_lead *lead = seen->source->leads[number].lead;
    (void)label;
    ck_assert_uint_ne(number % 11, 0);
    lsc_lead *past = only_visible(lead, as_of_ms);
    seen->n_poisoned += lsc_lead_n_activities(past) < lsc_lead_n_activities(lead);
    ck_ok(lsc_spec_extract(seen->spec, past, as_of_ms, expected, n_columns, error));
    ck_assert_mem_eq(columns, expected, n_columns * sizeof *columns);
    lsc_lead_free(past);
    return ++seen->n_rows != seen->stop_at;
}

START_TEST(a_row_shows_nothing_later_than_its_time_and_no_lead_that_refuses_profiling)
{
    memory_source *source = timeline_of(120, 34);
    seen_rows seen = {source, timeline_spec(), 0, 0, 0};
    lsc_train train = LSC_TRAIN_INIT;
    train.spec = seen.spec;
    train.every_ms = 7 * DAY;
    ck_ok(lsc_training_rows(source->source, &train, same_without_the_future, &seen, error));
    ck_assert_uint_gt(seen.n_rows, 200);
    ck_assert_uint_gt(seen.n_poisoned, 200);
    lsc_spec_unref(seen.spec);
    memory_source_free(source);
}
END_TEST

START_TEST(the_caller_may_want_no_more_rows)
{
    memory_source *source = timeline_of(120, 34);
    seen_rows seen = {source, timeline_spec(), 0, 0, 3};
    lsc_train train = LSC_TRAIN_INIT;
    train.spec = seen.spec;
    ck_fails(lsc_training_rows(source->source, &train, same_without_the_future, &seen, error),
             LSC_CANCELLED, "no more rows");
    ck_assert_uint_eq(seen.n_rows, 3);
    lsc_spec_unref(seen.spec);
    memory_source_free(source);
}
END_TEST

static bool count_table_row(void *ctx, const char *lead_id, int64_t as_of_ms, const float *columns,
                            size_t n_columns, bool label)
{
    size_t *n_rows = ctx;
    (void)lead_id;
    (void)columns;
    (void)label;
    ck_assert_int_eq(as_of_ms, LSC_TIME_NONE);
    ck_assert_uint_eq(n_columns, 3);
    ++*n_rows;
    return true;
}

START_TEST(a_table_has_a_row_for_each_lead_with_a_label)
{
    memory_source *source = table_of(20, 35);
    lsc_train train = LSC_TRAIN_INIT;
    size_t n_rows = 0;
    source->leads[3].n_outcomes = 0;
    source->leads[19].n_outcomes = 0;
    train.spec = table_spec();
    ck_ok(lsc_training_rows(source->source, &train, count_table_row, &n_rows, error));
    ck_assert_uint_eq(n_rows, 18);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

static lsc_status swap_leads(memory_source *source, lsc_error *error)
{
    (void)error;
    if (source->n_rewinds == 2 && source->at == 4) {
        memory_lead lead = source->leads[4];
        source->leads[4] = source->leads[5];
        source->leads[5] = lead;
        source->meddle = NULL;
    }
    return LSC_OK;
}

static lsc_status drop_lead(memory_source *source, lsc_error *error)
{
    (void)error;
    if (source->n_rewinds == 2 && source->at == 4) {
        source->at = source->n_leads - 1;
        source->meddle = NULL;
    }
    return LSC_OK;
}

START_TEST(a_source_that_changes_between_readings_is_bad_data)
{
    lsc_status (*const meddlers[])(memory_source *, lsc_error *) = {swap_leads, drop_lead};
    for (size_t i = 0; i < 2; i++) {
        memory_source *source = table_of(20, 36);
        lsc_train train = LSC_TRAIN_INIT;
        size_t n_rows = 0;
        source->meddle = meddlers[i];
        train.spec = table_spec();
        ck_fails(lsc_training_rows(source->source, &train, count_table_row, &n_rows, error),
                 LSC_BAD_DATA, "lead 5 of the source is not the one it was");
        lsc_spec_unref(train.spec);
        memory_source_free(source);
    }
}
END_TEST

LSC_SUITE("train/training_rows",
          TEST(a_row_shows_nothing_later_than_its_time_and_no_lead_that_refuses_profiling),
          TEST(the_caller_may_want_no_more_rows),
          TEST(a_table_has_a_row_for_each_lead_with_a_label),
          TEST(a_source_that_changes_between_readings_is_bad_data))
