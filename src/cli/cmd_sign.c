/* realpath() is of the X/Open part of POSIX. */
#define _XOPEN_SOURCE 700

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <leadscore/leadscore.h>

#include "args.h"
#include "command.h"
#include "input.h"
#include "key_file.h"
#include "output.h"
#include "text_out.h"

enum {
    KEY_KEY = LSC_FIRST_KEY,
    KEY_PASSPHRASE_FILE
};

typedef struct sign_args {
    const char *model;
    const char *key;
    const char *passphrase_file;
    const char *output;
} sign_args;

static const struct argp_option OPTIONS[] = {
    {"key", KEY_KEY, "FILE", 0, "The Ed25519 private key, as PEM", 0},
    {"passphrase-file", KEY_PASSPHRASE_FILE, "FILE", 0,
     "A file whose first line is the passphrase of an encrypted key (default: it is asked for at "
     "the terminal)",
     0},
    {"output", 'o', "FILE", 0, "The signed bundle to write (default: MODEL itself)", 0},
    {0},
};

/* Whether two of the three are standard input. */
static bool share_input(const sign_args *args)
{
    const char *const files[] = {args->model, args->key, args->passphrase_file};
    int n_standard = 0;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        n_standard += files[i] != NULL && strcmp(files[i], "-") == 0;
    }
    return n_standard > 1;
}

static void check_args(const sign_args *args, const struct argp_state *state)
{
    if (args->model == NULL || args->key == NULL) {
        argp_error(state, "a MODEL and --key FILE are needed");
    }
    if (share_input(args)) {
        argp_error(state, "only one file can be standard input");
    }
}

/* Where to write. A model that is a link stays one: what it points to is signed. */
static const char *output_of(const sign_args *args)
{
    static char target[PATH_MAX];
    if (args->output != NULL) {
        return args->output;
    }
    return realpath(args->model, target) != NULL ? target : args->model;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    sign_args *args = state->input;
    switch (key) {
    case KEY_KEY:
        args->key = text;
        break;
    case KEY_PASSPHRASE_FILE:
        args->passphrase_file = text;
        break;
    case 'o':
        args->output = text;
        break;
    case ARGP_KEY_ARG:
        lsc_arg_once(state, text, &args->model);
        break;
    case ARGP_KEY_END:
        check_args(args, state);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const char DOC[] =
    "Sign a model with an Ed25519 private key, so that others can see with --trust that it is "
    "yours. A signature that it has is replaced."
    "\vEXAMPLES\n"
    "  openssl genpkey -algorithm ed25519 -out private.pem\n"
    "  openssl pkey -in private.pem -pubout -out public.pem\n"
    "  leadscore sign model.lsm --key private.pem\n"
    "  leadscore sign model.lsm --key private.pem -o signed.lsm\n"
    "  leadscore inspect model.lsm --trust public.pem\n\n"
    "EXIT CODES\n"
    "  0 signed\n"
    "  1 bad model, key or passphrase\n"
    "  2 wrong command line\n"
    "  3 the system refused";

static const struct argp ARGP = {OPTIONS, parse_option, "MODEL --key FILE", DOC, NULL, NULL, NULL};

static lsc_status sign(const sign_args *args, const char *bundle, size_t length,
                       void **signed_bundle, size_t *signed_length, char key_id[LSC_KEY_ID_SIZE],
                       lsc_error *error)
{
    lsc_key key;
    lsc_status status = lsc_key_read(args->key, args->passphrase_file, &key, error);
    if (status == LSC_OK) {
        status = lsc_bundle_sign(bundle, length, key.pem, key.length,
                                 key.is_encrypted ? key.passphrase : NULL, signed_bundle,
                                 signed_length, key_id, error);
        if (status != LSC_OK) {
            lsc_name_file(error, status == LSC_BAD_KEY ? args->key : args->model);
        }
    }
    lsc_key_wipe(&key);
    return status;
}

static lsc_status run(const sign_args *args, lsc_error *error)
{
    char *bundle = NULL;
    void *signed_bundle = NULL;
    char key_id[LSC_KEY_ID_SIZE];
    const char *output = output_of(args);
    size_t length = 0, signed_length = 0;
    lsc_status status = lsc_read_file(args->model, LSC_MAX_BUNDLE, &bundle, &length, error);
    if (status == LSC_OK) {
        status = sign(args, bundle, length, &signed_bundle, &signed_length, key_id, error);
    }
    if (status == LSC_OK) {
        status = lsc_output_bytes(output, signed_bundle, signed_length, error);
    }
    if (status == LSC_OK && strcmp(output, "-") != 0) {
        lsc_put_text(args->output != NULL ? args->output : args->model, stdout);
        printf(": signed by the key %s\n", key_id);
    }
    lsc_bundle_free(signed_bundle);
    free(bundle);
    return status == LSC_OK ? lsc_output_flush(error) : status;
}

int lsc_cmd_sign(int argc, char **argv)
{
    sign_args args = {.model = NULL};
    lsc_parse_args(&ARGP, argc, argv, &args);
    lsc_error error = LSC_ERROR_INIT;
    return lsc_finish(run(&args, &error), &error);
}
