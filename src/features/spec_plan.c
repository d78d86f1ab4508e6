#include "features/spec_plan.h"

#include <string.h>

#include "features/feature_kinds.h"

/** A pass that is being filled. Selectors have their types as a span of `selector_types`. */
typedef struct draft {
    lsc_step property_steps[LSC_PASS_FEATURES];
    size_t n_property_steps;
    lsc_step event_steps[LSC_PASS_FEATURES];
    size_t n_event_steps;
    lsc_name properties[LSC_PASS_PROPERTIES];
    size_t n_properties;
    lsc_name types[LSC_PASS_TYPES];
    size_t n_types;
    lsc_pass_selector selectors[LSC_PASS_SELECTORS];
    size_t n_selectors;
    double windows[LSC_PASS_WINDOWS];
    size_t n_windows;
    lsc_decay decays[LSC_PASS_DECAYS];
    size_t n_decays;
} draft;

/** Where the passes go. */
typedef struct planner {
    lsc_spec *spec;
    draft *draft;
    const lsc_pass **link; /**< where the next pass is hung in */
    lsc_error *error;
} planner;

static void *keep(planner *plan, const void *items, size_t n, size_t size)
{
    void *copy = lsc_arena_alloc(&plan->spec->arena, n * size);
    if (copy != NULL && n > 0) {
        memcpy(copy, items, n * size);
    }
    return copy;
}

/* Equal parts of features. */

static bool same_name(const lsc_name *a, const lsc_name *b)
{
    return a->hash == b->hash && a->length == b->length &&
           lsc_text_equal(a->text, b->text, a->length);
}

static bool same_names(const lsc_name_list *a, const lsc_name_list *b)
{
    if (a->given != b->given || a->count != b->count) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (!same_name(&a->items[i], &b->items[i])) {
            return false;
        }
    }
    return true;
}

static bool same_number(double a, double b)
{
    return a <= b && a >= b;
}

static bool same_condition(const lsc_condition *a, const lsc_condition *b)
{
    return a->kind == b->kind && same_name(&a->property, &b->property) &&
           same_names(&a->texts, &b->texts) && same_number(a->number, b->number);
}

static bool same_selector(const lsc_selector *a, const lsc_selector *b)
{
    if (a->include_bots != b->include_bots || a->n_conditions != b->n_conditions ||
        !same_names(&a->types, &b->types)) {
        return false;
    }
    for (size_t i = 0; i < a->n_conditions; i++) {
        if (!same_condition(&a->conditions[i], &b->conditions[i])) {
            return false;
        }
    }
    return true;
}

/* Numbers of the pass. */

/** The place of a name among `n` distinct ones; a new one is put behind them. */
static uint16_t number_name(lsc_name *names, size_t *n, const lsc_name *name)
{
    size_t i = 0;
    while (i < *n && !same_name(&names[i], name)) {
        i++;
    }
    if (i == *n) {
        names[(*n)++] = *name;
    }
    return (uint16_t)i;
}

static uint16_t number_window(draft *pass, double days)
{
    size_t i = 0;
    while (i < pass->n_windows && !same_number(pass->windows[i], days)) {
        i++;
    }
    if (i == pass->n_windows) {
        pass->windows[pass->n_windows++] = days;
    }
    return (uint16_t)i;
}

static uint16_t number_decay(draft *pass, const lsc_decay *decay)
{
    size_t i = 0;
    while (i < pass->n_decays && !(pass->decays[i].linear == decay->linear &&
                                   same_number(pass->decays[i].days, decay->days))) {
        i++;
    }
    if (i == pass->n_decays) {
        pass->decays[pass->n_decays++] = *decay;
    }
    return (uint16_t)i;
}

