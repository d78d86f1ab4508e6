#include "suite.h"

#include <stdio.h>

#include "model_fixtures.h"
#include "score/golden.h"
#include "test_keys.h"

/** A bundle of a forest with these golden lines in it. */
static void bundle_of(const lsc_model *model, const char *golden, size_t golden_length,
                      lsc_buffer *bundle)
{
    lsc_buffer ubjson;
    lsc_buffer_init(&ubjson, fixture_allocator());
    fixture_random_ubjson(6, 10, 4, 3, &ubjson);
    size_t length;
    const char *json = lsc_spec_json(lsc_model_spec(model), &length);
    const lsc_bundle_member members[] = {
        {"features.json", json, length},
        {"model.ubj", ubjson.data, ubjson.length},
        {"calibration.json", fixture_calibration, strlen(fixture_calibration)},
        {"golden.ndjson", golden, golden_length}};
    lsc_manifest manifest = fixture_manifest(LSC_ENGINE_GBDT);
    ck_ok(lsc_bundle_pack(&manifest, lsc_model_spec(model), members, 4, bundle, error));
    lsc_buffer_free(&ubjson);
}

/** The same with its own golden lines, `spoil` in them overwritten where that is not NULL. */
static void golden_bundle(const char *spoil, const char *with, lsc_buffer *bundle)
{
    lsc_model *model = fixture_random_model(6, 10, 4, 3, 2);
    lsc_buffer golden;
    lsc_buffer_init(&golden, fixture_allocator());
    ck_ok(lsc_golden_write(model, &golden, error));
    if (spoil != NULL) {
        char *at = strstr(golden.data, spoil);
        ck_assert_ptr_nonnull(at);
        memcpy(at, with, strlen(with));
    }
    bundle_of(model, golden.data, golden.length, bundle);
    lsc_buffer_free(&golden);
    lsc_model_unref(model);
}

static lsc_status load(const lsc_buffer *bundle, const lsc_load *options, lsc_error *error)
{
    lsc_model *model = NULL;
    lsc_status status = lsc_model_load_bytes(bundle->data, bundle->length, options, &model, error);
    lsc_model_unref(model);
    return status;
}

/** Self-test a bundle whose golden text `spoil` was overwritten. */
static void refuse_golden(const char *spoil, const char *with, lsc_status status, const char *words)
{
    lsc_buffer bundle;
    lsc_load options = LSC_LOAD_INIT;
    lsc_buffer_init(&bundle, fixture_allocator());
    golden_bundle(spoil, with, &bundle);
    ck_ok(load(&bundle, &options, error));
    options.self_test = true;
    ck_fails(load(&bundle, &options, error), status, words);
    lsc_buffer_free(&bundle);
}

