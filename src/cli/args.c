#include "args.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <leadscore/clock.h>

#include "command.h"

enum {
    LONGEST_WORD = 40
};

static size_t least_of(size_t a, size_t b, size_t c)
{
    const size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Levenshtein's distance; words beyond LONGEST_WORD are far from everything. */
static size_t distance(const char *a, const char *b)
{
    const size_t n = strlen(a), m = strlen(b);
    size_t row[LONGEST_WORD + 1];
    if (n > LONGEST_WORD || m > LONGEST_WORD) {
        return SIZE_MAX;
    }
    for (size_t j = 0; j <= m; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= n; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            const size_t changed = corner + (a[i - 1] != b[j - 1]);
            corner = row[j];
            row[j] = least_of(changed, row[j] + 1, row[j - 1] + 1);
        }
    }
    return row[m];
}

const char *lsc_nearest(const char *text, const char *const *words)
{
    const char *nearest = NULL;
    size_t least = strlen(text) / 3 + 2;
    for (; *words != NULL; words++) {
        const size_t away = distance(text, *words);
        if (away < least) {
            least = away;
            nearest = *words;
        }
    }
    return nearest;
}

/* The long options of an argp and its children. */
typedef struct option_names {
    const struct argp_option *options[128];
    size_t n_options;
} option_names;

static void collect_from(const struct argp_option *options, option_names *names)
{
    for (; options != NULL && (options->name != NULL || options->doc != NULL || options->key != 0);
         options++) {
        if (options->name != NULL && names->n_options < 126) {
            names->options[names->n_options++] = options;
        }
    }
}

/* Children of the program's own argps have no children. */
static option_names collect_options(const struct argp *argp)
{
    static const struct argp_option ALWAYS[] = {
        {.name = "help", .key = '?'},
        {.name = "usage", .key = 1},
        {.name = "version", .key = 'V'},
        {0},
    };
    option_names names = {.n_options = 0};
    collect_from(ALWAYS, &names);
    collect_from(argp->options, &names);
    for (const struct argp_child *child = argp->children; child != NULL && child->argp != NULL;
         child++) {
        collect_from(child->argp->options, &names);
    }
    return names;
}

/* The option that `text` is, whole or shortened as getopt allows; NULL where there is none. */
static const struct argp_option *find_option(const option_names *names, const char *text,
                                             size_t length)
{
    const struct argp_option *shortened = NULL;
    for (size_t i = 0; i < names->n_options; i++) {
        if (strncmp(names->options[i]->name, text, length) == 0) {
            if (names->options[i]->name[length] == '\0') {
                return names->options[i];
            }
            shortened = names->options[i];
        }
    }
    return shortened;
}

static void refuse_option(const option_names *names, const char *program, const char *argument)
{
    char text[LONGEST_WORD + 1];
    const char *words[128];
    snprintf(text, sizeof text, "%.*s", (int)strcspn(argument, "="), argument);
    for (size_t i = 0; i < names->n_options; i++) {
        words[i] = names->options[i]->name;
    }
    words[names->n_options] = NULL;
    const char *nearest = lsc_nearest(text, words);
    fprintf(stderr, "%s: there is no option --%s", program, text);
    if (nearest != NULL) {
        fprintf(stderr, "; did you mean --%s?", nearest);
    }
    fprintf(stderr, "\nTry '%s --help' for what there is.\n", program);
    exit(LSC_EXIT_USAGE);
}

/* getopt would only say that an option is unknown: look before it does. */
static void check_options(const struct argp *argp, int argc, char **argv)
{
    const option_names names = collect_options(argp);
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--", 2) != 0) {
            continue;
        }
        const char *text = argv[i] + 2;
        const size_t length = strcspn(text, "=");
        const struct argp_option *option = find_option(&names, text, length);
        if (option == NULL) {
            refuse_option(&names, argv[0], text);
        } else if (option->arg != NULL && text[length] == '\0') {
            i++;
        }
    }
}

