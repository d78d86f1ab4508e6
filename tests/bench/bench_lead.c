/*
 * What one lead costs, from its activities to its reasons: a table of medians in microseconds a call,
 * by the number of activities. The model is of the size S: 100 random trees of depth 4 over the
 * default spec. Each call in turn is of another lead, so that no branch is learned by heart.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/json.h"
#include "core/json_scan.h"
#include "explain/contributions.h"
#include "explain/reasons.h"
#include "explain/receipt.h"
#include "model_fixtures.h"
#include "suite.h"

#define N_LEADS 32
#define N_TREES 100
#define DEPTH 4
#define DAY INT64_C(86400000)
#define AS_OF INT64_C(1775001600000) /* 2026-04-01T00:00:00Z */
/** Calls are timed in rounds of N_LEADS; the median of the rounds is shown. */
#define LEAST_ROUNDS 15
#define MOST_ROUNDS 2000
#define LEAST_SECONDS 0.3

/** A lead, and the same as JSON. */
typedef struct sample {
    lsc_lead *lead;
    lsc_buffer json;
} sample;

/** What is timed. */
typedef struct bench {
    lsc_scorer *scorer;
    const lsc_spec *spec;
    size_t n_columns;
    float *columns;
    lsc_lead *refilled;
    sample samples[N_LEADS];
} bench;

/* Leads */

static const char *pick(lsc_random *random, const char *const *texts, size_t n)
{
    return texts[lsc_random_below(random, n)];
}
#define PICK(random, texts) pick(random, texts, sizeof(texts) / sizeof(texts)[0])

static void put(lsc_buffer *json, const char *comma, const char *key, const char *text)
{
    lsc_buffer_append_format(json, "%s\"%s\": \"%s\"", comma, key, text);
}

static void put_company(lsc_random *random, lsc_buffer *json)
{
    static const char *const industries[] = {"Computer Software", "Retail", "Banking",
                                             "Hospitality", "Machinery"};
    lsc_buffer_append_text(json, ", \"company\": {\"name\": \"Acme\", \"domain\": \"acme.com\"");
    put(json, ", ", "industry", PICK(random, industries));
    lsc_buffer_append_format(json, ", \"employee_count\": %u, \"annual_revenue\": %u",
                             (unsigned)lsc_random_below(random, 6000),
                             (unsigned)lsc_random_below(random, 90000000));
    lsc_buffer_append_text(json, ", \"technologies\": [\"Salesforce\", \"AWS\", \"Slack\"]}");
}

static void put_person(lsc_random *random, unsigned number, lsc_buffer *json)
{
    static const char *const titles[] = {"VP of Sales", "Head of Marketing", "Student",
                                         "Senior Software Engineer", "Owner"};
    static const char *const domains[] = {"gmail.com", "acme.com", "uni.edu", "web.de"};
    static const char *const countries[] = {"Germany", "US", "Brazil", "Switzerland"};
    static const char *const sources[] = {"webinar", "referral", "paid search"};
    lsc_buffer_append_format(json, "{\"id\": \"lead-%u\", \"email\": \"p%u@%s\"", number, number,
                             PICK(random, domains));
    put(json, ", ", "first_name", "Ada");
    put(json, ", ", "last_name", "Lovelace");
    put(json, ", ", "phone", "+49 30 1234567");
    put(json, ", ", "job_title", PICK(random, titles));
    put(json, ", ", "source", PICK(random, sources));
    put(json, ", ", "status", "open");
    put(json, ", ", "created_at", "2025-06-01T08:00:00Z");
    lsc_buffer_append_format(json, ", \"address\": {\"country\": \"%s\", \"city\": \"Berlin\"}",
                             PICK(random, countries));
    lsc_buffer_append_text(json, ", \"consent\": {\"marketing\": true, \"profiling\": true}");
    put_company(random, json);
}

static void put_data(lsc_random *random, const char *type, lsc_buffer *json)
{
    static const char *const paths[] = {"/", "/pricing", "/pricing/team", "/docs/start", "/blog"};
    if (strcmp(type, "Page Viewed") == 0) {
        lsc_buffer_append_format(
            json, ", \"data\": {\"path\": \"%s\", \"title\": \"A page\", \"duration_seconds\": %u}",
            PICK(random, paths), (unsigned)lsc_random_below(random, 300));
    } else if (strcmp(type, "identify") == 0) {
        lsc_buffer_append_text(json, ", \"data\": {\"job_title\": \"Director of Operations\"}");
    } else {
        lsc_buffer_append_format(json, ", \"data\": {\"campaign\": \"spring-%u\", \"list\": 7}",
                                 (unsigned)lsc_random_below(random, 9));
    }
}

