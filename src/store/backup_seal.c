#include "backup_seal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/aes_gcm.h"
#include "core/ed25519.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/secret.h"

_Static_assert(LSC_MAX_SEALED_BACKUP == LSC_GCM_MAX_MESSAGE,
               "what the header says of encrypted backups is what AES-GCM allows");

#define VERSION 1
/** What is read, encrypted and written at a time. */
#define CHUNK 65536

/* Where what stands in the header; numbers are little-endian. */
enum {
    AT_VERSION = LSC_SEAL_MAGIC_SIZE, /* 4 bytes, and 4 of zeros */
    AT_LENGTH = 16,                   /* 8 bytes: of the message */
    AT_KEY_ID = 24,                   /* LSC_MAX_KEY_ID bytes, and zeros */
    AT_SALT = 96,
    SALT_SIZE = 32,
    AT_NONCE = AT_SALT + SALT_SIZE, /* and 4 bytes of zeros */
    AT_CHECK = 144,                 /* follows from key and salt: tells a wrong key from a change */
    CHECK_SIZE = 16,
    AT_HASH = AT_CHECK + CHECK_SIZE, /* SHA-256 of all before it: tells a change from a wrong key */
    HEADER_SIZE = AT_HASH + LSC_HASH_SIZE
};

/** What follows from a key and a salt. */
typedef struct message_key {
    uint8_t key[LSC_GCM_KEY_SIZE];
    uint8_t check[CHECK_SIZE];
} message_key;

static void put_number(uint8_t *bytes, size_t n_bytes, uint64_t number)
{
    for (size_t i = 0; i < n_bytes; i++) {
        bytes[i] = (uint8_t)(number >> 8 * i);
    }
}

static uint64_t get_number(const uint8_t *bytes, size_t n_bytes)
{
    uint64_t number = 0;
    for (size_t i = n_bytes; i-- > 0;) {
        number = number << 8 | bytes[i];
    }
    return number;
}

static lsc_status derive(const lsc_known_key *key, const uint8_t *salt, message_key *derived,
                         lsc_error *error)
{
    return lsc_secret_derive(key->bytes, sizeof key->bytes, salt, SALT_SIZE, "leadscore backup",
                             derived, sizeof *derived, error);
}

/* Reading a file through. */

/** Read up to `length` bytes. @param got  set to how many there were */
static lsc_status read_some(const lsc_pass *from, uint8_t *bytes, size_t length, size_t *got,
                            lsc_error *error)
{
    for (*got = 0; *got < length;) {
        ssize_t n = read(from->file, bytes + *got, length - *got);
        if (n < 0 && errno != EINTR) {
            return lsc_fail_errno(error, from->name, "read it");
        }
        if (n == 0) {
            break;
        }
        *got += n > 0 ? (size_t)n : 0;
    }
    return LSC_OK;
}

static lsc_status read_exactly(const lsc_pass *from, uint8_t *bytes, size_t length,
                               lsc_error *error)
{
    size_t got;
    lsc_status status = read_some(from, bytes, length, &got, error);
    return status == LSC_OK && got < length
               ? lsc_fail(error, LSC_BAD_STORE, "%s: is cut short", from->name)
               : status;
}

/**
 * Pass `length` bytes on.
 * @param gcm  NULL: as they are
 */
static lsc_status pass_on(const lsc_pass *from, uint64_t length, lsc_gcm *gcm,
                          const lsc_allocator *allocator, lsc_aside *to, lsc_error *error)
{
    uint8_t *chunk = lsc_alloc(allocator, CHUNK);
    lsc_status status = chunk != NULL ? LSC_OK : lsc_fail_memory(error);
    for (uint64_t done = 0; done < length && status == LSC_OK;) {
        const size_t n = length - done < CHUNK ? (size_t)(length - done) : CHUNK;
        status = read_exactly(from, chunk, n, error);
        if (status == LSC_OK && gcm != NULL) {
            status = lsc_gcm_update(gcm, chunk, chunk, n, error);
        }
        if (status == LSC_OK) {
            status = lsc_aside_write(to, chunk, n, error);
        }
        done += n;
        if (status == LSC_OK && from->progress != NULL &&
            !from->progress(from->progress_ctx, from->n_before + done, from->n_all)) {
            status = lsc_fail(error, LSC_CANCELLED, "%s: was stopped by its caller", from->name);
        }
    }
    lsc_release(allocator, chunk);
    return status;
}

