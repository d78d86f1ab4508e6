/**
 * @file protected.h
 * Properties that an inferred spec leaves alone.
 */
#ifndef LSC_FEATURES_PROTECTED_H
#define LSC_FEATURES_PROTECTED_H

#include <stdbool.h>

/**
 * Whether a word of the name ("Date_of_Birth", "userGender") speaks of an attribute by which
 * people must not be told apart.
 */
bool lsc_is_protected(const char *name);

/** Whether the property of a lead tells how it went: status, outcome, earlier scores. */
bool lsc_tells_outcome(const char *name);

#endif
