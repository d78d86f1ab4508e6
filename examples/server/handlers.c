#include "handlers.h"

#include <string.h>

#include "analytics_handlers.h"
#include "lead_handlers.h"
#include "scoring_handlers.h"

typedef struct entry {
    const char *id;
    srv_handler *handler;
} entry;

static const entry entries[] = {
    {"getHealth", srv_get_health},
    {"getReady", srv_get_ready},
    {"getMetrics", srv_get_metrics},
    {"getDocument", srv_get_document},
    {"getDocs", srv_get_docs},
    {"getDocsScript", srv_get_docs_script},
    {"getDocsStyle", srv_get_docs_style},
    {"listLeads", srv_list_leads},
    {"createLead", srv_create_lead},
    {"getLead", srv_get_lead},
    {"putLead", srv_put_lead},
    {"deleteLead", srv_delete_lead},
    {"getLeadScore", srv_get_lead_score},
    {"listActivities", srv_list_activities},
    {"addActivities", srv_add_activities},
    {"addOutcome", srv_add_outcome},
    {"scoreLead", srv_score_lead},
    {"listModels", srv_list_models},
    {"createModel", srv_create_model},
    {"getModel", srv_get_model},
    {"getModelPerformance", srv_get_model_performance},
    {"activateModel", srv_activate_model},
    {"listJobs", srv_list_jobs},
    {"getJob", srv_get_job},
    {"cancelJob", srv_cancel_job},
    {"getConversionRates", srv_get_conversion_rates},
    {"getScoreDistribution", srv_get_score_distribution},
    {"getPerformance", srv_get_performance},
    {"makeReport", srv_make_report},
    {"createEventTicket", srv_create_event_ticket},
};

#define N_ENTRIES (sizeof(entries) / sizeof(entries[0]))

srv_handler *srv_handler_of(const char *operation_id)
{
    for (size_t i = 0; i < N_ENTRIES; i++) {
        if (strcmp(entries[i].id, operation_id) == 0) {
            return entries[i].handler;
        }
    }
    return NULL;
}

const char *srv_handler_id(size_t number)
{
    return number < N_ENTRIES ? entries[number].id : NULL;
}