START_TEST(a_good_bundle_passes_its_self_test)
{
    lsc_buffer bundle;
    lsc_load options = LSC_LOAD_INIT;
    lsc_buffer_init(&bundle, fixture_allocator());
    golden_bundle(NULL, NULL, &bundle);
    options.self_test = true;
    ck_ok(load(&bundle, &options, error));
    ck_ok(load(&bundle, NULL, error));
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(golden_lines_are_made_of_the_model_alone)
{
    lsc_model *model = fixture_random_model(6, 10, 4, 3, 2);
    lsc_buffer one;
    lsc_buffer two;
    lsc_buffer_init(&one, fixture_allocator());
    lsc_buffer_init(&two, fixture_allocator());
    ck_ok(lsc_golden_write(model, &one, error));
    ck_ok(lsc_golden_write(model, &two, error));
    ck_assert_str_eq(one.data, two.data);
    size_t n_lines = 0;
    for (size_t i = 0; i < one.length; i++) {
        n_lines += one.data[i] == '\n';
    }
    ck_assert_uint_eq(n_lines, LSC_GOLDEN_ROWS);
    ck_assert_ptr_nonnull(strstr(one.data, "null"));
    lsc_buffer_free(&one);
    lsc_buffer_free(&two);
    lsc_model_unref(model);
}
END_TEST

START_TEST(a_golden_line_that_differs_is_named)
{
    refuse_golden("margin_bits\":\"0x", "margin_bits\":\"0y", LSC_MISMATCH,
                  "golden.ndjson:1: margin_bits is \"0y");
    refuse_golden("probability_bits\":\"0x3", "probability_bits\":\"0x4", LSC_MISMATCH,
                  "golden.ndjson:1: probability_bits is");
    refuse_golden("probability_low_bits\":\"0x3", "probability_low_bits\":\"0x4", LSC_MISMATCH,
                  "golden.ndjson:1: probability_low_bits is");
    refuse_golden("probability_high_bits\":\"0x3", "probability_high_bits\":\"0x4", LSC_MISMATCH,
                  "golden.ndjson:1: probability_high_bits is");
    refuse_golden("\"grade\":\"C", "\"grade\":\"A", LSC_MISMATCH,
                  ": grade is \"A\", computed \"C\"");
    refuse_golden("\"score\":4", "\"score\":5", LSC_MISMATCH, ": score is");
    refuse_golden("\"margin_bits\"", "\"margin_bytes", LSC_BAD_JSON, "golden.ndjson:1: ");
    refuse_golden("\"score\":", "\"socre\":", LSC_BAD_MODEL, "score");
    refuse_golden("\"columns\":[", "\"columns\":7", LSC_BAD_JSON, "golden.ndjson:1: ");
    refuse_golden("\"columns\"", "\"Columns\"", LSC_BAD_MODEL, "columns");
}
END_TEST

START_TEST(golden_lines_are_read_as_strictly_as_they_are_written)
{
    static const struct {
        const char *lines;
        lsc_status status;
        const char *words;
    } cases[] = {
        {"[1]\n", LSC_BAD_MODEL, "golden.ndjson:1: not an object but array"},
        {"{\"columns\": [1, 2]}\n", LSC_BAD_MODEL, "2 columns, the model has 3"},
        {"{\"columns\": [1, 2, 3, 4]}\n", LSC_BAD_MODEL, "4 columns, the model has 3"},
        {"{\"columns\": [1, true, 3]}\n", LSC_BAD_MODEL, "columns[1] is no float32"},
        {"{\"columns\": [1, 2, -1e39]}\n", LSC_BAD_MODEL, "columns[2] is no float32"},
        {"{\"columns\": [1, null, 3], \"margin_bits\": 1}\n", LSC_BAD_MODEL, "margin_bits"},
        {"\n", LSC_BAD_JSON, "golden.ndjson:1: "},
        {"", LSC_BAD_MODEL, "golden.ndjson is empty"},
    };
    lsc_model *model = fixture_random_model(6, 10, 4, 3, 2);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lsc_buffer bundle;
        lsc_load options = LSC_LOAD_INIT;
        options.self_test = true;
        lsc_buffer_init(&bundle, fixture_allocator());
        bundle_of(model, cases[i].lines, strlen(cases[i].lines), &bundle);
        ck_fails(load(&bundle, &options, error), cases[i].status, cases[i].words);
        lsc_buffer_free(&bundle);
    }
    lsc_model_unref(model);
}
END_TEST

START_TEST(a_self_test_needs_golden_lines)
{
    lsc_buffer bundle;
    lsc_load options = LSC_LOAD_INIT;
    lsc_buffer_init(&bundle, fixture_allocator());
    fixture_bundle(6, 1, 1, 2, 2, &bundle);
    options.self_test = true;
    ck_fails(load(&bundle, &options, error), LSC_BAD_MODEL, "has no golden.ndjson");
    lsc_buffer_free(&bundle);
}
END_TEST

/* Trust */

/** The golden bundle, signed by the first key. */
static void signed_bundle(lsc_buffer *bundle)
{
    lsc_buffer plain;
    void *bytes = NULL;
    size_t length = 0;
    lsc_buffer_init(&plain, fixture_allocator());
    lsc_buffer_init(bundle, fixture_allocator());
    golden_bundle(NULL, NULL, &plain);
    ck_ok(lsc_bundle_sign(plain.data, plain.length, KEY_1_PRIVATE, strlen(KEY_1_PRIVATE), NULL,
                          &bytes, &length, NULL, error));
    lsc_buffer_append(bundle, bytes, length);
    lsc_bundle_free(bytes);
    lsc_buffer_free(&plain);
}

static lsc_load trusting(const lsc_public_key *keys, size_t n_keys)
{
    lsc_load options = LSC_LOAD_INIT;
    options.trusted_keys = keys;
    options.n_trusted_keys = n_keys;
    return options;
}

static lsc_public_key key_of(const char *pem)
{
    lsc_public_key key;
    ck_ok(lsc_public_key_read(pem, strlen(pem), &key, error));
    return key;
}

