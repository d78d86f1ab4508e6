/**
 * @file handlers.h
 * What answers each operation of the document.
 */
#ifndef SRV_HANDLERS_H
#define SRV_HANDLERS_H

#include <stddef.h>

#include "call.h"

/** The handler of an operation; NULL: there is none. */
srv_handler *srv_handler_of(const char *operation_id);
/** The operation of a handler by its number from 0 on; NULL past the last. */
const char *srv_handler_id(size_t number);

/* The server itself (service_handlers.c). */
srv_handler srv_get_health;
srv_handler srv_get_ready;
srv_handler srv_get_metrics;
srv_handler srv_get_document;
srv_handler srv_get_docs;
srv_handler srv_get_docs_script;
srv_handler srv_get_docs_style;

/* Events (live_handlers.c). */
srv_handler srv_create_event_ticket;

#endif
