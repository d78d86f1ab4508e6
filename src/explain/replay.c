#include <leadscore/explain.h>

#include <stdio.h>
#include <string.h>

#include "core/error.h"
#include "core/json.h"
#include "score/scorer.h"

/** What a receipt, or the explanation it stands in, may be at the most. */
static const lsc_json_limits receipt_limits = {
    .max_bytes = LSC_MAX_EXPLANATION_JSON,
    .max_depth = 8,
    .max_values = 8 * (LSC_MAX_FEATURES + 1),
};

/** A hash of the receipt: its name in a message, and its two values. */
typedef struct part {
    const char *name; /**< "model" of "model_sha256" */
    char held[LSC_HASH_TEXT_SIZE];
    char computed[LSC_HASH_TEXT_SIZE];
} part;

#define N_PARTS 4

static lsc_status read_hash(const lsc_json *receipt, const char *name,
                            char hash[LSC_HASH_TEXT_SIZE], lsc_error *error)
{
    char key[16];
    snprintf(key, sizeof key, "%s_sha256", name);
    const char *text;
    lsc_status status =
        lsc_json_get_string(receipt, key, true, &text, LSC_BAD_JSON, "receipt", error);
    if (status != LSC_OK) {
        return status;
    }
    if (strlen(text) != LSC_HASH_TEXT_SIZE - 1 ||
        strspn(text, "0123456789abcdef") != LSC_HASH_TEXT_SIZE - 1) {
        return lsc_fail(error, LSC_BAD_JSON,
                        "receipt.%s is \"%.80s\", must be 64 hexadecimal digits", key, text);
    }
    memcpy(hash, text, LSC_HASH_TEXT_SIZE);
    return LSC_OK;
}

static lsc_status read_as_of(const lsc_json *receipt, int64_t *as_of_ms, lsc_error *error)
{
    const lsc_json *as_of = lsc_json_member(receipt, "as_of");
    if (as_of != NULL && lsc_json_kind(as_of) == LSC_JSON_NULL) {
        return lsc_fail(error, LSC_INVALID_ARG,
                        "receipt.as_of is null: it is of a vector, not of a lead");
    }
    const char *text;
    lsc_status status =
        lsc_json_get_string(receipt, "as_of", true, &text, LSC_BAD_JSON, "receipt", error);
    if (status != LSC_OK) {
        return status;
    }
    if (lsc_time_parse(text, strlen(text), as_of_ms, NULL) != LSC_OK) {
        return lsc_fail(error, LSC_BAD_JSON, "receipt.as_of is \"%.80s\", not a time", text);
    }
    return LSC_OK;
}

/** The receipt is the "receipt" of an explanation, or the whole of the JSON. */
static lsc_status read_receipt(const lsc_json *root, part parts[N_PARTS], int64_t *as_of_ms,
                               lsc_error *error)
{
    if (lsc_json_kind(root) != LSC_JSON_OBJECT) {
        return lsc_fail(error, LSC_BAD_JSON, "receipt is %s, must be an object",
                        lsc_json_kind_name(root));
    }
    const lsc_json *receipt = root;
    lsc_status status = lsc_json_get_container(root, "receipt", false, LSC_JSON_OBJECT, &receipt,
                                               LSC_BAD_JSON, "explanation", error);
    for (int i = 0; i < N_PARTS && status == LSC_OK; i++) {
        status = read_hash(receipt, parts[i].name, parts[i].held, error);
    }
    return status == LSC_OK ? read_as_of(receipt, as_of_ms, error) : status;
}

/** LSC_MISMATCH naming the parts that differ, and the first one's two hashes. */
static lsc_status compare_parts(const part parts[N_PARTS], lsc_error *error)
{
    char names[64];
    size_t length = 0;
    const part *first = NULL;
    for (int i = 0; i < N_PARTS; i++) {
        if (strcmp(parts[i].held, parts[i].computed) != 0) {
            length += (size_t)snprintf(names + length, sizeof names - length, "%s%s",
                                       first == NULL ? "" : ", ", parts[i].name);
            first = first == NULL ? &parts[i] : first;
        }
    }
    if (first == NULL) {
        return LSC_OK;
    }
    return lsc_fail(error, LSC_MISMATCH, "not as the receipt says: %s; %s_sha256 is %s, not %s",
                    names, first->name, first->computed, first->held);
}

