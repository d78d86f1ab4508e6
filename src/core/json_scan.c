#include "json_scan.h"

#include <string.h>

#include "arena.h"
#include "number.h"
#include "sort.h"
#include "text.h"

/** A key of an object that is still open. */
typedef struct key {
    const char *text; /* unescaped */
    size_t length;
    size_t offset;
} key;

typedef struct level {
    char closer;      /* ']' or '}' */
    size_t first_key; /* where the object's keys begin in `keys` */
} level;

typedef struct scanner {
    const char *text;
    size_t length;
    size_t at;
    const lsc_json_limits *limits;
    lsc_error *error;

    level levels[LSC_JSON_MAX_DEPTH];
    size_t depth;
    size_t n_values;

    key *keys; /* of all open objects, innermost last */
    size_t n_keys;
    size_t keys_capacity;
    lsc_arena unescaped; /* keys that hold escapes */

    lsc_json_scan *found;
    size_t numbers_capacity;
} scanner;

/** Refuse what stands at `offset`: "expected a value, found 'x' at byte 7". */
static lsc_status refuse(const scanner *s, size_t offset, const char *expected)
{
    if (offset >= s->length) {
        return lsc_fail_at(s->error, LSC_BAD_JSON, (int64_t)s->length,
                           "expected %s, but the text ends at byte %zu", expected, s->length);
    }
    unsigned char found = (unsigned char)s->text[offset];
    if (found > 0x20 && found < 0x7F) {
        return lsc_fail_at(s->error, LSC_BAD_JSON, (int64_t)offset,
                           "expected %s, found '%c' at byte %zu", expected, found, offset);
    }
    return lsc_fail_at(s->error, LSC_BAD_JSON, (int64_t)offset,
                       "expected %s, found byte 0x%02X at byte %zu", expected, found, offset);
}

/** The byte `ahead` of the current one; NUL past the end (a NUL in the text fits nothing). */
static char peek(const scanner *s, size_t ahead)
{
    return s->length - s->at > ahead ? s->text[s->at + ahead] : '\0';
}

static void skip_space(scanner *s)
{
    while (s->at < s->length && (s->text[s->at] == ' ' || s->text[s->at] == '\n' ||
                                 s->text[s->at] == '\r' || s->text[s->at] == '\t')) {
        s->at++;
    }
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static lsc_status scan_word(scanner *s, const char *word)
{
    for (const char *c = word; *c != '\0'; c++) {
        if (peek(s, 0) != *c) {
            return refuse(s, s->at, word);
        }
        s->at++;
    }
    return LSC_OK;
}

static lsc_status scan_digits(scanner *s)
{
    if (!is_digit(peek(s, 0))) {
        return refuse(s, s->at, "a digit");
    }
    while (is_digit(peek(s, 0))) {
        s->at++;
    }
    return LSC_OK;
}

/** Move over a number as the grammar of RFC 8259 has it. */
static lsc_status scan_number_text(scanner *s)
{
    if (peek(s, 0) == '-') {
        s->at++;
    }
    if (peek(s, 0) == '0' && is_digit(peek(s, 1))) {
        return lsc_fail_at(s->error, LSC_BAD_JSON, (int64_t)s->at,
                           "the number at byte %zu begins with a zero", s->at);
    }
    lsc_status status = scan_digits(s);
    if (status == LSC_OK && peek(s, 0) == '.') {
        s->at++;
        status = scan_digits(s);
    }
    if (status == LSC_OK && (peek(s, 0) == 'e' || peek(s, 0) == 'E')) {
        s->at++;
        if (peek(s, 0) == '+' || peek(s, 0) == '-') {
            s->at++;
        }
        status = scan_digits(s);
    }
    return status;
}

static lsc_status scan_number(scanner *s)
{
    size_t start = s->at;
    lsc_status status = scan_number_text(s);
    if (status != LSC_OK) {
        return status;
    }
    size_t length = s->at - start;
    if (length > LSC_NUMBER_MAX_LENGTH) {
        return lsc_fail_at(s->error, LSC_LIMIT, (int64_t)start,
                           "the number at byte %zu has %zu characters, at most %d are read", start,
                           length, LSC_NUMBER_MAX_LENGTH);
    }
    lsc_json_scan *found = s->found;
    void *numbers = found->numbers;
    if (!lsc_grow(lsc_default_allocator(), &numbers, &s->numbers_capacity, found->n_numbers + 1,
                  sizeof(double))) {
        return lsc_fail_memory(s->error);
    }
    found->numbers = numbers;
    if (!lsc_number_parse(s->text + start, length, &found->numbers[found->n_numbers])) {
        return lsc_fail_at(s->error, LSC_BAD_JSON, (int64_t)start,
                           "the number %.*s at byte %zu is too large for a double",
                           length < 40 ? (int)length : 40, s->text + start, start);
    }
    found->n_numbers++;
    memset(found->text + start, ' ', length);
    found->text[start] = '0';
    return LSC_OK;
}

/** Four hex digits at `at`, or -1. */
static long hex4(const char *at)
{
    long value = 0;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        int digit = is_digit(c)              ? c - '0'
                    : (c >= 'a' && c <= 'f') ? c - 'a' + 10
                    : (c >= 'A' && c <= 'F') ? c - 'A' + 10
                                             : -1;
        if (digit < 0) {
            return -1;
        }
        value = value * 16 + digit;
    }
    return value;
}

