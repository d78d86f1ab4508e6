/*
 * A client built with the headers of an older release (tests/abi/0.1), and run with the library of
 * today. Its structs may be shorter than the library's: they are read as far as they go, and nothing
 * is written past their end.
 *
 *     client BUNDLE FOLDER     a bundle of boosted trees; a folder for files
 */
#include <stdio.h>
#include <string.h>

#include <leadscore/leadscore.h>

#define AS_OF INT64_C(1761609600000)
#define CANARY 0xA5

static int n_run;
static int n_failed;
static lsc_error last = LSC_ERROR_INIT;

static void check(bool ok, const char *what)
{
    n_run++;
    if (!ok) {
        n_failed++;
        printf("client: %s: %s\n", what, last.message);
    }
}

#define CHECK(condition) check(condition, #condition)

/** A struct that the library writes, and bytes after it that it must not. */
#define GUARDED(type)             \
    struct {                      \
        type written;             \
        unsigned char after[256]; \
    }

static bool is_untouched(const unsigned char after[256])
{
    bool untouched = true;
    for (size_t i = 0; i < 256; i++) {
        untouched = untouched && after[i] == CANARY;
    }
    return untouched;
}

static const char lead_json[] =
    "{\"id\": \"L1\", \"email\": \"a@example.com\", \"job_title\": \"VP of Sales\", "
    "\"created_at\": "
    "\"2025-03-01\", \"company\": {\"industry\": \"software\", \"employee_count\": 120}}";
static const char activities_json[] =
    "{\"id\": \"1\", \"type\": \"Page Viewed\", \"time\": \"2025-10-01T10:00:00Z\"}\n"
    "{\"id\": \"2\", \"type\": \"Demo Requested\", \"time\": \"2025-10-02T10:00:00Z\"}\n";

static lsc_model *load(const char *path)
{
    lsc_load options = LSC_LOAD_INIT;
    lsc_model *model = NULL;
    options.self_test = true;
    CHECK(lsc_model_load_file(path, &options, &model, &last) == LSC_OK);
    return model;
}

static void look_at(const lsc_model *model)
{
    GUARDED(lsc_model_info) info = {LSC_MODEL_INFO_INIT, {0}};
    memset(info.after, CANARY, sizeof info.after);
    CHECK(lsc_model_get_info(model, &info.written, &last) == LSC_OK);
    CHECK(strcmp(info.written.name, "golden") == 0 && info.written.engine == LSC_ENGINE_GBDT);
    CHECK(info.written.size == sizeof info.written && strlen(info.written.spec_sha256) == 64);
    CHECK(is_untouched(info.after));
}

static void add_typed(lsc_lead *lead)
{
    lsc_property path = {.name = "path", .type = LSC_VALUE_TEXT, .text = "/pricing"};
    lsc_activity activity = LSC_ACTIVITY_INIT;
    activity.id = "3";
    activity.type = "Page Viewed";
    activity.time_ms = AS_OF - 1000;
    activity.properties = &path;
    activity.n_properties = 1;
    CHECK(lsc_lead_add_activity(lead, &activity, &last) == LSC_OK);
}

static lsc_lead *make_lead(void)
{
    lsc_lead *lead = NULL;
    CHECK(lsc_lead_new(NULL, &lead, &last) == LSC_OK);
    CHECK(lsc_lead_parse_json(lead, lead_json, strlen(lead_json), &last) == LSC_OK);
    CHECK(lsc_lead_add_activities_json(lead, activities_json, strlen(activities_json), &last) ==
          LSC_OK);
    add_typed(lead);
    CHECK(lsc_lead_n_activities(lead) == 3);
    return lead;
}

static void score(lsc_scorer *scorer, lsc_lead *lead)
{
    GUARDED(lsc_result) result = {LSC_RESULT_INIT, {0}};
    GUARDED(lsc_explanation) explanation = {LSC_EXPLANATION_INIT, {0}};
    const char *json = NULL;
    size_t length = 0;
    memset(result.after, CANARY, sizeof result.after);
    memset(explanation.after, CANARY, sizeof explanation.after);
    CHECK(lsc_score_lead(scorer, lead, AS_OF, &result.written, &last) == LSC_OK);
    CHECK(is_untouched(result.after));
    CHECK(lsc_explain_lead(scorer, lead, AS_OF, &explanation.written, &last) == LSC_OK);
    CHECK(is_untouched(explanation.after));

    const lsc_explanation *made = &explanation.written;
    CHECK(result.written.status == LSC_SCORED && result.written.score >= 0);
    CHECK(memcmp(&made->result.margin, &result.written.margin, sizeof(float)) == 0);
    int sum = made->baseline;
    for (size_t i = 0; i < made->n_breakdown; i++) {
        sum += made->breakdown[i].points;
    }
    CHECK(sum == result.written.score);
    CHECK(made->n_reasons > 0 && strlen(made->reasons[0].text) > 0);
    CHECK(made->receipt.as_of_ms == AS_OF && strlen(made->receipt.result_sha256) == 64);
    CHECK(lsc_explanation_json(scorer, made, "L1", 0, &json, &length, &last) == LSC_OK);
    CHECK(lsc_replay_lead(scorer, lead, json, length, &last) == LSC_OK);
}

