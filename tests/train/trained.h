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

/** Options to train on table_of(); the caller gives up their spec. */
lsc_train table_options(void);

/** To train on timeline_of(): each lead is looked at every 15 days, and has 60 to convert. */
lsc_train timeline_options(void);

/** A training that must work. */
lsc_training *train_on(memory_source *source, const lsc_train *train);

/** The model of a training, which must pass its self-test. */
lsc_model *load_trained(const lsc_training *training);

/** The model of a training on these leads, which must work, too. */
lsc_model *model_trained_on(memory_source *source, const lsc_train *train);

/** JSON that must parse; freed by lsc_json_free(). */
lsc_json *parse_metrics(const char *json);

/** A member that must be a number. */
double number_at(const lsc_json *object, const char *key);

/** Whether two trainings gave the same bytes. */
void check_same_bundle(const lsc_training *a, const lsc_training *b, bool same);

#endif
