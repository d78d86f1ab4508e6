#include "suite.h"

#include "core/mac.h"
#include "failing_crypto.h"
#include "hex.h"

/* Whichever allocation of libcrypto's fails, and all after it: no code, or the right one. */
START_TEST(a_failing_libcrypto_gives_no_code)
{
    let_crypto_fail();
    const uint8_t key[LSC_MAC_KEY_SIZE] = {1};
    uint8_t expected[LSC_MAC_SIZE];
    size_t n_failed = 0;
    lsc_mac *mac;
    ck_ok(lsc_mac_new(key, lsc_default_allocator(), &mac, error));
    ck_ok(lsc_mac_of(mac, "x", 1, expected, error));
    __lsan_disable();
    for (size_t fail_at = 1; fail_at < 2000; fail_at = next_failing(fail_at)) {
        uint8_t made[LSC_MAC_SIZE] = {0};
        lsc_mac *one;
        crypto_calls = 0;
        crypto_fails_at = fail_at;
        lsc_status status = lsc_mac_new(key, lsc_default_allocator(), &one, NULL);
        ck_quick((one != NULL) == (status == LSC_OK));
        status = status == LSC_OK ? lsc_mac_of(one, "x", 1, made, NULL) : status;
        crypto_fails_at = 0;
        lsc_mac_free(one);
        ck_quick(status == LSC_OK || status == LSC_NO_MEMORY || status == LSC_INTERNAL);
        ck_quick(status != LSC_OK || memcmp(made, expected, sizeof made) == 0);
        n_failed += status != LSC_OK;
    }
    for (crypto_fails_at = 1; crypto_fails_at < 20; crypto_fails_at++) { /* of one that was made */
        uint8_t made[LSC_MAC_SIZE] = {0};
        crypto_calls = 0;
        lsc_status status = lsc_mac_of(mac, "x", 1, made, NULL);
        ck_quick(memcmp(made, expected, sizeof made) == 0 || status != LSC_OK);
        n_failed += status != LSC_OK;
    }
    __lsan_enable();
    crypto_fails_at = 0;
    ck_assert_uint_gt(n_failed, 0);
    lsc_mac_free(mac);
}
END_TEST

/* Keys of 32 bytes alone are taken: the expected codes are of Python's hmac module, with hashlib.sha256,
   of the key 00 01 ... 1f. */
START_TEST(codes_are_those_of_hmac_sha256)
{
    uint8_t key[LSC_MAC_KEY_SIZE];
    uint8_t expected[LSC_MAC_SIZE];
    uint8_t made[LSC_MAC_SIZE];
    lsc_mac *mac;
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = (uint8_t)i;
    }
    ck_ok(lsc_mac_new(key, lsc_default_allocator(), &mac, error));
    for (int round = 0; round < 2; round++) {
        read_hex("d38b42096d80f45f826b44a9d5607de72496a415d3f4a1a8c88e3bb9da8dc1cb", expected);
        ck_ok(lsc_mac_of(mac, "", 0, made, error));
        ck_assert_mem_eq(made, expected, sizeof made);
        read_hex("0c8d82cb1417d49e979e68dc54abd449dc243efccb395f0bb270e5c199d01751", expected);
        ck_ok(lsc_mac_of(mac, "what is personal", 16, made, error));
        ck_assert_mem_eq(made, expected, sizeof made);
    }
    lsc_mac_free(mac);
    lsc_mac_free(NULL);
}
END_TEST

LSC_SUITE("core/mac", TEST(a_failing_libcrypto_gives_no_code), TEST(codes_are_those_of_hmac_sha256))
