#include "tree_lanes.h"

#include <string.h>

static void fill_group(const lsc_byte_heap *heap, size_t group, lsc_lane_node *nodes)
{
    size_t n = (size_t)1 << heap->depth;
    for (size_t lane = 0; lane < LSC_LANE_TREES; lane++) {
        size_t tree = group * LSC_LANE_TREES + lane;
        for (size_t i = 1; i < n; i++) {
            bool there = tree < heap->n_trees;
            nodes[i].slots[lane] = there ? heap->nodes[tree * n + i].slot : 0;
            nodes[i].ranks[lane] = there ? heap->nodes[tree * n + i].rank : 255;
        }
    }
}

lsc_status lsc_tree_lanes_build(const lsc_byte_heap *heap, size_t budget_bytes,
                                const lsc_allocator *allocator, lsc_tree_lanes *lanes,
                                lsc_error *error)
{
    memset(lanes, 0, sizeof *lanes);
    lanes->allocator = *allocator;
    if (heap->depth == 0) {
        return LSC_OK;
    }
    size_t n = (size_t)1 << heap->depth;
    size_t n_groups = (heap->n_trees + LSC_LANE_TREES - 1) / LSC_LANE_TREES;
    size_t size = n_groups * n * sizeof *lanes->nodes;
    if (size > budget_bytes) {
        return LSC_OK;
    }
    lanes->nodes = lsc_alloc_aligned(allocator, n_groups * n, sizeof *lanes->nodes);
    if (lanes->nodes == NULL) {
        return lsc_fail_memory(error);
    }
    for (size_t group = 0; group < n_groups; group++) {
        fill_group(heap, group, lanes->nodes + group * n);
    }
    lanes->n_groups = n_groups;
    lanes->size_bytes = size;
    return LSC_OK;
}

void lsc_tree_lanes_free(lsc_tree_lanes *lanes)
{
    lsc_release_aligned(&lanes->allocator, lanes->nodes);
    memset(lanes, 0, sizeof *lanes);
}
