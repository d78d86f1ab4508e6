#include "reasons.h"

#include <stdbool.h>

/** The features that pull the score furthest up (or down), the largest first. */
static size_t select_largest(const double *contributions, size_t n_features, bool up,
                             size_t selected[LSC_MAX_REASONS])
{
    double sign = up ? 1 : -1;
    size_t n = 0;
    for (size_t feature = 0; feature < n_features; feature++) {
        double size = sign * contributions[feature];
        if (size < LSC_LEAST_REASON) {
            continue;
        }
        size_t at = n;
        while (at > 0 && size > sign * contributions[selected[at - 1]]) {
            at--;
        }
        if (at == LSC_MAX_REASONS) {
            continue;
        }
        n = n < LSC_MAX_REASONS ? n + 1 : n;
        for (size_t i = n - 1; i > at; i--) {
            selected[i] = selected[i - 1];
        }
        selected[at] = feature;
    }
    return n;
}

static void write_evidence(const lsc_sightings *sightings, size_t feature, lsc_reason *reason)
{
    const lsc_event *events[LSC_MAX_EVIDENCE];
    _Static_assert(LSC_MAX_EVIDENCE <= LSC_SIGHTING_EVENTS, "a sighting keeps what a reason names");
    reason->n_activity_ids = lsc_sightings_evidence(sightings, feature, events, LSC_MAX_EVIDENCE);
    for (size_t i = 0; i < reason->n_activity_ids; i++) {
        reason->activity_ids[i] = events[i]->id;
    }
}

static void write_reason(lsc_scorer *scorer, size_t feature, bool up,
                         const lsc_sightings *sightings, size_t number)
{
    const lsc_spec *spec = scorer->model->spec;
    char *text = scorer->scratch.texts + number * LSC_REASON_SIZE;
    const lsc_sighting *sighting = sightings != NULL ? &sightings->of[feature] : NULL;
    lsc_spec_sentence(spec, feature, sighting, scorer->columns, up, text, LSC_REASON_SIZE);

    lsc_reason *reason = &scorer->scratch.reasons[number];
    *reason = (lsc_reason){
        .code = lsc_spec_reason_code(spec, feature, up),
        .feature = lsc_spec_feature_name(spec, feature),
        .text = text,
        .contribution = scorer->contributions[feature],
    };
    if (sightings != NULL) {
        write_evidence(sightings, feature, reason);
    }
}

size_t lsc_reasons_write(lsc_scorer *scorer, const lsc_sightings *sightings)
{
    size_t n_features = lsc_spec_n_features(scorer->model->spec);
    size_t number = 0;
    for (int direction = 0; direction < 2; direction++) {
        bool up = direction == 0;
        size_t selected[LSC_MAX_REASONS];
        size_t n = select_largest(scorer->contributions, n_features, up, selected);
        for (size_t i = 0; i < n; i++) {
            write_reason(scorer, selected[i], up, sightings, number++);
        }
    }
    return number;
}
