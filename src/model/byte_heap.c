#include "byte_heap.h"

#include <string.h>

/** Leaves that a kernel may read past the last. */
#define READ_PAST 16

/** No byte is more: a split that always goes left. */
static const lsc_rank_split always_left = {0, 255};

/** Place a tree: `places` says which node of the forest each node of the heap is. */
static void fill_tree(const lsc_forest *forest, const lsc_ranks *ranks, uint32_t root, size_t depth,
                      lsc_rank_split *nodes, float *leaves)
{
    uint32_t places[2 << LSC_MAX_HEAP_DEPTH];
    size_t n = (size_t)1 << depth;
    places[1] = root;
    for (size_t i = 1; i < n; i++) {
        const lsc_node *node = &forest->nodes[places[i]];
        bool leaf = node->left == 0;
        nodes[i] = leaf ? always_left : lsc_ranks_place(ranks, node);
        places[2 * i] = leaf ? places[i] : node->left;
        places[2 * i + 1] = leaf ? places[i] : node->left + 1;
    }
    for (size_t i = 0; i < n; i++) {
        leaves[i] = forest->nodes[places[n + i]].value;
    }
}

lsc_status lsc_byte_heap_build(const lsc_forest *forest, const lsc_ranks *ranks,
                               size_t budget_bytes, const lsc_allocator *allocator,
                               lsc_byte_heap *heap, lsc_error *error)
{
    memset(heap, 0, sizeof *heap);
    heap->allocator = *allocator;
    size_t depth = forest->max_depth;
    if (ranks->n_slots == 0 || depth > LSC_MAX_HEAP_DEPTH) {
        return LSC_OK;
    }
    size_t n = (size_t)1 << depth;
    size_t size = forest->n_trees * n * (sizeof *heap->nodes + sizeof *heap->leaves);
    if (size > budget_bytes) {
        return LSC_OK;
    }
    heap->nodes = lsc_alloc_aligned(allocator, forest->n_trees * n, sizeof *heap->nodes);
    heap->leaves =
        lsc_alloc_aligned(allocator, forest->n_trees * n + READ_PAST, sizeof *heap->leaves);
    if (heap->nodes == NULL || heap->leaves == NULL) {
        return lsc_fail_memory(error);
    }
    for (size_t tree = 0; tree < forest->n_trees; tree++) {
        fill_tree(forest, ranks, forest->roots[tree], depth, heap->nodes + tree * n,
                  heap->leaves + tree * n);
    }
    heap->depth = depth;
    heap->n_trees = forest->n_trees;
    heap->size_bytes = size;
    return LSC_OK;
}

void lsc_byte_heap_free(lsc_byte_heap *heap)
{
    lsc_release_aligned(&heap->allocator, heap->nodes);
    lsc_release_aligned(&heap->allocator, heap->leaves);
    memset(heap, 0, sizeof *heap);
}
