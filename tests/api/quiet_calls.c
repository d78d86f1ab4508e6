#include "allocation_trials.h"
#include "malloc_watch.h"

#ifdef LSC_WITH_TRAINING
#include <leadscore/train.h>
#endif

#define MAX_COLUMNS 512

/** What is there before memory runs out. */
typedef struct quiet_things {
    lsc_lead *lead;
    lsc_source *source;
    lsc_scorer *scorer;
    lsc_model *model;
    lsc_spec *spec;
    lsc_aliases *aliases;
    char *text;
    void *bundle;
    size_t bundle_length;
    size_t n_columns;
    float columns[MAX_COLUMNS];
#ifdef LSC_WITH_TRAINING
    lsc_training *training;
#endif
} quiet_things;

static void prepare(const conditions *with, quiet_things *things)
{
    lsc_csv csv = LSC_CSV_INIT;
    lsc_spec *spec;
    csv.path = with->table_path;
    things->lead = make_lead(with->number, NULL);
    ck_ok(lsc_source_open_csv(&csv, &things->source, error));
    ck_ok(lsc_spec_infer(things->source, NULL, NULL, &spec, &things->text, error));
    lsc_spec_unref(spec);
    ck_ok(lsc_aliases_named("hubspot", NULL, &things->aliases, error));
    things->model = load_bundle(with->bundle, NULL);
    ck_ok(lsc_scorer_new(things->model, NULL, &things->scorer, error));
    ck_ok(lsc_scorecard_build("api", SCORECARD_SPEC, strlen(SCORECARD_SPEC), SCORECARD,
                              strlen(SCORECARD), &things->bundle, &things->bundle_length, error));
#ifdef LSC_WITH_TRAINING
    lsc_train train = LSC_TRAIN_INIT;
    train.folds = 2;
    train.spec = lsc_model_spec(things->model);
    ck_ok(lsc_source_rewind(with->source, error));
    ck_ok(lsc_train_model(with->source, &train, &things->training, error));
#endif
}

static bool set_structs(void)
{
    lsc_activity activity;
    lsc_csv csv;
    lsc_events events;
    lsc_explanation explanation;
    lsc_files files;
    lsc_import import;
    lsc_infer infer;
    lsc_load load;
    lsc_model_info info;
    lsc_result result;
    lsc_source_calls calls;
    QUIET(lsc_activity_init)(&activity, sizeof activity);
    QUIET(lsc_csv_init)(&csv, sizeof csv);
    QUIET(lsc_events_init)(&events, sizeof events);
    QUIET(lsc_explanation_init)(&explanation, sizeof explanation);
    QUIET(lsc_files_init)(&files, sizeof files);
    QUIET(lsc_import_init)(&import, sizeof import);
    QUIET(lsc_infer_init)(&infer, sizeof infer);
    QUIET(lsc_load_init)(&load, sizeof load);
    QUIET(lsc_model_info_init)(&info, sizeof info);
    QUIET(lsc_result_init)(&result, sizeof result);
    QUIET(lsc_source_calls_init)(&calls, sizeof calls);
    return events.size == sizeof events && activity.size == sizeof activity &&
           csv.size == sizeof csv && explanation.size == sizeof explanation &&
           files.size == sizeof files && infer.size == sizeof infer && load.size == sizeof load &&
           info.size == sizeof info && result.size == sizeof result && calls.size == sizeof calls;
}

/* The lead and the scorer leave as they came. */
static bool choose_aliases(const quiet_things *things)
{
    lsc_aliases *aliases = things->aliases;
    bool ok = QUIET(lsc_aliases_ref)(aliases) == aliases &&
              strcmp(QUIET(lsc_aliases_meaning)(aliases, "jobtitle"), "job_title") == 0 &&
              QUIET(lsc_lead_set_aliases)(things->lead, aliases, NULL) == LSC_OK &&
              QUIET(lsc_scorer_set_aliases)(things->scorer, aliases, NULL) == LSC_OK &&
              lsc_lead_set_aliases(things->lead, NULL, NULL) == LSC_OK &&
              lsc_scorer_set_aliases(things->scorer, NULL, NULL) == LSC_OK;
    QUIET(lsc_aliases_unref)(aliases);
    return ok;
}

static bool name_things(void)
{
    char text[LSC_TIME_TEXT_SIZE];
    int64_t time_ms;
    QUIET(lsc_time_format)(AS_OF, text);
    return QUIET(lsc_time_parse)(text, strlen(text), &time_ms, NULL) == LSC_OK &&
           time_ms == AS_OF && strcmp(QUIET(lsc_status_name)(LSC_OK), "LSC_OK") == 0 &&
           strcmp(QUIET(lsc_outcome_status_name)(LSC_SCORED), "scored") == 0 &&
           strcmp(QUIET(lsc_version)(), LSC_VERSION) == 0;
}

