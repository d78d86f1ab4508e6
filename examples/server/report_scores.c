#include "report_scores.h"

#include <string.h>

#include "need.h"

static srv_report_score *find(const srv_report_scores *scores, const char *lead_id)
{
    srv_report_score *found;
    HASH_FIND_STR(scores->table, lead_id, found);
    return found;
}

void srv_report_scores_put(srv_report_scores *scores, const char *lead_id, int score, char grade)
{
    srv_report_score *held = find(scores, lead_id);
    if (held == NULL) {
        size_t length = strlen(lead_id);
        held = srv_need(malloc(sizeof(*held) + length + 1));
        memcpy(held->lead_id, lead_id, length + 1);
        HASH_ADD_KEYPTR(hh, scores->table, held->lead_id, length, held);
    }
    held->score = score;
    held->grade = grade;
}

const srv_report_score *srv_report_scores_get(const srv_report_scores *scores, const char *lead_id)
{
    return find(scores, lead_id);
}

size_t srv_report_scores_count(const srv_report_scores *scores)
{
    return HASH_COUNT(scores->table);
}

void srv_report_scores_free(srv_report_scores *scores)
{
    srv_report_score *each;
    srv_report_score *next;
    HASH_ITER(hh, scores->table, each, next)
    {
        HASH_DEL(scores->table, each);
        free(each);
    }
}
