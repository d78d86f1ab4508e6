#include "core/random.h"
#include "spec_helpers.h"

#define CATEGORY(name, rest) \
    "{'name': '" name "', 'group': 'g', 'kind': 'category', 'property': '" name "'" rest "}"

static lsc_spec_learner *learner_of(lsc_spec *spec)
{
    lsc_spec_learner *learner = NULL;
    ck_ok(lsc_spec_learner_new(spec, &learner, error));
    return learner;
}

/** Look at a lead whose property `name` is `value` (NULL: missing). */
static void add(lsc_spec_learner *learner, uint64_t number, const char *name, const char *value)
{
    lsc_lead *lead = lead_of("{'id': 'l'}");
    ck_ok(lsc_lead_set_text(lead, name, value, error));
    ck_ok(lsc_spec_learner_add(learner, lead, number, 0, error));
    lsc_lead_free(lead);
}

static lsc_spec *finish(lsc_spec_learner *learner)
{
    lsc_spec *learned = NULL;
    ck_ok(lsc_spec_learner_finish(learner, &learned, error));
    lsc_spec_learner_free(learner);
    return learned;
}

static void check_columns(lsc_spec *learned, const char *expected)
{
    char names[600] = "";
    for (size_t i = 0; i < lsc_spec_n_columns(learned); i++) {
        strcat(names, i > 0 ? "," : "");
        strcat(names, lsc_spec_column_name(learned, i));
    }
    ck_assert_str_eq(names, expected);
    lsc_spec_unref(learned);
}

