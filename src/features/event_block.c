#include "features/event_block.h"

#include <string.h>

#include "core/fixed_math.h"

/** What is found event by event, before any selector is asked. */
typedef struct census {
    uint64_t visible;
    uint64_t human;    /* visible, and no bot */
    uint64_t identify; /* versions properties */
    uint64_t of_type[LSC_PASS_TYPES + 1];
} census;

void lsc_window_starts_find(lsc_window_starts *starts, const lsc_pass *pass, const lsc_view *view)
{
    for (size_t i = 0; i < pass->n_windows; i++) {
        int64_t after_ms = lsc_view_window(view, pass->windows[i]).after_ms;
        starts->of[i] = lsc_count_until(view->events, view->n_events, after_ms);
    }
}

/** Types met before, by low bits of their hashes: a lead has one text a type (lsc_event). */
#define N_KNOWN 32
typedef struct known_type {
    const char *type;
    uint16_t number;
} known_type;

static uint16_t find_type(const lsc_pass *pass, const lsc_event *event)
{
    const lsc_index_entry *entry =
        lsc_name_index_find(&pass->type_index, event->type, event->type_length, event->type_hash);
    return (uint16_t)(entry != NULL ? entry->number : pass->n_types);
}

static uint16_t type_number(const lsc_pass *pass, const lsc_event *event, known_type known[N_KNOWN])
{
    known_type *met = &known[event->type_hash % N_KNOWN];
    if (met->type != event->type) {
        *met = (known_type){event->type, find_type(pass, event)};
    }
    return met->number;
}

static void take_census(const lsc_pass *pass, lsc_block *block, census *found)
{
    uint64_t visible = 0;
    uint64_t bot = 0;
    uint64_t identify = 0;
    known_type known[N_KNOWN] = {{NULL, 0}};
    memset(found->of_type, 0, (pass->n_types + 1) * sizeof *found->of_type);
    for (size_t i = 0; i < block->n_events; i++) {
        const lsc_event *event = &block->events[i];
        uint16_t type = type_number(pass, event, known);
        visible |= (uint64_t)lsc_event_visible(event, block->as_of_ms) << i;
        bot |= (uint64_t)event->bot << i;
        identify |= (uint64_t)event->identify << i;
        block->types[i] = type;
        found->of_type[type] |= UINT64_C(1) << i;
    }
    found->visible = visible;
    found->human = visible & ~bot;
    found->identify = identify;
}

/** Of some events, those that meet the conditions. */
static uint64_t keep_meeting(const lsc_selector *selector, const lsc_block *block, uint64_t bits)
{
    uint64_t kept = 0;
    while (bits != 0) {
        unsigned i = lsc_take_lowest(&bits);
        kept |= (uint64_t)lsc_conditions_hold(selector, &block->events[i]) << i;
    }
    return kept;
}

static uint64_t select_events(const lsc_pass_selector *asked, const lsc_block *block,
                              const census *found)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < asked->n_types; i++) {
        bits |= found->of_type[asked->types[i]];
    }
    bits = asked->types == NULL ? ~found->identify : bits;
    bits &= asked->selector->include_bots ? found->visible : found->human;
    return asked->selector->n_conditions > 0 ? keep_meeting(asked->selector, block, bits) : bits;
}

/** The bits of a block from the event `start` of the timeline on. */
static uint64_t bits_from(size_t start, size_t begin)
{
    if (start <= begin) {
        return UINT64_MAX;
    }
    return start - begin < LSC_BLOCK_EVENTS ? UINT64_MAX << (start - begin) : 0;
}

/** The events that features of each decay count: bits [pass->n_decays]. */
static void find_decaying(const lsc_pass *pass, const lsc_block *block, uint64_t *bits)
{
    memset(bits, 0, pass->n_decays * sizeof *bits);
    for (size_t i = 0; i < pass->n_event_steps; i++) {
        const lsc_step *step = &pass->event_steps[i];
        if (step->feature->decay.days > 0) {
            bits[step->decay] |= lsc_block_counted(block, step);
        }
    }
}

/** As decay_after() of activity_features.c, for all the events at once. */
static void weigh(const lsc_decay *decay, uint64_t bits, const lsc_block *block, double *left)
{
    unsigned places[LSC_BLOCK_EVENTS];
    double shares[LSC_BLOCK_EVENTS];
    size_t n = 0;
    for (; bits != 0; n++) {
        places[n] = lsc_take_lowest(&bits);
        int64_t age_ms = block->as_of_ms - block->events[places[n]].time_ms;
        double days = (double)age_ms / LSC_DAY_MS;
        if (decay->linear) {
            shares[n] = days < decay->days ? 1 - days / decay->days : 0;
        } else {
            shares[n] = -days / decay->days;
        }
    }
    if (!decay->linear) {
        lsc_exp2_each(shares, n);
    }
    for (size_t i = 0; i < n; i++) {
        left[places[i]] = shares[i];
    }
}

void lsc_block_load(lsc_block *block, const lsc_pass *pass, const lsc_window_starts *starts,
                    const lsc_view *view, size_t begin, size_t n_events)
{
    census found;
    uint64_t decaying[LSC_PASS_DECAYS];
    /* Of no events the place is NULL, to which nothing may be added, not even 0. */
    block->events = begin > 0 ? view->events + begin : view->events;
    block->n_events = n_events;
    block->as_of_ms = view->as_of_ms;
    take_census(pass, block, &found);
    for (size_t i = 0; i < pass->n_selectors; i++) {
        block->selected[i] = select_events(&pass->selectors[i], block, &found);
    }
    for (size_t i = 0; i < pass->n_windows; i++) {
        block->within[i] = bits_from(starts->of[i], begin);
    }
    find_decaying(pass, block, decaying);
    for (size_t i = 0; i < pass->n_decays; i++) {
        weigh(&pass->decays[i], decaying[i], block, block->left[i]);
    }
}
