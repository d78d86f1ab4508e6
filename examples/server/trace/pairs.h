/**
 * @file pairs.h
 * Lists as OpenTelemetry's variables have them: "KEY=VALUE,KEY=VALUE", with %XX in the values.
 */
#ifndef SRV_PAIRS_H
#define SRV_PAIRS_H

#include <jansson.h>

/** The list as an object of texts, the caller's. `text` NULL is an empty one. NULL: it is none, or no memory. */
json_t *srv_pairs_read(const char *text);

#endif