lsc_status lsc_pass_copy(const lsc_pass *from, const lsc_allocator *allocator, lsc_aside *to,
                         lsc_error *error)
{
    return pass_on(from, from->size, NULL, allocator, to, error);
}

/* Encrypting. */

static lsc_status make_header(const lsc_pass *from, const lsc_known_key *key, uint8_t *header,
                              message_key *derived, lsc_error *error)
{
    memset(header, 0, HEADER_SIZE);
    memcpy(header, LSC_SEAL_MAGIC, sizeof LSC_SEAL_MAGIC); /* the version comes over its NUL */
    put_number(header + AT_VERSION, 4, VERSION);
    put_number(header + AT_LENGTH, 8, from->size);
    memcpy(header + AT_KEY_ID, key->id, LSC_MAX_KEY_ID);
    lsc_status status = lsc_secret_random(header + AT_SALT, SALT_SIZE + LSC_GCM_NONCE_SIZE, error);
    if (status == LSC_OK) {
        status = derive(key, header + AT_SALT, derived, error);
    }
    if (status == LSC_OK) {
        memcpy(header + AT_CHECK, derived->check, CHECK_SIZE);
        status = lsc_hash_block(header, AT_HASH, header + AT_HASH, error);
    }
    return status;
}

static lsc_status encrypt(const lsc_pass *from, const uint8_t *header, lsc_gcm *gcm,
                          const lsc_allocator *allocator, lsc_aside *to, lsc_error *error)
{
    uint8_t tag[LSC_GCM_TAG_SIZE];
    lsc_status status = lsc_aside_write(to, header, HEADER_SIZE, error);
    if (status == LSC_OK) {
        status = lsc_gcm_begin(gcm, true, header + AT_NONCE, error);
    }
    if (status == LSC_OK) {
        status = lsc_gcm_add(gcm, header, HEADER_SIZE, error);
    }
    if (status == LSC_OK) {
        status = pass_on(from, from->size, gcm, allocator, to, error);
    }
    if (status == LSC_OK) {
        status = lsc_gcm_tag(gcm, tag, error);
    }
    return status == LSC_OK ? lsc_aside_write(to, tag, sizeof tag, error) : status;
}

lsc_status lsc_seal_write(const lsc_pass *from, const lsc_known_key *key,
                          const lsc_allocator *allocator, lsc_aside *to, lsc_error *error)
{
    uint8_t header[HEADER_SIZE];
    message_key derived;
    lsc_gcm *gcm = NULL;
    if (from->size > LSC_GCM_MAX_MESSAGE) {
        return lsc_fail(error, LSC_LIMIT,
                        "%s: has %llu bytes, an encrypted backup holds at most %llu", from->name,
                        (unsigned long long)from->size, (unsigned long long)LSC_GCM_MAX_MESSAGE);
    }
    lsc_status status = make_header(from, key, header, &derived, error);
    if (status == LSC_OK) {
        status = lsc_gcm_new(derived.key, allocator, &gcm, error);
    }
    lsc_cleanse(&derived, sizeof derived);
    if (status == LSC_OK) {
        status = encrypt(from, header, gcm, allocator, to, error);
    }
    lsc_gcm_free(gcm);
    return status;
}

/* Decrypting. */

