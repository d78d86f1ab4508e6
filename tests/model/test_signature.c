#include <stdlib.h>

#include "suite.h"

#include <leadscore/trust.h>

#include "model/bundle_read.h"
#include "model/signature.h"
#include "model/tar.h"
#include "model/zstd_frame.h"
#include "model_fixtures.h"
#include "test_keys.h"

static lsc_public_key key_of(const char *pem)
{
    lsc_public_key key;
    ck_ok(lsc_public_key_read(pem, strlen(pem), &key, error));
    return key;
}

/** A small bundle; other seeds, other trees. */
static lsc_buffer bundle_of(uint64_t seed)
{
    lsc_buffer bundle;
    lsc_buffer_init(&bundle, fixture_allocator());
    fixture_bundle(seed, 1, 1, 2, 2, &bundle);
    return bundle;
}

static lsc_buffer signed_by(const lsc_buffer *bundle, const char *pem, char *key_id)
{
    lsc_buffer copy;
    void *bytes = NULL;
    size_t length = 0;
    lsc_buffer_init(&copy, fixture_allocator());
    ck_ok(lsc_bundle_sign(bundle->data, bundle->length, pem, strlen(pem), NULL, &bytes, &length,
                          key_id, error));
    lsc_buffer_append(&copy, bytes, length);
    lsc_bundle_free(bytes);
    return copy;
}

/** Check a bundle against the first key, then read it. */
static lsc_status trust(const lsc_buffer *bundle, lsc_error *error)
{
    lsc_public_key key = key_of(KEY_1_PUBLIC);
    return lsc_signature_check(bundle->data, bundle->length, &key, 1, error);
}

static lsc_status read_bundle(const lsc_buffer *bundle, lsc_error *error)
{
    lsc_archive archive;
    lsc_status status =
        lsc_archive_read(bundle->data, bundle->length, fixture_allocator(), &archive, error);
    lsc_archive_free(&archive);
    return status;
}

