/**
 * @file answers.h
 * What several handlers put into their answers, or read from what they are asked.
 */
#ifndef SRV_ANSWERS_H
#define SRV_ANSWERS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "call.h"

#define SRV_DAY_MS INT64_C(86400000)

/** A time as RFC 3339; null for LSC_TIME_NONE. */
json_t *srv_json_time(int64_t time_ms);
/** A number; null for NaN. */
json_t *srv_json_number(double number);
/** A text; null for NULL. */
json_t *srv_json_text(const char *text);

/**
 * Read JSON. A whole number beyond 64 bits is a number all the same: then all of the text's are read as such.
 *
 * @param flags  of jansson
 * @return NULL: it is none, as `error` says, or no memory
 */
json_t *srv_json_read(const char *bytes, size_t length, size_t flags, json_error_t *error);

/** The time of a member of the body; `absent` where it is not there. */
int64_t srv_member_time(const json_t *object, const char *name, int64_t absent);
/** The whole number of a member, which may be written 1e2; `absent` where it is not there. */
int64_t srv_member_integer(const json_t *object, const char *name, int64_t absent);

/**
 * A page of a list: {"items": [...], "next_cursor": "..." or null}.
 *
 * @param items  taken
 * @param last   the key that the next page begins after; NULL: this is the last page
 */
json_t *srv_json_page(json_t *items, const char *last);

/**
 * The key in the parameter "cursor", freed by free(); NULL where there is none.
 * @return false: the cursor is none, and the call has been answered.
 */
bool srv_read_cursor(srv_call *call, char **key);

/** Answer with text that is JSON already. */
void srv_reply_text(srv_call *call, unsigned status, const char *json, size_t length);

/** Whether a call of the library went well; else it has been answered. */
bool srv_went_well(srv_call *call, lsc_status status, const lsc_error *error);

/** Fill a random UUID (version 4). */
void srv_make_uuid(char uuid[37]);

#endif
