#include "features/value_set.h"

#include <stdbool.h>
#include <string.h>

#include "core/text.h"

#define MOST_SLOTS (sizeof((lsc_value_set *)0)->slots / sizeof(const lsc_value *))

void lsc_value_set_init(lsc_value_set *set, size_t most)
{
    set->count = 0;
    set->n_slots = 16;
    while (set->n_slots < MOST_SLOTS && set->n_slots < 2 * most) {
        set->n_slots *= 2;
    }
    memset(set->slots, 0, set->n_slots * sizeof(const lsc_value *));
}

static uint64_t hash_list(const lsc_value *list)
{
    uint64_t hash = 0;
    for (uint32_t i = 0; i < list->n_items; i++) {
        hash = hash * 31 + lsc_text_hash(list->items[i], strlen(list->items[i]));
    }
    return hash;
}

/** A bad spread costs time, at most LSC_MAX_DISTINCT comparisons a value. */
static uint64_t hash_value(const lsc_value *value)
{
    switch (value->type) {
    case LSC_VALUE_BOOL:
        return value->boolean;
    case LSC_VALUE_NUMBER: /* a lead holds no -0 */
        return lsc_text_hash((const char *)&value->number, sizeof value->number);
    case LSC_VALUE_TIME:
        return lsc_text_hash((const char *)&value->time_ms, sizeof value->time_ms);
    case LSC_VALUE_TEXT:
        return lsc_text_hash(value->text, value->length);
    case LSC_VALUE_LIST:
        return hash_list(value);
    case LSC_VALUE_MISSING:
        break;
    }
    return 0;
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
        return a->length == b->length && lsc_text_equal(a->text, b->text, a->length);
    case LSC_VALUE_LIST:
        return equal_lists(a, b);
    case LSC_VALUE_MISSING:
        break;
    }
    return true;
}

void lsc_value_set_add(lsc_value_set *set, const lsc_value *value)
{
    size_t slot = hash_value(value) & (set->n_slots - 1);
    while (set->slots[slot] != NULL) {
        if (equal_values(set->slots[slot], value)) {
            return;
        }
        slot = (slot + 1) & (set->n_slots - 1);
    }
    set->slots[slot] = value;
    set->count++;
}
