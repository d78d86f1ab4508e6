#include "text_out.h"

#include <langinfo.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The character at *text, which is moved past it. A byte that begins none counts as one. */
static uint32_t next_character(const unsigned char **text)
{
    const unsigned char *at = *text;
    const int more = at[0] >= 0xF0 ? 3 : at[0] >= 0xE0 ? 2 : at[0] >= 0xC0 ? 1 : 0;
    uint32_t character = more == 0 ? at[0] : at[0] & (0x3Fu >> more);
    for (int i = 1; i <= more; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            *text = at + 1;
            return 0xFFFD;
        }
        character = character << 6 | (at[i] & 0x3Fu);
    }
    *text = at + 1 + more;
    return character;
}

static bool is_control(uint32_t character)
{
    return character < 0x20 || (character >= 0x7F && character < 0xA0) ||
           (character >= 0x202A && character <= 0x202E) ||
           (character >= 0x2066 && character <= 0x2069);
}

static bool is_combining(uint32_t character)
{
    return (character >= 0x300 && character <= 0x36F) ||
           (character >= 0x200B && character <= 0x200F) ||
           (character >= 0xFE00 && character <= 0xFE0F);
}

static bool is_wide(uint32_t character)
{
    return (character >= 0x1100 && character <= 0x115F) ||
           (character >= 0x2E80 && character <= 0xA4CF) ||
           (character >= 0xAC00 && character <= 0xD7A3) ||
           (character >= 0xF900 && character <= 0xFAFF) ||
           (character >= 0xFE30 && character <= 0xFE6F) ||
           (character >= 0xFF00 && character <= 0xFF60) ||
           (character >= 0x1F300 && character <= 0x1FAFF) ||
           (character >= 0x20000 && character <= 0x3FFFD);
}

static void put_part(const char *text, size_t length, FILE *out)
{
    const unsigned char *at = (const unsigned char *)text;
    const unsigned char *end = at + length;
    while (at < end) {
        const unsigned char *begin = at;
        if (is_control(next_character(&at))) {
            putc('?', out);
        } else {
            fwrite(begin, 1, (size_t)(at - begin), out);
        }
    }
}

static size_t width_of_part(const char *text, size_t length)
{
    const unsigned char *at = (const unsigned char *)text;
    const unsigned char *end = at + length;
    size_t width = 0;
    while (at < end) {
        const uint32_t character = next_character(&at);
        if (!is_combining(character)) {
            width += is_wide(character) ? 2 : 1;
        }
    }
    return width;
}

void lsc_put_text(const char *text, FILE *out)
{
    put_part(text, strlen(text), out);
}

size_t lsc_text_width(const char *text)
{
    return width_of_part(text, strlen(text));
}

void lsc_put_wrapped(const char *text, size_t indent, FILE *out)
{
    size_t column = indent;
    while (*text != '\0') {
        const size_t length = strcspn(text, " ");
        const size_t width = width_of_part(text, length);
        if (column > indent && column + 1 + width > LSC_LINE_WIDTH) {
            fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            putc(' ', out);
            column++;
        }
        put_part(text, length, out);
        column += width;
        text += length;
        text += strspn(text, " ");
    }
}

lsc_style lsc_style_of(FILE *out)
{
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    lsc_style style = {.out = out};
    style.colour = isatty(fileno(out)) && (no_color == NULL || no_color[0] == '\0') &&
                   (terminal == NULL || strcmp(terminal, "dumb") != 0);
    style.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    return style;
}

static const char *escape(const lsc_style *style, const char *code)
{
    return style->colour ? code : "";
}

const char *lsc_style_bold(const lsc_style *style)
{
    return escape(style, "\033[1m");
}

const char *lsc_style_dim(const lsc_style *style)
{
    return escape(style, "\033[2m");
}

const char *lsc_style_good(const lsc_style *style)
{
    return escape(style, "\033[32m");
}

const char *lsc_style_bad(const lsc_style *style)
{
    return escape(style, "\033[31m");
}

const char *lsc_style_grade(const lsc_style *style, char grade)
{
    switch (grade) {
    case 'A':
    case 'B':
        return escape(style, "\033[32m");
    case 'C':
        return escape(style, "\033[33m");
    case 'D':
    case 'F':
        return escape(style, "\033[31m");
    default:
        return "";
    }
}

const char *lsc_style_end(const lsc_style *style)
{
    return escape(style, "\033[0m");
}

void lsc_put_heading(const lsc_style *style, const char *text)
{
    fprintf(style->out, "\n%s%s%s\n", lsc_style_bold(style), text, lsc_style_end(style));
}

static void repeat(FILE *out, const char *text, int times)
{
    for (int i = 0; i < times; i++) {
        fputs(text, out);
    }
}

/* How many of `width` columns a fraction fills; a fraction above 0 is seen. */
static int filled(double fraction, int width)
{
    if (!(fraction > 0)) {
        return 0;
    }
    const int columns = fraction >= 1 ? width : (int)(fraction * width + 0.5);
    return columns > 0 ? columns : 1;
}

void lsc_bar_text(const lsc_style *style, double fraction, int width, char text[LSC_BAR_SIZE])
{
    const char *mark = style->utf8 ? "█" : "#";
    const size_t size = strlen(mark);
    size_t length = 0;
    for (int i = filled(fraction, width); i > 0 && length + size < LSC_BAR_SIZE; i--) {
        memcpy(text + length, mark, size);
        length += size;
    }
    text[length] = '\0';
}

void lsc_put_bar(const lsc_style *style, double fraction, int width)
{
    const int full = filled(fraction, width);
    repeat(style->out, style->utf8 ? "█" : "#", full);
    fputs(lsc_style_dim(style), style->out);
    repeat(style->out, style->utf8 ? "░" : ".", width - full);
    fputs(lsc_style_end(style), style->out);
}

void lsc_put_balance(const lsc_style *style, double fraction, int half_width)
{
    const char *mark = style->utf8 ? "█" : "#";
    const int full = filled(fraction < 0 ? -fraction : fraction, half_width);
    const int left = fraction < 0 ? full : 0;
    const int right = fraction < 0 ? 0 : full;
    repeat(style->out, " ", half_width - left);
    fputs(lsc_style_bad(style), style->out);
    repeat(style->out, mark, left);
    fprintf(style->out, "%s%s%s", lsc_style_end(style), style->utf8 ? "│" : "|",
            lsc_style_good(style));
    repeat(style->out, mark, right);
    fputs(lsc_style_end(style), style->out);
}

void lsc_put_padded(FILE *out, const char *text, size_t width, bool right)
{
    const size_t has = lsc_text_width(text);
    const int missing = has < width ? (int)(width - has) : 0;
    if (right) {
        repeat(out, " ", missing);
    }
    lsc_put_text(text, out);
    if (!right) {
        repeat(out, " ", missing);
    }
}
