/**
 * @file word_table.h
 * Tables of words: which rows a text belongs to.
 */
#ifndef LSC_FEATURES_WORD_TABLE_H
#define LSC_FEATURES_WORD_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "features/feature_spec.h"
#include "features/name_index.h"

/** A text is looked at up to this many bytes. */
#define LSC_MAX_MATCHED_TEXT 4096

/**
 * Whether `word` stands in the text as a whole word: no letter, digit or byte of a character beyond
 * ASCII touches it. ASCII letters are equal in either case.
 */
bool lsc_text_has_word(const char *text, size_t length, const lsc_name *word);

/** Whether any word of the row stands in the text. */
bool lsc_row_matches(const lsc_table_row *row, const char *text, size_t length);

/** A word of a table, in lower case. */
typedef struct lsc_indexed_word {
    const char *text;
    uint32_t length;
    uint32_t row;
} lsc_indexed_word;

/**
 * The words of a table by how they begin. A whole word can only begin behind a byte that is no
 * letter or digit, and the run of letters and digits there is the one that it begins with.
 */
typedef struct lsc_word_index {
    lsc_name_index by_run;
    const lsc_indexed_word *words; /**< by the numbers of `by_run` */
    bool has_empty_runs;           /**< a word begins with a byte of another kind */
} lsc_word_index;

/** Set table->index. LSC_OK or LSC_NO_MEMORY. */
lsc_status lsc_word_index_build(lsc_table *table, lsc_arena *arena, lsc_error *error);

/**
 * Mark the rows that lsc_row_matches() finds in the text, in one walk along it.
 * @param length  at most LSC_MAX_MATCHED_TEXT
 * @param rows    a bit a row, set for those that match, else left
 */
void lsc_word_index_match(const lsc_word_index *index, const char *text, size_t length,
                          uint64_t *rows);

#endif
