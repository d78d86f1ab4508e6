/**
 * @file xgboost_write.h
 * A forest as XGBoost's own UBJSON, which any XGBoost from 1.6 on loads.
 */
#ifndef LSC_MODEL_XGBOOST_WRITE_H
#define LSC_MODEL_XGBOOST_WRITE_H

#include "core/buffer.h"
#include "xgboost_model.h"

/**
 * Append a model: the trees as the forest has them (booster gbtree; the weights of dart are in the
 * leaves; nodes that pruning left behind are gone), objective, base score and version of `facts`,
 * and the names of the features. Gains and the weights of inner nodes, which no score needs, are 0.
 * lsc_xgboost_read() of it gives the same forest. A failure of memory stays in `out`.
 */
LSC_SHARED void lsc_xgboost_write(const lsc_forest *forest, const lsc_xgboost_facts *facts,
                                  lsc_buffer *out);

#endif
