/**
 * @file alias_file.h
 * The option --aliases: a table of the library's, by its name, or a file with one's own.
 */
#ifndef LSC_CLI_ALIAS_FILE_H
#define LSC_CLI_ALIAS_FILE_H

#include <leadscore/leadscore.h>

/** What the option is, for the help of each command that has it. */
#define LSC_ALIASES_HELP                                                                    \
    "What the leads' names mean: hubspot, salesforce, mailchimp, segment, all, none, or a " \
    "FILE with a table of your own"

/**
 * Open the table that the option names.
 *
 * @param named    NULL: the option was not given
 * @param aliases  set to the table, released by lsc_aliases_unref(); to NULL where none was given
 * @return LSC_OK; LSC_NOT_FOUND where it is neither; what lsc_aliases_parse() says, naming the file
 */
lsc_status lsc_aliases_open(const char *named, lsc_aliases **aliases, lsc_error *error);

#endif
