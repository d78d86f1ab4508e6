#include "sort.h"

#include <assert.h>
#include <string.h>

/** The largest item that lsc_sort() moves. */
#define MAX_ITEM_SIZE 64
/** Up to so many items are sorted by insertion. */
#define FEW_ITEMS 12

typedef struct sorting {
    unsigned char *items;
    size_t item_size;
    int (*compare)(const void *a, const void *b, void *ctx);
    void *ctx;
} sorting;

static unsigned char *item(const sorting *sort, size_t index)
{
    return sort->items + index * sort->item_size;
}

/** Let the item at `root` sink until no child of it among the first `count` items is larger. */
static void sink(const sorting *sort, size_t root, size_t count)
{
    unsigned char sinking[MAX_ITEM_SIZE];
    memcpy(sinking, item(sort, root), sort->item_size);
    while (root < count / 2) {
        size_t child = 2 * root + 1;
        if (child + 1 < count &&
            sort->compare(item(sort, child), item(sort, child + 1), sort->ctx) < 0) {
            child++;
        }
        if (sort->compare(sinking, item(sort, child), sort->ctx) >= 0) {
            break;
        }
        memcpy(item(sort, root), item(sort, child), sort->item_size);
        root = child;
    }
    memcpy(item(sort, root), sinking, sort->item_size);
}

static void swap(const sorting *sort, size_t a, size_t b)
{
    unsigned char kept[MAX_ITEM_SIZE];
    memcpy(kept, item(sort, a), sort->item_size);
    memcpy(item(sort, a), item(sort, b), sort->item_size);
    memcpy(item(sort, b), kept, sort->item_size);
}

/** Insertion: few items are in order soonest so, and at once where they are already. */
static void sort_few(const sorting *sort, size_t count)
{
    unsigned char inserted[MAX_ITEM_SIZE];
    for (size_t i = 1; i < count; i++) {
        size_t at = i;
        while (at > 0 && sort->compare(item(sort, at - 1), item(sort, i), sort->ctx) > 0) {
            at--;
        }
        if (at < i) {
            memcpy(inserted, item(sort, i), sort->item_size);
            memmove(item(sort, at + 1), item(sort, at), (i - at) * sort->item_size);
            memcpy(item(sort, at), inserted, sort->item_size);
        }
    }
}

void lsc_sort(void *items, size_t count, size_t item_size,
              int (*compare)(const void *a, const void *b, void *ctx), void *ctx)
{
    assert(item_size <= MAX_ITEM_SIZE);
    sorting sort = {items, item_size, compare, ctx};
    if (count <= FEW_ITEMS) {
        sort_few(&sort, count);
        return;
    }
    for (size_t root = count / 2; root > 0; root--) {
        sink(&sort, root - 1, count);
    }
    for (size_t last = count; last > 1; last--) {
        swap(&sort, 0, last - 1);
        sink(&sort, 0, last - 1);
    }
}

/** Bits of a key that one pass of the radix sort looks at. */
#define DIGIT_BITS 8
#define N_DIGITS (1u << DIGIT_BITS)

static void sort_by_digit(const uint32_t *keys, size_t count, unsigned shift, uint32_t *sorted)
{
    size_t starts[N_DIGITS + 1] = {0};
    for (size_t i = 0; i < count; i++) {
        starts[(keys[i] >> shift) % N_DIGITS + 1]++;
    }
    for (size_t digit = 0; digit < N_DIGITS; digit++) {
        starts[digit + 1] += starts[digit];
    }
    for (size_t i = 0; i < count; i++) {
        sorted[starts[(keys[i] >> shift) % N_DIGITS]++] = keys[i];
    }
}

void lsc_sort_keys(uint32_t *keys, size_t count, uint32_t *room)
{
    for (unsigned shift = 0; shift < 32; shift += 2 * DIGIT_BITS) {
        sort_by_digit(keys, count, shift, room);
        sort_by_digit(room, count, shift + DIGIT_BITS, keys);
    }
}
