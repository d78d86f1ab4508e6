#include "trace/otlp_post.h"

#include <curl/curl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace/pairs.h"
#include "wall_clock.h"

/** Bytes of a header, with its final NUL. */
#define HEADER_MAX 4096

struct srv_otlp_post {
    CURL *curl; /**< kept, and with it the connection */
    struct curl_slist *headers;
    atomic_int_fast64_t *ends_us;
    size_t n_answer;
    char answer[SRV_OTLP_ANSWER_MAX];
};

static size_t take(char *bytes, size_t size, size_t n, void *ctx)
{
    srv_otlp_post *post = ctx;
    n *= size;
    if (n > sizeof(post->answer) - post->n_answer) {
        return 0;
    }
    memcpy(post->answer + post->n_answer, bytes, n);
    post->n_answer += n;
    return n;
}

/* Asked by libcurl once a second or more often. Not 0: it is given up. */
static int is_over(void *ctx, curl_off_t down, curl_off_t of_down, curl_off_t up, curl_off_t of_up)
{
    srv_otlp_post *post = ctx;
    (void)down, (void)of_down, (void)up, (void)of_up;
    return srv_ticks_us() >= atomic_load(post->ends_us);
}

/* A header as a line; false: it is none, or too long. */
static bool write_header(char line[HEADER_MAX], const char *name, const char *value)
{
    static const char token[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "!#$%&'*+-.^_`|~";
    int n = snprintf(line, HEADER_MAX, "%s: %s", name, value);
    return n < HEADER_MAX && name[strspn(name, token)] == '\0' && strpbrk(line, "\r\n") == NULL;
}

static bool add_header(srv_otlp_post *post, const char *name, const char *value)
{
    char line[HEADER_MAX];
    struct curl_slist *longer =
        write_header(line, name, value) ? curl_slist_append(post->headers, line) : NULL;
    if (longer != NULL) {
        post->headers = longer;
    }
    return longer != NULL;
}

static bool add_headers(srv_otlp_post *post, const char *text)
{
    json_t *given = srv_pairs_read(text);
    bool are_added = given != NULL && add_header(post, "Content-Type", "application/json");
    const char *name;
    json_t *value;
    json_object_foreach(given, name, value)
    {
        are_added = are_added && add_header(post, name, json_string_value(value));
    }
    json_decref(given);
    return are_added;
}

static bool set_up(srv_otlp_post *post, const char *url)
{
    CURL *curl = post->curl;
    return curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTPHEADER, post->headers) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, post) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, is_over) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_XFERINFODATA, post) == CURLE_OK;
}

srv_otlp_post *srv_otlp_post_new(const char *url, const char *headers)
{
    srv_otlp_post *post = calloc(1, sizeof(*post));
    if (post == NULL) {
        return NULL;
    }
    post->curl = curl_easy_init();
    if (post->curl == NULL || !add_headers(post, headers) || !set_up(post, url)) {
        srv_otlp_post_free(post);
        return NULL;
    }
    return post;
}

void srv_otlp_post_free(srv_otlp_post *post)
{
    if (post != NULL) {
        curl_easy_cleanup(post->curl);
        curl_slist_free_all(post->headers);
        free(post);
    }
}

/* Spans that the collector says it could not take, of a body that it took. */
static uint64_t count_rejected(const srv_otlp_post *post)
{
    json_t *answer = json_loadb(post->answer, post->n_answer, 0, NULL);
    const json_t *count =
        json_object_get(json_object_get(answer, "partialSuccess"), "rejectedSpans");
    long long n = json_is_string(count) ? strtoll(json_string_value(count), NULL, 10)
                                        : json_integer_value(count);
    json_decref(answer);
    return n > 0 ? (uint64_t)n : 0;
}

/* Those that the protocol says are worth another try; all others are not. */
static bool is_worth_another(long status)
{
    return status == 429 || status == 502 || status == 503 || status == 504;
}

static void look_at_answer(const srv_otlp_post *post, srv_otlp_result *result)
{
    curl_off_t wait_s = 0;
    curl_easy_getinfo(post->curl, CURLINFO_RESPONSE_CODE, &result->status);
    if (result->status >= 200 && result->status < 300) {
        result->outcome = SRV_OTLP_TAKEN;
        result->rejected = count_rejected(post);
    } else if (is_worth_another(result->status)) {
        curl_easy_getinfo(post->curl, CURLINFO_RETRY_AFTER, &wait_s);
        result->retry_after_s =
            wait_s < SRV_OTLP_RETRY_AFTER_MAX ? wait_s : SRV_OTLP_RETRY_AFTER_MAX;
    } else {
        result->outcome = SRV_OTLP_REFUSED;
    }
}

srv_otlp_result srv_otlp_post_send(srv_otlp_post *post, const char *body, int64_t timeout_ms,
                                   atomic_int_fast64_t *ends_us)
{
    srv_otlp_result result = {.outcome = SRV_OTLP_LATER};
    post->ends_us = ends_us;
    post->n_answer = 0;
    curl_easy_setopt(post->curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(post->curl, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
    curl_easy_setopt(post->curl, CURLOPT_POSTFIELDS, body);
    CURLcode code = curl_easy_perform(post->curl);
    if (code == CURLE_OK) {
        look_at_answer(post, &result);
    } else {
        result.fault = curl_easy_strerror(code);
    }
    return result;
}

bool srv_otlp_headers_are_good(const char *headers)
{
    char line[HEADER_MAX];
    json_t *given = srv_pairs_read(headers);
    bool are_good = given != NULL;
    const char *name;
    json_t *value;
    json_object_foreach(given, name, value)
    {
        are_good = are_good && write_header(line, name, json_string_value(value));
    }
    json_decref(given);
    return are_good;
}

bool srv_otlp_url_is_good(const char *url)
{
    CURLU *parts = curl_url();
    char *scheme = NULL;
    bool is_good = parts != NULL && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
                   curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
                   (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
    curl_free(scheme);
    curl_url_cleanup(parts);
    return is_good;
}
