/**
 * @file shap_tables.h
 * Contributions of shallow trees, for every way that their splits can go. What a tree gives is
 * integers (shap_math.h), and these depend on nothing but the outcomes of its splits: too many ways
 * for 15 splits. But what the splits of the left half give, and the root by its left child, depends
 * on the root and the left half alone, which is 8 outcomes; likewise to the right. So a tree of four
 * levels is two units, and one of fewer is one. A unit gives at most 8 numbers, as those of a column
 * are added up beforehand. It has a line of them for each way that its splits can go, and what a row
 * is given is the sum of one line of each unit.
 */
#ifndef LSC_MODEL_SHAP_TABLES_H
#define LSC_MODEL_SHAP_TABLES_H

#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/memory.h"
#include "core/visibility.h"
#include "model/shap_plan.h"

/** Levels of splits of the deepest trees that are tabulated. */
#define LSC_TABLE_DEPTH 4
/** Units of a tree, at the most. */
#define LSC_TREE_UNITS 2
/** Outcomes that a unit depends on, and numbers of a line, at the most. */
#define LSC_TABLE_BITS 8
/** lsc_shap_tables.places are for at most so many columns, and for vectors of so many lanes. */
#define LSC_PLACED_COLUMNS 64
#define LSC_PLACED_LANES 8
#define LSC_PLACED 8

/** Units stand in the order of the trees: the first unit of each tree, then the second of each. */
typedef struct lsc_shap_tables {
    lsc_allocator allocator;
    size_t depth; /**< of every tree; 0: there is nothing laid out */
    size_t n_trees;
    size_t tree_units; /**< units of a tree */
    size_t n_bits;     /**< outcomes that a unit depends on: bits of the index of a line */
    /** [tree_units][n_bits]: which node of byte_heap.h sets each bit, by going left. */
    uint8_t nodes[LSC_TREE_UNITS][LSC_TABLE_BITS];
    int32_t *numbers; /**< [units][1 << n_bits][LSC_TABLE_BITS], aligned */
    size_t stride;    /**< sums of a row: one a column, filled up to vectors */
    /** [units][stride], aligned: of each column LSC_PLACED and the index of its number; 0 where a
        unit has none. Or NULL, and there are the next. */
    uint8_t *places;
    /** [units][LSC_TABLE_BITS]: the column of each number. One that a unit does not use is 0, and is
        added to column 0. Or NULL. */
    uint16_t *columns;
    size_t size_bytes;
} lsc_shap_tables;

/**
 * Tabulate the trees of a plan, of at most `depth` levels of splits, for vectors of `lanes` sums.
 * Where they are too deep, or it would take more than `budget_bytes`, nothing is.
 * @param tables  freed by lsc_shap_tables_free(), also after an error
 */
LSC_SHARED lsc_status lsc_shap_tables_build(const lsc_shap_plan *plan, size_t depth, size_t lanes,
                                            size_t budget_bytes, const lsc_allocator *allocator,
                                            lsc_shap_tables *tables, lsc_error *error);

LSC_SHARED void lsc_shap_tables_free(lsc_shap_tables *tables);

#endif