/** The UTF-16 unit that "\uXXXX" at `offset` stands for, or -1. */
static long unit_at(const scanner *s, size_t offset)
{
    if (s->length - offset < 6 || s->text[offset] != '\\' || s->text[offset + 1] != 'u') {
        return -1;
    }
    return hex4(s->text + offset + 2);
}

static bool is_high_surrogate(long unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low_surrogate(long unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/** Move over the escape that begins here. */
static lsc_status scan_escape(scanner *s)
{
    char escaped = peek(s, 1);
    if (escaped != '\0' && strchr("\"\\/bfnrt", escaped) != NULL) {
        s->at += 2;
        return LSC_OK;
    }
    if (escaped != 'u') {
        return refuse(s, s->at + 1, "one of \"\\/bfnrtu after the backslash");
    }
    long unit = unit_at(s, s->at);
    if (unit < 0) {
        return lsc_fail_at(s->error, LSC_BAD_JSON, (int64_t)s->at,
                           "\\u at byte %zu is not followed by four hex digits", s->at);
    }
    if (unit == 0) {
        return lsc_fail_at(s->error, LSC_BAD_JSON, (int64_t)s->at,
                           "\\u0000 at byte %zu is not allowed", s->at);
    }
    size_t size = 6;
    if (is_high_surrogate(unit) && is_low_surrogate(unit_at(s, s->at + 6))) {
        size = 12;
    } else if (is_high_surrogate(unit) || is_low_surrogate(unit)) {
        return lsc_fail_at(s->error, LSC_BAD_JSON, (int64_t)s->at,
                           "\\u%.4s at byte %zu is half of a surrogate pair", s->text + s->at + 2,
                           s->at);
    }
    s->at += size;
    return LSC_OK;
}

/**
 * Move over the string that begins here.
 * @param escapes  set to true when there are any in it
 */
static lsc_status scan_string(scanner *s, bool *escapes)
{
    *escapes = false;
    s->at++;
    while (s->at < s->length && s->text[s->at] != '"') {
        unsigned char c = (unsigned char)s->text[s->at];
        if (c < 0x20) {
            return lsc_fail_at(s->error, LSC_BAD_JSON, (int64_t)s->at,
                               "the control character 0x%02X at byte %zu must be escaped", c,
                               s->at);
        }
        if (c == '\\') {
            *escapes = true;
            lsc_status status = scan_escape(s);
            if (status != LSC_OK) {
                return status;
            }
        } else {
            s->at++;
        }
    }
    if (s->at == s->length) {
        return refuse(s, s->at, "a closing quote");
    }
    s->at++;
    return LSC_OK;
}

/** Write a code point as UTF-8; returns where it ends. */
static char *put_utf8(char *out, unsigned long point)
{
    if (point < 0x80) {
        *out++ = (char)point;
        return out;
    }
    int n_more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static const unsigned char marks[] = {0, 0xC0, 0xE0, 0xF0};
    *out++ = (char)(marks[n_more] | (point >> (6 * n_more)));
    while (n_more-- > 0) {
        *out++ = (char)(0x80 | ((point >> (6 * n_more)) & 0x3F));
    }
    return out;
}

/** Resolve the escape, known to be valid, at *at and move past it. Returns the end of `out`. */
static char *unescape_one(const char **at, char *out)
{
    static const char names[] = "\"\\/bfnrt";
    static const char values[] = "\"\\/\b\f\n\r\t";
    char escaped = (*at)[1];
    if (escaped != 'u') {
        *at += 2;
        *out++ = values[strchr(names, escaped) - names];
        return out;
    }
    unsigned long point = (unsigned long)hex4(*at + 2);
    *at += 6;
    if (is_high_surrogate((long)point)) {
        unsigned long low = (unsigned long)hex4(*at + 2);
        point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
        *at += 6;
    }
    return put_utf8(out, point);
}

/** Unescape a key into the arena. No escape is shorter than what it stands for. */
static bool unescape_key(scanner *s, key *k)
{
    char *out = lsc_arena_alloc(&s->unescaped, k->length);
    if (out == NULL) {
        return false;
    }
    const char *at = k->text;
    const char *end = at + k->length;
    k->text = out;
    while (at < end) {
        if (*at == '\\') {
            out = unescape_one(&at, out);
        } else {
            *out++ = *at++;
        }
    }
    k->length = (size_t)(out - k->text);
    return true;
}

/** Read `"key" :` and remember the key. */
static lsc_status scan_key(scanner *s)
{
    skip_space(s);
    size_t start = s->at;
    if (peek(s, 0) != '"') {
        return refuse(s, s->at, "a key in quotes");
    }
    bool escapes;
    lsc_status status = scan_string(s, &escapes);
    if (status != LSC_OK) {
        return status;
    }
    key added = {s->text + start + 1, s->at - start - 2, start};
    void *keys = s->keys;
    if ((escapes && !unescape_key(s, &added)) ||
        !lsc_grow(lsc_default_allocator(), &keys, &s->keys_capacity, s->n_keys + 1, sizeof added)) {
        return lsc_fail_memory(s->error);
    }
    s->keys = keys;
    s->keys[s->n_keys++] = added;
    skip_space(s);
    if (peek(s, 0) != ':') {
        return refuse(s, s->at, "':' after the key");
    }
    s->at++;
    return LSC_OK;
}

static int compare_texts(const key *a, const key *b)
{
    return lsc_text_compare(a->text, a->length, b->text, b->length);
}

static int compare_keys(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const key *x = a;
    const key *y = b;
    int order = compare_texts(x, y);
    return order != 0 ? order : (x->offset > y->offset) - (x->offset < y->offset);
}

/** Up to so many keys are compared each with each, which is quicker than sorting them. */
#define FEW_KEYS 12

/** The first in the text that repeats another, or NULL. */
static const key *find_repeated_of_few(const key *keys, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        for (size_t before = 0; before < i; before++) {
            if (keys[before].length == keys[i].length &&
                lsc_text_equal(keys[before].text, keys[i].text, keys[i].length)) {
                return &keys[i];
            }
        }
    }
    return NULL;
}

/** The same, of any number; they are sorted. */
static const key *find_repeated(key *keys, size_t count)
{
    const key *repeated = NULL;
    lsc_sort(keys, count, sizeof *keys, compare_keys, NULL);
    for (size_t i = 1; i < count; i++) {
        if (compare_texts(&keys[i - 1], &keys[i]) == 0 &&
            (repeated == NULL || keys[i].offset < repeated->offset)) {
            repeated = &keys[i];
        }
    }
    return repeated;
}

/** Refuse keys that the object ending here repeats, and forget them all. */
static lsc_status check_keys(scanner *s, size_t first_key)
{
    size_t count = s->n_keys - first_key;
    const key *repeated = NULL;
    if (count >= 2) {
        key *keys = s->keys + first_key;
        repeated =
            count <= FEW_KEYS ? find_repeated_of_few(keys, count) : find_repeated(keys, count);
    }
    if (repeated != NULL) {
        return lsc_fail_at(s->error, LSC_BAD_JSON, (int64_t)repeated->offset,
                           "the key \"%.*s\" at byte %zu stands in its object already",
                           repeated->length < 64 ? (int)repeated->length : 64, repeated->text,
                           repeated->offset);
    }
    s->n_keys = first_key;
    return LSC_OK;
}

static lsc_status open_container(scanner *s)
{
    size_t most =
        s->limits->max_depth < LSC_JSON_MAX_DEPTH ? s->limits->max_depth : LSC_JSON_MAX_DEPTH;
    if (s->depth >= most) {
        return lsc_fail_at(s->error, LSC_LIMIT, (int64_t)s->at,
                           "nested deeper than %zu at byte %zu", most, s->at);
    }
    char closer = s->text[s->at] == '[' ? ']' : '}';
    s->levels[s->depth++] = (level){closer, s->n_keys};
    s->at++;
    return LSC_OK;
}

/** A scalar whole; of a container its opening bracket. */
static lsc_status scan_value(scanner *s)
{
    skip_space(s);
    if (s->n_values == s->limits->max_values) {
        return lsc_fail_at(s->error, LSC_LIMIT, (int64_t)s->at, "more than %zu values at byte %zu",
                           s->limits->max_values, s->at);
    }
    s->n_values++;
    bool escapes;
    switch (peek(s, 0)) {
    case '{':
    case '[':
        return open_container(s);
    case '"':
        return scan_string(s, &escapes);
    case 't':
        return scan_word(s, "true");
    case 'f':
        return scan_word(s, "false");
    case 'n':
        return scan_word(s, "null");
    default:
        if (peek(s, 0) == '-' || is_digit(peek(s, 0))) {
            return scan_number(s);
        }
        return refuse(s, s->at, "a value");
    }
}

/**
 * After a value: close all containers that end here, and stop before the next value.
 * @param fresh  the value just read opened a container
 */
static lsc_status scan_between(scanner *s, bool fresh)
{
    lsc_status status = LSC_OK;
    for (; s->depth > 0 && status == LSC_OK; fresh = false) {
        level *open = &s->levels[s->depth - 1];
        skip_space(s);
        if (peek(s, 0) == open->closer) {
            s->at++;
            s->depth--;
            status = check_keys(s, open->first_key);
            continue;
        }
        if (!fresh && peek(s, 0) != ',') {
            return refuse(s, s->at, open->closer == ']' ? "',' or ']'" : "',' or '}'");
        }
        s->at += !fresh;
        return open->closer == '}' ? scan_key(s) : LSC_OK;
    }
    return status;
}

/** No recursion: `levels` holds what is open. */
static lsc_status scan_document(scanner *s)
{
    lsc_status status;
    do {
        size_t depth = s->depth;
        status = scan_value(s);
        if (status == LSC_OK) {
            status = scan_between(s, s->depth > depth);
        }
    } while (status == LSC_OK && s->depth > 0);
    if (status == LSC_OK) {
        skip_space(s);
        if (s->at < s->length) {
            status = refuse(s, s->at, "nothing after the value");
        }
    }
    return status;
}

static lsc_status check_bytes(const scanner *s)
{
    if (s->length > s->limits->max_bytes) {
        return lsc_fail_at(s->error, LSC_LIMIT, (int64_t)s->limits->max_bytes,
                           "JSON of %zu bytes, at most %zu are read", s->length,
                           s->limits->max_bytes);
    }
    size_t bad = lsc_utf8_check(s->text, s->length);
    if (bad < s->length) {
        return lsc_fail_at(s->error, LSC_BAD_JSON, (int64_t)bad,
                           "byte 0x%02X at byte %zu is not UTF-8", (unsigned char)s->text[bad],
                           bad);
    }
    return LSC_OK;
}

lsc_status lsc_json_scan_text(const char *text, size_t length, const lsc_json_limits *limits,
                              lsc_json_scan *scan, lsc_error *error)
{
    const lsc_allocator *allocator = lsc_default_allocator();
    *scan = (lsc_json_scan){0};
    scanner s = {.text = text, .length = length, .limits = limits, .error = error, .found = scan};
    lsc_status status = check_bytes(&s);
    if (status != LSC_OK) {
        return status;
    }
    lsc_arena_init(&s.unescaped, allocator);
    scan->text = lsc_copy_text(allocator, text, length);
    status = scan->text == NULL ? lsc_fail_memory(error) : scan_document(&s);
    if (status != LSC_OK) {
        lsc_json_scan_free(scan);
    }
    lsc_arena_free(&s.unescaped);
    lsc_release(allocator, s.keys);
    return status;
}

void lsc_json_scan_free(lsc_json_scan *scan)
{
    lsc_release(lsc_default_allocator(), scan->text);
    lsc_release(lsc_default_allocator(), scan->numbers);
    *scan = (lsc_json_scan){0};
}
