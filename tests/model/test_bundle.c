#include "suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <leadscore/version.h>

#include "core/hash.h"
#include "model/bundle_read.h"
#include "model/tar.h"
#include "model/zstd_frame.h"
#include "model_fixtures.h"

/** The parts of a small good bundle, for tests to spoil. */
typedef struct parts {
    lsc_spec *spec;
    lsc_manifest manifest;
    lsc_buffer ubjson;
    lsc_bundle_member members[4];
    lsc_buffer bundle;
} parts;

static parts good_parts(void)
{
    parts made = {.spec = fixture_spec(2, 2), .manifest = fixture_manifest(LSC_ENGINE_GBDT)};
    fixture_tree tree = fixture_stump(-0.5, 0.5);
    fixture_model model = FIXTURE_MODEL;
    model.trees = &tree;
    model.n_trees = 1;
    lsc_buffer_init(&made.ubjson, fixture_allocator());
    lsc_buffer_init(&made.bundle, fixture_allocator());
    fixture_ubjson(&model, &made.ubjson);
    fixture_tree_free(&tree);
    size_t length;
    const char *json = lsc_spec_json(made.spec, &length);
    made.members[0] = (lsc_bundle_member){"features.json", json, length};
    made.members[1] = (lsc_bundle_member){"model.ubj", made.ubjson.data, made.ubjson.length};
    made.members[2] =
        (lsc_bundle_member){"calibration.json", fixture_calibration, strlen(fixture_calibration)};
    made.members[3] = (lsc_bundle_member){"MODEL_CARD.md", "# A card\n", 9};
    return made;
}

static void free_parts(parts *made)
{
    lsc_spec_unref(made->spec);
    lsc_buffer_free(&made->ubjson);
    lsc_buffer_free(&made->bundle);
}

static lsc_status pack(parts *made, size_t n_members, lsc_error *error)
{
    lsc_buffer_clear(&made->bundle);
    return lsc_bundle_pack(&made->manifest, made->spec, made->members, n_members, &made->bundle,
                           error);
}

static lsc_status read_bundle(const lsc_buffer *bundle, lsc_error *error)
{
    lsc_archive archive;
    lsc_status status =
        lsc_archive_read(bundle->data, bundle->length, fixture_allocator(), &archive, error);
    lsc_archive_free(&archive); /* also where it could not be read */
    return status;
}

/** Pack an archive made by hand, and read it. */
static lsc_status read_archive(const lsc_buffer *archive, lsc_error *error)
{
    lsc_buffer bundle;
    lsc_buffer_init(&bundle, fixture_allocator());
    ck_assert_int_eq(lsc_zstd_pack(archive->data, archive->length, &bundle, NULL), LSC_OK);
    lsc_status status = read_bundle(&bundle, error);
    lsc_buffer_free(&bundle);
    return status;
}

/** The good bundle's archive. */
static lsc_archive good_archive(parts *made)
{
    lsc_archive archive;
    ck_ok(pack(made, 4, error));
    ck_ok(lsc_archive_read(made->bundle.data, made->bundle.length, fixture_allocator(), &archive,
                           error));
    return archive;
}

START_TEST(what_was_packed_is_read_in_the_same_order)
{
    static const char *const names[] = {"manifest.json",    "features.json", "model.ubj",
                                        "calibration.json", "MODEL_CARD.md", "manifest.sha256"};
    parts made = good_parts();
    lsc_archive archive = good_archive(&made);
    ck_assert_uint_eq(archive.n_members, 6);
    for (size_t i = 0; i < 6; i++) {
        ck_assert_str_eq(archive.members[i].name, names[i]);
    }
    const lsc_member *card = lsc_archive_find(&archive, "MODEL_CARD.md");
    ck_assert_uint_eq(card->length, 9);
    ck_assert_mem_eq(card->bytes, "# A card\n", 9);
    ck_assert_ptr_null(lsc_archive_find(&archive, "nothing"));
    lsc_archive_free(&archive);
    free_parts(&made);
}
END_TEST

