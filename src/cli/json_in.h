/**
 * @file json_in.h
 * Looking things up in JSON: manifests, metrics, receipts. The program's only user of cJSON.
 */
#ifndef LSC_CLI_JSON_IN_H
#define LSC_CLI_JSON_IN_H

#include <stdbool.h>
#include <stddef.h>

/** A value; NULL is one that is not there, and has nothing in it. */
typedef struct cJSON lsc_look;

/** Parse a text; NULL where it is no JSON, or more than one value. */
lsc_look *lsc_look_at(const char *json, size_t length);
void lsc_look_free(lsc_look *root);

/** What stands at a dotted path ("gate.passed") below a value. */
const lsc_look *lsc_look_path(const lsc_look *value, const char *path);

/** The first thing in an array or object, and the next one beside `item`. */
const lsc_look *lsc_look_first(const lsc_look *value);
const lsc_look *lsc_look_next(const lsc_look *item);
/** The key of an object's thing; "" in an array. */
const char *lsc_look_key(const lsc_look *item);

/** The value at a path ("" is the value itself): text, or NULL; a number, or NaN; is it true? */
const char *lsc_look_text(const lsc_look *value, const char *path);
double lsc_look_number(const lsc_look *value, const char *path);
bool lsc_look_true(const lsc_look *value, const char *path);

/** JSON without white space between its tokens, in place. */
void lsc_minify_json(char *json);

#endif
