#include "features/feature_kinds.h"

#include <string.h>

static const lsc_kind *find_in(const lsc_kind *kinds, const char *name)
{
    for (const lsc_kind *kind = kinds; kind->name != NULL; kind++) {
        if (strcmp(kind->name, name) == 0) {
            return kind;
        }
    }
    return NULL;
}

const lsc_kind *lsc_kind_find(const char *name)
{
    const lsc_kind *kind = find_in(lsc_property_kinds, name);
    return kind != NULL ? kind : find_in(lsc_activity_kinds, name);
}
