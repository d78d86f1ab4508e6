#include "suite.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "model/bundle_read.h"
#include "model/tar.h"
#include "model/zstd_frame.h"
#include "model_fixtures.h"

/** What a bundle is made of, each part replaceable. */
typedef struct parts {
    lsc_manifest manifest;
    const char *calibration; /**< NULL: left out */
    const char *scorecard;   /**< not NULL: a scorecard's bundle */
    const char *base_score;
    size_t n_columns; /**< of the forest; the spec has 2 */
} parts;

static const parts good = {
    .calibration = fixture_calibration, .base_score = "5E-1", .n_columns = 2};

static void pack(const parts *given, lsc_buffer *bundle)
{
    bool forest = given->scorecard == NULL;
    lsc_spec *spec = fixture_spec(2, 2);
    lsc_manifest manifest = given->manifest;
    if (manifest.name == NULL) {
        manifest = fixture_manifest(forest ? LSC_ENGINE_GBDT : LSC_ENGINE_SCORECARD);
    }
    fixture_tree tree = fixture_stump(-0.5, 0.5);
    fixture_model model = FIXTURE_MODEL;
    model.trees = &tree;
    model.n_trees = 1;
    model.n_columns = given->n_columns;
    model.base_score = given->base_score;
    lsc_buffer ubjson;
    lsc_buffer_init(&ubjson, fixture_allocator());
    fixture_ubjson(&model, &ubjson);
    size_t length;
    const char *json = lsc_spec_json(spec, &length);
    lsc_bundle_member members[3] = {{"features.json", json, length},
                                    {"model.ubj", ubjson.data, ubjson.length}};
    size_t n = 2;
    if (!forest) {
        members[1] =
            (lsc_bundle_member){"scorecard.json", given->scorecard, strlen(given->scorecard)};
    }
    if (given->calibration != NULL) {
        members[n++] =
            (lsc_bundle_member){"calibration.json", given->calibration, strlen(given->calibration)};
    }
    lsc_buffer_init(bundle, fixture_allocator());
    ck_ok(lsc_bundle_pack(&manifest, spec, members, n, bundle, error));
    lsc_buffer_free(&ubjson);
    fixture_tree_free(&tree);
    lsc_spec_unref(spec);
}

static lsc_status read_parts(const parts *given, lsc_model **model, lsc_error *error)
{
    lsc_buffer bundle;
    pack(given, &bundle);
    lsc_status status =
        lsc_model_read(bundle.data, bundle.length, fixture_allocator(), model, error);
    lsc_buffer_free(&bundle);
    return status;
}

static void refuse(const parts *given, lsc_status status, const char *words)
{
    lsc_model *model = NULL;
    ck_fails(read_parts(given, &model, error), status, words);
    ck_assert_ptr_null(model);
}

START_TEST(a_model_tells_its_facts)
{
    lsc_model *model = fixture_random_model(1, 3, 4, 2, 2);
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    ck_ok(lsc_model_get_info(model, &info, error));
    ck_assert_str_eq(info.name, "fixture");
    ck_assert_str_eq(info.version, "3");
    ck_assert_str_eq(info.model_type, "composite");
    ck_assert_int_eq(info.engine, LSC_ENGINE_GBDT);
    ck_assert(info.gate_passed);
    ck_assert(info.calibrated);
    ck_assert_uint_eq(info.n_features, 2);
    ck_assert_uint_eq(info.n_columns, 2);
    ck_assert_uint_eq(info.n_trees, 3);
    ck_assert_uint_eq(info.n_nodes, model->forest.n_nodes);
    ck_assert_uint_eq(info.max_depth, model->forest.max_depth);
    ck_assert_uint_eq(strlen(info.sha256), 64);
    ck_assert_uint_eq(strlen(info.spec_sha256), 64);
    ck_assert_ptr_eq(lsc_model_spec(model), model->spec);
    ck_fails(lsc_model_get_info(NULL, &info, error), LSC_INVALID_ARG, "model is NULL");
    ck_fails(lsc_model_get_info(model, NULL, error), LSC_INVALID_ARG, "info is NULL");
    ck_assert_ptr_null(info.signed_by);
    ck_assert_ptr_null(info.claimed_key);
    info.signed_by = "as it was";
    info.size = offsetof(lsc_model_info, signed_by); /* as long as it was without signatures */
    ck_ok(lsc_model_get_info(model, &info, error));
    ck_assert_str_eq(info.signed_by, "as it was");
    info.size--;
    ck_fails(lsc_model_get_info(model, &info, error), LSC_INVALID_ARG, "lsc_model_info.size");
    lsc_model_unref(model);
}
END_TEST

