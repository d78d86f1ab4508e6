#include "allocation_trials.h"

#define N_FILE_LEADS 4u
#define N_TRAINING_LEADS 150u

/** Leads that are there already, so that giving them takes no memory. */
typedef struct held_leads {
    lsc_lead *leads[N_TRAINING_LEADS];
    lsc_outcome outcomes[N_TRAINING_LEADS];
    unsigned next;
} held_leads;

static lsc_status next_held(void *ctx, lsc_record *record, bool *more, lsc_error *error)
{
    (void)error;
    held_leads *held = ctx;
    *more = held->next < N_TRAINING_LEADS;
    if (*more) {
        unsigned i = held->next++;
        *record = (lsc_record){held->leads[i], &held->outcomes[i], 1, held->next};
    }
    return LSC_OK;
}

static lsc_status rewind_held(void *ctx, lsc_error *error)
{
    (void)error;
    ((held_leads *)ctx)->next = 0;
    return LSC_OK;
}

static void free_held(void *ctx)
{
    held_leads *held = ctx;
    for (unsigned i = 0; i < N_TRAINING_LEADS; i++) {
        lsc_lead_free(held->leads[i]);
    }
    free(held);
}

static lsc_source *hold_leads(void)
{
    held_leads *held = calloc(1, sizeof *held);
    for (unsigned i = 0; i < N_TRAINING_LEADS; i++) {
        held->leads[i] = make_lead(i, NULL);
        held->outcomes[i].converted = lead_converts(i, &held->outcomes[i].time_ms);
    }
    lsc_source_calls calls = LSC_SOURCE_CALLS_INIT;
    calls.next = next_held;
    calls.rewind = rewind_held;
    calls.free = free_held;
    calls.has_times = true;
    lsc_source *source;
    ck_ok(lsc_source_new(&calls, held, NULL, &source, error));
    return source;
}

static FILE *create(const char *name, char path[4200])
{
    snprintf(path, 4200, "%s/%s", lsc_test_folder(), name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    return file;
}

/** The activities of lead `number`, a line each, with `head` before the first member of each. */
static void write_activities(FILE *file, const char *activities, const char *head,
                             const char *between)
{
    const char *separator = "";
    for (const char *line = activities; *line != '\0'; line = strchr(line, '\n') + 1) {
        fprintf(file, "%s{%s%.*s", separator, head, (int)(strchr(line, '\n') - line - 1), line + 1);
        separator = between;
    }
}

static void write_ndjson(conditions *with)
{
    FILE *leads = create("leads.ndjson", with->leads_path);
    FILE *activities = create("activities.ndjson", with->activities_path);
    FILE *outcomes = create("outcomes.ndjson", with->outcomes_path);
    FILE *embedded = create("embedded.ndjson", with->embedded_path);
    for (unsigned number = 0; number < N_FILE_LEADS; number++) {
        lead_text text;
        char head[64];
        int64_t time_ms;
        write_lead(number, &text);
        snprintf(head, sizeof head, "\"lead_id\": \"lead-%u\", ", number);
        bool converts = lead_converts(number, &time_ms);
        fprintf(leads, "%s\n", text.lead);
        write_activities(activities, text.activities, head, "\n");
        fputs(text.activities[0] == '\0' ? "" : "\n", activities);
        fprintf(outcomes, "{%s\"time\": %lld, \"label\": %s}\n", head, (long long)time_ms,
                converts ? "true" : "false");
        fprintf(embedded, "%.*s, \"activities\": [", (int)strlen(text.lead) - 1, text.lead);
        write_activities(embedded, text.activities, "", ", ");
        fprintf(embedded, "]}\n");
    }
    fclose(leads);
    fclose(activities);
    fclose(outcomes);
    fclose(embedded);
}

static void write_table(conditions *with)
{
    static const char *const trades[] = {"retail", "\"wood, \"\"steel\"\"\"", "", "banking"};
    FILE *file = create("table.csv", with->table_path);
    fprintf(file, "key,age,visits,trade,since,asked,won\n");
    for (unsigned i = 0; i < 60; i++) {
        fprintf(file, "L%u,%u,%u.5,%s,2026-01-%02u,%s,%s\n", i, 20 + i, i % 7, trades[i % 4],
                1 + i % 28, i % 3 == 0 ? "yes" : "no", i % 2 == 0 ? "1" : "0");
    }
    fclose(file);
}

static void write_bundle(conditions *with)
{
    FILE *file = create("bundle.lsm", with->bundle_path);
    ck_assert_uint_eq(fwrite(with->bundle->bytes, 1, with->bundle->length, file),
                      with->bundle->length);
    fclose(file);
}

static char *explain(const conditions *with)
{
    lead_text text;
    const char *json;
    size_t length;
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    write_lead(with->number, &text);
    ck_ok(lsc_explain_json(with->scorer, text.lead, strlen(text.lead), text.activities,
                           strlen(text.activities), AS_OF, &explanation, error));
    ck_ok(lsc_explanation_json(with->scorer, &explanation, "x", 0, &json, &length, error));
    char *copy = malloc(length + 1);
    memcpy(copy, json, length + 1);
    return copy;
}

void conditions_init(conditions *with, const test_bundle *bundle)
{
    *with = (conditions){.bundle = bundle, .number = 3};
    lsc_model *model = load_bundle(bundle, NULL);
    ck_ok(lsc_scorer_new(model, NULL, &with->scorer, error));
    lsc_model_unref(model);
    with->explanation = explain(with);
    with->source = hold_leads();
    write_bundle(with);
    write_ndjson(with);
    write_table(with);
    snprintf(with->out_path, sizeof with->out_path, "%s/written.lsm", lsc_test_folder());
}

void conditions_free(conditions *with)
{
    free(with->explanation);
    lsc_source_free(with->source);
    lsc_scorer_free(with->scorer);
}
