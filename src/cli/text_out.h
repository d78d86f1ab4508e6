/**
 * @file text_out.h
 * Text on a terminal: how wide it is, what may be shown, colours and bars.
 */
#ifndef LSC_CLI_TEXT_OUT_H
#define LSC_CLI_TEXT_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/** Write UTF-8 text that came from outside: control characters, which could steer a terminal,
 *  are shown as '?'. */
void lsc_put_text(const char *text, FILE *out);

/** As lsc_put_text(), broken between words into lines of at most LSC_LINE_WIDTH columns; the text
 *  begins at column `indent`, and so do its further lines. */
void lsc_put_wrapped(const char *text, size_t indent, FILE *out);

/** Columns of a line of text for people. */
#define LSC_LINE_WIDTH 96

/** Columns that lsc_put_text() fills on a terminal. */
size_t lsc_text_width(const char *text);

/** How a stream wants its text. */
typedef struct lsc_style {
    FILE *out;
    bool colour; /**< a terminal, and NO_COLOR is not set */
    bool utf8;   /**< the locale's characters are UTF-8 */
} lsc_style;

lsc_style lsc_style_of(FILE *out);

/** A colour or weight: the escape that begins it, "" where the style has none. */
const char *lsc_style_bold(const lsc_style *style);
const char *lsc_style_dim(const lsc_style *style);
const char *lsc_style_good(const lsc_style *style);
const char *lsc_style_bad(const lsc_style *style);
/** The colour of a grade. */
const char *lsc_style_grade(const lsc_style *style, char grade);
/** Back to normal. */
const char *lsc_style_end(const lsc_style *style);

/** A heading with an empty line before it. */
void lsc_put_heading(const lsc_style *style, const char *text);

/** Room for a bar of up to 40 columns. */
#define LSC_BAR_SIZE 128

/** A bar of `width` columns, `fraction` of it full, as text without colour. */
void lsc_bar_text(const lsc_style *style, double fraction, int width, char text[LSC_BAR_SIZE]);

/** A bar of `width` columns, `fraction` of it full. */
void lsc_put_bar(const lsc_style *style, double fraction, int width);

/** A bar that grows from the middle: to the right for positive, to the left for negative. No
 *  blanks stand after it. */
void lsc_put_balance(const lsc_style *style, double fraction, int half_width);

/** `text` and spaces up to `width` columns; before it where `right`. */
void lsc_put_padded(FILE *out, const char *text, size_t width, bool right);

#endif
