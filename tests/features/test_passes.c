/*
 * Extraction in passes against the plain function of each kind: the same bits, whatever the spec, the
 * lead and the time. Specs, leads and times are random; a failure names the seed that made them.
 */
#include <locale.h>

#include "core/buffer.h"
#include "core/random.h"
#include "features/spec_plan.h"
#include "spec_helpers.h"

#define DAY INT64_C(86400000)
#define N_SEEDS 1500
#define N_LONG_SEEDS 12
#define MOST_FEATURES 300

#define PICK(random, texts) texts[lsc_random_below(random, sizeof(texts) / sizeof(texts)[0])]

static int64_t latest;

static bool coin(lsc_random *random, uint64_t sides)
{
    return lsc_random_below(random, sides) == 0;
}

/* Random specs. */

static const char *const properties[] = {"title", "company.size", "email", "tags", "created_at",
                                         "score", "active",       "p7",    "p8",   "p9"};
static const char *const type_names[] = {
    "Page Viewed", "Email Opened",   "Email Delivered",  "identify",
    "Signed In",   "Demo Requested", "Webinar Attended", "a",
    "ab"};
static const char *const words[] = {
    "vp",   "vice president", "c++", ".net",  "é", "7",  "co-founder",
    "head", "head of sales",  "of",  "sales", "+", "vp/"};
static const double days[] = {1, 7, 14, 30, 60, 0.5, 21, 365};

static void put_text(lsc_buffer *out, const char *key, const char *text)
{
    lsc_buffer_append_format(out, "\"%s\":\"", key);
    lsc_buffer_append_text(out, text);
    lsc_buffer_append_text(out, "\"");
}

static void put_names(lsc_random *random, const char *const *names, size_t n_names, lsc_buffer *out)
{
    size_t n = 1 + lsc_random_below(random, 4);
    lsc_buffer_append_text(out, "[");
    for (size_t i = 0; i < n; i++) {
        lsc_buffer_append_format(out, "%s\"%s\"", i > 0 ? "," : "",
                                 names[lsc_random_below(random, n_names)]);
    }
    lsc_buffer_append_text(out, "]");
}
#define PUT_NAMES(random, names, out) \
    put_names(random, names, sizeof(names) / sizeof(names)[0], out)

static void put_where(lsc_random *random, lsc_buffer *out)
{
    switch (lsc_random_below(random, 4)) {
    case 0:
        lsc_buffer_append_text(out, ",\"where\":{\"path\":{\"prefix\":\"/pri\"}}");
        break;
    case 1:
        lsc_buffer_append_text(out, ",\"where\":{\"seconds\":{\"least\":10,\"most\":50}}");
        break;
    case 2:
        lsc_buffer_append_text(out, ",\"where\":{\"path\":{\"in\":[\"/\",\"/docs\",\"12.5\"]}}");
        break;
    default:
        break;
    }
}

static void put_selector(lsc_random *random, const char *key, lsc_buffer *out)
{
    lsc_buffer_append_format(out, ",\"%s\":{\"include_bots\":%s", key,
                             coin(random, 4) ? "true" : "false");
    if (!coin(random, 4)) {
        lsc_buffer_append_text(out, ",\"types\":");
        PUT_NAMES(random, type_names, out);
    }
    if (coin(random, 3)) {
        put_where(random, out);
    }
    lsc_buffer_append_text(out, "}");
}

static void put_window(lsc_random *random, bool required, lsc_buffer *out)
{
    if (required || !coin(random, 3)) {
        double length = PICK(random, days);
        lsc_buffer_append_format(out, ",\"window_days\":%g", length < 1 ? 2 : length);
    }
}

static void put_decay(lsc_random *random, lsc_buffer *out)
{
    /* Few of them are equal in some specs, so that passes end for their number. */
    double length = coin(random, 2) ? PICK(random, days) : 0.25 + lsc_random_uniform(random) * 90;
    lsc_buffer_append_format(out, ",\"decay\":{\"%s\":%.17g}",
                             coin(random, 3) ? "linear_days" : "half_life_days", length);
    if (coin(random, 2)) {
        lsc_buffer_append_format(out, ",\"weight\":%g", lsc_random_uniform(random) * 10 - 3);
    }
    if (coin(random, 2)) {
        lsc_buffer_append_format(out, ",\"weights\":{\"Page Viewed\":%g,\"ab\":0.1,\"unheard\":2}",
                                 lsc_random_uniform(random) * 10);
    }
}