/** Set `number` to that of the selector; false when memory ran out. */
static bool number_selector(planner *plan, const lsc_selector *selector, uint16_t *number)
{
    draft *pass = plan->draft;
    size_t i = 0;
    while (i < pass->n_selectors && !same_selector(pass->selectors[i].selector, selector)) {
        i++;
    }
    *number = (uint16_t)i;
    if (i < pass->n_selectors) {
        return true;
    }
    lsc_pass_selector *added = &pass->selectors[pass->n_selectors++];
    *added = (lsc_pass_selector){.selector = selector};
    if (!selector->types.given) {
        return true;
    }
    uint16_t types[LSC_MAX_SPEC_LIST];
    for (size_t t = 0; t < selector->types.count; t++) {
        types[t] = number_name(pass->types, &pass->n_types, &selector->types.items[t]);
    }
    added->n_types = selector->types.count;
    added->types = keep(plan, types, added->n_types, sizeof *types);
    return added->types != NULL;
}

/* Features into passes. */

static size_t count_types(const lsc_feature *feature)
{
    return feature->events.types.count + feature->of.types.count + feature->weights.count;
}

static size_t count_properties(const lsc_feature *feature)
{
    return feature->properties.count + (feature->property.text != NULL);
}

/** Whether a feature fits in, as if it had nothing in common with those that are there. */
static bool has_room(const draft *pass, const lsc_feature *feature)
{
    return pass->n_property_steps + pass->n_event_steps < LSC_PASS_FEATURES &&
           pass->n_types + count_types(feature) <= LSC_PASS_TYPES &&
           pass->n_properties + count_properties(feature) <= LSC_PASS_PROPERTIES &&
           pass->n_decays < LSC_PASS_DECAYS;
}

static void add_property_step(draft *pass, lsc_feature *feature)
{
    if (feature->property.text != NULL) {
        feature->property.number =
            number_name(pass->properties, &pass->n_properties, &feature->property);
    }
    for (size_t i = 0; i < feature->properties.count; i++) {
        lsc_name *name = &feature->properties.items[i];
        name->number = number_name(pass->properties, &pass->n_properties, name);
    }
    pass->property_steps[pass->n_property_steps++] = (lsc_step){.feature = feature};
}

static bool add_event_step(planner *plan, const lsc_feature *feature)
{
    draft *pass = plan->draft;
    const lsc_fold *fold = feature->kind->fold;
    lsc_step step = {.feature = feature};
    if (!number_selector(plan, &feature->events, &step.events) ||
        (fold->asks_of && !number_selector(plan, &feature->of, &step.of))) {
        return false;
    }
    step.window = number_window(pass, feature->window_days);
    if (fold->asks_twice) {
        step.twice = number_window(pass, 2 * feature->window_days);
    }
    if (feature->decay.days > 0) {
        step.decay = number_decay(pass, &feature->decay);
    }
    for (size_t i = 0; i < feature->weights.count; i++) {
        number_name(pass->types, &pass->n_types, &feature->weights.items[i].type);
    }
    pass->event_steps[pass->n_event_steps++] = step;
    return true;
}

/* A full pass. */

/** What an activity of each type counts, and last that of all other types. */
static bool spread_weights(planner *plan, lsc_step *step)
{
    const lsc_weight_list *list = &step->feature->weights;
    draft *pass = plan->draft;
    if (list->count == 0) {
        return true;
    }
    double *weights = lsc_arena_alloc(&plan->spec->arena, (pass->n_types + 1) * sizeof *weights);
    if (weights == NULL) {
        return false;
    }
    for (size_t type = 0; type <= pass->n_types; type++) {
        weights[type] = step->feature->weight;
    }
    for (size_t i = list->count; i-- > 0;) {
        weights[number_name(pass->types, &pass->n_types, &list->items[i].type)] =
            list->items[i].weight;
    }
    step->weights = weights;
    return true;
}

