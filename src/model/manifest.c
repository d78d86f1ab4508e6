#include "manifest.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <leadscore/version.h>

#include "bits.h"
#include "core/number.h"
#include "core/text.h"

static const char *const grade_names[4] = {"A", "B", "C", "D"};

static const char *engine_name(lsc_engine engine)
{
    return engine == LSC_ENGINE_GBDT ? "gbdt" : "scorecard";
}

const char *lsc_spec_model_type(const lsc_spec *spec)
{
    bool acts = false;
    bool fits = false;
    bool other = false;
    for (size_t i = 0; i < lsc_spec_n_features(spec); i++) {
        const char *group = lsc_spec_group_name(spec, lsc_spec_feature_group(spec, i));
        if (strcmp(group, "behavioral") == 0 || strcmp(group, "engagement") == 0) {
            acts = true;
        } else if (strcmp(group, "demographic") == 0) {
            fits = true;
        } else {
            other = true;
        }
    }
    if (other || acts == fits) {
        return "composite";
    }
    return acts ? "behavioral" : "demographic";
}

/* Writing */

static bool grades_valid(const lsc_grades *grades)
{
    double above = 1;
    for (size_t i = 0; i < 4; i++) {
        if (!(grades->least[i] >= 0 && grades->least[i] <= above)) {
            return false;
        }
        above = grades->least[i];
    }
    return true;
}

static lsc_status check_text(const char *what, const char *text, lsc_error *error)
{
    if (text == NULL || text[0] == '\0') {
        return lsc_fail(error, LSC_INVALID_ARG, "the model's %s is empty", what);
    }
    size_t length = strlen(text);
    if (length > LSC_MAX_NAME) {
        return lsc_fail(error, LSC_LIMIT, "the model's %s has %zu bytes, at most %d are taken",
                        what, length, LSC_MAX_NAME);
    }
    if (lsc_utf8_check(text, length) != length) {
        return lsc_fail(error, LSC_INVALID_ARG, "the model's %s is not UTF-8", what);
    }
    return LSC_OK;
}

