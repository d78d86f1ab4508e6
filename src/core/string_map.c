#include "string_map.h"

#include "text.h"

/*
 * A hash table whose buckets are balanced search trees. Keys that an attacker made collide share a
 * bucket, where a look-up still takes O(log n) comparisons; so the hash need not be secret, and
 * the map behaves alike in every run.
 *
 * The trees are AA trees (Andersson, "Balanced search trees made simple", 1993): a right child
 * may have its parent's level, a left child not, and a right grandchild neither. Entries lie in
 * the order of insertion; slot b also holds the root of bucket b.
 */

/** A slot's number plus one; 0 is no slot. */
typedef uint32_t slot_id;

typedef struct lsc_string_map_slot {
    const char *key;
    size_t length;
    uint64_t hash;
    uint64_t value;
    slot_id left;
    slot_id right;
    uint32_t level; /* 1: a leaf; a level up halves what stands above */
    slot_id root;   /* of the bucket of this slot's number */
} slot;

/** A tree of 2^32 entries has at most 32 levels, and at most two entries of a level on a path. */
#define MAX_PATH 64

#define MIN_CAPACITY 16

void lsc_string_map_init(lsc_string_map *map, const lsc_allocator *allocator)
{
    *map = (lsc_string_map){.allocator = allocator};
}

/** FNV-1a, with its high bits folded into the low ones that choose the bucket. */
static uint64_t hash_key(const char *key, size_t length)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)key[i]) * UINT64_C(0x100000001B3);
    }
    return hash ^ (hash >> 32);
}

static slot *at(const lsc_string_map *map, slot_id id)
{
    return &map->slots[id - 1];
}

static slot_id *bucket_of(const lsc_string_map *map, uint64_t hash)
{
    return &map->slots[hash & (map->capacity - 1)].root;
}

/** The order within a tree: by hash, then by bytes. */
static int compare(uint64_t hash, const char *key, size_t length, const slot *other)
{
    if (hash != other->hash) {
        return hash < other->hash ? -1 : 1;
    }
    return lsc_text_compare(key, length, other->key, other->length);
}

/** A left child of the same level: turn it up. Returns the subtree's new root. */
static slot_id skew(lsc_string_map *map, slot_id root)
{
    slot_id left = at(map, root)->left;
    if (left == 0 || at(map, left)->level != at(map, root)->level) {
        return root;
    }
    at(map, root)->left = at(map, left)->right;
    at(map, left)->right = root;
    return left;
}

/** Three of a level in a row to the right: lift the middle one. Returns the new root. */
static slot_id split(lsc_string_map *map, slot_id root)
{
    slot_id right = at(map, root)->right;
    slot_id outer = right == 0 ? 0 : at(map, right)->right;
    if (outer == 0 || at(map, outer)->level != at(map, root)->level) {
        return root;
    }
    at(map, root)->right = at(map, right)->left;
    at(map, right)->left = root;
    at(map, right)->level++;
    return right;
}

/** Put a filled slot, whose key is not there yet, into the tree of its bucket. */
static void link_slot(lsc_string_map *map, slot_id id)
{
    slot *added = at(map, id);
    slot_id *path[MAX_PATH + 1];
    int depth = 0;
    slot_id *link = bucket_of(map, added->hash);
    while (*link != 0) {
        path[depth++] = link;
        slot *other = at(map, *link);
        link = compare(added->hash, added->key, added->length, other) < 0 ? &other->left
                                                                          : &other->right;
    }
    added->left = 0;
    added->right = 0;
    added->level = 1;
    *link = id;
    while (depth > 0) {
        slot_id *parent = path[--depth];
        *parent = split(map, skew(map, *parent));
    }
}

/** Double the capacity. The entries keep their slots; all trees are built anew. */
static bool grow(lsc_string_map *map)
{
    size_t capacity = map->capacity == 0 ? MIN_CAPACITY : map->capacity * 2;
    if (capacity > UINT32_MAX) {
        return false;
    }
    slot *slots = lsc_alloc_array(map->allocator, capacity, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    for (size_t i = 0; i < map->count; i++) {
        slots[i] = map->slots[i];
        slots[i].root = 0;
    }
    lsc_release(map->allocator, map->slots);
    map->slots = slots;
    map->capacity = capacity;
    for (size_t i = 0; i < map->count; i++) {
        link_slot(map, (slot_id)(i + 1));
    }
    return true;
}

static slot *find(const lsc_string_map *map, uint64_t hash, const char *key, size_t length)
{
    slot_id id = map->capacity == 0 ? 0 : *bucket_of(map, hash);
    while (id != 0) {
        slot *entry = at(map, id);
        int order = compare(hash, key, length, entry);
        if (order == 0) {
            return entry;
        }
        id = order < 0 ? entry->left : entry->right;
    }
    return NULL;
}

uint64_t *lsc_string_map_insert(lsc_string_map *map, const char *key, size_t length, uint64_t value,
                                bool *found)
{
    uint64_t hash = hash_key(key, length);
    slot *entry = find(map, hash, key, length);
    if (found != NULL) {
        *found = entry != NULL;
    }
    if (entry != NULL) {
        return &entry->value;
    }
    if (map->count == map->capacity && !grow(map)) {
        return NULL;
    }
    slot_id id = (slot_id)++map->count;
    entry = at(map, id);
    entry->key = key;
    entry->length = length;
    entry->hash = hash;
    entry->value = value;
    link_slot(map, id);
    return &entry->value;
}

uint64_t *lsc_string_map_find(const lsc_string_map *map, const char *key, size_t length)
{
    slot *entry = find(map, hash_key(key, length), key, length);
    return entry == NULL ? NULL : &entry->value;
}

size_t lsc_string_map_bytes(const lsc_string_map *map)
{
    return map->capacity * sizeof *map->slots;
}

void lsc_string_map_clear(lsc_string_map *map)
{
    map->count = 0;
    for (size_t i = 0; i < map->capacity; i++) {
        map->slots[i].root = 0;
    }
}

void lsc_string_map_free(lsc_string_map *map)
{
    lsc_release(map->allocator, map->slots);
    lsc_string_map_init(map, map->allocator);
}
