#include "features/name_index.h"

#include "core/sort.h"
#include "core/text.h"

/** By hash, then by text and number: total, so that a spec is built alike each time. */
static int compare_entries(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const lsc_index_entry *left = a;
    const lsc_index_entry *right = b;
    if (left->hash != right->hash) {
        return left->hash < right->hash ? -1 : 1;
    }
    int order = lsc_text_compare(left->text, left->length, right->text, right->length);
    return order != 0 ? order : (left->number > right->number) - (left->number < right->number);
}

/** High bits of a hash that tell n entries apart, but for one in two. */
static uint32_t count_bits(size_t n)
{
    uint32_t bits = 1;
    while (bits < 20 && ((size_t)1 << bits) < 2 * n) {
        bits++;
    }
    return bits;
}

lsc_status lsc_name_index_build(lsc_name_index *index, lsc_index_entry *entries, size_t n,
                                lsc_arena *arena, lsc_error *error)
{
    uint32_t bits = count_bits(n);
    size_t n_starts = ((size_t)1 << bits) + 1;
    uint32_t *starts = lsc_arena_alloc(arena, n_starts * sizeof *starts);
    if (starts == NULL) {
        return lsc_fail_memory(error);
    }
    lsc_sort(entries, n, sizeof *entries, compare_entries, NULL);
    entries[n] = (lsc_index_entry){.text = "", .length = UINT32_MAX};
    index->entries = entries;
    index->starts = starts;
    index->shift = 32 - bits;
    size_t entry = 0;
    for (size_t bucket = 0; bucket < n_starts; bucket++) {
        while (entry < n && entries[entry].hash >> index->shift < bucket) {
            entry++;
        }
        starts[bucket] = (uint32_t)entry;
    }
    return LSC_OK;
}
