#include "crypto_context.h"

#include <openssl/err.h>

lsc_status lsc_crypto_open(lsc_crypto *crypto, lsc_error *error)
{
    ERR_set_mark();
    crypto->provider = NULL;
    crypto->context = OSSL_LIB_CTX_new();
    if (crypto->context != NULL) {
        crypto->provider = OSSL_PROVIDER_load(crypto->context, "default");
    }
    return crypto->provider != NULL ? LSC_OK : lsc_fail_memory(error);
}

void lsc_crypto_close(lsc_crypto *crypto)
{
    if (crypto->provider != NULL) {
        OSSL_PROVIDER_unload(crypto->provider);
    }
    OSSL_LIB_CTX_free(crypto->context);
    ERR_pop_to_mark();
}

lsc_status lsc_crypto_fail(lsc_error *error)
{
    unsigned long code = ERR_peek_last_error();
    const char *reason = ERR_reason_error_string(code);
    if (ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE) {
        return lsc_fail_memory(error);
    }
    return lsc_fail(error, LSC_INTERNAL, "libcrypto: %s",
                    reason != NULL ? reason : "gives no reason");
}
