/**
 * @file call_data.h
 * What a call is made of, for what runs it; handlers see call.h alone.
 */
#ifndef SRV_CALL_DATA_H
#define SRV_CALL_DATA_H

#include "call.h"
#include "note_writer.h"
#include "reply.h"
#include "routes.h"
#include "trace/tracing.h"
#include "web_request.h"

#define SRV_REQUEST_ID_SIZE 65
#define SRV_CLIENT_SIZE 64
#define SRV_MAX_QUERY 32 /**< parameters in a query. One past is 400 */

/** A parameter of the query as it came, decoded. */
typedef struct srv_pair {
    const char *name;
    const char *value;
} srv_pair;

struct srv_call {
    srv_app *app;
    srv_request *request;
    const srv_operation *operation; /**< NULL: no path or method of the document */
    srv_answer answer;
    char request_id[SRV_REQUEST_ID_SIZE];
    char client[SRV_CLIENT_SIZE];
    int64_t now_ms;
    int64_t began_us;
    srv_segments segments;
    srv_pair query[SRV_MAX_QUERY];
    size_t n_query;
    json_t *body;
    srv_principal who;
    bool has_who;
    bool keeps_answer; /**< it is to be given again for the same Idempotency-Key */
    bool has_note;     /**< the answer waits for it */
    srv_note note;
    srv_handler *aside;     /**< what is to answer it; NULL: the handler did */
    bool is_in_line;        /**< and of its organization one at a time */
    srv_trace_aside *trace; /**< while it waits */
};

/** Bytes of a body that are kept of anybody. Those of public operations have no more. */
#define SRV_ANYBODYS_BYTES 16384

/** The most bytes that a body may have, asked before all of it is there: more than anybody's of who may send it. */
size_t srv_call_most_bytes(srv_app *app, srv_request *request);

/**
 * Run a request from its path to its answer. The answer is made whatever happens.
 * @return false: it waits, for its note or for what is to answer it, and is done with by srv_call_end().
 */
bool srv_call_run(srv_call *call);

/** Do what is to answer it, in a thread of its own. */
void srv_call_do_aside(srv_call *call);

/** What is left to do when its note has been told, or it was answered aside. Without an answer it is 503. */
void srv_call_end(srv_call *call);

/** Free what a call holds. */
void srv_call_free(srv_call *call);

#endif
