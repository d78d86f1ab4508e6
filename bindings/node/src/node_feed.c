#include "node_feed.h"

#include <string.h>

bool lsc_node_feed_init(lsc_node_feed *feed, size_t n_rows, size_t piece, bool all_there)
{
    feed->n_rows = n_rows;
    feed->piece = piece;
    feed->n_there = all_there ? n_rows : 0;
    feed->n_given = 0;
    feed->stopped = false;
    if (pthread_mutex_init(&feed->mutex, NULL) != 0) {
        return false;
    }
    if (pthread_cond_init(&feed->more, NULL) != 0) {
        pthread_mutex_destroy(&feed->mutex);
        return false;
    }
    return true;
}

void lsc_node_feed_end(lsc_node_feed *feed)
{
    pthread_cond_destroy(&feed->more);
    pthread_mutex_destroy(&feed->mutex);
}

/** How many rows the piece has that begins at one. */
static size_t rows_from(const lsc_node_feed *feed, size_t first)
{
    size_t left = feed->n_rows - first;
    return left < feed->piece ? left : feed->piece;
}

void lsc_node_feed_copy(lsc_node_feed *feed, float *to, const float *from, size_t n_columns)
{
    size_t n = 0;
    for (size_t first = 0; first < feed->n_rows; first += n) {
        n = rows_from(feed, first);
        memcpy(to + first * n_columns, from + first * n_columns, n * n_columns * sizeof(float));
        pthread_mutex_lock(&feed->mutex);
        feed->n_there = first + n;
        pthread_cond_broadcast(&feed->more);
        pthread_mutex_unlock(&feed->mutex);
    }
}

/** With the mutex held. */
static void wait_for(lsc_node_feed *feed, size_t n_rows)
{
    while (feed->n_there < n_rows) {
        pthread_cond_wait(&feed->more, &feed->mutex);
    }
}

size_t lsc_node_feed_take(lsc_node_feed *feed, size_t *first)
{
    pthread_mutex_lock(&feed->mutex);
    *first = feed->n_given;
    size_t n = feed->stopped ? 0 : rows_from(feed, *first);
    feed->n_given += n;
    wait_for(feed, *first + n);
    pthread_mutex_unlock(&feed->mutex);
    return n;
}

bool lsc_node_feed_stop(lsc_node_feed *feed)
{
    pthread_mutex_lock(&feed->mutex);
    bool first = !feed->stopped;
    feed->stopped = true;
    pthread_mutex_unlock(&feed->mutex);
    return first;
}

void lsc_node_feed_wait(lsc_node_feed *feed)
{
    pthread_mutex_lock(&feed->mutex);
    wait_for(feed, feed->n_rows);
    pthread_mutex_unlock(&feed->mutex);
}