static void put_event_feature(lsc_random *random, lsc_buffer *out)
{
    static const char *const kinds[] = {"count",   "decayed_count", "sum",      "smoothed_rate",
                                        "recency", "active_days",   "distinct", "sessions",
                                        "trend",   "median_gap",    "share"};
    const char *kind = PICK(random, kinds);
    bool rate = strcmp(kind, "smoothed_rate") == 0;
    put_text(out, "kind", kind);
    put_selector(random, "events", out);
    put_window(random, strcmp(kind, "trend") == 0, out);
    if (rate || strcmp(kind, "share") == 0) {
        put_selector(random, "of", out);
    }
    if (rate) {
        lsc_buffer_append_format(out, ",\"prior\":0.3,\"strength\":%d",
                                 (int)lsc_random_below(random, 3));
    }
    if (strcmp(kind, "decayed_count") == 0) {
        put_decay(random, out);
    }
    if (strcmp(kind, "sum") == 0 || strcmp(kind, "distinct") == 0) {
        lsc_buffer_append_format(out, ",\"data\":\"%s\"", coin(random, 2) ? "seconds" : "path");
    }
    if (strcmp(kind, "recency") == 0 && coin(random, 2)) {
        lsc_buffer_append_text(out, ",\"missing\":999");
    }
}

static void put_table(lsc_random *random, lsc_buffer *out)
{
    size_t n = coin(random, 8) ? 70 : 1 + lsc_random_below(random, 5);
    lsc_buffer_append_text(out, ",\"table\":[");
    for (size_t i = 0; i < n; i++) {
        lsc_buffer_append_format(out, "%s{\"value\":%.17g,\"words\":", i > 0 ? "," : "",
                                 lsc_random_uniform(random) * 9);
        PUT_NAMES(random, words, out);
        lsc_buffer_append_text(out, "}");
    }
    lsc_buffer_append_text(out, "]");
}

static void put_property_feature(lsc_random *random, lsc_buffer *out)
{
    static const char *const kinds[] = {"number",  "category", "band",         "ordinal",
                                        "overlap", "flag",     "email_domain", "completeness",
                                        "tenure",  "date"};
    const char *kind = PICK(random, kinds);
    put_text(out, "kind", kind);
    if (strcmp(kind, "completeness") == 0) {
        lsc_buffer_append_text(out, ",\"properties\":");
        PUT_NAMES(random, properties, out);
        return;
    }
    lsc_buffer_append_text(out, ",");
    put_text(out, "property", PICK(random, properties));
    if (strcmp(kind, "category") == 0) {
        lsc_buffer_append_text(out, ",\"levels\":[\"vp\",\"true\",\"12.5\",\"ann@uni.edu\"]");
    } else if (strcmp(kind, "band") == 0) {
        lsc_buffer_append_text(out, ",\"edges\":[-5,0,12.5,100]");
    } else if (strcmp(kind, "ordinal") == 0 || strcmp(kind, "overlap") == 0) {
        put_table(random, out);
    } else if (strcmp(kind, "date") == 0) {
        lsc_buffer_append_text(out, ",\"part\":\"weekday\"");
    }
}

static lsc_spec *random_spec(lsc_random *random, const lsc_allocator *allocator)
{
    size_t n = coin(random, 10) ? MOST_FEATURES : 1 + lsc_random_below(random, 40);
    lsc_buffer json;
    lsc_spec *spec = NULL;
    setlocale(LC_NUMERIC, "C"); /* JSON is written by printf() */
    lsc_buffer_init(&json, allocator);
    lsc_buffer_append_text(&json, "{\"format\":1,\"name\":\"s\",\"groups\":[\"g\"],\"features\":[");
    for (size_t i = 0; i < n; i++) {
        lsc_buffer_append_format(&json, "%s{\"name\":\"f%zu\",\"group\":\"g\",", i > 0 ? "," : "",
                                 i);
        if (coin(random, 3)) {
            put_property_feature(random, &json);
        } else {
            put_event_feature(random, &json);
        }
        lsc_buffer_append_text(&json, "}");
    }
    lsc_buffer_append_text(&json, "]}");
    ck_ok(lsc_spec_parse(json.data, json.length, NULL, &spec, error));
    lsc_buffer_free(&json);
    return spec;
}

/* Random leads. */

static void write_title(lsc_random *random, char title[80])
{
    static const char *const parts[] = {"vp",
                                        "VP",
                                        " ",
                                        "-",
                                        "/",
                                        "vice president",
                                        "c++",
                                        ".net",
                                        "é",
                                        "Head",
                                        "head of sales",
                                        "7",
                                        "x",
                                        "co-founder"};
    title[0] = '\0';
    for (size_t i = 0; i < 1 + lsc_random_below(random, 5); i++) {
        snprintf(title + strlen(title), 80 - strlen(title), "%s", PICK(random, parts));
    }
}

