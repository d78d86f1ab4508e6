/**
 * @file feature_spec.h
 * A feature spec as it stands in memory: parsed, validated, laid out in columns.
 */
#ifndef LSC_FEATURES_FEATURE_SPEC_H
#define LSC_FEATURES_FEATURE_SPEC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <leadscore/spec.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "core/error.h"
#include "core/hash.h"

/** The format that is written, and the newest that is read. */
#define LSC_SPEC_FORMAT 1
/** JSON values of a spec, and arrays and objects inside each other. */
#define LSC_MAX_SPEC_VALUES (1u << 20)
#define LSC_MAX_SPEC_DEPTH 8
/** Bytes of a reason text. */
#define LSC_MAX_REASON_TEXT 400
/** Items of a short list in a spec: properties, types, conditions of a selector. */
#define LSC_MAX_SPEC_LIST 100
/** What a category's column for unseen and rare levels is named after. */
#define LSC_OTHER_LEVEL "(other)"

/** What stands beside the groups in a breakdown, and so can be none. */
#define LSC_BASELINE_GROUP "baseline"

#define LSC_DAY_MS 86400000.0

/** A text of the spec, NUL-terminated, with its length. Made by lsc_name_of() where it was read. */
typedef struct lsc_name {
    const char *text;
    size_t length;
    uint32_t hash;   /**< lsc_text_hash(), cut */
    uint32_t number; /**< of a property: its place among those of its pass (spec_plan.h) */
} lsc_name;

typedef struct lsc_name_list {
    lsc_name *items;
    size_t count;
    bool given; /**< stands in the spec, be it empty */
} lsc_name_list;

/** Texts and their codes. */
typedef struct lsc_code_list {
    lsc_name_list names; /**< by code */
    uint32_t *order;     /**< [names.count], codes by text */
} lsc_code_list;

typedef struct lsc_number_list {
    double *items;
    size_t count;
} lsc_number_list;

/** Words, any of which has the value. */
typedef struct lsc_table_row {
    lsc_name_list words;
    double value;
} lsc_table_row;

typedef struct lsc_table {
    lsc_table_row *rows;
    size_t count;
    const struct lsc_word_index *index; /**< of the words of all rows */
} lsc_table;

/** A type of activity and what one of it counts. */
typedef struct lsc_type_weight {
    lsc_name type;
    double weight;
} lsc_type_weight;

typedef struct lsc_weight_list {
    lsc_type_weight *items;
    size_t count;
} lsc_weight_list;

typedef enum lsc_condition_kind {
    LSC_CONDITION_EQUALS,
    LSC_CONDITION_IN,
    LSC_CONDITION_PREFIX,
    LSC_CONDITION_LEAST,
    LSC_CONDITION_MOST
} lsc_condition_kind;

/** What a data property of an activity must be. */
typedef struct lsc_condition {
    lsc_name property;
    lsc_condition_kind kind;
    lsc_name_list texts; /**< of EQUALS, PREFIX: one */
    double number;       /**< of LEAST, MOST */
} lsc_condition;

/** Which activities a feature counts. */
typedef struct lsc_selector {
    lsc_name_list types; /**< not given: any but identify */
    lsc_condition *conditions;
    size_t n_conditions;
    bool include_bots;
} lsc_selector;

typedef struct lsc_decay {
    bool linear;
    double days; /**< half-life, or the age at which nothing is left */
} lsc_decay;

typedef enum lsc_date_part {
    LSC_DATE_DAYS,
    LSC_DATE_YEAR,
    LSC_DATE_MONTH,
    LSC_DATE_DAY,
    LSC_DATE_WEEKDAY,
    LSC_DATE_HOUR
} lsc_date_part;

struct lsc_kind;

/** A feature. The parameters its kind does not have are zero. */
typedef struct lsc_feature {
    const struct lsc_kind *kind;
    const char *name;
    const char *code_up; /**< of its reasons: "name.up" */
    const char *code_down;
    uint32_t group;
    uint32_t first_column;
    uint32_t n_columns;
    int monotone;
    bool actionable;
    const char *reason_up; /**< these four: NULL for the kind's own */
    const char *reason_down;
    const char *reason_none;
    const char *reason_missing;
    lsc_name_list unit; /**< for {value}: the words for one and for many, or none */

    lsc_name property;
    lsc_name_list properties;
    lsc_name_list levels; /**< sorted by bytes */
    lsc_code_list codes;
    lsc_number_list edges;
    lsc_number_list values;
    lsc_table table;
    double missing; /**< NaN: stays missing */
    double unseen;
    lsc_date_part part;

    lsc_selector events;
    lsc_selector of;
    lsc_name data;
    double window_days; /**< 0: all history */
    double weight;
    lsc_weight_list weights;
    lsc_decay decay;
    double prior;
    double strength;
    double gap_minutes;
} lsc_feature;

/** Too little is known of a lead to score it. */
typedef struct lsc_insufficient_rule {
    bool given;
    lsc_name_list missing; /**< all of these are missing */
    bool no_activities;    /**< and nothing was done, where this is set */
} lsc_insufficient_rule;

/** What the JSON of a spec says. */
typedef struct lsc_spec_content {
    const char *name;
    lsc_name groups[LSC_MAX_GROUPS];
    size_t n_groups;
    lsc_insufficient_rule insufficient;
    lsc_feature *features; /**< [n_features] */
    size_t n_features;
} lsc_spec_content;

typedef struct lsc_column {
    const char *name;
    uint32_t feature;
} lsc_column;

struct lsc_spec {
    lsc_allocator allocator;
    atomic_size_t references;
    lsc_arena arena; /**< holds what `content` and `columns` point to */
    lsc_spec_content content;
    lsc_column *columns; /**< [n_columns] */
    size_t n_columns;
    uint32_t *column_features; /**< [n_columns], and by feature [n_features] the groups */
    uint32_t *feature_groups;
    const struct lsc_pass *passes; /**< how the vector is made: spec_plan.h */
    lsc_buffer json;               /**< canonical */
    uint8_t hash[LSC_HASH_SIZE];
};

/** A name, to be looked for. `text` is not copied. */
lsc_name lsc_name_of(const char *text, size_t length);

/** Name the columns of the content's features, each name once, and the codes of their reasons. */
lsc_status lsc_spec_lay_out(lsc_spec *spec, lsc_error *error);

/** Append the canonical JSON of a content: members in one order, defaults left out. */
void lsc_spec_write(const lsc_spec_content *content, lsc_buffer *out);

/** A spec of its own, from a content that is made of parts of others. */
lsc_status lsc_spec_build(const lsc_spec_content *content, const lsc_allocator *allocator,
                          lsc_spec **spec, lsc_error *error);

#endif
