/**
 * @file node_values.h
 * Values of JavaScript in and out, errors, and what the addon keeps for an environment.
 *
 * An environment is the main thread or a worker. Nothing is kept outside of it, so any number of workers load
 * the addon. The functions that JavaScript calls are internal to the package: its lib/ has checked
 * what a user gave, and these check again what memory depends on.
 */
#ifndef LSC_NODE_VALUES_H
#define LSC_NODE_VALUES_H

#include <leadscore/leadscore.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <node_api.h>

/** Numbers that a result is handed over in: lsc_node_put_result(). */
#define LSC_NODE_RESULT 10

/** Most arguments of a function. */
#define LSC_NODE_MAX_ARGS 12

/** Texts that a call reads. */
#define LSC_NODE_TEXTS 5

/** Bytes of a text or an Uint8Array. Start from all zero. */
typedef struct lsc_node_text {
    const char *bytes; /**< NULL: undefined or null was given */
    size_t length;
    char *block; /**< what was allocated for it, kept for the next */
    size_t capacity;
} lsc_node_text;

/** Memory for the copy of a table, which the next table takes over: new memory costs more than copying. */
typedef struct lsc_node_block {
    float *floats; /**< NULL: none */
    size_t length;
} lsc_node_block;

/** What an environment keeps. */
typedef struct lsc_node_state {
    napi_ref error_class;                /**< LeadscoreError */
    napi_ref numbers_ref;                /**< of the array whose memory is `numbers` */
    double *numbers;                     /**< [LSC_NODE_RESULT]: where one score is handed over */
    lsc_node_text texts[LSC_NODE_TEXTS]; /**< of the call under way */
    napi_value args[LSC_NODE_MAX_ARGS];  /**< likewise; missing ones are undefined */
    lsc_node_block spare;                /**< of the table before */
    struct lsc_node_thread *threads;     /**< of node_thread.c */
} lsc_node_state;

/** The state and arguments of a call. Valid until JavaScript runs again. */
lsc_node_state *lsc_node_enter(napi_env env, napi_callback_info info);

/** Frees the memory of a text. */
void lsc_node_text_free(lsc_node_text *text);

/** Adds bytes to a text in memory of its own, in any thread. False when memory runs out. */
bool lsc_node_text_add(lsc_node_text *text, const void *bytes, size_t length);

/** Overwrite what was secret, for good. */
void lsc_node_cleanse(void *memory, size_t size);

/** Make a LeadscoreError. `index` names one of many leads; -1: none. */
napi_value lsc_node_make_error(napi_env env, const lsc_error *error, int64_t index);
/** Throw one. Returns NULL, for the caller to return. */
napi_value lsc_node_throw(napi_env env, const lsc_error *error);
/** Throw one of LSC_INVALID_ARG. Returns NULL. */
napi_value lsc_node_refuse(napi_env env, const char *message);
/** Throw one of LSC_NO_MEMORY. Returns NULL. */
napi_value lsc_node_no_memory(napi_env env);

/** What kind of value it is. */
napi_valuetype lsc_node_type(napi_env env, napi_value value);

/** False, and an exception, when a value is not of the kind that is read. */
bool lsc_node_read_number(napi_env env, napi_value value, double *number);
bool lsc_node_read_bool(napi_env env, napi_value value, bool *flag);
bool lsc_node_read_int(napi_env env, napi_value value, int *number);
bool lsc_node_read_size(napi_env env, napi_value value, size_t *size);
/** Milliseconds; NaN is LSC_TIME_NONE. */
bool lsc_node_read_time(napi_env env, napi_value value, int64_t *time_ms);
/**
 * A text as UTF-8, followed by a NUL; the bytes of an Uint8Array in place, without one. Undefined and
 * null are NULL.
 */
bool lsc_node_read_text(napi_env env, napi_value value, lsc_node_text *text);
/** A text for C: as lsc_node_read_text() of a string; one with a NUL in it is refused. */
bool lsc_node_read_name(napi_env env, napi_value value, lsc_node_text *text);
/** Texts for C, of the arguments from `args` on. */
bool lsc_node_read_args(napi_env env, const napi_value args[], lsc_node_text *texts, size_t n);
/** Texts for C, from the one at `first` of an array on. */
bool lsc_node_read_texts(napi_env env, napi_value list, uint32_t first, lsc_node_text *texts,
                         uint32_t n);
/** What an external holds. */
void *lsc_node_read_external(napi_env env, napi_value value);
/** The floats of a Float32Array, in place. */
bool lsc_node_read_floats(napi_env env, napi_value value, float **floats, size_t *length);
/** The doubles of a Float64Array, in place. */
bool lsc_node_read_doubles(napi_env env, napi_value value, double **doubles, size_t *length);

/** Values. A NULL text is null; NaN is null. */
napi_value lsc_node_undefined(napi_env env);
napi_value lsc_node_string(napi_env env, const char *text);
napi_value lsc_node_bytes(napi_env env, const void *bytes, size_t length);
/** Give an object a property of its own: no setter of Object.prototype is called, so no JavaScript runs. */
void lsc_node_set(napi_env env, napi_value object, const char *name, napi_value value);
/** The same of an array's element. */
void lsc_node_set_at(napi_env env, napi_value array, size_t at, napi_value value);
void lsc_node_set_string(napi_env env, napi_value object, const char *name, const char *text);
void lsc_node_set_number(napi_env env, napi_value object, const char *name, double number);
void lsc_node_set_bool(napi_env env, napi_value object, const char *name, bool flag);
/** A time as milliseconds; LSC_TIME_NONE is null. */
void lsc_node_set_time(napi_env env, napi_value object, const char *name, int64_t time_ms);

/** Write a result as numbers, in the order of lib/results.js: status, score, grade, ... */
void lsc_node_put_result(const lsc_result *result, double numbers[LSC_NODE_RESULT]);

/** A function of the addon. */
typedef struct lsc_node_function {
    const char *name;
    napi_callback call;
} lsc_node_function;

/** Add functions to an object: all before the one without a name. */
bool lsc_node_define(napi_env env, napi_value exports, lsc_node_state *state,
                     const lsc_node_function *functions);

#endif