static lsc_status index_names(planner *plan, const lsc_name *names, size_t n, lsc_name_index *index)
{
    lsc_index_entry *entries = lsc_arena_alloc(&plan->spec->arena, (n + 1) * sizeof *entries);
    if (entries == NULL) {
        return lsc_fail_memory(plan->error);
    }
    for (size_t i = 0; i < n; i++) {
        entries[i] =
            (lsc_index_entry){names[i].text, (uint32_t)names[i].length, names[i].hash, (uint32_t)i};
    }
    return lsc_name_index_build(index, entries, n, &plan->spec->arena, plan->error);
}

static lsc_status copy_arrays(planner *plan, lsc_pass *pass)
{
    const draft *from = plan->draft;
    pass->n_property_steps = from->n_property_steps;
    pass->n_event_steps = from->n_event_steps;
    pass->n_properties = from->n_properties;
    for (size_t i = 0; i < from->n_properties; i++) {
        pass->has_aliases |= lsc_lead_name_is_alias(from->properties[i].text);
    }
    pass->n_types = from->n_types;
    pass->n_selectors = from->n_selectors;
    pass->n_windows = from->n_windows;
    pass->n_decays = from->n_decays;
    pass->property_steps =
        keep(plan, from->property_steps, from->n_property_steps, sizeof *from->property_steps);
    pass->event_steps =
        keep(plan, from->event_steps, from->n_event_steps, sizeof *from->event_steps);
    pass->properties = keep(plan, from->properties, from->n_properties, sizeof *from->properties);
    pass->selectors = keep(plan, from->selectors, from->n_selectors, sizeof *from->selectors);
    pass->windows = keep(plan, from->windows, from->n_windows, sizeof *from->windows);
    pass->decays = keep(plan, from->decays, from->n_decays, sizeof *from->decays);
    bool kept = pass->property_steps != NULL && pass->event_steps != NULL &&
                pass->properties != NULL && pass->selectors != NULL && pass->windows != NULL &&
                pass->decays != NULL;
    return kept ? LSC_OK : lsc_fail_memory(plan->error);
}

/** Hang the draft's pass in, and begin another. */
static lsc_status close_pass(planner *plan)
{
    draft *from = plan->draft;
    lsc_pass *pass = lsc_arena_alloc(&plan->spec->arena, sizeof *pass);
    if (pass == NULL) {
        return lsc_fail_memory(plan->error);
    }
    *pass = (lsc_pass){.next = NULL};
    for (size_t i = 0; i < from->n_event_steps; i++) {
        if (!spread_weights(plan, &from->event_steps[i])) {
            return lsc_fail_memory(plan->error);
        }
    }
    lsc_status status = copy_arrays(plan, pass);
    if (status == LSC_OK) {
        status = index_names(plan, from->properties, from->n_properties, &pass->property_index);
    }
    if (status == LSC_OK) {
        status = index_names(plan, from->types, from->n_types, &pass->type_index);
    }
    *plan->link = pass;
    plan->link = &pass->next;
    memset(from, 0, sizeof *from);
    return status;
}

static lsc_status add_feature(planner *plan, lsc_feature *feature)
{
    lsc_status status = has_room(plan->draft, feature) ? LSC_OK : close_pass(plan);
    if (status != LSC_OK) {
        return status;
    }
    if (!feature->kind->over_events) {
        add_property_step(plan->draft, feature);
        return LSC_OK;
    }
    return add_event_step(plan, feature) ? LSC_OK : lsc_fail_memory(plan->error);
}

lsc_status lsc_spec_plan(lsc_spec *spec, lsc_error *error)
{
    draft *pass = lsc_alloc_array(&spec->allocator, 1, sizeof *pass);
    if (pass == NULL) {
        return lsc_fail_memory(error);
    }
    planner plan = {spec, pass, &spec->passes, error};
    lsc_status status = LSC_OK;
    for (size_t i = 0; i < spec->content.n_features && status == LSC_OK; i++) {
        status = add_feature(&plan, &spec->content.features[i]);
    }
    if (status == LSC_OK) {
        status = close_pass(&plan);
    }
    lsc_release(&spec->allocator, pass);
    return status;
}
