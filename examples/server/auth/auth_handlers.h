/**
 * @file auth_handlers.h
 * The operations of the services auth and users.
 */
#ifndef SRV_AUTH_HANDLERS_H
#define SRV_AUTH_HANDLERS_H

#include "call.h"

/* login_handlers.c */
srv_handler srv_log_in;
srv_handler srv_refresh_session;
srv_handler srv_log_out;
srv_handler srv_accept_invitation;
srv_handler srv_get_jwks;

/* provider_handlers.c */
srv_handler srv_begin_provider_login;
srv_handler srv_finish_provider_login;

/* me_handlers.c */
srv_handler srv_get_me;
srv_handler srv_change_password;
srv_handler srv_begin_second_factor;
srv_handler srv_confirm_second_factor;
srv_handler srv_end_second_factor;

/* user_handlers.c */
srv_handler srv_list_users;
srv_handler srv_invite_user;
srv_handler srv_get_user;
srv_handler srv_update_user;
srv_handler srv_invite_user_again;

/* organization_handlers.c */
srv_handler srv_get_organization;
srv_handler srv_update_organization;

/* key_handlers.c */
srv_handler srv_list_api_keys;
srv_handler srv_create_api_key;
srv_handler srv_revoke_api_key;

#endif
