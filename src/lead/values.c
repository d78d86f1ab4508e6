#include "lead/values.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "core/text.h"

bool lsc_value_number(const lsc_value *value, double *number)
{
    switch (value->type) {
    case LSC_VALUE_NUMBER:
        *number = value->number;
        return true;
    case LSC_VALUE_BOOL:
        *number = value->boolean ? 1 : 0;
        return true;
    case LSC_VALUE_TEXT:
        return lsc_number_parse(value->text, value->length, number);
    default:
        return false;
    }
}

bool lsc_time_from_number(double number, int64_t *time_ms)
{
    double cut = floor(number);
    if (!(cut >= (double)LSC_TIME_MIN && cut <= (double)LSC_TIME_MAX)) {
        return false;
    }
    *time_ms = (int64_t)cut;
    return true;
}

bool lsc_value_time(const lsc_value *value, int64_t *time_ms)
{
    switch (value->type) {
    case LSC_VALUE_TIME:
        *time_ms = value->time_ms;
        return true;
    case LSC_VALUE_NUMBER:
        return lsc_time_from_number(value->number, time_ms);
    case LSC_VALUE_TEXT:
        return lsc_time_parse(value->text, value->length, time_ms, NULL) == LSC_OK;
    default:
        return false;
    }
}

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (lsc_text_equal_nocase(text, *words)) {
            return true;
        }
    }
    return false;
}

/* Read a text that is one of two lists of words. */
static bool read_words(const char *text, const char *const *yes, const char *const *no,
                       bool *is_yes)
{
    *is_yes = is_one_of(text, yes);
    return *is_yes || is_one_of(text, no);
}

bool lsc_value_flag(const lsc_value *value, bool *flag)
{
    static const char *const yes[] = {"true", "yes", "y", "t", "on", "1", NULL};
    static const char *const no[] = {"false", "no", "n", "f", "off", "0", NULL};
    bool is_yes;
    switch (value->type) {
    case LSC_VALUE_BOOL:
        *flag = value->boolean;
        return true;
    case LSC_VALUE_NUMBER:
        if (value->number != 0 && value->number != 1) {
            return false;
        }
        *flag = value->number == 1;
        return true;
    case LSC_VALUE_TEXT:
        if (!read_words(value->text, yes, no, &is_yes)) {
            return false;
        }
        *flag = is_yes;
        return true;
    default:
        return false;
    }
}

bool lsc_value_label(const lsc_value *value, bool *converted)
{
    static const char *const won[] = {"converted", "won", NULL};
    static const char *const lost[] = {"lost", "disqualified", "not_converted", NULL};
    bool is_won;
    if (value->type == LSC_VALUE_TEXT && read_words(value->text, won, lost, &is_won)) {
        *converted = is_won;
        return true;
    }
    return lsc_value_flag(value, converted);
}

const char *lsc_value_text(const lsc_value *value, char scratch[LSC_VALUE_TEXT_SIZE])
{
    switch (value->type) {
    case LSC_VALUE_TEXT:
        return value->text;
    case LSC_VALUE_NUMBER:
        lsc_number_format(value->number, scratch);
        return scratch;
    case LSC_VALUE_BOOL:
        return value->boolean ? "true" : "false";
    case LSC_VALUE_TIME:
        lsc_time_format(value->time_ms, scratch);
        return scratch;
    default:
        return NULL;
    }
}

bool lsc_id_from_number(double number, char text[LSC_NUMBER_TEXT_SIZE])
{
    const double limit = 9007199254740992.0; /* 2^53 */
    if (number != floor(number) || !(fabs(number) < limit)) {
        return false;
    }
    snprintf(text, LSC_NUMBER_TEXT_SIZE, "%" PRId64, (int64_t)number);
    return true;
}
