#include "node_feed.h"

#include <string.h>

bool lsc_node_feed_init(lsc_node_feed *feed, size_t n_there)
{
    feed->n_there = n_there;
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

void lsc_node_feed_copy(lsc_node_feed *feed, float *to, const float *from, size_t n, size_t piece)
{
    for (size_t at = 0; at < n; at += piece) {
        size_t length = n - at < piece ? n - at : piece;
        memcpy(to + at, from + at, length * sizeof(float));
        pthread_mutex_lock(&feed->mutex);
        feed->n_there = at + length;
        pthread_cond_signal(&feed->more);
        pthread_mutex_unlock(&feed->mutex);
    }
}

void lsc_node_feed_wait(lsc_node_feed *feed, size_t n)
{
    pthread_mutex_lock(&feed->mutex);
    while (feed->n_there < n) {
        pthread_cond_wait(&feed->more, &feed->mutex);
    }
    pthread_mutex_unlock(&feed->mutex);
}
