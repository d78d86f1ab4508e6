#include <string.h>

#include "answers.h"
#include "auth/auth_handlers.h"

/* Organizations that are looked at a time. */
#define PAGE 1000

/* Find an organization in the list, which is all that the store gives of them. */
static lsc_status find(lsc_store *store, const char *id, const lsc_stored_organization **found,
                       lsc_error *error)
{
    char after[LSC_MAX_STORE_ID + 1] = "";
    size_t n = PAGE;
    *found = NULL;
    while (n == PAGE && *found == NULL) {
        const lsc_stored_organization *page = NULL;
        lsc_status status = lsc_store_list_organizations(store, after[0] != '\0' ? after : NULL,
                                                         PAGE, &page, &n, error);
        if (status != LSC_OK) {
            return status;
        }
        for (size_t i = 0; i < n && *found == NULL; i++) {
            *found = strcmp(page[i].id, id) == 0 ? &page[i] : NULL;
        }
        if (n > 0) {
            memcpy(after, page[n - 1].id, strlen(page[n - 1].id) + 1);
        }
    }
    return LSC_OK;
}

static void answer(srv_call *call, lsc_store *store)
{
    lsc_error error = LSC_ERROR_INIT;
    const lsc_stored_organization *found = NULL;
    if (!srv_went_well(call, find(store, srv_organization(call), &found, &error), &error)) {
        return;
    }
    if (found == NULL) {
        srv_fail(call, 404, "organization_not_found", "the organization is not there any more");
        return;
    }
    srv_reply(call, 200,
              json_pack("{s:s, s:s?}", "id", srv_organization(call), "name", found->name));
}

void srv_get_organization(srv_call *call)
{
    lsc_store *store = srv_store(call);
    if (store != NULL) {
        answer(call, store);
    }
}

void srv_update_organization(srv_call *call)
{
    lsc_error error = LSC_ERROR_INIT;
    const char *name = json_string_value(json_object_get(srv_body(call), "name"));
    lsc_store *store = srv_store(call);
    if (store == NULL) {
        return;
    }
    if (!srv_went_well(call,
                       lsc_store_add_organization(store, srv_organization(call), name, &error),
                       &error)) {
        return;
    }
    answer(call, store);
}