static lsc_status check_manifest(const lsc_manifest *manifest, lsc_error *error)
{
    lsc_status status = check_text("name", manifest->name, error);
    if (status == LSC_OK) {
        status = check_text("version", manifest->version, error);
    }
    if (status == LSC_OK && manifest->created != NULL) {
        int64_t created;
        status = lsc_time_parse(manifest->created, strlen(manifest->created), &created, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    if (!grades_valid(&manifest->grades)) {
        return lsc_fail(error, LSC_INVALID_ARG,
                        "the grades' thresholds must fall from A to D, between 1 and 0");
    }
    if (manifest->engine == LSC_ENGINE_GBDT && !isfinite(manifest->base_margin)) {
        return lsc_fail(error, LSC_INVALID_ARG, "the base margin is not finite");
    }
    return LSC_OK;
}

static void put_named_time(lsc_json_writer *json, const char *key, int64_t time_ms)
{
    if (time_ms != LSC_TIME_NONE) {
        lsc_json_member_time(json, key, time_ms);
    }
}

static void put_model(lsc_json_writer *json, const lsc_manifest *manifest, const lsc_spec *spec)
{
    char spec_hash[LSC_HASH_TEXT_SIZE];
    lsc_hash_format(lsc_spec_hash(spec), spec_hash);
    lsc_json_member_int(json, "format", LSC_BUNDLE_FORMAT);
    lsc_json_member_string(json, "name", manifest->name);
    lsc_json_member_string(json, "version", manifest->version);
    lsc_json_member_string(json, "model_type", lsc_spec_model_type(spec));
    lsc_json_member_string(json, "engine", engine_name(manifest->engine));
    lsc_json_member_string(json, "library_version", LSC_VERSION);
    if (manifest->created != NULL) {
        lsc_json_member_string(json, "created", manifest->created);
    }
    lsc_json_member_string(json, "spec_sha256", spec_hash);
    if (manifest->engine == LSC_ENGINE_GBDT) {
        char bits[LSC_BITS_TEXT_SIZE];
        lsc_float_bits_format(manifest->base_margin, bits);
        lsc_json_member_string(json, "base_margin_bits", bits);
    }
    lsc_json_put_key(json, "grades");
    lsc_json_begin_object(json);
    for (size_t i = 0; i < 4; i++) {
        lsc_json_member_number(json, grade_names[i], manifest->grades.least[i]);
    }
    lsc_json_end_object(json);
}

static void put_training(lsc_json_writer *json, const lsc_manifest *manifest)
{
    if (manifest->procedure != NULL) {
        lsc_json_member_string(json, "procedure", manifest->procedure);
    }
    lsc_json_put_key(json, "data");
    lsc_json_begin_object(json);
    put_named_time(json, "from", manifest->window_from_ms);
    put_named_time(json, "to", manifest->window_to_ms);
    lsc_json_member_int(json, "rows", manifest->n_rows);
    lsc_json_member_int(json, "positive", manifest->n_positive);
    lsc_json_end_object(json);
    lsc_json_put_key(json, "gate");
    lsc_json_begin_object(json);
    lsc_json_member_bool(json, "passed", manifest->gate_passed);
    lsc_json_put_key(json, "reasons");
    lsc_json_begin_array(json);
    for (size_t i = 0; i < manifest->n_gate_reasons; i++) {
        lsc_json_put_string(json, manifest->gate_reasons[i]);
    }
    lsc_json_end_array(json);
    lsc_json_end_object(json);
}

static void put_leaks(lsc_json_writer *json, const lsc_manifest *manifest)
{
    if (manifest->n_leaks == 0) {
        return;
    }
    lsc_json_put_key(json, "leaks");
    lsc_json_begin_object(json);
    lsc_json_member_bool(json, "dropped", manifest->leaks_dropped);
    lsc_json_put_key(json, "found");
    lsc_json_begin_array(json);
    for (size_t i = 0; i < manifest->n_leaks; i++) {
        lsc_json_put_string(json, manifest->leaks[i]);
    }
    lsc_json_end_array(json);
    lsc_json_end_object(json);
}

static lsc_status hash_member(const lsc_bundle_member *member, char text[LSC_HASH_TEXT_SIZE],
                              lsc_error *error)
{
    uint8_t digest[LSC_HASH_SIZE];
    lsc_status status = lsc_hash_block(member->bytes, member->length, digest, error);
    if (status == LSC_OK) {
        lsc_hash_format(digest, text);
    }
    return status;
}

static lsc_status put_members(lsc_json_writer *json, const lsc_bundle_member *members,
                              size_t n_members, lsc_error *error)
{
    lsc_json_put_key(json, "members");
    lsc_json_begin_array(json);
    for (size_t i = 0; i < n_members; i++) {
        char hash[LSC_HASH_TEXT_SIZE];
        lsc_status status = hash_member(&members[i], hash, error);
        if (status != LSC_OK) {
            return status;
        }
        lsc_json_begin_object(json);
        lsc_json_member_string(json, "name", members[i].name);
        lsc_json_member_int(json, "size", members[i].length);
        lsc_json_member_string(json, "sha256", hash);
        lsc_json_end_object(json);
    }
    lsc_json_end_array(json);
    return LSC_OK;
}

lsc_status lsc_manifest_write(const lsc_manifest *manifest, const lsc_spec *spec,
                              const lsc_bundle_member *members, size_t n_members, lsc_buffer *out,
                              lsc_error *error)
{
    lsc_status status = check_manifest(manifest, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_json_writer json;
    lsc_json_writer_init(&json, out, 2);
    lsc_json_begin_object(&json);
    put_model(&json, manifest, spec);
    put_training(&json, manifest);
    put_leaks(&json, manifest);
    status = put_members(&json, members, n_members, error);
    lsc_json_end_object(&json);
    lsc_buffer_append_text(out, "\n");
    return status == LSC_OK ? lsc_buffer_status(out, error) : status;
}

lsc_status lsc_manifest_seal(const void *json, size_t length, char seal[LSC_SEAL_SIZE],
                             lsc_error *error)
{
    lsc_bundle_member manifest = {LSC_MANIFEST_NAME, json, length};
    char hash[LSC_HASH_TEXT_SIZE];
    lsc_status status = hash_member(&manifest, hash, error);
    if (status == LSC_OK) {
        snprintf(seal, LSC_SEAL_SIZE, "%s  %s\n", hash, LSC_MANIFEST_NAME);
    }
    return status;
}

/* Reading */

static lsc_status get_string(const lsc_json *object, const char *key, const char **out,
                             lsc_error *error)
{
    return lsc_json_get_string(object, key, true, out, LSC_BAD_MODEL, LSC_MANIFEST_NAME, error);
}

static lsc_status read_format(const lsc_json *root, lsc_error *error)
{
    double format = 0;
    lsc_status status = lsc_json_get_number(root, "format", true, 1, 1e9, &format, LSC_BAD_MODEL,
                                            LSC_MANIFEST_NAME, error);
    if (status == LSC_OK && format != LSC_BUNDLE_FORMAT) {
        return lsc_fail(error, LSC_UNSUPPORTED, "%s: format is %s, this library reads format %d",
                        LSC_MANIFEST_NAME, lsc_number_show(format, 9).text, LSC_BUNDLE_FORMAT);
    }
    return status;
}

static lsc_status read_engine(const lsc_json *root, lsc_manifest_facts *facts, lsc_error *error)
{
    const char *engine = NULL;
    lsc_status status = get_string(root, "engine", &engine, error);
    if (status != LSC_OK) {
        return status;
    }
    if (strcmp(engine, engine_name(LSC_ENGINE_SCORECARD)) == 0) {
        facts->engine = LSC_ENGINE_SCORECARD;
        return LSC_OK;
    }
    if (strcmp(engine, engine_name(LSC_ENGINE_GBDT)) != 0) {
        return lsc_fail(error, LSC_UNSUPPORTED,
                        "%s: engine is \"%s\", this library has gbdt and scorecard",
                        LSC_MANIFEST_NAME, engine);
    }
    facts->engine = LSC_ENGINE_GBDT;
    const char *bits = NULL;
    status = get_string(root, "base_margin_bits", &bits, error);
    if (status != LSC_OK) {
        return status;
    }
    if (!lsc_float_bits_parse(bits, &facts->base_margin) || !isfinite(facts->base_margin)) {
        return lsc_fail(error, LSC_BAD_MODEL,
                        "%s: base_margin_bits is \"%s\", must be the bits of a finite float32",
                        LSC_MANIFEST_NAME, bits);
    }
    return LSC_OK;
}

static lsc_status read_grades(const lsc_json *root, lsc_grades *grades, lsc_error *error)
{
    const lsc_json *object = NULL;
    lsc_status status = lsc_json_get_container(root, "grades", true, LSC_JSON_OBJECT, &object,
                                               LSC_BAD_MODEL, LSC_MANIFEST_NAME, error);
    for (size_t i = 0; i < 4 && status == LSC_OK; i++) {
        status = lsc_json_get_number(object, grade_names[i], true, 0, 1, &grades->least[i],
                                     LSC_BAD_MODEL, "manifest.json: grades", error);
    }
    if (status == LSC_OK && !grades_valid(grades)) {
        return lsc_fail(error, LSC_BAD_MODEL, "%s: grades do not fall from A to D",
                        LSC_MANIFEST_NAME);
    }
    return status;
}

static lsc_status read_gate(const lsc_json *root, bool *passed, lsc_error *error)
{
    const lsc_json *gate = NULL;
    lsc_status status = lsc_json_get_container(root, "gate", true, LSC_JSON_OBJECT, &gate,
                                               LSC_BAD_MODEL, LSC_MANIFEST_NAME, error);
    if (status != LSC_OK) {
        return status;
    }
    return lsc_json_get_bool(gate, "passed", true, passed, LSC_BAD_MODEL, "manifest.json: gate",
                             error);
}

static lsc_status read_facts(const lsc_json *root, lsc_manifest_facts *facts, lsc_error *error)
{
    if (lsc_json_kind(root) != LSC_JSON_OBJECT) {
        return lsc_fail(error, LSC_BAD_MODEL, "%s is not an object but %s", LSC_MANIFEST_NAME,
                        lsc_json_kind_name(root));
    }
    lsc_status status = read_format(root, error);
    if (status == LSC_OK) {
        status = get_string(root, "name", &facts->name, error);
    }
    if (status == LSC_OK) {
        status = get_string(root, "version", &facts->version, error);
    }
    if (status == LSC_OK) {
        status = get_string(root, "model_type", &facts->model_type, error);
    }
    if (status == LSC_OK) {
        status = get_string(root, "spec_sha256", &facts->spec_hash_text, error);
    }
    if (status == LSC_OK) {
        status = read_engine(root, facts, error);
    }
    if (status == LSC_OK) {
        status = read_grades(root, &facts->grades, error);
    }
    if (status == LSC_OK) {
        status = read_gate(root, &facts->gate_passed, error);
    }
    if (status == LSC_OK) {
        status = lsc_json_get_container(root, "members", true, LSC_JSON_ARRAY, &facts->members,
                                        LSC_BAD_MODEL, LSC_MANIFEST_NAME, error);
    }
    return status;
}

lsc_status lsc_manifest_parse(const char *json, size_t length, lsc_manifest_facts *facts,
                              lsc_error *error)
{
    static const lsc_json_limits limits = {LSC_MAX_MANIFEST, 8, 10000};
    memset(facts, 0, sizeof *facts);
    lsc_status status = lsc_json_parse(json, length, &limits, &facts->root, error);
    if (status != LSC_OK) {
        lsc_error_prefix(error, "%s: ", LSC_MANIFEST_NAME);
        return status;
    }
    status = read_facts(facts->root, facts, error);
    if (status != LSC_OK) {
        lsc_json_free(facts->root);
        facts->root = NULL;
    }
    return status;
}

static lsc_status check_member(const lsc_json *entry, const lsc_found_member *member,
                               lsc_error *error)
{
    const char *place = "manifest.json: members";
    const char *name = NULL;
    const char *hash = NULL;
    double size = 0;
    if (lsc_json_kind(entry) != LSC_JSON_OBJECT) {
        return lsc_fail(error, LSC_BAD_MODEL, "%s holds %s", place, lsc_json_kind_name(entry));
    }
    lsc_status status =
        lsc_json_get_string(entry, "name", true, &name, LSC_BAD_MODEL, place, error);
    if (status == LSC_OK) {
        status = lsc_json_get_string(entry, "sha256", true, &hash, LSC_BAD_MODEL, place, error);
    }
    if (status == LSC_OK) {
        status = lsc_json_get_number(entry, "size", true, 0, LSC_MAX_BUNDLE_UNPACKED, &size,
                                     LSC_BAD_MODEL, place, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    if (strcmp(name, member->name) != 0) {
        return lsc_fail(error, LSC_BAD_MODEL, "%s is where the manifest has %s", member->name,
                        name);
    }
    if (size != (double)member->length) {
        return lsc_fail(error, LSC_BAD_MODEL, "%s has %zu bytes, %.0f in the manifest",
                        member->name, member->length, size);
    }
    char actual[LSC_HASH_TEXT_SIZE];
    lsc_hash_format(member->digest, actual);
    if (strcmp(hash, actual) != 0) {
        return lsc_fail(error, LSC_BAD_MODEL, "%s has another SHA-256 than the manifest says",
                        member->name);
    }
    return status;
}

lsc_status lsc_manifest_check_members(const lsc_manifest_facts *facts,
                                      const lsc_found_member *members, size_t n_members,
                                      lsc_error *error)
{
    size_t n_entries = lsc_json_count(facts->members);
    if (n_entries != n_members) {
        return lsc_fail(error, LSC_BAD_MODEL, "the bundle has %zu members, %zu in its manifest",
                        n_members, n_entries);
    }
    const lsc_json *entry = lsc_json_first(facts->members);
    for (size_t i = 0; i < n_members; i++, entry = lsc_json_next(entry)) {
        lsc_status status = check_member(entry, &members[i], error);
        if (status != LSC_OK) {
            return status;
        }
    }
    return LSC_OK;
}