START_TEST(a_longer_struct_of_a_newer_client_is_filled_as_far_as_it_is_known)
{
    struct {
        lsc_model_info info;
        unsigned char newer[16];
    } given;
    lsc_model *model = fixture_random_model(1, 1, 1, 2, 2);
    memset(&given, 0x5a, sizeof given);
    given.info.size = sizeof given;
    ck_ok(lsc_model_get_info(model, &given.info, error));
    ck_assert_str_eq(given.info.name, "fixture");
    ck_assert_uint_eq(given.info.size, sizeof given);
    for (size_t i = 0; i < sizeof given.newer; i++) {
        ck_assert_uint_eq(given.newer[i], 0x5a);
    }
    lsc_model_unref(model);
}
END_TEST

START_TEST(members_are_kept_but_for_the_forest)
{
    static const char *const names[] = {"manifest.json", "features.json", "model.ubj",
                                        "calibration.json", "manifest.sha256"};
    lsc_model *model = fixture_random_model(1, 1, 1, 2, 2);
    size_t length = 0;
    ck_assert_uint_eq(lsc_model_n_members(model), 5);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_str_eq(lsc_model_member_name(model, i), names[i]);
    }
    ck_assert_ptr_null(lsc_model_member_name(model, 5));
    ck_assert_str_eq(lsc_model_member(model, "calibration.json", &length), fixture_calibration);
    ck_assert_uint_eq(length, strlen(fixture_calibration));
    ck_assert_ptr_nonnull(lsc_model_member(model, "manifest.json", NULL));
    ck_assert_ptr_null(lsc_model_member(model, "model.ubj", &length));
    ck_assert_ptr_null(lsc_model_member(model, "nothing", &length));
    lsc_model_unref(model);
}
END_TEST

START_TEST(the_base_margin_is_that_of_the_manifest)
{
    lsc_model *model = NULL;
    parts given = good;
    given.manifest = fixture_manifest(LSC_ENGINE_GBDT);
    given.manifest.base_margin = 1e-6f;
    ck_ok(read_parts(&given, &model, error));
    ck_float_eq(model->forest.base_margin, 1e-6f);
    ck_assert_double_eq(model->forest.base_value, (double)1e-6f + model->forest.trees_mean);
    lsc_model_unref(model);
    given.manifest.base_margin = 1e-3f;
    refuse(&given, LSC_BAD_MODEL, "base_margin_bits are those of 0.001");
}
END_TEST

START_TEST(parts_that_do_not_fit_are_refused)
{
    parts given = good;
    given.n_columns = 3;
    refuse(&given, LSC_BAD_MODEL, "model.ubj: learner_model_param.num_feature is 3");
    given = good;
    given.calibration = "{\"kind\": \"none\"}";
    refuse(&given, LSC_BAD_MODEL, "need a calibration");
    given.calibration = "{";
    refuse(&given, LSC_BAD_JSON, "calibration.json: ");
    given = good;
    given.scorecard = "{\"format\": 1, \"rules\": [{}]}";
    refuse(&given, LSC_BAD_SPEC, "scorecard.json: rules[0]");
}
END_TEST

