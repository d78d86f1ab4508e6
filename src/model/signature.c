#include "signature.h"

#include <stdio.h>
#include <string.h>

#include "core/buffer.h"
#include "core/hash.h"
#include "core/key_pem.h"
#include "model_data.h"

/**
 * The frame: a skippable one of zstd (RFC 8878, 3.1.2: magic number, then the size of its content,
 * little-endian), and three lines of text.
 */
#define FRAME_HEAD "\x53\x2a\x4d\x18\xce\0\0\0leadscore-signature 1 ed25519\n"
#define KEY_HEAD "key "
#define SIGNATURE_HEAD "\nsignature "

enum {
    HEX_SIZE = 2 * LSC_ED25519_SIGNATURE_SIZE,
    KEY_AT = sizeof FRAME_HEAD - 1 + sizeof KEY_HEAD - 1,
    SIGNATURE_AT = KEY_AT + LSC_KEY_ID_SIZE - 1 + sizeof SIGNATURE_HEAD - 1,
};
_Static_assert(SIGNATURE_AT + HEX_SIZE + 1 == LSC_SIGNATURE_SIZE, "the frame has its size");
_Static_assert(LSC_SIGNATURE_SIZE - 8 == 0xce, "its header says the size of its content");

/** What is signed: this, then the SHA-256 of the bundle in hex, then a newline. */
#define MESSAGE_HEAD "leadscore bundle 1\n"

/* The frame */

static void put_hex(const uint8_t *bytes, size_t length, char *text)
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < length; i++) {
        *text++ = hex[bytes[i] >> 4];
        *text++ = hex[bytes[i] & 15];
    }
}

/** The value of a hex digit, lower case; anything else is 0, which make_frame() does not give back. */
static unsigned digit(char c)
{
    if (c >= '0' && c <= '9') {
        return (unsigned)(c - '0');
    }
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 0;
}

static void make_frame(const lsc_signature *signature, char frame[LSC_SIGNATURE_SIZE])
{
    memcpy(frame, FRAME_HEAD KEY_HEAD, KEY_AT);
    memcpy(frame + KEY_AT, signature->key_id, LSC_KEY_ID_SIZE - 1);
    memcpy(frame + KEY_AT + LSC_KEY_ID_SIZE - 1, SIGNATURE_HEAD, sizeof SIGNATURE_HEAD - 1);
    put_hex(signature->bytes, sizeof signature->bytes, frame + SIGNATURE_AT);
    frame[LSC_SIGNATURE_SIZE - 1] = '\n';
}

/** Whether the key id has the form of one. */
static bool id_valid(const char *id)
{
    return strspn(id, "0123456789abcdef") == LSC_KEY_ID_SIZE - 1;
}

/** Read the variable parts of a frame; whether the frame is the one they make. */
static bool read_frame(const char frame[LSC_SIGNATURE_SIZE], lsc_signature *signature)
{
    char expected[LSC_SIGNATURE_SIZE];
    memcpy(signature->key_id, frame + KEY_AT, LSC_KEY_ID_SIZE - 1);
    signature->key_id[LSC_KEY_ID_SIZE - 1] = '\0';
    for (size_t i = 0; i < sizeof signature->bytes; i++) {
        const char *at = frame + SIGNATURE_AT + 2 * i;
        signature->bytes[i] = (uint8_t)(digit(at[0]) << 4 | digit(at[1]));
    }
    make_frame(signature, expected);
    return id_valid(signature->key_id) && memcmp(frame, expected, sizeof expected) == 0;
}

void lsc_signature_find(const void *bundle, size_t length, lsc_signature *signature)
{
    memset(signature, 0, sizeof *signature);
    signature->signed_length = length;
    if (length < LSC_SIGNATURE_SIZE) {
        return;
    }
    size_t at = length - LSC_SIGNATURE_SIZE;
    const char *frame = (const char *)bundle + at;
    if (memcmp(frame, FRAME_HEAD, sizeof FRAME_HEAD - 1) != 0) {
        return;
    }
    if (!read_frame(frame, signature)) {
        *signature = (lsc_signature){.state = LSC_SIGNATURE_DAMAGED, .signed_length = length};
        return;
    }
    signature->state = LSC_SIGNATURE_FOUND;
    signature->signed_length = at;
}

