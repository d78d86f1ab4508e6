/**
 * @file node_training.h
 * Training, and measuring a model.
 */
#ifndef LSC_NODE_TRAINING_H
#define LSC_NODE_TRAINING_H

#include "node_values.h"

extern const lsc_node_function lsc_node_training_functions[];

#endif