void lsc_parse_args(const struct argp *argp, int argc, char **argv, void *input)
{
    check_options(argp, argc, argv);
    const error_t status = argp_parse(argp, argc, argv, 0, NULL, input);
    if (status != 0) {
        fprintf(stderr, "%s: %s\n", argv[0], strerror(status));
        exit(LSC_EXIT_SYSTEM);
    }
}

/* argp_error() does not return for a command line parsed without ARGP_NO_EXIT. */
static void refuse(const struct argp_state *state, const char *option, const char *text,
                   const char *what)
{
    argp_error(state, "%s is '%s', must be %s", option, text, what);
}

int64_t lsc_arg_duration(const struct argp_state *state, const char *option, const char *text)
{
    static const struct {
        char unit;
        int64_t ms;
    } UNITS[] = {{'h', 3600000}, {'d', 86400000}, {'w', 604800000}};
    const size_t digits = strspn(text, "0123456789");
    int64_t ms = 0;
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++) {
        if (digits >= 1 && digits <= 6 && text[digits] == UNITS[i].unit &&
            text[digits + 1] == '\0') {
            ms = strtoll(text, NULL, 10) * UNITS[i].ms;
        }
    }
    if (ms <= 0 || ms > INT64_C(36525) * 86400000) {
        refuse(state, option, text, "hours, days or weeks up to 100 years: 12h, 90d, 4w");
    }
    return ms;
}

int64_t lsc_arg_time(const struct argp_state *state, const char *option, const char *text)
{
    int64_t time_ms = LSC_TIME_NONE;
    if (strcmp(text, "now") == 0) {
        return lsc_now_ms();
    }
    if (lsc_time_parse(text, strlen(text), &time_ms, NULL) != LSC_OK) {
        refuse(state, option, text, "a time such as 2026-04-01T00:00:00Z or 2026-04-01, or now");
    }
    return time_ms;
}

uint64_t lsc_arg_count(const struct argp_state *state, const char *option, const char *text,
                       uint64_t least, uint64_t most)
{
    char *end = NULL;
    errno = 0;
    const unsigned long long count = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || count < least ||
        count > most) {
        char what[80];
        snprintf(what, sizeof what, "a whole number from %llu to %llu", (unsigned long long)least,
                 (unsigned long long)most);
        refuse(state, option, text, what);
    }
    return count;
}

double lsc_arg_fraction(const struct argp_state *state, const char *option, const char *text)
{
    char *end = NULL;
    const double number = strtod(text, &end);
    const bool has_digits_only = strspn(text, "0123456789.") == strlen(text);
    if (!has_digits_only || end == text || *end != '\0' || !(number > 0 && number <= 1)) {
        refuse(state, option, text, "a number above 0, at most 1");
    }
    return number;
}

void lsc_arg_once(const struct argp_state *state, const char *text, const char **argument)
{
    if (*argument != NULL) {
        argp_error(state, "'%s' is one argument too many", text);
    }
    *argument = text;
}

int lsc_arg_word(const struct argp_state *state, const char *option, const char *text,
                 const char *const *words)
{
    char what[128] = "";
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(text, words[i]) == 0) {
            return i;
        }
        const char *before = i == 0 ? "" : words[i + 1] == NULL ? " or " : ", ";
        const size_t length = strlen(what);
        snprintf(what + length, sizeof what - length, "%s%s", before, words[i]);
    }
    refuse(state, option, text, what);
    return 0;
}

void lsc_arg_list(lsc_list *list, const char *text)
{
    while (*text != '\0') {
        const size_t length = strcspn(text, ",");
        if (length > 0) {
            char *item = lsc_need(length + 1);
            memcpy(item, text, length);
            list->items = lsc_need_more(list->items, (list->n_items + 1) * sizeof *list->items);
            list->items[list->n_items++] = item;
        }
        text += length;
        text += *text == ',';
    }
}

void lsc_list_free(lsc_list *list)
{
    for (size_t i = 0; i < list->n_items; i++) {
        free(list->items[i]);
    }
    free(list->items);
}
