/**
 * @file pull_impl.h
 * What the two forms of the pull reader share.
 */
#ifndef LSC_MODEL_PULL_IMPL_H
#define LSC_MODEL_PULL_IMPL_H

#include "pull.h"

/** LSC_BAD_MODEL at the next byte; or what the stream failed with, where it did. */
lsc_status lsc_pull_fail(const lsc_pull *reader, const char *what, lsc_error *error);
lsc_status lsc_pull_fail_at(const lsc_pull *reader, uint64_t offset, const char *what,
                            lsc_error *error);

/** Go into an object or array, which begins at `offset`. */
lsc_status lsc_pull_enter(lsc_pull *reader, lsc_pull_frame frame, uint64_t offset,
                          lsc_error *error);

/**
 * What comes next in the object or array under way, up to its value.
 * @param end  set to whether it is the end, which is then taken
 */
lsc_status lsc_pull_json_step(lsc_pull *reader, lsc_pull_event *event, bool *end, lsc_error *error);
lsc_status lsc_pull_ubjson_step(lsc_pull *reader, lsc_pull_event *event, bool *end,
                                lsc_error *error);

/** The value that comes next. Its key is left as it is. */
lsc_status lsc_pull_json_value(lsc_pull *reader, lsc_pull_event *event, lsc_error *error);
lsc_status lsc_pull_ubjson_value(lsc_pull *reader, lsc_pull_event *event, lsc_error *error);

/** Take the white space of JSON. */
void lsc_pull_json_space(lsc_pull *reader);

/** Numbers of a typed array that stand in the chunk under way, whole. */
size_t lsc_pull_ubjson_floats(lsc_pull *reader, float *numbers, size_t room);
size_t lsc_pull_ubjson_ints(lsc_pull *reader, int64_t *numbers, size_t room);

/** Take all items of a typed array; nothing where the array under way has no type. */
lsc_status lsc_pull_ubjson_pass(lsc_pull *reader, lsc_error *error);

/** The number of an event of the form. */
bool lsc_pull_json_float(const lsc_pull_event *event, float *number);
bool lsc_pull_json_int(const lsc_pull_event *event, int64_t *number);
bool lsc_pull_ubjson_float(const lsc_pull_event *event, float *number);
bool lsc_pull_ubjson_int(const lsc_pull_event *event, int64_t *number);

#endif
