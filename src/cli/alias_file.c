#include "alias_file.h"

#include <stdlib.h>

#include "command.h"
#include "input.h"

static lsc_status read_table(const char *path, lsc_aliases **aliases, lsc_error *error)
{
    char *json = NULL;
    size_t length = 0;
    lsc_status status = lsc_read_file(path, LSC_MAX_ALIASES_JSON, &json, &length, error);
    if (status == LSC_NOT_FOUND) {
        return lsc_fail_with(error, LSC_NOT_FOUND,
                             "--aliases is '%s', neither a file nor one of hubspot, salesforce, "
                             "mailchimp, segment, all and none",
                             path);
    }
    if (status == LSC_OK && lsc_aliases_parse(json, length, NULL, aliases, error) != LSC_OK) {
        status = lsc_name_file(error, path);
    }
    free(json);
    return status;
}

lsc_status lsc_aliases_open(const char *named, lsc_aliases **aliases, lsc_error *error)
{
    *aliases = NULL;
    if (named == NULL) {
        return LSC_OK;
    }
    const lsc_status status = lsc_aliases_named(named, NULL, aliases, error);
    return status == LSC_NOT_FOUND ? read_table(named, aliases, error) : status;
}
