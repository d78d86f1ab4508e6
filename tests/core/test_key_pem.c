#include "suite.h"

#include <openssl/err.h>

#include "core/key_pem.h"
#include "failing_crypto.h"
#include "test_keys.h"

/* RFC 8032, 7.1, TEST 1. */
static const uint8_t secret_1[] = {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a,
                                   0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32,
                                   0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};
static const uint8_t public_1[] = {0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe,
                                   0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6,
                                   0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a};

static lsc_status read_public(const char *pem, lsc_error *error)
{
    uint8_t key[LSC_ED25519_KEY_SIZE] = {0x5a};
    lsc_status status = lsc_pem_read_public(pem, strlen(pem), key, error);
    ck_assert_msg(status == LSC_OK || key[0] == 0x5a, "the key was touched");
    return status;
}

static lsc_status read_secret(const char *pem, const char *passphrase, lsc_error *error)
{
    uint8_t key[LSC_ED25519_KEY_SIZE] = {0x5a};
    lsc_status status = lsc_pem_read_secret(pem, strlen(pem), passphrase, key, error);
    ck_assert_msg(status == LSC_OK || key[0] == 0x5a, "the key was touched");
    return status;
}

START_TEST(keys_that_openssl_wrote_are_read)
{
    uint8_t key[LSC_ED25519_KEY_SIZE];
    ck_ok(lsc_pem_read_public(KEY_1_PUBLIC, strlen(KEY_1_PUBLIC), key, error));
    ck_assert_mem_eq(key, public_1, sizeof key);
    ck_ok(lsc_pem_read_secret(KEY_1_PRIVATE, strlen(KEY_1_PRIVATE), NULL, key, error));
    ck_assert_mem_eq(key, secret_1, sizeof key);
    memset(key, 0, sizeof key);
    ck_ok(lsc_pem_read_secret(KEY_1_ENCRYPTED, strlen(KEY_1_ENCRYPTED), KEY_1_PASSPHRASE, key,
                              error));
    ck_assert_mem_eq(key, secret_1, sizeof key);
    /* As files come: with a note before it, with the line ends of Windows, without the last one. */
    ck_ok(read_public("Our key:\n" KEY_1_PUBLIC "\n \n", error));
    ck_ok(read_public("-----BEGIN PUBLIC KEY-----\r\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/"
                      "7TyWQHOg7hcvPapiMlrwIaaPcHURo=\r\n-----END PUBLIC KEY-----",
                      error));
}
END_TEST

START_TEST(a_passphrase_that_is_not_needed_is_no_fault)
{
    ck_ok(read_secret(KEY_1_PRIVATE, "anything", error));
}
END_TEST

START_TEST(a_wrong_or_absent_passphrase_is_said_so)
{
    ck_fails(read_secret(KEY_1_ENCRYPTED, NULL, error), LSC_BAD_KEY, "no passphrase is given");
    ck_fails(read_secret(KEY_1_ENCRYPTED, "Leads", error), LSC_BAD_KEY, "with this passphrase");
    ck_fails(read_secret(KEY_1_ENCRYPTED, "", error), LSC_BAD_KEY, "with this passphrase");
}
END_TEST

START_TEST(keys_of_other_types_are_named)
{
    ck_fails(read_public(RSA_PUBLIC, error), LSC_BAD_KEY, "of type RSA, must be of Ed25519");
    ck_fails(read_public(X25519_PUBLIC, error), LSC_BAD_KEY, "of type X25519");
    ck_fails(read_secret(X25519_PRIVATE, NULL, error), LSC_BAD_KEY, "of type X25519");
    ck_fails(read_secret(EC_PRIVATE, NULL, error), LSC_BAD_KEY, "holds \"EC PRIVATE KEY\"");
}
END_TEST

START_TEST(public_and_private_are_not_mixed_up)
{
    ck_fails(read_public(KEY_1_PRIVATE, error), LSC_BAD_KEY, "'openssl pkey -pubout'");
    ck_fails(read_public(KEY_1_ENCRYPTED, error), LSC_BAD_KEY, "ENCRYPTED PRIVATE KEY");
    ck_fails(read_secret(KEY_1_PUBLIC, NULL, error), LSC_BAD_KEY, "must be \"PRIVATE KEY\"");
}
END_TEST

START_TEST(two_keys_in_a_file_are_refused)
{
    ck_fails(read_public(KEY_1_PUBLIC KEY_2_PUBLIC, error), LSC_BAD_KEY, "more than one key");
    ck_fails(read_public(KEY_1_PUBLIC KEY_1_PRIVATE, error), LSC_BAD_KEY, "more than one key");
    ck_fails(read_secret(KEY_1_PRIVATE KEY_1_PRIVATE, NULL, error), LSC_BAD_KEY, "more than one");
}
END_TEST