static void put_activity(lsc_random *random, size_t number, int64_t time_ms, lsc_buffer *json)
{
    static const char *const types[] = {
        "Email Delivered", "Email Delivered", "Email Opened",       "Email Opened",
        "Page Viewed",     "Page Viewed",     "Page Viewed",        "Page Viewed",
        "Page Viewed",     "Form Submitted",  "Content Downloaded", "Email Link Clicked",
        "Demo Requested",  "Signed In",       "Webinar Attended",   "Webinar Registered"};
    char time[LSC_TIME_TEXT_SIZE];
    lsc_time_format(time_ms, time);
    const char *type = number % 25 == 12 ? "identify" : PICK(random, types);
    lsc_buffer_append_format(json, "%s{\"id\": \"evt-%05zu\", \"type\": \"%s\", \"source\": \"%s\"",
                             number == 0 ? "" : ", ", number, type,
                             number % 3 == 0 ? "crm" : "website");
    lsc_buffer_append_format(json, ", \"time\": \"%s\", \"bot\": %s", time,
                             lsc_random_below(random, 12) == 0 ? "true" : "false");
    put_data(random, type, json);
    lsc_buffer_append_text(json, "}");
}

static void make_sample(unsigned number, size_t n_activities, sample *made)
{
    lsc_random random;
    lsc_random_seed(&random, number);
    lsc_buffer_init(&made->json, fixture_allocator());
    put_person(&random, number, &made->json);
    lsc_buffer_append_text(&made->json, ", \"activities\": [");
    int64_t step = 120 * DAY / (int64_t)(n_activities + 1);
    for (size_t i = 0; i < n_activities; i++) {
        int64_t time_ms = AS_OF - (int64_t)(n_activities - i) * step +
                          (int64_t)lsc_random_below(&random, (uint64_t)step);
        put_activity(&random, i, time_ms, &made->json);
    }
    lsc_buffer_append_text(&made->json, "]}");
    ck_ok(lsc_lead_new(NULL, &made->lead, error));
    ck_ok(lsc_lead_parse_json(made->lead, made->json.data, made->json.length, error));
}

static lsc_model *make_model(void)
{
    lsc_spec *spec;
    lsc_model *model;
    lsc_buffer ubjson;
    lsc_buffer bundle;
    lsc_buffer_init(&ubjson, fixture_allocator());
    lsc_buffer_init(&bundle, fixture_allocator());
    ck_ok(lsc_spec_default(NULL, &spec, error));
    fixture_random_ubjson(1, N_TREES, DEPTH, lsc_spec_n_columns(spec), &ubjson);
    size_t spec_length;
    const char *spec_json = lsc_spec_json(spec, &spec_length);
    lsc_manifest manifest = fixture_manifest(LSC_ENGINE_GBDT);
    const lsc_bundle_member members[] = {
        {"features.json", spec_json, spec_length},
        {"model.ubj", ubjson.data, ubjson.length},
        {"calibration.json", fixture_calibration, strlen(fixture_calibration)}};
    ck_ok(lsc_bundle_pack(&manifest, spec, members, 3, &bundle, error));
    ck_ok(lsc_model_read(bundle.data, bundle.length, fixture_allocator(), &model, error));
    lsc_spec_unref(spec);
    lsc_buffer_free(&ubjson);
    lsc_buffer_free(&bundle);
    return model;
}

/* Calls */

typedef bool timed_call(bench *b, const sample *s);

static bool call_extract(bench *b, const sample *s)
{
    return lsc_spec_extract(b->spec, s->lead, AS_OF, b->columns, b->n_columns, NULL) == LSC_OK;
}

static bool call_score(bench *b, const sample *s)
{
    lsc_result result = LSC_RESULT_INIT;
    return lsc_score_lead(b->scorer, s->lead, AS_OF, &result, NULL) == LSC_OK;
}

static bool call_vector(bench *b, const sample *s)
{
    (void)s;
    lsc_result result = LSC_RESULT_INIT;
    return lsc_score_vector(b->scorer, b->columns, b->n_columns, &result, NULL) == LSC_OK;
}

static bool call_explain_only(bench *b, const sample *s)
{
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    lsc_scorer_set_receipts(b->scorer, false);
    bool ok = lsc_explain_lead(b->scorer, s->lead, AS_OF, &explanation, NULL) == LSC_OK;
    lsc_scorer_set_receipts(b->scorer, true);
    return ok;
}

static bool call_shap(bench *b, const sample *s)
{
    (void)s;
    lsc_contributions_compute(b->scorer);
    return true;
}

static bool call_explain(bench *b, const sample *s)
{
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    return lsc_explain_lead(b->scorer, s->lead, AS_OF, &explanation, NULL) == LSC_OK;
}

static bool call_reasons(bench *b, const sample *s)
{
    (void)s;
    return lsc_reasons_write(b->scorer, &b->scorer->sightings) > 0;
}

static bool call_receipt(bench *b, const sample *s)
{
    static lsc_explanation explanation = LSC_EXPLANATION_INIT;
    lsc_receipt_write(b->scorer, s->lead, AS_OF, &explanation);
    return true;
}

