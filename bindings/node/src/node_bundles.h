/**
 * @file node_bundles.h
 * Bundles: made, signed and written.
 */
#ifndef LSC_NODE_BUNDLES_H
#define LSC_NODE_BUNDLES_H

#include "node_values.h"

extern const lsc_node_function lsc_node_bundle_functions[];

#endif