static bool write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    bool ok = file != NULL && fputs(text, file) >= 0;
    return file != NULL && fclose(file) == 0 && ok;
}

static size_t count_leads(lsc_source *source)
{
    lsc_record record;
    bool more = true;
    size_t n_leads = 0;
    while (lsc_source_next(source, &record, &more, &last) == LSC_OK && more) {
        n_leads += record.lead != NULL;
    }
    return n_leads;
}

static void read_files(const char *folder)
{
    char path[4096];
    lsc_source *source = NULL;
    snprintf(path, sizeof path, "%s/leads.ndjson", folder);
    CHECK(write_text(path, lead_json));
    lsc_files files = LSC_FILES_INIT;
    files.leads = path;
    CHECK(lsc_source_open_files(&files, &source, &last) == LSC_OK);
    CHECK(source != NULL && count_leads(source) == 1 && lsc_source_has_times(source));
    lsc_source_free(source);
}

static void read_table(const char *folder)
{
    char path[4096];
    lsc_source *source = NULL;
    snprintf(path, sizeof path, "%s/table.csv", folder);
    CHECK(write_text(path, "key;visits;won\na;1;yes\nb;2;no\nc;3;yes\n"));
    lsc_csv csv = LSC_CSV_INIT;
    csv.path = path;
    csv.label = "won";
    csv.id = "key";
    csv.delimiter = ';';
    CHECK(lsc_source_open_csv(&csv, &source, &last) == LSC_OK);

    static const char *const excluded[] = {"visits"};
    lsc_infer infer = LSC_INFER_INIT;
    lsc_spec *spec = NULL;
    infer.exclude = excluded;
    infer.n_exclude = 1;
    CHECK(lsc_spec_infer(source, &infer, NULL, &spec, NULL, &last) == LSC_BAD_DATA);
    CHECK(lsc_source_rewind(source, &last) == LSC_OK);
    infer.n_exclude = 0;
    CHECK(lsc_spec_infer(source, &infer, NULL, &spec, NULL, &last) == LSC_OK);
    CHECK(spec != NULL && lsc_spec_n_features(spec) == 1);
    lsc_spec_unref(spec);
    lsc_source_free(source);
}

static lsc_status no_lead(void *ctx, lsc_record *record, bool *more, lsc_error *error)
{
    (void)record;
    (void)error;
    ++*(int *)ctx;
    *more = false;
    return LSC_OK;
}

static void read_own(void)
{
    int n_asked = 0;
    lsc_source_calls calls = LSC_SOURCE_CALLS_INIT;
    lsc_source *source = NULL;
    calls.next = no_lead;
    CHECK(lsc_source_new(&calls, &n_asked, NULL, &source, &last) == LSC_OK);
    CHECK(source != NULL && count_leads(source) == 0 && n_asked == 1);
    CHECK(lsc_source_rewind(source, &last) == LSC_UNSUPPORTED);
    lsc_source_free(source);
}

#define CHECK_INIT(type)                                 \
    do {                                                 \
        GUARDED(type) made;                              \
        memset(&made, CANARY, sizeof made);              \
        type##_init(&made.written, sizeof made.written); \
        CHECK(made.written.size == sizeof made.written); \
        CHECK(is_untouched(made.after));                 \
    } while (0)

/** The library's functions write no more than this client's structs have room for. */
static void init_structs(void)
{
    CHECK_INIT(lsc_activity);
    CHECK_INIT(lsc_csv);
    CHECK_INIT(lsc_explanation);
    CHECK_INIT(lsc_files);
    CHECK_INIT(lsc_infer);
    CHECK_INIT(lsc_load);
    CHECK_INIT(lsc_model_info);
    CHECK_INIT(lsc_result);
    CHECK_INIT(lsc_source_calls);
}

int main(int argc, char **argv)
{
    lsc_scorer *scorer = NULL;
    if (argc != 3) {
        fprintf(stderr, "client BUNDLE FOLDER\n");
        return 2;
    }
    lsc_model *model = load(argv[1]);
    if (model != NULL) {
        lsc_lead *lead = make_lead();
        look_at(model);
        CHECK(lsc_scorer_new(model, NULL, &scorer, &last) == LSC_OK);
        score(scorer, lead);
        lsc_scorer_free(scorer);
        lsc_lead_free(lead);
        lsc_model_unref(model);
    }
    init_structs();
    read_files(argv[2]);
    read_table(argv[2]);
    read_own();
    printf("TESTS %d %d\n", n_run, n_failed);
    return n_failed == 0 ? 0 : 1;
}
