#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <leadscore/leadscore.h>

#include "args.h"
#include "command.h"
#include "facts.h"
#include "json_out.h"
#include "model_args.h"
#include "output.h"
#include "table.h"

enum {
    KEY_JSON = LSC_FIRST_KEY,
    KEY_MEMBER
};

typedef struct inspect_args {
    lsc_model_args loading;
    const char *model;
    const char *member;
    bool json;
} inspect_args;

static const struct argp_option OPTIONS[] = {
    {"json", KEY_JSON, NULL, 0, "As one JSON object", 0},
    {"member", KEY_MEMBER, "NAME", 0, "Print a file of the bundle as it is, e.g. features.json", 0},
    {0},
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    inspect_args *args = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &args->loading;
        break;
    case KEY_JSON:
        args->json = true;
        break;
    case KEY_MEMBER:
        args->member = text;
        break;
    case ARGP_KEY_ARG:
        lsc_arg_once(state, text, &args->model);
        break;
    case ARGP_KEY_END:
        if (args->model == NULL) {
            argp_error(state, "a MODEL is needed");
        }
        if (args->json && args->member != NULL) {
            argp_error(state, "--json and --member cannot go together");
        }
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const char DOC[] =
    "Show what a model holds: where it comes from, how good it is, its features and files."
    "\vEXAMPLES\n"
    "  leadscore inspect model.lsm\n"
    "  leadscore inspect model.lsm --json\n"
    "  leadscore inspect model.lsm --member MODEL_CARD.md\n"
    "  leadscore inspect model.lsm --trust public.pem --self-test\n\n"
    "EXIT CODES\n"
    "  0 done\n"
    "  1 the model is damaged, not trusted, or has no such file\n"
    "  2 wrong command line\n"
    "  3 the system refused";

static const struct argp_child CHILDREN[] = {{&lsc_model_argp, 0, NULL, 0}, {0}};
static const struct argp ARGP = {OPTIONS, parse_option, "MODEL", DOC, CHILDREN, NULL, NULL};

static lsc_look *look_at_member(const lsc_model *model, const char *name)
{
    size_t length = 0;
    const char *json = lsc_model_member(model, name, &length);
    return lsc_look_at(json, length);
}

/* What is known of who made the model, and of how it computes here. */
static void put_trust(const lsc_style *style, const lsc_model_info *info, bool self_test)
{
    if (info->signed_by != NULL) {
        lsc_put_fact(style, "signature", "good, by the trusted key %s", info->signed_by);
    } else if (info->claimed_key != NULL) {
        lsc_put_fact(style, "signature", "not checked; it names the key %s", info->claimed_key);
    } else {
        lsc_put_fact(style, "signature", "none");
    }
    if (self_test) {
        lsc_put_fact(style, "self-test",
                     "passed: its golden scores are the same here, bit for bit");
    }
}

static void put_facts(const lsc_style *style, const lsc_model_info *info, bool self_test)
{
    fprintf(style->out, "%s", lsc_style_bold(style));
    lsc_put_text(info->name, style->out);
    fprintf(style->out, "%s\n", lsc_style_end(style));
    lsc_put_fact(style, "version", "%s", info->version);
    lsc_put_fact(style, "type", "%s, %s", info->model_type,
                 info->engine == LSC_ENGINE_GBDT ? "boosted trees" : "scorecard");
    lsc_put_fact(style, "features", "%zu, in %zu columns", info->n_features, info->n_columns);
    if (info->engine == LSC_ENGINE_GBDT) {
        lsc_put_fact(style, "trees", "%zu, of %zu nodes, at most %zu deep", info->n_trees,
                     info->n_nodes, info->max_depth);
    }
    lsc_put_fact(style, "calibrated", "%s",
                 info->calibrated                  ? "yes"
                 : info->engine == LSC_ENGINE_GBDT ? "no: probabilities are the model's own"
                                                   : "no: points only");
    lsc_put_fact(style, "sha256", "%s", info->sha256);
    put_trust(style, info, self_test);
}

static void put_features(const lsc_style *style, const lsc_spec *spec)
{
    const size_t n_features = lsc_spec_n_features(spec);
    const char **names = lsc_need((n_features + 1) * sizeof *names);
    for (size_t group = 0; group < lsc_spec_n_groups(spec); group++) {
        size_t n = 0;
        for (size_t i = 0; i < n_features; i++) {
            if (lsc_spec_feature_group(spec, i) == group) {
                names[n++] = lsc_spec_feature_name(spec, i);
            }
        }
        if (n > 0) {
            lsc_put_words(style, lsc_spec_group_name(spec, group), names, n);
        }
    }
    free(names);
}

static void put_members(const lsc_style *style, const lsc_look *manifest)
{
    static const lsc_table_column COLUMNS[] = {
        {"FILE", false}, {"BYTES", true}, {"SHA-256", false}};
    lsc_table *table = lsc_table_new(style, COLUMNS, 3);
    for (const lsc_look *member = lsc_look_first(lsc_look_path(manifest, "members"));
         member != NULL; member = lsc_look_next(member)) {
        const char *name = lsc_look_text(member, "name");
        const char *hash = lsc_look_text(member, "sha256");
        char size[32];
        snprintf(size, sizeof size, "%.0f", lsc_look_number(member, "size"));
        const char *cells[] = {name != NULL ? name : "", size, hash != NULL ? hash : ""};
        lsc_table_row(table, cells);
    }
    lsc_table_end(table);
}

static void print_for_people(const lsc_loaded *loaded, bool self_test)
{
    const lsc_style style = lsc_style_of(stdout);
    lsc_look *manifest = look_at_member(loaded->model, "manifest.json");
    lsc_look *metrics = look_at_member(loaded->model, "metrics.json");
    put_facts(&style, &loaded->info, self_test);
    lsc_put_heading(&style, "Gate");
    lsc_put_gate(&style, manifest);
    if (metrics != NULL) {
        lsc_put_heading(&style, "Training");
        lsc_put_data(&style, manifest, metrics);
        lsc_put_top_features(&style, metrics);
        lsc_put_heading(&style, "Metrics, out of sample");
        lsc_put_metrics(&style, metrics);
    }
    lsc_put_heading(&style, "Grades");
    lsc_put_grades(&style, manifest, metrics);
    lsc_put_heading(&style, "Features by group");
    put_features(&style, lsc_model_spec(loaded->model));
    lsc_put_heading(&style, "Files of the bundle");
    put_members(&style, manifest);
    lsc_look_free(manifest);
    lsc_look_free(metrics);
}

static void emit_member(lsc_emitter *json, const lsc_model *model, const char *key,
                        const char *name)
{
    lsc_look *is_json = look_at_member(model, name);
    lsc_emit_key(json, key);
    if (is_json == NULL) {
        lsc_emit_null(json);
        return;
    }
    char *text = lsc_need_copy(lsc_model_member(model, name, NULL));
    lsc_minify_json(text);
    lsc_emit_raw(json, text);
    free(text);
    lsc_look_free(is_json);
}

static void emit_features(lsc_emitter *json, const lsc_spec *spec)
{
    lsc_emit_key(json, "features");
    lsc_emit_begin(json, '[');
    for (size_t i = 0; i < lsc_spec_n_features(spec); i++) {
        lsc_emit_begin(json, '{');
        lsc_emit_text_member(json, "name", lsc_spec_feature_name(spec, i));
        lsc_emit_text_member(json, "group",
                             lsc_spec_group_name(spec, lsc_spec_feature_group(spec, i)));
        lsc_emit_end(json, '}');
    }
    lsc_emit_end(json, ']');
}

static void emit_trust(lsc_emitter *json, const lsc_model_info *info, bool self_test)
{
    lsc_emit_key(json, "signature");
    if (info->claimed_key == NULL) {
        lsc_emit_null(json);
    } else {
        lsc_emit_begin(json, '{');
        lsc_emit_text_member(json, "key_id", info->claimed_key);
        lsc_emit_bool_member(json, "trusted", info->signed_by != NULL);
        lsc_emit_end(json, '}');
    }
    lsc_emit_text_member(json, "self_test", self_test ? "passed" : NULL);
}

static void print_json(const lsc_loaded *loaded, bool self_test)
{
    const lsc_model_info *info = &loaded->info;
    lsc_emitter json = {.out = stdout};
    lsc_emit_begin(&json, '{');
    lsc_emit_text_member(&json, "name", info->name);
    lsc_emit_text_member(&json, "version", info->version);
    lsc_emit_text_member(&json, "model_type", info->model_type);
    lsc_emit_text_member(&json, "engine", info->engine == LSC_ENGINE_GBDT ? "gbdt" : "scorecard");
    lsc_emit_bool_member(&json, "gate_passed", info->gate_passed);
    lsc_emit_bool_member(&json, "calibrated", info->calibrated);
    lsc_emit_integer_member(&json, "n_features", (int64_t)info->n_features);
    lsc_emit_integer_member(&json, "n_columns", (int64_t)info->n_columns);
    lsc_emit_integer_member(&json, "n_trees", (int64_t)info->n_trees);
    lsc_emit_integer_member(&json, "n_nodes", (int64_t)info->n_nodes);
    lsc_emit_integer_member(&json, "max_depth", (int64_t)info->max_depth);
    lsc_emit_text_member(&json, "sha256", info->sha256);
    lsc_emit_text_member(&json, "spec_sha256", info->spec_sha256);
    emit_trust(&json, info, self_test);
    emit_member(&json, loaded->model, "manifest", "manifest.json");
    emit_member(&json, loaded->model, "metrics", "metrics.json");
    emit_features(&json, lsc_model_spec(loaded->model));
    lsc_emit_end(&json, '}');
    putchar('\n');
}

/* On a terminal: lines as they are, but none of the control characters that could steer it. */
static void show_bytes(const char *bytes, size_t length)
{
    char *copy = lsc_need(length + 1);
    memcpy(copy, bytes, length);
    for (char *line = copy; line < copy + length;) {
        const size_t n = strcspn(line, "\n"); /* or to a NUL within */
        const char ended_by = line[n];
        line[n] = '\0';
        lsc_put_text(line, stdout);
        line += n + 1;
        if (ended_by == '\n' || line < copy + length) {
            putchar(ended_by == '\n' ? '\n' : '?');
        }
    }
    free(copy);
}

static lsc_status print_member(const lsc_model *model, const char *name, lsc_error *error)
{
    size_t length = 0;
    const char *bytes = lsc_model_member(model, name, &length);
    if (bytes == NULL) {
        return lsc_fail_with(error, LSC_NOT_FOUND, "%s cannot be shown: %s", name,
                             strcmp(name, "model.ubj") == 0
                                 ? "it is not kept once read; 'tar --zstd -xf MODEL' has it"
                                 : "the bundle has no such file");
    }
    if (isatty(STDOUT_FILENO)) {
        show_bytes(bytes, length);
    } else {
        fwrite(bytes, 1, length, stdout);
    }
    return LSC_OK;
}

static lsc_status run(const inspect_args *args, lsc_error *error)
{
    lsc_loaded loaded;
    lsc_status status = lsc_load_for_use(args->model, &args->loading, &loaded, error);
    if (status != LSC_OK) {
        return status;
    }
    if (args->member != NULL) {
        status = print_member(loaded.model, args->member, error);
    } else if (args->json) {
        print_json(&loaded, args->loading.self_test);
    } else {
        print_for_people(&loaded, args->loading.self_test);
    }
    lsc_loaded_free(&loaded);
    return status == LSC_OK ? lsc_output_flush(error) : status;
}

int lsc_cmd_inspect(int argc, char **argv)
{
    inspect_args args = {.model = NULL};
    lsc_parse_args(&ARGP, argc, argv, &args);
    lsc_error error = LSC_ERROR_INIT;
    return lsc_finish(run(&args, &error), &error);
}
