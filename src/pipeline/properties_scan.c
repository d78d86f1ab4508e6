/*
 * Reading what lsc_properties_write() wrote, for each activity of each lead that is scored: one walk
 * over the text, without a tree and without an allocation a value. It reads no other JSON: what the
 * store does not write comes of a file that is damaged.
 */
#include "properties_json.h"

#include <string.h>

#include "core/number.h"

typedef struct scan {
    const char *at;
    const char *end;
    lsc_companion *companion; /* texts and lists stand in its scratch */
    lsc_error *error;
} scan;

static lsc_status bad(const scan *at, const char *words)
{
    return lsc_fail(at->error, LSC_BAD_STORE, "the store is damaged: properties %s", words);
}

/* Blame the store for what its own words came to. */
static lsc_status blame_store(lsc_status status, lsc_error *error)
{
    return status == LSC_OK || status == LSC_NO_MEMORY
               ? status
               : lsc_fail(error, LSC_BAD_STORE,
                          "the store is damaged: properties do not read back");
}

static bool take(scan *at, char c)
{
    bool there = at->at < at->end && *at->at == c;
    at->at += there;
    return there;
}

static bool take_word(scan *at, const char *word, size_t length)
{
    bool there = (size_t)(at->end - at->at) >= length && memcmp(at->at, word, length) == 0;
    at->at += there ? length : 0;
    return there;
}

static char escaped(char c)
{
    switch (c) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return c == '"' || c == '\\' ? c : '\0';
    }
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The control character of "00XX"; NUL for another, as none is written so. */
static char escaped_control(const char *digits)
{
    int high = hex_digit(digits[2]);
    int low = hex_digit(digits[3]);
    bool is_one = digits[0] == '0' && digits[1] == '0' && high >= 0 && high < 8 && low >= 0;
    return is_one ? (char)(16 * high + low) : '\0';
}

/* The bytes of a text without their escapes; false for an escape that is never written. */
static bool unescape(const char *from, const char *end, char *to)
{
    while (from < end) {
        if (*from != '\\') {
            *to++ = *from++;
            continue;
        }
        /* The closing quote follows: a byte stands behind each backslash. */
        bool is_long = from[1] == 'u';
        if (is_long && end - from < 6) {
            return false;
        }
        *to = is_long ? escaped_control(from + 2) : escaped(from[1]);
        if (*to++ == '\0') {
            return false;
        }
        from += is_long ? 6 : 2;
    }
    *to = '\0';
    return true;
}

/* The closing quote of a text that has escapes; NULL where there is none. */
static const char *find_quote(const char *from, const char *end)
{
    while (from < end && *from != '"') {
        from += *from == '\\' ? 2 : 1;
    }
    return from < end ? from : NULL;
}

static lsc_status take_text(scan *at, const char **text)
{
    if (!take(at, '"')) {
        return bad(at, "lack a text");
    }
    const char *from = at->at;
    const char *end = memchr(from, '"', (size_t)(at->end - from));
    const bool is_plain = end != NULL && memchr(from, '\\', (size_t)(end - from)) == NULL;
    end = is_plain ? end : find_quote(from, at->end);
    if (end == NULL) {
        return bad(at, "end within a text");
    }
    char *copy = lsc_arena_copy(&at->companion->scratch, from, (size_t)(end - from));
    if (copy == NULL) {
        return lsc_fail_memory(at->error);
    }
    if (!is_plain && !unescape(from, end, copy)) {
        return bad(at, "have an escape that is none");
    }
    at->at = end + 1;
    *text = copy;
    return LSC_OK;
}

static lsc_status take_list(scan *at, lsc_property *property)
{
    const char **items = NULL;
    size_t capacity = 0;
    property->type = LSC_VALUE_LIST;
    property->n_items = 0;
    bool more = !take(at, ']');
    while (more) {
        if (property->n_items == capacity) {
            capacity = 2 * capacity + 8;
            const char **room = lsc_arena_alloc(&at->companion->scratch, capacity * sizeof *room);
            if (room == NULL) {
                return lsc_fail_memory(at->error);
            }
            if (items != NULL) {
                memcpy(room, items, property->n_items * sizeof *room);
            }
            items = room;
        }
        lsc_status status = take_text(at, &items[property->n_items++]);
        if (status != LSC_OK) {
            return status;
        }
        more = take(at, ',');
        if (!more && !take(at, ']')) {
            return bad(at, "end within a list");
        }
    }
    property->items = items;
    return LSC_OK;
}

