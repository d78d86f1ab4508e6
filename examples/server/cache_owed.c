#include "cache_owed.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hash_table.h"
#include "need.h"

/* How long after a key that could not be sent. While Redis is taken to be away that costs nothing. */
#define RETRY_MS 200

typedef struct debt {
    char *key;
    uint64_t n_added;
    UT_hash_handle hh;
} debt;

struct srv_owed {
    srv_owed_send *send;
    void *context;
    pthread_t thread;
    pthread_mutex_t lock;   /* of what follows */
    pthread_cond_t changed; /* the first was added, or it ends */
    debt *debts;            /* the oldest first */
    uint64_t n_added;
    bool ends;
    atomic_uint n_debts; /* so that it costs nothing to ask where there are none */
};

static void drop(srv_owed *owed, debt *found)
{
    HASH_DEL(owed->debts, found);
    atomic_fetch_sub(&owed->n_debts, 1);
    free(found->key);
    free(found);
}

/* With the lock, which is let go meanwhile. */
static void wait_a_little(srv_owed *owed)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += RETRY_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&owed->changed, &owed->lock, &until);
}

/* Send the oldest. With the lock, which is let go meanwhile: it may be added again, and is then owed once more. */
static void send_one(srv_owed *owed)
{
    uint64_t n_added = owed->debts->n_added;
    char *key = srv_need(strdup(owed->debts->key));
    debt *found;
    bool is_sent;

    pthread_mutex_unlock(&owed->lock);
    is_sent = owed->send(owed->context, key);
    pthread_mutex_lock(&owed->lock);
    HASH_FIND_STR(owed->debts, key, found);
    free(key);
    if (is_sent && found != NULL && found->n_added == n_added) {
        drop(owed, found);
    } else if (!is_sent && !owed->ends) {
        wait_a_little(owed);
    }
}

static void *run(void *state)
{
    srv_owed *owed = state;

    pthread_mutex_lock(&owed->lock);
    while (!owed->ends) {
        if (owed->debts != NULL) {
            send_one(owed);
        } else {
            pthread_cond_wait(&owed->changed, &owed->lock);
        }
    }
    pthread_mutex_unlock(&owed->lock);
    return NULL;
}

srv_owed *srv_owed_open(srv_owed_send *send, void *context)
{
    srv_owed *owed = srv_need(calloc(1, sizeof *owed));
    pthread_condattr_t monotonic;

    srv_table_begin();
    owed->send = send;
    owed->context = context;
    pthread_mutex_init(&owed->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&owed->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&owed->thread, NULL, run, owed) != 0) {
        abort();
    }
    return owed;
}

void srv_owed_close(srv_owed *owed)
{
    pthread_mutex_lock(&owed->lock);
    owed->ends = true;
    pthread_cond_signal(&owed->changed);
    pthread_mutex_unlock(&owed->lock);
    pthread_join(owed->thread, NULL);
    while (owed->debts != NULL) {
        drop(owed, owed->debts);
    }
    pthread_cond_destroy(&owed->changed);
    pthread_mutex_destroy(&owed->lock);
    free(owed);
}

static debt *add(srv_owed *owed, const char *key)
{
    debt *made = srv_need(calloc(1, sizeof *made));

    if (atomic_load(&owed->n_debts) == SRV_OWED_MAX) {
        drop(owed, owed->debts);
    } else if (owed->debts == NULL) {
        pthread_cond_signal(&owed->changed);
    }
    made->key = srv_need(strdup(key));
    HASH_ADD_KEYPTR(hh, owed->debts, made->key, strlen(made->key), made);
    atomic_fetch_add(&owed->n_debts, 1);
    return made;
}

void srv_owed_add(srv_owed *owed, const char *key)
{
    debt *found;

    pthread_mutex_lock(&owed->lock);
    HASH_FIND_STR(owed->debts, key, found);
    if (found == NULL) {
        found = add(owed, key);
    }
    found->n_added = ++owed->n_added;
    pthread_mutex_unlock(&owed->lock);
}

bool srv_owed_has(srv_owed *owed, const char *key)
{
    debt *found = NULL;

    if (atomic_load(&owed->n_debts) > 0) {
        pthread_mutex_lock(&owed->lock);
        HASH_FIND_STR(owed->debts, key, found);
        pthread_mutex_unlock(&owed->lock);
    }
    return found != NULL;
}
