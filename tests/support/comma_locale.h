/**
 * @file comma_locale.h
 * Running a test where the decimal point is a comma.
 */
#ifndef LSC_TESTS_COMMA_LOCALE_H
#define LSC_TESTS_COMMA_LOCALE_H

#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "suite.h"

/** True where setlocale() knows `name` and it writes a half with a comma. */
static bool lsc_test_is_comma(const char *name)
{
    char half[16];
    if (setlocale(LC_ALL, name) == NULL) {
        return false;
    }
    snprintf(half, sizeof half, "%.1f", 0.5);
    return strcmp(half, "0,5") == 0;
}

/**
 * Put the process under a locale with a decimal comma: an installed one, else one that localedef
 * makes once for all tests. False, after a line "SKIPPED: ..." on stderr, where there is neither.
 */
static bool lsc_test_comma_locale(void)
{
    static const char *const installed[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE"};
    for (size_t i = 0; i < sizeof installed / sizeof installed[0]; i++) {
        if (lsc_test_is_comma(installed[i])) {
            return true;
        }
    }
    char made[4200];
    char shared[4200];
    char command[3 * 4200];
    snprintf(made, sizeof made, "%s/locale", lsc_test_folder());
    snprintf(shared, sizeof shared, "%s/../locale", lsc_test_folder());
    if (access(shared, R_OK) != 0) {
        snprintf(command, sizeof command,
                 "mkdir -p '%s' && localedef -i de_DE -f UTF-8 '%s/de_DE.UTF-8' >/dev/null 2>&1",
                 made, made);
        if (system(command) == 0) {
            rename(made, shared); /* fails where another test was quicker, which is as good */
        }
    }
    setenv("LOCPATH", shared, 1);
    if (lsc_test_is_comma("de_DE.UTF-8")) {
        return true;
    }
    setlocale(LC_ALL, "C");
    fprintf(stderr, "SKIPPED: no locale with a decimal comma; install the package locales\n");
    return false;
}

#endif
