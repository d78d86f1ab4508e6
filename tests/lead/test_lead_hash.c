#include <stdio.h>

#include "core/json.h"
#include "core/random.h"
#include "lead_tools.h"

/* Random leads are made of these facts, then built by typed calls and from JSON. */

#define MAX_FACTS 12
#define MAX_ACTIVITIES 10

typedef struct facts {
    lsc_property properties[MAX_FACTS];
    size_t n;
} facts;

typedef struct lead_facts {
    facts own;
    lsc_activity activities[MAX_ACTIVITIES];
    facts data[MAX_ACTIVITIES];
    char ids[MAX_ACTIVITIES][8];
    size_t n_activities;
} lead_facts;

static const char *const names[] = {"email", "o.a",   "o.b",          "o.d.x",
                                    "o.d.y", "score", "company.name", "o.d.z",
                                    "b",     "c",     "created_at",   "company.domain"};
static const char *const texts[] = {
    "x",  "a \"quoted\" text",    "Z\xc3\xbcrich", "\xf0\x9f\x99\x82",
    "12", "line\nbreak \\ slash", "true"};
static const char *const items[] = {"one", "two", "3", "\xe2\x82\xac"};

static double random_number(lsc_random *random)
{
    switch (lsc_random_below(random, 4)) {
    case 0:
        return (double)lsc_random_below(random, 1000) - 500;
    case 1:
        return -0.0;
    case 2:
        return lsc_random_uniform(random) * 1e-300;
    default:
        return (lsc_random_uniform(random) - 0.5) * 1e18;
    }
}

static lsc_property random_property(lsc_random *random, const char *name)
{
    lsc_property property = {.name = name};
    if (strcmp(name, "created_at") == 0) {
        property.type = LSC_VALUE_TIME;
        property.time_ms = (int64_t)lsc_random_below(random, 2000000000000);
        return property;
    }
    switch (lsc_random_below(random, 5)) {
    case 0:
        property.type = LSC_VALUE_BOOL;
        property.boolean = lsc_random_below(random, 2) == 1;
        break;
    case 1:
        property.type = LSC_VALUE_LIST;
        property.items = items;
        property.n_items = lsc_random_below(random, 5); /* 0 is missing */
        break;
    case 2:
        property.type = LSC_VALUE_NUMBER;
        property.number = random_number(random);
        break;
    case 3:
        property.type = LSC_VALUE_MISSING;
        break;
    default:
        property.type = LSC_VALUE_TEXT;
        property.text = texts[lsc_random_below(random, 7)];
    }
    return property;
}

static void shuffle(lsc_random *random, facts *f)
{
    for (size_t i = f->n; i > 1; i--) {
        size_t j = lsc_random_below(random, i);
        lsc_property swapped = f->properties[i - 1];
        f->properties[i - 1] = f->properties[j];
        f->properties[j] = swapped;
    }
}

static facts random_facts(lsc_random *random, bool times)
{
    facts f = {.n = 0};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (lsc_random_below(random, 2) == 0 || (!times && strcmp(names[i], "created_at") == 0)) {
            continue;
        }
        f.properties[f.n++] = random_property(random, names[i]);
    }
    return f;
}

static void random_lead(lsc_random *random, lead_facts *lead)
{
    lead->own = random_facts(random, true);
    lead->n_activities = lsc_random_below(random, MAX_ACTIVITIES + 1);
    for (size_t i = 0; i < lead->n_activities; i++) {
        bool identify = lsc_random_below(random, 3) == 0;
        lead->data[i] = random_facts(random, identify);
        snprintf(lead->ids[i], sizeof lead->ids[i], "%d", (int)lsc_random_below(random, 8));
        lead->activities[i] = (lsc_activity){
            .size = sizeof(lsc_activity),
            .type = identify ? "identify" : "Email Opened",
            .source = lsc_random_below(random, 2) == 0 ? "crm" : NULL,
            .time_ms = (int64_t)lsc_random_below(random, 100),
            .recorded_time_ms = lsc_random_below(random, 2) == 0
                                    ? LSC_TIME_NONE
                                    : (int64_t)lsc_random_below(random, 200),
            .bot = lsc_random_below(random, 4) == 0,
        };
    }
}

