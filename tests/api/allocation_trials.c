#include "allocation_trials.h"

#ifdef LSC_WITH_TRAINING
#include <leadscore/train.h>
#endif

noted_names swept;
noted_names quiet;

bool is_noted(const noted_names *noted, const char *name)
{
    bool found = false;
    for (size_t i = 0; i < noted->n_names && !found; i++) {
        found = strcmp(noted->names[i], name) == 0;
    }
    return found;
}

void note_name(noted_names *noted, const char *name)
{
    if (!is_noted(noted, name)) {
        ck_quick(noted->n_names < MAX_NOTED);
        noted->names[noted->n_names++] = name;
    }
}

/* Models, specs and scorers. */

static lsc_load load_options(const conditions *with)
{
    lsc_load options = LSC_LOAD_INIT;
    if (with->allocator != NULL) {
        options.allocator = *with->allocator;
    }
    options.self_test = true;
    return options;
}

static lsc_status load_bytes(const conditions *with, lsc_error *error)
{
    lsc_load options = load_options(with);
    lsc_model *model;
    lsc_status status = SWEPT(lsc_model_load_bytes)(with->bundle->bytes, with->bundle->length,
                                                    &options, &model, error);
    ck_quick((model != NULL) == (status == LSC_OK));
    lsc_model_unref(model);
    return status;
}

static lsc_status load_file(const conditions *with, lsc_error *error)
{
    lsc_load options = load_options(with);
    lsc_model *model;
    lsc_status status = SWEPT(lsc_model_load_file)(with->bundle_path, &options, &model, error);
    ck_quick((model != NULL) == (status == LSC_OK));
    lsc_model_unref(model);
    return status;
}

static lsc_status parse_spec(const conditions *with, lsc_error *error)
{
    size_t length;
    const char *json = lsc_spec_json(lsc_model_spec(lsc_scorer_model(with->scorer)), &length);
    lsc_spec *spec;
    lsc_status status = SWEPT(lsc_spec_parse)(json, length, with->allocator, &spec, error);
    ck_quick((spec != NULL) == (status == LSC_OK));
    lsc_spec_unref(spec);
    return status;
}

static lsc_status default_spec(const conditions *with, lsc_error *error)
{
    lsc_spec *spec;
    lsc_status status = SWEPT(lsc_spec_default)(with->allocator, &spec, error);
    ck_quick((spec != NULL) == (status == LSC_OK));
    lsc_spec_unref(spec);
    return status;
}

static lsc_status new_scorer(const conditions *with, lsc_scorer **scorer, lsc_error *error)
{
    lsc_status status =
        SWEPT(lsc_scorer_new)(lsc_scorer_model(with->scorer), with->allocator, scorer, error);
    ck_quick((*scorer != NULL) == (status == LSC_OK));
    return status;
}

static lsc_status make_scorer(const conditions *with, lsc_error *error)
{
    lsc_scorer *scorer;
    lsc_status status = new_scorer(with, &scorer, error);
    lsc_scorer_free(scorer);
    return status;
}

/* Leads. */

static lsc_status own_aliases(const conditions *with, lsc_aliases **aliases, lsc_error *error)
{
    static const char json[] = "{\"format\": 1, \"wrapper\": \"record\", \"fields\": {\"email\": "
                               "[\"Mail\", \"mail\"]}, \"other\": {\"budget\": [\"Budget\"]}}";
    lsc_status status =
        SWEPT(lsc_aliases_parse)(json, sizeof json - 1, with->allocator, aliases, error);
    ck_quick((*aliases != NULL) == (status == LSC_OK));
    return status;
}

static lsc_status make_aliases(const conditions *with, lsc_error *error)
{
    lsc_aliases *named;
    lsc_aliases *own;
    lsc_status status = SWEPT(lsc_aliases_named)("hubspot", with->allocator, &named, error);
    ck_quick((named != NULL) == (status == LSC_OK));
    lsc_aliases_unref(named);
    if (status == LSC_OK) {
        status = own_aliases(with, &own, error);
        lsc_aliases_unref(own);
    }
    return status;
}

static lsc_status read_lead(const conditions *with, lsc_lead **lead, lsc_error *error)
{
    lead_text text;
    write_lead(with->number, &text);
    lsc_status status = SWEPT(lsc_lead_new)(with->allocator, lead, error);
    ck_quick((*lead != NULL) == (status == LSC_OK));
    if (status == LSC_OK) {
        status = SWEPT(lsc_lead_parse_json)(*lead, text.lead, strlen(text.lead), error);
        ck_quick(status == LSC_OK || strcmp(lsc_lead_id(*lead), "") == 0);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_lead_add_activities_json)(*lead, text.activities,
                                                     strlen(text.activities), error);
        ck_quick(status == LSC_OK || lsc_lead_n_activities(*lead) == 0);
    }
    return status;
}

