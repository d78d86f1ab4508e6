#include "words.h"

#include <string.h>

const char *srv_take_word(const char *text, char end, char *word, size_t size)
{
    const char *at = text == NULL ? NULL : strchr(text, end);
    if (at == NULL || (size_t)(at - text) >= size) {
        return NULL;
    }
    memcpy(word, text, (size_t)(at - text));
    word[at - text] = '\0';
    return at + 1;
}