/* The lead by typed calls, everything in a random order. */
static lsc_lead *build_typed(lsc_random *random, lead_facts *given)
{
    lsc_lead *lead = lsc_test_new_lead();
    shuffle(random, &given->own);
    for (size_t i = 0; i < given->own.n; i++) {
        ck_ok(lsc_lead_set(lead, &given->own.properties[i], error));
    }
    size_t first = given->n_activities == 0 ? 0 : lsc_random_below(random, given->n_activities);
    for (size_t i = 0; i < given->n_activities; i++) {
        size_t at = (first + i) % given->n_activities;
        lsc_activity activity = given->activities[at];
        shuffle(random, &given->data[at]);
        activity.id = given->ids[at];
        activity.properties = given->data[at].properties;
        activity.n_properties = given->data[at].n;
        ck_ok(lsc_lead_add_activity(lead, &activity, error));
    }
    ck_ok(lsc_lead_set_id(lead, "L1", error));
    return lead;
}

static void put_value(lsc_random *random, lsc_json_writer *out, const lsc_property *property)
{
    char text[LSC_TIME_TEXT_SIZE];
    switch (property->type) {
    case LSC_VALUE_BOOL:
        lsc_json_put_bool(out, property->boolean);
        break;
    case LSC_VALUE_NUMBER:
        lsc_json_put_number(out, property->number);
        break;
    case LSC_VALUE_TEXT:
        lsc_json_put_string(out, property->text);
        break;
    case LSC_VALUE_LIST:
        lsc_json_begin_array(out);
        for (size_t i = 0; i < property->n_items; i++) {
            lsc_json_put_string(out, property->items[i]);
        }
        lsc_json_end_array(out);
        break;
    case LSC_VALUE_TIME:
        if (lsc_random_below(random, 2) == 0) {
            lsc_json_put_int(out, property->time_ms);
        } else {
            lsc_time_format(property->time_ms, text);
            lsc_json_put_string(out, text);
        }
        break;
    default:
        if (lsc_random_below(random, 2) == 0) {
            lsc_json_put_null(out);
        } else {
            lsc_json_put_string(out, "");
        }
    }
}

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* The members below `path`: "o." and "o.d." as objects, or as dotted names, as `nested` says. */
static void put_members(lsc_random *random, lsc_json_writer *out, facts *f, bool nested)
{
    static const char *const paths[] = {"", "o.", "o.d."};
    shuffle(random, f);
    for (size_t level = 0; level < 3; level++) {
        const char *path = paths[level];
        const char *deeper = level < 2 ? paths[level + 1] : "\1";
        if (nested && level > 0) {
            lsc_json_put_key(out, level == 1 ? "o" : "d");
            lsc_json_begin_object(out);
        }
        for (size_t i = 0; i < f->n; i++) {
            const char *name = f->properties[i].name;
            if (begins_with(name, path) && !begins_with(name, deeper)) {
                lsc_json_put_key(out, nested ? name + strlen(path) : name);
                put_value(random, out, &f->properties[i]);
            }
        }
    }
    if (nested) {
        lsc_json_end_object(out);
        lsc_json_end_object(out);
    }
}

static void put_times(lsc_json_writer *out, const lsc_activity *activity, const char *recorded)
{
    lsc_json_put_key(out, "time");
    lsc_json_put_int(out, activity->time_ms);
    if (activity->recorded_time_ms != LSC_TIME_NONE) {
        lsc_json_put_key(out, recorded);
        lsc_json_put_int(out, activity->recorded_time_ms);
    }
    if (activity->source != NULL) {
        lsc_json_put_key(out, "source");
        lsc_json_put_string(out, activity->source);
    }
    if (activity->bot) {
        lsc_json_put_key(out, "bot");
        lsc_json_put_bool(out, true);
    }
}

static void put_flat(lsc_random *random, lsc_json_writer *out, lead_facts *given, size_t i)
{
    const lsc_activity *activity = &given->activities[i];
    lsc_json_put_key(out, "lead_id");
    lsc_json_put_string(out, "L1");
    lsc_json_put_key(out, "type");
    lsc_json_put_string(out, activity->type);
    put_times(out, activity, "recorded_time");
    lsc_json_put_key(out, "data");
    lsc_json_begin_object(out);
    put_members(random, out, &given->data[i], lsc_random_below(random, 2) == 0);
    lsc_json_end_object(out);
}

