#include "features/pass_properties.h"

/** Fields that the pass asks for take the place of values that were found before. */
static void take_fields(const lsc_pass *pass, const lsc_field *fields, size_t n,
                        const lsc_value **values)
{
    for (size_t i = 0; i < n; i++) {
        const lsc_field *field = &fields[i];
        const lsc_index_entry *entry = lsc_name_index_find(&pass->property_index, field->name,
                                                           field->name_length, field->name_hash);
        if (entry != NULL) {
            values[entry->number] = &field->value;
        }
    }
}

/** Of all that visible events say, the last holds. */
static void take_traits(const lsc_pass *pass, const lsc_view *view, const lsc_value **values)
{
    size_t left = lsc_lead_n_identify(view->lead);
    for (size_t i = 0; i < view->n_events && left > 0; i++) {
        const lsc_event *event = &view->events[i];
        if (event->identify) {
            left--;
            if (lsc_event_visible(event, view->as_of_ms)) {
                take_fields(pass, event->fields, event->n_fields, values);
            }
        }
    }
}

/** What is missing under another system's name may be there under ours. */
static void take_aliases(const lsc_pass *pass, const lsc_view *view, const lsc_value **values)
{
    for (size_t i = 0; i < pass->n_properties; i++) {
        const lsc_name *name = &pass->properties[i];
        if (values[i] == NULL && lsc_lead_name_is_alias(name->text)) {
            values[i] = lsc_lead_value(view->lead, name->text, name->length, view->as_of_ms);
        }
    }
}

/** A lead of few fields is looked up in the pass, one of many the other way round. */
void lsc_pass_properties(const lsc_pass *pass, const lsc_view *view, const lsc_value **values)
{
    size_t n_fields = 0;
    const lsc_field *fields = lsc_lead_fields(view->lead, &n_fields);
    if (n_fields > LSC_PASS_PROPERTIES) {
        for (size_t i = 0; i < pass->n_properties; i++) {
            const lsc_name *name = &pass->properties[i];
            values[i] = lsc_lead_value(view->lead, name->text, name->length, view->as_of_ms);
        }
        return;
    }
    for (size_t i = 0; i < pass->n_properties; i++) {
        values[i] = NULL;
    }
    take_fields(pass, fields, n_fields, values);
    take_traits(pass, view, values);
    if (pass->has_aliases) {
        take_aliases(pass, view, values);
    }
}
