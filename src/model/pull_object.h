/**
 * @file pull_object.h
 * Objects read by tables: which function reads the value of which key, and to where. What a table
 * does not name is skipped. And lists of numbers, which grow as their items come, not as they are
 * claimed.
 */
#ifndef LSC_MODEL_PULL_OBJECT_H
#define LSC_MODEL_PULL_OBJECT_H

#include <stddef.h>
#include <stdint.h>

#include "core/memory.h"
#include "pull.h"

/** What reads an object: `self` of its tables begins with this. */
typedef struct lsc_pull_task {
    lsc_pull *in;
    const lsc_allocator *allocator;
} lsc_pull_task;

/** Reads the value of `event`, with what follows it, to `out`. */
typedef lsc_status (*lsc_pull_read)(void *self, const lsc_pull_event *event, void *out,
                                    lsc_error *error);

/** A member of an object: what reads its value, and to which place of `self`. */
typedef struct lsc_pull_member {
    const char *key;
    lsc_pull_read read;
    size_t place;
} lsc_pull_member;

/** Members that a table has at the most. */
#define LSC_PULL_MEMBERS 24

/** Read the object that `object` began: each of `members` at most once, others skipped. */
lsc_status lsc_pull_object(void *self, const lsc_pull_event *object, const lsc_pull_member *members,
                           size_t n_members, lsc_error *error);

/* clang-format off */
#define LSC_PULL_MEMBER(type, key, read, field) {key, read, offsetof(type, field)}
/** One whose reader knows the places itself. */
#define LSC_PULL_PART(key, read) {key, read, 0}
/* clang-format on */
#define LSC_PULL_OBJECT_OF(self, event, members, error) \
    lsc_pull_object(self, event, members, sizeof(members) / sizeof(members)[0], error)

/** LSC_BAD_MODEL: "KEY at byte N WHAT". */
lsc_status lsc_pull_fail_value(const lsc_pull_event *event, const char *what, lsc_error *error);

/** An integer, or a text of one, as XGBoost writes those of its parameters. To an int64_t. */
lsc_status lsc_pull_read_int(void *self, const lsc_pull_event *event, void *out, lsc_error *error);

/** Bytes of a name that are kept, with the NUL. */
#define LSC_PULL_NAME_SIZE 64
/** A text to a char[LSC_PULL_NAME_SIZE], cut where it is longer. */
lsc_status lsc_pull_read_name(void *self, const lsc_pull_event *event, void *out, lsc_error *error);

/** Lists, which begin empty, all zero. */
typedef struct lsc_float_list {
    float *items;
    size_t count;
    size_t capacity;
} lsc_float_list;

typedef struct lsc_int_list {
    int32_t *items;
    size_t count;
    size_t capacity;
} lsc_int_list;

typedef struct lsc_byte_list {
    uint8_t *items;
    size_t count;
    size_t capacity;
} lsc_byte_list;

/** Arrays of numbers, at most LSC_MAX_NODES, in the place of what the list held. */
lsc_status lsc_pull_read_floats(void *self, const lsc_pull_event *event, void *out,
                                lsc_error *error);
lsc_status lsc_pull_read_ints(void *self, const lsc_pull_event *event, void *out, lsc_error *error);
/** Items are 0 to 255; -128 to -1 count as 128 to 255, the same byte. */
lsc_status lsc_pull_read_bytes(void *self, const lsc_pull_event *event, void *out,
                               lsc_error *error);

#endif