START_TEST(a_signed_bundle_is_trusted_and_reads_as_before)
{
    char id[LSC_KEY_ID_SIZE];
    char expected[LSC_KEY_ID_SIZE];
    lsc_public_key key = key_of(KEY_1_PUBLIC);
    lsc_buffer bundle = bundle_of(1);
    lsc_buffer made = signed_by(&bundle, KEY_1_PRIVATE, id);
    ck_ok(lsc_public_key_id(&key, expected, error));
    ck_assert_str_eq(id, expected);
    /* head -c 16 of: printf d75a...511a | xxd -r -p | sha256sum, the key being RFC 8032's. */
    ck_assert_str_eq(id, "21fe31dfa154a261626bf854046fd227");
    ck_assert_uint_eq(made.length, bundle.length + LSC_SIGNATURE_SIZE);
    ck_assert_mem_eq(made.data, bundle.data, bundle.length);
    ck_ok(trust(&made, error));
    ck_ok(read_bundle(&made, error));
    lsc_model *model = NULL;
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    ck_ok(lsc_model_read(made.data, made.length, fixture_allocator(), &model, error));
    ck_ok(lsc_model_get_info(model, &info, error));
    ck_assert_str_eq(info.claimed_key, id);
    ck_assert_ptr_null(info.signed_by);
    lsc_model_unref(model);
    lsc_buffer_free(&made);
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(an_unsigned_bundle_is_not_trusted)
{
    lsc_buffer bundle = bundle_of(1);
    ck_fails(trust(&bundle, error), LSC_UNTRUSTED, "the bundle is not signed");
    bundle.length = 0;
    ck_fails(trust(&bundle, error), LSC_UNTRUSTED, "the bundle is not signed");
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(a_signature_by_another_key_is_not_trusted)
{
    lsc_buffer bundle = bundle_of(1);
    lsc_buffer made = signed_by(&bundle, KEY_2_PRIVATE, NULL);
    ck_fails(trust(&made, error), LSC_UNTRUSTED, "which is not trusted");
    lsc_buffer_free(&made);
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(a_signature_by_another_key_under_the_id_of_a_trusted_one_is_not_trusted)
{
    lsc_buffer bundle = bundle_of(1);
    lsc_buffer one = signed_by(&bundle, KEY_1_PRIVATE, NULL);
    lsc_buffer two = signed_by(&bundle, KEY_2_PRIVATE, NULL);
    char *id = strstr(one.data + bundle.length + 8, "key ");
    memcpy(two.data + (id - one.data), id, 4 + LSC_KEY_ID_SIZE - 1);
    ck_fails(trust(&two, error), LSC_UNTRUSTED, "is not of this bundle");
    lsc_buffer_free(&one);
    lsc_buffer_free(&two);
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(one_of_several_trusted_keys_is_enough)
{
    lsc_public_key keys[] = {key_of(KEY_2_PUBLIC), key_of(KEY_1_PUBLIC)};
    lsc_buffer bundle = bundle_of(1);
    lsc_buffer made = signed_by(&bundle, KEY_1_PRIVATE, NULL);
    ck_ok(lsc_signature_check(made.data, made.length, keys, 2, error));
    ck_fails(lsc_signature_check(made.data, made.length, keys, 1, error), LSC_UNTRUSTED, "");
    lsc_buffer_free(&made);
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(a_key_under_which_anyone_can_sign_is_never_trusted)
{
    lsc_public_key keys[] = {key_of(KEY_1_PUBLIC), {{0}}};
    lsc_buffer bundle = bundle_of(1);
    lsc_buffer made = signed_by(&bundle, KEY_1_PRIVATE, NULL);
    ck_fails(lsc_signature_check(made.data, made.length, keys, 2, error), LSC_INVALID_ARG,
             "trusted_keys[1]");
    lsc_buffer_free(&made);
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(a_signature_of_another_bundle_is_not_trusted)
{
    lsc_buffer bundle = bundle_of(1);
    lsc_buffer other = bundle_of(2);
    lsc_buffer made = signed_by(&bundle, KEY_1_PRIVATE, NULL);
    lsc_buffer_append(&other, made.data + bundle.length, LSC_SIGNATURE_SIZE);
    ck_ok(read_bundle(&other, error));
    ck_fails(trust(&other, error), LSC_UNTRUSTED, "is not of this bundle");
    lsc_buffer_free(&made);
    lsc_buffer_free(&other);
    lsc_buffer_free(&bundle);
}
END_TEST

/** The bytes of the forest, which an archive does not keep; freed by the caller. */
static char *forest_of(lsc_archive *archive, size_t length)
{
    lsc_stream stream;
    char *bytes = malloc(length);
    ck_ok(lsc_archive_stream(archive, LSC_FOREST_MEMBER, &stream, error));
    ck_assert_uint_eq(lsc_stream_take(&stream, bytes, length), length);
    return bytes;
}

/** The members of `archive` with another manifest, packed with hashes that are right for them. */
static void repack(lsc_archive *archive, lsc_buffer *out)
{
    lsc_bundle_member members[LSC_MAX_MEMBERS];
    size_t n = archive->n_members - 2;
    char *forest = NULL;
    for (size_t i = 0; i < n; i++) {
        const lsc_member *member = &archive->members[i + 1];
        members[i] = (lsc_bundle_member){member->name, member->bytes, member->length};
        if (member->bytes == NULL) {
            forest = forest_of(archive, member->length);
            members[i].bytes = forest;
        }
    }
    lsc_spec *spec = fixture_spec(2, 2);
    lsc_manifest manifest = fixture_manifest(LSC_ENGINE_GBDT);
    manifest.name = "another";
    ck_ok(lsc_bundle_pack(&manifest, spec, members, n, out, error));
    lsc_spec_unref(spec);
    free(forest);
}

START_TEST(a_manifest_that_was_changed_with_its_hashes_is_not_trusted)
{
    lsc_archive archive;
    lsc_buffer bundle = bundle_of(1);
    lsc_buffer changed;
    lsc_buffer_init(&changed, fixture_allocator());
    lsc_buffer made = signed_by(&bundle, KEY_1_PRIVATE, NULL);
    ck_ok(lsc_archive_read(made.data, made.length, fixture_allocator(), &archive, error));
    repack(&archive, &changed);
    lsc_buffer_append(&changed, made.data + bundle.length, LSC_SIGNATURE_SIZE);
    ck_ok(read_bundle(&changed, error));
    ck_fails(trust(&changed, error), LSC_UNTRUSTED, "is not of this bundle");
    lsc_archive_free(&archive);
    lsc_buffer_free(&changed);
    lsc_buffer_free(&made);
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(members_compressed_otherwise_are_not_trusted)
{
    lsc_archive archive;
    lsc_buffer tar;
    lsc_buffer packed;
    lsc_buffer bundle = bundle_of(1);
    lsc_buffer made = signed_by(&bundle, KEY_1_PRIVATE, NULL);
    lsc_buffer_init(&tar, fixture_allocator());
    lsc_buffer_init(&packed, fixture_allocator());
    ck_ok(lsc_archive_read(made.data, made.length, fixture_allocator(), &archive, error));
    lsc_tar_append(&tar, "one-more", "x", 1);
    for (size_t i = 0; i < archive.n_members; i++) {
        const lsc_member *member = &archive.members[i];
        if (member->bytes != NULL) {
            lsc_tar_append(&tar, member->name, member->bytes, member->length);
        }
    }
    lsc_tar_end(&tar);
    ck_ok(lsc_zstd_pack(tar.data, tar.length, &packed, error));
    lsc_buffer_append(&packed, made.data + bundle.length, LSC_SIGNATURE_SIZE);
    ck_fails(trust(&packed, error), LSC_UNTRUSTED, "is not of this bundle");
    lsc_archive_free(&archive);
    lsc_buffer_free(&tar);
    lsc_buffer_free(&packed);
    lsc_buffer_free(&made);
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(signing_again_replaces_the_signature)
{
    lsc_buffer bundle = bundle_of(1);
    lsc_buffer one = signed_by(&bundle, KEY_1_PRIVATE, NULL);
    lsc_buffer again = signed_by(&one, KEY_1_PRIVATE, NULL);
    ck_assert_uint_eq(again.length, one.length);
    ck_assert_mem_eq(again.data, one.data, one.length);
    lsc_buffer two = signed_by(&one, KEY_2_PRIVATE, NULL);
    lsc_buffer fresh = signed_by(&bundle, KEY_2_PRIVATE, NULL);
    ck_assert_uint_eq(two.length, fresh.length);
    ck_assert_mem_eq(two.data, fresh.data, fresh.length);
    ck_fails(trust(&two, error), LSC_UNTRUSTED, "which is not trusted");
    lsc_buffer_free(&one);
    lsc_buffer_free(&again);
    lsc_buffer_free(&two);
    lsc_buffer_free(&fresh);
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(a_doubled_signature_is_refused)
{
    lsc_buffer bundle = bundle_of(1);
    lsc_buffer one = signed_by(&bundle, KEY_1_PRIVATE, NULL);
    lsc_buffer two = signed_by(&bundle, KEY_2_PRIVATE, NULL);
    lsc_buffer_append(&two, one.data + bundle.length, LSC_SIGNATURE_SIZE);
    ck_fails(trust(&two, error), LSC_UNTRUSTED, "is not of this bundle");
    ck_fails(read_bundle(&two, error), LSC_BAD_MODEL, "bytes follow its zstd frame");
    char signature[LSC_SIGNATURE_SIZE];
    memcpy(signature, one.data + bundle.length, sizeof signature);
    lsc_buffer_append(&one, signature, sizeof signature);
    ck_fails(trust(&one, error), LSC_UNTRUSTED, "is not of this bundle");
    ck_fails(read_bundle(&one, error), LSC_BAD_MODEL, "bytes follow its zstd frame");
    lsc_buffer_free(&one);
    lsc_buffer_free(&two);
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(every_cut_of_a_signature_is_refused)
{
    lsc_buffer bundle = bundle_of(1);
    lsc_buffer made = signed_by(&bundle, KEY_1_PRIVATE, NULL);
    for (size_t length = bundle.length + 1; length < made.length; length++) {
        lsc_buffer cut = made;
        cut.length = length;
        ck_fails(trust(&cut, error), LSC_UNTRUSTED, "the bundle is not signed");
        ck_fails(read_bundle(&cut, error), LSC_BAD_MODEL, "");
    }
    lsc_buffer_append(&made, "\n", 1);
    ck_fails(trust(&made, error), LSC_UNTRUSTED, "the bundle is not signed");
    ck_fails(read_bundle(&made, error), LSC_BAD_MODEL, "follow its zstd frame");
    lsc_buffer_free(&made);
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(no_byte_of_a_signed_bundle_can_change)
{
    lsc_buffer bundle = bundle_of(1);
    lsc_buffer made = signed_by(&bundle, KEY_1_PRIVATE, NULL);
    for (size_t i = 0; i < made.length; i++) {
        made.data[i] ^= (char)(1 << i % 8);
        lsc_status status = trust(&made, NULL);
        ck_assert_msg(status == LSC_UNTRUSTED, "byte %zu: %s", i, lsc_status_name(status));
        made.data[i] ^= (char)(1 << i % 8);
    }
    ck_ok(trust(&made, error));
    lsc_buffer_free(&made);
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(a_signature_that_is_not_checked_must_have_its_form)
{
    lsc_buffer bundle = bundle_of(1);
    lsc_buffer made = signed_by(&bundle, KEY_1_PRIVATE, NULL);
    size_t n_taken = 0;
    for (size_t i = bundle.length; i < made.length; i++) {
        for (int bit = 0; bit < 8; bit++) {
            made.data[i] ^= (char)(1 << bit);
            lsc_status status = read_bundle(&made, NULL);
            ck_assert_msg(status == LSC_OK || status == LSC_BAD_MODEL, "byte %zu", i);
            /* Another key id or signature, in the digits that make_frame() writes. */
            bool is_digit = strchr("0123456789abcdef", made.data[i]) != NULL;
            ck_assert_msg(status == LSC_BAD_MODEL || (is_digit && made.data[i] != '\0'),
                          "byte %zu is %d", i, made.data[i]);
            n_taken += status == LSC_OK;
            made.data[i] ^= (char)(1 << bit);
        }
    }
    ck_assert_uint_gt(n_taken, 32 + 128);
    lsc_buffer_free(&made);
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(a_damaged_signature_is_said_so)
{
    lsc_buffer bundle = bundle_of(1);
    lsc_buffer made = signed_by(&bundle, KEY_1_PRIVATE, NULL);
    made.data[made.length - 2] = 'G';
    ck_fails(trust(&made, error), LSC_UNTRUSTED, "its signature is damaged");
    ck_fails(read_bundle(&made, error), LSC_BAD_MODEL, "its signature is damaged");
    lsc_buffer_free(&made);
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(what_is_no_bundle_is_not_signed)
{
    void *out = &out;
    size_t length = 7;
    lsc_buffer bundle = bundle_of(1);
    ck_fails(lsc_bundle_sign(bundle.data, bundle.length - 1, KEY_1_PRIVATE, strlen(KEY_1_PRIVATE),
                             NULL, &out, &length, NULL, error),
             LSC_BAD_MODEL, "");
    ck_assert_ptr_null(out);
    ck_assert_uint_eq(length, 7);
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(an_encrypted_key_signs_with_its_passphrase)
{
    void *out = NULL;
    size_t length = 0;
    lsc_buffer bundle = bundle_of(1);
    lsc_buffer expected = signed_by(&bundle, KEY_1_PRIVATE, NULL);
    ck_fails(lsc_bundle_sign(bundle.data, bundle.length, KEY_1_ENCRYPTED, strlen(KEY_1_ENCRYPTED),
                             NULL, &out, &length, NULL, error),
             LSC_BAD_KEY, "no passphrase is given");
    ck_fails(lsc_bundle_sign(bundle.data, bundle.length, KEY_1_ENCRYPTED, strlen(KEY_1_ENCRYPTED),
                             "wrong", &out, &length, NULL, error),
             LSC_BAD_KEY, "with this passphrase");
    ck_ok(lsc_bundle_sign(bundle.data, bundle.length, KEY_1_ENCRYPTED, strlen(KEY_1_ENCRYPTED),
                          KEY_1_PASSPHRASE, &out, &length, NULL, error));
    ck_assert_uint_eq(length, expected.length);
    ck_assert_mem_eq(out, expected.data, length);
    lsc_bundle_free(out);
    lsc_buffer_free(&expected);
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(keys_are_read_to_their_limit_and_not_past_it)
{
    lsc_public_key key;
    char pem[LSC_MAX_KEY_PEM + 1];
    memset(pem, '\n', sizeof pem);
    memcpy(pem, KEY_1_PUBLIC, strlen(KEY_1_PUBLIC));
    ck_ok(lsc_public_key_read(pem, LSC_MAX_KEY_PEM, &key, error));
    ck_fails(lsc_public_key_read(pem, LSC_MAX_KEY_PEM + 1, &key, error), LSC_LIMIT,
             "16385 bytes, at most 16384");
    void *out = NULL;
    size_t length = 0;
    ck_fails(lsc_bundle_sign("", 0, pem, sizeof pem, NULL, &out, &length, NULL, error), LSC_LIMIT,
             "16385 bytes");
}
END_TEST

START_TEST(bundles_are_taken_to_their_limit_and_not_past_it)
{
    lsc_public_key key = key_of(KEY_1_PUBLIC);
    void *out = NULL;
    size_t length = 0;
    char *zeros = calloc(1, LSC_MAX_BUNDLE + 1); /* memory comes where it is touched */
    ck_assert_ptr_nonnull(zeros);
    ck_fails(lsc_signature_check(zeros, LSC_MAX_BUNDLE, &key, 1, error), LSC_UNTRUSTED, "");
    ck_fails(lsc_signature_check(zeros, LSC_MAX_BUNDLE + 1, &key, 1, error), LSC_LIMIT,
             "268435457 bytes, at most 268435456 are read");
    size_t most = LSC_MAX_BUNDLE - LSC_SIGNATURE_SIZE;
    ck_fails(lsc_bundle_sign(zeros, most, KEY_1_PRIVATE, strlen(KEY_1_PRIVATE), NULL, &out, &length,
                             NULL, error),
             LSC_BAD_MODEL, "");
    ck_fails(lsc_bundle_sign(zeros, most + 1, KEY_1_PRIVATE, strlen(KEY_1_PRIVATE), NULL, &out,
                             &length, NULL, error),
             LSC_LIMIT, "at most 268435242 can be signed");
    free(zeros);
}
END_TEST

START_TEST(arguments_are_checked)
{
    lsc_public_key key;
    char id[LSC_KEY_ID_SIZE];
    void *out = NULL;
    size_t length = 0;
    ck_fails(lsc_public_key_read(NULL, 0, &key, error), LSC_INVALID_ARG, "pem is NULL");
    ck_fails(lsc_public_key_read("", 0, NULL, error), LSC_INVALID_ARG, "key is NULL");
    ck_fails(lsc_public_key_id(NULL, id, error), LSC_INVALID_ARG, "key is NULL");
    ck_fails(lsc_bundle_sign(NULL, 0, "", 0, NULL, &out, &length, NULL, error), LSC_INVALID_ARG,
             "bundle is NULL");
    ck_fails(lsc_bundle_sign("", 0, NULL, 0, NULL, &out, &length, NULL, error), LSC_INVALID_ARG,
             "pem is NULL");
    ck_fails(lsc_bundle_sign("", 0, "", 0, NULL, NULL, &length, NULL, error), LSC_INVALID_ARG,
             "out or out_length");
    ck_fails(lsc_bundle_sign("", 0, "", 0, NULL, &out, NULL, NULL, error), LSC_INVALID_ARG,
             "out or out_length");
}
END_TEST

LSC_SUITE("model/signature", TEST(a_signed_bundle_is_trusted_and_reads_as_before),
          TEST(an_unsigned_bundle_is_not_trusted), TEST(a_signature_by_another_key_is_not_trusted),
          TEST(a_signature_by_another_key_under_the_id_of_a_trusted_one_is_not_trusted),
          TEST(one_of_several_trusted_keys_is_enough),
          TEST(a_key_under_which_anyone_can_sign_is_never_trusted),
          TEST(a_signature_of_another_bundle_is_not_trusted),
          TEST(a_manifest_that_was_changed_with_its_hashes_is_not_trusted),
          TEST(members_compressed_otherwise_are_not_trusted),
          TEST(signing_again_replaces_the_signature), TEST(a_doubled_signature_is_refused),
          TEST(every_cut_of_a_signature_is_refused), TEST(no_byte_of_a_signed_bundle_can_change),
          TEST(a_signature_that_is_not_checked_must_have_its_form),
          TEST(a_damaged_signature_is_said_so), TEST(what_is_no_bundle_is_not_signed),
          TEST(an_encrypted_key_signs_with_its_passphrase),
          TEST(keys_are_read_to_their_limit_and_not_past_it),
          TEST(bundles_are_taken_to_their_limit_and_not_past_it), TEST(arguments_are_checked))