START_TEST(a_level_is_learned_from_ten_leads_on)
{
    lsc_spec *spec = spec_of(CATEGORY("c", ""));
    lsc_spec_learner *learner = learner_of(spec);
    for (uint64_t i = 0; i < 100; i++) {
        static const char *const values[] = {"ten", "nine", "zz", NULL};
        size_t which = i < 10 ? 0 : i < 19 ? 1 : i < 60 ? 2 : 3;
        add(learner, i, "c", values[which]);
    }
    check_columns(finish(learner), "c=ten,c=zz,c=(other)");
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(a_lead_seen_at_several_times_counts_once_a_level)
{
    lsc_spec *spec = spec_of(CATEGORY("c", ""));
    lsc_spec_learner *learner = learner_of(spec);
    for (uint64_t lead = 0; lead < 10; lead++) {
        for (size_t time = 0; time < 5; time++) {
            add(learner, lead, "c", time % 2 == 0 ? "even" : "odd");
        }
        add(learner, lead, "c", lead < 9 ? "rare" : "even");
        add(learner, lead, "c", lead < 9 ? "rare" : "odd");
    }
    check_columns(finish(learner), "c=even,c=odd,c=(other)");
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(the_first_lead_may_have_any_number)
{
    lsc_spec *spec = spec_of(CATEGORY("c", ""));
    lsc_spec_learner *learner = learner_of(spec);
    for (uint64_t lead = 0; lead < 10; lead++) {
        add(learner, UINT64_MAX - lead, "c", "a");
        add(learner, UINT64_MAX - lead, "c", "a");
    }
    check_columns(finish(learner), "c=a,c=(other)");
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(values_are_those_of_the_as_of_time)
{
    lsc_spec *spec = spec_of(CATEGORY("c", ""));
    lsc_lead *lead = lead_of("{'id': 'l', 'c': 'before', 'activities': [{'id': '1', 'type':"
                             " 'identify', 'time': '2026-03-01', 'data': {'c': 'after'}}]}");
    static const char *const times[] = {"2026-02-28", "2026-03-01"};
    static const char *const columns[] = {"c=before,c=(other)", "c=after,c=(other)"};
    for (size_t i = 0; i < 2; i++) {
        lsc_spec_learner *learner = learner_of(spec);
        for (uint64_t number = 0; number < 10; number++) {
            ck_ok(lsc_spec_learner_add(learner, lead, number, at(times[i]), error));
        }
        check_columns(finish(learner), columns[i]);
    }
    lsc_lead_free(lead);
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(given_levels_are_kept_as_they_are)
{
    lsc_spec *spec = spec_of(CATEGORY("c", ", 'levels': ['x']") "," CATEGORY(
        "d", ", 'levels': []") "," CATEGORY("e", ""));
    lsc_spec_learner *learner = learner_of(spec);
    for (uint64_t lead = 0; lead < 20; lead++) {
        add(learner, lead, "c", "y");
        add(learner, lead, "d", "y");
        add(learner, lead, "e", "y");
    }
    lsc_spec *learned = finish(learner);
    lsc_spec_learner *again = learner_of(learned);
    lsc_spec *relearned = finish(again);
    ck_assert_str_eq(lsc_spec_json(relearned, NULL), lsc_spec_json(learned, NULL));
    lsc_spec_unref(relearned);
    check_columns(learned, "c=x,c=(other),d=(other),e=y,e=(other)");
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(values_that_cannot_name_a_column_are_others)
{
    lsc_spec *spec = spec_of(CATEGORY("c", ""));
    lsc_spec_learner *learner = learner_of(spec);
    char longest[LSC_MAX_NAME + 1] = {0};
    memset(longest, 'x', LSC_MAX_NAME - 2);
    char longer[LSC_MAX_NAME + 1] = {0};
    memset(longer, 'y', LSC_MAX_NAME - 1);
    for (uint64_t lead = 0; lead < 10; lead++) {
        add(learner, lead, "c", "(other)");
        add(learner, lead, "c", longest);
        add(learner, lead, "c", longer);
    }
    lsc_spec *learned = finish(learner);
    ck_assert_uint_eq(lsc_spec_n_columns(learned), 2);
    ck_assert_uint_eq(strlen(lsc_spec_column_name(learned, 0)), LSC_MAX_NAME);
    ck_assert_str_eq(lsc_spec_column_name(learned, 1), "c=(other)");
    lsc_spec_unref(learned);
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(the_most_frequent_levels_are_kept_up_to_the_limit)
{
    lsc_spec *spec = spec_of(CATEGORY("c", ""));
    lsc_spec_learner *learner = learner_of(spec);
    lsc_lead *lead = lead_of("{'id': 'l'}");
    /* 10,002 values: "rare" 10 times, "v0" 12 times, all others 11 times. */
    for (uint64_t time = 0; time < 12; time++) {
        for (size_t i = 0; i <= LSC_MAX_LEVELS; i++) {
            char value[24];
            snprintf(value, sizeof value, i == LSC_MAX_LEVELS ? "rare" : "v%zu", i);
            size_t times = i == 0 ? 12 : i == LSC_MAX_LEVELS ? 10 : 11;
            if (time < times) {
                ck_ok(lsc_lead_set_text(lead, "c", value, error));
                ck_ok(lsc_spec_learner_add(learner, lead, time, 0, error));
            }
        }
        lsc_lead_clear(lead);
    }
    lsc_lead_free(lead);
    lsc_spec *learned = finish(learner);
    ck_assert_uint_eq(lsc_spec_n_columns(learned), LSC_MAX_LEVELS + 1);
    ck_assert_str_eq(lsc_spec_column_name(learned, 0), "c=v0");
    ck_assert_str_eq(lsc_spec_column_name(learned, 1), "c=v1");
    ck_assert_str_eq(lsc_spec_column_name(learned, LSC_MAX_LEVELS - 1), "c=v9999");
    lsc_spec_unref(learned);
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(the_order_of_leads_never_changes_what_is_learned)
{
    lsc_spec *spec = spec_of(CATEGORY("c", ""));
    char *first = NULL;
    for (size_t turn = 0; turn < 2; turn++) {
        lsc_spec_learner *learner = learner_of(spec);
        for (uint64_t i = 0; i < 400; i++) {
            uint64_t lead = turn == 0 ? i : 399 - i;
            char value[24];
            lsc_random random;
            lsc_random_seed(&random, lead);
            snprintf(value, sizeof value, "v%d", (int)lsc_random_below(&random, 30));
            add(learner, lead, "c", value);
        }
        lsc_spec *learned = finish(learner);
        if (first == NULL) {
            first = strdup(lsc_spec_json(learned, NULL));
        }
        ck_assert_str_eq(lsc_spec_json(learned, NULL), first);
        lsc_spec_unref(learned);
    }
    free(first);
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(a_learner_outlives_the_callers_reference_to_its_spec)
{
    lsc_spec *spec = spec_of(CATEGORY("c", ""));
    lsc_spec_learner *learner = learner_of(spec);
    lsc_spec_unref(spec);
    add(learner, 1, "c", "a");
    check_columns(finish(learner), "c=(other)");
    lsc_spec_learner_free(NULL);
}
END_TEST

START_TEST(selected_groups_keep_their_features_in_order)
{
    lsc_spec *spec = NULL;
    ck_ok(lsc_spec_default(NULL, &spec, error));
    lsc_spec *selected = NULL;
    ck_ok(lsc_spec_select(spec, (bool[]){false, true, true}, &selected, error));
    ck_assert_uint_eq(lsc_spec_n_groups(selected), 2);
    ck_assert_str_eq(lsc_spec_group_name(selected, 0), "engagement");
    size_t kept = 0;
    for (size_t i = 0; i < lsc_spec_n_features(spec); i++) {
        size_t group = lsc_spec_feature_group(spec, i);
        if (group > 0) {
            ck_assert_str_eq(lsc_spec_feature_name(selected, kept), lsc_spec_feature_name(spec, i));
            ck_assert_uint_eq(lsc_spec_feature_group(selected, kept++), group - 1);
        }
    }
    ck_assert_uint_eq(lsc_spec_n_features(selected), kept);
    lsc_spec_unref(selected);

    ck_ok(lsc_spec_select(spec, (bool[]){true, true, true}, &selected, error));
    ck_assert_str_eq(lsc_spec_json(selected, NULL), lsc_spec_json(spec, NULL));
    lsc_spec_unref(selected);
    ck_fails(lsc_spec_select(spec, (bool[]){false, false, false}, &selected, error), LSC_BAD_SPEC,
             "no feature is in the groups to keep");
    ck_assert_ptr_null(selected);
    lsc_spec_unref(spec);
}
END_TEST

LSC_SUITE("features/spec_learner", TEST(a_level_is_learned_from_ten_leads_on),
          TEST(a_lead_seen_at_several_times_counts_once_a_level),
          TEST(the_first_lead_may_have_any_number), TEST(values_are_those_of_the_as_of_time),
          TEST(given_levels_are_kept_as_they_are),
          TEST(values_that_cannot_name_a_column_are_others),
          TEST(the_most_frequent_levels_are_kept_up_to_the_limit),
          TEST(the_order_of_leads_never_changes_what_is_learned),
          TEST(a_learner_outlives_the_callers_reference_to_its_spec),
          TEST(selected_groups_keep_their_features_in_order))
