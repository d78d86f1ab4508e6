/**
 * @file node_sharing.h
 * Models that one thread of JavaScript shares with others of the process.
 */
#ifndef LSC_NODE_SHARING_H
#define LSC_NODE_SHARING_H

#include "node_model.h"

/** Share a model no more: before it is closed. Those who have it already keep it. */
void lsc_node_unshare(lsc_node_model *held);

#endif
