#include "forest.h"

#include <math.h>

float lsc_base_margin(float base_score)
{
    return -logf(1.0f / base_score - 1.0f);
}

void lsc_forest_set_base_margin(lsc_forest *forest, float base_margin)
{
    forest->base_margin = base_margin;
    forest->base_value = (double)base_margin + forest->trees_mean;
}

void lsc_forest_free(lsc_forest *forest)
{
    lsc_release(&forest->allocator, forest->nodes);
    lsc_release(&forest->allocator, forest->roots);
    lsc_release(&forest->allocator, forest->sets);
    lsc_release(&forest->allocator, forest->set_words);
    forest->nodes = NULL;
    forest->roots = NULL;
    forest->sets = NULL;
    forest->set_words = NULL;
}
