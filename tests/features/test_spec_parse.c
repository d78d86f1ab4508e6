#include "features/feature_spec.h"
#include "spec_helpers.h"

#include "core/random.h"

/** A feature with every kind of parameter in it, more than once. */
static const char *const rich =
    "{'format': 1, 'name': 'rich', 'groups': ['g', 'h'],"
    " 'insufficient_data': {'missing': ['email', 'phone'], 'no_activities': true},"
    " 'features': ["
    "{'name': 'n', 'group': 'g', 'kind': 'number', 'property': 'a.b', 'missing': -1,"
    " 'monotone': -1, 'actionable': true, 'unit': ['seat', 'seats'], 'reason_up': 'u {value}',"
    " 'reason_down': 'd', 'reason_none': 'z', 'reason_missing': 'm'},"
    "{'name': 'c', 'group': 'h', 'kind': 'category', 'property': 'job', 'levels': ['z', 'a']},"
    "{'name': 'b', 'group': 'g', 'kind': 'band', 'property': 'size', 'edges': [1, 2.5],"
    " 'values': [0, 5, -1]},"
    "{'name': 'o', 'group': 'g', 'kind': 'ordinal', 'property': 'title', 'unseen': 2,"
    " 'table': [{'words': ['ceo', 'cto'], 'value': 10}, {'words': ['vp'], 'value': 8}]},"
    "{'name': 'v', 'group': 'g', 'kind': 'overlap', 'property': 'tech',"
    " 'table': [{'value': 0.1, 'words': ['x']}]},"
    "{'name': 'f', 'group': 'g', 'kind': 'flag', 'property': 'opt_in', 'missing': 'nan'},"
    "{'name': 'e', 'group': 'g', 'kind': 'email_domain', 'property': 'email'},"
    "{'name': 'p', 'group': 'g', 'kind': 'completeness', 'properties': ['x', 'y']},"
    "{'name': 't', 'group': 'g', 'kind': 'tenure', 'property': 'created_at'},"
    "{'name': 'd', 'group': 'g', 'kind': 'date', 'property': 'day', 'part': 'weekday'},"
    "{'name': 'k', 'group': 'g', 'kind': 'count', 'window_days': 7, 'events':"
    " {'types': ['A', 'B'], 'include_bots': true, 'where': {'path': {'prefix': '/p', 'in':"
    " ['/p/1', '/p/2']}, 'q': {'equals': 'x'}, 'r': {'least': 3, 'most': 9.5}}}},"
    "{'name': 'w', 'group': 'g', 'kind': 'decayed_count', 'weight': 2, 'weights': {'A': 3},"
    " 'decay': {'half_life_days': 14}},"
    "{'name': 'l', 'group': 'g', 'kind': 'decayed_count', 'decay': {'linear_days': 30}},"
    "{'name': 's', 'group': 'g', 'kind': 'sum', 'data': 'seconds'},"
    "{'name': 'r', 'group': 'g', 'kind': 'smoothed_rate', 'events': {'types': ['A']},"
    " 'of': {'types': ['B']}, 'prior': 0.5, 'strength': 0, 'missing': 0},"
    "{'name': 'y', 'group': 'g', 'kind': 'recency', 'missing': 365},"
    "{'name': 'i', 'group': 'g', 'kind': 'active_days'},"
    "{'name': 'q', 'group': 'g', 'kind': 'distinct', 'data': 'path'},"
    "{'name': 'u', 'group': 'g', 'kind': 'sessions', 'gap_minutes': 45},"
    "{'name': 'x', 'group': 'g', 'kind': 'trend', 'window_days': 30},"
    "{'name': 'm', 'group': 'g', 'kind': 'median_gap'},"
    "{'name': 'h', 'group': 'g', 'kind': 'share', 'events': {'types': ['A']}}"
    "]}";

static void check_round_trip(const lsc_spec *spec)
{
    size_t length = 0;
    const char *json = lsc_spec_json(spec, &length);
    lsc_spec *again = NULL;
    ck_ok(lsc_spec_parse(json, length, NULL, &again, error));
    ck_assert_str_eq(lsc_spec_json(again, NULL), json);
    ck_assert_mem_eq(lsc_spec_hash(again), lsc_spec_hash(spec), LSC_HASH_SIZE);
    lsc_spec_unref(again);
}

