#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <leadscore/leadscore.h>

#include "args.h"
#include "command.h"
#include "json_in.h"
#include "json_out.h"
#include "model_args.h"
#include "output.h"
#include "report_page.h"

typedef struct report_args {
    lsc_model_args loading;
    const char *model;
    const char *output;
} report_args;

static const struct argp_option OPTIONS[] = {
    {"output", 'o', "FILE", 0, "The page to write; '-' is standard output", 0},
    {0},
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    report_args *args = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &args->loading;
        break;
    case 'o':
        args->output = text;
        break;
    case ARGP_KEY_ARG:
        lsc_arg_once(state, text, &args->model);
        break;
    case ARGP_KEY_END:
        if (args->model == NULL) {
            argp_error(state, "a MODEL is needed");
        }
        if (args->output == NULL) {
            argp_error(state, "-o FILE is needed");
        }
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const char DOC[] =
    "Write what is known of a model as one page of HTML, to read in a browser: what it is, how "
    "good "
    "it is, what it leans on. The page needs no network and holds no row of anyone's data."
    "\vEXAMPLES\n"
    "  leadscore report model.lsm -o report.html\n"
    "  leadscore report model.lsm --trust public.pem --self-test -o report.html\n\n"
    "The same model gives the same bytes.\n\n"
    "EXIT CODES\n"
    "  0 the page was written\n"
    "  1 the model is damaged or not trusted\n"
    "  2 wrong command line\n"
    "  3 the system refused";

static const struct argp_child CHILDREN[] = {{&lsc_model_argp, 0, NULL, 0}, {0}};
static const struct argp ARGP = {OPTIONS, parse_option, "MODEL -o FILE", DOC, CHILDREN, NULL, NULL};

/* A JSON file of the bundle as it is; null where there is none. */
static void emit_member(lsc_emitter *json, const lsc_model *model, const char *key,
                        const char *name)
{
    size_t length = 0;
    const char *text = lsc_model_member(model, name, &length);
    lsc_look *is_json = lsc_look_at(text, text != NULL ? length : 0);
    lsc_emit_key(json, key);
    if (is_json == NULL) {
        lsc_emit_null(json);
        return;
    }
    char *copy = lsc_need_copy(text);
    lsc_minify_json(copy);
    lsc_emit_raw(json, copy);
    free(copy);
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

static void emit_model(lsc_emitter *json, const lsc_model_info *info, bool self_test)
{
    lsc_emit_key(json, "model");
    lsc_emit_begin(json, '{');
    lsc_emit_text_member(json, "name", info->name);
    lsc_emit_text_member(json, "version", info->version);
    lsc_emit_text_member(json, "model_type", info->model_type);
    lsc_emit_text_member(json, "engine", info->engine == LSC_ENGINE_GBDT ? "gbdt" : "scorecard");
    lsc_emit_bool_member(json, "gate_passed", info->gate_passed);
    lsc_emit_bool_member(json, "calibrated", info->calibrated);
    lsc_emit_integer_member(json, "n_features", (int64_t)info->n_features);
    lsc_emit_integer_member(json, "n_columns", (int64_t)info->n_columns);
    lsc_emit_integer_member(json, "n_trees", (int64_t)info->n_trees);
    lsc_emit_integer_member(json, "n_nodes", (int64_t)info->n_nodes);
    lsc_emit_integer_member(json, "max_depth", (int64_t)info->max_depth);
    lsc_emit_text_member(json, "sha256", info->sha256);
    lsc_emit_text_member(json, "signed_by", info->signed_by);
    lsc_emit_text_member(json, "claimed_key", info->claimed_key);
    lsc_emit_bool_member(json, "self_test", self_test);
    lsc_emit_end(json, '}');
}

static void emit_data(FILE *out, const lsc_loaded *loaded, bool self_test)
{
    lsc_emitter json = {.out = out};
    lsc_emit_begin(&json, '{');
    lsc_emit_integer_member(&json, "format", 1);
    lsc_emit_text_member(&json, "library_version", lsc_version());
    emit_model(&json, &loaded->info, self_test);
    emit_member(&json, loaded->model, "manifest", "manifest.json");
    emit_member(&json, loaded->model, "metrics", "metrics.json");
    emit_member(&json, loaded->model, "reference", "reference.json");
    emit_member(&json, loaded->model, "scorecard", "scorecard.json");
    emit_features(&json, lsc_model_spec(loaded->model));
    lsc_emit_text_member(&json, "card", lsc_model_member(loaded->model, "MODEL_CARD.md", NULL));
    lsc_emit_end(&json, '}');
}

/* JSON inside a script element: '<' stands in strings only, where an escape says the same, and
   without it nothing in a model can end the element. */
static void write_data(FILE *out, const char *json, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (json[i] == '<') {
            fputs("\\u003c", out);
        } else {
            putc(json[i], out);
        }
    }
}

static lsc_status write_page(const report_args *args, const char *json, size_t length,
                             lsc_error *error)
{
    lsc_output output;
    lsc_status status = lsc_output_open(args->output, &output, error);
    if (status != LSC_OK) {
        return status;
    }
    fwrite(lsc_page_before, 1, lsc_page_before_size, output.stream);
    write_data(output.stream, json, length);
    fwrite(lsc_page_after, 1, lsc_page_after_size, output.stream);
    return lsc_output_commit(&output, error);
}

static lsc_status run(const report_args *args, lsc_error *error)
{
    lsc_loaded loaded;
    char *json = NULL;
    size_t length = 0;
    lsc_status status = lsc_load_for_use(args->model, &args->loading, &loaded, error);
    if (status != LSC_OK) {
        return status;
    }
    FILE *data = open_memstream(&json, &length);
    if (data == NULL) {
        status = lsc_fail_with(error, LSC_NO_MEMORY, "out of memory");
    } else {
        emit_data(data, &loaded, args->loading.self_test);
        if (fclose(data) != 0) {
            status = lsc_fail_with(error, LSC_NO_MEMORY, "out of memory");
        }
    }
    if (status == LSC_OK) {
        status = write_page(args, json, length, error);
    }
    free(json);
    lsc_loaded_free(&loaded);
    return status;
}

int lsc_cmd_report(int argc, char **argv)
{
    report_args args = {.model = NULL};
    lsc_parse_args(&ARGP, argc, argv, &args);
    lsc_error error = LSC_ERROR_INIT;
    return lsc_finish(run(&args, &error), &error);
}