START_TEST(the_manifest_says_what_it_was_given)
{
    static const char *const reasons[] = {"too few \"outcomes\"", "second"};
    parts made = good_parts();
    made.manifest.created = "2026-04-01T00:00:00Z";
    made.manifest.gate_passed = false;
    made.manifest.gate_reasons = reasons;
    made.manifest.n_gate_reasons = 2;
    made.manifest.window_from_ms = 0;
    made.manifest.window_to_ms = 1000;
    lsc_archive archive = good_archive(&made);
    char *json = malloc(archive.members[0].length + 1);
    ck_assert_ptr_nonnull(json);
    memcpy(json, archive.members[0].bytes, archive.members[0].length);
    json[archive.members[0].length] = '\0';
    static const char *const parts_of_it[] = {"\"format\": 1",
                                              "\"name\": \"fixture\"",
                                              "\"version\": \"3\"",
                                              "\"model_type\": \"composite\"",
                                              "\"engine\": \"gbdt\"",
                                              "\"library_version\": \"" LSC_VERSION "\"",
                                              "\"created\": \"2026-04-01T00:00:00Z\"",
                                              "\"base_margin_bits\": \"0x00000000\"",
                                              "\"A\": 0.8",
                                              "\"procedure\": \"refit\"",
                                              "\"from\": \"1970-01-01T00:00:00Z\"",
                                              "\"to\": \"1970-01-01T00:00:01Z\"",
                                              "\"rows\": 100",
                                              "\"positive\": 25",
                                              "\"passed\": false",
                                              "\"too few \\\"outcomes\\\"\"",
                                              "\"name\": \"MODEL_CARD.md\"",
                                              "\"size\": 9"};
    for (size_t i = 0; i < sizeof parts_of_it / sizeof parts_of_it[0]; i++) {
        ck_assert_msg(strstr(json, parts_of_it[i]) != NULL, "%s is not in %s", parts_of_it[i],
                      json);
    }
    ck_assert(!archive.manifest.gate_passed);
    ck_assert_str_eq(archive.manifest.model_type, "composite");
    free(json);
    lsc_archive_free(&archive);
    free_parts(&made);
}
END_TEST

START_TEST(the_same_parts_give_the_same_bytes)
{
    parts one = good_parts();
    parts two = good_parts();
    ck_ok(pack(&one, 4, error));
    ck_ok(pack(&two, 4, error));
    ck_assert_uint_eq(one.bundle.length, two.bundle.length);
    ck_assert_mem_eq(one.bundle.data, two.bundle.data, one.bundle.length);
    free_parts(&one);
    free_parts(&two);
}
END_TEST

START_TEST(tar_and_sha256sum_agree)
{
    if (system("command -v tar > /dev/null && command -v zstd > /dev/null") != 0) {
        fprintf(stderr, "SKIPPED: tar or zstd is not installed\n");
        return;
    }
    char path[5000];
    char command[12000];
    parts made = good_parts();
    ck_ok(pack(&made, 4, error));
    snprintf(path, sizeof path, "%s/bundle.lsm", lsc_test_folder());
    ck_ok(lsc_bundle_write(path, made.bundle.data, made.bundle.length, error));
    snprintf(command, sizeof command,
             "cd '%s' && test \"$(tar --zstd -tf bundle.lsm | tr '\\n' ' ')\" = "
             "'manifest.json features.json model.ubj calibration.json MODEL_CARD.md "
             "manifest.sha256 ' && tar --zstd -xf bundle.lsm && sha256sum --quiet -c "
             "manifest.sha256",
             lsc_test_folder());
    ck_assert_int_eq(system(command), 0);
    free_parts(&made);
}
END_TEST

START_TEST(members_that_cannot_be_are_refused)
{
    parts made = good_parts();
    made.members[3].name = "manifest.json";
    ck_fails(pack(&made, 4, error), LSC_INVALID_ARG, "\"manifest.json\" cannot be a member");
    made.members[3].name = "manifest.sha256";
    ck_fails(pack(&made, 4, error), LSC_INVALID_ARG, "cannot be a member");
    made.members[3].name = "../up";
    ck_fails(pack(&made, 4, error), LSC_INVALID_ARG, "\"../up\" cannot be a member");
    made.members[3].name = "model.ubj";
    ck_fails(pack(&made, 4, error), LSC_INVALID_ARG, "model.ubj is given twice");
    ck_fails(pack(&made, 2, error), LSC_INVALID_ARG, "calibration.json must be there");
    made.members[3].name = "card";
    made.members[3].length = LSC_MAX_BUNDLE_UNPACKED;
    ck_fails(pack(&made, 4, error), LSC_LIMIT, "card makes the bundle larger");
    made.members[0].length--;
    ck_fails(pack(&made, 3, error), LSC_INVALID_ARG, "features.json must be there");
    made.manifest.engine = LSC_ENGINE_SCORECARD;
    made.members[0].length++;
    ck_fails(pack(&made, 3, error), LSC_INVALID_ARG, "scorecard.json must be there");
    free_parts(&made);
}
END_TEST

