#include "features/spec_members.h"

#include "features/feature_kinds.h"

const lsc_param lsc_common_params[] = {
    LSC_PARAM(actionable, flag, false, 0, 0, 0),
    LSC_PARAM(unit, names, false, 2, 2, 0),
    LSC_PARAM(reason_up, text, false, 1, LSC_MAX_REASON_TEXT, 0),
    LSC_PARAM(reason_down, text, false, 1, LSC_MAX_REASON_TEXT, 0),
    LSC_PARAM(reason_none, text, false, 1, LSC_MAX_REASON_TEXT, 0),
    LSC_PARAM(reason_missing, text, false, 1, LSC_MAX_REASON_TEXT, 0),
    {NULL, NULL, 0, false, 0, 0, 0},
};

static void write_groups(lsc_json_writer *writer, const lsc_spec_content *content)
{
    lsc_json_put_key(writer, "groups");
    lsc_json_begin_array(writer);
    for (size_t i = 0; i < content->n_groups; i++) {
        lsc_json_put_text(writer, content->groups[i].text, content->groups[i].length);
    }
    lsc_json_end_array(writer);
}

static void write_insufficient(lsc_json_writer *writer, const lsc_insufficient_rule *rule)
{
    if (!rule->given) {
        return;
    }
    lsc_json_put_key(writer, "insufficient_data");
    lsc_json_begin_object(writer);
    if (rule->missing.given) {
        lsc_write_names(writer, "missing", &rule->missing);
    }
    if (rule->no_activities) {
        lsc_json_member_bool(writer, "no_activities", true);
    }
    lsc_json_end_object(writer);
}

static void write_feature(lsc_json_writer *writer, const lsc_spec_content *content,
                          const lsc_feature *feature)
{
    lsc_json_begin_object(writer);
    lsc_json_member_string(writer, "name", feature->name);
    lsc_json_member_string(writer, "group", content->groups[feature->group].text);
    lsc_json_member_string(writer, "kind", feature->kind->name);
    lsc_params_write(writer, feature->kind->params, feature);
    if (feature->monotone != 0) {
        lsc_json_member_int(writer, "monotone", feature->monotone);
    }
    lsc_params_write(writer, lsc_common_params, feature);
    lsc_json_end_object(writer);
}

void lsc_spec_write(const lsc_spec_content *content, lsc_buffer *out)
{
    lsc_json_writer writer;
    lsc_json_writer_init(&writer, out, 2);
    lsc_json_begin_object(&writer);
    lsc_json_member_int(&writer, "format", LSC_SPEC_FORMAT);
    lsc_json_member_string(&writer, "name", content->name);
    write_groups(&writer, content);
    write_insufficient(&writer, &content->insufficient);
    lsc_json_put_key(&writer, "features");
    lsc_json_begin_array(&writer);
    for (size_t i = 0; i < content->n_features; i++) {
        write_feature(&writer, content, &content->features[i]);
    }
    lsc_json_end_array(&writer);
    lsc_json_end_object(&writer);
}

lsc_status lsc_spec_build(const lsc_spec_content *content, const lsc_allocator *allocator,
                          lsc_spec **spec, lsc_error *error)
{
    lsc_buffer json;
    lsc_buffer_init(&json, allocator);
    lsc_spec_write(content, &json);
    lsc_status status = lsc_buffer_status(&json, error);
    if (status == LSC_OK) {
        status = lsc_spec_parse(json.data, json.length, allocator, spec, error);
    }
    lsc_buffer_free(&json);
    return status;
}
