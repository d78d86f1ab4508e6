#include "features/feature_spec.h"
#include "features/spec_data.h"

/** The kept groups, and the new number of each. */
static void keep_groups(const lsc_spec_content *content, const bool *keep, lsc_spec_content *kept,
                        uint32_t numbers[LSC_MAX_GROUPS])
{
    kept->n_groups = 0;
    for (size_t i = 0; i < content->n_groups; i++) {
        if (keep[i]) {
            numbers[i] = (uint32_t)kept->n_groups;
            kept->groups[kept->n_groups++] = content->groups[i];
        }
    }
}

lsc_status lsc_spec_select(const lsc_spec *spec, const bool *keep, lsc_spec **selected,
                           lsc_error *error)
{
    const lsc_spec_content *content = &spec->content;
    *selected = NULL;
    lsc_spec_content kept = *content;
    uint32_t numbers[LSC_MAX_GROUPS] = {0};
    keep_groups(content, keep, &kept, numbers);
    kept.n_features = 0;
    kept.features = lsc_alloc_array(&spec->allocator, content->n_features, sizeof *kept.features);
    if (kept.features == NULL) {
        return lsc_fail_memory(error);
    }
    for (size_t i = 0; i < content->n_features; i++) {
        const lsc_feature *feature = &content->features[i];
        if (keep[feature->group]) {
            kept.features[kept.n_features] = *feature;
            kept.features[kept.n_features++].group = numbers[feature->group];
        }
    }
    lsc_status status = kept.n_features > 0
                            ? lsc_spec_build(&kept, &spec->allocator, selected, error)
                            : lsc_fail(error, LSC_BAD_SPEC, "no feature is in the groups to keep");
    lsc_release(&spec->allocator, kept.features);
    return status;
}

lsc_status lsc_spec_keep(const lsc_spec *spec, const bool *keep, lsc_spec **kept, lsc_error *error)
{
    const lsc_spec_content *content = &spec->content;
    lsc_spec_content left = *content;
    bool has_groups[LSC_MAX_GROUPS] = {false};
    uint32_t numbers[LSC_MAX_GROUPS] = {0};
    *kept = NULL;
    left.n_features = 0;
    left.features = lsc_alloc_array(&spec->allocator, content->n_features, sizeof *left.features);
    if (left.features == NULL) {
        return lsc_fail_memory(error);
    }
    for (size_t i = 0; i < content->n_features; i++) {
        if (keep[i]) {
            left.features[left.n_features++] = content->features[i];
            has_groups[content->features[i].group] = true;
        }
    }
    keep_groups(content, has_groups, &left, numbers);
    for (size_t i = 0; i < left.n_features; i++) {
        left.features[i].group = numbers[left.features[i].group];
    }
    lsc_status status = lsc_spec_build(&left, &spec->allocator, kept, error);
    lsc_release(&spec->allocator, left.features);
    return status;
}
