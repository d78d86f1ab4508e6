#include "trace/span_export.h"

#include <pthread.h>
#include <stdlib.h>

#include <sodium.h>

#include "server_log.h"
#include "wall_clock.h"

struct srv_span_export {
    srv_span_queue *queue;
    srv_otlp_post *post;
    srv_otlp_source source;
    int64_t delay_ms;
    int64_t timeout_ms;
    pthread_t thread;
    bool is_failing; /**< as the log has it */
    atomic_int_fast64_t ends_us;
    atomic_uint_fast64_t sent;
    atomic_uint_fast64_t dropped;
    srv_span batch[SRV_EXPORT_BATCH];
};

/* Once when the collector is away, and once when it is back. */
static void note(srv_span_export *export, const srv_otlp_result *result)
{
    bool fails = result->outcome != SRV_OTLP_TAKEN;
    if (fails && !export->is_failing) {
        srv_log(SRV_WARNING, "traces_not_taken",
                json_pack("{s:I, s:s}", "status", (json_int_t)result->status, "message",
                          result->fault != NULL ? result->fault : "see the collector's log"));
    } else if (!fails && export->is_failing) {
        srv_log(SRV_INFO, "traces_taken_again", NULL);
    }
    export->is_failing = fails;
}

/* Half of it by chance, so that many servers do not come back at once. */
static int64_t vary(int64_t wait_ms)
{
    return wait_ms / 2 + randombytes_uniform((uint32_t)(wait_ms / 2) + 1);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Until `at_us`, unless that is after the end, which may come nearer meanwhile: then false. */
static bool wait_until(srv_span_export *export, int64_t at_us, int64_t until_us)
{
    bool is_open = true;
    while (srv_ticks_us() < at_us) {
        int64_t left_us = at_us - srv_ticks_us();
        if (at_us >= least(until_us, atomic_load(&export->ends_us))) {
            return false;
        }
        if (is_open) { /* Wakes when the server is to end; then there is nothing more to wake for. */
            is_open = srv_span_queue_pause(export->queue, left_us / 1000 + 1);
        } else {
            srv_sleep_ms(left_us / 1000 + 1);
        }
    }
    return true;
}

/* Wait as long as the collector asks for, or else by our own measure, which doubles. False: no more tries. */
static bool wait_for_another(srv_span_export *export, const srv_otlp_result *result,
                             int64_t *wait_ms, int64_t until_us)
{
    int64_t this_ms = result->retry_after_s > 0 ? result->retry_after_s * 1000 : vary(*wait_ms);
    *wait_ms = least(*wait_ms * 2, SRV_EXPORT_LAST_WAIT_MS);
    return wait_until(export, srv_ticks_us() + this_ms * 1000, until_us);
}

/* What came of it in the end. */
static srv_otlp_result send_until_taken(srv_span_export *export, const char *body)
{
    int64_t wait_ms = SRV_EXPORT_FIRST_WAIT_MS;
    int64_t until_us = srv_ticks_us() + SRV_EXPORT_PATIENCE_MS * INT64_C(1000);
    srv_otlp_result result;
    do {
        result = srv_otlp_post_send(export->post, body, export->timeout_ms, &export->ends_us);
        note(export, &result);
    } while (result.outcome == SRV_OTLP_LATER &&
             wait_for_another(export, &result, &wait_ms, until_us));
    return result;
}

static void send_batch(srv_span_export *export, size_t n)
{
    char *body = srv_otlp_request(&export->source, export->batch, n);
    uint64_t taken = 0;
    if (body != NULL) {
        srv_otlp_result result = send_until_taken(export, body);
        uint64_t rejected = result.rejected < n ? result.rejected : n;
        taken = result.outcome == SRV_OTLP_TAKEN ? n - rejected : 0;
    }
    free(body);
    atomic_fetch_add(&export->sent, taken);
    atomic_fetch_add(&export->dropped, n - taken);
}

/* Until the queue is closed, and then until it is empty. */
static void *work(void *ctx)
{
    srv_span_export *export = ctx;
    bool is_open = true;
    size_t n = 0;
    while (is_open || n > 0) {
        is_open = srv_span_queue_pause(export->queue, 0);
        n = srv_span_queue_take(export->queue, export->batch, SRV_EXPORT_BATCH, export->delay_ms);
        if (n > 0) {
            send_batch(export, n);
        }
    }
    return NULL;
}

static void free_parts(srv_span_export *export)
{
    srv_otlp_post_free(export->post);
    json_decref(export->source.resource);
    free(export);
}

srv_span_export *srv_span_export_start(srv_span_queue *queue, srv_otlp_post *post,
                                       const srv_otlp_source *source, int64_t delay_ms,
                                       int64_t timeout_ms)
{
    srv_span_export *export = calloc(1, sizeof(*export));
    if (export == NULL) {
        srv_otlp_post_free(post);
        json_decref(source->resource);
        return NULL;
    }
    export->queue = queue;
    export->post = post;
    export->source = *source;
    export->delay_ms = delay_ms;
    export->timeout_ms = timeout_ms;
    atomic_store(&export->ends_us, INT64_MAX);
    if (pthread_create(&export->thread, NULL, work, export) != 0) {
        free_parts(export);
        return NULL;
    }
    return export;
}

void srv_span_export_stop(srv_span_export *export)
{
    if (export == NULL) {
        return;
    }
    atomic_store(&export->ends_us, srv_ticks_us() + SRV_EXPORT_FLUSH_MS * INT64_C(1000));
    srv_span_queue_close(export->queue);
    pthread_join(export->thread, NULL);
    if (atomic_load(&export->dropped) > 0) {
        srv_log(SRV_WARNING, "traces_lost",
                json_pack("{s:I}", "spans", (json_int_t)atomic_load(&export->dropped)));
    }
    free_parts(export);
}

srv_export_counts srv_span_export_count(srv_span_export *export)
{
    return (srv_export_counts){atomic_load(&export->sent), atomic_load(&export->dropped)};
}