/* Keys and messages */

lsc_status lsc_public_key_read(const char *pem, size_t length, lsc_public_key *key,
                               lsc_error *error)
{
    if (pem == NULL || key == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", pem == NULL ? "pem" : "key");
    }
    if (length > LSC_MAX_KEY_PEM) {
        return lsc_fail(error, LSC_LIMIT, "the key has %zu bytes, at most %d are read", length,
                        LSC_MAX_KEY_PEM);
    }
    return lsc_pem_read_public(pem, length, key->bytes, error);
}

lsc_status lsc_public_key_id(const lsc_public_key *key, char id[LSC_KEY_ID_SIZE], lsc_error *error)
{
    uint8_t digest[LSC_HASH_SIZE];
    if (key == NULL || id == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", key == NULL ? "key" : "id");
    }
    lsc_status status = lsc_hash_block(key->bytes, sizeof key->bytes, digest, error);
    if (status == LSC_OK) {
        put_hex(digest, (LSC_KEY_ID_SIZE - 1) / 2, id);
        id[LSC_KEY_ID_SIZE - 1] = '\0';
    }
    return status;
}

/** Room for what is signed, with its NUL. */
#define MESSAGE_SIZE (sizeof MESSAGE_HEAD + LSC_HASH_TEXT_SIZE)

static lsc_status make_message(const void *bundle, size_t length, char message[MESSAGE_SIZE],
                               lsc_error *error)
{
    uint8_t digest[LSC_HASH_SIZE];
    char text[LSC_HASH_TEXT_SIZE];
    lsc_status status = lsc_hash_block(bundle, length, digest, error);
    if (status == LSC_OK) {
        lsc_hash_format(digest, text);
        snprintf(message, MESSAGE_SIZE, "%s%s\n", MESSAGE_HEAD, text);
    }
    return status;
}

/* Checking */

/** The key of `keys` that has the signature's id. All keys are looked at. */
static lsc_status find_key(const lsc_signature *signature, const lsc_public_key *keys,
                           size_t n_keys, const lsc_public_key **found, lsc_error *error)
{
    *found = NULL;
    for (size_t i = 0; i < n_keys; i++) {
        char id[LSC_KEY_ID_SIZE];
        if (lsc_ed25519_is_weak(keys[i].bytes)) {
            return lsc_fail(error, LSC_INVALID_ARG,
                            "trusted_keys[%zu] is a key under which anyone can sign", i);
        }
        lsc_status status = lsc_public_key_id(&keys[i], id, error);
        if (status != LSC_OK) {
            return status;
        }
        if (strcmp(id, signature->key_id) == 0) {
            *found = &keys[i];
        }
    }
    return LSC_OK;
}

static lsc_status check_by_key(const void *bundle, const lsc_signature *signature,
                               const lsc_public_key *key, lsc_error *error)
{
    char message[MESSAGE_SIZE];
    bool valid = false;
    lsc_status status = make_message(bundle, signature->signed_length, message, error);
    if (status == LSC_OK) {
        status = lsc_ed25519_verify(key->bytes, message, strlen(message), signature->bytes, &valid,
                                    error);
    }
    if (status == LSC_OK && !valid) {
        return lsc_fail(error, LSC_UNTRUSTED,
                        "its signature, which names the key %s, is not of this bundle",
                        signature->key_id);
    }
    return status;
}

lsc_status lsc_signature_check(const void *bundle, size_t length, const lsc_public_key *keys,
                               size_t n_keys, lsc_error *error)
{
    lsc_signature signature;
    const lsc_public_key *key = NULL;
    if (length > LSC_MAX_BUNDLE) {
        return lsc_fail(error, LSC_LIMIT, "the bundle has %zu bytes, at most %u are read", length,
                        LSC_MAX_BUNDLE);
    }
    lsc_signature_find(bundle, length, &signature);
    lsc_status status = find_key(&signature, keys, n_keys, &key, error);
    if (status != LSC_OK) {
        return status;
    }
    if (signature.state != LSC_SIGNATURE_FOUND) {
        return lsc_fail(error, LSC_UNTRUSTED,
                        signature.state == LSC_SIGNATURE_NONE ? "the bundle is not signed"
                                                              : "its signature is damaged");
    }
    if (key == NULL) {
        return lsc_fail(error, LSC_UNTRUSTED, "it is signed by the key %s, which is not trusted",
                        signature.key_id);
    }
    return check_by_key(bundle, &signature, key, error);
}