static void put_envelope(lsc_random *random, lsc_json_writer *out, lead_facts *given, size_t i)
{
    const lsc_activity *activity = &given->activities[i];
    bool identify = strcmp(activity->type, "identify") == 0;
    lsc_json_put_key(out, "specversion");
    lsc_json_put_string(out, "1.0");
    lsc_json_put_key(out, "type");
    lsc_json_put_string(out, "segment");
    put_times(out, activity, "recordedtime");
    lsc_json_put_key(out, "data");
    lsc_json_begin_object(out);
    lsc_json_put_key(out, "type");
    lsc_json_put_string(out, identify ? "identify" : "track");
    lsc_json_put_key(out, "event");
    lsc_json_put_string(out, activity->type);
    lsc_json_put_key(out, identify ? "traits" : "properties");
    lsc_json_begin_object(out);
    put_members(random, out, &given->data[i], lsc_random_below(random, 2) == 0);
    lsc_json_end_object(out);
    lsc_json_end_object(out);
}

static void put_activity(lsc_random *random, lsc_json_writer *out, lead_facts *given, size_t i)
{
    lsc_json_begin_object(out);
    lsc_json_put_key(out, "id");
    lsc_json_put_string(out, given->ids[i]);
    if (lsc_random_below(random, 2) == 0) {
        put_flat(random, out, given, i);
    } else {
        put_envelope(random, out, given, i);
    }
    lsc_json_end_object(out);
}

/* The lead from JSON, its activities embedded, in an array, or in lines. */
static lsc_lead *build_json(lsc_random *random, lead_facts *given)
{
    lsc_allocator allocator;
    lsc_buffer text;
    lsc_json_writer out;
    size_t at = 0;
    ck_ok(lsc_allocator_resolve(NULL, &allocator, error));
    lsc_buffer_init(&text, &allocator);
    lsc_json_writer_init(&out, &text, 0);
    lsc_json_begin_object(&out);
    lsc_json_put_key(&out, "id");
    lsc_json_put_string(&out, "L1");
    put_members(random, &out, &given->own, lsc_random_below(random, 2) == 0);
    if (lsc_random_below(random, 2) == 0) {
        lsc_json_put_key(&out, "activities");
        lsc_json_begin_array(&out);
        size_t n_embedded = lsc_random_below(random, given->n_activities + 1);
        for (; at < n_embedded; at++) {
            put_activity(random, &out, given, at);
        }
        lsc_json_end_array(&out);
    }
    lsc_json_end_object(&out);
    lsc_lead *lead = lsc_test_new_lead();
    ck_ok(lsc_lead_parse_json(lead, text.data, text.length, error));
    lsc_buffer_clear(&text);
    bool lines = lsc_random_below(random, 2) == 0;
    lsc_buffer_append_text(&text, lines ? "" : "[");
    for (bool first = true; at < given->n_activities; at++, first = false) {
        lsc_buffer_append_text(&text, first ? "" : lines ? "\n" : ",");
        lsc_json_writer_init(&out, &text, 0);
        put_activity(random, &out, given, at);
    }
    lsc_buffer_append_text(&text, lines ? "" : "]");
    ck_ok(lsc_lead_add_activities_json(lead, text.data, text.length, error));
    lsc_buffer_free(&text);
    return lead;
}

START_TEST(typed_and_json_leads_hash_alike)
{
    lsc_random random;
    lsc_random_seed(&random, 3);
    for (int round = 0; round < 2000; round++) {
        lead_facts given;
        random_lead(&random, &given);
        lsc_lead *typed = build_typed(&random, &given);
        lsc_lead *json = build_json(&random, &given);
        for (int64_t as_of = 0; as_of <= 200; as_of += 25) {
            char expected[LSC_HASH_TEXT_SIZE];
            strcpy(expected, lsc_test_hash(typed, as_of));
            ck_assert_str_eq(lsc_test_hash(json, as_of), expected);
        }
        lsc_lead_free(typed);
        lsc_lead_free(json);
    }
}
END_TEST

