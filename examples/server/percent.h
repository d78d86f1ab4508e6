/**
 * @file percent.h
 * Percent-encoding of URLs: decoded strictly, so that no two readers see two texts in one URL.
 */
#ifndef SRV_PERCENT_H
#define SRV_PERCENT_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Decode in place.
 *
 * @param plus_is_space  as in a query
 * @return false for what is no encoding, holds a NUL or a control character, or is not UTF-8.
 */
bool srv_percent_decode(char *text, bool plus_is_space);

/** Encode for a path or a query. Freed by free(); NULL: no memory. */
char *srv_percent_encode(const char *text);

#endif
