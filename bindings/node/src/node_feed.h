/**
 * @file node_feed.h
 * The rows of a table, given out in pieces to the threads that read them, also while JavaScript's thread still
 * copies them.
 *
 * The one who copies waits for nobody: the others may still be waiting for their turn in the pool.
 */
#ifndef LSC_NODE_FEED_H
#define LSC_NODE_FEED_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct lsc_node_feed {
    pthread_mutex_t mutex; /**< of what changes */
    pthread_cond_t more;
    size_t n_rows;
    size_t piece;   /**< rows that are given out together */
    size_t n_there; /**< of the rows, from the first on; changes */
    size_t n_given; /**< so many of them were given out; changes */
    bool stopped;   /**< changes */
} lsc_node_feed;

/** Begin, with none or all of the rows there. False when memory runs out. */
bool lsc_node_feed_init(lsc_node_feed *feed, size_t n_rows, size_t piece, bool all_there);
void lsc_node_feed_end(lsc_node_feed *feed);

/** Copy all rows of so many floats, and say after each piece that it is there. In JavaScript's thread. */
void lsc_node_feed_copy(lsc_node_feed *feed, float *to, const float *from, size_t n_columns);

/**
 * The next piece, once it is there. In other threads; each piece is given to one of them.
 * @param first  its first row
 * @return its rows; 0: no piece is left
 */
size_t lsc_node_feed_take(lsc_node_feed *feed, size_t *first);

/** Give out no more. @return whether this is the first to say so */
bool lsc_node_feed_stop(lsc_node_feed *feed);

/** Wait until all rows are there. In other threads. */
void lsc_node_feed_wait(lsc_node_feed *feed);

#endif