/** A value of any type; texts stand in `text`. */
static lsc_property random_property(lsc_random *random, const char *name, char text[80])
{
    static const char *const items[] = {"vp", "sales and c++", "of"};
    static const char *const texts[] = {
        "12.5", "true",     "ann@uni.edu", "bob@gmail.com", "2026-01-05",
        "/",    "/pricing", "/pricing/eu", "eve@x.gov.uk",  "1775001600000"};
    lsc_property made = {.name = name, .text = text, .items = items, .n_items = 3};
    static const lsc_value_type types[] = {LSC_VALUE_TEXT,   LSC_VALUE_TEXT,   LSC_VALUE_TEXT,
                                           LSC_VALUE_NUMBER, LSC_VALUE_BOOL,   LSC_VALUE_TIME,
                                           LSC_VALUE_LIST,   LSC_VALUE_MISSING};
    made.type = PICK(random, types);
    made.number = lsc_random_uniform(random) * 120 - 10;
    made.boolean = coin(random, 2);
    made.time_ms = latest - (int64_t)lsc_random_below(random, (uint64_t)(400 * DAY));
    if (coin(random, 2)) {
        write_title(random, text);
    } else {
        snprintf(text, 80, "%s", PICK(random, texts));
    }
    return made;
}

/** Times crowd around the edges of windows, of days and of sessions. */
static int64_t random_time(lsc_random *random)
{
    int64_t edge = latest - (int64_t)(PICK(random, days) * (double)DAY);
    int64_t near = edge + (int64_t)lsc_random_below(random, 3) - 1;
    int64_t within = latest - (int64_t)lsc_random_below(random, (uint64_t)(100 * DAY));
    return coin(random, 3) ? near : coin(random, 2) ? within : within / (DAY / 48) * (DAY / 48);
}

static void add_activity(lsc_random *random, size_t number, lsc_lead *lead)
{
    char id[24];
    char texts[3][80];
    lsc_activity activity = LSC_ACTIVITY_INIT;
    snprintf(id, sizeof id, "%zu", number);
    activity.id = id;
    activity.type = PICK(random, type_names);
    activity.time_ms = random_time(random);
    activity.recorded_time_ms =
        coin(random, 3) ? activity.time_ms + (int64_t)lsc_random_below(random, (uint64_t)(20 * DAY))
                        : LSC_TIME_NONE;
    activity.bot = coin(random, 6);
    bool identify = strcmp(activity.type, "identify") == 0;
    /* No time may stand in created_at that is none. */
    const lsc_property data[] = {
        random_property(random, identify ? "title" : "path", texts[0]),
        random_property(random, identify ? "email" : "seconds", texts[1]),
        random_property(random, "tags", texts[2]),
    };
    activity.properties = data;
    activity.n_properties = lsc_random_below(random, 4);
    ck_ok(lsc_lead_add_activity(lead, &activity, error));
}

static lsc_lead *random_lead(lsc_random *random, size_t most_activities)
{
    lsc_lead *lead = NULL;
    char text[80];
    ck_ok(lsc_lead_new(NULL, &lead, error));
    for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++) {
        lsc_property property = random_property(random, properties[i], text);
        if (strcmp(property.name, "created_at") == 0) {
            property.type = LSC_VALUE_TIME;
        }
        ck_ok(lsc_lead_set(lead, &property, error));
    }
    if (coin(random, 6)) { /* more than are looked up one by one in a pass */
        for (size_t i = 0; i < LSC_PASS_PROPERTIES; i++) {
            char name[16];
            snprintf(name, sizeof name, "extra%zu", i);
            ck_ok(lsc_lead_set_number(lead, name, 1, error));
        }
    }
    size_t n = lsc_random_below(random, most_activities + 1);
    for (size_t i = 0; i < n; i++) {
        add_activity(random, i, lead);
    }
    return lead;
}

/* The comparison. */

static void check_sighting(const lsc_spec *spec, size_t feature, lsc_lead *lead, int64_t as_of,
                           const lsc_sightings *sightings, uint64_t seed)
{
    lsc_sighting expected = lsc_spec_sighting(spec, feature, lead, as_of);
    const lsc_sighting *sighting = &sightings->of[feature];
    bool same = expected.missing == sighting->missing && expected.property == sighting->property &&
                memcmp(&expected.seen, &sighting->seen, sizeof expected.seen) == 0;
    const lsc_event *events[2][LSC_SIGHTING_EVENTS];
    size_t n = lsc_spec_evidence(spec, feature, lead, as_of, events[0], LSC_SIGHTING_EVENTS);
    same = same &&
           lsc_sightings_evidence(sightings, feature, events[1], LSC_SIGHTING_EVENTS) == n &&
           memcmp(events[0], events[1], n * sizeof(const lsc_event *)) == 0;
    if (!same) {
        ck_abort_msg("seed %llu: feature %zu is not seen as it is", (unsigned long long)seed,
                     feature);
    }
}

