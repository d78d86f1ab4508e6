/**
 * @file input.h
 * The options that name the leads to read, and the source they come to.
 */
#ifndef LSC_CLI_INPUT_H
#define LSC_CLI_INPUT_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

#include <leadscore/leadscore.h>

#include "store_access.h"

/** What was asked to be read. Filled by lsc_input_argp. */
typedef struct lsc_input {
    const char *leads;
    const char *activities;
    const char *outcomes;
    const char *csv;
    const char *events;
    const char *map;
    const char *id_column;
    const char *label;
    const char *positive;
    char delimiter;
    const char *aliases; /**< name of a table, or a file; NULL: the usual */
    bool ignore_unknown;
    lsc_store_access store; /**< its path is NULL where no store is read */
} lsc_input;

/**
 * Children of a command's argp; their child_inputs is an lsc_input. The first has the options for
 * leads and tables (and sees to it that they go together), the second those for what became of
 * them; the first stands alone or before the second.
 */
extern const struct argp lsc_input_argp;
extern const struct argp lsc_labels_argp;
/** As the second, where a table may be without a label. */
extern const struct argp lsc_maybe_labels_argp;

/** Open what was asked for. */
lsc_status lsc_input_open(const lsc_input *input, lsc_source **source, lsc_error *error);

/** A command line whose leads have times needs an --as-of; a plain table has none. argp_error(). */
void lsc_input_need_as_of(const lsc_input *input, int64_t as_of_ms, const struct argp_state *state);

/** The file that the leads are read from, for messages. */
const char *lsc_input_path(const lsc_input *input);

/** Where a table comes from standard input: copy it aside, so that it can be read twice. */
lsc_status lsc_input_make_rewindable(lsc_input *input, lsc_error *error);

/**
 * Read up to the lead of this id, or to the first where `id` is NULL.
 *
 * @return LSC_OK; LSC_NOT_FOUND naming the file; what the source reports
 */
lsc_status lsc_input_find(const lsc_input *input, lsc_source *source, const char *id,
                          lsc_record *record, lsc_error *error);

/** Read a whole file, or standard input for "-": a spec, rules, a receipt. */
lsc_status lsc_read_file(const char *path, size_t most, char **text, size_t *length,
                         lsc_error *error);

/** Open the leads of a store; defined where the program is built with stores, and where it is not. */
lsc_status lsc_input_open_store(const lsc_input *input, lsc_source **source, lsc_error *error);

/** Read a feature spec; LSC_NOT_FOUND, LSC_IO, what lsc_spec_parse() says, naming the file. */
lsc_status lsc_read_spec(const char *path, lsc_spec **spec, lsc_error *error);

#endif