START_TEST(manifests_that_cannot_be_are_refused)
{
    parts made = good_parts();
    lsc_manifest good = made.manifest;
    char name[LSC_MAX_NAME + 2];
    memset(name, 'n', sizeof name);
    name[LSC_MAX_NAME] = '\0';
    made.manifest.name = name;
    ck_ok(pack(&made, 4, error));
    name[LSC_MAX_NAME] = 'n';
    name[LSC_MAX_NAME + 1] = '\0';
    ck_fails(pack(&made, 4, error), LSC_LIMIT, "name has 257 bytes");
    made.manifest.name = "";
    ck_fails(pack(&made, 4, error), LSC_INVALID_ARG, "name is empty");
    made.manifest.name = "\xff";
    ck_fails(pack(&made, 4, error), LSC_INVALID_ARG, "name is not UTF-8");
    made.manifest = good;
    made.manifest.version = NULL;
    ck_fails(pack(&made, 4, error), LSC_INVALID_ARG, "version is empty");
    made.manifest = good;
    made.manifest.created = "yesterday";
    ck_fails(pack(&made, 4, error), LSC_INVALID_ARG, "yesterday");
    made.manifest = good;
    made.manifest.grades.least[2] = 0.7;
    ck_fails(pack(&made, 4, error), LSC_INVALID_ARG, "must fall from A to D");
    made.manifest = good;
    made.manifest.base_margin = INFINITY;
    ck_fails(pack(&made, 4, error), LSC_INVALID_ARG, "base margin");
    free_parts(&made);
}
END_TEST

START_TEST(members_are_taken_to_their_limit_and_not_past_it)
{
    enum {
        MOST = LSC_MAX_MEMBERS - 2
    };
    parts made = good_parts();
    lsc_bundle_member members[MOST + 1];
    char names[MOST + 1][16];
    memcpy(members, made.members, sizeof made.members);
    for (size_t i = 4; i < MOST + 1; i++) {
        snprintf(names[i], sizeof names[i], "m%zu", i);
        members[i] = (lsc_bundle_member){names[i], "x", 1};
    }
    ck_ok(lsc_bundle_pack(&made.manifest, made.spec, members, MOST, &made.bundle, error));
    ck_ok(read_bundle(&made.bundle, error));
    lsc_buffer_clear(&made.bundle);
    ck_fails(lsc_bundle_pack(&made.manifest, made.spec, members, MOST + 1, &made.bundle, error),
             LSC_LIMIT, "63 members, at most 62");
    lsc_buffer archive;
    lsc_buffer_init(&archive, fixture_allocator());
    for (size_t i = 0; i < LSC_MAX_MEMBERS + 1; i++) {
        char name[16];
        snprintf(name, sizeof name, "m%zu", i);
        lsc_tar_append(&archive, name, "x", 1);
    }
    lsc_tar_end(&archive);
    ck_fails(read_archive(&archive, error), LSC_LIMIT, "more than 64 members");
    lsc_buffer_free(&archive);
    free_parts(&made);
}
END_TEST

/** Write the good archive again with one member's name, bytes or presence changed. */
static void rewrite(lsc_archive *good, size_t at, const char *name, const char *bytes,
                    size_t length, lsc_buffer *archive)
{
    lsc_buffer_clear(archive);
    for (size_t i = 0; i < good->n_members; i++) {
        lsc_buffer own;
        lsc_buffer_init(&own, fixture_allocator());
        fixture_member(good, i, &own);
        if (i != at) {
            lsc_tar_append(archive, good->members[i].name, own.data, own.length);
        } else if (name != NULL) {
            lsc_tar_append(archive, name, bytes != NULL ? bytes : own.data,
                           bytes != NULL ? length : own.length);
        }
        lsc_buffer_free(&own);
    }
    lsc_tar_end(archive);
}

