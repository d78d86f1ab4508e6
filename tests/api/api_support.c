#include "api_support.h"

#ifdef LSC_WITH_TRAINING
#include <leadscore/train.h>
#endif

#define MAX_DEEDS 12
#define N_TRAINING_LEADS 400u

/** A thing that a lead did. */
typedef struct deed {
    char id[16];
    const char *type;
    int64_t time_ms;
    int64_t recorded_time_ms;
    bool bot;
    const char *path; /**< of a page, or NULL */
} deed;

/** What is known of a lead, before it is told by calls or as JSON. */
typedef struct facts {
    char id[16];
    char email[32];
    const char *industry; /**< NULL: missing */
    const char *country;
    const char *title;
    int employees; /**< 0: missing */
    int64_t created_ms;
    bool profiling;
    deed deeds[MAX_DEEDS];
    unsigned n_deeds;
} facts;

uint32_t roll(test_dice *dice, uint32_t below)
{
    /* Steele, Lea and Flood's SplitMix64, as the tests' own source of numbers. */
    dice->state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t mixed = dice->state;
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((mixed ^ (mixed >> 31)) >> 32) % below;
}

static void make_deed(test_dice *dice, int64_t created_ms, unsigned number, deed *made)
{
    static const char *const types[] = {"Email Opened",  "Email Opened",    "Page Viewed",
                                        "Page Viewed",   "Form Submitted",  "Demo Requested",
                                        "Email Bounced", "Webinar Attended"};
    static const char *const paths[] = {"/pricing", "/pricing/team", "/", "/blog/\"why\""};
    snprintf(made->id, sizeof made->id, "a%u", number);
    made->type = types[roll(dice, 8)];
    made->time_ms = created_ms + roll(dice, 200) * DAY + roll(dice, 86400000);
    made->recorded_time_ms =
        roll(dice, 4) == 0 ? made->time_ms + roll(dice, 30) * DAY : LSC_TIME_NONE;
    made->bot = roll(dice, 8) == 0;
    made->path = strcmp(made->type, "Page Viewed") == 0 ? paths[roll(dice, 4)] : NULL;
}

static facts facts_of(unsigned number)
{
    static const char *const industries[] = {"software", "retail", NULL, "banking"};
    static const char *const countries[] = {"DE", "US", "BR"};
    static const char *const titles[] = {"VP of Sales", "Student", "Leiterin für IT", NULL};
    test_dice dice = {number};
    facts made = {.industry = industries[roll(&dice, 4)],
                  .country = countries[roll(&dice, 3)],
                  .title = titles[roll(&dice, 4)],
                  .employees = roll(&dice, 5) == 0 ? 0 : (int)(1 + roll(&dice, 5000)),
                  .created_ms = FIRST_DAY + roll(&dice, 200) * DAY,
                  .profiling = roll(&dice, 20) != 0,
                  .n_deeds = roll(&dice, MAX_DEEDS + 1)};
    snprintf(made.id, sizeof made.id, "lead-%u", number);
    snprintf(made.email, sizeof made.email, "p%u@%s", number,
             roll(&dice, 2) == 0 ? "gmail.com" : "example.com");
    for (unsigned i = 0; i < made.n_deeds; i++) {
        make_deed(&dice, made.created_ms, i, &made.deeds[i]);
    }
    return made;
}

bool lead_converts(unsigned number, int64_t *time_ms)
{
    facts made = facts_of(number);
    test_dice dice = {number + UINT64_C(1000000)};
    uint32_t interest = made.employees > 2000 ? 2 : 0;
    *time_ms = made.created_ms;
    for (unsigned i = 0; i < made.n_deeds; i++) {
        interest += strcmp(made.deeds[i].type, "Demo Requested") == 0 ? 3 : 0;
        *time_ms = made.deeds[i].time_ms > *time_ms ? made.deeds[i].time_ms : *time_ms;
    }
    *time_ms += (1 + roll(&dice, 20)) * DAY;
    return roll(&dice, 8) < interest;
}

