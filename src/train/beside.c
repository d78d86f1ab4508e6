#include "train/beside.h"

#include <pthread.h>
#include <stdbool.h>

/** Work in a thread of its own, and what came of it. */
typedef struct errand {
    lsc_work work;
    lsc_status status;
    lsc_error error;
} errand;

static void *run_errand(void *ctx)
{
    errand *one = ctx;
    one->status = one->work.run(one->work.ctx, &one->error);
    return NULL;
}

lsc_status lsc_work_beside(const lsc_work *first, const lsc_work *second, size_t threads,
                           lsc_error *error)
{
    errand other = {.work = *second, .error = LSC_ERROR_INIT};
    pthread_t thread;
    bool started = threads > 1 && second->run != NULL &&
                   pthread_create(&thread, NULL, run_errand, &other) == 0;
    lsc_status status = first->run(first->ctx, error);
    if (!started) {
        return status == LSC_OK && second->run != NULL ? second->run(second->ctx, error) : status;
    }
    pthread_join(thread, NULL);
    if (status == LSC_OK && other.status != LSC_OK && error != NULL) {
        *error = other.error;
    }
    return status != LSC_OK ? status : other.status;
}
