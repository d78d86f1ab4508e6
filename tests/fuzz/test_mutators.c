/* The mutators of models do what they are for: most of what they make gets past the first checks. */
#include "suite.h"

#include <locale.h>
#include <string.h>

#include "fuzz.h"
#include "fuzz_signature.h"
#include "model/bundle_read.h"
#include "model_fixtures.h"
#include "mutators.h"

#define ROOM (1u << 20)
#define N_TRIES 400u

/** In place of libFuzzer's: one byte is another one. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t length, size_t room)
{
    (void)room;
    if (length > 0) {
        bytes[value_roll(length)] ^= (uint8_t)(1 + value_roll(255));
    }
    return length;
}

static uint8_t changed[ROOM];

/** Of N_TRIES changes to the bytes, how many `accepts` takes. */
static size_t count_accepted(const void *bytes, size_t length,
                             bool (*accepts)(const uint8_t *bytes, size_t length))
{
    size_t accepted = 0;
    for (unsigned int seed = 0; seed < N_TRIES; seed++) {
        memcpy(changed, bytes, length);
        size_t size = LLVMFuzzerCustomMutator(changed, length, sizeof changed, seed);
        ck_assert_uint_le(size, sizeof changed);
        accepted += accepts(changed, size);
    }
    return accepted;
}

static bool unpacks(const uint8_t *bytes, size_t length)
{
    lsc_archive archive;
    bool good = lsc_archive_read(bytes, length, fixture_allocator(), &archive, NULL) == LSC_OK;
    lsc_archive_free(&archive);
    return good;
}

static bool loads(const uint8_t *bytes, size_t length)
{
    lsc_model *model = NULL;
    bool good = lsc_model_load_bytes(bytes, length, NULL, &model, NULL) == LSC_OK;
    lsc_model_unref(model);
    return good;
}

START_TEST(most_changed_bundles_pass_the_hashes_and_some_load)
{
    lsc_buffer bundle;
    lsc_buffer_init(&bundle, fixture_allocator());
    fixture_bundle(1, 2, 2, 4, 2, &bundle);
    ck_assert_uint_gt(count_accepted(bundle.data, bundle.length, unpacks), N_TRIES / 2);
    size_t n_loaded = count_accepted(bundle.data, bundle.length, loads);
    /* Else nothing that loading accepts would be scored, or nothing would be refused. */
    ck_assert_uint_gt(n_loaded, N_TRIES / 20);
    ck_assert_uint_lt(n_loaded, N_TRIES * 9 / 10);
    lsc_buffer_free(&bundle);
}
END_TEST

static bool is_trusted(const uint8_t *bytes, size_t length)
{
    lsc_model *model = NULL;
    lsc_load load = LSC_LOAD_INIT;
    load.trusted_keys = fuzz_trusted_key();
    load.n_trusted_keys = 1;
    bool good = lsc_model_load_bytes(bytes, length, &load, &model, NULL) == LSC_OK;
    lsc_model_unref(model);
    return good;
}

START_TEST(some_changed_bundles_are_signed_by_the_trusted_key)
{
    lsc_buffer bundle;
    lsc_buffer_init(&bundle, fixture_allocator());
    fixture_bundle(1, 2, 2, 4, 2, &bundle);
    ck_assert_uint_gt(count_accepted(bundle.data, bundle.length, is_trusted), N_TRIES / 100);
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(some_changed_forests_are_still_forests)
{
    lsc_buffer model;
    lsc_buffer_init(&model, fixture_allocator());
    fixture_random_ubjson(1, 3, 3, 4, &model);
    size_t accepted = 0;
    for (unsigned int seed = 0; seed < N_TRIES; seed++) {
        lsc_forest forest = {.allocator = *fixture_allocator()};
        memcpy(changed, model.data, model.length);
        value_tree_reset(seed);
        size_t size = mutate_ubjson(changed, model.length, sizeof changed);
        if (lsc_forest_read_ubjson(changed, size, 4, fixture_allocator(), &forest, NULL) ==
            LSC_OK) {
            accepted++;
            lsc_forest_free(&forest);
        }
    }
    ck_assert_uint_gt(accepted, N_TRIES / 20);
    ck_assert_uint_lt(accepted, N_TRIES * 9 / 10);
    lsc_buffer_free(&model);
}
END_TEST

START_TEST(ubjson_is_written_as_it_was_read)
{
    lsc_buffer model;
    lsc_buffer_init(&model, fixture_allocator());
    fixture_random_ubjson(1, 3, 3, 4, &model);
    value_tree_reset(0);
    const value *root = value_read_ubjson(model.data, model.length);
    ck_assert_ptr_nonnull(root);
    ck_assert_uint_eq(value_write_ubjson(root, (char *)changed, sizeof changed), model.length);
    ck_assert_mem_eq(changed, model.data, model.length);
    ck_assert_uint_eq(value_write_ubjson(root, (char *)changed, model.length - 1), 0);
    lsc_buffer_free(&model);
}
END_TEST

START_TEST(json_is_written_as_it_was_read)
{
    static const char json[] = "{\"a\":[1,-2.5,true,null,\"\\\"\\u0041\"],\"b\":{},\"c\":[]}";
    setlocale(LC_NUMERIC, "C"); /* as the fuzzers have it */
    value_tree_reset(0);
    const value *root = value_read_json(json, sizeof json - 1);
    ck_assert_ptr_nonnull(root);
    ck_assert_uint_eq(value_write_json(root, (char *)changed, sizeof changed), sizeof json - 1);
    ck_assert_mem_eq(changed, json, sizeof json - 1);
    ck_assert_uint_eq(value_write_json(root, (char *)changed, sizeof json - 2), 0);
}
END_TEST

LSC_SUITE("fuzz/mutators", TEST(most_changed_bundles_pass_the_hashes_and_some_load),
          TEST(some_changed_bundles_are_signed_by_the_trusted_key),
          TEST(some_changed_forests_are_still_forests), TEST(ubjson_is_written_as_it_was_read),
          TEST(json_is_written_as_it_was_read))
