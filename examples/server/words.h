/**
 * @file words.h
 * Read small texts of several words, as caches keep them.
 */
#ifndef SRV_WORDS_H
#define SRV_WORDS_H

#include <stddef.h>

/**
 * Copy a text up to `end`.
 *
 * @param text  NULL: what came before it was not there
 * @param word  filled, with a NUL behind it
 * @return what stands behind `end`; NULL: it is not there, or `word` has no room
 */
const char *srv_take_word(const char *text, char end, char *word, size_t size);

#endif