static void add_deed(lsc_lead *lead, const deed *done)
{
    lsc_property path = {.name = "path", .type = LSC_VALUE_TEXT, .text = done->path};
    lsc_activity activity = LSC_ACTIVITY_INIT;
    activity.id = done->id;
    activity.type = done->type;
    activity.time_ms = done->time_ms;
    activity.recorded_time_ms = done->recorded_time_ms;
    activity.bot = done->bot;
    activity.properties = done->path == NULL ? NULL : &path;
    activity.n_properties = done->path == NULL ? 0 : 1;
    ck_ok(lsc_lead_add_activity(lead, &activity, error));
}

void fill_lead(lsc_lead *lead, unsigned number)
{
    facts made = facts_of(number);
    ck_ok(lsc_lead_set_id(lead, made.id, error));
    ck_ok(lsc_lead_set_text(lead, "email", made.email, error));
    ck_ok(lsc_lead_set_text(lead, "company.industry", made.industry, error));
    ck_ok(lsc_lead_set_text(lead, "address.country", made.country, error));
    ck_ok(lsc_lead_set_text(lead, "job_title", made.title, error));
    if (made.employees > 0) {
        ck_ok(lsc_lead_set_number(lead, "company.employee_count", made.employees, error));
    }
    ck_ok(lsc_lead_set_time(lead, "created_at", made.created_ms, error));
    ck_ok(lsc_lead_set_bool(lead, "consent.profiling", made.profiling, error));
    for (unsigned i = 0; i < made.n_deeds; i++) {
        add_deed(lead, &made.deeds[i]);
    }
}

lsc_lead *make_lead(unsigned number, const lsc_allocator *allocator)
{
    lsc_lead *lead;
    ck_ok(lsc_lead_new(allocator, &lead, error));
    fill_lead(lead, number);
    return lead;
}

/** Append to a text of fixed room. */
#define append(text, ...) \
    (void)snprintf((text) + strlen(text), sizeof(text) - strlen(text), __VA_ARGS__)

/** The members in another order than the typed calls, and times in both forms. */
void write_lead(unsigned number, lead_text *text)
{
    facts made = facts_of(number);
    char created[LSC_TIME_TEXT_SIZE];
    lsc_time_format(made.created_ms, created);
    text->lead[0] = '\0';
    append(text->lead, "{\"consent\": {\"profiling\": %s}, \"created_at\": \"%s\", ",
           made.profiling ? "true" : "false", created);
    append(text->lead, "\"address\": {\"country\": \"%s\"}, \"email\": \"%s\", ", made.country,
           made.email);
    if (made.industry != NULL) {
        append(text->lead, "\"company\": {\"industry\": \"%s\"", made.industry);
    } else {
        append(text->lead, "\"company\": {\"industry\": null");
    }
    if (made.employees > 0) {
        append(text->lead, ", \"employee_count\": %d", made.employees);
    }
    append(text->lead, "}, \"job_title\": \"%s\", \"id\": \"%s\"}",
           made.title == NULL ? "" : made.title, made.id);

    text->activities[0] = '\0';
    for (unsigned i = made.n_deeds; i-- > 0;) {
        const deed *done = &made.deeds[i];
        char time[LSC_TIME_TEXT_SIZE];
        lsc_time_format(done->time_ms, time);
        append(text->activities, "{\"time\": \"%s\", \"type\": \"%s\", \"id\": \"%s\", \"bot\": %s",
               time, done->type, done->id, done->bot ? "true" : "false");
        if (done->recorded_time_ms != LSC_TIME_NONE) {
            append(text->activities, ", \"recorded_time\": %lld",
                   (long long)done->recorded_time_ms);
        }
        if (done->path != NULL) {
            bool quoted = strchr(done->path, '"') != NULL;
            append(text->activities, ", \"data\": {\"path\": \"%s\"}",
                   quoted ? "/blog/\\u0022why\\\"" : done->path);
        }
        append(text->activities, "}\n");
    }
}

/* Bundles. */