START_TEST(contents_that_differ_from_the_manifest_are_refused)
{
    parts made = good_parts();
    lsc_archive good = good_archive(&made);
    lsc_buffer archive;
    lsc_buffer_init(&archive, fixture_allocator());
    rewrite(&good, 4, "MODEL_CARD.md", "# B card\n", 9, &archive);
    ck_fails(read_archive(&archive, error), LSC_BAD_MODEL, "MODEL_CARD.md has another SHA-256");
    rewrite(&good, 4, "MODEL_CARD.md", "# A card", 8, &archive);
    ck_fails(read_archive(&archive, error), LSC_BAD_MODEL, "MODEL_CARD.md has 8 bytes, 9 in");
    rewrite(&good, 4, "OTHER_CARD.md", NULL, 0, &archive);
    ck_fails(read_archive(&archive, error), LSC_BAD_MODEL, "OTHER_CARD.md is where");
    rewrite(&good, 4, NULL, NULL, 0, &archive);
    ck_fails(read_archive(&archive, error), LSC_BAD_MODEL, "3 members, 4 in its manifest");
    rewrite(&good, 4, "model.ubj", NULL, 0, &archive);
    ck_fails(read_archive(&archive, error), LSC_BAD_MODEL, "model.ubj stands in the bundle twice");
    rewrite(&good, 0, "manifest.json", "{}", 2, &archive);
    ck_fails(read_archive(&archive, error), LSC_BAD_MODEL, "manifest.json has another SHA-256");
    rewrite(&good, 0, NULL, NULL, 0, &archive);
    ck_fails(read_archive(&archive, error), LSC_BAD_MODEL, "must begin with manifest.json");
    rewrite(&good, 5, NULL, NULL, 0, &archive);
    ck_fails(read_archive(&archive, error), LSC_BAD_MODEL, "end with manifest.sha256");
    rewrite(&good, 5, "manifest.sha256", "", 0, &archive);
    ck_fails(read_archive(&archive, error), LSC_BAD_MODEL, "manifest.json has another SHA-256");
    lsc_buffer_clear(&archive);
    lsc_tar_end(&archive);
    ck_fails(read_archive(&archive, error), LSC_BAD_MODEL, "the bundle is empty");
    lsc_buffer_free(&archive);
    lsc_archive_free(&good);
    free_parts(&made);
}
END_TEST

/** A bundle of a manifest alone, with its seal. */
static lsc_status read_manifest(const char *json, lsc_error *error)
{
    lsc_buffer archive;
    char seal[LSC_SEAL_SIZE];
    lsc_buffer_init(&archive, fixture_allocator());
    ck_assert_int_eq(lsc_manifest_seal(json, strlen(json), seal, NULL), LSC_OK);
    lsc_tar_append(&archive, "manifest.json", json, strlen(json));
    lsc_tar_append(&archive, "manifest.sha256", seal, strlen(seal));
    lsc_tar_end(&archive);
    lsc_status status = read_archive(&archive, error);
    lsc_buffer_free(&archive);
    return status;
}

/** A manifest with one member's value changed. */
static lsc_status read_changed(const char *key, const char *value, lsc_error *error)
{
    static const char *const good[][2] = {
        {"format", "1"},
        {"name", "\"n\""},
        {"version", "\"1\""},
        {"model_type", "\"composite\""},
        {"spec_sha256", "\"00\""},
        {"engine", "\"gbdt\""},
        {"base_margin_bits", "\"0x3f800000\""},
        {"grades", "{\"A\": 0.8, \"B\": 0.6, \"C\": 0.4, \"D\": 0.2}"},
        {"gate", "{\"passed\": true, \"reasons\": []}"},
        {"members", "[]"}};
    lsc_buffer json;
    lsc_buffer_init(&json, fixture_allocator());
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        bool changed = key != NULL && strcmp(key, good[i][0]) == 0;
        if (!changed || value != NULL) {
            lsc_buffer_append_format(&json, "%s\"%s\": %s", json.length == 0 ? "{" : ", ",
                                     good[i][0], changed ? value : good[i][1]);
        }
    }
    lsc_buffer_append_text(&json, "}");
    lsc_status status = read_manifest(json.data, error);
    lsc_buffer_free(&json);
    return status;
}

