#include "train/isotonic.h"

/** Take the block behind into the one before it. */
static void join(lsc_block *block, const lsc_block *next)
{
    block->n_ties += next->n_ties;
    block->n_rows += next->n_rows;
    block->weight += next->weight;
    block->positive += next->positive;
}

size_t lsc_isotonic_fit(const lsc_margin_tie *ties, size_t n_ties, lsc_block *blocks)
{
    size_t n = 0;
    for (size_t i = 0; i < n_ties; i++) {
        blocks[n++] = (lsc_block){i, 1, ties[i].n_rows, ties[i].weight, ties[i].positive};
        while (n > 1 && blocks[n - 2].positive * blocks[n - 1].weight >=
                            blocks[n - 1].positive * blocks[n - 2].weight) {
            join(&blocks[n - 2], &blocks[n - 1]);
            n--;
        }
    }
    return n;
}

size_t lsc_blocks_join(lsc_block *blocks, size_t n_blocks, double least)
{
    size_t n = 0;
    for (size_t i = 0; i < n_blocks; i++) {
        if (n > 0 && blocks[n - 1].weight < least) {
            join(&blocks[n - 1], &blocks[i]);
        } else {
            blocks[n++] = blocks[i];
        }
    }
    if (n > 1 && blocks[n - 1].weight < least) {
        join(&blocks[n - 2], &blocks[n - 1]);
        n--;
    }
    return n;
}
