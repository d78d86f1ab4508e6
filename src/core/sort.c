#include "sort.h"

#include <assert.h>
#include <limits.h>
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

static void swap_sized(unsigned char *a, unsigned char *b, size_t size)
{
    unsigned char kept[MAX_ITEM_SIZE];
    memcpy(kept, a, size);
    memcpy(a, b, size);
    memcpy(b, kept, size);
}

/** Two items change places: those of a size that the compiler knows without a call. */
static void swap(const sorting *sort, size_t a, size_t b)
{
    if (sort->item_size == sizeof(uint32_t)) {
        swap_sized(item(sort, a), item(sort, b), sizeof(uint32_t));
    } else if (sort->item_size == sizeof(uint64_t)) {
        swap_sized(item(sort, a), item(sort, b), sizeof(uint64_t));
    } else {
        swap_sized(item(sort, a), item(sort, b), sort->item_size);
    }
}

static int compare_at(const sorting *sort, size_t a, size_t b)
{
    return sort->compare(item(sort, a), item(sort, b), sort->ctx);
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

static void sort_heap(const sorting *sort, size_t count)
{
    for (size_t root = count / 2; root > 0; root--) {
        sink(sort, root - 1, count);
    }
    for (size_t last = count; last > 1; last--) {
        swap(sort, 0, last - 1);
        sink(sort, 0, last - 1);
    }
}

/** The middle one of the first, the middle and the last item comes to the front. */
static void choose_pivot(const sorting *sort, size_t count)
{
    size_t middle = count / 2;
    size_t low = compare_at(sort, middle, count - 1) < 0 ? middle : count - 1;
    size_t high = middle + count - 1 - low;
    if (compare_at(sort, 0, low) < 0) {
        swap(sort, 0, low);
    } else if (compare_at(sort, 0, high) > 0) {
        swap(sort, 0, high);
    }
}

/**
 * Part the items by that at the front: none of the first ones is larger, none of the others smaller.
 * What is equal to it stops both ways, so that many equal ones are halved too.
 * @return how many the first ones are: neither none nor all
 */
static size_t part_items(const sorting *sort, size_t count)
{
    unsigned char pivot[MAX_ITEM_SIZE];
    size_t up = 0;
    size_t down = count;
    memcpy(pivot, item(sort, 0), sort->item_size);
    for (;;) {
        do {
            down--;
        } while (sort->compare(item(sort, down), pivot, sort->ctx) > 0);
        while (sort->compare(item(sort, up), pivot, sort->ctx) < 0) {
            up++;
        }
        if (up >= down) {
            return down + 1;
        }
        swap(sort, up++, down);
    }
}

/** A part that is still to be sorted, and how often it may be parted again. */
typedef struct unsorted {
    unsigned char *items;
    size_t count;
    int n_partings;
} unsorted;

/** Sort a part, or part it once more. @return how many parts are left to sort, the smaller last */
static int sort_part(const sorting *sort, const unsorted *part, unsorted left[2])
{
    if (part->count <= FEW_ITEMS) {
        sort_few(sort, part->count);
        return 0;
    }
    if (part->n_partings == 0) {
        sort_heap(sort, part->count);
        return 0;
    }
    choose_pivot(sort, part->count);
    size_t n = part_items(sort, part->count);
    int smaller = n <= part->count / 2;
    left[smaller] = (unsorted){part->items, n, part->n_partings - 1};
    left[1 - smaller] = (unsorted){item(sort, n), part->count - n, part->n_partings - 1};
    return 2;
}

void lsc_sort(void *items, size_t count, size_t item_size,
              int (*compare)(const void *a, const void *b, void *ctx), void *ctx)
{
    /* The smaller of two parts is sorted first: each has at most half of what those below it had. */
    unsorted waiting[sizeof count * CHAR_BIT + 1];
    int n_waiting = 1;
    int n_partings = 0;
    assert(item_size <= MAX_ITEM_SIZE);
    for (size_t rest = count; rest > 1; rest /= 2) {
        n_partings += 2;
    }
    waiting[0] = (unsorted){items, count, n_partings};
    while (n_waiting > 0) {
        unsorted part = waiting[--n_waiting];
        const sorting sort = {part.items, item_size, compare, ctx};
        n_waiting += sort_part(&sort, &part, &waiting[n_waiting]);
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

/** Its key's digits, the last first. */
#define N_KEY_DIGITS (64 / DIGIT_BITS)

static size_t digit_of(uint64_t key, unsigned digit)
{
    return (size_t)(key >> (digit * DIGIT_BITS)) % N_DIGITS;
}

/** Its bits, so that they rise as an unsigned number where the values do; -0 is 0. */
static uint64_t key_of(double value)
{
    uint64_t bits;
    value += 0.0;
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

/** Deal the places by a digit, of which it is known how often each occurs. */
static void deal_places(const lsc_sort_place *places, size_t count, unsigned digit,
                        const uint32_t occurs[N_DIGITS], lsc_sort_place *dealt)
{
    size_t starts[N_DIGITS];
    size_t start = 0;
    for (size_t i = 0; i < N_DIGITS; i++) {
        starts[i] = start;
        start += occurs[i];
    }
    for (size_t i = 0; i < count; i++) {
        dealt[starts[digit_of(places[i].key, digit)]++] = places[i];
    }
}

void lsc_sort_by_values(uint32_t *order, size_t count, const double *values, bool falling,
                        lsc_sort_place *room)
{
    uint32_t occurs[N_KEY_DIGITS][N_DIGITS] = {{0}};
    lsc_sort_place *places = room;
    lsc_sort_place *dealt = room + count;
    for (size_t i = 0; i < count; i++) {
        uint64_t key = key_of(values[order[i]]);
        places[i] = (lsc_sort_place){falling ? ~key : key, order[i]};
        for (unsigned digit = 0; digit < N_KEY_DIGITS; digit++) {
            occurs[digit][digit_of(places[i].key, digit)]++;
        }
    }
    for (unsigned digit = 0; digit < N_KEY_DIGITS && count > 0; digit++) {
        bool differs = occurs[digit][digit_of(places[0].key, digit)] < count;
        if (differs) {
            deal_places(places, count, digit, occurs[digit], dealt);
            lsc_sort_place *next = places;
            places = dealt;
            dealt = next;
        }
    }
    for (size_t i = 0; i < count; i++) {
        order[i] = places[i].number;
    }
}
