#define _POSIX_C_SOURCE 200809L
#include "reply.h"

#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#define TAG_BYTES 16
#define GZIP_WINDOW (15 + 16) /* zlib's way of asking for gzip */

static void let_go_of_shared(void *shared)
{
    srv_shared_let_go(shared);
}

srv_let_go *srv_answer_take_bytes(srv_answer *answer, void **owner)
{
    bool is_shared = answer->shared != NULL;
    *owner = is_shared ? (void *)answer->shared : (void *)(uintptr_t)answer->bytes;
    answer->bytes = NULL;
    answer->shared = NULL;
    return is_shared ? let_go_of_shared : free;
}

static void free_bytes(srv_answer *answer)
{
    void *owner;
    srv_let_go *let_go = srv_answer_take_bytes(answer, &owner);
    let_go(owner);
}

void srv_answer_set(srv_answer *answer, unsigned status, const char *content_type, char *bytes,
                    size_t length)
{
    free_bytes(answer);
    answer->status = status;
    answer->bytes = bytes;
    answer->length = bytes != NULL ? length : 0;
    answer->content_type[0] = '\0';
    if (content_type != NULL) {
        strncat(answer->content_type, content_type, sizeof(answer->content_type) - 1);
    }
}

void srv_answer_share(srv_answer *answer, unsigned status, const char *content_type,
                      const char *bytes, size_t length, srv_shared *shared)
{
    srv_answer_set(answer, status, content_type, NULL, 0);
    answer->bytes = bytes;
    answer->length = length;
    answer->shared = shared;
}

static srv_reply_header *find(srv_answer *answer, const char *name)
{
    for (size_t i = 0; i < answer->n_headers; i++) {
        if (strcmp(answer->headers[i].name, name) == 0) {
            return &answer->headers[i];
        }
    }
    return NULL;
}

/* What can stand in a line of its own. */
static char *one_line(srv_answer *answer, const char *value)
{
    size_t length = 0;
    while ((unsigned char)value[length] >= 0x20 && value[length] != 0x7f) {
        length++;
    }
    if (length >= SRV_REPLY_ROOM - answer->n_room) {
        return strndup(value, length);
    }
    char *line = answer->room + answer->n_room;
    memcpy(line, value, length);
    line[length] = '\0';
    answer->n_room += length + 1;
    return line;
}

static void free_value(const srv_answer *answer, char *value)
{
    if ((uintptr_t)value - (uintptr_t)answer->room >= SRV_REPLY_ROOM) {
        free(value);
    }
}

void srv_answer_header(srv_answer *answer, const char *name, const char *value)
{
    srv_reply_header *header = find(answer, name);
    if (header == NULL && answer->n_headers == SRV_MAX_REPLY_HEADERS) {
        return;
    }
    char *line = one_line(answer, value);
    if (line == NULL) {
        return;
    }
    if (header == NULL) {
        answer->headers[answer->n_headers++] = (srv_reply_header){name, line};
        return;
    }
    free_value(answer, header->value);
    header->value = line;
}

const char *srv_answer_get(const srv_answer *answer, const char *name)
{
    for (size_t i = 0; i < answer->n_headers; i++) {
        if (strcmp(answer->headers[i].name, name) == 0) {
            return answer->headers[i].value;
        }
    }
    return NULL;
}

void srv_answer_drop(srv_answer *answer, const char *name)
{
    srv_reply_header *header = find(answer, name);
    if (header != NULL) {
        free_value(answer, header->value);
        *header = answer->headers[--answer->n_headers];
    }
}

void srv_answer_free(srv_answer *answer)
{
    for (size_t i = 0; i < answer->n_headers; i++) {
        free_value(answer, answer->headers[i].value);
    }
    free_bytes(answer);
    memset(answer, 0, offsetof(srv_answer, room));
}

_Static_assert(SRV_ETAG_BYTES == 2 * TAG_BYTES + 3, "a tag in hex, quotes, NUL");

void srv_etag(const void *bytes, size_t length, char etag[SRV_ETAG_BYTES])
{
    unsigned char hash[TAG_BYTES];
    crypto_generichash(hash, sizeof(hash), bytes, length, NULL, 0);
    etag[0] = '"';
    sodium_bin2hex(etag + 1, 2 * TAG_BYTES + 1, hash, sizeof(hash));
    memcpy(etag + 1 + 2 * TAG_BYTES, "\"", 2);
}

bool srv_etag_is_named(const char *header, const char *etag)
{
    if (header == NULL) {
        return false;
    }
    if (strcmp(header, "*") == 0) {
        return true;
    }
    size_t length = strlen(etag) - 1; /* the last quote apart: "...-gzip" is the same thing */
    const char *at = header;
    while ((at = strchr(at, '"')) != NULL) {
        const char *end = strchr(at + 1, '"');
        if (end == NULL) {
            return false;
        }
        size_t given = (size_t)(end - at);
        if (given >= length && memcmp(at, etag, length) == 0 &&
            (given == length || (given == length + 5 && memcmp(at + length, "-gzip", 5) == 0))) {
            return true;
        }
        at = end + 1;
    }
    return false;
}

void srv_answer_compress(srv_answer *answer)
{
    z_stream stream = {0};
    if (answer->length > UINT32_MAX ||
        deflateInit2(&stream, 1, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        return;
    }
    char *packed = malloc(answer->length);
    stream.next_in = (unsigned char *)(uintptr_t)answer->bytes;
    stream.avail_in = (uInt)answer->length;
    stream.next_out = (unsigned char *)packed;
    stream.avail_out = (uInt)answer->length;
    bool is_smaller = packed != NULL && deflate(&stream, Z_FINISH) == Z_STREAM_END;
    size_t length = stream.total_out;
    deflateEnd(&stream);
    if (!is_smaller) {
        free(packed);
        return;
    }
    free_bytes(answer);
    answer->bytes = packed;
    answer->length = length;
    srv_answer_header(answer, "Content-Encoding", "gzip");
}
