#include "train_support.h"

#include <stdio.h>

#include "suite.h"

double random_normal(lsc_random *random)
{
    double sum = -6;
    for (int i = 0; i < 12; i++) {
        sum += lsc_random_uniform(random);
    }
    return sum;
}

static lsc_status memory_next(void *ctx, lsc_record *record, bool *more, lsc_error *error)
{
    memory_source *source = ctx;
    if (source->at == source->n_leads) {
        *more = false;
        return LSC_OK;
    }
    if (source->meddle != NULL) {
        lsc_status status = source->meddle(source, error);
        if (status != LSC_OK) {
            return status;
        }
    }
    memory_lead *lead = &source->leads[source->at++];
    record->lead = lead->lead;
    record->outcomes = lead->outcomes;
    record->n_outcomes = lead->n_outcomes;
    record->position = (int64_t)source->at;
    *more = true;
    return LSC_OK;
}

static lsc_status memory_rewind(void *ctx, lsc_error *error)
{
    memory_source *source = ctx;
    (void)error;
    source->at = 0;
    source->n_rewinds++;
    return LSC_OK;
}

memory_source *memory_source_new(size_t n_leads, bool has_times)
{
    memory_source *source = calloc(1, sizeof *source);
    const lsc_source_calls calls = {
        .size = sizeof calls, .next = memory_next, .rewind = memory_rewind, .has_times = has_times};
    source->leads = calloc(n_leads + 1, sizeof *source->leads);
    source->n_leads = n_leads;
    for (size_t i = 0; i < n_leads; i++) {
        char id[32];
        snprintf(id, sizeof id, "lead-%zu", i);
        ck_ok(lsc_lead_new(NULL, &source->leads[i].lead, error));
        ck_ok(lsc_lead_set_id(source->leads[i].lead, id, error));
    }
    ck_ok(lsc_source_new(&calls, source, NULL, &source->source, error));
    return source;
}

void memory_source_free(memory_source *source)
{
    lsc_source_free(source->source);
    for (size_t i = 0; i < source->n_leads; i++) {
        lsc_lead_free(source->leads[i].lead);
    }
    free(source->leads);
    free(source);
}

void add_activity(lsc_lead *lead, const char *type, size_t number, int64_t time_ms,
                  int64_t recorded_ms)
{
    char id[32];
    lsc_activity activity = LSC_ACTIVITY_INIT;
    snprintf(id, sizeof id, "%zu", number);
    activity.id = id;
    activity.type = type;
    activity.time_ms = time_ms;
    activity.recorded_time_ms = recorded_ms;
    ck_ok(lsc_lead_add_activity(lead, &activity, error));
}

void add_outcome(memory_lead *lead, int64_t time_ms, bool converted)
{
    ck_assert_uint_lt(lead->n_outcomes, MAX_OUTCOMES);
    lead->outcomes[lead->n_outcomes++] = (lsc_outcome){time_ms, converted};
}

memory_source *table_of(size_t n_leads, uint64_t seed)
{
    static const char *const kinds[] = {"a", "b", "c", "d"};
    memory_source *source = memory_source_new(n_leads, false);
    lsc_random random;
    lsc_random_seed(&random, seed);
    for (size_t i = 0; i < n_leads; i++) {
        memory_lead *lead = &source->leads[i];
        double x = random_normal(&random);
        double y = random_normal(&random);
        size_t kind = lsc_random_below(&random, 4);
        double odds = 1.5 * x - y + (kind == 2 ? 2 : 0) - 1;
        ck_ok(lsc_lead_set_number(lead->lead, "x", x, error));
        ck_ok(lsc_lead_set_text(lead->lead, "kind", kinds[kind], error));
        if (lsc_random_uniform(&random) < 0.9) {
            ck_ok(lsc_lead_set_number(lead->lead, "y", y, error));
        }
        add_outcome(lead, LSC_TIME_NONE, lsc_random_uniform(&random) < lsc_logistic(odds));
    }
    return source;
}

static lsc_spec *parse(const char *json)
{
    lsc_spec *spec;
    ck_ok(lsc_spec_parse(json, strlen(json), NULL, &spec, error));
    return spec;
}