/** Read a good bundle after a change of its manifest, which is sealed again. */
static lsc_status read_forged(const char *from, const char *to, lsc_model **model, lsc_error *error)
{
    lsc_buffer bundle;
    lsc_buffer archive;
    lsc_archive read;
    char manifest[5000];
    char seal[LSC_SEAL_SIZE];
    pack(&good, &bundle);
    ck_assert_int_eq(lsc_archive_read(bundle.data, bundle.length, fixture_allocator(), &read, NULL),
                     LSC_OK);
    snprintf(manifest, sizeof manifest, "%.*s", (int)read.members[0].length,
             (const char *)read.members[0].bytes);
    char *at = strstr(manifest, from);
    ck_assert_ptr_nonnull(at);
    memcpy(at, to, strlen(to));
    ck_assert_int_eq(lsc_manifest_seal(manifest, strlen(manifest), seal, NULL), LSC_OK);
    lsc_buffer_init(&archive, fixture_allocator());
    lsc_tar_append(&archive, LSC_MANIFEST_NAME, manifest, strlen(manifest));
    for (size_t i = 1; i + 1 < read.n_members; i++) {
        lsc_buffer member;
        lsc_buffer_init(&member, fixture_allocator());
        fixture_member(&read, i, &member);
        lsc_tar_append(&archive, read.members[i].name, member.data, member.length);
        lsc_buffer_free(&member);
    }
    lsc_tar_append(&archive, LSC_SEAL_NAME, seal, strlen(seal));
    lsc_tar_end(&archive);
    lsc_buffer_clear(&bundle);
    ck_assert_int_eq(lsc_zstd_pack(archive.data, archive.length, &bundle, NULL), LSC_OK);
    lsc_status status =
        lsc_model_read(bundle.data, bundle.length, fixture_allocator(), model, error);
    lsc_archive_free(&read);
    lsc_buffer_free(&archive);
    lsc_buffer_free(&bundle);
    return status;
}

START_TEST(a_manifest_that_does_not_fit_its_members_is_refused)
{
    lsc_model *model = NULL;
    ck_ok(read_forged("\"fixture\"", "\"Fixture\"", &model, error));
    ck_assert_str_eq(model->name, "Fixture");
    lsc_model_unref(model);
    ck_fails(read_forged("\"composite\"", "\"compound\" ", &model, error), LSC_BAD_MODEL,
             "model_type is \"compound\", by its features it is composite");
    ck_fails(read_forged("\"spec_sha256\": \"", "\"spec_sha256\": \"x", &model, error),
             LSC_BAD_MODEL, "spec_sha256 is not that of features.json");
    ck_fails(read_forged("\"gbdt\"", "\"tree\"", &model, error), LSC_UNSUPPORTED, "engine");
}
END_TEST

