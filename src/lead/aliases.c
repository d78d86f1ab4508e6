#include "lead/aliases.h"

#include <stdlib.h>
#include <string.h>

static const lsc_alias aliases[] = {
#define ALIAS(theirs, ours, system) {theirs, ours, system},
#include "lead/aliases.def"
#undef ALIAS
};

#define N_ALIASES (sizeof aliases / sizeof aliases[0])

const lsc_alias *lsc_aliases(size_t *n)
{
    *n = N_ALIASES;
    return aliases;
}

static int compare_alias(const void *name, const void *alias)
{
    return strcmp(name, ((const lsc_alias *)alias)->theirs);
}

const char *lsc_alias_resolve(const char *name, size_t *rank)
{
    static const char wrapper[] = "properties.";
    const size_t length = sizeof wrapper - 1;
    *rank = 0;
    if (strncmp(name, wrapper, length) == 0 && name[length] != '\0') {
        name += length;
        *rank = N_ALIASES + 1;
    }
    const lsc_alias *alias = bsearch(name, aliases, N_ALIASES, sizeof *aliases, compare_alias);
    if (alias == NULL) {
        return name;
    }
    *rank += 1 + (size_t)(alias - aliases);
    return alias->ours;
}
