#include "stream.h"

#include <stdio.h>
#include <string.h>

#include "file.h"

/** What is read of a file at a time. */
#define FILE_CHUNK 65536

void lsc_stream_init(lsc_stream *stream, lsc_stream_call next, void *ctx)
{
    *stream = (lsc_stream){.next = next, .ctx = ctx, .most = UINT64_MAX, .failure = LSC_ERROR_INIT};
}

void lsc_stream_of_bytes(lsc_stream *stream, const void *bytes, size_t length)
{
    lsc_stream_init(stream, NULL, NULL);
    stream->ended = true;
    if (length > 0) {
        stream->at = bytes;
        stream->end = stream->at + length;
        stream->end_offset = length;
    }
}

bool lsc_stream_fill(lsc_stream *stream)
{
    if (stream->at < stream->end) {
        return true;
    }
    if (stream->ended) {
        return false;
    }
    const unsigned char *chunk = NULL;
    size_t length = 0;
    if (stream->next(stream->ctx, &chunk, &length, &stream->failure) != LSC_OK || length == 0) {
        stream->ended = true;
        return false;
    }
    if (length > stream->most - stream->end_offset) {
        lsc_fail(&stream->failure, LSC_LIMIT, "more than %llu bytes are not read",
                 (unsigned long long)stream->most);
        stream->ended = true;
        return false;
    }
    stream->at = chunk;
    stream->end = chunk + length;
    stream->end_offset += length;
    return true;
}

size_t lsc_stream_take(lsc_stream *stream, void *out, size_t length)
{
    size_t taken = 0;
    while (taken < length && lsc_stream_fill(stream)) {
        size_t left = (size_t)(stream->end - stream->at);
        size_t n = left < length - taken ? left : length - taken;
        if (out != NULL) {
            memcpy((char *)out + taken, stream->at, n);
        }
        stream->at += n;
        taken += n;
    }
    return taken;
}

lsc_status lsc_stream_status(const lsc_stream *stream, lsc_error *error)
{
    if (stream->failure.status != LSC_OK && error != NULL) {
        *error = stream->failure;
    }
    return stream->failure.status;
}

struct lsc_file_stream {
    lsc_allocator allocator;
    FILE *file;
    const char *name; /* for messages */
    unsigned char chunk[FILE_CHUNK];
};

static lsc_status next_of_file(void *ctx, const unsigned char **chunk, size_t *length,
                               lsc_error *error)
{
    lsc_file_stream *self = ctx;
    *chunk = self->chunk;
    *length = fread(self->chunk, 1, sizeof self->chunk, self->file);
    if (*length == 0 && ferror(self->file)) {
        return lsc_fail_errno(error, self->name, "read it");
    }
    return LSC_OK;
}

lsc_status lsc_file_stream_open(const char *path, const lsc_allocator *allocator,
                                lsc_file_stream **file, lsc_stream *stream, lsc_error *error)
{
    *file = NULL;
    lsc_file_stream *made = lsc_alloc(allocator, sizeof *made);
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    made->allocator = *allocator;
    lsc_status status = lsc_file_open(path, &made->file, &made->name, error);
    if (status != LSC_OK) {
        lsc_release(allocator, made);
        return status;
    }
    setvbuf(made->file, NULL, _IONBF, 0); /* the chunk is the buffer */
    lsc_stream_init(stream, next_of_file, made);
    *file = made;
    return LSC_OK;
}

void lsc_file_stream_close(lsc_file_stream *file)
{
    if (file != NULL) {
        lsc_allocator allocator = file->allocator;
        lsc_file_close(file->file);
        lsc_release(&allocator, file);
    }
}
