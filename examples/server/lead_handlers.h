/**
 * @file lead_handlers.h
 * Leads: listed, put, deleted, scored from the store.
 */
#ifndef SRV_LEAD_HANDLERS_H
#define SRV_LEAD_HANDLERS_H

#include "call.h"

srv_handler srv_list_leads;
srv_handler srv_create_lead;
srv_handler srv_get_lead;
srv_handler srv_put_lead;
srv_handler srv_delete_lead;
srv_handler srv_get_lead_score;
srv_handler srv_list_activities;
srv_handler srv_add_activities;
srv_handler srv_add_outcome;

#endif
