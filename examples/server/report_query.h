/**
 * @file report_query.h
 * What a report asks for: which leads count, what they are grouped by. Its words are those of the document;
 * nothing of it reaches the database as text.
 */
#ifndef SRV_REPORT_QUERY_H
#define SRV_REPORT_QUERY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include <leadscore/store.h>

/** A lead with its latest score, as a report looks at it. */
typedef struct srv_report_lead {
    const lsc_stored_lead *lead;
    int score;  /**< -1: it has none */
    char grade; /**< 0: it has none */
} srv_report_lead;

/** Whether a lead is one of those that the body's "filters" leave. */
bool srv_report_takes(const json_t *filters, const srv_report_lead *lead);

/** What the lead has for a dimension ("status", "created_month" ...); null where it has nothing. */
json_t *srv_report_value(const char *dimension, const srv_report_lead *lead);

#endif