/* That it is a header, whole, of a message that is there. */
static lsc_status check_header(const lsc_pass *from, const uint8_t *header, uint64_t *length,
                               lsc_error *error)
{
    uint8_t hash[LSC_HASH_SIZE];
    lsc_status status = lsc_hash_block(header, AT_HASH, hash, error);
    if (status != LSC_OK) {
        return status;
    }
    if (memcmp(header + AT_HASH, hash, sizeof hash) != 0) {
        return lsc_fail(error, LSC_BAD_STORE, "%s: is damaged: its header was changed", from->name);
    }
    const uint64_t version = get_number(header + AT_VERSION, 4);
    if (version != VERSION) {
        return lsc_fail(error, LSC_UNSUPPORTED,
                        "%s: is a backup of version %llu, this library knows %d", from->name,
                        (unsigned long long)version, VERSION);
    }
    *length = get_number(header + AT_LENGTH, 8);
    if (*length > LSC_GCM_MAX_MESSAGE) {
        return lsc_fail(error, LSC_LIMIT, "%s: says it holds %llu bytes, at most %llu are taken",
                        from->name, (unsigned long long)*length,
                        (unsigned long long)LSC_GCM_MAX_MESSAGE);
    }
    const uint64_t expected = HEADER_SIZE + *length + LSC_GCM_TAG_SIZE;
    if (from->size != expected) {
        return lsc_fail(error, LSC_BAD_STORE, "%s: %s: it has %llu bytes in place of %llu",
                        from->name, from->size < expected ? "is cut short" : "is too long",
                        (unsigned long long)from->size, (unsigned long long)expected);
    }
    return LSC_OK;
}

static lsc_status check_key(const lsc_pass *from, const uint8_t *header, const lsc_known_key *key,
                            message_key *derived, lsc_error *error)
{
    char id[LSC_MAX_KEY_ID + 1] = {0};
    memcpy(id, header + AT_KEY_ID, LSC_MAX_KEY_ID);
    if (key == NULL) {
        return lsc_fail(error, LSC_BAD_KEY,
                        "%s: is encrypted with the key \"%s\", and no key is given", from->name,
                        id);
    }
    lsc_status status = derive(key, header + AT_SALT, derived, error);
    if (status == LSC_OK && memcmp(derived->check, header + AT_CHECK, CHECK_SIZE) != 0) {
        return lsc_fail(error, LSC_BAD_KEY,
                        "%s: is encrypted with the key \"%s\", and not with that given, \"%s\"",
                        from->name, id, key->id);
    }
    return status;
}

static lsc_status decrypt(const lsc_pass *from, const uint8_t *header, uint64_t length,
                          lsc_gcm *gcm, const lsc_allocator *allocator, lsc_aside *to,
                          lsc_error *error)
{
    uint8_t tag[LSC_GCM_TAG_SIZE];
    bool genuine = false;
    lsc_status status = lsc_gcm_begin(gcm, false, header + AT_NONCE, error);
    if (status == LSC_OK) {
        status = lsc_gcm_add(gcm, header, HEADER_SIZE, error);
    }
    if (status == LSC_OK) {
        status = pass_on(from, length, gcm, allocator, to, error);
    }
    if (status == LSC_OK) {
        status = read_exactly(from, tag, sizeof tag, error);
    }
    if (status == LSC_OK) {
        status = lsc_gcm_check(gcm, tag, &genuine, error);
    }
    return status == LSC_OK && !genuine
               ? lsc_fail(error, LSC_BAD_STORE, "%s: is damaged: it is not what was encrypted",
                          from->name)
               : status;
}

lsc_status lsc_seal_read(const lsc_pass *from, const lsc_known_key *key,
                         const lsc_allocator *allocator, lsc_aside *to, lsc_error *error)
{
    uint8_t header[HEADER_SIZE];
    uint64_t length = 0;
    message_key derived;
    lsc_gcm *gcm = NULL;
    lsc_status status = read_exactly(from, header, sizeof header, error);
    if (status == LSC_OK) {
        status = check_header(from, header, &length, error);
    }
    if (status == LSC_OK) {
        status = check_key(from, header, key, &derived, error);
    }
    if (status == LSC_OK) {
        status = lsc_gcm_new(derived.key, allocator, &gcm, error);
    }
    lsc_cleanse(&derived, sizeof derived);
    if (status == LSC_OK) {
        status = decrypt(from, header, length, gcm, allocator, to, error);
    }
    lsc_gcm_free(gcm);
    return status;
}
