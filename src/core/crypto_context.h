/**
 * @file crypto_context.h
 * libcrypto for one call: a library context of our own, with the default provider. A host may have
 * loaded other providers, or asked for FIPS's; Ed25519 is there all the same. The host's queue of
 * errors stays as it was.
 */
#ifndef LSC_CORE_CRYPTO_CONTEXT_H
#define LSC_CORE_CRYPTO_CONTEXT_H

#include <openssl/crypto.h>
#include <openssl/provider.h>

#include "error.h"

typedef struct lsc_crypto {
    OSSL_LIB_CTX *context;
    OSSL_PROVIDER *provider;
} lsc_crypto;

/** @return LSC_OK, or LSC_NO_MEMORY. Closed by lsc_crypto_close() in either case. */
lsc_status lsc_crypto_open(lsc_crypto *crypto, lsc_error *error);
void lsc_crypto_close(lsc_crypto *crypto);

/** What libcrypto says went wrong: LSC_NO_MEMORY, or LSC_INTERNAL with its words. */
lsc_status lsc_crypto_fail(lsc_error *error);

#endif
