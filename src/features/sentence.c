#include <math.h>
#include <stdint.h>
#include <string.h>

#include "core/fixed_math.h"
#include "core/number.h"
#include "core/text.h"
#include "features/feature_kinds.h"
#include "features/spec_data.h"

/** Bytes of a property's value in a sentence. */
#define MAX_PROPERTY 100

/** A text of bounded size that is being written. */
typedef struct sink {
    char *text;
    size_t size;
    size_t length;
} sink;

/** What a sentence is about. */
typedef struct subject {
    const lsc_feature *feature;
    const lsc_sighting *sighting; /* NULL when only the vector is known */
    const float *columns;         /* of the feature */
} subject;

static void put_bytes(sink *out, const char *text, size_t length)
{
    size_t room = out->size - 1 - out->length;
    size_t n = length < room ? length : room;
    memcpy(out->text + out->length, text, n);
    out->length += n;
}

/** Whether any of eight bytes is a control character. */
static bool has_control(const char *text)
{
    const uint64_t each = UINT64_C(0x0101010101010101);
    const uint64_t high = each * 0x80;
    uint64_t word;
    memcpy(&word, text, sizeof word);
    uint64_t no_delete = word ^ each * 0x7f; /* a byte of zero where there is one */
    uint64_t found = (((word - each * 0x20) & ~word) | ((no_delete - each) & ~no_delete)) & high;
    return found != 0;
}

/** Control characters become spaces: a sentence is one line. */
static void clean(char *text, size_t length)
{
    for (size_t at = 0; at < length; at += sizeof(uint64_t)) {
        size_t n = length - at < sizeof(uint64_t) ? length - at : sizeof(uint64_t);
        if (n == sizeof(uint64_t) && !has_control(text + at)) {
            continue;
        }
        for (size_t i = at; i < at + n; i++) {
            unsigned char c = (unsigned char)text[i];
            text[i] = c < 0x20 || c == 0x7f ? ' ' : (char)c;
        }
    }
}

static void put(sink *out, const char *text)
{
    put_bytes(out, text, strlen(text));
}

/** "company.employee_count" as "company employee count". */
static void put_words(sink *out, const char *name)
{
    for (; *name != '\0'; name++) {
        put_bytes(out, *name == '_' || *name == '.' ? " " : name, 1);
    }
}

static void put_shortened(sink *out, const char *text)
{
    size_t length = strlen(text);
    if (length <= MAX_PROPERTY) {
        put_bytes(out, text, length);
        return;
    }
    put_bytes(out, text, lsc_utf8_check(text, MAX_PROPERTY));
    put(out, "...");
}

/* Values for people. */

static double round_half_up(double number)
{
    return floor(number + 0.5);
}

/** Whole numbers as they are, large ones without fraction, others with three digits. */
static void format_number(double number, char text[LSC_NUMBER_TEXT_SIZE])
{
    bool large = fabs(number) >= 100;
    lsc_number_format_short(large ? round_half_up(number) : number, large ? 15 : 3, text);
}

/** "1 visit", "3 visits"; without words the number alone. */
static void put_counted(sink *out, double number, const char *one, const char *many)
{
    char text[LSC_NUMBER_TEXT_SIZE];
    format_number(number, text);
    put(out, text);
    if (one != NULL) {
        put(out, " ");
        put(out, strcmp(text, "1") == 0 ? one : many);
    }
}

static void put_days(sink *out, double days)
{
    double hours = days * 24;
    if (hours < 1) {
        put(out, "less than an hour");
    } else if (round_half_up(hours) < 24) {
        put_counted(out, round_half_up(hours), "hour", "hours");
    } else {
        put_counted(out, round_half_up(days), "day", "days");
    }
}

static void put_percent(sink *out, double share)
{
    char text[LSC_NUMBER_TEXT_SIZE];
    double percent = share * 100;
    lsc_number_format_short(percent >= 10 ? round_half_up(percent) : percent,
                            percent >= 10 ? 15 : 2, text);
    put(out, text);
    put(out, "%");
}

