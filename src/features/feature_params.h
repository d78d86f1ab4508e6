/**
 * @file feature_params.h
 * Parameters of features: a member of the feature's JSON, read into a member of lsc_feature and
 * written back. What a type of parameter accepts and how it is written stands side by side.
 */
#ifndef LSC_FEATURES_FEATURE_PARAMS_H
#define LSC_FEATURES_FEATURE_PARAMS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/error.h"
#include "core/json.h"
#include "features/feature_spec.h"

/** Room for the place of a value, e.g. "features[3].events.where.path". */
#define LSC_PLACE_SIZE 512

/** Where a spec is read to, and how its faults are told. */
typedef struct lsc_spec_reader {
    lsc_arena *arena;
    lsc_error *error;
    char place[LSC_PLACE_SIZE]; /**< of the object that is being read */
} lsc_spec_reader;

struct lsc_param;

typedef struct lsc_param_type {
    /** Read the member param->key of `object` into `field`; an absent one leaves the default. */
    lsc_status (*read)(lsc_spec_reader *reader, const lsc_json *object,
                       const struct lsc_param *param, void *field);
    /** Write key and value, or nothing for the default. */
    void (*write)(lsc_json_writer *writer, const struct lsc_param *param, const void *field);
} lsc_param_type;

typedef struct lsc_param {
    const char *key; /**< NULL ends a list of parameters */
    const lsc_param_type *type;
    size_t offset; /**< of its field in lsc_feature */
    bool required;
    double low; /**< numbers lie in [low, high]; of texts and lists `high` is the greatest length */
    double high;
    double initial; /**< of a number that is not given */
} lsc_param;

extern const lsc_param_type lsc_param_text;     /**< const char *, may be NULL */
extern const lsc_param_type lsc_param_name;     /**< lsc_name */
extern const lsc_param_type lsc_param_names;    /**< lsc_name_list */
extern const lsc_param_type lsc_param_levels;   /**< lsc_name_list, may be empty, gets sorted */
extern const lsc_param_type lsc_param_codes;    /**< lsc_code_list */
extern const lsc_param_type lsc_param_flag;     /**< bool */
extern const lsc_param_type lsc_param_number;   /**< double */
extern const lsc_param_type lsc_param_missing;  /**< double, or "nan" */
extern const lsc_param_type lsc_param_numbers;  /**< lsc_number_list */
extern const lsc_param_type lsc_param_table;    /**< lsc_table */
extern const lsc_param_type lsc_param_weights;  /**< lsc_weight_list */
extern const lsc_param_type lsc_param_decay;    /**< lsc_decay */
extern const lsc_param_type lsc_param_part;     /**< lsc_date_part */
extern const lsc_param_type lsc_param_selector; /**< lsc_selector */

/** Read the parameters that `params` lists into the feature. */
lsc_status lsc_params_read(lsc_spec_reader *reader, const lsc_json *object, const lsc_param *params,
                           lsc_feature *feature);
void lsc_params_write(lsc_json_writer *writer, const lsc_param *params, const lsc_feature *feature);

/** The place of a member of what the reader is at, or of an item of an array there. */
void lsc_place_member(const char *place, const char *key, char out[LSC_PLACE_SIZE]);
void lsc_place_item(const char *place, size_t index, char out[LSC_PLACE_SIZE]);

/** A text that is not empty and has at most `most_bytes`, copied. */
lsc_status lsc_read_name(lsc_spec_reader *reader, const lsc_json *value, const char *place,
                         size_t most_bytes, lsc_name *name);
/** An array of `least` to `most` such texts. */
lsc_status lsc_read_names(lsc_spec_reader *reader, const lsc_json *array, const char *place,
                          size_t least, size_t most, size_t most_bytes, lsc_name_list *names);
void lsc_write_names(lsc_json_writer *writer, const char *key, const lsc_name_list *names);

/** Zeroed room for count × size bytes in the reader's arena; NULL when memory ran out. */
void *lsc_reader_alloc(lsc_spec_reader *reader, size_t count, size_t size);

/** Levels in the order the columns have: by bytes. */
void lsc_sort_names(lsc_name_list *names);

#endif