static bool look_at_spec(quiet_things *things)
{
    size_t length;
    things->spec = QUIET(lsc_model_spec)(things->model);
    const lsc_spec *spec = things->spec;
    things->n_columns = QUIET(lsc_spec_n_columns)(spec);
    bool ok = QUIET(lsc_spec_ref)(things->spec) == spec;
    QUIET(lsc_spec_unref)(things->spec);
    return ok && things->n_columns <= MAX_COLUMNS && QUIET(lsc_spec_n_features)(spec) > 0 &&
           QUIET(lsc_spec_n_groups)(spec) > 0 && QUIET(lsc_spec_feature_name)(spec, 0) != NULL &&
           QUIET(lsc_spec_feature_group)(spec, 0) != SIZE_MAX &&
           QUIET(lsc_spec_group_name)(spec, 0) != NULL &&
           QUIET(lsc_spec_column_name)(spec, 0) != NULL &&
           QUIET(lsc_spec_column_feature)(spec, 0) == 0 &&
           QUIET(lsc_spec_json)(spec, &length) != NULL;
}

static bool look_at_model(const quiet_things *things)
{
    size_t length;
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    bool ok = QUIET(lsc_model_ref)(things->model) == things->model;
    QUIET(lsc_model_unref)(things->model);
    return ok && QUIET(lsc_model_get_info)(things->model, &info, NULL) == LSC_OK &&
           QUIET(lsc_model_n_members)(things->model) > 0 &&
           QUIET(lsc_model_member_name)(things->model, 0) != NULL &&
           QUIET(lsc_model_member)(things->model, "manifest.json", &length) != NULL &&
           QUIET(lsc_scorer_model)(things->scorer) == things->model;
}

static bool score(quiet_things *things)
{
    float probability;
    float contributions[MAX_COLUMNS + 1];
    lsc_result result = LSC_RESULT_INIT;
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    lsc_scorer *scorer = things->scorer;
    size_t n_columns = things->n_columns;
    float *columns = things->columns;
    QUIET(lsc_scorer_set_receipts)(scorer, true);
    return QUIET(lsc_spec_extract)(things->spec, things->lead, AS_OF, columns, n_columns, NULL) ==
               LSC_OK &&
           QUIET(lsc_score_lead)(scorer, things->lead, AS_OF, &result, NULL) == LSC_OK &&
           QUIET(lsc_score_vector)(scorer, columns, n_columns, &result, NULL) == LSC_OK &&
           QUIET(lsc_score_batch)(scorer, columns, 1, n_columns, &probability, NULL, NULL) ==
               LSC_OK &&
           QUIET(lsc_explain_lead)(scorer, things->lead, AS_OF, &explanation, NULL) == LSC_OK &&
           QUIET(lsc_explain_vector)(scorer, columns, n_columns, &explanation, NULL) == LSC_OK &&
           QUIET(lsc_contributions_batch)(scorer, columns, 1, n_columns, contributions, NULL) ==
               LSC_OK;
}

static bool free_things(quiet_things *things)
{
    bool ok = !QUIET(lsc_source_has_times)(things->source) &&
              !QUIET(lsc_source_repeats)(things->source) &&
              QUIET(lsc_lead_id)(things->lead)[0] != '\0';
    QUIET(lsc_lead_clear)(things->lead);
    ok = ok && QUIET(lsc_lead_n_activities)(things->lead) == 0;
    QUIET(lsc_lead_free)(things->lead);
    QUIET(lsc_source_free)(things->source);
    QUIET(lsc_scorer_free)(things->scorer);
    QUIET(lsc_text_free)(things->text);
    QUIET(lsc_bundle_free)(things->bundle);
    lsc_model_unref(things->model);
    lsc_aliases_unref(things->aliases);
    return ok;
}

#ifdef LSC_WITH_TRAINING
static bool look_at_training(quiet_things *things)
{
    lsc_train train;
    lsc_drift drift;
    size_t length;
    QUIET(lsc_train_init)(&train, sizeof train);
    QUIET(lsc_drift_init)(&drift, sizeof drift);
    bool ok = train.size == sizeof train && drift.size == sizeof drift &&
              QUIET(lsc_training_bundle)(things->training, &length) != NULL &&
              QUIET(lsc_training_metrics_json)(things->training) != NULL &&
              QUIET(lsc_training_gate_reasons)(things->training) != NULL;
    QUIET(lsc_training_gate_passed)(things->training);
    QUIET(lsc_training_n_leaks)(things->training);
    QUIET(lsc_training_leak_column)(things->training, 0);
    QUIET(lsc_training_leak_reason)(things->training, 0);
    QUIET(lsc_training_free)(things->training);
    return ok;
}
#endif

bool make_quiet_calls(const conditions *with)
{
    quiet_things things = {.lead = NULL};
    prepare(with, &things);
    malloc_faults_begin(1, false);
    bool ok = set_structs();
    ok = name_things() && ok;
    ok = look_at_spec(&things) && ok;
    ok = look_at_model(&things) && ok;
    ok = choose_aliases(&things) && ok;
    ok = score(&things) && ok;
#ifdef LSC_WITH_TRAINING
    ok = look_at_training(&things) && ok;
#endif
#ifdef LSC_WITH_STORE
    ok = make_quiet_store_calls() && ok;
#endif
    ok = free_things(&things) && ok;
    return malloc_faults_end().calls == 0 && ok;
}