START_TEST(hash_differs_where_anything_visible_does)
{
    static const char *const leads[] = {
        "{}",
        "{\"id\": \"1\"}",
        "{\"id\": \"1\", \"a\": \"1\"}",
        "{\"id\": \"1\", \"a\": 1}",
        "{\"id\": \"1\", \"a\": true}",
        "{\"id\": \"1\", \"a\": [\"1\"]}",
        "{\"id\": \"1\", \"a\": [\"1\", \"2\"]}",
        "{\"id\": \"1\", \"a\": [\"12\"]}",
        "{\"id\": \"1\", \"a\": \"1\", \"b\": \"1\"}",
        "{\"id\": \"1\", \"ab\": \"1\"}",
        "{\"id\": \"1\", \"created_at\": 1}",
        "{\"id\": \"1\", \"activities\": [{\"id\": \"1\", \"type\": \"a\", \"time\": 1}]}",
        "{\"id\": \"1\", \"activities\": [{\"id\": \"2\", \"type\": \"a\", \"time\": 1}]}",
        "{\"id\": \"1\", \"activities\": [{\"id\": \"1\", \"type\": \"b\", \"time\": 1}]}",
        "{\"id\": \"1\", \"activities\": [{\"id\": \"1\", \"type\": \"a\", \"time\": 2}]}",
        "{\"id\": \"1\", \"activities\": [{\"id\": \"1\", \"type\": \"a\", \"time\": 1,"
        " \"recorded_time\": 2}]}",
        "{\"id\": \"1\", \"activities\": [{\"id\": \"1\", \"type\": \"a\", \"time\": 1,"
        " \"source\": \"s\"}]}",
        "{\"id\": \"1\", \"activities\": [{\"id\": \"1\", \"type\": \"a\", \"time\": 1,"
        " \"bot\": true}]}",
        "{\"id\": \"1\", \"activities\": [{\"id\": \"1\", \"type\": \"a\", \"time\": 1,"
        " \"data\": {\"a\": 1}}]}",
        "{\"id\": \"1\", \"activities\": [{\"id\": \"1\", \"type\": \"identify\", \"time\": 1}]}",
    };
    enum {
        N = sizeof leads / sizeof leads[0]
    };
    char hashes[N][LSC_HASH_TEXT_SIZE];
    for (size_t i = 0; i < N; i++) {
        lsc_lead *lead = lsc_test_lead(leads[i]);
        strcpy(hashes[i], lsc_test_hash(lead, 10));
        lsc_lead_free(lead);
        for (size_t j = 0; j < i; j++) {
            ck_assert_msg(strcmp(hashes[i], hashes[j]) != 0, "%s, %s", leads[i], leads[j]);
        }
    }
}
END_TEST

START_TEST(what_is_invisible_does_not_count)
{
    lsc_lead *lead = lsc_test_lead("{\"id\": \"1\"}");
    lsc_lead *later = lsc_test_lead(
        "{\"id\": \"1\", \"activities\": [{\"id\": \"1\", \"type\": \"a\", \"time\": 5},"
        " {\"id\": \"2\", \"type\": \"identify\", \"time\": 1, \"recorded_time\": 6,"
        " \"data\": {\"email\": \"x\"}}]}");
    char hash[LSC_HASH_TEXT_SIZE];
    strcpy(hash, lsc_test_hash(lead, 4));
    ck_assert_str_eq(lsc_test_hash(later, 4), hash);
    ck_assert_str_ne(lsc_test_hash(later, 5), hash);
    char at_five[LSC_HASH_TEXT_SIZE];
    strcpy(at_five, lsc_test_hash(later, 5));
    ck_assert_str_ne(lsc_test_hash(later, 6), at_five);
    lsc_lead_free(lead);
    lsc_lead_free(later);
}
END_TEST

LSC_SUITE("lead/lead_hash", TEST(typed_and_json_leads_hash_alike),
          TEST(hash_differs_where_anything_visible_does), TEST(what_is_invisible_does_not_count))
