#include <leadscore/store.h>
#include <stdio.h>
#include <time.h>

static int64_t now_ms(void *ctx)
{
    (void)ctx;
    return (int64_t)time(NULL) * 1000;
}

int main(void)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_account jo = LSC_ACCOUNT_INIT;
    lsc_store_actor actor = LSC_STORE_ACTOR_INIT;
    lsc_store *store = NULL;
    char uuid[37];
    jo.id = "jo";
    jo.role = "admin";
    jo.details = "{\"name\": \"Jo Doe\", \"email\": \"jo@acme.example\"}";
    actor.uuid = uuid;
    actor.now_ms = now_ms;
    if (lsc_store_open("leads.db", NULL, &store, &error) == LSC_OK &&
        lsc_store_put_account(store, "acme", &jo, &error) == LSC_OK &&
        lsc_store_account_uuid(store, "acme", LSC_ACCOUNT_USER, "jo", uuid, &error) == LSC_OK &&
        lsc_store_set_actor(store, &actor, &error) == LSC_OK)
        printf("who acts is a UUID of %zu characters\n", sizeof uuid - 1);
    else
        printf("%s\n", error.message);
    lsc_store_close(store);
    return error.status;
}
