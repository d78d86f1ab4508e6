/**
 * @file note_writer.h
 * Writes accesses to leads into the audit trail for requests whose answers wait for that.
 *
 * A note on the disk takes as long as a hundred in one transaction. So one thread writes them: whatever waits
 * when it is free goes together, and nothing waits for others to come.
 */
#ifndef SRV_NOTE_WRITER_H
#define SRV_NOTE_WRITER_H

#include <leadscore/leadscore.h>

#include "app.h"

/** Notes of one transaction: other writers of the store wait for so many at most. */
#define SRV_MAX_NOTES 512

/** An access to a lead that is to be noted. It stays where it is, as do its texts, until it is told. */
typedef struct srv_note {
    const char *organization;
    const char *lead_id;
    const char *actor; /**< UUID of who reads */
    lsc_error error;   /**< set before it is told. LSC_OK: it is in the trail, on the disk */
    /** Called once, by any thread: the note is the caller's again. */
    void (*tell)(void *ctx);
    void *ctx;
    struct srv_note *next; /**< the writer's */
} srv_note;

typedef struct srv_note_writer srv_note_writer;

/** NULL: no memory, or no thread. */
srv_note_writer *srv_note_writer_new(srv_app *app);

/** Write it at once, in this thread; it is not told of. */
void srv_note_writer_write(srv_note_writer *writer, srv_note *note);

/** Have it written. Any thread. */
void srv_note_writer_add(srv_note_writer *writer, srv_note *note);

/** Write what waits, and end. What comes later is told that it cannot be noted. NULL is allowed. */
void srv_note_writer_end(srv_note_writer *writer);

/** After its end, when nobody adds any more. NULL is allowed. */
void srv_note_writer_free(srv_note_writer *writer);

#endif