/** Whether two values have the same canonical text; `held` and `computed` are filled with it. */
static bool same_text(const lsc_json *a, const lsc_json *b, lsc_buffer *held, lsc_buffer *computed)
{
    lsc_json_writer writer;
    lsc_buffer_clear(held);
    lsc_buffer_clear(computed);
    lsc_json_writer_init(&writer, held, 0);
    lsc_json_put_tree(&writer, a);
    lsc_json_writer_init(&writer, computed, 0);
    lsc_json_put_tree(&writer, b);
    return held->length == computed->length &&
           (held->length == 0 || memcmp(held->data, computed->data, held->length) == 0);
}

/** Every member of an explanation that was held must be the one computed now; its receipt is. */
static lsc_status compare_members(const lsc_json *held, const lsc_json *computed,
                                  const lsc_allocator *allocator, lsc_error *error)
{
    lsc_buffer texts[2];
    lsc_buffer_init(&texts[0], allocator);
    lsc_buffer_init(&texts[1], allocator);
    lsc_status status = LSC_OK;
    const lsc_json *member = lsc_json_first(held);
    for (; member != NULL && status == LSC_OK; member = lsc_json_next(member)) {
        const char *key = lsc_json_key(member);
        const lsc_json *now = lsc_json_member(computed, key);
        if (now == NULL || strcmp(key, "receipt") == 0) {
            continue;
        }
        bool same = same_text(member, now, &texts[0], &texts[1]);
        status = lsc_buffer_status(&texts[0], error);
        if (status == LSC_OK) {
            status = lsc_buffer_status(&texts[1], error);
        }
        if (status == LSC_OK && !same) {
            status = lsc_fail(error, LSC_MISMATCH,
                              "the receipt is good, but %s beside it is %.100s, computed %.100s",
                              key, texts[0].data, texts[1].data);
        }
    }
    lsc_buffer_free(&texts[0]);
    lsc_buffer_free(&texts[1]);
    return status;
}

static lsc_status compare_explanation(lsc_scorer *scorer, const lsc_explanation *now,
                                      const lsc_json *held, lsc_error *error)
{
    const char *text;
    size_t length;
    lsc_json *computed;
    lsc_status status = lsc_explanation_json(scorer, now, NULL, 0, &text, &length, error);
    if (status == LSC_OK) {
        status = lsc_json_parse(text, length, &receipt_limits, &computed, error);
    }
    if (status == LSC_OK) {
        status = compare_members(held, computed, &scorer->allocator, error);
        lsc_json_free(computed);
    }
    return status;
}

static lsc_status replay(lsc_scorer *scorer, lsc_lead *lead, const lsc_json *root, lsc_error *error)
{
    part parts[N_PARTS] = {
        {.name = "model"}, {.name = "spec"}, {.name = "input"}, {.name = "result"}};
    int64_t as_of_ms = LSC_TIME_NONE;
    lsc_status status = read_receipt(root, parts, &as_of_ms, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_explanation now = LSC_EXPLANATION_INIT;
    bool without_receipts = scorer->without_receipts;
    scorer->without_receipts = false;
    status = lsc_explain_lead(scorer, lead, as_of_ms, &now, error);
    scorer->without_receipts = without_receipts;
    if (status != LSC_OK) {
        return status;
    }
    memcpy(parts[0].computed, now.receipt.model_sha256, LSC_HASH_TEXT_SIZE);
    memcpy(parts[1].computed, now.receipt.spec_sha256, LSC_HASH_TEXT_SIZE);
    memcpy(parts[2].computed, now.receipt.input_sha256, LSC_HASH_TEXT_SIZE);
    memcpy(parts[3].computed, now.receipt.result_sha256, LSC_HASH_TEXT_SIZE);
    status = compare_parts(parts, error);
    bool is_explanation = lsc_json_member(root, "receipt") != NULL;
    return status == LSC_OK && is_explanation ? compare_explanation(scorer, &now, root, error)
                                              : status;
}

lsc_status lsc_replay_lead(lsc_scorer *scorer, lsc_lead *lead, const char *receipt, size_t length,
                           lsc_error *error)
{
    if (scorer == NULL || lead == NULL || receipt == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "scorer, lead or receipt is NULL");
    }
    lsc_json *root;
    lsc_status status = lsc_json_parse(receipt, length, &receipt_limits, &root, error);
    if (status != LSC_OK) {
        lsc_error_prefix(error, "receipt: ");
        return status;
    }
    status = replay(scorer, lead, root, error);
    lsc_json_free(root);
    return status;
}
