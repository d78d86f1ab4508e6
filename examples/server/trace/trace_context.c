#include "trace/trace_context.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

/* "00-TRACE-SPAN-FLAGS": where each begins, and where version 00 ends. */
#define TRACE_AT 3
#define SPAN_AT 36
#define FLAGS_AT 53
#define END_AT 55

/* Two lower-case digits as a byte; -1: they are none. */
static int read_byte(const char *text)
{
    static const char digits[] = "0123456789abcdef";
    const char *high = text[0] != '\0' ? strchr(digits, text[0]) : NULL;
    const char *low = high != NULL && text[1] != '\0' ? strchr(digits, text[1]) : NULL;
    return low != NULL ? (int)((high - digits) * 16 + (low - digits)) : -1;
}

/* An id, which must have a bit that is 1. */
static bool read_id(const char *text, uint8_t *id, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes; i++) {
        int byte = read_byte(text + 2 * i);
        if (byte < 0) {
            return false;
        }
        id[i] = (uint8_t)byte;
    }
    return !sodium_is_zero(id, n_bytes);
}

/* Later versions may go on behind another dash. */
static bool ends_well(const char *header, size_t length, int version)
{
    return length == END_AT || (version > 0 && length > END_AT && header[END_AT] == '-');
}

bool srv_traceparent_read(const char *header, srv_trace_context *context)
{
    srv_trace_context read;
    size_t length = header != NULL ? strlen(header) : 0;
    int version = length >= END_AT ? read_byte(header) : -1;
    if (version < 0 || version == 0xff || !ends_well(header, length, version) ||
        header[TRACE_AT - 1] != '-' || header[SPAN_AT - 1] != '-' || header[FLAGS_AT - 1] != '-') {
        return false;
    }
    int flags = read_byte(header + FLAGS_AT);
    if (flags < 0 || !read_id(header + TRACE_AT, read.trace_id, sizeof(read.trace_id)) ||
        !read_id(header + SPAN_AT, read.span_id, sizeof(read.span_id))) {
        return false;
    }
    read.is_sampled = (flags & 1) != 0;
    *context = read;
    return true;
}

void srv_traceparent_write(const srv_trace_context *context, char text[SRV_TRACEPARENT_SIZE])
{
    char trace_id[2 * SRV_TRACE_ID_BYTES + 1];
    char span_id[2 * SRV_SPAN_ID_BYTES + 1];
    text[0] = '\0';
    if (srv_trace_context_is_one(context)) {
        sodium_bin2hex(trace_id, sizeof(trace_id), context->trace_id, sizeof(context->trace_id));
        sodium_bin2hex(span_id, sizeof(span_id), context->span_id, sizeof(context->span_id));
        snprintf(text, SRV_TRACEPARENT_SIZE, "00-%s-%s-%s", trace_id, span_id,
                 context->is_sampled ? "01" : "00");
    }
}

bool srv_trace_context_is_one(const srv_trace_context *context)
{
    return !sodium_is_zero(context->span_id, sizeof(context->span_id));
}

/* All zeros means that there is none. */
static void fill_id(uint8_t *id, size_t n_bytes)
{
    do {
        randombytes_buf(id, n_bytes);
    } while (sodium_is_zero(id, n_bytes));
}

void srv_trace_context_begin(srv_trace_context *context)
{
    fill_id(context->trace_id, sizeof(context->trace_id));
    srv_trace_context_next(context);
}

void srv_trace_context_next(srv_trace_context *context)
{
    fill_id(context->span_id, sizeof(context->span_id));
}