static void compare_at(const lsc_spec *spec, lsc_lead *lead, int64_t as_of, uint64_t seed)
{
    size_t n = lsc_spec_n_columns(spec);
    size_t n_features = lsc_spec_n_features(spec);
    float *plain = malloc(n * sizeof *plain);
    float *columns = vector_of(spec, lead, as_of);
    lsc_sightings sightings = {.of = calloc(n_features, sizeof *sightings.of)};
    float *noted = malloc(n * sizeof *noted);
    lsc_spec_extract_plainly(spec, lead, as_of, plain);
    lsc_spec_extract_noting(spec, lead, as_of, noted, &sightings);
    for (size_t i = 0; i < n; i++) {
        if (memcmp(&columns[i], &plain[i], sizeof *plain) != 0 ||
            memcmp(&noted[i], &plain[i], sizeof *plain) != 0) {
            ck_abort_msg("seed %llu: column %zu is %a and %a, not %a", (unsigned long long)seed, i,
                         (double)columns[i], (double)noted[i], (double)plain[i]);
        }
    }
    for (size_t i = 0; i < n_features; i++) {
        check_sighting(spec, i, lead, as_of, &sightings, seed);
    }
    free(sightings.of);
    free(noted);
    free(columns);
    free(plain);
}

static void compare(uint64_t seed, size_t most_activities)
{
    lsc_allocator allocator;
    lsc_random random;
    ck_ok(lsc_allocator_resolve(NULL, &allocator, error));
    lsc_random_seed(&random, seed);
    latest = at("2026-04-01");
    lsc_spec *spec = coin(&random, 8) ? NULL : random_spec(&random, &allocator);
    if (spec == NULL) {
        ck_ok(lsc_spec_default(NULL, &spec, error));
    }
    lsc_lead *lead = random_lead(&random, most_activities);
    compare_at(spec, lead, latest, seed);
    compare_at(spec, lead, latest - (int64_t)lsc_random_below(&random, (uint64_t)(60 * DAY)), seed);
    compare_at(spec, lead, latest - 300 * DAY, seed);
    lsc_lead_free(lead);
    lsc_spec_unref(spec);
}

START_TEST(passes_give_the_bits_of_the_plain_functions)
{
    for (uint64_t seed = 0; seed < N_SEEDS; seed++) {
        compare(seed, seed % 3 == 0 ? 300 : 70);
    }
}
END_TEST

/* More events than are kept in mind as marks. */
START_TEST(passes_give_the_bits_of_the_plain_functions_over_long_timelines)
{
    for (uint64_t seed = 0; seed < N_LONG_SEEDS; seed++) {
        compare(N_SEEDS + seed, 3000);
    }
}
END_TEST

static size_t count_passes(const lsc_spec *spec)
{
    size_t n = 0;
    for (const lsc_pass *pass = spec->passes; pass != NULL; pass = pass->next) {
        n++;
    }
    return n;
}

START_TEST(the_default_spec_takes_one_pass)
{
    lsc_spec *spec = NULL;
    ck_ok(lsc_spec_default(NULL, &spec, error));
    ck_assert_uint_eq(count_passes(spec), 1);
    lsc_spec_unref(spec);
}
END_TEST

/* A feature has 100 types, as many again in what it is a rate of, and a pass 512. */
START_TEST(a_pass_ends_where_its_types_do)
{
    lsc_buffer json;
    lsc_allocator allocator;
    ck_ok(lsc_allocator_resolve(NULL, &allocator, error));
    lsc_buffer_init(&json, &allocator);
    for (size_t feature = 0; feature < 4; feature++) {
        lsc_buffer_append_format(&json, "%s{'name': 'f%zu', 'group': 'g', 'kind': 'share'",
                                 feature > 0 ? "," : "", feature);
        for (size_t selector = 0; selector < 2; selector++) {
            lsc_buffer_append_format(&json, ", '%s': {'types': [", selector > 0 ? "of" : "events");
            for (size_t type = 0; type < LSC_MAX_SPEC_LIST; type++) {
                lsc_buffer_append_format(&json, "%s'%zu/%zu/%zu'", type > 0 ? "," : "", feature,
                                         selector, type);
            }
            lsc_buffer_append_text(&json, "]}");
        }
        lsc_buffer_append_text(&json, "}");
    }
    lsc_spec *spec = spec_of(json.data);
    ck_assert_uint_eq(count_passes(spec), 2);
    lsc_spec_unref(spec);
    lsc_buffer_free(&json);
}
END_TEST

LSC_SUITE("features/passes", TEST(passes_give_the_bits_of_the_plain_functions),
          TEST(passes_give_the_bits_of_the_plain_functions_over_long_timelines),
          TEST(the_default_spec_takes_one_pass), TEST(a_pass_ends_where_its_types_do))
