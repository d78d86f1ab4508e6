/**
 * @file request_span.h
 * What the span of a request says of it.
 */
#ifndef SRV_REQUEST_SPAN_H
#define SRV_REQUEST_SPAN_H

#include "call_data.h"

/** The request is answered: its span ends, where it has one. */
void srv_request_span_end(const srv_call *call);

#endif
