#include "features/protected.h"

#include <stddef.h>
#include <string.h>

/** Longer than any word of the list. */
#define WORD_SIZE 16

static const char *const protected_words[] = {
    "age",       "birth",  "birthdate", "birthday", "birthyear",  "born",   "dob",      "ethnic",
    "ethnicity", "gender", "pregnancy", "pregnant", "race",       "racial", "religion", "religious",
    "sex",       "sexual", "sexuality", "disabled", "disability", NULL,
};

static const char *const outcome_names[] = {
    "grade", "lead_score", "lead_status", "outcome.label", "outcome.time", "score", "status", NULL,
};

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_letter(char c)
{
    return is_upper(c) || (c >= 'a' && c <= 'z');
}

static bool is_listed(const char *const *list, const char *text)
{
    for (; *list != NULL; list++) {
        if (strcmp(*list, text) == 0) {
            return true;
        }
    }
    return false;
}

/** Letters of the word at the start of `text`: "userAge" has the words "user" and "Age". */
static size_t word_length(const char *text)
{
    size_t length = 0;
    while (is_letter(text[length])) {
        bool next_word = length > 0 && is_upper(text[length]) && !is_upper(text[length - 1]);
        if (next_word) {
            break;
        }
        length++;
    }
    return length;
}

static bool is_protected_word(const char *text, size_t length)
{
    char word[WORD_SIZE] = {0};
    if (length >= WORD_SIZE) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        word[i] = is_upper(text[i]) ? (char)(text[i] - 'A' + 'a') : text[i];
    }
    return is_listed(protected_words, word);
}

bool lsc_is_protected(const char *name)
{
    while (*name != '\0') {
        size_t length = word_length(name);
        if (length > 0 && is_protected_word(name, length)) {
            return true;
        }
        name += length > 0 ? length : 1;
    }
    return false;
}

bool lsc_tells_outcome(const char *name)
{
    return is_listed(outcome_names, name);
}