/* Signing */

static lsc_status make_signature(const void *bundle, size_t length,
                                 const uint8_t secret[LSC_ED25519_KEY_SIZE],
                                 lsc_signature *signature, lsc_error *error)
{
    char message[MESSAGE_SIZE];
    lsc_public_key key;
    lsc_status status = make_message(bundle, length, message, error);
    if (status == LSC_OK) {
        status = lsc_ed25519_sign(secret, message, strlen(message), signature->bytes, error);
    }
    if (status == LSC_OK) {
        status = lsc_ed25519_public(secret, key.bytes, error);
    }
    return status == LSC_OK ? lsc_public_key_id(&key, signature->key_id, error) : status;
}

/** That it is a bundle, and has room for a signature. */
static lsc_status check_bundle(const void *bundle, size_t length, lsc_signature *old,
                               lsc_error *error)
{
    lsc_model *model = NULL;
    lsc_signature_find(bundle, length, old);
    if (old->signed_length > LSC_MAX_BUNDLE - LSC_SIGNATURE_SIZE) {
        return lsc_fail(error, LSC_LIMIT, "the bundle has %zu bytes, at most %u can be signed",
                        old->signed_length, LSC_MAX_BUNDLE - LSC_SIGNATURE_SIZE);
    }
    lsc_status status = lsc_model_read(bundle, length, lsc_default_allocator(), &model, error);
    lsc_model_unref(model);
    return status;
}

static lsc_status sign(const void *bundle, size_t length,
                       const uint8_t secret[LSC_ED25519_KEY_SIZE], lsc_signature *signature,
                       lsc_buffer *out, lsc_error *error)
{
    char frame[LSC_SIGNATURE_SIZE];
    lsc_status status = check_bundle(bundle, length, signature, error);
    if (status == LSC_OK) {
        status = make_signature(bundle, signature->signed_length, secret, signature, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    make_frame(signature, frame);
    lsc_buffer_append(out, bundle, signature->signed_length);
    lsc_buffer_append(out, frame, sizeof frame);
    return lsc_buffer_status(out, error);
}

static lsc_status check_sign_args(const void *bundle, const char *pem, size_t pem_length,
                                  lsc_error *error)
{
    if (bundle == NULL || pem == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", bundle == NULL ? "bundle" : "pem");
    }
    if (pem_length > LSC_MAX_KEY_PEM) {
        return lsc_fail(error, LSC_LIMIT, "the key has %zu bytes, at most %d are read", pem_length,
                        LSC_MAX_KEY_PEM);
    }
    return LSC_OK;
}

lsc_status lsc_bundle_sign(const void *bundle, size_t length, const char *pem, size_t pem_length,
                           const char *passphrase, void **out, size_t *out_length, char *key_id,
                           lsc_error *error)
{
    uint8_t secret[LSC_ED25519_KEY_SIZE];
    lsc_signature signature;
    lsc_buffer made;
    if (out == NULL || out_length == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "out or out_length is NULL");
    }
    *out = NULL;
    lsc_status status = check_sign_args(bundle, pem, pem_length, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_buffer_init(&made, lsc_default_allocator());
    status = lsc_pem_read_secret(pem, pem_length, passphrase, secret, error);
    if (status == LSC_OK) {
        status = sign(bundle, length, secret, &signature, &made, error);
    }
    lsc_cleanse(secret, sizeof secret);
    if (status == LSC_OK) {
        *out = lsc_buffer_take(&made, out_length);
        if (key_id != NULL) {
            memcpy(key_id, signature.key_id, sizeof signature.key_id);
        }
    }
    lsc_buffer_free(&made);
    return status;
}
