#include "web_request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/** The values of a header that came several times. */
typedef struct srv_joined {
    struct srv_joined *next;
    char text[];
} srv_joined;

srv_request *srv_request_new(const char *url)
{
    size_t size = strlen(url) + 1;
    srv_request *request = malloc(sizeof(*request) + 2 * size);
    if (request == NULL) {
        return NULL;
    }
    memset(request, 0, sizeof(*request));
    request->url = memcpy(request->text, url, size);
    request->path = memcpy(request->text + size, url, size);
    request->query = strchr(request->path, '?');
    if (request->query != NULL) {
        *request->query++ = '\0';
    }
    return request;
}

void srv_request_free(srv_request *request)
{
    if (request == NULL) {
        return;
    }
    while (request->joined != NULL) {
        srv_joined *next = request->joined->next;
        free(request->joined);
        request->joined = next;
    }
    free(request->body);
    free(request);
}

bool srv_request_add(srv_request *request, const char *bytes, size_t length, size_t most)
{
    if (length > most - request->length) {
        request->is_cut = true;
        length = most - request->length;
    }
    if (length > request->room - request->length) {
        size_t needed = request->length + length;
        size_t room = needed < most / 2 ? 2 * needed : most;
        char *grown = realloc(request->body, request->body != NULL ? room : needed);
        if (grown == NULL) {
            return false;
        }
        request->room = request->body != NULL ? room : needed;
        request->body = grown;
    }
    memcpy(request->body + request->length, bytes, length);
    request->length += length;
    return true;
}

const char *srv_known_method(const char *method)
{
    static const char *const known[] = {"GET",   "HEAD",    "POST",    "PUT",  "DELETE",
                                        "PATCH", "OPTIONS", "CONNECT", "TRACE"};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(method, known[i]) == 0) {
            return known[i];
        }
    }
    return "_OTHER";
}

/* Headers. */

typedef struct header_search {
    const char *name;
    const char *first;
    size_t n;
    size_t size; /**< of all values, with a byte behind each */
    char *out;   /**< where they are copied; NULL: they are counted */
} header_search;

static enum MHD_Result visit(void *ctx, enum MHD_ValueKind kind, const char *name,
                             const char *value)
{
    header_search *search = ctx;
    (void)kind;
    if (strcasecmp(name, search->name) != 0) {
        return MHD_YES;
    }
    value = value != NULL ? value : "";
    size_t length = strlen(value);
    if (search->out != NULL) {
        memcpy(search->out, value, length);
        search->out += length;
        *search->out++ = ',';
        return MHD_YES;
    }
    search->first = search->n++ == 0 ? value : search->first;
    search->size += length + 1;
    return MHD_YES;
}

static const char *join(srv_request *request, header_search *search)
{
    srv_joined *joined = malloc(sizeof(*joined) + search->size);
    if (joined == NULL) {
        return ""; /* which nothing takes for one of them */
    }
    search->out = joined->text;
    MHD_get_connection_values(request->connection, MHD_HEADER_KIND, visit, search);
    joined->text[search->size - 1] = '\0';
    joined->next = request->joined;
    request->joined = joined;
    return joined->text;
}

const char *srv_request_header(srv_request *request, const char *name)
{
    header_search search = {.name = name};
    MHD_get_connection_values(request->connection, MHD_HEADER_KIND, visit, &search);
    return search.n > 1 ? join(request, &search) : search.first;
}