START_TEST(a_manifest_is_checked_member_by_member)
{
    static const char *const required[] = {
        "format", "name", "version", "model_type",  "engine",
        "grades", "gate", "members", "spec_sha256", "base_margin_bits"};
    ck_ok(read_changed(NULL, NULL, error));
    for (size_t i = 0; i < sizeof required / sizeof required[0]; i++) {
        ck_fails(read_changed(required[i], NULL, error), LSC_BAD_MODEL, required[i]);
        ck_fails(read_changed(required[i], "[[]]", error), LSC_BAD_MODEL, required[i]);
    }
    ck_fails(read_changed("format", "2", error), LSC_UNSUPPORTED, "format is 2");
    ck_fails(read_changed("engine", "\"neural\"", error), LSC_UNSUPPORTED, "engine is \"neural\"");
    ck_fails(read_changed("base_margin_bits", "\"0x7f800000\"", error), LSC_BAD_MODEL, "finite");
    ck_fails(read_changed("base_margin_bits", "\"0x3F800000\"", error), LSC_BAD_MODEL, "bits");
    ck_fails(read_changed("base_margin_bits", "\"3f800000\"", error), LSC_BAD_MODEL, "bits");
    ck_fails(read_changed("grades", "{\"A\": 0.1, \"B\": 0.6, \"C\": 0.4, \"D\": 0.2}", error),
             LSC_BAD_MODEL, "grades do not fall");
    ck_fails(read_changed("members", "[{}]", error), LSC_BAD_MODEL, "0 members, 1 in");
    ck_fails(read_manifest("[]", error), LSC_BAD_MODEL, "not an object but array");
    ck_fails(read_manifest("{", error), LSC_BAD_JSON, "manifest.json: ");
}
END_TEST

/** Bytes of which zstd makes nothing smaller. */
static void fill_noise(char *bytes, size_t length)
{
    lsc_random random;
    lsc_random_seed(&random, 3);
    for (size_t i = 0; i < length; i++) {
        bytes[i] = (char)lsc_random_below(&random, 256);
    }
}

START_TEST(what_is_kept_is_taken_to_its_limit_and_not_past_it)
{
    parts made = good_parts();
    char *zeros = calloc(LSC_MAX_KEPT, 1);
    ck_assert_ptr_nonnull(zeros);
    fill_noise(zeros, LSC_MAX_KEPT / LSC_MAX_BUNDLE_RATIO);
    for (size_t past = 0; past < 2; past++) {
        lsc_buffer archive;
        lsc_buffer_init(&archive, fixture_allocator());
        lsc_tar_append(&archive, "manifest.json", "{}", 2);
        lsc_tar_append(&archive, "zeros", zeros, LSC_MAX_KEPT - 2 + past);
        lsc_tar_append(&archive, "model.ubj", zeros, 1000);
        lsc_tar_end(&archive);
        ck_fails(read_archive(&archive, error), past == 0 ? LSC_BAD_MODEL : LSC_LIMIT,
                 past == 0 ? "must begin with manifest.json and end with manifest.sha256"
                           : "zeros brings what is kept of the bundle past 67108864 bytes");
        lsc_buffer_free(&archive);
    }
    made.members[3] = (lsc_bundle_member){"zeros", zeros, LSC_MAX_KEPT - 1000};
    ck_fails(pack(&made, 4, error), LSC_LIMIT, "zeros brings what is kept of the bundle past");
    free(zeros);
    free_parts(&made);
}
END_TEST

START_TEST(a_bundle_may_unpack_to_a_multiple_of_its_size)
{
    const size_t small = LSC_SMALL_BUNDLE / LSC_MAX_BUNDLE_RATIO;
    const size_t large = LSC_MAX_BUNDLE_UNPACKED / LSC_MAX_BUNDLE_RATIO;
    ck_assert_uint_eq(lsc_bundle_room(0), LSC_SMALL_BUNDLE);
    ck_assert_uint_eq(lsc_bundle_room(small), LSC_SMALL_BUNDLE);
    ck_assert_uint_eq(lsc_bundle_room(small + 1), LSC_SMALL_BUNDLE + LSC_MAX_BUNDLE_RATIO);
    ck_assert_uint_eq(lsc_bundle_room(large - 1), LSC_MAX_BUNDLE_UNPACKED - LSC_MAX_BUNDLE_RATIO);
    ck_assert_uint_eq(lsc_bundle_room(large), LSC_MAX_BUNDLE_UNPACKED);
    ck_assert_uint_eq(lsc_bundle_room(LSC_MAX_BUNDLE), LSC_MAX_BUNDLE_UNPACKED);
}
END_TEST

