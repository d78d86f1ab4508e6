#include "event_audience.h"

#include <stdlib.h>
#include <string.h>

#include "need.h"

srv_audience *srv_audience_find(const srv_audiences *all, const char *organization)
{
    srv_audience *found;

    HASH_FIND_STR(all->table, organization, found);
    return found;
}

static srv_audience *find_or_make(srv_audiences *all, const char *organization)
{
    srv_audience *found = srv_audience_find(all, organization);

    if (found == NULL) {
        found = srv_need(calloc(1, sizeof *found));
        found->organization = srv_need(strdup(organization));
        HASH_ADD_KEYPTR(hh, all->table, found->organization, strlen(found->organization), found);
    }
    return found;
}

void srv_audience_join(srv_audiences *all, srv_connection *who, const char *organization)
{
    srv_audience *found = find_or_make(all, organization);

    who->audience = found;
    who->next = found->first;
    if (found->first != NULL) {
        found->first->previous = who;
    }
    found->first = who;
    found->n_connections++;
    all->n_connections++;
}

void srv_audience_leave(srv_audiences *all, srv_connection *who)
{
    srv_audience *left = who->audience;

    if (who->next != NULL) {
        who->next->previous = who->previous;
    }
    if (who->previous != NULL) {
        who->previous->next = who->next;
    } else {
        left->first = who->next;
    }
    who->audience = NULL;
    all->n_connections--;
    if (--left->n_connections == 0) {
        HASH_DEL(all->table, left);
        free(left->organization);
        free(left);
    }
}

srv_connection *srv_audiences_first(const srv_audiences *all)
{
    return all->table == NULL ? NULL : all->table->first;
}

srv_connection *srv_audiences_next(const srv_connection *who)
{
    const srv_audience *after = who->audience->hh.next;

    if (who->next != NULL) {
        return who->next;
    }
    return after == NULL ? NULL : after->first;
}
