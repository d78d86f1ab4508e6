#include "handlers.h"

#include "event_hub.h"
#include "live.h"
#include "ticket.h"

void srv_create_event_ticket(srv_call *call)
{
    char ticket[SRV_TICKET_MAX];

    if (!srv_live_ticket(srv_app_of(call), srv_who(call), ticket, sizeof ticket)) {
        srv_set_header(call, "Retry-After", "1");
        srv_fail(call, 503, "not_kept", "tickets cannot be kept just now: try again");
        return;
    }
    srv_reply(call, 201,
              json_pack("{s:s, s:i, s:s}", "ticket", ticket, "expires_in", SRV_TICKET_TTL_MS / 1000,
                        "path", SRV_HUB_PATH));
}
