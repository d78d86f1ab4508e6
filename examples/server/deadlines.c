#include "deadlines.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "wall_clock.h"

typedef struct watched_socket {
    struct watched_socket *next;
    struct watched_socket **at; /**< what points to it */
    int socket;
    atomic_int_fast64_t since_us;
} watched_socket;

struct srv_deadlines {
    pthread_mutex_t lock;
    pthread_cond_t ended;
    pthread_t thread;
    bool has_thread;
    bool ends;
    int64_t allowed_us;
    watched_socket *first;
};

/* The socket is open: libmicrohttpd tells of its end before it closes it, and waits for the lock. */
static void end_late_ones(const srv_deadlines *deadlines)
{
    int64_t now_us = srv_ticks_us();
    for (watched_socket *each = deadlines->first; each != NULL; each = each->next) {
        if (now_us - each->since_us > deadlines->allowed_us) {
            shutdown(each->socket, SHUT_RDWR);
        }
    }
}

static void *watch(void *ctx)
{
    srv_deadlines *deadlines = ctx;
    pthread_mutex_lock(&deadlines->lock);
    while (!deadlines->ends) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++;
        pthread_cond_timedwait(&deadlines->ended, &deadlines->lock, &until);
        end_late_ones(deadlines);
    }
    pthread_mutex_unlock(&deadlines->lock);
    return NULL;
}

srv_deadlines *srv_deadlines_new(int64_t seconds)
{
    srv_deadlines *deadlines = calloc(1, sizeof(*deadlines));
    if (deadlines == NULL) {
        return NULL;
    }
    deadlines->allowed_us = seconds * 1000000;
    pthread_mutex_init(&deadlines->lock, NULL);
    pthread_cond_init(&deadlines->ended, NULL);
    deadlines->has_thread = pthread_create(&deadlines->thread, NULL, watch, deadlines) == 0;
    if (!deadlines->has_thread) {
        srv_deadlines_free(deadlines);
        return NULL;
    }
    return deadlines;
}

void srv_deadlines_free(srv_deadlines *deadlines)
{
    if (deadlines == NULL) {
        return;
    }
    pthread_mutex_lock(&deadlines->lock);
    deadlines->ends = true;
    pthread_cond_signal(&deadlines->ended);
    pthread_mutex_unlock(&deadlines->lock);
    if (deadlines->has_thread) {
        pthread_join(deadlines->thread, NULL);
    }
    pthread_cond_destroy(&deadlines->ended);
    pthread_mutex_destroy(&deadlines->lock);
    free(deadlines);
}

static void begin(srv_deadlines *deadlines, struct MHD_Connection *connection, void **context)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    watched_socket *added = info != NULL ? calloc(1, sizeof(*added)) : NULL;
    *context = added;
    if (added == NULL) {
        return;
    }
    added->socket = info->connect_fd;
    added->since_us = srv_ticks_us();
    pthread_mutex_lock(&deadlines->lock);
    added->next = deadlines->first;
    added->at = &deadlines->first;
    if (added->next != NULL) {
        added->next->at = &added->next;
    }
    deadlines->first = added;
    pthread_mutex_unlock(&deadlines->lock);
}

static void end(srv_deadlines *deadlines, void **context)
{
    watched_socket *gone = *context;
    *context = NULL;
    if (gone == NULL) {
        return;
    }
    pthread_mutex_lock(&deadlines->lock);
    *gone->at = gone->next;
    if (gone->next != NULL) {
        gone->next->at = gone->at;
    }
    pthread_mutex_unlock(&deadlines->lock);
    free(gone);
}

void srv_deadlines_notify(void *deadlines, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        begin(deadlines, connection, context);
    } else {
        end(deadlines, context);
    }
}

void srv_deadlines_renew(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    watched_socket *watched = info != NULL ? info->socket_context : NULL;
    if (watched != NULL) {
        watched->since_us = srv_ticks_us();
    }
}
