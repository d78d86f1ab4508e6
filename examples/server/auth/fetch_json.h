/**
 * @file fetch_json.h
 * JSON from an address, within limits.
 */
#ifndef SRV_FETCH_JSON_H
#define SRV_FETCH_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/** A connection is made within this, or there is no answer. */
#define SRV_FETCH_CONNECT_MS 3000L

/**
 * Whether an address may be asked: https, or http on this host (127.0.0.1, [::1], localhost).
 */
bool srv_fetch_allowed(const char *url);

/** When so many milliseconds are over, for srv_fetch_json(): several calls may have one end. */
int64_t srv_fetch_until(int64_t ms);

/**
 * Get an address, or post a form to it. No redirection is followed; the host's certificate is checked.
 *
 * @param form    "a=b&c=d" to post, or NULL to get
 * @param until_ms  when there is no answer any more
 * @param status  set to the HTTP status, 0 where there was no answer
 * @return the body where it is JSON, to be json_decref()ed; else NULL
 */
json_t *srv_fetch_json(const char *url, const char *form, int64_t until_ms, long *status);

/** A value as part of a form or a query, to be free()d; NULL: no memory. */
char *srv_form_text(const char *text);

#endif
