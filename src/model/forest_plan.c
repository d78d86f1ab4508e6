#include "forest_plan.h"

#include <string.h>

static lsc_status build(const lsc_forest *forest, size_t budget_bytes,
                        const lsc_allocator *allocator, lsc_forest_plan *plan, lsc_error *error)
{
    lsc_status status = lsc_ranks_build(forest, allocator, &plan->ranks, error);
    if (status != LSC_OK) {
        return status;
    }
    size_t taken = plan->ranks.size_bytes;
    if (taken > budget_bytes) {
        lsc_ranks_free(&plan->ranks);
        return LSC_OK;
    }
    return lsc_byte_heap_build(forest, &plan->ranks, budget_bytes - taken, allocator, &plan->heap,
                               error);
}

lsc_status lsc_forest_plan_build(const lsc_forest *forest, lsc_cpu cpu, size_t budget_bytes,
                                 const lsc_allocator *allocator, lsc_forest_plan *plan,
                                 lsc_error *error)
{
    memset(plan, 0, sizeof *plan);
    plan->cpu = cpu;
    if (cpu == LSC_CPU_GENERAL) {
        return LSC_OK;
    }
    return build(forest, budget_bytes, allocator, plan, error);
}

size_t lsc_forest_plan_size(const lsc_forest_plan *plan)
{
    return plan->ranks.size_bytes + plan->heap.size_bytes;
}

void lsc_forest_plan_free(lsc_forest_plan *plan)
{
    lsc_ranks_free(&plan->ranks);
    lsc_byte_heap_free(&plan->heap);
}