static bool call_score_json(bench *b, const sample *s)
{
    lsc_result result = LSC_RESULT_INIT;
    return lsc_score_json(b->scorer, s->json.data, s->json.length, NULL, 0, AS_OF, &result, NULL) ==
           LSC_OK;
}

static bool call_read_json(bench *b, const sample *s)
{
    return lsc_lead_parse_json(b->refilled, s->json.data, s->json.length, NULL) == LSC_OK;
}

static const lsc_json_limits limits = {LSC_MAX_LEAD_JSON, LSC_MAX_JSON_DEPTH, 1000000};

static bool call_parse(bench *b, const sample *s)
{
    (void)b;
    lsc_json *root;
    bool ok = lsc_json_parse(s->json.data, s->json.length, &limits, &root, NULL) == LSC_OK;
    lsc_json_free(root);
    return ok;
}

static bool call_scan(bench *b, const sample *s)
{
    (void)b;
    lsc_json_scan scan;
    bool ok = lsc_json_scan_text(s->json.data, s->json.length, &limits, &scan, NULL) == LSC_OK;
    lsc_json_scan_free(&scan);
    return ok;
}

typedef struct row {
    const char *name;
    timed_call *call;
} row;

static const row rows[] = {
    {"extract", call_extract},
    {"score a vector", call_vector},
    {"score a lead", call_score},
    {"explain a lead", call_explain},
    {"  without receipt", call_explain_only},
    {"  contributions", call_shap},
    {"  reasons", call_reasons},
    {"  receipt", call_receipt},
    {"score JSON", call_score_json},
    {"  read the lead", call_read_json},
    {"    parse", call_parse},
    {"      scan", call_scan},
};
#define N_ROWS (sizeof rows / sizeof rows[0])

/* Times */

/** Of this thread: what others do on the machine does not count. */
static double now_us(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

/** Microseconds a call: the median over the rounds. */
static double time_call(bench *b, timed_call *call)
{
    static double rounds[MOST_ROUNDS];
    double begin = now_us();
    size_t n = 0;
    while (n < MOST_ROUNDS && (n < LEAST_ROUNDS || now_us() - begin < LEAST_SECONDS * 1e6)) {
        double before = now_us();
        for (size_t i = 0; i < N_LEADS; i++) {
            if (!call(b, &b->samples[i])) {
                fprintf(stderr, "a timed call failed\n");
                exit(1);
            }
        }
        rounds[n++] = (now_us() - before) / N_LEADS;
    }
    qsort(rounds, n, sizeof *rounds, compare_doubles);
    return rounds[n / 2];
}

static void time_leads(bench *b, size_t n_activities, double times[N_ROWS], double *json_bytes)
{
    *json_bytes = 0;
    for (unsigned i = 0; i < N_LEADS; i++) {
        make_sample(i, n_activities, &b->samples[i]);
        *json_bytes += (double)b->samples[i].json.length / N_LEADS;
    }
    for (size_t i = 0; i < N_ROWS; i++) {
        times[i] = time_call(b, rows[i].call);
    }
    for (size_t i = 0; i < N_LEADS; i++) {
        lsc_lead_free(b->samples[i].lead);
        lsc_buffer_free(&b->samples[i].json);
    }
}

START_TEST(what_a_lead_costs)
{
    static const size_t sizes[] = {0, 10, 30, 100, 1000};
    enum {
        n_sizes = sizeof sizes / sizeof sizes[0]
    };
    double times[n_sizes][N_ROWS];
    double json_bytes[n_sizes];
    bench b = {0};
    lsc_model *model = make_model();
    ck_ok(lsc_scorer_new(model, NULL, &b.scorer, error));
    ck_ok(lsc_lead_new(NULL, &b.refilled, error));
    b.spec = lsc_model_spec(model);
    b.n_columns = lsc_spec_n_columns(b.spec);
    b.columns = calloc(b.n_columns, sizeof *b.columns);
    printf("%-20s", "activities");
    for (size_t i = 0; i < n_sizes; i++) {
        printf("%10zu", sizes[i]);
        time_leads(&b, sizes[i], times[i], &json_bytes[i]);
    }
    printf("\n%-20s", "bytes of JSON");
    for (size_t i = 0; i < n_sizes; i++) {
        printf("%10.0f", json_bytes[i]);
    }
    for (size_t r = 0; r < N_ROWS; r++) {
        printf("\n%-20s", rows[r].name);
        for (size_t i = 0; i < n_sizes; i++) {
            printf("%10.2f", times[i][r]);
        }
    }
    printf("\nmicroseconds a call, median; %d trees of depth %d, %zu features, %zu columns\n",
           N_TREES, DEPTH, lsc_spec_n_features(b.spec), b.n_columns);
    free(b.columns);
    lsc_lead_free(b.refilled);
    lsc_scorer_free(b.scorer);
    lsc_model_unref(model);
}
END_TEST

LSC_SUITE("bench/lead", TEST(what_a_lead_costs))
