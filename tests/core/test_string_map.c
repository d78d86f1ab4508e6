#include "suite.h"

#include <stdint.h>
#include <stdio.h>

#include "core/arena.h"
#include "core/random.h"
#include "core/string_map.h"

START_TEST(what_was_inserted_is_found)
{
    lsc_string_map map;
    lsc_string_map_init(&map, lsc_default_allocator());
    ck_assert_ptr_null(lsc_string_map_find(&map, "a", 1));
    bool found = true;
    uint64_t *place = lsc_string_map_insert(&map, "a", 1, 10, &found);
    ck_assert(!found);
    ck_assert_uint_eq(*place, 10);
    place = lsc_string_map_insert(&map, "a", 1, 20, &found);
    ck_assert(found);
    ck_assert_uint_eq(*place, 10);
    *place = 30;
    ck_assert_uint_eq(*lsc_string_map_find(&map, "a", 1), 30);
    ck_assert_ptr_null(lsc_string_map_find(&map, "a", 0));
    ck_assert_ptr_null(lsc_string_map_find(&map, "ab", 2));
    ck_assert_uint_eq(map.count, 1);
    lsc_string_map_free(&map);
}
END_TEST

START_TEST(keys_are_bytes_of_any_value_and_length)
{
    static const struct {
        const char *key;
        size_t length;
    } keys[] = {{NULL, 0}, {"\0", 1}, {"\0\0", 2}, {"a\0b", 3}, {"a\0c", 3}, {"a", 1}, {"\xff", 1}};
    lsc_string_map map;
    lsc_string_map_init(&map, lsc_default_allocator());
    for (size_t i = 0; i < 7; i++) {
        bool found;
        lsc_string_map_insert(&map, keys[i].key, keys[i].length, i, &found);
        ck_assert(!found);
    }
    for (size_t i = 0; i < 7; i++) {
        ck_assert_uint_eq(*lsc_string_map_find(&map, keys[i].key, keys[i].length), i);
    }
    lsc_string_map_free(&map);
}
END_TEST

enum {
    N_KEYS = 3000
};

/** A few hundred random inserts and finds, checked against an array of what each key holds. */
static void check_against_array(uint64_t seed, size_t n_keys, char keys[][24], size_t length)
{
    static uint64_t expected[N_KEYS]; /* 0: not there */
    memset(expected, 0, sizeof expected);
    size_t count = 0;
    lsc_random random;
    lsc_random_seed(&random, seed);
    lsc_string_map map;
    lsc_string_map_init(&map, lsc_default_allocator());
    for (uint64_t step = 1; step <= 3 * n_keys; step++) {
        size_t k = (size_t)lsc_random_below(&random, n_keys);
        uint64_t *place = lsc_string_map_find(&map, keys[k], length);
        ck_quick((place != NULL) == (expected[k] != 0));
        bool found;
        place = lsc_string_map_insert(&map, keys[k], length, step, &found);
        ck_quick(found == (expected[k] != 0));
        if (!found) {
            expected[k] = step;
            count++;
        }
        ck_quick(*place == expected[k]);
        ck_quick(map.count == count);
    }
    for (size_t k = 0; k < n_keys; k++) {
        uint64_t *place = lsc_string_map_find(&map, keys[k], length);
        ck_quick((place == NULL ? 0 : *place) == expected[k]);
    }
    lsc_string_map_free(&map);
}

START_TEST(a_map_agrees_with_an_array)
{
    static char keys[N_KEYS][24];
    for (size_t i = 0; i < N_KEYS; i++) {
        snprintf(keys[i], sizeof keys[i], "key-%08zu", i * i);
    }
    for (size_t n = 1; n <= N_KEYS; n = n * 2 + 1) {
        check_against_array(n, n, keys, 12);
    }
}
END_TEST

/** The map's hash before it is folded, as an attacker would compute it. */
static uint64_t fnv(const char *key, size_t length)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)key[i]) * UINT64_C(0x100000001B3);
    }
    return hash;
}

/** Keys that fall into one bucket of every map of up to 4096 slots, found by trying. */
static size_t colliding_keys(char keys[][24], size_t count)
{
    size_t found = 0;
    for (uint64_t i = 0; found < count; i++) {
        char key[24] = {0};
        for (int at = 0; at < 12; at++) {
            key[at] = (char)('a' + (i >> (4 * at) & 15));
        }
        uint64_t hash = fnv(key, 12);
        if (((hash ^ (hash >> 32)) & 4095) == 7) {
            memcpy(keys[found++], key, sizeof key);
        }
    }
    return found;
}

/** Levels of the bucket's tree: what a look-up may walk. */
struct lsc_string_map_slot {
    const char *key;
    size_t length;
    uint64_t hash;
    uint64_t value;
    uint32_t left;
    uint32_t right;
    uint32_t level;
    uint32_t root;
};

