#include "features/word_table.h"

#include <string.h>

#include "core/text.h"

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

/* The index. */

static size_t run_length(const char *text, size_t length)
{
    size_t run = 0;
    while (run < length && is_word_byte(text[run])) {
        run++;
    }
    return run;
}

static lsc_index_entry entry_of(const char *text, size_t length, uint32_t number)
{
    return (lsc_index_entry){text, (uint32_t)length, (uint32_t)lsc_text_hash(text, length), number};
}

static size_t count_words(const lsc_table *table)
{
    size_t n = 0;
    for (size_t row = 0; row < table->count; row++) {
        n += table->rows[row].words.count;
    }
    return n;
}

/** Copy the words in lower case, and enter each by its run; false when memory ran out. */
static bool fill_index(const lsc_table *table, lsc_arena *arena, lsc_word_index *index,
                       lsc_indexed_word *words, lsc_index_entry *entries)
{
    uint32_t n = 0;
    for (size_t row = 0; row < table->count; row++) {
        const lsc_name_list *list = &table->rows[row].words;
        for (size_t i = 0; i < list->count; i++) {
            size_t length = list->items[i].length;
            char *lowered = lsc_arena_copy(arena, list->items[i].text, length);
            if (lowered == NULL) {
                return false;
            }
            lsc_text_lower(lowered, length, lowered);
            size_t run = run_length(lowered, length);
            index->has_empty_runs |= run == 0;
            words[n] = (lsc_indexed_word){lowered, (uint32_t)length, (uint32_t)row};
            entries[n] = entry_of(lowered, run, n);
            n++;
        }
    }
    return true;
}

lsc_status lsc_word_index_build(lsc_table *table, lsc_arena *arena, lsc_error *error)
{
    size_t n = count_words(table);
    lsc_word_index *index = lsc_arena_alloc(arena, sizeof *index);
    lsc_indexed_word *words = lsc_arena_alloc(arena, n * sizeof *words);
    lsc_index_entry *entries = lsc_arena_alloc(arena, (n + 1) * sizeof *entries);
    if (index == NULL || words == NULL || entries == NULL) {
        return lsc_fail_memory(error);
    }
    *index = (lsc_word_index){.words = words};
    if (!fill_index(table, arena, index, words, entries)) {
        return lsc_fail_memory(error);
    }
    table->index = index;
    return lsc_name_index_build(&index->by_run, entries, n, arena, error);
}

/** Mark the rows of the words that begin with the run [at, end) of a text in lower case. */
static void match_run(const lsc_word_index *index, const char *text, size_t length, size_t at,
                      size_t end, uint64_t *rows)
{
    uint32_t hash = (uint32_t)lsc_text_hash(text + at, end - at);
    const lsc_index_entry *entry = lsc_name_index_find(&index->by_run, text + at, end - at, hash);
    if (entry == NULL) {
        return;
    }
    for (; lsc_entry_is(entry, text + at, end - at, hash); entry++) {
        const lsc_indexed_word *word = &index->words[entry->number];
        size_t after = at + word->length;
        if (after <= length && lsc_text_equal(text + at, word->text, word->length) &&
            (after == length || !is_word_byte(text[after]))) {
            rows[word->row / 64] |= UINT64_C(1) << word->row % 64;
        }
    }
}

void lsc_word_index_match(const lsc_word_index *index, const char *text, size_t length,
                          uint64_t *rows)
{
    char lowered[LSC_MAX_MATCHED_TEXT];
    lsc_text_lower(text, length, lowered);
    for (size_t at = 0; at < length;) {
        size_t end = at + run_length(lowered + at, length - at);
        if (end > at || index->has_empty_runs) {
            match_run(index, lowered, length, at, end, rows);
        }
        at = end + 1;
    }
}
