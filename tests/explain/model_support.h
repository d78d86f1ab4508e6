/**
 * @file model_support.h
 * Models made by hand whose contributions are known beforehand: a stump a column.
 */
#ifndef LSC_TESTS_MODEL_SUPPORT_H
#define LSC_TESTS_MODEL_SUPPORT_H

#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "score/scorer.h"
#include "suite.h"

#define MAX_STUMPS 64

/* Two groups, a feature of three columns, features over properties and over activities. */
#define LEAD_SPEC                                                                           \
    "{\"format\": 1, \"name\": \"test\", \"groups\": [\"behavioral\", \"demographic\"],"    \
    " \"insufficient_data\": {\"missing\": [\"email\"], \"no_activities\": true},"          \
    " \"features\": ["                                                                      \
    "{\"name\": \"employees\", \"group\": \"demographic\", \"kind\": \"number\","           \
    " \"property\": \"company.employee_count\"},"                                           \
    "{\"name\": \"industry\", \"group\": \"demographic\", \"kind\": \"category\","          \
    " \"property\": \"company.industry\", \"levels\": [\"retail\", \"software\"]},"         \
    "{\"name\": \"opens\", \"group\": \"behavioral\", \"kind\": \"count\","                 \
    " \"events\": {\"types\": [\"Email Opened\"]}},"                                        \
    "{\"name\": \"demos\", \"group\": \"behavioral\", \"kind\": \"decayed_count\","         \
    " \"events\": {\"types\": [\"Demo Requested\"]}, \"decay\": {\"half_life_days\": 14}}," \
    "{\"name\": \"last_activity_days\", \"group\": \"behavioral\", \"kind\": \"recency\"}]}"
#define LEAD_COLUMNS 7

static inline lsc_forest stumps(const float *sizes, size_t n_columns, float base_margin,
                                const lsc_allocator *allocator)
{
    lsc_node *nodes = lsc_alloc_array(allocator, 3 * n_columns, sizeof *nodes);
    uint32_t *roots = lsc_alloc_array(allocator, n_columns, sizeof *roots);
    for (size_t column = 0; column < n_columns; column++) {
        uint32_t at = (uint32_t)(3 * column);
        roots[column] = at;
        nodes[at] = (lsc_node){.left = at + 1,
                               .column = (uint16_t)column,
                               .default_left = true,
                               .value = 0.5f,
                               .cover = 2};
        nodes[at + 1] = (lsc_node){.value = -sizes[column], .cover = 1};
        nodes[at + 2] = (lsc_node){.value = sizes[column], .cover = 1};
    }
    return (lsc_forest){
        .allocator = *allocator,
        .nodes = nodes,
        .roots = roots,
        .n_nodes = 3 * n_columns,
        .n_trees = n_columns,
        .n_columns = n_columns,
        .max_depth = 1,
        .base_margin = base_margin,
        .base_value = (double)base_margin,
    };
}

/**
 * A model whose column i contributes +sizes[i] where it is at least 0.5, else -sizes[i]. Its base
 * value is `base_margin`, its probability the logistic of the margin, its interval half a log-odd to
 * either side.
 */
static inline lsc_model *stump_model(const char *spec_json, const float *sizes, float base_margin)
{
    static const double knots[] = {-10, 10};
    static const double low[] = {-10.5, 9.5};
    static const double high[] = {-9.5, 10.5};
    lsc_allocator allocator;
    ck_ok(lsc_allocator_resolve(NULL, &allocator, error));
    lsc_model *model = lsc_alloc_array(&allocator, 1, sizeof *model);
    atomic_init(&model->references, 1);
    model->allocator = allocator;
    model->engine = LSC_ENGINE_GBDT;
    ck_ok(lsc_spec_parse(spec_json, strlen(spec_json), NULL, &model->spec, error));
    model->forest = stumps(sizes, lsc_spec_n_columns(model->spec), base_margin, &model->allocator);
    ck_ok(lsc_forest_plan_build(&model->forest, lsc_cpu_choose(), SIZE_MAX, &model->allocator,
                                &model->plan, error));
    model->scorecard.allocator = allocator;
    model->calibration = (lsc_calibration){
        .kind = LSC_CALIBRATION_PLATT,
        .slope = 1,
        .n_knots = 2,
        .knots = knots,
        .low = low,
        .high = high,
    };
    model->grades = (lsc_grades){{0.8, 0.6, 0.4, 0.2}};
    model->name = lsc_copy_text(&allocator, "stumps", 6);
    model->version = lsc_copy_text(&allocator, "7", 1);
    model->model_type = "composite";
    memset(model->hash_text, 'a', 64);
    lsc_hash_format(lsc_spec_hash(model->spec), model->spec_hash_text);
    return model;
}

/** A spec of number features f0, f1, ... over properties of the same names, in turns of the groups. */
static inline const char *number_spec(size_t n_features, size_t n_groups)
{
    static char json[16384];
    size_t length =
        (size_t)snprintf(json, sizeof json, "{\"format\": 1, \"name\": \"numbers\", \"groups\": [");
    for (size_t group = 0; group < n_groups; group++) {
        length += (size_t)snprintf(json + length, sizeof json - length, "%s\"g%zu\"",
                                   group == 0 ? "" : ", ", group);
    }
    length += (size_t)snprintf(json + length, sizeof json - length, "], \"features\": [");
    for (size_t i = 0; i < n_features; i++) {
        length += (size_t)snprintf(json + length, sizeof json - length,
                                   "%s{\"name\": \"f%zu\", \"group\": \"g%zu\", \"kind\": "
                                   "\"number\", \"property\": \"f%zu\"}",
                                   i == 0 ? "" : ", ", i, i % n_groups, i);
    }
    snprintf(json + length, sizeof json - length, "]}");
    return json;
}

static inline lsc_model *number_model(size_t n_features, size_t n_groups, const float *sizes,
                                      float base_margin)
{
    return stump_model(number_spec(n_features, n_groups), sizes, base_margin);
}

/** A scorer that holds the only reference to the model. */
static inline lsc_scorer *scorer_of(lsc_model *model)
{
    lsc_scorer *scorer;
    ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
    lsc_model_unref(model);
    return scorer;
}

/* 2026-04-01T00:00:00Z. */
#define AS_OF INT64_C(1775001600000)
#define DAY INT64_C(86400000)

static inline void add_activity(lsc_lead *lead, const char *id, const char *type, int64_t time_ms)
{
    lsc_activity activity = LSC_ACTIVITY_INIT;
    activity.id = id;
    activity.type = type;
    activity.time_ms = time_ms;
    ck_ok(lsc_lead_add_activity(lead, &activity, error));
}

/** A lead for LEAD_SPEC: software, 250 people, five opens and a demo, one activity not yet visible. */
static inline lsc_lead *some_lead(void)
{
    lsc_lead *lead;
    ck_ok(lsc_lead_new(NULL, &lead, error));
    ck_ok(lsc_lead_set_id(lead, "L-1", error));
    ck_ok(lsc_lead_set_text(lead, "email", "ada@example.com", error));
    ck_ok(lsc_lead_set_text(lead, "company.industry", "software", error));
    ck_ok(lsc_lead_set_number(lead, "company.employee_count", 250, error));
    for (int i = 0; i < 5; i++) {
        char id[8];
        snprintf(id, sizeof id, "o%d", i);
        add_activity(lead, id, "Email Opened", AS_OF - (10 - i) * DAY);
    }
    add_activity(lead, "d0", "Demo Requested", AS_OF - 2 * DAY);
    add_activity(lead, "later", "Demo Requested", AS_OF + 1);
    return lead;
}

#endif
