#include "handlers.h"

#include <string.h>

#include "analytics_handlers.h"
#include "auth/auth_handlers.h"
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
    {"getJwks", srv_get_jwks},
    {"logIn", srv_log_in},
    {"refreshSession", srv_refresh_session},
    {"logOut", srv_log_out},
    {"getMe", srv_get_me},
    {"changePassword", srv_change_password},
    {"beginSecondFactor", srv_begin_second_factor},
    {"confirmSecondFactor", srv_confirm_second_factor},
    {"endSecondFactor", srv_end_second_factor},
    {"acceptInvitation", srv_accept_invitation},
    {"beginProviderLogin", srv_begin_provider_login},
    {"finishProviderLogin", srv_finish_provider_login},
    {"listUsers", srv_list_users},
    {"inviteUser", srv_invite_user},
    {"getUser", srv_get_user},
    {"updateUser", srv_update_user},
    {"inviteUserAgain", srv_invite_user_again},
    {"getOrganization", srv_get_organization},
    {"updateOrganization", srv_update_organization},
    {"listApiKeys", srv_list_api_keys},
    {"createApiKey", srv_create_api_key},
    {"revokeApiKey", srv_revoke_api_key},
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
