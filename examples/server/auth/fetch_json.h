/**
 * @file fetch_json.h
 * JSON from an address, within limits.
 */
#ifndef SRV_FETCH_JSON_H
#define SRV_FETCH_JSON_H

#include <jansson.h>
#include <stdbool.h>

/**
 * Whether an address may be asked: https, or http on this host (127.0.0.1, [::1], localhost).
 */
bool srv_fetch_allowed(const char *url);

/**
 * Get an address, or post a form to it. No redirection is followed; the host's certificate is checked.
 *
 * @param form    "a=b&c=d" to post, or NULL to get
 * @param status  set to the HTTP status, 0 where there was no answer
 * @return the body where it is JSON, to be json_decref()ed; else NULL
 */
json_t *srv_fetch_json(const char *url, const char *form, long *status);

/** A value as part of a form or a query, to be free()d; NULL: no memory. */
char *srv_form_text(const char *text);

#endif