/** The ratio whose log2 the value is. */
static void put_ratio(sink *out, double log2_ratio)
{
    char text[LSC_NUMBER_TEXT_SIZE];
    lsc_number_format_short(lsc_exp2(log2_ratio), 2, text);
    put(out, text);
    put(out, " times");
}

static void put_date(sink *out, lsc_date_part part, double value)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    static const char *const weekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                           "Friday", "Saturday", "Sunday"};
    if (part == LSC_DATE_MONTH && value >= 1 && value <= 12) {
        put(out, months[(size_t)value - 1]);
    } else if (part == LSC_DATE_WEEKDAY && value >= 1 && value <= 7) {
        put(out, weekdays[(size_t)value - 1]);
    } else if (part == LSC_DATE_DAYS && fabs(value) < 4e6) {
        char text[LSC_TIME_TEXT_SIZE];
        lsc_time_format((int64_t)floor(value) * (int64_t)LSC_DAY_MS, text);
        put_bytes(out, text, strcspn(text, "T"));
    } else {
        put_counted(out, value, NULL, NULL);
    }
}

static bool put_property(sink *out, const subject *about);

static void put_level(sink *out, const subject *about)
{
    const lsc_feature *feature = about->feature;
    for (size_t i = 0; i < feature->levels.count; i++) {
        if (about->columns[i] > 0.5f) {
            put_shortened(out, feature->levels.items[i].text);
            return;
        }
    }
    if (!put_property(out, about)) {
        put(out, "another one");
    }
}

static void put_code(sink *out, const subject *about, double value)
{
    const lsc_name_list *names = &about->feature->codes.names;
    if (value >= 0 && value < (double)names->count) {
        put_shortened(out, names->items[(size_t)value].text);
    } else if (!put_property(out, about)) {
        put(out, "another one");
    }
}

/** People are told what was seen: who opened no mail has not opened some of them. */
static double told_value(const subject *about)
{
    return about->sighting != NULL && about->feature->kind->observed != NULL
               ? about->sighting->seen
               : (double)about->columns[0];
}

static void put_value(sink *out, const subject *about)
{
    const lsc_feature *feature = about->feature;
    double value = told_value(about);
    switch (feature->kind->unit) {
    case LSC_UNIT_NUMBER:
        put_counted(out, value, feature->unit.given ? feature->unit.items[0].text : NULL,
                    feature->unit.given ? feature->unit.items[1].text : NULL);
        break;
    case LSC_UNIT_DAYS:
        put_days(out, value);
        break;
    case LSC_UNIT_PERCENT:
        put_percent(out, value);
        break;
    case LSC_UNIT_RATIO:
        put_ratio(out, value);
        break;
    case LSC_UNIT_FLAG:
        put(out, value > 0.5 ? "yes" : "no");
        break;
    case LSC_UNIT_DATE:
        put_date(out, feature->part, value);
        break;
    case LSC_UNIT_LEVEL:
        put_level(out, about);
        break;
    case LSC_UNIT_CODE:
        put_code(out, about, value);
        break;
    }
}

static void put_list(sink *out, const lsc_value *list)
{
    for (uint32_t i = 0; i < list->n_items; i++) {
        put(out, i > 0 ? ", " : "");
        put_shortened(out, list->items[i]);
    }
}

/** The property's value as it stands; false where it is not known. */
static bool put_property(sink *out, const subject *about)
{
    const lsc_value *value = about->sighting != NULL ? about->sighting->property : NULL;
    if (value == NULL) {
        return false;
    }
    char scratch[LSC_VALUE_TEXT_SIZE];
    if (value->type == LSC_VALUE_LIST) {
        put_list(out, value);
    } else if (value->type == LSC_VALUE_NUMBER) {
        put_counted(out, value->number, NULL, NULL);
    } else {
        put_shortened(out, lsc_value_text(value, scratch));
    }
    return true;
}

