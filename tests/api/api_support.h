/**
 * @file api_support.h
 * What the tests of the public surface share: leads that can be made by typed calls and as JSON, and
 * a bundle of each engine. Public calls only.
 */
#ifndef LSC_TESTS_API_SUPPORT_H
#define LSC_TESTS_API_SUPPORT_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "suite.h"

#define DAY INT64_C(86400000)
/** 2025-01-01T00:00:00Z: the first lead is created then, and others in the year after. */
#define FIRST_DAY INT64_C(1735689600000)
/** A time at which most of them have a history. */
#define AS_OF (FIRST_DAY + 300 * DAY)

/** Fill an empty lead by typed calls. The same number gives the same lead. */
void fill_lead(lsc_lead *lead, unsigned number);
/** A new lead, filled. */
lsc_lead *make_lead(unsigned number, const lsc_allocator *allocator);

/** The same lead, and its activities, as JSON. */
typedef struct lead_text {
    char lead[1024];
    char activities[16384];
} lead_text;
void write_lead(unsigned number, lead_text *text);

/** Whether lead `number` converts, and when. */
bool lead_converts(unsigned number, int64_t *time_ms);

/** A small scorecard, and its spec. */
#define SCORECARD                                                               \
    "{\"format\": 1, \"base\": 5, \"cap\": 100, \"rules\": ["                   \
    "{\"feature\": \"demos\", \"points\": 20, \"per\": \"unit\", \"cap\": 40}," \
    "{\"feature\": \"pages\", \"points\": 2.5, \"per\": \"unit\"},"             \
    "{\"feature\": \"employees\", \"points\": 10, \"least\": 100},"             \
    "{\"feature\": \"industry\", \"level\": \"software\", \"points\": 15}]}"

#define SCORECARD_SPEC                                                                      \
    "{\"format\": 1, \"name\": \"api\", \"groups\": [\"behavioral\", \"demographic\"],"     \
    " \"insufficient_data\": {\"missing\": [\"email\"], \"no_activities\": true},"          \
    " \"features\": ["                                                                      \
    "{\"name\": \"employees\", \"group\": \"demographic\", \"kind\": \"number\","           \
    " \"property\": \"company.employee_count\"},"                                           \
    "{\"name\": \"industry\", \"group\": \"demographic\", \"kind\": \"category\","          \
    " \"property\": \"company.industry\", \"levels\": [\"retail\", \"software\"]},"         \
    "{\"name\": \"demos\", \"group\": \"behavioral\", \"kind\": \"decayed_count\","         \
    " \"events\": {\"types\": [\"Demo Requested\"]}, \"decay\": {\"half_life_days\": 30}}," \
    "{\"name\": \"pages\", \"group\": \"behavioral\", \"kind\": \"count\","                 \
    " \"events\": {\"types\": [\"Page Viewed\"]}}]}"

/** A bundle's bytes, freed with free(). */
typedef struct test_bundle {
    const char *engine;
    void *bytes;
    size_t length;
} test_bundle;

/** The bundle of that scorecard. */
test_bundle scorecard_bundle(void);

/** The bundles of that scorecard and, where the library can train, of boosted trees. */
#define MAX_BUNDLES 2
size_t make_bundles(test_bundle bundles[MAX_BUNDLES]);
void free_bundles(test_bundle bundles[MAX_BUNDLES]);

lsc_model *load_bundle(const test_bundle *bundle, const lsc_allocator *allocator);

/** Random numbers of the tests, seeded by a number. */
typedef struct test_dice {
    uint64_t state;
} test_dice;
uint32_t roll(test_dice *dice, uint32_t below);

/** All members of two results are the same bits. */
void check_same_result(const lsc_result *a, const lsc_result *b);

#endif
