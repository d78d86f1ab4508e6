/**
 * @file word_table.h
 * Tables of words: which row a text belongs to.
 */
#ifndef LSC_FEATURES_WORD_TABLE_H
#define LSC_FEATURES_WORD_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "features/feature_spec.h"

/** A text is looked at up to this many bytes. */
#define LSC_MAX_MATCHED_TEXT 4096

/**
 * Whether `word` stands in the text as a whole word: no letter, digit or byte of a character beyond
 * ASCII touches it. ASCII letters are equal in either case.
 */
bool lsc_text_has_word(const char *text, size_t length, const lsc_name *word);

/** Whether any word of the row stands in the text. */
bool lsc_row_matches(const lsc_table_row *row, const char *text, size_t length);

#endif
