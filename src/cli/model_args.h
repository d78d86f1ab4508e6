/**
 * @file model_args.h
 * The model that a command uses: the options for loading it, loaded, with a scorer, and a word where
 * its gate did not pass.
 */
#ifndef LSC_CLI_MODEL_ARGS_H
#define LSC_CLI_MODEL_ARGS_H

#include <argp.h>

#include <leadscore/leadscore.h>

/** Most keys that can be trusted at a time. */
#define LSC_MOST_KEYS 64

/** How a model is to be loaded. Filled by lsc_model_argp; start from zero. */
typedef struct lsc_model_args {
    const char *key_files[LSC_MOST_KEYS]; /**< of public keys that are trusted */
    size_t n_key_files;
    bool self_test;
} lsc_model_args;

/** Child of a command's argp; its child_inputs is an lsc_model_args. */
extern const struct argp lsc_model_argp;

typedef struct lsc_loaded {
    lsc_model *model;
    lsc_scorer *scorer;
    lsc_model_info info;
} lsc_loaded;

/** Load a bundle ("-": standard input) as `args` ask for. On error `loaded` holds nothing. */
lsc_status lsc_load_for_use(const char *path, const lsc_model_args *args, lsc_loaded *loaded,
                            lsc_error *error);
/**
 * The options of loading a model, as `args` ask for.
 * @param keys  filled with those that are trusted; outlives the options
 */
lsc_status lsc_load_options(const lsc_model_args *args, lsc_public_key keys[LSC_MOST_KEYS],
                            lsc_load *options, lsc_error *error);

/** Make a scorer, and look at the facts, of a model. Its reference is taken over, also on error. */
lsc_status lsc_loaded_of(lsc_model *model, lsc_loaded *loaded, lsc_error *error);
void lsc_loaded_free(lsc_loaded *loaded);

/** Warn on stderr where the model's gate did not pass. */
void lsc_warn_of_gate(const lsc_loaded *loaded, const char *path);

/**
 * As of when a lead is scored: what was asked for. A plain table has no times, and is scored as
 * it was trained, at LSC_TABLE_TIME.
 */
#define LSC_TABLE_TIME INT64_C(0)

#endif
