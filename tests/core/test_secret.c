#include "suite.h"

#include "core/secret.h"
#include "failing_crypto.h"
#include "hex.h"

START_TEST(a_failing_libcrypto_derives_no_key)
{
    let_crypto_fail();
    const uint8_t key[32] = {7};
    uint8_t expected[32];
    size_t n_failed = 0;
    ck_ok(lsc_secret_derive(key, sizeof key, NULL, 0, "use", expected, sizeof expected, error));
    __lsan_disable();
    for (size_t fail_at = 1; fail_at < 2000; fail_at = next_failing(fail_at)) {
        uint8_t made[32] = {0};
        crypto_calls = 0;
        crypto_fails_at = fail_at;
        lsc_status status =
            lsc_secret_derive(key, sizeof key, NULL, 0, "use", made, sizeof made, NULL);
        crypto_fails_at = 0;
        ck_quick(status == LSC_OK || status == LSC_NO_MEMORY || status == LSC_INTERNAL);
        ck_quick(status != LSC_OK || memcmp(made, expected, sizeof made) == 0);
        n_failed += status != LSC_OK;
    }
    __lsan_enable();
    ck_assert_uint_gt(n_failed, 0);
}
END_TEST

/** RFC 5869, A.1 and A.3. */
START_TEST(derived_keys_are_those_of_the_rfc)
{
    uint8_t key[22];
    uint8_t salt[16];
    uint8_t expected[42];
    uint8_t made[42];
    size_t n_salt = read_hex("000102030405060708090a0b0c", salt);
    memset(key, 0x0b, sizeof key);
    read_hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
             expected);
    ck_ok(lsc_secret_derive(key, sizeof key, salt, n_salt,
                            "\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9", made, sizeof made, error));
    ck_assert_mem_eq(made, expected, sizeof made);
    read_hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
             expected);
    ck_ok(lsc_secret_derive(key, sizeof key, NULL, 0, "", made, sizeof made, error));
    ck_assert_mem_eq(made, expected, sizeof made);
}
END_TEST

START_TEST(keys_for_different_uses_differ)
{
    const uint8_t key[32] = {7};
    uint8_t one[32];
    uint8_t two[32];
    ck_ok(lsc_secret_derive(key, sizeof key, NULL, 0, "one", one, sizeof one, error));
    ck_ok(lsc_secret_derive(key, sizeof key, NULL, 0, "two", two, sizeof two, error));
    ck_assert_mem_ne(one, two, sizeof one);
}
END_TEST

START_TEST(random_bytes_differ_each_time)
{
    uint8_t made[64][16] = {{0}};
    for (size_t i = 0; i < 64; i++) {
        ck_ok(lsc_secret_random(made[i], sizeof made[i], error));
        for (size_t j = 0; j < i; j++) {
            ck_assert_mem_ne(made[i], made[j], sizeof made[i]);
        }
    }
}
END_TEST

LSC_SUITE("core/secret", TEST(a_failing_libcrypto_derives_no_key),
          TEST(derived_keys_are_those_of_the_rfc), TEST(keys_for_different_uses_differ),
          TEST(random_bytes_differ_each_time))