START_TEST(hashes_that_are_right_for_the_wrong_content_help_nothing)
{
    static const char *const contents[] = {"", "{}", "[]", "{i\x07learner{}}", "\x28\xb5\x2f\xfd"};
    lsc_spec *spec = fixture_spec(2, 2);
    lsc_manifest manifest = fixture_manifest(LSC_ENGINE_GBDT);
    size_t length;
    const char *json = lsc_spec_json(spec, &length);
    for (size_t i = 0; i < 2 * sizeof contents / sizeof contents[0]; i++) {
        const char *content = contents[i / 2];
        lsc_bundle_member members[] = {
            {"features.json", json, length},
            {"model.ubj", content, strlen(content)},
            {"calibration.json", fixture_calibration, strlen(fixture_calibration)}};
        lsc_buffer bundle;
        lsc_model *model = NULL;
        lsc_error failure = LSC_ERROR_INIT;
        if (i % 2 == 1) { /* the spec for the trees */
            members[1] = (lsc_bundle_member){"model.ubj", json, length};
        }
        lsc_buffer_init(&bundle, fixture_allocator());
        ck_ok(lsc_bundle_pack(&manifest, spec, members, 3, &bundle, error));
        lsc_status status =
            lsc_model_read(bundle.data, bundle.length, fixture_allocator(), &model, &failure);
        ck_assert(status == LSC_BAD_MODEL || status == LSC_UNSUPPORTED);
        ck_assert_ptr_null(model);
        ck_assert_msg(strncmp(failure.message, "model.ubj: ", 11) == 0, "%s", failure.message);
        lsc_buffer_free(&bundle);
    }
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(a_scorecard_needs_no_calibration)
{
    lsc_model *model = NULL;
    parts given = good;
    given.scorecard = "{\"format\": 1, \"rules\": []}";
    given.calibration = NULL;
    ck_ok(read_parts(&given, &model, error));
    ck_assert_int_eq(model->engine, LSC_ENGINE_SCORECARD);
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    ck_ok(lsc_model_get_info(model, &info, error));
    ck_assert(!info.calibrated);
    ck_assert_uint_eq(info.n_trees, 0);
    lsc_model_unref(model);
    given.calibration = "{\"kind\": \"logistic\"}";
    refuse(&given, LSC_BAD_MODEL, "points are no log-odds");
}
END_TEST

START_TEST(every_cut_and_every_flipped_bit_is_refused)
{
    lsc_buffer bundle;
    pack(&good, &bundle);
    size_t whole = bundle.length;
    lsc_model *model = NULL;
    uint8_t hash[LSC_HASH_SIZE];
    ck_ok(lsc_model_read(bundle.data, whole, fixture_allocator(), &model, error));
    memcpy(hash, model->hash, sizeof hash);
    lsc_model_unref(model);
    for (size_t length = 0; length < whole; length++) {
        ck_fails(lsc_model_read(bundle.data, length, fixture_allocator(), &model, error),
                 LSC_BAD_MODEL, "");
    }
    for (size_t i = 0; i < 8 * whole; i++) {
        bundle.data[i / 8] ^= (char)(1 << i % 8);
        lsc_status status = lsc_model_read(bundle.data, whole, fixture_allocator(), &model, NULL);
        if (status == LSC_OK) {
            /* The frame unpacks to the same bytes all the same: its checksum says so, and the
               hashes of the members. It is another file, which shows in the model's hash. */
            ck_assert(memcmp(hash, model->hash, sizeof hash) != 0);
            lsc_model_unref(model);
        } else {
            ck_assert_ptr_null(model);
            ck_assert(status == LSC_BAD_MODEL || status == LSC_LIMIT);
        }
        bundle.data[i / 8] ^= (char)(1 << i % 8);
    }
    lsc_buffer_free(&bundle);
}
END_TEST

START_TEST(running_out_of_memory_leaks_nothing)
{
    static const char card[] = "{\"format\": 1, \"rules\": [{\"feature\": \"f0\", \"points\": 3, "
                               "\"least\": 1}]}";
    for (int kind = 0; kind < 2; kind++) {
        lsc_buffer bundle;
        parts given = good;
        given.scorecard = kind == 0 ? NULL : card;
        pack(&given, &bundle);
        lsc_status status = LSC_NO_MEMORY;
        size_t n_failures = 0;
        for (size_t fail_at = 1; status != LSC_OK; fail_at++, n_failures++) {
            lsc_test_heap heap = {.fail_at = fail_at};
            lsc_allocator allocator = lsc_test_allocator(&heap);
            lsc_model *model = NULL;
            lsc_error failure = LSC_ERROR_INIT;
            status = lsc_model_read(bundle.data, bundle.length, &allocator, &model, &failure);
            ck_assert_msg(status == LSC_OK || status == LSC_NO_MEMORY, "%s", failure.message);
            ck_assert((model != NULL) == (status == LSC_OK));
            lsc_model_unref(model);
            ck_assert_uint_eq(heap.live, 0);
        }
        ck_assert_uint_gt(n_failures, 10);
        lsc_buffer_free(&bundle);
    }
}
END_TEST

static void *ref_and_unref(void *model)
{
    for (int i = 0; i < 100000; i++) {
        lsc_model_unref(lsc_model_ref(model));
    }
    lsc_model_unref(model);
    return NULL;
}

START_TEST(threads_share_a_model_and_the_last_one_frees_it)
{
    enum {
        N_THREADS = 4
    };
    lsc_test_heap heap = {0};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    lsc_buffer bundle;
    lsc_model *model = NULL;
    pthread_t threads[N_THREADS];
    pack(&good, &bundle);
    ck_ok(lsc_model_read(bundle.data, bundle.length, &allocator, &model, error));
    for (int i = 0; i < N_THREADS; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, ref_and_unref, lsc_model_ref(model)), 0);
    }
    ck_assert_uint_gt(heap.live, 0);
    lsc_model_unref(model);
    for (int i = 0; i < N_THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    ck_assert_uint_eq(heap.live, 0);
    lsc_model_unref(NULL);
    lsc_buffer_free(&bundle);
}
END_TEST

LSC_SUITE("model/model", TEST(a_model_tells_its_facts),
          TEST(a_longer_struct_of_a_newer_client_is_filled_as_far_as_it_is_known),
          TEST(members_are_kept_but_for_the_forest), TEST(the_base_margin_is_that_of_the_manifest),
          TEST(parts_that_do_not_fit_are_refused),
          TEST(a_manifest_that_does_not_fit_its_members_is_refused),
          TEST(hashes_that_are_right_for_the_wrong_content_help_nothing),
          TEST(a_scorecard_needs_no_calibration), TEST(every_cut_and_every_flipped_bit_is_refused),
          TEST(running_out_of_memory_leaks_nothing),
          TEST(threads_share_a_model_and_the_last_one_frees_it))
