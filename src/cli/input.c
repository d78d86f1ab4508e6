#include "input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alias_file.h"
#include "args.h"
#include "command.h"

enum {
    KEY_LEADS = LSC_FIRST_KEY + 1000,
    KEY_ACTIVITIES,
    KEY_CSV,
    KEY_EVENTS,
    KEY_MAP,
    KEY_ALIASES,
    KEY_ID_COLUMN,
    KEY_DELIMITER,
    KEY_IGNORE_UNKNOWN,
    KEY_STORE,
    KEY_ORGANIZATION,
    KEY_KEY_FILE,
    KEY_ACTOR,
    KEY_OUTCOMES,
    KEY_LABEL,
    KEY_POSITIVE
};

/* Bytes of a map, at the most. */
enum {
    MAX_MAP = 1 << 20
};

static const struct argp_option INPUT_OPTIONS[] = {
    {NULL, 0, NULL, 0, "Leads ('-' is standard input):", 1},
    {"leads", KEY_LEADS, "FILE", 0, "Leads as NDJSON, one object a line", 1},
    {"activities", KEY_ACTIVITIES, "FILE", 0,
     "Their activities as NDJSON; without it, the leads embed theirs", 1},
    {"ignore-unknown", KEY_IGNORE_UNKNOWN, NULL, 0,
     "Drop activities and outcomes of leads that are not among the leads", 1},
    {NULL, 0, NULL, 0, "Or a plain table, or events alone:", 2},
    {"csv", KEY_CSV, "FILE", 0, "A table as CSV, a lead a row, the first row naming the columns",
     2},
    {"id-column", KEY_ID_COLUMN, "COLUMN", 0,
     "The column with the leads' ids (default: the rows' numbers, from 1)", 2},
    {"delimiter", KEY_DELIMITER, "CHAR", 0, "What stands between cells (default: detected)", 2},
    {"events", KEY_EVENTS, "FILE", 0, "Events as CSV, one a row, whatever their columns are", 2},
    {"map", KEY_MAP, "FILE", 0, "What the columns of --events hold, as JSON", 2},
    {"aliases", KEY_ALIASES, "TABLE", 0, LSC_ALIASES_HELP, 2},
    {NULL, 0, NULL, 0, "Or a store:", 2},
    {"store", KEY_STORE, "FILE", 0, "The leads of a store, with their activities and outcomes", 2},
    {"organization", KEY_ORGANIZATION, "ID", 0, "Whose leads of the store", 2},
    {"key-file", KEY_KEY_FILE, "FILE", 0, "The key of an encrypted store: 64 hex digits", 2},
    {"actor", KEY_ACTOR, "WHO", 0, LSC_ACTOR_DOC, 2},
    {0},
};

/* Whether options that may not stand together do. */
static void check_input(const lsc_input *input, const struct argp_state *state)
{
    const int n_inputs = (input->leads != NULL) + (input->csv != NULL) + (input->events != NULL) +
                         (input->store.path != NULL);
    if (n_inputs == 0) {
        argp_error(state, "--leads, --csv, --events or --store FILE is needed");
    }
    if (n_inputs > 1) {
        argp_error(state, "--leads, --csv, --events and --store cannot go together");
    }
    if ((input->events != NULL) != (input->map != NULL)) {
        argp_error(state, "--events FILE and --map FILE go together");
    }
    if ((input->store.path != NULL) != (input->store.organization != NULL)) {
        argp_error(state, "--store FILE and --organization ID go together");
    }
    if (input->store.path == NULL &&
        (input->store.key_file != NULL || input->store.actor != NULL)) {
        argp_error(state, "--key-file and --actor go with --store alone");
    }
    if (input->leads == NULL && (input->activities != NULL || input->outcomes != NULL)) {
        argp_error(state, "--activities and --outcomes go with --leads alone");
    }
    if (input->csv == NULL && (input->label != NULL || input->id_column != NULL)) {
        argp_error(state, "--label and --id-column go with --csv alone");
    }
    if (input->leads == NULL && input->csv == NULL && input->aliases != NULL) {
        argp_error(state, "--aliases goes with --leads or --csv alone");
    }
    if (input->positive != NULL && input->label == NULL) {
        argp_error(state, "--positive needs --label");
    }
    const char *const files[] = {input->leads, input->activities, input->outcomes};
    int n_standard = 0;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        n_standard += files[i] != NULL && strcmp(files[i], "-") == 0;
    }
    if (n_standard > 1) {
        argp_error(state, "only one file can be standard input");
    }
}

static char one_character(const struct argp_state *state, const char *text)
{
    if (strcmp(text, "\\t") == 0 || strcmp(text, "tab") == 0) {
        return '\t';
    }
    if (strlen(text) != 1) {
        argp_error(state, "--delimiter is '%s', must be one character or 'tab'", text);
    }
    return text[0];
}

