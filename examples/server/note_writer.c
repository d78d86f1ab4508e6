#include "note_writer.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include <leadscore/store.h>

#include "wall_clock.h"
#include "worker.h"

struct srv_note_writer {
    srv_app *app;
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t came;
    srv_note *first; /* that waits */
    srv_note **last; /* where the next one is hung */
    bool ends;
    pthread_mutex_t turn; /* to write: SQLite would ask again and again, and sleep between */
};

static lsc_status note_access(lsc_store *store, srv_note *note)
{
    lsc_store_actor actor = LSC_STORE_ACTOR_INIT;
    actor.uuid = note->actor;
    actor.now_ms = srv_tell_time;
    lsc_status status = lsc_store_set_actor(store, &actor, &note->error);
    return status == LSC_OK
               ? lsc_store_note_access(store, note->organization, note->lead_id, &note->error)
               : status;
}

/* Those that were well have come to nothing. */
static void fail_all(srv_note *notes, const lsc_error *error)
{
    for (srv_note *note = notes; note != NULL; note = note->next) {
        if (note->error.status == LSC_OK) {
            note->error = *error;
        }
    }
}

/* In one transaction. A note that cannot be made, since its lead is gone, is left out of it. */
static void write_all(srv_note_writer *writer, srv_note *notes)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_store *store = srv_worker_store(writer->app, &error);
    pthread_mutex_lock(&writer->turn);
    lsc_status status = store != NULL ? lsc_store_begin(store, &error) : error.status;
    if (status == LSC_OK) {
        for (srv_note *note = notes; note != NULL; note = note->next) {
            note_access(store, note);
        }
        status = lsc_store_commit(store, &error);
    }
    pthread_mutex_unlock(&writer->turn);
    if (status != LSC_OK) {
        fail_all(notes, &error);
    }
}

/* What is told may be gone. */
static void tell_all(srv_note *notes)
{
    while (notes != NULL) {
        srv_note *note = notes;
        notes = note->next;
        note->tell(note->ctx);
    }
}

/* The next ones, when there are any. With the lock. NULL: there will be none. */
static srv_note *take(srv_note_writer *writer)
{
    while (writer->first == NULL && !writer->ends) {
        pthread_cond_wait(&writer->came, &writer->lock);
    }
    srv_note *notes = writer->first;
    srv_note **end = &notes;
    for (int n = 0; n < SRV_MAX_NOTES && *end != NULL; n++) {
        end = &(*end)->next;
    }
    writer->first = *end;
    writer->last = *end != NULL ? writer->last : &writer->first;
    *end = NULL;
    return notes;
}

static srv_note *take_next(srv_note_writer *writer)
{
    pthread_mutex_lock(&writer->lock);
    srv_note *notes = take(writer);
    pthread_mutex_unlock(&writer->lock);
    return notes;
}

static void *run(void *ctx)
{
    srv_note_writer *writer = ctx;
    srv_note *notes;
    while ((notes = take_next(writer)) != NULL) {
        write_all(writer, notes);
        tell_all(notes);
    }
    srv_worker_end();
    return NULL;
}

srv_note_writer *srv_note_writer_new(srv_app *app)
{
    srv_note_writer *writer = calloc(1, sizeof(*writer));
    if (writer == NULL) {
        return NULL;
    }
    writer->app = app;
    writer->last = &writer->first;
    pthread_mutex_init(&writer->lock, NULL);
    pthread_mutex_init(&writer->turn, NULL);
    pthread_cond_init(&writer->came, NULL);
    writer->has_thread = pthread_create(&writer->thread, NULL, run, writer) == 0;
    if (!writer->has_thread) {
        srv_note_writer_free(writer);
        return NULL;
    }
    return writer;
}

void srv_note_writer_write(srv_note_writer *writer, srv_note *note)
{
    note->error = (lsc_error)LSC_ERROR_INIT;
    note->next = NULL;
    write_all(writer, note);
}

void srv_note_writer_add(srv_note_writer *writer, srv_note *note)
{
    note->error = (lsc_error)LSC_ERROR_INIT;
    note->next = NULL;
    pthread_mutex_lock(&writer->lock);
    bool is_late = writer->ends;
    if (!is_late) {
        *writer->last = note;
        writer->last = &note->next;
        pthread_cond_signal(&writer->came);
    }
    pthread_mutex_unlock(&writer->lock);
    if (is_late) {
        note->error = (lsc_error){LSC_BUSY, -1, "the server stops"};
        note->tell(note->ctx);
    }
}

void srv_note_writer_end(srv_note_writer *writer)
{
    if (writer == NULL || !writer->has_thread) {
        return;
    }
    pthread_mutex_lock(&writer->lock);
    writer->ends = true;
    pthread_cond_signal(&writer->came);
    pthread_mutex_unlock(&writer->lock);
    pthread_join(writer->thread, NULL);
    writer->has_thread = false;
}

void srv_note_writer_free(srv_note_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    srv_note_writer_end(writer);
    pthread_cond_destroy(&writer->came);
    pthread_mutex_destroy(&writer->lock);
    pthread_mutex_destroy(&writer->turn);
    free(writer);
}