START_TEST(what_is_no_pem_is_refused)
{
    static const char *const garbage[] = {
        "",
        "\n",
        "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        "-----BEGIN PUBLIC KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2Vw\n-----END PRIVATE KEY-----\n",
        /* One byte of the key too few, and one byte after it too many. */
        PUBLIC_KEY("MCkwBQYDK2VwAyAA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHUQ=="),
        PUBLIC_KEY("MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURoA"),
    };
    for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
        ck_fails(read_public(garbage[i], error), LSC_BAD_KEY, "");
        ck_fails(read_secret(garbage[i], "x", error), LSC_BAD_KEY, "");
    }
    ck_fails(read_secret(PRIVATE_KEY("MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rA"
                                     "Mcrg=="),
                         NULL, error),
             LSC_BAD_KEY, "damaged");
}
END_TEST

START_TEST(every_changed_byte_of_a_key_gives_a_refusal_or_another_key)
{
    char pem[] = KEY_1_PUBLIC;
    uint8_t key[LSC_ED25519_KEY_SIZE];
    for (size_t i = 0; i < sizeof pem - 1; i++) {
        pem[i] ^= 1;
        lsc_status status = lsc_pem_read_public(pem, sizeof pem - 1, key, NULL);
        ck_quick(status == LSC_OK || status == LSC_BAD_KEY);
        pem[i] ^= 1;
    }
}
END_TEST

START_TEST(the_error_queue_of_the_host_stays_as_it_was)
{
    ck_fails(read_public("garbage", error), LSC_BAD_KEY, ""); /* libcrypto notes an error of it */
    ck_assert_uint_eq(ERR_peek_error(), 0);
    ERR_raise(ERR_LIB_USER, 7);
    unsigned long code = ERR_peek_last_error();
    ck_fails(read_public("garbage", error), LSC_BAD_KEY, "");
    ck_fails(read_secret(KEY_1_ENCRYPTED, "wrong", error), LSC_BAD_KEY, "");
    ck_assert_uint_eq(ERR_peek_last_error(), code);
    ck_assert_uint_eq(ERR_get_error(), code);
    ck_assert_uint_eq(ERR_peek_error(), 0);
}
END_TEST

/** Read each kind of key. */
static lsc_status read_one(int kind, lsc_error *error)
{
    switch (kind) {
    case 0:
        return read_public(KEY_1_PUBLIC, error);
    case 1:
        return read_secret(KEY_1_PRIVATE, NULL, error);
    default:
        return read_secret(KEY_1_ENCRYPTED, KEY_1_PASSPHRASE, error);
    }
}

START_TEST(a_failing_libcrypto_gives_no_key)
{
    let_crypto_fail();
    for (int kind = 0; kind < 3; kind++) {
        size_t n_no_memory = 0;
        ck_ok(read_one(kind, error)); /* and libcrypto has made what it makes once */
        crypto_calls = 0;
        ck_ok(read_one(kind, error));
        size_t n_calls = crypto_calls;
        ck_assert_uint_gt(n_calls, 5);
        __lsan_disable();
        for (size_t fail_at = 1; fail_at <= n_calls; fail_at = next_failing(fail_at)) {
            lsc_error error = LSC_ERROR_INIT;
            crypto_calls = 0;
            crypto_fails_at = fail_at;
            lsc_status status = read_one(kind, &error);
            n_no_memory += status == LSC_NO_MEMORY;
            ck_quick(status == LSC_OK || status == LSC_NO_MEMORY || status == LSC_INTERNAL ||
                     status == LSC_BAD_KEY);
            ck_quick(status == LSC_OK || error.message[0] != '\0');
        }
        __lsan_enable();
        crypto_fails_at = 0;
        ck_assert_uint_gt(n_no_memory, 0);
        ck_ok(read_one(kind, error));
    }
}
END_TEST

LSC_SUITE("core/key_pem", TEST(a_failing_libcrypto_gives_no_key),
          TEST(keys_that_openssl_wrote_are_read), TEST(a_passphrase_that_is_not_needed_is_no_fault),
          TEST(a_wrong_or_absent_passphrase_is_said_so), TEST(keys_of_other_types_are_named),
          TEST(public_and_private_are_not_mixed_up), TEST(two_keys_in_a_file_are_refused),
          TEST(what_is_no_pem_is_refused), TEST(the_error_queue_of_the_host_stays_as_it_was),
          TEST(every_changed_byte_of_a_key_gives_a_refusal_or_another_key))
