/**
 * @file reply.h
 * An answer while it is made: status, headers, bytes.
 */
#ifndef SRV_REPLY_H
#define SRV_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#define SRV_MAX_REPLY_HEADERS 16
#define SRV_ETAG_SIZE 40 /**< room for an entity tag, with quotes and the final NUL */

typedef struct srv_reply_header {
    char *name;
    char *value;
} srv_reply_header;

/** An answer. Zero is one that has not been made. */
typedef struct srv_answer {
    unsigned status; /**< 0: none yet */
    char content_type[64];
    char *bytes; /**< NULL: no body */
    size_t length;
    srv_reply_header headers[SRV_MAX_REPLY_HEADERS];
    size_t n_headers;
} srv_answer;

/** Set status and bytes, which are taken. What was set before is gone; headers stay. */
void srv_answer_set(srv_answer *answer, unsigned status, const char *content_type, char *bytes,
                    size_t length);
/** Add a header, or set it anew; the value ends at the first control character. One too many is left out. */
void srv_answer_header(srv_answer *answer, const char *name, const char *value);
/** The value of a header that was added; NULL: none. */
const char *srv_answer_get(const srv_answer *answer, const char *name);
void srv_answer_free(srv_answer *answer);

/** The strong entity tag of bytes. */
void srv_etag(const void *bytes, size_t length, char etag[SRV_ETAG_SIZE]);
/** Whether a header If-None-Match or If-Match names an entity tag, or says "*". A tag that was given out for
    a compressed body is the same thing here. */
bool srv_etag_is_named(const char *header, const char *etag);

/** Compress the bytes as gzip, if that makes them fewer. */
void srv_answer_compress(srv_answer *answer);

#endif
