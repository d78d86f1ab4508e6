/**
 * @file reply.h
 * An answer while it is made: status, headers, bytes.
 */
#ifndef SRV_REPLY_H
#define SRV_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "shared_bytes.h"

#define SRV_MAX_REPLY_HEADERS 16
#define SRV_ETAG_BYTES 35 /**< of an entity tag, with its quotes and the final NUL */
#define SRV_ETAG_SIZE 40  /**< room for one with "-gzip" */

#define SRV_REPLY_ROOM 1024

typedef struct srv_reply_header {
    const char *name;
    char *value; /**< in the answer's room, or in memory of its own where that is full */
} srv_reply_header;

/** An answer. Zero is one that has not been made. It stays where it is: it points into itself. */
typedef struct srv_answer {
    unsigned status; /**< 0: none yet */
    char content_type[64];
    const char *bytes; /**< NULL: no body */
    size_t length;
    srv_shared *shared; /**< what the bytes are of; NULL: they are its own */
    srv_reply_header headers[SRV_MAX_REPLY_HEADERS];
    size_t n_headers;
    size_t n_room;
    char room[SRV_REPLY_ROOM]; /**< for values of headers */
} srv_answer;

/** Set status and bytes, which are taken. What was set before is gone; headers stay. */
void srv_answer_set(srv_answer *answer, unsigned status, const char *content_type, char *bytes,
                    size_t length);
/** As srv_answer_set(), with bytes of what several hold; takes the caller's hold. */
void srv_answer_share(srv_answer *answer, unsigned status, const char *content_type,
                      const char *bytes, size_t length, srv_shared *shared);
/** The bytes are somebody else's, who calls `let_go(owner)` when they have been sent. */
typedef void srv_let_go(void *owner);
srv_let_go *srv_answer_take_bytes(srv_answer *answer, void **owner);
/** Add a header, or set it anew; the value ends at the first control character. One too many is left out. The name is a
    text that stays, always written the same way. */
void srv_answer_header(srv_answer *answer, const char *name, const char *value);
/** The value of a header that was added; NULL: none. */
const char *srv_answer_get(const srv_answer *answer, const char *name);
/** Take a header away that was added, if it was. */
void srv_answer_drop(srv_answer *answer, const char *name);
void srv_answer_free(srv_answer *answer);

/** The strong entity tag of bytes. */
void srv_etag(const void *bytes, size_t length, char etag[SRV_ETAG_BYTES]);
/** Whether a header If-None-Match or If-Match names an entity tag, or says "*". A tag that was given out for
    a compressed body is the same thing here. */
bool srv_etag_is_named(const char *header, const char *etag);

/** Compress the bytes as gzip, if that makes them fewer. */
void srv_answer_compress(srv_answer *answer);

#endif
