#include "features/word_table.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_word_byte(char c)
{
    char l = lower(c);
    return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

static bool begins_with(const char *text, const lsc_name *word)
{
    for (size_t i = 0; i < word->length; i++) {
        if (lower(text[i]) != lower(word->text[i])) {
            return false;
        }
    }
    return true;
}

bool lsc_text_has_word(const char *text, size_t length, const lsc_name *word)
{
    for (size_t at = 0; at + word->length <= length; at++) {
        size_t end = at + word->length;
        if (begins_with(text + at, word) && (at == 0 || !is_word_byte(text[at - 1])) &&
            (end == length || !is_word_byte(text[end]))) {
            return true;
        }
    }
    return false;
}

bool lsc_row_matches(const lsc_table_row *row, const char *text, size_t length)
{
    for (size_t i = 0; i < row->words.count; i++) {
        if (lsc_text_has_word(text, length, &row->words.items[i])) {
            return true;
        }
    }
    return false;
}
