#include "suite.h"

#include "core/mac.h"
#include "hex.h"

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

LSC_SUITE("core/mac", TEST(codes_are_those_of_hmac_sha256))
