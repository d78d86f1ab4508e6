/**
 * @file call_input.h
 * What a request brings, read and checked against the document. Each returns false when it has answered.
 */
#ifndef SRV_CALL_INPUT_H
#define SRV_CALL_INPUT_H

#include "call_data.h"

/** Take the query apart. */
bool srv_input_query(srv_call *call);
/** Path, query and headers by the operation's parameters. */
bool srv_input_parameters(srv_call *call);
/** The body, by its type and the operation's schema. */
bool srv_input_body(srv_call *call);

#endif
