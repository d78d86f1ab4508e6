#include <string.h>

#include "core/arena.h"
#include "core/error.h"
#include "core/sort.h"
#include "core/string_map.h"
#include "core/text.h"
#include "features/feature_kinds.h"
#include "features/spec_data.h"

/** Distinct values of one category that are counted; one first seen later is not learned. */
#define MAX_COUNTED_VALUES 1000000

/** A value that leads have. */
typedef struct level_count {
    lsc_name level;
    uint64_t n_leads;
    uint64_t last_lead; /* the number of the lead counted last */
} level_count;

/** The values of one category. */
typedef struct vocabulary {
    const lsc_feature *feature;
    lsc_string_map places; /* a value's index in counts */
    level_count *counts;
    size_t n_counts;
    size_t capacity;
} vocabulary;

struct lsc_spec_learner {
    lsc_spec *spec;
    lsc_arena arena; /* holds the texts of the levels */
    vocabulary *vocabularies;
    size_t n_vocabularies;
};

/** Whether the levels of a feature are to be learned. */
static bool learns(const lsc_feature *feature)
{
    return feature->kind->has_other && !feature->levels.given;
}

lsc_status lsc_spec_learner_new(lsc_spec *spec, lsc_spec_learner **learner, lsc_error *error)
{
    *learner = NULL;
    const lsc_spec_content *content = &spec->content;
    lsc_spec_learner *made = lsc_alloc(&spec->allocator, sizeof *made);
    vocabulary *vocabularies =
        lsc_alloc_array(&spec->allocator, content->n_features, sizeof *vocabularies);
    if (made == NULL || vocabularies == NULL) {
        lsc_release(&spec->allocator, made);
        lsc_release(&spec->allocator, vocabularies);
        return lsc_fail_memory(error);
    }
    *made = (lsc_spec_learner){.spec = lsc_spec_ref(spec), .vocabularies = vocabularies};
    lsc_arena_init(&made->arena, &spec->allocator);
    for (size_t i = 0; i < content->n_features; i++) {
        if (learns(&content->features[i])) {
            vocabulary *words = &made->vocabularies[made->n_vocabularies++];
            words->feature = &content->features[i];
            lsc_string_map_init(&words->places, &spec->allocator);
        }
    }
    *learner = made;
    return LSC_OK;
}

void lsc_spec_learner_free(lsc_spec_learner *learner)
{
    if (learner == NULL) {
        return;
    }
    lsc_spec *spec = learner->spec;
    for (size_t i = 0; i < learner->n_vocabularies; i++) {
        lsc_string_map_free(&learner->vocabularies[i].places);
        lsc_release(&spec->allocator, learner->vocabularies[i].counts);
    }
    lsc_release(&spec->allocator, learner->vocabularies);
    lsc_arena_free(&learner->arena);
    lsc_release(&spec->allocator, learner);
    lsc_spec_unref(spec);
}

bool lsc_spec_learner_learns(const lsc_spec_learner *learner)
{
    return learner->n_vocabularies > 0;
}

static bool can_be_level(const lsc_feature *feature, const char *text, size_t length)
{
    return strlen(feature->name) + 1 + length <= LSC_MAX_NAME && strcmp(text, LSC_OTHER_LEVEL) != 0;
}

/** A new value, had by no lead so far. */
static lsc_status add_value(lsc_spec_learner *learner, vocabulary *words, const char *text,
                            size_t length, lsc_error *error)
{
    char *copy = lsc_arena_copy(&learner->arena, text, length);
    if (copy == NULL ||
        !lsc_grow(&learner->spec->allocator, (void **)&words->counts, &words->capacity,
                  words->n_counts + 1, sizeof *words->counts) ||
        lsc_string_map_insert(&words->places, copy, length, words->n_counts, NULL) == NULL) {
        return lsc_fail_memory(error);
    }
    words->counts[words->n_counts++] = (level_count){lsc_name_of(copy, length), 0, 0};
    return LSC_OK;
}

