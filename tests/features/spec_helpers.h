/**
 * @file spec_helpers.h
 * Specs and leads from short texts. JSON is written with ' for ", so that it can be read.
 */
#ifndef LSC_TESTS_SPEC_HELPERS_H
#define LSC_TESTS_SPEC_HELPERS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "features/spec_data.h"
#include "suite.h"

/** The text with " for every '. Freed by the caller. */
static inline char *quoted(const char *text)
{
    size_t length = strlen(text);
    char *copy = malloc(length + 1);
    for (size_t i = 0; i <= length; i++) {
        copy[i] = text[i] == '\'' ? '"' : text[i];
    }
    return copy;
}

static inline lsc_status try_spec(const char *text, const lsc_allocator *allocator, lsc_spec **spec,
                                  lsc_error *error)
{
    char *json = quoted(text);
    lsc_status status = lsc_spec_parse(json, strlen(json), allocator, spec, error);
    free(json);
    return status;
}

/** A spec of groups g and h, and these features. */
static inline lsc_status try_features(const char *features, lsc_spec **spec, lsc_error *error)
{
    size_t size = strlen(features) + 200;
    char *text = malloc(size);
    snprintf(text, size, "{'format': 1, 'name': 's', 'groups': ['g', 'h'], 'features': [%s]}",
             features);
    lsc_status status = try_spec(text, NULL, spec, error);
    free(text);
    return status;
}

static inline lsc_spec *spec_of(const char *features)
{
    lsc_spec *spec = NULL;
    ck_ok(try_features(features, &spec, error));
    return spec;
}

static inline lsc_lead *lead_of(const char *text)
{
    lsc_lead *lead = NULL;
    char *json = quoted(text);
    ck_ok(lsc_lead_new(NULL, &lead, error));
    ck_ok(lsc_lead_parse_json(lead, json, strlen(json), error));
    free(json);
    return lead;
}

static inline int64_t at(const char *time)
{
    int64_t time_ms = 0;
    ck_ok(lsc_time_parse(time, strlen(time), &time_ms, error));
    return time_ms;
}

/** The whole vector, freed by the caller. */
static inline float *vector_of(const lsc_spec *spec, lsc_lead *lead, int64_t as_of_ms)
{
    size_t n = lsc_spec_n_columns(spec);
    float *columns = malloc(n * sizeof *columns);
    ck_ok(lsc_spec_extract(spec, lead, as_of_ms, columns, n, error));
    return columns;
}

/** The first column of the one feature in `feature`, of a lead in JSON. */
static inline double value_of(const char *feature, const char *lead_text, const char *time)
{
    lsc_spec *spec = spec_of(feature);
    lsc_lead *lead = lead_of(lead_text);
    float *columns = vector_of(spec, lead, at(time));
    double value = (double)columns[0];
    free(columns);
    lsc_lead_free(lead);
    lsc_spec_unref(spec);
    return value;
}

#endif
