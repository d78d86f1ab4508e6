#include "forest_plan.h"

#include <string.h>

static lsc_status build(const lsc_forest *forest, size_t budget_bytes,
                        const lsc_allocator *allocator, lsc_forest_plan *plan, lsc_error *error)
{
    lsc_status status = lsc_ranks_build(forest, allocator, &plan->ranks, error);
    if (status != LSC_OK) {
        return status;
    }
    if (plan->ranks.size_bytes > budget_bytes) {
        lsc_ranks_free(&plan->ranks);
        return LSC_OK;
    }
    budget_bytes -= plan->ranks.size_bytes;
    status = lsc_byte_heap_build(forest, &plan->ranks, budget_bytes, allocator, &plan->heap, error);
    if (status != LSC_OK) {
        return status;
    }
    budget_bytes -= plan->heap.size_bytes;
    status = lsc_tree_lanes_build(&plan->heap, budget_bytes, allocator, &plan->lanes, error);
    if (status != LSC_OK || plan->lanes.n_groups == 0) {
        return status;
    }
    budget_bytes -= plan->lanes.size_bytes;
    status = lsc_shap_tables_build(&plan->shap, plan->heap.depth, lsc_cpu_lanes(plan->cpu),
                                   budget_bytes, allocator, &plan->tables, error);
    if (status != LSC_OK || plan->tables.depth > 0) {
        return status;
    }
    return lsc_shap_lanes_build(&plan->shap, plan->heap.depth, lsc_cpu_lanes(plan->cpu),
                                budget_bytes, allocator, &plan->shap_lanes, error);
}

lsc_status lsc_forest_plan_build(const lsc_forest *forest, lsc_cpu cpu, size_t budget_bytes,
                                 const lsc_allocator *allocator, lsc_forest_plan *plan,
                                 lsc_error *error)
{
    memset(plan, 0, sizeof *plan);
    plan->cpu = cpu;
    lsc_status status = lsc_shap_plan_build(forest, allocator, &plan->shap, error);
    if (status != LSC_OK || cpu == LSC_CPU_GENERAL) {
        return status;
    }
    return build(forest, budget_bytes, allocator, plan, error);
}

size_t lsc_forest_plan_size(const lsc_forest_plan *plan)
{
    return plan->shap.size_bytes + plan->ranks.size_bytes + plan->heap.size_bytes +
           plan->lanes.size_bytes + plan->tables.size_bytes + plan->shap_lanes.size_bytes;
}

void lsc_forest_plan_free(lsc_forest_plan *plan)
{
    lsc_shap_plan_free(&plan->shap);
    lsc_ranks_free(&plan->ranks);
    lsc_byte_heap_free(&plan->heap);
    lsc_tree_lanes_free(&plan->lanes);
    lsc_shap_tables_free(&plan->tables);
    lsc_shap_lanes_free(&plan->shap_lanes);
}
