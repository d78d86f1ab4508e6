#include "flat_aliases.h"

lsc_aliases *flat_aliases_named(const char *name, lsc_error *error)
{
    lsc_aliases *aliases = NULL;
    lsc_aliases_named(name, NULL, &aliases, error);
    return aliases;
}

lsc_aliases *flat_aliases_read(const char *bytes, size_t length, lsc_error *error)
{
    lsc_aliases *aliases = NULL;
    lsc_aliases_parse(bytes, length, NULL, &aliases, error);
    return aliases;
}