test_bundle scorecard_bundle(void)
{
    void *bytes;
    size_t length;
    ck_ok(lsc_scorecard_build("api", SCORECARD_SPEC, strlen(SCORECARD_SPEC), SCORECARD,
                              strlen(SCORECARD), &bytes, &length, error));
    test_bundle made = {"scorecard", malloc(length), length};
    memcpy(made.bytes, bytes, length);
    lsc_bundle_free(bytes);
    return made;
}

#ifdef LSC_WITH_TRAINING

/** A source of leads 0 to N_TRAINING_LEADS - 1. */
typedef struct lead_source {
    unsigned next;
    lsc_lead *lead;
    lsc_outcome outcome;
} lead_source;

static lsc_status next_lead(void *ctx, lsc_record *record, bool *more, lsc_error *error)
{
    (void)error;
    lead_source *source = ctx;
    *more = source->next < N_TRAINING_LEADS;
    if (*more) {
        lsc_lead_clear(source->lead);
        fill_lead(source->lead, source->next);
        source->outcome.converted = lead_converts(source->next, &source->outcome.time_ms);
        *record = (lsc_record){source->lead, &source->outcome, 1, source->next + 1};
        source->next++;
    }
    return LSC_OK;
}

static lsc_status rewind_leads(void *ctx, lsc_error *error)
{
    (void)error;
    ((lead_source *)ctx)->next = 0;
    return LSC_OK;
}

static test_bundle trained_bundle(void)
{
    lead_source leads = {0};
    ck_ok(lsc_lead_new(NULL, &leads.lead, error));
    lsc_source_calls calls = LSC_SOURCE_CALLS_INIT;
    calls.next = next_lead;
    calls.rewind = rewind_leads;
    calls.has_times = true;
    lsc_source *source;
    lsc_training *training;
    lsc_train train = LSC_TRAIN_INIT;
    train.folds = 2;
    ck_ok(lsc_source_new(&calls, &leads, NULL, &source, error));
    ck_ok(lsc_train_model(source, &train, &training, error));
    size_t length;
    const void *bytes = lsc_training_bundle(training, &length);
    test_bundle made = {"gbdt", malloc(length), length};
    memcpy(made.bytes, bytes, length);
    lsc_training_free(training);
    lsc_source_free(source);
    lsc_lead_free(leads.lead);
    return made;
}

#endif

size_t make_bundles(test_bundle bundles[MAX_BUNDLES])
{
    bundles[0] = scorecard_bundle();
#ifdef LSC_WITH_TRAINING
    bundles[1] = trained_bundle();
    return 2;
#else
    bundles[1] = (test_bundle){0};
    fprintf(stderr, "SKIPPED: boosted trees, as this build cannot train\n");
    return 1;
#endif
}

void free_bundles(test_bundle bundles[MAX_BUNDLES])
{
    free(bundles[0].bytes);
    free(bundles[1].bytes);
}

lsc_model *load_bundle(const test_bundle *bundle, const lsc_allocator *allocator)
{
    lsc_load load = LSC_LOAD_INIT;
    if (allocator != NULL) {
        load.allocator = *allocator;
    }
    lsc_model *model;
    ck_ok(lsc_model_load_bytes(bundle->bytes, bundle->length, &load, &model, error));
    return model;
}

static void check_same_double(double a, double b)
{
    ck_assert_msg(memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b)), "%.17g, %.17g", a, b);
}

void check_same_result(const lsc_result *a, const lsc_result *b)
{
    ck_assert_int_eq(a->status, b->status);
    ck_assert_int_eq(a->score, b->score);
    ck_assert_int_eq(a->grade, b->grade);
    check_same_double(a->probability, b->probability);
    check_same_double(a->probability_low, b->probability_low);
    check_same_double(a->probability_high, b->probability_high);
    check_same_double(a->confidence, b->confidence);
    check_same_double((double)a->margin, (double)b->margin);
    check_same_double((double)a->raw_probability, (double)b->raw_probability);
    check_same_double(a->points, b->points);
}
