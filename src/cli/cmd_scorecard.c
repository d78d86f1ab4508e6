#include <stdlib.h>
#include <string.h>

#include <leadscore/leadscore.h>

#include "args.h"
#include "command.h"
#include "input.h"
#include "output.h"

enum {
    KEY_SPEC = LSC_FIRST_KEY,
    KEY_RULES,
    KEY_NAME
};

typedef struct scorecard_args {
    const char *spec;
    const char *rules;
    const char *name;
    const char *output;
} scorecard_args;

static const struct argp_option OPTIONS[] = {
    {"rules", KEY_RULES, "FILE", 0, "The points and caps, as JSON (docs/scorecard.md)", 0},
    {"spec", KEY_SPEC, "FILE", 0,
     "The feature spec whose features they name (default: the "
     "library's own)",
     0},
    {"name", KEY_NAME, "NAME", 0, "Name of the model (default: scorecard)", 0},
    {"output", 'o', "FILE", 0, "The bundle to write", 0},
    {0},
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    scorecard_args *args = state->input;
    switch (key) {
    case KEY_SPEC:
        args->spec = text;
        break;
    case KEY_RULES:
        args->rules = text;
        break;
    case KEY_NAME:
        args->name = text;
        break;
    case 'o':
        args->output = text;
        break;
    case ARGP_KEY_ARG:
        argp_error(state, "'%s' is one argument too many", text);
        break;
    case ARGP_KEY_END:
        if (args->rules == NULL || args->output == NULL) {
            argp_error(state, "--rules FILE and -o FILE are needed");
        }
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const char DOC[] =
    "Make a model of points from a list of rules. It needs no history: a start before there are "
    "outcomes to learn from."
    "\vEXAMPLES\n"
    "  leadscore scorecard --rules models/starter-rules.json -o starter.lsm\n"
    "  leadscore scorecard --spec spec.json --rules rules.json -o ours.lsm\n\n"
    "EXIT CODES\n"
    "  0 written\n"
    "  1 bad spec or rules\n"
    "  2 wrong command line\n"
    "  3 the system refused";

static const struct argp ARGP = {OPTIONS, parse_option, NULL, DOC, NULL, NULL, NULL};

/* The library calls the rules scorecard.json, as in the bundle: say where they came from. */
static lsc_status name_rules(const char *path, lsc_error *error)
{
    static const char IN_BUNDLE[] = "scorecard.json: ";
    const size_t length = sizeof IN_BUNDLE - 1;
    if (strncmp(error->message, IN_BUNDLE, length) == 0) {
        memmove(error->message, error->message + length, strlen(error->message + length) + 1);
    }
    return lsc_name_file(error, path);
}

static lsc_status build(const scorecard_args *args, const lsc_spec *spec, lsc_error *error)
{
    char *rules = NULL;
    size_t spec_length = 0, rules_length = 0, length = 0;
    void *bundle = NULL;
    const char *json = lsc_spec_json(spec, &spec_length);
    lsc_status status = lsc_read_file(args->rules, LSC_MAX_SPEC_JSON, &rules, &rules_length, error);
    if (status == LSC_OK && lsc_scorecard_build(args->name, json, spec_length, rules, rules_length,
                                                &bundle, &length, error) != LSC_OK) {
        status = name_rules(args->rules, error);
    }
    if (status == LSC_OK) {
        status = lsc_output_bytes(args->output, bundle, length, error);
    }
    lsc_bundle_free(bundle);
    free(rules);
    return status;
}

static lsc_status run(const scorecard_args *args, lsc_error *error)
{
    lsc_spec *spec = NULL;
    lsc_status status = args->spec != NULL ? lsc_read_spec(args->spec, &spec, error)
                                           : lsc_spec_default(NULL, &spec, error);
    if (status == LSC_OK) {
        status = build(args, spec, error);
    }
    lsc_spec_unref(spec);
    return status;
}

int lsc_cmd_scorecard(int argc, char **argv)
{
    scorecard_args args = {.name = "scorecard"};
    lsc_parse_args(&ARGP, argc, argv, &args);
    lsc_error error = LSC_ERROR_INIT;
    return lsc_finish(run(&args, &error), &error);
}
