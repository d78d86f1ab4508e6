#include "command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "text_out.h"

lsc_status lsc_fail_with(lsc_error *error, lsc_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    error->status = status;
    error->offset = -1;
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return status;
}

lsc_status lsc_name_file(lsc_error *error, const char *path)
{
    const lsc_error unnamed = *error;
    snprintf(error->message, sizeof error->message, "%.200s: %.300s", path, unnamed.message);
    return error->status;
}

void lsc_complain(const lsc_error *error)
{
    fflush(stdout);
    fputs("leadscore: ", stderr);
    lsc_put_text(error->message, stderr);
    putc('\n', stderr);
}

void lsc_warn(const char *format, ...)
{
    lsc_error line = LSC_ERROR_INIT;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line.message, sizeof line.message, format, arguments);
    va_end(arguments);
    lsc_complain(&line);
}

int lsc_exit_code(lsc_status status)
{
    switch (status) {
    case LSC_OK:
        return LSC_EXIT_OK;
    case LSC_BUSY:
    case LSC_IO:
    case LSC_NO_MEMORY:
    case LSC_INTERNAL:
        return LSC_EXIT_SYSTEM;
    default:
        return LSC_EXIT_DATA;
    }
}

int lsc_finish(lsc_status status, const lsc_error *error)
{
    if (status != LSC_OK) {
        lsc_complain(error);
    }
    return lsc_exit_code(status);
}

static void *needed(void *block)
{
    if (block == NULL) {
        fputs("leadscore: out of memory\n", stderr);
        exit(LSC_EXIT_SYSTEM);
    }
    return block;
}

void *lsc_need(size_t size)
{
    return needed(calloc(1, size));
}

void *lsc_need_more(void *block, size_t size)
{
    return needed(realloc(block, size));
}

char *lsc_need_copy(const char *text)
{
    return needed(strdup(text));
}

int64_t lsc_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
