/**
 * @file trained.h
 * Training and what came of it, for tests that look at that.
 */
#ifndef LSC_TESTS_TRAINED_H
#define LSC_TESTS_TRAINED_H

#include <leadscore/train.h>

#include "core/json.h"
#include "suite.h"
#include "train_support.h"

/** A training that must work. */
lsc_training *train_on(memory_source *source, const lsc_train *train);

/** The model of a training, which must pass its self-test. */
lsc_model *load_trained(const lsc_training *training);

/** JSON that must parse; freed by lsc_json_free(). */
lsc_json *parse_metrics(const char *json);

/** A member that must be a number. */
double number_at(const lsc_json *object, const char *key);

/** Whether two trainings gave the same bytes. */
void check_same_bundle(const lsc_training *a, const lsc_training *b, bool same);

#endif
