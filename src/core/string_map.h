/**
 * @file string_map.h
 * A map from byte strings to numbers, whose cost stays bounded for keys chosen by an attacker (the
 * .c says how). It has no order; nothing may depend on one.
 */
#ifndef LSC_CORE_STRING_MAP_H
#define LSC_CORE_STRING_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memory.h"

typedef struct lsc_string_map {
    const lsc_allocator *allocator; /**< outlives the map */
    struct lsc_string_map_slot *slots;
    size_t capacity; /**< a power of two, or 0 */
    size_t count;
} lsc_string_map;

LSC_SHARED void lsc_string_map_init(lsc_string_map *map, const lsc_allocator *allocator);

/**
 * Find `key`, or add it with `value`. The key's bytes are not copied: they outlive the map.
 * @param found  set to true when the key was there; may be NULL
 * @return the value's place, valid until the next insertion; NULL when memory ran out.
 */
LSC_SHARED uint64_t *lsc_string_map_insert(lsc_string_map *map, const char *key, size_t length,
                                           uint64_t value, bool *found);

/** The value's place, or NULL. */
LSC_SHARED uint64_t *lsc_string_map_find(const lsc_string_map *map, const char *key, size_t length);

/** Bytes that it takes, the keys not among them. */
LSC_SHARED size_t lsc_string_map_bytes(const lsc_string_map *map);

/** Forget all keys; keep the memory. */
LSC_SHARED void lsc_string_map_clear(lsc_string_map *map);
LSC_SHARED void lsc_string_map_free(lsc_string_map *map);

#endif