lsc_spec *table_spec(void)
{
    return parse("{\"format\": 1, \"name\": \"table\", \"groups\": [\"table\"], \"features\": ["
                 "{\"name\": \"x\", \"group\": \"table\", \"kind\": \"number\","
                 " \"property\": \"x\", \"monotone\": 1},"
                 "{\"name\": \"y\", \"group\": \"table\", \"kind\": \"number\","
                 " \"property\": \"y\"},"
                 "{\"name\": \"kind\", \"group\": \"table\", \"kind\": \"category\","
                 " \"property\": \"kind\"}]}");
}

/** The life of a lead: views all along, more of them in the month before it converts. */
static void live(memory_lead *lead, int64_t created, int64_t converted, lsc_random *random)
{
    int64_t end = START + 600 * DAY;
    size_t number = 0;
    for (int64_t time = created; time < end && time < converted;) {
        bool keen = converted - time < 40 * DAY;
        bool late = lsc_random_uniform(random) < 0.1;
        int64_t delay = late ? (int64_t)lsc_random_below(random, 20 * DAY) : 0;
        add_activity(lead->lead, "Page Viewed", number++, time, time + delay);
        time += 1 + (int64_t)lsc_random_below(random, (keen ? 4 : 30) * DAY);
    }
    int64_t told = created + (int64_t)lsc_random_below(random, 200 * DAY);
    lsc_property trait = {.name = "stage", .type = LSC_VALUE_NUMBER, .number = 2};
    lsc_activity identify = LSC_ACTIVITY_INIT;
    identify.id = "told";
    identify.type = "identify";
    identify.time_ms = told;
    identify.properties = &trait;
    identify.n_properties = 1;
    ck_ok(lsc_lead_add_activity(lead->lead, &identify, error));
}

memory_source *timeline_of(size_t n_leads, uint64_t seed)
{
    memory_source *source = memory_source_new(n_leads, true);
    lsc_random random;
    lsc_random_seed(&random, seed);
    for (size_t i = 0; i < n_leads; i++) {
        memory_lead *lead = &source->leads[i];
        int64_t created = START + (int64_t)lsc_random_below(&random, 450 * DAY);
        int64_t converted = INT64_MAX;
        if (lsc_random_uniform(&random) < 0.4) {
            converted = created + 20 * DAY + (int64_t)lsc_random_below(&random, 200 * DAY);
        }
        if (i % 5 != 0) {
            ck_ok(lsc_lead_set_time(lead->lead, "created_at", created, error));
        }
        if (i % 11 == 0) {
            ck_ok(lsc_lead_set_bool(lead->lead, "consent.profiling", false, error));
        }
        ck_ok(lsc_lead_set_number(lead->lead, "stage", 1, error));
        ck_ok(lsc_lead_set_number(lead->lead, "size", random_normal(&random), error));
        live(lead, created, converted, &random);
        if (converted < START + 600 * DAY) {
            add_outcome(lead, converted, true);
        } else if (i % 3 == 0) {
            add_outcome(lead, created + 100 * DAY, false);
        }
    }
    return source;
}

lsc_spec *timeline_spec(void)
{
    return parse(
        "{\"format\": 1, \"name\": \"timeline\", \"groups\": [\"behavioral\", \"demographic\"],"
        " \"insufficient_data\": {\"no_activities\": true}, \"features\": ["
        "{\"name\": \"views_30d\", \"group\": \"behavioral\", \"kind\": \"count\","
        " \"events\": {\"types\": [\"Page Viewed\"]}, \"window_days\": 30},"
        "{\"name\": \"views\", \"group\": \"behavioral\", \"kind\": \"count\","
        " \"events\": {\"types\": [\"Page Viewed\"]}},"
        "{\"name\": \"recency\", \"group\": \"behavioral\", \"kind\": \"recency\","
        " \"events\": {\"types\": [\"Page Viewed\"]}},"
        "{\"name\": \"size\", \"group\": \"demographic\", \"kind\": \"number\","
        " \"property\": \"size\"},"
        "{\"name\": \"stage\", \"group\": \"demographic\", \"kind\": \"number\","
        " \"property\": \"stage\"}]}");
}
