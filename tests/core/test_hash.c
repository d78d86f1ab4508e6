#include "suite.h"

#include <math.h>
#include <openssl/crypto.h>
#include <stdint.h>

#include "core/hash.h"

static void check_hash(const char *text, size_t length, const char *expected)
{
    uint8_t digest[LSC_HASH_SIZE];
    char hex[LSC_HASH_TEXT_SIZE];
    ck_ok(lsc_hash_block(text, length, digest, error));
    lsc_hash_format(digest, hex);
    ck_assert_str_eq(hex, expected);
}

START_TEST(hashes_are_sha_256)
{
    /* The examples of FIPS 180-2, appendix B. */
    check_hash("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check_hash("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check_hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}
END_TEST

START_TEST(a_hash_is_used_again_and_in_parts)
{
    lsc_hash *hash = NULL;
    ck_ok(lsc_hash_new(&hash, error));
    uint8_t expected[LSC_HASH_SIZE];
    ck_ok(lsc_hash_block("abcdefgh", 8, expected, error));
    for (size_t cut = 0; cut <= 8; cut++) {
        uint8_t digest[LSC_HASH_SIZE];
        lsc_hash_begin(hash);
        lsc_hash_bytes(hash, "abcdefgh", cut);
        lsc_hash_bytes(hash, &"abcdefgh"[cut], 8 - cut);
        lsc_hash_end(hash, digest);
        ck_assert_mem_eq(digest, expected, LSC_HASH_SIZE);
    }
    lsc_hash_begin(hash);
    lsc_hash_bytes(hash, "unfinished", 10);
    lsc_hash_begin(hash);
    lsc_hash_bytes(hash, "abcdefgh", 8);
    uint8_t digest[LSC_HASH_SIZE];
    lsc_hash_end(hash, digest);
    ck_assert_mem_eq(digest, expected, LSC_HASH_SIZE);
    lsc_hash_free(hash);
    lsc_hash_free(NULL);
}
END_TEST

START_TEST(numbers_are_hashed_as_little_endian_bytes)
{
    lsc_hash *hash = NULL;
    ck_ok(lsc_hash_new(&hash, error));
    static const struct {
        double number;
        const char *bytes;
    } cases[] = {
        {1.0, "\0\0\0\0\0\0\xf0\x3f"},
        {0.0, "\0\0\0\0\0\0\0\0"},
        {-0.0, "\0\0\0\0\0\0\0\0"},
        {(double)NAN, "\0\0\0\0\0\0\xf8\x7f"},
        {-(double)NAN, "\0\0\0\0\0\0\xf8\x7f"},
        {-HUGE_VAL, "\0\0\0\0\0\0\xf0\xff"},
    };
    uint8_t digest[LSC_HASH_SIZE];
    uint8_t expected[LSC_HASH_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lsc_hash_begin(hash);
        lsc_hash_double(hash, cases[i].number);
        lsc_hash_end(hash, digest);
        ck_ok(lsc_hash_block(cases[i].bytes, 8, expected, error));
        ck_assert_mem_eq(digest, expected, LSC_HASH_SIZE);
    }
    lsc_hash_begin(hash);
    lsc_hash_int(hash, -2);
    lsc_hash_text(hash, "hi", 2);
    lsc_hash_end(hash, digest);
    ck_ok(
        lsc_hash_block("\xfe\xff\xff\xff\xff\xff\xff\xff\2\0\0\0\0\0\0\0hi", 18, expected, error));
    ck_assert_mem_eq(digest, expected, LSC_HASH_SIZE);
    lsc_hash_free(hash);
}
END_TEST

static size_t n_crypto_calls;

static void *counting_malloc(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    n_crypto_calls++;
    return malloc(size);
}

static void *counting_realloc(void *block, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    n_crypto_calls++;
    return realloc(block, size);
}

static void counting_free(void *block, const char *file, int line)
{
    (void)file;
    (void)line;
    free(block);
}

START_TEST(hashing_allocates_nothing_once_made)
{
    /* libcrypto takes these only before its first allocation, so nothing here may make one. */
    ck_assert_int_eq(CRYPTO_set_mem_functions(counting_malloc, counting_realloc, counting_free), 1);
    lsc_hash *hash = NULL;
    ck_ok(lsc_hash_new(&hash, error));
    n_crypto_calls = 0;
    uint8_t digest[LSC_HASH_SIZE];
    for (int i = 0; i < 1000; i++) {
        lsc_hash_begin(hash);
        lsc_hash_int(hash, i);
        lsc_hash_double(hash, i);
        lsc_hash_text(hash, "text", 4);
        lsc_hash_end(hash, digest);
    }
    ck_assert_uint_eq(n_crypto_calls, 0);
    lsc_hash_free(hash);
}
END_TEST

LSC_SUITE("core/hash", TEST(hashing_allocates_nothing_once_made), TEST(hashes_are_sha_256),
          TEST(a_hash_is_used_again_and_in_parts), TEST(numbers_are_hashed_as_little_endian_bytes))
