/**
 * @file name_index.h
 * Names of a spec, found by their text without walking through them.
 */
#ifndef LSC_FEATURES_NAME_INDEX_H
#define LSC_FEATURES_NAME_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/error.h"
#include "core/text.h"

/** A name, and the number that it stands for. */
typedef struct lsc_index_entry {
    const char *text;
    uint32_t length;
    uint32_t hash; /**< lsc_text_hash() of the text, cut */
    uint32_t number;
} lsc_index_entry;

/**
 * Entries in the order of their hashes, and where those with the same high bits begin. An index is
 * immutable once it is built.
 */
typedef struct lsc_name_index {
    const lsc_index_entry *entries; /**< one of no name follows the last */
    const uint32_t *starts;         /**< [2^(32 - shift) + 1] */
    uint32_t shift;
} lsc_name_index;

/**
 * Build an index, in the arena.
 * @param entries  [n] of the arena, with room for one more; they are put in order, and kept
 * @return LSC_OK or LSC_NO_MEMORY.
 */
lsc_status lsc_name_index_build(lsc_name_index *index, lsc_index_entry *entries, size_t n,
                                lsc_arena *arena, lsc_error *error);

static inline bool lsc_entry_is(const lsc_index_entry *entry, const char *text, size_t length,
                                uint32_t hash)
{
    return entry->hash == hash && entry->length == length &&
           lsc_text_equal(entry->text, text, length);
}

/** The first entry of a text, or NULL. Others of the same text stand behind it. */
static inline const lsc_index_entry *lsc_name_index_find(const lsc_name_index *index,
                                                         const char *text, size_t length,
                                                         uint32_t hash)
{
    const uint32_t *start = &index->starts[hash >> index->shift];
    for (uint32_t i = start[0]; i < start[1]; i++) {
        if (lsc_entry_is(&index->entries[i], text, length, hash)) {
            return &index->entries[i];
        }
    }
    return NULL;
}

#endif
