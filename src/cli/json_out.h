/**
 * @file json_out.h
 * JSON, written as it comes: one value after the other, commas and quotes put by the emitter.
 */
#ifndef LSC_CLI_JSON_OUT_H
#define LSC_CLI_JSON_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/** Start from {stream}. Arrays and objects nest at most 30 deep. */
typedef struct lsc_emitter {
    FILE *out;
    unsigned depth;
    uint32_t begun; /**< bit a level: whether a value stands there already */
    bool after_key;
} lsc_emitter;

void lsc_emit_begin(lsc_emitter *emitter, char bracket);
void lsc_emit_end(lsc_emitter *emitter, char bracket);
void lsc_emit_key(lsc_emitter *emitter, const char *key);

/** Values. A text that is NULL, a number that is NaN, LSC_TIME_NONE: null. */
void lsc_emit_text(lsc_emitter *emitter, const char *text);
void lsc_emit_number(lsc_emitter *emitter, double number);
void lsc_emit_integer(lsc_emitter *emitter, int64_t number);
void lsc_emit_bool(lsc_emitter *emitter, bool value);
void lsc_emit_null(lsc_emitter *emitter);
void lsc_emit_time(lsc_emitter *emitter, int64_t time_ms);
/** JSON that is already written. */
void lsc_emit_raw(lsc_emitter *emitter, const char *json);

/** A key and its value. */
void lsc_emit_text_member(lsc_emitter *emitter, const char *key, const char *text);
void lsc_emit_number_member(lsc_emitter *emitter, const char *key, double number);
void lsc_emit_integer_member(lsc_emitter *emitter, const char *key, int64_t number);
void lsc_emit_bool_member(lsc_emitter *emitter, const char *key, bool value);
void lsc_emit_time_member(lsc_emitter *emitter, const char *key, int64_t time_ms);

/** Room for a number's text. */
#define LSC_DECIMAL_SIZE 32

/** The shortest of %.15g to %.17g that reads back to the same number. */
void lsc_decimal(double number, char text[LSC_DECIMAL_SIZE]);

#endif
