#include <leadscore/explain.h>

#include <math.h>
#include <string.h>

#include "contributions.h"
#include "core/error.h"
#include "core/options.h"
#include "explanation.h"
#include "reasons.h"
#include "receipt.h"

/** Bytes of lsc_explanation in release 0.1, the least that a caller may give. */
#define EXPLANATION_SIZE_0_1 LSC_SIZE_UP_TO(lsc_explanation, receipt)

void lsc_explanation_init(lsc_explanation *explanation, size_t size)
{
    const lsc_explanation defaults = LSC_EXPLANATION_INIT;
    lsc_options_init(explanation, size, &defaults, sizeof defaults);
}

void lsc_scorer_set_receipts(lsc_scorer *scorer, bool wanted)
{
    scorer->without_receipts = !wanted;
}

lsc_status lsc_explanation_read(const lsc_explanation *given, lsc_explanation *explanation,
                                lsc_error *error)
{
    if (given == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "explanation is NULL");
    }
    *explanation = (lsc_explanation)LSC_EXPLANATION_INIT;
    return lsc_options_read("lsc_explanation", explanation, sizeof *explanation, given,
                            EXPLANATION_SIZE_0_1, error);
}

/** The names are the same each time: they are written when a scorer first explains. */
static void name_contributions(const lsc_spec *spec, lsc_contribution *out, size_t n_features)
{
    if (out[0].feature != NULL) {
        return;
    }
    for (size_t feature = 0; feature < n_features; feature++) {
        out[feature].feature = lsc_spec_feature_name(spec, feature);
        out[feature].group = lsc_spec_group_name(spec, lsc_spec_feature_group(spec, feature));
    }
}

static void write_contributions(lsc_scorer *scorer, lsc_explanation *explanation)
{
    const lsc_spec *spec = scorer->model->spec;
    lsc_contribution *out = scorer->scratch.out;
    size_t n_features = lsc_spec_n_features(spec);
    name_contributions(spec, out, n_features);
    for (size_t feature = 0; feature < n_features; feature++) {
        out[feature].value = scorer->contributions[feature];
    }
    explanation->base_value = lsc_base_value(scorer->model);
    explanation->contributions = out;
    explanation->n_contributions = n_features;
}

static void write_breakdown(lsc_scorer *scorer, lsc_explanation *explanation)
{
    const lsc_spec *spec = scorer->model->spec;
    lsc_breakdown_part *parts = scorer->scratch.parts;
    size_t n_groups = lsc_spec_n_groups(spec);
    int points[LSC_MAX_GROUPS];
    lsc_breakdown(scorer->model, explanation->base_value, scorer->group_totals, n_groups,
                  explanation->result.score, &explanation->baseline, points);
    for (size_t group = 0; group < n_groups; group++) {
        parts[group] = (lsc_breakdown_part){lsc_spec_group_name(spec, group), points[group]};
    }
    explanation->breakdown = parts;
    explanation->n_breakdown = n_groups;
}

/** Explain the vector in scorer->columns, or say why there is none. */
static void compose(lsc_scorer *scorer, lsc_lead *lead, int64_t as_of_ms, lsc_outcome_status status,
                    lsc_explanation *explanation)
{
    *explanation = (lsc_explanation)LSC_EXPLANATION_INIT;
    if (status == LSC_SCORED) {
        lsc_scorer_run(scorer, &explanation->result);
        lsc_contributions_compute(scorer);
        write_contributions(scorer, explanation);
        write_breakdown(scorer, explanation);
        explanation->n_reasons =
            lsc_reasons_write(scorer, lead != NULL ? &scorer->sightings : NULL);
        explanation->reasons = scorer->scratch.reasons;
    } else {
        lsc_result_clear(&explanation->result, status);
        explanation->base_value = (double)NAN;
    }
    if (scorer->without_receipts) {
        explanation->receipt.as_of_ms = as_of_ms;
    } else {
        lsc_receipt_write(scorer, lead, as_of_ms, explanation);
    }
}

lsc_status lsc_explain_lead(lsc_scorer *scorer, lsc_lead *lead, int64_t as_of_ms,
                            lsc_explanation *explanation, lsc_error *error)
{
    if (scorer == NULL || lead == NULL || explanation == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "scorer, lead or explanation is NULL");
    }
    lsc_outcome_status outcome;
    lsc_status status =
        lsc_scorer_extract(scorer, lead, as_of_ms, &scorer->sightings, &outcome, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_explanation known;
    compose(scorer, lead, as_of_ms, outcome, &known);
    return lsc_options_write("lsc_explanation", &known, sizeof known, explanation,
                             EXPLANATION_SIZE_0_1, error);
}

lsc_status lsc_explain_json(lsc_scorer *scorer, const char *lead, size_t lead_length,
                            const char *activities, size_t activities_length, int64_t as_of_ms,
                            lsc_explanation *explanation, lsc_error *error)
{
    if (scorer == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "scorer is NULL");
    }
    lsc_status status =
        lsc_scorer_read_json(scorer, lead, lead_length, activities, activities_length, error);
    if (status != LSC_OK) {
        return status;
    }
    return lsc_explain_lead(scorer, scorer->lead, as_of_ms, explanation, error);
}

lsc_status lsc_explain_vector(lsc_scorer *scorer, const float *columns, size_t n_columns,
                              lsc_explanation *explanation, lsc_error *error)
{
    if (scorer == NULL || explanation == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "scorer or explanation is NULL");
    }
    lsc_status status = lsc_scorer_check(scorer, columns, 1, n_columns, error);
    if (status != LSC_OK) {
        return status;
    }
    memcpy(scorer->columns, columns, n_columns * sizeof *columns);
    lsc_explanation known;
    compose(scorer, NULL, LSC_TIME_NONE, LSC_SCORED, &known);
    return lsc_options_write("lsc_explanation", &known, sizeof known, explanation,
                             EXPLANATION_SIZE_0_1, error);
}
