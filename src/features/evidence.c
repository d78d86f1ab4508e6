#include "features/feature_kinds.h"
#include "features/spec_data.h"

size_t lsc_spec_evidence(const lsc_spec *spec, size_t feature, lsc_lead *lead, int64_t as_of_ms,
                         const lsc_event **events, size_t max)
{
    const lsc_feature *counted = &spec->content.features[feature];
    if (!counted->kind->over_events) {
        return 0;
    }
    lsc_view view;
    lsc_view_init(&view, lead, as_of_ms);
    lsc_span window = lsc_view_window(&view, counted->window_days);
    lsc_walk walk = lsc_walk_begin(&view, &counted->events, window);
    size_t n = 0;
    while (n < max && (events[n] = lsc_walk_previous(&walk)) != NULL) {
        n++;
    }
    return n;
}

size_t lsc_sightings_evidence(const lsc_sightings *sightings, size_t feature,
                              const lsc_event **events, size_t max)
{
    const lsc_sighting *sighting = &sightings->of[feature];
    uint64_t counted = sighting->counted;
    size_t n = 0;
    while (counted != 0 && n < max) {
        unsigned place = lsc_highest_bit(counted);
        counted &= ~(UINT64_C(1) << place);
        events[n++] = &sightings->last_events[place];
    }
    for (size_t i = 0; i < sighting->n_earlier && n < max; i++) {
        events[n++] = sighting->earlier[i];
    }
    return n;
}