/** The longest path of a tree, which must be an AA tree; recursion is as deep as the path. */
static size_t check_tree(const lsc_string_map *map, uint32_t id, size_t *count)
{
    if (id == 0) {
        return 0;
    }
    const struct lsc_string_map_slot *slot = &map->slots[id - 1];
    uint32_t left = slot->left == 0 ? 0 : map->slots[slot->left - 1].level;
    uint32_t right = slot->right == 0 ? 0 : map->slots[slot->right - 1].level;
    ck_quick(left == slot->level - 1);
    ck_quick(right == slot->level || right == slot->level - 1);
    if (right == slot->level) {
        uint32_t outer = map->slots[slot->right - 1].right;
        ck_quick(outer == 0 || map->slots[outer - 1].level < slot->level);
    }
    ++*count;
    size_t deep_left = check_tree(map, slot->left, count);
    size_t deep_right = check_tree(map, slot->right, count);
    return 1 + (deep_left > deep_right ? deep_left : deep_right);
}

START_TEST(keys_made_to_collide_stay_a_shallow_tree)
{
    static char keys[N_KEYS][24];
    size_t n = colliding_keys(keys, N_KEYS);
    check_against_array(9, n, keys, 12);
    lsc_string_map map;
    lsc_string_map_init(&map, lsc_default_allocator());
    for (size_t i = 0; i < n; i++) {
        lsc_string_map_insert(&map, keys[i], 12, i, NULL);
        if (i > 100 && i % 29 != 0) {
            continue;
        }
        size_t count = 0;
        uint32_t root = map.slots[7 & (map.capacity - 1)].root;
        size_t depth = check_tree(&map, root, &count);
        ck_assert_uint_eq(count, i + 1);
        /* An AA tree of n entries is at most 2·log2(n + 1) deep. */
        ck_assert_uint_le(UINT64_C(1) << (depth / 2), count + 1);
    }
    lsc_string_map_free(&map);
}
END_TEST

START_TEST(ordinary_keys_have_short_paths)
{
    lsc_arena arena;
    lsc_arena_init(&arena, lsc_default_allocator());
    lsc_string_map map;
    lsc_string_map_init(&map, lsc_default_allocator());
    for (uint64_t i = 0; i < 200000; i++) {
        char key[32];
        int length = snprintf(key, sizeof key, "lead-%06llu", (unsigned long long)i);
        lsc_string_map_insert(&map, lsc_arena_copy(&arena, key, (size_t)length), (size_t)length, i,
                              NULL);
    }
    ck_assert_uint_eq(map.count, 200000);
    size_t deepest = 0;
    for (size_t bucket = 0; bucket < map.capacity; bucket++) {
        size_t count = 0;
        size_t depth = check_tree(&map, map.slots[bucket].root, &count);
        deepest = depth > deepest ? depth : deepest;
    }
    ck_assert_uint_le(deepest, 8);
    for (uint64_t i = 0; i < 200000; i++) {
        char key[32];
        int length = snprintf(key, sizeof key, "lead-%06llu", (unsigned long long)i);
        const uint64_t *place = lsc_string_map_find(&map, key, (size_t)length);
        ck_quick(place != NULL && *place == i);
    }
    lsc_string_map_free(&map);
    lsc_arena_free(&arena);
}
END_TEST

START_TEST(a_cleared_map_is_empty_and_keeps_its_memory)
{
    static char keys[500][8];
    lsc_test_heap heap = {0};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    lsc_string_map map;
    lsc_string_map_init(&map, &allocator);
    lsc_string_map_clear(&map);
    size_t calls = 0;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 500; i++) {
            snprintf(keys[i], sizeof keys[i], "%d", i);
            bool found;
            lsc_string_map_insert(&map, keys[i], strlen(keys[i]), 1, &found);
            ck_assert(!found);
        }
        ck_assert(round == 0 || heap.calls == calls);
        calls = heap.calls;
        lsc_string_map_clear(&map);
        ck_assert_ptr_null(lsc_string_map_find(&map, "1", 1));
        ck_assert_uint_eq(map.count, 0);
    }
    lsc_string_map_free(&map);
    lsc_string_map_free(&map);
    ck_assert_uint_eq(heap.live, 0);
}
END_TEST

START_TEST(a_map_survives_each_failing_allocation)
{
    static char keys[300][8];
    for (size_t fail_at = 1;; fail_at++) {
        lsc_test_heap heap = {.fail_at = fail_at};
        lsc_allocator allocator = lsc_test_allocator(&heap);
        lsc_string_map map;
        lsc_string_map_init(&map, &allocator);
        size_t n = 0;
        for (; n < 300; n++) {
            snprintf(keys[n], sizeof keys[n], "%zu", n);
            if (lsc_string_map_insert(&map, keys[n], strlen(keys[n]), n, NULL) == NULL) {
                break;
            }
        }
        ck_assert_uint_eq(map.count, n);
        for (size_t i = 0; i < n; i++) {
            ck_assert_uint_eq(*lsc_string_map_find(&map, keys[i], strlen(keys[i])), i);
        }
        lsc_string_map_free(&map);
        ck_assert_uint_eq(heap.live, 0);
        if (n == 300) {
            ck_assert_uint_gt(fail_at, 4);
            break;
        }
    }
}
END_TEST

LSC_SUITE("core/string_map", TEST(what_was_inserted_is_found),
          TEST(keys_are_bytes_of_any_value_and_length), TEST(a_map_agrees_with_an_array),
          TEST(keys_made_to_collide_stay_a_shallow_tree), TEST(ordinary_keys_have_short_paths),
          TEST(a_cleared_map_is_empty_and_keeps_its_memory),
          TEST(a_map_survives_each_failing_allocation))