static lsc_status parse_lead(const conditions *with, lsc_error *error)
{
    lsc_lead *lead;
    lsc_status status = read_lead(with, &lead, error);
    lsc_lead_free(lead);
    return status;
}

static lsc_status set_properties(lsc_lead *lead, lsc_error *error)
{
    static const char *const items[] = {"crm", "warehouse"};
    const lsc_property list = {
        .name = "technologies", .type = LSC_VALUE_LIST, .items = items, .n_items = 2};
    lsc_status status = SWEPT(lsc_lead_set_id)(lead, "L1", error);
    ck_quick(status == LSC_OK || strcmp(lsc_lead_id(lead), "") == 0);
    for (int i = 0; i < 40 && status == LSC_OK; i++) {
        char name[8];
        snprintf(name, sizeof name, "p%d", i);
        status = SWEPT(lsc_lead_set_text)(lead, name, "value", error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_lead_set)(lead, &list, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_lead_set_number)(lead, "company.employee_count", 12, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_lead_set_bool)(lead, "consent.marketing", true, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_lead_set_time)(lead, "created_at", FIRST_DAY, error);
    }
    return status;
}

static lsc_status add_activities(lsc_lead *lead, lsc_error *error)
{
    lsc_status status = LSC_OK;
    size_t held = 0;
    for (int i = 0; i < 40 && status == LSC_OK; i++) {
        char id[8];
        snprintf(id, sizeof id, "%d", i);
        lsc_property path = {.name = "path", .type = LSC_VALUE_TEXT, .text = "/pricing"};
        lsc_activity activity = LSC_ACTIVITY_INIT;
        activity.id = id;
        activity.type = "Page Viewed";
        activity.time_ms = AS_OF - i;
        activity.properties = &path;
        activity.n_properties = 1;
        status = SWEPT(lsc_lead_add_activity)(lead, &activity, error);
        held += status == LSC_OK;
        ck_quick(lsc_lead_n_activities(lead) == held);
    }
    return status;
}

static lsc_status fill_typed(const conditions *with, lsc_error *error)
{
    lsc_lead *lead;
    lsc_status status = lsc_lead_new(with->allocator, &lead, error);
    if (status == LSC_OK) {
        status = set_properties(lead, error);
    }
    if (status == LSC_OK) {
        status = add_activities(lead, error);
    }
    lsc_lead_free(lead);
    return status;
}

/* Scoring and explaining. */

static lsc_status score_json(const conditions *with, lsc_error *error)
{
    lead_text text;
    write_lead(with->number, &text);
    lsc_scorer *scorer;
    lsc_status status = new_scorer(with, &scorer, error);
    if (status == LSC_OK) {
        lsc_result result = LSC_RESULT_INIT;
        result.score = 12345;
        status = SWEPT(lsc_score_json)(scorer, text.lead, strlen(text.lead), text.activities,
                                       strlen(text.activities), AS_OF, &result, error);
        ck_quick((result.score == 12345) == (status != LSC_OK));
    }
    lsc_scorer_free(scorer);
    return status;
}

static lsc_status explain_json(const conditions *with, lsc_error *error)
{
    lead_text text;
    write_lead(with->number, &text);
    lsc_scorer *scorer;
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    lsc_status status = new_scorer(with, &scorer, error);
    if (status == LSC_OK) {
        status = SWEPT(lsc_explain_json)(scorer, text.lead, strlen(text.lead), text.activities,
                                         strlen(text.activities), AS_OF, &explanation, error);
        ck_quick((explanation.receipt.as_of_ms == AS_OF) == (status == LSC_OK));
    }
    if (status == LSC_OK) {
        const char *json = NULL;
        size_t length = 0;
        status = SWEPT(lsc_explanation_json)(scorer, &explanation, "x", 2, &json, &length, error);
        ck_quick((json != NULL) == (status == LSC_OK));
    }
    lsc_scorer_free(scorer);
    return status;
}

static lsc_status replay(const conditions *with, lsc_error *error)
{
    lsc_scorer *scorer;
    lsc_lead *lead = NULL;
    lsc_status status = new_scorer(with, &scorer, error);
    if (status == LSC_OK) {
        status = read_lead(with, &lead, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_replay_lead)(scorer, lead, with->explanation, strlen(with->explanation),
                                        error);
    }
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
    return status;
}

/* Sources. */