static bool is_of_number(char c)
{
    return (c >= '0' && c <= '9') || c == '-' || c == '.' || c == 'e' || c == '+';
}

static lsc_status take_number(scan *at, double *number)
{
    const char *from = at->at;
    while (at->at < at->end && is_of_number(*at->at)) {
        at->at++;
    }
    return lsc_number_parse(from, (size_t)(at->at - from), number) ? LSC_OK
                                                                   : bad(at, "lack a number");
}

static lsc_status take_time(scan *at, lsc_property *property)
{
    static const char key[] = "\"" LSC_TIME_MEMBER "\":";
    double number = 0;
    property->type = LSC_VALUE_TIME;
    if (!take_word(at, key, sizeof key - 1)) {
        return bad(at, "have an object that is no time");
    }
    lsc_status status = take_number(at, &number);
    if (status == LSC_OK &&
        (number < (double)LSC_TIME_MIN || number > (double)LSC_TIME_MAX || !take(at, '}'))) {
        return bad(at, "have an object that is no time");
    }
    property->time_ms = (int64_t)number;
    return status;
}

static lsc_status take_value(scan *at, lsc_property *property)
{
    if (at->at < at->end && *at->at == '"') {
        property->type = LSC_VALUE_TEXT;
        return take_text(at, &property->text);
    }
    if (take(at, '[')) {
        return take_list(at, property);
    }
    if (take(at, '{')) {
        return take_time(at, property);
    }
    property->boolean = take_word(at, "true", 4);
    if (property->boolean || take_word(at, "false", 5)) {
        property->type = LSC_VALUE_BOOL;
        return LSC_OK;
    }
    property->type = LSC_VALUE_NUMBER;
    return take_number(at, &property->number);
}

static lsc_status take_property(scan *at, lsc_property *property)
{
    *property = (lsc_property){.name = NULL};
    lsc_status status = take_text(at, &property->name);
    if (status == LSC_OK && !take(at, ':')) {
        return bad(at, "lack a colon");
    }
    return status == LSC_OK ? take_value(at, property) : status;
}

static bool make_room(lsc_companion *companion, size_t n)
{
    void *block = companion->properties;
    bool made = lsc_grow(companion->allocator, &block, &companion->properties_capacity, n,
                         sizeof *companion->properties);
    companion->properties = block;
    return made;
}

/* All of them, in companion->properties. */
static lsc_status take_all(scan *at, size_t *n)
{
    lsc_companion *companion = at->companion;
    *n = 0;
    lsc_arena_clear(&companion->scratch);
    if (!take(at, '{')) {
        return bad(at, "are no object");
    }
    bool more = !take(at, '}');
    while (more) {
        if (!make_room(companion, *n + 1)) {
            return lsc_fail_memory(at->error);
        }
        lsc_status status = take_property(at, &companion->properties[(*n)++]);
        if (status != LSC_OK) {
            return status;
        }
        more = take(at, ',');
        if (!more && !take(at, '}')) {
            return bad(at, "end within themselves");
        }
    }
    return at->at == at->end ? LSC_OK : bad(at, "are followed by more");
}

static scan begin(lsc_companion *companion, const char *json, size_t length, lsc_error *error)
{
    return (scan){.at = json, .end = json + length, .companion = companion, .error = error};
}

lsc_status lsc_properties_to_lead(lsc_companion *companion, const char *json, size_t length,
                                  lsc_lead *lead, lsc_error *error)
{
    size_t n;
    scan at = begin(companion, json, length, error);
    lsc_status status = take_all(&at, &n);
    lsc_lead_hold_names(lead, true);
    for (size_t i = 0; i < n && status == LSC_OK; i++) {
        status = blame_store(lsc_lead_set(lead, &companion->properties[i], error), error);
    }
    lsc_lead_hold_names(lead, false);
    return status;
}

lsc_status lsc_properties_to_activity(lsc_companion *companion, const char *json, size_t length,
                                      lsc_activity *activity, lsc_error *error)
{
    scan at = begin(companion, json, length, error);
    lsc_status status = take_all(&at, &activity->n_properties);
    activity->properties = companion->properties;
    return status;
}
