/**
 * @file scoring_handlers.h
 * Scoring what the request brings, the models that score, and training.
 */
#ifndef SRV_SCORING_HANDLERS_H
#define SRV_SCORING_HANDLERS_H

#include "call.h"

srv_handler srv_score_lead;
srv_handler srv_list_models;
srv_handler srv_create_model;
srv_handler srv_get_model;
srv_handler srv_get_model_performance;
srv_handler srv_activate_model;
srv_handler srv_list_jobs;
srv_handler srv_get_job;
srv_handler srv_cancel_job;

#endif