static lsc_status read_to_end(lsc_source *source, lsc_error *error)
{
    lsc_record record;
    bool more = true;
    lsc_status status = LSC_OK;
    while (status == LSC_OK && more) {
        status = SWEPT(lsc_source_next)(source, &record, &more, error);
    }
    return status;
}

/** Read a source twice, and free it. */
static lsc_status read_twice(lsc_source *source, lsc_error *error)
{
    lsc_status status = read_to_end(source, error);
    if (status == LSC_OK) {
        status = SWEPT(lsc_source_rewind)(source, error);
    }
    if (status == LSC_OK) {
        status = read_to_end(source, error);
    }
    lsc_source_free(source);
    return status;
}

static lsc_status no_lead(void *ctx, lsc_record *record, bool *more, lsc_error *error)
{
    (void)ctx;
    (void)record;
    (void)error;
    *more = false;
    return LSC_OK;
}

static lsc_status back_to_no_lead(void *ctx, lsc_error *error)
{
    (void)ctx;
    (void)error;
    return LSC_OK;
}

static lsc_status own_source(const conditions *with, lsc_error *error)
{
    lsc_source_calls calls = LSC_SOURCE_CALLS_INIT;
    calls.next = no_lead;
    calls.rewind = back_to_no_lead;
    lsc_source *source;
    lsc_status status = SWEPT(lsc_source_new)(&calls, NULL, with->allocator, &source, error);
    ck_quick((source != NULL) == (status == LSC_OK));
    return status == LSC_OK ? read_twice(source, error) : status;
}

static lsc_status open_files(const conditions *with, lsc_files *files, lsc_error *error)
{
    if (with->allocator != NULL) {
        files->allocator = *with->allocator;
    }
    lsc_source *source;
    lsc_status status = SWEPT(lsc_source_open_files)(files, &source, error);
    ck_quick((source != NULL) == (status == LSC_OK));
    return status == LSC_OK ? read_twice(source, error) : status;
}

static lsc_status three_files(const conditions *with, lsc_error *error)
{
    lsc_files files = LSC_FILES_INIT;
    files.leads = with->leads_path;
    files.activities = with->activities_path;
    files.outcomes = with->outcomes_path;
    return open_files(with, &files, error);
}

static lsc_status one_file(const conditions *with, lsc_error *error)
{
    lsc_files files = LSC_FILES_INIT;
    files.leads = with->embedded_path;
    return open_files(with, &files, error);
}

static lsc_status open_table(const conditions *with, lsc_source **source, lsc_error *error)
{
    lsc_csv csv = LSC_CSV_INIT;
    csv.path = with->table_path;
    csv.label = "won";
    csv.id = "key";
    if (with->allocator != NULL) {
        csv.allocator = *with->allocator;
    }
    lsc_status status = SWEPT(lsc_source_open_csv)(&csv, source, error);
    ck_quick((*source != NULL) == (status == LSC_OK));
    return status;
}

static lsc_status table(const conditions *with, lsc_error *error)
{
    lsc_source *source;
    lsc_status status = open_table(with, &source, error);
    return status == LSC_OK ? read_twice(source, error) : status;
}

static lsc_status infer(const conditions *with, lsc_error *error)
{
    static const char *const protected[] = {"age"};
    lsc_infer options = LSC_INFER_INIT;
    options.include = protected;
    options.n_include = 1;
    lsc_source *source;
    lsc_status status = open_table(with, &source, error);
    if (status == LSC_OK) {
        lsc_spec *spec;
        char *notes;
        status = SWEPT(lsc_spec_infer)(source, &options, with->allocator, &spec, &notes, error);
        ck_quick((spec != NULL) == (status == LSC_OK) && (notes != NULL) == (status == LSC_OK));
        lsc_text_free(notes);
        lsc_spec_unref(spec);
    }
    lsc_source_free(source);
    return status;
}

/** The table read as events, one a row. */
static lsc_status events(const conditions *with, lsc_error *error)
{
    static const char map[] = "{\"id\": \"key\", \"time\": \"since\", \"type\": {\"column\": "
                              "\"asked\"}, \"data\": {\"age\": \"age\"}, "
                              "\"outcome\": {\"types\": [\"yes\"]}}";
    lsc_events options = LSC_EVENTS_INIT;
    options.path = with->table_path;
    options.map_json = map;
    options.map_length = sizeof map - 1;
    if (with->allocator != NULL) {
        options.allocator = *with->allocator;
    }
    lsc_source *source;
    lsc_spec *spec;
    lsc_status status = SWEPT(lsc_source_open_events)(&options, &source, error);
    ck_quick((source != NULL) == (status == LSC_OK));
    if (status == LSC_OK) {
        status = SWEPT(lsc_spec_infer_events)(source, with->allocator, &spec, error);
        ck_quick((spec != NULL) == (status == LSC_OK));
        lsc_spec_unref(spec);
    }
    lsc_source_free(source);
    return status;
}