static error_t parse_input(int key, char *text, struct argp_state *state)
{
    lsc_input *input = state->input;
    switch (key) {
    case KEY_LEADS:
        input->leads = text;
        break;
    case KEY_ACTIVITIES:
        input->activities = text;
        break;
    case KEY_IGNORE_UNKNOWN:
        input->ignore_unknown = true;
        break;
    case KEY_CSV:
        input->csv = text;
        break;
    case KEY_EVENTS:
        input->events = text;
        break;
    case KEY_MAP:
        input->map = text;
        break;
    case KEY_ALIASES:
        input->aliases = text;
        break;
    case KEY_STORE:
        input->store.path = text;
        break;
    case KEY_ORGANIZATION:
        input->store.organization = text;
        break;
    case KEY_KEY_FILE:
        input->store.key_file = text;
        break;
    case KEY_ACTOR:
        input->store.actor = text;
        break;
    case KEY_ID_COLUMN:
        input->id_column = text;
        break;
    case KEY_DELIMITER:
        input->delimiter = one_character(state, text);
        break;
    case ARGP_KEY_SUCCESS:
        check_input(input, state);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

const struct argp lsc_input_argp = {INPUT_OPTIONS, parse_input, NULL, NULL, NULL, NULL, NULL};

static const struct argp_option LABEL_OPTIONS[] = {
    {NULL, 0, NULL, 0, "What became of them:", 3},
    {"outcomes", KEY_OUTCOMES, "FILE", 0,
     "Outcomes of --leads as NDJSON; without it, the leads embed theirs", 3},
    {"label", KEY_LABEL, "COLUMN", 0, "The column of --csv that says whether a lead converted", 3},
    {"positive", KEY_POSITIVE, "VALUE", 0,
     "The value of the label that means it did (default: 1, true, yes or y)", 3},
    {0},
};

static error_t parse_maybe_labels(int key, char *text, struct argp_state *state)
{
    lsc_input *input = state->input;
    switch (key) {
    case KEY_OUTCOMES:
        input->outcomes = text;
        break;
    case KEY_LABEL:
        input->label = text;
        break;
    case KEY_POSITIVE:
        input->positive = text;
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

const struct argp lsc_maybe_labels_argp = {
    LABEL_OPTIONS, parse_maybe_labels, NULL, NULL, NULL, NULL, NULL};

static error_t parse_labels(int key, char *text, struct argp_state *state)
{
    const lsc_input *input = state->input;
    if (key == ARGP_KEY_SUCCESS && input->csv != NULL && input->label == NULL) {
        argp_error(state, "--csv needs --label COLUMN here");
    }
    return key == ARGP_KEY_SUCCESS ? 0 : parse_maybe_labels(key, text, state);
}

const struct argp lsc_labels_argp = {LABEL_OPTIONS, parse_labels, NULL, NULL, NULL, NULL, NULL};

static lsc_status open_events(const lsc_input *input, lsc_source **source, lsc_error *error)
{
    lsc_events events = LSC_EVENTS_INIT;
    char *map = NULL;
    size_t length = 0;
    lsc_status status = lsc_read_file(input->map, MAX_MAP, &map, &length, error);
    if (status != LSC_OK) {
        return status;
    }
    events.path = input->events;
    events.map_json = map;
    events.map_length = length;
    events.delimiter = input->delimiter;
    status = lsc_source_open_events(&events, source, error);
    free(map);
    return status == LSC_BAD_JSON || status == LSC_BAD_SPEC ? lsc_name_file(error, input->map)
                                                            : status;
}

void lsc_input_need_as_of(const lsc_input *input, int64_t as_of_ms, const struct argp_state *state)
{
    const char *timed = input->store.path != NULL ? "store"
                        : input->events != NULL   ? "events"
                        : input->leads != NULL    ? "leads"
                                                  : NULL;
    if (timed != NULL && as_of_ms == LSC_TIME_NONE) {
        argp_error(state, "--as-of TIME is needed with --%s; --as-of now is the present", timed);
    }
}

const char *lsc_input_path(const lsc_input *input)
{
    const char *path = input->csv != NULL ? input->csv : input->events;
    path = path != NULL ? path : input->store.path;
    return path != NULL ? path : input->leads;
}

static lsc_status open_csv(const lsc_input *input, lsc_aliases *aliases, lsc_source **source,
                           lsc_error *error)
{
    lsc_csv csv = LSC_CSV_INIT;
    csv.path = input->csv;
    csv.label = input->label;
    csv.positive = input->positive;
    csv.id = input->id_column;
    csv.delimiter = input->delimiter;
    csv.aliases = aliases;
    return lsc_source_open_csv(&csv, source, error);
}

static lsc_status open_leads(const lsc_input *input, lsc_aliases *aliases, lsc_source **source,
                             lsc_error *error)
{
    lsc_files files = LSC_FILES_INIT;
    files.leads = input->leads;
    files.activities = input->activities;
    files.outcomes = input->outcomes;
    files.ignore_unknown = input->ignore_unknown;
    files.aliases = aliases;
    return lsc_source_open_files(&files, source, error);
}

lsc_status lsc_input_open(const lsc_input *input, lsc_source **source, lsc_error *error)
{
    if (input->events != NULL) {
        return open_events(input, source, error);
    }
    if (input->store.path != NULL) {
        return lsc_input_open_store(input, source, error);
    }
    lsc_aliases *aliases = NULL;
    lsc_status status = lsc_aliases_open(input->aliases, &aliases, error);
    if (status == LSC_OK) {
        status = input->csv != NULL ? open_csv(input, aliases, source, error)
                                    : open_leads(input, aliases, source, error);
    }
    lsc_aliases_unref(aliases);
    return status;
}

lsc_status lsc_input_find(const lsc_input *input, lsc_source *source, const char *id,
                          lsc_record *record, lsc_error *error)
{
    const char *path = lsc_input_path(input);
    for (;;) {
        bool more = false;
        const lsc_status status = lsc_source_next(source, record, &more, error);
        if (status != LSC_OK) {
            return status;
        }
        if (!more && id == NULL) {
            return lsc_fail_with(error, LSC_NOT_FOUND, "%s holds no lead", path);
        }
        if (!more) {
            return lsc_fail_with(error, LSC_NOT_FOUND, "%s holds no lead '%s'", path, id);
        }
        if (id == NULL || strcmp(lsc_lead_id(record->lead), id) == 0) {
            return LSC_OK;
        }
    }
}

static FILE *open_to_read(const char *path, lsc_error *error)
{
    if (strcmp(path, "-") == 0) {
        return stdin;
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        lsc_fail_with(error, errno == ENOENT ? LSC_NOT_FOUND : LSC_IO, "%s: %s", path,
                      strerror(errno));
    }
    return file;
}

/* All of a file, or a byte more than `most` of it; LSC_IO where it cannot be read. */
static lsc_status read_all(FILE *file, const char *path, size_t most, char **text, size_t *length,
                           lsc_error *error)
{
    char *bytes = NULL;
    size_t size = 0, used = 0;
    do {
        size = size == 0 ? 65536 : 2 * size;
        bytes = lsc_need_more(bytes, size);
        used += fread(bytes + used, 1, size - used, file);
    } while (used == size && used <= most);
    if (ferror(file)) {
        lsc_fail_with(error, LSC_IO, "%s: %s", path, strerror(errno));
        free(bytes);
        return LSC_IO;
    }
    *text = bytes;
    *length = used;
    return LSC_OK;
}

lsc_status lsc_read_file(const char *path, size_t most, char **text, size_t *length,
                         lsc_error *error)
{
    FILE *file = open_to_read(path, error);
    if (file == NULL) {
        return error->status;
    }
    char *bytes = NULL;
    size_t used = 0;
    lsc_status status = read_all(file, path, most, &bytes, &used, error);
    if (file != stdin) {
        fclose(file);
    }
    if (status == LSC_OK && used > most) {
        free(bytes);
        return lsc_fail_with(error, LSC_LIMIT, "%s: more than %zu bytes", path, most);
    }
    if (status == LSC_OK) {
        *text = bytes;
        *length = used;
    }
    return status;
}

lsc_status lsc_read_spec(const char *path, lsc_spec **spec, lsc_error *error)
{
    char *json = NULL;
    size_t length = 0;
    lsc_status status = lsc_read_file(path, LSC_MAX_SPEC_JSON, &json, &length, error);
    if (status == LSC_OK && lsc_spec_parse(json, length, NULL, spec, error) != LSC_OK) {
        status = lsc_name_file(error, path);
    }
    free(json);
    return status;
}

static lsc_status copy_all(FILE *from, FILE *to, lsc_error *error)
{
    char block[65536];
    size_t length;
    while ((length = fread(block, 1, sizeof block, from)) > 0) {
        fwrite(block, 1, length, to);
    }
    if (ferror(from) || fflush(to) != 0 || ferror(to)) {
        return lsc_fail_with(error, LSC_IO, "standard input: cannot copy: %s", strerror(errno));
    }
    return LSC_OK;
}

lsc_status lsc_input_make_rewindable(lsc_input *input, lsc_error *error)
{
    static char path[32];
    if (input->csv == NULL || strcmp(input->csv, "-") != 0) {
        return LSC_OK;
    }
    FILE *copy = tmpfile();
    if (copy == NULL) {
        return lsc_fail_with(error, LSC_IO, "no temporary file: %s", strerror(errno));
    }
    const lsc_status status = copy_all(stdin, copy, error);
    snprintf(path, sizeof path, "/dev/fd/%d", fileno(copy));
    input->csv = path;
    return status;
}
