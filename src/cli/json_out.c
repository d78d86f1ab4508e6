#include "json_out.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include <leadscore/clock.h>

static void before_value(lsc_emitter *emitter)
{
    const uint32_t level = UINT32_C(1) << emitter->depth;
    if (!emitter->after_key && emitter->begun & level) {
        putc_unlocked(',', emitter->out);
    }
    emitter->begun |= level;
    emitter->after_key = false;
}

void lsc_emit_begin(lsc_emitter *emitter, char bracket)
{
    before_value(emitter);
    putc_unlocked(bracket, emitter->out);
    emitter->depth++;
    assert(emitter->depth < 31);
    emitter->begun &= ~(UINT32_C(1) << emitter->depth);
}

void lsc_emit_end(lsc_emitter *emitter, char bracket)
{
    putc_unlocked(bracket, emitter->out);
    emitter->depth--;
}

static void put_escaped(FILE *out, unsigned char c)
{
    switch (c) {
    case '"':
        fputs("\\\"", out);
        break;
    case '\\':
        fputs("\\\\", out);
        break;
    case '\n':
        fputs("\\n", out);
        break;
    case '\r':
        fputs("\\r", out);
        break;
    case '\t':
        fputs("\\t", out);
        break;
    default:
        fprintf(out, "\\u%04x", c);
    }
}

static void put_quoted(FILE *out, const char *text)
{
    putc_unlocked('"', out);
    for (const char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == '"' || *c == '\\') {
            put_escaped(out, (unsigned char)*c);
        } else {
            putc_unlocked(*c, out);
        }
    }
    putc_unlocked('"', out);
}

void lsc_emit_key(lsc_emitter *emitter, const char *key)
{
    before_value(emitter);
    put_quoted(emitter->out, key);
    putc_unlocked(':', emitter->out);
    emitter->after_key = true;
}

void lsc_emit_raw(lsc_emitter *emitter, const char *json)
{
    before_value(emitter);
    fputs(json, emitter->out);
}

void lsc_emit_null(lsc_emitter *emitter)
{
    lsc_emit_raw(emitter, "null");
}

void lsc_emit_text(lsc_emitter *emitter, const char *text)
{
    if (text == NULL) {
        lsc_emit_null(emitter);
        return;
    }
    before_value(emitter);
    put_quoted(emitter->out, text);
}

void lsc_decimal(double number, char text[LSC_DECIMAL_SIZE])
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, LSC_DECIMAL_SIZE, "%.*g", digits, number);
        if (strtod(text, NULL) == number) {
            return;
        }
    }
}

void lsc_emit_number(lsc_emitter *emitter, double number)
{
    char text[LSC_DECIMAL_SIZE] = "null";
    if (isfinite(number)) {
        lsc_decimal(number, text);
    }
    lsc_emit_raw(emitter, text);
}

void lsc_emit_integer(lsc_emitter *emitter, int64_t number)
{
    char text[LSC_DECIMAL_SIZE];
    snprintf(text, sizeof text, "%" PRId64, number);
    lsc_emit_raw(emitter, text);
}

void lsc_emit_bool(lsc_emitter *emitter, bool value)
{
    lsc_emit_raw(emitter, value ? "true" : "false");
}

void lsc_emit_time(lsc_emitter *emitter, int64_t time_ms)
{
    char text[LSC_TIME_TEXT_SIZE];
    if (time_ms == LSC_TIME_NONE) {
        lsc_emit_null(emitter);
        return;
    }
    lsc_time_format(time_ms, text);
    lsc_emit_text(emitter, text);
}

void lsc_emit_text_member(lsc_emitter *emitter, const char *key, const char *text)
{
    lsc_emit_key(emitter, key);
    lsc_emit_text(emitter, text);
}

void lsc_emit_number_member(lsc_emitter *emitter, const char *key, double number)
{
    lsc_emit_key(emitter, key);
    lsc_emit_number(emitter, number);
}

void lsc_emit_integer_member(lsc_emitter *emitter, const char *key, int64_t number)
{
    lsc_emit_key(emitter, key);
    lsc_emit_integer(emitter, number);
}

void lsc_emit_bool_member(lsc_emitter *emitter, const char *key, bool value)
{
    lsc_emit_key(emitter, key);
    lsc_emit_bool(emitter, value);
}

void lsc_emit_time_member(lsc_emitter *emitter, const char *key, int64_t time_ms)
{
    lsc_emit_key(emitter, key);
    lsc_emit_time(emitter, time_ms);
}
