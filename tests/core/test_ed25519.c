#include "suite.h"

#include <stdint.h>
#include <stdio.h>

#include "core/ed25519.h"
#include "failing_crypto.h"
#include "hex.h"

/** RFC 8032, 7.1: TEST 1, TEST 2, TEST 3 and TEST SHA(abc). */
static const struct {
    const char *secret;
    const char *key;
    const char *message;
    const char *signature;
} vectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
     "b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
     "1d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
     "c6594a7c15e9716ed28dc027beceea1ec40a"},
    {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3fe"
     "ebbd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431"
     "e0303dca179c138ac17ad9bef1177331a704"},
};

/** One of them, read. */
typedef struct vector {
    uint8_t secret[LSC_ED25519_KEY_SIZE];
    uint8_t key[LSC_ED25519_KEY_SIZE];
    uint8_t message[64];
    size_t length;
    uint8_t signature[LSC_ED25519_SIGNATURE_SIZE];
} vector;

enum {
    N_VECTORS = sizeof vectors / sizeof vectors[0]
};

static vector read_vector(size_t i)
{
    vector made = {.length = 0};
    read_hex(vectors[i].secret, made.secret);
    read_hex(vectors[i].key, made.key);
    read_hex(vectors[i].signature, made.signature);
    made.length = read_hex(vectors[i].message, made.message);
    return made;
}

static bool is_valid(const vector *given)
{
    bool valid = false;
    ck_ok(lsc_ed25519_verify(given->key, given->message, given->length, given->signature, &valid,
                             error));
    return valid;
}

START_TEST(keys_and_signatures_are_those_of_rfc_8032)
{
    for (size_t i = 0; i < N_VECTORS; i++) {
        vector given = read_vector(i);
        uint8_t key[LSC_ED25519_KEY_SIZE];
        uint8_t signature[LSC_ED25519_SIGNATURE_SIZE];
        ck_ok(lsc_ed25519_public(given.secret, key, error));
        ck_assert_mem_eq(key, given.key, sizeof key);
        ck_ok(lsc_ed25519_sign(given.secret, given.message, given.length, signature, error));
        ck_assert_mem_eq(signature, given.signature, sizeof signature);
        ck_assert(is_valid(&given));
    }
}
END_TEST

START_TEST(a_changed_key_message_or_signature_is_not_valid)
{
    vector good = read_vector(2);
    for (size_t bit = 0; bit < 8 * sizeof good.signature; bit++) {
        vector changed = good;
        changed.signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_quick(!is_valid(&changed));
    }
    for (size_t byte = 0; byte < sizeof good.key; byte++) {
        vector changed = good;
        changed.key[byte] ^= (uint8_t)(1 << byte % 8);
        ck_quick(!is_valid(&changed));
    }
    vector changed = good;
    changed.message[1] ^= 1;
    ck_assert(!is_valid(&changed));
    changed = good;
    changed.length--;
    ck_assert(!is_valid(&changed));
    ck_assert(is_valid(&good));
}
END_TEST

START_TEST(a_signature_has_one_form)
{
    /* s + the order of the group would be the same signature to who does not look at its size. */
    static const char order[] = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
    uint8_t added[LSC_ED25519_KEY_SIZE];
    read_hex(order, added);
    vector other = read_vector(1);
    unsigned carry = 0;
    for (size_t i = 0; i < sizeof added; i++) {
        carry += other.signature[32 + i] + (unsigned)added[i];
        other.signature[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    ck_assert_uint_eq(carry, 0);
    ck_assert(!is_valid(&other));
}
END_TEST

START_TEST(keys_under_which_anyone_can_sign_are_known)
{
    /* Points of small order by their y, as RFC 8032 encodes them; computed by multiplying random
       points of the curve by the order of its large subgroup. */
    static const char *const weak[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    };
    uint8_t key[LSC_ED25519_KEY_SIZE];
    for (size_t i = 0; i < sizeof weak / sizeof weak[0]; i++) {
        read_hex(weak[i], key);
        ck_assert(lsc_ed25519_is_weak(key));
        key[31] ^= 0x80; /* the sign of x */
        ck_assert(lsc_ed25519_is_weak(key));
        key[31] ^= 0x81;
        ck_assert(!lsc_ed25519_is_weak(key));
    }
    for (size_t i = 0; i < N_VECTORS; i++) {
        ck_assert(!lsc_ed25519_is_weak(read_vector(i).key));
    }
}
END_TEST

START_TEST(why_weak_keys_are_refused)
{
    /* With y = 1, the neutral point, as the key and as R, and s = 0, every message is signed. */
    vector forged = {.key = {1}, .signature = {1}, .length = 1};
    for (unsigned i = 0; i < 4; i++) {
        forged.message[0] = (uint8_t)i;
        ck_assert(is_valid(&forged));
    }
}
END_TEST

START_TEST(a_failing_libcrypto_makes_nothing_valid)
{
    let_crypto_fail();
    vector good = read_vector(2);
    vector bad = good;
    bad.message[0] ^= 1;
    ck_assert(is_valid(&good)); /* and libcrypto has made what it makes once */
    crypto_calls = 0;
    ck_assert(is_valid(&good));
    size_t n_calls = crypto_calls;
    ck_assert_uint_gt(n_calls, 10);
    __lsan_disable();
    for (size_t fail_at = 1; fail_at <= n_calls; fail_at = next_failing(fail_at)) {
        bool valid = true;
        uint8_t signature[LSC_ED25519_SIGNATURE_SIZE];
        crypto_calls = 0;
        crypto_fails_at = fail_at;
        lsc_status status =
            lsc_ed25519_verify(bad.key, bad.message, bad.length, bad.signature, &valid, NULL);
        ck_quick(!valid);
        ck_quick(status == LSC_OK || status == LSC_NO_MEMORY || status == LSC_INTERNAL);
        crypto_calls = 0;
        status = lsc_ed25519_sign(good.secret, good.message, good.length, signature, NULL);
        ck_quick(status != LSC_OK || memcmp(signature, good.signature, sizeof signature) == 0);
    }
    __lsan_enable();
    crypto_fails_at = 0;
    ck_assert(is_valid(&good));
}
END_TEST

START_TEST(what_was_secret_is_overwritten)
{
    char text[] = "secret";
    lsc_cleanse(text, sizeof text);
    for (size_t i = 0; i < sizeof text; i++) {
        ck_assert_int_eq(text[i], 0);
    }
}
END_TEST

LSC_SUITE("core/ed25519", TEST(a_failing_libcrypto_makes_nothing_valid),
          TEST(keys_and_signatures_are_those_of_rfc_8032),
          TEST(a_changed_key_message_or_signature_is_not_valid), TEST(a_signature_has_one_form),
          TEST(keys_under_which_anyone_can_sign_are_known), TEST(why_weak_keys_are_refused),
          TEST(what_was_secret_is_overwritten))
