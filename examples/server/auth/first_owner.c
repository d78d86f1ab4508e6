#include "auth/first_owner.h"

#include <stdio.h>

#include "auth/user_accounts.h"

static srv_verdict complain(char why[SRV_AUTH_WHY], srv_verdict verdict, const char *what)
{
    snprintf(why, SRV_AUTH_WHY, "%.390s", what);
    return verdict;
}

/* Both halves of the owner. */
static srv_verdict add_owner(srv_auth *auth, lsc_store *store, const char *organization,
                             srv_user *owner, const char *password, lsc_error *error)
{
    char digest[SRV_PASSWORD_TEXT];
    if (srv_user_put(store, organization, owner, error) != LSC_OK ||
        lsc_store_account_uuid(store, organization, LSC_ACCOUNT_USER, owner->email, owner->uuid,
                               error) != LSC_OK) {
        return SRV_FAULT;
    }
    if (!srv_password_digest(password, digest) ||
        srv_credentials_replace(auth->db, owner->uuid, organization, owner->email) != SRV_YES) {
        return SRV_FAULT;
    }
    return srv_credentials_set_password(auth->db, owner->uuid, digest);
}

srv_verdict srv_add_first_owner(srv_auth *auth, lsc_store *store, const char *organization,
                                const char *email, char password[SRV_TOKEN_TEXT],
                                char why[SRV_AUTH_WHY])
{
    lsc_error error = LSC_ERROR_INIT;
    srv_user owner = {.role = SRV_ROLE_OWNER, .active = true};
    const lsc_stored_account *accounts = NULL;
    size_t n = 0;
    if (!srv_email_fold(email, owner.email)) {
        return complain(why, SRV_FAULT, "this is no e-mail address");
    }
    if (lsc_store_begin(store, &error) != LSC_OK ||
        lsc_store_add_organization(store, organization, NULL, &error) != LSC_OK ||
        lsc_store_list_accounts(store, organization, LSC_ACCOUNT_USER, NULL, 1, &accounts, &n,
                                &error) != LSC_OK) {
        lsc_store_rollback(store);
        return complain(why, SRV_FAULT, error.message);
    }
    if (n > 0) {
        lsc_store_rollback(store);
        return complain(why, SRV_NO, "the organization has users, who can invite others");
    }
    srv_token_make(password);
    srv_verdict added = add_owner(auth, store, organization, &owner, password, &error);
    if (added != SRV_YES || lsc_store_commit(store, &error) != LSC_OK) {
        lsc_store_rollback(store);
        return complain(why, SRV_FAULT,
                        error.status != LSC_OK ? error.message : "auth.db cannot be written");
    }
    return SRV_YES;
}
