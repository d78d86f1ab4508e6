/**
 * @file card_fixture.h
 * A scorecard over the plain numbers of fixture_spec_json(). For tests that link the module score.
 */
#ifndef LSC_TESTS_CARD_FIXTURE_H
#define LSC_TESTS_CARD_FIXTURE_H

#include "suite.h"

#include "model_fixtures.h"

/** The base is 10; f0 gives 30.5 from 0 on, f1 10 a unit. */
static inline lsc_model *fixture_card_model(size_t n_columns)
{
    static const char card[] = "{\"format\": 1, \"base\": 10, \"rules\": ["
                               "{\"feature\": \"f0\", \"points\": 30.5, \"least\": 0},"
                               "{\"feature\": \"f1\", \"points\": 10, \"per\": \"unit\"}]}";
    lsc_buffer spec;
    void *bundle = NULL;
    size_t length = 0;
    lsc_model *model = NULL;
    lsc_buffer_init(&spec, fixture_allocator());
    fixture_spec_json(n_columns, 2, &spec);
    ck_ok(lsc_scorecard_build("card", spec.data, spec.length, card, strlen(card), &bundle, &length,
                              error));
    ck_ok(lsc_model_load_bytes(bundle, length, NULL, &model, error));
    lsc_bundle_free(bundle);
    lsc_buffer_free(&spec);
    return model;
}

#endif
