/**
 * @file value_tree.h
 * JSON and UBJSON as trees that mutators change: read, changed, and written in either form.
 *
 * Everything hangs on one block of memory that value_tree_reset() empties. Where it runs out, calls
 * give NULL or do nothing. Texts of JSON keep their escapes, and are written as they were read.
 */
#ifndef LSC_TESTS_VALUE_TREE_H
#define LSC_TESTS_VALUE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Arrays and objects within one another that are read. */
enum {
    VALUE_MAX_DEPTH = 64
};

typedef enum value_kind {
    VALUE_NULL,
    VALUE_BOOL, /**< number is 0 or 1 */
    VALUE_NUMBER,
    VALUE_TEXT,
    VALUE_ARRAY,
    VALUE_OBJECT
} value_kind;

typedef struct value {
    value_kind kind;
    /** UBJSON's type of a number, i U I l L d D; of an array in which all are of one type, that. */
    char type;
    bool counted; /**< an array written with its count */
    double number;
    const char *key; /**< of a member */
    size_t key_length;
    const char *text;
    size_t length;
    struct value **items; /**< [n_items] of an array or object */
    size_t n_items;
    size_t capacity;
} value;

/** Forget all trees, and begin a row of dice that `seed` decides. */
void value_tree_reset(unsigned int seed);

/** A number below `below`; 0 where that is 0. */
size_t value_roll(size_t below);

/** @return NULL where the bytes are not in this form, are deeper than VALUE_MAX_DEPTH, or there is no room */
value *value_read_json(const char *bytes, size_t length);
value *value_read_ubjson(const char *bytes, size_t length);

/** @return bytes written, 0 where there is no room for them */
size_t value_write_json(const value *root, char *out, size_t room);
size_t value_write_ubjson(const value *root, char *out, size_t room);

value *value_new_number(double number);
value *value_new_text(const char *text);
/** A copy of a value and all below it. */
value *value_copy(const value *original);
/** Put `item` into an array or object, in front of place `at`. */
void value_insert(value *container, size_t at, value *item);
void value_remove(value *container, size_t at);
/** The member of this name, or NULL. */
value *value_member(const value *object, const char *key);

/** One change anywhere in a tree, of a kind that knows nothing of what it says. */
void value_mutate(value *root);

#endif
