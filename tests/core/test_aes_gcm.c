#include "suite.h"

#include <pthread.h>

#include "core/aes_gcm.h"
#include "core/secret.h"
#include "failing_crypto.h"
#include "hex.h"

/** McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 13, 14 and 16. */
static const struct {
    const char *key;
    const char *nonce;
    const char *added;
    const char *plain;
    const char *sealed;
    const char *tag;
} vectors[] = {
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "", "00000000000000000000000000000000", "cea7403d4d606b6e074ec5d3baf39d18",
     "d0d1c8a799996bf0265b98b5d48ab919"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b"
     "5"
     "25b16aedf5aa0de657ba637b39",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828"
     "8"
     "38c5f61e6393ba7a0abcc9f662",
     "76fc6ece0f4e1768cddf8853bb2d551b"},
};

enum {
    N_VECTORS = sizeof vectors / sizeof vectors[0]
};

/** A message of one of them. */
typedef struct message {
    uint8_t nonce[LSC_GCM_NONCE_SIZE];
    uint8_t added[32];
    size_t n_added;
    uint8_t plain[64];
    uint8_t sealed[64];
    size_t length;
    uint8_t tag[LSC_GCM_TAG_SIZE];
} message;

static lsc_gcm *read_vector(size_t i, message *read)
{
    uint8_t key[LSC_GCM_KEY_SIZE];
    lsc_gcm *gcm;
    read_hex(vectors[i].key, key);
    read_hex(vectors[i].nonce, read->nonce);
    read->n_added = read_hex(vectors[i].added, read->added);
    read->length = read_hex(vectors[i].plain, read->plain);
    read_hex(vectors[i].sealed, read->sealed);
    read_hex(vectors[i].tag, read->tag);
    ck_ok(lsc_gcm_new(key, lsc_default_allocator(), &gcm, error));
    return gcm;
}

/* Through the cipher in pieces of `step` bytes. */
static void run(lsc_gcm *gcm, const message *given, bool encrypt, size_t step, uint8_t *out)
{
    const uint8_t *bytes = encrypt ? given->plain : given->sealed;
    ck_ok(lsc_gcm_begin(gcm, encrypt, given->nonce, error));
    ck_ok(lsc_gcm_add(gcm, given->added, given->n_added, error));
    for (size_t at = 0; at < given->length; at += step) {
        size_t n = given->length - at < step ? given->length - at : step;
        ck_ok(lsc_gcm_update(gcm, bytes + at, out + at, n, error));
    }
}

static bool is_genuine(lsc_gcm *gcm, const message *given)
{
    uint8_t out[64];
    bool genuine = true;
    run(gcm, given, false, 64, out);
    ck_ok(lsc_gcm_check(gcm, given->tag, &genuine, error));
    ck_quick(!genuine || memcmp(out, given->plain, given->length) == 0);
    return genuine;
}

START_TEST(messages_are_encrypted_as_published)
{
    static const size_t steps[] = {1, 7, 16, 64};
    for (size_t i = 0; i < N_VECTORS; i++) {
        message given;
        lsc_gcm *gcm = read_vector(i, &given);
        for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++) {
            uint8_t out[64];
            uint8_t tag[LSC_GCM_TAG_SIZE];
            run(gcm, &given, true, steps[s], out);
            ck_ok(lsc_gcm_tag(gcm, tag, error));
            ck_assert_int_eq(memcmp(out, given.sealed, given.length), 0);
            ck_assert_mem_eq(tag, given.tag, sizeof tag);
            ck_assert(is_genuine(gcm, &given));
        }
        lsc_gcm_free(gcm);
    }
    lsc_gcm_free(NULL);
}
END_TEST

START_TEST(every_changed_bit_is_found)
{
    message given;
    lsc_gcm *gcm = read_vector(N_VECTORS - 1, &given);
    struct {
        uint8_t *bytes;
        size_t length;
    } parts[] = {{given.nonce, sizeof given.nonce},
                 {given.added, given.n_added},
                 {given.sealed, given.length},
                 {given.tag, sizeof given.tag}};
    for (size_t part = 0; part < sizeof parts / sizeof parts[0]; part++) {
        for (size_t bit = 0; bit < 8 * parts[part].length; bit++) {
            parts[part].bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
            ck_quick(!is_genuine(gcm, &given));
            parts[part].bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
    ck_assert(is_genuine(gcm, &given));
    given.length--;
    ck_assert(!is_genuine(gcm, &given));
    lsc_gcm_free(gcm);
}
END_TEST

START_TEST(a_failing_libcrypto_makes_nothing_genuine)
{
    let_crypto_fail();
    message given;
    lsc_gcm_free(
        read_vector(N_VECTORS - 1, &given)); /* and libcrypto has made what it makes once */
    const uint8_t key[LSC_GCM_KEY_SIZE] = {1};
    __lsan_disable();
    for (size_t fail_at = 1; fail_at < 2000; fail_at = next_failing(fail_at)) {
        lsc_gcm *gcm;
        bool genuine = false;
        crypto_calls = 0;
        crypto_fails_at = fail_at;
        lsc_status status = lsc_gcm_new(key, lsc_default_allocator(), &gcm, NULL);
        ck_quick(status == LSC_OK || status == LSC_NO_MEMORY || status == LSC_INTERNAL);
        ck_quick((gcm != NULL) == (status == LSC_OK));
        if (status == LSC_OK && lsc_gcm_begin(gcm, false, given.nonce, NULL) == LSC_OK) {
            lsc_gcm_check(gcm, given.tag, &genuine, NULL);
        }
        ck_quick(!genuine);
        crypto_fails_at = 0;
        lsc_gcm_free(gcm);
    }
    __lsan_enable();
}
END_TEST

/* A thread that has used a cipher, and ends when another has freed it. */
typedef struct user {
    lsc_gcm *gcm;
    pthread_barrier_t used;
    pthread_barrier_t freed;
} user;

static void *use(void *data)
{
    user *one = data;
    uint8_t nonce[LSC_GCM_NONCE_SIZE];
    ck_assert_int_eq(lsc_secret_random(nonce, sizeof nonce, NULL), LSC_OK);
    ck_assert_int_eq(lsc_gcm_begin(one->gcm, true, nonce, NULL), LSC_OK);
    pthread_barrier_wait(&one->used);
    pthread_barrier_wait(&one->freed);
    return NULL;
}

/* libcrypto had kept a random generator for the thread, in the context that is freed. */
START_TEST(a_cipher_may_be_freed_by_another_thread_than_used_it)
{
    user one;
    message unused;
    pthread_t thread;
    one.gcm = read_vector(0, &unused);
    pthread_barrier_init(&one.used, NULL, 2);
    pthread_barrier_init(&one.freed, NULL, 2);
    ck_assert_int_eq(pthread_create(&thread, NULL, use, &one), 0);
    pthread_barrier_wait(&one.used);
    lsc_gcm_free(one.gcm);
    pthread_barrier_wait(&one.freed);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    pthread_barrier_destroy(&one.used);
    pthread_barrier_destroy(&one.freed);
}
END_TEST

LSC_SUITE("core/aes_gcm", TEST(a_failing_libcrypto_makes_nothing_genuine),
          TEST(a_cipher_may_be_freed_by_another_thread_than_used_it),
          TEST(messages_are_encrypted_as_published), TEST(every_changed_bit_is_found))
