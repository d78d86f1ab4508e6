/**
 * @file report_scores.h
 * The latest score of each lead, by the lead's id, while a report is made.
 */
#ifndef SRV_REPORT_SCORES_H
#define SRV_REPORT_SCORES_H

#include <stddef.h>

#include "hash_table.h"

typedef struct srv_report_score {
    int score;  /**< -1: the lead could not be scored */
    char grade; /**< 0: likewise */
    UT_hash_handle hh;
    char lead_id[];
} srv_report_score;

/** Of all leads. Start from {NULL}. */
typedef struct srv_report_scores {
    srv_report_score *table;
} srv_report_scores;

/** Keep a score, in place of one of the same lead. */
void srv_report_scores_put(srv_report_scores *scores, const char *lead_id, int score, char grade);
/** NULL: the lead has none. */
const srv_report_score *srv_report_scores_get(const srv_report_scores *scores, const char *lead_id);
size_t srv_report_scores_count(const srv_report_scores *scores);
void srv_report_scores_free(srv_report_scores *scores);

#endif