static lsc_status count_value(lsc_spec_learner *learner, vocabulary *words, const char *text,
                              uint64_t lead_number, lsc_error *error)
{
    size_t length = strlen(text);
    const uint64_t *place = lsc_string_map_find(&words->places, text, length);
    size_t at = place != NULL ? (size_t)*place : words->n_counts;
    if (place == NULL) {
        if (words->n_counts == MAX_COUNTED_VALUES || !can_be_level(words->feature, text, length)) {
            return LSC_OK;
        }
        lsc_status status = add_value(learner, words, text, length, error);
        if (status != LSC_OK) {
            return status;
        }
    }
    level_count *count = &words->counts[at];
    if (count->n_leads == 0 || count->last_lead != lead_number) {
        count->n_leads++;
        count->last_lead = lead_number;
    }
    return LSC_OK;
}

lsc_status lsc_spec_learner_add(lsc_spec_learner *learner, lsc_lead *lead, uint64_t lead_number,
                                int64_t as_of_ms, lsc_error *error)
{
    lsc_view view;
    lsc_view_init(&view, lead, as_of_ms);
    for (size_t i = 0; i < learner->n_vocabularies; i++) {
        vocabulary *words = &learner->vocabularies[i];
        const lsc_value *value = lsc_view_value(&view, &words->feature->property);
        char scratch[LSC_VALUE_TEXT_SIZE];
        const char *text = value != NULL ? lsc_value_text(value, scratch) : NULL;
        lsc_status status =
            text != NULL ? count_value(learner, words, text, lead_number, error) : LSC_OK;
        if (status != LSC_OK) {
            return status;
        }
    }
    return LSC_OK;
}

/** The most frequent first; of equal ones the first by bytes. */
static int compare_counts(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const level_count *left = a;
    const level_count *right = b;
    if (left->n_leads != right->n_leads) {
        return left->n_leads > right->n_leads ? -1 : 1;
    }
    return lsc_text_compare(left->level.text, left->level.length, right->level.text,
                            right->level.length);
}

/** Sort the counts; how many of the first are levels. */
static size_t rank_counts(vocabulary *words)
{
    lsc_sort(words->counts, words->n_counts, sizeof *words->counts, compare_counts, NULL);
    size_t n = 0;
    while (n < words->n_counts && n < LSC_MAX_LEVELS &&
           words->counts[n].n_leads >= LSC_LEVEL_SUPPORT) {
        n++;
    }
    return n;
}

static lsc_status take_levels(lsc_spec_learner *learner, vocabulary *words, lsc_feature *feature,
                              lsc_error *error)
{
    size_t n = rank_counts(words);
    lsc_name *levels = lsc_arena_alloc(&learner->arena, n * sizeof *levels);
    if (levels == NULL) {
        return lsc_fail_memory(error);
    }
    for (size_t i = 0; i < n; i++) {
        levels[i] = words->counts[i].level;
    }
    feature->levels = (lsc_name_list){levels, n, true};
    return LSC_OK;
}

lsc_status lsc_spec_learner_finish(lsc_spec_learner *learner, lsc_spec **learned, lsc_error *error)
{
    *learned = NULL;
    const lsc_spec_content *content = &learner->spec->content;
    const lsc_allocator *allocator = &learner->spec->allocator;
    lsc_spec_content filled = *content;
    filled.features = lsc_alloc_array(allocator, content->n_features, sizeof *filled.features);
    if (filled.features == NULL) {
        return lsc_fail_memory(error);
    }
    memcpy(filled.features, content->features, content->n_features * sizeof *filled.features);
    lsc_status status = LSC_OK;
    for (size_t i = 0; i < learner->n_vocabularies && status == LSC_OK; i++) {
        vocabulary *words = &learner->vocabularies[i];
        size_t feature = (size_t)(words->feature - content->features);
        status = take_levels(learner, words, &filled.features[feature], error);
    }
    if (status == LSC_OK) {
        status = lsc_spec_build(&filled, allocator, learned, error);
    }
    lsc_release(allocator, filled.features);
    return status;
}