START_TEST(a_trusted_model_says_who_signed_it)
{
    lsc_buffer bundle;
    lsc_model *model = NULL;
    lsc_public_key keys[] = {key_of(KEY_1_PUBLIC), key_of(KEY_2_PUBLIC)};
    lsc_load options = trusting(keys, 2);
    char id[LSC_KEY_ID_SIZE];
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    options.self_test = true;
    signed_bundle(&bundle);
    ck_ok(lsc_public_key_id(&keys[0], id, error));
    ck_ok(lsc_model_load_bytes(bundle.data, bundle.length, &options, &model, error));
    ck_ok(lsc_model_get_info(model, &info, error));
    ck_assert_str_eq(info.signed_by, id);
    ck_assert_str_eq(info.claimed_key, id);
    lsc_model_unref(model);
    /* Not asked to check, it says only what it claims. */
    ck_ok(lsc_model_load_bytes(bundle.data, bundle.length, NULL, &model, error));
    ck_ok(lsc_model_get_info(model, &info, error));
    ck_assert_ptr_null(info.signed_by);
    ck_assert_str_eq(info.claimed_key, id);
    lsc_model_unref(model);
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(a_model_that_no_trusted_key_signed_is_refused)
{
    lsc_buffer bundle;
    lsc_buffer plain;
    lsc_public_key key = key_of(KEY_2_PUBLIC);
    lsc_load options = trusting(&key, 1);
    signed_bundle(&bundle);
    lsc_buffer_init(&plain, fixture_allocator());
    golden_bundle(NULL, NULL, &plain);
    ck_fails(load(&bundle, &options, error), LSC_UNTRUSTED, "which is not trusted");
    ck_fails(load(&plain, &options, error), LSC_UNTRUSTED, "is not signed");
    lsc_buffer_free(&plain);
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(the_signature_is_looked_at_before_anything_else)
{
    static const char *const garbage[] = {"", "no bundle", "\x28\xb5\x2f\xfd cut short"};
    lsc_public_key key = key_of(KEY_1_PUBLIC);
    lsc_load options = trusting(&key, 1);
    lsc_model *model = NULL;
    for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
        size_t length = strlen(garbage[i]);
        ck_fails(lsc_model_load_bytes(garbage[i], length, &options, &model, error), LSC_UNTRUSTED,
                 "is not signed");
        ck_fails(lsc_model_load_bytes(garbage[i], length, NULL, &model, error), LSC_BAD_MODEL, "");
    }
}
END_TEST

START_TEST(a_list_of_keys_is_there_and_not_empty)
{
    lsc_buffer bundle;
    lsc_public_key keys[] = {key_of(KEY_1_PUBLIC), {{0}}};
    lsc_load options = trusting(NULL, 1);
    signed_bundle(&bundle);
    ck_fails(load(&bundle, &options, error), LSC_INVALID_ARG, "trusted_keys is NULL");
    options = trusting(keys, 0);
    ck_fails(load(&bundle, &options, error), LSC_INVALID_ARG, "has no key in it");
    options = trusting(keys, 2);
    ck_fails(load(&bundle, &options, error), LSC_INVALID_ARG, "trusted_keys[1]");
    options.size = offsetof(lsc_load, trusted_keys); /* of a client that knows no keys */
    ck_ok(load(&bundle, &options, error));
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(a_file_that_is_not_trusted_is_named)
{
    char path[5000];
    lsc_buffer bundle;
    lsc_model *model = NULL;
    lsc_public_key keys[] = {key_of(KEY_1_PUBLIC), key_of(KEY_2_PUBLIC)};
    lsc_load options = trusting(keys, 1);
    signed_bundle(&bundle);
    snprintf(path, sizeof path, "%s/signed.lsm", lsc_test_folder());
    ck_ok(lsc_bundle_write(path, bundle.data, bundle.length, error));
    ck_ok(lsc_model_load_file(path, &options, &model, error));
    lsc_model_unref(model);
    options = trusting(keys + 1, 1);
    ck_fails(lsc_model_load_file(path, &options, &model, error), LSC_UNTRUSTED, "signed.lsm: ");
    ck_assert_ptr_null(model);
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(a_file_is_loaded_and_named_in_errors)
{
    char path[5000];
    lsc_buffer bundle;
    lsc_model *model = NULL;
    lsc_buffer_init(&bundle, fixture_allocator());
    fixture_bundle(6, 1, 1, 2, 2, &bundle);
    snprintf(path, sizeof path, "%s/model.lsm", lsc_test_folder());
    ck_ok(lsc_bundle_write(path, bundle.data, bundle.length, error));
    ck_ok(lsc_model_load_file(path, NULL, &model, error));
    lsc_model_unref(model);
    ck_ok(lsc_bundle_write(path, bundle.data, bundle.length / 2, error));
    ck_fails(lsc_model_load_file(path, NULL, &model, error), LSC_BAD_MODEL, "model.lsm: ");
    ck_assert_ptr_null(model);
    snprintf(path, sizeof path, "%s/nothing.lsm", lsc_test_folder());
    ck_fails(lsc_model_load_file(path, NULL, &model, error), LSC_NOT_FOUND, "nothing.lsm");
    ck_fails(lsc_model_load_file(lsc_test_folder(), NULL, &model, error), LSC_IO, "");
    snprintf(path, sizeof path, "%s/no/folder.lsm", lsc_test_folder());
    ck_fails(lsc_bundle_write(path, bundle.data, bundle.length, error), LSC_NOT_FOUND,
             "folder.lsm");
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(arguments_are_checked)
{
    lsc_model *model = NULL;
    ck_fails(lsc_model_load_bytes(NULL, 0, NULL, &model, error), LSC_INVALID_ARG, "bytes is NULL");
    ck_fails(lsc_model_load_bytes("", 0, NULL, NULL, error), LSC_INVALID_ARG, "model is NULL");
    ck_fails(lsc_model_load_file(NULL, NULL, &model, error), LSC_INVALID_ARG, "path is NULL");
    ck_fails(lsc_model_load_file("x", NULL, NULL, error), LSC_INVALID_ARG, "model is NULL");
    ck_fails(lsc_bundle_write(NULL, "", 0, error), LSC_INVALID_ARG, "path is NULL");
    ck_fails(lsc_bundle_write("x", NULL, 0, error), LSC_INVALID_ARG, "bundle is NULL");
    lsc_load options = LSC_LOAD_INIT;
    options.size = 0;
    ck_fails(lsc_model_load_bytes("", 0, &options, &model, error), LSC_INVALID_ARG,
             "lsc_load.size");
    lsc_load_init(&options, sizeof options);
    lsc_test_heap heap = {0};
    options.allocator.malloc = lsc_test_allocator(&heap).malloc;
    ck_fails(lsc_model_load_bytes("", 0, &options, &model, error), LSC_INVALID_ARG, "allocator");
}
END_TEST

START_TEST(running_out_of_memory_in_load_and_self_test_leaks_nothing)
{
    lsc_buffer bundle;
    lsc_status status = LSC_NO_MEMORY;
    size_t n_failures = 0;
    lsc_public_key key = key_of(KEY_1_PUBLIC);
    signed_bundle(&bundle);
    for (size_t fail_at = 1; status != LSC_OK; fail_at++, n_failures++) {
        lsc_test_heap heap = {.fail_at = fail_at};
        lsc_load options = trusting(&key, 1);
        options.allocator = lsc_test_allocator(&heap);
        options.self_test = true;
        status = load(&bundle, &options, NULL);
        ck_assert(status == LSC_OK || status == LSC_NO_MEMORY);
        ck_assert_uint_eq(heap.live, 0);
    }
    ck_assert_uint_gt(n_failures, 30);
    lsc_buffer_free(&bundle);
}
END_TEST

LSC_SUITE("score/load", TEST(a_good_bundle_passes_its_self_test),
          TEST(golden_lines_are_made_of_the_model_alone), TEST(a_golden_line_that_differs_is_named),
          TEST(golden_lines_are_read_as_strictly_as_they_are_written),
          TEST(a_self_test_needs_golden_lines), TEST(a_file_is_loaded_and_named_in_errors),
          TEST(a_trusted_model_says_who_signed_it),
          TEST(a_model_that_no_trusted_key_signed_is_refused),
          TEST(the_signature_is_looked_at_before_anything_else),
          TEST(a_list_of_keys_is_there_and_not_empty), TEST(a_file_that_is_not_trusted_is_named),
          TEST(arguments_are_checked),
          TEST(running_out_of_memory_in_load_and_self_test_leaks_nothing))
