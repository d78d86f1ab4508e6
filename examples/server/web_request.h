/**
 * @file web_request.h
 * A request as libmicrohttpd brings it: first its URL, then its headers, then its body in parts.
 */
#ifndef SRV_WEB_REQUEST_H
#define SRV_WEB_REQUEST_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct srv_request {
    struct MHD_Connection *connection; /**< NULL: its headers have not come yet */
    const char *method;
    const char *version; /**< "HTTP/1.1" */
    const char *url;     /**< as it came */
    char *path;          /**< of the URL, a copy that may be taken apart */
    char *query;         /**< what stands behind the question mark, likewise; NULL: none */
    char *body;
    size_t length; /**< of the body, as far as it has come */
    size_t room;
    bool is_begun; /**< its headers have come: it is in flight until it is answered */
    bool is_cut;   /**< more of it came than was kept */
    size_t most;   /**< that may be kept of it; 0: it was not asked yet who sends it */
    struct srv_joined *joined;
    struct srv_call *call; /**< its answer is to wait; NULL: it need not */
    bool waits;            /**< it does, and the connection is suspended */
    char text[];           /**< the URL twice */
} srv_request;

/** A request for a URL. NULL: no memory. */
srv_request *srv_request_new(const char *url);
void srv_request_free(srv_request *request);

/** Add to the body. What comes after its first `most` bytes is passed over: it is cut. False: no memory. */
bool srv_request_add(srv_request *request, const char *bytes, size_t length, size_t most);

/** A method as a text of the program, as clients may send any: "_OTHER" where it is none of HTTP's own. */
const char *srv_known_method(const char *method);

/**
 * The value of a header, letter case apart; of one that stands there several times all values, with commas between, as
 * RFC 9110 reads them, or "" where there is no memory. NULL: there is none. It belongs to the request.
 */
const char *srv_request_header(srv_request *request, const char *name);

#endif
