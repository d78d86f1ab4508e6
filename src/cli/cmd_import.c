#include <stdlib.h>

#include <leadscore/leadscore.h>

#include "args.h"
#include "command.h"
#include "input.h"
#include "output.h"

enum {
    KEY_SPEC = LSC_FIRST_KEY,
    KEY_NAME,
    KEY_MODEL_VERSION,
    KEY_CREATED
};

typedef struct import_args {
    lsc_import import;
    const char *model;
    const char *spec;
    const char *output;
} import_args;

static const struct argp_option OPTIONS[] = {
    {"spec", KEY_SPEC, "FILE", 0,
     "Feature spec as JSON, a column for each feature of the model, in their order (default: made "
     "from the names in the model)",
     0},
    {"name", KEY_NAME, "NAME", 0, "Name of the model (default: imported)", 0},
    {"model-version", KEY_MODEL_VERSION, "TEXT", 0, "Version of the model (default: 1)", 0},
    {"created", KEY_CREATED, "TIME", 0, "A time to note in the bundle (default: none)", 0},
    {"output", 'o', "FILE", 0, "The bundle to write", 0},
    {0},
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    import_args *args = state->input;
    switch (key) {
    case KEY_SPEC:
        args->spec = text;
        break;
    case KEY_NAME:
        args->import.name = text;
        break;
    case KEY_MODEL_VERSION:
        args->import.version = text;
        break;
    case KEY_CREATED:
        args->import.created = text;
        break;
    case 'o':
        args->output = text;
        break;
    case ARGP_KEY_ARG:
        lsc_arg_once(state, text, &args->model);
        break;
    case ARGP_KEY_END:
        if (args->model == NULL || args->output == NULL) {
            argp_error(state, "a model of XGBoost and -o FILE are needed");
        }
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const char DOC[] =
    "Make a bundle of a model that XGBoost saved (1.6 to 3.x), as JSON or UBJSON. Scores are those "
    "of XGBoost, to the bit; nothing is known here of how good they are."
    "\vEXAMPLES\n"
    "  leadscore import model.json -o model.lsm\n"
    "  leadscore import model.ubj --spec spec.json --name churn -o churn.lsm\n"
    "  leadscore score model.lsm --csv rows.csv\n\n"
    "Without --spec each feature of the model reads the property, or the column of a table, of its "
    "name. Boosted trees (gbtree, dart) for binary:logistic, reg:logistic and binary:logitraw are "
    "read; docs/import.md says more.\n\n"
    "EXIT CODES\n"
    "  0 written\n"
    "  1 the model is damaged, of a kind that is not read, or does not fit the spec\n"
    "  2 wrong command line\n"
    "  3 the system refused";

static const struct argp ARGP = {OPTIONS, parse_option, "MODEL", DOC, NULL, NULL, NULL};

static lsc_status run(import_args *args, lsc_error *error)
{
    lsc_spec *spec = NULL;
    void *bundle = NULL;
    size_t length = 0;
    lsc_status status = LSC_OK;
    if (args->spec != NULL) {
        status = lsc_read_spec(args->spec, &spec, error);
    }
    if (status == LSC_OK && spec != NULL) {
        args->import.spec_json = lsc_spec_json(spec, &args->import.spec_length);
    }
    if (status == LSC_OK) {
        status = lsc_model_import_file(args->model, &args->import, &bundle, &length, error);
    }
    if (status == LSC_OK) {
        status = lsc_output_bytes(args->output, bundle, length, error);
    }
    lsc_bundle_free(bundle);
    lsc_spec_unref(spec);
    return status;
}

int lsc_cmd_import(int argc, char **argv)
{
    import_args args = {.import = LSC_IMPORT_INIT};
    lsc_parse_args(&ARGP, argc, argv, &args);
    lsc_error error = LSC_ERROR_INIT;
    return lsc_finish(run(&args, &error), &error);
}