START_TEST(canonical_json_of_every_kind_parses_to_itself)
{
    lsc_spec *spec = NULL;
    ck_ok(try_spec(rich, NULL, &spec, error));
    check_round_trip(spec);
    const char *json = lsc_spec_json(spec, NULL);
    static const char *const kept[] = {
        "\"reason_none\": \"z\"",
        "\"gap_minutes\": 45",
        "\"linear_days\": 30",
        "\"most\": 9.5",
        "\"unseen\": 2",
        "\"prior\": 0.5",
        "\"strength\": 0",
        "\"part\": \"weekday\"",
        "\"include_bots\": true",
        "\"missing\": 365",
        "\"monotone\": -1",
        "\"no_activities\": true",
        "\"weight\": 2",
        "\"q\": {",
        "\"r\": {",
        "\"A\": 3",
        "\"value\": 0.1",
    };
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        ck_assert_msg(strstr(json, kept[i]) != NULL, "%s is not in %s", kept[i], json);
    }
    ck_assert_ptr_null(strstr(json, "nan"));
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(required_events_of_any_kind_are_written)
{
    lsc_spec *spec = NULL;
    ck_ok(try_spec("{'name': 'x', 'groups': ['g'], 'format': 1, 'features': ["
                   "{'name': 'r', 'group': 'g', 'kind': 'smoothed_rate', 'events': {},"
                   " 'of': {'types': ['B']}, 'prior': 0.5, 'strength': 0}]}",
                   NULL, &spec, error));
    check_round_trip(spec);
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(default_spec_has_about_forty_features_and_the_ten_that_name_the_platform)
{
    static const char *const names[] = {
        "email_open_rate",     "website_visit_frequency", "content_consumption_score",
        "demo_request_count",  "last_activity_days",      "company_size_score",
        "industry_fit_score",  "title_seniority_score",   "geographic_score",
        "technographic_score",
    };
    lsc_spec *spec = NULL;
    ck_ok(lsc_spec_default(NULL, &spec, error));
    size_t n = lsc_spec_n_features(spec);
    ck_assert_uint_ge(n, 36);
    ck_assert_uint_le(n, 45);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t at_feature = 0;
        while (at_feature < n && strcmp(lsc_spec_feature_name(spec, at_feature), names[i]) != 0) {
            at_feature++;
        }
        ck_assert_msg(at_feature < n, "%s is missing", names[i]);
        ck_assert_str_eq(lsc_spec_group_name(spec, lsc_spec_feature_group(spec, at_feature)),
                         i < 5 ? "behavioral" : "demographic");
    }
    check_round_trip(spec);
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(default_spec_never_looks_at_status_outcome_or_earlier_scores)
{
    lsc_spec *spec = NULL;
    ck_ok(lsc_spec_default(NULL, &spec, error));
    const char *json = lsc_spec_json(spec, NULL);
    static const char *const never[] = {"\"status\"", "outcome",     "\"score\"",
                                        "\"grade\"",  "probability", "consent"};
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        ck_assert_msg(strstr(json, never[i]) == NULL, "%s is in the default spec", never[i]);
    }
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(every_default_feature_has_both_reasons)
{
    lsc_spec *spec = NULL;
    ck_ok(lsc_spec_default(NULL, &spec, error));
    for (size_t i = 0; i < spec->content.n_features; i++) {
        const lsc_feature *feature = &spec->content.features[i];
        ck_assert_msg(feature->reason_up != NULL && feature->reason_down != NULL, "%s",
                      feature->name);
    }
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(columns_are_the_features_names_and_their_levels)
{
    lsc_spec *spec = spec_of("{'name': 'n', 'group': 'h', 'kind': 'number', 'property': 'p',"
                             " 'monotone': 1, 'actionable': true},"
                             "{'name': 'c', 'group': 'g', 'kind': 'category', 'property': 'q',"
                             " 'levels': ['z', 'a']},"
                             "{'name': 'free', 'group': 'g', 'kind': 'category', 'property': 'q'},"
                             "{'name': 'm', 'group': 'g', 'kind': 'email_domain',"
                             " 'property': 'email'}");
    static const char *const names[] = {
        "n",          "c=a",          "c=z",         "c=(other)", "free=(other)",
        "m=business", "m=disposable", "m=education", "m=free",    "m=government"};
    static const size_t features[] = {0, 1, 1, 1, 2, 3, 3, 3, 3, 3};
    ck_assert_uint_eq(lsc_spec_n_columns(spec), 10);
    for (size_t i = 0; i < 10; i++) {
        ck_assert_str_eq(lsc_spec_column_name(spec, i), names[i]);
        ck_assert_uint_eq(lsc_spec_column_feature(spec, i), features[i]);
        ck_assert_int_eq(lsc_spec_monotone(spec, i), i == 0);
    }
    ck_assert_uint_eq(lsc_spec_feature_group(spec, 0), 1);
    ck_assert_uint_eq(lsc_spec_n_groups(spec), 2);
    ck_assert(lsc_spec_actionable(spec, 0));
    ck_assert(!lsc_spec_actionable(spec, 1));
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(what_is_out_of_range_has_no_name)
{
    lsc_spec *spec = spec_of("{'name': 'n', 'group': 'h', 'kind': 'number', 'property': 'p'}");
    ck_assert_ptr_null(lsc_spec_feature_name(spec, 1));
    ck_assert_ptr_null(lsc_spec_group_name(spec, 2));
    ck_assert_ptr_null(lsc_spec_column_name(spec, 1));
    ck_assert_uint_eq(lsc_spec_feature_group(spec, 1), SIZE_MAX);
    ck_assert_uint_eq(lsc_spec_column_feature(spec, 1), SIZE_MAX);
    ck_assert_int_eq(lsc_spec_monotone(spec, 1), 0);
    ck_assert(!lsc_spec_actionable(spec, 1));
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(a_spec_lives_until_its_last_reference)
{
    lsc_test_heap heap = {0};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    lsc_spec *spec = NULL;
    ck_ok(try_spec(rich, &allocator, &spec, error));
    ck_assert_ptr_eq(lsc_spec_ref(spec), spec);
    lsc_spec_unref(spec);
    ck_assert_str_eq(lsc_spec_feature_name(spec, 0), "n");
    lsc_spec_unref(spec);
    ck_assert_uint_eq(heap.live, 0);
    lsc_spec_unref(NULL);
}
END_TEST

typedef struct fault {
    const char *text;
    lsc_status status;
    const char *words;
} fault;

#define FEATURE(rest) "{'name': 'f', 'group': 'g', " rest "}"
#define COUNT(rest) FEATURE("'kind': 'count', " rest)
#define NUMBER(rest) FEATURE("'kind': 'number', 'property': 'p', " rest)

static const fault feature_faults[] = {
    {"3", LSC_BAD_SPEC, "features[0] is of type number, must be an object"},
    {"", LSC_BAD_SPEC, "features is empty"},
    {"{'group': 'g', 'kind': 'count'}", LSC_BAD_SPEC, "features[0].name is missing"},
    {"{'name': '', 'group': 'g', 'kind': 'count'}", LSC_BAD_SPEC, "features[0].name is empty"},
    {"{'name': 7, 'group': 'g', 'kind': 'count'}", LSC_BAD_SPEC, "features[0].name is of type"},
    {"{'name': 'f', 'kind': 'count'}", LSC_BAD_SPEC, "features[0].group is missing"},
    {"{'name': 'f', 'group': 'x', 'kind': 'count'}", LSC_BAD_SPEC,
     "features[0].group is \"x\", which is not in groups"},
    {"{'name': 'f', 'group': 'g'}", LSC_BAD_SPEC, "features[0].kind is missing"},
    {"{'name': 'f', 'group': 'g', 'kind': 'sun'}", LSC_BAD_SPEC,
     "features[0].kind is \"sun\", which is no kind"},
    {COUNT("'window_days': -7"), LSC_BAD_SPEC, "features[0].window_days is -7, must be 1 to 3650"},
    {COUNT("'window_days': 0"), LSC_BAD_SPEC, "features[0].window_days is 0, must be 1 to 3650"},
    {COUNT("'window_days': 3651"), LSC_BAD_SPEC, "features[0].window_days is 3651"},
    {COUNT("'window_days': '7'"), LSC_BAD_SPEC, "features[0].window_days is of type string"},
    {COUNT("'windows_days': 7"), LSC_BAD_SPEC, "windows_days"},
    {COUNT("'property': 'p'"), LSC_BAD_SPEC, "property"},
    {COUNT("'events': []"), LSC_BAD_SPEC, "features[0].events is of type array"},
    {COUNT("'events': {'type': 'A'}"), LSC_BAD_SPEC, "features[0].events has an unknown member"},
    {COUNT("'events': {'types': []}"), LSC_BAD_SPEC, "features[0].events.types has 0 items"},
    {COUNT("'events': {'types': 'A'}"), LSC_BAD_SPEC, "features[0].events.types is of type"},
    {COUNT("'events': {'types': ['A', 1]}"), LSC_BAD_SPEC,
     "features[0].events.types[1] is of type number, must be a string"},
    {COUNT("'events': {'include_bots': 1}"), LSC_BAD_SPEC, "features[0].events.include_bots"},
    {COUNT("'events': {'where': {'path': '/p'}}"), LSC_BAD_SPEC,
     "features[0].events.where.path must be an object"},
    {COUNT("'events': {'where': {'path': {}}}"), LSC_BAD_SPEC,
     "features[0].events.where.path must be an object"},
    {COUNT("'events': {'where': {'path': {'like': 'p'}}}"), LSC_BAD_SPEC,
     "features[0].events.where.path.like is unknown"},
    {COUNT("'events': {'where': {'path': {'prefix': 3}}}"), LSC_BAD_SPEC,
     "features[0].events.where.path.prefix is of type number"},
    {COUNT("'events': {'where': {'path': {'in': 'a'}}}"), LSC_BAD_SPEC,
     "features[0].events.where.path.in is of type string"},
    {COUNT("'events': {'where': {'n': {'least': 'a'}}}"), LSC_BAD_SPEC,
     "features[0].events.where.n.least"},
    {COUNT("'events': {'where': {'': {'least': 1}}}"), LSC_BAD_SPEC,
     "features[0].events.where has a name of 0 bytes"},
    {COUNT("'monotone': 2"), LSC_BAD_SPEC, "features[0].monotone is 2, must be -1 to 1"},
    {COUNT("'monotone': 0.5"), LSC_BAD_SPEC, "features[0].monotone must be 1, 0 or -1"},
    {COUNT("'actionable': 'yes'"), LSC_BAD_SPEC, "features[0].actionable"},
    {COUNT("'unit': ['day']"), LSC_BAD_SPEC, "features[0].unit has 1 items"},
    {COUNT("'unit': ['a', 'b', 'c']"), LSC_LIMIT, "features[0].unit has 3 items"},
    {COUNT("'reason_up': ''"), LSC_BAD_SPEC, "features[0].reason_up is empty"},
    {COUNT("'reason_up': 4"), LSC_BAD_SPEC, "features[0].reason_up is of type number"},
    {NUMBER("'missing': 'none'"), LSC_BAD_SPEC, "features[0].missing is \"none\""},
    {NUMBER("'missing': true"), LSC_BAD_SPEC, "features[0].missing is of type"},
    {NUMBER("'missing': 1e300"), LSC_BAD_SPEC, "features[0].missing is 1e300"},
    {FEATURE("'kind': 'number'"), LSC_BAD_SPEC, "features[0].property is missing"},
    {FEATURE("'kind': 'category', 'property': 'p', 'levels': ['a', 'a']"), LSC_BAD_SPEC,
     "features[0] has a column \"f=a\", which is there already"},
    {FEATURE("'kind': 'category', 'property': 'p', 'levels': ['(other)']"), LSC_BAD_SPEC,
     "\"f=(other)\", which is there already"},
    {FEATURE("'kind': 'category', 'property': 'p', 'levels': ['']"), LSC_BAD_SPEC,
     "features[0].levels[0] is empty"},
    {FEATURE("'kind': 'category', 'property': 'p', 'monotone': 1"), LSC_BAD_SPEC,
     "features[0].monotone is set, but a category has a column for each level"},
    {FEATURE("'kind': 'band', 'property': 'p'"), LSC_BAD_SPEC, "features[0].edges is missing"},
    {FEATURE("'kind': 'band', 'property': 'p', 'edges': []"), LSC_BAD_SPEC,
     "features[0].edges is empty"},
    {FEATURE("'kind': 'band', 'property': 'p', 'edges': [1, 1]"), LSC_BAD_SPEC,
     "features[0].edges[1] must be greater than the one before"},
    {FEATURE("'kind': 'band', 'property': 'p', 'edges': [1, 'a']"), LSC_BAD_SPEC,
     "features[0].edges[1] must be a number"},
    {FEATURE("'kind': 'band', 'property': 'p', 'edges': [1, 2], 'values': [1, 2]"), LSC_BAD_SPEC,
     "features[0].values has 2 items, must have 3"},
    {FEATURE("'kind': 'ordinal', 'property': 'p'"), LSC_BAD_SPEC, "features[0].table is missing"},
    {FEATURE("'kind': 'ordinal', 'property': 'p', 'table': []"), LSC_BAD_SPEC,
     "features[0].table is empty"},
    {FEATURE("'kind': 'ordinal', 'property': 'p', 'table': ['a']"), LSC_BAD_SPEC,
     "features[0].table[0] is of type string"},
    {FEATURE("'kind': 'ordinal', 'property': 'p', 'table': [{'words': ['a']}]"), LSC_BAD_SPEC,
     "features[0].table[0].value is missing"},
    {FEATURE("'kind': 'ordinal', 'property': 'p', 'table': [{'value': 1}]"), LSC_BAD_SPEC,
     "features[0].table[0].words is missing"},
    {FEATURE("'kind': 'ordinal', 'property': 'p', 'table': [{'value': 1, 'words': []}]"),
     LSC_BAD_SPEC, "features[0].table[0].words has 0 items"},
    {FEATURE("'kind': 'ordinal', 'property': 'p', 'table': [{'value': 1, 'word': ['a']}]"),
     LSC_BAD_SPEC, "features[0].table[0] has an unknown member \"word\""},
    {FEATURE("'kind': 'completeness', 'properties': []"), LSC_BAD_SPEC,
     "features[0].properties has 0 items"},
    {FEATURE("'kind': 'date', 'property': 'p', 'part': 'minute'"), LSC_BAD_SPEC,
     "features[0].part is \"minute\", must be days, year, month, day, weekday or hour"},
    {FEATURE("'kind': 'date', 'property': 'p'"), LSC_BAD_SPEC, "features[0].part is missing"},
    {FEATURE("'kind': 'decayed_count'"), LSC_BAD_SPEC, "features[0].decay is missing"},
    {FEATURE("'kind': 'decayed_count', 'decay': {}"), LSC_BAD_SPEC,
     "features[0].decay must have one member"},
    {FEATURE("'kind': 'decayed_count', 'decay': {'half_life_days': 1, 'linear_days': 1}"),
     LSC_BAD_SPEC, "features[0].decay must have one member"},
    {FEATURE("'kind': 'decayed_count', 'decay': {'half_life_days': 0}"), LSC_BAD_SPEC,
     "features[0].decay.half_life_days is 0, must be 0.01 to 3650"},
    {FEATURE("'kind': 'decayed_count', 'decay': {'linear_days': 1}, 'weights': {}"), LSC_BAD_SPEC,
     "features[0].weights is empty"},
    {FEATURE("'kind': 'decayed_count', 'decay': {'linear_days': 1}, 'weights': {'A': 'x'}"),
     LSC_BAD_SPEC, "features[0].weights.A is of type string"},
    {FEATURE("'kind': 'sum'"), LSC_BAD_SPEC, "features[0].data is missing"},
    {FEATURE("'kind': 'smoothed_rate', 'events': {}, 'strength': 1"), LSC_BAD_SPEC,
     "features[0].prior is missing"},
    {FEATURE("'kind': 'smoothed_rate', 'events': {}, 'strength': -1, 'prior': 0"), LSC_BAD_SPEC,
     "features[0].strength is -1"},
    {FEATURE("'kind': 'share'"), LSC_BAD_SPEC, "features[0].events is missing"},
    {FEATURE("'kind': 'trend'"), LSC_BAD_SPEC, "features[0].window_days is missing"},
    {FEATURE("'kind': 'sessions', 'gap_minutes': 0"), LSC_BAD_SPEC,
     "features[0].gap_minutes is 0, must be 1 to 1440"},
    {COUNT("'window_days': 1") "," COUNT("'window_days': 2"), LSC_BAD_SPEC,
     "features[1].name is \"f\", the name of another feature"},
    {"{'name': 'c=a', 'group': 'g', 'kind': 'count'}, {'name': 'c', 'group': 'g', 'kind':"
     " 'category', 'property': 'p', 'levels': ['a']}",
     LSC_BAD_SPEC, "features[1] has a column \"c=a\", which is there already"},
};

START_TEST(every_fault_of_a_feature_is_told_by_place_and_value)
{
    for (size_t i = 0; i < sizeof feature_faults / sizeof feature_faults[0]; i++) {
        const fault *wrong = &feature_faults[i];
        lsc_spec *spec = (lsc_spec *)&spec;
        ck_fails(try_features(wrong->text, &spec, error), wrong->status, wrong->words);
        ck_assert_ptr_null(spec);
    }
}
END_TEST

#define ONE "'features': [{'name': 'f', 'group': 'g', 'kind': 'count'}]"

static const fault spec_faults[] = {
    {"", LSC_BAD_JSON, ""},
    {"{", LSC_BAD_JSON, ""},
    {"[]", LSC_BAD_SPEC, "a spec is of type array, must be an object"},
    {"{'name': 's', 'groups': ['g'], " ONE "}", LSC_BAD_SPEC, "format is missing"},
    {"{'format': 2, 'future': 1}", LSC_UNSUPPORTED, "format is 2, this library reads 1"},
    {"{'format': 0, 'name': 's', 'groups': ['g'], " ONE "}", LSC_BAD_SPEC, "format is 0"},
    {"{'format': 1, 'groups': ['g'], " ONE "}", LSC_BAD_SPEC, "name is missing"},
    {"{'format': 1, 'name': 's', 'groups': ['g'], 'extra': 1, " ONE "}", LSC_BAD_SPEC, "extra"},
    {"{'format': 1, 'name': 's', " ONE "}", LSC_BAD_SPEC, "groups is missing"},
    {"{'format': 1, 'name': 's', 'groups': [], " ONE "}", LSC_BAD_SPEC, "groups has 0 items"},
    {"{'format': 1, 'name': 's', 'groups': ['g', ''], " ONE "}", LSC_BAD_SPEC,
     "groups[1] is empty"},
    {"{'format': 1, 'name': 's', 'groups': ['g', 'h', 'g'], " ONE "}", LSC_BAD_SPEC,
     "groups[2] is \"g\", as groups[0] is"},
    {"{'format': 1, 'name': 's', 'groups': ['g', 'baseline'], " ONE "}", LSC_BAD_SPEC,
     "groups[1] is \"baseline\""},
    {"{'format': 1, 'name': 's', 'groups': ['g']}", LSC_BAD_SPEC, "features is missing"},
    {"{'format': 1, 'name': 's', 'groups': ['g'], 'features': {}}", LSC_BAD_SPEC,
     "features is of type object"},
    {"{'format': 1, 'name': 's', 'groups': ['g'], 'insufficient_data': {}, " ONE "}", LSC_BAD_SPEC,
     "insufficient_data names no condition"},
    {"{'format': 1, 'name': 's', 'groups': ['g'], 'insufficient_data': {'missing': []}, " ONE "}",
     LSC_BAD_SPEC, "insufficient_data.missing has 0 items"},
    {"{'format': 1, 'name': 's', 'groups': ['g'], 'insufficient_data': {'absent': 1}, " ONE "}",
     LSC_BAD_SPEC, "insufficient_data has an unknown member"},
    {"{'format': 1, 'name': 's', 'groups': ['g'], 'insufficient_data': true, " ONE "}",
     LSC_BAD_SPEC, "insufficient_data is of type"},
    {"{'format': 1, 'name': 's', 'groups': ['g'], 'groups': ['h'], " ONE "}", LSC_BAD_JSON, ""},
};

START_TEST(every_fault_of_a_spec_is_told_by_place_and_value)
{
    for (size_t i = 0; i < sizeof spec_faults / sizeof spec_faults[0]; i++) {
        const fault *wrong = &spec_faults[i];
        lsc_spec *spec = (lsc_spec *)&spec;
        ck_fails(try_spec(wrong->text, NULL, &spec, error), wrong->status, wrong->words);
        ck_assert_ptr_null(spec);
    }
}
END_TEST

START_TEST(null_arguments_are_refused)
{
    lsc_spec *spec = NULL;
    ck_fails(lsc_spec_parse(NULL, 0, NULL, &spec, error), LSC_INVALID_ARG, "json");
    ck_fails(lsc_spec_parse("{}", 2, NULL, NULL, error), LSC_INVALID_ARG, "spec");
    ck_assert_int_eq(lsc_spec_parse("{", 1, NULL, &spec, NULL), LSC_BAD_JSON);
}
END_TEST

/** Change, drop or double a few bytes. */
static size_t mutate(lsc_random *random, char *json, size_t length)
{
    static const char bytes[] = "{}[]\",:0123456789-.eE truefalsn\\u\n/\xff\xc3\xa9";
    size_t changes = 1 + lsc_random_below(random, 4);
    for (size_t i = 0; i < changes && length > 1; i++) {
        size_t where = lsc_random_below(random, length);
        size_t much = 1 + lsc_random_below(random, 12);
        much = much < length - where ? much : length - where;
        switch (lsc_random_below(random, 3)) {
        case 0:
            json[where] = bytes[lsc_random_below(random, sizeof bytes - 1)];
            break;
        case 1:
            memmove(json + where, json + where + much, length - where - much);
            length -= much;
            break;
        default:
            memmove(json + where + much, json + where, length - where);
            length += much;
            break;
        }
    }
    return length;
}

START_TEST(mutated_specs_are_refused_or_round_trip)
{
    lsc_random random;
    lsc_random_seed(&random, 11);
    char *json = quoted(rich);
    size_t length = strlen(json);
    char *changed = malloc(length + 64);
    size_t taken = 0;
    for (size_t i = 0; i < 20000; i++) {
        memcpy(changed, json, length);
        size_t changed_length = mutate(&random, changed, length);
        lsc_spec *spec = NULL;
        lsc_error error = LSC_ERROR_INIT;
        if (lsc_spec_parse(changed, changed_length, NULL, &spec, &error) == LSC_OK) {
            check_round_trip(spec);
            taken++;
        } else {
            ck_assert_ptr_null(spec);
            ck_assert_str_ne(error.message, "");
        }
        lsc_spec_unref(spec);
    }
    /* Else the mutations are too rough to reach past the JSON. */
    ck_assert_uint_ge(taken, 200);
    free(changed);
    free(json);
}
END_TEST

LSC_SUITE("features/spec_parse", TEST(canonical_json_of_every_kind_parses_to_itself),
          TEST(required_events_of_any_kind_are_written),
          TEST(default_spec_has_about_forty_features_and_the_ten_that_name_the_platform),
          TEST(default_spec_never_looks_at_status_outcome_or_earlier_scores),
          TEST(every_default_feature_has_both_reasons),
          TEST(columns_are_the_features_names_and_their_levels),
          TEST(what_is_out_of_range_has_no_name), TEST(a_spec_lives_until_its_last_reference),
          TEST(every_fault_of_a_feature_is_told_by_place_and_value),
          TEST(every_fault_of_a_spec_is_told_by_place_and_value), TEST(null_arguments_are_refused),
          TEST(mutated_specs_are_refused_or_round_trip))