/** Read an archive of so many bytes, all but `n_noise` of them zero. */
static lsc_status read_zeros(size_t length, size_t n_noise, lsc_error *error)
{
    size_t size = length - 3 * (size_t)LSC_TAR_BLOCK;
    char *zeros = calloc(size, 1);
    ck_assert_ptr_nonnull(zeros);
    fill_noise(zeros, n_noise);
    lsc_buffer archive;
    lsc_buffer_init(&archive, fixture_allocator());
    lsc_tar_append(&archive, "zeros", zeros, size);
    lsc_tar_end(&archive);
    ck_assert_uint_eq(archive.length, length);
    lsc_status status = read_archive(&archive, error);
    lsc_buffer_free(&archive);
    free(zeros);
    return status;
}

START_TEST(a_small_file_unpacks_to_its_limit_and_not_past_it)
{
    const size_t limit = LSC_SMALL_BUNDLE;
    ck_fails(read_zeros(limit, 0, error), LSC_BAD_MODEL, "must begin with manifest.json");
    ck_fails(read_zeros(limit + LSC_TAR_BLOCK, 0, error), LSC_LIMIT,
             "it unpacks to 16777728 bytes, at most 16777216 are read of");
    /* Where the file has as much to say, it may. */
    ck_fails(read_zeros(limit + LSC_TAR_BLOCK, limit / 128, error), LSC_BAD_MODEL,
             "must begin with manifest.json");
}
END_TEST

START_TEST(what_would_be_taken_for_a_bomb_is_not_packed)
{
    parts made = good_parts();
    char *zeros = calloc(LSC_SMALL_BUNDLE, 1);
    ck_assert_ptr_nonnull(zeros);
    made.members[3] = (lsc_bundle_member){"zeros", zeros, LSC_SMALL_BUNDLE};
    ck_fails(pack(&made, 4, error), LSC_LIMIT, "more than 256 to one are not read");
    fill_noise(zeros, LSC_SMALL_BUNDLE / 128);
    ck_ok(pack(&made, 4, error));
    ck_ok(read_bundle(&made.bundle, error));
    free(zeros);
    free_parts(&made);
}
END_TEST

START_TEST(every_cut_is_refused)
{
    parts made = good_parts();
    ck_ok(pack(&made, 4, error));
    size_t whole = made.bundle.length;
    for (size_t length = 0; length < whole; length++) {
        made.bundle.length = length;
        ck_fails(read_bundle(&made.bundle, error), LSC_BAD_MODEL, "");
    }
    made.bundle.length = whole;
    free_parts(&made);
}
END_TEST

START_TEST(every_byte_that_unpacks_is_covered)
{
    parts made = good_parts();
    lsc_buffer archive;
    lsc_buffer_init(&archive, fixture_allocator());
    ck_ok(pack(&made, 4, error));
    ck_ok(fixture_unpack(made.bundle.data, made.bundle.length, 1 << 20, &archive, error));
    for (size_t i = 0; i < archive.length; i++) {
        archive.data[i] ^= (char)(1 << i % 8);
        lsc_status status = read_archive(&archive, NULL);
        ck_assert_msg(status == LSC_BAD_MODEL, "byte %zu: %s", i, lsc_status_name(status));
        archive.data[i] ^= (char)(1 << i % 8);
    }
    ck_ok(read_archive(&archive, error));
    lsc_buffer_free(&archive);
    free_parts(&made);
}
END_TEST

LSC_SUITE("model/bundle", TEST(what_was_packed_is_read_in_the_same_order),
          TEST(the_manifest_says_what_it_was_given), TEST(the_same_parts_give_the_same_bytes),
          TEST(tar_and_sha256sum_agree), TEST(members_that_cannot_be_are_refused),
          TEST(manifests_that_cannot_be_are_refused),
          TEST(members_are_taken_to_their_limit_and_not_past_it),
          TEST(contents_that_differ_from_the_manifest_are_refused),
          TEST(a_manifest_is_checked_member_by_member),
          TEST(what_is_kept_is_taken_to_its_limit_and_not_past_it),
          TEST(a_bundle_may_unpack_to_a_multiple_of_its_size),
          TEST(a_small_file_unpacks_to_its_limit_and_not_past_it),
          TEST(what_would_be_taken_for_a_bomb_is_not_packed), TEST(every_cut_is_refused),
          TEST(every_byte_that_unpacks_is_covered))
