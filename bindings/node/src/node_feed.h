/**
 * @file node_feed.h
 * A copy that JavaScript's thread makes while another reads what is there of it.
 *
 * The one who copies waits for nobody: the other may still be waiting for its turn in the pool.
 */
#ifndef LSC_NODE_FEED_H
#define LSC_NODE_FEED_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct lsc_node_feed {
    pthread_mutex_t mutex; /**< of `n_there` */
    pthread_cond_t more;
    size_t n_there; /**< of the floats, from the first on */
} lsc_node_feed;

/** Begin with so many floats there. False when memory runs out. */
bool lsc_node_feed_init(lsc_node_feed *feed, size_t n_there);
void lsc_node_feed_end(lsc_node_feed *feed);

/** Copy all floats, and say after each `piece` of them that they are there. In JavaScript's thread. */
void lsc_node_feed_copy(lsc_node_feed *feed, float *to, const float *from, size_t n, size_t piece);

/** Wait until the first `n` floats are there, which can be read then. In the other thread. */
void lsc_node_feed_wait(lsc_node_feed *feed, size_t n);

#endif
