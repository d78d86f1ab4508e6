/**
 * @file args.h
 * Command lines, over argp: values with units, files, and what to say to a wrong option.
 */
#ifndef LSC_CLI_ARGS_H
#define LSC_CLI_ARGS_H

#include <argp.h>
#include <stddef.h>
#include <stdint.h>

/** What every option list begins its keys at, for options without a letter. */
#define LSC_FIRST_KEY 256

/**
 * Parse a command line. A wrong one ends the program with LSC_EXIT_USAGE; an unknown option is
 * answered with the nearest that exists.
 */
void lsc_parse_args(const struct argp *argp, int argc, char **argv, void *input);

/** The value of an option; a wrong one ends the program with LSC_EXIT_USAGE, naming `option`. */
int64_t lsc_arg_duration(const struct argp_state *state, const char *option, const char *text);
/** A time of lsc_time_parse(), or "now". */
int64_t lsc_arg_time(const struct argp_state *state, const char *option, const char *text);
uint64_t lsc_arg_count(const struct argp_state *state, const char *option, const char *text,
                       uint64_t least, uint64_t most);
double lsc_arg_fraction(const struct argp_state *state, const char *option, const char *text);
/** Take the one argument that is no option; a second one ends the program with LSC_EXIT_USAGE. */
void lsc_arg_once(const struct argp_state *state, const char *text, const char **argument);
/** One of `words` (ended by NULL), as its index. */
int lsc_arg_word(const struct argp_state *state, const char *option, const char *text,
                 const char *const *words);

/** Texts of a list "a,b,c"; options that repeat add to it. Start from zero. */
typedef struct lsc_list {
    char **items;
    size_t n_items;
} lsc_list;

void lsc_arg_list(lsc_list *list, const char *text);
void lsc_list_free(lsc_list *list);

/** The word among `words` (ended by NULL) that `text` may be a slip of, or NULL. */
const char *lsc_nearest(const char *text, const char *const *words);

#endif
