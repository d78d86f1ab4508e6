#include "value_tree.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char room[8u << 20];
static size_t used;
static uint64_t dice;

void value_tree_reset(unsigned int seed)
{
    used = 0;
    dice = seed;
}

size_t value_roll(size_t below)
{
    /* Steele, Lea and Flood's SplitMix64. */
    dice += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t mixed = dice;
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
    mixed ^= mixed >> 31;
    return below == 0 ? 0 : (size_t)(mixed % below);
}

static void *take(size_t size)
{
    size_t rounded = (size + 15) / 16 * 16;
    if (size > sizeof room || rounded > sizeof room - used) {
        return NULL;
    }
    void *block = room + used;
    used += rounded;
    memset(block, 0, rounded);
    return block;
}

static value *new_value(value_kind kind)
{
    value *made = take(sizeof *made);
    if (made != NULL) {
        made->kind = kind;
    }
    return made;
}

value *value_new_number(double number)
{
    value *made = new_value(VALUE_NUMBER);
    if (made != NULL) {
        made->number = number;
        made->type = number == floor(number) && fabs(number) < 2e9 ? 'l' : 'd';
    }
    return made;
}

value *value_new_text(const char *text)
{
    value *made = new_value(VALUE_TEXT);
    char *copy = take(strlen(text) + 1);
    if (made == NULL || copy == NULL) {
        return NULL;
    }
    memcpy(copy, text, strlen(text));
    made->text = copy;
    made->length = strlen(text);
    return made;
}

void value_insert(value *container, size_t at, value *item)
{
    if (item == NULL || container == NULL) {
        return;
    }
    if (container->n_items == container->capacity) {
        size_t capacity = 2 * container->capacity + 4;
        value **items = take(capacity * sizeof *items);
        if (items == NULL) {
            return;
        }
        if (container->n_items > 0) {
            memcpy(items, container->items, container->n_items * sizeof *items);
        }
        container->items = items;
        container->capacity = capacity;
    }
    at = at < container->n_items ? at : container->n_items;
    memmove(container->items + at + 1, container->items + at,
            (container->n_items - at) * sizeof *container->items);
    container->items[at] = item;
    container->n_items++;
}

void value_remove(value *container, size_t at)
{
    if (at < container->n_items) {
        container->n_items--;
        memmove(container->items + at, container->items + at + 1,
                (container->n_items - at) * sizeof *container->items);
    }
}

value *value_copy(const value *original)
{
    value *made = take(sizeof *made);
    if (made == NULL) {
        return NULL;
    }
    *made = *original;
    made->items = NULL;
    made->n_items = 0;
    made->capacity = 0;
    for (size_t i = 0; i < original->n_items; i++) {
        value_insert(made, i, value_copy(original->items[i]));
    }
    return made;
}

value *value_member(const value *object, const char *key)
{
    for (size_t i = 0; object != NULL && object->kind == VALUE_OBJECT && i < object->n_items; i++) {
        value *item = object->items[i];
        if (item->key_length == strlen(key) && memcmp(item->key, key, item->key_length) == 0) {
            return item;
        }
    }
    return NULL;
}

/** Any value of the tree, the root among them. */
static value *value_pick(value *root)
{
    value *at = root;
    while (at->n_items > 0 && value_roll(8) != 0) {
        at = at->items[value_roll(at->n_items)];
    }
    return at;
}

/* Changes */

static double odd_number(double near)
{
    static const double odd[] = {0,
                                 -1,
                                 1,
                                 2,
                                 127,
                                 128,
                                 255,
                                 256,
                                 32767,
                                 65535,
                                 65536,
                                 -128,
                                 1e38,
                                 -1e38,
                                 1e-45,
                                 3.5e38,
                                 67108864,
                                 2147483647.,
                                 -2147483648.,
                                 4294967295.,
                                 4294967296.,
                                 1e308,
                                 0.5,
                                 9007199254740993.,
                                 -9223372036854775808.};
    switch (value_roll(4)) {
    case 0:
        return near + (double)value_roll(5) - 2;
    case 1:
        return near * (value_roll(2) == 0 ? -1 : 2);
    case 2:
        return (double)value_roll(16);
    default:
        return odd[value_roll(sizeof odd / sizeof odd[0])];
    }
}

