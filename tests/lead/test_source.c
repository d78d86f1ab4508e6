#include "lead_tools.h"

/* A source of one's own: counts to `n`. */
typedef struct counter {
    lsc_lead *lead;
    int n;
    int at;
    bool freed;
    bool forgetful; /* gives no lead */
} counter;

static lsc_status counter_next(void *ctx, lsc_record *record, bool *more, lsc_error *error)
{
    counter *c = ctx;
    *more = c->at < c->n;
    if (*more) {
        c->at++;
        lsc_lead_clear(c->lead);
        lsc_status status = lsc_lead_set_number(c->lead, "n", c->at, error);
        record->lead = c->forgetful ? NULL : c->lead;
        record->position = c->at;
        return status;
    }
    return LSC_OK;
}

static lsc_status counter_rewind(void *ctx, lsc_error *error)
{
    (void)error;
    ((counter *)ctx)->at = 0;
    return LSC_OK;
}

static void counter_free(void *ctx)
{
    ((counter *)ctx)->freed = true;
}

static const lsc_source_calls calls = {.size = sizeof calls,
                                       .next = counter_next,
                                       .rewind = counter_rewind,
                                       .free = counter_free,
                                       .has_times = true};

START_TEST(calls_of_ones_own_make_a_source)
{
    counter c = {.lead = lsc_test_new_lead(), .n = 3};
    lsc_source *source;
    lsc_record record;
    bool more;
    ck_ok(lsc_source_new(&calls, &c, NULL, &source, error));
    ck_assert(lsc_source_has_times(source));
    for (int round = 0; round < 2; round++) {
        for (int i = 1; i <= 3; i++) {
            ck_ok(lsc_source_next(source, &record, &more, error));
            ck_assert(more);
            ck_assert_int_eq(record.position, i);
            ck_assert_uint_eq(record.n_outcomes, 0);
            ck_assert(lsc_test_value(record.lead, "n")->number == i);
        }
        record.position = 77;
        ck_ok(lsc_source_next(source, &record, &more, error));
        ck_assert(!more);
        ck_assert_int_eq(record.position, 77); /* left alone */
        ck_ok(lsc_source_rewind(source, error));
    }
    lsc_source_free(source);
    ck_assert(c.freed);
    lsc_lead_free(c.lead);
}
END_TEST

START_TEST(calls_may_be_left_out_but_not_next)
{
    counter c = {.lead = lsc_test_new_lead(), .n = 1};
    lsc_source_calls few = {.size = sizeof few, .next = counter_next};
    lsc_source *source;
    ck_ok(lsc_source_new(&few, &c, NULL, &source, error));
    ck_assert(!lsc_source_has_times(source));
    ck_fails(lsc_source_rewind(source, error), LSC_UNSUPPORTED, "second time");
    lsc_source_free(source);
    ck_assert(!c.freed);
    few.next = NULL;
    ck_fails(lsc_source_new(&few, &c, NULL, &source, error), LSC_INVALID_ARG, "calls.next");
    ck_assert_ptr_null(source);
    lsc_lead_free(c.lead);
}
END_TEST

START_TEST(source_that_gives_no_lead_is_found_out)
{
    counter c = {.lead = lsc_test_new_lead(), .n = 1, .forgetful = true};
    lsc_source *source;
    lsc_record record;
    bool more;
    ck_ok(lsc_source_new(&calls, &c, NULL, &source, error));
    ck_fails(lsc_source_next(source, &record, &more, error), LSC_INVALID_ARG, "no lead");
    lsc_source_free(source);
    lsc_lead_free(c.lead);
}
END_TEST

START_TEST(arguments_are_checked)
{
    lsc_source *source;
    lsc_record record;
    bool more;
    ck_fails(lsc_source_new(NULL, NULL, NULL, &source, error), LSC_INVALID_ARG, "calls is NULL");
    ck_fails(lsc_source_new(&calls, NULL, NULL, NULL, error), LSC_INVALID_ARG, "source is NULL");
    ck_fails(lsc_source_next(NULL, &record, &more, error), LSC_INVALID_ARG, "NULL");
    ck_fails(lsc_source_rewind(NULL, error), LSC_INVALID_ARG, "source is NULL");
    ck_assert(!lsc_source_has_times(NULL));
    lsc_source_free(NULL);
}
END_TEST

LSC_SUITE("lead/source", TEST(calls_of_ones_own_make_a_source),
          TEST(calls_may_be_left_out_but_not_next), TEST(source_that_gives_no_lead_is_found_out),
          TEST(arguments_are_checked))
