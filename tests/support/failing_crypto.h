/**
 * @file failing_crypto.h
 * Memory of libcrypto's that runs out at the n-th allocation.
 */
#ifndef LSC_TEST_FAILING_CRYPTO_H
#define LSC_TEST_FAILING_CRYPTO_H

#include <check.h>
#include <openssl/crypto.h>
#include <stdbool.h>
#include <stdlib.h>

static size_t crypto_calls;
static size_t crypto_fails_at; /* 0: never */

static bool crypto_fails(void)
{
    crypto_calls++;
    return crypto_fails_at != 0 && crypto_calls >= crypto_fails_at;
}

static void *failing_malloc(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return crypto_fails() ? NULL : malloc(size);
}

static void *failing_realloc(void *block, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return crypto_fails() ? NULL : realloc(block, size);
}

static void plain_free(void *block, const char *file, int line)
{
    (void)file;
    (void)line;
    free(block);
}

/* OSSL_LIB_CTX_new() and OSSL_PROVIDER_load() of OpenSSL 3.0 leak themselves when one of their
   allocations fails: a program of these two calls alone shows it. */
#ifdef LSC_SANITIZED
void __lsan_disable(void);
void __lsan_enable(void);
#else
#define __lsan_disable() ((void)0)
#define __lsan_enable() ((void)0)
#endif

/** The call that fails next: each of the first ones, and of the thousands of alike ones behind them, with which
    libcrypto looks for what does the work, every seventh. */
static inline size_t next_failing(size_t fail_at)
{
    return fail_at + (fail_at < 100 ? 1 : 7);
}

/** Before libcrypto's first allocation: the first test of a suite. */
static inline void let_crypto_fail(void)
{
    ck_assert_int_eq(CRYPTO_set_mem_functions(failing_malloc, failing_realloc, plain_free), 1);
}

#endif