static void change_text(value *at)
{
    static const char *const texts[] = {
        "",    "0",   "1", "-1", "[5E-1]", "5E-1",   "nan",  "inf",
        "1e9", "1E1", "l", "[]", "0.5",    "gbtree", "dart", "binary:logistic"};
    char *copy = take(at->length + 1);
    if (copy == NULL || at->length == 0 || value_roll(3) == 0) {
        at->text = texts[value_roll(sizeof texts / sizeof texts[0])];
        at->length = strlen(at->text);
        return;
    }
    memcpy(copy, at->text, at->length);
    at->text = copy;
    if (value_roll(3) == 0) {
        at->length = value_roll(at->length);
    } else {
        copy[value_roll(at->length)] = (char)('0' + value_roll(75));
    }
}

static void change_type(value *at)
{
    static const char types[] = "iUIlLdD";
    if (at->kind == VALUE_ARRAY) {
        at->counted = value_roll(2) == 0;
        at->type = value_roll(2) == 0 ? '\0' : types[value_roll(7)];
    } else if (at->kind == VALUE_NUMBER) {
        at->type = types[value_roll(7)];
    }
}

/** Become a value of another kind. */
static void change_kind(value *at)
{
    at->kind = (value_kind)value_roll(4);
    at->n_items = 0;
    at->number = (double)value_roll(2);
    at->type = 'l';
    at->text = "1";
    at->length = 1;
}

/** Become an array, or an object, of what it was, a few levels deep. */
static void wrap(value *at)
{
    for (size_t levels = 1 + value_roll(value_roll(8) == 0 ? 40 : 2); levels > 0; levels--) {
        value *inner = take(sizeof *inner);
        if (inner == NULL) {
            return;
        }
        *inner = *at;
        inner->key = "k";
        inner->key_length = 1;
        at->kind = value_roll(2) == 0 ? VALUE_ARRAY : VALUE_OBJECT;
        at->type = '\0';
        at->items = NULL;
        at->n_items = 0;
        at->capacity = 0;
        value_insert(at, 0, inner);
    }
}

static void change_items(value *root, value *at)
{
    size_t place = value_roll(at->n_items);
    value *other = value_pick(root);
    switch (value_roll(5)) {
    case 0:
        value_remove(at, place);
        break;
    case 1:
        value_insert(at, value_roll(at->n_items + 1), value_copy(at->items[place]));
        break;
    case 2: {
        size_t with = value_roll(at->n_items);
        value *kept = at->items[place];
        at->items[place] = at->items[with];
        at->items[with] = kept;
        break;
    }
    case 3:
        at->n_items = place;
        break;
    default:
        /* A copy from elsewhere, under the name that stood here. */
        if (other != root) {
            value *copy = value_copy(other);
            if (copy != NULL) {
                copy->key = at->items[place]->key;
                copy->key_length = at->items[place]->key_length;
                at->items[place] = copy;
            }
        }
        break;
    }
}

void value_mutate(value *root)
{
    value *at = value_pick(root);
    size_t choice = value_roll(16);
    if (choice == 0) {
        wrap(at);
    } else if (choice == 1) {
        change_kind(at);
    } else if (choice == 2) {
        change_type(at);
    } else if (choice == 3 && at->key != NULL) {
        value *other = value_pick(root);
        at->key = other->key != NULL ? other->key : "";
        at->key_length = other->key != NULL ? other->key_length : 0;
    } else if (at->n_items > 0) {
        change_items(root, at);
    } else if (at->kind == VALUE_TEXT) {
        change_text(at);
    } else {
        at->number = at->kind == VALUE_BOOL ? 1 - at->number : odd_number(at->number);
    }
}
