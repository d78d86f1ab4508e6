#include "formats.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <leadscore/clock.h>

static const char *const names[] = {"any", "date-time", "email", "uuid",
                                    "uri", "byte",      "int64", "double"};

bool srv_format_of(const char *name, srv_format *format)
{
    for (size_t i = 1; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(name, names[i]) == 0) {
            *format = (srv_format)i;
            return true;
        }
    }
    return false;
}

const char *srv_format_name(srv_format format)
{
    return names[format];
}

/* Whether a text has the form of `form`, in which 0 stands for a digit and x for a hex one. */
static bool has_form(const char *text, const char *form)
{
    for (; *form != '\0'; form++, text++) {
        const char *allowed = *form == '0'   ? "0123456789"
                              : *form == 'x' ? "0123456789abcdefABCDEF"
                                             : (const char[]){*form, '\0'};
        if (*text == '\0' || strchr(allowed, *text) == NULL) {
            return false;
        }
    }
    return true;
}

/* The library reads more than RFC 3339; a date-time of JSON Schema has a day, a T, a time and a zone. */
static bool is_date_time(const char *text)
{
    size_t length = strlen(text);
    if (length < 20 || !has_form(text, "0000-00-00") || (text[10] | 32) != 't' ||
        !has_form(text + 11, "00:00:00")) {
        return false;
    }
    bool has_zone =
        (text[length - 1] | 32) == 'z' || ((text[length - 6] == '+' || text[length - 6] == '-') &&
                                           has_form(text + length - 5, "00:00"));
    int64_t time_ms;
    return has_zone && lsc_time_parse(text, length, &time_ms, NULL) == LSC_OK;
}

static bool is_email(const char *text)
{
    const char *at = strchr(text, '@');
    return at != NULL && at != text && at[1] != '\0' && strchr(at + 1, '@') == NULL &&
           strpbrk(text, " \t\r\n\"<>,;") == NULL;
}

static bool is_uuid(const char *text)
{
    return strlen(text) == 36 && has_form(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
}

static bool is_uri(const char *text)
{
    return (strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0) &&
           strpbrk(text, " \t\r\n\"<>\\^`{|}") == NULL;
}

bool srv_format_check(srv_format format, const char *text)
{
    switch (format) {
    case SRV_FORMAT_DATE_TIME:
        return is_date_time(text);
    case SRV_FORMAT_EMAIL:
        return is_email(text);
    case SRV_FORMAT_UUID:
        return is_uuid(text);
    case SRV_FORMAT_URI:
        return is_uri(text);
    case SRV_FORMAT_ANY:
    case SRV_FORMAT_BYTE:
    case SRV_FORMAT_INT64:
    case SRV_FORMAT_DOUBLE:
    default:
        return true;
    }
}