static void put_window(sink *out, const lsc_feature *feature)
{
    if (feature->window_days > 0) {
        put_counted(out, feature->window_days, NULL, NULL);
    } else {
        put(out, "all");
    }
}

/* Templates. */

/** Write what a placeholder stands for; false where it is none. */
static bool put_placeholder(sink *out, const char *name, size_t length, const subject *about)
{
    const lsc_feature *feature = about->feature;
    if (length == 5 && memcmp(name, "value", 5) == 0) {
        put_value(out, about);
    } else if (length == 4 && memcmp(name, "name", 4) == 0) {
        put_words(out, feature->name);
    } else if (length == 6 && memcmp(name, "window", 6) == 0) {
        put_window(out, feature);
    } else if (length == 8 && memcmp(name, "property", 8) == 0) {
        if (!put_property(out, about)) {
            put_value(out, about);
        }
    } else if (length == 5 && memcmp(name, "label", 5) == 0) {
        put_words(out, feature->property.text != NULL ? feature->property.text : feature->name);
    } else {
        return false;
    }
    return true;
}

static void put_template(sink *out, const char *text, const subject *about)
{
    const char *opening;
    while ((opening = strchr(text, '{')) != NULL) {
        put_bytes(out, text, (size_t)(opening - text));
        text = opening + 1;
        const char *closing = strchr(text, '}');
        if (closing != NULL && put_placeholder(out, text, (size_t)(closing - text), about)) {
            text = closing + 1;
        } else {
            put_bytes(out, opening, 1);
        }
    }
    put(out, text);
}

/** Whether the feature had nothing to go by, whatever its policy put in its place. */
static bool is_missing(const subject *about)
{
    return about->sighting != NULL ? about->sighting->missing : isnan(about->columns[0]);
}

static const char *choose_template(const subject *about, bool up)
{
    const lsc_feature *feature = about->feature;
    if (is_missing(about)) {
        return feature->reason_missing != NULL ? feature->reason_missing : "No {label} is known";
    }
    if (feature->reason_none != NULL && !(fabs(told_value(about)) > 0)) {
        return feature->reason_none;
    }
    const char *chosen = up ? feature->reason_up : feature->reason_down;
    if (chosen == NULL) {
        chosen = feature->property.text != NULL ? "{name} is {property}" : "{name} is {value}";
    }
    /* A score is not the property it was made of. */
    bool lacks_property = about->sighting == NULL && strstr(chosen, "{property}") != NULL;
    return lacks_property ? "{name} is {value}" : chosen;
}

lsc_sighting lsc_spec_sighting(const lsc_spec *spec, size_t feature, lsc_lead *lead,
                               int64_t as_of_ms)
{
    const lsc_feature *told = &spec->content.features[feature];
    const lsc_kind *kind = told->kind;
    lsc_sighting sighting = {.seen = (double)NAN};
    lsc_view view;
    lsc_view_init(&view, lead, as_of_ms);
    if (told->property.text != NULL) {
        sighting.property = lsc_view_value(&view, &told->property);
    }
    if (kind->level != NULL) {
        sighting.missing = kind->level(told, &view) == LSC_NO_LEVEL;
    } else {
        sighting.seen = (kind->observed != NULL ? kind->observed : kind->value)(told, &view);
        sighting.missing = isnan(sighting.seen);
    }
    return sighting;
}

void lsc_spec_sentence(const lsc_spec *spec, size_t feature, const lsc_sighting *sighting,
                       const float *columns, bool up, char *text, size_t size)
{
    if (size == 0) {
        return;
    }
    const lsc_feature *told = &spec->content.features[feature];
    const subject about = {told, sighting, columns + told->first_column};
    sink out = {text, size, 0};
    put_template(&out, choose_template(&about, up), &about);
    clean(text, out.length);
    text[lsc_utf8_check(text, out.length)] = '\0';
    if (text[0] >= 'a' && text[0] <= 'z') {
        text[0] = (char)(text[0] - 'a' + 'A');
    }
}
