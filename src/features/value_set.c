#include "features/value_set.h"

#include <stdbool.h>
#include <string.h>

#define N_SLOTS (sizeof((lsc_value_set *)0)->slots / sizeof(const lsc_value *))

/** FNV-1a. A bad spread costs time, at most LSC_MAX_DISTINCT comparisons a value. */
static uint32_t hash_bytes(uint32_t hash, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ at[i]) * 16777619u;
    }
    return hash;
}

static uint32_t hash_value(const lsc_value *value)
{
    const uint32_t start = 2166136261u;
    switch (value->type) {
    case LSC_VALUE_BOOL:
        return hash_bytes(start, &value->boolean, sizeof value->boolean);
    case LSC_VALUE_NUMBER: /* a lead holds no -0 */
        return hash_bytes(start, &value->number, sizeof value->number);
    case LSC_VALUE_TIME:
        return hash_bytes(start, &value->time_ms, sizeof value->time_ms);
    case LSC_VALUE_TEXT:
        return hash_bytes(start, value->text, value->length);
    case LSC_VALUE_LIST: {
        uint32_t hash = start;
        for (uint32_t i = 0; i < value->n_items; i++) {
            hash = hash_bytes(hash, value->items[i], strlen(value->items[i]) + 1);
        }
        return hash;
    }
    case LSC_VALUE_MISSING:
        break;
    }
    return start;
}

static bool equal_lists(const lsc_value *a, const lsc_value *b)
{
    if (a->n_items != b->n_items) {
        return false;
    }
    for (uint32_t i = 0; i < a->n_items; i++) {
        if (strcmp(a->items[i], b->items[i]) != 0) {
            return false;
        }
    }
    return true;
}

static bool equal_values(const lsc_value *a, const lsc_value *b)
{
    if (a->type != b->type) {
        return false;
    }
    switch (a->type) {
    case LSC_VALUE_BOOL:
        return a->boolean == b->boolean;
    case LSC_VALUE_NUMBER:
        return a->number <= b->number && a->number >= b->number;
    case LSC_VALUE_TIME:
        return a->time_ms == b->time_ms;
    case LSC_VALUE_TEXT:
        return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
    case LSC_VALUE_LIST:
        return equal_lists(a, b);
    case LSC_VALUE_MISSING:
        break;
    }
    return true;
}

void lsc_value_set_add(lsc_value_set *set, const lsc_value *value)
{
    size_t slot = hash_value(value) % N_SLOTS;
    while (set->slots[slot] != NULL) {
        if (equal_values(set->slots[slot], value)) {
            return;
        }
        slot = (slot + 1) % N_SLOTS;
    }
    set->slots[slot] = value;
    set->count++;
}
