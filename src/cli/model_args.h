/**
 * @file model_args.h
 * The model that a command uses: loaded, with a scorer, and a word where its gate did not pass.
 */
#ifndef LSC_CLI_MODEL_ARGS_H
#define LSC_CLI_MODEL_ARGS_H

#include <leadscore/leadscore.h>

typedef struct lsc_loaded {
    lsc_model *model;
    lsc_scorer *scorer;
    lsc_model_info info;
} lsc_loaded;

/** Load a bundle ("-": standard input). On error `loaded` holds nothing. */
lsc_status lsc_load_for_use(const char *path, lsc_loaded *loaded, lsc_error *error);
void lsc_loaded_free(lsc_loaded *loaded);

/** Warn on stderr where the model's gate did not pass. */
void lsc_warn_of_gate(const lsc_loaded *loaded, const char *path);

/**
 * As of when a lead is scored: what was asked for. A plain table has no times, and is scored as
 * it was trained, at LSC_TABLE_TIME.
 */
#define LSC_TABLE_TIME INT64_C(0)

#endif
