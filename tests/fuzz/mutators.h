/**
 * @file mutators.h
 * What the mutators of models share.
 */
#ifndef LSC_TESTS_MUTATORS_H
#define LSC_TESTS_MUTATORS_H

#include "value_tree.h"

/**
 * One change to a model of XGBoost that leaves most of it in step: of a node, or of all arrays of a
 * tree together, or of the trees. Does nothing where the tree of values is no such model.
 */
void mutate_forest(value *root);

/** libFuzzer's change of plain bytes, or one of the tree they make as JSON. */
size_t mutate_json(uint8_t *bytes, size_t length, size_t room);

/** The same with a forest, as UBJSON. */
size_t mutate_ubjson(uint8_t *bytes, size_t length, size_t room);

#endif
