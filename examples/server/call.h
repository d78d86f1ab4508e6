/**
 * @file call.h
 * One request, as a handler sees it: validated against the document, and authenticated.
 *
 * A handler answers exactly once, by srv_reply() or one of its kin, and returns. Where it does not, the
 * answer is 500. What a call gives belongs to it, and is valid until the handler returns.
 */
#ifndef SRV_CALL_H
#define SRV_CALL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <leadscore/leadscore.h>
#include <leadscore/store.h>

#include "app.h"
#include "principal.h"
#include "shared_bytes.h"

typedef struct srv_call srv_call;
typedef void srv_handler(srv_call *call);

/* What was asked. */

/** A parameter of the path, decoded. Never NULL for one that the document names. */
const char *srv_path(const srv_call *call, const char *name);
/** A parameter of the query, decoded; its default where it has one; else NULL. */
const char *srv_query(const srv_call *call, const char *name);
/** As srv_query(), of one that the document says is an integer. */
int64_t srv_query_integer(const srv_call *call, const char *name, int64_t absent);
/** As srv_query(), of a date-time; `absent` where it is not given. */
int64_t srv_query_time(const srv_call *call, const char *name, int64_t absent);
/** A header; NULL: none. Names are compared letter case apart. */
const char *srv_header(const srv_call *call, const char *name);
/** The body, valid by the schema of the operation; NULL: none, or it is no JSON. */
const json_t *srv_body(const srv_call *call);
/** The bytes of the body as they came. */
const void *srv_raw_body(const srv_call *call, size_t *length);
/** Who asks; NULL where the operation is public. */
const srv_principal *srv_who(const srv_call *call);
/** Their organization; NULL where the operation is public. */
const char *srv_organization(const srv_call *call);
/** When the request came: milliseconds since 1970. */
int64_t srv_now_ms(const srv_call *call);
/** The address of the client, as text. */
const char *srv_client(const srv_call *call);

/* What it takes to answer. */

/** The server: settings, metrics, models, and who listens. */
srv_app *srv_app_of(srv_call *call);
/** This thread's connection to the store, with who asks as its actor. NULL: it cannot be opened, and the
    request has been answered; the handler returns. */
lsc_store *srv_store(srv_call *call);
/** This thread's scorer of the organization's active model. NULL: there is none, and the request has been
    answered. */
lsc_scorer *srv_scorer(srv_call *call);

/* The answer. */

/** Add a header. Before the answer. The value must not hold line ends (they end it); the name is a text that
    stays. */
void srv_set_header(srv_call *call, const char *name, const char *value);
/** Answer with JSON. Takes `body`; NULL where there is none to be, as with 204. */
void srv_reply(srv_call *call, unsigned status, json_t *body);
/** Answer with bytes, which are copied. */
void srv_reply_bytes(srv_call *call, unsigned status, const char *content_type, const void *bytes,
                     size_t length);
/** As srv_reply_bytes(), without a copy: the bytes are of what several hold. Takes the caller's hold. */
void srv_reply_shared(srv_call *call, unsigned status, const char *content_type, const char *bytes,
                      size_t length, srv_shared *shared);
/** Answer with a problem document (RFC 9457), in place of an answer that was given. `code` is stable and says what it is:
    "lead_not_found". */
void srv_fail(srv_call *call, unsigned status, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/** The problem that an error of the library is. */
void srv_fail_library(srv_call *call, const lsc_error *error);
/** The answer that was given waits until the access to a lead is in the audit trail, on the disk. Where it cannot be
    noted, the answer is why. For what the store did not give itself. */
void srv_note_access(srv_call *call, const char *lead_id);
/** Have `work` answer in a thread of its own, while this one takes other requests: for what waits for others than the
    disk. The handler returns without an answer. */
void srv_answer_aside(srv_call *call, srv_handler *work);
/** Likewise for what takes the processor for long, as what looks at all leads does: of an organization one at a time. */
void srv_answer_in_line(srv_call *call, srv_handler *work);
/** Whether the request has been answered. */
bool srv_is_answered(const srv_call *call);

#endif