/* Training. */

#ifdef LSC_WITH_TRAINING

static lsc_train train_options(const conditions *with)
{
    lsc_train train = LSC_TRAIN_INIT;
    train.folds = 2;
    train.spec = lsc_model_spec(lsc_scorer_model(with->scorer));
    train.incumbent = lsc_scorer_model(with->scorer);
    return train;
}

static lsc_status train_model(const conditions *with, lsc_error *error)
{
    lsc_train train = train_options(with);
    lsc_training *training;
    lsc_status status = SWEPT(lsc_train_model)(with->source, &train, &training, error);
    ck_quick((training != NULL) == (status == LSC_OK));
    lsc_training_free(training);
    return status;
}

static bool take_row(void *ctx, const char *lead_id, int64_t as_of_ms, const float *columns,
                     size_t n_columns, bool label)
{
    (void)ctx;
    (void)lead_id;
    (void)as_of_ms;
    (void)columns;
    (void)n_columns;
    (void)label;
    return true;
}

static lsc_status training_rows(const conditions *with, lsc_error *error)
{
    lsc_train train = train_options(with);
    return SWEPT(lsc_training_rows)(with->source, &train, take_row, NULL, error);
}

static lsc_status evaluate_model(const conditions *with, lsc_error *error)
{
    lsc_train train = train_options(with);
    char *json;
    lsc_status status = SWEPT(lsc_model_evaluate)(lsc_scorer_model(with->scorer), with->source,
                                                  &train, &json, error);
    ck_quick((json != NULL) == (status == LSC_OK));
    lsc_text_free(json);
    return status;
}

static lsc_status metrics(const conditions *with, lsc_error *error)
{
    (void)with;
    static const unsigned char labels[] = {0, 1, 0, 1, 1, 0};
    static const double probabilities[] = {0.1, 0.8, 0.4, 0.4, 0.9, 0.2};
    char *json;
    lsc_status status = SWEPT(lsc_metrics_json)(labels, probabilities, 6, 1, &json, error);
    ck_quick((json != NULL) == (status == LSC_OK));
    lsc_text_free(json);
    return status;
}

/** A scorecard has nothing to compare with: it is refused, and metrics are made again. */
static lsc_status drift(const conditions *with, lsc_error *error)
{
    lsc_model *model = lsc_scorer_model(with->scorer);
    lsc_drift options = LSC_DRIFT_INIT;
    char *json;
    options.as_of_ms = AS_OF;
    lsc_status status = lsc_source_rewind(with->source, error);
    if (status == LSC_OK) {
        status = SWEPT(lsc_drift_json)(model, with->source, &options, &json, error);
        ck_quick((json != NULL) == (status == LSC_OK));
        lsc_text_free(json);
    }
    return status == LSC_UNSUPPORTED ? metrics(with, error) : status;
}

#endif

const trial trials[] = {
    {"load bytes", load_bytes, true, 600, true},
    {"load file", load_file, true, 200, true},
    {"scorer", make_scorer, true, 0, false},
    {"spec", parse_spec, true, 0, false},
    {"default spec", default_spec, true, 0, false},
    {"aliases", make_aliases, true, 0, false},
    {"lead JSON", parse_lead, true, 0, false},
    {"typed lead", fill_typed, true, 0, false},
    {"score JSON", score_json, true, 0, false},
    {"explain JSON", explain_json, true, 0, false},
    {"replay", replay, true, 0, false},
    {"source of one's own", own_source, true, 0, false},
    {"three files", three_files, true, 0, false},
    {"one file", one_file, true, 0, false},
    {"table", table, true, 0, false},
    {"infer", infer, true, 0, false},
    {"events", events, true, 0, false},
    {"Arrow", arrow_trial, true, 0, false},
    {"scorecard", scorecard_trial, false, 0, false},
    {"write bundle", writing_trial, false, 0, false},
    {"sign bundle", signing_trial, false, 100, true},
    {"import bytes", import_bytes_trial, false, 0, true},
    {"import file", import_file_trial, false, 0, true},
#ifdef LSC_WITH_TRAINING
    {"metrics", metrics, false, 0, false},
    {"evaluate", evaluate_model, false, 100, false},
    {"drift", drift, false, 100, false},
    {"training rows", training_rows, false, 0, false},
    {"train", train_model, false, 25, true},
#endif
};
const size_t n_trials = sizeof trials / sizeof trials[0];
